"""Further parts of the survey report: verdicts of rooms, the audit of the network, where to measure next."""

from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.report.listening import WEIGHTS
from wifiplan.report.measured import air_texts, next_head, next_table, rooms_head, rooms_table, rooms_todo
from wifiplan.report.numbering import site_floor_name
from wifiplan.report.tables import Table, breakable
from wifiplan.report.texts import texts
from wifiplan.site.building import Site
from wifiplan.study.measured_air import AirFinding
from wifiplan.study.measured_rooms import MeasuredRooms
from wifiplan.study.measuring import NextPlaces

MOST_TOLD = 40
"""Things to do and findings that are printed: more are counted, and stand in the answer of `survey rooms --json`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report: sentences and a table under a heading, and what is to be ticked off below them.

    `headline` stands on the report's first page, blank where there is nothing to say there.
    """

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    ticks: tuple[str, ...] = ()
    headline: str = ""


def verdicts_section(found: MeasuredRooms, site: Site, lang: str) -> Section:
    """Return which rooms have good wireless as measured, and what is left to do."""
    shown, words = rooms_table(found, lang), texts(lang)
    fail = words["measured.verdict.fail"]
    table = Table(
        heads=shown.heads,
        rows=_rows(shown.rows, site, lang),
        failing=tuple(row[2] == fail for row in shown.rows),
    )
    n = sum(room.need.priority == 0 for room in found.rooms)
    counts = {"n": n, "passed": found.n("pass"), "failed": found.n("fail"), "open": found.n("inconclusive")}
    return Section(
        headline=words["survey.headline.verdicts"].format(band=found.band, **counts),
        title=words["survey.head.verdicts"],
        sentences=tuple(rooms_head(found, lang)),
        table=table,
        ticks=_some(tuple(rooms_todo(found, lang)), lang),
    )


def air_section(found: Sequence[AirFinding], site: Site, lang: str) -> Section:
    """Return what is wrong with the network as it was heard, the worst first."""
    words = texts(lang)
    told = [
        f"{words[f'measured.air.title.{weight}']}: {text}"
        for weight in WEIGHTS
        for text in air_texts(found, weight, site, lang)
    ]
    return Section(title=words["survey.head.air"], ticks=_some(tuple(told), lang) or (words["measured.air.none"],))


def next_section(found: NextPlaces, site: Site, lang: str) -> Section:
    """Return where further readings would save most wrong verdicts."""
    words, shown = texts(lang), next_table(found, site, lang)
    rows = _rows(shown.rows, site, lang)
    return Section(
        title=words["survey.head.next"],
        sentences=(*next_head(found, site, lang, surveyed=True), *(() if rows else (words["next.none"],))),
        table=Table(heads=shown.heads, rows=rows) if rows else None,
    )


_FLOOR_COLUMN = 1
"""Where both tables have the floor, as a number."""


def named_floors(rows: Sequence[Sequence[str]], site: Site, lang: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of either table with floors by the names that people call them."""
    names = {str(floor.level): site_floor_name(site, floor.level, lang) for floor in site.floors}
    return tuple(
        tuple(names.get(cell, cell) if n == _FLOOR_COLUMN else cell for n, cell in enumerate(row)) for row in rows
    )


def _rows(rows: Sequence[Sequence[str]], site: Site, lang: str) -> tuple[tuple[str, ...], ...]:
    named = named_floors(rows, site, lang)
    return tuple(tuple(cell if n == _FLOOR_COLUMN else breakable(cell) for n, cell in enumerate(row)) for row in named)


def _some(told: tuple[str, ...], lang: str) -> tuple[str, ...]:
    if len(told) <= MOST_TOLD:
        return told
    rest = texts(lang)["survey.more"].format(n=len(told) - MOST_TOLD).strip()
    return (*told[:MOST_TOLD], rest)
