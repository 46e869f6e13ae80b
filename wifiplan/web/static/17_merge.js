// Floors of an imported drawing put into the site that is open: schools come as one drawing a storey.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E, geo: g } = wp;

  const isEmpty = (floor) => !(floor.walls || []).length && !(floor.rooms || []).length;

  function fresh(taken, wish) {
    let id = wish;
    for (let n = 2; taken.has(id); n += 1) id = `${wish}-${n}`;
    taken.add(id);
    return id;
  }

  // The floors of `other` after those of `site`: an empty floor that is open takes the first one, the others come on top.
  // Ids that are taken get a number; access points and spots go with their floors. Answers {site, level} of the first.
  function withFloorsTaken(site, other, level) {
    const taken = new Set(E.roomsOf(site).map((room) => room.id));
    const cabinets = new Set(site.floors.flatMap((floor) => (floor.cabinets || []).map((cabinet) => cabinet.id)));
    const points = new Set((site.access_points || []).map((point) => point.id));
    const roomIds = new Map();
    const cabinetIds = new Map();
    const levels = new Map();
    let { floors } = site;
    for (const floor of [...other.floors].sort((p, q) => p.level - q.level)) {
      const open = floors.find((f) => f.level === level && isEmpty(f));
      const top = floors.reduce((best, f) => (f.level > best.level ? f : best));
      const to = open && !levels.size ? level : top.level + 1;
      levels.set(floor.level, to);
      const rooms = (floor.rooms || []).map((room) => {
        const id = fresh(taken, room.id);
        roomIds.set(room.id, id);
        return { ...room, id };
      });
      const boxes = (floor.cabinets || []).map((cabinet) => {
        const id = fresh(cabinets, cabinet.id);
        cabinetIds.set(cabinet.id, id);
        return { ...cabinet, id };
      });
      const name = floor.name && other.floors.length > 1 ? floor.name : E.floorName(to, wp.data?.lang);
      const made = { ...floor, level: to, name, rooms, cabinets: boxes };
      floors = to === level && open ? floors.map((f) => (f === open ? placed(made, open, floors) : f)) : [...floors, { ...made, elevation_m: g.mm(top.elevation_m + top.height_m) }];
    }
    const moved = (item) => E.put(item, { floor: levels.get(item.floor || 0), room_id: item.room_id && roomIds.get(item.room_id) });
    const aps = (other.access_points || []).map((point) => E.put(moved(point), { id: fresh(points, point.id), cabinet: point.cabinet && cabinetIds.get(point.cabinet) }));
    const next = { ...site, floors, access_points: [...(site.access_points || []), ...aps], spots: [...(site.spots || []), ...(other.spots || []).map(moved)] };
    if (other.antennas?.length) next.antennas = [...(site.antennas || []), ...other.antennas.filter((a) => !(site.antennas || []).some((b) => b.name === a.name))];
    return { site: next, level: [...levels.values()][0] };
  }

  // A floor in the place of an empty one keeps its elevation, and its height where a floor stands on it.
  function placed(made, open, floors) {
    const above = floors.some((floor) => floor.level > open.level);
    const height_m = above ? Math.max(open.height_m, 0) : made.height_m;
    const walls = (made.walls || []).map((wall) => (wall.top_m > height_m ? { ...wall, top_m: height_m } : wall)).filter((wall) => wall.top_m > (wall.bottom_m || 0));
    return { ...made, elevation_m: open.elevation_m, height_m, walls };
  }

  wp.merge = { isEmpty, withFloorsTaken };
})();
