"""How far a controller's automatic channels and powers may go without costing the plan any capacity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import Channel, channel_named, channels, overlap_kl
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, contention_weight
from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m
from wifiplan.predict.losses import loss_db
from wifiplan.predict.obstacles import obstacles
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import Radio
from wifiplan.study.planned_law import between_law, hearing_law
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.units import Array, BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoRf:
    """What a controller may choose from for one radio.

    Parameters
    ----------
    channels : tuple of int
        Channels of the plan's width, the planned one first. Whatever every access point picks from its own list, no
        two that hear each other share more of a channel than they do in the plan.
    min_eirp_dbm, max_eirp_dbm : float
        The planned power, which is the least that serves its rooms, and the highest of the settings' powers at which
        it wakes no further neighbour on a channel of the lists [dBm].
    n_sharing : int
        How many others share its channel within hearing in the plan.
    """

    channels: tuple[int, ...]
    min_eirp_dbm: float
    max_eirp_dbm: float
    n_sharing: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Air:
    """Access points a on their planned channels, and the power (a, b) that b or its rooms hear of a [dBm]."""

    points: tuple[PlannedAccessPoint, ...]
    channel_a: tuple[Channel, ...]
    eirp_dbm_a: Array
    towards_dbm_ab: Array

    @property
    def heard_dbm_ab(self) -> Array:
        return np.maximum(self.towards_dbm_ab, self.towards_dbm_ab.T)


def auto_rf(plan: Plan) -> Mapping[str, AutoRf]:
    r"""Return the freedom of every radio in the plan's band, by the id of its access point.

    Parameters
    ----------
    plan : Plan
        A finished plan. Access points that stay without being counted on keep their channel and bind the others.

    Returns
    -------
    mapping of str to AutoRf
        Without those that are removed or whose channel is unknown.

    Notes
    -----
    Channel k joins the list of access point a where :math:`o_{kl} \le o_{k(a) k(b)}` for every b that it hears and
    every l in b's list; o is the overlap of two channels, k(a) the planned one. Lists grow in turns, one channel at a
    time, so that no access point takes all. Interference and worst-case airtime then never exceed the plan's.
    """
    air = _air(plan)
    n = len(air.points)
    if n == 0:
        return {}
    own = [_legal(plan, c) if _free(p) else (c,) for p, c in zip(air.points, air.channel_a, strict=True)]
    every = tuple(dict.fromkeys([*air.channel_a, *(c for mine in own for c in mine)]))
    may_ak = np.array([[c in mine for c in every] for mine in own], dtype=np.bool_)
    may_ak &= air.eirp_dbm_a[:, None] <= np.array([c.max_eirp_dbm for c in every])[None, :] + 1e-9
    planned_a = np.array([every.index(c) for c in air.channel_a])
    overlap = overlap_kl(every)
    list_ak = _grown(may_ak, planned_a, overlap, contention_weight(air.heard_dbm_ab) > 0.0)
    shares_ab = (air.heard_dbm_ab >= CARRIER_SENSE_DBM) & (overlap[np.ix_(planned_a, planned_a)] > 0.0)
    np.fill_diagonal(shares_ab, val=False)
    top_a = _most_power(plan, air, every, list_ak, overlap)
    return {
        p.access_point.id: AutoRf(
            channels=(
                air.channel_a[a].number,
                *(every[k].number for k in np.flatnonzero(list_ak[a]) if k != planned_a[a]),
            ),
            min_eirp_dbm=float(air.eirp_dbm_a[a]),
            max_eirp_dbm=float(top_a[a]),
            n_sharing=int(shares_ab[a].sum()),
        )
        for a, p in enumerate(air.points)
    }


def _free(planned: PlannedAccessPoint) -> bool:
    """Return whether the plan counts on an access point, so that its channel may be chosen."""
    return planned.reason.code not in ("undecided", "prohibited_brand")


def _radio(planned: PlannedAccessPoint, plan: Plan) -> Radio | None:
    return next((r for r in planned.access_point.radios if r.band == plan.band and r.channel is not None), None)


def _legal(plan: Plan, channel: Channel) -> tuple[Channel, ...]:
    """Return the channels of the planned width, those without radar detection first."""
    found = channels(plan.site.country, plan.band, channel.width_mhz, dfs=plan.settings.design.dfs)
    return (channel, *sorted((c for c in found if c != channel), key=lambda c: (c.dfs, c.center_hz)))


def _air(plan: Plan) -> _Air:
    points, tuned, eirp = [], [], []
    for planned in plan.access_points:
        radio, point = _radio(planned, plan), planned.access_point
        if planned.action == "removed" or radio is None or point.x_m is None or point.y_m is None:
            continue
        channel = channel_named(plan.site.country, plan.band, radio.channel or 0, radio.width_mhz or 20)
        if channel is not None:
            points.append(planned)
            tuned.append(channel)
            eirp.append(max(plan.settings.design.eirp_dbm) if radio.eirp_dbm is None else radio.eirp_dbm)
    eirp_a = np.array(eirp, dtype=np.float64)
    return _Air(
        points=tuple(points), channel_a=tuple(tuned), eirp_dbm_a=eirp_a, towards_dbm_ab=_towards(plan, points, eirp_a)
    )


def _towards(plan: Plan, points: Sequence[PlannedAccessPoint], eirp_dbm_a: Array) -> Array:
    """Return the most that access point b, or a room that it serves, hears of access point a (a, b) [dBm]."""
    if not points:
        return np.empty((0, 0))
    band, law = plan.band, hearing_law(plan.settings)
    things = obstacles(plan.site, law=law, bands=(band,))
    antennas = antenna_xyz_m(plan.site, [p.access_point for p in points])
    loss_ab = loss_db(things, antennas, antennas, between_law(plan.settings), band=band)
    rooms = {room.id: (floor.level, room) for floor in plan.site.floors for room in floor.rooms}
    for b, planned in enumerate(points):
        for level, room in (rooms[r] for r in planned.serves if r in rooms):
            xy = seat_points(room.polygon, spacing_m=plan.settings.radio.seat_spacing_m)
            xyz = np.column_stack([xy, np.full(len(xy), plan.settings.radio.device_height_m)])
            seats = building_xyz_m(plan.site, xyz, np.full(len(xy), level))
            in_room_a = loss_db(things, antennas, seats, law, band=band).mean(axis=1)
            loss_ab[:, b] = np.minimum(loss_ab[:, b], in_room_a)
    towards = eirp_dbm_a[:, None] - loss_ab
    np.fill_diagonal(towards, -np.inf)
    return np.asarray(towards)


def _grown(may_ak: BoolArray, planned_a: Array, overlap: Array, hears_ab: BoolArray) -> BoolArray:
    """Return the lists (a, k): the planned channel, and all that any choice of the others leaves harmless."""
    n = len(planned_a)
    list_ak = np.zeros_like(may_ak)
    list_ak[np.arange(n), planned_a] = True
    most_ab = overlap[np.ix_(planned_a, planned_a)]
    while True:
        grew = False
        for a in range(n):
            # what channel k would share, at worst, with the lists of the others
            worst_bk = np.where(list_ak[:, None, :], overlap[None, :, :], 0.0).max(axis=2)
            good_k = (worst_bk <= most_ab[a][:, None] + 1e-9)[hears_ab[a]].all(axis=0)
            new = np.flatnonzero(may_ak[a] & good_k & ~list_ak[a])
            if new.size:
                list_ak[a, new[0]] = True
                grew = True
        if not grew:
            return np.asarray(list_ak)


def _most_power(plan: Plan, air: _Air, every: Sequence[Channel], list_ak: BoolArray, overlap: Array) -> Array:
    """Return the highest power (a,) that brings no further neighbour above carrier sense on a shared channel [dBm]."""
    may_meet_ab = (list_ak.astype(np.float64) @ (overlap > 0.0) @ list_ak.T.astype(np.float64)) > 0.0
    apart_ab = may_meet_ab & (air.heard_dbm_ab < CARRIER_SENSE_DBM)
    room_ab = np.where(apart_ab, CARRIER_SENSE_DBM - air.towards_dbm_ab, np.inf)
    np.fill_diagonal(room_ab, np.inf)
    legal_a = np.where(list_ak, np.array([c.max_eirp_dbm for c in every])[None, :], np.inf).min(axis=1)
    top_a = air.eirp_dbm_a.copy()
    for a, planned in enumerate(air.points):
        model = known_model(planned.access_point.model)
        limit = min(float(legal_a[a]), model.max_eirp_dbm(plan.band) if model and plan.band in model.bands else np.inf)
        gain_db = float(room_ab[a].min())
        fitting = [p for p in plan.settings.design.eirp_dbm if p <= limit and p - air.eirp_dbm_a[a] < gain_db]
        if _free(planned):
            top_a[a] = max([float(air.eirp_dbm_a[a]), *fitting])
    return np.asarray(top_a)
