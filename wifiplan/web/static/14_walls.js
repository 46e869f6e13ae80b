// Walls and the doors and windows in them. A floor goes in, a new floor comes out; null where it can't be done.
// Site files have no openings: a door is its own piece between the pieces of wall beside, above and below it.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const g = wp.geo;

  // Usual sizes of school buildings in Taiwan; a person changes them in the panel.
  const OPENINGS = {
    door: { width_m: 0.9, sill_m: 0, head_m: 2.1, material: "wood" },
    window: { width_m: 1.8, sill_m: 0.9, head_m: 2.1, material: "glass" },
  };
  const LEAST_M = 0.05; // shorter pieces can't be seen or picked
  const LEAST_OPENING_M = 0.3;

  const kindOf = (wall) => wall.kind || "wall";
  const bottomOf = (wall) => wall.bottom_m || 0;
  const isOpening = (wall) => kindOf(wall) === "door" || kindOf(wall) === "window";
  const wallsOf = (floor) => floor.walls || [];
  const segments = (floor) => wallsOf(floor).map((wall) => wall.line);
  const usualTop = (floor) => g.mm(floor.height_m - (floor.slab?.thickness_m ?? 0.15));
  const sameLine = (p, q) => (g.same(p[0], q[0]) && g.same(p[1], q[1])) || (g.same(p[0], q[1]) && g.same(p[1], q[0]));

  function made(wall, line, changes = {}) {
    const next = { ...wall, ...changes, line: [g.tidy(line[0]), g.tidy(line[1])] };
    if (!next.bottom_m) delete next.bottom_m;
    if (next.kind === "wall") delete next.kind;
    return next;
  }

  // The pieces that stand over and under one another on the same line: an opening with its wall above and parapet below.
  function stack(floor, k) {
    const { line } = wallsOf(floor)[k];
    return wallsOf(floor).flatMap((wall, n) => (sameLine(wall.line, line) ? [n] : []));
  }

  // All pieces of the straight wall that a piece belongs to, as {k, from, to} along the piece's own line.
  function run(floor, k) {
    const [a, b] = wallsOf(floor)[k].line;
    const parts = [];
    wallsOf(floor).forEach((wall, n) => {
      const [p, q] = wall.line.map((point) => g.foot(point, a, b));
      if (p.d <= g.SAME_M && q.d <= g.SAME_M) parts.push({ k: n, from: Math.min(p.s, q.s), to: Math.max(p.s, q.s) });
    });
    let [low, high] = [0, g.dist(a, b)];
    for (let grown = true; grown; ) {
      grown = false;
      for (const part of parts) {
        if (part.to < low - g.SAME_M || part.from > high + g.SAME_M) continue;
        if (part.from < low - 1e-6 || part.to > high + 1e-6) grown = true;
        [low, high] = [Math.min(low, part.from), Math.max(high, part.to)];
      }
    }
    const whole = parts.filter((part) => part.to >= low - g.SAME_M && part.from <= high + g.SAME_M && part.to - part.from > 1e-6);
    const u = g.dist(a, b) || 1;
    return { parts: whole, ends: [g.along(a, b, low / u), g.along(a, b, high / u)], low, high };
  }

  // ---- drawing ----

  function withWall(floor, line, { material = "brick", thickness_m = null, kind = "wall", top_m = null, bottom_m = 0 } = {}) {
    if (g.dist(...line) < LEAST_M) return null;
    const wall = made({ line, material, top_m: top_m ?? usualTop(floor), bottom_m, kind }, line);
    if (thickness_m) wall.thickness_m = thickness_m;
    if (wallsOf(floor).some((w) => sameLine(w.line, wall.line) && bottomOf(w) === bottomOf(wall) && w.top_m === wall.top_m)) return null;
    return { ...floor, walls: [...wallsOf(floor), wall] };
  }

  // ---- openings ----

  // Cut an opening into the wall that piece k belongs to, its middle at the foot of `point`. Answers {floor, k} or
  // {problem}: "occupied" where there is one, "short" where the wall is too short.
  function withOpening(floor, k, point, wish) {
    const wall = wallsOf(floor)[k];
    if (isOpening(wall)) return { problem: "occupied" };
    const [a, b] = wall.line;
    const length = g.dist(a, b);
    const width = Math.min(wish.width_m, length);
    if (width < LEAST_OPENING_M) return { problem: "short" };
    const middle = Math.min(length - width / 2, Math.max(width / 2, g.foot(point, a, b).s));
    const [from, to] = [g.mm(middle - width / 2), g.mm(middle + width / 2)];
    const head = Math.min(wish.head_m, floor.height_m);
    const hole = { from, to, sill: wish.sill_m, head, kind: wish.kind, ends: [at(a, b, from), at(a, b, to)] };
    const { parts } = run(floor, k);
    const over = (part) => {
      const w = wallsOf(floor)[part.k];
      return part.from < to - 0.005 && part.to > from + 0.005 && bottomOf(w) < head - 0.005 && w.top_m > hole.sill + 0.005;
    };
    const hit = parts.filter(over);
    if (hit.some((part) => isOpening(wallsOf(floor)[part.k]))) return { problem: "occupied" };
    const cutUp = new Map(hit.map((part) => [part.k, without(wallsOf(floor)[part.k], part, hole, [a, b])]));
    const opening = made({ material: wish.material, top_m: head, bottom_m: hole.sill, kind: wish.kind }, hole.ends);
    if (wish.thickness_m) opening.thickness_m = wish.thickness_m;
    const walls = [...wallsOf(floor).flatMap((w, n) => cutUp.get(n) || [w]), opening];
    return { floor: { ...floor, walls }, k: walls.length - 1 };
  }

  const at = (a, b, s) => g.tidy(g.along(a, b, s / g.dist(a, b)));

  // What is left of a piece of wall around a hole: beside, below and above it.
  function without(wall, part, hole, [a, b]) {
    const left = [];
    const forward = g.foot(wall.line[0], a, b).s <= g.foot(wall.line[1], a, b).s;
    const [start, end] = forward ? wall.line : [wall.line[1], wall.line[0]];
    const [p, q] = [hole.from > part.from + 0.005 ? hole.ends[0] : start, hole.to < part.to - 0.005 ? hole.ends[1] : end];
    if (hole.from - part.from > 0.005) left.push(made(wall, [start, hole.ends[0]]));
    if (hole.sill - bottomOf(wall) > 0.005) {
      left.push(made(wall, [p, q], { top_m: hole.sill, ...(hole.kind === "window" ? { kind: "parapet" } : {}) }));
    }
    if (wall.top_m - hole.head > 0.005) left.push(made(wall, [p, q], { bottom_m: hole.head }));
    if (part.to - hole.to > 0.005) left.push(made(wall, [hole.ends[1], end]));
    return left;
  }

  function openingOf(floor, k) {
    const wall = wallsOf(floor)[k];
    return {
      kind: kindOf(wall), width_m: g.mm(g.dist(...wall.line)), sill_m: bottomOf(wall), head_m: wall.top_m, material: wall.material,
      thickness_m: wall.thickness_m ?? null, middle: g.along(...wall.line, 0.5),
    };
  }

  // Close an opening: wall from its parapet to the wall above it, joined with the wall on both sides.
  function healed(floor, k) {
    const pieces = stack(floor, k);
    const walls = wallsOf(floor);
    const { line } = walls[k];
    const mine = pieces.map((n) => walls[n]).filter((w) => !isOpening(w) && kindOf(w) === "wall");
    const beside = run(floor, k).parts.map((part) => walls[part.k]).filter((w) => kindOf(w) === "wall" && !sameLine(w.line, line));
    const touching = beside.filter((w) => w.line.some((p) => g.same(p, line[0]) || g.same(p, line[1])));
    const like = mine[0] || touching[0] || beside[0] || { material: "brick" };
    const { bottom_m: _, kind: __, ...rest } = like;
    const bottom = Math.min(...pieces.map((n) => bottomOf(walls[n])));
    const top = Math.max(...pieces.map((n) => walls[n].top_m));
    const closed = made({ ...rest, top_m: top, bottom_m: bottom }, line);
    const others = walls.filter((_w, n) => !pieces.includes(n));
    return joined({ ...floor, walls: [...others, closed] }, others.length);
  }

  const alike = (p, q) =>
    ["material", "top_m", "thickness_m", "loss_2g4_db", "loss_5g_db", "loss_6g_db"].every((key) => (p[key] ?? null) === (q[key] ?? null)) &&
    bottomOf(p) === bottomOf(q) && kindOf(p) === kindOf(q);

  // Join a piece with equal pieces that go on where it ends, in the same direction.
  function joined(floor, k) {
    let walls = wallsOf(floor).slice();
    let wall = walls[k];
    walls.splice(k, 1);
    for (let n = 0; n >= 0; ) {
      n = walls.findIndex((w) => alike(w, wall) && Boolean(oneLine(w.line, wall.line)));
      if (n < 0) break;
      wall = made(wall, oneLine(walls[n].line, wall.line));
      walls.splice(n, 1);
    }
    walls = [...walls, wall];
    return { floor: { ...floor, walls }, k: walls.length - 1 };
  }

  // Two lines that touch at one end and go straight on, as one; null otherwise.
  function oneLine([a, b], [c, d]) {
    for (const [p, m, n, q] of [[a, b, c, d], [a, b, d, c], [b, a, c, d], [b, a, d, c]]) {
      if (g.same(m, n) && g.foot(m, p, q).d <= 0.002 && g.dot(g.sub(m, p), g.sub(q, m)) > 0) return [p, q];
    }
    return null;
  }

  // Put an opening elsewhere, on its own or another wall, or change its sizes. Answers as `withOpening`.
  function changedOpening(floor, k, changes, point = null) {
    const old = openingOf(floor, k);
    const closed = healed(floor, k);
    const target = point || old.middle;
    const host = wallAt(closed.floor, target, 1e9, (w) => !isOpening(w));
    return host === null ? { problem: "short" } : withOpening(closed.floor, host, target, { ...old, ...changes });
  }

  // The piece under a point: openings win over the wall above them, low pieces over high ones.
  function wallAt(floor, point, reach, wanted = () => true) {
    let best = null;
    wallsOf(floor).forEach((wall, k) => {
      const { d } = g.toSegment(point, ...wall.line);
      if (d > reach || !wanted(wall)) return;
      const rank = [Math.round(d * 1000) / 1000, isOpening(wall) ? 0 : 1, bottomOf(wall), g.dist(...wall.line)];
      if (!best || less(rank, best.rank)) best = { k, rank };
    });
    return best && best.k;
  }

  function less(p, q) {
    for (let i = 0; i < p.length; i += 1) if (p[i] !== q[i]) return p[i] < q[i];
    return false;
  }

  // ---- moving ----

  // Move points of a floor: what lies at a moved place goes along, walls that end there stretch, corners of rooms follow.
  // `moved` says where a point goes (or null). Null where a wall would vanish or turn round.
  function withPoints(floor, moved, roomMoved = moved) {
    const go = (p) => moved(p) || p;
    const goRoom = (p) => roomMoved(p) || p;
    const walls = wallsOf(floor).map((wall) => {
      const line = wall.line.map(go);
      return line[0] === wall.line[0] && line[1] === wall.line[1] ? wall : made(wall, line);
    });
    const bad = walls.some((wall, k) => {
      const before = wallsOf(floor)[k];
      return wall !== before && (g.dist(...wall.line) < LEAST_M || g.dot(g.sub(...wall.line), g.sub(...before.line)) <= 0);
    });
    if (bad) return null;
    const rooms = (floor.rooms || []).map((room) => {
      const polygon = room.polygon.map(goRoom);
      return polygon.every((p, n) => p === room.polygon[n]) ? room : { ...room, polygon: polygon.map(g.tidy) };
    });
    const spoilt = (room, before) => g.crossesItself(room.polygon) || g.area(room.polygon) * Math.sign(g.area(before.polygon)) < 0.5;
    if (rooms.some((room, n) => room !== floor.rooms[n] && spoilt(room, floor.rooms[n]))) return null;
    return { ...floor, walls, rooms };
  }

  // Slide straight walls by a vector; what meets them stretches.
  function slid(floor, ks, [dx, dy]) {
    const parts = [...new Set(ks.flatMap((k) => run(floor, k).parts.map((part) => part.k)))];
    const lines = parts.map((k) => wallsOf(floor)[k].line);
    return withPoints(floor, (p) => (lines.some((line) => g.toSegment(p, ...line).d <= 2 * g.SAME_M) ? [p[0] + dx, p[1] + dy] : null));
  }

  // Move one end of a straight wall. Along its own direction its last piece gets longer or shorter; sideways the whole
  // wall turns about its other end, pieces at their distances from it.
  function endMoved(floor, k, which, to) {
    const { ends, parts } = run(floor, k);
    const [fixed, end] = which === 0 ? [ends[1], ends[0]] : ends;
    const length = g.dist(fixed, to);
    const inner = parts.flatMap((part) => wallsOf(floor)[part.k].line).filter((p) => !g.same(p, end)).map((p) => g.dist(p, fixed));
    if (length < Math.max(...inner, 0) + LEAST_M) return null;
    const own = new Set(parts.map((part) => part.k));
    const lines = [...own].map((n) => wallsOf(floor)[n].line);
    const go = (p) => {
      if (g.same(p, end)) return to;
      if (g.same(p, fixed) || !lines.some((line) => g.toSegment(p, ...line).d <= g.SAME_M)) return null;
      return g.along(fixed, to, g.dist(p, fixed) / length);
    };
    // where the end met the side of another wall, rooms keep the corner that this wall leaves or passes
    const passing = wallsOf(floor).some((w, n) => !own.has(n) && g.toSegment(end, ...w.line).d <= g.SAME_M && !w.line.some((p) => g.same(p, end)));
    return withPoints(floor, go, (p) => (passing && g.same(p, end) ? null : go(p)));
  }

  // ---- taking away, and what walls are made of ----

  // Openings are closed, other pieces leave with all that stands over and under them.
  function withoutWalls(floor, ks) {
    let next = floor;
    const lines = ks.map((k) => ({ line: wallsOf(floor)[k].line, opening: isOpening(wallsOf(floor)[k]) }));
    for (const { line, opening } of lines) {
      const k = wallsOf(next).findIndex((w) => sameLine(w.line, line) && (!opening || isOpening(w)));
      if (k < 0) continue;
      next = opening ? healed(next, k).floor : { ...next, walls: wallsOf(next).filter((w) => !sameLine(w.line, line)) };
    }
    return next;
  }

  function changedWalls(floor, ks, changes) {
    const chosen = new Set(ks);
    const change = (wall) => {
      const next = { ...wall, ...changes };
      for (const key of Object.keys(changes)) if (changes[key] === null) delete next[key];
      if (next.bottom_m === 0) delete next.bottom_m;
      return next;
    };
    return { ...floor, walls: wallsOf(floor).map((wall, k) => (chosen.has(k) ? change(wall) : wall)) };
  }

  // The pieces of a straight wall that are wall, not its doors and windows: what a material is chosen for.
  const solid = (floor, k) => run(floor, k).parts.map((part) => part.k).filter((n) => !isOpening(wallsOf(floor)[n]));

  wp.walls = {
    OPENINGS, bottomOf, changedOpening, changedWalls, endMoved, healed, isOpening, kindOf, openingOf, run, sameLine, segments, slid,
    solid, stack, usualTop, wallAt, withOpening, withPoints, withWall, withoutWalls,
  };
})();
