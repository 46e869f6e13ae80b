"""Which radios of a band beside the planned one are on, how strong, how wide and on which channel."""

import math
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.spectrum import Channel, channels, overlap_kl
from wifiplan.design.channels import ChannelPlan, assign
from wifiplan.design.covering import cover
from wifiplan.predict.association import joined
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, contention_weight
from wifiplan.predict.seats import Chance, seats
from wifiplan.study.band_view import BandView
from wifiplan.study.channel_choice import WEIGHT_SCALE
from wifiplan.study.widths import narrowest
from wifiplan.units import Array, BoolArray, IntArray

OFF = -1
"""Level of a radio that is switched off."""

_UNREST, _POWER = 0.5, 0.25
"""What disturbing every neighbour, and the highest power, cost at most, in radios over all radios together: together
less than one radio, so that they only choose among equals."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuned:
    """Radios a of a view: level (`OFF`: off), width and channel, and how the channels were found.

    `n_sharing` is how many pairs, fixed radios among them, hear each other on channels that overlap.
    """

    level_a: IntArray
    width_mhz_a: IntArray
    channel_a: tuple[Channel | None, ...]
    plan: ChannelPlan
    n_sharing: int


def fewest_levels(view: BandView, floor_dbm: float) -> tuple[IntArray, int]:
    """Return the levels (a,) of the fewest radios that give every room a signal, and the least number proven.

    Of equally few those are on that disturb the fewest others, and no radio is stronger than its rooms need. A room
    that no radio covers alone counts seat by seat; what no radio reaches is left out.
    """
    n_levels, n_a = view.levels_dbm_na.shape
    covers_nae = _covered(view, floor_dbm)
    if not covers_nae.any():
        return np.full(n_a, OFF), 0
    hearing = view.hearing_db_ii[:n_a, :n_a] + np.where(np.eye(n_a, dtype=np.bool_), np.inf, 0.0)
    unrest_na = contention_weight(view.levels_dbm_na[:, :, None] - hearing).mean(axis=2)
    power_n = np.arange(n_levels) / n_levels
    tie_na = (_UNREST * unrest_na + _POWER * power_n[:, None]) / (n_a + 1)
    found = cover(covers_nae.reshape(n_levels * n_a, -1), (1.0 + tie_na).ravel())
    level_a = np.full(n_a, OFF)
    for column in found.chosen_i:
        level_a[column % n_a] = max(level_a[column % n_a], column // n_a)
    return level_a, math.ceil(found.bound - _UNREST - _POWER)


def _covered(view: BandView, floor_dbm: float) -> BoolArray:
    """Return which rooms, or seats of rooms too large for one radio, every radio covers at every level (n, a, e)."""
    n, room_j, needs = view.n_free, view.scene.room_j, view.scene.demand.needs
    hears_naj = np.stack([view.at_device_dbm(eirp_a, slice(0, n)) for eirp_a in view.levels_dbm_na]) >= floor_dbm
    known = [i for i, fixed in enumerate(view.fixed, start=n) if fixed.eirp_dbm is not None]
    set_dbm = np.array([f.eirp_dbm for f in view.fixed if f.eirp_dbm is not None], dtype=np.float64)
    lost_db = view.loss_db_ij[known] + view.scene.settings.shadowing.mean_db
    hears_ij = set_dbm[:, None] - lost_db + view.kit.device.antenna_gain_dbi >= floor_dbm
    done_j: BoolArray = np.asarray(hears_ij.any(axis=0))
    parts: list[BoolArray] = []
    for r, need in enumerate(needs):
        here = room_j == r
        if not here.any() or done_j[here].mean() >= need.min_seats_share:
            continue
        alone_na = hears_naj[:, :, here].mean(axis=2) >= need.min_seats_share
        parts.append(alone_na[:, :, None] if alone_na.any() else hears_naj[:, :, here & ~done_j])
    every = np.concatenate([np.zeros((*hears_naj.shape[:2], 0), dtype=np.bool_), *parts], axis=2)
    return np.asarray(every[:, :, every.any(axis=(0, 1))])


def own_levels(view: BandView, least_dbm_r: Array, serves_ar: BoolArray) -> IntArray:
    """Return the lowest level (a,) at which every radio gives the rooms it serves a signal, the highest if none does.

    Parameters
    ----------
    view : BandView
        The band.
    least_dbm_r : ndarray (r,)
        Signal that a room must have at the device [dBm].
    serves_ar : ndarray of bool (a, r)
        Rooms that every radio serves.
    """
    levels, n = view.levels_dbm_na, view.n_free
    level_a = np.zeros(n, dtype=np.int64)
    at_top_aj = view.at_device_dbm(levels[-1], slice(0, n))
    for a in range(n):
        short_db = 0.0
        for r in np.flatnonzero(serves_ar[a]):
            at_seats = np.sort(at_top_aj[a, view.scene.room_j == r])[::-1]
            if at_seats.size:
                last = math.ceil(view.scene.demand.needs[r].min_seats_share * at_seats.size) - 1
                short_db = max(short_db, float(least_dbm_r[r] - at_seats[last] + levels[-1, a]))
        enough = np.flatnonzero(levels[:, a] >= short_db)
        level_a[a] = enough[0] if enough.size else len(levels) - 1
    return level_a


def needed_widths(view: BandView, level_a: IntArray) -> IntArray:
    """Return the narrowest width (a,) that carries the classes that would join every radio [MHz]."""
    n, scene = view.n_free, view.scene
    if not n:
        return np.zeros(0, dtype=np.int64)
    may = [view.kit.widths_of(model) for model in view.models]
    every = sorted({width for widths in may for width in widths})
    received = view.levels_dbm_na[level_a, np.arange(n)][:, None] - view.loss_db_ij[:n]
    able_w = [
        seats(
            received,
            scene.room_j,
            scene.demand.needs,
            [view.kit.link(model, width) for model in view.models],
            chance=Chance(mean_db=view.chance.mean_db, sd_db_ij=view.chance.sd_db_ij[:n]),
        )
        for width in every
    ]
    allowed_wa = np.array([[width in widths for widths in may] for width in every], dtype=np.bool_)
    who = joined(able_w[-1], scene.room_j, np.ones(len(scene.demand.needs), dtype=np.bool_))
    options = (scene.demand.n_rooms_at_once, scene.settings.design.width_reserve_share)
    best_a = narrowest(able_w, allowed_wa, who, scene.room_j, scene.demand.needs, options)
    return np.asarray(np.array(every)[best_a], dtype=np.int64)


def tuned(view: BandView, level_a: IntArray, width_mhz_a: IntArray, *, effort: float = 1.0) -> Tuned:
    """Return the radios that are on with the channels on which they disturb each other, and the fixed ones, least."""
    on: IntArray = np.flatnonzero(level_a != OFF)
    n = view.n_free
    none: list[Channel | None] = [None] * n
    eirp_i = np.concatenate(
        [view.levels_dbm_na[level_a[on], on], [view.top_dbm if f.eirp_dbm is None else f.eirp_dbm for f in view.fixed]]
    )
    heard = _heard_dbm(view, np.concatenate([on, np.arange(n, n + len(view.fixed))]), eirp_i)
    may = [_legal(view, int(width_mhz_a[a]), float(eirp)) for a, eirp in zip(on, eirp_i, strict=False)]
    pinned = [(f.channel,) for f in view.fixed]
    every = tuple(dict.fromkeys(c for own in (*may, *pinned) for c in own))
    overlap = overlap_kl(every)
    weight = np.round(WEIGHT_SCALE * contention_weight(heard))
    weight[on.size :, on.size :] = 0.0
    plan = _assigned(view, weight, every, [*may, *pinned], effort)
    for a, k in zip(on, plan.channel_i, strict=False):
        none[a] = every[k]
    on_k = np.array(plan.channel_i, dtype=np.int64)
    shares = (heard >= CARRIER_SENSE_DBM) & (overlap[np.ix_(on_k, on_k)] > 0.0)
    shares[on.size :, on.size :] = False
    return Tuned(
        level_a=level_a,
        width_mhz_a=width_mhz_a,
        channel_a=tuple(none),
        plan=plan,
        n_sharing=int(np.triu(shares, 1).sum()),
    )


def _heard_dbm(view: BandView, radios: IntArray, eirp_dbm_i: Array) -> Array:
    """Return the most that two radios, or the rooms nearest to them, hear of each other (i, i) [dBm]."""
    heard = eirp_dbm_i[:, None] - view.hearing_db_ii[np.ix_(radios, radios)]
    in_rooms_ir = eirp_dbm_i[:, None] - view.heard_db_ir[radios]
    if radios.size and in_rooms_ir.shape[1]:
        for r, i in enumerate(in_rooms_ir.argmax(axis=0)):
            heard[:, i] = np.maximum(heard[:, i], in_rooms_ir[:, r])
    heard = np.maximum(heard, heard.T)
    np.fill_diagonal(heard, -np.inf)
    return np.asarray(heard)


def _legal(view: BandView, width_mhz: int, eirp_dbm: float) -> tuple[Channel, ...]:
    return tuple(c for c in view.kit.channels_at(width_mhz) if eirp_dbm <= c.max_eirp_dbm + 1e-9)


def _assigned(
    view: BandView, weight: Array, every: tuple[Channel, ...], may: list[tuple[Channel, ...]], effort: float
) -> ChannelPlan:
    """Return the channels, among those that devices find without a hint unless others cost less airtime."""
    allowed = np.array([[c in own for c in every] for own in may], dtype=np.bool_).reshape(len(may), len(every))
    seed = view.scene.settings.design.seed
    found_k = np.array([_has_scanning(view, c) for c in every], dtype=np.bool_)
    if view.kit.band == "6" and view.scene.settings.other_bands.scanning_only:
        pinned = np.arange(len(may)) >= len(may) - len(view.fixed)
        easy = allowed & (found_k[None, :] | pinned[:, None])
        plan = assign(weight, overlap_kl(every), allowed_ik=easy, seed=seed, effort=effort)
        if plan.cost == 0.0:
            return plan
        other = assign(weight, overlap_kl(every), allowed_ik=allowed, seed=seed, effort=effort)
        return other if other.cost < plan.cost else plan
    return assign(weight, overlap_kl(every), allowed_ik=allowed, seed=seed, effort=effort)


def _has_scanning(view: BandView, channel: Channel) -> bool:
    narrow = channels(view.kit.country, view.kit.band, 20)
    return any(c.psc and c.low_hz >= channel.low_hz and c.high_hz <= channel.high_hz for c in narrow)
