"""What `wifiplan diff` says on a terminal: the headline, then tables, or blocks where a row is long."""

from collections.abc import Iterator, Sequence

from wifiplan.cli.scheme_text import table
from wifiplan.report.change_log import ChangeLog, Section

_BLOCKS = {"points": (0, 1, 2, 4), "deviations": (0, 1, 2), "rooms": (0, 1, 2)}
"""Sections with long texts: the columns of the first line; the rest stands in a second line."""

_MOST_SHOWN = 48
"""Characters of a cell in a table: two such columns of Chinese still fit beside each other."""


def diff_text(log: ChangeLog) -> str:
    """Return a change log as text."""
    lines = [line for line in (log.versions, *log.headline) if line]
    for section in log.sections:
        lines += ["", f"== {section.title} ==", *section.lead]
        if section.table.rows:
            lines += _rows(section)
        lines += section.notes
    return "\n".join(lines)


def county_diff_text(log: ChangeLog) -> str:
    """Return a county's change log as text: the schools only; the details are for the workbook."""
    lines = [*log.headline]
    for section in log.sections[:1]:
        n_texts = len(section.table.heads) - 1
        short = [row[:n_texts] for row in section.table.rows]
        lines += ["", table(section.table.heads[:n_texts], short, left=(0, 1, 2, 3))]
    return "\n".join(lines)


def _rows(section: Section) -> list[str]:
    first = _BLOCKS.get(section.key)
    if first is None:
        right = range(1, 4) if section.key in {"counts", "bill"} else ()
        left = [c for c in range(len(section.table.heads)) if c not in right]
        return [table(section.table.heads, [[_short(cell) for cell in row] for row in section.table.rows], left=left)]
    rest = [c for c in range(len(section.table.heads)) if c not in first]
    head = table([section.table.heads[c] for c in first], [_of(row, first) for row in section.table.rows], left=first)
    heading, rule, *rows = head.split("\n")
    return [heading, rule, *_blocks(rows, section, rest)]


def _short(text: str) -> str:
    """Return a cell as a terminal shows it; the whole of it stands in the files of --out."""
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _of(row: Sequence[str], columns: Sequence[int]) -> list[str]:
    return [row[c] for c in columns]


def _blocks(lines: Sequence[str], section: Section, rest: Sequence[int]) -> Iterator[str]:
    for line, row in zip(lines, section.table.rows, strict=True):
        yield line
        text = " → ".join(row[c] for c in rest if row[c])
        if text:
            yield f"    {text}"
