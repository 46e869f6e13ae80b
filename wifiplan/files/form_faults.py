"""What is wrong with a returned building sheet: a code with its values, put into words by reports."""

from collections.abc import Mapping
from dataclasses import dataclass


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
