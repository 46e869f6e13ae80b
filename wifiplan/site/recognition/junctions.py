"""Ends of walls led to where the centre lines cross: corners, T-junctions and crossings closed."""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from wifiplan.site.recognition.bodies import Bars, rectangles, units
from wifiplan.site.recognition.faces import near_ends
from wifiplan.site.recognition.shapes import near_pairs, segments
from wifiplan.units import Array, IntArray

SLACK_M = 0.05
"""Faces of a corner are drawn this exactly or better."""
FLAT_SIN = 0.26
"""Walls that meet at less than 15 degrees have no crossing worth the name: their ends are brought together."""


def closed(bars: Bars) -> tuple[Bars, int]:
    """Return the walls with their ends at the crossings of the centre lines, and how many ends moved.

    An end that stands at or in another wall's body moves along its own line to the other's; where both walls end
    there, both move, and meet. Ends of nearly parallel walls that touch meet half-way.
    """
    if len(bars.a) == 0:
        return bars, 0
    a, b, moved = bars.a.copy(), bars.b.copy(), 0
    unit, length = units(bars.a, bars.b)
    reach = np.minimum(bars.thick_m / 2 + SLACK_M, 0.4)
    shapes = rectangles(bars, longer_m=reach, wider_m=SLACK_M)
    tree = shapely.STRtree(shapes)
    for ends, out, sign in ((bars.a, a, -1.0), (bars.b, b, 1.0)):
        tips = segments(
            ends - sign * unit * 0.5 * np.minimum(bars.thick_m, length)[:, None], ends + sign * unit * reach[:, None]
        )
        mine, other = near_pairs(tree, tips)
        keep = mine != other
        who, way = _nearest(bars, ends, unit * sign, mine[keep], other[keep])
        out[who] = ends[who] + sign * unit[who] * way[:, None]
        moved += len(who)
    whole = ((b - a) * unit).sum(axis=1) > 0.01
    a, b = np.where(whole[:, None], a, bars.a), np.where(whole[:, None], b, bars.b)
    result = bars._replace(a=a, b=b)
    return _snapped(result), moved


def _nearest(bars: Bars, ends: Array, out: Array, mine: IntArray, other: IntArray) -> tuple[IntArray, Array]:
    """Return which ends move, and how far along their walls' direction outwards [m]: to the nearest crossing."""
    unit, length = units(bars.a, bars.b)
    d, e = out[mine], unit[other]
    sine = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    steep = np.abs(sine) > FLAT_SIN
    mine, other, d, e, sine = mine[steep], other[steep], d[steep], e[steep], sine[steep]
    gap = bars.a[other] - ends[mine]
    way = (gap[:, 0] * e[:, 1] - gap[:, 1] * e[:, 0]) / sine
    on = (gap[:, 0] * d[:, 1] - gap[:, 1] * d[:, 0]) / sine
    cosine = np.abs((d * e).sum(axis=1))
    own, its = bars.thick_m[mine] / 2, bars.thick_m[other] / 2
    most = (its + own * cosine) / np.abs(sine) + SLACK_M
    past = (own + its * cosine) / np.abs(sine) + SLACK_M
    fits = (np.abs(way) <= most) & (on >= -past) & (on <= length[other] + past) & (way > -0.5 * length[mine])
    mine, way = mine[fits], way[fits]
    order = np.lexsort((np.abs(way), mine))
    who, first = np.unique(mine[order], return_index=True)
    return who, way[order][first]


def _snapped(bars: Bars) -> Bars:
    """Return the walls with ends that are within `SLACK_M` of one another in one place."""
    ends = np.vstack([bars.a, bars.b])
    one, other = near_ends(cKDTree(ends), ends, SLACK_M)
    # each end goes to the middle of its neighbours; twice, so that all of a cluster agree
    for _ in range(2):
        total = np.stack([np.bincount(one, weights=ends[other, k], minlength=len(ends)) for k in (0, 1)], axis=1)
        ends = total / np.bincount(one, minlength=len(ends))[:, None]
    n = len(bars.a)
    moved = bars._replace(a=ends[:n], b=ends[n:])
    _, length = units(moved.a, moved.b)
    return moved.take(length > 0.01)
