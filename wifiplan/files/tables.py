"""Tables as text: CSV in UTF-8 or CP950, and workbooks, with the row numbers that people see."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from wifiplan.errors import Fault, RosterError
from wifiplan.files import spreadsheet

MAX_BYTES = 50_000_000
"""Largest file that is read: the national roster has 0.5 MB."""

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_BAD_SHARE = 0.05
"""A file with a larger share of undecodable characters is in another encoding altogether."""

_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_CSV_REMEDY = "save it as CSV UTF-8 (Excel: 'CSV UTF-8'), as CSV in CP950/Big5, or as .xlsx"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """Cells of a file as text.

    `cells` has one row a row of the file (blank ones too), so row i is row i + 1 of a spreadsheet that
    shows the file. `encoding` is None for a workbook, `sheet` is None for a text file. `bad_cells` lists
    (row, column) of cells that could not be decoded, counted from 0; they hold U+FFFD. `other_sheets` names the
    sheets that were wanted too and are not read.
    """

    path: Path
    cells: pd.DataFrame
    encoding: str | None = None
    sheet: str | None = None
    bad_cells: tuple[tuple[int, int], ...] = ()
    other_sheets: tuple[str, ...] = ()

    def rows(self) -> list[list[str]]:
        """Return the cells as plain lists, quick to walk over."""
        rows: list[list[str]] = self.cells.to_numpy().tolist()
        return rows


def read_table(
    path: Path, *, sheet: str | None = None, wanted: Callable[[list[list[str]]], bool] | None = None
) -> Table:
    """Read a file of any of the known formats as text.

    Parameters
    ----------
    path : Path
        A .csv, .tsv, .txt, .xlsx, .xls or .ods file.
    sheet : str, optional
        Name of a workbook's sheet.
    wanted : callable, optional
        Tells from a sheet's cells whether it is the one; without `sheet`, the first such one is read, or else
        the first that is not empty.

    Returns
    -------
    Table
        All cells as text; whole numbers of a workbook without a decimal point.

    Raises
    ------
    RosterError
        One message: the file cannot be opened, is too large, is in no encoding that we read, or is damaged.
    """
    ending = path.suffix.lower()
    data = _bytes(path)
    if _is_workbook(data, ending, path):
        limits = (MAX_ROWS, MAX_COLUMNS)
        sheets = spreadsheet.read_sheets(data, path=path, sheet=sheet, limits=limits)
        name, rows, others = _chosen(sheets, wanted)
        return Table(path=path, cells=_frame(rows, path), sheet=name, other_sheets=others)
    text, encoding = _decode(data, path)
    cells = _frame(_split(text, path), path)
    bad = tuple(
        (r, c) for r, row in enumerate(cells.to_numpy().tolist()) for c, cell in enumerate(row) if "\ufffd" in cell
    )
    return Table(path=path, cells=cells, encoding=encoding, bad_cells=bad if "\ufffd" in text else ())


def read_workbook(path: Path) -> dict[str, list[list[str]]]:
    """Return the cells of every sheet of a workbook that is not empty, as text, by the sheet's name.

    Raises
    ------
    RosterError
        One message: the file cannot be opened, is too large, is no workbook, or is damaged.
    """
    data = _bytes(path)
    if not _is_workbook(data, path.suffix.lower(), path):
        raise RosterError("the file is no workbook", remedy="give the .xlsx, .xlsm, .xls or .ods file", where=path.name)
    return dict(spreadsheet.read_sheets(data, path=path, sheet=None, limits=(MAX_ROWS, MAX_COLUMNS)))


def bad_cell_faults(table: Table, header: list[str], header_row: int) -> list[Fault]:
    """Return a fault for every cell that could not be decoded, by the row and column that a person sees."""
    return [
        Fault(
            where=f"row {row + 1}, column {_column_name(header, column)}",
            problem=f"cannot be decoded as {table.encoding or 'text'}",
            remedy="type the cell again and save the file as CSV UTF-8",
        )
        for row, column in table.bad_cells
        if row != header_row
    ]


def _column_name(header: list[str], column: int) -> str:
    known = column < len(header) and "\ufffd" not in header[column]
    return header[column] if known else str(column + 1)


def _chosen(
    sheets: Iterator[tuple[str, list[list[str]]]], wanted: Callable[[list[list[str]]], bool] | None
) -> tuple[str, list[list[str]], tuple[str, ...]]:
    """Return the first sheet that is wanted (else the first), and the names of the others that are wanted."""
    first = next(sheets)
    if wanted is None:
        return (*first, ())
    found = [(name, rows) for name, rows in chain((first,), sheets) if wanted(rows)]
    return (*found[0], tuple(name for name, _ in found[1:])) if found else (*first, ())


def _is_workbook(data: bytes, ending: str, path: Path) -> bool:
    """Return whether a file is a workbook: by its first bytes, as offices rename text to .xls and back."""
    if ending not in _TEXT_ENDINGS and ending not in spreadsheet.ENDINGS:
        known = ", ".join((*_TEXT_ENDINGS, *spreadsheet.ENDINGS))
        kind = f"unknown kind of file {ending!r}" if ending else "the name of the file has no ending"
        raise RosterError(kind, remedy=f"use one of {known}", where=path.name)
    if (
        data.removeprefix(b"\xef\xbb\xbf")[:200]
        .lstrip()
        .lower()
        .startswith((b"<html", b"<!doctype html", b"<table", b"<meta"))
    ):
        raise RosterError(
            "the file is a web page, whatever its name says",
            remedy="open it in Excel or LibreOffice and save the table as .xlsx or CSV UTF-8",
            where=path.name,
        )
    if data.startswith(spreadsheet.MAGICS):
        return True
    # Old .xls files without a container begin with other bytes: what holds NUL is left to the workbook reader.
    return ending in spreadsheet.ENDINGS and (b"\x00" in data[:4096] or not _decodes(data[:4096]))


def _decodes(data: bytes) -> bool:
    """Return whether a file's beginning is text, perhaps cut off within a character."""
    for encoding in ("utf-8", "cp950"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                continue
        return True
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # one byte more than allowed tells a file that is too large, also where the system gives no size
            data = file.read(MAX_BYTES + 1)
        size = max(len(data), path.stat().st_size)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RosterError(
            f"cannot be opened ({reason})", remedy="check the path and that you may read it", where=str(path)
        ) from error
    if size > MAX_BYTES:
        raise RosterError(
            f"the file has {size / 1e6:.0f} MB, more than the {MAX_BYTES / 1e6:.0f} MB that are read",
            remedy="keep the table only, without pictures or other sheets",
            where=path.name,
        )
    if not data.strip():
        raise RosterError("the file is empty", remedy="give a file with a table", where=path.name)
    return data


def _decode(data: bytes, path: Path) -> tuple[str, str]:
    """Return text and encoding; characters that cannot be decoded are U+FFFD if they are few."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]  # what Excel calls "Unicode text"
    elif data.count(b"\x00") > 1 + len(data) // 1000:
        encodings = []  # no text in our encodings holds NUL: UTF-16 without its mark, or no text at all
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8-sig", "cp950"]
    best: tuple[float, str, str] | None = None
    for encoding in encodings:
        # A stray NUL is a cell that could not be saved, as any other byte that stands for nothing.
        text = data.decode(encoding, errors="replace").replace("\x00", "\ufffd")
        n_bad = text.count("\ufffd") - data.count("\ufffd".encode())
        n_beyond_ascii = sum(not line.isascii() and sum(map(_beyond, line)) for line in text.splitlines())
        share = n_bad / max(1, n_beyond_ascii)
        if best is None or share < best[0]:
            best = (share, text, encoding)
        if share <= MAX_BAD_SHARE:
            break
    if best is None or best[0] > MAX_BAD_SHARE:
        # One bad cell in a small file is a large share: bad spots on a single line are a cell, not an encoding.
        lines = [] if best is None else best[1].splitlines()
        n_bad_lines = sum("\ufffd" in line for line in lines)
        few = best is not None and best[0] < 0.5 and len(lines) > 1 and n_bad_lines <= 1 + MAX_BAD_SHARE * len(lines)
        if best is None or not few:
            raise RosterError(
                "the file is in an encoding that is not read (UTF-8 and CP950/Big5 are), or is not text",
                remedy=_CSV_REMEDY,
                where=path.name,
            )
    return best[1], best[2]


def _beyond(character: str) -> bool:
    return character > "\x7f"


def _split(text: str, path: Path) -> list[list[str]]:
    head = text[:20_000]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    if not head.count("\t") and head.count(";") > 3 * head.count(","):
        delimiter = ";"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise RosterError(f"not a CSV table ({error})", remedy=_CSV_REMEDY, where=path.name) from error
    if text.count('"') % 2 and rows and any("\n" in cell or "\r" in cell for cell in rows[-1]):
        raise RosterError(
            f'row {len(rows)}: a quotation mark (") opens a cell and none closes it, so the rest of the file is lost',
            remedy="take the mark away or close it",
            where=path.name,
        )
    return rows


def _frame(rows: list[list[str]], path: Path) -> pd.DataFrame:
    width = max((len(row) for row in rows), default=0)
    if len(rows) > MAX_ROWS or width > MAX_COLUMNS:
        raise RosterError(
            f"{len(rows):,} rows and {width:,} columns; at most {MAX_ROWS:,} and {MAX_COLUMNS:,} are read",
            remedy="keep the table only",
            where=path.name,
        )
    if not any(cell.strip() for row in rows for cell in row):
        raise RosterError("the table is empty", remedy="give a file with a table", where=path.name)
    padded = [row + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(padded, dtype=object)
