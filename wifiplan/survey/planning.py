"""Where to measure next: the places whose readings would tell most, and the order in which to walk to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, owens_t

from wifiplan.units import Array, BoolArray, IntArray

VARIANCE_SHARE = 0.02
"""What a goal's whole variance is worth beside a wrong verdict: it decides between places that change no verdict alone,
as the first of two readings that only together do."""

VISIT_GAIN = 0.05
"""What the first place in a room is worth beside a wrong verdict, where a room without any gets no verdict at all: less
than what a place tells where verdicts are really open, more than it tells elsewhere."""

LEAST_SHARE = 0.01
"""A place that gains less than this part of what was open at first brings nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goals:
    """Margins g over a threshold, normal variables whose sign is wanted.

    `mean_db_g` and `variance_db2_g` are what is believed of them, `weight_g` how much each counts, `shared_db2_gm`
    their covariance with the level of every possible reading m [dB²].
    """

    mean_db_g: Array
    variance_db2_g: Array
    weight_g: Array
    shared_db2_gm: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """Possible readings m: those of a place p are taken together.

    `place_m` is the place of every reading, `covariance_db2_mm` how their levels hang together [dB²], `noise_db` the
    standard deviation of one reading, `xy_m_p` (p, 2) and `floor_p` where the places are. `visit_p` groups places of
    which one must be measured (-1: none of these), as those of a room without any; None: no such groups.
    """

    place_m: IntArray
    covariance_db2_mm: Array
    noise_db: float
    xy_m_p: Array
    floor_p: IntArray
    visit_p: IntArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One place chosen: `gain` is what it takes off the expected number of wrong signs, given those before it.

    `variance_share_g` is the part of every goal's first variance that it takes off, `after` what is left of the wrong
    signs.
    """

    place: int
    gain: float
    variance_share_g: tuple[float, ...]
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Places in the order of their gain; `before` is the expected number of wrong signs without any of them.

    `exhausted`: no further place would bring anything worth the walk.
    """

    choices: tuple[Choice, ...]
    before: float
    exhausted: bool


def wrong_share(mean_db: Array, variance_db2: Array) -> Array:
    """Return the chance that the sign of a normal variable's mean is not its own.

    >>> wrong_share(np.array([0.0, 3.0]), np.array([9.0, 9.0])).round(3)
    array([0.5  , 0.159])
    """
    sd_db = np.sqrt(np.maximum(variance_db2, 1e-12))
    return np.asarray(ndtr(-np.abs(mean_db) / sd_db))


def expected_wrong(mean_db: Array, variance_db2: Array, told_db2: Array) -> Array:
    r"""Return that chance as it will be on average once readings have told a part of the variance.

    Parameters
    ----------
    mean_db, variance_db2 : ndarray
        The variable as it is believed now [dB, dB²].
    told_db2 : ndarray
        Variance that the readings take off [dB²], up to `variance_db2`.

    Returns
    -------
    ndarray
        Never more than `wrong_share`.

    Notes
    -----
    The mean to come and the variable are bivariate normal; the chance that they differ in sign is, with Owen's T,

    .. math:: 2 \, T\left(\frac{|m|}{\sigma}, \sqrt{\frac{\sigma^2 - \Delta}{\Delta}}\right)

    Source: Owen, Annals of Mathematical Statistics 27 (1956), equation 3.1, where h and k have the ratio of the
    correlation.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> expected_wrong(0.0 * one, one, 0.0 * one), expected_wrong(0.0 * one, one, 0.5 * one)
    (array([0.5]), array([0.25]))
    """
    variance = np.maximum(np.asarray(variance_db2, dtype=np.float64), 1e-12)
    told = np.clip(told_db2, 0.0, variance)
    with np.errstate(divide="ignore"):
        slope = np.sqrt((variance - told) / told)
    return np.asarray(2.0 * owens_t(np.abs(mean_db) / np.sqrt(variance), slope))


def choose(goals: Goals, readings: Readings, *, k: int, apart_m: float = 1.0, taken: Sequence[int] = ()) -> Chosen:
    """Return up to k places whose readings would leave the fewest wrong signs, one after the other.

    Parameters
    ----------
    goals : Goals
        Margins whose sign matters.
    readings : Readings
        What could be measured where.
    k : int
        How many places.
    apart_m : float
        Least distance between two of them on a floor [m].
    taken : sequence of int
        Places that are measured anyway, before any that is chosen.

    Returns
    -------
    Chosen
        Fewer than k where no further one brings anything.

    Notes
    -----
    Greedy: each place is the best, given those before it. Where only variance counted, that would be within 1 - 1/e of
    the best set (submodularity; Krause, Singh and Guestrin, JMLR 9, 2008); a variance term of `VARIANCE_SHARE` keeps
    the search from standing still where no single place turns a verdict.
    """
    state = _State(goals, readings)
    for place in taken:
        state.measure(place)
    before = state.wrong()
    visit_p = np.full(len(readings.xy_m_p), -1) if readings.visit_p is None else readings.visit_p
    visit_p = np.where(np.isin(visit_p, visit_p[list(taken)]), -1, visit_p)
    free_p = np.ones(len(readings.xy_m_p), dtype=np.bool_)
    first = 0.0
    choices: list[Choice] = []
    while len(choices) < k and free_p.any():
        wrong_p, share_p = state.gains(free_p)
        worth_p = wrong_p + VARIANCE_SHARE * share_p + VISIT_GAIN * (visit_p >= 0)
        score_p = np.where(free_p, worth_p, -np.inf)
        best = int(score_p.argmax())
        first = first or float(score_p[best])
        if score_p[best] <= LEAST_SHARE * first or score_p[best] <= 1e-9:
            return Chosen(choices=tuple(choices), before=before, exhausted=True)
        told_g = state.measure(best)
        choices.append(
            Choice(
                place=best,
                gain=float(wrong_p[best]),
                variance_share_g=tuple(float(share) for share in told_g),
                after=state.wrong(),
            )
        )
        visit_p = np.where(visit_p == visit_p[best], -1, visit_p)
        free_p &= ~_near(readings, best, apart_m)
    return Chosen(choices=tuple(choices), before=before, exhausted=not free_p.any())


class _State:
    """What is left open after the readings so far."""

    def __init__(self, goals: Goals, readings: Readings) -> None:
        self._goals = goals
        self._rows_p = [np.flatnonzero(readings.place_m == p) for p in range(len(readings.xy_m_p))]
        self._noise_db2 = readings.noise_db**2
        self._shared_gm = goals.shared_db2_gm.copy()
        self._cov_mm = readings.covariance_db2_mm.copy()
        self._first_g = np.maximum(goals.variance_db2_g, 1e-12)
        self._told_g = np.zeros(self._first_g.size)

    def wrong(self) -> float:
        """Return the expected number of wrong signs, before it is known what the readings say."""
        return float(self._expected(self._told_g) @ self._goals.weight_g)

    def gains(self, free_p: BoolArray) -> tuple[Array, Array]:
        """Return what every free place would take off the wrong signs, and off the goals' variance as a share."""
        told_pg = np.zeros((free_p.size, self._first_g.size))
        for p in np.flatnonzero(free_p):
            told_pg[p] = self._told_by(self._rows_p[p])
        weight_g = self._goals.weight_g
        less_pg = self._expected(self._told_g) - self._expected(self._told_g + told_pg)
        return less_pg @ weight_g, (told_pg / self._first_g) @ weight_g / max(float(weight_g.sum()), 1e-12)

    def measure(self, p: int) -> Array:
        """Take the readings of a place; return the share of every goal's first variance that they tell (g,)."""
        rows = self._rows_p[p]
        told_g = self._told_by(rows)
        self._told_g = self._told_g + told_g
        if rows.size:
            across = self._cov_mm[rows].copy()
            solved = np.linalg.solve(self._inner(rows), across)
            self._shared_gm = self._shared_gm - self._shared_gm[:, rows] @ solved
            self._cov_mm -= across.T @ solved
        return np.asarray(told_g / self._first_g)

    def _expected(self, told_g: Array) -> Array:
        return expected_wrong(self._goals.mean_db_g, self._first_g, told_g)

    def _told_by(self, rows: IntArray) -> Array:
        """Return the variance of every goal that some readings tell (g,), never more than is left."""
        if not rows.size:
            return np.zeros(self._first_g.size)
        shared = self._shared_gm[:, rows]
        told = np.einsum("gm,mg->g", shared, np.linalg.solve(self._inner(rows), shared.T))
        return np.asarray(np.clip(told, 0.0, self._first_g - self._told_g))

    def _inner(self, rows: IntArray) -> Array:
        return np.asarray(self._cov_mm[np.ix_(rows, rows)] + self._noise_db2 * np.eye(rows.size))


def _near(readings: Readings, place: int, apart_m: float) -> BoolArray:
    away_m = np.hypot(*(readings.xy_m_p - readings.xy_m_p[place]).T)
    return np.asarray((away_m < apart_m) & (readings.floor_p == readings.floor_p[place]))
