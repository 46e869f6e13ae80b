"""Tabu search over channels (Hertz and de Werra 1987, with weights): quick and good, proves nothing."""

from typing import TypeAlias

import numpy as np

from wifiplan.design.channels.kernels import Graph, compiled, copy_from
from wifiplan.units import Array, BoolArray, IntArray

Unhappy: TypeAlias = tuple[IntArray, IntArray]
"""Access points that cost something: their list, its length in the last place; the position of each in it, or -1."""

_EQUAL = 1e-9
"""Costs below this are rounding: weights of a plan are far larger."""


@compiled
def moving_costs(channel: IntArray, graph: Graph, table_tkl: Array) -> Array:
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


@compiled
def _note(i: int, now: float, unhappy: Unhappy) -> None:
    """Put an access point on the list of those that cost something, or take it off."""
    member, position = unhappy
    last = member.size - 1
    if now > _EQUAL:
        if position[i] < 0:
            position[i] = member[last]
            member[member[last]] = i
            member[last] += 1
    elif position[i] >= 0:
        member[last] -= 1
        moved = member[member[last]]
        member[position[i]] = moved
        position[moved] = position[i]
        position[i] = -1


@compiled
def _best_move(
    channel: IntArray,
    cost: Array,
    allowed_ik: BoolArray,
    tabu_until: IntArray,
    unhappy: Unhappy,
    now: tuple[int, float],
) -> tuple[int, int, float]:
    """Return (access point, channel, gain) of the best move at `now`, ties drawn by lot.

    `now` is the move's number and the gain to better the best plan seen: a tabu move is taken only when it gains more.
    """
    move, slack = now
    member = unhappy[0]
    pick_i, pick_k, pick_gain, n_ties = -1, -1, np.inf, 0
    for place in range(member[member.size - 1]):
        i = member[place]
        base = cost[i, channel[i]]
        for k in range(cost.shape[1]):
            gain = cost[i, k] - base
            if gain > pick_gain + _EQUAL or k == channel[i] or not allowed_ik[i, k]:
                continue
            if tabu_until[i, k] > move and gain >= slack:
                continue
            if gain < pick_gain - _EQUAL:
                pick_i, pick_k, pick_gain, n_ties = i, k, gain, 1
            else:
                n_ties += 1
                if np.random.randint(n_ties) == 0:  # noqa: NPY002 (the only generator that compiles)
                    pick_i, pick_k = i, k
    return pick_i, pick_k, pick_gain


@compiled
def _switch(
    i: int,
    k: int,
    channel: IntArray,
    cost: Array,
    graph: Graph,
    rows: tuple[Array, IntArray, IntArray],
    unhappy: Unhappy,
) -> None:
    """Put access point i on channel k and bring the costs of its neighbours up to date."""
    start, other, weight, table = graph
    table_tkl, begin, filled = rows
    old, n_channels = channel[i], cost.shape[1]
    channel[i] = k
    for e in range(start[i], start[i + 1]):
        j, factor = other[e], weight[e]
        row = table[e] * n_channels + old
        for place in range(begin[row], begin[row + 1]):
            cost[j, filled[place]] -= factor * table_tkl[table[e], old, filled[place]]
        row = table[e] * n_channels + k
        for place in range(begin[row], begin[row + 1]):
            cost[j, filled[place]] += factor * table_tkl[table[e], k, filled[place]]
        _note(j, cost[j, channel[j]], unhappy)
    _note(i, cost[i, k], unhappy)


@compiled
def tabu(
    channel: IntArray,
    best: IntArray,
    allowed_ik: BoolArray,
    graph: Graph,
    rows: tuple[Array, IntArray, IntArray],
    limits: tuple[int, int, float],
    seed: int,
) -> None:
    """Move one access point at a time, never straight back; writes the best plan seen to `best`.

    `rows` are the tables and which places of their rows are filled; `limits` are the number of moves, the longest
    tenure and the least gain over the start that ends the search.
    """
    np.random.seed(seed)  # noqa: NPY002 (the same)
    n_moves, longest, enough = limits
    cost = moving_costs(channel, graph, rows[0])
    tabu_until = np.zeros(cost.shape, dtype=np.int64)
    unhappy = (np.zeros(channel.size + 1, dtype=np.int64), np.full(channel.size, -1))
    for i in range(channel.size):
        _note(i, cost[i, channel[i]], unhappy)
    # how far above the best plan seen the present one is, and how far that one is below the start
    above, gained = 0.0, 0.0
    copy_from(channel, best, 0)
    for move in range(n_moves):
        n_unhappy = unhappy[0][channel.size]
        if n_unhappy == 0 or gained >= enough:
            break
        i, k, gain = _best_move(channel, cost, allowed_ik, tabu_until, unhappy, (move, -above - _EQUAL))
        if i < 0:
            continue
        lot = np.random.randint(10)  # noqa: NPY002 (the same)
        tabu_until[i, channel[i]] = move + 1 + lot + min(longest, (6 * n_unhappy) // 10)
        _switch(i, k, channel, cost, graph, rows, unhappy)
        above += gain
        if above < -_EQUAL:
            gained -= above
            above = 0.0
            copy_from(channel, best, 0)
