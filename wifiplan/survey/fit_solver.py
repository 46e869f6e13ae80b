"""The most likely numbers: Gauss-Newton on a posterior with heavy tails and censored readings."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr

from wifiplan.survey.fit_problem import POWER_SD_DB, UNKNOWN_POWER_SD_DB, Problem
from wifiplan.units import Array, BoolArray, IntArray

TAIL = 4.0
"""Degrees of freedom of the readings' Student distribution: one reading in ten may be grossly wrong."""

POWER_TAIL = 3.0
"""The same of the access points' powers: one may be off, moved or behind a cupboard."""

SD_DB, SD_WORTH = 6.0, 6.0
"""Usual spread about a fitted law [dB], and as how many readings it counts."""

POWER_WORTH = 8.0
"""As how many access points the usual spread of powers counts."""

MISSED, MISSED_WORTH = 0.05, 20.0
"""Share of readings that are missing at any level, as a device skips channels, and as how many links it counts."""

ODD = 1.5
"""An access point whose readings stray this many times as far as the others' is believed less."""

_ROUNDS, _MIRROR_ROUNDS = 60, 4
_SMALL, _STILL = 2e-3, 0.1
"""A step, and a round of mirrors, that moves no number by more than this ends the climb."""

_EASY, _HARD, _ROUNDING = 1e-4, 1e8, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spreads:
    """How far readings and powers stray: by band the spread [dB] and the share missed, and by power q."""

    sd_db_b: Array
    missed_b: Array
    odd_q: Array
    power_sd_db_q: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """The most likely numbers x (k) and powers (q), and what that rests on.

    `level_dbm_n` is the level of every link, `slope_nk` how it changes; `pull_n` and `stiff_n` are first and minus
    second derivative of the log-likelihood by that level; `covariance_xx` of numbers and powers together.
    """

    problem: Problem
    x_k: Array
    power_db_q: Array
    spreads: Spreads
    level_dbm_n: Array
    slope_nk: Array
    pull_n: Array
    stiff_n: Array
    information_xx: Array
    likelihood: float

    @property
    def covariance_xx(self) -> Array:
        """Return the covariance by Laplace: what stands at a bound keeps its information from the prior."""
        return np.asarray(np.linalg.inv(self.information_xx))


def solve(problem: Problem, *, start_k: Array | None = None) -> Solution:
    """Return the most likely numbers.

    Notes
    -----
    Readings stray from the law by a Student distribution; one that is missing has the likelihood that the device
    skipped it or that it lay below the floor. Spreads and shares are estimated along the way (expectation
    maximisation), with weak priors. Deterministic.
    """
    x_k = problem.beliefs.mean_k if start_k is None else start_k
    x_k = np.clip(x_k, problem.beliefs.low_k, problem.beliefs.high_k)
    state = _State(problem, x_k, np.zeros(len(problem.power_keys)), _first_spreads(problem))
    for _ in range(1 if problem.is_straight else _MIRROR_ROUNDS):
        state = state._replace(problem=state.problem.near(state.x_k))
        before_k, state = state.x_k, _climbed(state)
        if np.abs(state.x_k - before_k).max(initial=0.0) < _STILL:
            break
    return _solution(state)


class _State(NamedTuple):
    """Where a climb stands."""

    problem: Problem
    x_k: Array
    power_q: Array
    spreads: Spreads

    def moved(self, step_x: Array) -> "_State":
        """Return the state after a step, within the bounds."""
        beliefs, n = self.problem.beliefs, len(self.x_k)
        x_k = np.clip(self.x_k + step_x[:n], beliefs.low_k, beliefs.high_k)
        return self._replace(x_k=x_k, power_q=self.power_q + step_x[n:])


class _View(NamedTuple):
    """What a state says: levels and slopes, first and minus second derivatives, and the log of the posterior."""

    level_n: Array
    slope_nk: Array
    pull_n: Array
    stiff_n: Array
    likelihood: float


def _first_spreads(problem: Problem) -> Spreads:
    n_b, n_q = len(problem.bands), len(problem.power_keys)
    return Spreads(
        sd_db_b=np.full(n_b, SD_DB),
        missed_b=np.full(n_b, MISSED),
        odd_q=np.ones(n_q),
        power_sd_db_q=np.where(problem.known_q, POWER_SD_DB, UNKNOWN_POWER_SD_DB),
    )


def _climbed(state: _State) -> _State:
    """Return where steps and spreads come to rest."""
    damping = _EASY
    view = _view(state)
    for _ in range(_ROUNDS):
        gradient_x, information_xx = _normal(state, view)
        free_x = _free(state, gradient_x)
        while damping < _HARD:
            step_x = _step(gradient_x, information_xx, free_x, damping)
            tried = state.moved(step_x)
            seen = _view(tried)
            if seen.likelihood >= view.likelihood - _ROUNDING:
                break
            damping *= 10.0
        else:
            return state
        damping = max(damping / 10.0, _EASY)
        calm = np.abs(step_x[free_x]).max(initial=0.0) < _SMALL
        state = tried._replace(spreads=_spreads(tried, seen))
        view = _view(state)
        if calm:
            break
    return state


def _view(state: _State) -> _View:
    problem, spreads = state.problem, state.spreads
    level_n, slope_nk = problem.levels(state.x_k)
    level_n = level_n + state.power_q[problem.power_n]
    sd_n = spreads.sd_db_b[problem.band_n] * spreads.odd_q[problem.power_n]
    heard_n, weight_n = problem.heard_n, problem.weight_n
    off_n = np.where(heard_n, problem.rssi_dbm_n - level_n, 0.0)
    spring_n = (TAIL + 1.0) / (TAIL * sd_n**2 + off_n**2)
    missed_n = spreads.missed_b[problem.band_n]
    z_n = (problem.floor_dbm_n - level_n) / sd_n
    unseen_n = missed_n + (1.0 - missed_n) * ndtr(z_n)
    a_n = (1.0 - missed_n) * np.exp(-0.5 * z_n**2) / np.sqrt(2.0 * np.pi) / unseen_n
    pull_n = np.where(heard_n, spring_n * off_n, -a_n / sd_n)
    stiff_n = np.where(heard_n, spring_n, np.maximum(z_n * a_n + a_n**2, 0.0) / sd_n**2)
    told_n = np.where(
        heard_n, -0.5 * (TAIL + 1.0) * np.log1p(off_n**2 / (TAIL * sd_n**2)) - np.log(sd_n), np.log(unseen_n)
    )
    from_mean_k = state.x_k - problem.beliefs.mean_k
    prior = -0.5 * float(from_mean_k @ problem.precision_kk @ from_mean_k)
    power_z2 = (state.power_q / spreads.power_sd_db_q) ** 2
    prior -= 0.5 * (POWER_TAIL + 1.0) * float(np.log1p(power_z2 / POWER_TAIL).sum())
    return _View(level_n, slope_nk, weight_n * pull_n, weight_n * stiff_n, float(weight_n @ told_n) + prior)


def _normal(state: _State, view: _View) -> tuple[Array, Array]:
    """Return the gradient of the log posterior and its information, numbers first, then powers."""
    problem = state.problem
    power_spring_q = _power_spring(state)
    gradient_k = view.slope_nk.T @ view.pull_n - problem.precision_kk @ (state.x_k - problem.beliefs.mean_k)
    n_q = len(state.power_q)
    gradient_q = np.bincount(problem.power_n, view.pull_n, minlength=n_q) - power_spring_q * state.power_q
    information = information_of(problem.power_n, len(problem.power_keys), view.slope_nk, view.stiff_n)
    n_k = len(state.x_k)
    information[:n_k, :n_k] += problem.precision_kk
    information[n_k:, n_k:] += np.diag(power_spring_q)
    return np.concatenate((gradient_k, gradient_q)), information


def information_of(power_n: IntArray, n_q: int, slope_nk: Array, stiff_n: Array) -> Array:
    """Return what links tell of numbers and powers together (x, x)."""
    n_k = slope_nk.shape[1]
    stiff_nk = slope_nk * stiff_n[:, None]
    out = np.zeros((n_k + n_q, n_k + n_q))
    out[:n_k, :n_k] = stiff_nk.T @ slope_nk
    for k in range(n_k):
        out[k, n_k:] = np.bincount(power_n, stiff_nk[:, k], minlength=n_q)
    out[n_k:, :n_k] = out[:n_k, n_k:].T
    out[n_k:, n_k:] = np.diag(np.bincount(power_n, stiff_n, minlength=n_q))
    return out


def _power_spring(state: _State) -> Array:
    sd_q = state.spreads.power_sd_db_q
    return np.asarray((POWER_TAIL + 1.0) / (POWER_TAIL * sd_q**2 + state.power_q**2))


def _free(state: _State, gradient_x: Array) -> BoolArray:
    """Return which numbers are not pressed against their bounds."""
    beliefs, n_k = state.problem.beliefs, len(state.x_k)
    free_x = np.ones(len(gradient_x), dtype=np.bool_)
    free_x[:n_k] &= ~((state.x_k <= beliefs.low_k) & (gradient_x[:n_k] < 0))
    free_x[:n_k] &= ~((state.x_k >= beliefs.high_k) & (gradient_x[:n_k] > 0))
    return free_x


def _step(gradient_x: Array, information_xx: Array, free_x: BoolArray, damping: float) -> Array:
    step_x = np.zeros(len(gradient_x))
    inner = information_xx[np.ix_(free_x, free_x)]
    damped = inner + damping * np.diag(np.diag(inner))
    step_x[free_x] = cho_solve(cho_factor(damped), gradient_x[free_x])
    return step_x


def _spreads(state: _State, view: _View) -> Spreads:
    """Return how far readings and powers stray, given the levels."""
    problem, old = state.problem, state.spreads
    heard_n, band_n, power_n = problem.heard_n, problem.band_n, problem.power_n
    n_b, n_q = len(problem.bands), len(problem.power_keys)
    weight_n = np.where(heard_n, problem.weight_n, 0.0)
    sd_n = old.sd_db_b[band_n] * old.odd_q[power_n]
    z2_n = np.where(heard_n, (problem.rssi_dbm_n - view.level_n) / sd_n, 0.0) ** 2
    strayed_n = weight_n * (TAIL + 1.0) / (TAIL + z2_n) * z2_n
    told_b = np.bincount(band_n, weight_n, minlength=n_b)
    squares_b = np.bincount(band_n, strayed_n * old.sd_db_b[band_n] ** 2, minlength=n_b)
    sd_db_b = np.sqrt((SD_WORTH * SD_DB**2 + squares_b) / (SD_WORTH + told_b))
    square_q = np.bincount(power_n, strayed_n * old.odd_q[power_n] ** 2, minlength=n_q)
    told_q = np.bincount(power_n, weight_n, minlength=n_q)
    odd_q = np.maximum(np.sqrt((SD_WORTH + square_q) / (SD_WORTH + told_q)) / ODD, 1.0)
    below_n = (1.0 - old.missed_b[band_n]) * ndtr((problem.floor_dbm_n - view.level_n) / sd_n)
    skipped_n = np.where(heard_n, 0.0, old.missed_b[band_n] / (old.missed_b[band_n] + below_n))
    skipped_b = np.bincount(band_n, skipped_n, minlength=n_b)
    could_b = np.bincount(band_n, np.where(heard_n, 1.0, skipped_n), minlength=n_b)
    return Spreads(
        sd_db_b=sd_db_b,
        missed_b=(MISSED * MISSED_WORTH + skipped_b) / (MISSED_WORTH + could_b),
        odd_q=odd_q,
        power_sd_db_q=_power_sds(state),
    )


def _power_sds(state: _State) -> Array:
    """Return how far the powers of known and of unknown settings stray."""
    weighted_q = _power_spring(state) * state.spreads.power_sd_db_q**2 * state.power_q**2
    out = state.spreads.power_sd_db_q.copy()
    for known, usual_db in ((True, POWER_SD_DB), (False, UNKNOWN_POWER_SD_DB)):
        of_it = state.problem.known_q == known
        variance = (POWER_WORTH * usual_db**2 + weighted_q[of_it].sum()) / (POWER_WORTH + of_it.sum())
        out[of_it] = np.sqrt(variance)
    return out


def _solution(state: _State) -> Solution:
    view = _view(state)
    _, information = _normal(state, view)
    return Solution(
        problem=state.problem,
        x_k=state.x_k,
        power_db_q=state.power_q,
        spreads=state.spreads,
        level_dbm_n=view.level_n,
        slope_nk=view.slope_nk,
        pull_n=view.pull_n,
        stiff_n=view.stiff_n,
        information_xx=information,
        likelihood=view.likelihood,
    )
