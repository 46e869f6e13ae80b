"""What a source and its mirror images send to every cell of a grid, all bands from one pass over the building."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wifiplan.predict.mirrors import World
from wifiplan.predict.obstacles import MAX_ANGLE_DEG, Obstacles
from wifiplan.predict.planes import Sheet
from wifiplan.predict.shadows import grid
from wifiplan.predict.shadows.grid import Raster
from wifiplan.predict.shadows.pieces import QUANTA_PER_DB, Steps, cut, steps
from wifiplan.predict.shadows.power import NOTHING, Terms, add_power
from wifiplan.units import Array, CountArray, SingleArray

N_COSINES = 4096
"""Steps of the tables of slabs by the cosine of incidence; between them is interpolated."""

NO_HITS = np.zeros((1, 1, 1), dtype=np.int32)


class Tables(NamedTuple):
    """The losses of a building's kinds as the grid kernel reads them: walls in steps, slabs by cosine."""

    passed: Steps
    reflected: Steps
    passed_db_kbc: SingleArray
    reflected_db_kbc: SingleArray


@lru_cache(maxsize=8)
def tables(things: Obstacles) -> Tables:
    """Return the losses of a building's kinds in all its bands."""
    # one quantum more than the losses: it counts the mirrors that a line goes through
    one = np.full((len(things.spread_db_k), 1), 1.0 / QUANTA_PER_DB)
    return Tables(
        passed=steps(things.passed_db_kba),
        reflected=steps(things.reflected_db_kba, one),
        passed_db_kbc=_by_cosine(things.passed_db_kba),
        reflected_db_kbc=_by_cosine(things.reflected_db_kba),
    )


def _by_cosine(loss_db_kba: Array) -> SingleArray:
    degrees = np.degrees(np.arccos(np.linspace(0.0, 1.0, N_COSINES + 1)))
    low = np.clip(degrees.astype(np.int64), 0, MAX_ANGLE_DEG - 1)
    share = np.clip(degrees - low, 0.0, 1.0)
    table = loss_db_kba[..., low] * (1.0 - share) + loss_db_kba[..., low + 1] * share
    return np.ascontiguousarray(table, dtype=np.float32)


def add_way(
    world: World, source_xyz_m: Array, table: Tables, raster: Raster, terms: Terms, power_byx: SingleArray
) -> bool:
    """Add the power of one way at every cell.

    Parameters
    ----------
    world : World
        What the antenna, or its image, has before it.
    source_xyz_m : ndarray (3,)
        The antenna, or its image in this world [m].
    table : Tables
        Losses of the building.
    raster : Raster
        The cells.
    terms : Terms
        The law.
    power_byx : float32 ndarray (b, y, x)
        Shares of the power that is sent, added to.

    Returns
    -------
    bool
        Whether any cell is reached through the mirrors.
    """
    hits, flat = _mirrored(world, source_xyz_m, table, raster)
    rows, columns = (0, raster.n_y), (0, raster.n_x)
    if world.n_gates:
        top, bottom, left, right = grid.extent(hits[-1, :, :-1], world.n_gates)
        if top >= bottom:
            return False
        rows, columns = (top, bottom), (left, right)
    part = raster.window(rows, columns)
    piece_n, quanta_nf = cut(source_xyz_m, world.wall_w, world.kind_w, *table.passed)
    add_power(
        grid.cast(piece_n, quanta_nf, part, source_xyz_m),
        _slabs(world.sheets, table.passed_db_kbc, part, source_xyz_m),
        (hits, flat, world.n_gates),
        terms,
        part.seen_from(source_xyz_m),
        power_byx,
        (rows[0], columns[0]),
    )
    return True


def _mirrored(world: World, source_xyz_m: Array, table: Tables, raster: Raster) -> tuple[CountArray, SingleArray]:
    """Return the sums of upright mirrors, with the number of all that are gone through behind them, and flat losses."""
    if not world.n_gates:
        return NO_HITS, NOTHING
    piece_n, quanta_nf = cut(source_xyz_m, world.gate_w, world.gate_kind_w, *table.reflected)
    hits = grid.cast(piece_n, quanta_nf, raster, source_xyz_m)
    for sheet in _crossed(world.gate_sheets, source_xyz_m, raster):
        hits[-1, :, :-1] += grid.within(sheet.edge_e, sheet.z_m, raster, source_xyz_m)
    return hits, _slabs(world.gate_sheets, table.reflected_db_kbc, raster, source_xyz_m)


def _slabs(sheets: tuple[Sheet, ...], table_kbc: SingleArray, raster: Raster, source_xyz_m: Array) -> SingleArray:
    """Return the losses of slabs at every cell (b, y, x), `NOTHING` where none lies between [dB]."""
    crossed = _crossed(sheets, source_xyz_m, raster)
    if not crossed:
        return NOTHING
    out = np.zeros((table_kbc.shape[1], raster.n_y, raster.n_x), dtype=np.float32)
    for sheet in crossed:
        inside = grid.within(sheet.edge_e, sheet.z_m, raster, source_xyz_m)
        grid.add_slab(inside, table_kbc[sheet.kind], raster, source_xyz_m, out)
    return out


def _crossed(sheets: tuple[Sheet, ...], source_xyz_m: Array, raster: Raster) -> list[Sheet]:
    z_m = float(source_xyz_m[2])
    return [sheet for sheet in sheets if (sheet.z_m - z_m) * (raster.z_m - sheet.z_m) > 0.0]
