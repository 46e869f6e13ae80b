"""A sheet of a returned workbook: which of ours it is, where its columns are, and its lines with their faults."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from wifiplan.files.cell_text import cell_name, shown
from wifiplan.files.form_cells import is_blank, is_ditto
from wifiplan.files.form_faults import BadCell, FormFault
from wifiplan.files.form_words import (
    BLOCK_COLUMNS,
    ROOM_COLUMNS,
    SCHOOL_LINES,
    SHEETS,
    Column,
    Part,
    bare,
    known_words,
)
from wifiplan.files.spreadsheet import Grid
from wifiplan.files.spreadsheet_marks import MAX_MERGED

T = TypeVar("T")

HEADER_ROWS = 30
"""A header is looked for in so many rows: schools put titles above it."""

SIMILAR = 0.5
"""How alike two names must be (0 to 1) for one to be the other renamed: 樓別 and 樓層 are."""

_TITLES: dict[Part, tuple[Column, ...]] = {"school": SCHOOL_LINES, "blocks": BLOCK_COLUMNS, "rooms": ROOM_COLUMNS}
_OWN_WORDS: dict[Part, frozenset[str]] = {
    "blocks": frozenset(
        bare(word)
        for c in BLOCK_COLUMNS
        if c.key in {"storeys", "corridor", "corridor_side", "gap"}
        for word in (c.zh, c.en)
    ),
    "rooms": frozenset(
        bare(word)
        for c in ROOM_COLUMNS
        if c.key in {"floor", "order", "inventory_id", "name", "use", "class_size", "length"}
        for word in (c.zh, c.en)
    ),
}
"""Words that only one of the sheets has: two of them tell which it is, whatever its name."""


@dataclass(slots=True)
class Reading:
    """What is gathered while a workbook is read."""

    faults: list[FormFault] = field(default_factory=list)

    def fault(
        self, code: str, *, sheet: str = "", cell: str = "", value: str = "", fields: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Note a fault."""
        self.faults.append(FormFault(code=code, sheet=sheet, cell=cell, value=shown(value), fields=fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One of our sheets in a workbook: its header's row and the place of every column, counted from 0."""

    grid: Grid
    header: int
    columns: dict[str, int]
    reading: Reading

    def lines(self) -> "Iterator[Line]":
        """Yield the lines below the header that say anything, merged cells and ditto marks written out."""
        above: list[str] = []
        covers = _covers(self.grid)
        for row in range(self.header + 1, len(self.grid.rows)):
            given = list(self.grid.rows[row])
            own = Line(sheet=self, row=row, texts=given).says_anything()
            for column in covers.get(row, ()):
                if column < len(given) and column < len(above) and not given[column].strip():
                    given[column] = above[column]
            for column, text in enumerate(given):
                if is_ditto(text) and column < len(above):
                    given[column] = above[column]
            above = given
            if own:  # a blank row that a merged cell reaches into is no line
                yield Line(sheet=self, row=row, texts=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a sheet: its cells by the key of their column; a cell that cannot be read is a fault and blank."""

    sheet: Sheet
    row: int
    texts: Sequence[str]

    def text(self, key: str) -> str:
        """Return a cell as it stands, empty where it is blank or its column is missing."""
        column = self.sheet.columns.get(key)
        if column is None or column >= len(self.texts) or is_blank(self.texts[column]):
            return ""
        return " ".join(self.texts[column].split())

    def cell(self, key: str) -> str:
        """Return where a cell stands: F12."""
        return cell_name(self.row, self.sheet.columns[key]) if key in self.sheet.columns else ""

    def read(self, key: str, parse: Callable[[str], T]) -> T | None:
        """Return a cell's value, None where it is blank or cannot be read; the latter is noted."""
        if self.refused(key):
            return None
        text = self.text(key)
        if not text:
            return None
        try:
            return parse(text)
        except BadCell as bad:
            self.fault(key, bad.code, bad.fields)
            return None

    def refused(self, key: str) -> bool:
        """Note a formula that failed or was saved without its value; return whether it is one."""
        column = self.sheet.columns.get(key)
        mark = None if column is None else self.sheet.grid.failed.get((self.row, column))
        if mark is None:
            return False
        code = "formula" if mark else "formula_unsaved"
        self.sheet.reading.fault(code, sheet=self.sheet.grid.name, cell=self.cell(key), value=mark)
        return True

    def fault(self, key: str, code: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        """Note a fault of a cell."""
        self.sheet.reading.fault(
            code, sheet=self.sheet.grid.name, cell=self.cell(key), value=self.text(key), fields=fields
        )

    def says_anything(self) -> bool:
        """Return whether any column of ours but the check is filled in, or holds a failed formula."""
        keys = [key for key in self.sheet.columns if key != "check"]
        failed = any((self.row, self.sheet.columns[key]) in self.sheet.grid.failed for key in keys)
        return failed or any(self.text(key) for key in keys)


def find_sheets(grids: Sequence[Grid], reading: Reading) -> dict[Part, Grid]:
    """Return which sheet of a workbook is which of ours: by its name, else by its words.

    A second sheet of the same kind that holds answers is a fault: nobody knows which one counts.
    """
    found: dict[Part, Grid] = {}
    for own in _TITLES:
        fitting = [grid for grid in grids if _is_part(grid, own)]
        named = [grid for grid in fitting if grid.name.strip() in SHEETS[own]]
        if not fitting:
            continue
        found[own] = (named or fitting)[0]
        for other in fitting:
            if other is not found[own] and own == "rooms":
                reading.fault("sheet_twice", sheet=other.name, value=other.name, fields=(("other", found[own].name),))
    return found


def open_sheet(grid: Grid, part: Part, reading: Reading) -> Sheet | None:
    """Return a sheet with its columns; a column that was renamed or is gone is one fault."""
    known = known_words(_TITLES[part])
    header = _header_row(grid, known)
    if header is None:
        return None
    names = grid.rows[header]
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        column = known.get(bare(name))
        if column is None:
            continue
        if column.key in columns:
            reading.fault("column_twice", sheet=grid.name, cell=cell_name(header, place), value=name)
        else:
            columns[column.key] = place
    _missed(grid, header, _TITLES[part], columns, reading)
    return Sheet(grid=grid, header=header, columns=columns, reading=reading)


def _is_part(grid: Grid, part: Part) -> bool:
    rows = grid.rows[:HEADER_ROWS]
    if _is_guide(rows):
        return False
    if part == "school":
        labels = {bare(next((cell for cell in row if cell.strip()), "")) for row in grid.rows}
        return len(labels & known_words(SCHOOL_LINES).keys()) >= 3
    return any(len({bare(cell) for cell in row} & _OWN_WORDS[part]) >= 2 for row in rows)


def _is_guide(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a sheet is that of the instructions, which shows a filled example."""
    first = next((cell.strip() for row in rows for cell in row if cell.strip()), "")
    return first.startswith(SHEETS["guide"])


def _header_row(grid: Grid, known: Mapping[str, Column]) -> int | None:
    counts = [len({bare(cell) for cell in row} & known.keys()) for row in grid.rows[:HEADER_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def _missed(grid: Grid, header: int, titles: Sequence[Column], columns: dict[str, int], reading: Reading) -> None:
    """Note columns that are not there: one that looks renamed by its new name, a required one that is gone."""
    known = known_words(tuple(titles))
    strange = {n: name for n, name in enumerate(grid.rows[header]) if name.strip() and bare(name) not in known}
    gone = [column for column in titles if column.key not in columns and column.key != "check"]
    renamed = renamed_places(gone, titles, columns, strange)
    for column in gone:
        fields = (("column", column.zh), ("column_en", f"{column.en} ({column.zh})"))
        if column.key in renamed:
            place = renamed[column.key]
            cell = cell_name(header, place)
            reading.fault("column_renamed", sheet=grid.name, cell=cell, value=strange[place], fields=fields)
        elif column.required:
            reading.fault("column_missing", sheet=grid.name, fields=fields)


def renamed_places(
    gone: Sequence[Column], titles: Sequence[Column], places: Mapping[str, int], strange: Mapping[int, str]
) -> dict[str, int]:
    """Return where missing columns (or questions) stand under another name, by their keys.

    Parameters
    ----------
    gone : sequence of Column
        What is missing.
    titles : sequence of Column
        All of them, in the order in which the form has them.
    places : mapping of str to int
        Where those that are there stand.
    strange : mapping of int to str
        Names that are none of ours, by their places.

    Returns
    -------
    dict of str to int
        First a similar name counts, then one that stands where the missing one stood.
    """
    left = dict(strange)
    found: dict[str, int] = {}
    likeness = {
        (column.key, place): max(
            difflib.SequenceMatcher(None, bare(name), bare(word)).ratio() for word in (column.zh, column.en)
        )
        for column in gone
        for place, name in left.items()
    }
    for (key, place), ratio in sorted(likeness.items(), key=lambda item: -item[1]):
        if ratio >= SIMILAR and key not in found and place in left:
            found[key] = place
            del left[place]
    for column in sorted(gone, key=lambda column: not column.required):
        number = titles.index(column)
        before = places.get(titles[number - 1].key, -2) if number else -1
        if column.key not in found and before + 1 in left:
            found[column.key] = before + 1
            del left[before + 1]
    return found


def _covers(grid: Grid) -> dict[int, tuple[int, ...]]:
    """Return the columns of every row that a merged area above covers: they mean what stands there."""
    found: dict[int, set[int]] = {}
    width = max(map(len, grid.rows), default=0)
    # the same area may stand there thousands of times in a file that was made to keep us busy
    for first, column, last in {(first, column, last) for first, column, last, _ in grid.merged[:MAX_MERGED]}:
        if column < width:
            for row in range(first + 1, min(last, len(grid.rows) - 1) + 1):
                found.setdefault(row, set()).add(column)
    return {row: tuple(sorted(columns)) for row, columns in found.items()}
