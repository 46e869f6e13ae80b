"""A storey of a GeoJSON or IMDF drawing as a plain floor of a site file: walls, rooms, outline, holes."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.geojson_features import Item
from wifiplan.files.drawings.geojson_rooms import Ground, edges_of, rooms_of
from wifiplan.files.drawings.geojson_site import polygons_in, sound_ring
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_walls import form_of, wall_lines
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.json_input import Json
from wifiplan.files.site_shapes import MIN_ROOM_M2
from wifiplan.site.building import Wall
from wifiplan.site.recognition.pieces import Heights, site_walls
from wifiplan.site.recognition.records import Label, WallLine

SLAB_M = 0.15
"""Walls reach from the floor to the underside of the slab above, so much lower than the next floor [m]."""
MIN_WALL_M = 0.01
BOUNDS = frozenset({"wall", "parapet", "door", "window"})


def floor_of(items: Sequence[Item], level: int, options: ImportOptions, tally: Tally) -> dict[str, Json]:
    """Return a storey as a plain floor, its elevation and name aside.

    Parameters
    ----------
    items : sequence of Item
        The things of this storey, with shapes in metres.
    level : int
        Its level.
    options : ImportOptions
        Height and material where the drawing says nothing.
    tally : Tally
        Counts what became of each thing.
    """
    outline = _outline([item for item in items if item.kind == "outline"], tally)
    given = [item for item in items if item.kind == "room" and isinstance(item.shape, shapely.Polygon)]
    bounds = [item for item in items if item.kind in BOUNDS]
    height_m = _height_m(items, options, tally)
    if given and not any(item.kind in {"wall", "parapet"} for item in bounds):
        bounds = [*bounds, *edges_of(given, tally)]
    where = f"level {level}: "
    lines = wall_lines(bounds, tally, where)
    bodies = [item.shape for item in bounds if isinstance(item.shape, shapely.Polygon)]
    rooms = rooms_of(
        given, lines, Ground(outline=outline, bodies=bodies, level=level, labels=_labels(items, tally)), tally
    )
    _say_materials(lines, options, tally)
    known = Heights(top_m=round(height_m - SLAB_M, 3), material=options.material)
    walls = [_plain(wall) for wall in site_walls(lines, known) if math.dist(*wall.line) >= MIN_WALL_M]
    floor: dict[str, Json] = {"level": level, "height_m": height_m, "walls": walls, "rooms": rooms}
    if outline is not None and (ring := sound_ring(outline)):
        floor["outline"] = [list(point) for point in ring]
    holes = _voids([item for item in items if item.kind == "void"], outline, tally)
    if holes:
        floor["voids"] = holes
    for item in items:
        if not _is_used(item):
            _leave(item, tally)
    return floor


def _is_used(item: Item) -> bool:
    """Return whether a thing is counted elsewhere: walls, outlines, holes, rooms, places and names."""
    if item.kind == "room" and isinstance(item.shape, shapely.Polygon):
        return True
    if isinstance(item.shape, shapely.Point):
        return (
            item.kind == "access_point" or (item.kind in {"room", "other"} and bool(item.name)) or item.kind in BOUNDS
        )
    return item.kind in BOUNDS or item.kind in {"outline", "void"}


def _labels(items: Sequence[Item], tally: Tally) -> list[Label]:
    """Return the points that carry a name, for the rooms that walls enclose around them."""
    found = [
        Label(text=item.name, at=(item.shape.x, item.shape.y))
        for item in items
        if item.kind in {"room", "other"} and isinstance(item.shape, shapely.Point) and item.name
    ]
    tally.took("names", len(found), "points with a name, for the rooms around them", "名稱點")
    return found


def _height_m(items: Sequence[Item], options: ImportOptions, tally: Tally) -> float:
    heights = [
        item.height_m for item in items if item.kind == "wall" and item.height_m and 1.6 <= item.height_m <= 39.0
    ]
    if heights:
        return round(float(np.median(heights)) + SLAB_M, 3)
    told = f"the drawing does not say: {options.height_m:g} m"
    tally.guessed("storey height", 1, told, f"圖上未記樓高，採 {options.height_m:g} 公尺")
    return options.height_m


def _outline(items: Sequence[Item], tally: Tally) -> shapely.Polygon | None:
    """Return the largest outline of a floor; the others are counted."""
    shapes = [(item, item.shape) for item in items if isinstance(item.shape, shapely.Polygon)]
    if not shapes:
        for item in items:
            tally.left(item.word, 1, "an outline that is no polygon", "外框不是多邊形")
        return None
    best, shape = max(shapes, key=lambda pair: pair[1].area)
    tally.took(best.word, 1, "the floor's outline", "樓層外框")
    for item, _ in shapes:
        if item is not best:
            tally.left(item.word, 1, "a further outline of the same floor", "同一樓層的另一外框")
    return shapely.Polygon(shape.exterior)


def _voids(items: Sequence[Item], outline: shapely.Polygon | None, tally: Tally) -> list[list[list[float]]]:
    """Return the holes of a floor's slab, apart from one another and within its outline."""
    found: list[shapely.Polygon] = []
    for item in items:
        shape: BaseGeometry = item.shape if isinstance(item.shape, shapely.Polygon) else shapely.Polygon()
        if outline is not None:
            shape = shape.intersection(outline)
        shape = shape.difference(shapely.union_all(found).buffer(MIN_WALL_M)) if found else shape
        best = shapely.Polygon(max(polygons_in(shape), key=lambda part: part.area, default=shapely.Polygon()).exterior)
        if best.area < MIN_ROOM_M2 or sound_ring(best) is None:
            tally.left(item.word, 1, "too small for a hole, or outside the floor", "過小或在樓層外")
            continue
        found.append(best)
        tally.took(item.word, 1, "holes of the slab", "樓板開口")
    return [[list(point) for point in ring] for shape in found if (ring := sound_ring(shape))]


def _say_materials(lines: Sequence[WallLine], options: ImportOptions, tally: Tally) -> None:
    usual = {"wall": options.material, "parapet": options.material, "door": "wood", "window": "glass"}
    unknown = Counter(line.kind for line in lines if line.material is None)
    for kind, n in unknown.items():
        tally.guessed(f"{kind} material", n, f"the drawing does not say: {usual[kind]}", f"材料未知，採 {usual[kind]}")


def _leave(item: Item, tally: Tally) -> None:
    if item.kind == "route":
        tally.left(item.word, 1, "a route for people to walk, not a thing of the building", "行走路徑，不是建築構件")
    elif item.kind == "access_point":
        tally.left(item.word, 1, "an access point without what our reader needs to know", "資料不足的基地臺")
    else:
        tally.left(item.word, 1, f"{form_of(item.shape)}: nothing that a plan needs", "規劃不需要")


def _plain(wall: Wall) -> dict[str, Json]:
    record: dict[str, Json] = {
        "line": [[round(x, 4), round(y, 4)] for x, y in wall.line],
        "material": wall.material,
        "bottom_m": wall.bottom_m,
        "top_m": wall.top_m,
        "kind": wall.kind,
    }
    return record if wall.thickness_m is None else record | {"thickness_m": wall.thickness_m}
