"""The parts of an xlsx or ods archive, unpacked with care: what was made to exhaust memory or time is refused."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from wifiplan.errors import RosterError
from wifiplan.files.cell_text import column_number

MAX_UNPACKED_BYTES = 150_000_000
"""All parts of a workbook that are read, unpacked; the national roster unpacks to 6 MB."""

MAX_CELLS = 3_000_000
"""Cells of a sheet, and texts that sheets share; eleven years of the national roster are 400,000 cells."""

MAX_SHEETS = 2_000
MAX_SHEET_BYTES = 3_000_000_000
"""Sheets times the largest part: a workbook may name one part as many sheets."""

REMEDY = "open it in Excel or LibreOffice and save the table again as .xlsx or CSV UTF-8"

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)
"""All that the standard library raises on archives that are damaged, locked or packed in a rare way."""

PLAIN_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How offices pack; other ways may ask for gigabytes before they give a byte."""

_MAX_TAGS = 8 * MAX_CELLS
_ENDINGS = (".xml", ".rels", "mimetype")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_PLACE = re.compile(rb"""[\s:"']r\s*=\s*["']\s*([A-Za-z]*)([0-9]+)\s*["']""")
_TEXT = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_SHEET = re.compile(rb"<(?:\w+:)?sheet(?=[\s/>])")
_ODS_REPEAT = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']([0-9]{1,18})["']""")
_ODS_CELLS = (b"table:table-cell", b"table:covered-table-cell")


def plain_archive(data: bytes, *, path: Path) -> bytes:
    """Return a workbook's parts in an archive of ours, unpacked: what other readers see is what was checked here.

    Pictures and macros are left out. An archive may tell other sizes than its parts have; none of that remains.

    Parameters
    ----------
    data : bytes
        A zip archive.
    path : Path
        Its name, for messages.

    Raises
    ------
    RosterError
        One message: damaged, locked, or larger than any table that we read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts(archive, path)
        for xml in parts.values():
            _check_part(xml, path)
    except ZIP_ERRORS as error:
        raise damaged(path, "not a whole .xlsx or .ods file, or locked by a password") from error
    n_sheets = sum(_count(_SHEET, xml) for name, xml in parts.items() if name.lower().endswith("workbook.xml"))
    if n_sheets > MAX_SHEETS or n_sheets * max(map(len, parts.values()), default=0) > MAX_SHEET_BYTES:
        raise damaged(path, f"{n_sheets:,} sheets are more than any roster has")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as target:
        for name, xml in parts.items():
            target.writestr(zipfile.ZipInfo(name), xml)
    return plain.getvalue()


def damaged(path: Path, reason: str) -> RosterError:
    """Return the error of a workbook that is not read."""
    return RosterError(f"the workbook cannot be read ({reason})", remedy=REMEDY, where=path.name)


def _parts(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    infos = archive.infolist()
    read = [part for part in infos if part.filename.lower().endswith(_ENDINGS)]
    if sum(part.file_size for part in read) > MAX_UNPACKED_BYTES or len(infos) > 5_000:
        raise damaged(path, "unpacked it is larger than any roster")
    if any(part.compress_type not in PLAIN_PACKING for part in read):
        raise damaged(path, "it is packed in a rare way")
    found = {}
    for part in read:
        with archive.open(part) as stream:
            # so many bytes and no more: reading without a number unpacks all that is there, whatever size is told
            found[part.filename] = stream.read(part.file_size)
    return found


def _check_part(xml: bytes, path: Path) -> None:
    """Refuse a part that would grow when it is read: a far corner, endless cells, entities."""
    if (n_tags := xml.count(b"<")) > _MAX_TAGS:
        raise damaged(path, f"{n_tags:,} tags are more than any roster has")
    n_texts, n_cells = _count(_TEXT, xml), _count(_CELL, xml) + _count(_ROW, xml)
    if n_texts > MAX_CELLS:
        raise damaged(path, f"{n_texts:,} texts are more than any roster has")
    if n_cells > MAX_CELLS:
        raise damaged(path, f"{n_cells:,} cells are more than any roster has")
    if b"<!ENTITY" in xml:
        raise damaged(path, "it defines entities, as no spreadsheet program does")
    if b"sheetData" in xml or n_cells:
        if b"\x00" in xml[:200]:
            raise damaged(path, "its sheet is in an unusual encoding")
        rows, columns = _corner(xml)
        if rows * columns > MAX_CELLS:
            raise damaged(path, f"row {rows:,}, column {columns:,} is in use; that would not fit in memory")
    if b"<table:table" in xml and _ods_cells(xml) > MAX_CELLS:
        raise damaged(path, "cells are repeated beyond what fits in memory")


def _count(pattern: re.Pattern[bytes], xml: bytes) -> int:
    return sum(1 for _ in pattern.finditer(xml))


def _corner(xml: bytes) -> tuple[int, int]:
    """Return the last row and column of a sheet; rows and cells that do not say their place follow one another."""
    row, columns = 0, 0
    for part in _ROW.split(xml)[1:]:
        places = _PLACE.findall(part)
        named = [int(number) for _, number in places]
        row = max((row + 1, *named)) if named else row + 1
        letters = [column_number(column.decode().upper()) + 1 for column, _ in places if column]
        bare = max(0, _count(_CELL, part) - len(letters))
        columns = max(columns, max(letters, default=0) + bare)
    return row, columns


def _ods_cells(xml: bytes) -> int:
    """Return how many cells the largest OpenDocument sheet has up to its last one, repeated ones written out."""
    most = n_rows = n_blank = width = repeat = column = filled = 0
    is_cell = False
    for tag in (*xml.split(b"<"), b"table:table "):
        if is_cell and tag.startswith(b"text:p"):
            filled = column
        is_cell = tag.startswith(_ODS_CELLS)
        if is_cell:
            column += _repeated(tag)
            filled = column if b"office:" in tag else filled
        elif tag.startswith((b"table:table-row ", b"table:table-row>", b"table:table ", b"table:table>")):
            # the row before is over
            n_rows, n_blank = (n_rows + n_blank + repeat, 0) if filled else (n_rows, n_blank + repeat)
            width = max(width, filled)
            most = max(most, n_rows * width)
            column = filled = 0
            repeat = _repeated(tag) if tag.startswith(b"table:table-row") else 0
            if not repeat:
                n_rows = n_blank = width = 0
    return most


def _repeated(tag: bytes) -> int:
    found = _ODS_REPEAT.search(tag)
    return int(found[1]) if found else 1
