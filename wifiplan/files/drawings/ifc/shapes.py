"""Solids as plans: what a solid covers seen from above, the middle line of a wall, and its face seen from the side."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from wifiplan.site.building import Point
from wifiplan.units import Array, IntArray

GRID_M = 1e-4
"""Corners closer than a tenth of a millimetre are one: solids come with rounding errors."""

MIN_FILL_SHARE = 0.8
"""A footprint that fills its box less is no straight wall: it is bent, curved, or several walls in one."""

CHORD_M = 0.02
"""Curved walls become chords that stray this little."""

SHORT_M = 0.05
"""Shorter sides are rounding."""

MAX_BENT_M = 1.4
"""Two sides farther apart are no wall's two faces."""

MAX_THICK_M = 1.2
"""No straight wall of a school is thicker; what is, is a block or has wings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A straight stretch of wall: its middle line and thickness [m]."""

    a: Point
    b: Point
    thickness_m: float

    @property
    def length_m(self) -> float:
        """Length of the middle line [m]."""
        return math.dist(self.a, self.b)

    def along_m(self, xy_m: Array) -> Array:
        """Return how far points (n, 2) lie along the line [m]."""
        start = np.array(self.a)
        return np.asarray((xy_m[:, :2] - start) @ ((np.array(self.b) - start) / self.length_m))

    def across_m(self, xy_m: Array) -> Array:
        """Return how far points (n, 2) lie to its left [m]."""
        start = np.array(self.a)
        dx, dy = (np.array(self.b) - start) / self.length_m
        return np.asarray((xy_m[:, :2] - start) @ np.array([-dy, dx]))

    def at(self, along_m: float) -> Point:
        """Return the point so far along [m]."""
        share = along_m / self.length_m
        return (self.a[0] + (self.b[0] - self.a[0]) * share, self.a[1] + (self.b[1] - self.a[1]) * share)


def covered(plane_m: Array, triangles: IntArray) -> BaseGeometry:
    """Return the area that triangles cover in a plane.

    Parameters
    ----------
    plane_m : ndarray, shape (n, 2)
        Corners in that plane [m].
    triangles : ndarray, shape (t, 3)
        Corners of each triangle.

    Returns
    -------
    BaseGeometry
        Polygon or MultiPolygon; empty where all triangles stand upright.
    """
    corners = plane_m[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    flat = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) > GRID_M**2
    if not flat.any():
        return shapely.Polygon()
    whole: BaseGeometry = shapely.union_all(shapely.polygons(corners[flat]), grid_size=GRID_M)
    return whole


def polygons_of(shape: BaseGeometry, min_m2: float) -> list[shapely.Polygon]:
    """Return the polygons of a shape that are at least so large [m2], the largest first."""
    parts = [p for p in shapely.get_parts(shape).tolist() if isinstance(p, shapely.Polygon) and p.area >= min_m2]
    return sorted(parts, key=lambda p: (-p.area, p.bounds))


def straight(footprint: BaseGeometry, thickness_m: float | None) -> Run | None:
    """Return the middle line of a straight wall, None where the footprint is bent or curved.

    `thickness_m` is what its layers say: it tells a short thick stub's length from its thickness.
    """
    box = shapely.minimum_rotated_rectangle(footprint)
    if not isinstance(box, shapely.Polygon) or footprint.area < MIN_FILL_SHARE * box.area:
        return None
    corners = [(float(x), float(y)) for x, y in box.exterior.coords][:4]
    sides = [math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])]
    short = 0 if sides[0] < sides[1] else 1
    if thickness_m and abs(sides[1 - short] - thickness_m) < 0.1 * thickness_m < abs(sides[short] - thickness_m):
        short = 1 - short
    if sides[short] > MAX_THICK_M:
        return None
    p, q, r, s = corners if short == 0 else (*corners[1:], corners[0])
    a, b = sorted((_middle(p, q), _middle(r, s)))
    return Run(a=a, b=b, thickness_m=sides[short])


def _middle(p: Point, q: Point) -> Point:
    return ((p[0] + q[0]) / 2, (p[1] + q[1]) / 2)


def bent(footprint: shapely.Polygon, thickness_m: float | None) -> list[Run]:
    """Return the runs of a wall that is bent or curved: pairs of sides that face each other across its thickness."""
    # with the wall on the left of every side
    round_it = orient(footprint, sign=1.0)
    rings = [shapely.LinearRing(r.simplify(CHORD_M).coords) for r in (round_it.exterior, *round_it.interiors)]
    sides = [(np.array(a), np.array(b)) for ring in rings for a, b in pairwise(ring.coords)]
    most_m = min(1.6 * thickness_m if thickness_m else MAX_BENT_M, MAX_BENT_M)
    found: list[Run] = []
    for n, (a, b) in enumerate(sides):
        for c, d in sides[n + 1 :]:
            run = _between(a, b, c, d, most_m)
            if (
                run is not None
                and shapely.LineString([run.a, run.b]).intersection(footprint).length > 0.9 * run.length_m
            ):
                found.append(run)
    return found


def _between(a: Array, b: Array, c: Array, d: Array, most_m: float) -> Run | None:
    """Return the middle line between two sides that face each other, as far as they overlap."""
    length = float(np.hypot(*(b - a)))
    other = float(np.hypot(*(d - c)))
    if length < SHORT_M or other < SHORT_M:
        return None
    along = (b - a) / length
    if float(along @ (d - c)) / other > -0.98:  # sides of one wall run against each other
        return None
    us = sorted((float((c - a) @ along), float((d - a) @ along)))
    start, end = max(us[0], 0.0), min(us[1], length)
    normal = np.array([-along[1], along[0]])
    apart = float(((c + d) / 2 - a) @ normal)
    if end - start < SHORT_M or not 0.0 < apart <= most_m:
        return None
    p, q = a + along * start + normal * apart / 2, a + along * end + normal * apart / 2
    return Run(a=(float(p[0]), float(p[1])), b=(float(q[0]), float(q[1])), thickness_m=apart)
