"""Power of one way at every cell of a grid: what stands in the shadows, added up as power."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict import shadows
from wifiplan.predict.mirrors import Sheet, World
from wifiplan.predict.pieces import EDGE_M, QUANTA_PER_DB, Steps, cut, steps
from wifiplan.predict.obstacles import MAX_ANGLE_DEG, Obstacles
from wifiplan.predict.shadows import Raster
from wifiplan.units import Array, IntArray

N_COSINES = 4096
"""Steps of the tables of slabs by the cosine of incidence: what lies between is interpolated."""

LOG2_PER_DB = math.log2(10.0) / 10.0
MIN_DISTANCE_M = 0.5


class Fields(NamedTuple):
    """The tables of a building as the kernels read them, for all its bands b."""

    passed: Steps
    reflected: Steps
    passed_db_kbc: Array
    reflected_db_kbc: Array


def fields(things: Obstacles) -> Fields:
    """Return the tables of a building's kinds in steps of incidence, and by cosine for slabs."""
    n_kinds = len(things.spread_db_k)
    return Fields(
        passed=steps(things.passed_db_kba),
        reflected=steps(things.reflected_db_kba, np.full((n_kinds, 1), 1.0 / QUANTA_PER_DB)),
        passed_db_kbc=_by_cosine(things.passed_db_kba),
        reflected_db_kbc=_by_cosine(things.reflected_db_kba),
    )


def _by_cosine(loss_db_kba: Array) -> Array:
    degrees = np.degrees(np.arccos(np.linspace(0.0, 1.0, N_COSINES + 1)))
    low = np.clip(degrees.astype(np.int64), 0, MAX_ANGLE_DEG - 1)
    share = np.clip(degrees - low, 0.0, 1.0)
    table = loss_db_kba[..., low] * (1.0 - share) + loss_db_kba[..., low + 1] * share
    return np.ascontiguousarray(table, dtype=np.float32)


class Terms(NamedTuple):
    """A law as the fused kernel computes it: 10 · exponent · log10 d + walls (scaled, capped) + slabs (scaled) + near."""

    near_db_b: Array
    exponent: float
    wall_scale: float
    slab_scale: float
    max_wall_db: float


def add_power(
    world: World, source_xyz_m: Array, tables: Fields, raster: Raster, terms: Terms, power_byx: Array
) -> bool:
    """Add the gain of one way at every cell (b, y, x), float32, as a share of the power that is sent; False: no cell.

    `source_xyz_m` is the antenna or its image in this world.
    """
    x, y, z = source_xyz_m
    gx, gy, rise = raster.x_m - x, raster.y_m - y, raster.z_m - z
    n_b = power_byx.shape[0]
    first, last, left, right = 0, raster.n_y, 0, raster.n_x
    hits = np.zeros((n_b + 1, raster.n_y, raster.n_x + 1), dtype=np.int32) if world.n_gates else _NONE
    flat = np.zeros((1, 1, 1), dtype=np.float32)
    if world.n_gates:
        if len(world.gate_g):
            piece, quanta = cut(source_xyz_m, world.gate_g, world.gate_kind_g, *tables.reflected)
            shadows.cast(piece, quanta, gx, raster.dx_m, gy, raster.dy_m, rise, hits)
            shadows.add_up(hits)
        sheets = _crossed(world.gate_sheets, z, rise)
        if sheets:
            flat = np.zeros((n_b, raster.n_y, raster.n_x), dtype=np.float32)
            for sheet in sheets:
                inside = _inside(sheet, source_xyz_m, raster)
                hits[n_b, :, :-1] += inside
                _add_flat(inside, tables.reflected_db_kbc[sheet.kind], gx, raster.dx_m, gy, raster.dy_m, rise, flat)
        first, last, left, right = _extent(hits[n_b], world.n_gates)
        if first >= last:
            return False
    part = Raster(
        raster.x_m + left * raster.dx_m,
        raster.dx_m,
        right - left,
        raster.y_m + first * raster.dy_m,
        raster.dy_m,
        last - first,
        raster.z_m,
    )
    gx, gy = part.x_m - x, part.y_m - y
    walls = np.zeros((n_b, part.n_y, part.n_x + 1), dtype=np.int32)
    piece, quanta = cut(source_xyz_m, world.wall_w, world.kind_w, *tables.passed)
    shadows.cast(piece, quanta, gx, part.dx_m, gy, part.dy_m, rise, walls)
    shadows.add_up(walls)
    slabs = np.zeros((1, 1, 1), dtype=np.float32)
    sheets = _crossed(world.sheets, z, rise)
    if sheets:
        slabs = np.zeros((n_b, part.n_y, part.n_x), dtype=np.float32)
        for sheet in sheets:
            inside = _inside(sheet, source_xyz_m, part)
            _add_flat(inside, tables.passed_db_kbc[sheet.kind], gx, part.dx_m, gy, part.dy_m, rise, slabs)
    window = (slice(first, last), slice(left, right))
    _sum(
        walls,
        hits[:, window[0], window[1]] if world.n_gates else hits,
        world.n_gates,
        flat[:, window[0], window[1]] if flat.size > 1 else flat,
        slabs,
        gx,
        part.dx_m,
        gy,
        part.dy_m,
        rise,
        terms.near_db_b,
        terms.exponent,
        terms.wall_scale,
        terms.slab_scale,
        terms.max_wall_db,
        power_byx[:, window[0], window[1]],
    )
    return True


_NONE = np.zeros((1, 1, 1), dtype=np.int32)


def _crossed(sheets: tuple[Sheet, ...], z_m: float, rise_m: float) -> list[Sheet]:
    return [s for s in sheets if (s.z_m - z_m) * (z_m + rise_m - s.z_m) > 0.0]


def _inside(sheet: Sheet, source_xyz_m: Array, raster: Raster) -> Array:
    """Return 1 where the line from a source meets a slab, 0 beside it (y, x)."""
    x, y, z = source_xyz_m
    if not len(sheet.edge_e):
        return np.ones((raster.n_y, raster.n_x), dtype=np.int32)
    # the slab's shadow is its outline, grown from the source's foot
    scale = (raster.z_m - z) / (sheet.z_m - z)
    edge_e = (sheet.edge_e - np.array([x, y, x, y])) * scale
    out = np.zeros((raster.n_y, raster.n_x + 1), dtype=np.int32)
    _parity(edge_e, raster.x_m - x, raster.dx_m, raster.y_m - y, raster.dy_m, out)
    return out[:, :-1]


@njit(cache=True, nogil=True, error_model="numpy")
def _parity(edge_e: Array, gx: float, dx: float, gy: float, dy: float, out: IntArray) -> None:
    n_y, n_x = out.shape[0], out.shape[1] - 1
    for e in range(edge_e.shape[0]):
        x0, y0, x1, y1 = edge_e[e, 0], edge_e[e, 1], edge_e[e, 2], edge_e[e, 3]
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        if y0 == y1:
            continue
        # rows with y0 <= y < y1, moved by EDGE_M
        low, high = (y0 - EDGE_M - gy) / dy, (y1 - EDGE_M - gy) / dy
        r0 = int(np.ceil(min(max(low, 0.0), float(n_y))))
        r1 = int(np.ceil(min(max(high, 0.0), float(n_y))))
        slope = (x1 - x0) / (y1 - y0)
        for r in range(r0, r1):
            x = x0 + (gy + dy * r - y0) * slope - EDGE_M
            i = int(np.ceil(min(max((x - gx) / dx, 0.0), float(n_x))))
            out[r, 0] ^= 1
            out[r, i] ^= 1
    for r in range(n_y):
        odd = 0
        for i in range(n_x + 1):
            odd ^= out[r, i]
            out[r, i] = odd


@njit(cache=True, nogil=True, error_model="numpy")
def _add_flat(
    inside: IntArray, table_bc: Array, gx: float, dx: float, gy: float, dy: float, rise: float, out: Array
) -> None:
    """Add the losses of a slab at every cell's own angle."""
    last = table_bc.shape[1] - 1
    for r in range(inside.shape[0]):
        yy = (gy + dy * r) ** 2 + rise * rise
        for i in range(inside.shape[1]):
            if inside[r, i]:
                x = gx + dx * i
                place = abs(rise) / np.sqrt(x * x + yy) * last
                low = min(int(place), last - 1)
                share = np.float32(place - low)
                for b in range(table_bc.shape[0]):
                    out[b, r, i] += table_bc[b, low] + share * (table_bc[b, low + 1] - table_bc[b, low])


@njit(cache=True, nogil=True, error_model="numpy")
def _extent(hits: IntArray, n_gates: int) -> tuple[int, int, int, int]:
    """Return the rows and columns between which a line goes through all gates."""
    n_y, n_x = hits.shape[0], hits.shape[1] - 1
    first, last, left, right = n_y, 0, n_x, 0
    for r in range(n_y):
        for i in range(n_x):
            if hits[r, i] == n_gates:
                first, last = min(first, r), r + 1
                left, right = min(left, i), max(right, i + 1)
    return first, last, left, right


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz"})
def _sum(
    walls: IntArray,
    hits: IntArray,
    n_gates: int,
    flat: Array,
    slabs: Array,
    gx: float,
    dx: float,
    gy: float,
    dy: float,
    rise: float,
    near_db_b: Array,
    exponent: float,
    wall_scale: float,
    slab_scale: float,
    max_wall_db: float,
    power: Array,
) -> None:
    """Add 10^(-loss / 10) of every cell; the power of two is a polynomial, right to 3e-7 (0.000001 dB)."""
    n_b, n_y, n_x = walls.shape[0], walls.shape[1], walls.shape[2] - 1
    per_quantum = np.float32(LOG2_PER_DB / QUANTA_PER_DB)
    scale, per_db = np.float32(wall_scale * LOG2_PER_DB / QUANTA_PER_DB), np.float32(LOG2_PER_DB)
    slab_per_db = np.float32(slab_scale * LOG2_PER_DB)
    most = np.float32(max_wall_db * LOG2_PER_DB)
    bits = np.empty(n_x, dtype=np.int32)
    power_of_two = bits.view(np.float32)
    spread, rest = np.empty(n_x, dtype=np.float32), np.empty(n_x, dtype=np.float32)
    has_flat, has_slabs = flat.size > 1, slabs.size > 1
    half, free = np.float32(exponent / 2.0), exponent == 2.0
    least2 = np.float32(MIN_DISTANCE_M**2)
    gx32, dx32 = np.float32(gx), np.float32(dx)
    for r in range(n_y):
        yy = np.float32((gy + dy * r) ** 2 + rise * rise)
        if free:
            for i in range(n_x):
                x = gx32 + dx32 * np.float32(i)
                spread[i] = np.float32(1.0) / max(x * x + yy, least2)
        else:
            for i in range(n_x):
                x = gx32 + dx32 * np.float32(i)
                spread[i] = max(x * x + yy, least2) ** -half
        for b in range(n_b):
            near = np.float32(near_db_b[b] * LOG2_PER_DB)
            for i in range(n_x):
                rest[i] = -near - min(np.float32(walls[b, r, i]) * scale, most)
            if has_slabs:
                for i in range(n_x):
                    rest[i] -= slabs[b, r, i] * slab_per_db
            if n_gates:
                for i in range(n_x):
                    loss = rest[i] - np.float32(hits[b, r, i]) * per_quantum
                    rest[i] = loss if hits[n_b, r, i] == n_gates else np.float32(-120.0)
                if has_flat:
                    for i in range(n_x):
                        rest[i] -= flat[b, r, i] * per_db
            for i in range(n_x):
                value = max(rest[i], np.float32(-120.0))
                whole = np.floor(value)
                bits[i] = (np.int32(whole) + np.int32(127)) << np.int32(23)
                rest[i] = value - whole
            for i in range(n_x):
                f = rest[i]
                p = np.float32(0.0018775767)
                p = p * f + np.float32(0.0089893397)
                p = p * f + np.float32(0.0558263180)
                p = p * f + np.float32(0.2401536150)
                p = p * f + np.float32(0.6931530732)
                p = p * f + np.float32(0.9999999404)
                power[b, r, i] += p * power_of_two[i] * spread[i]
