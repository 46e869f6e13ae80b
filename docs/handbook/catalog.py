"""The reference of the catalogue: every table with its rows and their sources."""

import csv
from pathlib import Path

from docs.handbook.tables import cell, table

DATA = Path(__file__).resolve().parents[2] / "wifiplan" / "catalog" / "data"
MOST_ROWS = 60
"""Longer tables are shown by their first rows; the file has all."""

INTRODUCTION = """# Catalogue

Every measured or published number that the program uses is a row of a table in `wifiplan/catalog/data`, with its
source. Two sources that disagree are two rows; the settings say which is used. A row without a source fails the tests.
Your own products, materials and profiles can be named in the settings or the site file.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n\n".join([INTRODUCTION, *(section(path) for path in sorted(DATA.glob("*.csv")))]) + "\n"


def section(path: Path) -> str:
    """Return one table of the catalogue."""
    with path.open(encoding="utf-8", newline="") as lines:
        heads, *rows = csv.reader(lines)
    shown = rows[:MOST_ROWS]
    told = [f"## {path.name} {{ #{path.stem} }}", f"{len(rows)} rows."]
    if len(rows) > len(shown):
        told[-1] += f" The first {len(shown)} are shown; the file has all of them."
    told.append(table([cell(head) for head in heads], ([cell(value) for value in row] for row in shown)))
    return "\n\n".join(told)
