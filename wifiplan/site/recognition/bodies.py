"""Walls as bodies: rectangles of centre line and thickness, and what lies inside of them."""

from typing import NamedTuple

import numpy as np
import shapely

from wifiplan.site.recognition.faces import Lines
from wifiplan.site.recognition.shapes import Shapes, near_pairs, segments
from wifiplan.units import Array, BoolArray, IntArray

SQUARE = 1.5
"""A piece of wall hardly longer than thick may be the same wall looked at from its end."""
COVERED_SHARE = 0.6
INSIDE_SHARE = 0.9
NEAR_M = 0.03
"""Lines this near to a wall's body belong to it: skirtings, steps of plaster."""


class Bars(NamedTuple):
    """Walls as arrays: ends of the centre lines (n, 2) [m], thickness (n,) [m], the longest stroke, strokes in all."""

    a: Array
    b: Array
    thick_m: Array
    owner_n: IntArray
    n_strokes: IntArray

    def take(self, which: IntArray | BoolArray) -> "Bars":
        """Return some of the walls."""
        return Bars(self.a[which], self.b[which], self.thick_m[which], self.owner_n[which], self.n_strokes[which])


def none() -> Bars:
    """Return no walls."""
    return Bars(np.empty((0, 2)), np.empty((0, 2)), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))


def stacked(parts: list[Bars]) -> Bars:
    """Return the walls of several groups as one."""
    every = [none(), *parts]
    return Bars(
        np.concatenate([part.a for part in every]),
        np.concatenate([part.b for part in every]),
        np.concatenate([part.thick_m for part in every]),
        np.concatenate([part.owner_n for part in every]),
        np.concatenate([part.n_strokes for part in every]),
    )


def units(a: Array, b: Array) -> tuple[Array, Array]:
    """Return directions (n, 2) and lengths (n,) of lines."""
    span = b - a
    length = np.hypot(*span.T)
    return span / np.maximum(length, 1e-12)[:, None], length


def rectangles(bars: Bars, *, longer_m: Array | float = 0.0, wider_m: float = 0.0) -> Shapes:
    """Return the walls' plans as shapely polygons (n,), made longer at both ends and wider at both faces."""
    unit, _ = units(bars.a, bars.b)
    ahead = unit * np.broadcast_to(np.asarray(longer_m), bars.thick_m.shape)[:, None]
    side = np.stack([-unit[:, 1], unit[:, 0]], axis=1) * (bars.thick_m / 2 + wider_m)[:, None]
    a, b = bars.a - ahead, bars.b + ahead
    return np.asarray(shapely.polygons(np.stack([a - side, b - side, b + side, a + side], axis=1)))


def crosswise(bars: Bars) -> BoolArray:
    """Return which walls (n,) are other walls looked at from their ends: short and thick, covered by slimmer ones."""
    _, length = units(bars.a, bars.b)
    aspect = length / np.maximum(bars.thick_m, 1e-9)
    found = aspect < 0.25
    doubtful = np.flatnonzero(aspect < SQUARE)
    if len(doubtful) == 0:
        return found
    shapes = rectangles(bars)
    row, other = near_pairs(shapely.STRtree(shapes), shapes[doubtful])
    mine = doubtful[row]
    slim = (aspect[other] > aspect[mine] * 1.02) | (np.isclose(aspect[other], aspect[mine], rtol=0.02) & (other < mine))
    row, mine, other = row[slim], mine[slim], other[slim]
    shared = shapely.area(shapely.intersection(shapes[mine], shapes[other]))
    covered = np.bincount(row, weights=shared, minlength=len(doubtful))
    found[doubtful[covered >= COVERED_SHARE * shapely.area(shapes[doubtful])]] = True
    return found


def inside(lines: Lines, bars: Bars) -> BoolArray:
    """Return which lines (n,) lie in the walls' bodies, or close their corners and ends."""
    if len(lines.a) == 0 or len(bars.a) == 0:
        return np.zeros(len(lines.a), dtype=np.bool_)
    # the outer face of a corner is longer than the wall's inner one by the other wall's thickness
    shapes = rectangles(bars, longer_m=bars.thick_m + NEAR_M, wider_m=NEAR_M)
    drawn = segments(lines.a, lines.b)
    row, body = near_pairs(shapely.STRtree(shapes), drawn)
    shared = shapely.length(shapely.intersection(drawn[row], shapes[body]))
    covered = np.bincount(row, weights=shared, minlength=len(drawn))
    return np.asarray(covered >= INSIDE_SHARE * shapely.length(drawn), dtype=np.bool_)
