"""`wifiplan survey compare`: predicted against measured, before and after the fit."""

from pathlib import Path

import click

from wifiplan.cli.options import FILE, lang_option, law_option, say, settings_option
from wifiplan.cli.survey_common import Readings, read_all
from wifiplan.cli.survey_json import calibration_json, plain_rows
from wifiplan.files.json_input import Json
from wifiplan.files.output import check_apart, check_writable
from wifiplan.files.plain import json_text
from wifiplan.report.survey_sections import Section, air_section, next_section, verdicts_section
from wifiplan.report.survey_sheet import SurveySheet, write_survey_sheet
from wifiplan.report.survey_tables import aps_table, bands_table, parameters_table, places_table, rooms_table
from wifiplan.report.survey_words import findings, headline
from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.study.measured_errors import Errors, errors
from wifiplan.study.measured_heard import rooms_stood_in
from wifiplan.study.measured_levels import rooms_needs
from wifiplan.study.measured_maps import FloorMap, measured_maps, planned_map
from wifiplan.study.measured_site import judged_site, last_place
from wifiplan.study.measuring import next_places
from wifiplan.survey.interpolation import interpolate

N_NEXT = 10
"""Places to measure next that the report names."""

PDF = click.Path(dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("site_path", metavar="SITE|PLAN", type=FILE)
@click.argument("survey_paths", metavar="SURVEY...", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print every place, access point and room as JSON.")
@click.option("--out", "pdf_path", type=PDF, help="Report to write (PDF), with maps of every floor and band.")
@settings_option
@law_option
@lang_option
def compare(
    site_path: Path,
    survey_paths: tuple[Path, ...],
    pdf_path: Path | None,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Hold SURVEYs against what was predicted for SITE (a site file or a plan.json), before and after calibration.

    Before: the plan's own law, or that of --settings; after: --law as `survey fit` writes it, or one that is fitted to
    the readings at once. Told by band, access point, room and place; --out writes a report with maps side by side.
    """
    if pdf_path:
        check_apart((site_path, *survey_paths), (pdf_path,))
        check_writable(pdf_path.parent, (pdf_path.name,))
    read = read_all(site_path, survey_paths, law_path=law_path, settings_path=settings_path)
    found = errors(read.surveys, read.site, read.calibration, planned=read.planned_law)
    click.echo(json_text(_json(read, found)) if as_json else _text(read, found, lang))
    if pdf_path:
        write_survey_sheet(_sheet(read, found, lang), pdf_path, lang=lang)
        say(str(pdf_path))


def _sheet(read: Readings, found: Errors, lang: str) -> SurveySheet:
    measured: list[FloorMap] = []
    planned: list[FloorMap] = []
    for band in read.bands:
        interpolator = interpolate(read.calibration, read.surveys, read.site, band=band)
        levels = sorted({place.floor for place in found.places if place.band == band})
        measured += measured_maps(interpolator, read.surveys, read.site, levels, band=band)
        planned += [planned_map(read.site, read.planned_law, level, band=band) for level in levels]
    return SurveySheet(
        site=read.site,
        surveys=read.surveys,
        calibration=read.calibration,
        errors=found,
        maps=tuple(measured),
        planned=tuple(planned),
        sections=_sections(read, lang),
    )


def _sections(read: Readings, lang: str) -> tuple[Section, ...]:
    """Return verdicts, audit and next places, in the band of the class where that was read."""
    band = read.settings.radio.band
    if not rooms_needs(read.site, read.settings) or band not in read.bands:
        return ()
    judged = judged_site(read.site, read.surveys, read.settings, calibration=read.calibration, plan=read.plan)
    after = next_places(
        judged.known,
        read.settings,
        k=N_NEXT,
        start=last_place(read.site, read.surveys),
        measured=rooms_stood_in(read.site, read.surveys, band),
    )
    return (
        verdicts_section(judged.rooms, read.site, lang),
        air_section(judged.findings, read.site, lang),
        next_section(after, read.site, lang),
    )


def _text(read: Readings, found: Errors, lang: str) -> str:
    words = texts(lang)
    told = [
        ("bands", bands_table(found, read.calibration, lang)),
        ("parameters", parameters_table(read.calibration, read.site, lang)),
        ("aps", aps_table(found, read.calibration, read.site, lang)),
        ("rooms", rooms_table(found, read.site, lang)),
        ("places", places_table(found, read.site, lang)),
    ]
    lines = headline(found, read.calibration, lang)
    lines += [f"- {line}" for line in findings(read.surveys, read.site, found, read.calibration, lang)]
    for head, table in told:
        if table.rows:
            lines += ["", words[f"survey.head.{head}"], *_tabbed(table)]
    return "\n".join(lines)


def _tabbed(table: Table) -> list[str]:
    return ["\t".join(cell.replace("\u200b", "") for cell in row) for row in (table.heads, *table.rows)]


def _json(read: Readings, found: Errors) -> dict[str, Json]:
    return {
        "format": 1,
        "site": read.site.name,
        "surveys": [
            {"name": s.name, "device": s.device, "started_at": s.started_at, "n_readings": len(s.samples)}
            for s in read.surveys
        ],
        "by_band": plain_rows(found.by_band),
        "by_ap": plain_rows(found.by_ap),
        "by_room": plain_rows(found.by_room),
        "places": plain_rows(found.places),
    } | calibration_json(read.calibration)
