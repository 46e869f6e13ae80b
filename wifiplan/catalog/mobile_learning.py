"""The 2017 mobile learning plan (106 年國中小行動學習推動計畫): its conditions as quoted, and its figures."""

from dataclasses import dataclass
from functools import cache

from wifiplan.catalog.table import check, rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A sentence of the plan as it stands, where it stands, and the figure that it gives, if any."""

    name: str
    text: str
    source: str
    value: float | None = None


@cache
def clauses() -> tuple[Clause, ...]:
    """Return all clauses in the order of the table.

    Raises
    ------
    CatalogError
        The table is faulty.
    """
    table = rows("mobile_learning")
    found = tuple(
        Clause(name=row.text("name"), text=row.text("text"), source=row.text("source"), value=row.optional("value"))
        for row in table
    )
    check(table)
    return found


def clause(name: str) -> Clause:
    """Return one clause.

    Raises
    ------
    CatalogError
        If there is none of that name.

    Examples
    --------
    >>> clause("lowest_grade").source
    '106 年實施方案 伍一'
    """
    for one in clauses():
        if one.name == name:
            return one
    raise unknown("clause of the mobile learning plan", name, tuple(one.name for one in clauses()))


def figure(name: str) -> int:
    """Return the whole number that a clause gives.

    >>> figure("first_class_high")
    140000
    """
    return int(clause(name).value or 0)
