"""How a building sheet looks: named styles, choice lists, printing on A4 in grey."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.report.workbook.writer import FONT

TITLE, LEAD, HEAD, CELL, TEXT, FIXED, ESTIMATE, CHECK, LABEL = (
    "wp title",
    "wp lead",
    "wp head",
    "wp cell",
    "wp text",
    "wp fixed",
    "wp estimate",
    "wp check",
    "wp label",
)
"""Names of the styles: an answer, an answer that stays text, what was filled in beforehand, an estimate, ..."""

_THIN = Side(style="thin", color="FF808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill(fill_type="solid", start_color="FFD9D9D9", end_color="FFD9D9D9")
_PALE = PatternFill(fill_type="solid", start_color="FFEFEFEF", end_color="FFEFEFEF")


def add_styles(book: Workbook) -> None:
    """Give a workbook the styles of a building sheet."""
    left = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    across = Alignment(vertical="center", wrap_text=True)
    center = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for style in (
        NamedStyle(name=TITLE, font=Font(name=FONT, size=14, bold=True), alignment=Alignment(vertical="center")),
        NamedStyle(name=LEAD, font=Font(name=FONT, size=10), alignment=across),
        NamedStyle(name=HEAD, font=Font(name=FONT, size=10, bold=True), alignment=center, border=_GRID, fill=_GREY),
        NamedStyle(name=CELL, font=Font(name=FONT, size=10), alignment=center, border=_GRID),
        NamedStyle(name=TEXT, font=Font(name=FONT, size=10), alignment=center, border=_GRID, number_format="@"),
        NamedStyle(
            name=FIXED, font=Font(name=FONT, size=10), alignment=left, border=_GRID, fill=_PALE, number_format="@"
        ),
        NamedStyle(name=ESTIMATE, font=Font(name=FONT, size=10, italic=True), alignment=center, border=_GRID),
        NamedStyle(name=CHECK, font=Font(name=FONT, size=9), alignment=across, border=_GRID, fill=_PALE),
        NamedStyle(name=LABEL, font=Font(name=FONT, size=10), alignment=left, border=_GRID),
    ):
        book.add_named_style(style)


def put_line(sheet: Worksheet, row: int, text: str, style: str, n_columns: int, width: float) -> None:
    """Write a line of text across the table; its height is reckoned, as no program does it on opening."""
    cell = sheet.cell(row=row, column=1, value=text)
    cell.style = style
    merge(sheet, row, 1, n_columns)
    sheet.row_dimensions[row].height = 26.0 if style == TITLE else height(text, width)


def merge(sheet: Worksheet, row: int, first: int, last: int) -> None:
    """Merge cells of a row that have their styles; `merge_cells` would work out the borders again, slowly."""
    sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def height(text: str, width: float) -> float:
    """Return the height of a row with wrapped text [points]."""
    shown = sum(1.0 if character < "\u2000" else 1.9 for character in text)
    return 4.0 + 15.0 * max(1, -(-int(shown + 0.999) // max(1, int(width - 2))))


def choose(sheet: Worksheet, cells: str, source: str | Sequence[str]) -> None:
    """Offer a choice list in areas parted by spaces; other words are asked about, not refused.

    `source` is a formula that names an area, or the words.
    """
    formula = source if isinstance(source, str) else f'"{",".join(source)}"'
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    for area in cells.split():
        rule.add(area)
    sheet.add_data_validation(rule)


def print_on_a4(sheet: Worksheet, titles: str | None, last_row: int, n_columns: int) -> None:
    """Print a sheet on A4 across, one page wide, with its header on every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if titles is not None:
        sheet.print_title_rows = titles
    sheet.print_area = f"A1:{get_column_letter(n_columns)}{last_row}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.7, 0.3
    sheet.print_options.horizontalCentered = True
    footer = sheet.oddFooter if sheet.oddFooter is not None else HeaderFooterItem()
    for part, text in ((footer.left, "wifiplan"), (footer.center, "&A"), (footer.right, "&P / &N")):
        if part is not None:
            part.text = text
