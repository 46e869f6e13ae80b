"""How little is known of levels: their covariance, given where somebody has measured.

A level is that of one access point at one place. It strays from a law by errors that all levels share (the device's
offset, the exponent), one that an access point keeps everywhere (its power), and a field of its own that neighbouring
places share. Where it was measured decides what is left; what was read there does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Believed:
    r"""What is believed once readings were taken at some places; how they came out does not matter here.

    `read_of` holds by access point its readings, the Cholesky factor of their covariance with noise, and the solved
    features; `left` is the covariance of the shared parameters that is left. Made by `believed`.

    Notes
    -----
    A Gaussian process with explicit basis functions: with the field's covariance k within an access point, noise N,
    and the shared parameters' features h,

    .. math:: C = k_{**} - k_{*m} A^{-1} k_{m*} + g\, (\Sigma_0^{-1} + h_m^T A^{-1} h_m)^{-1} g^T,
        \quad A = k_{mm} + N, \quad g = h_* - k_{*m} A^{-1} h_m

    Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), section 2.7.
    """

    spreads: Spreads
    read_of: Mapping[int, tuple[Levels, Array, Array]]
    left: Array

    def covariance_db2(self, one: Levels, other: Levels | None = None) -> Array:
        """Return the covariance of some levels n with others m, or with themselves (n, m) [dB²]."""
        second = one if other is None else other
        found = np.zeros((one.ap_n.size, second.ap_n.size))
        gone_n, gone_m = _features(one), _features(second)
        for ap in np.union1d(one.ap_n, second.ap_n):
            own, theirs = np.flatnonzero(one.ap_n == ap), np.flatnonzero(second.ap_n == ap)
            block = kernel_db2(one.at(own), second.at(theirs), self.spreads)
            if (known := self.read_of.get(int(ap))) is not None:
                read, root, solved = known
                here = kernel_db2(one.at(own), read, self.spreads)
                there = kernel_db2(second.at(theirs), read, self.spreads)
                block = block - here @ cho_solve((root, True), there.T)
                gone_n[own] -= here @ solved
                gone_m[theirs] -= there @ solved
            found[np.ix_(own, theirs)] = block
        return np.asarray(found + gone_n @ self.left @ gone_m.T)


def believed(read: Levels, spreads: Spreads) -> Believed:
    """Return what is believed once readings were taken where `read` says; it may be empty."""
    information = np.diag(1.0 / np.maximum([spreads.offset_db, spreads.exponent], 1e-6) ** 2)
    read_of: dict[int, tuple[Levels, Array, Array]] = {}
    for ap in np.unique(read.ap_n):
        own = read.at(thinned(np.flatnonzero(read.ap_n == ap), read.xyz_m_n, MOST_READINGS))
        covariance = kernel_db2(own, own, spreads) + spreads.noise_db**2 * np.eye(own.ap_n.size)
        root = np.asarray(np.linalg.cholesky(covariance))
        feature = _features(own)
        solved = np.asarray(cho_solve((root, True), feature))
        information = information + feature.T @ solved
        read_of[int(ap)] = own, root, solved
    return Believed(spreads=spreads, read_of=read_of, left=np.linalg.inv(information))


def no_levels() -> Levels:
    """Return no level at all."""
    none = np.empty(0, dtype=np.int64)
    return Levels(ap_n=none, xyz_m_n=np.empty((0, 3)), floor_n=none, distance_m_n=np.empty(0))


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
