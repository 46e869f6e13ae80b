"""Losses of a way at every cell turned into power and added: the last step of a map, in single precision."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.shadows.pieces import QUANTA_PER_DB
from wifiplan.units import Array, CountArray, SingleArray

LOG2_PER_DB = math.log2(10.0) / 10.0

LEAST_LOG2 = -90.0
"""Gains below this, 271 dB, are nothing: with the spread over a kilometre more they stay above the subnormal numbers of
single precision, which are a hundred times slower."""

NOTHING = np.zeros((1, 1, 1), dtype=np.float32)
"""Stands for sums that a way does not have."""

# minimax polynomial of 2^f on [0, 1), the highest power first: right to 2e-7, a millionth of a decibel
_P5, _P4, _P3, _P2, _P1, _P0 = 0.0018775767, 0.0089893397, 0.0558263180, 0.2401536150, 0.6931530732, 0.9999999404


class Terms(NamedTuple):
    """A law as the kernel computes it: near + 10 · exponent · log d + walls (scaled, capped) + slabs (scaled) [dB]."""

    near_db_b: Array
    exponent_b: Array
    wall_scale: float
    slab_scale: float
    max_wall_db_b: Array
    nearest_m: float


def add_power(
    walls_byx: CountArray,
    slabs_byx: SingleArray,
    mirrors: tuple[CountArray, SingleArray, int],
    terms: Terms,
    seen: tuple[float, float, float, float, float],
    power_byx: SingleArray,
    corner: tuple[int, int],
) -> None:
    """Add 10^(-loss / 10) at every cell.

    Parameters
    ----------
    walls_byx : int32 ndarray (b, y, x + 1)
        Sums of walls (`grid.cast`).
    slabs_byx : float32 ndarray (b, y, x), or `NOTHING`
        Losses of slabs [dB].
    mirrors : (int32 ndarray (b + 1, y, x + 1), float32 ndarray (b, y, x), int)
        Sums of upright mirrors with the number that a line goes through behind them, losses of flat ones [dB], and how
        many it must go through.
    terms : Terms
        The law.
    seen : tuple of float
        The cells of walls and slabs as the antenna, or its image, sees them (`grid.Raster.seen_from`).
    power_byx : float32 ndarray (b, y, x)
        Shares of the power that is sent, added to. It and the mirrors' arrays hold the whole raster, walls and slabs
        a window of it.
    corner : (int, int)
        Row and column of the window's first cell.
    """
    hits, flat, n_gates = mirrors
    _add(walls_byx, slabs_byx, hits, flat, n_gates, seen, terms, power_byx, corner)


@njit(cache=True, nogil=True, error_model="numpy")
def _add(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    walls: CountArray,
    slabs: SingleArray,
    hits: CountArray,
    flat: SingleArray,
    n_gates: int,
    seen: tuple[float, float, float, float, float],
    terms: Terms,
    power: SingleArray,
    corner: tuple[int, int],
) -> None:
    n_b, n_y, n_x = walls.shape[0], walls.shape[1], walls.shape[2] - 1
    r0, c0 = corner
    gx, dx, gy, dy, rise = seen
    scale = np.float32(terms.wall_scale * LOG2_PER_DB / QUANTA_PER_DB)
    per_db, slab_per_db = np.float32(LOG2_PER_DB), np.float32(terms.slab_scale * LOG2_PER_DB)
    bits = np.empty(n_x, dtype=np.int32)
    spread, gain = np.empty(n_x, dtype=np.float32), np.empty(n_x, dtype=np.float32)
    has_flat, has_slabs = flat.size > 1, slabs.size > 1
    for r in range(n_y):
        for b in range(n_b):
            if b == 0 or terms.exponent_b[b] != terms.exponent_b[b - 1]:
                _spread(gx, dx, (gy + dy * r) ** 2 + rise * rise, terms.exponent_b[b], terms.nearest_m, spread)
            near = np.float32(terms.near_db_b[b] * LOG2_PER_DB)
            most = np.float32(terms.max_wall_db_b[b] * LOG2_PER_DB)
            for i in range(n_x):
                gain[i] = -near - min(np.float32(walls[b, r, i]) * scale, most)
            if has_slabs:
                _lose(gain, slabs, b, r, 0, slab_per_db)
            if has_flat:
                _lose(gain, flat, b, r0 + r, c0, per_db)
            if n_gates:
                _reflect(gain, hits, b, r0 + r, c0, n_gates)
            _exponential(gain, bits)
            for i in range(n_x):
                power[b, r0 + r, c0 + i] += gain[i] * spread[i]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _lose(gain: SingleArray, losses: SingleArray, b: int, r: int, c0: int, per_db: np.float32) -> None:
    for i in range(gain.size):
        gain[i] -= losses[b, r, c0 + i] * per_db


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _reflect(gain: SingleArray, hits: CountArray, b: int, r: int, c0: int, n_gates: int) -> None:
    """Take what mirrors keep back; a line that misses one loses everything, without a branch that would be dear."""
    per_quantum, nothing = np.float32(LOG2_PER_DB / QUANTA_PER_DB), np.float32(-2.0 * LEAST_LOG2)
    wanted, last = np.int32(n_gates), hits.shape[0] - 1
    for i in range(gain.size):
        missed = np.float32(abs(hits[last, r, c0 + i] - wanted))
        gain[i] -= np.float32(hits[b, r, c0 + i]) * per_quantum + missed * nothing


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _spread(gx: float, dx: float, rest: float, exponent: float, nearest_m: float, out: SingleArray) -> None:
    """Fill a row with d^-exponent."""
    start, step, beside = np.float32(gx), np.float32(dx), np.float32(rest)
    least = np.float32(nearest_m**2)
    if exponent == 2.0:
        for i in range(out.size):
            x = start + step * np.float32(i)
            out[i] = np.float32(1.0) / max(x * x + beside, least)
    else:
        half = np.float32(-0.5 * exponent)
        for i in range(out.size):
            x = start + step * np.float32(i)
            out[i] = max(x * x + beside, least) ** half


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"}, inline="always")
def _exponential(gain: SingleArray, bits: CountArray) -> None:
    """Raise 2 to a row's powers; whole powers are the bits of a float, as no library function is vectorised."""
    least = np.float32(LEAST_LOG2)
    whole_power = bits.view(np.float32)
    for i in range(gain.size):
        value = max(gain[i], least)
        whole = np.floor(value)
        bits[i] = (np.int32(whole) + np.int32(127)) << np.int32(23)
        gain[i] = value - whole
    for i in range(gain.size):
        f = gain[i]
        p = np.float32(_P5) * f + np.float32(_P4)
        p = p * f + np.float32(_P3)
        p = p * f + np.float32(_P2)
        p = p * f + np.float32(_P1)
        p = p * f + np.float32(_P0)
        gain[i] = p * whole_power[i]
