"""`wifiplan plan`: one school from site file to printed report."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import (
    FILE,
    OUT_FOLDER,
    Stopwatch,
    lang_option,
    law_option,
    load_settings,
    say,
    settings_option,
    write_answers,
)
from wifiplan.cli.diff import ANSWERS as CHANGES
from wifiplan.cli.diff import read_old, write_changes_since
from wifiplan.report.summary import summarise
from wifiplan.study import plan_site

ANSWERS = ("plan.json", "report.pdf", "rooms.csv", "aps.csv", "bom.csv", "run.json")


@click.command()
@click.argument("site_path", metavar="SITE", type=FILE)
@click.option(
    "--out",
    "folder",
    required=True,
    type=OUT_FOLDER,
    help="Folder of the answers.",
)
@click.option(
    "--aps", "n_aps", type=click.IntRange(min=0), help="Most new access points; as many as needed without it."
)
@click.option(
    "--since",
    "old_path",
    type=click.Path(exists=True, path_type=Path),
    help="An earlier plan.json (or its folder): the report carries what changed, with changes.xlsx and changes.json.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@settings_option
@law_option
@lang_option
def plan(  # noqa: PLR0913 (the options that the contract promises)
    site_path: Path,
    folder: Path,
    n_aps: int | None,
    old_path: Path | None,
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Plan the access points of the school in SITE (a site file, docs/site.schema.json) and print its report.

    Writes plan.json, report.pdf, rooms.csv, aps.csv and bom.csv into the folder. Exits 1 if a room is left unserved.
    """
    watch = Stopwatch()
    settings = load_settings(settings_path, law_path).study
    if n_aps is not None:
        settings = replace(settings, n_aps=n_aps)
    site = files.read_site(site_path)
    # read first: the folder of the answers may be that of the earlier plan
    old = None if old_path is None else read_old(old_path)
    files.check_writable(folder, ANSWERS if old is None else (*ANSWERS, *CHANGES))
    say(f"planning {site.name} …")
    answer = plan_site(site, settings)
    say(f"planned in {watch.lap('plan'):.1f} s; writing the report …")
    log = None if old is None else write_changes_since(old, answer, folder, lang)
    write_answers(answer, folder, lang, log)
    watch.lap("answers")
    watch.write(folder / "run.json")
    summary = summarise(answer, lang)
    click.echo(files.json_text(asdict(summary)) if as_json else summary.headline)
    say(f"answers are in {folder}")
    sys.exit(0 if all(room.verdict != "fail" for room in answer.rooms) else 1)
