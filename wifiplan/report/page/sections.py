"""What report.html says under its plans besides rooms and access points: who acts, floors, materials, what it bears."""

from dataclasses import asdict

from wifiplan.report.bill import bill_table
from wifiplan.report.front import by_floor
from wifiplan.report.robustness import robustness_table
from wifiplan.report.summary import Summary
from wifiplan.report.tables import Table, typeset
from wifiplan.report.texts import texts
from wifiplan.study.records import Plan


def sections_of(plan: Plan, summary: Summary, lang: str) -> list[dict[str, object]]:
    """Return the sections of the printed report that need no map, as titles, lines and tables of text.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    summary : Summary
        Its summary in the same language.
    lang : "zh-TW" or "en"
        Language.
    """
    words = texts(lang)
    steps = [("" if k else actor.who, step) for actor in summary.actors for k, step in enumerate(actor.steps)]
    actors = Table(heads=(), rows=tuple(steps))
    robust = robustness_table(plan, lang)
    cost = [summary.cost] if summary.cost else []
    found = [
        _section(words["head.actors"], [], actors),
        _section(words["head.by_floor"], [], by_floor(plan, lang)),
        _section(words["head.bill"], cost, bill_table(plan, lang)),
        _section(words["head.robust"], summary.robustness, robust),
    ]
    return [section for section in found if section["lines"] or section["rows"]]


def _section(title: str, lines: list[str] | tuple[str, ...], table: Table) -> dict[str, object]:
    plain = asdict(table)
    rows = [[typeset(cell) for cell in row] for row in plain["rows"]]
    return {"title": title, "lines": [typeset(line) for line in lines], "heads": list(plain["heads"]), "rows": rows}
