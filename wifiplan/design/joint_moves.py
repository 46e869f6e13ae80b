"""Neighbourhoods of the joint search: a few access points near each other are freed and their rooms covered anew."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.columns import rooms_of
from wifiplan.design.joint_search import recover
from wifiplan.design.joint_state import Ground, State, n_preferred, within_limits
from wifiplan.units import Array, BoolArray, IntArray

_NODES = 600
"""Nodes of the branch and bound in one neighbourhood."""

_ALIKE = 12
"""Candidates kept for each room set in a neighbourhood: those that fit best beside what stays."""

_BITS = 60
"""Most rooms and standing access points of a neighbourhood: they must fit into one machine word."""

_EQUAL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Options:
    """Columns c that may cover the freed rooms: candidate, room set, airtime, and the bits that they cover."""

    candidate_c: IntArray
    rooms_c: tuple[int, ...]
    load_c: Array
    mask_c: IntArray

    def kept(self, index: IntArray) -> "_Options":
        return _Options(
            candidate_c=self.candidate_c[index],
            rooms_c=tuple(self.rooms_c[c] for c in index),
            load_c=self.load_c[index],
            mask_c=self.mask_c[index],
        )


def recovered(land: Ground, state: State, freed: list[int]) -> State | None:
    """Return the state with the rooms of the freed access points covered anew for less; None if there is no better.

    Parameters
    ----------
    land : Ground
        Columns and weights.
    state : State
        What is in use.
    freed : list of int
        Positions a of the access points to free; as many come back, at the fixed and owned candidates among them.
    """
    outside = np.setdiff1d(np.arange(state.candidate_a.size), freed)
    options, n_bits = _options(land, state, freed)
    if options is None:
        return None
    options = options.kept(np.flatnonzero(_stays_joined(land, state, outside, options)))
    first = _first_cost(land, state, outside, options)
    now = _now(state, freed, options)
    if now is None:
        return None
    kept = np.union1d(_fittest(options, first), now)
    now = np.searchsorted(kept, now)
    options, first = options.kept(kept), first[kept]
    pair = _pair_cost(land, options)
    channel = state.channel_a[freed]
    ceiling = float(first[now, channel].sum())
    shared = np.triu(pair[np.ix_(now, now)], 1)
    overlap = land.overlap_kl[np.ix_(channel, channel)]
    ceiling += float(np.where(np.isfinite(shared), shared * overlap, 0.0).sum())
    chosen = np.full(len(freed), -1, dtype=np.int64)
    limits = (n_bits, len(freed), _NODES, ceiling - _EQUAL * max(1.0, ceiling))
    recover(options.mask_c, first, pair, land.overlap_kl, limits, chosen)
    if chosen[0] < 0:
        return None
    return _accepted(land, state, freed, options, chosen)


def _accepted(land: Ground, state: State, freed: list[int], options: _Options, chosen: IntArray) -> State | None:
    """Return the state with the chosen options, unless it breaks what is not part of the search."""
    n_channels = land.overlap_kl.shape[0]
    column = chosen // n_channels
    candidate, load, channel = state.candidate_a.copy(), state.load_a.copy(), state.channel_a.copy()
    candidate[freed], load[freed] = options.candidate_c[column], options.load_c[column]
    channel[freed] = chosen % n_channels
    rooms = list(state.rooms_a)
    for a, c in zip(freed, column.tolist(), strict=True):
        rooms[a] = options.rooms_c[c]
    found = replace(state, candidate_a=candidate, rooms_a=tuple(rooms), load_a=load, channel_a=channel)
    kept = n_preferred(land.checked, found) >= n_preferred(land.checked, state)
    return found if kept and within_limits(land.checked, found) else None


def _options(land: Ground, state: State, freed: list[int]) -> tuple[_Options | None, int]:
    """Return the columns within the freed rooms and the number of bits: rooms, then access points that must stay."""
    checked = land.checked
    room_set = 0
    for a in freed:
        room_set |= state.rooms_a[a]
    rooms = rooms_of(room_set)
    bit = {r: 1 << n for n, r in enumerate(rooms)}
    standing = [int(i) for i in state.candidate_a[freed] if checked.fixed_i[i] or checked.owned_i[i]]
    bit_i = {i: 1 << (len(rooms) + n) for n, i in enumerate(standing)}
    n_bits = len(rooms) + len(standing)
    if n_bits > _BITS or not rooms:
        return None, n_bits
    closed = np.zeros(checked.fixed_i.size, dtype=np.bool_)
    closed[state.candidate_a] = True
    closed |= checked.fixed_i | checked.owned_i
    closed[state.candidate_a[freed]] = False
    picked = [
        c
        for r in rooms
        for c in land.from_room.get(r, [])
        if not land.rooms_c[c] & ~room_set and not closed[land.candidate_c[c]]
    ]
    idle = [i for i in standing if checked.fixed_i[i]]
    candidate = np.array([*land.candidate_c[picked].tolist(), *idle], dtype=np.int64)
    sets = (*(land.rooms_c[c] for c in picked), *(0 for _ in idle))
    masks = [
        sum(bit[r] for r in rooms_of(own)) | bit_i.get(i, 0) for own, i in zip(sets, candidate.tolist(), strict=True)
    ]
    options = _Options(
        candidate_c=candidate,
        rooms_c=sets,
        load_c=np.concatenate([land.load_c[picked], np.zeros(len(idle))]),
        mask_c=np.array(masks, dtype=np.int64),
    )
    return options, n_bits


def _stays_joined(land: Ground, state: State, outside: IntArray, options: _Options) -> BoolArray:
    """Return the options that neither lose their devices to an access point outside nor draw devices away from it."""
    strength, margin = land.checked.strength_ir, land.checked.margin_db
    if strength is None:
        return np.ones(options.candidate_c.size, dtype=np.bool_)
    stay_i = state.candidate_a[outside]
    strongest_r = strength[stay_i].max(axis=0, initial=-np.inf)
    held_r = np.full(strength.shape[1], np.inf)
    for a in outside:
        # rooms shared by several are held by the strongest of them, which stays on the air
        held = rooms_of(state.rooms_a[a])
        held_r[held] = strength[state.candidate_a[a], held] + margin
    if state.stays_a.any():
        shared = np.flatnonzero(land.checked.shared_r)
        held_r[shared] = strength[np.ix_(state.candidate_a[state.stays_a], shared)].max(axis=0) + margin
    quiet_i = (strength <= held_r[None, :]).all(axis=1)
    keeps = [
        bool((strength[i, own] >= strongest_r[own] - margin).all())
        for i, own in zip(options.candidate_c.tolist(), map(rooms_of, options.rooms_c), strict=True)
    ]
    return np.asarray(np.array(keeps, dtype=np.bool_) & quiet_i[options.candidate_c])


def _first_cost(land: Ground, state: State, outside: IntArray, options: _Options) -> Array:
    """Return what each option costs on each channel beside the access points that stay (c, k)."""
    checked = land.checked
    heard = land.heard_ij[np.ix_(options.candidate_c, state.candidate_a[outside])]
    overlap = land.overlap_kl[state.channel_a[outside]]
    first = options.load_c[:, None] * (heard @ overlap) + heard @ (state.load_a[outside, None] * overlap)
    away = [
        float(checked.away_ir[i, rooms_of(own)].sum())
        for i, own in zip(options.candidate_c.tolist(), options.rooms_c, strict=True)
    ]
    return np.where(land.allowed_ik[options.candidate_c], first + np.array(away)[:, None], np.inf)


def _now(state: State, freed: list[int], options: _Options) -> IntArray | None:
    """Return the options that are in use now, None when one is not among them."""
    index = {(i, own): c for c, (i, own) in enumerate(zip(options.candidate_c.tolist(), options.rooms_c, strict=True))}
    found = [index.get((int(state.candidate_a[a]), state.rooms_a[a])) for a in freed]
    return None if None in found else np.array(found, dtype=np.int64)


def _fittest(options: _Options, first: Array) -> IntArray:
    """Return for each mask the few options that cost least on their best channel."""
    least = first.min(axis=1)
    order = np.lexsort((np.arange(least.size), least, options.mask_c))
    mask = options.mask_c[order]
    begins = np.flatnonzero(np.concatenate([[True], mask[1:] != mask[:-1]]))
    rank = np.arange(mask.size) - np.repeat(begins, np.diff(np.append(begins, mask.size)))
    return np.asarray(order[(rank < _ALIKE) & np.isfinite(least[order])])


def _pair_cost(land: Ground, options: _Options) -> Array:
    """Return weights of pairs of options on the same channel, inf where they can't be together (c, c)."""
    i, load = options.candidate_c, options.load_c
    pair = land.heard_ij[np.ix_(i, i)] * (load[:, None] + load[None, :])
    clash = i[:, None] == i[None, :]
    strength, margin = land.checked.strength_ir, land.checked.margin_db
    if strength is not None:
        for c, own in enumerate(map(rooms_of, options.rooms_c)):
            drawn = (strength[np.ix_(i, own)] > strength[i[c], own][None, :] + margin).any(axis=1)
            clash[c] |= drawn
            clash[:, c] |= drawn
    return np.where(clash, np.inf, pair)
