"""Which channel each radio gets: weighted minimum interference by tabu search, with a proof where one is cheap."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from wifiplan.design.channels.bounds import clique_bound
from wifiplan.design.channels.conflicts import (
    Conflicts,
    build,
    cost_of,
    filled_rows,
    greedy_channels,
    search_order,
    twin_classes,
)
from wifiplan.design.channels.dolls import russian_dolls
from wifiplan.design.channels.kernels import Graph
from wifiplan.design.channels.tabu import tabu
from wifiplan.units import Array, BoolArray, IntArray

ChannelVerdict: TypeAlias = Literal["optimal", "feasible"]

PairCost: TypeAlias = tuple[int, int, npt.ArrayLike]
"""(AP i, AP j, cost (k, l) of i on channel k and j on channel l)."""

_MOVES = 150_000
"""Moves of the tabu search at effort 1."""

_SMALL = 50
"""Access points up to which these moves are enough; more take moves by the square of their number."""

_FIRST_SHARE = 0.2
"""Share of the moves that is spent before a proof is tried."""

_TINY = 24
"""Access points up to which starting afresh finds more than staying near the best plan."""

_RUN = 500
"""Moves of the shortest run."""

_TENURES = (0, 1_000, 3, 10, 3)
"""Longest tenure of each run in turn, on top of the lot: short ones suit weights, long ones colourings."""

_STEPS = 60_000_000
"""Table look-ups of the exact search at effort 1; a node takes about (APs x channels) of them."""

_MEMORY = 8_000_000
"""Figures that the exact search may hold; larger graphs are beyond its reach anyway."""

_EQUAL = 1e-9
"""Relative difference below which two costs are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """A channel for each access point.

    Parameters
    ----------
    channel_i : tuple of int
        Index of the channel of each access point.
    cost : float
        Interference reached.
    bound : float
        Least interference that any plan can have, as far as it is proven.
    verdict : str
        "optimal" when cost and bound agree, "feasible" otherwise.
    """

    channel_i: tuple[int, ...]
    cost: float
    bound: float
    verdict: ChannelVerdict


def assign(
    weight_ij: npt.ArrayLike,
    overlap_kl: npt.ArrayLike,
    *,
    allowed_ik: npt.ArrayLike | None = None,
    pair_cost: tuple[PairCost, ...] | list[PairCost] = (),
    seed: int = 0,
    effort: float = 1.0,
) -> ChannelPlan:
    r"""Give each access point a channel so that neighbours disturb each other least.

    .. math:: \min \sum_{i<j} w_{ij}\, o_{k(i)k(j)} + \sum_{(i,j,c)} c_{k(i)k(j)}

    Parameters
    ----------
    weight_ij : array (i, i)
        How strongly two access points disturb each other on the same channel, >= 0; what stands above the diagonal
        counts.
    overlap_kl : array (k, k)
        How much of a disturbance two channels share: 1 on the same channel, 0 on disjoint ones.
    allowed_ik : array of bool (i, k), optional
        Channels that an access point may use; a single True pins it.
    pair_cost : sequence of (i, j, cost (k, l))
        Costs of special pairs on top. Preferences of a single access point go in as a pair with any other one.
    seed : int
        Seed of the search: same input and seed, same plan.
    effort : float
        Scales the work, in moves and nodes; never measured in seconds.

    Returns
    -------
    ChannelPlan
        With cost 0 or a completed exact search the verdict is "optimal".

    Raises
    ------
    SolverError
        When shapes do not agree, a figure is not finite, a weight or overlap is negative, or an AP has no channel.

    Notes
    -----
    Tabu search after Hertz and de Werra (1987), weighted; exact search by Russian dolls (Verfaillie, Lemaitre and
    Schiex, AAAI 1996): the optimum of the last n access points bounds what the others must leave them.

    Examples
    --------
    >>> plan = assign(np.ones((4, 4)), np.eye(3))
    >>> plan.cost, plan.bound, plan.verdict
    (1.0, 1.0, 'optimal')
    """
    conflicts = build(weight_ij, overlap_kl, allowed_ik, pair_cost)
    n_aps = conflicts.allowed_ik.shape[0]
    if n_aps == 0:
        return ChannelPlan(channel_i=(), cost=0.0, bound=0.0, verdict="optimal")
    search = _Search(conflicts, seed=seed, effort=effort)
    search.run(_FIRST_SHARE)
    bound, proven = conflicts.floor, search.cost <= conflicts.floor
    if not proven:
        bound = max(bound, _proven(conflicts, search, effort=effort))
        if search.cost > bound:
            bound = max(bound, clique_bound(conflicts, effort=effort))
        search.run(1.0, enough=bound)
    best, cost = search.best, search.cost
    close = cost - bound <= _EQUAL * max(1.0, abs(cost))
    return ChannelPlan(
        channel_i=tuple(int(k) for k in best),
        cost=cost,
        bound=cost if close else bound,
        verdict="optimal" if close else "feasible",
    )


def improved(
    weight_ij: Array, overlap_kl: Array, allowed_ik: BoolArray, first_i: IntArray, *, seed: int, effort: float
) -> IntArray:
    """Return a channel plan from tabu search alone, for searches that go on from it.

    Parameters
    ----------
    weight_ij, overlap_kl, allowed_ik : ndarray
        As for `assign`.
    first_i : ndarray of int (i,)
        A plan to start from if it is better than a greedy one; it may break `allowed_ik`.
    seed : int
        Seed of the search.
    effort : float
        Scales the moves.

    Returns
    -------
    ndarray of int (i,)
        Never worse than an allowed `first_i`.
    """
    search = _Search(build(weight_ij, overlap_kl, allowed_ik, ()), seed=seed, effort=effort)
    if allowed_ik[np.arange(first_i.size), first_i].all():
        search.take(first_i)
    search.run(1.0)
    return search.best


class _Search:
    """Many tabu runs, each from the best plan so far with a kick, as much work as the size of the problem asks for.

    Lengths follow Luby, Sinclair and Zuckerman (1993): short runs find their way in rugged problems, long ones in
    flat ones, and neither costs much more than if one had known. For the same reason every third kick is a big one
    (every one in tiny problems), and tenures change from run to run.
    """

    def __init__(self, conflicts: Conflicts, *, seed: int, effort: float) -> None:
        self.best = greedy_channels(conflicts)
        self.cost = cost_of(conflicts, self.best)
        self._conflicts = conflicts
        self._rows = filled_rows(conflicts.table_tkl)
        self._generator = np.random.default_rng(seed)
        larger = max(1.0, self.best.size / _SMALL)
        self._afresh = self.best.size <= _TINY
        self._n_moves = max(1, round(_MOVES * effort * (2.0 if self._afresh else larger * larger)))
        self._shortest = round(_RUN * larger)
        self._n_done, self._run = 0, 0

    def run(self, share: float, *, enough: float = 0.0) -> None:
        """Search until this share of all moves is done or the cost is `enough` or cannot be less."""
        enough = max(enough, self._conflicts.floor)
        while (n_left := round(share * self._n_moves) - self._n_done) > 0 and self.cost > enough + _EQUAL * abs(enough):
            n_moves = min(n_left, self._shortest * luby(self._run + 1))
            start, found = self._start(), np.empty_like(self.best)
            longest = _TENURES[self._run % len(_TENURES)]
            limits = (n_moves, longest, cost_of(self._conflicts, start) - enough)
            seed = int(self._generator.integers(2**31))
            tabu(start, found, self._conflicts.allowed_ik, _graph(self._conflicts), self._rows, limits, seed)
            self.take(found)
            self._n_done += n_moves
            self._run += 1

    def take(self, found: IntArray) -> None:
        """Keep a plan that is no worse than the best one."""
        cost = cost_of(self._conflicts, found)
        if cost <= self.cost:
            self.best, self.cost = found, cost

    def _start(self) -> IntArray:
        """Return the best plan with some channels drawn anew; the very first time as it is."""
        start = self.best.copy()
        if self._run:
            low, high = (0.5, 1.0) if self._afresh or self._run % 3 == 2 else (0.05, 0.2)
            n_kicked = int(self._generator.integers(int(start.size * low), int(start.size * high) + 1)) or 1
            for i in self._generator.choice(start.size, size=n_kicked, replace=False):
                start[i] = self._generator.choice(np.flatnonzero(self._conflicts.allowed_ik[i]))
        return start


def luby(position: int) -> int:
    """Return the length of a run by its position from 1 (Luby, Sinclair and Zuckerman 1993).

    >>> [luby(position) for position in range(1, 16)]
    [1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8]
    """
    while position & (position + 1):
        position -= (1 << (position.bit_length() - 1)) - 1
    return (position + 1) >> 1


def _proven(conflicts: Conflicts, search: _Search, *, effort: float) -> float:
    """Return the bound that an exact search proves; what it finds goes to `search`."""
    n_aps, n_channels = conflicts.allowed_ik.shape
    if n_aps * n_aps * n_channels > _MEMORY:
        return conflicts.floor
    found = search.best.copy()
    known = search.cost - conflicts.offset
    n_nodes = max(1_000, round(_STEPS * effort) // (n_aps * n_channels))
    bound = russian_dolls(
        search_order(conflicts),
        twin_classes(conflicts),
        found,
        conflicts.allowed_ik,
        _graph(conflicts),
        conflicts.table_tkl,
        (known, n_nodes),
    )
    # an unfinished search proves the cost of its last access points alone, which bounds the whole too
    search.take(found)
    return float(bound) + conflicts.offset


def _graph(conflicts: Conflicts) -> Graph:
    return conflicts.start_i, conflicts.other_e, conflicts.weight_e, conflicts.table_e
