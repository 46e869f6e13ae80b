"""The workbook of an inventory: what found its room, what did not and why, rooms without, schools unknown."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.report.inventory_words import Unlisted, radios_text, remark_text, remarks_text
from wifiplan.report.school_words import stage_text
from wifiplan.report.texts import texts
from wifiplan.report.workbook.inventory_summary import reading_page, stock_page, unlisted_page
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.options import Lang
from wifiplan.site.inventory import Found, Inventory, MatchReport

__all__ = ["write_inventory"]


def write_inventory(
    path: Path,
    *,
    inventory: Inventory,
    reports: Sequence[MatchReport],
    strangers: Sequence[Found] = (),
    unlisted: Sequence[Unlisted] = (),
    lang: Lang = "zh-TW",
) -> None:
    """Write inventory.xlsx; the same answer gives the same bytes.

    Parameters
    ----------
    path : Path
        The file to write.
    inventory : Inventory
        What was read, for the page on how each file was understood.
    reports : sequence of MatchReport
        One a school with an inventory.
    strangers : sequence of Found
        Entries that belong to no school of these.
    unlisted : sequence of Unlisted
        Schools without an inventory.
    lang : "zh-TW" or "en"
        Language of headers and texts.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    pages = [
        stock_page(inventory, reports, strangers, unlisted, lang),
        _matched_page(reports, lang),
        _lost_page(reports, strangers, lang),
        _left_out_page(reports, strangers, lang),
        _empty_rooms_page(reports, lang),
        unlisted_page(unlisted, lang),
        reading_page(inventory, lang),
    ]
    write_bytes(path, to_bytes([_slim(page, lang) for page in pages]))


def _slim(page: Page, lang: Lang) -> Page:
    """Return a list of access points without the columns that say the same on every row, so that it fits on paper."""
    if page.header[: len(_HEAD_WIDTHS)] != _heads(lang) or not page.rows:
        return page
    may_go = {*range(4), *range(7, 9), *(n for n, head in enumerate(page.header) if head in {"臺數", "APs"})}
    constant = {n for n in may_go if len({row.cells[n] for row in page.rows}) == 1}
    gone = {n for n in constant if n < 4 or page.rows[0].cells[n] in {None, "", 1}}
    keep = [n for n in range(len(page.header)) if n not in gone]
    told = [str(page.rows[0].cells[n]) for n in range(4) if n in gone and page.rows[0].cells[n]]
    return replace(
        page,
        title=" ".join(
            (page.title, *(f"（{' '.join(told)}）" if lang == "zh-TW" else f"({' '.join(told)})",) * bool(told))
        ),
        header=tuple(page.header[n] for n in keep),
        widths=tuple(page.widths[n] for n in keep),
        rows=tuple(replace(row, cells=tuple(row.cells[n] for n in keep)) for row in page.rows),
    )


def _school(report: MatchReport | None, found: Found | None, lang: Lang) -> tuple[Value, Value, Value]:
    """Return stage, code and name: of the roster row that the entry names, else of the site."""
    entry = None if found is None else found.entry
    refs = () if report is None else report.schools
    ref = next((r for r in refs if entry is not None and r.code == entry.code), refs[0] if refs else None)
    if ref is not None and report is not None:
        return stage_text(ref.stage, lang), ref.code, report.site
    if report is not None or entry is None:
        return None, None, None if report is None else report.site
    return stage_text(entry.stage, lang), entry.code, entry.school or entry.group


def _heads(lang: Lang) -> tuple[str, ...]:
    return (
        say(lang, "學制", "stage"), say(lang, "學校代碼", "code"), say(lang, "學校", "school"),
        say(lang, "檔案", "file"), say(lang, "列", "row"), say(lang, "AP 名稱", "AP name"),
        say(lang, "廠牌型號", "brand and model"), say(lang, "MAC", "MAC"), say(lang, "序號", "serial"),
        say(lang, "清冊所載位置", "place as written"),
    )  # fmt: skip


_HEAD_WIDTHS = (6, 9, 20, 18, 6, 15, 18, 18, 14, 22)


def _head_cells(report: MatchReport | None, found: Found, lang: Lang) -> tuple[Value, ...]:
    entry = found.entry
    return (
        *_school(report, found, lang),
        entry.file,
        entry.row,
        entry.name,
        entry.model,
        entry.mac,
        entry.serial,
        entry.place,
    )


def _matched_page(reports: Sequence[MatchReport], lang: Lang) -> Page:
    words = texts(lang)
    rows = [
        Row(
            cells=(
                *_head_cells(report, found, lang),
                found.room_name,
                found.room_id,
                None if found.floor is None else found.floor + 1 if found.floor >= 0 else found.floor,
                words[f"inv.how.{found.how}"],
                found.entry.n_aps,
                found.model_class or say(lang, "不明", "unknown"),
                radios_text(found.entry.radios),
                remarks_text(found, lang),
            )
        )
        for report in reports
        for found in report.of("matched")
    ]
    return Page(
        name=say(lang, "已對應", "Matched"),
        title=say(lang, "既有無線基地臺：已對應到教室", "Existing access points in their rooms"),
        lead=(
            say(
                lang,
                "「AP 名稱」與「班級（序號對應）」者請抽查。頻道為清冊所載（主頻道），平面圖檔記整個頻道之編號；"
                "EIRP 有假設者見註記。",
                "Please spot-check rows found by the AP's name. Channels as written (the first 20 MHz); the site file "
                "numbers the whole channel.",
            ),
        ),
        header=(
            *_heads(lang),
            say(lang, "教室", "room"), say(lang, "教室識別碼", "room id"), say(lang, "樓層", "floor"),
            say(lang, "對應依據", "found by"), say(lang, "臺數", "APs"), say(lang, "機型等級", "model class"),
            say(lang, "頻道／頻寬、EIRP", "channel/width, EIRP"), say(lang, "註記", "remarks"),
        ),
        rows=tuple(rows),
        widths=(*_HEAD_WIDTHS, 14, 9, 6, 14, 6, 9, 16, 36),
    )  # fmt: skip


def _lost_page(reports: Sequence[MatchReport], strangers: Sequence[Found], lang: Lang) -> Page:
    pairs = [(report, found) for report in reports for found in report.of("unmatched")]
    lost = [*pairs, *((None, found) for found in strangers if found.outcome == "unmatched")]
    rows = [
        Row(
            cells=(
                *_head_cells(report, found, lang),
                found.entry.n_aps,
                remark_text(found.reason, lang, kind="reason"),
                say(lang, "、", ", ").join(found.candidates),
                remarks_text(found, lang),
            )
        )
        for report, found in lost
    ]
    none = say(lang, "無：所有使用中的無線基地臺都已對應。", "None: every access point in use found its room.")
    todo = say(
        lang,
        "這些無線基地臺存在但不知在哪一間，規劃時未計入。請在清冊補教室空間編號或教室名稱後重新執行。",
        "They exist, but nobody can tell where: plans do not count on them. Add the room's number and run again.",
    )
    return Page(
        name=say(lang, "未對應", "Not matched"),
        title=say(lang, "既有無線基地臺：未對應到教室", "Existing access points without a room"),
        lead=(todo if rows else none,),
        header=(
            *_heads(lang), say(lang, "臺數", "APs"), say(lang, "原因", "reason"),
            say(lang, "最接近的教室", "nearest rooms"), say(lang, "註記", "remarks"),
        ),
        rows=tuple(rows),
        widths=(*_HEAD_WIDTHS, 6, 26, 34, 34),
    )  # fmt: skip


def _left_out_page(reports: Sequence[MatchReport], strangers: Sequence[Found], lang: Lang) -> Page:
    words = texts(lang)
    rows: list[Row] = []
    pairs = [(report, found) for report in reports for found in report.found]
    for report, found in [*pairs, *((None, found) for found in strangers)]:
        head = _head_cells(report, found, lang)
        if found.outcome == "not_counted":
            reason = remark_text(found.reason, lang, kind="reason")
            rows.append(Row(cells=(*head, reason, found.room_name or None)))
        again = words["inv.remark.doubled"].format(found.entry.row)
        rows += [Row(cells=(*head[:4], row, *head[5:], again, found.room_name or None)) for row in found.entry.doubled]
    return Page(
        name=say(lang, "不計", "Not counted"),
        title=say(lang, "列出但不計入：離線、報廢、故障、重複", "Listed, not counted: retired, broken, listed twice"),
        lead=() if rows else (say(lang, "無。", "None."),),
        header=(*_heads(lang), say(lang, "原因", "reason"), say(lang, "教室", "room")),
        rows=tuple(rows),
        widths=(*_HEAD_WIDTHS, 30, 18),
    )


def _empty_rooms_page(reports: Sequence[MatchReport], lang: Lang) -> Page:
    uses = {"classroom": ("班級教室", "classroom"), "specialist": ("專科教室", "specialist room")}
    rows = [
        Row(
            cells=(
                *_school(report, None, lang),
                room.block,
                room.floor + 1 if room.floor >= 0 else room.floor,
                room.name,
                room.room_id,
                say(lang, *uses[room.use]),
            )
        )
        for report in reports
        if report.taken_stock
        for room in report.rooms_without
    ]
    return Page(
        name=say(lang, "無AP教室", "Rooms without"),
        title=say(lang, "清冊中沒有無線基地臺的教室", "Rooms for which the inventory lists no access point"),
        lead=(
            say(
                lang,
                "只列已盤點的學校。未對應的無線基地臺可能就在這些教室；未盤點的學校不在此列，不是零。",
                "Schools whose stock was taken only. Access points without a room may hang in these.",
            ),
        ),
        header=(
            say(lang, "學制", "stage"), say(lang, "學校代碼", "code"), say(lang, "學校", "school"),
            say(lang, "棟別", "block"), say(lang, "樓層", "floor"), say(lang, "教室", "room"),
            say(lang, "教室識別碼", "room id"), say(lang, "用途", "use"),
        ),
        rows=tuple(rows),
        widths=(8, 10, 28, 12, 8, 24, 14, 14),
    )  # fmt: skip
