"""Maps from readings: a calibrated law, and what the readings say beyond it, with how sure that is everywhere."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.spatial.distance import cdist

from wifiplan.errors import OutOfRangeError
from wifiplan.predict.coverage import HEAT_HEIGHT_M, antenna_xyz_m, bounds_m, building_xyz_m, floor_of, received_dbm
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.field_places import pooled
from wifiplan.survey.field_spread import Block, Fitted, Spread, fitted
from wifiplan.survey.links import Links, links, with_places
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.placing import EIRP_DBM
from wifiplan.survey.records import Survey
from wifiplan.survey.repeats import repeated_db
from wifiplan.units import Array, IntArray

BLUR_M = 2.0
"""Over a disc of this radius the law's shadows are smoothed, for what is believed of their edges (see `SLOPES`) [m]."""

ANOTHER_DAY = 1.15
"""A reading on another day deviates by this much more than one walk's own readings from each other. Found on training
readings: each of two phones' places predicted from the other's."""

STOREY = 2.0
"""A metre between floors parts shadows like this many on a floor."""

LEAST_M = 1.0
"""Within this of an access point distance tells no more [m]."""

NODE_M = 1.0
"""The smooth law, what readings add, and spreads of a grid are asked so far apart and interpolated: they change over
the length of shadows. The law's own edges stand in every cell [m]."""

_POINTS = 1536
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """What a device would report at points (j) of every access point of the site (i).

    Parameters
    ----------
    mean_dbm_ij : ndarray (i, j)
        Most likely level; -inf of an access point that does not send in the band or has no place [dBm].
    sd_db_ij : ndarray (i, j)
        Spread of a single reading: 90 % lie within 1.645 of it [dB].
    field_sd_db_ij : ndarray (i, j)
        Spread of the level itself, without the noise of a reading [dB].
    law_dbm_ij : ndarray (i, j)
        What the calibrated law says alone [dBm].
    """

    mean_dbm_ij: Array
    sd_db_ij: Array
    field_sd_db_ij: Array
    law_dbm_ij: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Maps of every access point of the site (i) over one floor.

    `x_m` (x,) and `y_m` (y,) are cell centres [m], the others as those of `Estimate`, (i, y, x).
    """

    level: int
    band: Band
    x_m: Array
    y_m: Array
    mean_dbm_iyx: Array
    sd_db_iyx: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interpolator:
    """A field of every access point over the whole building, in one band (see `interpolate`).

    `site` and `senders` (i) are as they were taken to be, `sends_i` tells which of the site's access points those are;
    `block_i` is the number of each sender's readings in `field`, -1 without any.
    """

    site: Site
    band: Band
    law: PathLoss
    senders: tuple[AccessPoint, ...]
    row_i: tuple[int, ...]
    block_i: tuple[int, ...]
    field: Fitted
    line: tuple[float, float]
    repeat_db: float

    @property
    def access_points(self) -> tuple[AccessPoint, ...]:
        """Those of the site, in the order of answers."""
        return self.site.access_points

    @property
    def spread(self) -> Spread:
        """How the field varies."""
        return self.field.spread

    def at(self, points_xyz_m: Array, floor_j: IntArray | Sequence[int]) -> Estimate:
        """Return what a device would report at points.

        Parameters
        ----------
        points_xyz_m : ndarray (j, 3)
            Points, z above the slab of their own floor [m].
        floor_j : sequence of int
            Floor level of every point.
        """
        points = np.array(points_xyz_m, dtype=np.float64).reshape(-1, 3)
        levels = np.asarray(floor_j, dtype=np.int64)
        shape = (len(self.site.access_points), len(points))
        mean, law, field_db2 = np.full(shape, -np.inf), np.full(shape, -np.inf), np.zeros(shape)
        for first in range(0, len(points), _POINTS):
            part = slice(first, first + _POINTS)
            rows = np.ix_(np.array(self.row_i, dtype=np.int64), np.arange(len(points))[part])
            law[rows], mean[rows], field_db2[rows] = self._part(points[part], levels[part])
        return Estimate(
            mean_dbm_ij=mean,
            sd_db_ij=self._reading_db(field_db2),
            field_sd_db_ij=np.sqrt(field_db2),
            law_dbm_ij=law,
        )

    def grid(self, level: int, cell_m: float) -> Grid:
        """Return maps of all access points over one floor, at the height of a tablet on a desk.

        Raises
        ------
        OutOfRangeError
            If the cells have no size.
        SiteError
            If the site has no such floor, or nothing is drawn on it.
        """
        if not cell_m > 0:
            raise OutOfRangeError(f"a cell of {cell_m:g} m covers nothing", remedy="give a cell_m above 0")
        x_min, y_min, x_max, y_max = bounds_m(floor_of(self.site, level))
        x_m = np.arange(x_min + cell_m / 2, max(x_max, x_min + cell_m), cell_m)
        y_m = np.arange(y_min + cell_m / 2, max(y_max, y_min + cell_m), cell_m)
        some_x, some_y = (_nodes(axis) for axis in (x_m, y_m))
        nodes = self._at_nodes(_points(some_x, some_y), level)
        onto = _Onto(some_x, some_y, x_m, y_m)
        sharp = self._sharp_dbm(_points(x_m, y_m), level)
        smooth, told, field_db2 = (onto.cells(values) for values in nodes)
        flat = _flat_dbm(self, building_xyz_m(self.site, _points(x_m, y_m), np.full(x_m.size * y_m.size, level)))
        walls, edges = self.field.slope_f
        shape = (len(self.site.access_points), y_m.size, x_m.size)
        rows = np.array(self.row_i, dtype=np.int64)
        mean, variance = np.full(shape, -np.inf), np.zeros(shape)
        mean[rows] = (flat + walls * (smooth - flat) + edges * (sharp - smooth) + told).reshape(-1, *shape[1:])
        variance[rows] = field_db2.reshape(-1, *shape[1:])
        return Grid(
            level=level,
            band=self.band,
            x_m=x_m,
            y_m=y_m,
            mean_dbm_iyx=mean,
            sd_db_iyx=self._reading_db(variance),
        )

    def _at_nodes(self, points_xyz_m: Array, level: int) -> tuple[Array, Array, Array]:
        """Return smooth law, what readings add to it, and the variance of the level, for the senders (i, j)."""
        shape = (len(self.senders), len(points_xyz_m))
        smooth, told, variance = np.empty(shape), np.zeros(shape), np.empty(shape)

        def fill(first: int) -> None:
            part = slice(first, first + _POINTS)
            seen = _seen(self, points_xyz_m[part], np.full(len(points_xyz_m[part]), level))
            smooth[:, part] = seen.flat_dbm_ij + seen.wall_ijf[:, :, 0]
            told[:, part], variance[:, part] = self._field(seen)

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(fill, range(0, len(points_xyz_m), _POINTS)))
        return smooth, told, variance

    def _sharp_dbm(self, points_xyz_m: Array, level: int) -> Array:
        """Return the law as it stands for the senders (i, j) [dBm]."""
        found = np.empty((len(self.senders), len(points_xyz_m)))

        def fill(first: int) -> None:
            part = slice(first, first + _POINTS)
            floors = np.full(len(points_xyz_m[part]), level)
            found[:, part] = _law_dbm(self, points_xyz_m[part], floors)

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(fill, range(0, len(points_xyz_m), _POINTS)))
        return found

    def _reading_db(self, field_db2: Array) -> Array:
        own_db2 = self.spread.noise_db**2
        return np.asarray(np.sqrt(ANOTHER_DAY**2 * (field_db2 + own_db2) + self.repeat_db**2))

    def _part(self, points_xyz_m: Array, floor_j: IntArray) -> tuple[Array, Array, Array]:
        """Return law, mean and variance of the level for the senders (i, j)."""
        seen = _seen(self, points_xyz_m, floor_j)
        told_ij, variance_ij = self._field(seen)
        mean_ij = seen.flat_dbm_ij + np.einsum("ijf,f->ij", seen.wall_ijf, self.field.slope_f) + told_ij
        return seen.law_dbm_ij, mean_ij, variance_ij

    def _field(self, seen: "_Seen") -> tuple[Array, Array]:
        """Return what the readings add to the law's mean, and the variance that is left, for the senders (i, j)."""
        told_ij = np.zeros(seen.law_dbm_ij.shape)
        variance_ij = np.full(told_ij.shape, self.spread.variance_db2)
        for i, block in enumerate(self.block_i):
            if block < 0:
                wall_jf = seen.wall_ijf[i]
                variance_ij[i] += np.einsum("jf,fg,jg->j", wall_jf, self.field.slope_covariance_ff, wall_jf)
                continue
            told_ij[i], less_j = self._told(block, seen.xyz_m_j, seen.wall_ijf[i])
            variance_ij[i] = np.maximum(variance_ij[i] - less_j, 0.0)
        return told_ij, variance_ij

    def _told(self, block: int, xyz_m_j: Array, wall_jf: Array) -> tuple[Array, Array]:
        """Return what the readings of one access point add to the mean at points, and take from the variance."""
        one, solved = self.field.blocks[block], self.field.solved[block]
        kernel_nj = self.spread.kernel(cdist(one.xyz_m_n, xyz_m_j))
        left_n = solved.residual_n - solved.wall_nf @ self.field.slope_f
        white_nj = solve_triangular(solved.factor_nn, kernel_nj, lower=True, check_finite=False, overwrite_b=True)
        moved_jf = wall_jf - white_nj.T @ solved.wall_nf
        doubt_j = np.einsum("jf,fg,jg->j", moved_jf, self.field.slope_covariance_ff, moved_jf)
        return np.asarray(left_n @ white_nj), np.einsum("nj,nj->j", white_nj, white_nj) - doubt_j


def interpolate(
    calibration: Calibration,
    surveys: Survey | Sequence[Survey],
    site: Site,
    *,
    band: Band,
    matched: Matched | None = None,
    spread: Spread | None = None,
) -> Interpolator:
    """Return a field of every access point: the calibrated law where nobody measured, the readings where somebody did.

    Parameters
    ----------
    calibration : Calibration
        Of these surveys, or of another walk through the same site.
    surveys : Survey or sequence of Survey
        The readings. What was not heard is left to the law: a map of what is heard would sink with it.
    site : Site
        With its access points.
    band : "2.4", "5" or "6"
        The band.
    matched : Matched, optional
        Whose the BSSIDs are; found by `match` without.
    spread : Spread, optional
        How the field varies; learned from the readings without. With it the map is linear in what is read, gross
        errors aside: one more reading moves a place by its share of the surprise, at most
        covariance / (variance + noise²).

    Notes
    -----
    Universal kriging. The level of an access point is a line over the logarithm of distance (the calibrated law's
    own), what the law's walls add to it, smoothed, times a slope near 1, what the edges of their shadows add, times a
    slope near 1/2, and a Gaussian field: a constant and two of Matérn's kernels (3/2). Slopes and spreads are the same
    for all access points. The noise has Student's distribution.
    """
    walks = (surveys,) if isinstance(surveys, Survey) else tuple(surveys)
    placed = with_places(site)
    found, within_db = pooled(links(walks, placed, band, matched=match(walks, placed) if matched is None else matched))
    row_i, senders = _senders(placed, found)
    blank = Interpolator(
        site=placed,
        band=band,
        law=calibration.law,
        senders=senders,
        row_i=row_i,
        block_i=(-1,) * len(senders),
        field=fitted((), Spread()),
        line=(0.0, 0.0),
        repeat_db=float(np.hypot(repeated_db(walks, band), within_db)),
    )
    if not found.heard_n.any():
        return blank
    number_of = {ap.id: i for i, ap in enumerate(senders)}
    sender_n = np.array([number_of[ap.id] for ap in found.access_points], dtype=np.int64)[found.ap_n]
    line = _line(blank, found, sender_n)
    blocks, block_i = _blocks(replace(blank, line=line), found, sender_n, _device_db(calibration, found))
    return replace(blank, line=line, block_i=block_i, field=fitted(blocks, spread))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What the law says of points (j): alone, by distance only, and what walls and their edges add (i, j, f) [dB]."""

    xyz_m_j: Array
    law_dbm_ij: Array
    flat_dbm_ij: Array
    wall_ijf: Array


def _points(x_m: Array, y_m: Array) -> Array:
    xx, yy = np.meshgrid(x_m, y_m)
    return np.column_stack((xx.ravel(), yy.ravel(), np.full(xx.size, HEAT_HEIGHT_M)))


def _flat_dbm(field: Interpolator, xyz_m: Array) -> Array:
    """Return the line over the logarithm of distance at points of the building's frame (i, j) [dBm]."""
    distance_m = cdist(antenna_xyz_m(field.site, field.senders), xyz_m)
    return np.asarray(field.line[0] + field.line[1] * np.log10(np.maximum(distance_m, LEAST_M)))


def _law_dbm(field: Interpolator, points_xyz_m: Array, floor_j: IntArray) -> Array:
    return received_dbm(field.site, field.senders, points_xyz_m, floor_j, band=field.band, law=field.law)


def _seen(field: Interpolator, points_xyz_m: Array, floor_j: IntArray) -> _Seen:
    xyz = building_xyz_m(field.site, points_xyz_m, floor_j)
    sharp = _law_dbm(field, points_xyz_m, floor_j)
    steps = _disc()
    around = sum((_law_dbm(field, points_xyz_m + step, floor_j) for step in steps), np.zeros_like(sharp))
    smooth = (sharp + around) / (len(steps) + 1)
    flat = _flat_dbm(field, xyz)
    return _Seen(
        xyz_m_j=xyz * (1.0, 1.0, STOREY),
        law_dbm_ij=sharp,
        flat_dbm_ij=flat,
        wall_ijf=np.stack((smooth - flat, sharp - smooth), axis=-1),
    )


def _nodes(cells_m: Array) -> Array:
    """Return places about `NODE_M` apart along an axis, ends included."""
    step = max(1, round(NODE_M / float(cells_m[1] - cells_m[0]))) if cells_m.size > 1 else 1
    return np.unique(np.r_[cells_m[::step], cells_m[-1:]])


class _Onto(NamedTuple):
    """From values at nodes of a grid to values at its cells, straight between them."""

    node_x_m: Array
    node_y_m: Array
    x_m: Array
    y_m: Array

    def cells(self, values_ij: Array) -> Array:
        """Return the values at all cells (i, y · x)."""
        at_nodes = values_ij.reshape(len(values_ij), self.node_y_m.size, self.node_x_m.size)
        across = _between(self.node_x_m, self.x_m)
        down = _between(self.node_y_m, self.y_m)
        return np.asarray(down @ at_nodes @ across.T).reshape(len(values_ij), -1)


def _between(nodes_m: Array, cells_m: Array) -> Array:
    """Return the weights of nodes in every cell (cells, nodes)."""
    weights = np.empty((cells_m.size, nodes_m.size))
    for n, unit in enumerate(np.eye(nodes_m.size)):
        weights[:, n] = np.interp(cells_m, nodes_m, unit)
    return weights


def _disc() -> Array:
    """Return the steps from a place to the points around it over which shadows are smoothed (s, 3) [m]."""
    rings = []
    for radius_m, n, turned in ((BLUR_M / 2.0, 6, 0.0), (BLUR_M, 8, 0.2)):
        angle = turned + 2.0 * np.pi * np.arange(n) / n
        rings.append(np.column_stack((radius_m * np.cos(angle), radius_m * np.sin(angle), np.zeros(n))))
    return np.concatenate(rings)


def _senders(site: Site, found: Links) -> tuple[tuple[int, ...], tuple[AccessPoint, ...]]:
    """Return the access points that send in the band, and their numbers in the site."""
    heard = {ap.id: ap for ap in found.access_points}
    rows, senders = [], []
    for row, ap in enumerate(site.access_points):
        own = heard.get(ap.id)
        radio = next((one for one in ap.radios if one.band == found.band), None)
        if own is None and radio is not None and None not in (ap.x_m, ap.y_m, ap.z_m):
            own = replace(ap, radios=(Radio(band=found.band, eirp_dbm=_or_usual(radio.eirp_dbm)),))
        if own is not None:
            rows.append(row)
            senders.append(own)
    return tuple(rows), tuple(senders)


def _or_usual(eirp_dbm: float | None) -> float:
    return EIRP_DBM if eirp_dbm is None else eirp_dbm


def _line(blank: Interpolator, found: Links, sender_n: IntArray) -> tuple[float, float]:
    """Return what the law says on the whole, by the logarithm of distance: level at a metre and fall a decade [dB]."""
    seen = _seen(blank, found.place_xyz_m_j, found.floor_j)
    heard = found.heard_n
    i, j = sender_n[heard], found.place_n[heard]
    law = seen.law_dbm_ij[i, j] - seen.wall_ijf[i, j, 1]
    distance_m = cdist(antenna_xyz_m(blank.site, blank.senders), seen.xyz_m_j / (1.0, 1.0, STOREY))[i, j]
    decade = np.column_stack((np.ones(i.size), np.log10(np.maximum(distance_m, LEAST_M))))
    believed = np.diag((0.01, 1.0))
    level, fall = np.linalg.solve(decade.T @ decade + believed, decade.T @ law + believed @ (0.0, -20.0))
    return float(level), float(fall)


def _device_db(calibration: Calibration, found: Links) -> Array:
    """Return how much weaker each device (d) reads than the law's own [dB]."""
    more = {one.of: one.value for one in calibration.parameters if one.name == "device_db"}
    return np.array([more.get(device, 0.0) for device in found.devices])


def _blocks(
    field: Interpolator, found: Links, sender_n: IntArray, device_db_d: Array
) -> tuple[tuple[Block, ...], tuple[int, ...]]:
    seen = _seen(field, found.place_xyz_m_j, found.floor_j)
    blocks: list[Block] = []
    block_i = []
    for i in range(len(field.senders)):
        own = np.flatnonzero(found.heard_n & (sender_n == i))
        block_i.append(len(blocks) if own.size else -1)
        if not own.size:
            continue
        j = found.place_n[own]
        level = found.rssi_dbm_n[own] + device_db_d[found.device_n[own]]
        blocks.append(
            Block(
                xyz_m_n=seen.xyz_m_j[j],
                residual_db_n=level - seen.flat_dbm_ij[i, j],
                wall_nf=seen.wall_ijf[i, j],
                own_db2_n=field.repeat_db**2 / np.maximum(found.n_heard_n[own], 1),
                weight_n=np.ones(own.size),
            )
        )
    return tuple(blocks), tuple(block_i)
