"""Walls, doors and windows of a drawing as pieces of wall: polygons by their centre lines, lines as they are."""

import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.geojson_features import Item
from wifiplan.files.drawings.geojson_site import polygons_in
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.site.building import Point, WallKind
from wifiplan.site.recognition.merging import merge_strokes
from wifiplan.site.recognition.openings import place_openings
from wifiplan.site.recognition.polygons import Area, merge_areas
from wifiplan.site.recognition.records import Opening, OpeningKind, Stroke, WallLine

EDGE = "edge of a room"
"""What walls are called that only the edges of rooms imply."""
WIDE_M = 4.0
"""A door wider than this is told as several side by side [m]."""
MERGED_M = 0.35
"""A line so near to a wall's centre line is a face of it [m]."""
DOOR_M = 0.9
"""Width of a door that is drawn as a point [m]."""
MAX_DOOR_REACH_M = 1.0
"""A door's point farther from every wall stands for no door in a wall [m]."""
LEAST_AREA_M2 = 1e-3


def wall_lines(items: Sequence[Item], tally: Tally, where: str = "") -> list[WallLine]:
    """Return the walls, doors and windows of a floor by their centre lines.

    Parameters
    ----------
    items : sequence of Item
        Of kinds wall, parapet, door and window, with shapes in metres.
    tally : Tally
        Counts what became of them, by kind and geometry.
    where : str
        The floor, for the account.
    """
    openings = [item for item in items if item.kind in {"door", "window"}]
    solid = [item for item in items if item.kind in {"wall", "parapet"}]
    drawn = [item for item in openings if isinstance(item.shape, shapely.Polygon)]
    walls = _without(solid, drawn)
    # walls that touch are one; doors and windows side by side are not
    bodies = [(some, merge_areas([_area(item) for item in some])) for some in (walls, *([item] for item in drawn))]
    found = [*(line for _, merged in bodies for line in merged.walls), *_lines(solid)]
    placed = [span for item in openings if not isinstance(item.shape, shapely.Polygon) for span in _spans(item, found)]
    lines = list(place_openings(found, placed).walls) if placed else found
    fates = [(item.where, fate) for some, merged in bodies for item, fate in zip(some, merged.fates, strict=True)]
    _count(items, lines, {name for name, fate in fates if fate == "walled"}, _Told(tally, where))
    left_m2 = sum(merged.left_m2 for _, merged in bodies)
    tally.left(
        f"{where}wedges of wall polygons",
        sum(merged.counts.get("wedges", 0) for _, merged in bodies),
        f"corners that no straight piece covers, {left_m2:.2f} m2 in all",
        f"直線牆段未涵蓋的邊角，共 {left_m2:.2f} 平方公尺",
    )
    return lines


def _without(solid: Sequence[Item], drawn: Sequence[Item]) -> list[Item]:
    """Return wall polygons without the doors and windows that are drawn over them."""
    walls = [item for item in solid if isinstance(item.shape, shapely.Polygon)]
    if not walls or not drawn:
        return walls
    shapes = np.array([item.shape for item in drawn])
    tree = shapely.STRtree(shapes)
    found: list[Item] = []
    for item in walls:
        over = tree.query(item.shape, predicate="intersects")
        if not len(over) or item.shape.intersection(shapely.union_all(shapes[over])).area < LEAST_AREA_M2:
            found.append(item)
            continue
        rest = item.shape.difference(shapely.union_all(shapes[over]))
        found.extend(replace(item, shape=part) for part in polygons_in(rest) if part.area > LEAST_AREA_M2)
    return found


def _area(item: Item) -> Area:
    shape = cast("shapely.Polygon", item.shape)
    rings = [[_point(corner) for corner in ring.coords[:-1]] for ring in (shape.exterior, *shape.interiors)]
    return Area(
        ring=rings[0],
        holes=rings[1:],
        kind=_wall_kind(item),
        material=item.material,
        thickness_m=item.thickness_m,
        source=item.where,
    )


def _lines(solid: Sequence[Item]) -> list[WallLine]:
    """Return walls that are drawn as lines: one line a wall, or two for its faces."""
    strokes = [
        Stroke(
            a=_point(a),
            b=_point(b),
            kind=_wall_kind(item),
            material=item.material,
            thickness_m=item.thickness_m,
            source=item.where,
        )
        for item in solid
        if isinstance(item.shape, shapely.LineString)
        for a, b in pairwise(item.shape.coords)
    ]
    return list(merge_strokes(strokes).walls) if strokes else []


def _wall_kind(item: Item) -> WallKind:
    return cast("WallKind", item.kind)


def _point(values: Sequence[float]) -> Point:
    return round(float(values[0]), 4), round(float(values[1]), 4)


def _spans(item: Item, walls: Sequence[WallLine]) -> list[Opening]:
    """Return the spans of a door or window that is drawn as a line or a point; none where it is beside no wall."""
    kind: OpeningKind = "door" if item.kind == "door" else "window"
    if isinstance(item.shape, shapely.LineString):
        # a gate or an open front as wide as a hall is several doors side by side
        n = max(1, math.ceil(item.shape.length / WIDE_M)) if kind == "door" else 1
        ends = [item.shape.interpolate(k / n, normalized=True) for k in range(n + 1)]
        return [_opening(item, kind, a, b) for a, b in pairwise(ends)]
    if not isinstance(item.shape, shapely.Point) or not walls:
        return []
    lines = np.array([shapely.LineString([wall.a, wall.b]) for wall in walls])
    line = lines[int(np.argmin(shapely.distance(lines, item.shape)))]
    if line.distance(item.shape) > MAX_DOOR_REACH_M:
        return []
    half = min(DOOR_M, line.length) / 2
    middle = min(max(line.project(item.shape), half), line.length - half)
    return [_opening(item, kind, line.interpolate(middle - half), line.interpolate(middle + half))]


def _opening(item: Item, kind: OpeningKind, a: shapely.Point, b: shapely.Point) -> Opening:
    ends = (a.x, a.y), (b.x, b.y)
    return Opening(kind=kind, a=_point(ends[0]), b=_point(ends[1]), material=item.material, source=item.where)


def form_of(shape: BaseGeometry) -> str:
    """Return the word of GeoJSON for a shape: "Polygon", "LineString", "Point"."""
    return type(shape).__name__


class _Told(NamedTuple):
    """Where things are counted, and the floor."""

    tally: Tally
    floor: str


def _count(items: Sequence[Item], lines: Sequence[WallLine], made: AbstractSet[str], told: _Told) -> None:
    """Tell of every kind how many things became how many pieces, and which became none; of polygons `made` did."""
    pieces = Counter(line.source for line in lines)
    network = shapely.union_all([shapely.LineString([line.a, line.b]) for line in lines])
    shapely.prepare(network)
    for kind in ("wall", "parapet", "door", "window"):
        mine = [item for item in items if item.kind == kind and item.word != EDGE]
        for form in sorted({form_of(item.shape) for item in mine}):
            some = [item for item in mine if form_of(item.shape) == form]
            # two lines that are the faces of one wall are one piece, known by the first
            merged = form == "LineString" and kind in {"wall", "parapet"}
            drawn = {
                item.where
                for item in some
                if pieces[item.where]
                or (item.where in made and form == "Polygon")
                or (merged and _middle(item.shape).distance(network) < MERGED_M)
            }
            n_pieces = sum(pieces[where] for where in drawn)
            what = f"{told.floor}{kind} {form}"
            told.tally.took(what, len(drawn), f"{n_pieces} pieces of {kind}", f"成為 {n_pieces} 段")
            gone = {item.where for item in some} - drawn
            told.tally.left(what, len(gone), "in no wall, too small for one, or drawn twice", "不在牆上、過小或重複")


def _middle(shape: BaseGeometry) -> BaseGeometry:
    return shape.interpolate(0.5, normalized=True) if isinstance(shape, shapely.LineString) else shape
