r"""Devices join the strongest access point that they hear: rows that keep a placement to it, added where it is broken.

For a room r and a candidate j heard stronger (by more than the margin) than those that would serve r instead,

.. math:: \sum_{c \ni r:\ s_{i(c) r} < s_{jr} - m} x_c + \sum_{c: i(c) = j} x_c \le 1

(closest-assignment constraints, Espejo, Marín and Rodríguez-Chía, Eur. J. Oper. Res. 2012). Listing them all would
swamp the programme; few of them bind.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from wifiplan.design.columns import rooms_of
from wifiplan.design.models import Model
from wifiplan.design.problems import Checked
from wifiplan.design.solver import entries
from wifiplan.units import Array, BoolArray, IntArray

Break: TypeAlias = tuple[int, int, int]
"""(room, candidate that serves it, candidate on the air that is heard stronger)."""


def breaks_of(checked: Checked, rooms_i: dict[int, int]) -> list[Break]:
    """Return where a room would join another access point than the one that is to serve it.

    Parameters
    ----------
    checked : Checked
        The problem.
    rooms_i : dict of int to int
        Room set of each candidate in use.

    Returns
    -------
    list of (int, int, int)
        (room, serving candidate, stronger candidate), by room. Access points that share a room do not compete.
    """
    strength_ir = checked.strength_ir
    if strength_ir is None:
        return []
    on_air = sorted({*rooms_i, *np.flatnonzero(checked.fixed_i).tolist()})
    sharing: dict[int, set[int]] = {}
    for i, room_set in rooms_i.items():
        for r in rooms_of(room_set):
            sharing.setdefault(r, set()).add(i)
    return [
        (r, i, j)
        for r, members in sorted(sharing.items())
        for i in sorted(members)
        for j in on_air
        if j not in members and strength_ir[j, r] > strength_ir[i, r] + checked.margin_db
    ]


_PRESENT = 1e-6
_BROKEN = 0.01
"""By how much a fraction must break a row for the row to be worth its place."""

_ROWS_A_ROOM = 2
"""Rows a round and room."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """How the variables of a model lie: which serve a room, and which say that a candidate is on the air.

    Parameters
    ----------
    model : Model
        The model.
    serves_rx : sparse array (r, x)
        Not zero where the variable serves the room.
    on_air_x : ndarray of bool (x,)
        Variables whose sum over a candidate is 1 when it is on the air.
    """

    model: Model
    serves_rx: sparse.csr_array
    on_air_x: BoolArray


def spread(model: Model, *, by_pairs: bool) -> Spread:
    """Return the variables by room; `by_pairs` where single variables stand for candidates in use."""
    n_x = len(model.rooms_x)
    if by_pairs:
        on_air = np.array([room_set == 0 for room_set in model.rooms_x], dtype=np.bool_)
    else:
        on_air = np.ones(n_x, dtype=np.bool_)
    return Spread(model=model, serves_rx=model.part_rx, on_air_x=on_air)


def broken_by(found: Spread, checked: Checked, x: Array) -> set[Break]:
    """Return where a point with fractions breaks the rows of `with_breaks`, the worst of each room.

    Parameters
    ----------
    found : Spread
        The variables by room.
    checked : Checked
        The problem.
    x : ndarray (x, or longer)
        The point.

    Returns
    -------
    set of (int, int, int)
        (room, -1, stronger candidate): the row speaks of all weaker candidates. None of rooms that several share.
    """
    if checked.strength_ir is None:
        return set()
    x = x[: found.model.candidate_x.size]
    support = np.flatnonzero(x > _PRESENT)
    candidate = found.model.candidate_x[support]
    n_candidates = checked.fixed_i.size
    on_air = np.bincount(candidate, weights=x[support] * found.on_air_x[support], minlength=n_candidates)
    on_air[checked.fixed_i] = 1.0
    near = np.flatnonzero(on_air > _PRESENT)
    breaks: set[Break] = set()
    serves = found.serves_rx[:, support]
    for r in np.flatnonzero(~checked.shared_r):
        of_room = serves.indices[serves.indptr[r] : serves.indptr[r + 1]]
        strength_r = checked.strength_ir[:, r]
        weaker_jc = strength_r[candidate[of_room]][None, :] < strength_r[near][:, None] - checked.margin_db
        excess_j = weaker_jc @ x[support[of_room]] + on_air[near] - 1.0
        worst = np.argsort(-excess_j, kind="stable")[:_ROWS_A_ROOM]
        breaks |= {(int(r), -1, int(near[j])) for j in worst if excess_j[j] > _BROKEN}
    return breaks


def with_breaks(model: Model, found: Spread, checked: Checked, breaks: set[Break]) -> Model:
    """Return the model with the rows that forbid these breaks.

    Parameters
    ----------
    model : Model
        The model so far; its variables are those of `found`.
    found : Spread
        Its variables by room.
    checked : Checked
        The problem.
    breaks : set of (int, int, int)
        What must not be; of rooms that one access point serves, a row forbids all serving candidates that are weaker.

    Returns
    -------
    Model
        With one row a (room, stronger candidate), or a (room, sharer, stronger candidate).
    """
    if checked.strength_ir is None:
        return model
    keys = {(r, i if checked.shared_r[r] else -1, j) for r, i, j in breaks}
    values: list[Array] = []
    columns: list[IntArray] = []
    most: list[float] = []
    for r, i, j in sorted(keys):
        row, limit = _row(found, checked, r, i, j)
        columns.append(np.flatnonzero(row).astype(np.int64))
        values.append(row[columns[-1]])
        most.append(limit)
    sizes = [column.size for column in columns]
    rows = np.repeat(np.arange(len(sizes)), sizes)
    shape = (len(sizes), len(model.rooms_x))
    return model.with_rows(entries(np.concatenate(values), rows, np.concatenate(columns), shape), np.array(most))


def _row(found: Spread, checked: Checked, r: int, i: int, j: int) -> tuple[Array, float]:
    """Return the row over all variables and its right-hand side."""
    strength_r = np.empty(0) if checked.strength_ir is None else checked.strength_ir[:, r]
    candidate_x = found.model.candidate_x
    row = np.zeros(candidate_x.size)
    of_room = found.serves_rx.indices[found.serves_rx.indptr[r] : found.serves_rx.indptr[r + 1]]
    if i >= 0:
        row[of_room[candidate_x[of_room] == i]] = 1.0
    else:
        row[of_room[strength_r[candidate_x[of_room]] < strength_r[j] - checked.margin_db]] = 1.0
    stays = bool(checked.fixed_i[j])
    if not stays:
        row[found.on_air_x & (candidate_x == j)] += 1.0
    if checked.shared_r[r]:
        # j may be a sharer itself
        row[of_room[candidate_x[of_room] == j]] -= 1.0
    return row, 0.0 if stays else 1.0
