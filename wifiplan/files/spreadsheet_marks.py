"""What a workbook says beside its values: merged areas and failed formulas, from the XML of xlsx and ods."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from wifiplan.files.cell_text import column_number

Area: TypeAlias = tuple[int, int, int, int]
"""First row and column, last row and column, counted from 0."""

MAX_MARKS = 20_000
"""Failed cells of a sheet; beyond it the rest is left out."""

MAX_MERGED = 4_000
"""Merged areas of a sheet; beyond it the rest is left out."""

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_MOST_TEXT = 200
_ERRORS = (zipfile.BadZipFile, KeyError, OSError, ValueError, expat.ExpatError)


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
        A workbook that `spreadsheet_zip` has checked: its parts unpack to a size that memory holds.
    """
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                ods = _Ods()
                _walk(archive.read("content.xml"), ods)
                return {name: sheet.marks() for name, sheet in ods.sheets.items()}
            return {name: _xlsx(archive.read(part)) for name, part in _xlsx_parts(archive, names)}
    except _ERRORS:
        return {}


class _Walker:
    """What hears of the tags and texts of a document, by their names without prefix; it hears nothing by itself."""

    def start(self, name: str, given: Mapping[str, str]) -> None:
        """Hear that an element begins, with its attributes, also without their prefixes."""

    def text(self, text: str) -> None:
        """Hear a piece of text."""

    def end(self, name: str) -> None:
        """Hear that an element ends."""


class _Tags(_Walker):
    """Keeps the attributes of all elements of one name."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.found: list[Mapping[str, str]] = []

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == self.wanted:
            self.found.append(given)


@dataclass(slots=True)
class _Gathered:
    """Marks of a sheet while it is read."""

    merged: list[Area] = field(default_factory=list)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)

    def fail(self, row: int, column: int, text: str) -> None:
        """Note a failed cell."""
        if len(self.failed) < MAX_MARKS:
            self.failed[row, column] = text

    def merge(self, area: Area) -> None:
        """Note a merged area."""
        if len(self.merged) < MAX_MERGED:
            self.merged.append(area)

    def marks(self) -> Marks:
        """Return all that was noted."""
        return Marks(merged=tuple(self.merged), failed=self.failed)


class _Xlsx(_Walker):
    """Gathers the marks of one sheet of an xlsx."""

    def __init__(self) -> None:
        self.sheet = _Gathered()
        self._cell: Mapping[str, str] = {}
        self._formula = False
        self._in_value = False
        self._value = ""

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "c":
            self._cell, self._formula, self._value = given, False, ""
        elif name == "f":
            self._formula = True
        elif name in {"v", "t"}:
            self._in_value = True
        elif name == "mergeCell" and (found := _AREA.fullmatch(given.get("ref", ""))):
            self.sheet.merge((int(found[2]) - 1, column_number(found[1]), int(found[4]) - 1, column_number(found[3])))

    def text(self, text: str) -> None:
        if self._in_value and len(self._value) < _MOST_TEXT:
            self._value += text

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._in_value = False
        elif name == "c" and (place := _CELL.fullmatch(self._cell.get("r", ""))):
            kind = self._cell.get("t", "n")
            # a formula that gives "" is saved as the text (str) without letters
            if kind == "e" or (self._formula and not self._value and kind != "str"):
                shown = (self._value or "#") if kind == "e" else ""
                self.sheet.fail(int(place[2]) - 1, column_number(place[1]), shown)


class _Ods(_Walker):
    """Gathers the marks of all sheets of an OpenDocument: rows and cells may stand for many."""

    def __init__(self) -> None:
        self.sheets: dict[str, _Gathered] = {}
        self._sheet = _Gathered()
        self._row, self._column, self._repeat, self._wide = -1, 0, 1, 1
        self._error = self._in_text = False
        self._text = ""

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "table":
            self._sheet = self.sheets.setdefault(given.get("name", ""), _Gathered())
            self._row, self._column, self._repeat = -1, 0, 1
        elif name == "table-row":
            self._row, self._column = self._row + self._repeat, 0
            self._repeat = int(given.get("number-rows-repeated", "1"))
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(given)
        elif name == "p":
            self._in_text = True

    def _cell(self, given: Mapping[str, str]) -> None:
        self._text, self._error = "", given.get("calcext:value-type") == "error"
        self._wide = int(given.get("number-columns-repeated", "1"))
        n_rows, n_columns = (int(given.get(f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if n_rows > 1 or n_columns > 1:
            row = max(self._row, 0)
            self._sheet.merge((row, self._column, row + n_rows - 1, self._column + n_columns - 1))

    def text(self, text: str) -> None:
        if self._in_text and self._error and len(self._text) < _MOST_TEXT:
            self._text += text

    def end(self, name: str) -> None:
        if name == "p":
            self._in_text = False
        elif name in {"table-cell", "covered-table-cell"}:
            if self._error:
                self._sheet.fail(self._row, self._column, self._text or "#")
            self._column += self._wide


def _walk(xml: bytes, walker: _Walker) -> None:
    """Tell a walker of all elements; expat is in the standard library, and each letter is looked at once."""

    def start(name: str, given: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in given.items()}
        walker.start(name.rpartition(":")[2], plain | given)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: walker.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = walker.text
    parser.Parse(xml, True)  # noqa: FBT003 (a C function takes no names)


def _xlsx(xml: bytes) -> Marks:
    walker = _Xlsx()
    _walk(xml, walker)
    return walker.sheet.marks()


def _xlsx_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of every sheet and the part of the archive that holds it."""
    relations, sheets = _Tags("Relationship"), _Tags("sheet")
    _walk(archive.read("xl/_rels/workbook.xml.rels"), relations)
    _walk(archive.read("xl/workbook.xml"), sheets)
    targets = {given.get("Id", ""): given.get("Target", "") for given in relations.found}
    for given in sheets.found:
        target = next((targets.get(value, "") for key, value in given.items() if key.endswith(":id")), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part in names and "name" in given:
            yield given["name"], part
