"""Strokes as arrays: cleaned, sorted by direction, and joined where they lie on one line."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from wifiplan.units import Array, BoolArray, IntArray

POINT_M = 0.005
"""Strokes shorter than half a centimetre are points: nobody draws a wall so short."""
FAR_M = 1e7
"""Coordinates beyond this are no place on Earth in any grid of surveyors: garbage."""
SAME_LINE_M = 0.008
"""Faces less than this apart are one face drawn twice; the thinnest plaster that is drawn has a centimetre."""
SAME_POINT_M = 0.02
"""Ends of strokes this near belong together: drawings are snapped to a centimetre or better."""
SKEW_M = 0.01
"""A stroke belongs to a direction if its ends are off it by no more than this."""
TURN_RAD = np.radians(1.5)
"""However short, a stroke that is turned further belongs to another direction."""
MOST_ENDS = 6
"""Lines of walls that are looked at where they meet; in a star of thousands the others tell no more."""
CAP_M = 0.62
"""Ends of walls are no wider than the thickest wall that is merged."""


class Lines(NamedTuple):
    """Strokes by their ends, shape (n, 2) each [m], and the stroke that each came from.

    `solid_n` is 1 where the wall's body is left of the way from a to b, -1 where it is right, 0 where nobody knows.
    """

    a: Array
    b: Array
    owner_n: IntArray
    solid_n: IntArray

    def take(self, which: IntArray | BoolArray) -> "Lines":
        """Return some of the lines."""
        return Lines(self.a[which], self.b[which], self.owner_n[which], self.solid_n[which])


class Faces(NamedTuple):
    """Faces along one direction: from `low_m` to `high_m` along it, `offset_m` across it; `owner_n` the longest stroke.

    `n_strokes` are those that a face was joined from; `solid_n` is 1 where the wall's body is at larger offsets, -1
    where at smaller ones, 0 where nobody knows.
    """

    angle_rad: float
    low_m: Array
    high_m: Array
    offset_m: Array
    owner_n: IntArray
    n_strokes: IntArray
    solid_n: IntArray


def stacked(parts: list[Lines]) -> Lines:
    """Return the lines of several groups as one."""
    nothing = np.empty((0, 2))
    number = np.empty(0, dtype=np.int64)
    return Lines(
        np.concatenate([nothing, *(part.a for part in parts)]),
        np.concatenate([nothing, *(part.b for part in parts)]),
        np.concatenate([number, *(part.owner_n for part in parts)]),
        np.concatenate([number, *(part.solid_n for part in parts)]),
    )


def cleaned(a: Array, b: Array, solid_n: IntArray | None = None) -> tuple[Lines, dict[str, int]]:
    """Return the strokes that are lines at all, each once, with counts of the others.

    Parameters
    ----------
    a, b : ndarray, shape (n, 2)
        Ends [m], of any value.
    solid_n : ndarray, shape (n,), or None
        On which side of the way from a to b the wall's body is, as in `Lines`.

    Returns
    -------
    lines : Lines
        Finite, longer than `POINT_M`, no two the same (whichever way drawn).
    counts : dict of str to int
        "invalid", "points" and "repeated" strokes.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        sound = (np.abs(a) < FAR_M).all(axis=1) & (np.abs(b) < FAR_M).all(axis=1)
    owner = np.flatnonzero(sound)
    solid = np.zeros(len(owner), dtype=np.int64) if solid_n is None else solid_n[owner]
    a, b = a[owner], b[owner]
    long = np.hypot(*(b - a).T) >= POINT_M
    n_points = int((~long).sum())
    a, b, owner, solid = a[long], b[long], owner[long], solid[long]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a, b = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    solid = np.where(swap, -solid, solid)
    _, first = np.unique(np.round(np.hstack([a, b]), 4), axis=0, return_index=True)
    first.sort()
    counts = {"invalid": int((~sound).sum()), "points": n_points, "repeated": len(a) - len(first)}
    return Lines(a[first], b[first], owner[first], solid[first]), counts


def caps(lines: Lines) -> BoolArray:
    """Return which lines (n,) only close the end of a wall.

    Short ones, at both ends of which a longer line leaves at a right angle, both to the same side.
    """
    span = lines.b - lines.a
    length = np.hypot(*span.T)
    short = np.flatnonzero(length <= CAP_M)
    found = np.zeros(len(length), dtype=np.bool_)
    if len(short) == 0:
        return found
    unit = span / length[:, None]
    ends = np.vstack([lines.a, lines.b])
    outward = np.vstack([unit, -unit])  # from each end into its own line
    tree = cKDTree(ends)
    sides: list[BoolArray] = []
    for at in (lines.a, lines.b):
        row, end = near_ends(tree, at[short], SAME_POINT_M)
        other, mine = end % len(length), short[row]
        dot = (outward[end] * unit[mine]).sum(axis=1)
        cross = unit[mine, 0] * outward[end, 1] - unit[mine, 1] * outward[end, 0]
        good = (other != mine) & (np.abs(dot) < 0.26) & (length[other] > 1.02 * length[mine])
        side = np.zeros((2, len(short)), dtype=np.bool_)
        for k, sign in enumerate((1.0, -1.0)):
            side[k, row[good & (cross * sign > 0)]] = True
        sides.append(side)
    found[short[(sides[0] & sides[1]).any(axis=0)]] = True
    return found


def in_curves(lines: Lines) -> BoolArray:
    """Return which lines (n,) are chords: another line goes on at one of their ends, turned by 1 to 16 degrees."""
    n = len(lines.a)
    if n < 2:
        return np.zeros(n, dtype=np.bool_)
    span = lines.b - lines.a
    unit = span / np.hypot(*span.T)[:, None]
    ends, inward = np.vstack([lines.a, lines.b]), np.vstack([unit, -unit])
    one, other = near_ends(cKDTree(ends), ends, SAME_POINT_M / 2)
    one, other = one[one != other], other[one != other]
    cosine = -(inward[one] * inward[other]).sum(axis=1)
    bends = (cosine > np.cos(np.radians(16.0))) & (cosine < np.cos(np.radians(1.0)))
    goes_on = np.zeros(2 * n, dtype=np.bool_)
    goes_on[one[bends]] = True
    goes_on[other[bends]] = True
    return np.asarray(goes_on[:n] | goes_on[n:], dtype=np.bool_)


def near_ends(tree: cKDTree, points: Array, distance_m: float) -> tuple[IntArray, IntArray]:
    """Return pairs of a point and an end near it, at most `MOST_ENDS` a point."""
    _, found = tree.query(points, k=MOST_ENDS, distance_upper_bound=distance_m)
    number = np.asarray(found, dtype=np.int64).reshape(len(points), -1)
    row, column = np.nonzero(number < tree.n)
    return row, number[row, column]


def by_direction(lines: Lines) -> list[tuple[float, IntArray]]:
    """Return groups of parallel lines: an angle [rad] from 0 to pi, and the numbers of its lines.

    Each line is in one group. The longest lines set the directions; short ones, whose angle is uncertain, follow.
    """
    span = lines.b - lines.a
    length = np.hypot(*span.T)
    angle = np.mod(np.arctan2(span[:, 1], span[:, 0]), np.pi)
    left = np.argsort(angle, kind="stable")
    by_length = np.argsort(-length, kind="stable")
    free = np.ones(len(length), dtype=np.bool_)
    groups: list[tuple[float, IntArray]] = []
    for seed in by_length.tolist():
        if not free[seed]:
            continue
        near = _window(angle, left, float(angle[seed]))
        turn = _turn(angle[near], float(angle[seed]))
        same = np.abs(turn) <= np.radians(0.05)
        mean = float(angle[seed] + np.average(turn[same], weights=length[near[same]]))
        off = np.abs(np.sin(_turn(angle[near], mean))) * length[near] / 2
        members = near[(off <= SKEW_M) | (near == seed)]
        groups.append((mean % np.pi, np.sort(members)))
        free[members] = False
        left = left[free[left]]
    return groups


def joined(lines: Lines, angle_rad: float) -> Faces:
    """Return parallel lines as faces: what lies on one line and overlaps or touches is one.

    Parameters
    ----------
    lines : Lines
        The lines of one direction.
    angle_rad : float
        That direction.
    """
    along = np.array([np.cos(angle_rad), np.sin(angle_rad)])
    across = np.array([-along[1], along[0]])
    ua, ub = lines.a @ along, lines.b @ along
    low, high, offset = np.minimum(ua, ub), np.maximum(ua, ub), (lines.a @ across + lines.b @ across) / 2
    order = np.argsort(offset, kind="stable")
    line = np.zeros(len(order), dtype=np.int64)
    line[order] = np.cumsum(np.diff(offset[order], prepend=offset[order[0]]) > SAME_LINE_M)
    solid = lines.solid_n * np.where(ub >= ua, 1, -1)
    line = 3 * line + solid + 1
    order = np.lexsort((low, line))
    # each line gets its own stretch of one axis, so that one running maximum does for all
    shift = line[order] * (1.0 + high.max() - low.min())
    reach = np.maximum.accumulate(high[order] + shift)
    start = np.ones(len(order), dtype=np.bool_)
    start[1:] = low[order][1:] + shift[1:] > reach[:-1] + SAME_LINE_M
    face = np.cumsum(start) - 1
    first = np.flatnonzero(start)
    length = (high - low)[order]
    longest = np.lexsort((-length, face))[first]
    weight = np.maximum(np.add.reduceat(length, first), 1e-9)
    return Faces(
        angle_rad,
        low[order][first],
        np.maximum.reduceat(high[order], first),
        np.add.reduceat(length * offset[order], first) / weight,
        lines.owner_n[order][longest],
        np.diff(first, append=len(order)),
        solid[order][first],
    )


def _window(angle: Array, ordered: IntArray, middle: float) -> IntArray:
    """Return the numbers of the lines within `TURN_RAD` of an angle, around the turn from pi to 0 too."""
    values = angle[ordered]
    parts = [
        ordered[
            np.searchsorted(values, middle - TURN_RAD + k) : np.searchsorted(values, middle + TURN_RAD + k, "right")
        ]
        for k in (-np.pi, 0.0, np.pi)
    ]
    return np.concatenate(parts)


def _turn(angle: Array, middle: float) -> Array:
    """Return signed differences of directions, from -pi/2 to pi/2."""
    return np.asarray(np.mod(angle - middle + np.pi / 2, np.pi) - np.pi / 2)
