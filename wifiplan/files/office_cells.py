"""One cell of an office's workbook: value, number format, background and note, as a rerun carries them over."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import TypeAlias

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.cell_text import BLANKS, DONE, NOT_DONE, folded
from wifiplan.files.days import day
from wifiplan.study.tracking import Mark

CellValue: TypeAlias = "str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None"

_KINDS = (str, int, float, bool, dt.datetime, dt.date, dt.time, dt.timedelta)
_YES = DONE | {"已寄", "已寄出", "已回", "已收", "已回收", "已規劃", "已訂購", "已測試", "已測", "已施工", "已驗收"}
_SERIALS = range(36_526, 73_051)
"""Days of a spreadsheet from 2000-01-01 to 2099-12-31: a date whose cell was formatted as a number."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A cell's plain background, as the office picked it: red-green-blue, or a colour of the theme and its tint."""

    rgb: str | None = None
    theme: int | None = None
    tint: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCell:
    """What stands in one cell: value, how its number is shown, background and note."""

    value: CellValue = None
    number_format: str = "General"
    colour: Colour | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with the cell."""
        return self.value in (None, "") and self.colour is None and not self.note


def office_cell(sheet: Worksheet, row: int, column: int, *, shown: str | None) -> OfficeCell:
    """Return a cell of a sheet, counted from 1; `shown` is its text as the program that saved it showed it.

    A formula of the office points at cells that move when rows do: its value is kept, or its text where `shown` is
    None as no program has worked it out. A cell that is merged away is empty.
    """
    cell = sheet.cell(row=row, column=column)
    if not isinstance(cell, Cell):
        return OfficeCell()
    value = cell.value
    if cell.data_type == "f":
        value = str(cell.value) if shown is None else _number(shown)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()  # every day is read with an hour, and written back as a day
    return OfficeCell(
        value=value if isinstance(value, _KINDS) else None,
        number_format=cell.number_format,
        colour=_colour(cell),
        note=cell.comment.text if cell.comment is not None else "",
    )


def _number(text: str) -> str | float:
    """Return what a formula gave: a number where its text is one as a program writes it."""
    return float(text) if _NUMBER.fullmatch(text) else text


def _colour(cell: Cell) -> Colour | None:
    fill = cell.fill
    if fill is None or fill.fill_type != "solid":
        return None
    start = fill.start_color
    if start.type == "theme":
        return Colour(theme=int(start.theme), tint=float(start.tint))
    return Colour(rgb=str(start.rgb)) if start.type == "rgb" and str(start.rgb) != "00000000" else None


def mark_of_cell(cell: OfficeCell) -> Mark | None:
    """Return what an office's cell says of a step: a day, that it is done, or that it is not; None where it is empty.

    Raises
    ------
    ValueError
        One sentence: the cell says neither a date nor yes or no.

    Examples
    --------
    >>> mark_of_cell(OfficeCell(value="115/9/1")), mark_of_cell(OfficeCell(value="是"))
    (Mark(done=True, day=datetime.date(2026, 9, 1)), Mark(done=True, day=None))
    """
    value = cell.value
    if isinstance(value, dt.datetime):
        return Mark(done=True, day=value.date())
    if isinstance(value, dt.date):
        return Mark(done=True, day=value)
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIALS:
        return Mark(done=True, day=_DAY_ZERO + dt.timedelta(days=int(value)))
    text = "" if value is None else folded(str(value))
    if text in NOT_DONE or text in BLANKS:
        return None if not text else Mark(done=False)
    return Mark(done=True) if text in _YES else Mark(done=True, day=day(text))
