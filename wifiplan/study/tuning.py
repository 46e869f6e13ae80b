"""Powers and channels of the access points that were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.spectrum import Channel, overlap_kl
from wifiplan.design.channels import ChannelPlan, assign
from wifiplan.design.placement import Placement
from wifiplan.design.power import lowest_levels
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, Service, contention_weight, heaviest, service
from wifiplan.study.scene import Scene, heard_in_rooms_db
from wifiplan.units import Array, BoolArray, IntArray

WEIGHT_SCALE = 1000.0
"""Interference weights are whole numbers of thousandths of airtime, so that costs compare exactly."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """The radio settings of the chosen access points a (in the order of `chosen`).

    `part_ar` is the part of room r that AP a serves, `given_ar` the share of its capacity that it gives to the room at
    its final power; `hears_ab` says whether two share the air on one channel.
    """

    chosen: tuple[int, ...]
    eirp_dbm_a: Array
    service: Service
    part_ar: Array
    given_ar: Array
    hears_ab: BoolArray
    channel_a: tuple[Channel, ...]
    backup_a: tuple[Channel | None, ...]
    channel_plan: ChannelPlan


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


def tune(scene: Scene, chosen: Sequence[int], part_ar: Array) -> Tuning:
    """Choose the lowest power that holds every room served, then channels with the least shared airtime.

    Parameters
    ----------
    scene : Scene
        Candidates and losses.
    chosen : sequence of int
        Candidates that were chosen.
    part_ar : ndarray (a, r)
        Which part of every room each of them serves.

    Returns
    -------
    Tuning
    """
    rows = np.asarray(chosen, dtype=np.int64)
    links = [scene.links[i] for i in rows]
    needs = scene.demand.needs
    served_ar = part_ar > 0
    cap_r = np.array([need.max_airtime_share for need in needs])
    levels = scene.kit.eirp_levels_dbm
    at_level = [service(level - scene.loss_db_ij[rows], scene.room_j, needs, links) for level in levels]
    n_at_once = scene.demand.n_rooms_at_once
    level_a = lowest_levels(np.stack([s.load_ir for s in at_level]), part_ar, cap_r, n_at_once=n_at_once)
    eirp_a = np.array([levels[n] for n in level_a])
    final = _pick(at_level, level_a)
    given_ar = np.where(served_ar, part_ar * np.where(np.isfinite(final.load_ir), final.load_ir, 0.0), 0.0)
    heard_ab = _heard_dbm(scene, rows, eirp_a, served_ar)
    plan, chosen_channels, backups = _channels(scene, heard_ab, heaviest(given_ar, n_at_once), eirp_a)
    return Tuning(
        chosen=tuple(int(i) for i in rows),
        eirp_dbm_a=eirp_a,
        service=final,
        part_ar=part_ar,
        given_ar=given_ar,
        hears_ab=heard_ab >= CARRIER_SENSE_DBM,
        channel_a=chosen_channels,
        backup_a=backups,
        channel_plan=plan,
    )


def _pick(at_level: Sequence[Service], level_a: IntArray) -> Service:
    a = np.arange(len(level_a))
    return Service(
        load_ir=np.stack([s.load_ir for s in at_level])[level_a, a],
        seats_ir=np.stack([s.seats_ir for s in at_level])[level_a, a],
        received_dbm_ir=np.stack([s.received_dbm_ir for s in at_level])[level_a, a],
        snr_db_ir=np.stack([s.snr_db_ir for s in at_level])[level_a, a],
        heard_dbm_ir=np.stack([s.heard_dbm_ir for s in at_level])[level_a, a],
    )


def _heard_dbm(scene: Scene, rows: IntArray, eirp_a: Array, served_ar: BoolArray) -> Array:
    """Return the most that APs a and b, or the rooms that they serve, hear of each other [dBm]."""
    heard_ab = eirp_a[:, None] - scene.hearing_db_ii[np.ix_(rows, rows)]
    in_rooms_ar = eirp_a[:, None] - heard_in_rooms_db(scene, rows)
    for b in range(len(rows)):
        rooms = np.flatnonzero(served_ar[b])
        if rooms.size:
            heard_ab[:, b] = np.maximum(heard_ab[:, b], in_rooms_ar[:, rooms].max(axis=1))
    return np.maximum(heard_ab, heard_ab.T)


def _channels(
    scene: Scene, heard_ab: Array, load_a: Array, eirp_a: Array
) -> tuple[ChannelPlan, tuple[Channel, ...], tuple[Channel | None, ...]]:
    """Assign channels; without DFS if that costs no airtime, else with DFS and a backup channel without it."""
    weight_ab = np.round(WEIGHT_SCALE * contention_weight(heard_ab) * (load_a[:, None] + load_a[None, :]))
    np.fill_diagonal(weight_ab, 0.0)
    every = scene.kit.channels
    clear = tuple(c for c in every if not c.dfs)
    n = len(eirp_a)
    if clear:
        without = _assign(scene, weight_ab, clear, eirp_a)
        if without.cost == 0 or len(clear) == len(every):
            return without, tuple(clear[k] for k in without.channel_i), (None,) * n
    plan = _assign(scene, weight_ab, every, eirp_a)
    chosen = tuple(every[k] for k in plan.channel_i)
    backups = tuple(clear[k] for k in without.channel_i) if clear else (None,) * n
    return plan, chosen, tuple(b if c.dfs else None for c, b in zip(chosen, backups, strict=True))


def _assign(scene: Scene, weight_ab: Array, usable: tuple[Channel, ...], eirp_a: Array) -> ChannelPlan:
    limit_k = np.array([c.max_eirp_dbm for c in usable])
    return assign(
        weight_ab,
        overlap_kl(usable),
        allowed_ik=eirp_a[:, None] <= limit_k[None, :] + 1e-9,
        seed=scene.settings.design.seed,
    )
