"""`wifiplan survey rooms`: which classrooms have good wireless as measured, and what is wrong with the network."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, lang_option, law_option, say, settings_option
from wifiplan.cli.scheme_text import table
from wifiplan.cli.survey_common import fitted, in_band, read_given
from wifiplan.files.measured import write_room_results
from wifiplan.report.listening import WEIGHTS
from wifiplan.report.measured import air_texts, rooms_head, rooms_table, rooms_todo
from wifiplan.report.survey_sections import named_floors
from wifiplan.report.texts import texts
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_air import AirFinding
from wifiplan.study.measured_rooms import MeasuredRooms, VerdictOptions
from wifiplan.study.measured_site import Judged, judged_site

MOST_LINES = 15
"""Findings of one weight shown; the rest stands in --json."""

EPILOG = """\b
A room passes if its signal, as measured, holds 95 % of its seats with a
confidence of 95 % (--sure), and the airtime that its class takes is there as
predicted. It fails if the signal surely does not hold, or the airtime is not
there. All else is inconclusive: the answer says what to measure.

\b
Exit codes: 0 every classroom passes; 1 done, but one does not; 2 the files
are at fault.
"""


@click.command("rooms", epilog=EPILOG)
@click.argument("site_path", metavar="SITE", type=FILE)
@click.argument("survey_paths", metavar="SURVEY...", nargs=-1, required=True, type=FILE)
@click.option(
    "--band", type=click.Choice(["2.4", "5", "6"]), help="Band of the class; that of the settings without it."
)
@click.option(
    "--sure", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="How sure a verdict must be."
)
@click.option(
    "--device-db",
    type=click.FloatRange(-40.0, 40.0),
    help="By how much the measuring device reports more than the class's, measured side by side [dB].",
)
@click.option(
    "--table",
    "table_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results as a table for the folder of `track --tests` (CSV).",
)
@click.option("--json", "as_json", is_flag=True, help="Print rooms and findings as JSON.")
@settings_option
@law_option
@lang_option
def rooms_command(  # noqa: PLR0913 (one name an option)
    *,
    site_path: Path,
    survey_paths: tuple[Path, ...],
    band: Band | None,
    sure: float,
    device_db: float | None,
    table_path: Path | None,
    as_json: bool,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
) -> None:
    """Judge the rooms of SITE (a site file or a plan.json) by one or more SURVEYs, and audit the network (KPI 7).

    A survey without the class proves the signal; the airtime of the class is predicted by the plan, or for what hangs
    there. What is found is counted as "survey", beside class tests and never with them.
    """
    given = read_given(site_path, survey_paths, law_path=law_path, settings_path=settings_path)
    read = fitted(in_band(given, band))
    if table_path is not None:
        files.check_writable(table_path.parent, [table_path.name])
    judged = judged_site(
        read.site,
        read.surveys,
        read.settings,
        calibration=read.calibration,
        plan=read.plan,
        options=VerdictOptions(sure_share=sure, device_db=device_db),
    )
    found, air = judged.rooms, judged.findings
    if table_path is not None:
        write_room_results(table_path, found, read.site)
        say(texts(lang)["measured.written"].format(path=table_path))
    if as_json:
        click.echo(files.json_text(_plain(found, air)), nl=False)
    else:
        _tell(judged, read.site, lang)
    sys.exit(1 if found.fails else 0)


def _tell(judged: Judged, site: Site, lang: str) -> None:
    words, found = texts(lang), judged.rooms
    for line in rooms_head(found, lang):
        click.echo(line)
    click.echo(words["measured.matched"].format(n=judged.n_heard, matched=judged.n_matched, band=found.band))
    shown = rooms_table(found, lang)
    rows = named_floors(shown.rows, site, lang)
    if rows:
        click.echo(f"\n== {shown.title} ==\n{table(shown.heads, rows, left=(0, 1, 2, 10))}")
    todo = list(rooms_todo(found, lang))
    if todo:
        click.echo(f"\n== {words['measured.todo.title']} ==")
        for line in todo:
            click.echo(f"- {line}")
    _tell_air(judged, site, lang)


def _tell_air(judged: Judged, site: Site, lang: str) -> None:
    words = texts(lang)
    for weight in WEIGHTS:
        lines = list(air_texts(judged.findings, weight, site, lang))
        if lines:
            click.echo(f"\n== {words[f'measured.air.title.{weight}']} ==")
            for line in lines[:MOST_LINES]:
                click.echo(f"- {line}")
            if len(lines) > MOST_LINES:
                click.echo(words["measured.air.more"].format(n=len(lines) - MOST_LINES))
    if not judged.n_matched:
        click.echo(f"\n{words['measured.air.unmatched']}")
    elif not judged.findings:
        click.echo(f"\n{words['measured.air.none']}")


def _plain(found: MeasuredRooms, air: Sequence[AirFinding]) -> dict[str, object]:
    return {
        "site": found.site,
        "band": found.band,
        "evidence": "survey",
        "day": found.day,
        "devices": list(found.devices),
        "device": found.device,
        "options": asdict(found.options),
        "n_classrooms": sum(room.need.priority == 0 for room in found.rooms),
        "n_classrooms_passed": found.n("pass"),
        "n_classrooms_failed": found.n("fail"),
        "n_classrooms_open": found.n("inconclusive"),
        "rooms": [asdict(room) for room in found.rooms],
        "findings": [asdict(finding) for finding in air],
    }
