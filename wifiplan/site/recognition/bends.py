"""Curved walls: chords of two arcs that run beside one another give chords of one wall."""

import numpy as np
import shapely

from wifiplan.site.recognition.bodies import Bars, none, units
from wifiplan.site.recognition.bundles import THICK_M, THIN_M
from wifiplan.site.recognition.faces import Lines
from wifiplan.site.recognition.shapes import near_pairs, segments
from wifiplan.units import Array, BoolArray, IntArray

TURN_COS = np.cos(np.radians(16.0))
"""Chords of one arc differ by up to this; a circle of fewer than 24 chords is a column."""
UNEVEN_M = 0.05
"""Thickness at the two ends of a chord's wall; chords of two arcs are not quite parallel."""
TAPER = 1.2
"""Where the body is known, a wall may be this much thicker at one end than in the mean: old and oblique walls."""
LEAST_M = 0.01
STRAIGHT_RAD = np.radians(0.05)
"""Lines more parallel than this have had their turn."""


def bent(lines: Lines, thick_m: float = THICK_M, *, parallel: bool = False) -> tuple[Bars, BoolArray]:
    """Return walls between lines that are not quite parallel, and which lines (n,) are used up by them.

    Each line pairs with the nearest ones beside it, where these have it for their nearest too. Two arcs need not have
    the same chords: every stretch that two chords share is a piece of wall. Exactly parallel lines count too where
    `parallel` says so: chords among chords.
    """
    used = np.zeros(len(lines.a), dtype=np.bool_)
    if len(lines.a) < 2:
        return none(), used
    drawn = segments(lines.a, lines.b)
    one, other = near_pairs(shapely.STRtree(drawn), drawn, distance_m=thick_m)
    unit, length = units(lines.a, lines.b)
    turn = np.abs(unit[one, 0] * unit[other, 1] - unit[one, 1] * unit[other, 0])
    keep = (
        (one != other) & (np.abs((unit[one] * unit[other]).sum(axis=1)) > TURN_COS) & (parallel | (turn > STRAIGHT_RAD))
    )
    # on the longer line's axis; of equals on the first's, which stand in a fixed order
    keep &= (length[one] > length[other]) | ((length[one] == length[other]) & (one < other))
    one, other = one[keep], other[keep]
    low, high, at_low, at_high = _shared(lines, one, other)
    thick = (np.abs(at_low) + np.abs(at_high)) / 2
    uneven = np.where((lines.solid_n[one] != 0) & (lines.solid_n[other] != 0), TAPER * thick, 0.0)
    fits = (high - low >= LEAST_M) & (at_low * at_high > 0) & (np.abs(at_low - at_high) <= np.maximum(uneven, UNEVEN_M))
    fits &= (thick >= THIN_M) & (thick <= thick_m) & _bodies_agree(lines, one, other, at_low)
    fits[fits] = _nearest(one[fits], other[fits], thick[fits], len(used))
    one, other = one[fits], other[fits]
    bars = _bars(lines, one, other, (low[fits], high[fits], at_low[fits], at_high[fits]))
    covered = np.bincount(one, (high - low)[fits], len(used)) + np.bincount(other, (high - low)[fits], len(used))
    used |= covered >= 0.5 * length
    return bars, used


def _shared(lines: Lines, one: IntArray, other: IntArray) -> tuple[Array, Array, Array, Array]:
    """Return the stretch of lines that others run beside, and how far these are to the left at its two ends [m]."""
    unit, length = units(lines.a, lines.b)
    u = unit[one]
    along = [((end[other] - lines.a[one]) * u).sum(axis=1) for end in (lines.a, lines.b)]
    aside = [
        u[:, 0] * (end[other] - lines.a[one])[:, 1] - u[:, 1] * (end[other] - lines.a[one])[:, 0]
        for end in (lines.a, lines.b)
    ]
    low, high = np.maximum(np.minimum(*along), 0.0), np.minimum(np.maximum(*along), length[one])
    slope = (aside[1] - aside[0]) / np.where(np.abs(along[1] - along[0]) < 1e-9, 1e-9, along[1] - along[0])
    return low, high, aside[0] + slope * (low - along[0]), aside[0] + slope * (high - along[0])


def _bodies_agree(lines: Lines, one: IntArray, other: IntArray, aside: Array) -> BoolArray:
    """Return which pairs have their wall's body between them, as far as that is known."""
    unit, _ = units(lines.a, lines.b)
    same_way = np.where((unit[one] * unit[other]).sum(axis=1) > 0, 1, -1)
    side = np.where(aside > 0, 1, -1)
    return np.asarray((lines.solid_n[one] * side >= 0) & (lines.solid_n[other] * same_way * side <= 0), dtype=np.bool_)


def _nearest(one: IntArray, other: IntArray, thick: Array, n: int) -> BoolArray:
    """Return which pairs are near for both of their lines: hardly thicker than the thinnest that each has."""
    least = np.full(n, np.inf)
    np.minimum.at(least, one, thick)
    np.minimum.at(least, other, thick)
    return np.asarray(thick <= 1.3 * np.minimum(least[one], least[other]) + 0.02, dtype=np.bool_)


def _bars(lines: Lines, one: IntArray, other: IntArray, stretch: tuple[Array, Array, Array, Array]) -> Bars:
    unit, _ = units(lines.a, lines.b)
    low, high, at_low, at_high = stretch
    u = unit[one]
    left = np.stack([-u[:, 1], u[:, 0]], axis=1)
    a = lines.a[one] + u * low[:, None] + left * at_low[:, None] / 2
    b = lines.a[one] + u * high[:, None] + left * at_high[:, None] / 2
    cosine = np.abs((u * unit[other]).sum(axis=1))
    thick = (np.abs(at_low) + np.abs(at_high)) / 2 * (1 + cosine) / 2
    return Bars(a, b, thick, lines.owner_n[one], np.full(len(one), 2, dtype=np.int64))
