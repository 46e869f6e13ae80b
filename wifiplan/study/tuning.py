"""Powers and channels of the access points that were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.spectrum import overlap_kl
from wifiplan.design.placement import Placement
from wifiplan.design.power import lowest_levels
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, Load, Service, load, service
from wifiplan.site.network import Need
from wifiplan.study.channel_choice import Spectrum, choose_channels
from wifiplan.study.scene import Powered, Scene, reach
from wifiplan.units import Array, BoolArray, IntArray

MAX_ROUNDS, PATIENCE = 6, 2
"""Rounds of channel choice, and how many in a row may bring nothing: after the first few the rooms over their cap move
about instead of growing fewer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """Powers, channels and what follows: the worst-case airtime, and in how many rounds the channels were found."""

    powered: Powered
    spectrum: Spectrum
    loads: Load
    rounds: int


def split_shares(placement: Placement) -> Array:
    """Return which part of every room each chosen AP serves (a, r): 1 for one AP, the solver's parts where several."""
    row = {i: a for a, i in enumerate(placement.chosen_i)}
    part_ar = np.zeros((len(row), len(placement.serving_r)))
    for r, i in enumerate(placement.serving_r):
        if i >= 0:
            part_ar[row[i], r] = 1.0
    for i, r, share in placement.part_ir:
        part_ar[row[i], r] = share
    return part_ar


def tune(scene: Scene, placement: Placement) -> Tuning:
    """Choose the lowest power that holds every room served, then channels with the least shared airtime.

    Where a channel is shared so that a room passes its airtime cap, the access points concerned are pushed apart and
    the channels are chosen again; the round that leaves the fewest rooms over their cap counts.

    Parameters
    ----------
    scene : Scene
        Candidates and losses.
    placement : Placement
        Candidates that were chosen and the rooms that they serve.

    Returns
    -------
    Tuning
    """
    powered = choose_powers(scene, placement.chosen_i, split_shares(placement))
    cap_r = np.array([need.max_airtime_share for need in scene.demand.needs])
    emphasis_ab = np.ones_like(powered.heard_dbm_ab)
    best: tuple[tuple[int, float], Tuning] | None = None
    for n in range(1, MAX_ROUNDS + 1):
        spectrum = choose_channels(scene, powered, emphasis_ab)
        overlapping = overlap_kl(spectrum.channel_a) > 0.0
        shares_air_ab = (powered.heard_dbm_ab >= CARRIER_SENSE_DBM) & overlapping
        loads = load(powered.given_ar, shares_air_ab, n_at_once=scene.demand.n_rooms_at_once)
        over_r = loads.channel_share_r > cap_r + 1e-9
        rank = (int(over_r.sum()), float((loads.channel_share_r - cap_r)[over_r].sum()))
        if best is None or rank < best[0]:
            best = rank, Tuning(powered=powered, spectrum=spectrum, loads=loads, rounds=n)
        if not over_r.any() or n - best[1].rounds >= PATIENCE:
            break
        crowded_a: BoolArray = np.asarray((powered.part_ar[:, over_r] > 0.0).any(axis=1))
        emphasis_ab[(crowded_a[:, None] | crowded_a[None, :]) & shares_air_ab] *= 2.0
    assert best is not None  # noqa: S101 (there is at least one round)
    return replace(best[1], rounds=n)


def choose_powers(scene: Scene, chosen: Sequence[int], part_ar: Array) -> Powered:
    """Return the chosen access points at the lowest power that holds every room that they serve (part_ar: a, r)."""
    rows = np.asarray(chosen, dtype=np.int64)
    needs, n_at_once = scene.demand.needs, scene.demand.n_rooms_at_once
    cap_r = np.array([need.max_airtime_share for need in needs])
    lengths, links = reach(scene, rows), [scene.links[i] for i in rows]
    power_na = np.array([scene.power_dbm_i(level)[rows] for level in scene.kit.eirp_levels_dbm])
    at_level = [service(power_a[:, None] - lengths.loss_db_aj, scene.room_j, needs, links) for power_a in power_na]
    level_a = lowest_levels(np.stack([s.load_ir for s in at_level]), part_ar, cap_r, n_at_once=n_at_once)
    level_a = _for_second_signal(needs, at_level, level_a, part_ar)
    eirp_a = power_na[level_a, np.arange(len(rows))]
    final = _pick(at_level, level_a)
    part_ar = np.where(np.isfinite(final.load_ir), part_ar, 0.0)
    return Powered(
        chosen=tuple(int(i) for i in rows),
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
