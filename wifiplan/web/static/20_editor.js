// The editor on top of the plan view: which floor, what is selected, and every change as a named step of the document.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E, geo: g, walls: W } = wp;

  const REACH_PX = { mouse: 10, touch: 22 }; // how near a pointer must come: a finger covers more

  const USUAL_GRID_M = 0.5;

  class Editor {
    constructor({ doc, view, level }) {
      Object.assign(this, { doc, view, level, selection: [], plan: null, reachPx: REACH_PX.mouse, chosenGrid: null, snapping: true });
      this.heard = wp.emitter();
      this.shown = { site: null, level: null };
      doc.watch((why) => this.changed(why));
    }

    on(name, fn) {
      return this.heard.on(name, fn);
    }

    get site() {
      return this.doc.site;
    }

    // Metres. Over a picture none until a person chooses one: walls follow what is drawn there, which knows no grid.
    get grid() {
      return this.chosenGrid ?? (this.floor.underlay ? 0 : USUAL_GRID_M);
    }

    set grid(metres) {
      this.chosenGrid = metres;
    }

    get floor() {
      return E.floorOf(this.site, this.level) || this.site.floors[0];
    }

    // ---- steps ----

    do(name, site, options = {}) {
      if (!site) return this.refuse(options.refusal || "edit.cannot");
      const done = this.doc.do(name, { site }, options);
      if (options.selection) this.select(options.selection);
      return done;
    }

    doFloor(name, change, options = {}) {
      const next = change(this.floor);
      if (!next) return this.refuse(options.refusal || "edit.cannot");
      return this.do(name, E.withFloor(this.site, this.level, () => next), options);
    }

    refuse(key, fields) {
      this.say(wp.t(key, fields), "bad");
      return false;
    }

    say(text, tone = "") {
      this.heard.emit("say", { text, tone });
    }

    undo() {
      const step = this.doc.undo();
      if (step) this.say(wp.t("edit.undone", { what: wp.t(`edit.step.${step.name}`, step.fields) }));
    }

    redo() {
      const step = this.doc.redo();
      if (step) this.say(wp.t("edit.redone", { what: wp.t(`edit.step.${step.name}`, step.fields) }));
    }

    changed(why) {
      if (!E.floorOf(this.site, this.level)) this.level = this.site.floors[0].level;
      if (why !== "do") this.selection = this.selection.filter((item) => item.kind !== "wall");
      this.selection = this.selection.filter((item) => this.exists(item));
      this.show();
      this.heard.emit("change", why);
    }

    // ---- what is shown ----

    show() {
      if (this.shown.site !== this.site || this.shown.level !== this.level) {
        // drawn once: the plan and the map of this floor are put into the view before
        this.view.level = this.level;
        this.heard.emit("dress");
        this.view.setSite(this.site);
        this.shown = { site: this.site, level: this.level };
      }
      this.heard.emit("draw");
    }

    setFloor(level) {
      if (level === this.level) return;
      this.level = level;
      this.selection = [];
      this.show();
      this.heard.emit("floor");
      this.heard.emit("select");
    }

    // Screen pixels of a metre, and user units of the drawing of a screen pixel.
    get pxPerMetre() {
      const box = this.view.root.getBoundingClientRect();
      const [p, q] = [this.view.toMetres(box.left, box.top), this.view.toMetres(box.left + 100, box.top)];
      return 100 / Math.max(1e-9, g.dist(p, q));
    }

    get unitsPerPx() {
      const [p, q] = [this.view.fromMetres(0, 0), this.view.fromMetres(1, 0)];
      return g.dist(p, q) / this.pxPerMetre;
    }

    get reach() {
      return this.reachPx / this.pxPerMetre;
    }

    // ---- things on this floor ----

    // Access points as they stand now: those of the plan where their hands put them, or those of the site alone.
    accessPoints() {
      const existing = new Set((this.site.access_points || []).map((point) => point.id));
      const planned = this.plan?.access_points || [];
      const known = new Set(planned.map((ap) => ap.id));
      const { places } = this.doc;
      const points = planned.map((ap) => ({ ...ap, ...places[ap.id], planned: !existing.has(ap.id) }));
      for (const point of this.site.access_points || []) if (!known.has(point.id)) points.push({ ...point, floor: point.floor || 0, ...this.placeOf(point) });
      return points.filter((ap) => ap.x_m != null && (ap.floor || 0) === this.level);
    }

    placeOf(point) {
      if (point.x_m != null) return {};
      for (const floor of this.site.floors) {
        const room = (floor.rooms || []).find((r) => r.id === point.room_id);
        if (room) return this.middleOf(room, floor.level);
      }
      return {};
    }

    middleOf(room, level) {
      const [x_m, y_m] = E.innerPoint(room.polygon);
      return { x_m, y_m, floor: level };
    }

    // Spots as places, those of a whole room in its middle: {spot, k, x_m, y_m}.
    spots() {
      return (this.site.spots || []).flatMap((spot, k) => {
        if ((spot.floor || 0) !== this.level) return [];
        if (spot.x_m != null) return [{ spot, k, x_m: spot.x_m, y_m: spot.y_m }];
        const room = (this.floor.rooms || []).find((r) => r.id === spot.room_id);
        return room ? [{ spot, k, ...this.middleOf(room, this.level) }] : [];
      });
    }

    exists({ kind, id }) {
      if (kind === "wall") return id < (this.floor.walls || []).length;
      if (kind === "room") return (this.floor.rooms || []).some((room) => room.id === id);
      if (kind === "cabinet") return (this.floor.cabinets || []).some((cabinet) => cabinet.id === id);
      if (kind === "spot") return id < (this.site.spots || []).length;
      return this.accessPoints().some((ap) => ap.id === id);
    }

    // What lies under a point, small things first.
    hit(p, { rooms = true } = {}) {
      const reach = this.reach;
      const small = [
        ...this.accessPoints().map((ap) => ({ kind: "ap", id: ap.id, at: [ap.x_m, ap.y_m] })),
        ...(this.floor.cabinets || []).map((cabinet) => ({ kind: "cabinet", id: cabinet.id, at: [cabinet.x_m, cabinet.y_m] })),
        ...this.spots().map(({ k, x_m, y_m }) => ({ kind: "spot", id: k, at: [x_m, y_m] })),
      ].filter((item) => g.dist(item.at, p) <= 1.4 * reach);
      if (small.length) return small.reduce((best, item) => (g.dist(item.at, p) < g.dist(best.at, p) - 1e-9 ? item : best));
      const k = W.wallAt(this.floor, p, 0.7 * reach);
      if (k !== null) return { kind: "wall", id: k };
      const room = rooms && E.roomAt(this.floor, p);
      return room ? { kind: "room", id: room.id } : null;
    }

    // ---- selection ----

    select(items) {
      this.selection = items.filter((item) => this.exists(item)).map(({ kind, id }) => ({ kind, id }));
      this.heard.emit("draw");
      this.heard.emit("select");
    }

    isSelected(item) {
      return this.selection.some((other) => other.kind === item.kind && other.id === item.id);
    }

    get only() {
      return this.selection.length === 1 ? this.selection[0] : null;
    }

    ids(kind) {
      return this.selection.filter((item) => item.kind === kind).map((item) => item.id);
    }

    remove() {
      if (!this.selection.length) return;
      const planned = new Set(this.accessPoints().filter((ap) => ap.planned).map((ap) => ap.id));
      const ids = this.ids("ap").filter((id) => !planned.has(id));
      if (this.selection.every((item) => item.kind === "ap") && !ids.length) {
        this.refuse("edit.planned_stays");
        return;
      }
      let site = E.withFloor(this.site, this.level, (floor) => W.withoutWalls(floor, this.ids("wall")));
      site = E.withoutRooms(site, this.ids("room"));
      for (const id of this.ids("cabinet")) site = E.withoutCabinet(site, id);
      for (const id of ids) site = E.withoutAccessPoint(site, id);
      for (const k of this.ids("spot").sort((p, q) => q - p)) site = E.withoutSpot(site, k);
      this.do("delete", site, { selection: [], fields: { n: this.selection.length } });
    }

    // Move all that is selected by metres.
    nudge(dx, dy, group = "nudge") {
      const site = this.nudged(this.doc.state, [dx, dy]);
      if (!site) return this.refuse("edit.cannot_move");
      return this.doc.do("move", site, { group });
    }

    // The state with the selection moved: {site, hand}, or null.
    nudged(state, [dx, dy], selection = this.selection) {
      let { site, hand } = state;
      const of = (kind) => selection.filter((item) => item.kind === kind).map((item) => item.id);
      const ks = of("wall");
      if (ks.length) {
        const floor = E.floorOf(site, this.level);
        const next = ks.length === 1 && W.isOpening(floor.walls[ks[0]]) ? this.openingMoved(floor, ks[0], [dx, dy]) : W.slid(floor, ks, [dx, dy]);
        if (!next) return null;
        site = E.withFloor(site, this.level, () => next);
      }
      const rooms = new Set(of("room"));
      const go = (p) => g.tidy([p[0] + dx, p[1] + dy]);
      site = E.withFloor(site, this.level, (floor) => {
        if (!rooms.size || ks.length) return floor;
        return { ...floor, rooms: floor.rooms.map((room) => (rooms.has(room.id) ? { ...room, polygon: room.polygon.map(go) } : room)) };
      });
      for (const id of of("cabinet")) {
        const cabinet = this.floor.cabinets.find((c) => c.id === id);
        site = E.withCabinetChanged(site, id, { x_m: g.mm(cabinet.x_m + dx), y_m: g.mm(cabinet.y_m + dy) });
      }
      for (const k of of("spot")) {
        const place = this.spots().find((s) => s.k === k);
        site = E.withSpotChanged(site, k, { x_m: g.mm(place.x_m + dx), y_m: g.mm(place.y_m + dy), room_id: null });
      }
      for (const id of of("ap")) {
        const ap = this.accessPoints().find((a) => a.id === id);
        ({ site, hand } = this.hung({ site, hand }, ap, [ap.x_m + dx, ap.y_m + dy]));
      }
      return { site, hand };
    }

    // The state with an access point hung elsewhere; where it hung at first is kept for the way back.
    hung(state, ap, [x, y]) {
      this.doc.home[ap.id] ??= { x_m: ap.x_m, y_m: ap.y_m, floor: ap.floor };
      return E.movedAccessPoint(state, ap, [x, y], wp.t("edit.moved_by_hand"));
    }

    openingMoved(floor, k, [dx, dy]) {
      const { middle } = W.openingOf(floor, k);
      const next = W.changedOpening(floor, k, {}, [middle[0] + dx, middle[1] + dy]);
      if (next.floor) this.selection = [{ kind: "wall", id: next.k }];
      return next.floor || null;
    }

    // Put selected small things on one line: `axis` 0 gives them one x, 1 one y (that of the first).
    align(axis) {
      const places = this.selection.map((item) => ({ item, at: this.middle(item) })).filter(({ item }) => item.kind !== "wall");
      if (places.length < 2) return;
      const to = places[0].at[axis];
      let { state } = this.doc;
      for (const { item, at } of places) {
        const by = axis === 0 ? [to - at[0], 0] : [0, to - at[1]];
        state = this.nudged(state, by, [item]) || state;
      }
      this.doc.do("align", state, {});
    }

    middle(item) {
      if (item.kind === "ap") return ((ap) => [ap.x_m, ap.y_m])(this.accessPoints().find((a) => a.id === item.id));
      if (item.kind === "cabinet") return ((c) => [c.x_m, c.y_m])(this.floor.cabinets.find((c) => c.id === item.id));
      if (item.kind === "spot") return ((s) => [s.x_m, s.y_m])(this.spots().find((s) => s.k === item.id));
      if (item.kind === "wall") return g.along(...this.floor.walls[item.id].line, 0.5);
      return E.innerPoint(this.floor.rooms.find((room) => room.id === item.id).polygon);
    }

    // ---- snapping ----

    snap(p, { from = null, corners = [], angle = true } = {}) {
      if (!this.snapping) return { point: p, kind: "free", guides: [] };
      const rooms = (this.floor.rooms || []).flatMap((room) => room.polygon);
      return g.snap(p, { segments: W.segments(this.floor), corners: [...corners, ...rooms], from, reach: this.reach, grid: this.grid, angle });
    }
  }

  Editor.REACH_PX = REACH_PX;
  wp.Editor = Editor;
})();
