"""What is wrong with a returned building sheet: a code with its values, put into words by reports."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFault:
    """One thing wrong: the sheet and the cell (both blank: the whole file), what stands there, and what is wrong.

    `code` is a key of the texts "form.fault.CODE" and "form.remedy.CODE", `fields` their values.
    """

    code: str
    sheet: str = ""
    cell: str = ""
    value: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """Sheet and cell as spreadsheets write them: 教室!F12."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet


class BadCell(Exception):  # noqa: N818 - carries a fault from a cell to its line, never to the user
    """A cell that cannot be read: a code of a fault and its values."""

    def __init__(self, code: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.fields = tuple((fields or {}).items())


def cell_name(row: int, column: int) -> str:
    """Return a cell as spreadsheets write it; row and column count from 0.

    >>> cell_name(11, 5)
    'F12'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"


def shown(text: str) -> str:
    """Return what stands in a cell as a list of faults shows it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
