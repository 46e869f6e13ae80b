"""`wifiplan plan`: one school from site file to printed report."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import ORDER_FILES, Stopwatch, load_settings, write_answers, write_orders
from wifiplan.cli.curve_text import curve_text
from wifiplan.cli.diff import ANSWERS as CHANGES
from wifiplan.cli.diff import read_old, write_changes_since
from wifiplan.cli.inventory import inventory_options, with_inventories
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, law_option, say_in, settings_option, tell_answers
from wifiplan.cli.scenarios_text import scenarios_text
from wifiplan.report.summary import summarise
from wifiplan.report.workbook.scenarios import write_scenarios
from wifiplan.scheme.options import Lang
from wifiplan.study import plan_site, prepare
from wifiplan.study.allocation import curve
from wifiplan.study.scenarios import scenarios

ANSWERS = (
    "plan.json",
    "report.pdf",
    "report.html",
    "rooms.csv",
    "aps.csv",
    "bom.csv",
    "run.json",
    "scenarios.csv",
    "scenarios.xlsx",
    "curve.csv",
    *ORDER_FILES,
)


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
@click.option(
    "--scenarios",
    "with_scenarios",
    is_flag=True,
    help="Also set side by side what the funded class sets, existing and pupils' own devices, and one device each "
    "need, at 2.5, 4 and 5 Mbit/s a device.",
)
@click.option(
    "--curve",
    "with_curve",
    is_flag=True,
    help="Also say how many classrooms 0, 1, 2, ... new access points serve, each point proven: curve.csv and a chart.",
)
@click.option("--existing-devices", type=click.IntRange(min=0), help="Tablets and laptops that the school has already.")
@click.option("--byod-devices", type=click.IntRange(min=0), help="Devices that pupils bring (BYOD).")
@inventory_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@settings_option
@law_option
@lang_option
def plan(  # noqa: PLR0913, PLR0917 (the options that the contract promises)
    site_path: Path,
    folder: Path,
    n_aps: int | None,
    old_path: Path | None,
    inventory_paths: tuple[Path, ...],
    mapping_name: str | None,
    pairs: tuple[str, ...],
    settings_path: Path | None,
    law_path: Path | None,
    lang: Lang,
    existing_devices: int | None,
    byod_devices: int | None,
    *,
    with_scenarios: bool,
    with_curve: bool,
    as_json: bool,
) -> None:
    """Plan the access points of the school in SITE (a site file, docs/site.schema.json) and print its report.

    Writes plan.json, report.pdf, report.html (the same as a page to look around in, without a server), rooms.csv,
    aps.csv, bom.csv and plan.xlsx into the folder, and for installers what `wifiplan install` writes; with --scenarios
    also scenarios.xlsx and scenarios.csv, with --curve curve.csv, with --inventory inventory.xlsx.
    Exits 1 if a room is left unserved.
    """
    watch = Stopwatch()
    loaded = load_settings(settings_path, law_path)
    settings = loaded.study
    if n_aps is not None:
        settings = replace(settings, n_aps=n_aps)
    site = files.read_site(site_path)
    # read first: the folder of the answers may be that of the earlier plan
    old = None if old_path is None else read_old(old_path)[0]
    if existing_devices is not None:
        site = replace(site, existing_devices=existing_devices)
    if byod_devices is not None:
        site = replace(site, byod_devices=byod_devices)
    given = (site_path, *inventory_paths, *(path for path in (settings_path, law_path) if path is not None))
    files.check_apart(given, (folder / name for name in (*ANSWERS, *CHANGES, "inventory.xlsx")))
    files.check_writable(folder, ANSWERS if old is None else (*ANSWERS, *CHANGES))
    site = with_inventories(site, inventory_paths, mapping_name, pairs, folder=folder, lang=lang)
    say_in(lang, f"規劃 {site.name} …", f"planning {site.name} …")
    answer = plan_site(site, settings)
    took = f"{watch.lap('plan'):.1f}"
    say_in(lang, f"規劃完成（{took} 秒），製作報告 …", f"planned in {took} s; writing the report …")
    log = None if old is None else write_changes_since(old, answer, folder, lang)
    found = curve(prepare(answer.site, answer.settings)) if with_curve else None
    write_answers(answer, folder, lang, log, found)
    write_orders(answer, folder, loaded.network, lang)
    compared = scenarios(answer.site, answer.settings) if with_scenarios else ()
    if compared:
        files.write_scenarios_csv(folder / "scenarios.csv", compared)
        uplink_mbps = answer.site.uplink_mbps
        write_scenarios(folder / "scenarios.xlsx", answer.site.name, compared, uplink_mbps=uplink_mbps, lang=lang)
    watch.lap("answers")
    watch.write(folder / "run.json")
    summary = summarise(answer, lang)
    if as_json:
        more = {"scenarios": [asdict(scenario) for scenario in compared]} if compared else {}
        more |= {} if found is None else {"curve": [asdict(point) for point in found.points]}
        click.echo(files.json_text(asdict(summary) | more))
    else:
        tables = [scenarios_text(compared, lang)] if compared else []
        tables += [] if found is None else [curve_text(found, answer, lang)]
        click.echo("\n".join([*tables, summary.headline]))
    tell_answers(lang, folder)
    sys.exit(0 if all(room.verdict != "fail" for room in answer.rooms) else 1)
