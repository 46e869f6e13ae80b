"""Tables of entries on the sheets of a county's workbook: headers in any order, cells by name, faults by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from wifiplan.errors import Fault
from wifiplan.files import entry_cells as cells
from wifiplan.files.cell_text import cell_name, usual
from wifiplan.files.county_names import CellKind, Name, columns_of, normal
from wifiplan.files.formula_cells import UNREAD

Grid: TypeAlias = "Sequence[Sequence[str]]"
Entry: TypeAlias = "int | float | str | None"

_READERS = {"count": cells.count, "money": cells.money, "percent": cells.percent, "mbps": cells.mbps}
_NUMBER = ("write a whole number from 0 up, or leave the cell empty", "填 0 以上的整數，或留空")
_REMEDIES: Mapping[CellKind, tuple[str, str]] = {
    "count": _NUMBER,
    "money": _NUMBER,  # the column of requests holds devices, persons and NTD
    "percent": ("write a number from 0 to 100, or leave the cell empty", "填 0 到 100 的數字，或留空"),
    "mbps": ("write a number of Mbit/s, or leave the cell empty", "填 Mbit/s 的數字，或留空"),
    "text": ("", ""),
}
_MOST_TEXT = 2_000
_REMARKS = ("※", "■", "註:", "備註:", "說明:", "note:")


@dataclass(slots=True)
class EntryTable:
    """One table on a sheet: its header, the rows below it up to `end`, and the faults that are found.

    `keys` are the columns that say what a row is, `names` those that are filled in; all must be in the header.
    """

    sheet: str
    grid: Grid
    header: int
    end: int
    keys: Sequence[Name]
    names: Sequence[Name]
    faults: list[Fault]
    columns: dict[str, int] = field(default_factory=dict)
    entry_columns: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the columns; one that is missing is a fault that names the headers nobody knows."""
        row = self.grid[self.header]
        self.columns = columns_of(row, self.keys)
        self.entry_columns = columns_of(row, self.names)
        known = {*self.columns.values(), *self.entry_columns.values()}
        strange = [" ".join(cell.split()) for c, cell in enumerate(row) if cell.strip() and c not in known]
        missing = [n for n in self.keys if n.field not in self.columns]
        missing += [n for n in self.names if n.field not in self.entry_columns]
        for name in missing:
            title = _title(name, row)
            also = f"; headers that are not entries: {', '.join(strange)}" if strange else ""
            self.faults.append(
                Fault(
                    where=f"{self.sheet} row {self.header + 1} (header)",
                    problem=f"column {title} is missing{also}",
                    remedy=f"name the column {title} again, or add it empty",
                    zh=(
                        f"少了「{title}」這一欄" + (f"；認不得的欄名：{'、'.join(strange)}" if strange else ""),
                        f"請把欄名改回「{title}」，或加回這一欄（可以空白）",
                    ),
                )
            )

    def rows(self) -> range:
        """Return the rows below the header."""
        return range(self.header + 1, min(self.end, len(self.grid)))

    def raw(self, row: int, column: int | None) -> str:
        """Return a cell as text, empty beyond the row's end."""
        cells_of_row = self.grid[row]
        return "" if column is None or column >= len(cells_of_row) else cells_of_row[column]

    def key(self, row: int, name: str) -> str:
        """Return a key cell without spaces around it."""
        return usual(self.raw(row, self.columns.get(name)))

    def filled(self, row: int) -> bool:
        """Return whether an entry cell of the row says anything."""
        return any(not cells.is_blank(self.raw(row, column)) for column in self.entry_columns.values())

    def is_remark(self, row: int) -> bool:
        """Return whether a row is a line of text across the table.

        Its only cell begins as remarks do, or stands where nothing is filled in.
        """
        said = [(column, cell) for column, cell in enumerate(self.grid[row]) if cell.strip()]
        if len(said) != 1:
            return not said
        column, cell = said[0]
        return usual(cell).startswith(_REMARKS) or column not in self.entry_columns.values()

    def entries(self, row: int) -> dict[str, Entry]:
        """Return what is filled in on a row by field; what cannot be read is a fault and left out."""
        found: dict[str, Entry] = {}
        for name in self.names:
            column = self.entry_columns.get(name.field)
            if column is not None:
                value = self.value(row, column, name)
                if value is not None:
                    found[name.field] = value
        return found

    def value(self, row: int, column: int, name: Name) -> Entry:
        """Return one cell, None where it is blank or a fault."""
        text = self.raw(row, column)
        if text.startswith(UNREAD):
            problem = f"'{text[1:25]}' is a formula without a result, or an error"
            remedy = "write the value; or open the file in Excel or LibreOffice and save it"
            zh = (
                f"「{text[1:25]}」是錯誤值，或沒有儲存計算結果的公式",
                "直接打上數值，或用 Excel、LibreOffice 開啟並存檔",
            )
            self.fault(row, column, problem, remedy, zh)
            return None
        if name.kind == "text":
            value = cells.words(text)
            if len(value) > _MOST_TEXT:
                zh = (f"文字有 {len(value):,} 字", f"請縮短到 {_MOST_TEXT:,} 字以內")
                self.fault(row, column, f"the text has {len(value):,} characters", f"keep it below {_MOST_TEXT:,}", zh)
                return None
            return value or None
        try:
            return _READERS[name.kind](text)
        except cells.EntryError as error:
            remedy, remedy_zh = _REMEDIES[name.kind]
            self.fault(row, column, str(error), remedy, (error.zh, remedy_zh))
            return None

    def fault(self, row: int, column: int | None, problem: str, remedy: str, zh: tuple[str, str]) -> None:
        """Note a fault by sheet and cell, `zh` being problem and remedy in Chinese."""
        place = f"{self.sheet} row {row + 1}" if column is None else f"{self.sheet}!{cell_name(row, column)}"
        self.faults.append(Fault(where=place, problem=problem, remedy=remedy, zh=zh))


def find_header(grid: Grid, keys: Sequence[Name], names: Sequence[Name], least: int) -> int | None:
    """Return the row whose cells name the most of the columns, None where none names `least` of them."""
    best, found = least - 1, None
    for row, line in enumerate(grid):
        n_known = len(columns_of(line, names)) + len(columns_of(line, keys))
        if n_known > best and len(columns_of(line, names)) > 0:
            best, found = n_known, row
    return found


def _title(name: Name, header: Sequence[str]) -> str:
    """Return a column's name in the language of the other headers."""
    text = "".join(header)
    return name.en if text.isascii() or normal(text).isascii() else name.zh
