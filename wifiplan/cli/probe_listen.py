"""`wifiplan probe listen`: what is on the air, beside the plan."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, say, settings_option
from wifiplan.cli.probe_listen_live import LiveOptions, listen_live, read_capture
from wifiplan.cli.probe_listen_text import answer_lines
from wifiplan.errors import SettingsError
from wifiplan.files.heard import ANSWERS, heard_to_plain, write_heard
from wifiplan.probe.hopping import BANDS, DWELL_S
from wifiplan.report.texts import texts
from wifiplan.study.heard import hold_against
from wifiplan.study.heard_records import Wish

EPILOG = """\b
Examples:
  wifiplan probe listen walk.pcapng --plan plan.json
  sudo wifiplan probe listen -i mon0 --hop --plan plan.json --built install.xlsx
  ssh ap tcpdump -i mon0 -w - | wifiplan probe listen - --seconds 60

\b
An access point is recognised by the MAC address on its label: networks are
taken for its own whose address counts up from it by at most 15, has another
last digit, is derived as Aruba or Meraki do, or has the "local" bit set; or
by its name, where its beacons tell that.

\b
Only listening, nothing is sent. No address of a tablet or phone is shown or
stored. Shares of airtime and of retries are lower bounds.

\b
Exit codes: 0 done, and nothing is otherwise than planned; 1 done, something
is; 2 the capture, the interface or the plan is at fault.
"""


@click.command("listen", epilog=EPILOG)
@click.argument(
    "capture_path",
    metavar="[CAPTURE]",
    required=False,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("-i", "--interface", help="Monitor interface to listen on; the only one there is if left out.")
@click.option("--plan", "plan_path", type=click.Path(exists=True, path_type=Path), help="A plan.json, or a site file.")
@click.option("--built", "built_path", type=FILE, help="The plan's install.xlsx, filled in: MAC addresses.")
@click.option("--room", help="Room in which you stand (id or name): what should be heard there is then known.")
@click.option("--ssid", "ssids", multiple=True, help="A network name of ours; may be repeated.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    help="How long to listen; 0: until Ctrl-C. Default 30, or 3 rounds with --hop.",
)
@click.option("--hop", is_flag=True, help="Walk over all channels, those of the plan more often (needs iw and root).")
@click.option("--country", default="TW", show_default=True, help="Whose channels --hop walks, without a plan.")
@click.option("--band", "bands", multiple=True, type=click.Choice(BANDS), help="Bands for --hop; all if left out.")
@click.option("--dwell-ms", type=click.FloatRange(min=0), default=round(DWELL_S * 1000), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--out", "folder", type=OUT_FOLDER, help="Write listen.json and listen.csv into this folder.")
@settings_option
@lang_option
def listen_command(  # noqa: PLR0913 (one name an option)
    *,
    capture_path: Path | None,
    interface: str | None,
    plan_path: Path | None,
    built_path: Path | None,
    room: str | None,
    ssids: tuple[str, ...],
    seconds: float | None,
    hop: bool,
    country: str,
    bands: tuple[str, ...],
    dwell_ms: float,
    as_json: bool,
    folder: Path | None,
    settings_path: Path | None,
    lang: str,
) -> None:
    """Hear what is on the air, from a capture or live, and hold it against a plan.

    CAPTURE is pcap or pcapng, plain or packed by gzip; - reads standard input. Without one, a monitor interface is
    listened to.
    """
    _check(capture_path, interface, plan_path, built_path, room)
    if folder is not None:
        inputs = [path for path in (capture_path, plan_path, built_path, settings_path) if path and str(path) != "-"]
        files.check_apart(inputs, (folder / name for name in ANSWERS))
        files.check_writable(folder, ANSWERS)
    wish = _wish(plan_path, built_path, room, settings_path) or replace(
        _wish_of_settings(settings_path), country=country
    )
    wish = replace(wish, ssids=tuple(dict.fromkeys((*wish.ssids, *ssids))))
    if capture_path is not None:
        air = read_capture(capture_path, seconds, lang)
    else:
        live = LiveOptions(interface=interface, seconds=seconds, hop=hop, bands=bands or BANDS, dwell_s=dwell_ms / 1000)
        air = listen_live(live, wish, lang)
    heard = hold_against(air, wish)
    if folder is not None:
        write_heard(folder, heard)
        say(texts(lang)["listen.written"].format(folder=folder))
    if as_json:
        click.echo(files.json_text(heard_to_plain(heard)), nl=False)
    else:
        for line in answer_lines(heard, lang):
            click.echo(line)
    sys.exit(0 if heard.as_planned else 1)


def _check(
    capture: Path | None, interface: str | None, plan: Path | None, built: Path | None, room: str | None
) -> None:
    """See that the options go together."""
    if capture is not None and interface is not None:
        raise SettingsError(
            "a capture and an interface are given",
            remedy="give one of them",
            where="--interface",
            zh=("同時給了擷取檔與介面", "請擇一"),
        )
    for name, given in (("--built", built), ("--room", room)):
        if given is not None and plan is None:
            raise SettingsError(
                f"{name} needs the plan",
                remedy="give it with --plan",
                where=name,
                zh=(f"{name} 需要計畫", "請加 --plan"),
            )


def _wish(plan_path: Path | None, built_path: Path | None, room: str | None, settings_path: Path | None) -> Wish | None:
    """Return what should be on the air by a plan; it brings the laws with it, so it loads only when given."""
    if plan_path is None:
        return None
    from wifiplan.files.compared import read_compared  # noqa: PLC0415 (see above)
    from wifiplan.study.wishes import wish_in_room, wish_of  # noqa: PLC0415

    network = files.read_settings(settings_path).network if settings_path is not None else None
    plan = read_compared(plan_path).plan
    if plan is None:
        if built_path is not None or room is not None:
            raise SettingsError(
                "--built and --room need a plan, this is a site",
                remedy="give the plan.json",
                where=str(plan_path),
                zh=("--built 與 --room 需要計畫，這是校舍檔", "請給 plan.json"),
            )
        return wish_of(files.read_site(plan_path), network)
    macs = {}
    if built_path is not None:
        macs = {row.ap_id: row.mac for row in files.read_as_built(built_path, plan).rows if row.mac}
    wish = wish_of(plan, network, macs=macs)
    return wish if room is None else wish_in_room(wish, plan, room)


def _wish_of_settings(settings_path: Path | None) -> Wish:
    ssids = () if settings_path is None else files.read_settings(settings_path).network.ssids
    return Wish(country="TW", ssids=tuple(ssid.name for ssid in ssids))
