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
from wifiplan.units import BoolArray, IntArray

ChannelVerdict: TypeAlias = Literal["optimal", "feasible"]

PairCost: TypeAlias = tuple[int, int, npt.ArrayLike]
"""(AP i, AP j, cost (k, l) of i on channel k and j on channel l)."""

_MOVES = 100_000
"""Moves of the tabu search at effort 1."""

_SMALL = 50
"""Access points up to which these moves are enough; more take moves by the square of their number."""

_RUN = 500
"""Moves of a short run in the first round."""

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
    best = _searched(conflicts, greedy_channels(conflicts), seed=seed, effort=effort)
    cost = cost_of(conflicts, best)
    bound = conflicts.floor
    if cost > bound:
        best, proven = _proven(conflicts, best, effort=effort)
        cost = cost_of(conflicts, best)
        bound = max(bound, proven)
        if cost > bound:
            bound = max(bound, clique_bound(conflicts, effort=effort))
    close = cost - bound <= _EQUAL * max(1.0, abs(cost))
    return ChannelPlan(
        channel_i=tuple(int(k) for k in best),
        cost=cost,
        bound=cost if close else bound,
        verdict="optimal" if close else "feasible",
    )


def _searched(conflicts: Conflicts, first: IntArray, *, seed: int, effort: float) -> IntArray:
    """Return the best of many tabu runs, each from the best so far with a kick; stops at the trivial bound.

    Short runs find their way in rugged problems, long ones in flat ones: each round doubles all lengths.
    """
    best, best_cost = first, cost_of(conflicts, first)
    generator = np.random.default_rng(seed)
    n_aps = first.size
    n_left = max(1, round(_MOVES * effort * max(1.0, (n_aps / _SMALL) ** 2)))
    rows = filled_rows(conflicts.table_tkl)
    run = 0
    while n_left > 0 and best_cost > conflicts.floor:
        start = best.copy()
        if run:
            _kick(start, conflicts.allowed_ik, generator)
        is_long = run % 8 == 7
        n_moves = min(n_left, (_RUN << (run // 8)) * (16 if is_long else 1))
        found = np.empty_like(start)
        longest = 10 if run % 2 else n_aps
        enough = cost_of(conflicts, start) - conflicts.floor
        limits = (n_moves, longest, enough)
        tabu(start, found, conflicts.allowed_ik, _graph(conflicts), rows, limits, int(generator.integers(2**31)))
        cost = cost_of(conflicts, found)
        if cost <= best_cost:
            best, best_cost = found, cost
        n_left -= n_moves
        run += 1
    return best


def _kick(channel: IntArray, allowed_ik: BoolArray, generator: np.random.Generator) -> None:
    """Draw anew the channels of a tenth to a half of the access points, in place."""
    n_kicked = int(generator.integers(channel.size // 10, channel.size // 2 + 1)) or 1
    for i in generator.choice(channel.size, size=n_kicked, replace=False):
        channel[i] = generator.choice(np.flatnonzero(allowed_ik[i]))


def _proven(conflicts: Conflicts, best: IntArray, *, effort: float) -> tuple[IntArray, float]:
    """Return the best plan known after the exact search and the bound that it proves."""
    n_aps, n_channels = conflicts.allowed_ik.shape
    if n_aps * n_aps * n_channels > _MEMORY:
        return best, conflicts.floor
    found = best.copy()
    known = cost_of(conflicts, best) - conflicts.offset
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
    return found, float(bound) + conflicts.offset


def _graph(conflicts: Conflicts) -> Graph:
    return conflicts.start_i, conflicts.other_e, conflicts.weight_e, conflicts.table_e
