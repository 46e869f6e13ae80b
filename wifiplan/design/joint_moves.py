"""Neighbourhoods of the joint search: a few access points near each other are freed and their rooms covered anew."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.columns import rooms_of
from wifiplan.design.joint_search import recover
from wifiplan.design.joint_state import Ground, State, n_preferred, within_limits
from wifiplan.units import Array, BoolArray, IntArray

_NODES, _DOUBLINGS = 200, 5
"""Nodes of the branch and bound in one neighbourhood; every second one has twice, every fourth four times as many, …"""

_ALIKE = 8
"""Candidates kept for each room set in a neighbourhood: those that fit best beside what stays."""

_FEW_NODES = 2_500
"""Nodes where there are few access points, divided by their number."""

_BLUR = 0.5
"""By which share of its cost the rank of an option may be wrong."""

_WORK, _PAIR_WORK = 1_000_000, 8
"""Steps of a neighbourhood besides those for each pair of its options, and for each node and option."""

_BITS = 60
"""Most rooms and standing access points of a neighbourhood: they must fit into one machine word."""

_EQUAL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Options:
    """Columns c that may cover the freed rooms b: candidate, rooms, airtime, what speaks against them, bits covered."""

    rooms_b: IntArray
    candidate_c: IntArray
    member_cb: BoolArray
    load_c: Array
    away_c: Array
    mask_c: IntArray

    def kept(self, index: IntArray | BoolArray) -> "_Options":
        """Return these options only."""
        return replace(
            self,
            candidate_c=self.candidate_c[index],
            member_cb=self.member_cb[index],
            load_c=self.load_c[index],
            away_c=self.away_c[index],
            mask_c=self.mask_c[index],
        )


def recovered(
    land: Ground, state: State, freed: IntArray, lot: np.random.Generator, noise_i: Array | None = None
) -> tuple[State | None, int]:
    """Return the state with the rooms of the freed access points covered anew for less; None if there is no better.

    Parameters
    ----------
    land : Ground
        Columns and weights.
    state : State
        What is in use.
    freed : ndarray of int
        Positions a of the access points to free; as many come back, at the fixed and owned candidates among them.
    lot : Generator
        Draws which of many alike columns come into question.
    noise_i : ndarray (i,), optional
        Factors on what each candidate costs beside those that stay: "less" is then less by these costs.

    Returns
    -------
    State or None
        The best one that the nodes sufficed to find.
    int
        Work done, in steps that take about as long as each other.
    """
    room_set = 0
    for a in freed.tolist():
        room_set |= state.rooms_a[a]
    rooms = np.array(rooms_of(room_set), dtype=np.int64)
    stands = land.checked.fixed_i[state.candidate_a[freed]] | land.checked.owned_i[state.candidate_a[freed]]
    standing = state.candidate_a[freed[stands]]
    n_bits = rooms.size + standing.size
    if n_bits > _BITS or not rooms.size:
        return None, _WORK
    outside = np.setdiff1d(np.arange(state.candidate_a.size), freed)
    options = _options(land, state, outside, rooms, standing)
    options = options.kept(_stays_joined(land, state, outside, options))
    first = _first_cost(land, state, outside, options)
    if noise_i is not None:
        first *= noise_i[options.candidate_c, None]
    now = _now(state, freed, options)
    if now is None:
        return None, _WORK
    ceiling = _present_cost(land, options.kept(now), first[now], state.channel_a[freed])
    ceiling -= _EQUAL * max(1.0, ceiling)
    kept = _promising(options, first, n_bits, ceiling)
    kept = kept[_few_alike(options.mask_c[kept], first[kept].min(axis=1, initial=np.inf), lot)]
    options, first = options.kept(kept), first[kept]
    chosen = np.full(freed.size, -1, dtype=np.int64)
    n_nodes = max(_NODES, _FEW_NODES // state.candidate_a.size) << min(_DOUBLINGS, int(lot.geometric(0.5)) - 1)
    limits = (n_bits, freed.size, n_nodes, ceiling)
    n_used = recover(options.mask_c, first, _pair_cost(land, options), land.overlap_kl, limits, chosen)
    n_options = options.mask_c.size
    work = _WORK + n_options * (_PAIR_WORK * n_options + n_used * (n_bits + land.overlap_kl.shape[0]))
    return None if chosen[0] < 0 else _accepted(land, state, freed, options, chosen), work


def _accepted(land: Ground, state: State, freed: IntArray, options: _Options, chosen: IntArray) -> State | None:
    """Return the state with the chosen options, unless it breaks what is not part of the search."""
    n_channels = land.overlap_kl.shape[0]
    column = chosen // n_channels
    candidate, load, channel = state.candidate_a.copy(), state.load_a.copy(), state.channel_a.copy()
    candidate[freed], load[freed] = options.candidate_c[column], options.load_c[column]
    channel[freed] = chosen % n_channels
    rooms = list(state.rooms_a)
    for a, member_b in zip(freed.tolist(), options.member_cb[column], strict=True):
        rooms[a] = sum(1 << r for r in options.rooms_b[member_b].tolist())
    found = replace(state, candidate_a=candidate, rooms_a=tuple(rooms), load_a=load, channel_a=channel)
    kept = n_preferred(land.checked, found) >= n_preferred(land.checked, state)
    return found if kept and within_limits(land.checked, found) else None


def _options(land: Ground, state: State, outside: IntArray, rooms: IntArray, standing: IntArray) -> _Options:
    """Return the columns within the freed rooms; bits are the rooms, then the access points that must stay."""
    checked = land.checked
    closed_i = checked.fixed_i | checked.owned_i
    closed_i[state.candidate_a[outside]] = True
    closed_i[standing] = False
    none = np.empty(0, dtype=np.int64)
    picked = np.concatenate([land.from_room.get(r, none) for r in rooms.tolist()])
    picked = picked[~closed_i[land.candidate_c[picked]]]
    inside = np.zeros(checked.tier_r.size, dtype=np.bool_)
    inside[rooms] = True
    picked = picked[~land.member_cr[np.ix_(picked, np.flatnonzero(~inside))].any(axis=1)]
    # a fixed access point may serve no room at all
    idle = standing[checked.fixed_i[standing]]
    candidate = np.concatenate([land.candidate_c[picked], idle])
    member = np.vstack([land.member_cr[np.ix_(picked, rooms)], np.zeros((idle.size, rooms.size), dtype=np.bool_)])
    mask = member @ (1 << np.arange(rooms.size, dtype=np.int64))
    for n, i in enumerate(standing.tolist()):
        mask[candidate == i] |= 1 << (rooms.size + n)
    return _Options(
        rooms_b=rooms,
        candidate_c=candidate,
        member_cb=member,
        load_c=np.concatenate([land.load_c[picked], np.zeros(idle.size)]),
        away_c=np.concatenate([land.away_c[picked], np.zeros(idle.size)]),
        mask_c=mask,
    )


def _stays_joined(land: Ground, state: State, outside: IntArray, options: _Options) -> BoolArray:
    """Return the options that neither lose their devices to an access point outside nor draw devices away from it."""
    strength, margin = land.checked.strength_ir, land.checked.margin_db
    if strength is None:
        return np.ones(options.candidate_c.size, dtype=np.bool_)
    held_r = np.full(strength.shape[1], np.inf)
    for a in outside.tolist():
        held = rooms_of(state.rooms_a[a])
        held_r[held] = strength[state.candidate_a[a], held] + margin
    # a room that several share must not be drawn away from the weakest of them
    for i, r in state.sharing:
        held_r[r] = min(held_r[r], strength[i, r] + margin)
    strongest_b = strength[np.ix_(state.candidate_a[outside], options.rooms_b)].max(axis=0, initial=-np.inf)
    heard_cb = strength[np.ix_(options.candidate_c, options.rooms_b)]
    keeps = (heard_cb >= strongest_b - margin) | ~options.member_cb
    quiet_i: BoolArray = np.asarray((strength <= held_r).all(axis=1))
    return np.asarray(keeps.all(axis=1) & quiet_i[options.candidate_c])


def _first_cost(land: Ground, state: State, outside: IntArray, options: _Options) -> Array:
    """Return what each option costs on each channel beside the access points that stay (c, k)."""
    heard = land.heard_ij[np.ix_(options.candidate_c, state.candidate_a[outside])]
    overlap = land.overlap_kl[state.channel_a[outside]]
    first = options.load_c[:, None] * (heard @ overlap) + heard @ (state.load_a[outside, None] * overlap)
    return np.where(land.allowed_ik[options.candidate_c], first + options.away_c[:, None], np.inf)


def _now(state: State, freed: IntArray, options: _Options) -> IntArray | None:
    """Return the options that are in use now, None when one is not among them."""
    bit = {r: 1 << n for n, r in enumerate(options.rooms_b.tolist())}
    rooms_c = options.mask_c & ((1 << options.rooms_b.size) - 1)
    found = []
    for a in freed.tolist():
        own = sum(bit[r] for r in rooms_of(state.rooms_a[a]))
        same = (options.candidate_c == state.candidate_a[a]) & (rooms_c == own)
        if not same.any():
            return None
        found.append(int(same.argmax()))
    return np.array(found, dtype=np.int64)


def _present_cost(land: Ground, used: _Options, first: Array, channel: IntArray) -> float:
    """Return what the options in use cost, beside what stays and among each other."""
    heard = land.heard_ij[np.ix_(used.candidate_c, used.candidate_c)]
    pair = heard * (used.load_c[:, None] + used.load_c[None, :]) * land.overlap_kl[np.ix_(channel, channel)]
    return float(first[np.arange(channel.size), channel].sum() + np.triu(pair, 1).sum())


def _promising(options: _Options, first: Array, n_bits: int, ceiling: float) -> IntArray:
    """Return the options that can be part of a better cover.

    Covering a bit costs at least the least over the options that do, each spread evenly over its bits.
    """
    least = first.min(axis=1, initial=np.inf)
    bits = (options.mask_c[:, None] >> np.arange(n_bits) & 1).astype(np.bool_)
    share = np.where(bits, (least / bits.sum(axis=1))[:, None], np.inf).min(axis=0, initial=np.inf)
    if not np.isfinite(share).all():
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(least + share.sum() - bits @ share < ceiling)


def _few_alike(mask_c: IntArray, least_c: Array, lot: np.random.Generator) -> IntArray:
    """Return a few options for each mask: those that cost least beside what stays, with a blur.

    The blur lets others in now and then: who fits best among the freed ones is not known before the search.
    """
    blurred = (least_c + _EQUAL) * lot.uniform(1.0 - _BLUR, 1.0 + _BLUR, least_c.size)
    order = np.lexsort((blurred, mask_c))
    mask = mask_c[order]
    begins = np.flatnonzero(np.diff(mask, prepend=-1))
    rank = np.arange(mask.size) - np.repeat(begins, np.diff(np.append(begins, mask.size)))
    return np.asarray(order[rank < _ALIKE])


def _pair_cost(land: Ground, options: _Options) -> Array:
    """Return weights of pairs of options on the same channel, inf where they can't be together (c, c)."""
    i, load = options.candidate_c, options.load_c
    pair = land.heard_ij[np.ix_(i, i)] * (load[:, None] + load[None, :])
    clash = i[:, None] == i[None, :]
    strength, margin = land.checked.strength_ir, land.checked.margin_db
    if strength is not None:
        for b, r in enumerate(options.rooms_b.tolist()):
            level = strength[i, r]
            drawn = options.member_cb[:, b, None] & (level[None, :] > level[:, None] + margin)
            clash |= drawn | drawn.T
    return np.where(clash, np.inf, pair)
