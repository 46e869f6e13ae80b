"""Somebody's table of readings as rows of cells: which sign parts them, and in which row the names stand."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wifiplan.catalog.console_words import console_pages
from wifiplan.catalog.reading_columns import Column
from wifiplan.errors import SurveyError
from wifiplan.files.readings.refusals import wrong
from wifiplan.files.readings.texts import Text, decoded
from wifiplan.files.readings.walk_words import Unit, column_of
from wifiplan.survey.bssids import octets

MAX_ROWS = 1_000_000
MAX_CELLS = 30_000_000
MAX_COLUMNS = 3_000
MAX_NAME = 200
"""Characters of a column's name that are looked at."""

_SIGNS = (",", ";", "\t", "|")
_SEARCHED = 40
_SECOND_TABLE = ("station mac", "client mac")
"""First cell of a second table below the first, as airodump-ng writes one: of clients, which are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells under names.

    Parameters
    ----------
    names : tuple of str
        Of the columns, as they stand.
    kinds : tuple of (str or None, str)
        What each holds and its unit, by its name.
    rows : list of (int, list of str)
        Number that a spreadsheet shows, and cells; blank rows are left out.
    has_comma : bool
        Whether a comma may be the sign of decimals.
    remarks : tuple of str
        What was left out.
    """

    names: tuple[str, ...]
    kinds: tuple[tuple[Column | None, Unit], ...]
    rows: list[tuple[int, list[str]]]
    has_comma: bool
    remarks: tuple[str, ...] = ()

    def places(self, kind: Column) -> list[int]:
        """Return which columns hold something."""
        return [n for n, (one, _) in enumerate(self.kinds) if one == kind]


def table_of(found: Text, where: str, *, is_name: Callable[[str], bool] | None = None) -> Table:
    """Return the rows of a table.

    Parameters
    ----------
    found : Text
        The file.
    where : str
        Its name, for messages.
    is_name : callable, optional
        Whether a cell is the name of a column; without it, where `column_of` knows it.

    Raises
    ------
    SurveyError
        No row of names that are known, no row of data, damaged quotation marks, or more than is read.
    """
    text = found.text.lstrip("\ufeff")
    if text[:4].casefold() == "sep=":
        text = text.partition("\n")[2]
    sign = _sign_of(text)
    rows = _cells(text, sign, where)
    head = _header(rows, is_name or _is_known)
    if head is None:
        raise _no_names(where, rows)
    names = tuple(cell.strip()[:MAX_NAME] for cell in rows[head])
    body = [(n + 1, row) for n, row in enumerate(rows) if n > head and any(cell.strip() for cell in row)]
    kept, remarks = _first_table(body)
    if not kept:
        raise wrong(
            where,
            ("there are names of columns and no row below them", "只有欄名，沒有資料列"),
            ("export the readings themselves", "請匯出量測讀數"),
        )
    return Table(
        names=names,
        kinds=tuple(column_of(name) for name in names),
        rows=kept,
        has_comma=sign != ",",
        remarks=remarks,
    )


def _sign_of(text: str) -> str:
    """Return the sign that parts cells: that which most lines hold equally often."""
    lines = [line for line in text[:65_536].split("\n")[:_SEARCHED] if line.strip()]
    best = max(_SIGNS, key=lambda sign: (sum(min(line.count(sign), 50) for line in lines), sign == ","))
    # a comma between digits may be a sign of decimals: the other sign holds where it is in every line
    for sign in (";", "\t"):
        if lines and all(sign in line for line in lines[-5:]) and sum(line.count(sign) for line in lines) > len(lines):
            return sign
    return best


def _cells(text: str, sign: str, where: str) -> list[list[str]]:
    rows: list[list[str]] = []
    n_cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        for row in reader:
            n_cells += len(row)
            if len(rows) >= MAX_ROWS or n_cells > MAX_CELLS or len(row) > MAX_COLUMNS:
                raise wrong(
                    where,
                    (
                        f"there are more than {MAX_ROWS:,} rows, {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells",
                        f"超過 {MAX_ROWS:,} 列、{MAX_COLUMNS:,} 欄或 {MAX_CELLS:,} 格",
                    ),
                    ("split the file", "請分割檔案"),
                )
            rows.append(row)
    except csv.Error as error:
        raise wrong(
            where,
            (f"line {reader.line_num}: not a table ({error})", f"第 {reader.line_num} 行：不是表格（{error}）"),
            ("export the table again, as CSV", "請重新匯出成 CSV"),
        ) from error
    return rows


def _header(rows: Sequence[Sequence[str]], is_name: Callable[[str], bool]) -> int | None:
    """Return the row of names: that of the first ones with the most names that are known."""
    best, most = None, 1
    for n, row in enumerate(rows[:_SEARCHED]):
        known = sum(is_name(cell[:MAX_NAME]) for cell in row)
        known += sum(octets(cell.strip()) is not None for cell in row) if known else 0
        if known > most and not _is_data(row):
            best, most = n, known
    return best


def _is_known(cell: str) -> bool:
    return column_of(cell)[0] is not None


def _is_data(row: Sequence[str]) -> bool:
    """Return whether half of the cells are numbers: names are words."""
    filled = [cell for cell in row if cell.strip()]
    return sum(_is_number(cell) for cell in filled) * 2 > len(filled)


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _first_table(body: list[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    for k, (_, row) in enumerate(body):
        if row[0].strip().casefold() in _SECOND_TABLE:
            n = len(body) - k - 1
            return body[:k], (f"{n:,} rows of clients in a second table: they are never read",)
    return body, ()


def _no_names(where: str, rows: Sequence[Sequence[str]]) -> SurveyError:
    first = ", ".join(cell.strip()[:24] for cell in (rows[0] if rows else [])[:6])
    return wrong(
        where,
        (
            f"no row names columns that are known (the first holds: {first or 'nothing'})",
            f"找不到可辨識的欄名（第一列：{first or '空白'}）",
        ),
        (
            "name the columns in the first row, for instance x_m, y_m, floor, bssid, rssi_dbm",
            "請在第一列寫明欄名，例如 x_m, y_m, floor, bssid, rssi_dbm",
        ),
    )


def table_text(data: bytes, where: str, *, is_name: Callable[[str], bool] | None = None) -> Text:
    """Return a table's bytes as text: UTF-8 or UTF-16, else the code page in which the most names of columns are known.

    Parameters
    ----------
    data : bytes
        The file.
    where : str
        Its name, for messages.
    is_name : callable, optional
        As for `table_of`.

    Raises
    ------
    SurveyError
        As `texts.decoded`.
    """
    try:
        return decoded(data, where)
    except SurveyError:
        if _is_unicode_but_cut(data):
            raise
    known = is_name or _is_known
    best, most = None, 0
    for encoding, _ in console_pages():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        cells = {cell.strip(" \"'") for line in text.split("\n")[:_SEARCHED] for cell in re.split(r"[,;\t|]", line)}
        n = sum(not cell.isascii() and known(cell[:MAX_NAME]) for cell in cells)
        if n > most:
            best, most = Text(text.replace("\r\n", "\n").replace("\r", "\n"), encoding), n
    return best or decoded(data, where, code_pages=True)


def _is_unicode_but_cut(data: bytes) -> bool:
    """Return whether all but a last piece of a character is UTF-8, or a mark at the beginning says it is Unicode."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf" or b"\0" in data[:4096]:
        return True
    try:
        text = data[:-3].decode("utf-8", "strict") if len(data) > 3 else ""
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 6 and not data[: error.start].isascii()
    return not text.isascii()
