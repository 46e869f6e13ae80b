"""Plain rings: rooms with holes cut open, corners that say nothing left out, the outline of a floor."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from wifiplan.site.building import Point
from wifiplan.site.recognition.records import WallLine
from wifiplan.site.recognition.shapes import Shapes, parts_of
from wifiplan.units import BoolArray

SLIT_M = 0.02
"""Width of the cut that opens a ring-shaped room: a site's rooms have no holes."""
SMALL_HOLE_M2 = 4.0
"""A column or a shaft this small stays a part of the room around it."""
FLAT_M = 0.002
GAP_M = 0.5
"""Breaks of the outer wall up to twice this are closed: the joints and doors between rooms and walls."""
COVER_M = 0.05


def opened(shapes: Sequence[shapely.Polygon], counts: Counter[str], least_m2: float) -> list[shapely.Polygon]:
    """Return shapes without holes: small ones are filled, others cut open by a slit."""
    found: list[shapely.Polygon] = []
    others = shapely.STRtree(shapes)
    for shape in shapes:
        if not shape.interiors:
            found.append(shape)
            continue
        counts["holes"] += len(shape.interiors)
        found.extend(part for part in _cut(shape, others) if part.area >= least_m2)
    return found


def _cut(shape: shapely.Polygon, others: shapely.STRtree) -> list[shapely.Polygon]:
    holes = []
    for inner in shape.interiors:
        hole = shapely.Polygon(inner)
        filled = len(others.query(hole.representative_point(), predicate="intersects")) > 0
        if hole.area > SMALL_HOLE_M2 or filled:
            holes.append(hole)
    result: shapely.Geometry = shapely.Polygon(shape.exterior, [hole.exterior for hole in holes])
    # the farthest hole first: each is led to the outside or to a hole that is already open
    for hole in sorted(holes, key=lambda one: one.distance(shape.exterior)):
        parts = [part for part in shapely.get_parts(result) if part.interiors]
        around = next((part for part in parts if shapely.Polygon(part.exterior).covers(hole)), None)
        if around is None:
            continue
        slit = shapely.shortest_line(hole, around.exterior).buffer(SLIT_M / 2, cap_style="square")
        result = shapely.difference(result, slit)
    return [part for part in shapely.get_parts(result) if part.geom_type == "Polygon" and not part.interiors]


def _polygons(shape: shapely.Geometry) -> Shapes:
    parts = parts_of(shape)
    is_area: BoolArray = np.asarray(shapely.get_type_id(parts)) == shapely.GeometryType.POLYGON
    return parts[is_area]


def ring(shape: shapely.Polygon) -> tuple[Point, ...]:
    """Return a shape's corners counter-clockwise from the south-westernmost, in millimetres, without needless ones."""
    tidy = shapely.simplify(shape, FLAT_M)
    best = shape
    for candidate in (shapely.set_precision(tidy, 1e-3), shapely.set_precision(shape, 1e-3)):
        parts = [part for part in shapely.get_parts(candidate) if part.geom_type == "Polygon"]
        largest = max(parts, key=lambda part: part.area, default=shapely.Polygon())
        if largest.is_valid and not largest.is_empty and largest.area > 0.98 * shape.area:
            best = largest
            break
    corners = list(orient(best, sign=1.0).exterior.coords)[:-1]
    corners = [
        corner for n, corner in enumerate(corners) if _turns(corners[n - 1], corner, corners[(n + 1) % len(corners)])
    ]
    start = min(range(len(corners)), key=lambda n: (corners[n][0] + corners[n][1], corners[n]))
    return tuple((round(x, 3), round(y, 3)) for x, y in corners[start:] + corners[:start])


def _turns(before: tuple[float, ...], at: tuple[float, ...], after: tuple[float, ...]) -> bool:
    dx, dy, ex, ey = at[0] - before[0], at[1] - before[1], after[0] - at[0], after[1] - at[1]
    return abs(dx * ey - dy * ex) > 1e-6 * (math.hypot(dx, dy) * math.hypot(ex, ey) + 1e-12)


def outline_of(rooms: Sequence[shapely.Polygon], walls: Sequence[WallLine]) -> tuple[Point, ...] | None:
    """Return the floor's outer edge, to the outer faces of its walls; None where it is in several parts."""
    long = [wall for wall in walls if wall.a != wall.b]
    if not long:
        return None
    lines = shapely.linestrings([(wall.a, wall.b) for wall in long])
    thick = np.array([wall.thickness_m or 0.02 for wall in long])
    bodies = shapely.buffer(lines, thick / 2, cap_style="square")
    areas = np.asarray(rooms, dtype=object)
    # square ends fill corners; beyond the outermost faces they are nothing that was drawn
    faces = np.concatenate([areas, shapely.buffer(lines, thick / 2, cap_style="flat")])
    drawn = shapely.box(*shapely.total_bounds(faces))
    whole = shapely.intersection(shapely.union_all(np.concatenate([areas, bodies])), drawn)
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(_polygons(whole))))
    # GEOS divides by zero where two edges run back on each other, and goes on
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = filled.buffer(GAP_M, join_style="mitre").buffer(-GAP_M, join_style="mitre")
    parts = sorted(shapely.get_parts(whole), key=lambda part: -part.area)
    parts = [part for part in parts if part.area > 1.0]
    if not parts or sum(part.area for part in parts[1:]) > 0.02 * parts[0].area:
        return None
    outline = shapely.Polygon(parts[0].exterior)
    around = outline.buffer(COVER_M)
    shapely.prepare(around)
    if not shapely.covers(around, np.asarray(rooms, dtype=object)).all():
        return None
    return ring(outline)
