"""The power of every access point that was chosen: the lowest that holds its rooms, or the one that it is set to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.power import lowest_levels
from wifiplan.predict.association import Joined, joined
from wifiplan.predict.capacity import Service, mixed, summed
from wifiplan.predict.seats import RadioLink, Seats, seats
from wifiplan.site.network import Need
from wifiplan.study.reckoned import Rows
from wifiplan.study.scene import Powered, Reach, Scene, reach
from wifiplan.study.settling import Levels, serves, settled
from wifiplan.study.widths import narrowest
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Abilities:
    """What chosen access points a can do for every seat: at each width (w) and power (n) of choice, and as set today.

    What one does hangs on no other, so any mixture is put together by rows. `allowed_wa` are the widths that each may
    have; `widest_n` and `at_level` are seats and rooms at the widest of them.
    """

    chosen: tuple[int, ...]
    lengths: Reach
    power_na: Array
    widths_mhz: tuple[int, ...]
    allowed_wa: BoolArray
    seats_wn: tuple[tuple[Seats, ...], ...]
    widest_n: tuple[Seats, ...]
    at_level: tuple[Service, ...]
    set_dbm_a: Array
    seats_set: Seats
    as_set: Service


def abilities(scene: Scene, chosen: Sequence[int], *, lengths: Reach | None = None) -> Abilities:
    """Return what the chosen candidates can do; `lengths` are the losses, where known already."""
    rows = np.asarray(chosen, dtype=np.int64)
    lengths = reach(scene, rows) if lengths is None else lengths
    present = [scene.present[i] if i < scene.n_fixed else None for i in chosen]
    power_na = np.array([scene.power_dbm_i(level)[rows] for level in scene.kit.eirp_levels_dbm])
    set_dbm_a = np.array([power_na[-1, a] if p is None else p.eirp_dbm for a, p in enumerate(present)])
    own = [scene.widths_of(i) for i in chosen]
    widths_mhz = tuple(sorted({w for widths in own for w in widths})) or scene.kit.widths_of(scene.kit.model)
    allowed_wa = np.array([[w in widths for widths in own] for w in widths_mhz], dtype=np.bool_)

    def does(power_a: Array, links: Sequence[RadioLink]) -> Seats:
        return _seats(scene, rows, lengths, power_a, links)

    def links_at(width_mhz: int) -> list[RadioLink]:
        return [scene.link_at(i, min(width_mhz, widths[-1])) for i, widths in zip(chosen, own, strict=True)]

    seats_wn = tuple(tuple(does(power_a, links_at(w)) for power_a in power_na) for w in widths_mhz)
    widest_a = _widest(allowed_wa)
    widest_n = tuple(_by_row([of_n[n] for of_n in seats_wn], widest_a) for n in range(len(power_na)))
    seats_set = does(set_dbm_a, [scene.link(i, held) for i, held in zip(chosen, present, strict=True)])
    return Abilities(
        chosen=tuple(int(i) for i in rows),
        lengths=lengths,
        power_na=power_na,
        widths_mhz=widths_mhz,
        allowed_wa=allowed_wa,
        seats_wn=seats_wn,
        widest_n=widest_n,
        at_level=tuple(summed(able, scene.room_j, scene.demand.needs) for able in widest_n),
        set_dbm_a=set_dbm_a,
        seats_set=seats_set,
        as_set=summed(seats_set, scene.room_j, scene.demand.needs),
    )


def _seats(scene: Scene, rows: IntArray, lengths: Reach, power_a: Array, links: Sequence[RadioLink]) -> Seats:
    """Return what candidates do for every seat at some powers."""
    room_j, needs, chance = scene.room_j, scene.demand.needs, lengths.chance

    def reckon(some: Sequence[int]) -> Rows:
        own = replace(chance, sd_db_ij=chance.sd_db_ij[some])
        received = power_a[some][:, None] - lengths.loss_db_aj[some]
        found = seats(received, room_j, needs, [links[a] for a in some], chance=own)
        return found.received_dbm_ij, found.snr_db_ij, found.airtime_ij, found.holds_ij

    if scene.reckoned is None or scene.settings.law.n_images:
        return _as_seats(reckon(range(len(rows))))
    keys = [(int(i), float(power), link) for i, power, link in zip(rows, power_a, links, strict=True)]
    return _as_seats(scene.reckoned.rows(keys, scene.rests_on, reckon))


def _as_seats(arrays: Rows) -> Seats:
    received, snr, airtime, holds = arrays
    return Seats(received_dbm_ij=received, snr_db_ij=snr, airtime_ij=airtime, holds_ij=holds)


def choose_powers(scene: Scene, able: Abilities, part_ar: Array, *, held: frozenset[int] = frozenset()) -> Powered:
    """Return the chosen access points at the lowest powers that hold every room planned for them (part_ar: a, r).

    They must hold it as devices join by themselves (`settling`); then every channel is made as narrow as its load
    allows. Candidates in `held` keep power and width of their present radio.
    """
    rows, lengths = np.asarray(able.chosen, dtype=np.int64), able.lengths
    needs, n_at_once = scene.demand.needs, scene.demand.n_rooms_at_once
    cap_r = np.array([need.max_airtime_share for need in needs])
    held_a = tuple(scene.present[i] if i in held else None for i in able.chosen)
    stays_a = np.array([radio is not None for radio in held_a], dtype=np.bool_)
    power_na = np.where(stays_a[None, :], able.set_dbm_a[None, :], able.power_na)
    at_level = [mixed(free, able.as_set, stays_a) for free in able.at_level]
    level_a = lowest_levels(np.stack([s.load_ir for s in at_level]), part_ar, cap_r, n_at_once=n_at_once)
    level_a = _for_second_signal(needs, at_level, level_a, part_ar)
    levels = _levels(scene, able, part_ar, stays_a)
    level_a, who = settled(levels, level_a, part_ar)
    width_a, final = _narrowed(scene, able, level_a, who, stays_a)
    who = joined(final, scene.room_j, levels.on_line_r)
    eirp_a = power_na[level_a, np.arange(len(rows))]
    service = summed(final, scene.room_j, needs)
    held_mhz = [able.widths_mhz[w] if h is None else h.channel.width_mhz for w, h in zip(width_a, held_a, strict=True)]
    return Powered(
        chosen=able.chosen,
        held_a=held_a,
        links_a=tuple(scene.link_at(i, width_mhz) for i, width_mhz in zip(able.chosen, held_mhz, strict=True)),
        width_mhz_a=tuple(held_mhz),
        eirp_dbm_a=eirp_a,
        service=service,
        reach=lengths,
        planned_ar=np.where(np.isfinite(service.load_ir), part_ar, 0.0),
        part_ar=who.part_ar,
        given_ar=who.given_ar,
        seats_r=who.seats_r,
        ap_j=who.ap_j,
        heard_dbm_ab=heard_dbm(scene, rows, eirp_a[:, None] - lengths.heard_db_ar, serves(who.part_ar), eirp_a),
    )


def _narrowed(
    scene: Scene, able: Abilities, level_a: IntArray, who: Joined, stays_a: BoolArray
) -> tuple[IntArray, Seats]:
    """Return the index of the width that every access point gets (a,), and what it does for seats then."""
    n_a, needs = level_a.size, scene.demand.needs
    able_w = [_by_row(of_n, level_a) for of_n in able.seats_wn]
    options = (scene.demand.n_rooms_at_once, scene.settings.design.width_reserve_share)
    width_a = narrowest(able_w, able.allowed_wa, who, scene.room_j, needs, options) if n_a else level_a
    final = _by_row(able_w, width_a)
    return width_a, _by_row([final, able.seats_set], stays_a.astype(np.int64))


def _widest(allowed_wa: BoolArray) -> IntArray:
    """Return the index of the widest width (a,) that each may have."""
    return np.asarray(len(allowed_wa) - 1 - allowed_wa[::-1].argmax(axis=0), dtype=np.int64)


def _by_row(able_k: Sequence[Seats], pick_a: IntArray) -> Seats:
    """Return seats whose row a is that of `able_k[pick_a[a]]`."""
    a = np.arange(pick_a.size)
    return Seats(
        received_dbm_ij=np.stack([s.received_dbm_ij for s in able_k])[pick_a, a],
        snr_db_ij=np.stack([s.snr_db_ij for s in able_k])[pick_a, a],
        airtime_ij=np.stack([s.airtime_ij for s in able_k])[pick_a, a],
        holds_ij=np.stack([s.holds_ij for s in able_k])[pick_a, a],
    )


def _levels(scene: Scene, able: Abilities, part_ar: Array, stays_a: BoolArray) -> Levels:
    """Return what the chosen access points can do at every level, those that stay as they are set at one only."""
    row, kept = stays_a[:, None], able.seats_set
    return Levels(
        received_dbm_naj=np.stack([np.where(row, kept.received_dbm_ij, s.received_dbm_ij) for s in able.widest_n]),
        airtime_naj=np.stack([np.where(row, kept.airtime_ij, s.airtime_ij) for s in able.widest_n]),
        holds_naj=np.stack([np.where(row, kept.holds_ij, s.holds_ij) for s in able.widest_n]),
        room_j=scene.room_j,
        needs=scene.demand.needs,
        on_line_r=np.asarray((part_ar > 0.0).any(axis=0)),
        n_at_once=scene.demand.n_rooms_at_once,
    )


def _for_second_signal(
    needs: Sequence[Need], at_level: Sequence[Service], level_a: IntArray, part_ar: Array
) -> IntArray:
    """Raise the power of the neighbour that gives a room its second signal, where the room asks for one."""
    level_a = level_a.copy()
    received_nar = np.stack([s.received_dbm_ir for s in at_level])
    for r, need in enumerate(needs):
        others = np.flatnonzero(part_ar[:, r] == 0.0)
        if need.min_second_dbm is None or not others.size or not (part_ar[:, r] > 0.0).any():
            continue
        if received_nar[level_a[others], others, r].max() >= need.min_second_dbm:
            continue
        a = int(others[received_nar[-1, others, r].argmax()])
        enough = np.flatnonzero(received_nar[:, a, r] >= need.min_second_dbm)
        if enough.size:
            level_a[a] = max(int(level_a[a]), int(enough[0]))
    return level_a


def heard_dbm(scene: Scene, rows: IntArray, in_rooms_ar: Array, served_ar: BoolArray, eirp_a: Array) -> Array:
    """Return the most that APs a and b, or the rooms that they serve, hear of each other [dBm]."""
    heard_ab = eirp_a[:, None] - scene.hearing_db_ii[np.ix_(rows, rows)]
    for b in range(len(rows)):
        rooms = np.flatnonzero(served_ar[b])
        if rooms.size:
            heard_ab[:, b] = np.maximum(heard_ab[:, b], in_rooms_ar[:, rooms].max(axis=1))
    return np.maximum(heard_ab, heard_ab.T)
