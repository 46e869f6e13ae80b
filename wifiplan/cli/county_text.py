"""What `wifiplan county` says on a terminal: one row a school, and what to make of the sum."""

from wifiplan.cli.scheme_text import table
from wifiplan.report.school_words import evidence_text, stage_text
from wifiplan.report.workbook.allocation import comparison_lines
from wifiplan.report.workbook.ranking import result_text
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome

_HEADERS: dict[str, tuple[str, ...]] = {
    "zh-TW": (
        "學制", "代碼", "學校", "班級", "班級教室至少需", "全部至少需", "分配", "規劃",
        "班級教室達標", "專科達標", "依據", "結果",
    ),
    "en": (
        "stage", "code", "school", "classes", "least for classrooms", "least for all", "allotted", "placed",
        "classrooms", "specialist", "evidence", "result",
    ),
}  # fmt: skip

_CLOSING = {
    "zh-TW": {
        "draft": "{n} 所納入補助的學校，全部教室達標至少需 {needed} 臺（只算班級教室 {classrooms} 臺）："
        "可作為申請補助數草案。",
        "allotted": "分配 {allotted} 臺，規劃 {placed} 臺，剩餘 {surplus} 臺；全部教室達標至少需 {needed} 臺。",
        "failed": "{n} 所學校無法規劃（分配 {allotted} 臺，不計入以上規劃與剩餘），原因見表與活頁簿。",
        "unfunded": "（不納入補助，另列）",
    },
    "en": {
        "draft": "{n} funded schools need at least {needed} access points for all rooms ({classrooms} for classrooms "
        "alone): a draft of the number to apply for.",
        "allotted": "{allotted} access points allotted, {placed} placed, {surplus} left over; all rooms would need at "
        "least {needed}.",
        "failed": "{n} schools could not be planned ({allotted} access points allotted to them, neither placed nor "
        "left over above); the table and the workbook say why.",
        "unfunded": " (not funded, stands apart)",
    },
}


def county_text(plan: CountyPlan, lang: Lang) -> str:
    """Return the table of schools and the closing sentences."""
    words = _CLOSING[lang]
    funded = [o for o in plan.outcomes if o.funded and o.failure is None]
    needed = sum(o.n_aps_needed or 0 for o in funded)
    classrooms = sum(o.n_aps_needed_classrooms or 0 for o in funded)
    lines = [table(_HEADERS[lang], [_row(o, lang) for o in plan.outcomes], left=(0, 1, 2, 10, 11)), ""]
    if plan.n_aps is None:
        lines.append(words["draft"].format(n=len(funded), needed=needed, classrooms=classrooms))
    else:
        surplus = sum(o.n_aps_surplus or 0 for o in plan.outcomes)
        lines.append(
            words["allotted"].format(
                allotted=plan.n_aps_allotted, placed=plan.n_aps_placed, surplus=surplus, needed=needed
            )
        )
    if plan.n_failed:
        held = sum(o.n_aps_allotted or 0 for o in plan.outcomes if o.failure is not None)
        lines.append(words["failed"].format(n=plan.n_failed, allotted=held))
    if plan.comparison is not None:
        lines += ["", *comparison_lines(plan, plan.comparison, lang)]
    return "\n".join(lines)


def _row(outcome: SchoolOutcome, lang: Lang) -> list[str]:
    def share(served: int | None, required: int | None) -> str:
        return "" if served is None or required is None else f"{served}/{required}"

    numbers = (
        outcome.school.n_classes,
        outcome.n_aps_needed_classrooms,
        outcome.n_aps_needed,
        outcome.n_aps_allotted,
        outcome.n_aps_placed,
    )
    return [
        stage_text(outcome.school.stage, lang),
        outcome.school.code,
        outcome.school.name,
        *("" if n is None else f"{n:,}" for n in numbers),
        share(outcome.n_classrooms_served, outcome.n_classrooms),
        share(outcome.n_specialist_served, outcome.n_specialist),
        evidence_text(outcome.evidence, lang),
        result_text(outcome, lang) + ("" if outcome.funded else _CLOSING[lang]["unfunded"]),
    ]
