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

  /* The grid FINER times as fine: between four cells weighted; where one of them has no value, the nearest. */
  const finer = (grid, nX, nY, smooth) => {
    const width = nX * FINER, height = nY * FINER;
    const found = new Float32Array(width * height);
    for (let v = 0; v < height; v += 1) {
      const y = wp.clamp((v + 0.5) / FINER - 0.5, 0, nY - 1), j = Math.min(Math.floor(y), Math.max(nY - 2, 0)), fy = y - j;
      const near = Math.round(y) * nX;
      for (let u = 0; u < width; u += 1) {
        const x = wp.clamp((u + 0.5) / FINER - 0.5, 0, nX - 1);
        let value = NaN;
        if (smooth) {
          const i = Math.min(Math.floor(x), nX - 2), fx = x - i, at = j * nX + i;
          value = (grid[at] * (1 - fx) + grid[at + 1] * fx) * (1 - fy) + (grid[at + nX] * (1 - fx) + grid[at + nX + 1] * fx) * fy;
        }
        found[v * width + u] = Number.isNaN(value) ? grid[near + Math.round(x)] : value;
      }
    }
    return found;
  };

  const hatched = (hatch, u, v) =>
    ({ "/": (u + v) % 9 === 0, "\\": (u - v + 9000) % 9 === 0, "-": v % 7 === 0, "|": u % 7 === 0, x: (u + v) % 10 === 0 || (u - v + 9000) % 10 === 0, "+": u % 9 === 0 || v % 9 === 0, ".": u % 5 === 0 && v % 5 === 0 })[hatch] ?? false; // prettier-ignore

  const LITTLE_END = new Uint32Array(new Uint8Array([1, 0, 0, 0]).buffer)[0] === 1; // least byte first, as nearly everywhere
  const packed = ([r, g, b]) => (LITTLE_END ? (255 << 24) | (b << 16) | (g << 8) | r : (r << 24) | (g << 16) | (b << 8) | 255) >>> 0;

  /* The colour of a cell by its value: that of its class. */
  const classPainter = (view) => {
    const scale = wp.scaleOf(view.layer, view.plan);
    const colours = scale.colours.map(packed);
    return (values, at) => colours[scale.of(values[at])];
  };

  /* The colour of a cell by its access point: tint and hatching of the channel, a dark edge where another begins. */
  const channelPainter = (view, width) => {
    const channels = (view.plan?.access_points ?? []).map((p) => wp.channelOf(view, p.id));
    const styles = wp.channelStyle(channels);
    const inks = channels.map((channel) => {
      const style = styles.get(channel) ?? { tint: "#f0f0f0", hatch: "" };
      const rgb = wp.rgb(style.tint);
      return { plain: packed(rgb), dark: packed(rgb.map((c) => Math.round(c * 0.62))), hatch: style.hatch };
    });
    const edge = packed([70, 70, 70]);
    const differs = (one, other) => one !== other && !Number.isNaN(other) && other !== undefined;
    return (values, at) => {
      const own = values[at];
      if (differs(own, values[at + 1]) || differs(own, values[at + width])) return edge;
      const ink = inks[own] ?? { plain: packed([240, 240, 240]), hatch: "" };
      return ink.hatch !== "" && hatched(ink.hatch, at % width, Math.floor(at / width)) ? ink.dark : ink.plain;
    };
  };

  /* The map as a picture, north up. */
  const pictureOf = (view) => {
    const { fields, layer, band } = view;
    const grid = wp.gridOf(fields, layer === "channel" ? "strongest" : layer, band);
    if (!grid) return null;
    const width = fields.n_x * FINER, height = fields.n_y * FINER;
    const smooth = !["overlap", "channel"].includes(layer) && fields.n_x > 1 && fields.n_y > 1;
    const values = finer(grid, fields.n_x, fields.n_y, smooth);
    const colour = layer === "channel" ? channelPainter(view, width) : classPainter(view);
    const canvas = wp.el("canvas", { width, height });
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let at = 0; at < values.length; at += 1) {
      if (Number.isNaN(values[at])) continue;
      const row = Math.floor(at / width);
      pixels[(height - 1 - row) * width + at - row * width] = colour(values, at);
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
