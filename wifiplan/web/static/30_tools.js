// The drawing tools: each is told of taps, hovering, keys; the one in `Tools.active` is at work.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E, geo: g, walls: W, Overlay } = wp;

  // A tool of points: a chain of walls, a polygon, two corners. Subclasses say what becomes of them.
  class Chain {
    constructor(editor, overlay, options) {
      Object.assign(this, { editor, overlay, options, points: [], typed: "", last: null });
    }

    get from() {
      return this.points[this.points.length - 1] || null;
    }

    stop() {
      this.points = [];
      this.typed = "";
      this.overlay.clear();
    }

    // Where the next point would come: snapped, or at the typed length ("6.5", or "6.5<30" with its direction).
    next(p) {
      const found = this.editor.snap(p, { from: this.from, corners: this.points });
      const typed = this.from && /^(\d*\.?\d+)(?:<(-?\d+\.?\d*))?$/.exec(this.typed);
      if (!typed) return found;
      const length = Number(typed[1]);
      const free = typed[2] === undefined;
      const far = g.dist(this.from, found.point) || 1;
      const angle = (Number(typed[2]) * Math.PI) / 180;
      const [dx, dy] = free ? [(found.point[0] - this.from[0]) / far, (found.point[1] - this.from[1]) / far] : [Math.cos(angle), Math.sin(angle)];
      return { point: g.tidy([this.from[0] + length * dx, this.from[1] + length * dy]), kind: "typed", guides: [] };
    }

    hover(p) {
      this.last = p;
      const found = this.next(p);
      const marks = this.overlay.snapMarks(found);
      if (this.from) marks.push(...this.preview([...this.points, found.point]));
      this.overlay.show(marks);
      if (this.from) this.overlay.say(this.text(found.point), found.point);
    }

    text(point) {
      const measured = Overlay.measure(this.from, point);
      return this.typed ? `${this.typed}▏m — ${measured}` : measured;
    }

    preview(points) {
      return [this.overlay.line(points, { class: "ed-new" })];
    }

    tap(p) {
      this.put(g.tidy(this.next(p).point));
    }

    key(event) {
      if (this.from && /^[0-9.<]$/.test(event.key)) this.typed += event.key;
      else if (this.from && this.typed && event.key === "-") this.typed += "-";
      else if (this.typed && event.key === "Backspace") this.typed = this.typed.slice(0, -1);
      else if (event.key === "Enter" && this.typed) this.tap(this.last || this.from);
      else if (event.key === "Enter" && this.points.length) this.finish();
      else if (event.key === "Escape" && (this.typed || this.points.length)) this.escape();
      else return false;
      if (this.last && this.points.length) this.hover(this.last);
      return true;
    }

    escape() {
      if (this.typed) this.typed = "";
      else this.stop();
    }

    finish() {
      this.stop();
    }

    stepBack() {
      return false;
    }
  }

  class WallTool extends Chain {
    put(point) {
      this.typed = "";
      const { from } = this;
      if (from && g.same(from, point)) return this.stop();
      if (from) {
        const { material, thickness_m } = this.options;
        const usual = wp.materialThickness?.(material);
        const own = thickness_m && thickness_m !== usual ? thickness_m : null;
        const fields = { length: g.dist(from, point).toFixed(2) };
        const done = this.editor.doFloor("wall", (floor) => W.withWall(floor, [from, point], { material, thickness_m: own }), { fields, refusal: "edit.wall_there" });
        if (!done) return null;
      }
      const closes = this.points.length > 2 && g.same(point, this.points[0]);
      this.points.push(point);
      if (closes) this.stop();
      return null;
    }

    // Ctrl+Z while drawing takes the last piece back and goes on from there.
    stepBack() {
      if (this.points.length < 2) return false;
      this.points.pop();
      this.editor.undo();
      if (this.last) this.hover(this.last);
      return true;
    }

    preview(points) {
      return [this.overlay.line(points.slice(-2), { class: "ed-new ed-new-wall" })];
    }
  }

  class RoomTool extends Chain {
    get mode() {
      return this.options.mode || "fill";
    }

    hover(p) {
      if (this.mode !== "fill") return super.hover(p);
      this.last = p;
      const found = this.face(p);
      this.overlay.show(found ? [this.overlay.line(found.polygon, { class: "ed-new ed-area" }, true)] : []);
      if (found) this.overlay.say(Overlay.areaText(found.polygon), p);
      else this.overlay.label.hidden = true;
      return null;
    }

    // Faces are found once for a drawing, not at every move.
    face(p) {
      const { floor } = this.editor;
      if (this.facesOf !== floor) Object.assign(this, { facesOf: floor, faces: g.faces(W.segments(floor)) });
      const around = this.faces.filter((face) => g.inside(p, face));
      return around.length ? { polygon: around.reduce((best, f) => (g.area(f) < g.area(best) ? f : best)) } : null;
    }

    preview(points) {
      const shape = this.mode === "rect" ? this.rectangle(points[0], points[points.length - 1]) : points;
      return [this.overlay.line(shape, { class: "ed-new ed-area" }, true)];
    }

    rectangle([a, b], [c, d]) {
      return [[a, b], [c, b], [c, d], [a, d]];
    }

    text(point) {
      if (this.mode !== "rect") return super.text(point);
      const [a, b] = this.points[0];
      return wp.t("edit.rectangle", { width: Math.abs(point[0] - a).toFixed(2), depth: Math.abs(point[1] - b).toFixed(2) });
    }

    next(p) {
      if (this.mode !== "rect") return super.next(p);
      return this.editor.snap(p, { corners: this.points, angle: false });
    }

    tap(p) {
      if (this.mode !== "fill") return super.tap(p);
      const found = g.faceAt(W.segments(this.editor.floor), p);
      if (!found) return this.editor.refuse("edit.not_closed");
      const here = E.roomAt(this.editor.floor, p);
      if (here && Math.abs(Math.abs(g.area(here.polygon)) - g.area(found.polygon)) < 0.5) return this.editor.select([{ kind: "room", id: here.id }]);
      return this.make(found.polygon, found.bridged);
    }

    put(point) {
      this.typed = "";
      if (this.mode === "rect" && this.points.length) return this.make(this.rectangle(this.points[0], point));
      if (this.points.length > 2 && g.same(point, this.points[0], 0.05)) return this.finish();
      if (this.from && g.same(point, this.from)) return this.finish();
      this.points.push(point);
      return null;
    }

    finish() {
      if (this.points.length > 2) this.make(this.points);
      else this.stop();
    }

    make(polygon, bridged = false) {
      const made = E.withRoom(this.editor.site, this.editor.level, polygon, { use: this.options.use || "classroom" });
      this.stop();
      if (!made) return this.editor.refuse("edit.bad_room");
      this.editor.do("room", made.site, { fields: { name: made.id }, selection: [{ kind: "room", id: made.id }] });
      if (bridged) this.editor.say(wp.t("edit.bridged"), "note");
      return null;
    }

    stepBack() {
      if (!this.points.length) return false;
      this.points.pop();
      if (this.last) this.hover(this.last);
      return true;
    }
  }

  // Doors and windows are put on a wall with one tap; the preview shows where.
  class OpeningTool {
    constructor(editor, overlay, options) {
      Object.assign(this, { editor, overlay, options });
    }

    host(p) {
      return W.wallAt(this.editor.floor, p, 2 * this.editor.reach, (wall) => !W.isOpening(wall));
    }

    hover(p) {
      const k = this.host(p);
      if (k === null) return this.overlay.clear();
      const [a, b] = this.editor.floor.walls[k].line;
      const length = g.dist(a, b);
      const width = Math.min(this.options.width_m, length);
      const s = Math.min(length - width / 2, Math.max(width / 2, g.foot(p, a, b).s));
      const ends = [g.along(a, b, (s - width / 2) / length), g.along(a, b, (s + width / 2) / length)];
      this.overlay.show([this.overlay.line(ends, { class: `ed-new ed-new-${this.options.kind}` })]);
      return this.overlay.say(wp.t("edit.between", { left: (s - width / 2).toFixed(2), right: (length - s - width / 2).toFixed(2) }), p);
    }

    tap(p) {
      const k = this.host(p);
      if (k === null) return this.editor.refuse("edit.no_wall_here");
      const made = W.withOpening(this.editor.floor, k, p, this.options);
      if (!made.floor) return this.editor.refuse(`edit.opening_${made.problem}`);
      this.overlay.clear();
      return this.editor.doFloor(this.options.kind, () => made.floor, { selection: [{ kind: "wall", id: made.k }] });
    }

    key() {
      return false;
    }

    stop() {
      this.overlay.clear();
    }

    stepBack() {
      return false;
    }
  }

  // Cabinets, access points that hang there, and spots: one tap each.
  class PlaceTool extends OpeningTool {
    hover(p) {
      this.overlay.show(this.overlay.snapMarks({ ...this.where(p) }));
    }

    where(p) {
      return { point: this.editor.grid && this.editor.snapping ? p.map((x) => Math.round(x * 20) / 20) : p, kind: "free", guides: [] };
    }

    tap(p) {
      const { editor } = this;
      const { point } = this.where(p);
      const { what } = this.options;
      this.overlay.clear();
      if (what === "cabinet") {
        const made = E.withCabinet(editor.site, editor.level, point);
        return editor.do("cabinet", made.site, { selection: [{ kind: "cabinet", id: made.id }] });
      }
      if (what === "ap") {
        const made = E.withAccessPoint(editor.site, editor.level, point);
        return editor.do("existing", made.site, { selection: [{ kind: "ap", id: made.id }] });
      }
      const made = E.withSpot(editor.site, editor.level, point, this.options.spot || "locked");
      return editor.do("spot", made.site, { selection: [{ kind: "spot", id: made.id }] });
    }
  }

  // Two points and the metres between them give a picture its scale; the first point stays where it is.
  class ScaleTool extends Chain {
    next(p) {
      return { point: p, kind: "free", guides: [] };
    }

    put(point) {
      this.points.push(point);
      if (this.points.length === 2) this.options.ask(...this.points);
    }

    // The typed length is the answer to the question, not where a point lies.
    key(event) {
      return event.key === "Escape" && this.points.length > 0 ? (this.stop(), true) : false;
    }
  }

  wp.drawing = { Chain, OpeningTool, PlaceTool, RoomTool, ScaleTool, WallTool };
})();
