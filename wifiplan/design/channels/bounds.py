"""How little interference a channel plan can have at best: clique inequalities over the interference graph.

With A mutually disjoint channels, among any m access points that all hear each other at least as many pairs share a
channel as the Turan graph T(m, A) leaves out. A linear programme weighs these inequalities against the weights.
"""

import numpy as np

from wifiplan.design.channels.conflicts import Conflicts
from wifiplan.design.solver import Programme, entries, relax
from wifiplan.units import Array, BoolArray, IntArray

_ROUNDS = 12
"""Rounds of cuts at effort 1; later rounds add little."""

_VIOLATION = 1e-6


def clique_bound(conflicts: Conflicts, *, effort: float = 1.0) -> float:
    """Return a lower bound of the interference of any plan.

    Parameters
    ----------
    conflicts : Conflicts
        The graph.
    effort : float
        Scales the rounds of cuts.

    Returns
    -------
    float
        At least the sum of what every pair costs alone.
    """
    n_aps = conflicts.allowed_ik.shape[0]
    overlap = conflicts.table_tkl[0]
    # entries of table 0 are the pairs of the weight matrix, each once
    pairs = np.flatnonzero(conflicts.table_e == 0)
    least = float(overlap[overlap > 0.0].min(initial=np.inf))
    if not pairs.size or not np.isfinite(least) or (overlap.diagonal() <= 0.0).any():
        return conflicts.floor
    n_disjoint = most_disjoint(overlap <= 0.0)
    edge_ij = np.full((n_aps, n_aps), -1, dtype=np.int64)
    edge_ij[conflicts.row_e[pairs], conflicts.other_e[pairs]] = np.arange(pairs.size)
    edge_ij = np.maximum(edge_ij, edge_ij.T)
    weight_e = conflicts.weight_e[pairs]
    shared_e = np.zeros(pairs.size)
    cliques: dict[tuple[int, ...], float] = {}
    value = 0.0
    for _ in range(max(1, round(_ROUNDS * effort))):
        fresh = _violated(edge_ij, shared_e, weight_e, n_disjoint)
        if not fresh:
            break
        programme = _programme({**cliques, **fresh}, edge_ij, weight_e)
        found = relax(programme)
        if found is None:
            break
        # every round's value is a bound of its own: cuts that do not bind can go, which keeps the programme small
        binds = (programme.matrix @ found.x <= programme.row_lower + _VIOLATION).tolist()
        cliques = {
            clique: need for (clique, need), kept in zip({**cliques, **fresh}.items(), binds, strict=True) if kept
        }
        shared_e, value = found.x, max(value, found.value)
    return max(conflicts.floor, value * least + conflicts.offset)


def most_disjoint(disjoint_kl: BoolArray) -> int:
    """Return the size of the largest set of channels that are disjoint two by two.

    >>> most_disjoint(~np.eye(3, dtype=bool))
    3
    """
    # a channel that disturbs all that another one disturbs, and more, is in no set that the other would not do for:
    # wide channels go, and what is left is mostly disjoint already
    clash_kl = ~(disjoint_kl & disjoint_kl.T) | np.eye(len(disjoint_kl), dtype=np.bool_)
    kept = [k for k in range(len(clash_kl)) if not _dominated(k, clash_kl)]
    disjoint_kl = disjoint_kl[np.ix_(kept, kept)]
    neighbours = [
        sum(1 << int(other) for other in np.flatnonzero(row & row_t) if other != k)
        for k, (row, row_t) in enumerate(zip(disjoint_kl, disjoint_kl.T, strict=True))
    ]
    best = 0
    stack = [(0, (1 << len(neighbours)) - 1)]
    while stack:
        size, open_set = stack.pop()
        best = max(best, size)
        if size + open_set.bit_count() <= best:
            continue
        # branch on the channel with the most disjoint others, with it and without it
        pick = max(_bits(open_set), key=lambda k: ((neighbours[k] & open_set).bit_count(), -k))
        stack.append((size, open_set & ~(1 << pick)))
        stack.append((size + 1, open_set & neighbours[pick]))
    return best


def _dominated(k: int, clash_kl: BoolArray) -> bool:
    """Whether channel k clashes with all that another one clashes with; of alike ones the first stays."""
    contains_l = ~(clash_kl & ~clash_kl[k]).any(axis=1)
    alike_l = contains_l & (clash_kl.sum(axis=1) == clash_kl[k].sum())
    contains_l[k] = False
    return bool((contains_l & ~alike_l).any() or (contains_l & alike_l)[:k].any())


def shared_pairs(n_members: int, n_disjoint: int) -> int:
    """Return how many pairs of `n_members` must share a channel when `n_disjoint` are mutually disjoint (Turan).

    >>> shared_pairs(4, 3), shared_pairs(7, 3)
    (1, 5)
    """
    size, larger = divmod(n_members, n_disjoint)
    return larger * (size + 1) * size // 2 + (n_disjoint - larger) * size * (size - 1) // 2


def _bits(members: int) -> list[int]:
    return [k for k in range(members.bit_length()) if members >> k & 1]


def _violated(edge_ij: IntArray, shared_e: Array, weight_e: Array, n_disjoint: int) -> dict[tuple[int, ...], float]:
    """Return cliques whose pairs share less than they must, grown greedily from every access point."""
    joined = edge_ij >= 0
    shared_ij = np.where(joined, shared_e[edge_ij], 0.0)
    weight_ij = np.where(joined, weight_e[edge_ij], 0.0)
    found: dict[tuple[int, ...], float] = {}
    for start in range(edge_ij.shape[0]):
        members = [start]
        open_i = joined[start].copy()
        added_i, strength_i = shared_ij[start].copy(), weight_ij[start].copy()
        total, worst = 0.0, _VIOLATION
        best: tuple[tuple[int, ...], float] | None = None
        while open_i.any():
            options = np.flatnonzero(open_i)
            pick = int(options[np.lexsort((-strength_i[options], added_i[options].round(6)))[0]])
            total += float(added_i[pick])
            members.append(pick)
            open_i &= joined[pick]
            added_i += shared_ij[pick]
            strength_i = np.minimum(strength_i, weight_ij[pick])
            need = float(shared_pairs(len(members), n_disjoint))
            if (need - total) / max(need, 1.0) > worst:
                worst = (need - total) / need
                best = (tuple(sorted(members)), need)
        if best is not None:
            found[best[0]] = best[1]
    return found


def _programme(cliques: dict[tuple[int, ...], float], edge_ij: IntArray, weight_e: Array) -> Programme:
    """Return the linear programme: the least weighted sharing that every clique allows."""
    rows: list[IntArray] = []
    for members in cliques:
        index = np.array(members)
        rows.append(edge_ij[np.ix_(index, index)][np.triu_indices(index.size, 1)])
    sizes = np.array([row.size for row in rows])
    matrix = entries(
        np.ones(int(sizes.sum())),
        np.repeat(np.arange(sizes.size), sizes),
        np.concatenate(rows),
        (sizes.size, weight_e.size),
    )
    return Programme(
        cost_x=weight_e,
        matrix=matrix,
        row_lower=np.array(list(cliques.values())),
        row_upper=np.full(sizes.size, np.inf),
        lower_x=np.zeros(weight_e.size),
        upper_x=np.full(weight_e.size, np.inf),
        integer_x=np.zeros(weight_e.size, dtype=np.bool_),
    )
