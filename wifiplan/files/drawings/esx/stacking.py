"""How storeys stand on one another, and where the site's origin lies."""

import math
from collections.abc import Mapping
from dataclasses import replace

from wifiplan.files.network_checks import MAX_SPAN_M
from wifiplan.site.building import Point, Room, Site, Wall
from wifiplan.site.network import AccessPoint


def elevations_m(height_m: Mapping[int, float]) -> dict[int, float]:
    """Return the elevation of every level from the heights of storeys; a level that is not there is as high as below.

    >>> elevations_m({-1: 3.0, 0: 4.0, 2: 3.5})
    {-1: -3.0, 0: 0.0, 2: 8.0}
    """
    if not height_m:
        return {}
    low, high = min(height_m), max(height_m)
    found, at, last = {}, 0.0, height_m[min(height_m, key=lambda level: (abs(level), level))]
    for level in range(min(0, low), 0)[::-1]:
        last = height_m.get(level, last)
        at -= last
        found[level] = at
    at, last = 0.0, height_m[min((level for level in height_m if level >= 0), default=high)]
    for level in range(max(0, high) + 1):
        last = height_m.get(level, last)
        found[level] = at
        at += last
    return {level: round(found[level], 4) + 0.0 for level in sorted(height_m)}


def from_corner(site: Site) -> tuple[Site, Point]:
    """Return the site with its origin moved where coordinates are negative or kilometres large, and the move [m]."""
    walls = [point for floor in site.floors for wall in floor.walls for point in wall.line]
    areas = [point for floor in site.floors for room in floor.rooms for point in room.polygon]
    points = [(one.x_m, one.y_m) for one in site.access_points if one.x_m is not None and one.y_m is not None]
    every = [*walls, *areas, *points]
    if not every:
        return site, (0.0, 0.0)
    low = min(x for x, _ in every), min(y for _, y in every)
    high = max(x for x, _ in every), max(y for _, y in every)
    move = tuple(float(math.floor(a)) if a < -1e-6 or b > MAX_SPAN_M else 0.0 for a, b in zip(low, high, strict=True))
    origin = (move[0], move[1])
    return (site, origin) if origin == (0.0, 0.0) else (_moved(site, origin), origin)


def _moved(site: Site, origin: Point) -> Site:
    floors = tuple(
        replace(
            floor,
            walls=tuple(_wall(wall, origin) for wall in floor.walls),
            rooms=tuple(_room(room, origin) for room in floor.rooms),
            outline=None if floor.outline is None else tuple(_point(point, origin) for point in floor.outline),
            underlay=None
            if floor.underlay is None
            else replace(floor.underlay, x_m=floor.underlay.x_m - origin[0], y_m=floor.underlay.y_m - origin[1]),
        )
        for floor in site.floors
    )
    return replace(site, floors=floors, access_points=tuple(_access_point(one, origin) for one in site.access_points))


def _point(point: Point, origin: Point) -> Point:
    return round(point[0] - origin[0], 4), round(point[1] - origin[1], 4)


def _wall(wall: Wall, origin: Point) -> Wall:
    return replace(wall, line=(_point(wall.line[0], origin), _point(wall.line[1], origin)))


def _room(room: Room, origin: Point) -> Room:
    return replace(room, polygon=tuple(_point(point, origin) for point in room.polygon))


def _access_point(one: AccessPoint, origin: Point) -> AccessPoint:
    x_m, y_m = _point((one.x_m or 0.0, one.y_m or 0.0), origin)
    return replace(one, x_m=x_m, y_m=y_m)
