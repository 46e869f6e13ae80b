"""Cells that people fill in: how they look, what they take, what they say when they are chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.county_names import CellKind
from wifiplan.files.entry_cells import MAX_COUNT, MAX_MBPS, MAX_NTD
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page
from wifiplan.report.workbook.writer import FONT, height
from wifiplan.scheme.options import Lang

_FRAME = Side(style="medium", color="FF404040")
_BOX = Border(left=_FRAME, right=_FRAME, top=_FRAME, bottom=_FRAME)
_GIVEN = PatternFill(fill_type="solid", start_color="FFEDEDED", end_color="FFEDEDED")
_HEAD = PatternFill(fill_type="solid", start_color="FFD9D9D9", end_color="FFD9D9D9")
_DEMAND = PatternFill(fill_type="solid", start_color="FFA6A6A6", end_color="FFA6A6A6")
_FORMATS = {"count": "#,##0", "money": "#,##0", "percent": "General", "mbps": "General", "text": "@"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Cells of one column that are filled in alike, from row `first` to `last` (from 1); `column` counts from 1.

    `prompt` is shown when a cell is chosen, `refusal` when something else than `kind` is typed; `choices` make a
    drop-down list.
    """

    column: int
    first: int
    last: int
    kind: CellKind
    prompt: str = ""
    refusal: str = ""
    choices: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """The cells as a workbook names them."""
        letter = get_column_letter(self.column)
        return f"{letter}{self.first}:{letter}{self.last}"


def _open(sheet: Worksheet, block: Block, title: str) -> None:
    for row in range(block.first, block.last + 1):
        cell = sheet.cell(row=row, column=block.column)
        cell.border = _BOX
        cell.fill = PatternFill()
        cell.font = Font(name=FONT, size=10)
        cell.number_format = _FORMATS[block.kind]
        side = "left" if block.kind == "text" else "right"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=block.kind == "text")
    check = _check(block)
    check.errorTitle, check.promptTitle = title[:32], None
    check.error = block.refusal[:225] or None
    check.showErrorMessage = bool(block.refusal)
    check.prompt = block.prompt[:255] or None
    check.showInputMessage = bool(block.prompt)
    check.add(block.range)
    sheet.add_data_validation(check)


def _check(block: Block) -> DataValidation:
    if block.choices:
        return DataValidation(type="list", formula1=f'"{",".join(block.choices)}"', allow_blank=True)
    if block.kind == "percent":
        return DataValidation(type="decimal", operator="between", formula1="0", formula2="100", allow_blank=True)
    if block.kind == "mbps":
        most = str(int(MAX_MBPS))
        return DataValidation(type="decimal", operator="between", formula1="0", formula2=most, allow_blank=True)
    if block.kind in ("count", "money"):
        most = str(MAX_COUNT if block.kind == "count" else MAX_NTD)
        return DataValidation(type="whole", operator="between", formula1="0", formula2=most, allow_blank=True)
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1="2000", allow_blank=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """A sheet that is filled in: the page, and which of its cells are for entries; rows and columns count from 1.

    `places` says where an entry stands, by what it is: ("line", "3", "requested"), ("value", "n_aps"),
    ("school", "junior", "011301", "reason"). `greys` are blocks that are computed, `heads` rows that look like
    headers, `spans` (row, first column) of texts that run to the right edge; `demands` are blocks that darken while
    their formula holds. `one_sheet` prints the page on one sheet of paper.
    """

    page: Page
    blocks: tuple[Block, ...]
    places: Mapping[tuple[str, ...], tuple[int, int]]
    greys: tuple[Block, ...] = ()
    heads: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    demands: tuple[tuple[Block, str], ...] = ()
    one_sheet: bool = False

    def cell(self, key: tuple[str, ...]) -> str | None:
        """Return the cell of an entry as people call it, None where the sheet has none."""
        place = self.places.get(key)
        return None if place is None else f"{self.page.name}!{get_column_letter(place[1])}{place[0]}"


def finish(book: Workbook, entry_page: EntryPage, lang: Lang) -> None:
    """Make the cells of a written page ready to be filled in."""
    sheet = book[entry_page.page.name]
    for block in entry_page.blocks:
        _open(sheet, block, texts(lang)["inputs.check.title"])
    for block in entry_page.greys:
        for row in range(block.first, block.last + 1):
            sheet.cell(row=row, column=block.column).fill = _GIVEN
    for row in entry_page.heads:
        _head(sheet, row, len(entry_page.page.header))
    for row, first in entry_page.spans:
        _span(sheet, row, first, entry_page.page)
    if entry_page.one_sheet:
        sheet.page_setup.fitToHeight = 1
    for block, formula in entry_page.demands:
        rule = Rule(type="expression", dxf=DifferentialStyle(fill=_DEMAND), formula=[formula])
        sheet.conditional_formatting.add(block.range, rule)


def _head(sheet: Worksheet, row: int, n_columns: int) -> None:
    for column in range(1, n_columns + 1):
        cell = sheet.cell(row=row, column=column)
        cell.font = Font(name=FONT, size=10, bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _span(sheet: Worksheet, row: int, first: int, page: Page) -> None:
    """Let a text run from a column to the right edge; the row is as high as that text and its other cells need."""
    n_columns = len(page.header)
    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=n_columns)
    widths = (*page.widths[: first - 1], sum(page.widths[first - 1 :]))
    cells = [sheet.cell(row=row, column=column).value for column in range(1, first + 1)]
    sheet.row_dimensions[row].height = height([str(cell or "") for cell in cells], widths)
