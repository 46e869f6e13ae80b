"""How little is known of levels: their covariance, given where somebody has measured.

A level is that of one access point at one place. It strays from a law by errors that all levels share (the device's
offset, the exponent), one that an access point keeps everywhere (its power), and a field of its own that neighbouring
places share. Where it was measured decides what is left; what was read there does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, solve_triangular

from wifiplan.units import Array, IntArray

LEAST_M = 1.0
"""Nearer to an access point than this, its distance says nothing more [m]."""

MOST_READINGS = 400
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
    offset_mean_db : float
        Middle of the shared offset [dB].

    Notes
    -----
    Offset, exponent, length and noise are those that fitted measured buildings best; the field of a
    building that nobody has calibrated strays by 6 dB (Seidel and Rappaport 1992, factors of walls and floors: 5.8 dB).
    """

    offset_db: float = 6.0
    exponent: float = 0.5
    power_db: float = 3.0
    field_db: float = 5.8
    length_m: float = 4.0
    noise_db: float = 2.5
    offset_mean_db: float = 0.0


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
class Read:
    """The readings of one access point: where, the Cholesky root of their covariance, and what is solved with it.

    `solved` (m, 2) belongs to the shared parameters' features, `weight_m` to what the readings stray by beyond them.
    """

    levels: Levels
    root: Array
    solved: Array
    weight_m: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Believed:
    r"""What is believed of levels once readings were taken at some places. Made by `believed`.

    `read_of` holds the readings by access point; `shared_mean` and `shared_left` are mean and covariance of the shared
    parameters; `log_likelihood` is that of what was read, without its constant.

    Notes
    -----
    A Gaussian process with explicit basis functions: with the field's covariance k within an access point, noise N,
    and the shared parameters' features h,

    .. math:: C = k_{**} - k_{*m} A^{-1} k_{m*} + g\, (\Sigma_0^{-1} + h_m^T A^{-1} h_m)^{-1} g^T,
        \quad A = k_{mm} + N, \quad g = h_* - k_{*m} A^{-1} h_m

    Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), section 2.7.
    """

    spreads: Spreads
    read_of: Mapping[int, Read]
    shared_mean: Array
    shared_left: Array
    log_likelihood: float

    def mean_db(self, levels: Levels) -> Array:
        """Return by how much levels are expected to lie above the law (n,) [dB]."""
        found = _features(levels) @ self.shared_mean
        for ap in np.unique(levels.ap_n):
            if (known := self.read_of.get(int(ap))) is not None:
                own = np.flatnonzero(levels.ap_n == ap)
                found[own] += kernel_db2(levels.at(own), known.levels, self.spreads) @ known.weight_m
        return np.asarray(found)

    def variance_db2(self, levels: Levels) -> Array:
        """Return the variance of levels (n,) [dB²]."""
        found, gone = np.zeros(levels.ap_n.size), _features(levels)
        for ap in np.unique(levels.ap_n):
            own = np.flatnonzero(levels.ap_n == ap)
            found[own] = self.spreads.power_db**2 + self.spreads.field_db**2
            if (known := self.read_of.get(int(ap))) is not None:
                here = kernel_db2(levels.at(own), known.levels, self.spreads)
                half = solve_triangular(known.root, here.T, lower=True, check_finite=False)
                found[own] -= (half**2).sum(axis=0)
                gone[own] -= here @ known.solved
        return np.asarray(np.maximum(found, 0.0) + np.einsum("np,pq,nq->n", gone, self.shared_left, gone))

    def covariance_db2(self, one: Levels, other: Levels | None = None) -> Array:
        """Return the covariance of some levels n with others m, or with themselves (n, m) [dB²]."""
        second = one if other is None else other
        found = np.zeros((one.ap_n.size, second.ap_n.size))
        gone_n, gone_m = _features(one), _features(second)
        for ap in np.union1d(one.ap_n, second.ap_n):
            own, theirs = np.flatnonzero(one.ap_n == ap), np.flatnonzero(second.ap_n == ap)
            block = kernel_db2(one.at(own), second.at(theirs), self.spreads)
            if (known := self.read_of.get(int(ap))) is not None:
                here = kernel_db2(one.at(own), known.levels, self.spreads)
                there = kernel_db2(second.at(theirs), known.levels, self.spreads)
                block = block - here @ cho_solve((known.root, True), there.T)
                gone_n[own] -= here @ known.solved
                gone_m[theirs] -= there @ known.solved
            found[np.ix_(own, theirs)] = block
        return np.asarray(found + gone_n @ self.shared_left @ gone_m.T)


def believed(
    read: Levels, spreads: Spreads, *, strays_db_m: Array | None = None, noise_db_m: Array | None = None
) -> Believed:
    """Return what is believed once readings were taken where `read` says; it may be empty.

    Parameters
    ----------
    read : Levels
        Where readings m were taken.
    spreads : Spreads
        What was believed before.
    strays_db_m : ndarray (m,), optional
        By how much each lies above the law [dB]; where it is not known yet, as before a walk, 0: spreads don't need it.
    noise_db_m : ndarray (m,), optional
        Standard deviation of each reading; `spreads.noise_db` without [dB].
    """
    strays = np.zeros(read.ap_n.size) if strays_db_m is None else strays_db_m
    noise = np.full(read.ap_n.size, spreads.noise_db) if noise_db_m is None else noise_db_m
    information = np.diag(1.0 / np.maximum([spreads.offset_db, spreads.exponent], 1e-6) ** 2)
    start = information.copy()
    moment = information @ np.array([spreads.offset_mean_db, 0.0])
    parts: list[tuple[int, Levels, Array, Array, Array]] = []
    for ap in np.unique(read.ap_n):
        rows = thinned(np.flatnonzero(read.ap_n == ap), read.xyz_m_n, MOST_READINGS)
        own = read.at(rows)
        root = np.asarray(np.linalg.cholesky(kernel_db2(own, own, spreads) + np.diag(noise[rows] ** 2)))
        feature = _features(own)
        solved = np.asarray(cho_solve((root, True), feature))
        information = information + feature.T @ solved
        moment = moment + solved.T @ strays[rows]
        parts.append((int(ap), own, root, solved, strays[rows]))
    mean = np.linalg.solve(information, moment)
    prior_mean = np.array([spreads.offset_mean_db, 0.0])
    likely = -0.5 * float((mean - prior_mean) @ start @ (mean - prior_mean)) - 0.5 * float(
        np.linalg.slogdet(information)[1] - np.linalg.slogdet(start)[1]
    )
    read_of: dict[int, Read] = {}
    for ap_id, own, root, solved, stray in parts:
        left = stray - _features(own) @ mean
        weight = np.asarray(cho_solve((root, True), left))
        likely += -0.5 * float(left @ weight) - float(np.log(np.diag(root)).sum())
        read_of[ap_id] = Read(levels=own, root=root, solved=solved, weight_m=weight)
    return Believed(
        spreads=spreads,
        read_of=read_of,
        shared_mean=np.asarray(mean),
        shared_left=np.asarray(np.linalg.inv(information)),
        log_likelihood=likely,
    )


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
