"""Tables as a controller's command line prints them: columns of fixed width over a line of dashes."""

import re
from collections.abc import Sequence

_RULE = re.compile(r"\s*-{2,}[-\s+|]*")
_PARTS = re.compile(r"-{2,}")
_HEADS = re.compile(r"\S+(?:\s\S+)*")


def from_fixed_width(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return a table in cells where a file is text in columns of fixed width, else the rows as they are.

    The columns are where the dashes below the header are, or, where one line of dashes runs through, where the
    header's words begin, two spaces apart.

    >>> from_fixed_width([["AP Name   Location"], ["--------  --------"], ["a-1       room 301"]])
    [['AP Name', 'Location'], [], ['a-1', 'room 301']]
    """
    lines = [",".join(row).rstrip(",") for row in rows]
    rule = next((n for n, line in enumerate(lines[:40]) if n and _RULE.fullmatch(line) and lines[n - 1].strip()), None)
    if rule is None or "," in lines[rule - 1]:
        return [list(row) for row in rows]
    starts = [found.start() for found in _PARTS.finditer(lines[rule])]
    if len(starts) < 2:
        starts = [found.start() for found in _HEADS.finditer(lines[rule - 1])]
    if len(starts) < 2:
        return [list(row) for row in rows]
    ends = [*starts[1:], None]
    out: list[list[str]] = []
    for number, line in enumerate(lines):
        is_row = number >= rule - 1 and number != rule and len(line) >= starts[1] and line.strip()
        out.append(_cells(line, starts, ends) if is_row else [])
    return out


def _cells(line: str, starts: Sequence[int], ends: Sequence[int | None]) -> list[str]:
    """Cut a line at the columns' beginnings; a line with wider cells is cut where two spaces part them."""
    fits = all(start == 0 or start > len(line) or line[start - 1] == " " for start in starts)
    if fits:
        return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    words = re.split(r"\s{2,}", line.strip())
    return [*words, *[""] * (len(starts) - len(words))][: len(starts)]
