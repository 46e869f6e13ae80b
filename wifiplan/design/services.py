"""From the variables of a model back to who serves which rooms."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from wifiplan.design.columns import SLACK_SHARE, Columns
from wifiplan.design.models import ANY, Model
from wifiplan.design.problems import Checked
from wifiplan.units import Array, BoolArray


def decode(model: Model, chosen_x: Array, checked: Checked, columns: Columns | None) -> dict[int, int] | None:
    """Return the room set of each candidate in use; None when the sets find no distinct candidates.

    Parameters
    ----------
    model : Model
        The model that was solved.
    chosen_x : ndarray (x,)
        Its variables, whole up to the solver's tolerance.
    checked : Checked
        The problem.
    columns : Columns or None
        All room sets; needed only for models that leave the candidate open.

    Returns
    -------
    dict of int to int, or None
        Candidate to room set. Each room that one access point can serve is served once; a shared room is served by
        all that share it, or by none when their parts do not make a whole.
    """
    named: dict[int, int] = {}
    free: list[int] = []
    for x in np.flatnonzero(chosen_x > 0.5):
        room_set, i = model.rooms_x[x], int(model.candidate_x[x])
        if i == ANY:
            free.append(room_set)
        elif room_set:
            named[i] = named.get(i, 0) | room_set
    shared_set = _as_set(checked.shared_r)
    unmet = shared_set & ~_whole_shared(named, checked)
    taken = 0
    for i in sorted(named, key=lambda i: (not checked.fixed_i[i], not checked.owned_i[i], i)):
        named[i] &= ~(taken | unmet)
        taken |= named[i] & ~shared_set
    trimmed = []
    for room_set in sorted(free):
        if rest := room_set & ~taken:
            trimmed.append(rest)
            taken |= rest
    named = {i: room_set for i, room_set in named.items() if room_set}
    hosts = _matched(trimmed, columns, checked.spots.standing_i, set(named))
    if hosts is None:
        return None
    return dict(sorted({**named, **dict(zip(hosts, trimmed, strict=True))}.items()))


def greedy(checked: Checked) -> dict[int, int]:
    """Return a quick answer for when the solver found none in time: always the candidate that adds the most rooms.

    Rooms are weighed tier by tier. Standing access points come first; shared rooms stay unserved.
    """
    alone_ir: BoolArray = (checked.load_share_ir <= checked.cap_ir + SLACK_SHARE) & ~checked.shared_r
    left_r: BoolArray = np.asarray(alone_ir.any(axis=0))
    rooms_i: dict[int, int] = {}
    waiting = set(range(checked.fixed_i.size))
    for i in np.flatnonzero(checked.spots.standing_i):
        members = _filled(int(i), left_r, alone_ir, checked)
        rooms_i[int(i)] = _as_set(members)
        left_r &= ~members
        waiting.discard(int(i))
    for _ in range(checked.n_new):
        best = max(
            sorted(waiting),
            key=lambda i: _worth(_filled(i, left_r, alone_ir, checked), checked),
            default=None,
        )
        if best is None or not (members := _filled(best, left_r, alone_ir, checked)).any():
            break
        rooms_i[best] = _as_set(members)
        left_r &= ~members
        waiting.discard(best)
    return {i: room_set for i, room_set in sorted(rooms_i.items()) if room_set}


def _worth(members_r: BoolArray, checked: Checked) -> tuple[int, ...]:
    """Return how many rooms of each tier, first tier first."""
    return tuple(np.bincount(checked.tier_r[members_r], minlength=int(checked.tier_r.max(initial=0)) + 1).tolist())


def _filled(i: int, left_r: BoolArray, alone_ir: BoolArray, checked: Checked) -> BoolArray:
    """Return the rooms that candidate i takes when it fills up with the lightest of the first tier first."""
    rooms = np.flatnonzero(left_r & alone_ir[i])
    members = np.zeros(left_r.size, dtype=np.bool_)
    total, least = 0.0, np.inf
    for r in rooms[np.lexsort((checked.load_share_ir[i, rooms], checked.tier_r[rooms]))]:
        tighter = min(least, float(checked.cap_ir[i, r]))
        if total + checked.load_share_ir[i, r] <= tighter + SLACK_SHARE:
            members[r] = True
            total += float(checked.load_share_ir[i, r])
            least = tighter
    return members


def _matched(sets: list[int], columns: Columns | None, standing_i: BoolArray, used: set[int]) -> list[int] | None:
    """Return a candidate of its own for each set, or None."""
    if not sets or columns is None:
        return [] if not sets else None
    wanted = {room_set: position for position, room_set in enumerate(sets)}
    rows: list[int] = []
    hosts: list[int] = []
    for room_set, part, i in zip(columns.rooms_c, columns.part_c.tolist(), columns.candidate_c.tolist(), strict=True):
        if part == 1.0 and room_set in wanted and i not in used and not standing_i[i]:
            rows.append(wanted[room_set])
            hosts.append(i)
    graph = sparse.csr_matrix((np.ones(len(rows)), (rows, hosts)), shape=(len(sets), standing_i.size))
    match = maximum_bipartite_matching(graph, perm_type="column")
    return None if (match < 0).any() else [int(i) for i in match]


def _whole_shared(rooms_i: dict[int, int], checked: Checked) -> int:
    """Return the set of shared rooms whose parts add up to the whole room."""
    whole = 0
    for r in np.flatnonzero(checked.shared_r):
        sharers = [i for i, room_set in rooms_i.items() if room_set >> int(r) & 1]
        parts = sum(float(checked.cap_ir[i, r] / checked.load_share_ir[i, r]) for i in sharers)
        if parts >= 1.0 - SLACK_SHARE:
            whole |= 1 << int(r)
    return whole


def _as_set(member_r: BoolArray) -> int:
    return sum(1 << int(r) for r in np.flatnonzero(member_r))
