"""Walls, doors and windows of a drawing as pieces of wall: polygons by their centre lines, lines as they are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.geojson_features import Item
from wifiplan.files.drawings.geojson_site import polygons_in
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.site.building import Point, WallKind
from wifiplan.site.recognition.merging import merge_strokes
from wifiplan.site.recognition.openings import place_openings
from wifiplan.site.recognition.records import Opening, OpeningKind, Stroke, WallLine

DOOR_M = 0.9
"""Width of a door that is drawn as a point [m]."""
MAX_DOOR_REACH_M = 1.0
"""A door's point farther from every wall stands for no door in a wall [m]."""
LEAST_AREA_M2 = 1e-3
BAR_SHARE = 0.9
"""A polygon that fills so much of its rectangle is a bar: a wall's piece, a door; a skewed one of its hull."""
LONG = 2.0
"""A skewed bar is so many times longer than wide; anything stouter has no axis."""


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
    found = [*_bodies(_without(solid, drawn)), *_lines(solid)]
    found.extend(_bodies(drawn))
    spans = [_span(item, found) for item in openings if not isinstance(item.shape, shapely.Polygon)]
    placed = [span for span in spans if span is not None]
    lines = list(place_openings(found, placed).walls) if placed else found
    _count(items, lines, tally, where)
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


def _bodies(items: Sequence[Item]) -> list[WallLine]:
    """Return the centre lines of polygons: of a bar its axis, of anything else the lines midway between its faces."""
    found: list[WallLine] = []
    for item in items:
        if not isinstance(item.shape, shapely.Polygon):
            continue
        axis = _axis(item.shape)
        if axis is not None:
            a, b, thick = axis
            found.append(_line(item, a, b, item.thickness_m or thick))
            continue
        corners = [np.asarray(ring.coords) for ring in (item.shape.exterior, *item.shape.interiors)]
        strokes = [
            Stroke(a=_point(a), b=_point(b), kind=_wall_kind(item), material=item.material, source=item.where)
            for ring in corners
            for a, b in pairwise(ring)
        ]
        found.extend(merge_strokes(strokes).walls)
    return found


def _axis(shape: shapely.Polygon) -> tuple[Point, Point, float] | None:
    """Return the middle line of a polygon that is nearly a rectangle, and its width; None where it is not."""
    box = shapely.minimum_rotated_rectangle(shape)
    if not isinstance(box, shapely.Polygon) or shape.area < BAR_SHARE * shapely.convex_hull(shape).area:
        return None
    corners = np.asarray(box.exterior.coords)[:4]
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    if shape.area < BAR_SHARE * box.area and max(sides) < LONG * min(sides):
        return None
    first = int(sides[0] < sides[1])
    ends = [(corners[(first + k) % 4] + corners[(first + k + 1) % 4]) / 2 for k in (1, 3)]
    return _point(ends[0]), _point(ends[1]), max(round(shape.area / float(max(sides)), 3), 0.001)


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


def _line(item: Item, a: Point, b: Point, thickness_m: float | None) -> WallLine:
    return WallLine(a=a, b=b, kind=_wall_kind(item), material=item.material, thickness_m=thickness_m, source=item.where)


def _wall_kind(item: Item) -> WallKind:
    return cast("WallKind", item.kind)


def _point(values: Sequence[float]) -> Point:
    return round(float(values[0]), 4), round(float(values[1]), 4)


def _span(item: Item, walls: Sequence[WallLine]) -> Opening | None:
    """Return the span of a door or window that is drawn as a line or a point; None where it is in no wall."""
    kind: OpeningKind = "door" if item.kind == "door" else "window"
    if isinstance(item.shape, shapely.LineString):
        ends = item.shape.coords
        return Opening(kind=kind, a=_point(ends[0]), b=_point(ends[-1]), material=item.material, source=item.where)
    if not isinstance(item.shape, shapely.Point) or not walls:
        return None
    lines = [shapely.LineString([wall.a, wall.b]) for wall in walls]
    n = int(np.argmin(shapely.distance(np.array(lines), item.shape)))
    line = lines[n]
    if line.distance(item.shape) > MAX_DOOR_REACH_M:
        return None
    middle = line.project(item.shape)
    half = min(DOOR_M, line.length) / 2
    middle = min(max(middle, half), line.length - half)
    a, b = line.interpolate(middle - half), line.interpolate(middle + half)
    return Opening(kind=kind, a=(a.x, a.y), b=(b.x, b.y), material=item.material, source=item.where)


def form_of(shape: BaseGeometry) -> str:
    """Return the word of GeoJSON for a shape: "Polygon", "LineString", "Point"."""
    return type(shape).__name__


def _count(items: Sequence[Item], lines: Sequence[WallLine], tally: Tally, floor: str) -> None:
    """Tell of every kind how many things became how many pieces, and which became none."""
    pieces = Counter(line.source for line in lines)
    for kind in ("wall", "parapet", "door", "window"):
        mine = [item for item in items if item.kind == kind]
        for form in sorted({form_of(item.shape) for item in mine}):
            some = [item for item in mine if form_of(item.shape) == form]
            drawn = [item for item in some if pieces[item.where]]
            n_pieces = sum(pieces[where] for where in {item.where for item in drawn})
            detail, zh = f"{n_pieces} pieces of {kind}", f"成為 {n_pieces} 段"
            what = f"{floor}{kind} {form}"
            tally.took(what, len({item.where for item in drawn}), detail, zh)
            gone = {item.where for item in some} - {item.where for item in drawn}
            tally.left(what, len(gone), "in no wall, or too small for one", "不在牆上，或過小")
