"""Which rooms share a room's air: those on the same access point, and those on its channel within hearing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.catalog.spectrum import Channel, channel_named, overlap_kl
from wifiplan.predict.capacity import contention_weight
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.predict.losses import loss_db
from wifiplan.predict.obstacles import obstacles
from wifiplan.site.network import Radio
from wifiplan.study.planned_law import between_law
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom
from wifiplan.units import Array

Sharing: TypeAlias = Literal["same_ap", "same_channel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A room whose class takes airtime from another: `heard_dbm` is what the two access points hear of each other."""

    room_id: str
    name: str
    sharing: Sharing
    heard_dbm: float | None = None


def neighbours(plan: Plan, room_ids: Sequence[str]) -> dict[str, tuple[Neighbour, ...]]:
    """Return the neighbours of some rooms of a plan, those on the same access point first, then the loudest.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    room_ids : sequence of str
        Rooms of the plan; those that it does not know or does not serve have no neighbours.

    Notes
    -----
    Two access points are within hearing where the plan counts them as disturbing each other: from ten decibels below
    carrier sense on (`predict.capacity.contention_weight`), with overlapping channels.
    """
    hung = [p for p in plan.access_points if p.action != "removed" and _radio(plan, p) is not None]
    index = {p.access_point.id: k for k, p in enumerate(hung)}
    heard_ab = _heard_dbm(plan, hung)
    served = {room.room_id: _points(room, index) for room in plan.rooms}
    return {room_id: _of(room_id, plan, served, heard_ab) for room_id in room_ids}


def _of(room_id: str, plan: Plan, served: Mapping[str, Sequence[int]], heard_ab: Array) -> tuple[Neighbour, ...]:
    own = list(served.get(room_id, ()))
    found = []
    for room in plan.rooms:
        theirs = list(served[room.room_id])
        if room.room_id == room_id or room.need is None or not own or not theirs:
            continue
        if set(own) & set(theirs):
            found.append(Neighbour(room_id=room.room_id, name=room.name, sharing="same_ap"))
            continue
        heard_dbm = float(heard_ab[np.ix_(own, theirs)].max())
        if np.isfinite(heard_dbm):
            found.append(Neighbour(room_id=room.room_id, name=room.name, sharing="same_channel", heard_dbm=heard_dbm))
    return tuple(sorted(found, key=lambda n: (n.sharing, -(n.heard_dbm or 0.0))))


def _points(room: PlannedRoom, index: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(index[i] for i in (room.serving_ap, *room.sharing_aps) if i is not None and i in index)


def _radio(plan: Plan, planned: PlannedAccessPoint) -> Radio | None:
    return next((r for r in planned.access_point.radios if r.band == plan.band and r.channel is not None), None)


def _channel(plan: Plan, planned: PlannedAccessPoint) -> Channel | None:
    radio = _radio(plan, planned)
    if radio is None or radio.channel is None:
        return None
    return channel_named(plan.site.country, plan.band, radio.channel, radio.width_mhz or 20)


def _heard_dbm(plan: Plan, hung: Sequence[PlannedAccessPoint]) -> Array:
    """Return the power that access points on overlapping channels receive of each other, -inf where that is nothing."""
    if not hung:
        return np.empty((0, 0))
    points = [p.access_point for p in hung]
    antennas = antenna_xyz_m(plan.site, points)
    law = between_law(plan.settings)
    things = obstacles(plan.site, law=law, bands=(plan.band,))
    mutual_db = loss_db(things, antennas, antennas, law, band=plan.band)
    levels = sorted(plan.settings.design.eirp_dbm)
    eirp_dbm = np.array([_eirp_dbm(plan, p, levels[len(levels) // 2]) for p in hung])
    heard = np.maximum(eirp_dbm[:, None], eirp_dbm[None, :]) - np.minimum(mutual_db, mutual_db.T)
    known = [channel for channel in (_channel(plan, p) for p in hung) if channel is not None]
    overlap = np.zeros((len(hung), len(hung)))
    rows = [k for k, p in enumerate(hung) if _channel(plan, p) is not None]
    if known:
        overlap[np.ix_(rows, rows)] = overlap_kl(tuple(known))
    return np.where((overlap > 0.0) & (contention_weight(heard) > 0.0), heard, -np.inf)


def _eirp_dbm(plan: Plan, planned: PlannedAccessPoint, otherwise_dbm: float) -> float:
    radio = _radio(plan, planned)
    return otherwise_dbm if radio is None or radio.eirp_dbm is None else radio.eirp_dbm
