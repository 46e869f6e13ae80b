"""The sheets beside the Annex: options and assumptions, failures."""

from collections import Counter
from collections.abc import Sequence

from wifiplan.report.school_words import failure_text, stage_text
from wifiplan.report.workbook.pages import Page, Row, Value, open_value, say
from wifiplan.scheme.options import EntitlementOptions, Lang, describe
from wifiplan.study.outcomes import CountyPlan


def options_page(plan: CountyPlan, options: EntitlementOptions, notes: Sequence[str], lang: Lang) -> Page:
    """Return every option with its value, default and the words that it reads; then what was assumed."""
    rows = _option_rows(options, lang)
    facts = [*_assumed(plan, lang), *notes]
    blank: tuple[Value, ...] = (None,) * 7
    rows.append(Row(cells=(say(lang, "依據與註記", "Evidence and notes"), *blank), kind="section"))
    rows += [Row(cells=(fact, *blank), kind="section") for fact in facts]
    return Page(
        name=say(lang, "選項與假設", "Options"),
        title=say(lang, f"{plan.county} 選項與假設", f"{plan.county}: options and assumptions"),
        lead=(
            say(
                lang,
                "A：計畫文字未明定之處及本程式之解讀；B：計畫所列單價與級距。皆可於設定檔 [scheme] 修改。",
                "A: what the text leaves open, and our reading; B: its prices and tiers. Change them in [scheme].",
            ),
        ),
        header=(
            say(lang, "編號", "No."),
            say(lang, "選項", "Option"),
            say(lang, "值", "Value"),
            say(lang, "預設", "Default"),
            say(lang, "是否修改", "Changed"),
            say(lang, "意義", "Meaning"),
            say(lang, "所解讀之文字", "Text that it reads"),
            say(lang, "出處", "Source"),
        ),
        rows=tuple(rows),
        widths=(7, 28, 16, 16, 9, 46, 46, 28),
    )


def _option_rows(options: EntitlementOptions, lang: Lang) -> list[Row]:
    return [
        Row(
            cells=(
                row.point,
                row.name,
                _plain(row.value, lang),
                _plain(row.default, lang),
                say(lang, "已改", "changed") if row.changed else "",
                row.meaning,
                row.text,
                row.source,
            ),
            kind="body",
        )
        for row in describe(options, lang)
    ]


def _plain(text: str, lang: Lang) -> Value:
    if not text:
        return say(lang, "待填", "open")
    if text in ("true", "false"):
        return say(lang, "是" if text == "true" else "否", "yes" if text == "true" else "no")
    return int(text) if text.isdigit() else text


def _assumed(plan: CountyPlan, lang: Lang) -> list[str]:
    counts = Counter(o.evidence for o in plan.outcomes if o.failure is None)
    drawn, sheet, assumed = counts["drawn"], counts["sheet"], counts["archetype"]
    measured = counts["calibrated"]
    also = f"{measured} 校為平面圖，且以該校量測校準電波模型；", f"{measured} drawn, with a law measured there; "
    first = also if measured else ("", "")
    return [
        say(
            lang,
            f"建物依據：{first[0]}{drawn} 校為平面圖；{sheet} 校依學校填報之校舍調查表；"
            f"{assumed} 校無平面圖與調查表，以班級數推定建物（僅供縣市估算）。",
            f"Buildings: {first[1]}{drawn} drawn; {sheet} from sheets that schools filled in; "
            f"{assumed} assumed from class counts, for a county's estimate only.",
        ),
        say(lang, f"wifiplan {plan.version}", f"wifiplan {plan.version}"),
    ]


def failures_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return the schools that could not be planned, by cause."""
    failed = [o for o in plan.outcomes if o.failure is not None]
    counts = Counter(o.failure for o in failed)
    order = sorted(failed, key=lambda o: (-counts[o.failure], o.failure or ""))
    rows = [
        Row(
            cells=(
                failure_text(o, lang),
                open_value(counts[o.failure], lang),
                stage_text(o.school.stage, lang),
                o.school.code,
                o.school.name,
                o.school.n_classes,
            )
        )
        for o in order
    ]
    none = say(lang, "無：所有學校皆完成規劃。", "None: every school was planned.")
    return Page(
        name=say(lang, "失敗", "Failures"),
        title=say(lang, f"{plan.county} 未完成規劃之學校", f"{plan.county}: schools that were not planned"),
        lead=() if failed else (none,),
        header=(
            say(lang, "原因", "Cause"),
            say(lang, "同因校數", "Schools with it"),
            say(lang, "學制", "Stage"),
            say(lang, "學校代碼", "Code"),
            say(lang, "學校", "School"),
            say(lang, "班級數", "Classes"),
        ),
        rows=tuple(rows),
        widths=(70, 10, 8 if lang == "zh-TW" else 12, 10, 32, 9),
    )
