"""`wifiplan install`: the papers that installers need, from a finished plan."""

from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import ORDER_FILES, load_settings, write_orders
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, say_in, settings_option, warn_in
from wifiplan.radio.beacons import MOST_SSIDS


@click.command()
@click.argument("plan_path", metavar="PLAN", type=FILE)
@click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the papers.")
@click.option(
    "--start-label",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="First free label of the first sheet, counted along the rows.",
)
@settings_option
@lang_option
def install(plan_path: Path, folder: Path, start_label: int, settings_path: Path | None, lang: str) -> None:
    """Write work orders, labels and the controller's settings for PLAN (a plan.json).

    Writes install.pdf (a card for every access point that is hung, replaced, retuned or removed), install.xlsx (the
    same as a table, in which the installer notes what was built), labels.pdf, ap_config.csv, ap_config.xlsx and
    plan.xlsx. Names, networks, label sheet and cards are set under [network] of
    the settings.
    """
    network = load_settings(settings_path, None).network
    plan = files.read_plan(plan_path)
    files.check_writable(folder, ORDER_FILES)
    orders = write_orders(plan, folder, network, lang, start_label=start_label)
    if plan.site.evidence == "archetype":
        warn_in(
            lang,
            "這棟校舍是由名冊推定的，請勿依這些文件施工",
            "this building is assumed from the roster; do not install from these papers",
        )
    if len(network.ssids) > MOST_SSIDS:
        n = len(network.ssids)
        warn_in(
            lang,
            f"設了 {n} 個 SSID；每個無線電超過 {MOST_SSIDS} 個會占用上課的頻道時間",
            f"{n} SSIDs are set; more than {MOST_SSIDS} a radio cost the class airtime",
        )
    click.echo(f"{len(orders.cards)} work orders, {len(orders.hung)} cables, {len(orders.configs)} radios")
    say_in(lang, f"施工文件在 {folder}", f"papers are in {folder}")
