"""Cells of a workbook as text, through calamine; files that were made to exhaust memory are refused first."""

import datetime as dt
import io
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineWorkbook

from wifiplan.errors import RosterError
from wifiplan.files.cell_text import column_number
from wifiplan.files.spreadsheet_marks import Area, Marks, sheet_marks

ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")

MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08", b"\x09\x04", b"\x09\x02")
"""First bytes of a workbook: a zip archive, an OLE container, a bare BIFF stream."""

MAX_UNPACKED_BYTES = 150_000_000
"""All parts of a workbook, unpacked; the national roster unpacks to 6 MB."""

MAX_CELLS = 3_000_000
"""Cells of a sheet, and texts that sheets share; eleven years of the national roster are 400,000 cells."""

_Cell: TypeAlias = "int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta"

_CELL = re.compile(rb"""[\s<:]r=["']([A-Z]{1,3})?([0-9]{1,9})["']""")
_ODS_ROW = re.compile(rb"<table:table-row(?P<row>[^>]*)>(?P<cells>.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell(?P<cell>[^>]*)>")
_ODS_REPEAT = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,12})"')

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)
"""All that the standard library raises on archives that are damaged, locked or packed in a rare way."""

_STDERR = 2

_REMEDY = "open it in Excel or LibreOffice and save the table again as .xlsx or CSV UTF-8"


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
    if data[:2] == b"PK":
        _check_zip(data, path=path, limits=limits)
    found = False
    for name, rows, _ in _sheets(data, path=path, sheet=sheet, limit=limits[0]):
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
    if data[:2] == b"PK":
        _check_zip(data, path=path, limits=limits)
    sheets = list(_sheets(data, path=path, sheet=None, limit=limits[0]))
    marks = sheet_marks(data)
    grids = []
    for name, rows, merged in sheets:
        mark = marks.get(name, Marks())
        texts = [[_text(cell) for cell in row] for row in rows]
        grids.append(Grid(name=name, rows=texts, merged=merged or mark.merged, failed=mark.failed))
    return grids


def _sheets(
    data: bytes, *, path: Path, sheet: str | None, limit: int
) -> Iterator[tuple[str, list[list[_Cell]], tuple[Area, ...]]]:
    try:
        with _quiet():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names if sheet is None else [sheet]
        for name in names:
            with _quiet():
                found = book.get_sheet_by_name(name)
            _check_size(found.total_height, found.total_width, path=path, limit=limit)
            with _quiet():
                cells = found.to_python(skip_empty_area=False, nrows=limit + 1)
            merged = tuple((*first, *last) for first, last in found.merged_cell_ranges or ())
            yield name, cells, merged
    except (RosterError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # Calamine raises errors of its own, and pyo3's panic, which is no Exception: all mean a damaged file.
        raise _damaged(path, str(error).splitlines()[0][:120] if str(error) else type(error).__name__) from error


def _check_size(rows: int, columns: int, *, path: Path, limit: int) -> None:
    """Refuse a sheet with a stray cell far out; more rows than `limit` are counted and refused by the caller."""
    if rows * columns > MAX_CELLS and rows <= limit:
        raise _damaged(path, f"row {rows:,}, column {columns:,} is in use; that is more than any roster has")


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


def _damaged(path: Path, reason: str) -> RosterError:
    return RosterError(f"the workbook cannot be read ({reason})", remedy=_REMEDY, where=path.name)


def _check_zip(data: bytes, *, path: Path, limits: tuple[int, int]) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > 5_000:
                raise _damaged(path, "unpacked it is larger than any roster")
            for part in parts:
                name = part.filename.lower()
                if name.endswith("sharedstrings.xml"):
                    with archive.open(part) as stream:
                        n_texts = stream.read(MAX_UNPACKED_BYTES).count(b"<si")
                    if n_texts > MAX_CELLS:
                        raise _damaged(path, f"{n_texts:,} texts are more than any roster has")
                elif name.endswith(".xml") and ("worksheets/" in name or name == "content.xml"):
                    with archive.open(part) as stream:
                        _check_part(stream.read(MAX_UNPACKED_BYTES), path=path, limits=limits)
    except RosterError:
        raise
    except _ZIP_ERRORS as error:
        raise _damaged(path, "not a whole .xlsx or .ods file, or locked by a password") from error


def _check_part(xml: bytes, *, path: Path, limits: tuple[int, int]) -> None:
    """Refuse a sheet whose far corner would make a table of many gigabytes."""
    if b"\x00" in xml[:200]:
        raise _damaged(path, "its sheet is in an unusual encoding")
    n_cells = xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b"<c/") + xml.count(b"<row")
    if n_cells > MAX_CELLS:
        raise _damaged(path, f"{n_cells:,} cells are more than any roster has")
    rows, columns = 0, 0
    for column, row in _CELL.findall(xml):
        rows = max(rows, int(row))
        columns = max(columns, column_number(column.decode()) + 1)
    if rows * columns > MAX_CELLS and (rows > limits[0] or columns > limits[1]):
        raise _damaged(path, f"row {rows:,}, column {columns:,} is in use; that would not fit in memory")
    if b"<table:table" in xml and _ods_cells(xml) > MAX_CELLS:
        raise _damaged(path, "cells are repeated beyond what fits in memory")


def _ods_cells(xml: bytes) -> int:
    """Return how many cells an OpenDocument sheet has with its repeated cells written out."""
    total = 0
    for match in _ODS_ROW.finditer(xml):
        cells = match["cells"]
        if b"office:value" not in cells and b"<text:p" not in cells:
            continue
        found = _ODS_REPEAT.search(match["row"])
        n_rows = int(found[1]) if found else 1
        width = 0
        for cell in _ODS_CELL.finditer(cells):
            repeat = _ODS_REPEAT.search(cell["cell"])
            filled = b"office:value" in cell["cell"]
            width += int(repeat[1]) if repeat and filled else 1
        total += n_rows * width
    return total


def _text(cell: _Cell) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
