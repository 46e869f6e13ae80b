"""What must hold in a site beyond its structure: sound walls and rooms, unique ids, known materials."""

import itertools
import math
from collections.abc import Iterator, Mapping

import shapely

from wifiplan.catalog.materials import materials
from wifiplan.errors import Fault
from wifiplan.files.network_checks import access_point_faults, id_faults, near
from wifiplan.files.strict import Places, suggestion
from wifiplan.site.building import Floor, Point, Room, Site, Wall

MAX_CLASS_SIZE = 120
"""The largest class of the national roster has 54 pupils; more than twice that is a slip of the pen."""
MIN_WALL_M = 0.01
MIN_ROOM_M2 = 0.5
TOLERANCE_M = 0.5
"""Walls are drawn by their middle line, rooms by their faces: half a metre apart is no fault."""


def faults_of(site: Site, places: Places | None = None) -> tuple[Fault, ...]:
    """Return every fault of meaning in a site whose structure is sound.

    Parameters
    ----------
    site : Site
        The site.
    places : Places or None
        Original places, where faulty parts of the file have been left out.

    Returns
    -------
    tuple of Fault
        In the order of the file; empty for a sound site.
    """
    at = places or Places()
    return tuple(
        fault
        for part in (
            _head_faults(site, at),
            _level_faults(site, at),
            *(_floor_faults(n, floor, at) for n, floor in enumerate(site.floors)),
            id_faults(site, at),
            access_point_faults(site, at),
        )
        for fault in part
    )


def _head_faults(site: Site, at: Places) -> Iterator[Fault]:
    if not site.name.strip():
        yield Fault(where=at.at("name"), problem="the site has no name")
    if not site.floors:
        yield Fault(where=at.at("floors"), problem="the site has no floor", remedy="add at least one")
    if not (len(site.country) == 2 and site.country.isascii() and site.country.isupper()):
        yield Fault(
            where=at.at("country"),
            problem=f'"{site.country}" is no country code',
            remedy="give two capital letters (ISO 3166), for instance TW",
        )
    if site.school is not None and site.school.n_classes is not None and site.school.n_classes < 0:
        yield Fault(where=at.at("school", "n_classes"), problem="a number of classes cannot be negative")


def _level_faults(site: Site, at: Places) -> Iterator[Fault]:
    order = sorted(range(len(site.floors)), key=lambda n: (site.floors[n].level, n))
    for below, above in itertools.pairwise(order):
        low, high = site.floors[below], site.floors[above]
        where = at.at("floors", above, name=high.name)
        if low.level == high.level:
            yield Fault(where=where, problem=f"level {high.level} is given twice")
        elif high.elevation_m < low.elevation_m + low.height_m - 0.01:
            yield Fault(
                where=where,
                problem=f"level {high.level} starts at {high.elevation_m:g} m, inside level {low.level}, "
                f"which reaches up to {low.elevation_m + low.height_m:g} m",
                remedy="correct elevation_m or height_m",
            )


def _floor_faults(n: int, floor: Floor, at: Places) -> Iterator[Fault]:
    where = at.at("floors", n, name=floor.name)
    if not 1.8 <= floor.height_m <= 40.0:
        yield Fault(where=where, problem=f"a height of {floor.height_m:g} m is not between 1.8 and 40 m")
    if not 0.0 < floor.slab.thickness_m <= 2.0:
        yield Fault(where=where, problem="the slab's thickness_m is not between 0 and 2 m")
    yield from _material_faults(floor.slab.material, at.at("floors", n, "slab"))
    for k, wall in enumerate(floor.walls):
        yield from _wall_faults(wall, floor, at.at("floors", n, "walls", k))
    sound: dict[int, shapely.Polygon] = {}
    for k, room in enumerate(floor.rooms):
        place = at.at("floors", n, "rooms", k, name=room.name)
        yield from _room_faults(room, place)
        shape, problem = _shape(room.polygon)
        if problem:
            yield Fault(
                where=place, problem=f"the room's polygon {problem}", remedy="list its corners in order"
            )
        elif shape is not None:
            sound[k] = shape
    extent, extent_fault = _extent(floor, where)
    yield from extent_fault
    for k, shape in sound.items():
        yield from _outside_faults(
            floor, floor.rooms[k], shape, extent, at.at("floors", n, "rooms", k, name=floor.rooms[k].name)
        )
    yield from _overlap_faults(n, floor, sound, at)
    for k, cabinet in enumerate(floor.cabinets):
        if not near(cabinet.x_m, cabinet.y_m):
            yield Fault(
                where=at.at("floors", n, "cabinets", k, name=cabinet.id), problem="is kilometres away"
            )


def _material_faults(name: str, where: str) -> Iterator[Fault]:
    if name not in materials():
        yield Fault(where=where, problem=f'unknown material "{name}"', remedy=suggestion(name, materials()))


def _wall_faults(wall: Wall, floor: Floor, where: str) -> Iterator[Fault]:
    (x1, y1), (x2, y2) = wall.line
    if not (near(x1, y1) and near(x2, y2)):
        yield Fault(where=where, problem="is kilometres away", remedy="coordinates are in metres")
    if math.hypot(x2 - x1, y2 - y1) < MIN_WALL_M:
        yield Fault(where=where, problem="the wall has zero length", remedy="remove it or correct its line")
    if wall.top_m <= wall.bottom_m:
        yield Fault(
            where=where, problem=f"its top ({wall.top_m:g} m) is not above its bottom ({wall.bottom_m:g} m)"
        )
    if wall.bottom_m < -0.01 or wall.top_m > floor.height_m + TOLERANCE_M:
        yield Fault(
            where=where,
            problem=f"reaches from {wall.bottom_m:g} to {wall.top_m:g} m, the floor to {floor.height_m:g} m",
            remedy="heights are above this floor's slab",
        )
    if wall.thickness_m is not None and not 0.0 < wall.thickness_m <= 3.0:
        yield Fault(where=where, problem=f"a thickness of {wall.thickness_m:g} m is not between 0 and 3 m")
    losses = (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db)
    if any(loss is not None and not 0.0 <= loss <= 200.0 for loss in losses):
        yield Fault(where=where, problem="a loss is not between 0 and 200 dB")
    yield from _material_faults(wall.material, where)


def _room_faults(room: Room, where: str) -> Iterator[Fault]:
    if room.class_size is not None and not 0 < room.class_size <= MAX_CLASS_SIZE:
        yield Fault(
            where=where, problem=f"a class of {room.class_size} is not between 1 and {MAX_CLASS_SIZE}"
        )
    if room.devices is not None and not 0 <= room.devices <= 10 * MAX_CLASS_SIZE:
        yield Fault(
            where=where, problem=f"{room.devices} devices are not between 0 and {10 * MAX_CLASS_SIZE}"
        )


def _shape(polygon: tuple[Point, ...]) -> tuple[shapely.Polygon | None, str]:
    if len(set(polygon)) < 3:
        return None, "has fewer than three corners"
    if not all(near(x, y) for x, y in polygon):
        return None, "is kilometres away"
    shape = shapely.Polygon(polygon)
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        return None, f"crosses or touches itself ({reason})"
    if shape.area < MIN_ROOM_M2:
        return None, f"has an area of only {shape.area:.2f} m2"
    return shape, ""


def _extent(floor: Floor, where: str) -> tuple[shapely.Polygon | None, tuple[Fault, ...]]:
    """Return the area within which rooms must lie: the outline, or the box around the walls."""
    if floor.outline is not None:
        shape, problem = _shape(floor.outline)
        faults = (Fault(where=where, problem=f"the floor's outline {problem}"),) if problem else ()
        return shape, faults
    points = [point for wall in floor.walls for point in wall.line]
    if len(points) < 6:
        return None, ()
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return shapely.box(min(xs), min(ys), max(xs), max(ys)), ()


def _outside_faults(
    floor: Floor, room: Room, shape: shapely.Polygon, extent: shapely.Polygon | None, where: str
) -> Iterator[Fault]:
    if extent is None:
        if min(shape.bounds[:2]) < -TOLERANCE_M:
            yield Fault(
                where=where,
                problem="the room has negative coordinates",
                remedy="the origin is the south-west corner of the plan",
            )
        return
    # an open corridor may have no wall at its far side: without an outline half of it must be inside
    loose = floor.outline is None and room.use in {"corridor", "other"}
    inside = shapely.intersection(extent.buffer(TOLERANCE_M, join_style="mitre"), shape).area
    if inside < (0.5 if loose else 0.999) * shape.area:
        limit = "the floor's outline" if floor.outline is not None else "the area that the walls enclose"
        yield Fault(
            where=where,
            problem=f"the room lies outside its floor ({inside / shape.area:.0%} of it is inside {limit})",
            remedy="correct its polygon, or move it to the floor it belongs to",
        )


def _overlap_faults(
    n: int, floor: Floor, sound: Mapping[int, shapely.Polygon], at: Places
) -> Iterator[Fault]:
    keys = [k for k in sound if floor.rooms[k].use in {"classroom", "specialist"}]
    shapes = [sound[k] for k in keys]
    tree = shapely.STRtree(shapes)
    for first, second in sorted(map(tuple, tree.query(shapes, predicate="intersects").T.tolist())):
        if first >= second:
            continue
        one, other = shapes[first], shapes[second]
        if shapely.intersection(one, other).area > 0.5 * min(one.area, other.area):
            a, b = floor.rooms[keys[first]], floor.rooms[keys[second]]
            yield Fault(
                where=at.at("floors", n, "rooms", keys[second], name=b.name),
                problem=f'lies over the room "{a.name}" ({a.id})',
                remedy="two rooms where a class sits cannot be in the same place",
            )
