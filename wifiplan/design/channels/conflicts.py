"""The interference graph as flat arrays that compiled code walks through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wifiplan.errors import Fault, SolverError
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflicts:
    """Who disturbs whom, by how much, on which pair of channels.

    Each pair stands twice, once from either side. The entries of access point i are `start_i[i]` to `start_i[i + 1]`;
    entry e costs ``weight_e[e] * table_tkl[table_e[e], channel of i, channel of other_e[e]]``.

    Parameters
    ----------
    start_i : ndarray of int (i + 1,)
        Where the entries of each access point begin.
    row_e, other_e : ndarray of int (e,)
        The access point itself and the other one.
    weight_e : ndarray (e,)
        Factor of the entry.
    table_e : ndarray of int (e,)
        Its table.
    table_tkl : ndarray (t, k, l)
        Costs by own channel and the other's; tables 0 and 1 are the overlap from either side.
    allowed_ik : ndarray of bool (i, k)
        Channels that each access point may use.
    offset : float
        Cost that every plan has: the least of each special pair, taken off its table so that no entry is negative.
    floor : float
        Sum of the least cost of every pair alone: no plan is cheaper.
    """

    start_i: IntArray
    row_e: IntArray
    other_e: IntArray
    weight_e: Array
    table_e: IntArray
    table_tkl: Array
    allowed_ik: BoolArray
    offset: float
    floor: float


def build(
    weight_ij: npt.ArrayLike,
    overlap_kl: npt.ArrayLike,
    allowed_ik: npt.ArrayLike | None,
    pair_cost: Sequence[tuple[int, int, npt.ArrayLike]],
) -> Conflicts:
    """Return the graph of what `channels.assign` is given.

    Raises
    ------
    SolverError
        With every fault found.
    """
    weight, overlap, allowed = _checked(weight_ij, overlap_kl, allowed_ik)
    n_aps, n_channels = allowed.shape
    of_i, of_j = np.nonzero(np.triu(weight, 1))
    rows, others = [of_i, of_j], [of_j, of_i]
    weights = [weight[of_i, of_j]] * 2
    tables = [np.zeros(of_i.size, dtype=np.int64), np.ones(of_i.size, dtype=np.int64)]
    costs = [overlap, overlap.T]
    offset = 0.0
    for position, (i, j, cost_kl) in enumerate(pair_cost):
        cost = _checked_pair(position, i, j, cost_kl, n_aps, n_channels)
        rows.append(np.array([i, j]))
        others.append(np.array([j, i]))
        weights.append(np.ones(2))
        tables.append(np.array([len(costs), len(costs) + 1]))
        least = float(cost[np.ix_(allowed[i], allowed[j])].min())
        cost = np.maximum(cost - least, 0.0)
        costs.extend([cost, cost.T])
        offset += least
    row = np.concatenate(rows).astype(np.int64)
    order = np.argsort(row, kind="stable")
    # only overlaps can have a least cost above 0: special pairs have had theirs taken off
    floor = offset
    for i, j in zip(of_i.tolist(), of_j.tolist(), strict=True):
        floor += float(weight[i, j] * overlap[np.ix_(allowed[i], allowed[j])].min())
    return Conflicts(
        start_i=np.searchsorted(row[order], np.arange(n_aps + 1)).astype(np.int64),
        row_e=row[order],
        other_e=np.concatenate(others).astype(np.int64)[order],
        weight_e=np.concatenate(weights).astype(np.float64)[order],
        table_e=np.concatenate(tables).astype(np.int64)[order],
        table_tkl=np.ascontiguousarray(np.stack(costs)),
        allowed_ik=allowed,
        offset=offset,
        floor=floor,
    )


def cost_of(conflicts: Conflicts, channel_i: IntArray) -> float:
    """Return the interference of a plan."""
    own, other = channel_i[conflicts.row_e], channel_i[conflicts.other_e]
    once = conflicts.row_e < conflicts.other_e
    cost_e = conflicts.weight_e * conflicts.table_tkl[conflicts.table_e, own, other]
    return float(cost_e[once].sum()) + conflicts.offset


def filled_rows(table_tkl: Array) -> tuple[Array, IntArray, IntArray]:
    """Return the tables, where each of their rows (t, k) begins in a list of its places that are not 0, and that list.

    >>> [x.tolist() for x in filled_rows(np.eye(2)[None])[1:]]
    [[0, 1, 2], [0, 1]]
    """
    n_tables, n_channels, _ = table_tkl.shape
    flat, place = np.nonzero(table_tkl.reshape(n_tables * n_channels, n_channels))
    begin = np.searchsorted(flat, np.arange(n_tables * n_channels + 1))
    return table_tkl, begin.astype(np.int64), place.astype(np.int64)


def greedy_channels(conflicts: Conflicts) -> IntArray:
    """Give the access point with the fewest good channels left its cheapest one, again and again (Brelaz 1979)."""
    allowed = conflicts.allowed_ik
    cost_ik = np.where(allowed, 0.0, np.inf)
    channel = np.full(allowed.shape[0], -1, dtype=np.int64)
    strength = np.zeros(allowed.shape[0])
    np.add.at(strength, conflicts.row_e, conflicts.weight_e)
    for _ in range(channel.size):
        open_i = np.flatnonzero(channel < 0)
        least = cost_ik[open_i].min(axis=1)
        n_good = (cost_ik[open_i] <= least[:, None]).sum(axis=1)
        i = int(open_i[np.lexsort((open_i, -strength[open_i], n_good, -least))[0]])
        channel[i] = int(cost_ik[i].argmin())
        own = slice(conflicts.start_i[i], conflicts.start_i[i + 1])
        added = conflicts.weight_e[own, None] * conflicts.table_tkl[conflicts.table_e[own], channel[i]]
        np.add.at(cost_ik, conflicts.other_e[own], added)
    return channel


def search_order(conflicts: Conflicts) -> IntArray:
    """Return an order that keeps the tail dense: peel off the access point with the least weight to those that stay."""
    n_aps = conflicts.allowed_ik.shape[0]
    spread_t = conflicts.table_tkl.max(axis=(1, 2)) - conflicts.table_tkl.min(axis=(1, 2))
    strength = np.zeros((n_aps, n_aps))
    np.add.at(
        strength,
        (conflicts.row_e, conflicts.other_e),
        conflicts.weight_e * spread_t[conflicts.table_e],
    )
    left = np.ones(n_aps, dtype=np.bool_)
    order = []
    for _ in range(n_aps):
        total = np.where(left, strength @ left, np.inf)
        i = int(total.argmin())
        order.append(i)
        left[i] = False
    return np.array(order, dtype=np.int64)


def twin_classes(conflicts: Conflicts) -> IntArray:
    """Return a class (k,) for each channel: swapping two channels of a class changes no plan's cost."""
    n_channels = conflicts.allowed_ik.shape[1]
    classes = np.arange(n_channels, dtype=np.int64)
    if conflicts.table_tkl.shape[0] > 2:
        return classes
    overlap, allowed = conflicts.table_tkl[0], conflicts.allowed_ik
    for k in range(n_channels):
        for twin in range(k):
            swap = np.arange(n_channels)
            swap[[k, twin]] = twin, k
            same = np.array_equal(overlap, overlap[np.ix_(swap, swap)])
            if same and np.array_equal(allowed[:, k], allowed[:, twin]):
                classes[k] = classes[twin]
                break
    return classes


def _checked(
    weight_ij: npt.ArrayLike, overlap_kl: npt.ArrayLike, allowed_ik: npt.ArrayLike | None
) -> tuple[Array, Array, BoolArray]:
    weight = np.asarray(weight_ij, dtype=np.float64)
    overlap = np.asarray(overlap_kl, dtype=np.float64)
    faults = [
        Fault(where=name, problem=f"has shape {array.shape} instead of a square one")
        for name, array in (("weight_ij", weight), ("overlap_kl", overlap))
        if array.ndim != 2 or array.shape[0] != array.shape[1]
    ]
    faults.extend(
        Fault(where=name, problem="holds NaN, infinite or negative figures")
        for name, array in (("weight_ij", weight), ("overlap_kl", overlap))
        if not np.all(np.isfinite(array)) or (array < 0.0).any()
    )
    if faults:
        raise _error(faults)
    shape = (weight.shape[0], overlap.shape[0])
    allowed = np.ones(shape, dtype=np.bool_) if allowed_ik is None else np.asarray(allowed_ik, dtype=np.bool_)
    if allowed.shape != shape:
        faults.append(Fault(where="allowed_ik", problem=f"has shape {allowed.shape} instead of {shape}"))
    elif not allowed.any(axis=1).all():
        bare = ", ".join(str(i) for i in np.flatnonzero(~allowed.any(axis=1))[:10])
        faults.append(Fault(where="allowed_ik", problem=f"leaves no channel to access points {bare}"))
    if faults:
        raise _error(faults)
    return weight, overlap, np.ascontiguousarray(allowed)


def _checked_pair(position: int, i: int, j: int, cost_kl: npt.ArrayLike, n_aps: int, n_channels: int) -> Array:
    where = f"pair_cost[{position}]"
    cost = np.asarray(cost_kl, dtype=np.float64)
    if not (0 <= i < n_aps and 0 <= j < n_aps) or i == j:
        raise _error([Fault(where=where, problem=f"{i} and {j} are not two access points")])
    if cost.shape != (n_channels, n_channels) or not np.all(np.isfinite(cost)):
        raise _error([Fault(where=where, problem="needs finite costs for each pair of channels")])
    return cost


def _error(faults: list[Fault]) -> SolverError:
    return SolverError(
        "the channel problem is not well posed",
        remedy="give square matrices of finite figures from 0 and at least one channel per access point",
        where="channels",
        faults=faults,
    )
