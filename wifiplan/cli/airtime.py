"""`wifiplan airtime`: what one radio cell carries."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from wifiplan.errors import SettingsError
from wifiplan.radio.airtime import cell, cell_from_mapping

EPILOG = """\b
CELL.json, everything but `clients` with its default:
{"conventions": "standard" or "ns-3", "standard": "11n|11ac|11ax|11be",
 "width_mhz": 20, "guard_interval_ns": 800, "access_category": "BE|VI",
 "rts_cts": false, "block_ack_window": null, "max_ampdu_bytes": null,
 "co_channel_aps": 1, "direction": "down|up", "transport": "udp|tcp",
 "payload_bytes": 1400, "packets_per_burst": 1,
 "clients": [{"count": 30, "standard": "11ac", "width_mhz": 20,
              "spatial_streams": 1, "mcs": 8, "offered_mbps": 4.0}]}

\b
"offered_mbps": null is as much as fits. "co_channel_aps" counts this one too.
The exit code is 0 if the cell sustains its load, 1 if not, 2 on bad input.
"""

N_DIGITS = 6
"""Digits after the point of printed numbers: beyond them is rounding of the search."""


@click.command(epilog=EPILOG)
@click.argument("cell_path", metavar="CELL.json", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def airtime(cell_path: str) -> None:
    """Say what one radio cell carries: capacity, busy share, delay and whether it sustains its load.

    CELL.json describes the channel and its clients; - reads it from standard input. The answer is JSON.
    """
    load = cell(cell_from_mapping(_parsed(cell_path), where=cell_path))
    answer = {key: round(v, N_DIGITS) if isinstance(v, float) else v for key, v in asdict(load).items()}
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    sys.exit(0 if load.sustainable else 1)


def _parsed(cell_path: str) -> object:
    """Return what the file holds; one message where it is no text or no JSON."""
    try:
        text = sys.stdin.read() if cell_path == "-" else Path(cell_path).read_text(encoding="utf-8-sig")
        parsed: object = json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_doubles)
    except OSError as error:
        raise _unreadable(f"The file can't be read ({error.strerror}).", cell_path) from error
    except UnicodeDecodeError as error:
        raise _unreadable("The file is no UTF-8 text.", cell_path) from error
    except ValueError as error:
        raise _unreadable(f"The file is no JSON: {error}.", cell_path) from error
    return parsed


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key '{next(k for k in keys if keys.count(k) > 1)}' stands twice")
    return found


def _unreadable(problem: str, where: str) -> SettingsError:
    return SettingsError(problem, remedy="Write the keys that `wifiplan airtime --help` lists.", where=where)
