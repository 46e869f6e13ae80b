"""Power at every point: a path-loss law applied to a site."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.errors import OutOfRangeError, SiteError
from wifiplan.predict.losses import aerials, loss_db
from wifiplan.predict.maps import gains_db, terms
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import BANDS, AccessPoint, Band
from wifiplan.units import Array, IntArray, SingleArray

HEAT_HEIGHT_M = 0.8
"""Height of a map above the floor: that of a tablet on a desk [m]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """Predicted power on a grid of one floor.

    `x_m` (n,) and `y_m` (m,) are cell centres [m]; `received_dbm_iyx` (i, m, n) the power of every access point [dBm].
    """

    level: int
    band: Band
    x_m: Array
    y_m: Array
    received_dbm_iyx: Array | SingleArray

    @property
    def strongest_dbm_yx(self) -> Array:
        """Power of the strongest access point in every cell, -inf without any [dBm]."""
        if self.received_dbm_iyx.shape[0] == 0:
            return np.full(self.received_dbm_iyx.shape[1:], -np.inf)
        return np.asarray(self.received_dbm_iyx.max(axis=0))


def floor_of(site: Site, level: int) -> Floor:
    """Return the floor of a level.

    Raises
    ------
    SiteError
        If the site has no such level.
    """
    for floor in site.floors:
        if floor.level == level:
            return floor
    levels = ", ".join(str(f.level) for f in site.floors)
    raise SiteError(f"the site has no floor of level {level}", remedy=f"use one of the levels {levels}")


def building_xyz_m(site: Site, xyz_m: Array, floor_j: IntArray | Sequence[int]) -> Array:
    """Return points (j, 3) with z above their own floor's slab in the building's frame [m]."""
    points = np.array(xyz_m, dtype=np.float64).reshape(-1, 3)
    levels = np.asarray(floor_j, dtype=np.int64)
    if levels.shape != points.shape[:1]:
        raise SiteError(
            f"{len(points)} points have {levels.size} floors", remedy="give one floor level for every point"
        )
    for level in np.unique(levels):
        points[levels == level, 2] += floor_of(site, int(level)).elevation_m
    return points


def antenna_xyz_m(site: Site, access_points: Sequence[AccessPoint]) -> Array:
    """Return the antennas (i, 3) in the building's frame [m].

    Raises
    ------
    SiteError
        If an access point has no position.
    """
    lost = [ap.id for ap in access_points if ap.x_m is None or ap.y_m is None or ap.z_m is None]
    if lost:
        raise SiteError(
            f"no position is known of: {', '.join(lost)}",
            remedy="give x_m, y_m and z_m of these access points, or the room that they hang in",
        )
    xyz = np.array([(ap.x_m, ap.y_m, ap.z_m) for ap in access_points], dtype=np.float64).reshape(-1, 3)
    return building_xyz_m(site, xyz, [ap.floor for ap in access_points])


def eirp_dbm(access_points: Sequence[AccessPoint], *, band: Band) -> Array:
    """Return every access point's EIRP in a band (i,), -inf where it has no radio there [dBm]."""
    return np.array(
        [
            next((r.eirp_dbm for r in ap.radios if r.band == band and r.eirp_dbm is not None), -np.inf)
            for ap in access_points
        ],
        dtype=np.float64,
    )


def sent_dbm(site: Site, access_points: Sequence[AccessPoint], *, band: Band, law: PathLoss) -> Array:
    """Return what access points send (i,): their EIRP, and what a survey of this site found beyond it [dBm]."""
    found = eirp_dbm(access_points, band=band)
    if not isinstance(law, Law) or law.measured is None or law.measured.site != site.name:
        return found
    more_db = {ap: db for ap, of, db in law.measured.power_db if of == band}
    return np.asarray(found + np.array([more_db.get(ap.id, 0.0) for ap in access_points]))


def received_dbm(
    site: Site,
    access_points: Sequence[AccessPoint],
    points_xyz_m: Array,
    floor_j: IntArray | Sequence[int],
    *,
    band: Band,
    law: PathLoss,
    frequency_hz: float | None = None,
) -> Array:
    """Predict the median power that an isotropic antenna receives.

    Parameters
    ----------
    site : Site
        The building.
    access_points : sequence of AccessPoint
        With position, and a radio in the band with its EIRP; one without such a radio is not received (-inf).
    points_xyz_m : ndarray (j, 3)
        Points, z above the slab of their own floor [m].
    floor_j : sequence of int
        Floor level of every point.
    band : "2.4", "5" or "6"
        The band.
    law : PathLoss
        One of `radio.loss.LAWS`, or a calibrated one. One with `n_images` adds the power of ways over mirrors.
    frequency_hz : float or None
        One frequency instead of the band, as when a ray tracer is compared [Hz]; None: walls lose the mean over the
        band, and distance as at its middle.

    Returns
    -------
    ndarray (i, j)
        Received power [dBm].
    """
    lost_db_ij = loss_db(
        obstacles(site, bands=(band,), frequency_hz=frequency_hz, law=law),
        antenna_xyz_m(site, access_points),
        building_xyz_m(site, points_xyz_m, floor_j),
        law,
        band=band,
        antennas=aerials(site, access_points),
    )
    return sent_dbm(site, access_points, band=band, law=law)[:, None] - lost_db_ij


def grid(  # noqa: PLR0913 (the contract's names, and two that are free to add)
    site: Site,
    access_points: Sequence[AccessPoint],
    floor: int,
    *,
    cell_m: float,
    band: Band,
    law: PathLoss,
    height_m: float = HEAT_HEIGHT_M,
    frequency_hz: float | None = None,
) -> Coverage:
    """Predict the power of every access point on a grid over one floor, exactly as at points.

    Parameters
    ----------
    floor : int
        Floor level.
    cell_m : float
        Edge of a cell [m]; the value of a cell is that of its centre.
    height_m : float
        Height of the grid above the floor's slab [m].
    frequency_hz : float or None
        As for `received_dbm`.

    Returns
    -------
    Coverage
        Over the bounding box of the floor's outline, rooms and walls.
    """
    x_m, y_m, points = _cells(site, floor, cell_m, height_m)
    levels = np.full(len(points), floor)
    received_ij = received_dbm(site, access_points, points, levels, band=band, law=law, frequency_hz=frequency_hz)
    return Coverage(
        level=floor,
        band=band,
        x_m=x_m,
        y_m=y_m,
        received_dbm_iyx=received_ij.reshape(len(access_points), y_m.size, x_m.size),
    )


def maps(
    site: Site,
    access_points: Sequence[AccessPoint],
    floor: int,
    *,
    cell_m: float,
    law: PathLoss,
    bands: Sequence[Band] = BANDS,
    n_threads: int = 1,
) -> tuple[Coverage, ...]:
    """Predict the power of every access point over one floor in several bands, quickly.

    Parameters
    ----------
    floor : int
        Floor level.
    cell_m : float
        Edge of a cell [m]; the value of a cell is that of its centre, at the height of a tablet.
    law : PathLoss
        Laws of free space and P.2040 walls go through the grid kernel, within 1 dB of `grid`, 0.3 dB rms; others are
        asked at every cell.
    bands : sequence of "2.4", "5" or "6"
        The bands.
    n_threads : int
        Access points that are computed at once.

    Returns
    -------
    tuple of Coverage
        One a band.
    """
    things = obstacles(site, bands=bands, law=law)
    if not access_points or not isinstance(law, Law) or terms(law, things) is None:
        return tuple(grid(site, access_points, floor, cell_m=cell_m, band=band, law=law) for band in bands)
    x_m, y_m, _ = _cells(site, floor, cell_m, HEAT_HEIGHT_M)
    z_m = floor_of(site, floor).elevation_m + HEAT_HEIGHT_M
    raster = Raster(float(x_m[0]), cell_m, x_m.size, float(y_m[0]), cell_m, y_m.size, z_m)
    sources = antenna_xyz_m(site, access_points)
    gain = gains_db(things, sources, raster, law, antennas=aerials(site, access_points), n_threads=n_threads)
    return tuple(
        Coverage(
            level=floor,
            band=band,
            x_m=x_m,
            y_m=y_m,
            received_dbm_iyx=sent_dbm(site, access_points, band=band, law=law)[:, None, None] + gain[:, b],
        )
        for b, band in enumerate(bands)
    )


def _cells(site: Site, floor: int, cell_m: float, height_m: float) -> tuple[Array, Array, Array]:
    """Return the cell centres x (n,), y (m,) and the points (m · n, 3) over one floor [m]."""
    if cell_m <= 0:
        raise OutOfRangeError(f"a cell of {cell_m:g} m covers nothing", remedy="give a cell_m above 0")
    x_min, y_min, x_max, y_max = bounds_m(floor_of(site, floor))
    x_m = np.arange(x_min + cell_m / 2, max(x_max, x_min + cell_m), cell_m)
    y_m = np.arange(y_min + cell_m / 2, max(y_max, y_min + cell_m), cell_m)
    xx, yy = np.meshgrid(x_m, y_m)
    return x_m, y_m, np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, height_m)], axis=1)


def bounds_m(floor: Floor) -> tuple[float, float, float, float]:
    """Return the floor's bounding box: x_min, y_min, x_max, y_max [m].

    Raises
    ------
    SiteError
        If nothing is drawn on the floor.
    """
    points = [
        *(floor.outline or ()),
        *(p for r in floor.rooms for p in r.polygon),
        *(p for w in floor.walls for p in w.line),
    ]
    if not points:
        raise SiteError(
            f"nothing is drawn on the floor of level {floor.level}", remedy="draw its outline, rooms or walls"
        )
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
