"""Reads the catalogue's tables: CSV files beside the code, in which every row names its source."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from wifiplan.errors import CatalogError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: its cells as text, and where it stands, for messages."""

    where: str
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list, compare=False)

    def text(self, column: str) -> str:
        """Return a cell that must not be empty; an empty one is noted as a fault."""
        value = self.cells.get(column, "").strip()
        if not value:
            self.faults.append(Fault(where=self.where, problem=f"column '{column}' is empty"))
        return value

    def number(self, column: str) -> float:
        """Return a cell as a finite number; anything else is noted as a fault and read as nan."""
        value = self.optional(column)
        if value is None:
            self.faults.append(Fault(where=self.where, problem=f"column '{column}' has no number"))
            return math.nan
        return value

    def optional(self, column: str) -> float | None:
        """Return a cell as a finite number, or None where it is empty."""
        raw = self.cells.get(column, "").strip()
        if not raw:
            return None
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.faults.append(Fault(where=self.where, problem=f"column '{column}' holds '{raw}', not a number"))
            return None
        return value

    def whole(self, column: str) -> int:
        """Return a cell as a whole number."""
        value = self.number(column)
        return int(value) if math.isfinite(value) else 0

    def flag(self, column: str) -> bool:
        """Return a cell that says yes or no."""
        value = self.text(column)
        if value not in ("yes", "no"):
            self.faults.append(Fault(where=self.where, problem=f"column '{column}' must say yes or no"))
        return value == "yes"

    def words(self, column: str) -> tuple[str, ...]:
        """Return a cell's parts, which are separated by bars; an empty cell has none."""
        return tuple(part.strip() for part in self.cells.get(column, "").split("|") if part.strip())


@lru_cache(maxsize=64)
def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of table `name`.csv; each must name its `source`.

    Parameters
    ----------
    name : str
        File name in `catalog/data`, without the ending.

    Returns
    -------
    tuple of Row
        In the order of the file. Call `check` after reading the cells.

    Raises
    ------
    CatalogError
        A row has no source, or more or fewer cells than the header.
    """
    text = files("wifiplan.catalog").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return parse(name, text)


def numbers_by_name(name: str) -> dict[str, float]:
    """Return the `value` of every row of a table by the row's `name`; errors as for `rows`, and for a name twice."""
    table = rows(name)
    found: dict[str, float] = {}
    for row in table:
        key = row.text("name")
        if key in found:
            row.faults.append(Fault(where=row.where, problem=f"'{key}' stands there twice"))
        found[key] = row.number("value")
    check(table)
    return found


def texts_by_name(name: str, column: str) -> Mapping[str, str]:
    """Return a column of a table by the rows' `name`, read-only; errors as for `rows`, and for an empty cell."""
    table = rows(name)
    found = {row.text("name"): row.text(column) for row in table}
    check(table)
    return MappingProxyType(found)


def parse(name: str, text: str) -> tuple[Row, ...]:
    """Return the rows of a table given as text; errors as for `rows`."""
    table = csv.reader(text.splitlines())
    header = next(table, [])
    faults: list[Fault] = []
    found: list[Row] = []
    for number, cells in enumerate(table, start=2):
        where = f"{name}.csv row {number}"
        if len(cells) != len(header):
            problem = f"has {len(cells)} cells, the header {len(header)}"
            faults.append(Fault(where=where, problem=problem))
            continue
        row = Row(where=where, cells=dict(zip(header, cells, strict=True)), faults=faults)
        row.text("source")
        found.append(row)
    check(tuple(found), faults)
    return tuple(found)


def check(table: tuple[Row, ...], faults: list[Fault] | None = None) -> None:
    """Raise one CatalogError with all faults that reading `table` has noted."""
    noted = faults if faults is not None else (table[0].faults if table else [])
    if noted:
        raise CatalogError(
            "A table of the catalogue is faulty.",
            remedy="Correct the rows named; every row needs its source.",
            faults=noted,
        )


def unknown(what: str, name: str, known: tuple[str, ...]) -> CatalogError:
    """Return the error that says that the catalogue has no `what` called `name`, and what it does have."""
    return CatalogError(
        f"The catalogue knows no {what} '{name}'.",
        remedy=f"Use one of: {', '.join(known)}.",
        where=what,
    )
