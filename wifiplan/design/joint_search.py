"""Branch and bound over columns and channels together, for a handful of access points among others that stay."""

import numpy as np

from wifiplan.design.channels.kernels import compiled
from wifiplan.units import Array, IntArray

# Written for compilation: loops instead of numpy, which would take three times as long to compile.


@compiled
def _descend(
    open_d: IntArray,
    n_open: int,
    step: tuple[int, int],
    before_ck: Array,
    after_ck: Array,
    columns: tuple[IntArray, Array, Array],
    inner: tuple[IntArray, Array, Array],
) -> int:
    """Put column c on channel k: fill costs, least costs and shares for the columns that still fit.

    `step` is (c, k), `columns` are masks, pair weights and overlaps, `inner` takes the columns that fit, the least
    cost of each and the share of each bit. Returns how many fit.
    """
    mask_c, pair_cd, overlap_kl = columns
    fits, least, share = inner
    c, k = step
    n_fits = 0
    for place in range(n_open):
        d = open_d[place]
        if mask_c[d] & mask_c[c] or pair_cd[c, d] == np.inf:
            continue
        lowest = np.inf
        for own_k in range(after_ck.shape[1]):
            after_ck[d, own_k] = before_ck[d, own_k] + pair_cd[c, d] * overlap_kl[k, own_k]
            lowest = min(lowest, after_ck[d, own_k])
        fits[n_fits], least[d] = d, lowest
        n_fits += 1
    _share_out(fits, n_fits, mask_c, least, share)
    return n_fits


@compiled
def _share_out(fits: IntArray, n_fits: int, mask_c: IntArray, least: Array, share: Array) -> None:
    """Write what covering each bit costs at least, a column's least cost spread evenly over its bits."""
    for b in range(share.size):
        share[b] = np.inf
    for place in range(n_fits):
        d = fits[place]
        n_bits = 0
        for b in range(share.size):
            n_bits += mask_c[d] >> b & 1
        part = least[d] / n_bits
        for b in range(share.size):
            if mask_c[d] >> b & 1 and part < share[b]:
                share[b] = part


@compiled
def _total(bits: int, share: Array) -> float:
    """Return the sum of the shares of these bits."""
    total = 0.0
    for b in range(share.size):
        if bits >> b & 1:
            total += share[b]
    return total


@compiled
def _thin_out(
    fits: IntArray, n_fits: int, mask_c: IntArray, least: Array, share: Array, room: tuple[int, float]
) -> int:
    """Keep the columns that leave the rest of the uncovered bits enough; returns how many."""
    uncovered, below = room
    n_kept = 0
    for place in range(n_fits):
        d = fits[place]
        if least[d] + _total(uncovered & ~mask_c[d], share) < below:
            fits[n_kept] = d
            n_kept += 1
    return n_kept


@compiled
def _rarest(uncovered: int, fits: IntArray, n_fits: int, mask_c: IntArray, n_bits: int) -> int:
    """Return the bit that the fewest columns cover."""
    pick, fewest = 0, fits.size + 1
    for b in range(n_bits):
        if uncovered >> b & 1:
            n = 0
            for place in range(n_fits):
                n += mask_c[fits[place]] >> b & 1
            if n < fewest:
                pick, fewest = b, n
    return pick


@compiled
def _next_option(
    bit: int, fits: IntArray, n_fits: int, mask_c: IntArray, cost_ck: Array, last: tuple[float, int]
) -> tuple[float, int]:
    """Return (cost, option) of the cheapest option after `last` that covers `bit`; option c * n_channels + k, or -1."""
    last_cost, last_option = last
    n_channels = cost_ck.shape[1]
    pick, pick_cost = -1, np.inf
    for place in range(n_fits):
        c = fits[place]
        if not mask_c[c] >> bit & 1:
            continue
        for k in range(n_channels):
            cost, option = cost_ck[c, k], c * n_channels + k
            if cost < pick_cost and (cost > last_cost or (cost == last_cost and option > last_option)):
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
) -> int:
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
    int
        Nodes used.
    """
    n_bits, n_parts, n_nodes, ceiling = limits
    n_columns, n_channels = first_ck.shape
    columns = (mask_c, pair_cd, overlap_kl)
    cost = np.zeros((n_parts + 1, n_columns, n_channels))
    least, share = np.full((n_parts + 1, n_columns), np.inf), np.zeros((n_parts + 1, n_bits))
    fits, n_fits = np.zeros((n_parts + 1, n_columns), dtype=np.int64), np.zeros(n_parts + 1, dtype=np.int64)
    left, bit = np.zeros(n_parts + 1, dtype=np.int64), np.zeros(n_parts + 1, dtype=np.int64)
    spent, last_cost = np.zeros(n_parts + 1), np.full(n_parts + 1, -np.inf)
    option = np.full(n_parts + 1, -1)
    for c in range(n_columns):
        fits[0, c] = c
        for k in range(n_channels):
            cost[0, c, k] = first_ck[c, k]
            least[0, c] = min(least[0, c], first_ck[c, k])
    n_fits[0], left[0] = n_columns, (1 << n_bits) - 1
    _share_out(fits[0], n_columns, mask_c, least[0], share[0])
    bit[0] = _rarest(left[0], fits[0], n_columns, mask_c, n_bits)
    depth = 0
    while depth >= 0:
        last_cost[depth], option[depth] = _next_option(
            bit[depth], fits[depth], n_fits[depth], mask_c, cost[depth], (last_cost[depth], option[depth])
        )
        here = spent[depth] + last_cost[depth]
        if option[depth] < 0 or here >= ceiling:
            depth -= 1
            continue
        c, k = option[depth] // n_channels, option[depth] % n_channels
        uncovered = left[depth] & ~mask_c[c]
        if here + _total(uncovered, share[depth]) >= ceiling or (uncovered == 0) != (depth == n_parts - 1):
            continue
        if n_nodes <= 0:
            break
        n_nodes -= 1
        if uncovered == 0:
            ceiling = here
            for d in range(n_parts):
                chosen[d] = option[d]
            continue
        below = depth + 1
        inner = (fits[below], least[below], share[below])
        n = _descend(fits[depth], n_fits[depth], (c, k), cost[depth], cost[below], columns, inner)
        total = _total(uncovered, share[below])
        if here + total >= ceiling:
            continue
        depth = below
        n_fits[depth] = _thin_out(fits[depth], n, mask_c, least[depth], share[depth], (uncovered, ceiling - here))
        left[depth], spent[depth], last_cost[depth], option[depth] = uncovered, here, -np.inf, -1
        bit[depth] = _rarest(uncovered, fits[depth], n_fits[depth], mask_c, n_bits)
    return limits[2] - n_nodes
