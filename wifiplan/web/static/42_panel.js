// The side panel: numbers and names of what is selected, or the list of everything on the floor.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E, geo: g, walls: W } = wp;
  const { button, field, options, select } = wp.fields;

  const CONTROLS = "input, select, textarea, button, summary";
  const controlsOf = (nodes) => nodes.flatMap((node) => [...(node.matches(CONTROLS) ? [node] : []), ...node.querySelectorAll(CONTROLS)]);
  const same = (old, made) => old.tagName === made.tagName && old.id === made.id && old.dataset.test === made.dataset.test && (old.tagName !== "SELECT" || old.length === made.length);

  // Bring what is shown up to date without replacing the fields: leaving one by a tap on the next changes the site, and the
  // next must still be there when the tap ends. False where other fields are wanted.
  function patched(host, made) {
    const before = [...host.children];
    const [old, next] = [controlsOf(before), controlsOf(made)];
    if (before.length !== made.length || old.length !== next.length || old.some((control, n) => !same(control, next[n]))) return false;
    // a button that is being pressed stays until it is let go; what it does brings the panel up to date
    if (old.some((control) => control.tagName === "BUTTON" && control.matches(":active"))) return true;
    before.forEach((node, n) => {
      const fields = controlsOf([node]).filter((control) => control.tagName !== "BUTTON");
      if (!fields.length) return node.replaceWith(made[n]);
      const fresh = controlsOf([made[n]]).filter((control) => control.tagName !== "BUTTON");
      return fields.forEach((control, k) => {
        if (control === document.activeElement || control.tagName === "SUMMARY") return;
        Object.assign(control, { value: fresh[k].value, placeholder: fresh[k].placeholder ?? "" });
        if ("checked" in control) control.checked = fresh[k].checked;
      });
    });
    return true;
  }

  class Panel {
    constructor(editor, host) {
      Object.assign(this, { editor, host, list: new wp.List(editor) });
      editor.on("select", () => this.show());
      editor.on("change", () => this.show());
      editor.on("floor", () => this.show());
    }

    show() {
      if (this.host.hidden) return;
      const { editor } = this;
      const { only } = editor;
      const about = JSON.stringify([editor.level, editor.selection]);
      const made = editor.selection.length > 1 ? this.several() : only ? this[only.kind](only.id) : this.everything();
      if (about !== this.about || !patched(this.host, made)) {
        const focused = this.host.contains(document.activeElement) ? document.activeElement.id : null;
        wp.clear(this.host).append(...made);
        if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      }
      this.about = about;
    }

    head(text, ...more) {
      return wp.el("div", { class: "ed-head" }, wp.el("h2", { text }), ...more);
    }

    remove() {
      return button("delete", wp.t("edit.delete"), () => this.editor.remove(), { tone: "quiet", icon: "delete" });
    }

    // ---- one thing ----

    room(id) {
      const { editor } = this;
      const room = editor.floor.rooms.find((r) => r.id === id);
      const change = (changes) => editor.do("room_fields", E.withRoomChanged(editor.site, id, changes), { fields: { name: room.name } });
      const rename = (next) => {
        if (E.roomsOf(editor.site).some((other) => other.id === next)) return editor.refuse("edit.id_taken", { id: next });
        const site = E.withRoomChanged(editor.site, id, { id: next });
        editor.selection = [];
        return editor.do("room_fields", site, { fields: { name: room.name }, selection: [{ kind: "room", id: next }] });
      };
      const seated = room.use === "classroom" || room.use === "specialist";
      return [
        this.head(room.name, this.remove()),
        field("name", room.name, (name) => change({ name }), { required: true }),
        select("use", room.use, options.uses(), (use) => change({ use })),
        seated ? field("class_size", room.class_size, (class_size) => change({ class_size }), { type: "number", min: 1, max: 120, step: 1, whole: true, unit: wp.t("edit.unit.people"), placeholder: wp.t("edit.usual") }) : null,
        field("devices", room.devices, (devices) => change({ devices }), { type: "number", min: 0, max: 1200, step: 1, whole: true, unit: wp.t("edit.unit.devices"), placeholder: wp.t("edit.usual") }),
        select("profile", room.profile ?? "", options.profiles(), (profile) => change({ profile })),
        field("block", room.block, (block) => change({ block })),
        field("id", room.id, rename, { required: true }),
        field("inventory_id", room.inventory_id, (inventory_id) => change({ inventory_id })),
        wp.el("p", { class: "ed-note", text: wp.t("edit.room_area", { area: Math.abs(g.area(room.polygon)).toFixed(1) }) }),
        this.spotOfRoom(room),
      ].filter(Boolean);
    }

    spotOfRoom(room) {
      const { editor } = this;
      const k = (editor.site.spots || []).findIndex((spot) => spot.room_id === room.id && spot.kind === "forbidden");
      const toggle = () => {
        const spots = [...(editor.site.spots || []), { kind: "forbidden", floor: editor.level, room_id: room.id }];
        editor.do("spot", k >= 0 ? E.withoutSpot(editor.site, k) : { ...editor.site, spots });
      };
      return button("forbid-room", wp.t(k >= 0 ? "edit.allow_room" : "edit.forbid_room"), toggle);
    }

    wall(k) {
      const { editor } = this;
      const wall = editor.floor.walls[k];
      return W.isOpening(wall) ? this.opening(k, wall) : this.wallOnly(k, wall);
    }

    opening(k, wall) {
      const { editor } = this;
      const opening = W.openingOf(editor.floor, k);
      const change = (changes) => {
        const made = W.changedOpening(editor.floor, k, changes);
        if (!made.floor) return editor.refuse(`edit.opening_${made.problem}`);
        return editor.doFloor("opening_fields", () => made.floor, { selection: [{ kind: "wall", id: made.k }] });
      };
      const plainly = (changes) => editor.doFloor("opening_fields", (floor) => W.changedWalls(floor, [k], changes), { selection: [{ kind: "wall", id: k }] });
      const metres = { type: "number", step: 0.05, unit: "m", required: true };
      const top = editor.floor.height_m;
      return [
        this.head(wp.t(`edit.kind.${opening.kind}`), this.remove()),
        field("width_m", opening.width_m, (width_m) => change({ width_m }), { ...metres, min: 0.3, max: 30 }),
        field("sill_m", opening.sill_m, (sill_m) => (sill_m < opening.head_m - 0.05 ? change({ sill_m }) : false), { ...metres, min: 0, max: top }),
        field("head_m", opening.head_m, (head_m) => (head_m > opening.sill_m + 0.05 ? change({ head_m }) : false), { ...metres, min: 0.1, max: top }),
        select("material", wall.material, options.materials(), (material) => plainly({ material, thickness_m: null })),
        ...this.losses(wall, plainly),
      ];
    }

    wallOnly(k, wall) {
      const { editor } = this;
      const whole = W.solid(editor.floor, k);
      const change = (changes) => editor.doFloor("wall_fields", (floor) => W.changedWalls(floor, whole, changes), { selection: [{ kind: "wall", id: k }] });
      const one = (changes) => editor.doFloor("wall_fields", (floor) => W.changedWalls(floor, [k], changes), { selection: [{ kind: "wall", id: k }] });
      const { ends } = W.run(editor.floor, k);
      const length = g.mm(g.dist(...ends));
      const stretch = (next) => editor.doFloor("shape", (floor) => W.endMoved(floor, k, 1, g.along(...ends, next / length)), { refusal: "edit.cannot_move" });
      const metres = { type: "number", step: 0.05, unit: "m" };
      return [
        this.head(wp.t(`edit.kind.${W.kindOf(wall)}`), this.remove()),
        field("length_m", length, stretch, { ...metres, required: true, min: 0.1, max: 500 }),
        select("material", wall.material, options.materials(), (material) => change({ material, thickness_m: null })),
        field("thickness_m", wall.thickness_m, (thickness_m) => change({ thickness_m }), { ...metres, step: 0.01, min: 0.001, max: 3, placeholder: String(wp.materialThickness(wall.material) ?? "") }),
        field("bottom_m", W.bottomOf(wall), (bottom_m) => (bottom_m < wall.top_m ? one({ bottom_m }) : false), { ...metres, required: true, min: 0, max: 30 }),
        field("top_m", wall.top_m, (top_m) => (top_m > W.bottomOf(wall) ? one({ top_m }) : false), { ...metres, required: true, min: 0.05, max: editor.floor.height_m }),
        ...this.losses(wall, change),
        this.pieces(k),
      ].filter(Boolean);
    }

    losses(wall, change) {
      const given = ["loss_2g4_db", "loss_5g_db", "loss_6g_db"];
      const fields = given.map((name) =>
        field(name, wall[name], (value) => change({ [name]: value }), { type: "number", min: 0, max: 200, step: 0.5, unit: "dB", placeholder: wp.t("edit.by_material") }));
      const open = given.some((name) => wall[name] != null);
      return [wp.el("details", { open, class: "ed-more" }, wp.el("summary", { text: wp.t("edit.losses") }), ...fields)];
    }

    // Doors and windows of the same straight wall, to be chosen without a pointer.
    pieces(k) {
      const { editor } = this;
      const openings = W.run(editor.floor, k).parts.filter((part) => W.isOpening(editor.floor.walls[part.k]));
      if (!openings.length) return null;
      return wp.el("div", { class: "ed-list" }, wp.el("h3", { text: wp.t("edit.in_wall") }), ...openings.map((part) => this.list.link({ kind: "wall", id: part.k })));
    }

    cabinet(id) {
      const { editor } = this;
      const cabinet = editor.floor.cabinets.find((c) => c.id === id);
      const change = (changes, selection) => editor.do("cabinet_fields", E.withCabinetChanged(editor.site, id, changes), { selection });
      const rename = (next) => {
        if (editor.site.floors.some((floor) => (floor.cabinets || []).some((c) => c.id === next))) return editor.refuse("edit.id_taken", { id: next });
        return change({ id: next }, [{ kind: "cabinet", id: next }]);
      };
      return [
        this.head(cabinet.name || cabinet.id, this.remove()),
        field("name", cabinet.name, (name) => change({ name })),
        field("id", cabinet.id, rename, { required: true }),
        field("uplink_mbps", cabinet.uplink_mbps, (uplink_mbps) => change({ uplink_mbps }), { type: "number", min: 1, max: 1e6, unit: "Mbit/s" }),
        ...this.place(cabinet, (place) => change(place)),
      ];
    }

    place(item, change) {
      const metres = { type: "number", step: 0.05, unit: "m", required: true, min: -10000, max: 10000 };
      return [field("x_m", item.x_m, (x_m) => change({ x_m }), metres), field("y_m", item.y_m, (y_m) => change({ y_m }), metres)];
    }

    spot(k) {
      const { editor } = this;
      const spot = editor.site.spots[k];
      const change = (changes) => editor.do("spot_fields", E.withSpotChanged(editor.site, k, changes));
      const kinds = ["locked", "forbidden", "preferred"].map((value) => ({ value, label: wp.t(`edit.spot.${value}`) }));
      return [
        this.head(wp.t(`edit.spot.${spot.kind}`), this.remove()),
        wp.el("p", { class: "ed-note", text: wp.t(`edit.spot_note.${spot.kind}`) }),
        select("spot_kind", spot.kind, kinds, (kind) => change({ kind, radius_m: kind === "forbidden" ? 2 : null })),
        spot.kind === "forbidden" && spot.x_m != null ? field("radius_m", spot.radius_m ?? 1, (radius_m) => change({ radius_m }), { type: "number", min: 0.1, max: 100, step: 0.5, unit: "m", required: true }) : null,
        field("note", spot.note, (note) => change({ note })),
        ...(spot.x_m != null ? this.place(spot, change) : []),
      ].filter(Boolean);
    }

    ap(id) {
      const { editor } = this;
      const ap = editor.accessPoints().find((a) => a.id === id);
      const parts = [this.head(ap.name || ap.id, ap.planned ? null : this.remove())];
      if (ap.planned) parts.push(...this.plannedAp(ap));
      else parts.push(...this.existingAp(ap));
      return parts;
    }

    plannedAp(ap) {
      const { editor } = this;
      const k = E.lockedAt(editor.site, { floor: ap.floor, x_m: ap.x_m, y_m: ap.y_m });
      const lock = () => editor.do(k >= 0 ? "unlock" : "lock", k >= 0 ? E.withoutSpot(editor.site, k) : E.withSpot(editor.site, ap.floor, [ap.x_m, ap.y_m], "locked", wp.t("edit.locked_by_hand")).site);
      const forbid = () => {
        const site = k >= 0 ? E.withoutSpot(editor.site, k) : editor.site;
        const made = E.withSpot(site, ap.floor, [ap.x_m, ap.y_m], "forbidden");
        editor.do("spot", made.site, { selection: [{ kind: "spot", id: made.id }] });
      };
      const move = (place) => {
        const state = editor.hung(editor.doc.state, ap, [place.x_m ?? ap.x_m, place.y_m ?? ap.y_m]);
        const done = editor.doc.do("ap", state, { fields: { name: ap.name || ap.id } });
        editor.heard.emit("apdrop", { id: ap.id });
        return done;
      };
      return [
        wp.el("p", { class: "ed-note", text: wp.t("edit.ap_planned") }),
        wp.el("div", { class: "ed-buttons" },
          button("lock", wp.t(k >= 0 ? "edit.unlock" : "edit.lock"), lock),
          button("forbid", wp.t("edit.forbid_here"), forbid)),
        ...this.place(ap, move),
      ];
    }

    existingAp(ap) {
      const { editor } = this;
      const own = (editor.site.access_points || []).find((point) => point.id === ap.id);
      const change = (changes) => editor.do("existing_fields", E.withAccessPointChanged(editor.site, ap.id, changes));
      const move = (place) => {
        const state = editor.hung(editor.doc.state, ap, [place.x_m ?? ap.x_m, place.y_m ?? ap.y_m]);
        const done = editor.doc.do("ap", state, { fields: { name: ap.name || ap.id } });
        editor.heard.emit("apdrop", { id: ap.id });
        return done;
      };
      return [
        wp.el("p", { class: "ed-note", text: wp.t("edit.ap_existing") }),
        field("name", own.name, (name) => change({ name })),
        select("model", own.model ?? "", options.models(), (model) => change({ model })),
        field("z_m", own.z_m, (z_m) => change({ z_m }), { type: "number", min: 0, max: 30, step: 0.1, unit: "m" }),
        ...this.place(ap, move),
      ];
    }

    // ---- several ----

    several() {
      const { editor } = this;
      const ks = editor.ids("wall").filter((k) => !W.isOpening(editor.floor.walls[k]));
      const rooms = editor.ids("room");
      const parts = [this.head(wp.t("edit.n_selected", { n: editor.selection.length }), this.remove())];
      if (rooms.length) {
        const change = (use) => {
          const site = rooms.reduce((made, id) => E.withRoomChanged(made, id, { use }), editor.site);
          editor.do("room_fields", site, { fields: { name: rooms.length } });
        };
        parts.push(select("use", null, options.uses(), change));
      }
      if (ks.length) {
        const change = (material) => editor.doFloor("wall_fields", (floor) => W.changedWalls(floor, ks, { material, thickness_m: null }));
        parts.push(select("material", null, options.materials(), change));
      }
      const small = editor.selection.filter((item) => item.kind !== "wall" && item.kind !== "room");
      if (small.length > 1) {
        parts.push(wp.el("div", { class: "ed-buttons" }, button("align-x", wp.t("edit.align_x"), () => editor.align(0)), button("align-y", wp.t("edit.align_y"), () => editor.align(1))));
      }
      return parts;
    }

    everything() {
      return [this.floors?.section(), this.schools?.section(), ...this.list.all()].filter(Boolean);
    }
  }

  wp.Panel = Panel;
})();
