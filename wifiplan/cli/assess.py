"""`wifiplan assess`: whether a school has the wireless with which the 2017 mobile learning plan lets it apply."""

import sys
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, law_option, say_in, settings_option, tell_answers
from wifiplan.report.assessment import assessment_json, conclusion, write_assessment_pdf
from wifiplan.report.workbook.assessment import write_assessment_xlsx
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import Stage
from wifiplan.study.assessment import Application
from wifiplan.study.assessment import assess as assessed

ANSWERS = ("assessment.pdf", "assessment.xlsx")


@click.command()
@click.argument("site_path", metavar="SITE", type=FILE)
@click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the answers.")
@click.option(
    "--devices",
    "n_devices",
    type=click.IntRange(min=0),
    help="Devices that the school has; without it those of the site file, if it says so.",
)
@click.option(
    "--classes", "n_classes", type=click.IntRange(min=1), default=1, show_default=True, help="Classes that apply."
)
@click.option("--first-time", is_flag=True, help="The school applies for the first time (at most 2 classes).")
@click.option(
    "--stage",
    type=click.Choice(["elementary", "junior"]),
    help="Which school of a site that serves both; else its first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@settings_option
@law_option
@lang_option
def assess(  # noqa: PLR0913, PLR0917 (one name an option)
    site_path: Path,
    folder: Path,
    n_devices: int | None,
    n_classes: int,
    stage: Stage | None,
    settings_path: Path | None,
    law_path: Path | None,
    lang: Lang,
    *,
    first_time: bool,
    as_json: bool,
) -> None:
    """Assess beforehand whether the school in SITE may apply with the devices and wireless that it has.

    The 2017 plan asks for both before a school applies (須先具備可實施教學之行動載具與無線網路環境), and counties
    assess it beforehand (事先評估). What hangs there is left untouched: nothing new, nothing retuned. An assumed
    building, an inventory that nobody took and devices that nobody counted leave the answer open. Writes
    assessment.pdf, for the signatures, and assessment.xlsx.
    Exits 0 for 具備, 1 for 不具備 and 無法認定.
    """
    loaded = load_settings(settings_path, law_path)
    site = files.read_site(site_path)
    files.check_writable(folder, ANSWERS)
    say_in(lang, f"評估 {site.name} …", f"assessing {site.name} …")
    application = Application(
        n_classes=n_classes, n_devices=site.existing_devices if n_devices is None else n_devices, first_time=first_time
    )
    answer = assessed(site, loaded.study, application, stage=stage, options=loaded.scheme)
    write_assessment_pdf(answer, folder / "assessment.pdf", lang=lang)
    write_assessment_xlsx(answer, folder / "assessment.xlsx", lang=lang)
    click.echo(files.json_text(assessment_json(answer)).rstrip() if as_json else conclusion(answer, lang))
    tell_answers(lang, folder)
    sys.exit(0 if answer.verdict == "met" else 1)
