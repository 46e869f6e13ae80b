"""What a workbook says beside its values: merged areas and failed formulas, from the XML of xlsx and ods."""

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from wifiplan.files.cell_text import column_number

Area: TypeAlias = tuple[int, int, int, int]
"""First row and column, last row and column, counted from 0."""

MAX_MARKS = 20_000
"""Failed cells and merged areas of a sheet; beyond it the rest is left out."""

_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ERROR = re.compile(
    r"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>(.{0,2000}?)</(?:\w+:)?c>""",
    re.DOTALL,
)
_UNSAVED = re.compile(
    r"""<(?:\w+:)?c\b[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    r"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_VALUE = re.compile(r"<(?:\w+:)?v>([^<]*)</")
_MERGE = re.compile(r"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']""")
_ODS_TABLE = re.compile(r"<table:table\b([^>]*)>(.*?)</table:table>", re.DOTALL)
_ODS_TAG = re.compile(r"<table:(table-row|table-cell|covered-table-cell)\b([^>]*?)(/?)>|</table:table-row>")
_ODS_TEXT = re.compile(r"<text:p[^>]*>([^<]*)</text:p>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Merged areas and failed formulas of one sheet: what the cell shows, "" for one saved without its value."""

    merged: tuple[Area, ...] = ()
    failed: Mapping[tuple[int, int], str] = field(default_factory=dict)


def sheet_marks(data: bytes) -> Mapping[str, Marks]:
    """Return the marks of every sheet by its name; none for a workbook that is no zip archive (.xls).

    Parameters
    ----------
    data : bytes
        A workbook that `spreadsheet` has checked: its parts unpack to a size that memory holds.
    """
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                return _ods(archive.read("content.xml").decode("utf-8", "replace"))
            parts = _xlsx_parts(archive, names)
            return {name: _xlsx(archive.read(part).decode("utf-8", "replace")) for name, part in parts}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError):
        return {}


def _xlsx_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of every sheet and the part of the archive that holds it."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for found in _RELATION.finditer(relations):
        given = _attributes(found[1])
        targets[given.get("Id", "")] = given.get("Target", "")
    for found in _SHEET.finditer(book):
        given = _attributes(found[1])
        target = next((targets.get(value, "") for key, value in given.items() if key.endswith(":id")), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part in names and "name" in given:
            yield given["name"], part


def _xlsx(xml: str) -> Marks:
    failed: dict[tuple[int, int], str] = {}
    for found in _ERROR.finditer(xml):
        value = _VALUE.search(found[3])
        failed[int(found[2]) - 1, column_number(found[1])] = html.unescape(value[1]) if value else "#"
        if len(failed) >= MAX_MARKS:
            break
    for found in _UNSAVED.finditer(xml):
        if len(failed) >= MAX_MARKS:
            break
        failed.setdefault((int(found[2]) - 1, column_number(found[1])), "")
    merged = tuple(
        (int(found[2]) - 1, column_number(found[1]), int(found[4]) - 1, column_number(found[3]))
        for found in _MERGE.finditer(xml)
    )
    return Marks(merged=merged[:MAX_MARKS], failed=failed)


def _ods(xml: str) -> Mapping[str, Marks]:
    return {_attributes(found[1]).get("table:name", ""): _ods_sheet(found[2]) for found in _ODS_TABLE.finditer(xml)}


def _ods_sheet(xml: str) -> Marks:
    """Return the marks of one OpenDocument sheet: rows and cells may stand for many."""
    row, column, repeat = -1, 0, 1
    merged: list[Area] = []
    failed: dict[tuple[int, int], str] = {}
    for found in _ODS_TAG.finditer(xml):
        if found[1] is None:
            continue
        given = _attributes(found[2])
        if found[1] == "table-row":
            row, column = row + repeat, 0
            repeat = int(given.get("table:number-rows-repeated", "1"))
            continue
        n_rows, n_columns = (int(given.get(f"table:number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if (n_rows > 1 or n_columns > 1) and len(merged) < MAX_MARKS:
            merged.append((max(row, 0), column, row + n_rows - 1, column + n_columns - 1))
        if given.get("calcext:value-type") == "error" and len(failed) < MAX_MARKS:
            text = _ODS_TEXT.match(xml, found.end())
            failed[row, column] = html.unescape(text[1]) if text else "#"
        column += int(given.get("table:number-columns-repeated", "1"))
    return Marks(merged=tuple(merged), failed=failed)


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(text)}
