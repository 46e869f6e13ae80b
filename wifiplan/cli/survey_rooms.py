"""`wifiplan survey rooms`: which classrooms have good wireless as measured, and what is wrong with the network."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.cli.options import FILE, lang_option, law_option, say, settings_option
from wifiplan.cli.scheme_text import table
from wifiplan.cli.survey_common import calibrated, check_floors
from wifiplan.errors import SurveyError
from wifiplan.files.compared import read_compared
from wifiplan.files.measured import write_room_results
from wifiplan.files.surveys import read_survey
from wifiplan.report.listening import WEIGHTS
from wifiplan.report.measured import air_texts, rooms_head, rooms_table, rooms_todo
from wifiplan.report.survey_sections import named_floors
from wifiplan.report.texts import texts
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_air import AirFinding
from wifiplan.study.measured_levels import with_hung
from wifiplan.study.measured_rooms import MeasuredRooms, VerdictOptions
from wifiplan.study.measured_site import Judged, judged_site
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings
from wifiplan.study.survey_site import framed_site, hung_site
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.hearing import band_of
from wifiplan.survey.records import Survey

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A site with what hangs there, its surveys, and the settings by which its rooms are judged; maybe its plan.

    `calibration` is None where no reading is of a known access point.
    """

    site: Site
    surveys: tuple[Survey, ...]
    settings: Settings
    plan: Plan | None
    band: Band
    calibration: Calibration | None = None


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
    read = read_measured(site_path, survey_paths, band=band, settings_path=settings_path, law_path=law_path)
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


def read_measured(
    site_path: Path,
    survey_paths: Sequence[Path],
    *,
    band: Band | None,
    settings_path: Path | None,
    law_path: Path | None,
) -> Measured:
    """Read site or plan, surveys, settings and law; places and powers that nobody noted are filled in.

    Raises
    ------
    SiteError, SurveyError, SettingsError
        A file is at fault, nothing hangs at the site, or nothing was read in the band.
    """
    settings = load_settings(settings_path, law_path).study
    plan = read_compared(site_path).plan
    if plan is not None and settings_path is None:
        settings = replace(plan.settings, law=settings.law if law_path else plan.settings.law)
    if band is not None:
        settings = replace(settings, radio=replace(settings.radio, band=band))
    surveys = tuple(read_survey(path) for path in survey_paths)
    used = settings.radio.band
    if surveys and not any(band_of(sample) == used for survey in surveys for sample in survey.samples):
        raise SurveyError(
            f"no reading of the surveys is in the {used} GHz band",
            remedy="give another --band, or a survey of that band",
            where=str(survey_paths[0]),
            zh=(f"量測檔中沒有 {used} GHz 的讀值", "請改用 --band，或提供該頻段的量測檔"),
        )
    drawn = framed_site(files.read_site_or_plan(site_path), surveys)
    if surveys:
        check_floors(surveys, drawn, str(survey_paths[0]))
    calibration = _calibration(settings, law_path, surveys, drawn) if surveys else None
    # a law that was fitted knows unknown powers as it was fitted to them
    site = with_hung(drawn, settings) if calibration is None else hung_site(drawn)
    return Measured(site=site, surveys=surveys, settings=settings, plan=plan, band=used, calibration=calibration)


def _calibration(
    settings: Settings, law_path: Path | None, surveys: Sequence[Survey], site: Site
) -> Calibration | None:
    """Return the law as it fits the readings; None where none of them is of a known access point: rooms tell so."""
    try:
        return calibrated(settings.law, law_path, surveys, site)
    except SurveyError:
        return None


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
    words, air = texts(lang), judged.findings
    for weight in WEIGHTS:
        lines = list(air_texts(air, weight, site, lang))
        if lines:
            click.echo(f"\n== {words[f'measured.air.title.{weight}']} ==")
            for line in lines[:MOST_LINES]:
                click.echo(f"- {line}")
            if len(lines) > MOST_LINES:
                click.echo(words["measured.air.more"].format(n=len(lines) - MOST_LINES))
    if not judged.n_matched:
        click.echo(f"\n{words['measured.air.unmatched']}")
    elif not air:
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
