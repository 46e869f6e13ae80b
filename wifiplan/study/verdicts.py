"""The verdict of every room: what it gets from the finished plan, held against what it needs."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from wifiplan.predict.capacity import Service, heaviest, reached, service
from wifiplan.radio.airtime import busy_share
from wifiplan.radio.link import mcs_from_snr
from wifiplan.site.building import Floor, Room
from wifiplan.site.network import AccessPoint
from wifiplan.study.reason_records import Reason
from wifiplan.study.reasons import Count, Received, served, unserved
from wifiplan.study.records import PlannedRoom
from wifiplan.study.scene import Scene, reach
from wifiplan.study.settling import serves
from wifiplan.study.tuning import Tuning
from wifiplan.units import Array, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finished:
    """A finished design: the chosen access points a with their radio settings and loads.

    `best` is what every candidate could do: the grounds for an unserved room. `dropped` are existing candidates whose
    place a new access point takes. `n_moved` of them are hung
    elsewhere. `n_aps_needed` is how many new access points would serve every room, where known.
    """

    scene: Scene
    best: Service
    tuning: Tuning
    points: tuple[AccessPoint, ...]
    dropped: tuple[int, ...] = ()
    n_moved: int = 0
    n_aps_needed: int | None = None


def room_verdicts(design: Finished) -> tuple[PlannedRoom, ...]:
    """Return every room of the site with its verdict and the reason."""
    row_of = {need.room_id: r for r, need in enumerate(design.scene.demand.needs)}
    joined = _joined(design)
    return tuple(
        _room(design, joined, (floor, room), row_of.get(room.id))
        for floor in design.scene.site.floors
        for room in floor.rooms
    )


class _Joined(NamedTuple):
    """What every seat j gets from the access point that it joins, and how many devices join each a at worst."""

    received_dbm_j: Array
    snr_db_j: Array
    n_clients_a: Array


def _room(design: Finished, joined: _Joined, place: tuple[Floor, Room], r: int | None) -> PlannedRoom:
    floor, room = place
    blank = PlannedRoom(
        room_id=room.id,
        name=room.name,
        use=room.use,
        floor=floor.level,
        class_size=room.class_size,
        need=None,
        verdict="not_required",
        reason=Reason(code="not_required"),
    )
    if r is None:
        return blank
    need = design.scene.demand.needs[r]
    powered = design.tuning.powered
    serving = np.flatnonzero(serves(powered.part_ar[:, r : r + 1])[:, 0])
    if serving.size == 0:
        reason = _unserved(design, r)
        return replace(blank, need=need, verdict="fail", reason=reason)
    order = serving[np.argsort(-powered.part_ar[serving, r], kind="stable")]
    got = _received(design, joined, r, order)
    main = design.points[order[0]]
    reason = served(need, got, main, main.model or "")
    return replace(
        blank,
        need=need,
        verdict="pass" if reason.code == "served" else "fail",
        reason=reason,
        serving_ap=main.id,
        sharing_aps=tuple(design.points[a].id for a in order[1:]),
        received_dbm=got.received_dbm,
        second_dbm=got.second_dbm,
        snr_db=got.snr_db,
        seats_share=got.seats_share,
        airtime_share=got.airtime_share,
        channel_share=got.channel_share,
        busy_share=_busy_share(design, joined, r, int(order[0])),
    )


def _unserved(design: Finished, r: int) -> Reason:
    """Return why room r is unserved; where all candidates were cut off as too far, from exact losses in the room."""
    scene, need = design.scene, design.scene.demand.needs[r]
    best, column = design.best, r
    near = [i for i, ap in enumerate(scene.candidates) if ap.room_id == need.room_id]
    if near and not np.isfinite(best.received_dbm_ir[:, r]).any():
        rows = np.array(near, dtype=np.int64)
        power_dbm = scene.power_dbm_i(scene.kit.eirp_levels_dbm[-1])[rows]
        seats = scene.room_j == r
        far = reach(scene, rows)
        received_ij = power_dbm[:, None] - far.loss_db_aj[:, seats]
        chance = replace(far.chance, sd_db_ij=far.chance.sd_db_ij[:, seats])
        links = [scene.links[i] for i in near]
        best, column = (
            service(received_ij, np.zeros(received_ij.shape[1], dtype=np.int64), [need], links, chance=chance),
            0,
        )
    return unserved(need, best, column, Count(allowed=scene.settings.n_aps, needed=design.n_aps_needed))


def _received(design: Finished, joined: _Joined, r: int, order: IntArray) -> Received:
    main, powered = int(order[0]), design.tuning.powered
    need = design.scene.demand.needs[r]
    others = np.delete(powered.service.received_dbm_ir[:, r], main)
    seat_j = np.flatnonzero(design.scene.room_j == r)
    return Received(
        received_dbm=float(reached(joined.received_dbm_j[None, seat_j], need.min_seats_share)[0]),
        second_dbm=float(others.max()) if others.size else None,
        snr_db=float(reached(joined.snr_db_j[None, seat_j], need.min_seats_share)[0]),
        seats_share=float(powered.seats_r[r]),
        airtime_share=float(powered.given_ar[:, r].max()),
        channel_share=float(design.tuning.loads.channel_share_r[r]),
        n_clients=float(joined.n_clients_a[order].max()),
        max_clients=min(design.scene.models[powered.chosen[a]].max_clients for a in order),
    )


def _joined(design: Finished) -> _Joined:
    """Return signal and SNR at every seat from the access point that it joins, and the devices of access points.

    Devices are those of the largest classes at once. The few that stray from rooms which others serve do not count: a
    full access point refuses them, and they go home.
    """
    powered, needs = design.tuning.powered, design.scene.demand.needs
    n_devices_r = np.array([need.n_devices for need in needs], dtype=np.float64)
    client_ar = np.where(serves(powered.part_ar), powered.part_ar * n_devices_r, 0.0)
    n_clients_a = heaviest(client_ar, design.scene.demand.n_rooms_at_once)
    if not powered.chosen:
        nothing = np.full(design.scene.room_j.size, -np.inf)
        return _Joined(nothing, nothing, n_clients_a)
    ap_j = powered.ap_j
    gain_dbi = np.array([link.antenna_gain_dbi for link in powered.links_a])
    noise_dbm = np.array([link.noise_dbm for link in powered.links_a])
    loss_db = powered.reach.loss_db_aj[ap_j, np.arange(ap_j.size)] + powered.reach.chance.mean_db
    received_dbm = np.where(ap_j >= 0, powered.eirp_dbm_a[ap_j] - loss_db + gain_dbi[ap_j], -np.inf)
    return _Joined(received_dbm, received_dbm - noise_dbm[ap_j], n_clients_a)


def _busy_share(design: Finished, joined: _Joined, r: int, a: int) -> float:
    """Return the time share that the devices of room r on AP a keep the channel busy, with nobody else on the air."""
    powered, need = design.tuning.powered, design.scene.demand.needs[r]
    link = powered.links_a[a]
    joins = np.flatnonzero((design.scene.room_j == r) & (powered.ap_j == a))
    return busy_share(
        need.n_devices * float(powered.part_ar[a, r]),
        need.mbps_per_device + need.mbps_up_per_device,
        np.maximum(mcs_from_snr(joined.snr_db_j[joins], link.standard), 0),
        standard=link.standard,
        width_mhz=link.width_mhz,
        streams=link.streams,
    )
