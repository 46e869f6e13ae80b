// Floors: their tabs, names and heights, copies, and the picture under a floor with its scale.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { dialogs, edits: E, geo: g } = wp;
  const { button, field, options, select } = wp.fields;

  const FIRST_WIDTH_M = 60; // a new picture is shown so wide until its scale is set by two points
  const ASKED_M = { min: 0.1, max: 2000 };

  class Floors {
    constructor(editor, bar, remote) {
      Object.assign(this, { editor, bar, remote, sizes: new Map(), opacity: 0.6 });
      const { view } = editor;
      view.pictureUrl = (name) => `/files/${encodeURIComponent(remote.name)}/${encodeURIComponent(name)}`;
      view.pictureSize = (name) => this.sizeOf(name);
      view.layers.underlay.style.opacity = this.opacity;
      editor.on("change", () => this.show());
      editor.on("floor", () => this.show());
    }

    // Pixels of a picture; unknown until the browser has it, then the plan is drawn again.
    sizeOf(name) {
      if (!this.sizes.has(name)) {
        this.sizes.set(name, null);
        const image = new Image();
        image.addEventListener("load", () => {
          this.sizes.set(name, [image.naturalWidth, image.naturalHeight]);
          this.editor.view.redraw();
          this.look();
        });
        image.src = this.editor.view.pictureUrl(name);
      }
      return this.sizes.get(name);
    }

    name(floor) {
      return floor.name || E.floorName(floor.level, wp.data.lang);
    }

    show() {
      const { editor } = this;
      editor.view.root.toggleAttribute("data-underlay", Boolean(editor.floor.underlay));
      const floors = [...editor.site.floors].sort((p, q) => p.level - q.level);
      const tabs = floors.map((floor) =>
        wp.el("button", {
          type: "button", role: "tab", class: "ed-tab", "aria-selected": String(floor.level === editor.level), "data-test": `floor-${floor.level}`,
          tabindex: floor.level === editor.level ? "0" : "-1", onclick: () => editor.setFloor(floor.level), text: this.name(floor),
        }));
      const focused = this.bar.contains(document.activeElement);
      const more = button("floor-add", "＋", () => this.add(), { title: wp.t("edit.floor.add"), tone: "quiet" });
      more.setAttribute("aria-label", wp.t("edit.floor.add"));
      wp.clear(this.bar).append(wp.el("div", { role: "tablist", "aria-label": wp.t("edit.floors"), class: "ed-tabs" }, ...tabs), more);
      this.bar.onkeydown = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const now = floors.findIndex((floor) => floor.level === editor.level) + (step || 0);
        if (step && floors[now]) editor.setFloor(floors[now].level);
      };
      if (focused) this.bar.querySelector("[aria-selected=true]")?.focus();
    }

    async add() {
      const { editor } = this;
      const choices = [
        { value: "above", label: wp.t("edit.floor.above"), test: "floor-above" },
        { value: "below", label: wp.t("edit.floor.below"), test: "floor-below" },
        { value: "copy", label: wp.t("edit.floor.copy", { name: this.name(editor.floor) }), tone: "main", test: "floor-copy" },
      ];
      const answer = await dialogs.dialog("floor", wp.t("edit.floor.add"), [dialogs.note(wp.t("edit.floor.add_text"))], choices);
      if (!answer) return;
      const lang = wp.data.lang;
      const made = answer === "copy" ? E.withFloorCopied(editor.site, editor.level, lang) : E.withNewFloor(editor.site, answer === "below", lang);
      editor.do(answer === "copy" ? "floor_copy" : "floor_add", made.site, { fields: { name: E.floorName(made.level, lang) } });
      editor.setFloor(made.level);
    }

    async remove() {
      const { editor } = this;
      const { floor } = editor;
      const site = E.withoutFloor(editor.site, editor.level);
      if (!site) return editor.refuse("edit.floor.last");
      const empty = !(floor.walls || []).length && !(floor.rooms || []).length;
      const text = wp.t("edit.floor.remove_text", { rooms: (floor.rooms || []).length, walls: (floor.walls || []).length });
      if (!empty && !(await dialogs.sure("floor-remove", wp.t("edit.floor.remove", { name: this.name(floor) }), text, wp.t("edit.delete")))) return false;
      return editor.do("floor_remove", site, { fields: { name: this.name(floor) } });
    }

    // The floor's own section of the side panel.
    section() {
      const { editor } = this;
      const { floor } = editor;
      const change = (changes) => editor.doFloor("floor_fields", (f) => E.put(f, changes));
      const slab = (changes) => change({ slab: { material: "concrete", thickness_m: 0.15, ...floor.slab, ...changes } });
      const height = (height_m) => editor.do("floor_fields", E.withHeight(editor.site, editor.level, height_m), { refusal: "edit.cannot" });
      return wp.el("details", { class: "ed-more", open: this.open, ontoggle: (event) => (this.open = event.target.open), "data-test": "floor-section" },
        wp.el("summary", { text: wp.t("edit.floor.head", { name: this.name(floor) }) }),
        field("floor_name", floor.name, (name) => change({ name: name ?? "" })),
        field("height_m", floor.height_m, height, { type: "number", min: 2, max: 30, step: 0.1, unit: "m", required: true }),
        select("slab_material", floor.slab?.material ?? "concrete", options.materials(), (material) => slab({ material })),
        field("slab_thickness_m", floor.slab?.thickness_m ?? 0.15, (thickness_m) => slab({ thickness_m }), { type: "number", min: 0.01, max: 3, step: 0.01, unit: "m", required: true }),
        floor.outline ? button("outline-remove", wp.t("edit.floor.outline_remove"), () => change({ outline: null })) : null,
        wp.el("div", { class: "ed-buttons" },
          button("rooms-find", wp.t("edit.rooms_find"), () => this.findRooms()),
          button("floor-remove", wp.t("edit.floor.delete"), () => this.remove(), { tone: "quiet" })),
        ...this.underlay(floor));
    }

    findRooms() {
      const { editor } = this;
      const made = E.withFoundRooms(editor.site, editor.level);
      if (!made.n) return editor.refuse("edit.rooms_none");
      editor.do("rooms_found", made.site, { fields: { n: made.n } });
      return editor.say(wp.t("edit.rooms_found", { n: made.n }));
    }

    // ---- the picture under the floor ----

    underlay(floor) {
      const file = wp.el("input", { type: "file", hidden: true, accept: ".png,.jpg,.jpeg,.svg,.pdf", "data-test": "underlay-file", onchange: () => file.files[0] && this.upload(file.files[0]) });
      const pick = button("underlay", wp.t(floor.underlay ? "edit.underlay.other" : "edit.underlay.add"), () => file.click());
      if (!floor.underlay) return [wp.el("h3", { text: wp.t("edit.underlay") }), wp.el("div", { class: "ed-buttons" }, pick, file)];
      const metres = { type: "number", step: 0.1, unit: "m", required: true, min: -10000, max: 10000 };
      const place = (changes) => this.put("underlay_move", changes);
      const faint = wp.el("input", {
        type: "range", min: 0, max: 1, step: 0.05, value: this.opacity, id: "field-opacity", "data-test": "underlay-opacity",
        oninput: (event) => (this.editor.view.layers.underlay.style.opacity = this.opacity = Number(event.target.value)),
      });
      return [
        wp.el("h3", { text: wp.t("edit.underlay") }),
        wp.el("div", { class: "ed-buttons" },
          button("underlay-scale", wp.t("edit.tool.scale"), () => this.editor.heard.emit("tool", "scale"), { tone: "main", icon: "scale" }),
          button("underlay-move", wp.t("edit.underlay.move"), () => this.editor.heard.emit("tool", "underlay")), pick, file,
          button("underlay-remove", wp.t("edit.underlay.remove"), () => this.editor.doFloor("underlay", (f) => E.put(f, { underlay: null })), { tone: "quiet" })),
        wp.fields.row("opacity", wp.t("edit.underlay.opacity"), faint),
        field("underlay_x_m", g.mm(floor.underlay.x_m ?? 0), (x_m) => place({ x_m }), { ...metres, label: "x_m" }),
        field("underlay_y_m", g.mm(floor.underlay.y_m ?? 0), (y_m) => place({ y_m }), { ...metres, label: "y_m" }),
      ];
    }

    put(name, changes, options) {
      return this.editor.doFloor(name, (floor) => ({ ...floor, underlay: { ...floor.underlay, ...changes } }), options);
    }

    async upload(file) {
      const { editor } = this;
      editor.say(wp.t("edit.uploading", { name: file.name }));
      const { level } = editor;
      const page = /\.pdf$/i.test(file.name) ? await dialogs.askNumber("page", wp.t("edit.underlay.page"), file.name, { unit: "", value: 1, min: 1, max: 999 }) : 1;
      if (page === null) return false;
      const query = new URLSearchParams({ file: file.name, page: Math.round(page) - 1 });
      const { status, data } = await this.remote.ask("POST", this.remote.path("underlay", `?${query}`), file, { raw: true });
      if (status === 0) return editor.refuse("edit.gone_short");
      if (status !== 200) return editor.say([data.problem, data.remedy].filter(Boolean).join(" — "), "bad");
      this.sizes.set(data.picture, [data.width_px, data.height_px]);
      const underlay = { picture: data.picture, scale_m_per_px: FIRST_WIDTH_M / data.width_px, x_m: 0, y_m: 0 };
      editor.do("underlay", E.withFloor(editor.site, level, (floor) => ({ ...floor, underlay })));
      this.look();
      editor.heard.emit("tool", "scale");
      return true;
    }

    // The whole picture into view: a floor without walls has no other extent.
    look() {
      const { view, floor } = this.editor;
      const size = floor.underlay && this.sizes.get(floor.underlay.picture);
      if (!size || (floor.walls || []).length) return;
      const { width, height } = view.root.getBoundingClientRect();
      const [w, h] = size.map((px) => px * floor.underlay.scale_m_per_px);
      const scale = 0.9 * Math.min(width / w, height / h);
      const [x, y] = [(floor.underlay.x_m ?? 0) + w / 2, (floor.underlay.y_m ?? 0) + h / 2];
      view.look({ scale, x: x - width / scale / 2, y: y + height / scale / 2 });
    }

    async askScale(a, b) {
      const { editor } = this;
      const { underlay } = editor.floor;
      if (!underlay) return editor.refuse("edit.underlay.none");
      const shown = g.dist(a, b);
      if (shown < 1e-6) return editor.refuse("edit.underlay.same");
      const metres = await dialogs.askNumber("scale", wp.t("edit.scale.head"), wp.t("edit.scale.text"), { unit: "m", ...ASKED_M });
      if (metres === null) return editor.heard.emit("tool", "scale");
      const by = metres / shown;
      const [x, y] = [underlay.x_m ?? 0, underlay.y_m ?? 0];
      const drawn = (editor.floor.walls || []).length > 0;
      this.put("scale", { scale_m_per_px: underlay.scale_m_per_px * by, x_m: a[0] - (a[0] - x) * by, y_m: a[1] - (a[1] - y) * by }, { fields: { metres } });
      editor.heard.emit("tool", "select");
      this.look();
      return editor.say(wp.t(drawn ? "edit.scale.done_walls" : "edit.scale.done"));
    }
  }

  // Drag the picture until it lies under the walls.
  class UnderlayTool {
    constructor(editor, overlay, floors) {
      Object.assign(this, { editor, overlay, floors });
    }

    press(p) {
      const { underlay } = this.editor.floor;
      this.drag = underlay ? { from: p, x: underlay.x_m ?? 0, y: underlay.y_m ?? 0, group: `underlay-${performance.now()}` } : null;
      return Boolean(underlay);
    }

    move(p) {
      const { from, x, y, group } = this.drag;
      this.floors.put("underlay_move", { x_m: g.mm(x + p[0] - from[0]), y_m: g.mm(y + p[1] - from[1]) }, { group });
    }

    release() {
      this.editor.doc.endGroup();
      return true;
    }

    tap() {}

    key(event) {
      const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      const { underlay } = this.editor.floor;
      if (!arrow || !underlay) return false;
      const step = event.shiftKey ? 0.5 : 0.05;
      return this.floors.put("underlay_move", { x_m: g.mm((underlay.x_m ?? 0) + arrow[0] * step), y_m: g.mm((underlay.y_m ?? 0) + arrow[1] * step) }, { group: "underlay-keys" });
    }

    stop() {}

    stepBack() {
      return false;
    }
  }

  wp.Floors = Floors;
  wp.drawing.UnderlayTool = UnderlayTool;
})();
