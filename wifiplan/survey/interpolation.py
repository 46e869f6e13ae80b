"""Maps from readings: a calibrated law, and what the readings say beyond it, with how sure that is everywhere."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import solve_triangular
from scipy.spatial.distance import cdist

from wifiplan.errors import OutOfRangeError
from wifiplan.predict.coverage import bounds_m, floor_of
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.field_grid import Onto, nodes, points_of
from wifiplan.survey.field_law import Seen, Surroundings, blocks_of, senders_of
from wifiplan.survey.field_places import pooled
from wifiplan.survey.field_spread import Fitted, Spread, fitted
from wifiplan.survey.links import Links, links, possible, with_places
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.records import Survey
from wifiplan.survey.repeats import repeated_db
from wifiplan.units import Array, IntArray

ANOTHER_DAY = 1.2
"""A reading on another day deviates by this much more than one walk's own readings do from each other. Chosen so that
nine of ten test readings lie in their intervals in an office and three halls; on training readings two phones' places
predicted from each other's ask for the same."""

_POINTS = 1536
_THREADS = 2
"""Points of one part, so that its arrays stay in the cache, and parts at once: the kernels hold no lock."""


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

    `surroundings` holds law and senders (i) as they were taken to be, `row_i` tells which of the site's access points
    those are; `block_i` is the number of each sender's readings in `field`, -1 without any.
    """

    surroundings: Surroundings
    row_i: tuple[int, ...]
    block_i: tuple[int, ...]
    field: Fitted
    repeat_db: float

    @property
    def site(self) -> Site:
        """The building."""
        return self.surroundings.site

    @property
    def band(self) -> Band:
        """The band."""
        return self.surroundings.band

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
        some_x, some_y = (nodes(axis) for axis in (x_m, y_m))
        at_nodes = self._at_nodes(points_of(some_x, some_y), level)
        onto = Onto(some_x, some_y, x_m, y_m)
        cells = points_of(x_m, y_m)
        sharp = self._sharp_dbm(cells, level)
        smooth, told, field_db2 = (onto.cells(values) for values in at_nodes)
        flat = self.surroundings.flat_dbm(cells, np.full(len(cells), level))
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
        shape = (len(self.surroundings.senders), len(points_xyz_m))
        smooth, told, variance = np.empty(shape), np.zeros(shape), np.empty(shape)

        def fill(first: int) -> None:
            part = slice(first, first + _POINTS)
            seen = self.surroundings.seen(points_xyz_m[part], np.full(len(points_xyz_m[part]), level))
            smooth[:, part] = seen.flat_dbm_ij + seen.wall_ijf[:, :, 0]
            told[:, part], variance[:, part] = self._field(seen)

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(fill, range(0, len(points_xyz_m), _POINTS)))
        return smooth, told, variance

    def _sharp_dbm(self, points_xyz_m: Array, level: int) -> Array:
        """Return the law as it stands for the senders (i, j) [dBm]."""
        found = np.empty((len(self.surroundings.senders), len(points_xyz_m)))

        def fill(first: int) -> None:
            part = slice(first, first + _POINTS)
            floors = np.full(len(points_xyz_m[part]), level)
            found[:, part] = self.surroundings.sharp_dbm(points_xyz_m[part], floors)

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(fill, range(0, len(points_xyz_m), _POINTS)))
        return found

    def _reading_db(self, field_db2: Array) -> Array:
        own_db2 = self.spread.noise_db**2
        return np.asarray(np.sqrt(ANOTHER_DAY**2 * (field_db2 + own_db2) + self.repeat_db**2))

    def _part(self, points_xyz_m: Array, floor_j: IntArray) -> tuple[Array, Array, Array]:
        """Return law, mean and variance of the level for the senders (i, j)."""
        seen = self.surroundings.seen(points_xyz_m, floor_j)
        told_ij, variance_ij = self._field(seen)
        mean_ij = seen.flat_dbm_ij + np.einsum("ijf,f->ij", seen.wall_ijf, self.field.slope_f) + told_ij
        return seen.law_dbm_ij, mean_ij, variance_ij

    def _field(self, seen: Seen) -> tuple[Array, Array]:
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
    whose = match(possible(walks), placed) if matched is None else matched
    found, within_db = pooled(links(walks, placed, band, matched=whose))
    row_i, senders = senders_of(placed, found)
    around = Surroundings(site=placed, band=band, law=calibration.law, senders=senders)
    repeat_db = float(np.hypot(repeated_db(walks, band), within_db))
    blank = Interpolator(
        surroundings=around,
        row_i=row_i,
        block_i=(-1,) * len(senders),
        field=fitted((), Spread()),
        repeat_db=repeat_db,
    )
    if not found.heard_n.any():
        return blank
    number_of = {ap.id: i for i, ap in enumerate(senders)}
    sender_n = np.array([number_of[ap.id] for ap in found.access_points], dtype=np.int64)[found.ap_n]
    around = around.lined(found, sender_n)
    own_db2_n = repeat_db**2 / np.maximum(found.n_heard_n, 1)
    level_n = found.rssi_dbm_n + _device_db(calibration, found)[found.device_n]
    blocks, block_i = blocks_of(around, replace(found, rssi_dbm_n=level_n), sender_n, own_db2_n)
    return replace(blank, surroundings=around, block_i=block_i, field=fitted(blocks, spread))


def _device_db(calibration: Calibration, found: Links) -> Array:
    """Return how much weaker each device (d) reads than the law's own [dB]."""
    more = {one.of: one.value for one in calibration.parameters if one.name == "device_db"}
    return np.array([more.get(device, 0.0) for device in found.devices])
