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
from wifiplan.cli.inventory import map_option, mapping_option, read, say_notes
from wifiplan.errors import SettingsError
from wifiplan.report.summary import summarise
from wifiplan.report.workbook.inventory import write_inventory
from wifiplan.site.building import Site
from wifiplan.site.inventory import by_site, with_inventory
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
    "--inventory",
    "inventory_paths",
    type=FILE,
    multiple=True,
    help="Inventory or controller export of the access points that hang there; may be given several times.",
)
@mapping_option
@map_option
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
    files.check_writable(folder, (*ANSWERS, *(("inventory.xlsx",) if inventory_paths else ())))
    if inventory_paths:
        site = _with_inventory(site, inventory_paths, mapping_name, pairs, folder, lang)
    elif mapping_name or pairs:
        raise SettingsError("--mapping and --map are for an inventory", remedy="give --inventory FILE", where="plan")
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


def _with_inventory(
    site: Site, paths: tuple[Path, ...], mapping_name: str | None, pairs: tuple[str, ...], folder: Path, lang: str
) -> Site:
    """Return the site with the access points of inventories; what has no room is told and goes to inventory.xlsx."""
    found = read(paths, mapping_name, pairs)
    shared = by_site(found, (site,))
    matched = with_inventory(site, shared.inventories[0])
    reports = (matched.report,)
    say_notes(reports, shared.strangers, lang)
    write_inventory(folder / "inventory.xlsx", inventory=found, reports=reports, strangers=shared.strangers, lang=lang)
    return matched.site
