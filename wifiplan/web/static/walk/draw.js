"use strict";
/* Points and walks on the plan: colour, number and shape each say the same, so that grey print and every eye can read. */
(() => {
  const wp = (window.wp ??= {});
  const { UNIT } = wp.PlanView;
  const { t } = wp;
  const NEED_DBM = -67;
  // a tap beside a suggestion means the place that was tapped, not the suggestion
  const HINT_PX = 9;
  const DONE_M = 1.5; // somebody has stood there since
  const CROWD_PX = 24;
  const FAR_PX_PER_M = 4.5; // a classroom is smaller than a mark with its number

  wp.walkHintPx = HINT_PX;
  wp.walkScale = () => wp.scaleOf("signal", { thresholds: { received_dbm: NEED_DBM }, options: {} });

  const mark = (view, x, y, kind, id, said, ...shapes) => {
    const node = wp.pinned(view, x, y, wp.svg("title", { text: said }), wp.svg("circle", { r: kind === "hint" ? HINT_PX : 19, class: "wk-reach" }), ...shapes);
    Object.assign(node.dataset, { kind, id });
    node.setAttribute("class", `wk-mark wk-${kind}`);
    return node;
  };

  const number = (text, dark) => wp.svg("text", { class: dark ? "wk-number wk-number-light" : "wk-number", y: 4, text });

  const shapeOf = (state, scan, radius) => {
    const best = scan ? state.strongest(scan) : null;
    if (!best) return [wp.svg("circle", { r: radius, class: "wk-dot wk-dot-none" }), number("\u2013", false)];
    const scale = wp.walkScale();
    const k = scale.of(best.dbm);
    return [wp.svg("circle", { r: radius, class: "wk-dot", style: { fill: scale.css(k) } }), number(wp.num(best.dbm), k < 1)];
  };

  const drawPoint = (view, state, item) => {
    const scan = state.scanOf(item);
    const said = wp.walkSaid(state, item);
    const shapes = item.cached ? [wp.svg("rect", { x: -13, y: -13, width: 26, height: 26, class: "wk-dot wk-dot-cached" }), number("?", false)] : shapeOf(state, scan, 15);
    const extra = item.photos.length ? [wp.svg("path", { d: "M9 -19h4l1 -2h4l1 2h4v10h-14zM16 -16.5a2.6 2.6 0 1 0 .01 0z", class: "wk-camera" })] : [];
    return mark(view, item.x_m, item.y_m, "item", item.id, said, ...shapes, ...extra);
  };

  const drawWalk = (view, state, item) => {
    const nodes = [];
    if (wp.known(item.to_x_m)) {
      const [x1, y1] = view.fromMetres(item.x_m, item.y_m), [x2, y2] = view.fromMetres(item.to_x_m, item.to_y_m);
      nodes.push(wp.svg("line", { x1, y1, x2, y2, class: "wk-line" }));
    }
    const start = mark(view, item.x_m, item.y_m, "item", item.id, wp.walkSaid(state, item), wp.svg("path", { d: "M0 -9L9 0L0 9L-9 0Z", class: "wk-start" }));
    nodes.push(start);
    if (wp.known(item.to_x_m)) {
      for (const scan of item.scans.filter((one) => !one.cached)) {
        nodes.push(mark(view, scan.x_m, scan.y_m, "item", item.id, wp.walkSaid(state, item), ...shapeOf(state, scan, 12)));
      }
    }
    return nodes;
  };

  const drawBusy = (view, busy) => {
    if (busy.floor !== view.level) return [];
    const node = wp.pinned(view, busy.x_m, busy.y_m, wp.svg("circle", { r: 20, class: "wk-pulse" }), wp.svg("path", { d: "M-9 0H9M0 -9V9", class: "wk-cross" }));
    node.dataset.kind = "busy";
    return [node];
  };

  /* Where to stand: the advice in walking order, less what was measured since; without advice places all over. */
  wp.walkHints = (state, level) => {
    const { places } = state.now.advice;
    if (places) {
      const near = (place) => state.now.items.some((item) => item.floor === place.floor && item.kind === "point" && !item.cached && Math.hypot(item.x_m - place.x_m, item.y_m - place.y_m) < DONE_M);
      return places.map((place, k) => ({ ...place, id: `next-${k}`, order: k + 1, room: place.room_name })).filter((place) => place.floor === level && !near(place));
    }
    return state.now.rooms.filter((room) => room.floor === level).flatMap((room) => room.places.map(([x_m, y_m], k) => ({ x_m, y_m, id: `${room.id}-${k}` })));
  };

  /* Suggestions lie below the names of rooms. */
  const hintsOf = (view) => {
    let layer = view.root.querySelector(".wk-layer-hints");
    if (!layer) {
      layer = wp.svg("g", { class: "wk-layer-hints" });
      view.layers.labels.before(layer);
    }
    return layer;
  };

  wp.walkDraw = (view, state, { hints }) => {
    const here = state.now.items.filter((item) => item.floor === view.level);
    const nodes = [], suggested = [];
    if (hints) {
      for (const one of wp.walkHints(state, view.level)) {
        const sign = one.order ? wp.svg("text", { class: "wk-hint-number", y: 3.8, text: one.order }) : wp.svg("path", { d: "M-4 0H4M0 -4V4", class: "wk-hint-plus" });
        const shape = one.order ? wp.svg("rect", { x: -9, y: -9, width: 18, height: 18, rx: 3, class: "wk-hint-dot" }) : wp.svg("circle", { r: 8, class: "wk-hint-dot" });
        suggested.push(mark(view, one.x_m, one.y_m, "hint", one.id, one.order ? t("walk.hint_next", { n: one.order, room: one.room }) : t("walk.hint"), shape, sign));
      }
    }
    for (const item of here.filter((one) => one.kind === "walk")) nodes.push(...drawWalk(view, state, item));
    for (const item of here.filter((one) => one.kind === "point")) nodes.push(drawPoint(view, state, item));
    if (state.now.busy) nodes.push(...drawBusy(view, state.now.busy));
    hintsOf(view).replaceChildren(...suggested);
    view.layers.survey.replaceChildren(...nodes);
    for (const node of nodes) node.classList.toggle("wk-chosen", view.selectedItem !== null && node.dataset.id === String(view.selectedItem) && node.dataset.kind === "item");
    wp.walkFit(view);
  };

  /* Numbers give way where marks lie closer than they are wide; the dots stay. */
  wp.walkFit = (view) => {
    view.root.classList.toggle("wk-far", view.seen.scale < FAR_PX_PER_M);
    const taken = [];
    for (const node of view.layers.survey.querySelectorAll(".wk-item")) {
      const found = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(node.getAttribute("transform"));
      const text = node.querySelector(".wk-number");
      if (!found || !text) continue;
      const [x, y] = [found[1] / UNIT, found[2] / UNIT];
      const crowded = taken.some(([a, b]) => Math.abs(a - x) * view.seen.scale < CROWD_PX && Math.abs(b - y) * view.seen.scale < 16);
      text.classList.toggle("wp-hidden", crowded);
      if (!crowded) taken.push([x, y]);
    }
  };

  /* What a point or walk has heard, in one line. */
  wp.walkSaid = (state, item) => {
    const place = wp.walkPlace(state, item);
    if (item.kind === "walk") {
      if (item.open) return wp.t("walk.said.open", { place, n: item.scans.length });
      const length = Math.hypot(item.to_x_m - item.x_m, item.to_y_m - item.y_m);
      if (item.cached) return wp.t("walk.said.cached", { place });
      const used = item.scans.filter((scan) => !scan.cached);
      const levels = used.map((scan) => state.strongest(scan)?.dbm).filter(wp.known);
      const range = levels.length ? wp.t("walk.said.range", { low: wp.num(Math.min(...levels)), high: wp.num(Math.max(...levels)) }) : wp.t("walk.said.none");
      return wp.t("walk.said.walk", { place, n: used.length, length: wp.num(length, 1), range });
    }
    const scan = state.scanOf(item);
    if (item.cached) return wp.t("walk.said.cached", { place });
    const best = scan ? state.strongest(scan) : null;
    if (!best) return wp.t("walk.said.silent", { place, n: scan?.heard.length ?? 0 });
    const [, ssid, band, channel] = state.now.networks[best.number];
    return wp.t("walk.said.point", { place, dbm: wp.num(best.dbm), ssid: ssid || wp.t("walk.hidden"), band: band ?? "", channel: channel ?? "", n: scan.heard.length });
  };

  wp.walkPlace = (state, item) => {
    const floor = wp.data.site.floors.find((one) => one.level === item.floor);
    const room = (floor?.rooms ?? []).find((one) => wp.inside(one.polygon, item.x_m, item.y_m));
    return room?.name ?? `${wp.num(item.x_m, 1)}, ${wp.num(item.y_m, 1)} m`;
  };
})();
