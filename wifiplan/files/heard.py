"""What was heard, on disk: listen.json, which holds all of it, and listen.csv, one row a BSS."""

import dataclasses
import json
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from wifiplan.errors import ProbeError
from wifiplan.files.json_input import Json
from wifiplan.files.output import write_csv, write_text
from wifiplan.files.plain import json_text, rounded
from wifiplan.files.strict import STRICT
from wifiplan.probe.air import Air, ChannelAir, HeardBss
from wifiplan.study.heard_records import Finding, Heard, Match

ANSWERS = ("listen.json", "listen.csv")
FORMAT = 1
_DIGITS = 4

COLUMNS = (
    "bssid",
    "ssid",
    "role",
    "ap_id",
    "band",
    "channel",
    "width_mhz",
    "standard",
    "security",
    "rssi_dbm",
    "rssi_low_dbm",
    "rssi_high_dbm",
    "beacons",
    "beacons_heard_share",
    "station_count",
    "utilisation_share",
    "utilisation_doubt",
    "n_devices",
    "retry_share",
    "airtime_ms",
    "slowest_beacon_mbps",
    "last_s",
    "findings",
)


def air_from_plain(data: object) -> Air:
    """Return what the analyser found: it runs without any right on bytes of strangers, so its answer is checked.

    Raises
    ------
    ProbeError
        It is not what an analyser says.
    """
    try:
        return _adapter().validate_json(json.dumps([data]))[0]
    except (ValidationError, ValueError) as error:
        raise ProbeError(
            "the analyser's answer is not what it should be", remedy="listen again; report it if it comes back"
        ) from error


def heard_to_plain(heard: Heard) -> Json:
    """Return what was heard as plain values, shares with it."""
    air, whose = heard.air, {match.bssid: match for match in heard.matches}
    plain: dict[str, Json] = {
        "format": FORMAT,
        "source": air.source,
        "seconds": air.seconds,
        "n_frames": air.n_frames,
        "n_faulty": air.n_faulty,
        "n_bad_fcs": air.n_bad,
        "n_dropped": air.n_dropped,
        "n_forgotten": air.n_forgotten,
        "notes": [*air.notes],
        "as_planned": heard.as_planned if heard.wish.wanted or heard.wish.ssids else None,
        "limits": dataclasses.asdict(heard.limits),
        "channels": [_channel(channel) for channel in air.channels],
        "bss": [_bss(bss, whose[bss.bssid]) for bss in air.bss],
        "findings": [_finding(finding) for finding in heard.findings],
    }
    return rounded(plain, _DIGITS)


def write_heard(folder: Path, heard: Heard) -> None:
    """Write listen.json and listen.csv; nobody but access points is in them.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    write_text(folder / ANSWERS[0], json_text(heard_to_plain(heard)))
    write_csv(folder / ANSWERS[1], rows_of(heard), COLUMNS)


def rows_of(heard: Heard) -> list[dict[str, object]]:
    """Return a row a BSS, from the strongest to the weakest."""
    about: dict[str, list[str]] = {}
    for finding in heard.findings:
        if finding.bssid is not None:
            about.setdefault(finding.bssid, []).append(finding.code)
    return [
        _row(bss, match) | {"findings": " ".join(about.get(bss.bssid, ()))}
        for bss, match in zip(heard.air.bss, heard.matches, strict=True)
    ]


def _row(bss: HeardBss, match: Match) -> dict[str, object]:
    level, load = bss.level, bss.load
    return {
        **{name: value for name, value in dataclasses.asdict(bss).items() if name in COLUMNS},
        "role": match.role,
        "ap_id": match.ap_id,
        "rssi_dbm": None if level is None else level.median_dbm,
        "rssi_low_dbm": None if level is None else level.low_dbm,
        "rssi_high_dbm": None if level is None else level.high_dbm,
        "beacons": bss.n_beacons,
        "beacons_heard_share": bss.beacons_share,
        "station_count": None if load is None else load.n_stations,
        "utilisation_share": None if load is None else load.utilisation_share,
        "utilisation_doubt": None if load is None else load.doubt,
        "retry_share": bss.retry_share,
    }


def _bss(bss: HeardBss, match: Match) -> dict[str, Json]:
    return {
        **dataclasses.asdict(bss),
        "role": match.role,
        "ap_id": match.ap_id,
        "rule": match.rule,
        "beacons_heard_share": bss.beacons_share,
        "retry_share": bss.retry_share,
        "beacon_share": bss.beacon_share,
    }


def _channel(channel: ChannelAir) -> dict[str, Json]:
    return {
        **dataclasses.asdict(channel),
        "airtime_at_least_share": channel.airtime_share,
        "retry_share": channel.retry_share,
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return dataclasses.asdict(finding)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[tuple[Air]]:
    return TypeAdapter(tuple[Air], config=STRICT)
