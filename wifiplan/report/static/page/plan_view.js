"use strict";
/* The plan of a floor: SVG (walls, rooms, access points) over a canvas (the heat map), with pan and zoom. */
(() => {
  const wp = (window.wp ??= {});
  const UNIT = 10; // SVG user units a metre: round numbers in the markup
  const TAP_PX = 5; // a pointer that moves less was a tap
  const ZOOM_STEP = 1.25;
  const MIN_PX_PER_M = 0.5, MAX_PX_PER_M = 400;
  const LAYERS = ["underlay", "rooms", "heat", "walls", "labels", "spots", "survey", "aps", "tools"];

  let nViews = 0;

  wp.PlanView = class {
    constructor(container, { still = false } = {}) {
      const { on, emit } = wp.emitter();
      Object.assign(this, { container, on, emit, still, draggable: false, panning: true, id: (nViews += 1) });
      Object.assign(this, { site: { floors: [] }, level: 0, plan: null, fields: null, layer: "verdict", band: "5" });
      Object.assign(this, { selected: null, ground: [0, 0, 1, 1], seen: { x: 0, y: 0, scale: 10 }, cursor: null });
      this.canvas = wp.el("canvas", { class: "wp-heat", "aria-hidden": "true" });
      this.root = wp.svg("svg", { class: "wp-svg", role: "group", "aria-label": wp.t("page.plan") });
      if (!still) this.root.setAttribute("tabindex", "0");
      this.layers = Object.fromEntries(LAYERS.map((name) => [name, wp.svg("g", { class: `wp-layer-${name}` })]));
      this.root.append(this.patterns(), ...LAYERS.map((name) => this.layers[name]));
      this.box = wp.el("div", { class: "wp-plan" }, this.canvas, this.root);
      container.append(this.box);
      if (!still) {
        wp.gestures(this);
        this.watcher = new ResizeObserver(() => this.resized());
        this.watcher.observe(this.box);
      }
    }

    /* Hatchings by name; their ids differ between the views of a page. */
    patterns() {
      const line = (d) => wp.svg("path", { d, class: "wp-hatch" });
      const shapes = { "/": "M0 8L8 0", "\\": "M0 0L8 8", "-": "M0 4H8", "|": "M4 0V8", x: "M0 0L8 8M0 8L8 0", "+": "M4 0V8M0 4H8", ".": "M3 4H5" }; // prettier-ignore
      return wp.svg(
        "defs",
        {},
        ...Object.entries(shapes).map(([name, d]) =>
          wp.svg("pattern", { id: this.patternId(name), width: 8, height: 8, patternUnits: "userSpaceOnUse" }, line(d)),
        ),
      );
    }

    patternId(name) {
      return `wp-hatch-${this.id}-${["/", "\\", "-", "|", "x", "+", "."].indexOf(name)}`;
    }

    get floor() {
      return this.site.floors.find((f) => f.level === this.level) ?? null;
    }

    setSite(site) {
      this.site = { floors: [], access_points: [], spots: [], ...site };
      if (!this.floor && this.site.floors.length > 0) this.level = this.site.floors[0].level;
      this.measure();
      this.redraw();
    }

    setFloor(level) {
      this.level = level;
      this.fields = null;
      this.measure();
      this.redraw();
    }

    setPlan(plan) {
      this.plan = plan;
      this.redraw();
    }

    setFields(fields, layer = this.layer, band = this.band) {
      Object.assign(this, { fields, layer, band });
      this.redraw();
    }

    /* The ground that the floor takes: where its origin in SVG units lies must not move while walls are drawn. */
    measure() {
      const floor = this.floor;
      const points = floor
        ? [
            ...(floor.outline ?? []),
            ...(floor.rooms ?? []).flatMap((r) => r.polygon),
            ...(floor.walls ?? []).flatMap((w) => w.line),
          ]
        : [];
      if (points.length === 0) {
        this.ground = [0, 0, 40, 25];
        return;
      }
      const [xs, ys] = [0, 1].map((k) => points.map((p) => p[k]).filter(Number.isFinite));
      const of = (pick, values) => values.reduce((a, b) => pick(a, b));
      this.ground = [of(Math.min, xs), of(Math.min, ys), of(Math.max, xs), of(Math.max, ys)];
    }

    fromMetres(x, y) {
      return [UNIT * x, -UNIT * y];
    }

    toMetres(clientX, clientY) {
      const frame = this.root.getBoundingClientRect();
      const { x, y, scale } = this.seen;
      return [x + (clientX - frame.left) / scale, y - (clientY - frame.top) / scale];
    }

    /* `seen` is the top left corner in metres and the scale [px/m]. */
    look({ x, y, scale }) {
      this.seen = { x, y, scale };
      this.applyView();
      this.emit("change-view", this.seen);
    }

    zoom(factor, clientX, clientY) {
      const frame = this.root.getBoundingClientRect();
      const at = [clientX ?? frame.left + frame.width / 2, clientY ?? frame.top + frame.height / 2];
      const [x, y] = this.toMetres(...at);
      const scale = wp.clamp(this.seen.scale * factor, MIN_PX_PER_M, MAX_PX_PER_M);
      this.look({ scale, x: x - (at[0] - frame.left) / scale, y: y + (at[1] - frame.top) / scale });
    }

    pan(dxPx, dyPx) {
      const { x, y, scale } = this.seen;
      this.look({ scale, x: x - dxPx / scale, y: y + dyPx / scale });
    }

    fit() {
      const { width, height } = this.size();
      const [x0, y0, x1, y1] = this.ground;
      const margin = 24;
      const scale = wp.clamp(
        Math.min((width - 2 * margin) / Math.max(x1 - x0, 1), (height - 2 * margin) / Math.max(y1 - y0, 1)),
        MIN_PX_PER_M,
        MAX_PX_PER_M,
      );
      this.fitted = true;
      this.look({ scale, x: (x0 + x1) / 2 - width / scale / 2, y: (y0 + y1) / 2 + height / scale / 2 });
    }

    size() {
      return { width: this.box.clientWidth || 600, height: this.box.clientHeight || 400 };
    }

    resized() {
      if (!this.fitted) this.fit();
      else this.applyView();
    }

    applyView() {
      const { width, height } = this.size();
      const { x, y, scale } = this.seen;
      const units = UNIT / scale;
      this.root.setAttribute("viewBox", `${UNIT * x} ${-UNIT * y} ${width * units} ${height * units}`);
      this.root.style.setProperty("--u", units);
      this.root.classList.toggle("wp-far", scale < 5);
      wp.paintHeat(this, width, height);
      wp.fitLabels(this);
    }

    select(kind, id) {
      this.selected = kind === null || kind === undefined ? null : { kind, id };
      for (const node of this.root.querySelectorAll(".wp-selected")) node.classList.remove("wp-selected");
      const node = this.selected && this.root.querySelector(`[data-kind="${kind}"][data-id="${CSS.escape(String(id))}"]`);
      if (node) node.classList.add("wp-selected");
      this.emit("select", this.selected);
    }

    /* Bring a room or access point into view. */
    show(x, y) {
      const { width, height } = this.size();
      const scale = Math.max(this.seen.scale, 14);
      this.look({ scale, x: x - width / scale / 2, y: y + height / scale / 2 });
    }

    redraw() {
      wp.drawFloor(this);
      if (this.fitted) this.applyView();
      else this.fit();
      if (this.selected) {
        const { kind, id } = this.selected;
        this.root.querySelector(`[data-kind="${kind}"][data-id="${CSS.escape(String(id))}"]`)?.classList.add("wp-selected");
      }
    }
  };
  wp.PlanView.UNIT = UNIT;
  wp.PlanView.TAP_PX = TAP_PX;
  wp.PlanView.ZOOM_STEP = ZOOM_STEP;
})();
