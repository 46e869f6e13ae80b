"""`wifiplan survey fit`: a path-loss law fitted to the surveys of one site."""

from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.cli.options import FILE, lang_option, law_option, say, settings_option
from wifiplan.cli.survey_fit_text import fit_text
from wifiplan.cli.survey_json import calibration_json, plain_number
from wifiplan.errors import SettingsError
from wifiplan.files.calibrations import read_prior, write_calibration
from wifiplan.files.json_input import Json
from wifiplan.files.output import check_apart, check_writable
from wifiplan.files.plain import json_text
from wifiplan.files.surveys import read_survey
from wifiplan.radio.loss import Law
from wifiplan.study.measured_errors import errors
from wifiplan.study.survey_site import hung_site
from wifiplan.survey.calibration import fit
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.priors import Prior, usual_law

EPILOG = """\b
LAW.json is what --law of plan, predict and county takes. What the readings do
not tell stays as it was believed before, and the answer says so.
"""


@click.command("fit", epilog=EPILOG)
@click.argument("site_path", metavar="SITE|PLAN", type=FILE)
@click.argument("survey_paths", metavar="SURVEY...", nargs=-1, required=True, type=FILE)
@click.option(
    "--out", "out_path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The law to write (JSON)."
)
@click.option("--prior", "prior_path", type=FILE, help="What `survey pool` found of schools of this building type.")
@click.option("--building", default="", help="Type of the building, for `survey pool`.")
@click.option("--json", "as_json", is_flag=True, help="Print what was estimated as JSON.")
@settings_option
@law_option
@lang_option
def fit_command(  # noqa: PLR0913 (one name an option)
    *,
    site_path: Path,
    survey_paths: tuple[Path, ...],
    out_path: Path,
    prior_path: Path | None,
    building: str,
    as_json: bool,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
) -> None:
    """Fit the path-loss law to one or more SURVEYs of SITE (a site file or a plan.json).

    Estimated are how the devices hear, the slope by distance, what each material loses by band, where stacked walls
    saturate, what floors lose, and every access point's power. The error that is left is told at places and access
    points that the fit did not see.
    """
    given = (site_path, *survey_paths, *(path for path in (prior_path, law_path, settings_path) if path is not None))
    check_apart(given, (out_path,))
    check_writable(out_path.parent, (out_path.name,))
    settings = load_settings(settings_path, None).study
    prior = read_prior(prior_path) if prior_path else None
    planned = files.read_law(law_path) if law_path else settings.law
    law = _start(planned, prior if law_path is None else None)
    site = files.read_site_or_plan(site_path)
    hung = hung_site(site)
    surveys = tuple(read_survey(path) for path in survey_paths)
    building = building or (prior.building if prior else "")
    calibration = fit(law, surveys, site, prior=prior, building=building)
    write_calibration(out_path, calibration)
    found = errors(surveys, hung, calibration, planned=planned)
    click.echo(json_text(_json(calibration)) if as_json else fit_text(surveys, hung, found, calibration, lang))
    say(str(out_path))


def _start(law: object, prior: Prior | None) -> Law:
    if prior is not None:
        return usual_law(prior.law)
    if not isinstance(law, Law):
        raise SettingsError("only a path-loss law can be fitted", remedy="give another --law", where="law")
    return law


def _json(calibration: Calibration) -> dict[str, Json]:
    return {
        "format": 1,
        "law": calibration.law.name,
        "building": calibration.building,
        "residual_sd_db": plain_number(calibration.residual_sd_db),
        "rmse_db": plain_number(calibration.rmse_db),
    } | calibration_json(calibration)
