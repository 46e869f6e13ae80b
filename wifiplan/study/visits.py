"""Which schools to visit first: points for everything that is unknown, short or failed, each with its count."""

from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.catalog.visit_risks import VisitRisk
from wifiplan.study.tracking import Planned, Tracked


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion that a school meets: how often, and the points that it gets for it."""

    risk: VisitRisk
    count: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A school with its findings, the heaviest first; `rank` is None for national schools, which stand apart."""

    tracked: Tracked
    findings: tuple[Finding, ...]
    rank: int | None = None

    @property
    def score(self) -> int:
        """Sum of the points."""
        return sum(finding.points for finding in self.findings)


def visits(schools: Sequence[Tracked], risks: Sequence[VisitRisk]) -> tuple[Visit, ...]:
    """Return every school with its findings and its rank, in the order of `schools`.

    Ranks go by points; schools with equal points keep the order of the roster.

    Parameters
    ----------
    schools : sequence of Tracked
        In roster order.
    risks : sequence of VisitRisk
        Criteria with their points (`catalog.visit_risks`).
    """
    found = [findings(tracked, risks) for tracked in schools]
    scores = [sum(finding.points for finding in one) for one in found]
    order = sorted((place for place, t in enumerate(schools) if t.funded), key=lambda place: (-scores[place], place))
    rank_of = {place: rank for rank, place in enumerate(order, 1)}
    return tuple(
        Visit(tracked=tracked, findings=one, rank=rank_of.get(place))
        for place, (tracked, one) in enumerate(zip(schools, found, strict=True))
    )


def findings(tracked: Tracked, risks: Sequence[VisitRisk]) -> tuple[Finding, ...]:
    """Return what speaks for an early visit of one school, the most points first."""
    counts = _counts(tracked, {risk.code: risk.limit for risk in risks})
    found = [
        Finding(risk=risk, count=counts[risk.code], points=risk.score(counts[risk.code]))
        for risk in risks
        if counts.get(risk.code)
    ]
    return tuple(sorted((f for f in found if f.points), key=lambda f: -f.points))


def _counts(tracked: Tracked, limits: dict[str, int | None]) -> dict[str, int]:
    """Return how often each criterion is met; what nobody knows is not counted, unless not knowing is the risk."""
    counts = _tests(tracked)
    if tracked.planned is not None:
        counts |= _plan(tracked, tracked.planned)
    if not tracked.proven:
        # once every classroom has passed with its class, what the plan was made of no longer matters
        counts |= _knowledge(tracked) | _answer(tracked, limits.get("long_wait"))
    school, large = tracked.school, limits.get("large")
    return counts | {
        "remote": int(school.remote),
        "large": int(large is not None and school.n_classes >= large),
    }


def _tests(tracked: Tracked) -> dict[str, int]:
    done = tracked.is_done("installed")
    return {
        "test_failed": len({test.room_id for test in tracked.tests if test.verdict == "fail"}),
        "test_open": len({test.room_id for test in tracked.tests if test.verdict == "inconclusive"}),
        "untested": int(done and not tracked.is_done("tested")),
    }


def _plan(tracked: Tracked, plan: Planned) -> dict[str, int]:
    if plan.failure is not None:
        return {"not_planned": 1}
    passed = {test.room_id for test in tracked.tests if test.kind == "class_test" and test.verdict == "pass"}
    unserved = (plan.n_classrooms or 0) - (plan.n_classrooms_served or 0)
    if plan.rooms:
        unserved = sum(
            room.required and room.use == "classroom" and not room.served and room.room_id not in passed
            for room in plan.rooms
        )
    needed, allotted = plan.n_aps_needed, plan.n_aps_allotted
    uplink = tracked.uplink_mbps
    return {
        "unserved": unserved,
        "ap_short": 0 if needed is None or allotted is None or not tracked.funded else max(0, needed - allotted),
        "prohibited_ap": plan.n_prohibited,
        "brand_open": plan.n_brand_open,
        "undecided_ap": plan.n_undecided,
        "uplink_short": int(uplink is not None and plan.demand_mbps is not None and uplink < plan.demand_mbps),
        "uplink_unknown": int(uplink is None),
    }


def _knowledge(tracked: Tracked) -> dict[str, int]:
    evidence = None if tracked.planned is None else tracked.planned.evidence
    return {
        "inventory_unknown": int(tracked.inventory_known is False),
        "archetype": int(evidence == "archetype"),
        "sheet": int(evidence == "sheet"),
    }


def _answer(tracked: Tracked, limit_days: int | None) -> dict[str, int]:
    answer = tracked.returned
    if tracked.is_done("returned"):
        return {"assumed": answer.n_assumed, "sheet_faults": answer.n_faults} if answer is not None else {}
    waiting = tracked.waiting_days
    over = 0 if waiting is None or limit_days is None else max(0, waiting - limit_days)
    return {"no_answer": int(tracked.is_done("sent")), "long_wait": -(-over // 7)}
