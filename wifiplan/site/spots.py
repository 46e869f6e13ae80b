"""Where a site's spots lie, and what they keep free."""

import math

from wifiplan.site.building import Point, Site, Spot
from wifiplan.site.geometry import centroid, room_at

SAME_PLACE_M = 0.05
"""Nearer than that two places are one: an installer measures to the centimetre."""


def place_of(site: Site, spot: Spot) -> Point | None:
    """Return where a spot lies (x, y) [m]: its place, or the middle of its room; None where neither is known."""
    if spot.x_m is not None and spot.y_m is not None:
        return spot.x_m, spot.y_m
    rooms = {room.id: room for floor in site.floors for room in floor.rooms}
    room = rooms.get(spot.room_id or "")
    return centroid(room.polygon) if room else None


def room_of(site: Site, spot: Spot) -> str | None:
    """Return the id of the room that a spot names or lies in."""
    if spot.room_id is not None or spot.x_m is None or spot.y_m is None:
        return spot.room_id
    found = [room_at(floor, spot.x_m, spot.y_m) for floor in site.floors if floor.level == spot.floor]
    return next((room.id for room in found if room), None)


def forbids(spot: Spot, *, floor: int, point: Point, room_id: str | None) -> bool:
    """Return whether a spot keeps new access points away from a point of a floor that lies in a room.

    Parameters
    ----------
    spot : Spot
        Any spot; only forbidden ones keep anything away.
    floor : int
        Level of the point's floor.
    point : (x, y)
        The point [m].
    room_id : str or None
        Its room.

    Returns
    -------
    bool

    Examples
    --------
    >>> spot = Spot(kind="forbidden", floor=1, x_m=4.0, y_m=4.0, radius_m=1.5)
    >>> [forbids(spot, floor=level, point=(4.0, 5.4), room_id=None) for level in (0, 1)]
    [False, True]
    """
    if spot.kind != "forbidden":
        return False
    if spot.room_id is not None:
        return room_id == spot.room_id
    if spot.x_m is None or spot.y_m is None or spot.floor != floor:
        return False
    return math.hypot(point[0] - spot.x_m, point[1] - spot.y_m) <= spot.radius_m


def note_at(site: Site, *, floor: int, x_m: float | None, y_m: float | None) -> str:
    """Return the note of the spot that is locked at a place of a floor [m]; "" where there is none."""
    if x_m is None or y_m is None:
        return ""
    for spot in site.spots:
        place = place_of(site, spot) if spot.kind == "locked" and spot.floor == floor else None
        if place is not None and math.dist(place, (x_m, y_m)) < SAME_PLACE_M:
            return spot.note
    return ""
