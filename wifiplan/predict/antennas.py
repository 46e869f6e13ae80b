"""Which antenna every access point has, and what it sends towards every point."""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from wifiplan.catalog.antennas import ISOTROPIC, antenna, antennas
from wifiplan.catalog.radios import ap_models
from wifiplan.errors import SiteError
from wifiplan.radio.antenna import N_AZIMUTHS, N_ELEVATIONS, Pattern, axes_xyz, pattern
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint
from wifiplan.units import Array


def patterns(site: Site, access_points: Sequence[AccessPoint]) -> tuple[Pattern, ...]:
    """Return the antenna table of every access point (i).

    The site's own antennas come before those of the catalogue. An access point that names none has its model's, and an
    unknown model is the same in every direction.

    Raises
    ------
    SiteError
        If an access point names an antenna that neither the site nor the catalogue holds.
    """
    own = {one.name: one for one in site.antennas}
    found = []
    for point in access_points:
        model = ap_models().get(point.model or "")
        name = point.pattern or (model.antenna if model else ISOTROPIC)
        if name not in own and name not in antennas():
            raise SiteError(
                f"the access point {point.id} names an unknown antenna, {name!r}",
                remedy=f"use one of: {', '.join((*own, *antennas()))}",
            )
        found.append(pattern(own[name] if name in own else antenna(name)))
    return tuple(found)


def mounted_axes_xyz(points: Sequence[AccessPoint], tables: Sequence[Pattern]) -> Array:
    """Return how the antennas lie in the building (i, 3, 3): `radio.antenna.axes_xyz` of each."""
    return np.array(
        [
            axes_xyz(table.facing, azimuth_deg=point.azimuth_deg, tilt_deg=point.tilt_deg, mount=point.mount)
            for point, table in zip(points, tables, strict=True)
        ],
        dtype=np.float64,
    ).reshape(-1, 3, 3)


def departing_db(pattern: Pattern, axes_xyz: Array, source_xyz_m: Array, points_xyz_m: Array) -> Array:
    """Return what one antenna or its image sends towards points (j,), below its EIRP [dB].

    Parameters
    ----------
    pattern : Pattern
        The antenna's table.
    axes_xyz : ndarray (3, 3)
        How it lies in the building (`mounted_axes_xyz`). For an image, times the matrix that turns a direction away
        from the image into the direction away from the antenna: that of the mirror, diag(1, 1, -1) for a floor.
    source_xyz_m, points_xyz_m : ndarray (3,), (j, 3)
        The antenna or its image, and points [m].

    Returns
    -------
    ndarray (j,)
        <= 0 [dB]; as `radio.antenna.relative_gain_db`, compiled.
    """
    gain_db_j = np.zeros(len(points_xyz_m))
    if not pattern.is_isotropic:
        frame, source, points = (
            np.ascontiguousarray(a, dtype=np.float64) for a in (axes_xyz, source_xyz_m, points_xyz_m)
        )
        _look_up(pattern.gain_db_ea, frame, source, points, gain_db_j)
    return gain_db_j


def gain_db(site: Site, access_points: Sequence[AccessPoint], source_xyz_m: Array, points_xyz_m: Array) -> Array | None:
    """Return what every access point (i) sends straight towards every point (j), below its EIRP (i, j) [dB].

    Parameters
    ----------
    site : Site
        With the antennas that its access points name.
    access_points : sequence of AccessPoint
        How they are mounted counts, not where.
    source_xyz_m, points_xyz_m : ndarray (i, 3), (j, 3)
        Where they and the points are in the building's frame [m].

    Returns
    -------
    ndarray (i, j) or None
        <= 0; None where every antenna is the same in every direction.
    """
    tables = patterns(site, access_points)
    if all(table.is_isotropic for table in tables):
        return None
    frames = mounted_axes_xyz(access_points, tables)
    rows = zip(tables, frames, source_xyz_m, strict=True)
    return np.stack([departing_db(table, frame, source, points_xyz_m) for table, frame, source in rows])


@njit(cache=True, nogil=True, error_model="numpy")
def _look_up(gain_db_ea: Array, frame: Array, source: Array, points: Array, out: Array) -> None:
    whole = gain_db_ea.shape[1] > 1
    for j in range(points.shape[0]):
        dx, dy, dz = points[j, 0] - source[0], points[j, 1] - source[1], points[j, 2] - source[2]
        front = frame[0, 0] * dx + frame[0, 1] * dy + frame[0, 2] * dz
        right = frame[1, 0] * dx + frame[1, 1] * dy + frame[1, 2] * dz
        over = frame[2, 0] * dx + frame[2, 1] * dy + frame[2, 2] * dz
        level = math.sqrt(front * front + right * right)
        row = 180.0 if level == 0.0 and over == 0.0 else math.degrees(math.atan2(over, level)) + 90.0
        low = min(int(row), N_ELEVATIONS - 2)
        above = row - low
        if not whole:
            out[j] = gain_db_ea[low, 0] * (1.0 - above) + gain_db_ea[low + 1, 0] * above
            continue
        column = math.degrees(math.atan2(right, front))
        if column < 0.0:
            column += 360.0
        left = min(int(column), N_AZIMUTHS - 2)
        aside = column - left
        lower = gain_db_ea[low, left] * (1.0 - aside) + gain_db_ea[low, left + 1] * aside
        upper = gain_db_ea[low + 1, left] * (1.0 - aside) + gain_db_ea[low + 1, left + 1] * aside
        out[j] = lower * (1.0 - above) + upper * above
