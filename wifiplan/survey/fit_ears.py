"""Below which level a device reports nothing: sharp in one, a matter of luck in another that scans in haste."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from wifiplan.survey.fit_problem import Problem
from wifiplan.units import Array

SOFT_DB = (1.0, 3.0, 5.0, 8.0, 12.0)
"""Widths of the range in which hearing is a matter of luck that are tried [dB]."""

STEP_DB, MOST_RISE_DB, MOST_FALL_DB = 1.0, 25.0, 6.0
"""How finely floors are tried, and how far from the weakest readings [dB]."""

FEWEST = 20
"""Readings heard, and not heard, from which a floor is learned."""

ENOUGH = 8000
"""Of more links than this, so many are looked at: a floor is one number."""

_SURPRISE_DB = 10.0
"""A floor this far above the weakest readings takes as much evidence as one standard deviation [dB]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ears:
    """Of each device in each band e: at which level it hears half of all, and how gradually that goes [dB]."""

    floor_dbm_e: Array
    soft_db_e: Array


def first_ears(problem: Problem) -> Ears:
    """Return the devices' weakest readings as floors."""
    n_e = len(problem.bands) * len(problem.devices)
    floor_dbm_e = np.full(n_e, np.nan)
    floor_dbm_e[problem.ear_n] = problem.floor_dbm_n
    return Ears(floor_dbm_e=floor_dbm_e, soft_db_e=np.full(n_e, SOFT_DB[0]))


def learned_ears(problem: Problem, ears: Ears, level_n: Array, sd_n: Array, missed_n: Array) -> Ears:
    """Return the floors that make what was heard, and what was not, most likely: one step on a grid."""
    floor_dbm_e, soft_db_e = ears.floor_dbm_e.copy(), ears.soft_db_e.copy()
    first = first_ears(problem)
    for e in np.unique(problem.ear_n):
        mine_n = problem.ear_n == e
        heard_n, silent_n = np.flatnonzero(mine_n & problem.heard_n), np.flatnonzero(mine_n & ~problem.heard_n)
        if min(heard_n.size, silent_n.size) < FEWEST:
            continue
        every = -(-(heard_n.size + silent_n.size) // ENOUGH)
        heard_n, silent_n = heard_n[::every], silent_n[::every]
        weakest = first.floor_dbm_e[e]
        rssi, level, sd, missed = problem.rssi_dbm_n[heard_n], level_n[silent_n], sd_n[silent_n], missed_n[silent_n]
        weights = problem.weight_n[heard_n], problem.weight_n[silent_n]

        def likelihood(floor: float, soft: float, weakest: float = weakest) -> float:
            seen = weights[0] @ log_ndtr((rssi - floor) / soft)  # noqa: B023 (called at once)
            below = ndtr((floor - level) / np.hypot(sd, soft))  # noqa: B023
            unseen = weights[1] @ np.log(missed + (1.0 - missed) * below)  # noqa: B023
            return float(seen + unseen - 0.5 * ((floor - weakest) / _SURPRISE_DB) ** 2)

        at = int(np.argmin(np.abs(np.array(SOFT_DB) - soft_db_e[e])))
        softs = SOFT_DB[max(at - 1, 0) : at + 2]
        floors = [
            floor
            for floor in floor_dbm_e[e] + STEP_DB * np.arange(-2, 3)
            if weakest - MOST_FALL_DB <= floor <= weakest + MOST_RISE_DB
        ]
        _, floor_dbm_e[e], soft_db_e[e] = max((likelihood(f, s), f, s) for f in floors for s in softs)
    return Ears(floor_dbm_e=floor_dbm_e, soft_db_e=soft_db_e)
