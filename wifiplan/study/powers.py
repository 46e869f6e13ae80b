"""The power of every access point that was chosen: the lowest that holds its rooms, or the one that it is set to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.design.power import lowest_levels
from wifiplan.predict.capacity import Service, mixed, summed
from wifiplan.predict.seats import Seats, seats
from wifiplan.site.network import Need
from wifiplan.study.present import Present
from wifiplan.study.scene import Powered, Reach, Scene, reach
from wifiplan.study.settling import Levels, serves, settled
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Abilities:
    """What chosen access points a can do for every room: at each power of choice (n), and as they are set today.

    What one does hangs on no other, so any mixture of both is put together by rows.
    """

    chosen: tuple[int, ...]
    lengths: Reach
    power_na: Array
    at_level: tuple[Service, ...]
    seats_n: tuple[Seats, ...]
    set_dbm_a: Array
    as_set: Service
    seats_set: Seats


def abilities(scene: Scene, chosen: Sequence[int], *, lengths: Reach | None = None) -> Abilities:
    """Return what the chosen candidates can do; `lengths` are the losses, where known already."""
    rows = np.asarray(chosen, dtype=np.int64)
    lengths = reach(scene, rows) if lengths is None else lengths
    present = [scene.present[i] if i < scene.n_fixed else None for i in chosen]
    power_na = np.array([scene.power_dbm_i(level)[rows] for level in scene.kit.eirp_levels_dbm])
    set_dbm_a = np.array([power_na[-1, a] if p is None else p.eirp_dbm for a, p in enumerate(present)])

    def does(power_a: Array, held_a: Sequence[Present | None]) -> Seats:
        links = [scene.link(i, held) for i, held in zip(chosen, held_a, strict=True)]
        return seats(
            power_a[:, None] - lengths.loss_db_aj, scene.room_j, scene.demand.needs, links, chance=lengths.chance
        )

    def summed_up(able: Seats) -> Service:
        return summed(able, scene.room_j, scene.demand.needs)

    seats_n = tuple(does(power_a, [None] * len(rows)) for power_a in power_na)
    seats_set = does(set_dbm_a, present)
    return Abilities(
        chosen=tuple(int(i) for i in rows),
        lengths=lengths,
        power_na=power_na,
        at_level=tuple(summed_up(able) for able in seats_n),
        seats_n=seats_n,
        set_dbm_a=set_dbm_a,
        as_set=summed_up(seats_set),
        seats_set=seats_set,
    )


def choose_powers(scene: Scene, able: Abilities, part_ar: Array, *, held: frozenset[int] = frozenset()) -> Powered:
    """Return the chosen access points at the lowest powers that hold every room planned for them (part_ar: a, r).

    They must hold it as devices join by themselves (`settling`). Candidates in `held` keep power and width of their
    present radio.
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
    level_a, who = settled(_levels(scene, able, part_ar, stays_a), level_a, part_ar)
    eirp_a = power_na[level_a, np.arange(len(rows))]
    final = _pick(at_level, level_a)
    planned_ar = np.where(np.isfinite(final.load_ir), part_ar, 0.0)
    return Powered(
        chosen=able.chosen,
        held_a=held_a,
        links_a=tuple(scene.link(i, radio) for i, radio in zip(able.chosen, held_a, strict=True)),
        eirp_dbm_a=eirp_a,
        service=final,
        reach=lengths,
        planned_ar=planned_ar,
        part_ar=who.part_ar,
        given_ar=who.given_ar,
        seats_r=who.seats_r,
        ap_j=who.ap_j,
        heard_dbm_ab=_heard_dbm(scene, rows, eirp_a[:, None] - lengths.heard_db_ar, serves(who.part_ar), eirp_a),
    )


def _levels(scene: Scene, able: Abilities, part_ar: Array, stays_a: BoolArray) -> Levels:
    """Return what the chosen access points can do at every level, those that stay as they are set at one only."""
    row = stays_a[:, None]

    kept = able.seats_set

    return Levels(
        received_dbm_naj=np.stack([np.where(row, kept.received_dbm_ij, s.received_dbm_ij) for s in able.seats_n]),
        airtime_naj=np.stack([np.where(row, kept.airtime_ij, s.airtime_ij) for s in able.seats_n]),
        holds_naj=np.stack([np.where(row, kept.holds_ij, s.holds_ij) for s in able.seats_n]),
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


def _pick(at_level: Sequence[Service], level_a: IntArray) -> Service:
    a = np.arange(len(level_a))
    return Service(
        load_ir=np.stack([s.load_ir for s in at_level])[level_a, a],
        seats_ir=np.stack([s.seats_ir for s in at_level])[level_a, a],
        received_dbm_ir=np.stack([s.received_dbm_ir for s in at_level])[level_a, a],
        snr_db_ir=np.stack([s.snr_db_ir for s in at_level])[level_a, a],
        heard_dbm_ir=np.stack([s.heard_dbm_ir for s in at_level])[level_a, a],
    )


def _heard_dbm(scene: Scene, rows: IntArray, in_rooms_ar: Array, served_ar: BoolArray, eirp_a: Array) -> Array:
    """Return the most that APs a and b, or the rooms that they serve, hear of each other [dBm]."""
    heard_ab = eirp_a[:, None] - scene.hearing_db_ii[np.ix_(rows, rows)]
    for b in range(len(rows)):
        rooms = np.flatnonzero(served_ar[b])
        if rooms.size:
            heard_ab[:, b] = np.maximum(heard_ab[:, b], in_rooms_ar[:, rooms].max(axis=1))
    return np.maximum(heard_ab, heard_ab.T)
