"""The most likely numbers: Gauss-Newton on a posterior with heavy tails and censored readings."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import block_diag, cho_factor, cho_solve
from scipy.special import ndtr

from wifiplan.survey.fit_problem import Problem
from wifiplan.survey.fit_spreads import POWER_TAIL, TAIL, Spreads, first_spreads, next_spreads, power_spring
from wifiplan.units import Array, BoolArray, IntArray

STARTS = ((0.0, 0.0), (30.0, 3.0), (45.0, 0.0), (45.0, -6.0))
"""Where climbs start: the cap at least, and more loss a wall than believed [dB]."""

_FISHER = (TAIL + 1.0) / (TAIL + 3.0)
"""What a reading with such tails tells, over what a normal one of the same spread does."""

_START_LINKS, _START_ROUNDS, _START_GAIN = 16_000, 25, 0.1
_ROUNDS, _MIRROR_ROUNDS = 60, 4
_SMALL, _GAIN, _STILL = 2e-3, 1e-3, 0.1
"""A step that moves no number by more, or gains less (log-likelihood), ends the climb; so does a round of mirrors that
moves no number by more than the last."""

_EASY, _HARD, _ROUNDING = 1e-4, 1e8, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """The most likely numbers x (k) and powers (q), and what that rests on.

    `believed_xx` is the part of `information_xx` that was there before any reading.

    `level_dbm_n` is the level of every link, `slope_nk` how it changes; `pull_n` and `stiff_n` are first and minus
    second derivative of the log-likelihood by that level.
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
    believed_xx: Array
    likelihood: float

    @property
    def covariance_xx(self) -> Array:
        """Return the covariance of numbers and powers: readings that share shadows tell less than so many alone."""
        told_xx = self.information_xx - self.believed_xx
        score_sx = self.scores_sx()
        least_xx = np.linalg.inv(self.information_xx)
        lumpy = float(np.sum(least_xx * (score_sx.T @ score_sx))) / max(float(np.sum(least_xx * told_xx)), _ROUNDING)
        return np.asarray(np.linalg.inv(self.believed_xx + _FISHER * told_xx / max(lumpy / _FISHER, 1.0)))

    def scores_sx(self) -> Array:
        """Return the slope of the log-likelihood of each square of the building by numbers and powers."""
        problem, n_k = self.problem, len(self.x_k)
        n_s = int(problem.square_n.max(initial=0)) + 1
        out = np.zeros((n_s, n_k + len(self.power_db_q)))
        for k in range(n_k):
            out[:, k] = np.bincount(problem.square_n, self.pull_n * self.slope_nk[:, k], minlength=n_s)
        np.add.at(out, (problem.square_n, n_k + problem.power_n), self.pull_n)
        return out


def solve(problem: Problem) -> Solution:
    """Return the most likely numbers.

    Notes
    -----
    Readings stray from the law by a Student distribution; one that is missing has the likelihood that the device
    skipped it or that it lay below the floor. Spreads and shares are estimated along the way (expectation
    maximisation), with weak priors. A cap makes several summits: climbs from a few starts, on part of the links where
    they are many. Deterministic.
    """
    state = _state(problem, problem.beliefs.mean_k)
    for _ in range(1 if problem.is_straight else _MIRROR_ROUNDS):
        state = state._replace(problem=state.problem.near(state.x_k))
        if problem.is_straight:
            state = _best_start(state)
        before_k, state = state.x_k, _climbed(state)
        if np.abs(state.x_k - before_k).max(initial=0.0) < _STILL:
            break
    return _solution(state)


def _state(problem: Problem, x_k: Array) -> "_State":
    x_k = np.clip(x_k, problem.beliefs.low_k, problem.beliefs.high_k)
    return _State(problem, x_k, np.zeros(len(problem.power_keys)), first_spreads(problem))


def _best_start(state: "_State") -> "_State":
    """Return the summit of the likeliest climb over part of the links."""
    problem, keys = state.problem, state.problem.beliefs.keys
    names = np.array([key.name for key in keys])
    if "max_wall_db" not in names or not problem.band_n.size:
        return state
    every = -(-problem.band_n.size // _START_LINKS)
    few = problem.only(problem.place_n % every == 0)
    climbs = []
    for cap_db, wall_db in STARTS:
        x_k = state.x_k.copy()
        x_k[names == "max_wall_db"] = np.maximum(x_k[names == "max_wall_db"], cap_db)
        x_k[names == "wall_db"] += wall_db
        climbs.append(_climbed(_state(few, x_k), n_rounds=_START_ROUNDS, gain=_START_GAIN))
    best = max(climbs, key=lambda one: _view(one).likelihood)
    return best._replace(problem=problem)


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


def _climbed(state: _State, *, n_rounds: int = _ROUNDS, gain: float = _GAIN) -> _State:
    """Return where steps and spreads come to rest."""
    damping = _EASY
    view = _view(state)
    for _ in range(n_rounds):
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
        calm = np.abs(step_x[free_x]).max(initial=0.0) < _SMALL or seen.likelihood - view.likelihood < gain
        state = tried._replace(spreads=next_spreads(tried.problem, tried.spreads, seen.level_n, tried.power_q))
        view = _view(state)
        if calm:
            break
    return state


def _view(state: _State) -> _View:
    problem, spreads = state.problem, state.spreads
    level_n, slope_nk = problem.levels(state.x_k)
    level_n = level_n + state.power_q[problem.power_n]
    sd_n = spreads.sd_db_b[problem.band_n] * spreads.odd_q[problem.power_n]
    heard_n = problem.heard_n
    weight_n = problem.weight_n * np.where(heard_n, 1.0, spreads.silent_b[problem.band_n])
    off_n = np.where(heard_n, problem.rssi_dbm_n - level_n, 0.0)
    spring_n = (TAIL + 1.0) / (TAIL * sd_n**2 + off_n**2)
    missed_n = spreads.missed_b[problem.band_n]
    ears, ear_n = spreads.ears, problem.ear_n
    wide_n = np.hypot(sd_n, ears.soft_db_e[ear_n])
    z_n = (ears.floor_dbm_e[ear_n] - level_n) / wide_n
    unseen_n = missed_n + (1.0 - missed_n) * ndtr(z_n)
    a_n = (1.0 - missed_n) * np.exp(-0.5 * z_n**2) / np.sqrt(2.0 * np.pi) / unseen_n
    pull_n = np.where(heard_n, spring_n * off_n, -a_n / wide_n)
    stiff_n = np.where(heard_n, spring_n, np.maximum(z_n * a_n + a_n**2, 0.0) / wide_n**2)
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
    power_spring_q = power_spring(state.spreads, state.power_q)
    gradient_k = view.slope_nk.T @ view.pull_n - problem.precision_kk @ (state.x_k - problem.beliefs.mean_k)
    n_q = len(state.power_q)
    gradient_q = np.bincount(problem.power_n, view.pull_n, minlength=n_q) - power_spring_q * state.power_q
    information = information_of(problem.power_n, len(problem.power_keys), view.slope_nk, view.stiff_n)
    return np.concatenate((gradient_k, gradient_q)), information + block_diag(
        problem.precision_kk, np.diag(power_spring_q)
    )


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
        believed_xx=block_diag(state.problem.precision_kk, np.diag(power_spring(state.spreads, state.power_q))),
        likelihood=view.likelihood,
    )
