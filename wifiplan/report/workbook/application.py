"""The tables that the Annex asks for: the budget table and the school list."""

from collections.abc import Sequence

from wifiplan.report.school_words import ownership_text, stage_text
from wifiplan.report.workbook.pages import Page, Row, Value, open_value, say
from wifiplan.scheme.budget import BudgetLine, Transfer, total_line
from wifiplan.scheme.entitlement import Entitlement, meets_principle
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.requests import asked, by_key
from wifiplan.scheme.school import Request, School
from wifiplan.scheme.todo import tender_missing

UNITS = {
    "device": ("臺", "device"),
    "cart": ("臺", "cart"),
    "licence": ("授權", "licence"),
    "access_point": ("臺", "AP"),
    "ntd": ("元", "NTD"),
    "person": ("人", "person"),
    "session": ("場次", "session"),
    "period": ("節", "period"),
    "percent": ("%", "%"),
    "class": ("班", "class"),
}
"""Units of the budget table and of the indicators."""


def budget_page(
    county: str, year: int | None, lines: Sequence[BudgetLine], lang: Lang, moved: Transfer | None = None
) -> Page:
    """Return the eleven lines of the application (附件1 六); money in thousand NTD, exact NTD beside it.

    Notes of lines, and what is moved between lines 8 and 9, are printed below the table.
    """
    current, capital, both = total_line(lines)
    exact = sum(line.total_ntd or 0 for line in lines)
    blank: tuple[Value, ...] = (None,) * 5
    total = Row(
        cells=(None, say(lang, "合計", "Sum"), *blank, None, current, capital, both, exact, None, None), kind="total"
    )
    return Page(
        name=say(lang, "經費需求", "Budget"),
        title=plan_title(county, year, lang, "實施計畫 經費需求", "budget"),
        lead=(
            say(
                lang,
                "說明：本計畫經費須納入縣市預算，補(捐)助方式為全額補助。金額單位千元，逐列進位，合計為各列之和；右側並列元。",
                "Fully funded. Thousand NTD, each line rounded; the sum adds the rounded lines. Exact NTD beside.",
            ),
        ),
        groups=(
            ("", 3),
            (say(lang, "教育部提供", "From the ministry"), 3),
            (say(lang, "縣市填寫", "Filled in by the county"), 7),
            ("", 1),
        ),
        header=_budget_header(year, lang),
        rows=(*(_budget_row(line, lang) for line in lines), total),
        widths=(5, 28, 9, 11, 11, 11, 11, 20, 11, 11, 11, 15, 16, 9),
        remarks=(
            say(
                lang,
                "「待填」：計畫未列或由教育部另案提供，本程式不代填；合計未含待填之列。",
                "Open: not in the text, none is invented; the sum leaves open lines out.",
            ),
            *_budget_notes(lines, moved, lang),
        ),
    )


def _budget_notes(lines: Sequence[BudgetLine], moved: Transfer | None, lang: Lang) -> list[str]:
    notes = [
        say(lang, f"第 {line.code} 列備註：{line.note}", f"Note on line {line.code}: {line.note}")
        for line in lines
        if line.note
    ]
    if moved is not None:
        giver, taker = (8, 9) if moved.moved_ntd > 0 else (9, 8)
        amount, excess = abs(moved.moved_ntd), moved.excess_ntd
        notes.append(
            say(
                lang,
                f"流用：業務費由第 {giver} 列流用 {amount:,} 元至第 {taker} 列（六(三)9，僅限此兩列）；"
                f"兩列申請合計較預估 {excess:+,} 元。",
                f"NTD {amount:,} are moved from line {giver} to line {taker} (only these two may); together they ask "
                f"for NTD {excess:+,} against their estimates.",
            )
        )
    return notes


def _budget_header(year: int | None, lang: Lang) -> tuple[str, ...]:
    years = "110、111年" if year is None else f"{year}、{year + 1}年"
    return (
        say(lang, "序", "No."), say(lang, "規劃項目", "Item"), say(lang, "單位", "Unit"),
        say(lang, "計算補助數", "Computed"),
        say(lang, f"{years}已受補助數", "Already granted"),
        say(lang, "預估補助數", "Estimated"), say(lang, "申請補助數", "Requested"),
        say(lang, "預估補助數與申請補助數之差異說明", "Reason for the difference"),
        say(lang, "經費需求(千元，經常門)", "Current (thousand NTD)"),
        say(lang, "經費需求(千元，資本門)", "Capital (thousand NTD)"),
        say(lang, "經費需求(合計)", "Total (thousand NTD)"),
        say(lang, "合計(元)", "Total (NTD)"),
        say(lang, "須發包項目說明", "To be tendered"), say(lang, "教育部核定", "Approved"),
    )  # fmt: skip


def _budget_row(line: BudgetLine, lang: Lang) -> Row:
    reason = line.difference_reason
    if line.reason_missing:
        reason = say(lang, f"差異 {line.difference:+,}，請說明", f"{line.difference:+,}: give the reason")
    return Row(
        cells=(
            line.code,
            say(lang, line.name_zh, line.name_en),
            unit_text(line.unit, lang),
            open_value(line.computed, lang),
            open_value(line.already, lang),
            open_value(line.estimated, lang),
            open_value(line.requested, lang),
            reason,
            open_value(line.current_kntd, lang),
            open_value(line.capital_kntd, lang),
            open_value(line.total_kntd, lang),
            open_value(line.total_ntd, lang),
            say(lang, "待填", "open") if tender_missing(line) else line.tender,
            line.approved or None,
        )
    )


def unit_text(unit: str, lang: Lang) -> str:
    """Return a unit of the budget table or of an indicator."""
    return say(lang, *UNITS[unit])


def plan_title(county: str, year: int | None, lang: Lang, zh: str, en: str) -> str:
    """Return the title of a sheet of the application."""
    plan = "" if year is None else f"{year + 1}年"
    return say(lang, f"「推動中小學數位學習精進方案」{plan}{county}國民中小學{zh}", f"{county}: {en}")


def schools_page(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    requests: Sequence[Request],
    options: EntitlementOptions,
    lang: Lang,
) -> Page:
    """Return the Annex's school list (附錄), filled in; national schools stand apart below the sum."""
    year = schools[0].school_year if schools else None
    known = by_key(requests)
    pairs = list(zip(schools, entitlements, strict=True))
    funded = [(s, e) for s, e in pairs if e.funded]
    apart = [(s, e) for s, e in pairs if not e.funded]

    def rows(some: list[tuple[School, Entitlement]]) -> list[Row]:
        return [
            _school_row(number, school, given, known.get(given.key), options, lang)
            for number, (school, given) in enumerate(some, 1)
        ]

    body = rows(funded)
    shown = [_example(lang), *body, _sum_row(body, say(lang, "合計", "Sum"))]
    if apart:
        # Below the sum and without a serial number: the Annex speaks of the county's own schools.
        text = say(lang, "註：以下國立學校另列，未計入合計與補助", "Note: national schools below stand apart")
        shown += [Row(cells=(text,) + (None,) * 16, kind="section"), *rows(apart)]
    return Page(
        name=say(lang, "學校名單", "Schools"),
        title=plan_title(schools[0].county if schools else "", year, lang, "名單(附錄)", "school list (Annex)"),
        header=_school_header(year, lang),
        rows=tuple(shown),
        widths=(7, 7 if lang == "zh-TW" else 12, 9, 9, 10, 14, 10, 30, 8, 9, 9, 9, 9, 10, 10, 24, 25),
        remarks=(
            say(
                lang,
                "斜體為推估：最大班級人數為各年級平均進位之最大者（下限）；編制教師數以專任教師數代替。",
                "Italics are estimates: largest class from grade means (a lower bound); posts from full-time teachers.",
            ),
        ),
    )


def _school_header(year: int | None, lang: Lang) -> tuple[str, ...]:
    y = "110年" if year is None else f"{year}年"
    if lang == "en":
        return (
            "No.", "stage", "code", "county", "ownership", "attachment", "area", "name", "classes", "largest class",
            "teachers", "students", "carts requested", "teacher devices requested", "student devices requested",
            "rule kept (yes, or no and why)", "remark",
        )  # fmt: skip
    return (
        "序號", "學制\n(國小、國中)", "學校代碼", "縣市別", "設立別\n(公立、市立、私立)",
        "附屬\n(大學附屬、高中附屬、完全中學、國中小)", "地區屬性\n(偏遠、非山非市、一般)", "學校全銜",
        f"{y}班級數", f"{y}最大班級人數", f"{y}編制教師數", f"{y}學生數",
        "申請補助充電車數", "申請補助教師載具數", "申請補助學生載具數",
        "符合偏遠學校師生1人1機、非偏遠學校每6班配發1班學習載具原則\n(是、填否者請說明原因)", "備註",
    )  # fmt: skip


def _example(lang: Lang) -> Row:
    """Return the example row that the Annex prints."""
    zh = (
        "範例", "國小", "999999", "○○市", "市立", "高中附屬", "一般", "○○市○○區○○國民小學",
        20, 28, 37, 516, 4, 8, 112, "是", None,
    )  # fmt: skip
    en = (
        "example", "elementary", "999999", "○○市", "public", "", "general", "○○市○○區○○國民小學",
        20, 28, 37, 516, 4, 8, 112, "yes", None,
    )  # fmt: skip
    return Row(cells=zh if lang == "zh-TW" else en, kind="example")


def _school_row(
    number: int,
    school: School,
    given: Entitlement,
    request: Request | None,
    options: EntitlementOptions,
    lang: Lang,
) -> Row:
    # A national school asks for nothing: its cells stay empty, so that a reader finds no request there.
    teacher, student, carts = asked(given, request) if given.funded else (None, None, None)
    general = "非山非市" if "非山非市" in school.area else "一般"
    estimated = ((9, school.max_class_size_estimated), (10, school.n_teachers_estimated))
    return Row(
        cells=(
            number if given.funded else None,
            stage_text(school.stage, lang),
            school.code,
            school.county,
            (school.ownership_name if lang == "zh-TW" else "") or ownership_text(school.ownership, lang),
            school.attachment,
            say(lang, "偏遠", "remote") if given.remote else say(lang, general, "general"),
            school.name,
            school.n_classes,
            school.max_class_size,
            school.n_teachers,
            school.n_students,
            carts,
            teacher,
            student,
            _kept(request, given, options, lang),
            private_remark(school, lang),
        ),
        soft=tuple(column for column, soft in estimated if soft),
    )


def private_remark(school: School, lang: Lang) -> str | None:
    """Return whose a private school's devices are (實施計畫: 由縣市政府提供使用，財產權仍為縣市政府所有)."""
    if school.ownership != "private":
        return None
    return say(lang, "財產權仍為縣市政府所有", "equipment stays the county's")


def _kept(request: Request | None, given: Entitlement, options: EntitlementOptions, lang: Lang) -> str:
    if not given.funded:
        return say(lang, "國立學校，另列", "national, apart")
    if meets_principle(request, given, options):
        return say(lang, "是", "yes")
    reason = request.reason if request is not None else ""
    return say(lang, f"否，{reason or '請說明原因'}", f"no: {reason or 'give the reason'}")


def _sum_row(rows: Sequence[Row], name: str) -> Row:
    sums = []
    for column in (8, 10, 11, 12, 13, 14):
        values = (row.cells[column] for row in rows)
        sums.append(sum(value for value in values if isinstance(value, int)))
    classes, teachers, students, carts, teacher, student = sums
    blank: tuple[Value, ...] = (None,) * 7
    return Row(
        cells=(name, *blank, classes, None, teachers, students, carts, teacher, student, None, None), kind="total"
    )
