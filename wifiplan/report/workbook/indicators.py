"""The sheet of indicators (附件1 五(一)): what follows is computed, KPI 7 is stated for each kind of evidence."""

from collections.abc import Sequence

from wifiplan.report.workbook.application import plan_title, unit_text
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.indicators import Indicator
from wifiplan.scheme.options import Lang


def indicators_page(county: str, year: int | None, kpis: Sequence[Indicator], lang: Lang) -> Page:
    """Return the indicators (附件1 五(一))."""
    rows = [row for kpi in kpis for row in (_indicator_row(kpi, lang), *_part_rows(kpi, lang))]
    return Page(
        name=say(lang, "預期績效指標", "Indicators"),
        title=plan_title(county, year, lang, "實施計畫 預期績效指標", "indicators"),
        header=(
            say(lang, "序", "No."),
            say(lang, "量化指標", "Indicator"),
            say(lang, "數值", "Value"),
            say(lang, "單位", "Unit"),
            say(lang, "計畫目標", "Target"),
            say(lang, "說明", "Note"),
        ),
        rows=tuple(rows),
        widths=(5, 58, 12, 8, 10, 48),
    )


def _indicator_row(kpi: Indicator, lang: Lang) -> Row:
    return Row(
        cells=(
            kpi.code,
            say(lang, kpi.text_zh, kpi.text_en),
            _stated(kpi, lang),
            unit_text(kpi.unit, lang),
            "" if kpi.target is None else f"{kpi.target:g}",
            say(lang, kpi.note_zh, kpi.note_en),
        )
    )


def _part_rows(kpi: Indicator, lang: Lang) -> list[Row]:
    """Return a row for each kind of evidence; their counts are not added up."""
    return [
        Row(
            cells=(
                None,
                f"　{kpi.code}-{number} {say(lang, part.text_zh, part.text_en)}",
                part.n_good,
                unit_text(kpi.unit, lang),
                "",
                say(
                    lang,
                    f"班級教室 {part.n_classrooms:,} 間中之 {part.n_good:,} 間",
                    f"{part.n_good:,} of {part.n_classrooms:,} classrooms",
                ),
            )
        )
        for number, part in enumerate(kpi.parts, 1)
    ]


def _stated(kpi: Indicator, lang: Lang) -> Value:
    if kpi.parts:
        return say(lang, "分列", "by evidence")
    if kpi.absent:
        return say(lang, "不適用", "none such")
    if kpi.value is None:
        return say(lang, "待填", "open")
    return int(kpi.value) if float(kpi.value).is_integer() else round(kpi.value, 1)
