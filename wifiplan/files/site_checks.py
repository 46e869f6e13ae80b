"""What must hold in a site beyond its structure: sound walls and rooms, unique ids, known materials."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import shapely

from wifiplan.catalog.materials import materials
from wifiplan.catalog.spectrum import countries
from wifiplan.errors import Fault
from wifiplan.files.json_input import Loc, printable
from wifiplan.files.network_checks import access_point_faults, antenna_faults, id_faults, near
from wifiplan.files.site_shapes import TOLERANCE_M, extent_of, shape_of
from wifiplan.files.spot_checks import spot_faults
from wifiplan.files.strict import Places, suggestion
from wifiplan.site.building import Floor, Room, Site, Wall

Complaint: TypeAlias = tuple[str, str]
"""What is wrong, and what to do about it."""

MAX_CLASS_SIZE = 120
"""The largest class of the national roster has 54 pupils; more than twice that is a slip of the pen."""
MAX_CLASS_ROOM_M2 = 5000.0
"""Gymnasiums of schools have up to 2,000 m2; a larger room for a class is drawn in other units than metres."""
MAX_ROOM_M2 = 50_000.0
"""A sports ground with a 400 m track takes 20,000 m2."""
MIN_WALL_M = 0.01


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
            antenna_faults(site, at),
            spot_faults(site, at),
        )
        for fault in part
    )


def _head_faults(site: Site, at: Places) -> Iterator[Fault]:
    if printable(site.name) != site.name:
        yield Fault(where=at.at("name"), problem="the site's name holds a control character")
    if not site.name.strip():
        yield Fault(where=at.at("name"), problem="the site has no name")
    if not site.floors:
        yield Fault(where=at.at("floors"), problem="the site has no floor", remedy="add at least one")
    if site.country not in countries():
        yield Fault(
            where=at.at("country"),
            problem=f'no channels are known for the country "{site.country}"',
            remedy=suggestion(site.country, countries()),
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
    here: Loc = ("floors", n)
    yield from _placed(_floor_complaints(floor), at, here, floor.name)
    yield from _placed(_material_complaints(floor.slab.material), at, (*here, "slab"))
    for k, wall in enumerate(floor.walls):
        yield from _placed(_wall_complaints(wall, floor), at, (*here, "walls", k))
    extent, problem = extent_of(floor)
    if problem:
        yield Fault(where=at.at(*here, "outline"), problem=f"the floor's outline {problem}")
    yield from _void_faults(floor, extent, at, here)
    sound: dict[int, shapely.Polygon] = {}
    for k, room in enumerate(floor.rooms):
        loc: Loc = (*here, "rooms", k)
        yield from _placed(_room_complaints(room), at, loc, room.name)
        shape, problem = shape_of(room.polygon)
        if shape is None:
            place = at.at(*loc, name=room.name)
            yield Fault(where=place, problem=f"the room's polygon {problem}", remedy="list its corners in order")
        else:
            sound[k] = shape
            yield from _placed(_size_complaints(room, shape), at, loc, room.name)
            yield from _placed(_outside_complaints(floor, room, shape, extent), at, loc, room.name)
    yield from _overlap_faults(n, floor, sound, at)
    for k, cabinet in enumerate(floor.cabinets):
        if not near(cabinet.x_m, cabinet.y_m):
            place = at.at(*here, "cabinets", k, name=cabinet.name or cabinet.id)
            yield Fault(where=place, problem="is kilometres away")


def _void_faults(floor: Floor, extent: shapely.Polygon | None, at: Places, here: Loc) -> Iterator[Fault]:
    """Yield holes of a slab that are no shape, reach beyond the slab, or lie over one another."""
    if extent is not None and floor.outline is not None:
        # a hole that cuts the slab's edge would add slab where there is none
        extent = shapely.Polygon(floor.outline).buffer(MIN_WALL_M, join_style="mitre")
    sound: list[shapely.Polygon] = []
    for k, ring in enumerate(floor.voids):
        where = at.at(*here, "voids", k)
        shape, problem = shape_of(ring)
        if shape is None:
            yield Fault(where=where, problem=f"the hole {problem}", remedy="list its corners in order")
            continue
        if extent is not None and not extent.covers(shape):
            yield Fault(where=where, problem="the hole reaches beyond its floor", remedy="correct its corners")
        if any(shapely.intersection(shape, other).area > MIN_WALL_M for other in sound):
            yield Fault(where=where, problem="the hole lies over another one", remedy="draw both as one")
        sound.append(shape)


def _placed(complaints: Iterable[Complaint], at: Places, loc: Loc, name: str = "") -> Iterator[Fault]:
    """Yield complaints as faults; the place is only put into words where there is something to complain of."""
    for problem, remedy in complaints:
        yield Fault(where=at.at(*loc, name=name), problem=problem, remedy=remedy)


def _floor_complaints(floor: Floor) -> Iterator[Complaint]:
    if not 1.8 <= floor.height_m <= 40.0:
        yield f"a height of {floor.height_m:g} m is not between 1.8 and 40 m", ""
    if not 0.0 < floor.slab.thickness_m <= 2.0:
        yield "the slab's thickness_m is not between 0 and 2 m", ""
    if floor.underlay is not None:
        picture = floor.underlay.picture
        if not picture or ".." in picture or picture.startswith(("/", "\\")) or ":" in picture:
            yield "the underlay's picture is not beside the site file", "give its name, without a drive or .."
        if floor.underlay.scale_m_per_px <= 0.0:
            yield "the underlay's scale_m_per_px is not more than 0", ""


def _material_complaints(name: str) -> Iterator[Complaint]:
    if name not in materials():
        yield f'unknown material "{name}"', suggestion(name, materials())


def _wall_complaints(wall: Wall, floor: Floor) -> Iterator[Complaint]:
    (x1, y1), (x2, y2) = wall.line
    if not (near(x1, y1) and near(x2, y2)):
        yield "is kilometres away", "coordinates are in metres"
    if math.hypot(x2 - x1, y2 - y1) < MIN_WALL_M:
        yield "the wall has zero length", "remove it or correct its line"
    if wall.top_m <= wall.bottom_m:
        yield f"its top ({wall.top_m:g} m) is not above its bottom ({wall.bottom_m:g} m)", ""
    if wall.bottom_m < -0.01 or wall.top_m > floor.height_m + TOLERANCE_M:
        yield (
            f"reaches from {wall.bottom_m:g} to {wall.top_m:g} m, the floor to {floor.height_m:g} m",
            "heights are above this floor's slab",
        )
    if wall.thickness_m is not None and not 0.0 < wall.thickness_m <= 3.0:
        yield f"a thickness of {wall.thickness_m:g} m is not between 0 and 3 m", ""
    losses = (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db)
    if losses != (None, None, None) and any(loss is not None and not 0.0 <= loss <= 200.0 for loss in losses):
        yield "a loss is not between 0 and 200 dB", ""
    yield from _material_complaints(wall.material)


def _room_complaints(room: Room) -> Iterator[Complaint]:
    if room.class_size is not None and not 0 < room.class_size <= MAX_CLASS_SIZE:
        yield f"a class of {room.class_size} is not between 1 and {MAX_CLASS_SIZE}", ""
    if room.devices is not None and not 0 <= room.devices <= 10 * MAX_CLASS_SIZE:
        yield f"{room.devices} devices are not between 0 and {10 * MAX_CLASS_SIZE}", ""


def _size_complaints(room: Room, shape: shapely.Polygon) -> Iterator[Complaint]:
    most = MAX_CLASS_ROOM_M2 if room.use in {"classroom", "specialist"} else MAX_ROOM_M2
    if shape.area > most:
        yield f"an area of {shape.area:.0f} m2 is more than {most:.0f} m2", "coordinates are in metres"


def _outside_complaints(
    floor: Floor, room: Room, shape: shapely.Polygon, extent: shapely.Polygon | None
) -> Iterator[Complaint]:
    if extent is None:
        if min(shape.bounds[:2]) < -TOLERANCE_M:
            yield "the room has negative coordinates", "the origin is the south-west corner of the plan"
        return
    if extent.covers(shape):
        return
    # an open corridor may have no wall at its far side: without an outline half of it must be inside
    loose = floor.outline is None and room.use in {"corridor", "other"}
    inside = shapely.intersection(extent, shape).area / shape.area
    if inside < (0.5 if loose else 0.999):
        limit = "the floor's outline" if floor.outline is not None else "the area that the walls enclose"
        yield (
            f"the room lies outside its floor ({inside:.0%} of it is inside {limit})",
            "correct its polygon, or move it to the floor it belongs to",
        )


def _overlap_faults(n: int, floor: Floor, sound: Mapping[int, shapely.Polygon], at: Places) -> Iterator[Fault]:
    keys = [k for k in sound if floor.rooms[k].use in {"classroom", "specialist"}]
    if len(keys) < 2:
        return
    shapes = [sound[k] for k in keys]
    for first, second in sorted(shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist()):
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
