"""Which channel each radio gets: weighted minimum interference by tabu search, with a proof where one is cheap."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from wifiplan.design.bounds import clique_bound
from wifiplan.design.conflicts import Conflicts, build, cost_of, greedy_channels, search_order, twin_classes
from wifiplan.units import Array, BoolArray, IntArray

ChannelVerdict: TypeAlias = Literal["optimal", "feasible"]

PairCost: TypeAlias = tuple[int, int, npt.ArrayLike]
"""(AP i, AP j, cost (k, l) of i on channel k and j on channel l)."""

_MOVES = 20_000
"""Moves of one tabu run at effort 1; the search restarts from the best with a kick."""

_RUNS = 5
"""Tabu runs at effort 1."""

_STEPS = 60_000_000
"""Table look-ups of the exact search at effort 1; a node takes about (APs x channels) of them."""

_MEMORY = 8_000_000
"""Figures that the exact search may hold; larger graphs are beyond its reach anyway."""

_EQUAL = 1e-9
"""Relative difference below which two costs are the same."""

_Graph: TypeAlias = tuple[IntArray, IntArray, Array, IntArray]
"""start_i, other_e, weight_e, table_e of `Conflicts`."""

_Room: TypeAlias = tuple[IntArray, IntArray, IntArray, Array, Array]
"""Search order, its inverse, channel classes, costs (depth, position, k) and tables of the exact search."""

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Compile with a cache on disk, or without one where no folder for it can be written."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:
        return njit(function)


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
        How strongly two access points disturb each other on the same channel, >= 0; the entries above the diagonal count.
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
    """Return the best of several tabu runs, each from the best so far with a kick; stops at the trivial bound."""
    best, best_cost = first, cost_of(conflicts, first)
    generator = np.random.default_rng(seed)
    n_moves = max(1, round(_MOVES * effort))
    for run in range(max(1, round(_RUNS * max(effort, 1.0)))):
        if best_cost <= conflicts.floor:
            break
        start = best.copy()
        if run:
            _kick(start, conflicts.allowed_ik, generator)
        found = np.empty_like(start)
        _tabu(
            start,
            found,
            conflicts.allowed_ik,
            (conflicts.start_i, conflicts.other_e, conflicts.weight_e, conflicts.table_e),
            conflicts.table_tkl,
            n_moves,
            int(generator.integers(2**31)),
        )
        cost = cost_of(conflicts, found)
        if cost < best_cost:
            best, best_cost = found, cost
    return best


def _kick(channel: IntArray, allowed_ik: BoolArray, generator: np.random.Generator) -> None:
    """Give a quarter of the access points another allowed channel, in place."""
    n_kicked = max(1, channel.size // 4)
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
    bound = _russian_dolls(
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


def _graph(conflicts: Conflicts) -> _Graph:
    return conflicts.start_i, conflicts.other_e, conflicts.weight_e, conflicts.table_e


@_compiled
def _costs(channel: IntArray, graph: _Graph, table_tkl: Array) -> Array:
    """Return the cost (i, k) of every access point on every channel, the others staying where they are."""
    start, other, weight, table = graph
    cost = np.zeros((channel.size, table_tkl.shape[1]))
    for i in range(channel.size):
        for e in range(start[i], start[i + 1]):
            # the reverse table has the other's channel first: its row runs over our channels
            reverse = table_tkl[table[e] ^ 1, channel[other[e]]]
            for k in range(cost.shape[1]):
                cost[i, k] += weight[e] * reverse[k]
    return cost


@_compiled
def _best_move(
    channel: IntArray, cost: Array, allowed_ik: BoolArray, tabu_until: IntArray, move: int, slack: float
) -> tuple[int, int, float, int]:
    """Return (access point, channel, gain, number of unhappy access points) of the best move, ties drawn by lot.

    A tabu move is taken only when it gains more than `slack`, the way to the best plan seen.
    """
    pick_i, pick_k, pick_gain, n_ties, n_open = -1, -1, np.inf, 0, 0
    for i in range(channel.size):
        now = cost[i, channel[i]]
        unhappy = now > 0.0
        for k in range(cost.shape[1]):
            if k == channel[i] or not allowed_ik[i, k]:
                continue
            gain = cost[i, k] - now
            unhappy |= gain < 0.0
            if now <= 0.0 <= gain or (tabu_until[i, k] > move and gain >= slack):
                continue
            if gain < pick_gain - 1e-12:
                pick_i, pick_k, pick_gain, n_ties = i, k, gain, 1
            elif gain <= pick_gain + 1e-12:
                n_ties += 1
                if np.random.randint(n_ties) == 0:
                    pick_i, pick_k = i, k
        n_open += unhappy
    return pick_i, pick_k, pick_gain, n_open


@_compiled
def _tabu(
    channel: IntArray,
    best: IntArray,
    allowed_ik: BoolArray,
    graph: _Graph,
    table_tkl: Array,
    n_moves: int,
    seed: int,
) -> None:
    """Move one access point at a time, never straight back; writes the best plan seen to `best`."""
    np.random.seed(seed)
    start, other, weight, table = graph
    cost = _costs(channel, graph, table_tkl)
    tabu_until = np.zeros(cost.shape, dtype=np.int64)
    # how far above the best plan seen the present one is
    above = 0.0
    best[:] = channel
    for move in range(n_moves):
        i, k, gain, n_open = _best_move(channel, cost, allowed_ik, tabu_until, move, -above - 1e-9)
        if n_open == 0:
            break
        if i < 0:
            continue
        old = channel[i]
        tabu_until[i, old] = move + 1 + np.random.randint(10) + (6 * n_open) // 10
        channel[i] = k
        for e in range(start[i], start[i + 1]):
            row_new, row_old = table_tkl[table[e], k], table_tkl[table[e], old]
            for other_k in range(cost.shape[1]):
                cost[other[e], other_k] += weight[e] * (row_new[other_k] - row_old[other_k])
        above += gain
        if above < -1e-9:
            above = 0.0
            best[:] = channel


@_compiled
def _spread(
    cost: Array, depth: int, k: int, order: IntArray, place: IntArray, graph: _Graph, table_tkl: Array
) -> float:
    """Put `order[depth]` on channel k: fill cost[depth + 1] for the later ones, return the sum of their least."""
    start, other, weight, table = graph
    for position in range(depth + 1, order.size):
        cost[depth + 1, position] = cost[depth, position]
    for e in range(start[order[depth]], start[order[depth] + 1]):
        position = place[other[e]]
        if position > depth:
            row = table_tkl[table[e], k]
            for other_k in range(row.size):
                cost[depth + 1, position, other_k] += weight[e] * row[other_k]
    total = 0.0
    for position in range(depth + 1, order.size):
        total += cost[depth + 1, position].min()
    return total


@_compiled
def _solve_doll(
    first: int,
    value: IntArray,
    ceiling: float,
    optimum: Array,
    room: _Room,
    graph: _Graph,
    n_nodes: int,
) -> tuple[float, int]:
    """Search the plans of `order[first:]` below `ceiling`; returns the optimum and the nodes left, -1 for out of nodes.

    `optimum[p]` is what the access points from position p on cost among themselves; `value` takes the plan.
    """
    order, place, class_k, cost, table_tkl = room
    n_aps, n_channels = order.size, class_k.size
    trial, cursor = np.zeros(n_aps, dtype=np.int64), np.zeros(n_aps, dtype=np.int64)
    ranking = np.zeros((n_aps, n_channels), dtype=np.int64)
    used = np.zeros((n_aps + 1, n_channels), dtype=np.bool_)
    spent, rest = np.zeros(n_aps + 1), np.zeros(n_aps + 1)
    depth = first
    ranking[depth] = np.argsort(cost[depth, depth])
    while depth >= first:
        below = ceiling - 1e-9 * max(1.0, abs(ceiling)) - optimum[depth + 1]
        k = ranking[depth, min(cursor[depth], n_channels - 1)]
        here = spent[depth] + cost[depth, depth, k]
        if cursor[depth] == n_channels or here + rest[depth] >= below:
            # channels are ranked by cost: the others are no better
            depth -= 1
            continue
        cursor[depth] += 1
        if _is_twin(k, used[depth], class_k):
            continue
        if n_nodes <= 0:
            return ceiling, -1
        n_nodes -= 1
        trial[depth] = k
        if depth == n_aps - 1:
            ceiling = here
            value[first:] = trial[first:]
            continue
        total = _spread(cost, depth, k, order, place, graph, table_tkl)
        if here + total >= below:
            continue
        depth += 1
        used[depth] = used[depth - 1]
        used[depth, k] = True
        ranking[depth] = np.argsort(cost[depth, depth])
        spent[depth], rest[depth] = here, total - cost[depth, depth, ranking[depth, 0]]
        cursor[depth] = 0
    return ceiling, n_nodes


@_compiled
def _is_twin(k: int, used_k: BoolArray, class_k: IntArray) -> bool:
    """Whether channel k is still unused like an earlier one of its class: trying it would repeat that search."""
    if used_k[k]:
        return False
    for earlier in range(k):
        if class_k[earlier] == class_k[k] and not used_k[earlier]:
            return True
    return False


@_compiled
def _russian_dolls(
    order: IntArray,
    class_k: IntArray,
    best: IntArray,
    allowed_ik: BoolArray,
    graph: _Graph,
    table_tkl: Array,
    limits: tuple[float, int],
) -> float:
    """Solve the last access point of `order`, then the last two, …; writes a plan better than the known cost to `best`.

    Returns the proven cost of the largest doll that was finished, which for the whole is the optimum.
    """
    known, n_nodes = limits
    n_aps, n_channels = allowed_ik.shape
    place = np.empty(n_aps, dtype=np.int64)
    place[order] = np.arange(n_aps)
    cost = np.zeros((n_aps + 1, n_aps, n_channels))
    optimum = np.zeros(n_aps + 1)
    value = np.zeros(n_aps, dtype=np.int64)
    for first in range(n_aps - 1, -1, -1):
        for position in range(first, n_aps):
            for k in range(n_channels):
                cost[first, position, k] = 0.0 if allowed_ik[order[position], k] else np.inf
        # the plan of the doll inside, with this access point's best channel, is the first ceiling
        ceiling = optimum[first + 1] + _joined(first, value, cost[first, first].copy(), order, place, graph, table_tkl)
        if first == 0:
            ceiling = min(ceiling, known)
        room = (order, place, class_k, cost, table_tkl)
        ceiling, n_nodes = _solve_doll(first, value, ceiling, optimum, room, graph, n_nodes)
        if n_nodes < 0:
            return optimum[first + 1]
        optimum[first] = ceiling
    if optimum[0] < known:
        best[order] = value
    return optimum[0]


@_compiled
def _joined(
    first: int, value: IntArray, cost_k: Array, order: IntArray, place: IntArray, graph: _Graph, table_tkl: Array
) -> float:
    """Give `order[first]` its best channel beside the plan of the later ones; returns what that adds."""
    start, other, weight, table = graph
    for e in range(start[order[first]], start[order[first] + 1]):
        position = place[other[e]]
        if position > first:
            reverse = table_tkl[table[e] ^ 1, value[position]]
            for k in range(cost_k.size):
                cost_k[k] += weight[e] * reverse[k]
    value[first] = cost_k.argmin()
    return cost_k.min()
