"""What the joint search works on: columns to choose from, and the access points, rooms and channels chosen so far."""

from dataclasses import dataclass

import numpy as np

from wifiplan.design.columns import SLACK_SHARE, Columns, rooms_of
from wifiplan.design.problems import Checked
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What does not change during the search.

    Parameters
    ----------
    checked : Checked
        The problem.
    candidate_c, load_c : ndarray (c,)
        Candidate and airtime of each column that serves whole rooms [share].
    member_cr : ndarray of bool (c, r)
        Their rooms.
    away_c : ndarray (c,)
        What speaks against each column (`Checked.away_ir`), in sum.
    from_room : dict of int to ndarray of int
        Columns by their lowest room.
    heard_ij : ndarray (i, i)
        How strongly two candidates disturb each other, the mean of both directions, 0 on the diagonal.
    overlap_kl : ndarray (k, k)
        Overlap of channels, symmetric.
    allowed_ik : ndarray of bool (i, k)
        Channels that each candidate may use.
    """

    checked: Checked
    candidate_c: IntArray
    load_c: Array
    member_cr: BoolArray
    away_c: Array
    from_room: dict[int, IntArray]
    heard_ij: Array
    overlap_kl: Array
    allowed_ik: BoolArray


def ground(checked: Checked, columns: Columns, heard_ij: Array, overlap_kl: Array, allowed_ik: BoolArray) -> Ground:
    """Return the ground of a search over whole columns; those that share a room are left out."""
    member_cr = np.zeros((len(columns.rooms_c), checked.tier_r.size), dtype=np.bool_)
    for c, room_set in enumerate(columns.rooms_c):
        member_cr[c, rooms_of(room_set)] = True
    whole = np.flatnonzero(~(member_cr & checked.shared_r).any(axis=1))
    member_cr, candidate = member_cr[whole], columns.candidate_c[whole]
    lowest_c = member_cr.argmax(axis=1) if whole.size else whole
    both = 0.5 * (heard_ij + heard_ij.T)
    np.fill_diagonal(both, 0.0)
    return Ground(
        checked=checked,
        candidate_c=candidate,
        load_c=columns.load_c[whole],
        member_cr=member_cr,
        away_c=(member_cr * checked.away_ir[candidate]).sum(axis=1),
        from_room={r: np.flatnonzero(lowest_c == r) for r in np.unique(lowest_c).tolist()},
        heard_ij=both,
        overlap_kl=overlap_kl,
        allowed_ik=allowed_ik,
    )


def no_columns() -> Columns:
    """Return an empty list of columns."""
    none = np.empty(0, dtype=np.int64)
    return Columns(
        candidate_c=none, rooms_c=(), part_c=np.empty(0), load_c=np.empty(0), maximal_c=np.empty(0, dtype=np.bool_)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """Access points a in use: candidate, rooms that each serves alone, airtime [share] and channel.

    `stays_a` are those that the search leaves alone: they share a room, or serve none and are not fixed; `sharing`
    are the pairs (candidate, room) of rooms that several serve.
    """

    candidate_a: IntArray
    rooms_a: tuple[int, ...]
    load_a: Array
    channel_a: IntArray
    stays_a: BoolArray
    sharing: tuple[tuple[int, int], ...]


def weights(land: Ground, state: State) -> Array:
    """Return how strongly the access points in use disturb each other on the same channel (a, a)."""
    heard = land.heard_ij[np.ix_(state.candidate_a, state.candidate_a)]
    return np.asarray(heard * (state.load_a[:, None] + state.load_a[None, :]))


def cost_of(land: Ground, state: State) -> float:
    """Return the joint cost: weight times overlap of channels over all pairs."""
    overlap = land.overlap_kl[np.ix_(state.channel_a, state.channel_a)]
    return float(np.triu(weights(land, state) * overlap, 1).sum())


def carried(checked: Checked, i: int, room_set: int, n_at_once: int | None) -> float:
    """Return the airtime of candidate i that serves these rooms alone, as its column has it [share]."""
    loads = sorted((float(checked.load_share_ir[i, r]) for r in rooms_of(room_set)), reverse=True)
    return sum(loads[:n_at_once])


def within_limits(checked: Checked, state: State) -> bool:
    """Whether every group of candidates carries no more together than it may."""
    load_i = np.zeros(checked.fixed_i.size)
    load_i[state.candidate_a] = state.load_a
    return all(load_i[list(g.candidates_i)].sum() <= g.most_share + SLACK_SHARE for g in checked.limits)


def n_preferred(checked: Checked, state: State) -> int:
    """Return how many preferred candidates are in use."""
    return int(checked.preferred_i[state.candidate_a].sum())
