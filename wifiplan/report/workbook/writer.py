"""Pages into an xlsx file: styles, printing on A4, bytes that do not depend on the clock."""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import copy
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.report.workbook.pages import Page, Row, Value

FONT = "微軟正黑體"
"""A font that every Chinese Excel has; LibreOffice takes its usual Chinese one instead."""

MOMENT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""When every workbook says that it was made."""

_MOST_CORE_BYTES = 100_000
"""The part that names author and dates has 500."""

_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_THIN = Side(style="thin", color="FF808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill(fill_type="solid", start_color="FFD9D9D9", end_color="FFD9D9D9")
_SUM = PatternFill(fill_type="solid", start_color="FFF2F2F2", end_color="FFF2F2F2")
_LINE_POINTS = 15.0
_QUOTED = ("=", "+", "-", "@", "\t")
"""Text that a spreadsheet would run as a formula is marked as text."""

_Look: TypeAlias = tuple[str, bool, str, type, bool, bool]
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_STAMP = MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def to_bytes(pages: Sequence[Page], finish: Callable[[Workbook], None] | None = None) -> bytes:
    """Return a workbook of these pages, `finish` having the last word; the same pages give the same bytes."""
    book = blank_book()
    for page in pages:
        write_page(book.create_sheet(page.name), page)
    if finish is not None:
        finish(book)
    return saved(book)


def blank_book() -> Workbook:
    """Return a workbook without sheets, made by this program at no particular time."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "wifiplan"
    book.properties.created = MOMENT
    return book


def saved(book: Workbook) -> bytes:
    """Return a workbook as bytes that do not depend on the clock."""
    raw = io.BytesIO()
    book.save(raw)
    return without_clock(raw.getvalue())


def is_untouched(data: bytes) -> bool:
    """Return whether a workbook is as this module wrote it: every program that saves one notes the time."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book, book.open("docProps/core.xml") as stream:
            core = stream.read(_MOST_CORE_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, EOFError, RuntimeError):
        return False
    stamped = [_MODIFIED.sub(rb"\g<1>" + _STAMP + rb"\g<2>", core) == core, b"modified" in core]
    return all(stamped)


def without_clock(data: bytes) -> bytes:
    """Return the same archive with fixed dates: openpyxl stamps the time of saving on every part."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _STAMP + rb"\g<2>", content)
            part = zipfile.ZipInfo(name, date_time=_ZIP_MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            target.writestr(part, content)
    return fixed.getvalue()


def write_page(sheet: Worksheet, page: Page) -> None:
    """Write a page onto an empty sheet."""
    n_columns = len(page.header)
    place = _line(sheet, 1, page.title, n_columns, Font(name=FONT, size=14, bold=True), page)
    for text in page.lead:
        place = _line(sheet, place, text, n_columns, Font(name=FONT, size=10), page)
    first_header = place
    if page.groups:
        _groups(sheet, place, page)
        place += 1
    for column, text in enumerate(page.header, 1):
        cell = _put(sheet, place, column, text)
        _style(cell, Font(name=FONT, size=10, bold=True), _HEAD, "center")
    sheet.row_dimensions[place].height = height(page.header, page.widths)
    header_row = place
    looks: dict[_Look, StyleArray] = {}
    for row in page.rows:
        place += 1
        _row(sheet, place, row, page, looks)
    for text in page.remarks:
        place = _line(sheet, place + 1, text, n_columns, Font(name=FONT, size=9), page) - 1
    for column, width in enumerate(page.widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{header_row + 1}"
    _printing(sheet, page, f"{first_header}:{header_row}", place)


def _line(sheet: Worksheet, place: int, text: str, n_columns: int, font: Font, page: Page) -> int:
    cell = _put(sheet, place, 1, text)
    cell.font = font
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=n_columns)
    needed = height((text,), (sum(page.widths),))
    sheet.row_dimensions[place].height = max(needed, 26.0 if place == 1 else 0.0)
    return place + 1


def _groups(sheet: Worksheet, place: int, page: Page) -> None:
    column = 1
    for text, span in page.groups:
        for offset in range(span):
            cell = _put(sheet, place, column + offset, text if offset == 0 else None)
            _style(cell, Font(name=FONT, size=10, bold=True), _HEAD, "center")
        if span > 1:
            last = column + span - 1
            sheet.merge_cells(start_row=place, start_column=column, end_row=place, end_column=last)
        column += span


def _row(sheet: Worksheet, place: int, row: Row, page: Page, looks: dict[_Look, StyleArray]) -> None:
    if row.kind == "section":
        bold = str(row.cells[0]) and len(str(row.cells[0])) < 12
        _line(sheet, place, str(row.cells[0]), len(page.header), Font(name=FONT, size=10, bold=bool(bold)), page)
        return
    for column, value in enumerate(row.cells):
        cell = _put(sheet, place, column + 1, value)
        # the look of a cell depends on these only; a copy of one of the same look is much quicker than building it anew
        digits = isinstance(value, str) and value.isdigit()
        quoted = isinstance(value, str) and value.startswith(_QUOTED)
        key = (row.kind, column in row.soft, _side(column, value), type(value), digits, quoted)
        if key not in looks:
            _body(cell, row, column, value)
            looks[key] = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001 (no public way to copy a style)
        else:
            cell._style = copy(looks[key])  # type: ignore[attr-defined]  # noqa: SLF001 (the same)
    texts = [_shown(value) for value in row.cells]
    sheet.row_dimensions[place].height = height(texts, page.widths)


def _body(cell: Cell, row: Row, column: int, value: Value) -> None:
    fill = _SUM if row.kind in ("total", "example") else None
    italic = column in row.soft or row.kind == "example"
    font = Font(name=FONT, size=10, bold=row.kind == "total", italic=italic)
    _style(cell, font, fill, _side(column, value))
    if isinstance(value, int | float):
        cell.number_format = "#,##0" if isinstance(value, int) else "#,##0.0"


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    """Write a value; text is never taken for a formula, whatever a school is called."""
    cell = sheet.cell(row=row, column=column)
    if not isinstance(cell, Cell):  # a merged cell: its first one holds the value
        raise TypeError(f"cell {row}, {column} of {sheet.title} is merged away")
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = text
        if text.startswith(_QUOTED):
            cell.data_type = "s"
            cell.quotePrefix = True
        if text.isdigit():
            cell.number_format = "@"  # a school code stays text when somebody edits the cell
    elif value is not None:
        cell.value = value
    return cell


def _style(cell: Cell, font: Font, fill: PatternFill | None, horizontal: str) -> None:
    cell.font = font
    cell.border = _GRID
    indent = 1 if horizontal == "left" else 0
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True, indent=indent)
    if fill is not None:
        cell.fill = fill


def _side(column: int, value: Value) -> str:
    """Return where a cell's text stands: serial numbers in the middle, numbers right, text left."""
    if column == 0 and (isinstance(value, int) or len(str(value)) < 10):
        return "center"
    return "right" if isinstance(value, int | float) or value in {"待填", "open"} else "left"


def _shown(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return a row's height in points: wrapped lines are counted, as no program does it when it opens a file."""
    lines = 1
    for text, width in zip(texts, widths, strict=False):
        needed = sum(max(1, -(-_columns(part) // max(1, int(width - 1.5)))) for part in text.split("\n"))
        lines = max(lines, needed)
    return 4 + _LINE_POINTS * lines


def _columns(text: str) -> int:
    return int(sum(1.0 if character < "\u2000" else 1.9 for character in text) + 0.999)


def _printing(sheet: Worksheet, page: Page, titles: str, last_row: int) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = titles
    sheet.print_area = f"A1:{get_column_letter(len(page.header))}{last_row}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.4
    sheet.print_options.horizontalCentered = True
    footer = sheet.oddFooter if sheet.oddFooter is not None else HeaderFooterItem()
    for part, text in ((footer.left, "wifiplan"), (footer.center, page.name), (footer.right, "&P / &N")):
        if part is not None:
            part.text = text
