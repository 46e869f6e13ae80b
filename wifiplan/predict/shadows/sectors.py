"""Shadows of walls on scattered points: around one source a wall's shadow is one sector of the sorted points."""

import math

import numpy as np
from numba import njit

from wifiplan.predict.shadows.pieces import EDGE_M
from wifiplan.units import Array, CountArray

SLACK = 1e-6
"""A sector is searched this much wider than it is, since every point in it is tested anyway [rad]."""


@njit(cache=True, nogil=True, error_model="numpy")
def cast(piece: Array, quanta: CountArray, point_j: Array, out: CountArray) -> None:
    """Add the sums (n, f) of pieces (n, 6) to the points in their shadow.

    `point_j` (j, 3) are relative to the source, `out` is (j, f). The same edges as in `predict.shadows`, moved by the
    same `EDGE_M`, decide where a shadow ends.
    """
    n_f = quanta.shape[1]
    angle = np.arctan2(point_j[:, 1], point_j[:, 0])
    order = np.argsort(angle)
    sorted_angle = angle[order]
    xs, ys, zs = point_j[:, 0][order], point_j[:, 1][order], point_j[:, 2][order]
    for n in range(piece.shape[0]):
        ax, ay, bx, by = piece[n, 0], piece[n, 1], piece[n, 2], piece[n, 3]
        bottom, top = piece[n, 4], piece[n, 5]
        across = ax * by - ay * bx
        norm_x, norm_y = (by - ay) / across, (ax - bx) / across
        la, lb = np.sqrt(ax * ax + ay * ay), np.sqrt(bx * bx + by * by)
        ax, ay, bx, by = ax / la, ay / la, bx / lb, by / lb
        start, end = math.atan2(ay, ax) - SLACK, math.atan2(by, bx) + SLACK
        if end < start:
            end += 2.0 * math.pi
        for turn in range(-1, 2):
            shift = 2.0 * math.pi * turn
            first = np.searchsorted(sorted_angle, start + shift)
            last = np.searchsorted(sorted_angle, end + shift)
            for s in range(first, last):
                x, y, rise = xs[s], ys[s], zs[s]
                deep = norm_x * x + norm_y * y
                if deep < 1.0 + EDGE_M or ax * y - ay * x < -EDGE_M or x * by - y * bx < EDGE_M:
                    continue
                z = rise / deep
                if z < bottom or z >= top:
                    continue
                j = order[s]
                for f in range(n_f):
                    out[j, f] += quanta[n, f]
