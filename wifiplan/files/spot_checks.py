"""What must hold for the spots of a site: each lies in the building, and none contradicts another."""

import math
from collections.abc import Iterator, Mapping

import shapely

from wifiplan.errors import Fault
from wifiplan.files.json_input import printable
from wifiplan.files.network_checks import near
from wifiplan.files.site_shapes import TOLERANCE_M, extent_of, shape_of
from wifiplan.files.strict import Places, suggestion
from wifiplan.site.building import Floor, Point, Room, Site, Spot
from wifiplan.site.spots import forbids

MAX_RADIUS_M = 100.0
"""Wider than any school building; whoever forbids more forbids rooms."""
MAX_NOTE = 120
"""Characters that fit on an installer's card."""
MIN_APART_M = 0.3
"""Two access points can't hang closer than they are wide."""


def spot_faults(site: Site, at: Places) -> Iterator[Fault]:
    """Yield spots that lie nowhere, outside the building, or that contradict one another."""
    floors = {floor.level: floor for floor in site.floors}
    rooms = {room.id: (floor, room) for floor in site.floors for room in floor.rooms}
    found: list[tuple[int, Spot, Point, str | None]] = []
    for k, spot in enumerate(site.spots):
        where = at.at("spots", k)
        faults = [*_own_faults(spot, where), *_room_faults(spot, rooms, where, at.left_out)]
        if not faults and spot.room_id is None:
            faults += _outside_faults(spot, floors, where)
        yield from faults
        place = None if faults else _place(spot, floors, rooms)
        if place is not None:
            found.append((k, spot, *place))
    yield from _contradictions(found, at)


def _own_faults(spot: Spot, where: str) -> Iterator[Fault]:
    if printable(spot.note) != spot.note:
        yield Fault(where=where, problem="its note holds a control character")
    if len(spot.note) > MAX_NOTE:
        yield Fault(where=where, problem=f"its note has {len(spot.note)} characters, not at most {MAX_NOTE}")
    if not 0.0 < spot.radius_m <= MAX_RADIUS_M:
        yield Fault(where=where, problem=f"a radius_m of {spot.radius_m:g} is not between 0 and {MAX_RADIUS_M:g} m")
    placed = spot.x_m is not None and spot.y_m is not None
    if (spot.x_m is None) != (spot.y_m is None) or placed == (spot.room_id is not None):
        problem = "it needs either a place or a room"
        yield Fault(where=where, problem=problem, remedy="give floor, x_m and y_m, or room_id")


def _room_faults(
    spot: Spot, rooms: Mapping[str, tuple[Floor, Room]], where: str, left_out: frozenset[str]
) -> Iterator[Fault]:
    if spot.room_id is None or spot.room_id in left_out:
        return
    if spot.room_id not in rooms:
        remedy = suggestion(spot.room_id, rooms)
        yield Fault(where=where, problem=f'there is no room "{spot.room_id}"', remedy=remedy)
    elif rooms[spot.room_id][0].level != spot.floor:
        yield Fault(where=where, problem=f'its room "{spot.room_id}" is on level {rooms[spot.room_id][0].level}')


def _outside_faults(spot: Spot, floors: Mapping[int, Floor], where: str) -> Iterator[Fault]:
    if spot.x_m is None or spot.y_m is None:
        return
    if spot.floor not in floors:
        yield Fault(where=where, problem=f"there is no floor with level {spot.floor}")
        return
    floor, point = floors[spot.floor], shapely.Point(spot.x_m, spot.y_m)
    extent, problem = extent_of(floor)
    if problem:
        return
    inside = near(spot.x_m, spot.y_m) if extent is None else extent.covers(point)
    shapes = (shape_of(room.polygon)[0] for room in floor.rooms)
    if not inside and not any(shape is not None and shape.dwithin(point, TOLERANCE_M) for shape in shapes):
        yield Fault(
            where=where,
            problem=f"({spot.x_m:g}, {spot.y_m:g}) lies outside the building on level {spot.floor}",
            remedy="coordinates are in metres from the plan's south-west corner",
        )


def _place(
    spot: Spot, floors: Mapping[int, Floor], rooms: Mapping[str, tuple[Floor, Room]]
) -> tuple[Point, str | None] | None:
    """Return where a sound spot lies and in which room; None where the room's own shape is at fault."""
    if spot.x_m is not None and spot.y_m is not None:
        point = shapely.Point(spot.x_m, spot.y_m)
        shapes = {room.id: shape_of(room.polygon)[0] for room in floors[spot.floor].rooms}
        inside = {key: shape.area for key, shape in shapes.items() if shape is not None and shape.covers(point)}
        return (spot.x_m, spot.y_m), min(inside, key=inside.__getitem__, default=None)
    if spot.room_id is None or spot.room_id not in rooms:
        return None
    shape, _ = shape_of(rooms[spot.room_id][1].polygon)
    return None if shape is None else ((shape.centroid.x, shape.centroid.y), spot.room_id)


def _contradictions(found: list[tuple[int, Spot, Point, str | None]], at: Places) -> Iterator[Fault]:
    for n, (k, spot, point, room_id) in enumerate(found):
        if spot.kind == "forbidden":
            continue
        for other_k, other, other_point, _ in found:
            if _forbidden(spot, other, point, room_id):
                problem = f"the {spot.kind} spot lies in the forbidden one at {at.at('spots', other_k)}"
                yield Fault(where=at.at("spots", k), problem=problem, remedy="remove one of them")
            twice = spot.kind == other.kind == "locked" and spot.floor == other.floor
            if twice and other_k in {key for key, *_ in found[:n]} and math.dist(point, other_point) < MIN_APART_M:
                problem = f"an access point is locked there already at {at.at('spots', other_k)}"
                yield Fault(where=at.at("spots", k), problem=problem, remedy="remove one of them")


def _forbidden(spot: Spot, other: Spot, point: Point, room_id: str | None) -> bool:
    """Return whether another spot forbids this one; a preferred room may have a forbidden place in it."""
    if spot.kind == "preferred" and spot.room_id is not None and other.room_id is None:
        return False
    return forbids(other, floor=spot.floor, point=point, room_id=room_id)
