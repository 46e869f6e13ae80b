"""Branch and bound over columns and channels together, for a handful of access points among others that stay."""

import numpy as np

from wifiplan.design.channels.kernels import compiled
from wifiplan.units import Array, IntArray

# Written for compilation: loops instead of numpy, which would take three times as long to compile.


@compiled
def _least_shares(uncovered: int, mask_c: IntArray, cost_ck: Array, share_b: Array) -> None:
    """Write to `share_b` what covering each bit costs at least, a column's cost spread evenly over its bits."""
    for b in range(share_b.size):
        share_b[b] = np.inf if uncovered >> b & 1 else 0.0
    for c in range(mask_c.size):
        if mask_c[c] & ~uncovered:
            continue
        least = np.inf
        for k in range(cost_ck.shape[1]):
            least = min(least, cost_ck[c, k])
        n_bits = 0
        for b in range(share_b.size):
            n_bits += mask_c[c] >> b & 1
        for b in range(share_b.size):
            if mask_c[c] >> b & 1:
                share_b[b] = min(share_b[b], least / n_bits)


@compiled
def _rarest(uncovered: int, mask_c: IntArray, n_bits: int) -> int:
    """Return the bit that the fewest columns cover."""
    pick, fewest = -1, mask_c.size + 1
    for b in range(n_bits):
        if uncovered >> b & 1:
            n = 0
            for c in range(mask_c.size):
                if mask_c[c] >> b & 1 and not mask_c[c] & ~uncovered:
                    n += 1
            if n < fewest:
                pick, fewest = b, n
    return pick


@compiled
def _next_option(
    bit: int, uncovered: int, mask_c: IntArray, cost_ck: Array, last: tuple[float, int]
) -> tuple[float, int]:
    """Return (cost, option) of the cheapest option after `last` that covers `bit`; option c * n_channels + k, or -1."""
    last_cost, last_option = last
    n_channels = cost_ck.shape[1]
    pick, pick_cost = -1, np.inf
    for c in range(mask_c.size):
        if not mask_c[c] >> bit & 1 or mask_c[c] & ~uncovered:
            continue
        for k in range(n_channels):
            cost, option = cost_ck[c, k], c * n_channels + k
            after = cost > last_cost or (cost == last_cost and option > last_option)
            if after and cost < pick_cost:
                pick, pick_cost = option, cost
    return pick_cost, pick


@compiled
def recover(
    mask_c: IntArray,
    first_ck: Array,
    pair_cd: Array,
    overlap_kl: Array,
    limits: tuple[int, int, int, float],
    chosen: IntArray,
) -> float:
    """Partition the bits into exactly so many columns, each on a channel, for the least cost below a ceiling.

    Parameters
    ----------
    mask_c : ndarray of int (c,)
        Bits that each column covers.
    first_ck : ndarray (c, k)
        Cost of each column on each channel beside what stays, inf where it may not be.
    pair_cd : ndarray (c, c)
        Weight between two columns on the same channel, inf where they can't be together.
    overlap_kl : ndarray (k, k)
        Overlap of channels.
    limits : tuple
        Number of bits, of columns, of nodes, and the ceiling.
    chosen : ndarray of int (columns,)
        Takes the options c * n_channels + k of the best partition found; left alone if there is none.

    Returns
    -------
    float
        Its cost, or the ceiling.
    """
    n_bits, n_parts, n_nodes, ceiling = limits
    n_columns, n_channels = first_ck.shape
    cost = np.zeros((n_parts + 1, n_columns, n_channels))
    for c in range(n_columns):
        for k in range(n_channels):
            cost[0, c, k] = first_ck[c, k]
    share = np.zeros((n_parts + 1, n_bits))
    left = np.zeros(n_parts + 1, dtype=np.int64)
    spent, last_cost = np.zeros(n_parts + 1), np.zeros(n_parts + 1)
    bit, option = np.zeros(n_parts + 1, dtype=np.int64), np.zeros(n_parts + 1, dtype=np.int64)
    left[0] = (1 << n_bits) - 1
    _least_shares(left[0], mask_c, cost[0], share[0])
    bit[0], last_cost[0], option[0] = _rarest(left[0], mask_c, n_bits), -np.inf, -1
    depth = 0
    while depth >= 0:
        last_cost[depth], option[depth] = _next_option(
            bit[depth], left[depth], mask_c, cost[depth], (last_cost[depth], option[depth])
        )
        here = spent[depth] + last_cost[depth]
        if option[depth] < 0 or here >= ceiling:
            depth -= 1
            continue
        c, k = option[depth] // n_channels, option[depth] % n_channels
        uncovered = left[depth] & ~mask_c[c]
        rest = 0.0
        for b in range(n_bits):
            if uncovered >> b & 1:
                rest += share[depth, b]
        if here + rest >= ceiling or (uncovered == 0) != (depth == n_parts - 1):
            continue
        if n_nodes <= 0:
            break
        n_nodes -= 1
        if uncovered == 0:
            ceiling = here
            for d in range(n_parts):
                chosen[d] = option[d]
            continue
        for d in range(n_columns):
            if mask_c[d] & ~uncovered:
                continue
            for own_k in range(n_channels):
                # two that can't be together can't on channels that do not touch either
                touch = overlap_kl[k, own_k] if pair_cd[c, d] < np.inf else 1.0
                cost[depth + 1, d, own_k] = cost[depth, d, own_k] + (pair_cd[c, d] * touch if touch > 0.0 else 0.0)
        _least_shares(uncovered, mask_c, cost[depth + 1], share[depth + 1])
        rest = 0.0
        for b in range(n_bits):
            rest += share[depth + 1, b]
        if here + rest >= ceiling:
            continue
        depth += 1
        left[depth], spent[depth] = uncovered, here
        bit[depth], last_cost[depth], option[depth] = _rarest(uncovered, mask_c, n_bits), -np.inf, -1
    return float(ceiling)
