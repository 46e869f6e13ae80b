"""How shadows vary over a building: the spread of a residual field, learned from all access points together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from wifiplan.survey.beliefs import matern
from wifiplan.units import Array

LONG = 6.0
"""The second length over the first: rooms and wings against furniture and people."""

CONSTANT_DB = 3.0
"""Spread of what is left of an access point's power after the law's own [dB]."""

BELIEVED = (2.0, 4.0, 6.0, 4.5)
"""Before any reading: short length [m], spread of the short and of the long shadows, and noise [dB]. The two together
vary like one field of 4 m and 5 dB, with tails on both sides."""

DOUBT = (0.5, 0.5, 0.5, 0.25)
"""Standard deviations of the logarithms of these."""

SLOPES, SLOPES_SD = (1.0, 0.5), (0.5, 0.5)
"""How far the law's walls, and the sharp edges of their shadows, are believed before any reading: edges half, because
nobody knows where he stands to the metre."""

FREEDOM = 4.0
"""Degrees of freedom of Student's distribution of the noise: gross errors lose their weight."""

_ROUNDS = 3
_MOST_BLOCKS, _MOST_ROWS = 16, 120
_JITTER = 1e-9

Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a residual field varies, the same for every access point of a band.

    `length_m` is that of the short shadows; `short_db` and `long_db` are the spreads of short and long shadows, and
    `noise_db` what a reading of a place deviates by [dB].
    """

    length_m: float = BELIEVED[0]
    short_db: float = BELIEVED[1]
    long_db: float = BELIEVED[2]
    noise_db: float = BELIEVED[3]

    @property
    def variance_db2(self) -> float:
        """Return the variance of the field far from every reading [dB²]."""
        return self.short_db**2 + self.long_db**2 + CONSTANT_DB**2

    def kernel(self, distance_m: Array) -> Array:
        """Return the covariance of the field between places so far apart [dB²]."""
        short, long = (matern(distance_m, length) for length in (self.length_m, LONG * self.length_m))
        return np.asarray(self.short_db**2 * short + self.long_db**2 * long + CONSTANT_DB**2)


class Block(NamedTuple):
    """Readings n of one access point: places, measured less what distance tells, what walls tell (n, 2), own variance.

    `own_db2_n` is the variance of each reading that its own repetitions show [dB²]; `weight_n` is 1 but for gross
    errors.
    """

    xyz_m_n: Array
    residual_db_n: Array
    wall_nf: Array
    own_db2_n: Array
    weight_n: Array


class Solved(NamedTuple):
    """A block's Cholesky factor, and its whitened residuals and walls."""

    factor_nn: Array
    residual_n: Array
    wall_nf: Array


class Fitted(NamedTuple):
    """Spread, what is believed of walls and edges (f) with its covariance, and the blocks as solved."""

    spread: Spread
    slope_f: Array
    slope_covariance_ff: Array
    blocks: tuple[Block, ...]
    solved: tuple[Solved, ...]


def fitted(blocks: Sequence[Block], spread: Spread | None = None) -> Fitted:
    """Return how the residuals of all access points vary; `spread` is kept where it is given."""
    kept = tuple(blocks)
    found = _learned(_thinned(kept), Spread()) if spread is None else spread
    for n_round in range(_ROUNDS):
        solved, slope_f, covariance_ff = _solved(kept, found)
        kept = tuple(_weighed(one, by, found, slope_f) for one, by in zip(kept, solved, strict=True))
        if spread is None and n_round == 0:
            found = _learned(_thinned(kept), found)
    solved, slope_f, covariance_ff = _solved(kept, found)
    return Fitted(found, slope_f, covariance_ff, kept, solved)


def _whitened(one: Block, spread: Spread) -> Solved:
    covariance = spread.kernel(cdist(one.xyz_m_n, one.xyz_m_n))
    covariance.flat[:: len(covariance) + 1] += spread.noise_db**2 / one.weight_n + one.own_db2_n + _JITTER
    factor = cholesky(covariance, lower=True, check_finite=False)
    both = solve_triangular(factor, np.column_stack((one.residual_db_n, one.wall_nf)), lower=True, check_finite=False)
    return Solved(factor, both[:, 0], both[:, 1:])


def _solved(blocks: Sequence[Block], spread: Spread) -> tuple[tuple[Solved, ...], Array, Array]:
    """Return the blocks solved, and the slopes of walls and edges with their covariance."""
    solved = tuple(_whitened(one, spread) for one in blocks)
    prior_ff = np.diag(1.0 / np.square(SLOPES_SD))
    precision_ff = prior_ff + sum((one.wall_nf.T @ one.wall_nf for one in solved), np.zeros((2, 2)))
    told_f = prior_ff @ np.array(SLOPES) + sum((one.wall_nf.T @ one.residual_n for one in solved), np.zeros(2))
    covariance_ff = np.asarray(np.linalg.inv(precision_ff), dtype=np.float64)
    return solved, np.asarray(covariance_ff @ told_f), covariance_ff


def _unlikely(blocks: Sequence[Block], spread: Spread) -> float:
    """Return the negative logarithm of the marginal likelihood, without what is constant."""
    solved, slope_f, covariance_ff = _solved(blocks, spread)
    told = slope_f @ np.linalg.solve(covariance_ff, slope_f)
    return float(
        sum(0.5 * one.residual_n @ one.residual_n + np.log(np.diag(one.factor_nn)).sum() for one in solved)
        - 0.5 * told
        - 0.5 * np.linalg.slogdet(covariance_ff)[1]
    )


def _learned(blocks: Sequence[Block], start: Spread) -> Spread:
    """Return the most likely spread, given the readings and what is believed before."""
    if not blocks:
        return start
    believed, doubt = np.log(BELIEVED), np.array(DOUBT)

    def cost(x: Vector) -> float:
        return _unlikely(blocks, _spread(x)) + 0.5 * float(np.sum(((x - believed) / doubt) ** 2))

    begin = np.log((start.length_m, start.short_db, start.long_db, start.noise_db))
    found = minimize(cost, begin, method="Nelder-Mead", options={"maxfev": 60, "xatol": 0.02, "fatol": 0.02})
    return _spread(found.x)


def _spread(x: Array) -> Spread:
    length_m, short_db, long_db, noise_db = (float(one) for one in np.exp(x))
    return Spread(length_m=length_m, short_db=short_db, long_db=long_db, noise_db=noise_db)


def _thinned(blocks: Sequence[Block]) -> list[Block]:
    """Return enough of the readings to learn a spread from: every n-th of the access points that are heard most."""
    most = sorted(range(len(blocks)), key=lambda n: (-len(blocks[n].weight_n), n))[:_MOST_BLOCKS]
    return [Block(*(values[:: -(-len(values) // _MOST_ROWS)] for values in blocks[n])) for n in sorted(most)]


def _weighed(one: Block, by: Solved, spread: Spread, slope_f: Array) -> Block:
    """Return the readings with the weights that Student's distribution gives their noise."""
    left = one.residual_db_n - one.wall_nf @ slope_f
    told = cho_solve((by.factor_nn, True), left, check_finite=False)
    noise_db2_n = spread.noise_db**2 / one.weight_n + one.own_db2_n
    scaled = noise_db2_n * told / np.sqrt(spread.noise_db**2 + one.own_db2_n)
    return one._replace(weight_n=np.minimum(1.0, (FREEDOM + 1.0) / (FREEDOM + scaled**2)))
