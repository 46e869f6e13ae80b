"""Gaps between walls: what a loose end of a wall is led to, so that rooms close."""

from typing import NamedTuple

import numpy as np
import shapely
from scipy.spatial import cKDTree

from wifiplan.site.recognition.shapes import Shapes, places, segments
from wifiplan.units import Array, BoolArray, IntArray

GRID_M = 1e-4
"""Crossings are computed on a grid of a tenth of a millimetre, so that lines which touch do touch."""
STUB_M = 0.4
STUB_COS = 0.7
"""A line this short, turned by 45 degrees or more at a wall's end, shows the wall's thickness there."""
EXACT_M = 0.05
"""Ends of walls on one line: their drawing is this exact."""
ASIDE_M = 0.35
"""An end of a wall across this near to the line ahead is the other jamb: half a thick wall."""


STUMP_M = 0.01
"""Ends are rounded to a grid, those of columns too."""


class Reach(NamedTuple):
    """How far an end is led [m]: to a wall nearby, to one straight ahead, to another end."""

    gap_m: float
    door_m: float
    wide_m: float


def closing_lines(pieces: Shapes, reach: Reach, blunt: Array | None = None) -> Shapes:
    """Return lines (n,) that close the gaps between walls.

    A loose end is led to the end that faces it on its line, else to the wall straight ahead, else to the nearest wall,
    else to the end of a wall across, in this order, each within its reach.

    Parameters
    ----------
    pieces : ndarray of LineString, shape (n,)
        Walls' centre lines, cut where they cross.
    reach : Reach
        How far.
    blunt : ndarray, shape (n, 2), or None
        Ends of columns [m]: they point nowhere, and are led no farther than across a door.
    """
    tips, out = _loose(pieces)
    every = tips
    if len(tips) == 0:
        return np.empty(0, dtype=object)
    tree = shapely.STRtree(pieces)
    ahead = _facing(tips, out, reach, _at(tips, blunt))
    ahead = ahead[_clear(tree, tips[ahead[:, 0]], tips[ahead[:, 1]])]
    found = [segments(tips[ahead[:, 0]], tips[ahead[:, 1]])]
    tips, out = _without(tips, out, ahead.ravel())
    rays = segments(tips + 1e-3 * out, tips + reach.door_m * out)
    row, piece = tree.query(rays, predicate="intersects")
    lines = np.asarray(
        shapely.shortest_line(places(tips[row]), shapely.intersection(rays[row], pieces[piece])), dtype=object
    )
    found.append(_shortest(row, lines))
    # the end that another one was led to is loose no more
    led = shapely.STRtree(lines).query(places(tips), predicate="dwithin", distance=10 * GRID_M)[0]
    tips, out = _without(tips, out, np.concatenate([row, led]))
    points = places(tips)
    row, piece = tree.query(points, predicate="dwithin", distance=reach.gap_m)
    lines = np.asarray(shapely.shortest_line(points[row], pieces[piece]), dtype=object)
    away = shapely.length(lines) > 2 * GRID_M
    found.append(_shortest(row[away], lines[away]))
    tips, out = _without(tips, out, row[away])
    tips, out = _without(tips, out, np.flatnonzero(_at(tips, blunt)))
    found.append(_across(tree, (tips, out, every), reach.wide_m))
    return np.concatenate(found)


def _at(tips: Array, blunt: Array | None) -> BoolArray:
    """Return which ends (n,) are ends of columns."""
    if blunt is None or len(blunt) == 0:
        return np.zeros(len(tips), dtype=np.bool_)
    return np.asarray(cKDTree(blunt).query(tips)[0] <= STUMP_M)


def _without(tips: Array, out: Array, done: IntArray) -> tuple[Array, Array]:
    left = np.ones(len(tips), dtype=np.bool_)
    left[done] = False
    return tips[left], out[left]


def _clear(tree: shapely.STRtree, a: Array, b: Array) -> BoolArray:
    """Return which ways (n,) from end to end cross no wall."""
    span = b - a
    short = np.minimum(10 * GRID_M / np.maximum(np.hypot(*span.T), 1e-9), 0.4)[:, None]
    ways = segments(a + short * span, b - short * span)
    row, _ = tree.query(ways, predicate="intersects")
    free = np.ones(len(a), dtype=np.bool_)
    free[row] = False
    return free


def _across(tree: shapely.STRtree, ends: tuple[Array, Array, Array], wide_m: float) -> Shapes:
    """Return lines to the ends of walls that stand across, near the line ahead."""
    tips, out, every = ends
    rays = segments(tips, tips + wide_m * out)
    row, other = shapely.STRtree(places(every)).query(rays, predicate="dwithin", distance=ASIDE_M)
    span = every[other] - tips[row]
    ahead = (span * out[row]).sum(axis=1) > ASIDE_M
    row, other = row[ahead], other[ahead]
    clear = _clear(tree, tips[row], every[other])
    row, other = row[clear], other[clear]
    return _shortest(row, segments(tips[row], every[other]))


def _shortest(row: IntArray, lines: Shapes) -> Shapes:
    """Return of each row's lines the shortest, a millimetre longer, so that it cuts what it reaches on any grid."""
    if len(lines) == 0:
        return np.empty(0, dtype=object)
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    span = ends[:, 1] - ends[:, 0]
    length = np.hypot(*span.T)
    order = np.lexsort((ends[:, 1, 1], ends[:, 1, 0], np.round(length, 6), row))
    first = order[np.unique(row[order], return_index=True)[1]]
    ends[:, 1] += 1e-3 * span / np.maximum(length, 1e-9)[:, None]
    return segments(ends[first, 0], ends[first, 1])


def _loose(pieces: Shapes) -> tuple[Array, Array]:
    """Return ends of lines that no other line touches (n, 2), and the directions in which they point.

    A short stub around the corner is a jamb: the end is where its wall ends.
    """
    first, last = shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)
    second, before = shapely.get_point(pieces, 1), shapely.get_point(pieces, -2)
    ends = shapely.get_coordinates(np.concatenate([first, last]))
    inner = shapely.get_coordinates(np.concatenate([second, before]))
    _, place, count = np.unique(np.round(ends / GRID_M), axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    out = ends - inner
    out /= np.maximum(np.hypot(*out.T), 1e-12)[:, None]
    tips = np.flatnonzero(count[place] == 1)
    n, length = len(pieces), shapely.length(pieces)
    partner = np.full(2 * n, -1)
    order = np.argsort(place, kind="stable")
    two = np.flatnonzero((count[place[order]] == 2) & (np.diff(place[order], append=-1) == 0))
    partner[order[two]], partner[order[two + 1]] = order[two + 1], order[two]
    base = partner[(tips + n) % (2 * n)]
    turned = np.abs((out[tips] * out[base]).sum(axis=1)) < STUB_COS
    tips = np.where((length[tips % n] < STUB_M) & (base >= 0) & turned, base, tips)
    return ends[tips], out[tips]


def _facing(tips: Array, out: Array, reach: Reach, stump: BoolArray) -> IntArray:
    """Return pairs (n, 2) of loose ends that face each other on one line, each end in one pair."""
    tree = shapely.STRtree(places(tips))
    near = segments(tips, tips + reach.door_m * out)
    far = segments(tips, tips + reach.wide_m * out)
    one, other = np.hstack(
        [
            tree.query(near, predicate="dwithin", distance=0.2 * reach.door_m),
            tree.query(far, predicate="dwithin", distance=EXACT_M),
        ]
    )
    keep = one < other
    one, other = one[keep], other[keep]
    span = tips[other] - tips[one]
    way = np.hypot(*span.T)
    straight = ((span * out[one]).sum(axis=1) > 0.98 * way) & ((-span * out[other]).sum(axis=1) > 0.98 * way)
    aside = np.abs(span[:, 0] * out[one, 1] - span[:, 1] * out[one, 0])
    straight &= (way > 1e-9) & ((way <= reach.door_m) | ((aside <= EXACT_M) & ~stump[one] & ~stump[other]))
    one, other, way = one[straight], other[straight], way[straight]
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for n in np.lexsort((other, one, np.round(way, 6))).tolist():
        pair = (int(one[n]), int(other[n]))
        if not used & set(pair):
            used |= set(pair)
            pairs.append(pair)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
