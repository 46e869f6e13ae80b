"""Exact search over channels by Russian dolls (Verfaillie, Lemaitre and Schiex, AAAI 1996)."""

from typing import TypeAlias

import numpy as np

from wifiplan.design.channels.kernels import Graph, compiled, copy_from
from wifiplan.units import Array, BoolArray, IntArray

Room: TypeAlias = tuple[IntArray, IntArray, IntArray, Array, Array]
"""Search order, its inverse, channel classes, costs (depth, position, k) and tables."""


@compiled
def rank(cost_k: Array, ranking: IntArray) -> None:
    """Write the channels to `ranking`, cheapest first, the lower index first among equals."""
    for k in range(cost_k.size):
        position = k
        while position > 0 and cost_k[ranking[position - 1]] > cost_k[k]:
            ranking[position] = ranking[position - 1]
            position -= 1
        ranking[position] = k


@compiled
def _spread(cost: Array, depth: int, k: int, order: IntArray, place: IntArray, graph: Graph, table_tkl: Array) -> float:
    """Put `order[depth]` on channel k: fill cost[depth + 1] for the later ones, return the sum of their least."""
    start, other, weight, table = graph
    n_channels = cost.shape[2]
    for position in range(depth + 1, order.size):
        for own_k in range(n_channels):
            cost[depth + 1, position, own_k] = cost[depth, position, own_k]
    for e in range(start[order[depth]], start[order[depth] + 1]):
        position = place[other[e]]
        if position > depth:
            row = table_tkl[table[e], k]
            for own_k in range(n_channels):
                cost[depth + 1, position, own_k] += weight[e] * row[own_k]
    total = 0.0
    for position in range(depth + 1, order.size):
        least = np.inf
        for own_k in range(n_channels):
            least = min(least, cost[depth + 1, position, own_k])
        total += least
    return total


@compiled
def _solve_doll(
    first: int,
    value: IntArray,
    ceiling: float,
    optimum: Array,
    room: Room,
    graph: Graph,
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
    rank(cost[depth, depth], ranking[depth])
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
            copy_from(trial, value, first)
            continue
        total = _spread(cost, depth, k, order, place, graph, table_tkl)
        if here + total >= below:
            continue
        depth += 1
        for earlier in range(n_channels):
            used[depth, earlier] = used[depth - 1, earlier] or earlier == k
        rank(cost[depth, depth], ranking[depth])
        spent[depth], rest[depth] = here, total - cost[depth, depth, ranking[depth, 0]]
        cursor[depth] = 0
    return ceiling, n_nodes


@compiled
def _is_twin(k: int, used_k: BoolArray, class_k: IntArray) -> bool:
    """Whether channel k is still unused like an earlier one of its class: trying it would repeat that search."""
    if used_k[k]:
        return False
    for earlier in range(k):  # noqa: SIM110 (generators do not compile)
        if class_k[earlier] == class_k[k] and not used_k[earlier]:
            return True
    return False


@compiled
def russian_dolls(
    order: IntArray,
    class_k: IntArray,
    best: IntArray,
    allowed_ik: BoolArray,
    graph: Graph,
    table_tkl: Array,
    limits: tuple[float, int],
) -> float:
    """Solve the last access point of `order`, then the last two, …; writes a plan better than the known cost to `best`.

    Returns the proven cost of the largest doll that was finished, which for the whole is the optimum.
    """
    known, n_nodes = limits
    n_aps, n_channels = allowed_ik.shape
    place = np.empty(n_aps, dtype=np.int64)
    for position in range(n_aps):
        place[order[position]] = position
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
            return float(optimum[first + 1])
        optimum[first] = ceiling
    if optimum[0] < known:
        for position in range(n_aps):
            best[order[position]] = value[position]
    return float(optimum[0])


@compiled
def _joined(
    first: int, value: IntArray, cost_k: Array, order: IntArray, place: IntArray, graph: Graph, table_tkl: Array
) -> float:
    """Give `order[first]` its best channel beside the plan of the later ones; returns what that adds."""
    start, other, weight, table = graph
    for e in range(start[order[first]], start[order[first] + 1]):
        position = place[other[e]]
        if position > first:
            reverse = table_tkl[table[e] ^ 1, value[position]]
            for k in range(cost_k.size):
                cost_k[k] += weight[e] * reverse[k]
    best_k = 0
    for k in range(cost_k.size):
        if cost_k[k] < cost_k[best_k]:
            best_k = k
    value[first] = best_k
    return float(cost_k[best_k])
