"use strict";
/* Mouse, touch, pen and keyboard on a plan: pan, zoom, tap, drag of access points, a cursor that reads the map. */
(() => {
  const wp = (window.wp ??= {});
  const { TAP_PX, ZOOM_STEP } = wp.PlanView;
  const PAN_PX = 60;
  const CURSOR_M = 0.5;

  const thingAt = (target) => {
    const node = target.closest?.("[data-kind]");
    return node ? { kind: node.dataset.kind, id: node.dataset.id } : null;
  };

  const middle = (points) => [0, 1].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
  const spread = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);

  wp.gestures = (view) => {
    const pointers = new Map();
    let held = null; // {thing, start, moved, grip}: what the first pointer went down on

    const down = (event) => {
      if (event.defaultPrevented || event.button > 1) return;
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      if (pointers.size > 1) {
        held = null;
        return;
      }
      const thing = thingAt(event.target);
      held = { thing, start: [event.clientX, event.clientY], moved: false, grip: null };
      if (thing?.kind === "ap" && view.draggable && event.button === 0) {
        const ap = (view.plan?.access_points ?? []).find((p) => p.id === thing.id) ?? (view.site.access_points ?? []).find((p) => p.id === thing.id);
        const [x, y] = view.toMetres(event.clientX, event.clientY);
        if (ap && wp.known(ap.x_m)) held.grip = [ap.x_m - x, ap.y_m - y];
      }
      try {
        view.root.setPointerCapture(event.pointerId);
      } catch {
        // a pointer that is gone already: made up by a test, or lifted in between
      }
    };

    const dragged = (event, name) => {
      const [x, y] = view.toMetres(event.clientX, event.clientY);
      const detail = { id: held.thing.id, x_m: x + held.grip[0], y_m: y + held.grip[1], floor: view.level };
      wp.moveMarker(view, detail.id, detail.x_m, detail.y_m);
      view.emit(name, detail);
    };

    const pinched = (event) => {
      const before = [...pointers.values()].slice(0, 2);
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      const after = [...pointers.values()].slice(0, 2);
      const [from, to] = [middle(before), middle(after)];
      view.pan(to[0] - from[0], to[1] - from[1]);
      if (spread(before) > 0) view.zoom(spread(after) / spread(before), ...to);
    };

    const move = (event) => {
      if (event.pointerType === "mouse" || pointers.size === 0) {
        const [x_m, y_m] = view.toMetres(event.clientX, event.clientY);
        view.emit("hover", { x_m, y_m });
      }
      if (!pointers.has(event.pointerId)) return;
      if (pointers.size > 1) {
        pinched(event);
        return;
      }
      const last = pointers.get(event.pointerId);
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      if (!held) return;
      held.moved ||= Math.hypot(event.clientX - held.start[0], event.clientY - held.start[1]) > TAP_PX;
      if (!held.moved) return;
      if (held.grip) dragged(event, "apdrag");
      else if (view.panning || event.buttons === 4) view.pan(event.clientX - last[0], event.clientY - last[1]);
    };

    const up = (event) => {
      if (!pointers.delete(event.pointerId) || !held) return;
      const { thing, moved, grip } = held;
      if (moved && grip) dragged(event, "apdrop");
      else if (!moved && event.type === "pointerup") {
        const [x_m, y_m] = view.toMetres(event.clientX, event.clientY);
        view.emit("hover", { x_m, y_m });
        if (thing?.kind === "ap") view.emit("aptap", { id: thing.id });
        if (view.panning) view.select(thing?.kind ?? null, thing?.id);
      }
      held = null;
    };

    const wheel = (event) => {
      event.preventDefault();
      view.zoom(ZOOM_STEP ** wp.clamp(-event.deltaY / (event.deltaMode === 0 ? 100 : 3), -2, 2), event.clientX, event.clientY);
    };

    const moveCursor = (dx, dy) => {
      const { width, height } = view.size();
      const { x, y, scale } = view.seen;
      const [cx, cy] = view.cursor ?? [x + width / scale / 2, y - height / scale / 2];
      view.cursor = [cx + dx, cy + dy];
      wp.drawCursor(view);
      view.emit("hover", { x_m: view.cursor[0], y_m: view.cursor[1], keyboard: true });
    };

    const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const press = (event) => {
      if (event.target !== view.root || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const arrow = ARROWS[event.key];
      if (arrow && event.shiftKey) moveCursor(arrow[0] * CURSOR_M, arrow[1] * CURSOR_M);
      else if (arrow) view.pan(-arrow[0] * PAN_PX, arrow[1] * PAN_PX);
      else if (event.key === "+" || event.key === "=") view.zoom(ZOOM_STEP);
      else if (event.key === "-") view.zoom(1 / ZOOM_STEP);
      else if (event.key === "0") view.fit();
      else if (event.key === "Enter" && view.cursor) {
        const thing = wp.thingAtMetres(view, ...view.cursor);
        if (thing) view.select(thing.kind, thing.id);
      } else return;
      event.preventDefault();
    };

    view.root.addEventListener("pointerdown", down);
    view.root.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) view.root.addEventListener(end, up);
    view.root.addEventListener("pointerleave", () => view.emit("hover", null));
    view.root.addEventListener("wheel", wheel, { passive: false });
    view.root.addEventListener("keydown", press);
  };

  wp.inside = (polygon, x, y) => {
    let within = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
      const [ax, ay] = polygon[i], [bx, by] = polygon[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
    }
    return within;
  };

  /* The access point within a metre of a place, else the room around it. */
  wp.thingAtMetres = (view, x, y) => {
    const near = (view.plan?.access_points ?? []).find(
      (p) => p.floor === view.level && wp.known(p.x_m) && Math.hypot(p.x_m - x, p.y_m - y) < 1,
    );
    if (near) return { kind: "ap", id: near.id };
    const room = (view.floor?.rooms ?? []).find((r) => wp.inside(r.polygon, x, y));
    return room ? { kind: "room", id: room.id } : null;
  };
})();
