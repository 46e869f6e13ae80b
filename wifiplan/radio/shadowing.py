"""How sure a seat is of its signal: spreads of place, bodies, the device's hold and make, and of the walls between."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from wifiplan.catalog.shadowing import shadowing_parts
from wifiplan.errors import OutOfRangeError
from wifiplan.units import Array


def _part(name: str) -> float:
    return shadowing_parts()[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowing:
    """What lies between the law's median and the signal that a device in a full class gets.

    Every default is a row of `catalog/data/shadowing.csv`. Means are losses, spreads standard deviations in dB of
    independent normal variables, so that spreads add in squares.

    Parameters
    ----------
    location_sd_db : float
        From place to place in a room [dB].
    body_mean_db, body_sd_db : float
        Loss in the bodies of a full class [dB].
    orientation_mean_db, orientation_sd_db : float
        Loss by the way a device is held, beyond its mean antenna gain [dB].
    device_sd_db : float
        Between devices of one model [dB].
    walls : bool
        Whether the spread of the walls and slabs that are crossed counts too.

    Examples
    --------
    >>> round(Shadowing().mean_db, 1), round(float(Shadowing().sd_db(0.0)), 2)
    (3.0, 5.58)
    """

    location_sd_db: float = field(default_factory=lambda: _part("location_sd_db"))
    body_mean_db: float = field(default_factory=lambda: _part("body_mean_db"))
    body_sd_db: float = field(default_factory=lambda: _part("body_sd_db"))
    orientation_mean_db: float = field(default_factory=lambda: _part("orientation_mean_db"))
    orientation_sd_db: float = field(default_factory=lambda: _part("orientation_sd_db"))
    device_sd_db: float = field(default_factory=lambda: _part("device_sd_db"))
    walls: bool = True

    @property
    def mean_db(self) -> float:
        """Mean loss that the law does not know [dB]."""
        return self.body_mean_db + self.orientation_mean_db

    def sd_db(self, wall_spread_db: npt.ArrayLike) -> Array:
        """Return the spread of the signal, shape of `wall_spread_db`, the spread of what is crossed [dB].

        Raises
        ------
        OutOfRangeError
            A spread is negative or no number.
        """
        if not all(np.isfinite(part) and part >= 0 for part in self._spreads_db):
            raise OutOfRangeError(
                "a spread of the shadowing is negative or no number",
                remedy="give standard deviations of 0 dB or more",
                where="shadowing",
            )
        wall_db = np.asarray(wall_spread_db, dtype=np.float64) if self.walls else np.zeros_like(wall_spread_db)
        return np.asarray(np.hypot(wall_db, np.hypot.reduce(np.array(self._spreads_db))))

    @property
    def _spreads_db(self) -> tuple[float, ...]:
        return self.location_sd_db, self.body_sd_db, self.orientation_sd_db, self.device_sd_db


CERTAIN = Shadowing(
    location_sd_db=0.0,
    body_mean_db=0.0,
    body_sd_db=0.0,
    orientation_mean_db=0.0,
    orientation_sd_db=0.0,
    device_sd_db=0.0,
    walls=False,
)
"""The law's median taken as certain: a bare threshold, and the airtime of the median scheme."""


CERTAIN_SD = 6.0
"""So many standard deviations away a step is as good as certain: the rest is 1e-9."""

LEAST_SD = 1e-9
"""A smaller standard deviation is none: the variable is certain."""


def margin_db(probability: float, sd_db: npt.ArrayLike) -> Array:
    r"""Return how far the median must lie above a threshold to reach it with a probability.

    Parameters
    ----------
    probability : float
        0 < p < 1.
    sd_db : array_like, any shape
        Standard deviation of the signal [dB], >= 0.

    Returns
    -------
    ndarray, shape of `sd_db`
        Margin [dB]; negative below one half.

    Raises
    ------
    OutOfRangeError
        The probability is not between 0 and 1.

    Notes
    -----
    .. math:: m = \Phi^{-1}(p) \, \sigma

    Examples
    --------
    >>> margin_db(0.95, [0.0, 5.04]).round(1)
    array([0. , 8.3])
    """
    if not 0.0 < probability < 1.0:
        raise OutOfRangeError(
            f"a probability of {probability:g} is no aim: no margin is large enough for 1, none is needed for 0",
            remedy="give a number between 0 and 1, such as 0.95",
            where="seat_probability",
        )
    return np.asarray(ndtri(probability) * np.asarray(sd_db, dtype=np.float64))


def expected_step(value: Array, sd: npt.ArrayLike, *, threshold_k: Array, level_k: Array) -> Array:
    r"""Return the mean of a staircase over a normal variable: airtime over SNR, say.

    Parameters
    ----------
    value : ndarray, any shape
        Median of the variable; -inf and inf are allowed.
    sd : array_like
        Its standard deviation, of the shape of `value` or one that broadcasts; >= 0, 0 gives the stair itself.
    threshold_k : ndarray (k,)
        Where the steps are, rising; the first is where level 0 begins and is not used: level 0 also holds below it.
    level_k : ndarray (k,)
        The staircase from each threshold upwards.

    Returns
    -------
    ndarray, shape of `value`

    Notes
    -----
    .. math:: E = y_0 + \sum_{k \ge 1} (y_k - y_{k-1}) \, \Phi\left(\frac{x - t_k}{\sigma}\right)

    which is exact (to 1e-9 of a step), and falls with the value wherever the levels fall.

    Examples
    --------
    >>> steps = {"threshold_k": np.array([0.0, 10.0]), "level_k": np.array([1.0, 0.5])}
    >>> expected_step(np.array([9.0, 10.0, 30.0]), 0.0, **steps)
    array([1. , 0.5, 0.5])
    >>> expected_step(np.array([10.0, 30.0]), 5.0, **steps).round(3)
    array([0.75, 0.5  ])
    """
    x = np.asarray(value, dtype=np.float64)
    spread = np.broadcast_to(np.asarray(sd, dtype=np.float64), x.shape)
    reach = CERTAIN_SD * spread
    # most seats are far beyond all steps, on one side or the other; only the rest is worth a normal distribution
    open_to = (x > threshold_k[1:].min(initial=np.inf) - reach) & (x < threshold_k[1:].max(initial=-np.inf) + reach)
    k = np.maximum(np.searchsorted(threshold_k, x, side="right") - 1, 0)
    mean = np.asarray(np.asarray(level_k, dtype=np.float64)[k])
    open_to &= spread > LEAST_SD
    if open_to.any():
        mean[open_to] = _mean_of_steps(x[open_to], spread[open_to], threshold_k, level_k)
    return mean


def _mean_of_steps(x: Array, spread: Array, threshold_k: Array, level_k: Array) -> Array:
    mean = np.full(x.shape, level_k[0], dtype=np.float64)
    per_sd = 1.0 / spread
    for threshold, step in zip(threshold_k[1:], np.diff(level_k), strict=True):
        if step != 0.0:
            mean += step * ndtr((x - threshold) * per_sd)
    return mean
