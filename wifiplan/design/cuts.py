r"""Inequalities that whole numbers keep and fractions break: they lift the bound of a relaxation.

Of three rooms that are served once each, at most one access point serves two:

.. math:: \sum_{c:\ |S_c \cap T| \ge 2} x_c \le 1 \qquad \forall T, |T| = 3

(subset-row cuts, Jepsen, Petersen, Spoorendonk and Pisinger, Oper. Res. 2008, for routes instead of room sets).
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from wifiplan.design.solver import Programme, Relaxation, matrix_of, relax
from wifiplan.units import Array, BoolArray

_ROUNDS = 6
_ROWS_A_ROUND = 60
_BROKEN = 1e-3
"""By how much a fraction must break a row for the row to be worth its place."""

_PRESENT = 1e-7
_PAIR = 2
"""Rooms of a triple that make a column count."""


def tightened(programme: Programme, served_rx: BoolArray) -> tuple[Programme, Relaxation | None]:
    """Add rows that the relaxation breaks, round by round.

    Parameters
    ----------
    programme : Programme
        What to minimise.
    served_rx : ndarray of bool (r, x)
        Which variables serve a room; of those of one room at most one is 1.

    Returns
    -------
    (Programme, Relaxation or None)
        The programme with the rows, and its relaxation; None when that has no solution.
    """
    relaxed = relax(programme)
    for _ in range(_ROUNDS):
        if relaxed is None:
            break
        rows = _broken_triples(served_rx, relaxed.x)
        if not rows:
            break
        block = np.zeros((len(rows), programme.cost_x.size))
        block[:, : served_rx.shape[1]] = [served_rx[list(triple)].sum(axis=0) >= _PAIR for triple in rows]
        programme = replace(
            programme,
            matrix=matrix_of(sparse.vstack([programme.matrix, sparse.csr_array(block)])),
            row_lower=np.concatenate([programme.row_lower, np.full(len(rows), -np.inf)]),
            row_upper=np.concatenate([programme.row_upper, np.ones(len(rows))]),
        )
        relaxed = relax(programme)
    return programme, relaxed


def _broken_triples(served_rx: BoolArray, x: Array) -> list[tuple[int, ...]]:
    """Return the triples of rooms whose row the point breaks most."""
    support = np.flatnonzero((x[: served_rx.shape[1]] > _PRESENT) & (served_rx.sum(axis=0) >= _PAIR))
    member_rx = served_rx[:, support].astype(np.float64)
    weight_x = x[support]
    pair_rr = (member_rx * weight_x) @ member_rx.T
    np.fill_diagonal(pair_rr, 0.0)
    found: dict[tuple[int, ...], float] = {}
    for a in range(served_rx.shape[0]):
        with_a = member_rx[a] > 0.0
        all_rr = (member_rx[:, with_a] * weight_x[with_a]) @ member_rx[:, with_a].T
        # columns with exactly two of the three count once, those with all three once as well
        sum_rr = pair_rr[a][:, None] + pair_rr[a][None, :] + pair_rr - 2.0 * all_rr
        for b, c in np.argwhere(np.triu(sum_rr, 1) > 1.0 + _BROKEN):
            if a not in (b, c):
                found[tuple(sorted((a, int(b), int(c))))] = float(sum_rr[b, c])
    ranked = sorted(found, key=lambda triple: (-round(found[triple], 6), triple))
    return ranked[:_ROWS_A_ROUND]
