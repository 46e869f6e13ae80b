"use strict";
/* What a plan view draws of a floor: rooms and their verdicts, walls by kind, access points, cabinets and spots. */
(() => {
  const wp = (window.wp ??= {});
  const { UNIT } = wp.PlanView;
  const SIGNS = { pass: "\u2713", fail: "\u00d7", not_required: "" };
  const ROOM_LAYERS = ["airtime", "seats"];

  const pointsOf = (polygon) => polygon.map(([x, y]) => `${UNIT * x},${-UNIT * y}`).join(" ");

  /* A thing that keeps its size on the screen: at a place in metres, in a group that the zoom scales back. */
  wp.pinned = (view, x, y, ...children) => {
    const [px, py] = view.fromMetres(x, y);
    return wp.svg("g", { transform: `translate(${px} ${py})` }, wp.svg("g", { class: "wp-fixed" }, ...children));
  };

  /* A place well inside a polygon: the middle of the widest piece of the middle rows. */
  wp.middleOf = (polygon) => {
    const ys = polygon.map((p) => p[1]);
    const low = Math.min(...ys), high = Math.max(...ys);
    let best = { width: -1, x: polygon[0][0], y: polygon[0][1] };
    for (const share of [0.5, 0.35, 0.65]) {
      const y = low + share * (high - low) + 1e-6;
      const cuts = polygon.flatMap(([ax, ay], k) => {
        const [bx, by] = polygon[(k + 1) % polygon.length];
        return ay > y !== by > y ? [ax + ((y - ay) / (by - ay)) * (bx - ax)] : [];
      });
      cuts.sort((a, b) => a - b);
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        const width = cuts[k + 1] - cuts[k];
        if (width > best.width * 1.2) best = { width, x: (cuts[k] + cuts[k + 1]) / 2, y };
      }
    }
    return best;
  };

  const verdicts = (view) => new Map((view.plan?.rooms ?? []).map((r) => [r.room_id, r]));

  const valueOf = (planned, layer) => (layer === "airtime" ? planned?.channel_share ?? planned?.airtime_share : planned?.seats_share);

  const roomFill = (view, planned) => {
    if (!planned || !ROOM_LAYERS.includes(view.layer)) return null;
    const value = valueOf(planned, view.layer);
    if (!wp.known(value)) return null;
    const scale = wp.scaleOf(view.layer, view.plan);
    return scale.css(scale.of(value));
  };

  const drawRoom = (view, room, planned) => {
    const verdict = planned?.verdict ?? "not_required";
    const points = pointsOf(room.polygon);
    const title = wp.svg("title", { text: planned ? `${room.name} · ${wp.t(`verdict.${verdict}`)}` : room.name });
    const fill = roomFill(view, planned);
    const shape = wp.svg("polygon", { points, class: "wp-room-shape", style: fill ? { fill } : {} });
    const marks = verdict === "fail" ? [wp.svg("polygon", { points, class: "wp-room-mark", style: { fill: `url(#${view.patternId("x")})` } })] : [];
    return wp.svg("g", { class: `wp-room wp-room-${verdict} wp-use-${room.use}`, "data-kind": "room", "data-id": room.id, "data-verdict": verdict }, title, shape, ...marks);
  };

  /* The second line of a room's label: what the layer shows there, as a number. */
  const figureOf = (view, planned) => {
    if (!planned || planned.verdict === "not_required") return "";
    const sign = SIGNS[planned.verdict];
    const figures = {
      verdict: () => (wp.known(planned.n_devices) ? wp.t("page.devices", { n: planned.n_devices }) : ""),
      signal: () => (wp.known(planned.received_dbm) ? `${wp.num(planned.received_dbm)} dBm` : ""),
      second: () => (wp.known(planned.second_dbm) ? `${wp.num(planned.second_dbm)} dBm` : ""),
      snr: () => (wp.known(planned.snr_db) ? `${wp.num(planned.snr_db)} dB` : ""),
      airtime: () => wp.share(valueOf(planned, "airtime")),
      seats: () => wp.share(planned.seats_share),
      channel: () => {
        const channel = wp.channelOf(view, planned.serving_ap);
        return wp.known(channel) ? wp.t("page.channel", { channel }) : "";
      },
    };
    return [figures[view.layer]?.() ?? "", sign].filter(Boolean).join(" ");
  };

  wp.channelOf = (view, apId) => {
    const ap = (view.plan?.access_points ?? []).find((p) => p.id === apId);
    return ap?.radios.find((r) => r.band === view.band)?.channel ?? null;
  };

  const drawLabel = (view, room, planned) => {
    const { x, y, width } = wp.middleOf(room.polygon);
    const ys = room.polygon.map((p) => p[1]);
    const label = wp.pinned(view, x, y, wp.svg("text", { class: "wp-room-name", y: -2, text: room.name }), wp.svg("text", { class: "wp-room-figure", y: 11, text: figureOf(view, planned) }));
    label.classList.add("wp-label");
    label.place = { x, y, width_m: width, low: Math.min(...ys), high: Math.max(...ys), needed: planned && planned.verdict !== "not_required", figure: figureOf(view, planned), sign: SIGNS[planned?.verdict] ?? "" };
    return label;
  };

  const drawWall = (view, wall, index) => {
    const [[ax, ay], [bx, by]] = wall.line;
    const [x1, y1] = view.fromMetres(ax, ay), [x2, y2] = view.fromMetres(bx, by);
    const wide = UNIT * wp.clamp(wall.thickness_m ?? 0.15, 0.05, 1);
    const kind = wall.kind ?? "wall";
    const line = (name, floor, share = 1) => wp.svg("line", { x1, y1, x2, y2, class: name, style: { strokeWidth: `max(${wide * share}px, calc(${floor}px * var(--u)))` } });
    const lines = { wall: [line("wp-ink", 1.6)], window: [line("wp-ink", 3), line("wp-gap", 1.4, 0.5)], door: [line("wp-gap", 2.6, 1.15), line("wp-leaf", 0.9, 0.2)], parapet: [line("wp-rail", 1.2, 0.4)] }; // prettier-ignore
    return wp.svg("g", { class: `wp-wall wp-wall-${kind}`, "data-kind": "wall", "data-id": index }, ...(lines[kind] ?? lines.wall));
  };

  /* Shapes of a marker tell what is done with the access point, so that grey print does too. */
  const MARKERS = {
    new: () => [wp.svg("circle", { r: 11, class: "wp-ap-solid" })],
    replaced: () => [wp.svg("circle", { r: 11, class: "wp-ap-solid" }), wp.svg("circle", { r: 14, class: "wp-ap-ring" })],
    moved: () => [wp.svg("path", { d: "M0 -14L14 0L0 14L-14 0Z", class: "wp-ap-solid" })],
    kept: () => [wp.svg("circle", { r: 11, class: "wp-ap-hollow" })],
    retuned: () => [wp.svg("circle", { r: 11, class: "wp-ap-hollow" }), wp.svg("circle", { r: 14, class: "wp-ap-ring" })],
    removed: () => [wp.svg("circle", { r: 11, class: "wp-ap-gone" }), wp.svg("path", { d: "M-8 -8L8 8M-8 8L8 -8", class: "wp-ap-ring" })],
    undecided: () => [wp.svg("rect", { x: -11, y: -11, width: 22, height: 22, class: "wp-ap-gone" })],
    prohibited: () => [wp.svg("rect", { x: -11, y: -11, width: 22, height: 22, class: "wp-ap-gone" }), wp.svg("path", { d: "M-8 -8L8 8M-8 8L8 -8", class: "wp-ap-ring" })],
  }; // prettier-ignore

  wp.markerShape = (mark) => (MARKERS[mark] ?? MARKERS.kept)();

  const drawAccessPoint = (view, ap) => {
    const mark = ap.mark ?? ap.action ?? "kept";
    const channel = wp.channelOf(view, ap.id);
    const said = [ap.name || ap.id, ap.action_text ?? "", wp.known(channel) ? wp.t("page.channel", { channel }) : ""].filter(Boolean).join(" · ");
    const node = wp.pinned(view, ap.x_m, ap.y_m, wp.svg("title", { text: said }), wp.svg("circle", { r: 20, class: "wp-ap-reach" }), ...wp.markerShape(mark), wp.svg("text", { class: "wp-ap-number", y: 3.5, text: ap.number ?? ap.name ?? ap.id }), wp.known(channel) && mark !== "removed" ? wp.svg("text", { class: "wp-ap-channel", y: 25, text: wp.t("page.channel", { channel }) }) : null, ap.locked ? wp.svg("path", { d: "M8 -16v-3a3 3 0 0 1 6 0v3M6 -16h10v8h-10z", class: "wp-ap-lock" }) : null); // prettier-ignore
    for (const [name, value] of [["class", `wp-ap wp-ap-${mark}`], ["data-kind", "ap"], ["data-id", ap.id], ["role", "img"], ["aria-label", said]]) node.setAttribute(name, value); // prettier-ignore
    return node;
  };

  wp.moveMarker = (view, id, x, y) => {
    const node = view.layers.aps.querySelector(`[data-kind="ap"][data-id="${CSS.escape(String(id))}"]`);
    const [px, py] = view.fromMetres(x, y);
    node?.setAttribute("transform", `translate(${px} ${py})`);
  };

  const drawCabinet = (view, cabinet) => {
    const node = wp.pinned(view, cabinet.x_m, cabinet.y_m, wp.svg("title", { text: cabinet.name || cabinet.id }), wp.svg("rect", { x: -8, y: -8, width: 16, height: 16, class: "wp-cabinet" }), wp.svg("path", { d: "M-5 -3H5M-5 0H5M-5 3H5", class: "wp-cabinet-lines" })); // prettier-ignore
    node.dataset.kind = "cabinet";
    node.dataset.id = cabinet.id;
    return node;
  };

  const SPOT_PATHS = { forbidden: "M-7 -7L7 7M-7 7L7 -7", preferred: "M0 -8L2 -2L8 -2L3 2L5 8L0 4L-5 8L-3 2L-8 -2L-2 -2Z", locked: "M-4 -1v-3a4 4 0 0 1 8 0v3M-6 -1h12v9h-12z" }; // prettier-ignore

  const drawSpot = (view, spot, index) => {
    const room = spot.room_id ? (view.floor?.rooms ?? []).find((r) => r.id === spot.room_id) : null;
    const at = room ? wp.middleOf(room.polygon) : { x: spot.x_m, y: spot.y_m };
    if (!wp.known(at.x) || !wp.known(at.y)) return null;
    const [cx, cy] = view.fromMetres(at.x, at.y);
    const title = wp.svg("title", { text: [wp.t(`page.spot.${spot.kind}`), spot.note].filter(Boolean).join(" · ") });
    const ring = spot.kind === "forbidden" && !room ? wp.svg("circle", { cx, cy, r: UNIT * (spot.radius_m ?? 1), class: "wp-spot-ring" }) : null;
    const sign = wp.pinned(view, at.x, at.y, wp.svg("circle", { r: 12, class: "wp-spot-back" }), wp.svg("path", { d: SPOT_PATHS[spot.kind] ?? SPOT_PATHS.preferred, class: "wp-spot-sign" }));
    return wp.svg("g", { class: `wp-spot wp-spot-${spot.kind}`, "data-kind": "spot", "data-id": index }, title, ring, sign);
  };

  const drawUnderlay = (view) => {
    const picture = view.floor?.underlay;
    const href = picture && view.pictureUrl?.(picture.picture);
    if (!href) return [];
    const size = view.pictureSize?.(picture.picture);
    if (!size) return [];
    const [width, height] = size.map((px) => UNIT * px * picture.scale_m_per_px);
    const [x, y] = view.fromMetres(picture.x_m ?? 0, picture.y_m ?? 0);
    return [wp.svg("image", { href, x, y: y - height, width, height, preserveAspectRatio: "none" })];
  };

  wp.drawFloor = (view) => {
    const { layers, floor } = view;
    const planned = verdicts(view);
    const rooms = floor?.rooms ?? [];
    // the same place in the reading order for a screen reader as on the plan: rooms, then what hangs in them
    layers.underlay.replaceChildren(...drawUnderlay(view));
    layers.rooms.replaceChildren(...rooms.map((room) => drawRoom(view, room, planned.get(room.id))));
    const walls = floor?.walls ?? [];
    // hundreds of lines, and a hand that drags an access point moves none of them
    if (view.drawnWalls !== walls) layers.walls.replaceChildren(...walls.map((wall, k) => drawWall(view, wall, k)));
    view.drawnWalls = walls;
    layers.labels.replaceChildren(...rooms.filter((r) => r.use !== "corridor" || r.name).map((room) => drawLabel(view, room, planned.get(room.id))));
    const spots = (view.site.spots ?? []).map((spot, k) => [spot, k]).filter(([s]) => (s.floor ?? 0) === view.level);
    layers.spots.replaceChildren(...spots.map(([s, k]) => drawSpot(view, s, k)).filter(Boolean), ...(floor?.cabinets ?? []).map((c) => drawCabinet(view, c)));
    const points = view.plan?.access_points ?? view.site.access_points ?? [];
    layers.aps.replaceChildren(...points.filter((p) => (p.floor ?? 0) === view.level && wp.known(p.x_m) && wp.known(p.y_m)).map((p) => drawAccessPoint(view, { radios: [], ...p })));
    view.root.dataset.layer = view.layer;
    wp.drawHeat(view);
  };

  wp.drawCursor = (view) => {
    view.layers.tools.querySelector(".wp-cursor")?.remove();
    if (!view.cursor) return;
    const node = wp.pinned(view, ...view.cursor, wp.svg("path", { d: "M-12 0H12M0 -12V12", class: "wp-cursor-lines" }));
    node.classList.add("wp-cursor");
    view.layers.tools.append(node);
  };

  /* Width of a text in em: a Chinese character fills one, a Latin letter a bit more than half. */
  const widthEm = (text) => [...text].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e80 ? 1 : 0.56), 0);
  const SIZES_PX = [12, 10.5, 9];

  const crowded = (places, { x, y }, scale) => places.some((p) => Math.abs(p.x - x) * scale < p.w && Math.abs(p.y - y) * scale < p.h);

  /* Numbers of contours show where nothing else is written. */
  const fitNumbers = (view, taken) => {
    const { scale } = view.seen;
    for (const number of view.layers.heat.querySelector(".wp-contour-numbers")?.children ?? []) {
      const hide = crowded(taken, number.place, scale);
      number.classList.toggle("wp-hidden", hide);
      if (!hide) taken.push({ ...number.place, w: 34, h: 16 });
    }
  };

  /* What stands on the floor and must not cover a name: access points, spots, cabinets. */
  const marksOf = (view) => {
    const here = (p) => (p.floor ?? 0) === view.level && wp.known(p.x_m) && wp.known(p.y_m);
    const points = (view.plan?.access_points ?? view.site.access_points ?? []).filter(here);
    return [...points, ...(view.site.spots ?? []).filter(here), ...(view.floor?.cabinets ?? [])];
  };

  /* Channels below access points give way to the names of rooms. */
  const fitChannels = (view, labels) => {
    const points = new Map(marksOf(view).map((p) => [String(p.id), p]));
    for (const node of view.layers.aps.children) {
      const p = points.get(node.dataset.id);
      const text = node.querySelector(".wp-ap-channel");
      if (p && text) text.classList.toggle("wp-hidden", crowded(labels, { x: p.x_m, y: p.y_m - 21 / view.seen.scale }, view.seen.scale));
    }
  };

  /* The largest size at which a room's label stays inside its room, clear of marks; none where none fits. */
  wp.fitLabels = (view) => {
    const { scale } = view.seen;
    const taken = marksOf(view);
    const written = taken.map((p) => ({ x: p.x_m, y: p.y_m - 6 / scale, w: 34, h: 30 }));
    const labels = [];
    for (const label of view.layers.labels.children) {
      const { x, width_m, low, high, needed } = label.place;
      const [name, figure] = label.querySelectorAll("text");
      const roomPx = width_m * scale - 6, highPx = (high - low) * scale - 4;
      const size = SIZES_PX.find((px) => widthEm(name.textContent) * px <= roomPx && 2.3 * px <= highPx);
      const alone = size === undefined && needed && 14 <= highPx && 14 <= roomPx;
      label.classList.toggle("wp-hidden", size === undefined && !alone);
      name.classList.toggle("wp-hidden", size === undefined);
      const fits = widthEm(label.place.figure) * 10 <= roomPx;
      figure.textContent = fits ? label.place.figure : label.place.sign;
      figure.classList.toggle("wp-hidden", !fits && widthEm(label.place.sign) * 10 > roomPx);
      if (size !== undefined) name.style.fontSize = `${size}px`;
      const wide = (widthEm(name.textContent) * (size ?? 9)) / 2;
      const [at, low1, high1] = [label.place.y, low + 15 / scale, high - 15 / scale];
      const right = Math.max(0, roomPx / 2 - wide - 2) / scale;
      const spots = [at, low1, high1].flatMap((y0) => [0, right, -right].map((dx) => [x + dx, wp.clamp(y0, Math.min(low1, at), Math.max(high1, at))]));
      // a mark reaches 14 px up and down, an access point with its channel 28 px down; a label 12 px both ways
      const under = (half, low_px) => ([px, py]) => taken.reduce((sum, p) => sum + Math.max(0, wide + 18 - Math.abs(p.x_m - px) * scale) * Math.max(0, half - Math.abs(p.y_m - low_px / scale - py) * scale), 0);
      const hidden = under(26, 0), crossed = under(33, 7);
      // where name and number find no room together, the name alone may, along a wall: its middle is 6 px above its place
      const alongWalls = [high - 15 / scale, low + 3 / scale].flatMap((y0) => [0, right, -right].map((dx) => [x + dx, y0]));
      const bare = under(view.still ? 17 : 20, -6);
      const best = spots.reduce((a, b) => (hidden(b) < hidden(a) ? b : a));
      const chosen = spots.find((spot) => crossed(spot) === 0) ?? (hidden(best) === 0 ? best : alongWalls.find((spot) => bare(spot) === 0) ?? best);
      const [bx, y] = chosen;
      // half a number under a mark says nothing: the room's colour and its panel do
      const lost = alongWalls.includes(chosen) || taken.some((p) => Math.abs(p.x_m - bx) * scale < widthEm(figure.textContent) * 5 + 11 && Math.abs(p.y_m - y + 8 / scale) * scale < 16);
      if (lost) figure.classList.add("wp-hidden");
      const [px, py] = view.fromMetres(bx, y);
      label.setAttribute("transform", `translate(${px} ${py})`);
      if (label.classList.contains("wp-hidden")) continue;
      written.push({ x: bx, y: y - 4 / scale, w: widthEm(name.textContent) * 6 + 18, h: 22 });
      labels.push({ x: bx, y, w: wide + 18, h: 20 });
    }
    fitChannels(view, labels);
    fitNumbers(view, written);
  };
})();
