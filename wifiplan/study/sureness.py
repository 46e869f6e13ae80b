"""How sure the seats of a site are of their signal: the spread of what the straight line crosses, and its limits."""

import numpy as np

from wifiplan.predict.demand import Demand
from wifiplan.predict.seats import Chance
from wifiplan.radio.loss import Path
from wifiplan.radio.shadowing import Shadowing, margin_db
from wifiplan.study.kit import Kit
from wifiplan.units import Array


def least_dbm_r(needs: Demand, things: Kit, shadowing: Shadowing) -> Array:
    """Return the least median power (r,) with which a seat may hold, on a line without walls [dBm]."""
    sd_db = shadowing.sd_db(0.0)
    margin_db_r = [
        max(0.0, float(margin_db(need.seat_probability, sd_db))) if need.sure_of == "signal" else 0.0
        for need in needs.needs
    ]
    least_dbm = np.array([need.min_received_dbm for need in needs.needs], dtype=np.float64) + margin_db_r
    return np.asarray(least_dbm + shadowing.mean_db - things.device.antenna_gain_dbi)


def chance(shadowing: Shadowing, ways: Path) -> Chance:
    """Return how the signal strays on some ways (i, j), by what their straight lines cross."""
    spread_db = ways.spread_db if shadowing.walls else np.zeros_like(ways.distance_m)
    return Chance(mean_db=shadowing.mean_db, sd_db_ij=shadowing.sd_db(spread_db))
