"""A network with access points more than the plan has: where they could hang, and what they would change."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from wifiplan.predict.seats import RadioLink
from wifiplan.study.robust_network import Network
from wifiplan.study.scene import Scene, reach
from wifiplan.study.verdicts import Finished
from wifiplan.units import IntArray

MAX_INSIDE, MAX_OUTSIDE, MAX_PAIRS = 12, 3, 4
"""Candidates in the room itself and elsewhere, and pairs of them, that are tried for one room: the nearest."""


def rows_for(design: Finished, r: int) -> IntArray:
    """Return candidates in a room, then those elsewhere that reach it, nearest first; not those that the plan has."""
    scene = design.scene
    here = np.flatnonzero(scene.room_j == r)
    own = scene.demand.needs[r].room_id
    taken = set(design.tuning.powered.chosen)
    free = [i for i in range(scene.n_fixed, len(scene.candidates)) if i not in taken]
    away_db_i = scene.loss_db_ij[:, here].mean(axis=1)
    inside = [i for i in free if scene.candidates[i].room_id == own]
    outside = [i for i in free if np.isfinite(away_db_i[i]) and scene.candidates[i].room_id != own]
    nearest = [
        *sorted(inside, key=lambda i: (float(away_db_i[i]), i))[:MAX_INSIDE],
        *sorted(outside, key=lambda i: (float(away_db_i[i]), i))[:MAX_OUTSIDE],
    ]
    return np.array(nearest, dtype=np.int64)


def pairs_of(design: Finished, r: int, rows: IntArray) -> list[tuple[int, int]]:
    """Return the pairs of candidates of which the nearer one is nearest to the seats of a room on average."""
    scene = design.scene
    loss_db_ij = scene.loss_db_ij[rows][:, scene.room_j == r]
    both = {(i, j): float(loss_db_ij[[i, j]].min(axis=0).mean()) for i, j in combinations(range(len(rows)), 2)}
    return [(int(rows[i]), int(rows[j])) for i, j in sorted(both, key=lambda pair: both[pair])[:MAX_PAIRS]]


def grown(net: Network, design: Finished, rows: Sequence[int]) -> Network:
    """Return the network with some candidates as new access points; their radios are still to be set."""
    scene, new = design.scene, np.array(rows, dtype=np.int64)
    lengths, width_mhz = reach(scene, new), scene.kit.width_of(scene.kit.model)
    everyone = np.concatenate([np.asarray(design.tuning.powered.chosen, dtype=np.int64), new])
    first = scene.kit.channels_at(width_mhz)[0]
    return replace(
        net,
        points=(*net.points, *(scene.candidates[i] for i in rows)),
        links_a=(*net.links_a, *(scene.link_at(i, width_mhz) for i in rows)),
        power_dbm_a=np.append(net.power_dbm_a, np.zeros(len(rows))),
        channel_a=(*net.channel_a, *(first for _ in rows)),
        max_clients_a=np.append(net.max_clients_a, [scene.models[i].max_clients for i in rows]),
        loss_db_aj=np.concatenate([net.loss_db_aj, lengths.loss_db_aj]),
        chance=replace(net.chance, sd_db_ij=np.concatenate([net.chance.sd_db_ij, lengths.chance.sd_db_ij])),
        heard_db_ar=np.concatenate([net.heard_db_ar, lengths.heard_db_ar]),
        hearing_db_ab=scene.hearing_db_ii[np.ix_(everyone, everyone)],
    )


def with_radios(net: Network, n_new: int, link: RadioLink, power_dbm: float) -> Network:
    """Return the network with one link and power for the last `n_new` access points."""
    n = len(net.points) - n_new
    power_dbm_a = np.append(net.power_dbm_a[:n], np.full(n_new, power_dbm))
    return replace(net, links_a=(*net.links_a[:n], *[link] * n_new), power_dbm_a=power_dbm_a)


def new_powers_dbm(scene: Scene) -> tuple[float, ...]:
    """Return the powers that a new access point may have, lowest first [dBm]."""
    levels = scene.kit.eirp_levels_dbm
    return tuple(sorted({scene.kit.power_dbm(scene.kit.model, level) for level in levels}))
