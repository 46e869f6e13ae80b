// What the editor draws over the plan: selection, handles, the line being drawn, its length and angle.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { geo: g, walls: W } = wp;

  const LEAST_GRID_PX = 18;

  class Overlay {
    constructor(editor, container) {
      this.editor = editor;
      this.chosen = wp.svg("g", { class: "ed-chosen" });
      this.draft = wp.svg("g", { class: "ed-draft" });
      editor.view.layers.tools.append(this.chosen, this.draft);
      this.label = wp.el("div", { class: "ed-label", hidden: true, "data-test": "draw-label" });
      container.append(this.label);
      this.container = container;
      this.grid = wp.svg("path", { class: "ed-grid", "vector-effect": "non-scaling-stroke" });
      editor.view.root.insertBefore(this.grid, editor.view.layers.underlay.nextSibling);
      editor.on("draw", () => {
        this.drawChosen();
        this.drawGrid();
      });
    }

    // Lines of the grid that is in sight, coarser where they would crowd.
    drawGrid() {
      const { editor } = this;
      const { view } = editor;
      const { width, height } = view.size();
      const { x, y, scale } = view.seen;
      const factor = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => editor.grid * n * scale >= LEAST_GRID_PX);
      const step = editor.grid * (factor || 0);
      const lines = [];
      if (step) {
        const [x1, y0] = [x + width / scale, y - height / scale];
        for (let k = Math.ceil(x / step); k * step <= x1; k += 1) lines.push(this.path([[k * step, y0], [k * step, y]]));
        for (let k = Math.ceil(y0 / step); k * step <= y; k += 1) lines.push(this.path([[x, k * step], [x1, k * step]]));
      }
      this.grid.setAttribute("d", lines.join(""));
    }

    at(p) {
      return this.editor.view.fromMetres(p[0], p[1]);
    }

    path(points, closed = false) {
      return `M${points.map((p) => this.at(p).join(" ")).join("L")}${closed ? "Z" : ""}`;
    }

    dot(p, px, attrs) {
      const [cx, cy] = this.at(p);
      return wp.svg("circle", { cx, cy, r: px * this.editor.unitsPerPx, "vector-effect": "non-scaling-stroke", ...attrs });
    }

    line(points, attrs, closed = false) {
      return wp.svg("path", { d: this.path(points, closed), "vector-effect": "non-scaling-stroke", ...attrs });
    }

    // Handles of what is selected: [{at, drag: (editor, point) -> floor or null}], in the order they are drawn.
    handles() {
      const { editor } = this;
      const only = editor.only;
      if (!only) return [];
      if (only.kind === "room") {
        const room = editor.floor.rooms.find((r) => r.id === only.id);
        return room.polygon.map((at, n) => ({ at, kind: "corner", n, id: room.id }));
      }
      if (only.kind !== "wall" || W.isOpening(editor.floor.walls[only.id])) return [];
      return W.run(editor.floor, only.id).ends.map((at, n) => ({ at, kind: "end", n, id: only.id }));
    }

    drawChosen() {
      const { editor } = this;
      wp.clear(this.chosen);
      for (const item of editor.selection) this.chosen.append(...this.mark(item));
      for (const handle of this.handles()) {
        const r = editor.reachPx > 12 ? 10 : 6;
        this.chosen.append(this.dot(handle.at, r, { class: "ed-handle", "data-handle": `${handle.kind}-${handle.n}` }));
      }
    }

    mark(item) {
      const { editor } = this;
      if (item.kind === "room") {
        const room = editor.floor.rooms.find((r) => r.id === item.id);
        return [this.line(room.polygon, { class: "ed-mark ed-area" }, true)];
      }
      if (item.kind === "wall") return [this.line(editor.floor.walls[item.id].line, { class: "ed-mark ed-wall" })];
      const at = editor.middle(item);
      // the view itself rings the one access point that its inspector explains
      const marks = item.kind === "ap" && editor.only && editor.plan ? [] : [this.dot(at, 15, { class: "ed-mark" })];
      const spot = item.kind === "spot" && editor.site.spots[item.id];
      if (spot && spot.kind === "forbidden" && spot.x_m != null) {
        marks.push(this.dot(at, (spot.radius_m ?? 1) * editor.pxPerMetre, { class: "ed-mark ed-area" }));
      }
      return marks;
    }

    // ---- what is being drawn ----

    clear() {
      wp.clear(this.draft);
      this.label.hidden = true;
    }

    show(parts) {
      wp.clear(this.draft);
      this.draft.append(...parts);
    }

    // Marks of a snap: its guides, and a sign at the point.
    snapMarks({ point, kind, guides }) {
      const marks = guides.map((line) => this.line(line, { class: "ed-guide" }));
      marks.push(this.dot(point, kind === "end" || kind === "cross" ? 7 : 4, { class: `ed-snap ed-snap-${kind}` }));
      return marks;
    }

    say(text, p) {
      const box = this.editor.view.root.getBoundingClientRect();
      const host = this.container.getBoundingClientRect();
      const origin = this.editor.view.toMetres(box.left, box.top);
      const right = this.editor.view.toMetres(box.left + 1, box.top + 1);
      const x = (p[0] - origin[0]) / (right[0] - origin[0]);
      const y = (p[1] - origin[1]) / (right[1] - origin[1]);
      this.label.textContent = text;
      this.label.hidden = false;
      this.label.style.left = `${Math.max(4, Math.min(box.width - 150, x + box.left - host.left + 16))}px`;
      this.label.style.top = `${Math.max(4, Math.min(box.height - 40, y + box.top - host.top + 16))}px`;
    }
  }

  // Length and direction as people read them: 0° is east, 90° north.
  Overlay.measure = (a, b) => {
    const angle = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
    return wp.t("edit.measure", { length: g.dist(a, b).toFixed(2), angle: Math.round((angle + 360) % 360) });
  };
  Overlay.areaText = (polygon) => wp.t("edit.area", { area: Math.abs(g.area(polygon)).toFixed(1) });

  wp.Overlay = Overlay;
})();
