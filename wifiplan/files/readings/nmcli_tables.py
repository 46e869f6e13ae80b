"""The forms in which `nmcli` prints a table: terse, in columns, or one field a line."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_TERSE_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}\\:){5}[0-9A-Fa-f]{2}")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FIELD = re.compile(r"(?:AP\[\d+\]\.)?([\w*-]{1,24}):\s*(.*)")
_MAX_LINE = 2000
"""No row of nmcli is as long; longer lines are not looked at."""
_BEGINNING = re.compile(r"[ *](?::[0-9A-F]{0,2}(?:\\(?::.*)?)?)?")
SECURITY = re.compile(
    r"(?:--|(?:WPA[123]?|WEP|OWE|SAE|802\.1X|EAP|WPA3-\S+)(?: (?:WPA[123]?|WEP|OWE|SAE|802\.1X|EAP))*)?"
)
_HEADINGS = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, where each stands in the file, and the names of the columns where they are told."""

    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    names: tuple[str, ...] = ()
    broken: tuple[tuple[int, str], ...] = ()


def tables_of(text: str) -> list[Table]:
    """Return the tables of a text, one a scan; rows with too few cells are `broken`: number of the line and text."""
    lines = [line if len(line) <= _MAX_LINE else "" for line in _COLOUR.sub("", text).split("\n")]
    if any(_TERSE_MAC.search(line) for line in lines) and not _is_multiline(lines):
        return [_terse(lines)]
    if _is_multiline(lines):
        return [_by_field(lines)]
    heads = [n for n, line in enumerate(lines) if _is_heading(line, lines[n + 1 : n + 4])]
    ends = [*heads[1:], len(lines)] if heads else []
    return [_in_columns(lines, start, end) for start, end in zip(heads, ends, strict=True)]


def cells_of(line: str) -> list[str]:
    r"""Return the cells of a terse line: a colon parts them, a backslash makes the next character an ordinary one.

    >>> cells_of("*:02\\:00:a\\\\b")
    ['*', '02:00', 'a\\b']
    """
    cells, cell, rest = [], [], iter(line)
    for character in rest:
        if character == "\\":
            cell.append(next(rest, ""))
        elif character == ":":
            cells.append("".join(cell))
            cell = []
        else:
            cell.append(character)
    return [*cells, "".join(cell)]


def _terse(lines: Sequence[str]) -> Table:
    """Return a terse table; lines with another number of cells than most are broken, lines without address no rows."""
    cut = [(n, cells_of(line), line) for n, line in enumerate(lines, 1) if _TERSE_MAC.search(line)]
    counts = Counter(len(cells) for _, cells, _ in cut)
    usual = max(counts, key=lambda count: (counts[count], count))
    good = [(n, cells) for n, cells, _ in cut if len(cells) == usual]
    broken = [(n, line) for n, cells, line in cut if len(cells) != usual]
    if lines[-1] and len(lines) not in {n for n, _, _ in cut} and _BEGINNING.fullmatch(lines[-1]):
        broken.append((len(lines), lines[-1]))
    elif good and good[-1][0] == len(lines) and _is_cut([cells[-1] for _, cells in good]):
        broken.append((len(lines), lines[-1]))
        good.pop()
    return Table(tuple(tuple(cells) for _, cells in good), tuple(n for n, _ in good), broken=tuple(broken))


def _is_cut(cells: Sequence[str]) -> bool:
    """Return whether the last of the ways of securing a network is no word where the others are."""
    return bool(cells) and all(map(SECURITY.fullmatch, cells[:-1])) and not SECURITY.fullmatch(cells[-1])


def _is_multiline(lines: Sequence[str]) -> bool:
    return any(re.match(r"(?:AP\[\d+\]\.)?BSSID:\s*[0-9A-Fa-f]{2}\\?:", line) for line in lines)


def _by_field(lines: Sequence[str]) -> Table:
    """Return a table that is printed one field a line: a row ends where a field comes again."""
    is_terse = any(_TERSE_MAC.search(line) for line in lines)
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        found = _FIELD.fullmatch(line.rstrip())
        if found is None:
            continue
        name, value = found.groups()
        if not rows or name in rows[-1]:
            rows.append({})
            numbers.append(number)
        rows[-1][name] = ":".join(cells_of(value)) if is_terse else value
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    most = max((len(row) for row in rows), default=0)
    whole = [(n, row) for n, row in zip(numbers, rows, strict=True) if len(row) == most]
    broken = [(n, f"{len(row)} fields of {most}") for n, row in zip(numbers, rows, strict=True) if len(row) != most]
    return Table(
        tuple(tuple(row.get(name, "") for name in names) for _, row in whole),
        tuple(n for n, _ in whole),
        names,
        tuple(broken),
    )


def _is_heading(line: str, below: Sequence[str]) -> bool:
    """Return whether a line names columns: several words, no address, and an address in a line below."""
    words = _HEADINGS.findall(line)
    return len(words) > 2 and "  " in line.strip() and not _MAC.search(line) and any(_MAC.search(one) for one in below)


def _in_columns(lines: Sequence[str], start: int, end: int) -> Table:
    """Return a table in columns: they begin where the names do, counted in places of the screen."""
    starts = [_width(lines[start][: found.start()]) for found in _HEADINGS.finditer(lines[start])]
    starts[0] = 0
    names = tuple(_HEADINGS.findall(lines[start]))
    rows, numbers, broken = [], [], []
    if end == len(lines) and _ends_short(lines[start + 1 :]):
        broken.append((end, lines[-1]))
        end -= 1
    for number, line in enumerate(lines[start + 1 : end], start + 2):
        if not _MAC.search(line):
            if line.strip() and number == len(lines):
                broken.append((number, line))
            continue
        cells = tuple(_slices(line, starts))
        if sum(bool(cell) for cell in cells[-3:]) == 0:
            broken.append((number, line))
        else:
            rows.append(cells)
            numbers.append(number)
    return Table(tuple(rows), tuple(numbers), names, tuple(broken))


def _ends_short(lines: Sequence[str]) -> bool:
    """Return whether the last row has no line end and is not filled up to the width of the table, as the others are."""
    widths = {_width(line) for line in lines[:-1] if _MAC.search(line)}
    return bool(lines and lines[-1].strip()) and len(widths) == 1 and _width(lines[-1]) < widths.pop()


def _slices(line: str, starts: Sequence[int]) -> Iterator[str]:
    """Yield the parts of a line between places of the screen."""
    places, at = [], 0
    for character in line:
        places.append(at)
        at += _width(character)
    for start, end in zip(starts, [*starts[1:], at + 1], strict=True):
        yield "".join(c for c, place in zip(line, places, strict=True) if start <= place < end).strip()


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text
    )
