"""What hangs at each school already, what its classrooms take to pass, and whether its uplink carries them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wifiplan.report.school_words import evidence_text, stage_text
from wifiplan.report.workbook.pages import Page, Row, Value, open_value, say
from wifiplan.report.workbook.ranking import unserved
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import PLAN_EVIDENCE, CountyPlan, SchoolOutcome


@dataclass(frozen=True, slots=True)
class _Count:
    """One column of classrooms."""

    zh: str
    en: str
    value: Callable[[SchoolOutcome], int | None]


_COUNTS = (
    _Count("班級教室", "Class-\nrooms", lambda o: o.n_classrooms),
    _Count("照現況即達標", "Pass as they are", lambda o: o.n_as_is),
    _Count("調整既有AP後達標", "Pass once retuned", lambda o: o.n_retune),
    _Count("汰換後達標", "Pass with a replacement", lambda o: o.n_replace),
    _Count("新裝後達標", "Pass with a new AP", lambda o: o.n_new),
    _Count("未達標", "Fail", unserved),
)


def networks_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return a row a school; classrooms are summed for each kind of evidence, never over all."""
    planned = [outcome for outcome in plan.outcomes if outcome.failure is None]
    funded = [outcome for outcome in planned if outcome.funded]
    n_known = sum(bool(outcome.inventory_known) for outcome in funded)
    return Page(
        name=say(lang, "既有AP與頻寬", "Existing APs, uplink"),
        title=say(lang, f"{plan.county} 既有基地臺與對外頻寬", f"{plan.county}: existing access points and uplinks"),
        lead=(
            say(
                lang,
                f"納入補助 {len(funded)} 校中，{n_known} 校已盤點、{len(funded) - n_known} 校未盤點。"
                "「未盤點」表示沒有人清點過既有基地臺，不是零；盤點後可能不必新裝這麼多。",
                f"Of {len(funded)} funded schools {n_known} took stock, {len(funded) - n_known} did not. An inventory "
                "that nobody made is unknown, not zero: with one, fewer new access points may be needed.",
            ),
        ),
        header=(
            say(lang, "學制", "Stage"),
            say(lang, "學校代碼", "Code"),
            say(lang, "學校", "School"),
            say(lang, "建物依據", "Building"),
            say(lang, "既有AP", "Inventory"),
            *(say(lang, count.zh, count.en) for count in _COUNTS),
            say(lang, "尖峰對外需求 (Mbit/s)", "Peak demand (Mbit/s)"),
            say(lang, "現有對外頻寬 (Mbit/s)", "Uplink (Mbit/s)"),
            say(lang, "頻寬足夠", "Enough"),
        ),
        rows=(*(_row(outcome, lang) for outcome in planned), *_sums(planned, lang)),
        widths=(7 if lang == "zh-TW" else 12, 10, 30, 14, 10, *(10.0 for _ in _COUNTS), 11, 11, 9),
        remarks=(
            say(
                lang,
                "尖峰需求＝同時上線的班級數×每班載具×每臺速率；國中小併校者列於第一列學制。",
                "Peak demand: classes at once x devices x rate; of a school with both stages, at its first row.",
            ),
        ),
    )


def _row(outcome: SchoolOutcome, lang: Lang) -> Row:
    known = say(lang, "已盤點", "taken") if outcome.inventory_known else say(lang, "未盤點", "unknown")
    return Row(
        cells=(
            stage_text(outcome.school.stage, lang),
            outcome.school.code,
            outcome.school.name,
            evidence_text(outcome.evidence, lang),
            known,
            *(_shown(count.value(outcome), lang) for count in _COUNTS),
            *_uplink(outcome, lang),
        )
    )


def _shown(value: int | None, lang: Lang) -> Value:
    return say(lang, "不明", "unknown") if value is None else value


def _sum(values: Sequence[int | None]) -> int | None:
    """Return the sum of what is known, None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _uplink(outcome: SchoolOutcome, lang: Lang) -> tuple[Value, Value, Value]:
    """Return peak, uplink and whether it suffices; once for rows that share a building."""
    if outcome.planned_with is not None:
        return say(lang, "併前", "see above"), None, None
    peak, has = outcome.peak_mbps, outcome.uplink_mbps
    enough: Value = say(lang, "待填", "open")
    if peak is not None and has is not None:
        enough = say(lang, "是", "yes") if has >= peak else say(lang, "否", "no")
    return (
        open_value(None if peak is None else round(peak), lang),
        open_value(None if has is None else round(has), lang),
        enough,
    )


def _sums(outcomes: Sequence[SchoolOutcome], lang: Lang) -> list[Row]:
    rows = []
    for evidence in PLAN_EVIDENCE:
        some = [o for o in outcomes if o.funded and o.evidence == evidence]
        if some:
            sums = [_shown(_sum([count.value(o) for o in some]), lang) for count in _COUNTS]
            n_known = sum(bool(o.inventory_known) for o in some)
            name = evidence_text(evidence, lang)
            known = say(lang, f"已盤點 {n_known} 校", f"taken: {n_known}")
            label = say(lang, f"小計：{name}（納入補助 {len(some)} 校）", f"Sum: {name} ({len(some)} funded schools)")
            rows.append(Row(cells=(None, None, label, None, known, *sums, None, None, None), kind="total"))
    return rows
