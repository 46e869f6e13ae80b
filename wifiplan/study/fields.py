"""Maps of one floor as its devices hear it: strongest and second signal, SNR, neighbours on the channel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from wifiplan.catalog.radios import device as catalog_device
from wifiplan.predict.coverage import Coverage, bounds_m, floor_of, maps
from wifiplan.predict.hearing import RadioOptions as _RadioOptions
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.hearing import Hearing, noise_dbm_i, overlaps_ii
from wifiplan.units import Array, BoolArray, IntArray, SingleArray

OVERLAP_DBM = -85.0
"""From this power on a neighbour on the same channel counts in the map of overlaps: just under carrier sense, as the
best planners draw it [dBm]."""

MOST_CELLS = 25_000
"""Cells of a map whose size nobody gave: a classroom then has some hundreds, and a map follows a hand."""

LEAST_CELL_M = 0.25
"""No map is finer: the laws say nothing about a hand's breadth."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandFields:
    """Maps of one band (y, x), from south to north and west to east.

    `signal_dbm_yx` and `second_dbm_yx` are the strongest and the second strongest signal at the class's device, -inf
    without one [dBm]; `snr_db_yx` the strongest one's over the noise of its channel [dB]. `strongest_yx` is the
    access point that it comes from, -1 without one; `n_overlap_yx` how many others on overlapping channels are heard
    there, -1 outside the floor and where nothing is heard.
    """

    signal_dbm_yx: SingleArray
    second_dbm_yx: SingleArray
    snr_db_yx: SingleArray
    strongest_yx: IntArray
    n_overlap_yx: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fields:
    """Maps of one floor in some bands; `x_m` (n,) and `y_m` (m,) are the cells' centres [m].

    `inside_yx` are the cells on the floor; all others are empty.
    """

    level: int
    cell_m: float
    x_m: Array
    y_m: Array
    inside_yx: BoolArray
    bands: Mapping[Band, BandFields]


def fields(  # noqa: PLR0913 (what a map shows, and what it rests on)
    site: Site,
    access_points: Sequence[AccessPoint],
    level: int,
    *,
    cell_m: float | None,
    law: PathLoss,
    bands: Sequence[Band],
    overlap_dbm: float = OVERLAP_DBM,
    device: Hearing | None = None,
) -> Fields:
    """Predict the maps of a floor.

    Parameters
    ----------
    site : Site
        The building.
    access_points : sequence of AccessPoint
        With positions and powers; one without a power in a band is not heard there.
    level : int
        The floor.
    cell_m : float or None
        Edge of a cell [m]; None: as fine as `MOST_CELLS` allows.
    law : PathLoss
        The path-loss law.
    bands : sequence of "2.4", "5" or "6"
        The bands.
    overlap_dbm : float
        Least power of a neighbour that counts as an overlap [dBm].
    device : Hearing or None
        How the class's device hears; None: the usual device, with nobody in the room.

    Returns
    -------
    Fields

    Raises
    ------
    SiteError
        If the site has no such floor, nothing is drawn there, or an access point has no position.
    """
    floor = floor_of(site, level)
    cell_m = fit_cell_m(floor) if cell_m is None else cell_m
    found = maps(site, access_points, level, cell_m=cell_m, law=law, bands=bands)
    hears = device or Hearing(device=catalog_device(_RadioOptions().device))
    inside = on_floor(floor, found[0].x_m, found[0].y_m, cell_m)
    return Fields(
        level=level,
        cell_m=cell_m,
        x_m=found[0].x_m,
        y_m=found[0].y_m,
        inside_yx=inside,
        bands={one.band: band_fields(one, access_points, site.country, (hears, overlap_dbm), inside) for one in found},
    )


def fit_cell_m(floor: Floor) -> float:
    """Return the edge of a cell with which a floor has about `MOST_CELLS` cells, in steps of 5 cm [m]."""
    x0, y0, x1, y1 = bounds_m(floor)
    edge_m = math.sqrt(max(x1 - x0, LEAST_CELL_M) * max(y1 - y0, LEAST_CELL_M) / MOST_CELLS)
    return max(LEAST_CELL_M, math.ceil(edge_m / 0.05 - 1e-9) * 0.05)


def on_floor(floor: Floor, x_m: Array, y_m: Array, cell_m: float) -> BoolArray:
    """Return which cells (y, x) lie on a floor: within its outline, or in a room or a cell beside one.

    All of them where neither is drawn.
    """
    shapes = [shapely.Polygon(ring) for ring in (*(room.polygon for room in floor.rooms), *_outline(floor))]
    if not shapes:
        return np.ones((y_m.size, x_m.size), dtype=np.bool_)
    area = shapely.union_all(shapely.make_valid(np.array(shapes, dtype=object))).buffer(cell_m)
    shapely.prepare(area)
    xx, yy = np.meshgrid(x_m, y_m)
    return np.asarray(shapely.contains_xy(area, xx, yy), dtype=np.bool_)


def _outline(floor: Floor) -> tuple[tuple[tuple[float, float], ...], ...]:
    return () if floor.outline is None else (floor.outline,)


def band_fields(
    found: Coverage,
    access_points: Sequence[AccessPoint],
    country: str,
    hears: tuple[Hearing, float],
    inside_yx: BoolArray,
) -> BandFields:
    """Return the maps of a band from the power of every access point; `hears` is the device and the overlap's power."""
    device, overlap_dbm = hears
    shape = inside_yx.shape
    at_device = found.received_dbm_iyx.reshape(len(access_points), inside_yx.size).astype(np.float32)
    at_device += np.float32(device.device.antenna_gain_dbi - device.mean_db)
    noise = noise_dbm_i(access_points, found.band, device).astype(np.float32)
    layers = _layers(at_device, noise, overlaps_ii(access_points, found.band, country), overlap_dbm)
    signal, second, snr, strongest, n_overlap = layers
    out = ~inside_yx.ravel() | ~np.isfinite(signal)
    signal[out], second[out], snr[out], strongest[out], n_overlap[out] = -np.inf, -np.inf, -np.inf, -1, -1
    return BandFields(
        signal_dbm_yx=signal.reshape(shape),
        second_dbm_yx=second.reshape(shape),
        snr_db_yx=snr.reshape(shape),
        strongest_yx=strongest.reshape(shape),
        n_overlap_yx=n_overlap.reshape(shape),
    )


def _layers(
    at_device_ic: SingleArray, noise_dbm_i: SingleArray, overlaps_ii: BoolArray, overlap_dbm: float
) -> tuple[SingleArray, SingleArray, SingleArray, IntArray, IntArray]:
    n_i, n_c = at_device_ic.shape
    nothing = np.full(n_c, -np.inf, dtype=np.float32)
    if not n_i:
        none = np.full(n_c, -1, dtype=np.int64)
        return nothing, nothing.copy(), nothing.copy(), none, none.copy()
    cell = np.arange(n_c)
    strongest = at_device_ic.argmax(axis=0)
    signal = at_device_ic[strongest, cell]
    heard = at_device_ic >= np.float32(overlap_dbm)
    n_overlap = (overlaps_ii[:, strongest] & heard).sum(axis=0)
    rest = at_device_ic.copy()
    rest[strongest, cell] = -np.inf
    return signal, rest.max(axis=0), signal - noise_dbm_i[strongest], strongest, n_overlap
