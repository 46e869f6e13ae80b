"""`wifiplan survey next`: where to measure next, in walking order."""

from dataclasses import asdict
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, lang_option, law_option, settings_option
from wifiplan.cli.scheme_text import table
from wifiplan.cli.survey_common import fitted, in_band, read_given
from wifiplan.report.measured import next_head, next_table
from wifiplan.report.survey_sections import named_floors
from wifiplan.report.texts import texts
from wifiplan.site.network import Band
from wifiplan.study.measured_fitted import known_by_survey
from wifiplan.study.measured_heard import rooms_stood_in
from wifiplan.study.measured_levels import known_by_law
from wifiplan.study.measured_site import last_place
from wifiplan.study.measuring import next_places, start_of

EPILOG = """\b
Without a survey the places are those of a first walk. A place counts by how
many wrong verdicts of classrooms it is expected to save, given those that rank
before it.
"""


@click.command("next", epilog=EPILOG)
@click.argument("site_path", metavar="SITE", type=FILE)
@click.argument("survey_paths", metavar="[SURVEY...]", nargs=-1, type=FILE)
@click.option("-n", "n_places", type=click.IntRange(1, 200), default=10, show_default=True, help="How many places.")
@click.option(
    "--band", type=click.Choice(["2.4", "5", "6"]), help="Band of the class; that of the settings without it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the places as JSON.")
@settings_option
@law_option
@lang_option
def next_command(  # noqa: PLR0913 (one name an option)
    *,
    site_path: Path,
    survey_paths: tuple[Path, ...],
    n_places: int,
    band: Band | None,
    as_json: bool,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
) -> None:
    """Say where in SITE (a site file or a plan.json) further readings would save most wrong verdicts, as one walk."""
    given = read_given(site_path, survey_paths, law_path=law_path, settings_path=settings_path)
    read = fitted(in_band(given, band))
    band = read.settings.radio.band
    known = (
        known_by_survey(read.site, read.surveys, band, read.settings.law, calibration=read.calibration)
        if read.surveys
        else known_by_law(read.drawn, read.settings)
    )
    last = last_place(read.site, read.surveys)
    stood = rooms_stood_in(read.site, read.surveys, band)
    found = next_places(known, read.settings, k=n_places, start=last, measured=stood)
    if as_json:
        click.echo(files.json_text(asdict(found)), nl=False)
        return
    words = texts(lang)
    for line in next_head(found, read.site, lang, surveyed=bool(read.surveys)):
        click.echo(line)
    if not found.places:
        click.echo(words["next.none"])
        return
    shown = next_table(found, read.site, lang)
    click.echo(
        f"\n== {shown.title} ==\n{table(shown.heads, named_floors(shown.rows, read.site, lang), left=(1, 2, 7))}"
    )
    where = "last" if last is not None else "corner" if start_of(read.site) is None else "cabinet"
    click.echo(words["next.way"].format(start=words[f"next.start.{where}"]))
    if found.exhausted:
        click.echo(words["next.exhausted"])
