"""Shadows of walls and slabs on a grid: for one source a wall's shadow is one interval of every row of cells."""

from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.shadows.pieces import EDGE_M
from wifiplan.units import Array, CountArray, IntArray, SingleArray

FLAT = 1e-14
"""A side of a shadow that is nearer to the direction of rows than this bounds rows, not columns."""

ROW_SLACK_M = 1e-6
"""Rows are looked for this far beyond a shadow's corners, as its sides decide anyway [m]."""

ENDLESS = 1e30


FIELD_BITS = 21
"""Three sums share one whole number of 64 bits, so that three bands cost hardly more than one: up to 8,192 dB each."""

N_PACKED = 3


class Raster(NamedTuple):
    """Centres of cells: x_m + dx_m · column, y_m + dy_m · row, all at the height z_m of the building's frame [m]."""

    x_m: float
    dx_m: float
    n_x: int
    y_m: float
    dy_m: float
    n_y: int
    z_m: float

    def seen_from(self, source_xyz_m: Array) -> tuple[float, float, float, float, float]:
        """Return what the kernels read: the first cell relative to a source, the steps, and the rise above it [m]."""
        x, y, z = (float(v) for v in source_xyz_m)
        return self.x_m - x, self.dx_m, self.y_m - y, self.dy_m, self.z_m - z

    def window(self, rows: tuple[int, int], columns: tuple[int, int]) -> "Raster":
        """Return the part between rows and columns, the last ones not included."""
        return self._replace(
            x_m=self.x_m + columns[0] * self.dx_m,
            n_x=columns[1] - columns[0],
            y_m=self.y_m + rows[0] * self.dy_m,
            n_y=rows[1] - rows[0],
        )


def cast(piece_n: Array, quanta_nf: CountArray, raster: Raster, source_xyz_m: Array) -> CountArray:
    r"""Return the sums of what stands between a source and every cell.

    Parameters
    ----------
    piece_n : ndarray (n, 6)
        Walls as the source sees them (`pieces.cut`).
    quanta_nf : int ndarray (n, f)
        What each adds to the sums.
    raster : Raster
        The cells.
    source_xyz_m : ndarray (3,)
        The source [m].

    Returns
    -------
    int32 ndarray (f, y, x + 1)
        Sums; the last column is 0.

    Notes
    -----
    With the source at the origin, a wall from a to b and n with :math:`n \cdot a = n \cdot b = 1`, the points p behind
    the wall are those with :math:`\hat a \times p \ge 0`, :math:`p \times \hat b > 0` and :math:`n \cdot p` between two
    bounds: beyond the wall, and where the line to p, at the height :math:`z + \Delta z / (n \cdot p)` over the wall,
    meets it between bottom and top. All are straight, so that a row of cells is in the shadow from one column to
    another: the sums are added at the first, taken away behind the last, and added up along the row once.
    """
    n_f = quanta_nf.shape[1]
    out = np.zeros((n_f, raster.n_y, raster.n_x + 1), dtype=np.int32)
    for first in range(0, n_f, N_PACKED):
        some = slice(first, min(first + N_PACKED, n_f))
        _cast(piece_n, _packed(quanta_nf[:, some]), *raster.seen_from(source_xyz_m), out[some])
    return out


def _packed(quanta_nf: CountArray) -> IntArray:
    """Return up to three sums of a piece in one number (n,)."""
    shifts = FIELD_BITS * np.arange(quanta_nf.shape[1], dtype=np.int64)
    return np.asarray((quanta_nf.astype(np.int64) << shifts).sum(axis=1))


@njit(cache=True, nogil=True, error_model="numpy")
def _cast(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    piece_n: Array, packed_n: IntArray, gx: float, dx: float, gy: float, dy: float, rise: float, out: CountArray
) -> None:
    n_f, n_y, n_x = out.shape
    step = np.zeros((n_y, n_x), dtype=np.int64)
    side = np.empty((4, 3))
    low, high = np.empty((3, 2)), np.empty((3, 2))
    for n in range(piece_n.shape[0]):
        near, far = _depths(piece_n[n, 4], piece_n[n, 5], rise)
        if near >= far:
            continue
        first, last = _sides(piece_n[n], near, far, side)
        r0, r1 = _rows(side, first, last, gy, dy, out.shape[1])
        _columns(side, gx, dx, gy, dy, out.shape[2] - 2.0, low, high)
        _mark(low, high, r0, r1, packed_n[n], step)
    field = (1 << FIELD_BITS) - 1
    for r in range(n_y):
        total = np.int64(0)
        for i in range(n_x):
            total += step[r, i]
            step[r, i] = total
        for f in range(n_f):
            for i in range(n_x):
                out[f, r, i] = (step[r, i] >> (FIELD_BITS * f)) & field


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _depths(bottom: float, top: float, rise: float) -> tuple[float, float]:
    """Return between which multiples of a wall's distance points lie in its shadow; none: the first is not less."""
    near, far = 1.0 + EDGE_M, ENDLESS
    if rise == 0.0:
        return (near, far) if bottom <= 0.0 < top else (near, 0.0)
    # at the wall the line has done 1 / depth of its rise
    lower, upper = (bottom, top) if rise > 0.0 else (top, bottom)
    if (upper <= 0.0) if rise > 0.0 else (upper >= 0.0):
        return near, 0.0
    near = max(near, rise / upper)
    if (lower > 0.0) if rise > 0.0 else (lower < 0.0):
        far = rise / lower
    return near, far


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _sides(piece: Array, near: float, far: float, side: Array) -> tuple[float, float]:
    """Fill the sides (A, B, C) of a shadow, A x + B y + C >= 0 within, and return its least and largest y."""
    ax, ay, bx, by = piece[0], piece[1], piece[2], piece[3]
    across = ax * by - ay * bx
    nx, ny = (by - ay) / across, (ax - bx) / across
    la, lb = np.sqrt(ax * ax + ay * ay), np.sqrt(bx * bx + by * by)
    side[0, 0], side[0, 1], side[0, 2] = -ay / la, ax / la, EDGE_M
    side[1, 0], side[1, 1], side[1, 2] = by / lb, -bx / lb, -EDGE_M
    side[2, 0], side[2, 1], side[2, 2] = nx, ny, -near
    side[3, 0], side[3, 1], side[3, 2] = -nx, -ny, far
    if far == ENDLESS:
        side[3, 0], side[3, 1] = 0.0, 0.0
    least = min(near * ay, near * by, far * ay, far * by)
    most = max(near * ay, near * by, far * ay, far * by)
    return least - ROW_SLACK_M, most + ROW_SLACK_M


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _rows(side: Array, least: float, most: float, gy: float, dy: float, n_y: int) -> tuple[int, int]:
    first, last = (least - gy) / dy, (most - gy) / dy
    for s in range(4):
        if abs(side[s, 0]) < FLAT and abs(side[s, 1]) >= FLAT:
            row = (-side[s, 2] / side[s, 1] - gy) / dy
            if side[s, 1] > 0.0:
                first = max(first, row)
            else:
                last = min(last, row)
    return int(np.ceil(min(max(first, 0.0), n_y))), int(np.floor(min(max(last, -1.0), n_y - 1.0))) + 1


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _columns(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    side: Array, gx: float, dx: float, gy: float, dy: float, end: float, low: Array, high: Array
) -> None:
    """Fill the first and the last column of a shadow as straight lines (slope, start) over the rows."""
    n_low = n_high = 0
    for s in range(4):
        if abs(side[s, 0]) < FLAT:
            continue
        slope = -side[s, 1] * dy / (side[s, 0] * dx)
        start = -(side[s, 2] + side[s, 1] * gy + side[s, 0] * gx) / (side[s, 0] * dx)
        if side[s, 0] > 0.0:
            low[n_low, 0], low[n_low, 1] = slope, start
            n_low += 1
        else:
            high[n_high, 0], high[n_high, 1] = slope, start
            n_high += 1
    for s in range(n_low, 3):
        low[s, 0], low[s, 1] = 0.0, 0.0
    for s in range(n_high, 3):
        high[s, 0], high[s, 1] = 0.0, end


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _mark(low: Array, high: Array, r0: int, r1: int, packed: int, step: IntArray) -> None:
    m0, m1, m2, k0, k1, k2 = low[0, 0], low[1, 0], low[2, 0], low[0, 1], low[1, 1], low[2, 1]
    h0, h1, h2, j0, j1, j2 = high[0, 0], high[1, 0], high[2, 0], high[0, 1], high[1, 1], high[2, 1]
    end = step.shape[1] - 2.0
    for r in range(r0, r1):
        y = float(r)
        first = max(m0 * y + k0, m1 * y + k1, m2 * y + k2, 0.0)
        last = min(h0 * y + j0, h1 * y + j1, h2 * y + j2, end)
        if first <= last:
            step[r, int(np.ceil(first))] += packed
            step[r, int(np.floor(last)) + 1] -= packed


def within(edge_e: Array, z_m: float, raster: Raster, source_xyz_m: Array) -> CountArray:
    """Return 1 where the line from a source meets a slab, 0 beside it and in its holes (y, x).

    `edge_e` (e, 4) are the edges of its outline and holes, even-odd, at the height `z_m`; no edges: it has no end. The
    slab's shadow is its outline, grown from the source's foot.
    """
    if not len(edge_e):
        # the same layout as below: another one would be compiled anew
        return np.ones((raster.n_y, raster.n_x + 1), dtype=np.int32)[:, :-1]
    x, y, z = (float(v) for v in source_xyz_m)
    grown = (edge_e - np.array([x, y, x, y])) * ((raster.z_m - z) / (z_m - z))
    out = np.zeros((raster.n_y, raster.n_x + 1), dtype=np.int32)
    _parity(grown, *raster.seen_from(source_xyz_m)[:4], out)
    return out[:, :-1]


@njit(cache=True, nogil=True, error_model="numpy")
def _parity(edge_e: Array, gx: float, dx: float, gy: float, dy: float, out: CountArray) -> None:
    n_y, n_x = out.shape[0], out.shape[1] - 1
    for e in range(edge_e.shape[0]):
        x0, y0, x1, y1 = edge_e[e, 0], edge_e[e, 1], edge_e[e, 2], edge_e[e, 3]
        if y0 == y1:
            continue
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        slope = (x1 - x0) / (y1 - y0)
        r0 = int(np.ceil(min(max((y0 - EDGE_M - gy) / dy, 0.0), float(n_y))))
        r1 = int(np.ceil(min(max((y1 - EDGE_M - gy) / dy, 0.0), float(n_y))))
        for r in range(r0, r1):
            x = x0 + (gy + dy * r - y0) * slope - EDGE_M
            out[r, 0] ^= 1
            out[r, int(np.ceil(min(max((x - gx) / dx, 0.0), float(n_x))))] ^= 1
    for r in range(n_y):
        odd = 0
        for i in range(n_x + 1):
            odd ^= out[r, i]
            out[r, i] = odd


def add_slab(
    inside_yx: CountArray, table_bc: SingleArray, raster: Raster, source_xyz_m: Array, out_byx: SingleArray
) -> None:
    """Add the losses of a slab, by the cosine of incidence (b, c), at every cell's own angle where it is met."""
    _add_slab(inside_yx, table_bc, *raster.seen_from(source_xyz_m), out_byx)


@njit(cache=True, nogil=True, error_model="numpy")
def _add_slab(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    inside: CountArray, table_bc: SingleArray, gx: float, dx: float, gy: float, dy: float, rise: float, out: SingleArray
) -> None:
    last = table_bc.shape[1] - 1
    for r in range(inside.shape[0]):
        rest = (gy + dy * r) ** 2 + rise * rise
        for i in range(inside.shape[1]):
            if inside[r, i]:
                place = abs(rise) / np.sqrt((gx + dx * i) ** 2 + rest) * last
                low = min(int(place), last - 1)
                share = np.float32(place - low)
                for b in range(table_bc.shape[0]):
                    out[b, r, i] += table_bc[b, low] + share * (table_bc[b, low + 1] - table_bc[b, low])


@njit(cache=True, nogil=True, error_model="numpy")
def extent(hits_yx: CountArray, n_gates: int) -> tuple[int, int, int, int]:
    """Return between which rows and columns lines go through all gates: first and last row, first and last column."""
    n_y, n_x = hits_yx.shape
    top, bottom, left, right = n_y, 0, n_x, 0
    for r in range(n_y):
        for i in range(n_x):
            if hits_yx[r, i] == n_gates:
                top, bottom = min(top, r), r + 1
                left, right = min(left, i), max(right, i + 1)
    return top, bottom, left, right
