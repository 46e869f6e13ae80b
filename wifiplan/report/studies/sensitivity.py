"""Sensitivity -> which assumptions move the answer: plain sentences, two tornado charts, and the sheets."""

from collections.abc import Sequence

from wifiplan.report.figures import Ends, png_bytes, tornado_figure
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
from wifiplan.study.assumptions import Moved, Sensitivity
from wifiplan.study.case_totals import CaseTotals
from wifiplan.study.sampling import Estimate

MOST_SENTENCES = 8
"""Assumptions that are told in a sentence of their own; the table holds all."""

LEAST_SHARE = 0.005
"""A smaller change is none: half a percent of the access points, half a point of KPI 7."""


def sensitivity_report(found: Sensitivity, lang: Lang) -> StudyReport:
    """Return what a study of assumptions says, those that move the answer most first."""
    moved, study = found.moved(), found.study
    return StudyReport(
        title=say(lang, f"{study.county}：哪些假設左右結果", f"{study.county}: which assumptions move the answer"),
        lines=(*sensitivity_lines(found, lang), *sample_lines(study, lang)),
        charts=_charts(moved, lang),
        pages=(
            _table(found, moved, lang),
            *_pairs(found, lang),
            _sources(moved, lang),
            *sample_page(study, lang),
            *failures_page(study, lang),
        ),
        version=study.version,
        lang=lang,
    )


def sensitivity_lines(found: Sensitivity, lang: Lang) -> tuple[str, ...]:
    """Return the answer in sentences: the base, the assumptions that matter, and those that do not."""
    base, moved = found.base, found.moved()
    first = say(
        lang,
        f"現行設定下，全部教室都要有良好無線，需 {count_text(base.n_aps_needed)} 臺新基地臺。以下每次只改一項假設，"
        f"其餘不變；達標率以 {count_text(base.n_aps_funded)} 臺（各校配置重新安排）計。",
        f"With the present settings every room takes {count_text(base.n_aps_needed)} new access points. One assumption "
        f"at a time is changed below; the share of classrooms that pass is with {count_text(base.n_aps_funded)} of "
        "them, placed anew.",
    )
    telling = [m for m in moved if matters(m)]
    quiet = [m for m in moved if not matters(m)]
    lines = [first, *(sentence(m, lang) for m in telling[:MOST_SENTENCES])]
    if quiet:
        joined = say(lang, "、", ", ").join(m.assumption.label for m in quiet)
        lines.append(
            say(
                lang,
                f"影響不到 0.5 %，不必先查：{joined}。",
                f"These change less than half a percent and need no checking first: {joined}.",
            )
        )
    return tuple(lines)


def matters(moved: Moved) -> bool:
    """Return whether an assumption changes the answer by half a percent or half a point."""
    shares = (_value(moved.low.more_aps_share), _value(moved.high.more_aps_share), moved.swing_kpi7)
    return max(abs(share) for share in shares) >= LEAST_SHARE


def sentence(moved: Moved, lang: Lang) -> str:
    """Return one assumption in a plain sentence for planners."""
    a = moved.assumption
    ends = [end for end in (moved.low, moved.high) if end.case.label != a.base_text]
    joined = say(lang, "；", "; ").join(_end_text(end, lang) for end in ends)
    mark = say(lang, "（範圍為自訂）", " (the range is our choice)") if a.invented else ""
    return say(
        lang,
        f"若{a.label}由「{a.base_text}」{joined}{mark}。",
        f"{a.label[:1].upper()}{a.label[1:]}, now '{a.base_text}': {joined}{mark}.",
    )


def _end_text(end: CaseTotals, lang: Lang) -> str:
    aps, kpi7 = _change(end.more_aps_share, lang), _points(end.more_kpi7, lang)
    return say(
        lang,
        f"改為「{end.case.label}」，需要的基地臺{aps}，KPI 7 {kpi7}",
        f"with '{end.case.label}' {aps} access points are needed, and KPI 7 {kpi7}",
    )


def _change(estimate: Estimate | None, lang: Lang) -> str:
    share = _value(estimate)
    digits = 0 if abs(share) >= 0.1 else 1
    error = "" if estimate is None or not estimate.se else f" ± {number_text(100 * estimate.se, digits)}"
    if abs(share) < LEAST_SHARE:
        return say(lang, "幾乎不變", "as many")
    text = f"{number_text(abs(100 * share), 0 if abs(share) >= 0.1 else 1)}{error} %"
    return say(lang, f"{'多' if share > 0 else '少'} {text}", f"{text} {'more' if share > 0 else 'fewer'}")


def _points(estimate: Estimate | None, lang: Lang) -> str:
    points = 100 * _value(estimate)
    if abs(points) < 100 * LEAST_SHARE:
        return say(lang, "幾乎不變", "stays")
    text = number_text(abs(points), 1)
    rises = points > 0
    return say(
        lang,
        f"{'升' if rises else '降'} {text} 個百分點",
        f"{'rises' if rises else 'falls'} by {text} points",
    )


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value


def _charts(moved: Sequence[Moved], lang: Lang) -> tuple[Chart, ...]:
    shown = [m for m in moved if _moves(m.low.more_aps_share, m.high.more_aps_share)]
    aps = [_ends(m, (m.low.more_aps_share, m.high.more_aps_share), " %") for m in shown]
    by_kpi7 = sorted((m for m in moved if m.swing_kpi7 >= LEAST_SHARE), key=lambda m: -m.swing_kpi7)
    kpi7 = [_ends(m, (m.low.more_kpi7, m.high.more_kpi7), "") for m in by_kpi7]
    charts = (
        ("tornado-aps.png", aps, "需要的基地臺（%）", "Access points needed (%)"),
        ("tornado-kpi7.png", kpi7, "KPI 7 達標率（百分點）", "KPI 7: classrooms that pass (points)"),
    )
    low, high = (
        say(lang, "較低值或第一種", "lower value, or first kind"),
        say(lang, "較高值或第二種", "higher value, or second kind"),
    )
    return tuple(
        Chart(
            name=name,
            caption=say(lang, f"每次改一項假設：{zh}的變化", f"One assumption changed at a time: change of {en}"),
            png=png_bytes(tornado_figure(bars, axis_text=say(lang, zh, en), low_text=low, high_text=high)),
        )
        for name, bars, zh, en in charts
        if bars
    )


def _moves(*ends: Estimate | None) -> bool:
    return any(abs(_value(end)) >= LEAST_SHARE for end in ends)


def _ends(moved: Moved, change: tuple[Estimate | None, Estimate | None], unit: str) -> Ends:
    low, high = (100 * _value(part) for part in change)

    def text(label: str, value: float) -> str:
        sign = "+" if value > 0 else ""
        return f"{label}：{sign}{number_text(value, 1)}{unit}"

    return Ends(
        label=moved.assumption.label,
        low=low,
        high=high,
        low_text=text(moved.low.case.label, low),
        high_text=text(moved.high.case.label, high),
    )


def _table(found: Sensitivity, moved: Sequence[Moved], lang: Lang) -> Page:
    sampled = not found.study.sample.whole
    error = ("±",) if sampled else ()
    per_end = (
        say(lang, "值", "Value"),
        say(lang, "AP 差", "More APs"), *error,
        say(lang, "差（%）", "More (%)"),
        say(lang, "KPI 7 差\n（百分點）", "KPI 7\n(points)"), *error,
    )  # fmt: skip
    ends = (say(lang, "較低值", "Lower end"), say(lang, "較高值", "Higher end"))
    return Page(
        name=say(lang, "假設", "Assumptions"),
        title=say(lang, f"{found.study.county}：每次改一項假設", f"{found.study.county}: one assumption at a time"),
        lead=(*sensitivity_lines(found, lang), *sample_lines(found.study, lang)),
        groups=(("", 3), *((end, len(per_end)) for end in ends), ("", 1)),
        header=(
            say(lang, "序", "No."),
            say(lang, "假設", "Assumption"),
            say(lang, "現行", "Now"),
            *per_end,
            *per_end,
            say(lang, "範圍為自訂", "Our choice"),
        ),
        rows=tuple(_row(n, m, sampled=sampled, lang=lang) for n, m in enumerate(moved, 1)),
        remarks=(
            say(
                lang,
                "KPI 7 以完成的規劃計。假設較寬鬆時規劃放的基地臺較少，完成後共用頻道，達標率也可能略降。",
                "KPI 7 is that of finished plans. Where an assumption is easier, fewer access points are placed, and "
                "with channels shared KPI 7 may fall a little too.",
            ),
        ),
        widths=(5, 28, 20, *(w for _ in ends for w in (18, *(9 for _ in per_end[1:]))), 10),
    )


def _row(number: int, moved: Moved, *, sampled: bool, lang: Lang) -> Row:
    cells: list[Value] = [number, moved.assumption.label, moved.assumption.base_text]
    for end in (moved.low, moved.high):
        cells += [end.case.label, value_cell(end.more_aps)]
        cells += [error_cell(end.more_aps)] if sampled else []
        cells += [value_cell(end.more_aps_share, scale=100.0), value_cell(end.more_kpi7, scale=100.0)]
        cells += [error_cell(end.more_kpi7, scale=100.0)] if sampled else []
    cells.append(say(lang, "是", "yes") if moved.assumption.invented else "")
    return Row(cells=tuple(cells))


def _sources(moved: Sequence[Moved], lang: Lang) -> Page:
    return Page(
        name=say(lang, "來源", "Sources"),
        title=say(lang, "每項假設的範圍從何而來", "Where the range of every assumption is from"),
        lead=(
            say(
                lang,
                "[S] 親見；[2nd] 轉引；[M] 記憶或自訂。範圍不是統計區間：兩端不代表相同的可能性。",
                "[S] seen; [2nd] at second hand; [M] from memory or our choice. Ranges are no statistical intervals: "
                "their ends are not equally likely.",
            ),
        ),
        header=(
            say(lang, "序", "No."),
            say(lang, "假設", "Assumption"),
            say(lang, "現行", "Now"),
            say(lang, "較低值", "Lower end"),
            say(lang, "較高值", "Higher end"),
            say(lang, "來源", "Source"),
        ),
        rows=tuple(
            Row(cells=(n, a.label, a.base_text, a.low.label, a.high.label, a.source))
            for n, a in enumerate((m.assumption for m in moved), 1)
        ),
        widths=(5, 28, 20, 20, 20, 70),
    )


def _pairs(found: Sensitivity, lang: Lang) -> tuple[Page, ...]:
    together = found.together()
    if not together:
        return ()
    rows = [
        Row(
            cells=(
                f"{pair.one.label} + {pair.other.label}",
                more_text(pair.totals.more_aps),
                number_text(pair.sum_aps, 0),
                share_more_text(pair.totals.more_aps_share),
                share_more_text(pair.totals.more_kpi7),
            )
        )
        for pair in together
    ]
    page = Page(
        name=say(lang, "兩項同時", "Pairs"),
        title=say(lang, "最有影響的假設兩兩同時取較費的一端", "The strongest assumptions in pairs, at the dearer ends"),
        lead=(
            say(
                lang,
                "「各自相加」是兩項分別改變之和；同時改變若多於此，兩項互相加重，不可個別看待。",
                "'Sum of both alone' adds what each does by itself; where both at once take more, each makes the other "
                "worse.",
            ),
        ),
        header=(
            say(lang, "兩項假設", "Assumptions"),
            say(lang, "同時：AP 差", "Both at once: APs"),
            say(lang, "各自相加", "Sum of both alone"),
            say(lang, "同時：差", "Both at once: change"),
            say(lang, "KPI 7 差", "KPI 7"),
        ),
        rows=tuple(rows),
        widths=(48, 16, 14, 18, 18),
    )
    return (page,)
