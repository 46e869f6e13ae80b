"""What must hold for ids and for the access points that exist."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from wifiplan.catalog.antennas import MAX_CUT_DB, N_CUT, MeasuredAntenna, antennas
from wifiplan.errors import Fault
from wifiplan.files.json_input import Loc, printable
from wifiplan.files.strict import Places, suggestion
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio

_Named: TypeAlias = tuple[str, Loc, str]
"""An id, where it stands, and the name of the thing."""

MAX_SPAN_M = 2000.0
"""No school is larger; coordinates beyond are in millimetres or feet."""


def id_faults(site: Site, at: Places) -> Iterator[Fault]:
    """Yield ids that are empty or used twice across the site."""
    floors = list(enumerate(site.floors))
    rooms: list[_Named] = [
        (room.id, ("floors", n, "rooms", k), room.name) for n, f in floors for k, room in enumerate(f.rooms)
    ]
    inventory: list[_Named] = [
        (room.inventory_id, ("floors", n, "rooms", k), room.name)
        for n, f in floors
        for k, room in enumerate(f.rooms)
        if room.inventory_id is not None
    ]
    cabinets: list[_Named] = [
        (c.id, ("floors", n, "cabinets", k), c.name) for n, f in floors for k, c in enumerate(f.cabinets)
    ]
    points: list[_Named] = [(a.id, ("access_points", k), a.name) for k, a in enumerate(site.access_points)]
    yield from _doubles("room id", rooms, at)
    yield from _doubles("inventory_id (教室空間編號)", inventory, at)
    yield from _doubles("cabinet id", cabinets, at)
    yield from _doubles("access point id", points, at)


def _doubles(what: str, items: Iterable[_Named], at: Places) -> Iterator[Fault]:
    first: dict[str, tuple[Loc, str]] = {}
    for key, loc, name in items:
        if printable(key + name) != key + name:
            yield Fault(where=at.at(*loc, name=name), problem="its id or name holds a control character")
        if not key.strip():
            yield Fault(where=at.at(*loc, name=name), problem=f"the {what} is empty")
        elif key in first:
            before, other = first[key]
            problem = f'the {what} "{key}" is used already at {at.at(*before, name=other)}'
            yield Fault(where=at.at(*loc, name=name), problem=problem)
        else:
            first[key] = (loc, name)


def access_point_faults(site: Site, at: Places) -> Iterator[Fault]:
    """Yield what is wrong with the access points that exist; an unknown model is no fault."""
    patterns = {*antennas(), *(one.name for one in site.antennas)}
    levels = {floor.level: floor.height_m for floor in site.floors}
    rooms = {room.id: floor.level for floor in site.floors for room in floor.rooms}
    cabinets = {cabinet.id for floor in site.floors for cabinet in floor.cabinets}
    for k, point in enumerate(site.access_points):
        where = at.at("access_points", k, name=point.name or point.id)
        if point.floor not in levels:
            yield Fault(where=where, problem=f"there is no floor with level {point.floor}")
        yield from _room_faults(point, rooms, where, at.left_out)
        if point.cabinet is not None and point.cabinet not in cabinets | at.left_out:
            yield Fault(where=where, problem=f'there is no cabinet "{point.cabinet}"')
        if (point.x_m is None) != (point.y_m is None) or (point.x_m is None and point.room_id is None):
            yield Fault(where=where, problem="nobody says where it hangs", remedy="give x_m and y_m, or room_id")
        if point.x_m is not None and point.y_m is not None and not near(point.x_m, point.y_m):
            yield Fault(where=where, problem="is kilometres away", remedy="coordinates are in metres")
        if point.z_m is not None and not 0.0 <= point.z_m <= levels.get(point.floor, MAX_SPAN_M) + 0.5:
            problem = f"hangs at {point.z_m:g} m, not between its floor and the ceiling"
            yield Fault(where=where, problem=problem, remedy="heights are above that floor's slab")
        yield from _mount_faults(point, patterns, where, at.left_out)
        for radio in point.radios:
            yield from _radio_faults(radio, where)


def antenna_faults(site: Site, at: Places) -> Iterator[Fault]:
    """Yield what is wrong with the measured antennas of a site."""
    seen: set[str] = set()
    for k, one in enumerate(site.antennas):
        where = at.at("antennas", k, name=one.name)
        if not one.name.strip() or printable(one.name) != one.name:
            yield Fault(where=where, problem="the antenna has no printable name")
        elif one.name in antennas():
            yield Fault(where=where, problem="the catalogue has an antenna of that name", remedy="choose another name")
        elif one.name in seen:
            yield Fault(where=where, problem="the name is used already", remedy="choose another name")
        seen.add(one.name)
        yield from _cut_faults(one, where)


def _room_faults(point: AccessPoint, rooms: Mapping[str, int], where: str, left_out: frozenset[str]) -> Iterator[Fault]:
    if point.room_id is None or point.room_id in left_out:
        return
    if point.room_id not in rooms:
        remedy = suggestion(point.room_id, rooms)
        yield Fault(where=where, problem=f'there is no room "{point.room_id}"', remedy=remedy)
    elif rooms[point.room_id] != point.floor:
        yield Fault(where=where, problem=f'its room "{point.room_id}" is on level {rooms[point.room_id]}')


def _mount_faults(
    point: AccessPoint, patterns: Collection[str], where: str, left_out: frozenset[str]
) -> Iterator[Fault]:
    if not 0.0 <= point.azimuth_deg <= 360.0:
        problem = f"an azimuth of {point.azimuth_deg:g} degrees is not between 0 and 360"
        yield Fault(where=where, problem=problem, remedy="clockwise from the plan's north")
    if not -90.0 <= point.tilt_deg <= 90.0:
        yield Fault(where=where, problem=f"a tilt of {point.tilt_deg:g} degrees is not between -90 and 90")
    if point.pattern is not None and point.pattern not in left_out and point.pattern not in patterns:
        problem = f'there is no antenna "{point.pattern}"'
        yield Fault(where=where, problem=problem, remedy=suggestion(point.pattern, patterns))


def _cut_faults(one: MeasuredAntenna, where: str) -> Iterator[Fault]:
    for key, cut in (("horizontal_db", one.horizontal_db), ("vertical_db", one.vertical_db)):
        if len(cut) != N_CUT:
            yield Fault(where=where, problem=f"{key} has {len(cut)} values, not {N_CUT}", remedy="one a degree")
        elif not all(-MAX_CUT_DB <= gain <= 0.0 for gain in cut):
            problem = f"a value of {key} is not between -{MAX_CUT_DB:g} and 0 dB"
            yield Fault(where=where, problem=problem, remedy="gains are below the strongest direction")


def near(x_m: float, y_m: float) -> bool:
    """Return whether a point is so near to the plan's corner that it can be part of a school."""
    return max(abs(x_m), abs(y_m)) <= MAX_SPAN_M


def _radio_faults(radio: Radio, where: str) -> Iterator[Fault]:
    if radio.width_mhz not in {None, 20, 40, 80, 160, 320}:
        yield Fault(where=where, problem=f"{radio.width_mhz} MHz is no channel width")
    if radio.channel is not None and not 1 <= radio.channel <= 233:
        yield Fault(where=where, problem=f"{radio.channel} is no channel number")
    if radio.eirp_dbm is not None and not -20.0 <= radio.eirp_dbm <= 40.0:
        yield Fault(where=where, problem=f"{radio.eirp_dbm:g} dBm is no power of an access point")
