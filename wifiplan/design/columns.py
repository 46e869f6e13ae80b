"""Columns: the room sets that one candidate can fully serve under its airtime cap.

Dantzig-Wolfe by enumeration (Amaldi et al., Operations Research 2011): a school's candidate serves one to three rooms
at once, so all its room sets can be listed, and the integer programme over them is nearly integral.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wifiplan.units import Array, BoolArray, IntArray

SLACK_SHARE = 1e-9
"""Airtime by which a sum may pass its cap, so that rounding in the last digit forbids nothing [share]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Room sets by candidate; a set is an integer whose bit r stands for room r.

    Parameters
    ----------
    candidate_c : ndarray of int (c,)
        Candidate that serves the column's rooms.
    rooms_c : tuple of int
        The room sets.
    part_c : ndarray (c,)
        Share of its room that the column carries: 1, or less where no single candidate can serve the room.
    load_c : ndarray (c,)
        Airtime of the candidate that the column takes [share].
    maximal_c : ndarray of bool (c,)
        No further room fits beside these at this candidate.
    """

    candidate_c: IntArray
    rooms_c: tuple[int, ...]
    part_c: Array
    load_c: Array
    maximal_c: BoolArray


def shared_rooms(load_share_ir: Array, cap_ir: Array) -> BoolArray:
    """Return the rooms that candidates reach but that none can serve alone, shape (r,)."""
    reached_r = (np.isfinite(load_share_ir) & (cap_ir > 0.0)).any(axis=0)
    alone_r = (load_share_ir <= cap_ir + SLACK_SHARE).any(axis=0)
    return np.asarray(reached_r & ~alone_r)


def enumerate_columns(
    load_share_ir: Array, cap_ir: Array, *, max_columns: int, n_at_once: int | None = None
) -> Columns | None:
    """List all room sets that each candidate can serve under its cap; None when there are more than `max_columns`.

    Parameters
    ----------
    load_share_ir : ndarray (i, r)
        Airtime that room r takes of candidate i [share], inf where i can't serve r.
    cap_ir : ndarray (i, r)
        Most airtime that candidate i may carry in all when it serves room r [share]; a set's cap is its rooms' least.
    max_columns : int
        Where to give up.
    n_at_once : int or None
        Rooms that can be active at the same moment: a set loads its candidate with that many of its heaviest rooms.
        None: all at once.

    Returns
    -------
    Columns or None
        In the order of candidates; a room that no candidate can serve alone has single columns with a part below 1,
        so that the candidates which share it serve nothing else.
    """
    shared_r = shared_rooms(load_share_ir, cap_ir)
    candidates: list[int] = []
    rooms: list[int] = []
    parts: list[float] = []
    loads: list[float] = []
    maximal: list[bool] = []
    for i in range(load_share_ir.shape[0]):
        for r in np.flatnonzero(shared_r & np.isfinite(load_share_ir[i]) & (cap_ir[i] > 0.0)):
            candidates.append(i)
            rooms.append(1 << int(r))
            parts.append(float(cap_ir[i, r] / load_share_ir[i, r]))
            loads.append(float(cap_ir[i, r]))
            maximal.append(True)
        for room_set, load, is_maximal in _sets_of(load_share_ir[i], cap_ir[i], n_at_once):
            if len(rooms) >= max_columns:
                return None
            candidates.append(i)
            rooms.append(room_set)
            parts.append(1.0)
            loads.append(load)
            maximal.append(is_maximal)
    return Columns(
        candidate_c=np.array(candidates, dtype=np.int64),
        rooms_c=tuple(rooms),
        part_c=np.array(parts, dtype=np.float64),
        load_c=np.array(loads, dtype=np.float64),
        maximal_c=np.array(maximal, dtype=np.bool_),
    )


def _sets_of(load_r: Array, cap_r: Array, n_at_once: int | None) -> Iterator[tuple[int, float, bool]]:
    """Yield (room set, load, is maximal) of one candidate, depth first without recursion."""
    rooms = [int(r) for r in np.flatnonzero(load_r <= cap_r + SLACK_SHARE)]
    load = [float(load_r[r]) for r in rooms]
    cap = [float(cap_r[r]) + SLACK_SHARE for r in rooms]
    # each entry: next position to try, rooms so far, the loads that count (heaviest first), their least cap
    stack: list[tuple[int, int, tuple[float, ...], float]] = [(0, 0, (), float("inf"))]
    while stack:
        start, room_set, heaviest, least = stack.pop()
        grows = False
        for position, room in enumerate(rooms):
            if room_set >> room & 1:
                continue
            tighter = min(least, cap[position])
            active = tuple(sorted((*heaviest, load[position]), reverse=True)[:n_at_once])
            if sum(active) > tighter:
                continue
            grows = True
            if position >= start:
                stack.append((position + 1, room_set | 1 << room, active, tighter))
            elif start >= len(rooms):
                break
        if room_set:
            yield room_set, sum(heaviest), not grows


def rooms_of(room_set: int) -> list[int]:
    """Return the rooms of a set in rising order.

    >>> rooms_of(0b1011)
    [0, 1, 3]
    """
    rooms = []
    while room_set:
        low = room_set & -room_set
        rooms.append(low.bit_length() - 1)
        room_set ^= low
    return rooms


def widest_sets(sets: list[int]) -> list[int]:
    """Return the distinct sets that no other set contains, in the order of their first appearance.

    >>> widest_sets([0b011, 0b001, 0b110, 0b011])
    [3, 6]
    """
    distinct = sorted(dict.fromkeys(sets), key=int.bit_count, reverse=True)
    holders: dict[int, list[int]] = {}
    kept: set[int] = set()
    for room_set in distinct:
        rooms = rooms_of(room_set)
        nearby = min((holders.get(room, []) for room in rooms), key=len, default=[])
        if any(room_set & other == room_set for other in nearby):
            continue
        kept.add(room_set)
        for room in rooms:
            holders.setdefault(room, []).append(room_set)
    return [room_set for room_set in dict.fromkeys(sets) if room_set in kept]
