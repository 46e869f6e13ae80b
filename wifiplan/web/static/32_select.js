// The tool that selects and moves: taps choose, a drag moves what is small or chosen already, handles change shapes.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E, geo: g, walls: W } = wp;

  class SelectTool {
    constructor(editor, overlay) {
      Object.assign(this, { editor, overlay, drag: null });
    }

    hover(p) {
      if (this.drag) return;
      const item = this.editor.hit(p, { rooms: false });
      this.editor.view.root.classList.toggle("ed-over", Boolean(item) || Boolean(this.handleAt(p)));
    }

    handleAt(p) {
      const near = this.overlay.handles().filter((handle) => g.dist(handle.at, p) <= this.editor.reach);
      return near.length ? near.reduce((best, h) => (g.dist(h.at, p) < g.dist(best.at, p) ? h : best)) : null;
    }

    // True where the pointer has something to move; otherwise the view may pan.
    press(p, { shift = false, mouse = true } = {}) {
      const handle = this.handleAt(p);
      const item = handle ? null : this.editor.hit(p);
      const small = item && ["ap", "cabinet", "spot"].includes(item.kind);
      if (shift && mouse && (!item || item.kind === "room")) this.drag = { kind: "band", from: p, to: p };
      else if (handle) this.drag = { kind: "handle", handle, from: p };
      else if (item && !shift && (small || this.editor.isSelected(item))) this.drag = { kind: "move", item, from: p, was: this.editor.isSelected(item) };
      else return false;
      Object.assign(this.drag, { state: this.editor.doc.state, group: `drag-${performance.now()}`, moved: false });
      return true;
    }

    move(p) {
      const { drag, editor } = this;
      if (!drag) return;
      drag.moved = true;
      if (drag.kind === "band") this.band(p);
      else if (drag.kind === "handle") this.pull(p);
      else if (drag.item.kind === "ap" && (!drag.was || editor.selection.length === 1)) this.hang(p);
      else this.shift(p);
    }

    // An access point goes with the pointer; the document learns it at every move as one step, and what listens is told.
    hang(p) {
      const { drag, editor } = this;
      const ap = editor.accessPoints().find((a) => a.id === drag.item.id);
      if (!drag.offset) drag.offset = [ap.x_m - drag.from[0], ap.y_m - drag.from[1]];
      const at = g.tidy([p[0] + drag.offset[0], p[1] + drag.offset[1]]);
      drag.place = { id: ap.id, x_m: at[0], y_m: at[1], floor: editor.level };
      drag.ap = ap;
      wp.moveMarker?.(editor.view, ap.id, at[0], at[1]);
      editor.heard.emit("apdrag", drag.place);
    }

    shift(p) {
      const { drag, editor } = this;
      if (!drag.was) {
        editor.select([drag.item]);
        drag.was = true;
      }
      if (!drag.selection) drag.selection = editor.selection;
      let [dx, dy] = [p[0] - drag.from[0], p[1] - drag.from[1]];
      const wall = drag.item.kind === "wall" ? E.floorOf(drag.state.site, editor.level).walls[drag.item.id] : null;
      // a wall slides square to itself, an opening along its wall or onto another one
      if (wall && !W.isOpening(wall)) [dx, dy] = this.across(wall, [dx, dy]);
      if (editor.snapping && !(wall && W.isOpening(wall))) [dx, dy] = [dx, dy].map((d) => Math.round(d * 20) / 20);
      const { doc } = editor;
      editor.selection = drag.selection;
      const now = this.rewound(() => editor.nudged(drag.state, [dx, dy], drag.selection));
      const selection = editor.selection;
      if (now && doc.do("move", now, { group: drag.group })) editor.select(selection);
    }

    // Work out a move from where the drag began, not from its last step: `nudged` reads the floor of the document.
    rewound(fn) {
      const { doc } = this.editor;
      const { state } = doc;
      doc.state = this.drag.state;
      const made = fn();
      doc.state = state;
      return made;
    }

    across(wall, [dx, dy]) {
      const [a, b] = wall.line;
      const length = g.dist(a, b);
      const normal = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
      const by = Math.round((dx * normal[0] + dy * normal[1]) * 20) / 20;
      return [normal[0] * by, normal[1] * by];
    }

    pull(p) {
      const { drag, editor } = this;
      const { handle } = drag;
      const floor = E.floorOf(drag.state.site, editor.level);
      const { point, kind, guides } = this.rewound(() => editor.snap(p, { from: this.anchor(floor, handle) }));
      const to = g.tidy(point);
      const next = handle.kind === "end" ? W.endMoved(floor, handle.id, handle.n, to) : this.cornered(floor, handle, to);
      this.overlay.show(this.overlay.snapMarks({ point: to, kind, guides }));
      if (!next) return;
      const site = E.withFloor(drag.state.site, editor.level, () => next);
      editor.doc.do("shape", { ...drag.state, site }, { group: drag.group });
    }

    // A wall's end keeps round angles to its other end.
    anchor(floor, handle) {
      return handle.kind === "end" ? W.run(floor, handle.id).ends[1 - handle.n] : null;
    }

    cornered(floor, handle, to) {
      const rooms = floor.rooms.map((room) => (room.id === handle.id ? { ...room, polygon: room.polygon.map((q, n) => (n === handle.n ? to : q)) } : room));
      const { polygon } = rooms.find((room) => room.id === handle.id);
      return g.crossesItself(polygon) || Math.abs(g.area(polygon)) < 0.5 ? null : { ...floor, rooms };
    }

    band(p) {
      const { drag } = this;
      drag.to = p;
      const [[a, b], [c, d]] = [drag.from, p];
      this.overlay.show([this.overlay.line([[a, b], [c, b], [c, d], [a, d]], { class: "ed-band" }, true)]);
    }

    release() {
      const { drag, editor } = this;
      this.drag = null;
      if (!drag) return false;
      this.overlay.clear();
      if (drag.kind === "band" && drag.moved) this.caught(drag);
      if (drag.place) this.hung(drag);
      editor.doc.endGroup();
      return drag.moved;
    }

    hung({ ap, place }) {
      const { editor } = this;
      const state = editor.hung(editor.doc.state, ap, [place.x_m, place.y_m]);
      editor.doc.do("ap", state, { fields: { name: ap.name || ap.id } });
      editor.select([{ kind: "ap", id: ap.id }]);
      editor.heard.emit("apdrop", place);
    }

    cancel() {
      const { drag, editor } = this;
      this.drag = null;
      this.overlay.clear();
      if (!drag) return;
      if (drag.place) editor.heard.emit("apdrag", { id: drag.ap.id, x_m: drag.ap.x_m, y_m: drag.ap.y_m, floor: editor.level });
      if (editor.doc.state !== drag.state && editor.doc.open === drag.group) editor.undo();
    }

    caught({ from, to }) {
      const { editor } = this;
      const [a, b, c, d] = g.bounds([from, to]);
      const within = ([x, y]) => x >= a && x <= c && y >= b && y <= d;
      const { floor } = editor;
      const items = [
        ...(floor.walls || []).map((wall, id) => ({ kind: "wall", id, at: wall.line })),
        ...(floor.rooms || []).map((room) => ({ kind: "room", id: room.id, at: room.polygon })),
        ...(floor.cabinets || []).map((cabinet) => ({ kind: "cabinet", id: cabinet.id, at: [[cabinet.x_m, cabinet.y_m]] })),
        ...editor.accessPoints().map((ap) => ({ kind: "ap", id: ap.id, at: [[ap.x_m, ap.y_m]] })),
        ...editor.spots().map(({ k, x_m, y_m }) => ({ kind: "spot", id: k, at: [[x_m, y_m]] })),
      ];
      editor.select(items.filter((item) => item.at.every(within)));
    }

    tap(p, { shift = false } = {}) {
      const { editor } = this;
      const item = editor.hit(p);
      if (!item) editor.select([]);
      else if (!shift) editor.select([item]);
      else if (editor.isSelected(item)) editor.select(editor.selection.filter((other) => !(other.kind === item.kind && other.id === item.id)));
      else editor.select([...editor.selection, item]);
      if (item?.kind === "ap") editor.heard.emit("aptap", { id: item.id });
    }

    key(event) {
      const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const arrow = arrows[event.key];
      if (arrow && this.editor.selection.length && !this.editor.ids("room").length) {
        const step = event.shiftKey ? 0.5 : 0.05;
        this.editor.nudge(arrow[0] * step, arrow[1] * step);
      } else if (event.key === "Delete" || event.key === "Backspace") this.editor.remove();
      else if (event.key === "Escape" && this.drag) this.cancel();
      else if (event.key === "Escape" && this.editor.selection.length) this.editor.select([]);
      else return false;
      return true;
    }

    stop() {
      this.cancel();
    }

    stepBack() {
      return false;
    }
  }

  wp.drawing.SelectTool = SelectTool;
})();
