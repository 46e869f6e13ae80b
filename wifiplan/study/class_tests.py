"""A class test beside the plan: what was predicted for every room, what was measured, and whether the two agree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.class_test import stream_preset
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, RoomRun
from wifiplan.probe.verdict import RoomJudgement, judge_test
from wifiplan.site.network import Band
from wifiplan.study.neighbours import Neighbour, neighbours
from wifiplan.study.records import Plan, PlannedRoom

Agreement: TypeAlias = Literal["agree", "plan_optimistic", "plan_pessimistic", "open", "not_comparable"]
"""`plan_optimistic`: the plan passes what fails; `plan_pessimistic`: the other way round; `open`: the test is."""

Hindrance: TypeAlias = Literal[
    "no_plan", "no_room", "not_required", "other_plan", "other_rate", "other_devices", "neighbours_idle"
]
"""Why a prediction and a measurement can't be compared."""

SAME_SHARE = 0.01
"""Rates that differ by less than a hundredth are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What the plan says of a room: who serves it, on what channel, at what level, and whether its class holds."""

    room: PlannedRoom
    ap_name: str | None = None
    band: Band | None = None
    channel: int | None = None
    width_mhz: int | None = None

    @property
    def passes(self) -> bool:
        """Whether the plan serves the room's whole class."""
        return self.room.verdict == "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One room of a test beside its plan.

    `neighbours` share the room's air by the plan, `loaded` are the ids of those that were loaded in the same round;
    `n_other_rooms` counts all other rooms of that round.
    """

    run: RoomRun
    judged: RoomJudgement
    predicted: Predicted | None
    agreement: Agreement
    hindrances: tuple[Hindrance, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    loaded: frozenset[str] = frozenset()
    n_other_rooms: int = 0


def stream_rate_mbps(options: ClassTestOptions) -> float:
    """Return the payload of every device [Mbit/s]: the one that was set, else the stream's."""
    return stream_preset(options.stream).mbps_down if options.rate_mbps is None else options.rate_mbps


def beside_plan(test: ClassTest, plan: Plan | None, plan_mark: str | None = None) -> tuple[Beside, ...]:
    """Return every room of a test beside its prediction, in the order of the test.

    Parameters
    ----------
    test : ClassTest
        What was measured.
    plan : Plan or None
        The plan; None where there is none.
    plan_mark : str or None
        The plan's mark, which a test keeps of the plan that it was made with.
    """
    judged = judge_test(test).rooms
    rooms = {} if plan is None else _planned_rooms(test, plan)
    around = {} if plan is None else neighbours(plan, [room.room_id for room in rooms.values()])
    return tuple(
        _beside(test, run, of_room, _Known(plan=plan, mark=plan_mark, rooms=rooms, around=around))
        for run, of_room in zip(test.rooms, judged, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    plan: Plan | None
    mark: str | None
    rooms: Mapping[str, PlannedRoom]
    around: Mapping[str, tuple[Neighbour, ...]]


def _planned_rooms(test: ClassTest, plan: Plan) -> dict[str, PlannedRoom]:
    """Return the plan's room of every room of a test: by its id, else by the ministry's number or its only name."""
    by_id = {room.room_id: room for room in plan.rooms}
    numbered = {
        room.inventory_id: by_id[room.id]
        for floor in plan.site.floors
        for room in floor.rooms
        if room.inventory_id is not None and room.id in by_id
    }
    found = {}
    for run in test.rooms:
        named = [room for room in plan.rooms if room.name == run.name]
        room = by_id.get(run.room_id) or numbered.get(run.room_id) or (named[0] if len(named) == 1 else None)
        if room is not None:
            found[run.room_id] = room
    return found


def _beside(test: ClassTest, run: RoomRun, judged: RoomJudgement, known: _Known) -> Beside:
    room = known.rooms.get(run.room_id)
    near = () if room is None else known.around.get(room.room_id, ())
    others = [other for other in test.rooms if other.round_no == run.round_no and other.room_id != run.room_id]
    at_once = {known.rooms[other.room_id].room_id for other in others if other.room_id in known.rooms}
    loaded = frozenset(neighbour.room_id for neighbour in near if neighbour.room_id in at_once)
    hindrances = tuple(_hindrances(test, run, judged, known, all_loaded=len(loaded) == len(near)))
    return Beside(
        run=run,
        judged=judged,
        predicted=None if room is None or known.plan is None else _predicted(room, known.plan),
        agreement=_agreement(room, judged, hindrances),
        hindrances=hindrances,
        neighbours=near,
        loaded=loaded,
        n_other_rooms=len({other.room_id for other in others}),
    )


def _predicted(room: PlannedRoom, plan: Plan) -> Predicted:
    main = next((p.access_point for p in plan.access_points if p.access_point.id == room.serving_ap), None)
    if main is None:
        return Predicted(room=room)
    radio = next((r for r in main.radios if r.band == plan.band), None)
    return Predicted(
        room=room,
        ap_name=main.name or main.id,
        band=plan.band,
        channel=None if radio is None else radio.channel,
        width_mhz=None if radio is None else radio.width_mhz,
    )


def _agreement(room: PlannedRoom | None, judged: RoomJudgement, hindrances: Sequence[Hindrance]) -> Agreement:
    if hindrances or room is None:
        return "not_comparable"
    if judged.verdict == "inconclusive":
        return "open"
    if (room.verdict == "pass") == (judged.verdict == "pass"):
        return "agree"
    return "plan_optimistic" if room.verdict == "pass" else "plan_pessimistic"


def _hindrances(
    test: ClassTest, run: RoomRun, judged: RoomJudgement, known: _Known, *, all_loaded: bool
) -> Iterator[Hindrance]:
    room = known.rooms.get(run.room_id)
    if known.plan is None:
        yield "no_plan"
        return
    if test.plan_mark is not None and known.mark is not None and test.plan_mark != known.mark:
        yield "other_plan"
    if room is None:
        yield "no_room"
        return
    if room.need is None:
        yield "not_required"
        return
    # more than the plan promises may hold, less may fail: that is told all the same
    more = judged.verdict == "pass"
    if _differs(stream_rate_mbps(test.options), room.need.mbps_per_device, more=more):
        yield "other_rate"
    if _differs(run.n_expected, room.need.n_devices, more=more):
        yield "other_devices"
    if room.verdict == "fail" and judged.verdict == "pass" and not all_loaded:
        # the plan counts on neighbours at work; without them a pass says nothing against it
        yield "neighbours_idle"


def _differs(tested: float, planned: float, *, more: bool) -> bool:
    slack = SAME_SHARE * planned
    return tested < planned - slack if more else tested > planned + slack
