"""The office's own entries in a tracking workbook: dates, remarks, columns, colours and sheets that reruns keep."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.errors import Fault, SettingsError, WifiplanError
from wifiplan.files.cell_text import folded
from wifiplan.files.notes import Note, listing
from wifiplan.files.office_cells import OfficeCell, office_cell
from wifiplan.files.roster_cells import school_code, stage
from wifiplan.files.spreadsheet import read_sheets
from wifiplan.study.tracking import Key

_LIMITS = (20_000, 400)
_SEARCHED_ROWS = 20
_MAX_BYTES = 50_000_000
_REMEDY = "nothing was written; open the workbook, put it right, or choose another name with --out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the workbook is told: headers and names of sheets of every language.

    `columns` maps a header without spaces to its code; `office` are the codes that the office fills in;
    `sheets` maps the name of every sheet of ours to what it is: "status", "national", "left" or "other".
    """

    columns: Mapping[str, str]
    office: tuple[str, ...]
    sheets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumn:
    """A column that the office added: its header and width."""

    header: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """One row of the office: `cells` by the code of our columns, `own` in the order of the added columns."""

    cells: Mapping[str, OfficeCell]
    own: tuple[OfficeCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeBook:
    """All that a rerun keeps.

    `rows` are the schools, `strays` rows without a school's code. `foreign` says that the office added whole sheets;
    `data` is then the workbook as it was, to keep them.
    """

    columns: tuple[OwnColumn, ...] = ()
    rows: Mapping[Key, OfficeRow]
    strays: tuple[OfficeRow, ...] = ()
    foreign: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    data: bytes = b""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """One sheet's table: where its header is, the column of each code, and the columns of the office.

    `formulas` are the cells (row, column) with one, from 1; `calculated` says that a program worked them out.
    """

    sheet: Worksheet
    header: int
    codes: Mapping[str, int]
    own: Mapping[str, int]
    shown: Sequence[Sequence[str]]
    formulas: frozenset[tuple[int, int]]
    calculated: bool


def read_office(path: Path, layout: Layout) -> OfficeBook:
    """Return what the office wrote into a workbook of an earlier run; an empty book where there is no file yet.

    Parameters
    ----------
    path : Path
        tracking.xlsx.
    layout : Layout
        How to tell our sheets and columns.

    Raises
    ------
    SettingsError
        The file is damaged, is another workbook, lacks a column that the office fills in, or names a school twice; all
        faults at once, and nothing is written.
    """
    if not path.exists():
        return OfficeBook(rows={})
    data = _bytes(path)
    shown = _texts(data, path)
    book = _loaded(data, path)
    kinds = _kinds(shown, layout, path)
    faults: list[Fault] = []
    tables = [t for name in kinds if (t := _table(book, name, shown[name], layout, faults)) is not None]
    columns = _own_columns(tables)
    rows: dict[Key, OfficeRow] = {}
    strays: list[OfficeRow] = []
    places: dict[Key, str] = {}
    for table in tables:
        for number, row in _rows(table, columns):
            key = _key(table.shown[number - 1] if number <= len(table.shown) else (), table)
            if key is None:
                strays.append(row)
                continue
            where = f"sheet {table.sheet.title} row {number}"
            if key in places:
                faults.append(Fault(where=where, problem=f"{key[0]} {key[1]} already stands on {places[key]}"))
            places.setdefault(key, where)
            rows.setdefault(key, row)
    if faults:
        raise SettingsError("the workbook can't be carried on", remedy=_REMEDY, where=str(path), faults=faults)
    ours = {*kinds, *(name for name in book.sheetnames if name in layout.sheets)}
    return OfficeBook(
        columns=columns,
        rows=rows,
        strays=tuple(strays),
        foreign=tuple(name for name in book.sheetnames if name not in ours),
        ours=tuple(name for name in book.sheetnames if name in ours),
        data=data,
        notes=_notes(tables, columns),
    )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(
            f"the workbook cannot be opened ({error.strerror or error})", remedy=_REMEDY, where=str(path)
        ) from error
    if len(data) > _MAX_BYTES or data[:2] != b"PK":
        what = "is too large" if len(data) > _MAX_BYTES else "is no .xlsx workbook"
        raise SettingsError(f"the file that would be carried on {what}", remedy=_REMEDY, where=str(path))
    return data


def _texts(data: bytes, path: Path) -> dict[str, list[list[str]]]:
    """Return the cells of every sheet as text; this refuses what was made to exhaust memory."""
    try:
        return dict(read_sheets(data, path=path, sheet=None, limits=_LIMITS))
    except WifiplanError as error:
        raise SettingsError(error.problem, remedy=_REMEDY, where=str(path)) from error


def _loaded(data: bytes, path: Path) -> Workbook:
    try:
        return load_workbook(io.BytesIO(data))
    except Exception as error:  # openpyxl raises whatever its parsers raise: all of it means a damaged file
        raise SettingsError("the workbook is damaged", remedy=_REMEDY, where=str(path)) from error


def _kinds(shown: Mapping[str, list[list[str]]], layout: Layout, path: Path) -> list[str]:
    """Return the sheets that hold schools; a status sheet under another name is found by its header."""
    named = [name for name in shown if layout.sheets.get(name) in ("status", "national", "left")]
    if any(layout.sheets[name] == "status" for name in named):
        return named
    found = [name for name, rows in shown.items() if name not in named and _header(rows, layout) is not None]
    if len(found) != 1:
        several = f"{len(found)} sheets look like the status sheet: {', '.join(found)}"
        problem = several if found else "this is another workbook: it has no status sheet of `wifiplan track`"
        raise SettingsError(problem, remedy=_REMEDY, where=str(path))
    return [*found, *named]


def _header(rows: Sequence[Sequence[str]], layout: Layout) -> int | None:
    """Return the row of the header, from 0: the one that names code and stage and most of our columns."""
    best: tuple[int, int] | None = None
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        codes = {layout.columns[name] for cell in row if (name := plain_header(cell)) in layout.columns}
        if "code" in codes and len(codes) >= 4 and (best is None or len(codes) > best[0]):
            best = (len(codes), place)
    return None if best is None else best[1]


def _table(book: Workbook, name: str, rows: list[list[str]], layout: Layout, faults: list[Fault]) -> _Table | None:
    header, sheet = _header(rows, layout), book[name]
    if header is None or not isinstance(sheet, Worksheet):
        if layout.sheets.get(name) != "left":
            faults.append(Fault(where=f"sheet {name}", problem="the header with 學校代碼 (code) is gone"))
        return None
    codes: dict[str, int] = {}
    own: dict[str, int] = {}
    width = max(map(len, rows[header:]), default=0)
    for column in range(width):
        text = rows[header][column] if column < len(rows[header]) else ""
        code = layout.columns.get(plain_header(text))
        if code is not None and code not in codes:
            codes[code] = column
        elif text.strip() or any(column < len(row) and row[column].strip() for row in rows[header + 1 :]):
            own[_unused(" ".join(text.split()) or "-", own)] = column
    names: dict[str, str] = {}
    for text, code in layout.columns.items():
        names.setdefault(code, text)
    faults += [
        Fault(
            where=f"sheet {name} row {header + 1} (header)",
            problem=f"column {names[code]} is gone or was renamed",
            remedy="give it its name again",
        )
        for code in ("stage", *layout.office)
        if code not in codes
    ]
    cells = [cell for line in sheet.iter_rows(min_row=header + 2) for cell in line if cell.data_type == "f"]
    formulas = frozenset((cell.row, cell.column) for cell in cells if isinstance(cell, Cell))
    return _Table(sheet, header + 1, codes, own, rows, formulas, any(_text(rows, *place) for place in formulas))


def _text(rows: Sequence[Sequence[str]], row: int, column: int) -> str:
    """Return the text of a cell, counted from 1."""
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def _unused(header: str, taken: Mapping[str, int]) -> str:
    """Return a header that no other column has: the second of one name gets a number."""
    if header not in taken:
        return header
    return next(name for n in range(2, len(taken) + 3) if (name := f"{header} ({n})") not in taken)


def _own_columns(tables: Sequence[_Table]) -> tuple[OwnColumn, ...]:
    found: dict[str, OwnColumn] = {}
    for table in tables:
        for header, column in table.own.items():
            width = table.sheet.column_dimensions[get_column_letter(column + 1)].width
            found.setdefault(header, OwnColumn(header=header, width=float(width)))
    return tuple(found.values())


def _rows(table: _Table, columns: Sequence[OwnColumn]) -> Iterator[tuple[int, OfficeRow]]:
    """Yield the number of every row that holds anything, and its cells."""
    nothing = OfficeCell()
    for number in range(table.header + 1, max(len(table.shown), table.sheet.max_row) + 1):
        cells = {code: _cell(table, number, column) for code, column in table.codes.items()}
        own = tuple(
            _cell(table, number, table.own[column.header]) if column.header in table.own else nothing
            for column in columns
        )
        if any(cell.value not in (None, "") for cell in (*cells.values(), *own)):
            yield number, OfficeRow(cells=cells, own=own)


def _cell(table: _Table, number: int, column: int) -> OfficeCell:
    shown = _text(table.shown, number, column + 1) if table.calculated else None
    return office_cell(table.sheet, number, column + 1, shown=shown)


def _key(row: Sequence[str], table: _Table) -> Key | None:
    """Return a row's school, None for a row without one."""
    column, place = table.codes["code"], table.codes.get("stage")
    if place is None or max(column, place) >= len(row):
        return None
    try:
        return stage(row[place]), school_code(row[column])[0]
    except ValueError:
        return None


def plain_header(header: str) -> str:
    r"""Return a header as it is compared: without spaces, line breaks and case.

    >>> plain_header("訂購\n日 ")
    '訂購日'
    """
    return folded(header).replace(" ", "")


def _notes(tables: Sequence[_Table], columns: Sequence[OwnColumn]) -> tuple[Note, ...]:
    notes = []
    if columns:
        notes.append(listing("columns of the office, kept", "自加的欄，照原樣保留", [one.header for one in columns]))
    formulas = {
        header
        for table in tables
        for header, place in table.own.items()
        if any(c == place + 1 for _, c in table.formulas)
    }
    if formulas:
        notes.append(listing("formulas were kept as their values", "公式只留計算結果", sorted(formulas)))
    return tuple(notes)
