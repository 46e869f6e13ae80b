"""Walls whose bodies touch while their centre lines do not: columns in a wall, steps, corners drawn apart."""

import math
from collections.abc import Sequence

import numpy as np
import shapely

from wifiplan.site.recognition.records import WallLine
from wifiplan.site.recognition.shapes import Shapes, near_pairs, segments
from wifiplan.units import Array

TOUCH_M = 0.03
"""Bodies this near touch: faces of columns and the walls between them are drawn this exactly."""
BLUNT = 1.5
"""A wall hardly longer than thick is a column: it points nowhere."""


def touching_lines(walls: Sequence[WallLine]) -> Shapes:
    """Return lines (n,) within the walls' bodies that lead from centre line to centre line, where bodies touch.

    Parameters
    ----------
    walls : sequence of WallLine
        Walls, doors and windows by their centre lines [m]; one without a thickness is as wide as its line.

    Examples
    --------
    >>> wall = WallLine(a=(0, 0), b=(4, 0), thickness_m=0.2)
    >>> column = WallLine(a=(4.25, -0.25), b=(4.25, 0.25), thickness_m=0.5)
    >>> [line.wkt for line in touching_lines([wall, column])]
    ['LINESTRING (4 0, 4.25 0)']
    """
    ends = np.array([(wall.a, wall.b) for wall in walls], dtype=np.float64).reshape(-1, 2, 2)
    half_m = np.array([(wall.thickness_m or 0.0) / 2 for wall in walls]) + TOUCH_M / 2
    keep = np.isfinite(ends).all(axis=(1, 2)) & (np.hypot(*(ends[:, 1] - ends[:, 0]).T) > 1e-3)
    ends, half_m = ends[keep], half_m[keep]
    if len(ends) == 0:
        return np.empty(0, dtype=object)
    bodies = _bodies(ends, half_m)
    lines = segments(ends[:, 0], ends[:, 1])
    one, other = near_pairs(shapely.STRtree(bodies), bodies)
    once = one < other
    one, other = one[once], other[once]
    apart = shapely.distance(lines[one], lines[other]) > 1e-4
    return np.asarray(shapely.shortest_line(lines[one[apart]], lines[other[apart]]), dtype=object)


def blunt_ends(walls: Sequence[WallLine]) -> Array:
    """Return the ends (n, 2) of columns [m].

    >>> blunt_ends([WallLine(a=(0, 0), b=(0.5, 0), thickness_m=0.5)]).tolist()
    [[0.0, 0.0], [0.5, 0.0]]
    """
    ends = [(w.a, w.b) for w in walls if math.dist(w.a, w.b) <= BLUNT * (w.thickness_m or 0.0)]
    return np.array(ends, dtype=np.float64).reshape(-1, 2)


def _bodies(ends: Array, half_m: Array) -> Shapes:
    """Return the walls' plans (n,), longer at both ends by half of what still counts as touching."""
    span = ends[:, 1] - ends[:, 0]
    unit = span / np.hypot(*span.T)[:, None]
    ahead, side = unit * TOUCH_M / 2, np.stack([-unit[:, 1], unit[:, 0]], axis=1) * half_m[:, None]
    a, b = ends[:, 0] - ahead, ends[:, 1] + ahead
    return np.asarray(shapely.polygons(np.stack([a - side, b - side, b + side, a + side], axis=1)))
