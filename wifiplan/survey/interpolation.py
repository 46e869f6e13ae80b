"""Maps from readings: the calibrated law, and a Gaussian process on what it leaves, with how sure they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_solve

from wifiplan.predict.coverage import bounds_m, building_xyz_m, floor_of, received_dbm
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.field_kernel import Field, Read, apart_m, learned, robust_weights
from wifiplan.survey.links import Links, links, with_places
from wifiplan.survey.matching import Matched
from wifiplan.survey.placing import HEIGHT_M
from wifiplan.survey.records import Survey
from wifiplan.units import Array, IntArray

AROUND_M = 1.5
"""Where a reader stood is known to about this: the law is averaged over a disc of this radius, so that its cliffs at
walls become slopes. Of 0, 0.75, 1.5, 2, 3 m the best on a measured office, where 1.5 to 3 hardly differ [m]."""

ANOTHER_VISIT = 1.2
"""Readings of one walk stray less among themselves than from those of another day, hand and phone: by this factor."""

MOST_PLACES = 600
"""Of one access point; of more, neighbours are pooled."""

VARIANCE_CELLS = 1500
"""How sure a map is changes slowly: it is computed at about so many places, and interpolated between."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """Levels of access points i at points j.

    `mean_dbm_ij` is what a device should read, `sd_db_ij` how far a reading may stray from it: nine of ten lie within
    1.645 of it. `field_sd_db_ij` is how far the mean itself may be off, `law_dbm_ij` what the law alone says [dBm, dB].
    """

    mean_dbm_ij: Array
    sd_db_ij: Array
    field_sd_db_ij: Array
    law_dbm_ij: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maps:
    """Levels of all access points over one floor; `x_m` (n,) and `y_m` (m,) are the centres of cells [m]."""

    x_m: Array
    y_m: Array
    mean_dbm_iyx: Array
    sd_db_iyx: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interpolator:
    """What surveys say of one band anywhere in the building.

    `access_points` are all of the site, in its order; `around_m` is over how large a disc the law is averaged.
    """

    calibration: Calibration
    site: Site
    band: Band
    access_points: tuple[AccessPoint, ...]
    read_i: tuple[Read | None, ...]
    field: Field
    around_m: float

    def at(self, points_xyz_m: Array, floor_j: IntArray | Sequence[int]) -> Estimate:
        """Return what to expect at points.

        Parameters
        ----------
        points_xyz_m : ndarray (j, 3)
            Points, z above the slab of their own floor [m].
        floor_j : sequence of int
            Floor level of every point.

        Returns
        -------
        Estimate
            Without readings near, the law's; -inf for access points that have no radio in the band.
        """
        points, floors = np.asarray(points_xyz_m, dtype=np.float64).reshape(-1, 3), np.asarray(floor_j)
        law_ij = _law_dbm(self, points, floors, 0.0)
        mean_ij = law_ij.copy() if self.around_m == 0.0 else _law_dbm(self, points, floors, self.around_m)
        variance_ij = np.full(mean_ij.shape, self.field.variance_db2)
        placed = _placed(self.site, points, floors)
        for i, read in enumerate(self.read_i):
            if read is not None:
                alpha, factor = robust_weights(self.field, read)
                kernel_jn = self.field.kernel_db2(apart_m(placed, read.place_n))
                mean_ij[i] += kernel_jn @ alpha
                told = np.einsum("jn,nj->j", kernel_jn, cho_solve(factor, kernel_jn.T, check_finite=False))
                variance_ij[i] = np.maximum(self.field.variance_db2 - told, 0.0)
        reading = (ANOTHER_VISIT * self.field.noise_db) ** 2
        return Estimate(
            mean_dbm_ij=mean_ij,
            sd_db_ij=np.sqrt(variance_ij + reading),
            field_sd_db_ij=np.sqrt(variance_ij),
            law_dbm_ij=law_ij,
        )

    def grid(self, level: int, cell_m: float) -> Maps:
        """Return maps of all access points over one floor.

        Parameters
        ----------
        level : int
            Level of the floor.
        cell_m : float
            Edge of a cell [m].
        """
        x0, y0, x1, y1 = bounds_m(floor_of(self.site, level))
        x_m = np.arange(x0 + cell_m / 2, max(x1, x0 + cell_m), cell_m)
        y_m = np.arange(y0 + cell_m / 2, max(y1, y0 + cell_m), cell_m)
        xx, yy = np.meshgrid(x_m, y_m)
        points = np.column_stack([xx.ravel(), yy.ravel(), np.full(xx.size, HEIGHT_M)])
        found = self.at(points, np.full(xx.size, level))
        shape = (-1, y_m.size, x_m.size)
        return Maps(
            x_m=x_m, y_m=y_m, mean_dbm_iyx=found.mean_dbm_ij.reshape(shape), sd_db_iyx=found.sd_db_ij.reshape(shape)
        )


def interpolate(
    calibration: Calibration,
    surveys: Sequence[Survey],
    site: Site,
    *,
    band: Band,
    matched: Matched | None = None,
) -> Interpolator:
    """Return what surveys say of a band anywhere in a building.

    Parameters
    ----------
    calibration : Calibration
        Of these surveys, or of others of the building.
    surveys : sequence of Survey
        The readings; other devices' levels are brought to those of the device that the law is of.
    site : Site
        The building with its access points.
    band : "2.4", "5" or "6"
        The band.
    matched : Matched, optional
        Whose the BSSIDs are.

    Notes
    -----
    What the law leaves is a Gaussian process with two lengths, the same spreads for all access points (`field_kernel`).
    What was not heard is left to the law, which counts it.
    """
    site = with_places(site)
    found = links(surveys, site, band, matched=matched)
    bare = Interpolator(
        calibration=calibration,
        site=site,
        band=band,
        access_points=site.access_points,
        read_i=(None,) * len(site.access_points),
        field=Field(),
        around_m=0.0,
    )
    best, best_log = bare, -np.inf
    for around_m in (AROUND_M, 0.0):
        read_i = _reads(replace(bare, around_m=around_m), found)
        field, log = learned([one for one in read_i if one is not None])
        if log > best_log:
            best, best_log = replace(bare, around_m=around_m, read_i=read_i, field=field), log
    return best


def _reads(known: Interpolator, found: Links) -> tuple[Read | None, ...]:
    """Return how every access point's readings stray from the law."""
    index = {ap.id: i for i, ap in enumerate(known.access_points)}
    level_ij = _law_dbm(known, found.place_xyz_m_j, found.floor_j, known.around_m)
    placed = _placed(known.site, found.place_xyz_m_j, found.floor_j)
    offsets = {p.of: p.value for p in known.calibration.parameters if p.name == "device_db"}
    device_db = np.array([offsets.get(device, 0.0) for device in found.devices])
    reads: list[Read | None] = [None] * len(known.access_points)
    for own, ap in enumerate(found.access_points):
        rows = np.flatnonzero(found.heard_n & (found.ap_n == own))
        i = index[ap.id]
        if not rows.size:
            continue
        places = found.place_n[rows]
        stray = found.rssi_dbm_n[rows] + device_db[found.device_n[rows]] - level_ij[i, places]
        sound = np.isfinite(stray)
        if sound.any():
            reads[i] = _pooled(placed[places[sound]], stray[sound], found.n_heard_n[rows][sound].astype(np.float64))
    return tuple(reads)


def _pooled(place_n: Array, stray_db_n: Array, count_n: Array) -> Read:
    """Return readings, neighbours pooled by their median until there are not too many."""
    edge_m = 0.25
    read = Read(place_n=place_n, stray_db_n=stray_db_n, count_n=count_n)
    while read.stray_db_n.size > MOST_PLACES:
        edge_m *= 1.5
        _, square = np.unique(np.round(place_n / edge_m), axis=0, return_inverse=True)
        square = square.reshape(-1)
        n = np.bincount(square)
        middle = [np.bincount(square, weights=place_n[:, k]) / n for k in range(3)]
        order = np.lexsort((stray_db_n, square))
        start = np.cumsum(n) - n
        level = (stray_db_n[order][start + (n - 1) // 2] + stray_db_n[order][start + n // 2]) / 2.0
        read = Read(place_n=np.column_stack(middle), stray_db_n=level, count_n=np.bincount(square, weights=count_n))
    return read


def _law_dbm(known: Interpolator, points_xyz_m: Array, floor_j: IntArray, around_m: float) -> Array:
    """Return the law's levels, as a mean in decibels over a disc around every point (i, j) [dBm]."""
    steps = np.zeros((1, 3)) if around_m == 0.0 else _disc(around_m)
    total = np.zeros((len(known.access_points), len(points_xyz_m)))
    for step in steps:
        total += received_dbm(
            known.site,
            known.access_points,
            points_xyz_m + step,
            floor_j,
            band=known.band,
            law=known.calibration.law,
        )
    return total / len(steps)


def _disc(radius_m: float) -> Array:
    """Return a point in the middle and two rings (s, 3) [m]."""
    turn = 2.0 * np.pi * np.arange(8) / 8
    rings = [(0.5 * radius_m, turn[::2] + 0.3), (radius_m, turn)]
    around = [np.column_stack([r * np.cos(t), r * np.sin(t), np.zeros(t.size)]) for r, t in rings]
    return np.concatenate([np.zeros((1, 3)), *around])


def _placed(site: Site, points_xyz_m: Array, floor_j: IntArray) -> Array:
    """Return points with their height in the building [m]."""
    return building_xyz_m(site, points_xyz_m, floor_j)
