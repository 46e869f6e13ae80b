"""Cells of a workbook as text, through calamine; files that were made to exhaust memory are refused first."""

import datetime as dt
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineWorkbook

from wifiplan.errors import RosterError
from wifiplan.files.spreadsheet_marks import Area, Marks, sheet_marks
from wifiplan.files.spreadsheet_xls import corner
from wifiplan.files.spreadsheet_zip import MAX_CELLS, damaged, plain_archive

ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGICS = (b"PK\x03\x04", _OLE, b"\x09\x08", b"\x09\x04", b"\x09\x02")
"""First bytes of a workbook: a zip archive, an OLE container, a bare BIFF stream."""

_Cell: TypeAlias = "int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta"

_STDERR = 2

_MOST_SHEETS_CELLS = 4 * MAX_CELLS
"""Cells of all sheets together, blank ones up to the last one in use among them."""


def read_sheets(
    data: bytes, *, path: Path, sheet: str | None, limits: tuple[int, int]
) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the name of every sheet that is not empty, and its cells as text, from cell A1 on.

    Parameters
    ----------
    data : bytes
        The whole file.
    path : Path
        Its name, for messages.
    sheet : str, optional
        This sheet only.
    limits : (int, int)
        Most rows and columns of a sheet.

    Yields
    ------
    (str, list of lists of str)
        At least one sheet.

    Raises
    ------
    RosterError
        One message: damaged, locked, too large, or without the sheet.
    """
    found = False
    for name, rows, _ in _sheets(_checked(data, path), path=path, sheet=sheet, limit=limits[0]):
        if any(cell != "" for row in rows for cell in row):
            found = True
            yield name, [[_text(cell) for cell in row] for row in rows]
    if not found:
        raise RosterError("the workbook has no table", remedy="give a file with a table", where=path.name)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Grid:
    """A sheet with all its marks, rows and columns counted from 0.

    `merged` lists areas (first row, first column, last row, last column) of which the first cell holds the value;
    `failed` the cells whose formula failed (#REF!) or was saved without its value ("").
    """

    name: str
    rows: list[list[str]]
    merged: tuple[Area, ...] = ()
    failed: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_grids(data: bytes, *, path: Path, limits: tuple[int, int]) -> list[Grid]:
    """Return every sheet with its merged areas and failed formulas; arguments and errors as for `read_sheets`."""
    plain = _checked(data, path)
    sheets = list(_sheets(plain, path=path, sheet=None, limit=limits[0]))
    marks = sheet_marks(plain)
    grids = []
    for name, rows, merged in sheets:
        mark = marks.get(name, Marks())
        texts = [[_text(cell) for cell in row] for row in rows]
        grids.append(Grid(name=name, rows=texts, merged=merged or mark.merged, failed=mark.failed))
    return grids


def _sheets(
    data: bytes, *, path: Path, sheet: str | None, limit: int
) -> Iterator[tuple[str, list[list[_Cell]], tuple[Area, ...]]]:
    n_cells = 0
    try:
        with _quiet():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names if sheet is None else [sheet]
        for name in names:
            with _quiet():
                found = book.get_sheet_by_name(name)
            _check_size(found.total_height, found.total_width, path=path, limit=limit)
            n_cells += min(found.total_height, limit + 1) * found.total_width
            _check_sum(n_cells, path)
            with _quiet():
                cells = found.to_python(skip_empty_area=False, nrows=limit + 1)
            merged = tuple((*first, *last) for first, last in found.merged_cell_ranges or ())
            yield name, cells, merged
    except (RosterError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # Calamine raises errors of its own, and pyo3's panic, which is no Exception: all mean a damaged file.
        raise damaged(path, str(error).splitlines()[0][:120] if str(error) else type(error).__name__) from error


def _check_size(rows: int, columns: int, *, path: Path, limit: int) -> None:
    """Refuse a sheet with a stray cell far out; more rows than `limit` are counted and refused by the caller."""
    if rows * columns > MAX_CELLS and rows <= limit:
        raise damaged(path, f"row {rows:,}, column {columns:,} is in use; that is more than any roster has")


def _check_sum(n_cells: int, path: Path) -> None:
    """Refuse a workbook of many sheets that would not fit in memory together."""
    if n_cells > _MOST_SHEETS_CELLS:
        raise damaged(path, f"{n_cells:,} cells are in use; that is more than any roster has")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what a panic inside calamine writes on stderr off the terminal: one message of ours follows."""
    sys.stderr.flush()
    try:
        kept = os.dup(_STDERR)
    except OSError:  # a program without a console has no stderr
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


def _checked(data: bytes, path: Path) -> bytes:
    """Return a workbook that its reader may have: calamine asks for all memory that a far corner takes, and aborts."""
    if data[:2] == b"PK":
        return plain_archive(data, path=path)
    if data.startswith(_OLE):
        try:
            rows, columns = corner(data)
        except ValueError as error:
            raise damaged(path, str(error)) from error
        _check_size(rows, columns, path=path, limit=rows)
    return data


def _text(cell: _Cell) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
