"""A Gaussian process over a building: how alike the law's errors are at two places, and what readings say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from wifiplan.units import Array

NEAR_M, FAR_M = 2.0, 8.0
"""Over what distance two parts of the error are alike: a room's corner, and a part of the building [m]."""

STOREY_STRETCH = 4.0
"""A metre up is as far as this many along: slabs part what lies above from what lies below."""

USUAL_DB, SURE = (3.0, 4.0, 4.0), 0.5
"""Spreads of both parts and of a reading that are believed before, and how surely (of their logarithm); facts: a
residual of 3 dB over 4 m, 2.5 dB of noise, up to 7 dB in a measured office [dB]."""

SHARED = 0.5
"""Part of a reading's noise that others at its place have too: the device, the hand, the day."""

GROSS_NU = 4.0
"""Degrees of freedom of the heavy tails of readings."""

MOST_LEARNED, MOST_PER_AP = 12, 120
"""So many access points and readings of each tell the spreads."""

_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Spreads of the law's error: of the part alike over `NEAR_M`, over `FAR_M`, and of a single reading [dB]."""

    near_db: float = USUAL_DB[0]
    far_db: float = USUAL_DB[1]
    noise_db: float = USUAL_DB[2]

    @property
    def variance_db2(self) -> float:
        """Variance of the error without noise [dB²]."""
        return self.near_db**2 + self.far_db**2

    def kernel_db2(self, distance_m: Array) -> Array:
        """Return the covariance of the error at two places that far apart: two Matérn-3/2 parts [dB²]."""
        return np.asarray(self.near_db**2 * _matern(distance_m, NEAR_M) + self.far_db**2 * _matern(distance_m, FAR_M))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Read:
    """What one access point's readings (n) stray from the law [dB], where, and how many stand behind each."""

    place_n: Array
    stray_db_n: Array
    count_n: Array

    def noise_db2_n(self, field: Field) -> Array:
        """Return the variance of each [dB²]."""
        return np.asarray(field.noise_db**2 * (SHARED + (1.0 - SHARED) / np.maximum(self.count_n, 1.0)))


def apart_m(one_xyz_m: Array, other_xyz_m: Array) -> Array:
    """Return how far places (n, 3) and (m, 3) are apart, storeys stretched (n, m) [m]."""
    stretch = np.array([1.0, 1.0, STOREY_STRETCH])
    one, other = one_xyz_m * stretch, other_xyz_m * stretch
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2.0 * one @ other.T
    return np.sqrt(np.maximum(squares, 0.0))


def learned(reads: Sequence[Read]) -> tuple[Field, float]:
    """Return the spreads that explain the readings best, shared by all access points, and how well they do.

    The second is the logarithm of the likelihood with heavy tails tamed, comparable between laws for the same readings.
    """
    used = sorted((r for r in reads if r.stray_db_n.size > 1), key=lambda r: -r.stray_db_n.size)[:MOST_LEARNED]
    few = [_few(r) for r in used]
    if not few:
        return Field(), 0.0
    ready = [(apart_m(r.place_n, r.place_n), _tamed(r.stray_db_n), r) for r in few]

    def unlikely(log_db: Array) -> float:
        field = Field(near_db=np.exp(log_db[0]), far_db=np.exp(log_db[1]), noise_db=np.exp(log_db[2]))
        believed = (((log_db - np.log(USUAL_DB)) / SURE) ** 2).sum() / 2.0
        return believed - sum(_likelihood(field, *one) for one in ready)

    found = minimize(unlikely, np.log(USUAL_DB), method="Nelder-Mead", options={"maxfev": _STEPS, "xatol": 0.02})
    near_db, far_db, noise_db = (float(one) for one in np.exp(found.x))
    return Field(near_db=near_db, far_db=far_db, noise_db=noise_db), -float(found.fun)


def robust_weights(field: Field, read: Read, rounds: int = 4) -> tuple[Array, tuple[Array, bool]]:
    """Return the weights of one access point's readings in the map (n,), and the factor of their covariance."""
    kernel = field.kernel_db2(apart_m(read.place_n, read.place_n))
    noise, trust = read.noise_db2_n(field), np.ones(read.stray_db_n.size)
    for _ in range(rounds):
        factor = cho_factor(kernel + np.diag(noise / trust), lower=True, check_finite=False)
        alpha = cho_solve(factor, read.stray_db_n, check_finite=False)
        strays = (read.stray_db_n - kernel @ alpha) ** 2 / noise
        trust = np.minimum(1.0, (GROSS_NU + 1.0) / (GROSS_NU + strays))
    return alpha, factor


def _matern(distance_m: Array, length_m: float) -> Array:
    scaled = np.sqrt(3.0) / length_m * distance_m
    return np.asarray((1.0 + scaled) * np.exp(-scaled))


def _few(read: Read) -> Read:
    """Return every so many-th reading along the building, neighbours among them."""
    n = read.stray_db_n.size
    if n <= MOST_PER_AP:
        return read
    order = np.lexsort((read.place_n[:, 1], np.round(read.place_n[:, 0] / NEAR_M)))
    start = (n - MOST_PER_AP) // 2
    rows = order[start : start + MOST_PER_AP] if n < 2 * MOST_PER_AP else order[:: n // MOST_PER_AP][:MOST_PER_AP]
    return Read(place_n=read.place_n[rows], stray_db_n=read.stray_db_n[rows], count_n=read.count_n[rows])


def _tamed(stray_db_n: Array) -> Array:
    """Return strays with gross ones drawn in to three robust spreads, so that single ones tell nothing of spreads."""
    middle = float(np.median(stray_db_n))
    most = 3.0 * max(1.4826 * float(np.median(np.abs(stray_db_n - middle))), 1.0)
    return np.asarray(np.clip(stray_db_n, middle - most, middle + most))


def _likelihood(field: Field, distance_nn: Array, stray_db_n: Array, read: Read) -> float:
    covariance = field.kernel_db2(distance_nn) + np.diag(read.noise_db2_n(field))
    factor = np.linalg.cholesky(covariance)
    white = np.linalg.solve(factor, stray_db_n)
    return float(-0.5 * white @ white - np.log(np.diag(factor)).sum())
