"""Tables as a controller's command line prints them: columns of fixed width over a line of dashes."""

import re
from collections.abc import Sequence

_RULE = re.compile(r"\s*-{2,}[-\s+|]*")
_PARTS = re.compile(r"-{2,}")
_SEARCHED_ROWS = 40
_HEADS = re.compile(r"\S+(?:\s\S+)*")


def from_fixed_width(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return a table in cells where a file is text in columns of fixed width, else the rows as they are.

    The columns are where the dashes below the header are, or, where one line of dashes runs through, where the
    header's words begin, two spaces apart.

    >>> from_fixed_width([["AP Name   Location"], ["--------  --------"], ["a-1       room 301"]])
    [['AP Name', 'Location'], [], ['a-1', 'room 301']]
    """
    lines = [(";" if len(row) > 1 and "," in "".join(row) else ",").join(row).rstrip(",;") for row in rows]
    for rule in range(1, min(len(lines), _SEARCHED_ROWS)):
        starts = _starts(lines, rule)
        if len(starts) > 1:
            return _table(lines, rule, starts)
    return [list(row) for row in rows]


def _starts(lines: Sequence[str], rule: int) -> list[int]:
    """Return where columns begin if a line is the rule below a header, else nothing."""
    header = lines[rule - 1]
    if not _RULE.fullmatch(lines[rule]) or not header.strip() or "," in header:
        return []
    starts = [found.start() for found in _PARTS.finditer(lines[rule])]
    return starts if len(starts) > 1 else [found.start() for found in _HEADS.finditer(header)]


def _table(lines: Sequence[str], rule: int, starts: Sequence[int]) -> list[list[str]]:
    """Return the header and the rows up to the first blank line; legends below it are no rows."""
    ends = [*starts[1:], None]
    last = next((n for n in range(rule + 2, len(lines)) if not lines[n].strip()), len(lines))
    return [
        _cells(line, starts, ends) if rule - 1 <= n < last and n != rule else [] for n, line in enumerate(lines[:last])
    ]


def _cells(line: str, starts: Sequence[int], ends: Sequence[int | None]) -> list[str]:
    """Cut a line at the columns' beginnings; a line with wider cells is cut where two spaces part them."""
    fits = all(start == 0 or start > len(line) or line[start - 1] == " " for start in starts)
    if fits:
        return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    words = re.split(r"\s{2,}", line.strip())
    return [*words, *[""] * (len(starts) - len(words))][: len(starts)]
