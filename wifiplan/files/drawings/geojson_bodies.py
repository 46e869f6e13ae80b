"""Bodies of walls by their centre lines: a polygon is covered with bars between facing edges, the thinnest first."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from wifiplan.files.drawings.geojson_site import polygons_in
from wifiplan.site.building import Point

Array = NDArray[np.float64]
Bar = tuple[Point, Point, float]
"""A bar from its middle line's one end to the other, and its width [m]."""

MAX_EDGES = 400
"""Polygons of more edges are left to the recognition of double lines: pairs of edges grow with the square."""
MOST_M = 2.0
"""Faces farther apart than this are two walls, or a room's [m]."""
FACING_COS = -np.cos(np.radians(10.0))
LEAST_OVERLAP_M = 0.05
INSIDE_SHARE = 0.85
"""A bar lies in its polygon but for the rest: walls that taper, chords of curves."""
NEW_SHARE = 0.35
"""A bar that others cover by more than the rest adds nothing."""
LEFT_M2 = 0.05
"""What is left between bars is told as a bar from this area on [m2]; less is the wedge of a corner."""
LEFT_M = 0.1
"""What is left and nowhere wider than this is a wedge between chords [m]."""
STOUT_SHARE = 0.7
"""What is left is told as its rectangle where it fills so much of it."""
BAR_SHARE = 0.9
LONG = 2.0
COVERED_SHARE = 0.6


def axis_of(shape: shapely.Polygon) -> Bar | None:
    """Return the middle line of a polygon that is nearly a rectangle, and its width; None where it is not.

    >>> axis_of(shapely.box(0, 0, 3, 0.2))
    ((3.0, 0.1), (0.0, 0.1), 0.2)
    """
    if shape.area < BAR_SHARE * shapely.convex_hull(shape).area:
        return None
    box = shapely.minimum_rotated_rectangle(shape)
    if not isinstance(box, shapely.Polygon):
        return None
    corners = np.asarray(box.exterior.coords)[:4]
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    if shape.area < BAR_SHARE * box.area and max(sides) < LONG * min(sides):
        return None
    first = int(sides[0] < sides[1])
    ends = [(corners[(first + k) % 4] + corners[(first + k + 1) % 4]) / 2 for k in (1, 3)]
    return _point(ends[0]), _point(ends[1]), max(round(shape.area / float(max(sides)), 3), 0.001)


def bars_of(shape: shapely.Polygon) -> list[Bar] | None:
    """Return the bars that a wall's body consists of; None where it is too intricate or no body of walls.

    Parameters
    ----------
    shape : shapely.Polygon
        A valid polygon [m], holes and all: L, T, U, a ring round a court.

    Returns
    -------
    list of (point, point, width)
        Middle lines that meet in the middle of corners and junctions.

    Examples
    --------
    >>> corner = shapely.box(0, 0, 5, 0.2).union(shapely.box(0, 0, 0.2, 3))
    >>> sorted((round(abs(bx - ax) + abs(by - ay), 2), width) for (ax, ay), (bx, by), width in bars_of(corner))
    [(2.9, 0.2), (4.9, 0.2)]
    """
    axis = axis_of(shape)
    if axis is not None:
        return [axis]
    edges = _edges(shape)
    if len(edges) > MAX_EDGES:
        return None
    chosen = _chosen(shape, *_candidates(shape, edges))
    bars = [_grown(shape, *bar) for bar in chosen]
    whole = shapely.union_all([_rectangle(*bar[1]) for bar in bars]) if bars else shapely.Polygon()
    found = [bar[0] for bar in bars]
    for rest in polygons_in(shape.difference(whole)):
        if rest.area >= LEFT_M2 and not rest.buffer(-LEFT_M / 2).is_empty:
            box = shapely.minimum_rotated_rectangle(rest)
            stout = rest.area > STOUT_SHARE * box.area
            more = axis_of(box if stout and isinstance(box, shapely.Polygon) else rest)
            if more is not None:
                found.append(more)
    covered = sum(np.hypot(b[0] - a[0], b[1] - a[1]) * width for a, b, width in found)
    return found if covered > COVERED_SHARE * shape.area else None


def _edges(shape: shapely.Polygon) -> Array:
    """Return the edges of a polygon (n, 2, 2), its inside at their left."""
    tidy = orient(polygons_in(shape.simplify(1e-3))[0], sign=1.0)
    rings = [np.asarray(ring.coords) for ring in (tidy.exterior, *tidy.interiors)]
    return np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])


def _candidates(shape: shapely.Polygon, edges: Array) -> tuple[Array, Array]:
    """Return the bars between facing edges: ends of the middle line (n, 2, 2) and widths (n)."""
    start, way = edges[:, 0], edges[:, 1] - edges[:, 0]
    length = np.hypot(way[:, 0], way[:, 1])
    unit = way / np.maximum(length, 1e-12)[:, np.newaxis]
    one, other = np.nonzero(np.triu(unit @ unit.T < FACING_COS, 1))
    across = np.stack([-unit[one, 1], unit[one, 0]], axis=1)
    along = [np.sum((edges[other, end] - start[one]) * unit[one], axis=1) for end in (0, 1)]
    aside = [np.sum((edges[other, end] - start[one]) * across, axis=1) for end in (0, 1)]
    low, high = np.maximum(0.0, np.minimum(*along)), np.minimum(length[one], np.maximum(*along))
    # the gap at the middle of the overlap: chords of a curve are not quite parallel
    share = np.clip(((low + high) / 2 - along[0]) / np.where(along[1] == along[0], 1.0, along[1] - along[0]), 0.0, 1.0)
    gap = aside[0] + share * (aside[1] - aside[0])
    good = (high - low > LEAST_OVERLAP_M) & (gap > 1e-3) & (gap < MOST_M)
    one, across, low, high, gap = one[good], across[good], low[good], high[good], gap[good]
    base = start[one] + across * gap[:, np.newaxis] / 2
    middle = np.stack([base + unit[one] * low[:, np.newaxis], base + unit[one] * high[:, np.newaxis]], axis=1)
    boxes = np.array([_rectangle(a, b, w) for (a, b), w in zip(middle, gap, strict=True)], dtype=object)
    if not len(boxes):
        return middle, gap
    inside = shapely.area(shapely.intersection(boxes, shape)) >= INSIDE_SHARE * shapely.area(boxes)
    return middle[inside], gap[inside]


def _chosen(shape: shapely.Polygon, middle: Array, width: Array) -> list[tuple[Array, Array, float]]:
    """Return the bars that cover a polygon, thin ones before thick ones, long ones before short ones."""
    length = np.hypot(*(middle[:, 1] - middle[:, 0]).T) if len(middle) else np.zeros(0)
    covered: BaseGeometry = shapely.Polygon()
    found: list[tuple[Array, Array, float]] = []
    for n in np.lexsort((-length, np.round(width, 2))).tolist():
        box = _rectangle(middle[n, 0], middle[n, 1], float(width[n]))
        fresh = box.difference(covered).area
        if fresh < NEW_SHARE * box.area:
            continue
        found.append((middle[n, 0], middle[n, 1], float(width[n])))
        covered = covered.union(box)
        if covered.area > 0.999 * shape.area:
            break
    return found


def _grown(shape: shapely.Polygon, a: Array, b: Array, width: float) -> tuple[Bar, tuple[Array, Array, float]]:
    """Return a bar led half way through the bodies at its ends, to their middle, and the same led all the way."""
    unit = (b - a) / np.hypot(*(b - a))
    half, full = [], []
    for end, out in ((a, -unit), (b, unit)):
        room = _ahead(shape, end, out)
        half.append(end + out * room / 2)
        full.append(end + out * room)
    return (_point(half[0]), _point(half[1]), round(width, 3)), (full[0], full[1], width)


def _ahead(shape: shapely.Polygon, end: Array, out: Array) -> float:
    """Return how far the body goes on beyond a bar's end; 0 where it goes on for long: a wall that only bends."""
    ray = shapely.LineString([end - out * 1e-3, end + out * MOST_M]).intersection(shape)
    parts = [part for part in shapely.get_parts(ray) if part.distance(shapely.Point(end)) < 2e-3]
    reach = max((part.length for part in parts), default=0.0) - 1e-3
    return reach if 1e-3 < reach < MOST_M - 0.01 else 0.0


def _rectangle(a: Array, b: Array, width: float) -> shapely.Polygon:
    way = np.asarray(b) - np.asarray(a)
    aside = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-12) * width / 2
    return shapely.Polygon([a + aside, b + aside, b - aside, a - aside])


def _point(values: Array) -> Point:
    return round(float(values[0]), 4), round(float(values[1]), 4)
