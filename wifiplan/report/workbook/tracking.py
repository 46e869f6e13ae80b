"""tracking.xlsx: one row a school, in which the office goes on writing; every run keeps what it wrote."""

import datetime as dt
import io
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.office_cells import OfficeCell
from wifiplan.files.output import write_bytes
from wifiplan.files.tracking_book import OfficeBook, OfficeRow
from wifiplan.report.tracking import Tracking
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.report.workbook.tracking_columns import COLUMNS, GROUPS, OFFICE, header, width
from wifiplan.report.workbook.tracking_pages import (
    day_text,
    evidence_page,
    sheet_name,
    summary_page,
    visits_page,
    weights_page,
)
from wifiplan.report.workbook.writer import blank_book, saved, write_page
from wifiplan.scheme.options import Lang
from wifiplan.study.visits import Visit

_N_FIXED = 3
"""Columns that stay in sight: stage, code and name."""

_PAPER_A3 = 8


def write_tracking(
    path: Path, tracking: Tracking, office: OfficeBook, *, n_top: int = 15, lang: Lang = "zh-TW"
) -> None:
    """Write tracking.xlsx with everything that the office wrote into it; the same input gives the same bytes.

    Parameters
    ----------
    path : Path
        The workbook; it is written beside and renamed.
    tracking : Tracking
        Schools in roster order.
    office : OfficeBook
        What the office wrote into the workbook of the run before (`files.read_office`).
    n_top : int
        Schools on the sheet of visits; about 15 fill an A4 page.
    lang : "zh-TW" or "en"
        Language of headers and texts.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    write_bytes(path, _bytes(tracking, office, n_top, lang))


def _bytes(tracking: Tracking, office: OfficeBook, n_top: int, lang: Lang) -> bytes:
    book = _book(office)
    pages: list[tuple[Page, list[OfficeRow] | None]] = [
        (summary_page(tracking, lang), None),
        _schools("status", tracking, tracking.funded, office, lang),
        (visits_page(tracking, n_top, lang), None),
        (evidence_page(tracking, lang), None),
    ]
    if tracking.apart:
        pages.append(_schools("national", tracking, tracking.apart, office, lang))
    left = _left(tracking, office, lang)
    pages += [left] if left is not None else []
    pages.append((weights_page(tracking, lang), None))
    for place, (page, rows) in enumerate(pages):
        sheet = book.create_sheet(page.name, place)
        write_page(sheet, page)
        if rows is not None:
            _finish(sheet, page, rows, office)
        elif page.name == sheet_name("visits", lang):
            sheet.page_setup.orientation = sheet.ORIENTATION_PORTRAIT
            sheet.page_setup.fitToHeight = 1
    book.active = 1
    return saved(book)


def _book(office: OfficeBook) -> Workbook:
    """Return an empty workbook, or that of the office without our sheets where it added sheets of its own."""
    if not office.foreign:
        return blank_book()
    book = load_workbook(io.BytesIO(office.data))
    for name in office.ours:
        del book[name]
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
    return book


def _schools(
    kind: str, tracking: Tracking, visits: Sequence[Visit], office: OfficeBook, lang: Lang
) -> tuple[Page, list[OfficeRow]]:
    nothing = OfficeRow(cells={}, own=())
    rows = [office.rows.get(visit.tracked.school.key, nothing) for visit in visits]
    own = [column.header for column in office.columns]
    cells = [
        (
            *(_value(visit, code, row, lang) for code in (column.code for column in COLUMNS)),
            *(shown(cell) for cell in _padded(row, len(own))),
        )
        for visit, row in zip(visits, rows, strict=True)
    ]
    return _page(kind, tracking, cells, office, lang), rows


def _value(visit: Visit, code: str, row: OfficeRow, lang: Lang) -> Value:
    column = next(column for column in COLUMNS if column.code == code)
    if column.value is not None:
        return column.value(visit, lang)
    return shown(row.cells.get(code, OfficeCell()))


def _left(tracking: Tracking, office: OfficeBook, lang: Lang) -> tuple[Page, list[OfficeRow]] | None:
    """Return the rows of schools that left the roster, and rows without a school, as they stood; None without any."""
    known = {visit.tracked.school.key for visit in tracking.visits}
    rows = [*(row for key, row in office.rows.items() if key not in known), *office.strays]
    if not rows:
        return None
    cells = [
        (
            *(shown(row.cells.get(column.code, OfficeCell())) for column in COLUMNS),
            *(shown(cell) for cell in _padded(row, len(office.columns))),
        )
        for row in rows
    ]
    return _page("left", tracking, cells, office, lang), rows


def _page(kind: str, tracking: Tracking, cells: Sequence[tuple[Value, ...]], office: OfficeBook, lang: Lang) -> Page:
    titles = {
        "status": say(lang, f"{tracking.county} 各校辦理進度", f"{tracking.county}: status of every school"),
        "national": say(
            lang, f"{tracking.county} 國立學校（另列，不計入補助）", f"{tracking.county}: national schools, apart"
        ),
        "left": say(
            lang,
            f"{tracking.county} 已不在名冊之學校與無法辨識之列（保留原樣）",
            f"{tracking.county}: schools that left the roster, and rows without a school (kept as they stood)",
        ),
    }
    own = [column.header for column in office.columns]
    groups = [
        (say(lang, *GROUPS[group]), len(list(columns))) for group, columns in groupby(COLUMNS, key=lambda c: c.group)
    ]
    if own:
        groups.append((say(lang, "縣市自訂欄（保留）", "The office's own columns (kept)"), len(own)))
    return Page(
        name=sheet_name(kind, lang),
        title=titles[kind],
        lead=(day_text(tracking, lang),),
        groups=tuple(groups),
        header=(*(header(column, lang) for column in COLUMNS), *own),
        rows=tuple(Row(cells=row) for row in cells),
        widths=(*(width(column, lang) for column in COLUMNS), *(column.width for column in office.columns)),
    )


def _padded(row: OfficeRow, n: int) -> tuple[OfficeCell, ...]:
    return (*row.own, *(OfficeCell() for _ in range(n - len(row.own))))


def shown(cell: OfficeCell) -> Value:
    """Return a cell's value as far as a page holds such: days as text."""
    value = cell.value
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _finish(sheet: Worksheet, page: Page, rows: Sequence[OfficeRow], office: OfficeBook) -> None:
    """Put the office's cells in with their types, colours and notes; add the filter; print on A3."""
    first = len(page.lead) + 4
    n_columns = len(page.header)
    codes = [column.code for column in COLUMNS]
    for number, row in enumerate(rows, start=first):
        kept = (*(row.cells.get(code, OfficeCell()) for code in codes), *_padded(row, len(office.columns)))
        for place, cell in enumerate(kept, 1):
            target = sheet.cell(row=number, column=place)
            if isinstance(target, Cell):
                typed = place > len(codes) or codes[place - 1] in OFFICE
                _keep(target, cell, typed=typed)
    for group in sheet[first - 2]:
        # a group may run over to the next page: its name begins on the first
        group.alignment = Alignment(horizontal="left", vertical="center")
    last = max(first - 1, first + len(rows) - 1)
    sheet.auto_filter.ref = f"A{first - 1}:{get_column_letter(n_columns)}{last}"
    sheet.freeze_panes = f"{get_column_letter(_N_FIXED + 1)}{first}"
    # two A3 pages side by side, stage, code and name on both: on one page the type would be too small to read
    sheet.page_setup.paperSize = _PAPER_A3
    sheet.page_setup.fitToWidth = 2
    sheet.print_title_cols = f"A:{get_column_letter(_N_FIXED)}"


def _keep(target: Cell, cell: OfficeCell, *, typed: bool) -> None:
    """Give a cell what the office gave it: background and note everywhere, the value where the office writes."""
    if typed and isinstance(cell.value, dt.datetime | dt.date | dt.time | dt.timedelta):
        target.value = cell.value
    if typed and cell.number_format != "General":
        target.number_format = cell.number_format
    if cell.colour is not None:
        colour = cell.colour
        start = Color(rgb=colour.rgb) if colour.rgb else Color(theme=colour.theme, tint=colour.tint)
        target.fill = PatternFill(fill_type="solid", start_color=start, end_color=start)
    if cell.note:
        target.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", cell.note), "wifiplan")
