"""`wifiplan scheme`: what the ministry's scheme gives every school of a roster, and the county's lines."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from wifiplan.cli import scheme_text as text
from wifiplan.cli.scheme_text import CountyAnswer, Json
from wifiplan.files.roster import read_rosters
from wifiplan.scheme.budget import CountyInputs, county_lines
from wifiplan.scheme.entitlement import Entitlement, entitle_all, totals
from wifiplan.scheme.indicators import indicators
from wifiplan.scheme.office import n_base_schools, staff
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.roster import Roster

MOST_SCHOOLS_SHOWN = 50
"""A longer roster shows its schools only where `--schools` asks for them."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("scheme")
@click.argument("rosters", nargs=-1, required=True, type=_FILE, metavar="ROSTER...")
@click.option("--join", type=_FILE, help="Table with 學校代碼 and 地區屬性, for a roster without 地區屬性.")
@click.option("--county", help="Only this county (縣市).")
@click.option("--national", is_flag=True, help="Count national schools (國立) in.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--schools", is_flag=True, help=f"Show every school, also beyond {MOST_SCHOOLS_SHOWN}.")
@click.option("--settings", type=_FILE, help="TOML file; its section [scheme] sets prices and readings.")
@click.option("--lang", type=click.Choice(["zh-TW", "en"]), default="zh-TW", show_default=True)
def scheme(  # noqa: PLR0913 - one name an option of the contract
    *,
    rosters: tuple[Path, ...],
    join: Path | None,
    county: str | None,
    national: bool,
    as_json: bool,
    schools: bool,
    settings: Path | None,
    lang: Lang,
) -> None:
    """Class sets, devices, carts and money of every school; totals; the county's staff and operating lines.

    ROSTER is the Annex's school list or the ministry's open school data (CSV, xlsx, xls, ods); several files,
    for instance basec and basej, are read as one.
    """
    roster = read_rosters(rosters, join=join)
    if county is not None:
        roster = roster.county(county)
    options = _options(settings, national=national)
    given = entitle_all(roster.schools, options)
    for note in roster.notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        # A console that cannot show every name (cp950) gets JSON escapes, which stay JSON.
        plain = not sys.stdout.encoding.lower().startswith("utf")
        click.echo(json.dumps(answer_json(roster, given, options, lang), ensure_ascii=plain, indent=1))
        return
    answers = answers_by_county(roster, given, options)
    parts = [
        text.totals_table(totals(given), options, lang),
        text.lines_table(answers[0], lang) if len(answers) == 1 else text.counties_table(answers, lang),
    ]
    if schools or len(roster.schools) <= MOST_SCHOOLS_SHOWN:
        parts.append(text.schools_table(answers, lang))
    parts.append(text.options_table(options, lang))
    click.echo("\n\n".join(parts))


def answers_by_county(
    roster: Roster, given: tuple[Entitlement, ...], options: EntitlementOptions
) -> tuple[CountyAnswer, ...]:
    """Return every county's totals, office and lines, in the roster's order."""
    pairs: dict[str, list[int]] = {}
    for place, school in enumerate(roster.schools):
        pairs.setdefault(school.county, []).append(place)
    answers: list[CountyAnswer] = []
    for name, places in pairs.items():
        schools = tuple(roster.schools[place] for place in places)
        rows = tuple(given[place] for place in places)
        inputs = with_requests(CountyInputs(), rows, roster.requests)
        lines = county_lines(schools, rows, inputs, options)
        answers.append(
            CountyAnswer(
                county=name,
                schools=schools,
                entitlements=rows,
                totals=totals(rows),
                office=staff(n_base_schools(schools, options), options),
                lines=lines,
                indicators=indicators(rows, lines, roster.requests, options),
            )
        )
    return tuple(answers)


def answer_json(
    roster: Roster, given: tuple[Entitlement, ...], options: EntitlementOptions, lang: Lang
) -> dict[str, Json]:
    """Return the answer with the contract's keys."""
    answers = answers_by_county(roster, given, options)
    sums, national = text.totals_json(totals(given))
    return {
        "source": roster.source,
        "school_year": roster.school_year,
        "totals": sums,
        "national": national,
        "county_lines": [text.line_json(a.county, line) for a in answers for line in a.lines],
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
        "options": text.options_json(options, lang),
        "schools": [
            text.school_json(school, entitlement) for school, entitlement in zip(roster.schools, given, strict=True)
        ],
        "notes": list(roster.notes),
    }


def _options(settings: Path | None, *, national: bool) -> EntitlementOptions:
    options = EntitlementOptions()
    if settings is not None:
        # The settings bring every law with them: loaded only where a file is given.
        from wifiplan.files.settings import read_settings  # noqa: PLC0415

        options = read_settings(settings).scheme
    return replace(options, include_national=True) if national else options
