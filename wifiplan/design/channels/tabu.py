"""Tabu search over channels (Hertz and de Werra 1987, with weights): quick and good, proves nothing."""

import numpy as np

from wifiplan.design.channels.kernels import Graph, compiled, copy_from
from wifiplan.units import Array, BoolArray, IntArray


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
                if np.random.randint(n_ties) == 0:  # noqa: NPY002 (the only generator that compiles)
                    pick_i, pick_k = i, k
        n_open += unhappy
    return pick_i, pick_k, pick_gain, n_open


@compiled
def tabu(
    channel: IntArray,
    best: IntArray,
    allowed_ik: BoolArray,
    graph: Graph,
    table_tkl: Array,
    n_moves: int,
    seed: int,
) -> None:
    """Move one access point at a time, never straight back; writes the best plan seen to `best`."""
    np.random.seed(seed)  # noqa: NPY002 (the same)
    start, other, weight, table = graph
    cost = moving_costs(channel, graph, table_tkl)
    tabu_until = np.zeros(cost.shape, dtype=np.int64)
    # how far above the best plan seen the present one is
    above = 0.0
    copy_from(channel, best, 0)
    for move in range(n_moves):
        i, k, gain, n_open = _best_move(channel, cost, allowed_ik, tabu_until, move, -above - 1e-9)
        if n_open == 0:
            break
        if i < 0:
            continue
        old = channel[i]
        lot = np.random.randint(10)  # noqa: NPY002 (the same)
        tabu_until[i, old] = move + 1 + lot + min(10, (6 * n_open) // 10)
        channel[i] = k
        for e in range(start[i], start[i + 1]):
            row_new, row_old = table_tkl[table[e], k], table_tkl[table[e], old]
            for other_k in range(cost.shape[1]):
                cost[other[e], other_k] += weight[e] * (row_new[other_k] - row_old[other_k])
        above += gain
        if above < -1e-9:
            above = 0.0
            copy_from(channel, best, 0)
