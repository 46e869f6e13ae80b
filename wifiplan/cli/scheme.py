"""`wifiplan scheme`: what the ministry's scheme gives every school of a roster, and the county's lines."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from wifiplan.cli import scheme_json as plain
from wifiplan.cli import scheme_text as text
from wifiplan.cli.completing import counties
from wifiplan.cli.county_inputs import (
    application,
    inputs_option,
    read_entries_of,
    tell_todos,
    todo_words,
    with_ap_number,
)
from wifiplan.cli.options import FILE, join_option, lang_option, roster_argument, tell_notes
from wifiplan.cli.scheme_json import Json
from wifiplan.cli.scheme_text import CountyAnswer
from wifiplan.errors import RosterError
from wifiplan.files.roster import read_rosters
from wifiplan.scheme.entitlement import Entitlement, entitle_all, totals
from wifiplan.scheme.inputs import CountyInputs, priced
from wifiplan.scheme.office import n_base_schools, staff
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.roster import Roster

MOST_SCHOOLS_SHOWN = 50
"""A longer roster shows its schools only where `--schools` asks for them."""


@click.command("scheme")
@roster_argument
@join_option
@click.option("--county", shell_complete=counties, help="Only this county (縣市).")
@inputs_option
@click.option("--national", is_flag=True, help="Count national schools (國立) in.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--schools", is_flag=True, help=f"Show every school, also beyond {MOST_SCHOOLS_SHOWN}.")
@click.option("--settings", type=FILE, help="TOML file; its section [scheme] sets prices and readings.")
@lang_option
def scheme(  # noqa: PLR0913 - one name an option of the contract
    *,
    roster_paths: tuple[Path, ...],
    join_path: Path | None,
    county: str | None,
    inputs_path: Path | None,
    national: bool,
    as_json: bool,
    schools: bool,
    settings: Path | None,
    lang: Lang,
) -> None:
    """Class sets, devices, carts and money of every school; totals; the county's staff and operating lines.

    ROSTER is the Annex's school list or the ministry's open school data (CSV, xlsx, xls, ods); several files,
    for instance basec and basej, are read as one. With --inputs, the lines of one county are filled in with its own
    figures, as `wifiplan county` does, and what is still open is listed.
    """
    roster = read_rosters(roster_paths, join=join_path)
    if county is not None:
        roster = roster.county(county)
    options = _options(settings, national=national)
    inputs = None if inputs_path is None else _inputs(inputs_path, roster, options, lang)
    options = options if inputs is None else priced(options, inputs)
    given = entitle_all(roster.schools, options)
    tell_notes(roster, lang)
    if as_json:
        # A console that cannot show every name (cp950) gets JSON escapes, which stay JSON.
        escaped = not sys.stdout.encoding.lower().startswith("utf")
        click.echo(json.dumps(answer_json(roster, given, options, lang, inputs), ensure_ascii=escaped, indent=1))
        return
    answers = answers_by_county(roster, given, options, inputs)
    if inputs_path is not None:
        tell_todos(answers[0].todos, lang)
    parts = [
        text.totals_table(totals(given), options, lang),
        text.lines_table(answers[0], lang) if len(answers) == 1 else text.counties_table(answers, lang),
    ]
    if schools or len(roster.schools) <= MOST_SCHOOLS_SHOWN:
        parts.append(text.schools_table(answers, lang))
    parts.append(text.options_table(options, lang))
    click.echo("\n\n".join(parts))


def _inputs(path: Path, roster: Roster, options: EntitlementOptions, lang: Lang) -> CountyInputs:
    found = roster.counties()
    if len(found) != 1:
        raise RosterError(
            f"--inputs holds the figures of one county, the roster has {len(found)}",
            remedy="name the county with --county",
            where=roster.source,
        )
    return read_entries_of(path, roster, options, lang)


def answers_by_county(
    roster: Roster,
    given: tuple[Entitlement, ...],
    options: EntitlementOptions,
    inputs: CountyInputs | None = None,
) -> tuple[CountyAnswer, ...]:
    """Return every county's totals, office and lines, in the roster's order; `inputs` are those of the only county."""
    entered = CountyInputs() if inputs is None else inputs
    pairs: dict[str, list[int]] = {}
    for place, school in enumerate(roster.schools):
        pairs.setdefault(school.county, []).append(place)
    answers: list[CountyAnswer] = []
    for name, places in pairs.items():
        schools = tuple(roster.schools[place] for place in places)
        rows = tuple(given[place] for place in places)
        own = replace(roster, schools=schools)
        found = application(own, rows, with_ap_number(entered), options)
        answers.append(
            CountyAnswer(
                county=name,
                schools=schools,
                entitlements=rows,
                totals=totals(rows),
                office=staff(n_base_schools(schools, options), options),
                lines=found.lines,
                indicators=found.kpis,
                todos=found.todos,
            )
        )
    return tuple(answers)


def answer_json(
    roster: Roster,
    given: tuple[Entitlement, ...],
    options: EntitlementOptions,
    lang: Lang,
    inputs: CountyInputs | None = None,
) -> dict[str, Json]:
    """Return the answer with the contract's keys."""
    answers = answers_by_county(roster, given, options, inputs)
    sums, national = plain.totals_json(totals(given))
    return {
        "source": roster.source,
        "school_year": roster.school_year,
        "totals": sums,
        "national": national,
        "county_lines": [plain.line_json(a.county, line) for a in answers for line in a.lines],
        "indicators": [plain.indicator_json(a.county, kpi) for a in answers for kpi in a.indicators],
        "todo": [] if inputs is None else plain.todo_json(answers[0].todos, todo_words(answers[0].todos, lang)),
        "offices": [
            {
                "county": a.county,
                "n_schools": a.office.n_schools,
                "n_advisers": a.office.n_advisers,
                "n_network": a.office.n_network,
                "n_admin": a.office.n_admin,
                "cost_ntd": a.office.cost_ntd,
            }
            for a in answers
        ],
        "options": plain.options_json(options, lang),
        "schools": [
            plain.school_json(school, entitlement) for school, entitlement in zip(roster.schools, given, strict=True)
        ],
        "notes": list(roster.said(lang)),
    }


def _options(settings: Path | None, *, national: bool) -> EntitlementOptions:
    options = EntitlementOptions()
    if settings is not None:
        # The settings bring every law with them: loaded only where a file is given.
        from wifiplan.files.settings import read_settings  # noqa: PLC0415

        options = read_settings(settings).scheme
    return replace(options, include_national=True) if national else options
