"""What a fitted law leaves: by band, at places and at access points that were left out."""

import numpy as np

from wifiplan.survey.estimates import BandError
from wifiplan.survey.fit_solver import Solution, information_of
from wifiplan.units import Array, BoolArray, IntArray

FOLDS = 10
"""Parts into which places are divided to be left out one after the other: the usual ten."""
FEWEST_PLACES, FEWEST_APS = 5, 3
GROSS = 4.0
"""A reading further off than this many spreads is taken for a gross error."""

_NINE_OF_TEN = 1.2816
"""Quantile of the normal distribution: nine of ten lie below it."""

_SD_OF_MEDIAN = 1.4826
"""A normal distribution's spread over its median deviation."""


def band_errors(solution: Solution) -> tuple[BandError, ...]:
    """Return what is left in each band.

    Notes
    -----
    Leaving links out is one Gauss-Newton step from the solution with all of them: exact for a linear law with
    spreads held, and checked against refits in the tests.
    """
    problem = solution.problem
    off_n = problem.rssi_dbm_n - solution.level_dbm_n
    n_of_fold = np.unique(problem.place_n, return_inverse=True)[1].reshape(-1) % FOLDS
    by_place_n = off_n - left_out_db(solution, n_of_fold, forget_power=False)
    ap_ids = {key.of: n for n, key in enumerate(problem.power_keys)}
    ap_n = np.array([ap_ids[key.of] for key in problem.power_keys], dtype=np.int64)[problem.power_n]
    by_ap_n = off_n - left_out_db(solution, np.unique(ap_n, return_inverse=True)[1].reshape(-1), forget_power=True)
    out = []
    for b, band in enumerate(problem.bands):
        here_n = problem.band_n == b
        heard_n = here_n & problem.heard_n
        if not heard_n.any():
            continue
        sd_db = _SD_OF_MEDIAN * float(np.median(np.abs(off_n[heard_n])))
        n_places = len(np.unique(problem.place_n[heard_n]))
        n_aps = len(np.unique(problem.power_n[heard_n]))
        silent_n = here_n & ~problem.heard_n
        floor_dbm, ear_n = problem.floor_dbm_n[silent_n], problem.ear_n[silent_n]
        ears = solution.spreads.ears
        sure_dbm = ears.floor_dbm_e[ear_n] + _NINE_OF_TEN * ears.soft_db_e[ear_n]
        out.append(
            BandError(
                band=band,
                n_places=n_places,
                n_readings=int(heard_n.sum()),
                n_missing=int(silent_n.sum()),
                floor_dbm=float(np.median(floor_dbm)) if floor_dbm.size else None,
                residual_sd_db=sd_db,
                rmse_by_point_db=_rms(by_place_n[heard_n]) if n_places >= FEWEST_PLACES else None,
                rmse_by_ap_db=_rms(by_ap_n[heard_n]) if n_aps >= FEWEST_APS else None,
                n_gross=int((np.abs(off_n[heard_n]) > GROSS * max(sd_db, solution.spreads.sd_db_b[b])).sum()),
                heard_dbm=float(np.median(sure_dbm)) if sure_dbm.size else None,
            )
        )
    return tuple(out)


def left_out_db(solution: Solution, fold_n: IntArray, *, forget_power: bool) -> Array:
    """Return by how much the level of every link moves if its fold of links is not there (n) [dB]."""
    problem, n_k = solution.problem, len(solution.x_k)
    moved_n = np.zeros(len(fold_n))
    for fold in np.unique(fold_n):
        out_n: BoolArray = fold_n == fold
        lost_xx = information_of(
            problem.power_n[out_n], len(problem.power_keys), solution.slope_nk[out_n], solution.stiff_n[out_n]
        )
        pull_x = np.r_[
            solution.slope_nk[out_n].T @ solution.pull_n[out_n],
            np.bincount(problem.power_n[out_n], solution.pull_n[out_n], minlength=len(problem.power_keys)),
        ]
        step_x = np.linalg.solve(solution.information_xx - lost_xx, -pull_x)
        if forget_power:
            own = np.unique(problem.power_n[out_n])
            step_x[n_k + own] = -solution.power_db_q[own]
        moved_n[out_n] = solution.slope_nk[out_n] @ step_x[:n_k] + step_x[n_k:][problem.power_n[out_n]]
    return moved_n


def _rms(off: Array) -> float:
    return float(np.sqrt(np.mean(off**2)))
