"use strict";
/* The heat map under a plan: values of a grid as classes of colour, contour lines with numbers, cells of channels. */
(() => {
  const wp = (window.wp ??= {});
  const { UNIT } = wp.PlanView;
  const FINER = 3; // pixels a cell: classes get smooth edges
  const LONG_M = 5; // shorter contours carry no number
  const MAPS = ["signal", "second", "snr", "overlap"];

  /* The bytes of a layer in a band, decoded once. */
  wp.gridOf = (fields, layer, band) => {
    const text = fields?.bands?.[band]?.[layer];
    if (typeof text !== "string") return null;
    const cache = (fields.decoded ??= {});
    return (cache[`${band} ${layer}`] ??= Float32Array.from(wp.bytesOf(text), wp.VALUE_OF[layer]));
  };

  /* The value of a layer at a place, null outside or where there is none. */
  wp.valueAt = (fields, layer, band, x, y) => {
    const grid = wp.gridOf(fields, layer, band);
    if (!grid) return null;
    const i = Math.round((x - fields.x_m) / fields.cell_m), j = Math.round((y - fields.y_m) / fields.cell_m);
    if (i < 0 || j < 0 || i >= fields.n_x || j >= fields.n_y) return null;
    const value = grid[j * fields.n_x + i];
    return Number.isNaN(value) ? null : value;
  };

  /* Between four cells, weighted; where one of them has no value, the nearest. */
  const between = (grid, nX, nY, x, y) => {
    const i = wp.clamp(Math.floor(x), 0, nX - 2), j = wp.clamp(Math.floor(y), 0, nY - 2);
    const fx = wp.clamp(x - i, 0, 1), fy = wp.clamp(y - j, 0, 1);
    const at = j * nX + i;
    const value = (grid[at] * (1 - fx) + grid[at + 1] * fx) * (1 - fy) + (grid[at + nX] * (1 - fx) + grid[at + nX + 1] * fx) * fy;
    return Number.isNaN(value) ? grid[Math.round(y) * nX + Math.round(x)] : value;
  };

  const nearest = (grid, nX, nY, x, y) => grid[wp.clamp(Math.round(y), 0, nY - 1) * nX + wp.clamp(Math.round(x), 0, nX - 1)];

  const hatched = (hatch, u, v) =>
    ({ "/": (u + v) % 9 === 0, "\\": (u - v + 9000) % 9 === 0, "-": v % 7 === 0, "|": u % 7 === 0, x: (u + v) % 10 === 0 || (u - v + 9000) % 10 === 0, "+": u % 9 === 0 || v % 9 === 0, ".": u % 5 === 0 && v % 5 === 0 })[hatch] ?? false; // prettier-ignore

  /* What colours a pixel of a map: its class; of channels: tint and hatching of the channel, a dark edge between cells. */
  const painter = (view, grid) => {
    const { n_x, n_y } = view.fields;
    if (view.layer !== "channel") {
      const scale = wp.scaleOf(view.layer, view.plan);
      const pick = view.layer === "overlap" || n_x < 2 || n_y < 2 ? nearest : between;
      return (x, y) => {
        const value = pick(grid, n_x, n_y, x, y);
        return Number.isNaN(value) ? null : scale.colours[scale.of(value)];
      };
    }
    const points = view.plan?.access_points ?? [];
    const channels = points.map((p) => wp.channelOf(view, p.id));
    const styles = wp.channelStyle(channels);
    const colours = new Map([...styles].map(([channel, s]) => [channel, [wp.rgb(s.tint), s.hatch]]));
    return (x, y, u, v) => {
      const own = nearest(grid, n_x, n_y, x, y);
      if (Number.isNaN(own)) return null;
      const near = [[x + 1 / FINER, y], [x, y + 1 / FINER]].map(([a, b]) => nearest(grid, n_x, n_y, a, b));
      if (near.some((other) => other !== own && !Number.isNaN(other))) return [70, 70, 70];
      const [tint, hatch] = colours.get(channels[own]) ?? [[240, 240, 240], ""];
      return hatched(hatch, u, v) ? tint.map((c) => Math.round(c * 0.62)) : tint;
    };
  };

  /* The map as a picture, north up; made again only when what it shows has changed. */
  const pictureOf = (view) => {
    const { fields, layer, band } = view;
    const grid = wp.gridOf(fields, layer === "channel" ? "strongest" : layer, band);
    if (!grid) return null;
    const width = fields.n_x * FINER, height = fields.n_y * FINER;
    const colour = painter(view, grid);
    const canvas = wp.el("canvas", { width, height });
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    for (let v = 0; v < height; v += 1) {
      for (let u = 0; u < width; u += 1) {
        const rgb = colour((u + 0.5) / FINER - 0.5, (height - v - 0.5) / FINER - 0.5, u, v);
        if (rgb) image.data.set([...rgb, 255], 4 * (v * width + u));
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  };

  /* Where the map may be seen: inside the rooms, as outdoors nobody needs a seat; the outline where there are none. */
  const grounds = (floor) => {
    const rooms = (floor?.rooms ?? []).map((r) => r.polygon);
    return rooms.length > 0 ? rooms : floor?.outline ? [floor.outline] : [];
  };

  wp.hasMap = (view) => MAPS.includes(view.layer) || view.layer === "channel";

  wp.drawHeat = (view) => {
    const { fields, layer, band, layers, floor } = view;
    layers.heat.replaceChildren();
    view.heat = fields && wp.hasMap(view) ? pictureOf(view) : null;
    view.root.classList.toggle("wp-has-heat", Boolean(view.heat));
    if (!view.heat) return;
    const clip = wp.svg("clipPath", { id: `wp-clip-${view.id}` }, ...grounds(floor).map((polygon) => wp.svg("polygon", { points: polygon.map((p) => view.fromMetres(...p).join(",")).join(" ") })));
    const clipped = grounds(floor).length > 0 ? { "clip-path": `url(#wp-clip-${view.id})` } : {};
    layers.heat.append(wp.svg("defs", {}, clip));
    if (view.still) layers.underlay.append(wp.svg("g", clipped, pictureNode(view)));
    if (layer === "channel") return;
    const lines = wp.svg("g", clipped);
    const numbers = wp.svg("g", { class: "wp-contour-numbers" });
    const scale = wp.scaleOf(layer, view.plan);
    const grid = wp.gridOf(fields, layer, band);
    for (const edge of scale.edges) drawContour(view, grid, scale, edge, lines, numbers);
    layers.heat.append(lines, numbers);
  };

  /* The map as an element of the drawing: printers scale a canvas on their own, and not to the plan's measure. */
  const pictureNode = (view) => {
    const { fields, heat } = view;
    const [width, height] = [fields.n_x, fields.n_y].map((n) => UNIT * n * fields.cell_m);
    const [x, y] = view.fromMetres(fields.x_m - fields.cell_m / 2, fields.y_m - fields.cell_m / 2);
    return wp.svg("image", { class: "wp-map", href: heat.toDataURL(), x, y: y - height, width, height, preserveAspectRatio: "none" });
  };

  const drawContour = (view, grid, scale, edge, lines, numbers) => {
    const { fields } = view;
    const level = scale.layer === "overlap" ? edge - 0.5 : edge;
    const bold = edge === scale.need;
    const rooms = grounds(view.floor);
    for (const line of wp.contours(grid, fields.n_x, fields.n_y, level)) {
      const path = line.map(([i, j]) => [fields.x_m + i * fields.cell_m, fields.y_m + j * fields.cell_m]);
      const d = path.map(([x, y], k) => `${k === 0 ? "M" : "L"}${(UNIT * x).toFixed(1)} ${(-UNIT * y).toFixed(1)}`).join("");
      lines.append(wp.svg("path", { d, class: bold ? "wp-contour wp-contour-need" : "wp-contour", "data-level": edge }));
      const length = path.reduce((sum, p, k) => (k === 0 ? 0 : sum + Math.hypot(p[0] - path[k - 1][0], p[1] - path[k - 1][1])), 0);
      if (length < LONG_M) continue;
      const middle = Math.floor(path.length / 2);
      const seen = [0, 1, -1, 2, -2].map((k) => path[middle + Math.round((k * path.length) / 6)]).find((p) => p && (rooms.length === 0 || rooms.some((polygon) => wp.inside(polygon, ...p))));
      if (!seen) continue;
      const number = wp.pinned(view, ...seen, wp.svg("text", { class: "wp-contour-number", y: 3, text: scale.number(edge) }));
      number.place = { x: seen[0], y: seen[1] };
      numbers.append(number);
    }
  };

  wp.paintHeat = (view, width, height) => {
    const { canvas, heat, fields, seen } = view;
    if (view.still) return;
    const dots = Math.min(window.devicePixelRatio || 1, 2);
    const size = [Math.round(width * dots), Math.round(height * dots)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, ...size);
    if (!heat) return;
    context.setTransform(dots * seen.scale, 0, 0, -dots * seen.scale, -dots * seen.scale * seen.x, dots * seen.scale * seen.y);
    context.save();
    const polygons = grounds(view.floor);
    if (polygons.length > 0) {
      context.beginPath();
      for (const polygon of polygons) polygon.forEach(([x, y], k) => (k === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
      context.clip();
    }
    const left = fields.x_m - fields.cell_m / 2, low = fields.y_m - fields.cell_m / 2;
    context.translate(left, low + fields.n_y * fields.cell_m);
    context.scale(1, -1);
    context.imageSmoothingEnabled = view.layer !== "channel";
    context.drawImage(heat, 0, 0, fields.n_x * fields.cell_m, fields.n_y * fields.cell_m);
    context.restore();
  };
})();
