"""The ranked list of access points: what each school needs, gets and leaves over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wifiplan.report.school_words import evidence_text, failure_text, stage_text
from wifiplan.report.workbook.pages import Page, Row, say
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import PLAN_EVIDENCE, CountyPlan, SchoolOutcome


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of numbers; `rooms` marks counts that rest on the evidence and have no sum over several kinds."""

    zh: str
    en: str
    value: Callable[[SchoolOutcome], int | None]
    rooms: bool = False


def ranked(outcomes: Sequence[SchoolOutcome]) -> tuple[SchoolOutcome, ...]:
    """Return schools by need: funded first; then more classrooms unserved; then more APs short; then the roster.

    Before access points are shared out, more of them needed stands for more short. A school
    that could not be planned stands behind the planned ones: its need is not known.
    """

    def key(pair: tuple[int, SchoolOutcome]) -> tuple[bool, bool, int, int, int]:
        place, outcome = pair
        return (
            not outcome.funded,
            outcome.failure is not None,
            -(unserved(outcome) or 0),
            -((short(outcome) if outcome.n_aps_allotted is not None else outcome.n_aps_needed) or 0),
            place,
        )

    return tuple(outcome for _, outcome in sorted(enumerate(outcomes), key=key))


def unserved(outcome: SchoolOutcome) -> int | None:
    """Return how many classrooms the plan leaves unserved."""
    if outcome.n_classrooms is None or outcome.n_classrooms_served is None:
        return None
    return outcome.n_classrooms - outcome.n_classrooms_served


def short(outcome: SchoolOutcome) -> int | None:
    """Return how many access points are needed beyond those allotted, None where nothing was allotted or planned."""
    if outcome.n_aps_needed is None or outcome.n_aps_allotted is None:
        return None
    return max(0, outcome.n_aps_needed - outcome.n_aps_allotted)


def ranking_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return the ranked list of access points: needed, allotted, placed, left over.

    Before any access points are shared out, what a school needs at least is the draft of its request, and the
    columns of what is allotted are left out.
    """
    columns = _columns(plan)
    rows = [_ranking_row(number, outcome, columns, lang) for number, outcome in enumerate(ranked(plan.outcomes), 1)]
    stage = 7 if lang == "zh-TW" else 12
    last = (8, 14, 34)
    short_first = "不足AP多者先" if plan.n_aps is not None else "至少需AP多者先"
    return Page(
        name=say(lang, "AP排序", "AP ranking"),
        title=say(lang, f"{plan.county} 校園無線網路 AP 需求排序", f"{plan.county}: access points by need"),
        lead=_ranking_lead(plan, lang),
        header=(
            say(lang, "順位", "Rank"), say(lang, "學制", "Stage"), say(lang, "學校代碼", "Code"),
            say(lang, "學校", "School"), say(lang, "班級數", "Classes"),
            *(say(lang, column.zh, column.en) for column in columns),
            say(lang, "納入補助", "Funded"), say(lang, "建物依據", "Building"), say(lang, "結果", "Result"),
        ),
        rows=(*rows, *_ranking_sums([o for o in plan.outcomes if o.funded], columns, lang)),
        widths=(6, stage, 9, 28, 9, *(12.0 if lang == "en" else 10.0 for _ in columns), *last),
        remarks=(
            say(
                lang,
                f"順位：納入補助者先；未服務班級教室多者先；{short_first}；再依名單順序。國立學校另列，不計入合計。"
                "教室數依建物依據分列，不相加。",
                "Rank: funded first; more unserved classrooms; more APs short or needed; then the roster. National "
                "apart. Classrooms are summed for each kind of evidence, never over all.",
            ),
        ),
    )  # fmt: skip


def _columns(plan: CountyPlan) -> tuple[_Column, ...]:
    """Return the columns of numbers; what is allotted has none before anything is shared out."""
    draft = plan.n_aps is None
    needed = ("申請補助數草案(全部至少需AP)", "Draft request (APs needed, all)")
    before = (
        _Column("班級教室", "Class-\nrooms", lambda o: o.n_classrooms, rooms=True),
        _Column("可服務教室", "Served", lambda o: o.n_classrooms_served, rooms=True),
        _Column("未服務教室", "Unserved", unserved, rooms=True),
        _Column("教室至少需AP", "APs needed, class-\nrooms", lambda o: o.n_aps_needed_classrooms),
        _Column(*(needed if draft else ("全部至少需AP", "APs needed, all")), lambda o: o.n_aps_needed),
    )
    placed = _Column("規劃AP", "Placed", lambda o: o.n_aps_placed)
    if draft:
        return (*before, placed)
    return (
        *before,
        _Column("分配AP", "Allotted", lambda o: o.n_aps_allotted),
        placed,
        _Column("剩餘", "Left over", lambda o: o.n_aps_surplus),
        _Column("不足", "Short", short),
    )


def _ranking_lead(plan: CountyPlan, lang: Lang) -> tuple[str, ...]:
    method = {"largest_remainder": ("最大餘數法", "largest remainder"), "webster": ("韋伯斯特法", "Webster")}
    zh, en = method.get(plan.method, (plan.method, plan.method))
    if plan.n_aps is None:
        return (
            say(
                lang,
                "尚未給定 AP 總數：「全部至少需AP」為各校申請補助數之草案。",
                "No number of APs given: 'APs needed, all' is a draft of the numbers to request.",
            ),
        )
    if plan.allocation == "most_classes":
        zh, en = "配置於服務最多班級處，見「基地臺配置比較」", "where they serve most classrooms, see 'AP allocation'"
    else:
        zh, en = f"以班級數比例分配（{zh}）", f"by class count ({en})"
    lines = [
        say(
            lang,
            f"AP 總數 {plan.n_aps:,} 臺，{zh}，分配合計 {plan.n_aps_allotted:,} 臺。",
            f"{plan.n_aps:,} APs shared out {en}; allotted {plan.n_aps_allotted:,}.",
        )
    ]
    if plan.ap_budget_ntd is not None and plan.ap_price_ntd is not None:
        lines.append(
            say(
                lang,
                f"經費 {plan.ap_budget_ntd:,} 元，單價 {plan.ap_price_ntd:,} 元（使用者輸入）。",
                f"NTD {plan.ap_budget_ntd:,} at NTD {plan.ap_price_ntd:,} each, as entered.",
            )
        )
    return tuple(lines)


def _ranking_row(number: int, outcome: SchoolOutcome, columns: Sequence[_Column], lang: Lang) -> Row:
    school = outcome.school
    return Row(
        cells=(
            number,
            stage_text(school.stage, lang),
            school.code,
            school.name,
            school.n_classes,
            *(column.value(outcome) for column in columns),
            say(lang, "是", "yes") if outcome.funded else say(lang, "否(國立)", "no (national)"),
            evidence_text(outcome.evidence, lang),
            result_text(outcome, lang),
        )
    )


def result_text(outcome: SchoolOutcome, lang: Lang) -> str:
    """Return what became of a school: its failure, the classrooms left unserved, or that all are served."""
    if outcome.failure is not None:
        return say(lang, "失敗：", "failed: ") + failure_text(outcome, lang)
    n_unserved = unserved(outcome)
    if n_unserved:
        return say(lang, f"{n_unserved} 間教室未服務", f"{n_unserved} classrooms unserved")
    return say(lang, "班級教室全部可服務", "all classrooms served")


def _ranking_sums(outcomes: Sequence[SchoolOutcome], columns: Sequence[_Column], lang: Lang) -> list[Row]:
    """Return a sum for each kind of evidence, then of classes and access points; classrooms have no sum over all."""
    rows = []
    for evidence in PLAN_EVIDENCE:
        some = [o for o in outcomes if o.evidence == evidence and o.failure is None]
        if some:
            sums = [_sum(column, some) for column in columns]
            rows.append(_sum_row(say(lang, "小計：", "Sum: ") + evidence_text(evidence, lang), some, sums))
    over_all = [None if column.rooms else _sum(column, outcomes) for column in columns]
    return [*rows, _sum_row(say(lang, "合計（納入補助者）", "Sum (funded)"), outcomes, over_all)]


def _sum(column: _Column, outcomes: Sequence[SchoolOutcome]) -> int | None:
    known = [value for value in map(column.value, outcomes) if value is not None]
    return sum(known) if known else None


def _sum_row(name: str, outcomes: Sequence[SchoolOutcome], sums: Sequence[int | None]) -> Row:
    n_classes = sum(o.school.n_classes for o in outcomes)
    return Row(cells=(None, None, None, name, n_classes, *sums, None, None, None), kind="total")
