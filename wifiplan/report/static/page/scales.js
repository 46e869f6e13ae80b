"use strict";
/* Colour scales that a colour-blind reader and a grey printer can read, and contour lines with their numbers. */
(() => {
  const wp = (window.wp ??= {});

  /* The blues of the printed report: lightness rises evenly, so that grey and every kind of colour blindness keep the
     order; good is light, so that walls and words stay legible on it. */
  const RAMP = [[65, 112, 155], [95, 140, 181], [130, 169, 204], [164, 196, 223], [196, 219, 237], [226, 238, 247], [255, 255, 255]]; // prettier-ignore

  const mixed = (share) => {
    const place = wp.clamp(share, 0, 1) * (RAMP.length - 1);
    const low = Math.min(Math.floor(place), RAMP.length - 2);
    return RAMP[low].map((c, k) => Math.round(c + (RAMP[low + 1][k] - c) * (place - low)));
  };

  /* Colours of n classes from one end of the ramp to the other. */
  const classes = (n, from = 0, to = 1) =>
    Array.from({ length: n }, (_, k) => mixed(from + ((to - from) * k) / Math.max(1, n - 1)));

  const css = (rgb) => `rgb(${rgb.join(",")})`;

  /* The steps of every layer: edges of the classes in the layer's unit, its need, and whether less is better. */
  const CONTOURS_DBM = [-75, -67, -60, -55, -50, -45];
  const stepsOf = (layer, view) => {
    const limits = view?.thresholds ?? {}, options = view?.options ?? {};
    const dbm = options.contours_dbm ?? CONTOURS_DBM;
    const near = (edges, need, apart) =>
      wp.known(need) ? [...edges.filter((e) => Math.abs(e - need) >= apart), need].sort((a, b) => a - b) : edges;
    if (layer === "signal") return { edges: near(dbm, limits.received_dbm, 2), unit: "dBm", need: limits.received_dbm };
    if (layer === "second") return { edges: near(dbm, limits.second_dbm, 2), unit: "dBm", need: limits.second_dbm };
    if (layer === "snr") return { edges: near([10, 15, 20, 25, 30, 40], limits.snr_db, 2), unit: "dB", need: limits.snr_db };
    if (layer === "overlap") return { edges: [1, 2, 3, 4], unit: "", need: 1, down: true };
    const cap = layer === "airtime" ? options.max_airtime_share : options.min_seats_share;
    const edges = layer === "airtime" ? [0.2, 0.4, 0.6, 0.8, 1] : [0.5, 0.8, 0.9, 0.95, 1];
    return { edges: near(edges, cap, 0.02), unit: "%", need: cap, down: layer === "airtime" };
  };

  /* A scale: of(value) -> class number, colours (rgb) a class, edges, and a label a class. */
  wp.scaleOf = (layer, view) => {
    const { edges, unit, need, down } = stepsOf(layer, view);
    const colours = down ? classes(edges.length + 1, 1, 0) : classes(edges.length + 1);
    const of = (value) => {
      let k = 0;
      while (k < edges.length && value >= edges[k]) k += 1;
      return k;
    };
    const shown = (edge) => (unit === "%" ? wp.num(100 * edge) : wp.num(edge, 1) || "0");
    const label = (k) => {
      if (layer === "overlap") return k < edges.length ? wp.num(k) : wp.t("page.above", { low: wp.num(k) });
      if (k === 0) return wp.t("page.below", { high: shown(edges[0]) });
      if (k === edges.length) return wp.t("page.above", { low: shown(edges.at(-1)) });
      return wp.t("page.between", { low: shown(edges[k - 1]), high: shown(edges[k]) });
    };
    return { layer, edges, unit, need: need ?? null, colours, of, label, css: (k) => css(colours[k]), number: shown };
  };

  /* Channels are told apart by colour, by lightness, by hatching and by the number written on the plan. */
  const TINTS = ["#e8e4c9", "#9ecae1", "#f2b5a0", "#b5cf9f", "#c9b3d9", "#ffe08a", "#8fb8b0", "#d9c2a7", "#b0b7c6", "#f0cfe3"];
  const HATCHES = ["", "/", "\\", "-", "|", "x", "+", "."];
  wp.channelStyle = (channels) => {
    const list = [...new Set(channels.filter(wp.known))].sort((a, b) => a - b);
    return new Map(
      list.map((channel, k) => [channel, { tint: TINTS[k % TINTS.length], hatch: HATCHES[k % HATCHES.length] }]),
    );
  };
  wp.HATCHES = HATCHES;
  wp.rgb = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

  /* For each of 16 cases of a cell (which corners reach the level: 1 south-west, 2 south-east, 4 north-east, 8
     north-west), the pairs of sides that a line joins: 0 south, 1 east, 2 north, 3 west. */
  const SIDES = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 2, 0, 1], [0, 2], [3, 2], [2, 3], [0, 2], [0, 3, 1, 2], [1, 2], [3, 1], [0, 1], [3, 0], []]; // prettier-ignore

  /* Lines of equal value through a grid (row-major, nY rows of nX), in grid units: marching squares, joined to lines.
     Cells with NaN are left out. */
  wp.contours = (values, nX, nY, level) => {
    // a side is known by its number: 2 · cell for the south side of a cell, 2 · cell + 1 for its west side
    const numberOf = (cell, side) => 2 * [cell, cell + 1, cell + nX, cell][side] + (side & 1);
    const pointOf = (number) => {
      const cell = number >> 1, west = number & 1;
      const from = values[cell], to = values[cell + (west ? nX : 1)];
      const share = (level - from) / (to - from);
      const i = cell % nX, j = (cell - i) / nX;
      return west ? [i, j + share] : [i + share, j];
    };
    const next = new Map(); // side -> the sides that lines join it with, at most two
    const join = (a, b) => {
      if (next.has(a)) next.get(a).push(b);
      else next.set(a, [b]);
    };
    for (let j = 0; j + 1 < nY; j += 1) {
      for (let cell = j * nX, end = cell + nX - 1; cell < end; cell += 1) {
        const a = values[cell], b = values[cell + 1], c = values[cell + nX + 1], d = values[cell + nX];
        const kind = (a >= level) | ((b >= level) << 1) | ((c >= level) << 2) | ((d >= level) << 3);
        if (kind === 0 || kind === 15 || Number.isNaN(a + b + c + d)) continue;
        const sides = SIDES[kind];
        for (let k = 0; k < sides.length; k += 2) {
          const [from, to] = [numberOf(cell, sides[k]), numberOf(cell, sides[k + 1])];
          join(from, to);
          join(to, from);
        }
      }
    }
    const lines = [];
    const walk = (start) => {
      const line = [pointOf(start)];
      for (let at = start; next.get(at)?.length > 0;) {
        const to = next.get(at).pop();
        next.get(to).splice(next.get(to).indexOf(at), 1);
        line.push(pointOf(to));
        at = to;
      }
      if (line.length > 1) lines.push(line);
    };
    // open lines from their ends first, then the rings that are left
    for (const [side, others] of next) if (others.length === 1) walk(side);
    for (const side of next.keys()) walk(side);
    return lines;
  };

  /* Base64 -> bytes; the code of a layer's byte -> its value (NaN where there is nothing). */
  wp.bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  wp.VALUE_OF = {
    signal: (v) => (v === 0 ? NaN : -120 + v / 2),
    second: (v) => (v === 0 ? NaN : -120 + v / 2),
    snr: (v) => (v === 0 ? NaN : -20 + v / 2),
    overlap: (v) => (v === 0 ? NaN : v - 1),
    strongest: (v) => (v === 0 ? NaN : v - 1),
  };
})();
