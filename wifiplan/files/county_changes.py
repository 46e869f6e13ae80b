"""What people changed by hand in a county's workbook since a run wrote it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.files import county_names as names
from wifiplan.files import roster_cells
from wifiplan.files.cell_text import cell_name
from wifiplan.files.entry_tables import Grid
from wifiplan.files.notes import Note

Target: TypeAlias = tuple[Literal["line", "school", "value"], str, str]
"""What an answer belongs to: ("line", code, field), ("school", STAGE-CODE, field), ("value", "", field)."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An answer of the program that somebody typed over: the cell, what stands there now, what stood there."""

    cell: str
    target: Target
    name: names.Name
    text: str
    was: str
    row: Mapping[str, str]
    """The other answers on its row, by field, as the run wrote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Answers that were typed over and can be taken for entries, and places of what can't be."""

    typed: tuple[Typed, ...] = ()
    others: tuple[Note, ...] = ()


def written(sheets: Mapping[str, Grid]) -> dict[str, list[list[str]]] | None:
    """Return the sheets as the last run wrote them, None where the workbook does not say.

    Parameters
    ----------
    sheets : mapping of str to rows of text
        A workbook with the hidden sheet `_wifiplan`.
    """
    rows = sheets.get(names.MIRROR)
    if not rows or not rows[0] or rows[0][0] != names.MIRROR_FORMAT:
        return None
    found: dict[str, list[list[str]]] = {}
    for row in rows[1:]:
        if len(row) > 2 and row[1].isdigit():
            grid = found.setdefault(row[0], [])
            grid.extend([] for _ in range(int(row[1]) - len(grid)))
            grid[int(row[1]) - 1] = [cell.removeprefix(names.MIRROR_MARK) for cell in row[2:]]
    return found


def written_for(sheets: Mapping[str, Grid]) -> str:
    """Return the county that the last run wrote the workbook for, empty where it does not say."""
    rows = sheets.get(names.MIRROR)
    return rows[0][1] if rows and len(rows[0]) > 1 and rows[0][0] == names.MIRROR_FORMAT else ""


def changes(sheets: Mapping[str, Grid], before: Mapping[str, Grid]) -> Changes:
    """Return what differs between a workbook and what the last run wrote into it.

    Rows may have been sorted: a row counts as changed where no row that was written says the same, and its partner
    is the written row with the same key (line, school, indicator).
    """
    typed: list[Typed] = []
    others: list[Note] = []
    for sheet, grid in sheets.items():
        if sheet == names.MIRROR:
            continue
        if sheet not in before:
            others.append(Note(sheet, sheet))
            continue
        strange: list[str] = []
        for place in _changed(sheet, grid, before[sheet]):
            if isinstance(place, Typed):
                typed.append(place)
            else:
                strange.append(place)
        if strange:
            others.append(_places(strange))
    return Changes(typed=tuple(typed), others=tuple(others))


def _places(strange: Sequence[str]) -> Note:
    shown, n_more = strange[:_MOST_PLACES], len(strange) - _MOST_PLACES
    en, zh = (f" and {n_more} more", f" 等，另 {n_more} 處") if n_more > 0 else ("", "")
    return Note(", ".join(shown) + en, "、".join(shown) + zh)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a sheet is told: its key columns, and the columns in which people may type."""

    keys: tuple[names.Name, ...]
    names: tuple[names.Name, ...]
    answers: bool


_KINDS: Mapping[names.SheetKey, tuple[_Kind, ...]] = {
    "county": (
        _Kind(names.LINE_KEYS[:1], names.LINE_COLUMNS, answers=False),
        _Kind(names.VALUE_KEYS[:1], (names.VALUE_COLUMN,), answers=False),
    ),
    "schools": (_Kind(names.SCHOOL_KEYS, names.SCHOOL_COLUMNS, answers=False),),
    "budget": (_Kind(names.LINE_KEYS[:1], names.BUDGET_COLUMNS, answers=True),),
    "list": (_Kind(names.LIST_KEYS, names.LIST_COLUMNS, answers=True),),
    "indicators": (_Kind(names.LINE_KEYS[:1], names.INDICATOR_COLUMNS, answers=True),),
}


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it was written: its header, where its columns stand, and its rows by the words of their key."""

    header: Sequence[str]
    kind: _Kind
    columns: Mapping[str, int]
    keys: tuple[int, ...]
    rows: Mapping[tuple[str, ...], Sequence[str]]

    def partner(self, row: Sequence[str]) -> tuple[str, ...] | None:
        """Return the key of a row that was written, None where the row has another."""
        words = tuple(_cell(row, column) for column in self.keys)
        return words if words in self.rows else None


def _changed(sheet: str, grid: Grid, before: Grid) -> Iterator[Typed | str]:
    key = next((key for key in names.SHEETS if names.is_sheet(sheet, key)), None)
    kinds = _KINDS[key] if key is not None else ()
    tables = [table for kind in kinds if (table := _table(before, kind)) is not None]
    known = {_same(row) for row in before}
    now = {_same(row) for row in grid}
    intact = all(_same(table.header) in now for table in tables)
    if key in ("county", "schools") and not intact:
        yield from _strange_columns(sheet, grid, tables)
        return
    for number, row in enumerate(grid):
        if not any(cell.strip() for cell in row) or _same(row) in known:
            continue
        table = next((t for t in tables if t.partner(row) is not None), None) if intact else None
        if table is None:
            yield f"{sheet} row {number + 1}"
        else:
            yield from _cells(sheet, number, row, table, key)


def _strange_columns(sheet: str, grid: Grid, tables: Sequence[_Table]) -> Iterator[str]:
    """Yield the columns of a sheet of entries that nobody wrote; columns that changed places are read by name."""
    for table in tables:
        wanted = {_cell(table.header, column) for column in range(len(table.header))}
        row = next((row for row in grid if len(names.columns_of(row, table.kind.names)) > 0), [])
        strange = [cell for column in range(len(row)) if (cell := _cell(row, column)) not in wanted]
        if strange:
            yield f"{sheet} column {', '.join(strange)}"


def _table(grid: Grid, kind: _Kind) -> _Table | None:
    place = next((r for r, row in enumerate(grid) if len(names.columns_of(row, kind.names)) == len(kind.names)), None)
    if place is None:
        return None
    keys = tuple(names.columns_of(grid[place], kind.keys).values())
    rows: dict[tuple[str, ...], Sequence[str]] = {}
    for row in grid[place + 1 :]:
        words = tuple(_cell(row, column) for column in keys)
        if all(words):
            rows.setdefault(words, row)
    columns = names.columns_of(grid[place], kind.names)
    return _Table(header=grid[place], kind=kind, columns=columns, keys=keys, rows=rows)


def _cells(sheet: str, number: int, row: Sequence[str], table: _Table, key: str | None) -> Iterator[Typed | str]:
    words = table.partner(row) or ()
    then = table.rows[words]
    by_column = {table.columns[name.field]: name for name in table.kind.names}
    answers = {name.field: _raw(then, column) for column, name in by_column.items()}
    for column in range(max(len(row), len(then))):
        now, was = _cell(row, column), _cell(then, column)
        name = by_column.get(column)
        if now == was or not now or (name is not None and not table.kind.answers):
            continue  # as it was, emptied, or an entry that the reader takes
        target = None if name is None else _target(key, words, name)
        place = f"{sheet}!{cell_name(number, column)}"
        if name is None or target is None:
            yield place
        else:
            yield Typed(cell=place, target=target, name=name, text=_raw(row, column), was=was, row=answers)


def _target(key: str | None, words: tuple[str, ...], name: names.Name) -> Target | None:
    if key == "budget":
        return "line", words[0], name.field
    if key == "indicators":
        field = names.INDICATOR_FIELDS.get(words[0])
        return None if field is None else ("value", "", field)
    try:
        return "school", f"{roster_cells.stage(words[0])}-{words[1]}", name.field
    except ValueError:
        return None


def _raw(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _cell(row: Sequence[str], column: int) -> str:
    """Return a cell as it is compared: spaces and line breaks as one space, numbers without needless zeros."""
    text = " ".join(_raw(row, column).replace("_x000D_", "").split())
    return f"{float(text):.12g}" if _NUMBER.fullmatch(text) else text


def _same(row: Sequence[str]) -> tuple[str, ...]:
    cells = [_cell(row, column) for column in range(len(row))]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
