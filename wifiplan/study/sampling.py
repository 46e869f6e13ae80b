"""A stratified sample of a county's buildings, and what it says of all of them, with a standard error.

Strata are stage x remote x class count. Totals are combined ratio estimates with the number of classes beside them
(W. G. Cochran, Sampling Techniques, 3rd ed. 1977, 6.11-6.12 [M]): access points and classrooms grow with classes, so
that most of what differs between schools drops out. Differences between cases are taken school by school first: what
all cases have in common drops out of their standard error too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.scheme.apportionment import share
from wifiplan.scheme.school import Stage
from wifiplan.units import Array

LEAST_IN_STRATUM = 2
"""So many buildings of a stratum are looked at: a spread needs two."""

CLASS_BANDS: tuple[tuple[int, ...], ...] = ((6, 12, 24, 48), (6, 24), (12,), ())
"""Upper edges of the classes of size, from fine to coarse: the first for which the sample suffices is taken [M]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a building is sampled by."""

    key: tuple[str, str]
    stage: Stage
    remote: bool
    n_classes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Buildings of one kind: how many there are, with how many classes, and how many of them are looked at.

    `least_classes` and `most_classes` bound the class count, None: no bound; `stage` or `remote` None: both kinds.
    """

    stage: Stage | None
    remote: bool | None
    least_classes: int | None
    most_classes: int | None
    n_buildings: int
    n_classes: int
    n_sampled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Which buildings are looked at: `chosen` (numbers of the units, rising) and the stratum of each of them."""

    strata: tuple[Stratum, ...]
    chosen: tuple[int, ...]
    stratum_s: tuple[int, ...]
    seed: int | None = None

    @property
    def n_buildings(self) -> int:
        """Buildings that the sample stands for."""
        return sum(stratum.n_buildings for stratum in self.strata)

    @property
    def whole(self) -> bool:
        """Whether every building is looked at."""
        return len(self.chosen) == self.n_buildings

    @property
    def weights(self) -> tuple[float, ...]:
        """How many buildings each chosen one stands for."""
        return tuple(self.strata[h].n_buildings / self.strata[h].n_sampled for h in self.stratum_s)


def everything(units: Sequence[Unit]) -> Sample:
    """Return the sample that is no sample: all buildings."""
    return _sample(units, (), depth=0, n=len(units), seed=None)


def stratified(units: Sequence[Unit], n: int, seed: int) -> Sample:
    """Return a stratified sample of buildings; the same units, number and seed give the same one.

    Parameters
    ----------
    units : sequence of Unit
        All buildings, in any order: which are chosen depends on their keys only.
    n : int
        How many are to be looked at; at least 1.
    seed : int
        Start of the random numbers.

    Returns
    -------
    Sample
        Every stratum has two buildings at least, where it holds them; the rest go by the classes of the strata. Where
        `n` does not suffice for that, class counts, then 偏遠, then the stage are told apart more coarsely.
    """
    if n >= len(units):
        return everything(units)
    for depth in (2, 1, 0):
        for edges in CLASS_BANDS:
            strata = {_kind(unit, edges, depth) for unit in units}
            sizes = [sum(_kind(u, edges, depth) == kind for u in units) for kind in strata]
            if sum(min(LEAST_IN_STRATUM, size) for size in sizes) <= n:
                return _sample(units, edges, depth=depth, n=n, seed=seed)
    return _sample(units, (), depth=0, n=n, seed=seed)


_Kind = tuple[Stage | None, bool | None, int, int]


def _kind(unit: Unit, edges: Sequence[int], depth: int) -> _Kind:
    """Return the stratum of a unit: stage (depth 1), remote (depth 2), and the least and most classes (0: no bound)."""
    band = sum(unit.n_classes > edge for edge in edges)
    least = edges[band - 1] + 1 if band else 0
    most = edges[band] if band < len(edges) else 0
    return (unit.stage if depth else None, unit.remote if depth > 1 else None, least, most)


def _sample(units: Sequence[Unit], edges: Sequence[int], *, depth: int, n: int, seed: int | None) -> Sample:
    kinds = sorted({_kind(unit, edges, depth) for unit in units}, key=str)
    members = [
        sorted((k for k, u in enumerate(units) if _kind(u, edges, depth) == kind), key=lambda k: units[k].key)
        for kind in kinds
    ]
    sizes = [len(some) for some in members]
    classes = [sum(units[k].n_classes for k in some) for some in members]
    wanted = _allocated(sizes, classes, n)
    chosen: list[tuple[int, int]] = []
    generator = np.random.default_rng(seed)
    for h, (some, count) in enumerate(zip(members, wanted, strict=True)):
        drawn = some if count == len(some) else [some[k] for k in generator.permutation(len(some))[:count]]
        chosen += [(k, h) for k in drawn]
    chosen.sort()
    strata = tuple(
        Stratum(
            stage=stage,
            remote=remote,
            least_classes=least or None,
            most_classes=most or None,
            n_buildings=size,
            n_classes=held,
            n_sampled=count,
        )
        for (stage, remote, least, most), size, held, count in zip(kinds, sizes, classes, wanted, strict=True)
    )
    return Sample(strata=strata, chosen=tuple(k for k, _ in chosen), stratum_s=tuple(h for _, h in chosen), seed=seed)


def _allocated(sizes: Sequence[int], classes: Sequence[int], n: int) -> list[int]:
    """Return how many of each stratum are looked at: two each where it holds them, the rest by class count."""
    if n >= sum(sizes):
        return list(sizes)
    floors = [min(LEAST_IN_STRATUM, size) for size in sizes]
    if sum(floors) > n:  # one stratum is left, and one building is asked for
        floors = [min(1, size) for size in sizes]
    weights = [max(1, held) for held in classes]
    return list(share(n, weights, method="largest_remainder", floor_s=floors, cap_s=sizes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure of all buildings; `se` is its standard error, 0 where all were looked at, None where it is unknown."""

    value: float
    se: float | None

    def shifted(self, by: float) -> "Estimate":
        """Return the figure with a constant added."""
        return Estimate(value=self.value + by, se=self.se)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """What the buildings that were planned (numbers into `Sample.chosen`, rising) say of all buildings.

    Buildings that could not be planned are left out: of a sample the others of their stratum stand for them; where
    everything was looked at, totals are those of the planned buildings.
    """

    sample: Sample
    planned: tuple[int, ...]
    classes_s: Array

    @property
    def _stratum_s(self) -> tuple[int, ...]:
        return tuple(self.sample.stratum_s[k] for k in self.planned)

    def _weights(self) -> Array:
        if self.sample.whole:
            return np.ones(len(self.planned))
        found = self._stratum_s
        return np.array([self.sample.strata[h].n_buildings / found.count(h) for h in found], dtype=np.float64)

    def total(self, value_s: Sequence[float]) -> Estimate:
        """Return the total of a figure given per planned building: a combined ratio estimate by class count."""
        values, weights = np.asarray(value_s, dtype=np.float64), self._weights()
        if self.sample.whole or not len(values):
            return Estimate(value=float(values.sum()), se=0.0 if self.sample.whole else None)
        held = float(weights @ self.classes_s)
        if held <= 0.0:
            return Estimate(value=float(weights @ values), se=self._se(values))
        per_class = float(weights @ values) / held
        grown = sum(stratum.n_classes for stratum in self.sample.strata)
        se = self._se((values - per_class * self.classes_s) * grown / held)
        return Estimate(value=per_class * grown, se=se)

    def ratio(self, value_s: Sequence[float], base_s: Sequence[float]) -> Estimate | None:
        """Return one figure's total over another's, None where the latter is nothing."""
        parts = self._ratio(value_s, base_s)
        return None if parts is None else Estimate(value=parts[0], se=self._se(parts[1]))

    def ratio_difference(
        self, one: tuple[Sequence[float], Sequence[float]], other: tuple[Sequence[float], Sequence[float]]
    ) -> Estimate | None:
        """Return the ratio of one pair of figures less that of another, over the same buildings."""
        first, second = self._ratio(*one), self._ratio(*other)
        if first is None or second is None:
            return None
        return Estimate(value=first[0] - second[0], se=self._se(first[1] - second[1]))

    def _ratio(self, value_s: Sequence[float], base_s: Sequence[float]) -> tuple[float, Array] | None:
        """Return a ratio and what every building adds to its error (the linear part)."""
        values, bases = np.asarray(value_s, dtype=np.float64), np.asarray(base_s, dtype=np.float64)
        weights = self._weights()
        held = float(weights @ bases) if len(bases) else 0.0
        if held <= 0.0:
            return None
        found = float(weights @ values) / held
        return found, (values - found * bases) / held

    def _se(self, part_s: Array) -> float | None:
        r"""Return the standard error of the weighted sum of `part_s`.

        Notes
        -----
        .. math:: \sqrt{\sum_h N_h^2 (1 - n_h / N_h) s_h^2 / n_h}

        A stratum with one planned building takes the spread of all of them.
        """
        if self.sample.whole:
            return 0.0
        if len(part_s) < LEAST_IN_STRATUM:
            return None
        found = np.asarray(self._stratum_s)
        variance = 0.0
        for h, stratum in enumerate(self.sample.strata):
            own = part_s[found == h]
            if not len(own) or len(own) >= stratum.n_buildings:
                continue
            spread = own if len(own) >= LEAST_IN_STRATUM else part_s
            rest = 1.0 - len(own) / stratum.n_buildings
            variance += stratum.n_buildings**2 * rest * _variance(spread) / len(own)
        return math.sqrt(variance)


def _variance(values: Array) -> float:
    return float(np.var(values, ddof=1))
