"""The sheets of the tracking workbook that nobody writes into: summary, order of visits, evidence, points."""

from typing import TypeAlias

from wifiplan.report.texts import texts
from wifiplan.report.tracking import Tracking, by_evidence, n_by_return, n_by_step, ranked
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.report.workbook.tracking_columns import OWNER_ZH, SHEETS, good, stage_name, why
from wifiplan.scheme.options import Lang
from wifiplan.study.tracking import BASES
from wifiplan.study.visits import Visit


def sheet_name(kind: str, lang: Lang) -> str:
    """Return what a sheet is called."""
    return say(lang, *SHEETS[kind])


def day_text(tracking: Tracking, lang: Lang) -> str:
    """Return the day of the status, or that nobody gave one."""
    if tracking.day is None:
        return say(
            lang,
            "未給日期（--date）：不計等候日數。",
            "No day was given (--date): waiting is not counted.",
        )
    return say(lang, f"截至 {tracking.day.isoformat()}", f"As of {tracking.day.isoformat()}")


def summary_page(tracking: Tracking, lang: Lang) -> Page:
    """Return the counts: schools by step and answer, classrooms by evidence; no kind of evidence is added up."""
    sections = (
        (say(lang, "各步驟完成校數", "Schools by step"), _step_lines(tracking, lang)),
        (say(lang, "回收情形", "Answers"), _return_lines(tracking, lang)),
        (
            say(
                lang,
                "指標 7 班級教室：依據不同者分列，不相加",
                "Classrooms of KPI 7: kinds of evidence are never summed",
            ),
            _evidence_lines(tracking, lang),
        ),
        (say(lang, "另須注意", "To be kept in mind"), _other_lines(tracking, lang)),
    )
    rows: list[Row] = []
    for title, lines in sections:
        rows.append(Row(cells=(None, title, None, None, None, None), kind="total"))
        rows += [Row(cells=(number, *line)) for number, line in enumerate(lines, 1)]
    return Page(
        name=sheet_name("summary", lang),
        title=say(lang, f"{tracking.county} 校園無線網路 辦理進度總覽", f"{tracking.county}: progress of school Wi-Fi"),
        lead=(day_text(tracking, lang), *tracking.sources),
        header=(
            say(lang, "序", "No."),
            say(lang, "項目", "Item"),
            say(lang, "數", "Number"),
            say(lang, "母數", "Of"),
            "%",
            say(lang, "說明", "Note"),
        ),
        rows=tuple(rows),
        widths=(6, 50, 10, 10, 9, 60),
    )


Line: TypeAlias = tuple[Value, Value, Value, Value, Value]
"""Item, number, of how many, percent, note."""


def _step_lines(tracking: Tracking, lang: Lang) -> list[Line]:
    words, own = texts(lang), tracking.funded
    counts = [(words[f"track.count.{step}"], n) for step, n in n_by_step(own).items()]
    counts.append((words["track.count.proven"], sum(visit.tracked.proven for visit in own)))
    return [(name, n, len(own), _share(n, len(own)), None) for name, n in counts]


def _return_lines(tracking: Tracking, lang: Lang) -> list[Line]:
    own = tracking.funded
    listed = sum(visit.tracked.returned is not None for visit in own)
    return [
        (texts(lang)[f"track.return.{status}"], n, listed, _share(n, listed), None)
        for status, n in n_by_return(own).items()
    ]


def _evidence_lines(tracking: Tracking, lang: Lang) -> list[Line]:
    found = by_evidence(tracking.funded)
    return [
        (
            texts(lang)[f"track.basis.{part.basis}"],
            part.n_good if part.n_classrooms else None,
            part.n_classrooms or None,
            _share(part.n_good, part.n_classrooms),
            say(lang, "達標 / 判定之班級教室", "good classrooms, of those looked at")
            if part.n_classrooms
            else say(lang, "尚無（不是零）", "none yet (not zero)"),
        )
        for part in found
    ]


def _other_lines(tracking: Tracking, lang: Lang) -> list[Line]:
    own = tracking.funded
    private = sum(visit.tracked.school.ownership == "private" for visit in own)
    applying = sum(bool(visit.tracked.returned and visit.tracked.returned.applies_106) for visit in own)
    national = say(lang, "國立學校（另列，不計入以上）", "national schools (apart, not counted above)")
    mobile = say(lang, "申請 106 年行動學習計畫", "apply for the 2017 mobile learning plan")
    hint = say(lang, "以 wifiplan assess 事先評估", "assess them first: wifiplan assess")
    return [
        (
            say(lang, "私立學校", "private schools"),
            private,
            len(own),
            None,
            texts(lang)["track.private"].format(rule=OWNER_ZH),
        ),
        (national, len(tracking.apart), None, None, None),
        (mobile, applying, len(own), None, hint),
    ]


def _share(n: int, of: int) -> Value:
    return round(100 * n / of, 1) if of else None


def visits_page(tracking: Tracking, n_top: int, lang: Lang) -> Page:
    """Return the schools to visit first, on one A4 page, with room for the visitor's pen."""
    found = [visit for visit in ranked(tracking.visits) if visit.score > 0][:n_top]
    rows = [_visit_row(visit, lang) for visit in found]
    none = say(lang, "沒有須優先訪視的學校。", "No school needs a visit first.")
    return Page(
        name=sheet_name("visits", lang),
        title=say(lang, f"{tracking.county} 學校訪視順序", f"{tracking.county}: schools to visit first"),
        lead=(
            day_text(tracking, lang)
            + say(
                lang,
                f"　前 {len(rows)} 校，共 {len(tracking.funded)} 校。計分見「計分與說明」，為本程式之選擇，可修改。",
                f" First {len(rows)} of {len(tracking.funded)} schools. Points: see that sheet; our choice, editable.",
            ),
            *(() if rows else (none,)),
        ),
        header=(
            say(lang, "順位", "Rank"),
            say(lang, "學校", "School"),
            say(lang, "班級數", "Classes"),
            say(lang, "分數", "Points"),
            say(lang, "為何先訪（分）", "Why (points)"),
            say(lang, "到校要做的事", "What to do there"),
            say(lang, "訪視日期、人員", "Date, visitor"),
        ),
        rows=tuple(rows),
        widths=(6, 24, 8, 7, 44, 32, 14),
    )


def _visit_row(visit: Visit, lang: Lang) -> Row:
    school = visit.tracked.school
    name = f"{school.name}\n{stage_name(visit, lang)} {school.code}"
    return Row(cells=(visit.rank, name, school.n_classes, visit.score, why(visit, lang), todo(visit, lang), None))


def todo(visit: Visit, lang: Lang) -> str:
    """Return what a visitor does at a school, each thing once, the weightiest first."""
    risks = [finding.risk for finding in visit.findings]
    steps = dict.fromkeys(say(lang, risk.todo_zh, risk.todo_en) for risk in risks)
    return texts(lang)["track.todo.join"].join(step for step in steps if step)


def _evidence_row(visit: Visit, lang: Lang) -> Row:
    school = visit.tracked.school
    counts = (n for basis in BASES for n in good(visit.tracked, basis))
    return Row(cells=(stage_name(visit, lang), school.code, school.name, school.n_classes, *counts))


def evidence_page(tracking: Tracking, lang: Lang) -> Page:
    """Return the classrooms of every school by kind of evidence: good ones, and those looked at."""
    words = texts(lang)
    pair = (say(lang, "達標", "good"), say(lang, "已檢視", "looked at"))
    rows = [_evidence_row(visit, lang) for visit in tracking.visits]
    sums = [n for part in by_evidence(tracking.funded) for n in (part.n_good, part.n_classrooms)]
    shown = tuple(n if sums[place | 1] else None for place, n in enumerate(sums))
    rows.append(
        Row(
            cells=(None, None, say(lang, "各依據小計（不含國立）", "Sums (without national)"), None, *shown),
            kind="total",
        )
    )
    return Page(
        name=sheet_name("evidence", lang),
        title=say(lang, f"{tracking.county} 指標 7 班級教室之依據", f"{tracking.county}: evidence of KPI 7"),
        lead=(
            say(
                lang,
                "同一教室可同時有規劃、量測與實測之判定，故各依據分列、不相加；空白為該校沒有該項依據，不是零。",
                "A classroom may be planned, surveyed and tested: kinds are never summed. Blank: no such evidence.",
            ),
        ),
        groups=(("", 4), *((words[f"track.basis.{basis}"], 2) for basis in BASES)),
        header=(
            say(lang, "學制", "stage"),
            say(lang, "學校代碼", "code"),
            say(lang, "學校", "school"),
            say(lang, "班級數", "classes"),
            *(pair * len(BASES)),
        ),
        rows=tuple(rows),
        widths=(7 if lang == "zh-TW" else 12, 10, 30, 9, *((9.0,) * (2 * len(BASES)))),
    )


def weights_page(tracking: Tracking, lang: Lang) -> Page:
    """Return every criterion with its points and source, how often it is met, and how the workbook is used."""
    counts = {risk.code: [f for v in tracking.funded for f in v.findings if f.risk == risk] for risk in tracking.risks}
    rows = [
        Row(
            cells=(
                number,
                risk.code,
                say(lang, risk.meaning_zh, risk.meaning_en),
                risk.points,
                risk.most,
                risk.limit,
                len(counts[risk.code]),
                sum(finding.points for finding in counts[risk.code]),
                say(lang, risk.source_zh, risk.source),
            )
        )
        for number, risk in enumerate(tracking.risks, 1)
    ]
    return Page(
        name=sheet_name("weights", lang),
        title=say(lang, f"{tracking.county} 訪視風險計分與使用說明", f"{tracking.county}: points of risk, and notes"),
        lead=(texts(lang)["track.note.points"], texts(lang)["track.note.office"]),
        header=(
            say(lang, "序", "No."),
            say(lang, "代號", "code"),
            say(lang, "項目", "criterion"),
            say(lang, "每單位分數", "points each"),
            say(lang, "上限", "most"),
            say(lang, "門檻", "limit"),
            say(lang, "校數", "schools"),
            say(lang, "總分", "points in all"),
            say(lang, "出處或理由", "source or reason"),
        ),
        rows=tuple(rows),
        widths=(6, 18, 48, 9, 8, 8, 8, 9, 72),
    )
