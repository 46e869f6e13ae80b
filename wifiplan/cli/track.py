"""`wifiplan track`: how far every school has come, whom to visit first, in a workbook that the office goes on using."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.catalog.visit_risks import edited_risks
from wifiplan.cli.options import (
    FOLDER,
    county_option,
    join_option,
    lang_option,
    note_some,
    one_county,
    roster_argument,
    say_in,
    tell_notes,
)
from wifiplan.cli.track_text import track_json, track_text
from wifiplan.errors import Fault, SettingsError
from wifiplan.files.county_run import CountyRun
from wifiplan.files.notes import Note
from wifiplan.files.returns import Listed
from wifiplan.files.tracking_book import OfficeBook
from wifiplan.files.tracking_marks import marks_of, stamped
from wifiplan.report.texts import texts
from wifiplan.report.tracking import Tracking
from wifiplan.report.workbook.tracking import write_tracking
from wifiplan.report.workbook.tracking_columns import layout
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School
from wifiplan.study.tracking import Key, Returned, RoomTest, Step, Tracked, TrackedRoom
from wifiplan.study.visits import visits

MOST_NOTES = 20

_LEARNT: tuple[Step, ...] = ("sent", "returned", "planned")
"""Steps that a run learns of from files; their empty days are filled in with --date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """What the folders say, None where a folder was not given."""

    forms: Listed[str] | None
    collected: Listed[Returned] | None
    run: CountyRun | None
    tests: Mapping[Key, tuple[RoomTest, ...]] | None


@click.command()
@roster_argument
@county_option
@join_option
@click.option("--forms", type=FOLDER, help="Folder that `wifiplan form` wrote (forms.json): sent.")
@click.option("--collected", type=FOLDER, help="Folder that `wifiplan collect` wrote (collected.json): returned.")
@click.option("--plans", type=FOLDER, help="Folder that `wifiplan county` wrote: planned; lists of installers in it.")
@click.option("--tests", type=FOLDER, help="Folder of class tests and tables of results (docs/tracking.md): tested.")
@click.option(
    "--date", "today", metavar="YYYY-MM-DD", help="Day of the status: dates new steps, and counts days of waiting."
)
@click.option("--points", "points", multiple=True, metavar="CODE=N", help="Other points for a criterion of risk.")
@click.option("--limit", "limits", multiple=True, metavar="CODE=N", help="Another limit for a criterion that has one.")
@click.option(
    "--top",
    "n_top",
    type=click.IntRange(min=1, max=40),
    default=15,
    show_default=True,
    help="Schools on the sheet of visits.",
)
@click.option(
    "--out",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The workbook (.xlsx); what the office wrote into it is kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
@lang_option
def track(  # noqa: PLR0913, PLR0917 (one name an option)
    roster_paths: tuple[Path, ...],
    county_name: str | None,
    join_path: Path | None,
    forms: Path | None,
    collected: Path | None,
    plans: Path | None,
    tests: Path | None,
    today: str | None,
    points: tuple[str, ...],
    limits: tuple[str, ...],
    n_top: int,
    path: Path,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Say how far every school in ROSTER has come and whom to visit first, in a workbook that the office goes on using.

    One row a school: form sent, returned, planned, ordered, installed, tested; the classrooms of KPI 7 by evidence,
    never summed; points of risk with their reasons. The office writes days, remarks and columns of its own into the
    same workbook, and every run keeps them by stage and code, whatever the order or filter. A file that is damaged or
    another workbook is refused and left as it is. docs/tracking.md describes the columns and the table of tests.
    """
    if path.suffix.lower() != ".xlsx":
        raise SettingsError(
            "a tracking workbook is an .xlsx file", remedy="give a name that ends in .xlsx", where="--out"
        )
    day = _day(today)
    risks = edited_risks(_pairs(points, "--points"), _pairs(limits, "--limit"))
    roster = one_county(files.read_rosters(roster_paths, join=join_path), county_name)
    keys = [school.key for school in roster.schools]
    book = files.read_office(path, layout())
    inputs = _inputs(keys, forms, collected, plans, tests)
    schools, notes = _tracked(roster.schools, inputs, book, day)
    if day is not None:
        learnt = {t.school.key: tuple(step for step in _LEARNT if t.is_done(step)) for t in schools}
        book = stamped(book, learnt, day)
        schools, notes = _tracked(roster.schools, inputs, book, day)
    tracking = Tracking(
        county=roster.schools[0].county,
        visits=visits(schools, risks),
        risks=risks,
        day=day,
        sources=_sources(inputs, lang),
    )
    write_tracking(path, tracking, book, n_top=n_top, lang=lang)
    tell_notes(roster, lang)
    rest = "還有 {n} 項", "and {n} more"
    note_some(lang, [*book.notes, *_listed_notes(inputs), *notes], MOST_NOTES, rest)
    click.echo(
        json.dumps(track_json(tracking), ensure_ascii=False, indent=2) if as_json else track_text(tracking, lang)
    )
    say_in(lang, f"追蹤表在 {path}", f"the workbook is {path}")


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return files.day(text)
    except ValueError as error:
        raise SettingsError(str(error), remedy="write it as 2026-09-01", where="--date") from error


def _pairs(texts_given: Sequence[str], option: str) -> dict[str, int]:
    """Return CODE=N options as a mapping; all that can't be read at once."""
    found: dict[str, int] = {}
    faults: list[Fault] = []
    for text in texts_given:
        code, _, number = text.partition("=")
        if number.strip().isdigit():
            found[code.strip()] = int(number)
        else:
            faults.append(Fault(where=text, problem="is not CODE=N with a whole number"))
    if faults:
        remedy = "write for instance no_answer=10; the workbook's last sheet lists the codes"
        raise SettingsError(f"{option} can't be read", remedy=remedy, faults=faults)
    return found


def _inputs(
    keys: Sequence[Key], forms: Path | None, collected: Path | None, plans: Path | None, tests: Path | None
) -> _Inputs:
    run = None if plans is None else files.read_county_run(plans, keys)
    found = None
    if tests is not None:
        planned = {} if run is None else run.planned
        rooms: dict[Key, tuple[TrackedRoom, ...] | None] = {
            key: (planned[key].rooms or None) if key in planned else None for key in keys
        }
        found = files.read_tests(tests, rooms)
    return _Inputs(
        forms=None if forms is None else files.read_forms(forms, keys),
        collected=None if collected is None else files.read_collected(collected, keys),
        run=run,
        tests=found,
    )


def _tracked(
    schools: Sequence[School], inputs: _Inputs, book: OfficeBook, today: dt.date | None
) -> tuple[list[Tracked], list[Note]]:
    """Return all that is known of every school, and notes on entries of the office that can't be counted."""
    found: list[Tracked] = []
    notes: list[Note] = []
    for school in schools:
        key = school.key
        marks, odd = marks_of(book.rows.get(key), school=key, today=today)
        notes += odd
        tracked = Tracked(
            school=school,
            funded=school.ownership != "national",
            sent=None if inputs.forms is None else key in inputs.forms.schools,
            returned=None if inputs.collected is None else inputs.collected.schools.get(key),
            planned=None if inputs.run is None else inputs.run.planned.get(key),
            installed=None if inputs.run is None else inputs.run.installed.get(key),
            tests=() if inputs.tests is None else inputs.tests.get(key, ()),
            marks=marks,
        )
        found.append(replace(tracked, waiting_days=_waiting(tracked, today)))
    return found, notes


def _waiting(tracked: Tracked, today: dt.date | None) -> int | None:
    sent = tracked.mark("sent")
    if today is None or sent is None or sent.day is None or tracked.is_done("returned"):
        return None
    return max(0, (today - sent.day).days)


def _sources(inputs: _Inputs, lang: Lang) -> tuple[str, ...]:
    words, found = texts(lang), []
    if inputs.forms is not None:
        found.append(words["track.source.forms"].format(n=len(inputs.forms.schools)))
    if inputs.collected is not None:
        n = sum(answer.status != "missing" for answer in inputs.collected.schools.values())
        found.append(words["track.source.collected"].format(n=n))
    if inputs.run is not None:
        n = sum(planned.failure is None for planned in inputs.run.planned.values())
        found.append(words["track.source.plans"].format(n=n, version=inputs.run.version))
    if inputs.tests is not None:
        found.append(words["track.source.tests"].format(n=len(inputs.tests)))
    return tuple(found) or (words["track.source.none"],)


def _listed_notes(inputs: _Inputs) -> list[Note]:
    found: list[Note] = []
    for listed in (inputs.forms, inputs.collected, inputs.run):
        found += [] if listed is None else listed.notes
    return found
