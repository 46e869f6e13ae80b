// What else can be changed in a site: rooms, floors, cabinets, access points, spots. Sites in, new sites out.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const g = wp.geo;

  const DIGITS = "零一二三四五六七八九";
  const HEIGHT_M = 3.6; // a usual storey of a school

  const floorOf = (site, level) => site.floors.find((floor) => floor.level === level) || null;

  function withFloor(site, level, change) {
    const floors = site.floors.map((floor) => (floor.level === level ? change(floor) : floor));
    return floors.every((floor, n) => floor === site.floors[n]) ? site : { ...site, floors };
  }

  const put = (record, changes) => {
    const next = { ...record, ...changes };
    for (const key of Object.keys(changes)) if (changes[key] === null || changes[key] === undefined) delete next[key];
    return next;
  };

  const roomsOf = (site) => site.floors.flatMap((floor) => floor.rooms || []);

  // 1 樓, B1: as people write it. `lang` decides the words.
  function floorName(level, lang) {
    if (level < 0) return lang === "en" ? `Basement ${-level}` : `地下${chinese(-level)}樓`;
    return lang === "en" ? `Floor ${level + 1}` : `${chinese(level + 1)}樓`;
  }

  function chinese(n) {
    if (n < 10) return DIGITS[n];
    const tens = Math.floor(n / 10);
    return `${tens > 1 ? DIGITS[tens] : ""}十${n % 10 ? DIGITS[n % 10] : ""}`;
  }

  function newSite(name, lang) {
    return { format: 1, name, floors: [newFloor(0, 0, lang)], access_points: [], spots: [] };
  }

  function newFloor(level, elevation_m, lang) {
    return { level, elevation_m: g.mm(elevation_m), height_m: HEIGHT_M, name: floorName(level, lang), rooms: [], walls: [], cabinets: [] };
  }

  // ---- rooms ----

  // 101, 102 … on the ground floor, 201 … above, B101 … below: the first that is free in the whole site.
  function freeRoomId(site, level) {
    const taken = new Set(roomsOf(site).flatMap((room) => [room.id, room.name]));
    const head = level < 0 ? `B${-level}` : String(level + 1);
    for (let n = 1; ; n += 1) {
      const id = head + String(n).padStart(2, "0");
      if (!taken.has(id)) return id;
    }
  }

  function freeId(taken, wish) {
    if (!taken.has(wish)) return wish;
    for (let n = 2; ; n += 1) if (!taken.has(`${wish}-${n}`)) return `${wish}-${n}`;
  }

  function withRoom(site, level, polygon, fields = {}) {
    const corners = g.simplified(polygon);
    if (corners.length < 3 || Math.abs(g.area(corners)) < 0.5 || g.crossesItself(corners)) return null;
    const id = freeRoomId(site, level);
    const room = put({ id, name: id, use: "classroom", polygon: corners }, fields);
    return { site: withFloor(site, level, (floor) => ({ ...floor, rooms: [...(floor.rooms || []), room] })), id };
  }

  // Long and narrow is a corridor: a class of thirty does not sit in 3 m of width.
  const CORRIDOR = { width_m: 4, lengths: 4 };

  // Its mean width, of a rectangle with the same area and the same way around it: a bent corridor is one, too.
  function likeCorridor(face) {
    const area = Math.abs(g.area(face));
    const half = face.reduce((sum, a, n) => sum + g.dist(a, face[(n + 1) % face.length]), 0) / 4;
    const width = half - Math.sqrt(Math.max(0, half * half - area));
    return width <= CORRIDOR.width_m && area >= CORRIDOR.lengths * width * width;
  }

  // Every closed face without a room becomes one.
  function withFoundRooms(site, level, fields = {}) {
    const floor = floorOf(site, level);
    const rooms = floor.rooms || [];
    const empty = g.faces(wp.walls.segments(floor)).filter((face) => {
      if (g.area(face) < 1) return false;
      const middle = innerPoint(face);
      return !rooms.some((room) => g.inside(middle, room.polygon));
    });
    const from = (face) => [Math.round(-g.bounds(face)[3]), g.bounds(face)[0]];
    empty.sort((p, q) => from(p)[0] - from(q)[0] || from(p)[1] - from(q)[1]);
    let next = site;
    for (const face of empty) next = withRoom(next, level, face, { ...(likeCorridor(face) ? { use: "corridor" } : {}), ...fields })?.site || next;
    return { site: next, n: empty.length };
  }

  // A point surely inside: the middle, or of a bent shape the middle of a cut through it.
  function innerPoint(polygon) {
    const middle = g.centroid(polygon);
    if (g.inside(middle, polygon)) return middle;
    const y = middle[1] + 1e-4;
    const xs = [];
    polygon.forEach((a, n) => {
      const b = polygon[(n + 1) % polygon.length];
      if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
    });
    xs.sort((p, q) => p - q);
    return xs.length < 2 ? middle : [(xs[0] + xs[1]) / 2, y];
  }

  // The id of a room is a name that others use: spots and access points follow when it changes.
  function withRoomChanged(site, id, changes) {
    let next = { ...site, floors: site.floors.map((floor) => {
      const n = (floor.rooms || []).findIndex((room) => room.id === id);
      if (n < 0) return floor;
      return { ...floor, rooms: floor.rooms.map((room, k) => (k === n ? put(room, changes) : room)) };
    }) };
    if (changes.id && changes.id !== id) next = renamed(next, id, changes.id);
    return next;
  }

  function renamed(site, from, to) {
    const follow = (item) => (item.room_id === from ? { ...item, room_id: to } : item);
    return put(site, { access_points: site.access_points?.map(follow), spots: site.spots?.map(follow) });
  }

  function withoutRooms(site, ids) {
    const gone = new Set(ids);
    const floors = site.floors.map((floor) => ({ ...floor, rooms: (floor.rooms || []).filter((room) => !gone.has(room.id)) }));
    const spots = (site.spots || []).filter((spot) => !gone.has(spot.room_id));
    // an access point whose place is known stays; one that is known by its room alone leaves with the room
    const kept = (site.access_points || []).filter((point) => !gone.has(point.room_id) || point.x_m != null);
    const access_points = kept.map((point) => (gone.has(point.room_id) ? put(point, { room_id: null }) : point));
    return { ...site, floors, spots, access_points };
  }

  function roomAt(floor, point) {
    const around = (floor.rooms || []).filter((room) => g.inside(point, room.polygon));
    if (!around.length) return null;
    return around.reduce((best, room) => (Math.abs(g.area(room.polygon)) < Math.abs(g.area(best.polygon)) ? room : best));
  }

  // ---- floors ----

  function withNewFloor(site, below, lang) {
    const floors = [...site.floors].sort((p, q) => p.level - q.level);
    const [low, high] = [floors[0], floors[floors.length - 1]];
    const floor = below
      ? newFloor(low.level - 1, low.elevation_m - HEIGHT_M, lang)
      : newFloor(high.level + 1, high.elevation_m + high.height_m, lang);
    return { site: { ...site, floors: [...site.floors, floor] }, level: floor.level };
  }

  // 101 -> 201, A1WC -> A2WC, 一樓 -> 二樓: the first number that starts with the old floor's digit takes the new one.
  function storeyName(name, from, to) {
    const [a, b] = [String(from + 1), String(to + 1)];
    if (from < 0 || to < 0 || a.length > 1 || b.length > 1) return name;
    const digits = new RegExp(`(^|[^0-9])${a}(?=[0-9]{2}(?![0-9])|F(?![A-Za-z])|樓|[A-Z]{2})`, "u");
    if (digits.test(name)) return name.replace(digits, `$1${b}`);
    return name.replace(`${chinese(from + 1)}樓`, `${chinese(to + 1)}樓`);
  }

  // A copy on top of the building: walls and rooms; what is unique to a floor (cabinets, access points, spots) stays below.
  function withFloorCopied(site, level, lang) {
    const source = floorOf(site, level);
    const top = site.floors.reduce((best, floor) => (floor.level > best.level ? floor : best));
    const to = top.level + 1;
    const taken = new Set(roomsOf(site).map((room) => room.id));
    const rooms = (source.rooms || []).map((room) => {
      const name = storeyName(room.name, level, to);
      const wish = storeyName(room.id, level, to);
      const id = freeId(taken, wish);
      taken.add(id);
      return put(room, { id, name, inventory_id: null });
    });
    const { underlay: _, ...rest } = source;
    const floor = { ...rest, level: to, elevation_m: g.mm(top.elevation_m + top.height_m), name: floorName(to, lang), rooms, cabinets: [] };
    return { site: { ...site, floors: [...site.floors, floor] }, level: to };
  }

  function withoutFloor(site, level) {
    if (site.floors.length < 2) return null;
    const elsewhere = (item) => (item.floor || 0) !== level;
    return {
      ...site,
      floors: site.floors.filter((floor) => floor.level !== level),
      access_points: (site.access_points || []).filter(elsewhere),
      spots: (site.spots || []).filter(elsewhere),
    };
  }

  // Walls that reach the ceiling follow a new height; floors above move up or down with it.
  function withHeight(site, level, height_m) {
    const old = floorOf(site, level);
    const by = g.mm(height_m - old.height_m);
    const ceiling = old.height_m - 0.5;
    const walls = (old.walls || []).map((wall) => {
      const top_m = g.mm(wall.top_m >= ceiling ? wall.top_m + by : Math.min(wall.top_m, height_m));
      return top_m === wall.top_m ? wall : { ...wall, top_m };
    });
    if (walls.some((wall) => wall.top_m <= (wall.bottom_m || 0))) return null;
    const floors = site.floors.map((floor) => {
      if (floor.level === level) return { ...floor, height_m: g.mm(height_m), walls };
      return floor.level > level ? { ...floor, elevation_m: g.mm(floor.elevation_m + by) } : floor;
    });
    return { ...site, floors };
  }

  // ---- small things: cabinets, access points that hang there, spots ----

  function withCabinet(site, level, [x, y]) {
    const taken = new Set(site.floors.flatMap((floor) => (floor.cabinets || []).map((cabinet) => cabinet.id)));
    const id = freeId(taken, taken.size ? `IDF-${level < 0 ? `B${-level}` : level + 1}F` : "MDF");
    const cabinet = { id, x_m: g.mm(x), y_m: g.mm(y) };
    return { site: withFloor(site, level, (floor) => ({ ...floor, cabinets: [...(floor.cabinets || []), cabinet] })), id };
  }

  function withCabinetChanged(site, id, changes) {
    const floors = site.floors.map((floor) => {
      if (!(floor.cabinets || []).some((cabinet) => cabinet.id === id)) return floor;
      return { ...floor, cabinets: floor.cabinets.map((cabinet) => (cabinet.id === id ? put(cabinet, changes) : cabinet)) };
    });
    const follow = (point) => (point.cabinet === id && changes.id ? { ...point, cabinet: changes.id } : point);
    return put(site, { floors, access_points: site.access_points?.map(follow) });
  }

  function withoutCabinet(site, id) {
    const floors = site.floors.map((floor) => ({ ...floor, cabinets: (floor.cabinets || []).filter((cabinet) => cabinet.id !== id) }));
    const points = site.access_points?.map((point) => (point.cabinet === id ? put(point, { cabinet: null }) : point));
    return put(site, { floors, access_points: points });
  }

  function withAccessPoint(site, level, [x, y]) {
    const taken = new Set((site.access_points || []).map((point) => point.id));
    let n = taken.size + 1;
    while (taken.has(`old-${n}`)) n += 1;
    const point = { id: `old-${n}`, floor: level, x_m: g.mm(x), y_m: g.mm(y) };
    return { site: { ...site, access_points: [...(site.access_points || []), point], access_points_known: true }, id: point.id };
  }

  function withAccessPointChanged(site, id, changes) {
    return { ...site, access_points: (site.access_points || []).map((point) => (point.id === id ? put(point, changes) : point)) };
  }

  const withoutAccessPoint = (site, id) => ({ ...site, access_points: (site.access_points || []).filter((point) => point.id !== id) });

  function withSpot(site, level, [x, y], kind, note = "") {
    const spot = { kind, floor: level, x_m: g.mm(x), y_m: g.mm(y) };
    if (kind === "forbidden") spot.radius_m = 2;
    if (note) spot.note = note;
    const spots = [...(site.spots || []), spot];
    return { site: { ...site, spots }, id: spots.length - 1 };
  }

  const withSpotChanged = (site, k, changes) => ({ ...site, spots: (site.spots || []).map((spot, n) => (n === k ? put(spot, changes) : spot)) });
  const withoutSpot = (site, k) => ({ ...site, spots: (site.spots || []).filter((_spot, n) => n !== k) });

  // ---- access points of the plan, moved by hand ----

  const lockedAt = (site, { floor, x_m, y_m }) =>
    (site.spots || []).findIndex((spot) => spot.kind === "locked" && (spot.floor || 0) === floor && spot.x_m != null && Math.hypot(spot.x_m - x_m, spot.y_m - y_m) < 0.05);

  // A person decided where it hangs: the next plan keeps it. An existing one is moved itself.
  function movedAccessPoint(state, ap, [x, y], note) {
    const place = { x_m: g.mm(x), y_m: g.mm(y), floor: ap.floor };
    const hand = { ...state.hand, [ap.id]: place };
    if ((state.site.access_points || []).some((point) => point.id === ap.id)) {
      const room = roomAt(floorOf(state.site, ap.floor), [x, y]);
      const changes = { x_m: place.x_m, y_m: place.y_m, floor: ap.floor, room_id: room ? room.id : null };
      return { site: withAccessPointChanged(state.site, ap.id, changes), hand };
    }
    const before = state.hand[ap.id] || ap;
    const k = lockedAt(state.site, before);
    const site = k >= 0 ? withSpotChanged(state.site, k, { x_m: place.x_m, y_m: place.y_m }) : withSpot(state.site, ap.floor, [x, y], "locked", note).site;
    return { site, hand };
  }

  wp.edits = {
    chinese, floorName, floorOf, freeRoomId, innerPoint, lockedAt, movedAccessPoint, newSite, put, roomAt, roomsOf, storeyName,
    withAccessPoint, withAccessPointChanged, withCabinet, withCabinetChanged, withFloor, withFloorCopied, withFoundRooms, withHeight,
    withNewFloor, withRoom, withRoomChanged, withSpot, withSpotChanged, withoutAccessPoint, withoutCabinet, withoutFloor,
    withoutRooms, withoutSpot,
  };
})();
