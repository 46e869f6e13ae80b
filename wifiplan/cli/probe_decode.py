"""`wifiplan probe decode`: the networks in a capture, one row a BSS."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from wifiplan.cli.options import lang_option, say
from wifiplan.cli.probe_decode_text import note_lines, table_lines
from wifiplan.files.captures import open_capture
from wifiplan.probe.bss import BssTable
from wifiplan.probe.capture_source import Caps, Packet
from wifiplan.probe.checksum import checked
from wifiplan.probe.frames import decode_packet
from wifiplan.probe.pcap import Capture

EPILOG = """\b
The keys of a row of --json:
  bssid, ssid (blank: hidden), channel (primary), width_mhz, band, standard
  rssi_dbm: median of the first antenna; rssi_max_dbm
  beacons; frames: beacons and probe responses
  station_count: the last; utilisation_share: mean, 0 to 1 (BSS Load)
and more: security, country, streams, heard_mhz, unsent, bad_fcs, ...

\b
Exit code 0, also for a capture that is cut off or damaged on the way: the
answer then covers what came before, and a note on standard error says so.
"""


@click.command("decode", epilog=EPILOG)
@click.argument(
    "capture_path", metavar="CAPTURE", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a BSS.")
@click.option(
    "--sound-only",
    is_flag=True,
    help="Leave out frames whose checksum failed, by the receiver's word or by our own sum.",
)
@click.option("--max-mb", type=click.FloatRange(min=0, min_open=True), help="Read at most so many MB, unpacked.")
@click.option("--max-frames", type=click.IntRange(min=1), help="Read at most so many frames.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), help="Read for at most so many seconds.")
@lang_option
def decode_command(
    *,
    capture_path: Path,
    as_json: bool,
    sound_only: bool,
    max_mb: float | None,
    max_frames: int | None,
    max_seconds: float | None,
    lang: str,
) -> None:
    """List the networks in a capture of 802.11 frames, one row a BSS.

    CAPTURE is pcap or pcapng, plain or packed by gzip; - reads standard input. Channels are those that the networks
    name, not those to which the receiver was tuned. No address of a client is shown.
    """
    table = BssTable(sound_only=sound_only)
    with open_capture(capture_path, caps=_caps(max_mb, max_frames, max_seconds)) as capture:
        _read(capture, table, lang=lang, sound_only=sound_only)
        notes = capture.notes
    rows = table.rows()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        for line in table_lines(rows, lang):
            click.echo(line)
    for line in note_lines(notes, table, lang):
        say(line)


def _read(capture: Capture, table: BssTable, *, lang: str, sound_only: bool) -> None:
    """Count all frames, showing how far it is where somebody watches."""
    if not sys.stderr.isatty():
        _count(capture, table, sound_only=sound_only)
        return
    label = "讀取訊框" if lang == "zh-TW" else "reading frames"
    with click.progressbar(capture, label=label, file=sys.stderr, show_pos=True, update_min_steps=50_000) as packets:
        _count(packets, table, sound_only=sound_only)


def _count(packets: Iterable[Packet], table: BssTable, *, sound_only: bool) -> None:
    for _, link_type, data, n_cut in packets:
        frame = decode_packet(data, link_type=link_type, n_cut=n_cut)
        table.add(checked(frame, data, n_cut=n_cut) if sound_only else frame)


def _caps(max_mb: float | None, max_frames: int | None, max_seconds: float | None) -> Caps | None:
    """Return the caps that the options ask for; None where they ask for none, as packed files have their own."""
    if max_mb is None and max_frames is None and max_seconds is None:
        return None
    usual = Caps()
    return Caps(
        max_bytes=usual.max_bytes if max_mb is None else max(1, round(max_mb * 1e6)),
        max_packets=max_frames or usual.max_packets,
        max_s=max_seconds or usual.max_s,
    )
