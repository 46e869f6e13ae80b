"""Shadows of walls on a regular grid: for one source a wall's shadow is one interval of every row of cells."""

from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.pieces import EDGE_M
from wifiplan.units import Array, IntArray

FLAT = 1e-14


class Raster(NamedTuple):
    """Centres of cells: x_m + dx_m·column, y_m + dy_m·row, all at the height z_m of the building's frame [m]."""

    x_m: float
    dx_m: float
    n_x: int
    y_m: float
    dy_m: float
    n_y: int
    z_m: float


@njit(cache=True, nogil=True, error_model="numpy")
def cast(
    piece: Array, quanta: IntArray, gx: float, dx: float, gy: float, dy: float, rise: float, out: IntArray
) -> None:
    """Add the sums (n, f) of pieces (n, 6) to what lies in their shadow; `out` (f, y, x + 1) holds differences along x.

    `gx`, `gy`: the first cell's centre relative to the source; `rise`: height of the grid above the source [m].
    """
    n_f, n_y, n_x = out.shape[0], out.shape[1], out.shape[2] - 1
    low_m, low_k = np.empty(3), np.empty(3)
    high_m, high_k = np.empty(3), np.empty(3)
    for n in range(piece.shape[0]):
        ax, ay, bx, by = piece[n, 0], piece[n, 1], piece[n, 2], piece[n, 3]
        near, far = 1.0 + EDGE_M, np.inf
        bottom, top = piece[n, 4], piece[n, 5]
        if rise == 0.0:
            if not bottom <= 0.0 < top:
                continue
        elif rise < 0.0:
            if bottom >= 0.0:
                continue
            near = max(near, rise / bottom)
            if top < 0.0:
                far = rise / top
        else:
            if top <= 0.0:
                continue
            near = max(near, rise / top)
            if bottom > 0.0:
                far = rise / bottom
        if near >= far:
            continue
        across = ax * by - ay * bx
        norm_x, norm_y = (by - ay) / across, (ax - bx) / across
        la, lb = np.sqrt(ax * ax + ay * ay), np.sqrt(bx * bx + by * by)
        ax, ay, bx, by = ax / la, ay / la, bx / lb, by / lb
        # rows between the lowest and the highest corner of the shadow
        y1, y2, y3, y4 = near * la * ay, near * lb * by, 0.0, 0.0
        if far < np.inf:
            y3, y4 = far * la * ay, far * lb * by
        else:
            y3 = np.inf if ay > 0.0 else (-np.inf if ay < 0.0 else y1)
            y4 = np.inf if by > 0.0 else (-np.inf if by < 0.0 else y2)
        first = (min(min(y1, y2), min(y3, y4)) - 1e-6 - gy) / dy
        last = (max(max(y1, y2), max(y3, y4)) + 1e-6 - gy) / dy
        r0 = 0 if first <= 0.0 else (n_y if first >= n_y else int(np.ceil(first)))
        r1 = n_y if last >= n_y - 1 else (0 if last < 0.0 else int(np.floor(last)) + 1)
        n_low = n_high = 0
        for side in range(4):
            if side == 0:
                cx, cy, c0 = -ay, ax, EDGE_M
            elif side == 1:
                cx, cy, c0 = by, -bx, -EDGE_M
            elif side == 2:
                cx, cy, c0 = norm_x, norm_y, -near
            else:
                if far == np.inf:
                    continue
                cx, cy, c0 = -norm_x, -norm_y, far
            if abs(cx) < FLAT:
                if abs(cy) >= FLAT:
                    row = (-c0 / cy - gy) / dy
                    if cy > 0.0:
                        r0 = max(r0, int(np.ceil(min(max(row, 0.0), float(n_y)))))
                    else:
                        r1 = min(r1, int(np.floor(min(max(row, -1.0), n_y - 1.0))) + 1)
                continue
            m, k = -cy * dy / (cx * dx), -(c0 + cy * gy + cx * gx) / (cx * dx)
            if cx > 0.0:
                low_m[n_low], low_k[n_low] = m, k
                n_low += 1
            else:
                high_m[n_high], high_k[n_high] = m, k
                n_high += 1
        for side in range(n_low, 3):
            low_m[side], low_k[side] = 0.0, 0.0
        for side in range(n_high, 3):
            high_m[side], high_k[side] = 0.0, n_x - 1.0
        m0, m1, m2, k0, k1, k2 = low_m[0], low_m[1], low_m[2], low_k[0], low_k[1], low_k[2]
        h0, h1, h2, j0, j1, j2 = high_m[0], high_m[1], high_m[2], high_k[0], high_k[1], high_k[2]
        end = n_x - 1.0
        if n_f == 1:
            q = quanta[n, 0]
            for r in range(r0, r1):
                y = float(r)
                low = max(max(m0 * y + k0, m1 * y + k1), max(m2 * y + k2, 0.0))
                high = min(min(h0 * y + j0, h1 * y + j1), min(h2 * y + j2, end))
                if low <= high:
                    i0, i1 = int(np.ceil(low)), int(np.floor(high)) + 1
                    out[0, r, i0] += q
                    out[0, r, i1] -= q
        else:
            for r in range(r0, r1):
                y = float(r)
                low = max(max(m0 * y + k0, m1 * y + k1), max(m2 * y + k2, 0.0))
                high = min(min(h0 * y + j0, h1 * y + j1), min(h2 * y + j2, end))
                if low <= high:
                    i0, i1 = int(np.ceil(low)), int(np.floor(high)) + 1
                    for f in range(n_f):
                        out[f, r, i0] += quanta[n, f]
                        out[f, r, i1] -= quanta[n, f]


@njit(cache=True, nogil=True, error_model="numpy")
def add_up(out: IntArray) -> None:
    """Turn differences along x into sums."""
    for f in range(out.shape[0]):
        for r in range(out.shape[1]):
            total = 0
            for i in range(out.shape[2]):
                total += out[f, r, i]
                out[f, r, i] = total
