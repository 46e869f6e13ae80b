"""How little is known of levels: their covariance, given where somebody has measured.

A level is that of one access point at one place. It strays from a law by errors that all levels share (the device's
offset, the exponent), one that an access point keeps everywhere (its power), and a field of its own that neighbouring
places share. Where it was measured decides what is left; what was read there does not.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from wifiplan.units import Array, IntArray

LEAST_M = 1.0
"""Nearer to an access point than this, its distance says nothing more [m]."""

MOST_READINGS = 250
"""Readings of one access point that count; more than that on one floor lie closer together than the field changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreads:
    """Standard deviations of what a law does not know of a building, before any reading.

    Parameters
    ----------
    offset_db : float
        Shared by all levels: the device and the building [dB].
    exponent : float
        Of the law's exponent.
    power_db : float
        Of an access point's power [dB].
    field_db : float
        Of the field around an access point [dB].
    length_m : float
        Distance over which the field changes (Matérn-3/2) [m].
    noise_db : float
        Of one reading about its mean level [dB].

    Notes
    -----
    Offset, exponent, length and noise are those that fitted measured buildings best (docs/surveys.md); the field of a
    building that nobody has calibrated strays by 6 dB (Seidel and Rappaport 1992, factors of walls and floors: 5.8 dB).
    """

    offset_db: float = 6.0
    exponent: float = 0.5
    power_db: float = 3.0
    field_db: float = 5.8
    length_m: float = 4.0
    noise_db: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Levels n, each of access point `ap_n` at a place of the building `xyz_m_n` (n, 3) on floor `floor_n`.

    `distance_m_n` is that from the access point [m].
    """

    ap_n: IntArray
    xyz_m_n: Array
    floor_n: IntArray
    distance_m_n: Array

    def at(self, rows: IntArray) -> "Levels":
        """Return some of them."""
        return Levels(
            ap_n=self.ap_n[rows],
            xyz_m_n=self.xyz_m_n[rows],
            floor_n=self.floor_n[rows],
            distance_m_n=self.distance_m_n[rows],
        )


def covariance_db2(levels: Levels, read: Levels, spreads: Spreads, *, noise_db_m: Array | None = None) -> Array:
    r"""Return the covariance of levels (n, n), given where readings m were taken [dB²].

    Parameters
    ----------
    levels : Levels
        What is asked for.
    read : Levels
        Where somebody has measured; may be empty.
    spreads : Spreads
        What is believed before any reading.
    noise_db_m : ndarray (m,), optional
        Standard deviation of every reading; `spreads.noise_db` without [dB].

    Notes
    -----
    A Gaussian process with explicit basis functions: with the field's covariance k within an access point, noise N,
    and the shared parameters' features h,

    .. math:: C = k_{**} - k_{*m} A^{-1} k_{m*} + g\, (\Sigma_0^{-1} + h_m^T A^{-1} h_m)^{-1} g^T,
        \quad A = k_{mm} + N, \quad g = h_* - k_{*m} A^{-1} h_m

    Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), section 2.7.
    """
    noise_m = np.full(read.ap_n.size, spreads.noise_db) if noise_db_m is None else noise_db_m
    feature_n, feature_m = _features(levels), _features(read)
    left_nn = np.zeros((levels.ap_n.size, levels.ap_n.size))
    gone_n = feature_n.copy()
    information = np.diag(1.0 / np.array([max(spreads.offset_db, 1e-6), max(spreads.exponent, 1e-6)]) ** 2)
    for ap in np.unique(np.concatenate([levels.ap_n, read.ap_n])):
        own, seen = np.flatnonzero(levels.ap_n == ap), np.flatnonzero(read.ap_n == ap)
        seen = thinned(seen, read.xyz_m_n, MOST_READINGS)
        block = kernel_db2(levels.at(own), levels.at(own), spreads)
        if seen.size:
            across = kernel_db2(levels.at(own), read.at(seen), spreads)
            within = kernel_db2(read.at(seen), read.at(seen), spreads) + np.diag(noise_m[seen] ** 2)
            factor = cho_factor(within, lower=True)
            block = block - across @ cho_solve(factor, across.T)
            gone_n[own] -= across @ cho_solve(factor, feature_m[seen])
            information += feature_m[seen].T @ cho_solve(factor, feature_m[seen])
        left_nn[np.ix_(own, own)] = block
    return np.asarray(left_nn + gone_n @ np.linalg.solve(information, gone_n.T))


def kernel_db2(one: Levels, other: Levels, spreads: Spreads) -> Array:
    """Return the covariance between levels of one access point (n, m): its power and its field [dB²]."""
    apart_m = np.linalg.norm(one.xyz_m_n[:, None, :2] - other.xyz_m_n[None, :, :2], axis=-1)
    share = matern(apart_m, spreads.length_m) * (one.floor_n[:, None] == other.floor_n[None, :])
    return np.asarray(spreads.power_db**2 + spreads.field_db**2 * share)


def matern(apart_m: Array, length_m: float) -> Array:
    """Return the correlation of a Matérn-3/2 field at distances [m].

    >>> matern(np.array([0.0, 4.0]), 4.0).round(2)
    array([1.  , 0.48])
    """
    scaled = np.sqrt(3.0) * apart_m / length_m
    return np.asarray((1.0 + scaled) * np.exp(-scaled))


def thinned(rows: IntArray, xyz_m: Array, most: int) -> IntArray:
    """Return at most so many rows, each the farthest from those before it."""
    if rows.size <= most:
        return rows
    places = xyz_m[rows]
    kept = [0]
    nearest_m = np.linalg.norm(places - places[0], axis=1)
    while len(kept) < most and nearest_m.max() > 0.0:
        kept.append(int(nearest_m.argmax()))
        nearest_m = np.minimum(nearest_m, np.linalg.norm(places - places[kept[-1]], axis=1))
    return np.asarray(rows[np.sort(np.array(kept))])


def _features(levels: Levels) -> Array:
    """Return what a unit of the shared parameters adds to every level (n, 2) [dB]."""
    return np.column_stack([np.ones(levels.ap_n.size), -10.0 * np.log10(np.maximum(levels.distance_m_n, LEAST_M))])
