"""Access points shared out by class count and where they serve most, side by side, school by school."""

from collections.abc import Sequence

from wifiplan.report.school_words import evidence_text, stage_text
from wifiplan.report.texts import share_text
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import PLAN_EVIDENCE, AllocationRule, Allotment, Comparison, CountyPlan, SchoolOutcome

_RULES: dict[AllocationRule, tuple[str, str]] = {
    "proportional": ("以班級數比例分配", "by class count"),
    "most_classes": ("服務最多班級", "most classrooms"),
}

_Compared = tuple[SchoolOutcome, Allotment, Allotment]


def rule_text(rule: AllocationRule, lang: Lang) -> str:
    """Return what a rule of sharing out is called."""
    return say(lang, *_RULES[rule])


def allocation_page(plan: CountyPlan, made: Comparison, lang: Lang) -> Page:
    """Return the comparison: what every school gets under both rules, and the classrooms that finished plans serve.

    Parameters
    ----------
    plan : CountyPlan
        Outcomes with the figures of both rules.
    made : Comparison
        How they were compared.
    lang : "zh-TW" or "en"
        Language of the sheet.
    """
    compared = plan.compared
    say_ap, say_rooms = say(lang, "分配AP", "APs"), say(lang, "達標班級教室", "Class-\nrooms served")
    return Page(
        name=say(lang, "基地臺配置比較", "AP allocation"),
        title=say(lang, f"{plan.county} 無線網路基地臺配置比較", f"{plan.county}: two ways to share out APs"),
        lead=comparison_lines(plan, made, lang),
        groups=(
            ("", 5),
            (rule_text("proportional", lang), 2),
            (rule_text("most_classes", lang), 2),
            (say(lang, "差額", "Difference"), 2),
            ("", 3),
        ),
        header=(
            say(lang, "學制", "Stage"), say(lang, "學校代碼", "Code"), say(lang, "學校", "School"),
            say(lang, "班級數", "Classes"), say(lang, "班級教室", "Class-\nrooms"),
            say_ap, say_rooms, say_ap, say_rooms, say(lang, "AP", "APs"), say(lang, "班級教室", "Class-\nrooms"),
            say(lang, "曲線預期", "Curve expects"), say(lang, "低於曲線", "Below curve"),
            say(lang, "建物依據", "Building"),
        ),
        rows=(*(_row(one, lang) for one in compared), *_sums(compared, lang)),
        widths=(7 if lang == "zh-TW" else 12, 9, 30, 8, 9, 9, 10, 9, 10, 8, 10, 10, 9, 14 if lang == "zh-TW" else 20),
        remarks=_remarks(lang),
    )  # fmt: skip


def comparison_lines(plan: CountyPlan, made: Comparison, lang: Lang) -> tuple[str, ...]:
    """Return what the comparison comes to in sentences: the gain, its proof, and which rule the plans follow."""
    lines = [_gain(some, plan.n_aps or 0, lang) for some in _by_evidence(plan.compared)]
    most = [most for _, _, most in plan.compared]
    reserve = (plan.n_aps or 0) - sum(a.n_aps for a in most) - _elsewhere(plan)
    below = sum(a.n_below_curve for a in most)
    # buildings that went back to their share by class count have another point on their curve
    promised = sum(a.n_classrooms_expected or 0 for a in most)
    proof = say(lang, "已證明最佳", "proven") if made.proven else say(lang, "上限", "a bound")
    lines.append(
        say(
            lang,
            f"依各校曲線，任何配置至多 {made.n_classrooms_most:,} 間（{proof}），所選配置 "
            f"{made.n_classrooms_expected:,} 間；{made.n_flipped} 處校舍改用比例分配數後，曲線合計 {promised:,} 間，"
            f"完成之規劃因共用頻道少 {below:,} 間。留供統籌 {reserve:,} 臺。",
            f"By the curves no allocation serves more than {made.n_classrooms_most:,} ({proof}), the chosen one "
            f"{made.n_classrooms_expected:,}. {made.n_flipped} buildings went back to their share by class count, "
            f"which leaves {promised:,} by the curves; finished plans lack {below:,} where channels are shared. Held "
            f"in reserve: {reserve:,} APs.",
        )
    )
    floor = share_text(made.floor_share)
    lines.append(
        say(
            lang,
            f"公平下限：各校不少於比例分配數之 {floor}（無條件進位），至該校全部教室所需為止。"
            f"本活頁簿各校之規劃採「{rule_text(plan.allocation, lang)}」。",
            f"Fairness floor: no school below {floor} of its share by class count (rounded up), as far as that serves "
            f"it more rooms. The plans of this workbook follow '{rule_text(plan.allocation, lang)}'.",
        )
    )
    return tuple(lines)


def _gain(some: Sequence[_Compared], n_aps: int, lang: Lang) -> str:
    first, most = _total(some, 1), _total(some, 2)
    rooms = sum(outcome.n_classrooms or 0 for outcome, _, _ in some)
    kind = evidence_text(some[0][0].evidence, lang)
    gain = most[1] - first[1]
    return say(
        lang,
        f"全縣市 {n_aps:,} 臺；{kind} {len(some)} 校、班級教室 {rooms:,} 間：以班級數比例分配 {first[0]:,} 臺，"
        f"{first[1]:,} 間達標；配置於服務最多班級處 {most[0]:,} 臺，{most[1]:,} 間達標，多 {gain:,} 間。",
        f"{n_aps:,} APs in all; {kind}, {len(some)} schools with {rooms:,} classrooms: by class count {first[0]:,} APs "
        f"serve {first[1]:,}; where they serve most, {most[0]:,} APs serve {most[1]:,}: {gain:+,}.",
    )


def _elsewhere(plan: CountyPlan) -> int:
    """Return what schools hold that were not compared, as they could not be planned."""
    held = {outcome.school.key for outcome, _, _ in plan.compared}
    return sum(o.n_aps_allotted or 0 for o in plan.outcomes if o.school.key not in held)


def _by_evidence(compared: Sequence[_Compared]) -> list[list[_Compared]]:
    kinds = [[one for one in compared if one[0].evidence == kind] for kind in PLAN_EVIDENCE]
    return [some for some in kinds if some]


def _total(some: Sequence[_Compared], place: int) -> tuple[int, int]:
    """Return access points and classrooms served of one side of the comparison."""
    sides: list[Allotment] = [one[1] if place == 1 else one[2] for one in some]
    return sum(a.n_aps for a in sides), sum(a.n_classrooms_served for a in sides)


def _row(one: _Compared, lang: Lang) -> Row:
    outcome, first, most = one
    school = outcome.school
    return Row(
        cells=(
            stage_text(school.stage, lang),
            school.code,
            school.name,
            school.n_classes,
            outcome.n_classrooms,
            first.n_aps,
            first.n_classrooms_served,
            most.n_aps,
            most.n_classrooms_served,
            most.n_aps - first.n_aps,
            most.n_classrooms_served - first.n_classrooms_served,
            most.n_classrooms_expected,
            most.n_below_curve or None,
            evidence_text(outcome.evidence, lang),
        )
    )


def _sums(compared: Sequence[_Compared], lang: Lang) -> list[Row]:
    """Return a sum for each kind of evidence; access points alone over all where there are several."""
    kinds = _by_evidence(compared)
    rows = [_sum_row(say(lang, "小計：", "Sum: ") + evidence_text(some[0][0].evidence, lang), some) for some in kinds]
    if len(kinds) == 1:
        return rows
    whole = _sum_row(say(lang, "合計", "Sum"), compared)
    kept = {2, 3, 5, 7, 9}
    cells = tuple(cell if place in kept else None for place, cell in enumerate(whole.cells))
    return [*rows, Row(cells=cells, kind="total")]


def _sum_row(name: str, some: Sequence[_Compared]) -> Row:
    first, most = _total(some, 1), _total(some, 2)
    cells: tuple[Value, ...] = (
        None,
        None,
        name,
        sum(outcome.school.n_classes for outcome, _, _ in some),
        sum(outcome.n_classrooms or 0 for outcome, _, _ in some),
        *first,
        *most,
        most[0] - first[0],
        most[1] - first[1],
        sum(way.n_classrooms_expected or 0 for _, _, way in some),
        sum(way.n_below_curve for _, _, way in some) or None,
        None,
    )
    return Row(cells=cells, kind="total")


def _remarks(lang: Lang) -> tuple[str, ...]:
    return (
        say(
            lang,
            "達標班級教室以兩種分配數各自完成之規劃計（含共用頻道之占用）；曲線為只計佈點之最多可服務教室數。"
            "同樣多班級教室時，依序取：專科教室較多、AP 較少、最接近比例分配、名單在前者較多。",
            "Classrooms served are those of finished plans with either number, shared channels included; the curve "
            "counts the placement alone. Among allocations that serve as many classrooms: more specialist rooms, then "
            "fewer APs, then closest to the share by class count, then more to the earlier school of the roster.",
        ),
        say(
            lang,
            "計畫規定以班級數比例分配；另一種配置供縣市決定調配時參考。未能規劃之學校保留其比例分配數。",
            "The ministry's text shares out by class count; the other allocation is for the county to weigh. Schools "
            "that could not be planned keep their share by class count.",
        ),
    )
