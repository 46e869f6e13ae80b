"""The power of every access point that was chosen: the lowest that holds its rooms, or the one that it is set to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.design.power import lowest_levels
from wifiplan.predict.capacity import Service, mixed, service
from wifiplan.site.network import Need
from wifiplan.study.present import Present
from wifiplan.study.scene import Powered, Reach, Scene, reach
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
    set_dbm_a: Array
    as_set: Service


def abilities(scene: Scene, chosen: Sequence[int], *, lengths: Reach | None = None) -> Abilities:
    """Return what the chosen candidates can do; `lengths` are the losses, where known already."""
    rows = np.asarray(chosen, dtype=np.int64)
    lengths = reach(scene, rows) if lengths is None else lengths
    present = [scene.present[i] if i < scene.n_fixed else None for i in chosen]
    power_na = np.array([scene.power_dbm_i(level)[rows] for level in scene.kit.eirp_levels_dbm])
    set_dbm_a = np.array([power_na[-1, a] if p is None else p.eirp_dbm for a, p in enumerate(present)])

    def does(power_a: Array, held_a: Sequence[Present | None]) -> Service:
        links = [scene.link(i, held) for i, held in zip(chosen, held_a, strict=True)]
        return service(
            power_a[:, None] - lengths.loss_db_aj, scene.room_j, scene.demand.needs, links, chance=lengths.chance
        )

    free = [None] * len(rows)
    return Abilities(
        chosen=tuple(int(i) for i in rows),
        lengths=lengths,
        power_na=power_na,
        at_level=tuple(does(power_a, free) for power_a in power_na),
        set_dbm_a=set_dbm_a,
        as_set=does(set_dbm_a, present),
    )


def choose_powers(scene: Scene, able: Abilities, part_ar: Array, *, held: frozenset[int] = frozenset()) -> Powered:
    """Return the chosen access points at the lowest power that holds every room that they serve (part_ar: a, r).

    Candidates in `held` keep power and width of their present radio.
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
    eirp_a = power_na[level_a, np.arange(len(rows))]
    final = _pick(at_level, level_a)
    part_ar = np.where(np.isfinite(final.load_ir), part_ar, 0.0)
    return Powered(
        chosen=able.chosen,
        held_a=held_a,
        links_a=tuple(scene.link(i, radio) for i, radio in zip(able.chosen, held_a, strict=True)),
        eirp_dbm_a=eirp_a,
        service=final,
        reach=lengths,
        part_ar=part_ar,
        given_ar=np.where(part_ar > 0.0, part_ar * np.where(np.isfinite(final.load_ir), final.load_ir, 0.0), 0.0),
        heard_dbm_ab=_heard_dbm(scene, rows, eirp_a[:, None] - lengths.heard_db_ar, part_ar > 0.0, eirp_a),
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
