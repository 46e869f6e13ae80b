"""Scans of one file put together: a BSS once a scan, and what was left out or worked out is told."""

from collections import Counter
from collections.abc import Iterable
from types import MappingProxyType

from wifiplan.catalog.signal_scales import signal_scale
from wifiplan.survey.readings import Kind, Reading, Readings

_SCALES: MappingProxyType[Kind, str] = MappingProxyType({"netsh": "windows", "nmcli": "networkmanager"})


def collected(kind: Kind, readings: Iterable[Reading], n_scans: int, remarks: Iterable[str]) -> Readings:
    """Return the readings of a file: of a BSS that a scan tells twice, the one that was heard last, then the strongest.

    Parameters
    ----------
    kind : str
        What the file is.
    readings : iterable of Reading
        In the order of the file.
    n_scans : int
        How many scans it holds.
    remarks : iterable of str
        What the reader noted; the same remark from several places is told once, with its count.
    """
    best: dict[tuple[int, str, str | None], Reading] = {}
    n_twice = 0
    for one in readings:
        key = (one.scan, one.bssid, one.band)
        n_twice += key in best
        best[key] = max(best[key], one, key=_worth) if key in best else one
    kept = tuple(best.values())
    return Readings(
        kind=kind, readings=kept, n_scans=n_scans, remarks=(*_counted(remarks), *_of_readings(kind, kept, n_twice))
    )


def _worth(one: Reading) -> tuple[bool, float, bool, float]:
    age_s = 0.0 if one.age_s is None else one.age_s
    return one.rssi_dbm is not None, -age_s, bool(one.ssid), one.rssi_dbm or -1e9


def _counted(remarks: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{n:,} × {said}" if n > 1 else said for said, n in Counter(remarks).items())


def _of_readings(kind: Kind, kept: tuple[Reading, ...], n_twice: int) -> tuple[str, ...]:
    n_silent = sum(one.rssi_dbm is None for one in kept)
    n_cached = sum(one.is_cached for one in kept)
    n_bandless = sum(one.band is None for one in kept)
    n_lost = sum("\ufffd" in one.ssid for one in kept)
    n_top = sum(_is_top(one, kind) for one in kept)
    said = (
        (n_twice, "entries of a BSS that the same scan tells again: left out"),
        (n_silent, "BSS without a level in dBm"),
        (n_cached, "BSS from the cache: not heard during this scan"),
        (n_lost, "BSS whose names hold characters that were lost when the file was saved"),
        (n_top, "BSS at the upper end of the percent scale: their level is at least what is told"),
        (n_bandless, "BSS without a channel that is known"),
    )
    return tuple(f"{n:,} {what}" for n, what in said if n)


def _is_top(one: Reading, kind: Kind) -> bool:
    """Return whether a level stands for all levels above it, too."""
    if not one.is_converted or kind not in _SCALES:
        return False
    system = f"{_SCALES[kind]}-in-use" if kind == "nmcli" and one.in_use else _SCALES[kind]
    return one.rssi_dbm == signal_scale(system).high_dbm
