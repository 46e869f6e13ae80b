"""Pages of the inventory's workbook that sum up: schools, schools without one, how files were read."""

from collections.abc import Sequence

from wifiplan.report.inventory_words import Unlisted, field_text, mapping_text, stock_text
from wifiplan.report.school_words import stage_text
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.options import Lang
from wifiplan.site.building import SchoolRef
from wifiplan.site.inventory import Found, Inventory, MatchReport


def stock_page(
    inventory: Inventory,
    reports: Sequence[MatchReport],
    strangers: Sequence[Found],
    unlisted: Sequence[Unlisted],
    lang: Lang,
) -> Page:
    """Return one row a school: what its inventory holds, what found a room; schools without one stand as unknown."""
    rows = [_school_row(report, lang) for report in reports]
    sums = _sum_row(reports, strangers, lang)
    if strangers:
        rows.append(_stranger_row(strangers, lang))
    rows += [
        Row(cells=(*_ref(school.schools, lang), school.name, *_standing(school, lang), *(None,) * 9), soft=(3, 4))
        for school in unlisted
    ]
    return Page(
        name=say(lang, "摘要", "Summary"),
        title=say(lang, "既有無線基地臺盤點對應摘要", "Existing access points: summary"),
        lead=_leads(inventory, reports, strangers, unlisted, lang),
        header=(
            say(lang, "學制", "stage"), say(lang, "學校代碼", "code"), say(lang, "學校", "school"),
            say(lang, "盤點狀態", "stock"), say(lang, "使用中既有 AP 臺數", "APs in use"),
            say(lang, "已對應臺數", "matched"), say(lang, "未對應臺數", "not matched"),
            say(lang, "不計臺數(離線、報廢)", "not counted (retired)"), say(lang, "清冊列數", "rows"),
            say(lang, "其中重複列", "rows listed again"), say(lang, "無 AP 班級教室", "classrooms without"),
            say(lang, "無 AP 專科教室", "specialist rooms without"),
            say(lang, "僅見於平面圖、保留之 AP", "known to the site only, kept"),
            say(lang, "平面圖所載、由清冊取代之 AP", "on the site, replaced by the inventory"),
        ),
        rows=(*rows, sums),
        widths=(8, 10, 28, 16, 12, 10, 10, 12, 9, 10, 11, 11, 12, 12),
    )  # fmt: skip


def _standing(school: Unlisted, lang: Lang) -> tuple[Value, Value]:
    """Return what is known of a school that no file lists: what its site file says, or that nobody took stock."""
    if school.known:
        return say(lang, "依校舍檔", "by site file"), school.n_known
    unknown = texts(lang)["inv.stock.unknown"]
    return unknown, unknown


def unlisted_page(unlisted: Sequence[Unlisted], lang: Lang) -> Page:
    """Return the schools of which there is no inventory."""
    rows = [
        Row(
            cells=(
                *_ref(school.schools, lang),
                school.name,
                *_standing(school, lang),
            )
        )
        for school in unlisted
    ]
    none = say(lang, "無：每一所學校都有清冊。", "None: there is an inventory of every school.")
    todo = say(
        lang,
        "清冊中沒有這些學校。「依校舍檔」者以平面圖或校舍調查表所載為準；「未盤點」者既有數量未知，不是零，"
        "請向學校或維護廠商索取。",
        "No file lists these schools. Where their site files (plans, building sheets) tell, that counts; else what "
        "hangs there is unknown, not zero: ask the school or its contractor.",
    )
    return Page(
        name=say(lang, "清冊未列", "Not listed"),
        title=say(lang, "清冊中沒有的學校", "Schools without an inventory"),
        lead=(todo if rows else none,),
        header=(
            say(lang, "學制", "stage"), say(lang, "學校代碼", "code"), say(lang, "學校", "school"),
            say(lang, "狀態", "standing"), say(lang, "校舍檔所載 AP 臺數", "APs in the site file"),
        ),
        rows=tuple(rows),
        widths=(8, 10, 36, 24, 18),
    )  # fmt: skip


def reading_page(inventory: Inventory, lang: Lang) -> Page:
    """Return how every file was understood: which column is what, which were not read, which are never kept."""
    rows: list[Row] = []
    for source in inventory.sources:
        kind = mapping_text(source.mapping, lang)
        rows += [
            Row(cells=(source.file, kind, header, field_text(field, lang), field)) for field, header in source.columns
        ]
        unread, private = (
            say(lang, "（未使用）", "(not used)"),
            say(lang, "（涉及個人，不留存）", "(of people, never kept)"),
        )
        rows += [Row(cells=(source.file, kind, header, unread, None)) for header in source.unread]
        rows += [Row(cells=(source.file, kind, header, private, None)) for header in source.private]
    return Page(
        name=say(lang, "讀取方式", "Reading"),
        title=say(lang, "各檔欄位的讀法", "How the columns of each file were read"),
        lead=(
            say(
                lang,
                "讀錯時以 --map 欄位=欄名 指定，並以 --save-mapping 名稱 存起來下次使用。",
                "Where this is wrong, say --map FIELD=COLUMN and keep it with --save-mapping NAME.",
            ),
        ),
        header=(
            say(lang, "檔案", "file"), say(lang, "讀法", "mapping"),
            say(lang, "檔案欄名", "column of the file"), say(lang, "意義", "meaning"),
            say(lang, "--map 的欄位", "field of --map"),
        ),
        rows=tuple(rows),
        widths=(30, 30, 30, 26, 16),
    )  # fmt: skip


def _ref(schools: Sequence[SchoolRef], lang: Lang) -> tuple[Value, Value]:
    stages = [stage_text(ref.stage, lang) for ref in schools]
    codes = [ref.code for ref in schools]
    return say(lang, "、", ", ").join(dict.fromkeys(stages)), say(lang, "、", ", ").join(dict.fromkeys(codes))


def _numbers(report: MatchReport) -> tuple[int, ...]:
    uses = [room.use for room in report.rooms_without]
    in_use = report.n_aps("matched") + report.n_aps("unmatched")
    rows = sum(report.n_rows(outcome) for outcome in ("matched", "unmatched", "not_counted"))
    doubled = sum(len(found.entry.doubled) for found in report.found)
    lists = (uses.count("classroom"), uses.count("specialist"), len(report.kept), len(report.replaced))
    counts = (report.n_aps("matched"), report.n_aps("unmatched"), report.n_aps("not_counted"))
    return (in_use, *counts, rows, doubled, *lists)


def _school_row(report: MatchReport, lang: Lang) -> Row:
    values: tuple[Value, ...] = _numbers(report)
    if not report.taken_stock:
        # nothing could be placed: which rooms have none is not known
        values = (*values[:6], None, None, *values[8:])
    return Row(cells=(*_ref(report.schools, lang), report.site, stock_text(report, lang), *values))


def _stranger_row(strangers: Sequence[Found], lang: Lang) -> Row:
    name = say(lang, "（不屬於任何規劃學校之列）", "(rows of no school planned)")
    return Row(cells=(None, None, name, None, *_stranger_numbers(strangers), *(None,) * 4))


def _stranger_numbers(strangers: Sequence[Found]) -> tuple[int, ...]:
    lost = sum(f.entry.n_aps for f in strangers if f.outcome == "unmatched")
    out = sum(f.entry.n_aps for f in strangers if f.outcome == "not_counted")
    doubled = sum(len(f.entry.doubled) for f in strangers)
    return (lost, 0, lost, out, sum(f.entry.n_rows for f in strangers) + doubled, doubled)


def _sum_row(reports: Sequence[MatchReport], strangers: Sequence[Found], lang: Lang) -> Row:
    columns = [_numbers(report) for report in reports] + [(*_stranger_numbers(strangers), 0, 0, 0, 0)]
    sums = [sum(values) for values in zip(*columns, strict=True)]
    return Row(
        cells=(None, None, say(lang, "合計（清冊所列）", "Sum (as the files list)"), None, *sums),
        kind="total",
    )


def _leads(
    inventory: Inventory,
    reports: Sequence[MatchReport],
    strangers: Sequence[Found],
    unlisted: Sequence[Unlisted],
    lang: Lang,
) -> tuple[str, ...]:
    n_rows = sum(source.n_rows for source in inventory.sources)
    skipped = sum(source.n_skipped for source in inventory.sources)
    private = sorted({header for source in inventory.sources for header in source.private})
    matched = sum(report.n_rows("matched") for report in reports)
    lost = sum(report.n_rows("unmatched") for report in reports)
    lost += sum(found.entry.n_rows for found in strangers if found.outcome == "unmatched")
    left_out = n_rows - matched - lost
    files = len({source.file for source in inventory.sources})
    lines = [
        say(
            lang,
            f"{files} 份清冊共 {n_rows:,} 列 = 已對應 {matched:,} ＋ 未對應 {lost:,} ＋ 不計 {left_out:,}"
            f"（離線、報廢、重複，及合計或非基地臺之列 {skipped:,}）。",
            f"{files} file(s) with {n_rows:,} rows = {matched:,} matched + {lost:,} not matched + {left_out:,} not "
            f"counted (retired, listed again, and {skipped:,} that are no access point).",
        )
    ]
    if unlisted:
        n_unknown = sum(not school.known for school in unlisted)
        text = say(
            lang,
            f"清冊未列 {len(unlisted)} 校：其中未盤點 {n_unknown} 校，既有數量未知，不計為零；其餘依校舍檔所載。",
            f"No inventory of {len(unlisted)} school(s): of {n_unknown} what hangs there is unknown, never taken as "
            "zero; for the others their site files tell.",
        )
        lines.append(text)
    if private:
        text = say(
            lang,
            f"涉及使用者之欄位未留存：{'、'.join(private)}。",
            f"Columns about people were not kept: {', '.join(private)}.",
        )
        lines.append(text)
    return tuple(lines)
