"""What the Tab key offers beyond commands, options and files: names of counties, out of the roster on the line."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import click

MOST_BYTES = 5_000_000
"""Longer files would make the Tab key slow; the nation's roster has half a megabyte."""

_COUNTY = re.compile(r"^(?:\[\d+\])?\s*(?P<name>\w{2}[縣市])$")


def counties(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 (click's)
    """Return the counties of the rosters named before the option, those that begin as the word does.

    Rosters as CSV are looked through as text, which takes a moment; workbooks would take seconds, and offer nothing.
    """
    wanted = incomplete.replace("台", "臺")
    # click gives up sorting arguments out at an option without a value, and leaves them in `args`
    paths = [Path(path) for path in (*(ctx.params.get("roster_paths") or ()), *ctx.args)]
    found = {name.replace("台", "臺") for path in paths for name in _named(path)}
    return sorted(name for name in found if name.startswith(wanted))


def _named(path: Path) -> Iterator[str]:
    """Yield the counties in the columns of a table whose heads say 縣市; nothing where the file is none."""
    try:
        data = path.read_bytes()[:MOST_BYTES] if path.suffix.lower() == ".csv" else b""
    except OSError:
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp950", errors="replace")
    columns: set[int] = set()
    for row in csv.reader(io.StringIO(text)):
        columns |= {i for i, cell in enumerate(row) if "縣市" in cell}
        for i in columns:
            if i < len(row) and (name := _COUNTY.match(row[i].strip())):
                yield name["name"]
