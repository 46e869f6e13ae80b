"""A finished plan recomputed from its printed figures, by a path that shares nothing with the planner but the laws.

The planner works with candidates, levels and matrices that it keeps between steps; this reads the access points off the
plan, lets every seat's devices join the strongest, and adds up airtime room by room.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.radios import AccessPointModel, device, mcs_rows
from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import channel_named, overlap_kl
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, radio_link
from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m, received_dbm
from wifiplan.predict.losses import path
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.seats import RadioLink
from wifiplan.radio.airtime import saturated_mbps
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Need, Radio
from wifiplan.study.planned_law import between_law, hearing_law, planned_law
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.units import Array, BoolArray, IntArray

_TIE_DB = 0.01
"""Two signals so close are one: which of them a device takes is anybody's guess, so that neither is charged for it."""

_SLACK_SHARE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPoint:
    """An access point at its worst moment: airtime of what joins it, with what shares its channel, and the cap."""

    ap_id: str
    own_share: float
    channel_share: float
    max_share: float

    @property
    def over(self) -> bool:
        """Whether it is asked for more than the cap."""
        return self.channel_share > self.max_share + _SLACK_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRoom:
    """A room as recomputed: seats that hold where they join, worst airtime of its channels, whether it passes."""

    room_id: str
    seats_share: float
    channel_share: float
    passes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the recomputation says; `contradicted` are rooms that the plan passes and the audit does not."""

    points: tuple[AuditedPoint, ...]
    rooms: tuple[AuditedRoom, ...]
    contradicted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Air:
    """Access points on the air a, with their radio, link and clients; seats j of the rooms that the plan serves."""

    points: tuple[AccessPoint, ...]
    radios: tuple[Radio, ...]
    links: tuple[RadioLink, ...]
    rooms: tuple[PlannedRoom, ...]
    room_j: IntArray
    received_dbm_aj: Array
    sd_db_aj: Array
    seats_xyz_m: Array
    floor_j: IntArray


def audit_site(plan: Plan) -> Audit:
    """Recompute a finished plan: who joins whom, what that takes of every radio and channel, and which rooms pass.

    Parameters
    ----------
    plan : Plan
        Its site, settings, access points and the rooms that it serves.

    Returns
    -------
    Audit
        Access points in the plan's order, rooms that an access point is planned for.

    Raises
    ------
    SiteError, CatalogError
        If the plan names what its site or the catalogue does not hold.
    """
    air = _air(plan)
    if not air.points or not air.rooms:
        return Audit(points=(), rooms=(), contradicted=())
    needs = _needs(air.rooms)
    airtime_aj, holds_aj = _seats(air, needs)
    joins_aj = _joins(air.received_dbm_aj)
    shape = (len(air.points), len(needs))
    given_ar, part_ar = np.zeros(shape), np.zeros(shape)
    seats_r = np.zeros(len(needs))
    for r in range(len(needs)):
        seats = np.flatnonzero(air.room_j == r)
        given_ar[:, r] = (airtime_aj[:, seats] * joins_aj[:, seats]).sum(axis=1)
        part_ar[:, r] = joins_aj[:, seats].mean(axis=1)
        strongest = air.received_dbm_aj[:, seats] >= air.received_dbm_aj[:, seats].max(axis=0) - _TIE_DB
        seats_r[r] = (holds_aj[:, seats] & strongest).any(axis=0).mean()
    return _judged(plan, air, needs, given_ar, part_ar, seats_r)


def _judged(plan: Plan, air: _Air, needs: Sequence[Need], given_ar: Array, part_ar: Array, seats_r: Array) -> Audit:
    shares_ab = _shares_air(plan, air)
    k = plan.n_rooms_at_once
    points, worst_r = [], np.zeros(len(needs))
    for a, ap in enumerate(air.points):
        on_air_r = given_ar[shares_ab[a]].sum(axis=0)
        cap = min((need.max_airtime_share for r, need in enumerate(needs) if _counts(part_ar[a, r], need)), default=1.0)
        points.append(
            AuditedPoint(
                ap_id=ap.id,
                own_share=_heaviest(given_ar[a], k),
                channel_share=_heaviest(on_air_r, k),
                max_share=cap,
            )
        )
        for r, need in enumerate(needs):
            if _counts(part_ar[a, r], need):
                others = np.delete(on_air_r, r)
                worst_r[r] = max(worst_r[r], on_air_r[r] + _heaviest(others, k - 1))
    rooms = tuple(
        AuditedRoom(
            room_id=room.room_id,
            seats_share=float(seats_r[r]),
            channel_share=float(worst_r[r]),
            passes=bool(
                worst_r[r] <= need.max_airtime_share + _SLACK_SHARE
                and seats_r[r] >= need.min_seats_share - _SLACK_SHARE
            ),
        )
        for r, (room, need) in enumerate(zip(air.rooms, needs, strict=True))
    )
    held = {room.room_id for room in rooms if room.passes}
    wrong = tuple(room.room_id for room in air.rooms if room.verdict == "pass" and room.room_id not in held)
    return Audit(points=tuple(points), rooms=rooms, contradicted=wrong)


def _counts(part: float, need: Need) -> bool:
    """Whether more of a class joins an access point than may miss the need."""
    return part > 1.0 - need.min_seats_share + _SLACK_SHARE


def _heaviest(load_r: Array, k: int) -> float:
    """Return the load of the k heaviest rooms."""
    return float(np.sort(load_r)[max(0, load_r.size - k) :].sum()) if k > 0 else 0.0


def _needs(rooms: Sequence[PlannedRoom]) -> list[Need]:
    return [room.need for room in rooms if room.need is not None]


def _air(plan: Plan) -> _Air:
    """Return what the plan puts on the air, and the signal of it at every seat."""
    site, band, settings = plan.site, plan.band, plan.settings
    on = [found for p in plan.access_points if p.action != "removed" and (found := _on_air(plan, p.access_point))]
    points = tuple(ap for ap, _, _ in on)
    rooms = tuple(room for room in plan.rooms if room.need is not None and room.serving_ap is not None)
    drawn = {room.id: (floor, room) for floor in site.floors for room in floor.rooms}
    seats = [seat_points(drawn[r.room_id][1].polygon, spacing_m=settings.radio.seat_spacing_m) for r in rooms]
    room_j = np.repeat(np.arange(len(rooms)), [len(s) for s in seats])
    floor_j = np.array([drawn[rooms[r].room_id][0].level for r in room_j], dtype=np.int64)
    xy = np.concatenate(seats) if seats else np.empty((0, 2))
    xyz = np.column_stack([xy, np.full(len(xy), settings.radio.device_height_m)])
    client = device(settings.radio.device)
    links = tuple(radio_link(model, client, width_mhz=radio.width_mhz or 20) for _, radio, model in on)
    antennas = antenna_xyz_m(site, points)
    law = planned_law(settings)
    spread = path(
        obstacles(site, law=law, bands=(band,)), antennas, building_xyz_m(site, xyz, floor_j), band=band
    ).spread_db
    received = received_dbm(site, points, xyz, floor_j, band=band, law=law)
    return _Air(
        points=points,
        radios=tuple(radio for _, radio, _ in on),
        links=links,
        rooms=rooms,
        room_j=room_j,
        received_dbm_aj=received - settings.shadowing.mean_db + client.antenna_gain_dbi,
        sd_db_aj=settings.shadowing.sd_db(spread),
        seats_xyz_m=xyz,
        floor_j=floor_j,
    )


def _on_air(plan: Plan, ap: AccessPoint) -> tuple[AccessPoint, Radio, AccessPointModel] | None:
    """Return an access point with its radio of the band and its model; None where the plan does not count on it."""
    radio = next((r for r in ap.radios if r.band == plan.band and r.channel and r.eirp_dbm is not None), None)
    model = known_model(ap.model) or known_model(plan.settings.design.existing_model)
    forbidden = brand_verdict(ap.model or "").status == "prohibited"
    return None if radio is None or model is None or forbidden or plan.band not in model.bands else (ap, radio, model)


def _joins(received_dbm_aj: Array) -> BoolArray:
    """Return which access point every seat joins for certain (a, j): the strongest, and none where two are alike."""
    if len(received_dbm_aj) == 1:
        return np.asarray(np.isfinite(received_dbm_aj))
    second_j = np.sort(received_dbm_aj, axis=0)[-2]
    return np.asarray(received_dbm_aj > second_j + _TIE_DB)


def _seats(air: _Air, needs: Sequence[Need]) -> tuple[Array, BoolArray]:
    """Return the airtime that every seat's devices take (a, j), and whether the seat has what it needs there."""
    airtime_aj = np.empty_like(air.received_dbm_aj)
    holds_aj = np.zeros(air.received_dbm_aj.shape, dtype=np.bool_)
    for a, link in enumerate(air.links):
        snr_j, sd_j = air.received_dbm_aj[a] - link.noise_dbm, air.sd_db_aj[a]
        least_db = np.array([row.min_snr_db for row in mcs_rows(link.standard)])
        mbps = saturated_mbps(
            np.arange(least_db.size), standard=link.standard, width_mhz=link.width_mhz, streams=link.streams
        )
        # the chance of every scheme times the time that a bit takes with it; below the lowest one, the lowest
        below = ndtr((least_db[1:, None] - snr_j[None, :]) / np.maximum(sd_j[None, :], 1e-9))
        chance = np.diff(np.vstack([np.zeros_like(snr_j), below, np.ones_like(snr_j)]), axis=0)
        seconds_j = (chance / mbps[:, None]).sum(axis=0)
        for r, need in enumerate(needs):
            seats = np.flatnonzero(air.room_j == r)
            wanted_mbps = need.n_devices * (need.mbps_per_device + need.mbps_up_per_device)
            airtime_aj[a, seats] = wanted_mbps / seats.size * seconds_j[seats]
            enough = least_db[mbps >= wanted_mbps / need.max_airtime_share]
            rate_db = min(need.min_snr_db, float(enough[0])) if enough.size else need.min_snr_db
            sure_db = float(ndtri(need.seat_probability)) * sd_j[seats]
            over_db = np.minimum(air.received_dbm_aj[a, seats] - need.min_received_dbm, snr_j[seats] - need.min_snr_db)
            over_db = over_db - (sure_db if need.sure_of == "signal" else 0.0)
            sure = need.sure_of == "signal" or snr_j[seats] - rate_db >= sure_db - 1e-6
            holds_aj[a, seats] = (over_db >= -1e-6) & sure
    return airtime_aj, holds_aj


def _shares_air(plan: Plan, air: _Air) -> BoolArray:
    """Return which access points are on overlapping channels and hear each other, or each other's classes (a, b)."""
    law, band, n = hearing_law(plan.settings), plan.band, len(air.points)
    places = np.array([(ap.x_m, ap.y_m, ap.z_m) for ap in air.points], dtype=np.float64)
    levels, between = [ap.floor for ap in air.points], between_law(plan.settings)
    heard_ab = received_dbm(plan.site, air.points, places, levels, band=band, law=between)
    in_rooms_aj = received_dbm(plan.site, air.points, air.seats_xyz_m, air.floor_j, band=band, law=law)
    index = {ap.id: a for a, ap in enumerate(air.points)}
    for r, room in enumerate(air.rooms):
        mean_a = in_rooms_aj[:, air.room_j == r].mean(axis=1)
        for served in (room.serving_ap, *room.sharing_aps):
            if served in index:
                heard_ab[:, index[served]] = np.maximum(heard_ab[:, index[served]], mean_a)
    named = [channel_named(plan.site.country, band, r.channel or 0, r.width_mhz or 20) for r in air.radios]
    known = tuple(channel for channel in named if channel is not None)
    overlap = overlap_kl(known) > 0.0 if len(known) == n else np.ones((n, n), dtype=np.bool_)
    heard_ab = np.maximum(heard_ab, heard_ab.T)
    return np.asarray((heard_ab >= CARRIER_SENSE_DBM + _TIE_DB) & overlap | np.eye(n, dtype=np.bool_))
