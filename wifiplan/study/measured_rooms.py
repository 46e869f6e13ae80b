"""Verdicts of classrooms from a survey (KPI 7): whether the signal that was measured holds a whole class on line.

A survey without the class proves coverage. How much airtime the class takes is predicted by the plan; both together
make the verdict, and the evidence is called "survey", never "class test".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr

from wifiplan.site.building import RoomUse
from wifiplan.site.network import Band, Need
from wifiplan.study.measured_heard import n_places_of, samples_by_room, throughput_mbps_of, unmatched_dbm
from wifiplan.study.measured_levels import Known, RoomLevels, room_levels
from wifiplan.study.measuring import n_spare
from wifiplan.study.reason_records import ReasonCode
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings
from wifiplan.survey.records import Survey
from wifiplan.units import Array

MeasuredVerdict: TypeAlias = Literal["pass", "fail", "inconclusive"]

MeasuredReason: TypeAlias = Literal[
    "holds",
    "lacks_signal",
    "unsure",
    "device",
    "not_measured",
    "no_access_point",
    "unmatched",
    "airtime",
    "airtime_unknown",
    "throughput",
    "associations",
    "prohibited_brand",
]
"""What decides: the signal holds, it does not, it may; it depends on how the measuring device compares; nobody stood in
the room; nothing known hangs there; a network of nobody knows which access point is strong enough; the class takes more
airtime than there is, or nobody knows how much; a device alone carried less than the class needs; more devices join
than the access point takes; its brand must not be used."""

_FULL: Mapping[str, MeasuredReason] = MappingProxyType(
    {
        "airtime": "airtime",
        "co_channel": "airtime",
        "associations": "associations",
        "prohibited_brand": "prohibited_brand",
    }
)
"""Reasons of a plan for which a room fails however well it hears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictOptions:
    """How sure a verdict must be, and how the device that measured compares with the class's.

    Parameters
    ----------
    sure_share : float
        A room passes if its signal holds with at least this probability, and fails if with at most the rest.
    device_db : float or None
        By how much the measuring device reports more than the class's device would [dB]; None: nobody compared them,
        they are taken as alike.
    models_sd_db : float
        How much two models may differ where nobody compared them [dB]. Phones report 10 to 25 dB less than an isotropic
        antenna receives (measured buildings): a spread of 4 dB for each, 6 dB between two, of which the class's tablet
        is known in part; 0 where the survey was made with the class's own model.
    visit_sd_db : float
        How much the levels of a whole room may differ on another day [dB]. Single readings of a measured office strayed
        by 4 dB more from those of another visit than from those of the same walk; half of it is taken for what a room's
        readings share.
    min_places : int
        In so many places of the room somebody must have stood.
    n_draws : int
        Draws of all levels of a room.
    """

    sure_share: float = 0.95
    device_db: float | None = None
    models_sd_db: float = 5.0
    visit_sd_db: float = 2.0
    min_places: int = 1
    n_draws: int = 2000

    @property
    def device_sd_db(self) -> float:
        """Spread of the difference between the devices [dB]."""
        return self.models_sd_db if self.device_db is None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRoom:
    """One room as measured.

    `probability` is that with which the signal holds as many seats as must, `received_dbm` what that many seats reach
    in the class's device, in the mean, and `received_sd_db` how well that is known; `seats_share` is the expected share
    of seats that hold. `serving_ap` is the access point that most seats would join. `n_places` places of the room were
    measured. `unmatched_dbm` is the strongest network in the room that may be the school's, of no known access point.
    `airtime_share` is what the plan predicts of the channel, against `Need.max_airtime_share`, `predicted`
    its reason; `throughput_mbps` the median of what devices alone carried in the room. `measure_at` is where a further
    reading would tell most, where that would help.
    """

    room_id: str
    name: str
    use: RoomUse
    floor: int
    need: Need
    verdict: MeasuredVerdict
    reason: MeasuredReason
    probability: float | None = None
    seats_share: float | None = None
    received_dbm: float | None = None
    received_sd_db: float | None = None
    needed_dbm: float | None = None
    serving_ap: str | None = None
    n_places: int = 0
    unmatched_dbm: float | None = None
    airtime_share: float | None = None
    predicted: ReasonCode | None = None
    throughput_mbps: float | None = None
    measure_at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRooms:
    """The rooms of a site as measured, and by what: `devices` are the models that measured, `device` the class's.

    `day` is that of the latest survey, blank where none tells.
    """

    site: str
    band: Band
    rooms: tuple[MeasuredRoom, ...]
    options: VerdictOptions
    devices: tuple[str, ...]
    device: str
    day: str = ""

    def n(self, verdict: MeasuredVerdict, priority: int = 0) -> int:
        """Return how many rooms of a rank (0 classroom, 1 specialist room) have a verdict."""
        return sum(room.verdict == verdict and room.need.priority == priority for room in self.rooms)

    @property
    def fails(self) -> bool:
        """Whether a classroom does not pass."""
        return any(room.verdict != "pass" and room.need.priority == 0 for room in self.rooms)


_ROOM_SD_DB = 5.0
"""How much readings of one room differ from each other, as those of a measured office did [dB]."""


def measured_rooms(
    known: Known,
    surveys: Sequence[Survey],
    settings: Settings,
    needs: Sequence[Need],
    *,
    predicted: Plan | None = None,
    options: VerdictOptions | None = None,
) -> MeasuredRooms:
    """Judge rooms by what was measured in them.

    Parameters
    ----------
    known : Known
        Levels as the surveys let them be known.
    surveys : sequence of Survey
        Who stood where, and what throughput devices had there.
    settings : Settings
        The class's device and how its signal strays.
    needs : sequence of Need
        The rooms and what they need.
    predicted : Plan, optional
        What is predicted of airtime: the plan that was installed, or the site as it stands. Without it airtime is
        unknown, and no room passes.
    options : VerdictOptions, optional
        How sure a verdict must be.

    Returns
    -------
    MeasuredRooms
        In the order of `needs`.
    """
    chosen = _compared(options or VerdictOptions(), surveys, settings)
    samples = [s for survey in surveys for s in survey.samples]
    levels = {room.room.id: room for room in room_levels(known, settings, needs)}
    planned = {room.room_id: room for room in predicted.rooms} if predicted is not None else {}
    drawn = {room.id: (floor, room) for floor in known.site.floors for room in floor.rooms}
    stood = samples_by_room(known.site, samples)
    unmatched = {} if known.matched is None else unmatched_dbm(surveys, known.site, known.band, known.matched)
    rng = np.random.default_rng(0)
    rooms = []
    for need in needs:
        if need.room_id not in drawn:
            continue
        floor, room = drawn[need.room_id]
        blank = MeasuredRoom(
            room_id=room.id,
            name=room.name,
            use=room.use,
            floor=floor.level,
            need=need,
            verdict="inconclusive",
            reason="no_access_point",
            airtime_share=None if room.id not in planned else planned[room.id].channel_share,
            predicted=None if room.id not in planned else planned[room.id].reason.code,
            throughput_mbps=throughput_mbps_of(stood.get(room.id, ())),
            n_places=n_places_of(stood.get(room.id, ()), known.band),
            unmatched_dbm=unmatched.get(room.id),
        )
        signal = levels.get(room.id)
        rooms.append(blank if signal is None else _judged(blank, signal, known, chosen, rng))
    days = sorted(survey.started_at[:10] for survey in surveys if survey.started_at)
    return MeasuredRooms(
        site=known.site.name,
        band=known.band,
        rooms=tuple(rooms),
        options=chosen,
        devices=tuple(dict.fromkeys(survey.device for survey in surveys)),
        device=settings.radio.device,
        day=days[-1] if days else "",
    )


def _compared(options: VerdictOptions, surveys: Sequence[Survey], settings: Settings) -> VerdictOptions:
    """Return the options; where the first survey is by the class's own model, to which others are brought, as alike."""
    own = bool(surveys) and surveys[0].device == settings.radio.device
    return replace(options, device_db=0.0) if own and options.device_db is None else options


def _judged(
    blank: MeasuredRoom, signal: RoomLevels, known: Known, options: VerdictOptions, rng: np.random.Generator
) -> MeasuredRoom:
    margin_ds, joined_ds = signal.margins_db(options.n_draws, rng)
    # one device on one day stands for all seats: what it reports too much or too little, it does everywhere
    offset_d = (options.device_db or 0.0) + options.visit_sd_db * rng.standard_normal(options.n_draws)
    rank = n_spare(margin_ds.shape[1], signal.need.min_seats_share)
    same = float((np.partition(margin_ds, rank, axis=1)[:, rank] >= offset_d).mean())
    offset_d = offset_d + options.device_sd_db * rng.standard_normal(options.n_draws)
    margin_ds = margin_ds - offset_d[:, None]
    margin_d = np.partition(margin_ds, rank, axis=1)[:, rank]
    probability = float((margin_d >= 0.0).mean())
    main = int(np.bincount(joined_ds.ravel()).argmax())
    verdict, reason = _verdict(blank, probability, options)
    if verdict == "fail" and reason != "prohibited_brand" and _may_hold(blank, signal.threshold_dbm_a.min(), options):
        verdict, reason = "inconclusive", "unmatched"
    if reason == "unsure" and max(same, 1.0 - same) >= options.sure_share:
        reason = "device"
    return replace(
        blank,
        verdict=verdict,
        reason=reason,
        probability=probability,
        seats_share=float((margin_ds >= 0.0).mean()),
        received_dbm=float(margin_d.mean() + signal.threshold_dbm_a[main]),
        received_sd_db=float(margin_d.std()),
        needed_dbm=float(signal.threshold_dbm_a[main]),
        serving_ap=known.access_points[signal.ap_a[main]].id,
        measure_at=_measure_at(signal, margin_ds, rank) if reason in ("unsure", "not_measured") else None,
    )


def _verdict(room: MeasuredRoom, probability: float, options: VerdictOptions) -> tuple[MeasuredVerdict, MeasuredReason]:
    """Return what a room's signal, its places, its airtime and its throughput say together; the first that decides."""
    need, carried = room.need, room.throughput_mbps
    grounds: tuple[tuple[bool, MeasuredVerdict, MeasuredReason], ...] = (
        (room.n_places < options.min_places, "inconclusive", "not_measured"),
        (probability <= 1.0 - options.sure_share, "fail", "lacks_signal"),
        (room.predicted in _FULL, "fail", _FULL.get(room.predicted or "", "airtime")),
        (probability < options.sure_share, "inconclusive", "unsure"),
        (carried is not None and carried * need.max_airtime_share < need.demand_mbps, "inconclusive", "throughput"),
        (room.airtime_share is None, "inconclusive", "airtime_unknown"),
    )
    return next(((verdict, reason) for decides, verdict, reason in grounds if decides), ("pass", "holds"))


def _may_hold(room: MeasuredRoom, needed_dbm: float, options: VerdictOptions) -> bool:
    """Return whether a network that may be the school's may hold the room, as far as readings in it tell."""
    if room.unmatched_dbm is None:
        return False
    sd_db = np.hypot.reduce([options.device_sd_db, options.visit_sd_db, _ROOM_SD_DB])
    margin_db = room.unmatched_dbm - (options.device_db or 0.0) - needed_dbm
    return bool(ndtr(margin_db / sd_db) > 1.0 - options.sure_share)


def _measure_at(signal: RoomLevels, margin_ds: Array, rank: int) -> tuple[float, float]:
    """Return the seat which decides most often: that of the margin which must hold, draw by draw."""
    deciding = np.argpartition(margin_ds, rank, axis=1)[:, rank]
    seat = int(np.bincount(deciding, minlength=margin_ds.shape[1]).argmax())
    x_m, y_m = signal.xyz_m_s[seat, :2]
    return float(x_m), float(y_m)
