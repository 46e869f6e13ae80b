"""Which antenna every access point has, and what it sends towards every point."""

from collections.abc import Sequence

import numpy as np

from wifiplan.catalog.antennas import ISOTROPIC, antenna, antennas
from wifiplan.catalog.radios import ap_models
from wifiplan.errors import SiteError
from wifiplan.radio.antenna import Pattern, pattern, relative_gain_db
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
    gain_db_ij = np.zeros((len(access_points), len(points_xyz_m)))
    for i, (point, table) in enumerate(zip(access_points, tables, strict=True)):
        gain_db_ij[i] = relative_gain_db(
            table,
            points_xyz_m - source_xyz_m[i],
            azimuth_deg=point.azimuth_deg,
            tilt_deg=point.tilt_deg,
            mount=point.mount,
        )
    return gain_db_ij
