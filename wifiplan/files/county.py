"""The county's answers as data: schools.csv and summary.json."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from wifiplan.files.output import write_csv, write_text
from wifiplan.scheme.school import STAGE_WORDS
from wifiplan.study.outcomes import PLAN_EVIDENCE, Allotment, CountyPlan, SchoolOutcome

COLUMNS = (
    "stage",
    "code",
    "county",
    "name",
    "remote",
    "n_classes",
    "n_students",
    "n_class_sets",
    "n_devices",
    "n_aps_allotted",
    "n_aps_placed",
    "n_classrooms",
    "n_classrooms_served",
    "evidence",
    "verdict",
    "failure",
    "funded",
    "n_aps_needed",
    "n_aps_needed_classrooms",
    "n_aps_surplus",
    "n_specialist",
    "n_specialist_served",
    "gap",
    "planned_with",
    "inventory_known",
    "n_classrooms_as_is",
    "n_classrooms_retune",
    "n_classrooms_replace",
    "n_classrooms_new",
    "peak_mbps",
    "uplink_mbps",
    "n_aps_proportional",
    "n_classrooms_served_proportional",
    "n_aps_most_classes",
    "n_classrooms_served_most_classes",
    "n_classrooms_expected",
    "town",
)
"""The contract's columns, then what a planner wants beside them."""


def write_schools_csv(path: Path, plan: CountyPlan) -> None:
    """Write one row a school, in roster order."""
    write_csv(path, [_row(outcome) for outcome in plan.outcomes], COLUMNS)


def _row(outcome: SchoolOutcome) -> dict[str, object]:
    school = outcome.school
    return {
        "stage": school.stage,
        "code": school.code,
        "county": school.county,
        "name": school.name,
        "remote": school.remote,
        "n_classes": school.n_classes,
        "n_students": school.n_students,
        "n_class_sets": outcome.n_class_sets if outcome.funded else 0,
        "n_devices": outcome.n_devices if outcome.funded else 0,
        "n_aps_allotted": outcome.n_aps_allotted,
        "n_aps_placed": outcome.n_aps_placed,
        "n_classrooms": outcome.n_classrooms,
        "n_classrooms_served": outcome.n_classrooms_served,
        "evidence": outcome.evidence,
        "verdict": outcome.verdict,
        "failure": outcome.failure,
        "funded": outcome.funded,
        "n_aps_needed": outcome.n_aps_needed,
        "n_aps_needed_classrooms": outcome.n_aps_needed_classrooms,
        "n_aps_surplus": outcome.n_aps_surplus,
        "n_specialist": outcome.n_specialist,
        "n_specialist_served": outcome.n_specialist_served,
        "gap": outcome.gap,
        "planned_with": outcome.planned_with,
        "inventory_known": outcome.inventory_known,
        "n_classrooms_as_is": outcome.n_as_is,
        "n_classrooms_retune": outcome.n_retune,
        "n_classrooms_replace": outcome.n_replace,
        "n_classrooms_new": outcome.n_new,
        "peak_mbps": outcome.peak_mbps,
        "uplink_mbps": outcome.uplink_mbps,
        "town": school.town,
        **_compared(outcome),
    }


def _compared(outcome: SchoolOutcome) -> dict[str, object]:
    """Return a school's figures under both rules of sharing out, and what the curve expects of the better one."""
    first, most = outcome.proportional, outcome.most_classes
    if first is None or most is None:
        return {}
    return {
        "n_aps_proportional": first.n_aps,
        "n_classrooms_served_proportional": first.n_classrooms_served,
        "n_aps_most_classes": most.n_aps,
        "n_classrooms_served_most_classes": most.n_classrooms_served,
        "n_classrooms_expected": most.n_classrooms_expected,
    }


def county_summary(plan: CountyPlan) -> dict[str, object]:
    """Return the totals of a county run as plain numbers.

    National schools that stand apart are planned and listed, but class sets, devices and the APs shown as allotted
    and placed are those of funded schools. What rests on drawn plans and what rests on archetypes is also given apart:
    `by_evidence` of all schools, `kpi_7_by_evidence` of the funded ones, as the application has it.
    """
    outcomes = plan.outcomes
    planned = [o for o in outcomes if o.failure is None]

    def total(values: list[int | None]) -> int:
        return sum(v or 0 for v in values)

    return {
        "format": 1,
        "version": plan.version,
        "county": plan.county,
        "method": plan.method,
        "n_schools": len(outcomes),
        "n_funded": sum(o.funded for o in outcomes),
        "n_planned": len(planned),
        "n_failed": dict(Counter(o.cause or "unknown" for o in outcomes if o.failure is not None)),
        "n_classes": total([o.school.n_classes for o in outcomes]),
        "n_students": total([o.school.n_students for o in outcomes]),
        "n_class_sets": total([o.n_class_sets for o in outcomes if o.funded]),
        "n_devices": total([o.n_devices for o in outcomes if o.funded]),
        "n_aps": plan.n_aps,
        "ap_budget_ntd": plan.ap_budget_ntd,
        "ap_price_ntd": plan.ap_price_ntd,
        "n_aps_allotted": None if plan.n_aps is None else plan.n_aps_allotted,
        "n_aps_placed": plan.n_aps_placed,
        "n_aps_surplus": None if plan.n_aps is None else total([o.n_aps_surplus for o in outcomes]),
        "n_aps_needed": total([o.n_aps_needed for o in planned if o.funded]),
        "n_aps_needed_classrooms": total([o.n_aps_needed_classrooms for o in planned if o.funded]),
        "n_aps_needed_unfunded": total([o.n_aps_needed for o in planned if not o.funded]),
        "n_classrooms": total([o.n_classrooms for o in planned]),
        "n_classrooms_served": total([o.n_classrooms_served for o in planned]),
        "n_classrooms_as_is": total([o.n_as_is for o in planned]),
        "n_classrooms_retune": total([o.n_retune for o in planned]),
        "n_classrooms_replace": total([o.n_replace for o in planned]),
        "n_classrooms_new": total([o.n_new for o in planned]),
        "n_classrooms_new_inventory_unknown": total([o.n_new for o in planned if not o.inventory_known]),
        "n_inventory_unknown": sum(not o.inventory_known for o in planned),
        "n_specialist": total([o.n_specialist for o in planned]),
        "n_specialist_served": total([o.n_specialist_served for o in planned]),
        "by_evidence": _by_evidence(planned),
        "kpi_7_by_evidence": _by_evidence([o for o in planned if o.funded]),
        "by_stage": {stage: _group([o for o in outcomes if o.school.stage == stage]) for stage in STAGE_WORDS},
        "by_remoteness": {
            "remote": _group([o for o in outcomes if o.school.remote]),
            "non_remote": _group([o for o in outcomes if not o.school.remote]),
        },
        "verdicts": dict(Counter(o.verdict for o in outcomes)),
        **_comparison(plan),
    }


def _comparison(plan: CountyPlan) -> dict[str, object]:
    """Return how the rules of sharing out compare; nothing where nobody asked."""
    made = plan.comparison
    if made is None:
        return {}
    compared = plan.compared
    return {
        "allocation": {
            "rule": plan.allocation,
            "floor_share": made.floor_share,
            "proportional": _allotted([first for _, first, _ in compared]),
            "most_classes": _allotted([most for _, _, most in compared]),
            "n_classrooms_gained": plan.n_classrooms_gained,
            "n_classrooms_expected": made.n_classrooms_expected,
            "n_classrooms_most": made.n_classrooms_most,
            "proven": made.proven,
            "n_flipped": made.n_flipped,
        }
    }


def _allotted(allotments: Sequence[Allotment]) -> dict[str, int]:
    """Return the sums of the schools that both rules were planned for."""
    return {
        "n_aps": sum(a.n_aps for a in allotments),
        "n_aps_placed": sum(a.n_aps_placed for a in allotments),
        "n_classrooms_served": sum(a.n_classrooms_served for a in allotments),
        "n_specialist_served": sum(a.n_specialist_served for a in allotments),
        "n_below_curve": sum(a.n_below_curve for a in allotments),
    }


def _by_evidence(outcomes: Sequence[SchoolOutcome]) -> dict[str, dict[str, int]]:
    """Return schools and classrooms for each kind of evidence, which are never added up."""
    kinds = {evidence: [o for o in outcomes if o.evidence == evidence] for evidence in PLAN_EVIDENCE}
    return {
        evidence: {
            "n_schools": len(some),
            "n_classrooms": sum(o.n_classrooms or 0 for o in some),
            "n_classrooms_served": sum(o.n_classrooms_served or 0 for o in some),
        }
        for evidence, some in kinds.items()
    }


def _group(outcomes: Sequence[SchoolOutcome]) -> dict[str, object]:
    """Return what a part of the schools comes to; classrooms only for each kind of evidence."""
    planned = [o for o in outcomes if o.failure is None]
    return {
        "n_schools": len(outcomes),
        "n_planned": len(planned),
        "n_failed": len(outcomes) - len(planned),
        "n_classes": sum(o.school.n_classes for o in outcomes),
        "n_students": sum(o.school.n_students for o in outcomes),
        "n_class_sets": sum(o.n_class_sets for o in outcomes if o.funded),
        "n_devices": sum(o.n_devices for o in outcomes if o.funded),
        "n_aps_needed": sum(o.n_aps_needed or 0 for o in planned if o.funded),
        "n_aps_placed": sum(o.n_aps_placed or 0 for o in planned if o.funded),
        "by_evidence": _by_evidence(planned),
    }


def write_summary(path: Path, plan: CountyPlan) -> None:
    """Write the totals as JSON."""
    write_text(path, json.dumps(county_summary(plan), ensure_ascii=False, indent=2) + "\n")
