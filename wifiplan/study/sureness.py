"""How sure the seats of a site are of their signal: the spread of what the straight line crosses, and its limits."""

import numpy as np

from wifiplan.predict.demand import Demand
from wifiplan.predict.losses import path
from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.seats import Chance
from wifiplan.radio.shadowing import Shadowing, margin_db
from wifiplan.site.network import Band
from wifiplan.study.kit import Kit
from wifiplan.units import Array, BoolArray


def least_dbm_r(needs: Demand, things: Kit, shadowing: Shadowing) -> Array:
    """Return the least median power (r,) with which a seat may hold, on a line without walls [dBm]."""
    sd_db = shadowing.sd_db(0.0)
    margin_db_r = [
        max(0.0, float(margin_db(need.seat_probability, sd_db))) if need.sure_of == "signal" else 0.0
        for need in needs.needs
    ]
    least_dbm = np.array([need.min_received_dbm for need in needs.needs], dtype=np.float64) + margin_db_r
    return np.asarray(least_dbm + shadowing.mean_db - things.device.antenna_gain_dbi)


def chance(
    shadowing: Shadowing,
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    *,
    band: Band,
    wanted_ij: BoolArray | None = None,
) -> Chance:
    """Return how the signal strays from antennas (i, 3) to points (j, 3), by what the straight line crosses.

    Where `wanted_ij` is False, as on a line without walls.
    """
    if not shadowing.walls:
        return Chance(
            mean_db=shadowing.mean_db,
            sd_db_ij=np.full((len(source_xyz_m), len(points_xyz_m)), float(shadowing.sd_db(0.0))),
        )
    crossed = path(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=wanted_ij)
    return Chance(mean_db=shadowing.mean_db, sd_db_ij=shadowing.sd_db(crossed.spread_db))
