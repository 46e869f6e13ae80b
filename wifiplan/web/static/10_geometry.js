// Plane geometry of the editor: distances, snapping, faces between walls. Metres, x east, y north. No page needed.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const SAME_M = 0.01; // two ends nearer than this are one: the centimetre that site files keep
  const GAP_M = 0.3; // a hand-drawn corner that stays open by less was meant to be closed

  const sub = (a, b) => [a[0] - b[0], a[1] - b[1]];
  const dist = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const cross = (u, v) => u[0] * v[1] - u[1] * v[0];
  const dot = (u, v) => u[0] * v[0] + u[1] * v[1];
  const same = (a, b, tolerance = SAME_M) => Math.abs(a[0] - b[0]) <= tolerance && Math.abs(a[1] - b[1]) <= tolerance;
  // a thousandth of a metre: what a person measures, and no tail of binary digits in the site file
  const mm = (x) => Math.round(x * 1000) / 1000 + 0;
  const tidy = (p) => [mm(p[0]), mm(p[1])];
  const along = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

  // Where the foot of p lies on the line a-b: t in 0..1 between the ends, d the distance to the (unbounded) line.
  function foot(p, a, b) {
    const u = sub(b, a);
    const length = Math.hypot(u[0], u[1]);
    if (length < 1e-9) return { t: 0, s: 0, d: dist(p, a), length: 0, point: a };
    const t = dot(sub(p, a), u) / (length * length);
    return { t, s: t * length, d: Math.abs(cross(u, sub(p, a))) / length, length, point: along(a, b, t) };
  }

  function toSegment(p, a, b) {
    const found = foot(p, a, b);
    const t = Math.min(1, Math.max(0, found.t));
    const point = along(a, b, t);
    return { t, point, d: dist(p, point), length: found.length };
  }

  // Where two segments cross: {t, u, point} or null; parallel ones don't.
  function crossing(a, b, c, d) {
    const r = sub(b, a);
    const s = sub(d, c);
    const n = cross(r, s);
    if (Math.abs(n) < 1e-9) return null;
    const t = cross(sub(c, a), s) / n;
    const u = cross(sub(c, a), r) / n;
    return { t, u, point: along(a, b, t) };
  }

  function area(polygon) {
    let twice = 0;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) twice += cross(polygon[j], polygon[i]);
    return twice / 2;
  }

  function centroid(polygon) {
    const whole = area(polygon);
    const n = polygon.length;
    if (Math.abs(whole) < 1e-9) return [polygon.reduce((s, p) => s + p[0], 0) / n, polygon.reduce((s, p) => s + p[1], 0) / n];
    let x = 0;
    let y = 0;
    for (let i = 0, j = n - 1; i < n; j = i, i += 1) {
      const f = cross(polygon[j], polygon[i]);
      x += (polygon[j][0] + polygon[i][0]) * f;
      y += (polygon[j][1] + polygon[i][1]) * f;
    }
    return [x / (6 * whole), y / (6 * whole)];
  }

  function inside(p, polygon) {
    let odd = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
      const [a, b] = [polygon[i], polygon[j]];
      if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd;
    }
    return odd;
  }

  // A polygon whose sides cross is no room.
  function crossesItself(polygon) {
    const n = polygon.length;
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 1; j < n; j += 1) {
        if (j === i + 1 || (i === 0 && j === n - 1)) continue;
        const hit = crossing(polygon[i], polygon[(i + 1) % n], polygon[j], polygon[(j + 1) % n]);
        if (hit && hit.t >= 0 && hit.t <= 1 && hit.u >= 0 && hit.u <= 1) return true;
      }
    }
    return false;
  }

  // Corners that say nothing (doubled, or in the middle of a straight side) leave.
  function simplified(polygon) {
    let points = polygon.filter((p, i) => !same(p, polygon[(i + 1) % polygon.length]));
    for (let changed = true; changed && points.length > 3; ) {
      const n = points.length;
      const idle = points.findIndex((p, i) => foot(p, points[(i + n - 1) % n], points[(i + 1) % n]).d < 0.002);
      changed = idle >= 0;
      if (changed) points = points.filter((_, i) => i !== idle);
    }
    return points.map(tidy);
  }

  function bounds(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    return box;
  }

  function pointsOf(floor) {
    const points = [];
    for (const wall of floor.walls || []) points.push(...wall.line);
    for (const room of floor.rooms || []) points.push(...room.polygon);
    points.push(...(floor.outline || []));
    return points;
  }

  // Snap a pointer to what is drawn. Order: an end, a crossing, the line through a wall, a right angle or 15° step from
  // `from`, the grid. `reach` is in metres (the view turns pixels into it). Answers {point, kind, guides}.
  function snap(p, { segments, from = null, reach, grid = 0, angle = true, corners = [] }) {
    const near = segments.filter(([a, b]) => toSegment(p, a, b).d <= reach);
    const ends = [...near.flat(), ...corners].filter((q) => dist(p, q) <= reach && !(from && same(q, from)));
    if (ends.length) return { point: closest(p, ends), kind: "end", guides: [] };
    const meets = [];
    for (let i = 0; i < near.length; i += 1) {
      for (let j = i + 1; j < near.length; j += 1) {
        const hit = crossing(...near[i], ...near[j]);
        if (hit && hit.t >= 0 && hit.t <= 1 && hit.u >= 0 && hit.u <= 1 && dist(hit.point, p) <= reach) meets.push(hit.point);
      }
    }
    if (meets.length) return { point: closest(p, meets), kind: "cross", guides: [] };
    const turned = from && angle ? turn(from, p) : null;
    if (near.length) return onWall(p, near, from, turned, reach);
    return free(p, { from, turned, segments, corners, reach, grid });
  }

  const closest = (p, points) => points.reduce((best, q) => (dist(p, q) < dist(p, best) ? q : best));

  // The nearest of 24 directions from `from`: {point, direction, off} (off: metres moved).
  function turn(from, p) {
    const step = Math.PI / 12;
    const angle = Math.round(Math.atan2(p[1] - from[1], p[0] - from[0]) / step) * step;
    const direction = [Math.cos(angle), Math.sin(angle)];
    const length = dot(sub(p, from), direction);
    const point = [from[0] + length * direction[0], from[1] + length * direction[1]];
    return { point, direction, off: dist(p, point) };
  }

  function onWall(p, near, from, turned, reach) {
    const [a, b] = near.reduce((best, s) => (toSegment(p, ...s).d < toSegment(p, ...best).d ? s : best));
    const middle = along(a, b, 0.5);
    if (dist(p, middle) <= reach / 2) return { point: middle, kind: "middle", guides: [] };
    if (turned && turned.off <= reach) {
      // where the straight direction meets the wall: a wall that ends square on another one
      const far = [from[0] + turned.direction[0] * 1e4, from[1] + turned.direction[1] * 1e4];
      const hit = crossing(from, far, a, b);
      if (hit && hit.u >= 0 && hit.u <= 1 && dist(hit.point, p) <= reach) return { point: hit.point, kind: "wall", guides: [[from, hit.point]] };
    }
    return { point: toSegment(p, a, b).point, kind: "wall", guides: [] };
  }

  // Nothing is near: align with a corner's x or y, keep a round angle, else the grid.
  function free(p, { from, turned, segments, corners, reach, grid }) {
    if (turned && turned.off <= reach * 1.5) {
      const all = [...segments.flat(), ...corners];
      const across = Math.abs(turned.direction[0]) > 0.999 ? 0 : Math.abs(turned.direction[1]) > 0.999 ? 1 : -1;
      const level = across < 0 ? null : all.find((q) => Math.abs(q[across] - turned.point[across]) <= reach / 2 && !same(q, from));
      if (level) {
        const point = across === 0 ? [level[0], from[1]] : [from[0], level[1]];
        return { point, kind: "align", guides: [[from, point], [level, point]] };
      }
      if (grid && across >= 0) {
        const point = across === 0 ? [Math.round(turned.point[0] / grid) * grid, from[1]] : [from[0], Math.round(turned.point[1] / grid) * grid];
        if (dist(point, turned.point) <= reach) return { point, kind: "angle", guides: [[from, point]] };
      }
      return { point: turned.point, kind: "angle", guides: [[from, turned.point]] };
    }
    if (grid) return { point: [Math.round(p[0] / grid) * grid, Math.round(p[1] / grid) * grid], kind: "grid", guides: [] };
    return { point: p, kind: "free", guides: [] };
  }

  // Walls as a planar graph: every wall cut where others touch or cross it. {points, edges: [i, j]}
  function planar(segments, gap = SAME_M) {
    const pieces = segments.filter(([a, b]) => dist(a, b) > SAME_M);
    const cuts = pieces.map(() => [0, 1]);
    const boxes = pieces.map((s) => bounds(s));
    for (let i = 0; i < pieces.length; i += 1) {
      for (let j = i + 1; j < pieces.length; j += 1) {
        const [p, q] = [boxes[i], boxes[j]];
        if (p[0] > q[2] + gap || q[0] > p[2] + gap || p[1] > q[3] + gap || q[1] > p[3] + gap) continue;
        cut(pieces, cuts, i, j, gap);
      }
    }
    return graph(pieces, cuts);
  }

  function cut(pieces, cuts, i, j, gap) {
    const [[a, b], [c, d]] = [pieces[i], pieces[j]];
    const hit = crossing(a, b, c, d);
    const [n, m] = [gap / dist(a, b), gap / dist(c, d)];
    if (hit && hit.t >= -n && hit.t <= 1 + n && hit.u >= -m && hit.u <= 1 + m) {
      cuts[i].push(hit.t);
      cuts[j].push(hit.u);
    } else if (!hit) {
      for (const q of [c, d]) if (toSegment(q, a, b).d <= SAME_M) cuts[i].push(foot(q, a, b).t);
      for (const q of [a, b]) if (toSegment(q, c, d).d <= SAME_M) cuts[j].push(foot(q, c, d).t);
    }
  }

  function graph(pieces, cuts) {
    const points = [];
    const cells = new Map();
    const node = (p) => {
      const [x, y] = [Math.round(p[0] / (2 * SAME_M)), Math.round(p[1] / (2 * SAME_M))];
      for (let i = x - 1; i <= x + 1; i += 1) {
        for (let j = y - 1; j <= y + 1; j += 1) {
          for (const k of cells.get(`${i},${j}`) || []) if (same(points[k], p, 1.5 * SAME_M)) return k;
        }
      }
      points.push(p);
      cells.set(`${x},${y}`, [...(cells.get(`${x},${y}`) || []), points.length - 1]);
      return points.length - 1;
    };
    const edges = new Map();
    pieces.forEach(([a, b], k) => {
      const ts = [...new Set(cuts[k])].sort((s, t) => s - t);
      for (let n = 1; n < ts.length; n += 1) {
        const [i, j] = [node(along(a, b, ts[n - 1])), node(along(a, b, ts[n]))];
        if (i !== j) edges.set(i < j ? `${i},${j}` : `${j},${i}`, [i, j]);
      }
    });
    return { points, edges: [...edges.values()] };
  }

  // Every closed face between walls, as polygons counter-clockwise. Dead ends are cut off first.
  function faces(segments, gap = SAME_M) {
    const { points, edges } = planar(segments, gap);
    const next = points.map(() => new Set());
    for (const [i, j] of edges) {
      next[i].add(j);
      next[j].add(i);
    }
    const ends = [...next.keys()].filter((i) => next[i].size === 1);
    while (ends.length) {
      const i = ends.pop();
      for (const j of next[i]) {
        next[j].delete(i);
        if (next[j].size === 1) ends.push(j);
      }
      next[i].clear();
    }
    const round = next.map((set, i) => [...set].sort((j, k) => bearing(points[i], points[j]) - bearing(points[i], points[k])));
    const done = new Set();
    const found = [];
    for (let i = 0; i < round.length; i += 1) {
      for (const j of round[i]) {
        const ring = done.has(`${i},${j}`) ? null : walk(round, i, j, done);
        const polygon = ring && simplified(ring.map((k) => points[k]));
        if (polygon && polygon.length >= 3 && area(polygon) > 0.05) found.push(polygon);
      }
    }
    return found;
  }

  const bearing = (a, b) => Math.atan2(b[1] - a[1], b[0] - a[0]);

  function walk(round, i, j, done) {
    const ring = [];
    let [from, to] = [i, j];
    for (let n = 0; n < 100000; n += 1) {
      done.add(`${from},${to}`);
      ring.push(from);
      const around = round[to];
      const k = around.indexOf(from);
      // the next edge clockwise from where we came: keeps the face on the left
      const onward = around[(k + around.length - 1) % around.length];
      [from, to] = [to, onward];
      if (from === i && to === j) break;
    }
    return ring;
  }

  // The smallest closed face around a point; small gaps are bridged only if nothing closes without it.
  function faceAt(segments, p) {
    for (const gap of [SAME_M, 0.1, GAP_M]) {
      const around = faces(segments, gap).filter((polygon) => inside(p, polygon) && area(polygon) >= 0.5);
      if (around.length) return { polygon: around.reduce((best, f) => (area(f) < area(best) ? f : best)), bridged: gap > SAME_M };
    }
    return null;
  }

  wp.geo = {
    SAME_M, GAP_M, area, along, bounds, centroid, closest, crossesItself, crossing, dist, dot, faceAt, faces, foot, inside,
    mm, planar, pointsOf, same, simplified, snap, sub, tidy, toSegment,
  };
})();
