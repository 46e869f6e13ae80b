"""From a plan to a school's outcome; where one plan serves several roster rows (國中小), to one for each of them."""

from collections.abc import Sequence
from dataclasses import replace

from wifiplan.radio.loss import Law
from wifiplan.scheme.apportionment import share
from wifiplan.scheme.school import Stage
from wifiplan.study.outcomes import PlanEvidence, SchoolOutcome
from wifiplan.study.records import Plan, PlannedRoom


def planned(outcome: SchoolOutcome, plan: Plan) -> SchoolOutcome:
    """Return the outcome of a school with what its plan says."""
    rooms = [room for room in plan.rooms if room.need is not None]
    return replace(
        _counted(outcome, rooms, stock=_stock_taken(plan)),
        n_aps_placed=plan.n_new_aps,
        inventory_known=plan.site.access_points_known,
        peak_mbps=plan.peak_mbps,
        uplink_mbps=plan.site.uplink_mbps,
        evidence=plan_evidence(plan),
        gap=plan.proof.gap,
    )


def plan_evidence(plan: Plan) -> PlanEvidence:
    """Return what a plan rests on: measurements of a drawn building count as such only for a law fitted to them."""
    law, site = plan.settings.law, plan.site
    if not isinstance(law, Law) or law.measured is None or site.evidence != "drawn":
        return site.evidence
    return "calibrated" if law.measured.site == site.name else site.evidence


def told_apart(whole: SchoolOutcome, blank: Sequence[SchoolOutcome], plan: Plan) -> tuple[SchoolOutcome, ...]:
    """Return an outcome for each row that one plan serves.

    Classrooms belong to the row whose stage they have, further rooms to the first one. New access points are told
    apart by class count, none above what the row is allotted: sums over rows are those of the plan.

    Parameters
    ----------
    whole : SchoolOutcome
        The first row's outcome with the figures of the whole plan.
    blank : sequence of SchoolOutcome
        One a row, with what it is allotted.
    plan : Plan
        The plan.
    """
    stage_of = _stages(plan)
    rooms = [room for room in plan.rooms if room.need is not None]
    own = [[room for room in rooms if stage_of[room.room_id] == row.school.stage] for row in blank]
    classes = [row.school.n_classes for row in blank]
    weights = classes if sum(classes) else [1] * len(blank)
    limits = [row.n_aps_allotted for row in blank]
    caps = [limit for limit in limits if limit is not None]
    most = caps if len(caps) == len(limits) else None
    placed = _shared(whole.n_aps_placed or 0, weights, most)
    needed = _shared(whole.n_aps_needed or 0, weights, None)
    for_classrooms = _shared(whole.n_aps_needed_classrooms or 0, weights, None)
    first = f"{whole.school.stage}-{whole.school.code}"
    return tuple(
        replace(
            _counted(whole, own[n], stock=_stock_taken(plan)),
            school=row.school,
            n_class_sets=row.n_class_sets,
            n_devices=row.n_devices,
            funded=row.funded,
            n_aps_allotted=row.n_aps_allotted,
            n_aps_placed=placed[n],
            n_aps_needed=needed[n],
            n_aps_needed_classrooms=for_classrooms[n],
            planned_with=first if n else None,
            scenarios=() if n else whole.scenarios,
        )
        for n, row in enumerate(blank)
    )


def _shared(n: int, weights: Sequence[int], caps: Sequence[int] | None) -> tuple[int, ...]:
    if caps is not None and sum(caps) < n:
        caps = None
    return share(n, weights, method="largest_remainder", cap_s=caps)


def _stages(plan: Plan) -> dict[str, Stage | None]:
    """Return the stage of every room; that of the first row where the room has none of its own."""
    stages = {school.stage for school in plan.site.schools}
    first = plan.site.school.stage if plan.site.school else None
    rooms = (room for floor in plan.site.floors for room in floor.rooms)
    return {room.id: room.stage if room.stage in stages else first for room in rooms}


def _stock_taken(plan: Plan) -> bool:
    """Return whether anybody has said anything of what hangs there: else what passes with it is unknown, not zero."""
    return plan.site.access_points_known or bool(plan.site.access_points)


def _counted(outcome: SchoolOutcome, rooms: Sequence[PlannedRoom], *, stock: bool) -> SchoolOutcome:
    """Return the outcome with the rooms counted and their verdict."""
    classrooms = [room for room in rooms if room.need is not None and room.need.priority == 0]
    specialist = [room for room in rooms if room.need is not None and room.need.priority == 1]
    served, special = (sum(room.verdict == "pass" for room in some) for some in (classrooms, specialist))
    verdict = "classrooms_short"
    if served == len(classrooms):
        verdict = "all_served" if special == len(specialist) else "classrooms_served"
    changes = [room.change for room in classrooms]
    return replace(
        outcome,
        n_classrooms=len(classrooms),
        n_classrooms_served=served,
        n_specialist=len(specialist),
        n_specialist_served=special,
        n_as_is=changes.count("as_is") if stock else None,
        n_retune=changes.count("retune") + changes.count("move") if stock else None,
        n_replace=changes.count("replace") if stock else None,
        n_new=changes.count("new"),
        verdict=verdict,
    )
