"""What makes a school worth an early visit: rows of `data/visit_risks.csv`, with points that a county may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from wifiplan.catalog.table import check, rows
from wifiplan.errors import Fault, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRisk:
    """One criterion: `points` for each `unit` found, at most `most`; `limit` is a threshold where it has one.

    `todo_zh` and `todo_en` say what a visitor does about it, empty where nothing follows.
    """

    code: str
    points: int
    most: int
    unit: str
    meaning_zh: str
    meaning_en: str
    todo_zh: str
    todo_en: str
    source_zh: str
    source: str
    limit: int | None = None

    def score(self, count: int) -> int:
        """Return the points for so many findings."""
        return min(self.most, self.points * count)


@cache
def visit_risks() -> tuple[VisitRisk, ...]:
    """Return all criteria in the order of the table.

    Raises
    ------
    CatalogError
        The table is faulty.
    """
    table = rows("visit_risks")
    found = tuple(
        VisitRisk(
            code=row.text("code"),
            points=row.whole("points"),
            most=row.whole("most"),
            limit=None if row.optional("limit") is None else row.whole("limit"),
            unit=row.text("unit"),
            meaning_zh=row.text("meaning_zh"),
            meaning_en=row.text("meaning_en"),
            todo_zh=row.cells["todo_zh"],
            todo_en=row.cells["todo_en"],
            source_zh=row.text("source_zh"),
            source=row.text("source"),
        )
        for row in table
    )
    check(table)
    return found


def edited_risks(points: Mapping[str, int], limits: Mapping[str, int]) -> tuple[VisitRisk, ...]:
    """Return the criteria with other points or limits.

    Points above the most that a criterion gives raise that too; 0 points switch a criterion off.

    Parameters
    ----------
    points, limits : mapping of code to whole number >= 0
        What the county weighs otherwise.

    Raises
    ------
    SettingsError
        A code is unknown, has no limit, or a number is negative; all at once.

    Examples
    --------
    >>> [r.points for r in edited_risks({"remote": 9}, {}) if r.code == "remote"]
    [9]
    """
    known = {risk.code: risk for risk in visit_risks()}
    with_limit = [risk.code for risk in visit_risks() if risk.limit is not None]
    faults = [_unknown(code, list(known)) for code in points if code not in known]
    faults += [_unknown(code, with_limit) for code in limits if code not in with_limit]
    faults += [
        Fault(where=code, problem=f"{number} is negative")
        for code, number in (*points.items(), *limits.items())
        if number < 0
    ]
    if faults:
        raise SettingsError(
            "the weights for the order of visits can't be used", remedy="correct what is named", faults=faults
        )
    return tuple(_edited(risk, points.get(risk.code), limits.get(risk.code)) for risk in visit_risks())


def _edited(risk: VisitRisk, points: int | None, limit: int | None) -> VisitRisk:
    if points is not None:
        risk = replace(risk, points=points, most=max(points, risk.most) if points else 0)
    return risk if limit is None else replace(risk, limit=limit)


def _unknown(code: str, known: list[str]) -> Fault:
    return Fault(where=code, problem="there is no such criterion", remedy=f"use one of {', '.join(known)}")
