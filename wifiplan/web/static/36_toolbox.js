// Which tool is at work, and its options below the plan.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { drawing: D, walls: W } = wp;
  const { choice, input, options } = wp.fields;

  class Toolbox {
    constructor(editor, overlay, { host, bar, floors }) {
      Object.assign(this, { editor, overlay, host, bar, floors, heard: wp.emitter(), name: null });
      this.given = {
        wall: { material: "brick", thickness_m: null },
        door: { kind: "door", ...W.OPENINGS.door },
        window: { kind: "window", ...W.OPENINGS.window },
        room: { mode: "fill", use: "classroom" },
        cabinet: { what: "cabinet" },
        ap: { what: "ap" },
        spot: { what: "spot", spot: "locked" },
        scale: { ask: (a, b) => floors.askScale(a, b) },
      };
      const { given } = this;
      this.all = {
        select: new D.SelectTool(editor, overlay),
        wall: new D.WallTool(editor, overlay, given.wall),
        door: new D.OpeningTool(editor, overlay, given.door),
        window: new D.OpeningTool(editor, overlay, given.window),
        room: new D.RoomTool(editor, overlay, given.room),
        cabinet: new D.PlaceTool(editor, overlay, given.cabinet),
        ap: new D.PlaceTool(editor, overlay, given.ap),
        spot: new D.PlaceTool(editor, overlay, given.spot),
        scale: new D.ScaleTool(editor, overlay, given.scale),
        underlay: new D.UnderlayTool(editor, overlay, floors),
      };
      editor.on("floor", () => this.active.stop());
    }

    get active() {
      return this.all[this.name] || this.all.select;
    }

    on(name, fn) {
      return this.heard.on(name, fn);
    }

    use(name, { focus = true } = {}) {
      this.active.stop();
      this.name = name;
      const { root } = this.editor.view;
      root.dataset.tool = name;
      for (const node of this.bar.querySelectorAll("[aria-pressed]")) node.setAttribute("aria-pressed", String(node.dataset.test === `tool-${name}`));
      if (name !== "select") this.editor.select([]);
      this.showOptions();
      this.heard.emit("use", name);
      if (focus) root.focus({ preventScroll: true });
    }

    hint() {
      const mode = this.name === "room" ? `.${this.given.room.mode}` : "";
      return wp.t(`edit.hint.${this.name || "select"}${mode}`);
    }

    showOptions() {
      const { name } = this;
      const given = this.given[name];
      wp.clear(this.host).append(...(this[`options_${name}`]?.(given) || []));
      if (["wall", "room", "select"].includes(name)) this.host.append(this.snapping());
      this.host.hidden = !this.host.childElementCount;
    }

    label(key, node) {
      return wp.el("label", { class: "ed-option" }, wp.el("span", { text: wp.t(`edit.field.${key}`) }), node);
    }

    number(given, key, { min, max, unit = "m" }) {
      return this.label(key, input(`tool-${key}`, given[key], (value) => void (given[key] = value), { type: "number", min, max, step: 0.05, unit, required: true }));
    }

    material(given) {
      const change = (material) => {
        given.material = material;
        this.showOptions();
      };
      return this.label("material", choice("tool-material", given.material, options.materials(), change));
    }

    options_wall(given) {
      const usual = wp.materialThickness(given.material);
      const thickness = input("tool-thickness_m", given.thickness_m, (value) => void (given.thickness_m = value), { type: "number", min: 0.001, max: 3, step: 0.01, unit: "m", placeholder: String(usual ?? "") });
      return [this.material(given), this.label("thickness_m", thickness)];
    }

    options_door(given) {
      return [this.number(given, "width_m", { min: 0.3, max: 30 }), this.number(given, "head_m", { min: 0.5, max: 20 }), this.material(given)];
    }

    options_window(given) {
      return [this.number(given, "width_m", { min: 0.3, max: 30 }), this.number(given, "sill_m", { min: 0, max: 10 }), this.number(given, "head_m", { min: 0.3, max: 20 }), this.material(given)];
    }

    options_room(given) {
      const modes = ["fill", "rect", "polygon"].map((mode) =>
        wp.el("button", {
          type: "button", class: "ed-button small", "data-test": `room-mode-${mode}`, "aria-pressed": String(given.mode === mode), text: wp.t(`edit.room_mode.${mode}`),
          onclick: () => {
            given.mode = mode;
            this.use("room");
          },
        }));
      return [wp.el("span", { class: "ed-group", role: "group" }, ...modes), this.label("use", choice("tool-use", given.use, options.uses(), (use) => void (given.use = use)))];
    }

    options_spot(given) {
      const kinds = ["locked", "forbidden", "preferred"].map((value) => ({ value, label: wp.t(`edit.spot.${value}`) }));
      return [this.label("spot_kind", choice("tool-spot", given.spot, kinds, (spot) => void (given.spot = spot)))];
    }

    snapping() {
      const { editor } = this;
      const box = wp.el("input", { type: "checkbox", checked: editor.snapping, "data-test": "snapping", onchange: (event) => (editor.snapping = event.target.checked) });
      const grids = [0, 0.1, 0.25, 0.5, 1].map((value) => ({ value: String(value), label: value ? `${value} m` : wp.t("edit.grid_off") }));
      const grid = choice("grid", String(editor.grid), grids, (value) => {
        editor.grid = Number(value);
        editor.heard.emit("draw");
      });
      return wp.el("span", { class: "ed-group ed-snapping" }, wp.el("label", { class: "ed-option" }, box, wp.el("span", { text: wp.t("edit.snap") })), this.label("grid", grid));
    }
  }

  // The thing that a fault's place names: "floors[0].rooms[3] (五年甲班)" -> {floor, kind, id}; the floor alone for others.
  wp.placeOf = (site, where) => {
    const floorAt = /floors?\s*[[.]?\s*(\d+)/.exec(where);
    const floor = floorAt && site.floors[Number(floorAt[1])];
    const inFloor = /(rooms|walls|cabinets)\s*[[.]?\s*(\d+)/.exec(where);
    if (floor && inFloor) {
      const [, list, n] = inFloor;
      const item = (floor[list] || [])[Number(n)];
      const kind = { rooms: "room", walls: "wall", cabinets: "cabinet" }[list];
      return item ? { floor: floor.level, kind, id: kind === "wall" ? Number(n) : item.id } : { floor: floor.level };
    }
    const other = /(access_points|spots)\s*[[.]?\s*(\d+)/.exec(where);
    if (other) {
      const item = (site[other[1]] || [])[Number(other[2])];
      if (item) return { floor: item.floor || 0, kind: other[1] === "spots" ? "spot" : "ap", id: other[1] === "spots" ? Number(other[2]) : item.id };
    }
    return floor ? { floor: floor.level } : null;
  };

  wp.Toolbox = Toolbox;
})();
