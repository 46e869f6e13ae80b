"""Solids as plans: what a solid covers seen from above, the middle line of a wall, and its face seen from the side."""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from wifiplan.site.building import Point
from wifiplan.units import Array, IntArray

GRID_M = 1e-4
"""Corners closer than a tenth of a millimetre are one: solids come with rounding errors."""

MIN_FILL_SHARE = 0.8
"""A footprint that fills its box less is no straight wall: it is bent, curved, or several walls in one."""

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


def covered(plane_m: Array, triangles: IntArray) -> shapely.Geometry:
    """Return the area that triangles cover in a plane.

    Parameters
    ----------
    plane_m : ndarray, shape (n, 2)
        Corners in that plane [m].
    triangles : ndarray, shape (t, 3)
        Corners of each triangle.

    Returns
    -------
    shapely.Geometry
        Polygon or MultiPolygon; empty where all triangles stand upright.
    """
    corners = plane_m[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    flat = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) > GRID_M**2
    if not flat.any():
        return shapely.Polygon()
    return shapely.union_all(shapely.polygons(corners[flat]), grid_size=GRID_M)


def polygons_of(shape: shapely.Geometry, min_m2: float) -> list[shapely.Polygon]:
    """Return the polygons of a shape that are at least so large [m2], the largest first."""
    parts = [p for p in shapely.get_parts(shape).tolist() if isinstance(p, shapely.Polygon) and p.area >= min_m2]
    return sorted(parts, key=lambda p: (-p.area, p.bounds))


def straight(footprint: shapely.Polygon, thickness_m: float | None) -> Run | None:
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
