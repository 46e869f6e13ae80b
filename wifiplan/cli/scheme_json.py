"""What the scheme command answers to programs: plain values."""

from collections.abc import Sequence
from typing import TypeAlias

from wifiplan.cli.scheme_text import sums_of
from wifiplan.scheme.budget import BudgetLine
from wifiplan.scheme.entitlement import Entitlement, Totals
from wifiplan.scheme.indicators import Indicator
from wifiplan.scheme.options import EntitlementOptions, Lang, describe
from wifiplan.scheme.school import School
from wifiplan.scheme.todo import Todo

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def totals_json(totals: Totals) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return `totals` and `national` of the contract."""
    both: dict[str, Json] = {**sums_of(totals.funded)}
    both["remote"] = {**sums_of(totals.remote)}
    both["non_remote"] = {**sums_of(totals.non_remote)}
    return both, {**sums_of(totals.national)}


def line_json(county: str, line: BudgetLine) -> Json:
    """Return one budget line."""
    return {
        "county": county,
        "code": line.code,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "unit": line.unit,
        "computed": line.computed,
        "already": line.already,
        "estimated": line.estimated,
        "requested": line.requested,
        "difference": line.difference,
        "difference_reason": line.difference_reason,
        "current_ntd": line.current_ntd,
        "capital_ntd": line.capital_ntd,
        "total_ntd": line.total_ntd,
        "current_kntd": line.current_kntd,
        "capital_kntd": line.capital_kntd,
        "total_kntd": line.total_kntd,
        "tender": line.tender,
        "note": line.note,
    }


def indicator_json(county: str, kpi: Indicator) -> Json:
    """Return one indicator; null is open (待填)."""
    return {
        "county": county,
        "code": kpi.code,
        "text_zh": kpi.text_zh,
        "text_en": kpi.text_en,
        "unit": kpi.unit,
        "value": kpi.value,
        "target": kpi.target,
    }


def todo_json(todos: Sequence[Todo], words: Sequence[tuple[str, str]]) -> Json:
    """Return what is still to be filled in or explained, with its words."""
    return [
        {"kind": item.kind, "item": about, "what": sentence}
        for item, (about, sentence) in zip(todos, words, strict=True)
    ]


def school_json(school: School, given: Entitlement) -> Json:
    """Return one school."""
    return {
        "stage": school.stage,
        "code": school.code,
        "county": school.county,
        "name": school.name,
        "remote": given.remote,
        "national": given.national,
        "funded": given.funded,
        "n_classes": school.n_classes,
        "n_students": school.n_students,
        "n_teachers": school.n_teachers,
        "max_class_size": school.max_class_size,
        "n_class_sets": given.n_class_sets,
        "n_student_devices": given.n_student_devices,
        "n_teacher_devices": given.n_teacher_devices,
        "n_devices": given.n_devices,
        "n_carts": given.n_carts,
        "cost_ntd": given.cost_ntd,
        "flags": list(given.flags),
    }


def options_json(options: EntitlementOptions, lang: Lang) -> Json:
    """Return every option by name."""
    return {
        row.name: {
            "value": row.value,
            "default": row.default,
            "point": row.point,
            "meaning": row.meaning,
            "text": row.text,
            "source": row.source,
        }
        for row in describe(options, lang)
    }
