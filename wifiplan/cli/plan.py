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
from wifiplan.cli.inventory import inventory_options, with_inventories
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
@inventory_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@settings_option
@law_option
@lang_option
def plan(  # noqa: PLR0913, PLR0917 (the options that the contract promises)
    site_path: Path,
    folder: Path,
    n_aps: int | None,
    inventory_paths: tuple[Path, ...],
    mapping_name: str | None,
    pairs: tuple[str, ...],
    settings_path: Path | None,
    law_path: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Plan the access points of the school in SITE (a site file, docs/site.schema.json) and print its report.

    Writes plan.json, report.pdf, rooms.csv, aps.csv and bom.csv into the folder, and inventory.xlsx with --inventory.
    Exits 1 if a room is left unserved.
    """
    watch = Stopwatch()
    settings = load_settings(settings_path, law_path).study
    if n_aps is not None:
        settings = replace(settings, n_aps=n_aps)
    site = files.read_site(site_path)
    files.check_writable(folder, ANSWERS)
    site = with_inventories(site, inventory_paths, mapping_name, pairs, folder=folder, lang=lang)
    say(f"planning {site.name} …")
    answer = plan_site(site, settings)
    say(f"planned in {watch.lap('plan'):.1f} s; writing the report …")
    write_answers(answer, folder, lang)
    watch.lap("answers")
    watch.write(folder / "run.json")
    summary = summarise(answer, lang)
    click.echo(files.json_text(asdict(summary)) if as_json else summary.headline)
    say(f"answers are in {folder}")
    sys.exit(0 if all(room.verdict != "fail" for room in answer.rooms) else 1)
