"""Maps of every access point over one floor, quickly: all bands from one pass over the building, cells in rows."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from wifiplan.catalog.laws import law_numbers
from wifiplan.predict.antennas import departing_db
from wifiplan.predict.gains import add_way
from wifiplan.predict.images import Chosen, Mirrors
from wifiplan.predict.losses import Aerials
from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.predict.shadows.power import Terms
from wifiplan.radio.formulas import free_space_db
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.units import Array, SingleArray, db_from_ratio, ratio_from_db

NODE_M = 1.0
"""What the ways left out add changes slowly: it is read this far apart [m]."""


def terms(law: PathLoss, things: Obstacles) -> Terms | None:
    """Return a law as the grid kernel computes it, None where it is built of other parts than the kernel knows.

    It knows free space with any exponent, and P.2040 walls and slabs, scaled and capped; a band may have its own.
    """
    if not isinstance(law, Law) or (law.distance, law.walls, law.floors) != ("free_space", "p2040", "p2040"):
        return None
    if not law.extend:
        return None
    numbers = law_numbers()
    one_m = np.asarray(1.0)
    free = float(numbers["free_space_exponent"])
    laws = [law.within(band) for band in things.bands]
    near_db = [float(free_space_db(one_m, frequency_hz=things.carrier_hz(b))) for b in things.bands]
    return Terms(
        near_db_b=np.array([near + own.offset_db for near, own in zip(near_db, laws, strict=True)]),
        exponent_b=np.array([free if own.exponent is None else own.exponent for own in laws]),
        wall_scale=float(law.wall_scale),
        slab_scale=float(law.slab_scale),
        max_wall_db_b=np.array([math.inf if own.max_wall_db is None else own.max_wall_db for own in laws]),
        nearest_m=float(numbers["nearest_m"]),
    )


def gains_db(
    things: Obstacles,
    source_xyz_m: Array,
    raster: Raster,
    law: Law,
    *,
    antennas: Aerials | None = None,
    n_threads: int = 1,
) -> SingleArray:
    """Return the gain from every antenna to every cell, in all bands that the obstacles hold.

    Parameters
    ----------
    things : Obstacles
        The building.
    source_xyz_m : ndarray (i, 3)
        Antennas in the building's frame [m].
    raster : Raster
        The cells.
    law : Law
        One that `terms` knows; its images are those that bring most to the cells near the antenna.
    antennas : Aerials, optional
        How the antennas send into every direction.
    n_threads : int
        Antennas that are computed at once.

    Returns
    -------
    float32 ndarray (i, b, y, x)
        Gain <= 0, but for a negative offset of the law; -inf where nothing arrives [dB].

    Notes
    -----
    Walls take the loss of a step of their angle as seen from above, not of each ray's own: on the antenna's storey nine
    cells of ten lie within 1.2 dB of `losses.loss_db` (tests/unit/test_maps.py). Steep lines to other storeys pass
    too well, by up to 8 dB beside the antenna.

    Raises
    ------
    ValueError
        If `terms` doesn't know the law.
    """
    known = terms(law, things)
    if known is None:
        raise ValueError(law.name)
    mirrors = Mirrors(things)
    cells = _cells(raster) if law.n_images or antennas is not None else np.empty((0, 3))

    found = np.zeros((len(source_xyz_m), len(things.bands), raster.n_y, raster.n_x), dtype=np.float32)

    def fill(i: int) -> None:
        source, power = np.asarray(source_xyz_m[i], dtype=np.float64), found[i]
        chosen = mirrors.best(source, cells, law.n_images) if law.n_images else None
        for way in ((),) if chosen is None else ((), *chosen.ways):
            world = mirrors.world(way, source)
            if world is None:
                continue
            image = world.image_m(source)
            if antennas is None:
                add_way(world, image, mirrors.table, raster, known, power)
                continue
            part = np.zeros_like(power)
            if add_way(world, image, mirrors.table, raster, known, part):
                sent_db = departing_db(antennas.pattern_i[i], antennas.axes_ixyz[i] @ world.turn, image, cells)
                power += part * ratio_from_db(sent_db).reshape(raster.n_y, raster.n_x).astype(np.float32)
        with np.errstate(divide="ignore"):
            np.log10(power, out=power)
        power *= np.float32(10.0)
        if chosen is not None:
            power += _more_db(chosen, raster)

    if n_threads > 1:
        with ThreadPoolExecutor(n_threads) as pool:
            list(pool.map(fill, range(len(found))))
    else:
        for i in range(len(found)):
            fill(i)
    return found


def _more_db(chosen: Chosen, raster: Raster) -> SingleArray:
    """Return what the ways left out add at every cell (b, y, x), read every metre and interpolated between [dB]."""
    x_m, across = _nodes(raster.x_m, raster.dx_m, raster.n_x)
    y_m, down = _nodes(raster.y_m, raster.dy_m, raster.n_y)
    xx, yy = np.meshgrid(x_m, y_m)
    points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, raster.z_m)], axis=1)
    node_db = db_from_ratio(chosen.more(points)).reshape(-1, y_m.size, x_m.size).astype(np.float32)
    return np.asarray(down @ node_db @ across.T)


def _nodes(start_m: float, step_m: float, n: int) -> tuple[Array, SingleArray]:
    """Return places about `NODE_M` apart along n cells (m,), and the weights of each in every cell (n, m)."""
    n_nodes = 1 + math.ceil((n - 1) * step_m / NODE_M)
    place_m = start_m + step_m * np.linspace(0.0, n - 1.0, n_nodes)
    at = np.linspace(0.0, n_nodes - 1.0, n)[:, None]
    return place_m, np.maximum(1.0 - np.abs(at - np.arange(n_nodes)), 0.0).astype(np.float32)


def _cells(raster: Raster) -> Array:
    xx, yy = np.meshgrid(
        raster.x_m + raster.dx_m * np.arange(raster.n_x), raster.y_m + raster.dy_m * np.arange(raster.n_y)
    )
    return np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, raster.z_m)], axis=1)
