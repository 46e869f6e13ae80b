"""Where a hand hangs access points: checked places, and what follows from them for rooms, heights and cabinets."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import shapely

from wifiplan.errors import Fault, SiteError
from wifiplan.predict.coverage import bounds_m
from wifiplan.site.building import Floor, Site
from wifiplan.site.geometry import room_at
from wifiplan.site.network import AccessPoint
from wifiplan.study.records import Plan, PlannedAccessPoint

OUTSIDE_M = 1.0
"""So far outside the drawn rooms a place still is the building's: the thickness of a wall, a roof's overhang [m]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a hand hangs an access point: x and y [m] on the floor of a level."""

    x_m: float
    y_m: float
    floor: int


def hung_points(plan: Plan, places: Mapping[str, Place]) -> tuple[AccessPoint, ...]:
    """Return what hangs once a plan is carried out, with some access points hung elsewhere by hand.

    Parameters
    ----------
    plan : Plan
        A plan; its channels, widths and powers stay.
    places : mapping of str to Place
        Places by the id of an access point.

    Returns
    -------
    tuple of AccessPoint
        In the plan's order, without those that it removes: as a site's `access_points`.

    Raises
    ------
    SiteError
        Naming every place that is no place of the building, or whose access point the plan does not hang.
    """
    return tuple(moved.access_point for moved in moved_points(plan, places) if moved.action != "removed")


def moved_points(plan: Plan, places: Mapping[str, Place]) -> tuple[PlannedAccessPoint, ...]:
    """Return a plan's access points, those with a place there: its room and height, and no cable yet."""
    floors = {floor.level: floor for floor in plan.site.floors}
    hung = {p.access_point.id for p in plan.access_points if p.action != "removed"}
    faults = [fault for name, place in places.items() for fault in _faults(name, place, hung, floors)]
    if faults:
        raise SiteError(
            f"{faults[0].where}: {faults[0].problem}", remedy=faults[0].remedy, where="places", faults=faults
        )
    return tuple(
        _moved(planned, floors, places[planned.access_point.id]) if planned.access_point.id in places else planned
        for planned in plan.access_points
    )


def _faults(name: str, place: Place, hung: set[str], floors: Mapping[int, Floor]) -> list[Fault]:
    if name not in hung:
        return [Fault(where=name, problem="the plan hangs no such access point", remedy="use an id of the plan")]
    if not (math.isfinite(place.x_m) and math.isfinite(place.y_m)):
        return [Fault(where=name, problem="its place is not a number", remedy="give x_m and y_m in metres")]
    floor = floors.get(place.floor)
    if floor is None:
        levels = ", ".join(map(str, sorted(floors)))
        problem = f"the site has no floor of level {place.floor}"
        return [Fault(where=name, problem=problem, remedy=f"use one of the levels {levels}")]
    if not is_inside(floor, place.x_m, place.y_m):
        problem = f"({place.x_m:.2f}, {place.y_m:.2f}) is outside the building on level {place.floor}"
        return [Fault(where=name, problem=problem, remedy="choose a place in the building")]
    return []


def is_inside(floor: Floor, x_m: float, y_m: float) -> bool:
    """Return whether a place is the building's: on the floor's outline, in a room, or beside one (`OUTSIDE_M`).

    Where neither is drawn, within what is drawn.
    """
    rings = [room.polygon for room in floor.rooms]
    if floor.outline is not None:
        rings.append(floor.outline)
    point = shapely.Point(x_m, y_m)
    if not rings:
        x0, y0, x1, y1 = bounds_m(floor)
        return bool(shapely.box(x0, y0, x1, y1).distance(point) <= OUTSIDE_M)
    return any(shapely.Polygon(ring).distance(point) <= OUTSIDE_M for ring in rings)


def _moved(planned: PlannedAccessPoint, floors: Mapping[int, Floor], place: Place) -> PlannedAccessPoint:
    """Return an access point at its new place; on another floor it hangs as far under the ceiling as before."""
    ap, floor = planned.access_point, floors[place.floor]
    if (ap.floor, ap.x_m, ap.y_m) == (place.floor, place.x_m, place.y_m):
        return planned
    z_m = ap.z_m
    if ap.floor != place.floor and z_m is not None:
        before = floors.get(ap.floor, floor)
        z_m = min(max(floor.height_m - (before.height_m - z_m), 0.0), floor.height_m)
    room = room_at(floor, place.x_m, place.y_m)
    bought = planned.action in ("new", "moved", "replaced")
    ap = replace(
        ap,
        floor=place.floor,
        x_m=place.x_m,
        y_m=place.y_m,
        z_m=z_m,
        room_id=None if room is None else room.id,
        cabinet=None if bought else ap.cabinet,
    )
    return replace(
        planned, access_point=ap, room_id=ap.room_id, room_name=None if room is None else room.name, serves=()
    )


def moved_site(site: Site, points: Sequence[PlannedAccessPoint]) -> Site:
    """Return the site with its own access points where a hand says that they hang."""
    now = {p.access_point.id: p.access_point for p in points}
    own = tuple(_told(ap, now[ap.id]) if ap.id in now else ap for ap in site.access_points)
    return site if own == site.access_points else replace(site, access_points=own)


def _told(ap: AccessPoint, now: AccessPoint) -> AccessPoint:
    """Return what hangs there at its new place; one that nobody moved stays as it was noted."""
    if (
        ap.room_id == now.room_id
        and ap.floor == now.floor
        and (ap.x_m is None or (ap.x_m, ap.y_m) == (now.x_m, now.y_m))
    ):
        return ap
    return replace(ap, floor=now.floor, x_m=now.x_m, y_m=now.y_m, z_m=now.z_m, room_id=now.room_id)
