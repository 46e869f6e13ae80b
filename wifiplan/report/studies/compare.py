"""CaseStudy -> the comparison of settings: sentences, a chart, and the sheets of cases, schools and options."""

from collections.abc import Sequence

from wifiplan.report.figures import Amount, amounts_figure, png_bytes
from wifiplan.report.school_words import evidence_text, stage_text
from wifiplan.report.studies.common import (
    count_text,
    error_cell,
    failures_page,
    more_text,
    sample_lines,
    sample_page,
    share_more_text,
    value_cell,
)
from wifiplan.report.studies.page import Chart, StudyReport
from wifiplan.report.texts import number_text
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.options import Lang
from wifiplan.study.case_totals import CaseTotals, case_totals
from wifiplan.study.cases import CaseStudy, Studied
from wifiplan.study.sampling import Estimate


def compare_report(study: CaseStudy, lang: Lang) -> StudyReport:
    """Return what a comparison of settings says: cases, schools, options, sample, failures."""
    totals = case_totals(study)
    base = totals[0].case.label
    return StudyReport(
        title=say(lang, f"{study.county}：設定比較", f"{study.county}: settings compared"),
        lines=(*compare_lines(totals, lang), *sample_lines(study, lang)),
        charts=(_chart(totals, lang),),
        pages=(
            _cases_page(study, totals, lang),
            _schools_page(study, base, lang),
            _changes_page(study, lang),
            *sample_page(study, lang),
            *failures_page(study, lang),
        ),
        version=study.version,
        lang=lang,
    )


def compare_lines(totals: Sequence[CaseTotals], lang: Lang) -> tuple[str, ...]:
    """Return what the cases come to in sentences, the base first."""
    base = totals[0]
    first = say(
        lang,
        f"基準「{base.case.label}」：全部教室都要有良好無線，需 {count_text(base.n_aps_needed)} 臺新基地臺；"
        f"只求班級教室 {count_text(base.n_aps_needed_classrooms)} 臺。{_served_text(base, lang)}",
        f"Base '{base.case.label}': every room takes {count_text(base.n_aps_needed)} new access points, the classrooms "
        f"alone {count_text(base.n_aps_needed_classrooms)}. {_served_text(base, lang)}",
    )
    return (first, *(_case_line(found, base, lang) for found in totals[1:]))


def _served_text(found: CaseTotals, lang: Lang) -> str:
    return say(
        lang,
        f"有 {count_text(found.n_aps_funded)} 臺時，班級教室 {count_text(found.n_classrooms)} 間中 "
        f"{count_text(found.n_classrooms_served)} 間達標。",
        f"With {count_text(found.n_aps_funded)} of them, {count_text(found.n_classrooms_served)} of "
        f"{count_text(found.n_classrooms)} classrooms pass.",
    )


def _case_line(found: CaseTotals, base: CaseTotals, lang: Lang) -> str:
    """Return how one case differs from the base, in a sentence."""
    money = ""
    if found.more_cost_ntd is not None and round(found.more_cost_ntd.value):
        more = found.more_cost_ntd
        text = count_text(more if more.value > 0 else type(more)(value=-more.value, se=more.se))
        word = say(lang, "多" if more.value > 0 else "少", "more" if more.value > 0 else "less")
        money = say(lang, f"，經費{word} {text} 元", f", NT$ {text} {word}")
    return say(
        lang,
        f"改為「{found.case.label}」：需 {count_text(found.n_aps_needed)} 臺（{_aps_text(found, lang)}）{money}；"
        f"達標班級教室{_more_served_text(found, lang)}。",
        f"With '{found.case.label}' instead of '{base.case.label}': {count_text(found.n_aps_needed)} access points "
        f"({_aps_text(found, lang)}){money}; classrooms that pass: {_more_served_text(found, lang)}.",
    )


def _aps_text(found: CaseTotals, lang: Lang) -> str:
    if _is_none(found.more_aps):
        return say(lang, "不變", "no change")
    more, share = more_text(found.more_aps), share_more_text(found.more_aps_share)
    return say(lang, f"{more} 臺，{share}", f"{more}, {share}")


def _more_served_text(found: CaseTotals, lang: Lang) -> str:
    if _is_none(found.more_served):
        return say(lang, "間數不變", "no change")
    more = more_text(found.more_served)
    return say(lang, f" {more} 間（KPI 7 {_points(found, lang)}）", f"{more} (KPI 7 {_points(found, lang)})")


def _is_none(more: Estimate) -> bool:
    """Return whether a difference is nothing, surely."""
    return more.value == 0 and not more.se


def _points(found: CaseTotals, lang: Lang) -> str:
    text = share_more_text(found.more_kpi7)
    return text.removesuffix(" %") + say(lang, " 個百分點", " points")


def _chart(totals: Sequence[CaseTotals], lang: Lang) -> Chart:
    bars = [
        Amount(
            label=found.case.label,
            value=found.n_aps_needed.value,
            text=count_text(found.n_aps_needed)
            + ("" if found is totals[0] else f"（{share_more_text(found.more_aps_share)}）"),
            se=found.n_aps_needed.se,
        )
        for found in totals
    ]
    caption = say(lang, "各設定需要的新基地臺（全部教室）", "New access points needed under each setting (every room)")
    axis = say(lang, "新基地臺（臺）", "New access points")
    return Chart(name="cases.png", caption=caption, png=png_bytes(amounts_figure(bars, axis_text=axis)))


def _cases_page(study: CaseStudy, totals: Sequence[CaseTotals], lang: Lang) -> Page:
    sampled, priced = not study.sample.whole, any(found.cost_ntd is not None for found in totals)
    error = ("±",) if sampled else ()
    header = (
        say(lang, "序", "No."),
        say(lang, "設定", "Setting"),
        say(lang, "需 AP\n（全部教室）", "APs needed\n(every room)"), *error,
        say(lang, "與基準差", "More than base"), *error,
        say(lang, "差（%）", "More (%)"),
        say(lang, "需 AP\n（僅班級教室）", "APs needed\n(classrooms)"), *error,
        say(lang, "可設 AP", "APs funded"),
        say(lang, "班級教室", "Classrooms"),
        say(lang, "達標\n班級教室", "Classrooms\nserved"), *error,
        say(lang, "KPI 7（%）", "KPI 7 (%)"),
        say(lang, "差\n（百分點）", "More\n(points)"),
        say(lang, "全數達標\n校舍", "Buildings\nall served"),
        *((say(lang, "AP 經費（元）", "Cost of APs (NT$)"), say(lang, "經費差（元）", "More (NT$)")) if priced else ()),
        say(lang, "未能規劃", "Failed"),
    )  # fmt: skip
    return Page(
        name=say(lang, "設定比較", "Cases"),
        title=say(lang, f"{study.county}：設定比較", f"{study.county}: settings compared"),
        lead=(*compare_lines(totals, lang), *sample_lines(study, lang)),
        header=header,
        rows=tuple(_case_row(n, found, sampled=sampled, priced=priced) for n, found in enumerate(totals, 1)),
        widths=(5, 24, *(10 for _ in header[2:])),
        remarks=_remarks(totals, lang),
    )


def _remarks(totals: Sequence[CaseTotals], lang: Lang) -> tuple[str, ...]:
    by_base = say(
        lang,
        "可設 AP：未給數量的設定，各校以基準設定所需的數量計。",
        "APs funded: a setting that gives no number has at every school what the base setting needs there.",
    )
    served = say(
        lang,
        "達標：在該設定的門檻下，以可設的基地臺重新配置後仍達標；門檻不同的設定，達標數不是同一把尺。",
        "Served: passes by that setting's own threshold with the funded access points placed anew; settings with other "
        "thresholds are other yardsticks.",
    )
    return (*([by_base] if any(found.case.n_aps is None for found in totals) else []), served)


def _case_row(number: int, found: CaseTotals, *, sampled: bool, priced: bool) -> Row:
    def both(value: Value, error: Value) -> tuple[Value, ...]:
        return (value, error) if sampled else (value,)

    money: tuple[Value, ...] = (value_cell(found.cost_ntd), value_cell(found.more_cost_ntd)) if priced else ()
    cells = (
        number,
        found.case.label,
        *both(value_cell(found.n_aps_needed), error_cell(found.n_aps_needed)),
        *both(value_cell(found.more_aps), error_cell(found.more_aps)),
        value_cell(found.more_aps_share, scale=100.0),
        *both(value_cell(found.n_aps_needed_classrooms), error_cell(found.n_aps_needed_classrooms)),
        value_cell(found.n_aps_funded),
        value_cell(found.n_classrooms),
        *both(value_cell(found.n_classrooms_served), error_cell(found.n_classrooms_served)),
        value_cell(found.kpi7, scale=100.0),
        value_cell(found.more_kpi7, scale=100.0),
        value_cell(found.n_all_served),
        *money,
        found.n_failed,
    )
    return Row(cells=cells)


def _schools_page(study: CaseStudy, base: str, lang: Lang) -> Page:
    labels = [case.label for case in study.cases]
    needed, served = say(lang, "需 AP", "APs needed"), say(lang, "達標", "Served")
    return Page(
        name=say(lang, "各校", "Schools"),
        title=say(lang, "各校在各設定下", "Every school under every setting"),
        lead=(
            say(lang, f"基準：{base}。需 AP 為全部教室所需。", f"Base: {base}. APs needed are those for every room."),
        ),
        groups=(("", 6), *((label, 2) for label in labels)),
        header=(
            say(lang, "學制", "Stage"),
            say(lang, "學校代碼", "Code"),
            say(lang, "學校", "School"),
            say(lang, "班級數", "Classes"),
            say(lang, "班級教室", "Classrooms"),
            say(lang, "建物依據", "Building"),
            *(text for _ in labels for text in (needed, served)),
        ),
        rows=tuple(_school_row(building, lang) for building in study.buildings),
        widths=(8 if lang == "zh-TW" else 12, 9, 28, 8, 10, 12, *(9 for _ in labels for _ in range(2))),
    )


def _school_row(building: Studied, lang: Lang) -> Row:
    join = "、" if lang == "zh-TW" else ", "
    rooms = next((o.n_classrooms for o in building.outcomes if o.n_classrooms is not None), None)
    figures = [value for o in building.outcomes for value in (o.n_aps_needed, o.n_classrooms_served)]
    return Row(
        cells=(
            stage_text(building.school.stage, lang),
            building.school.code,
            join.join(school.full_name for school in building.schools),
            building.n_classes,
            rooms,
            evidence_text(building.evidence, lang),
            *figures,
        )
    )


def _changes_page(study: CaseStudy, lang: Lang) -> Page:
    rows = []
    for case in study.cases:
        if not case.changes:
            rows.append(Row(cells=(case.name, case.label, say(lang, "（無，即基準設定）", "(none)"), "")))
        rows += [Row(cells=(case.name, case.label, option, value)) for option, value in case.changes]
        if case.n_aps is not None:
            text = say(lang, "可設 AP", "APs funded")
            rows.append(Row(cells=(case.name, case.label, text, number_text(case.n_aps, 0))))
    return Page(
        name=say(lang, "設定內容", "Options"),
        title=say(lang, "各設定改了什麼", "What every setting changes"),
        header=(
            say(lang, "代號", "Name"),
            say(lang, "設定", "Setting"),
            say(lang, "選項", "Option"),
            say(lang, "值", "Value"),
        ),
        rows=tuple(rows),
        widths=(16, 24, 36, 24),
    )
