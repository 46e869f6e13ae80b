"""The binary of a survey's Wi-Fi track: scans of what was heard when (big endian)."""

import struct
from dataclasses import dataclass

import numpy as np

from wifiplan.units import Array

MAX_READINGS = 500_000
"""Of one track: hours of scanning among a hundred access points."""
_HEADER = b"\x02\x01"
_SCAN, _HEARD, _END, _END_SCAN = 0x00, 0x01, 0x09, 0x10
_TIME, _INDEX, _RSSI, _FREQUENCY = 0x02, 0x04, 0x05, 0x11
_FIELDS = {_TIME: struct.Struct(">i"), _INDEX: struct.Struct(">h"), _RSSI: struct.Struct(">b")}
_FIELDS[_FREQUENCY] = struct.Struct(">i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Readings (n) of a track, and why it was not read to its end, blank where it was.

    `index_n` points into the track's own list of BSSIDs.
    """

    time_s_n: Array
    index_n: Array
    rssi_dbm_n: Array
    frequency_hz_n: Array
    stopped: str = ""


def read_track(data: bytes) -> Track:
    """Return the readings of a track up to the first byte of unknown meaning; never raises on bad bytes.

    Examples
    --------
    >>> read_track(b"nonsense").stopped
    'it does not begin as a track'
    """
    if not data.startswith(_HEADER):
        return _track([], "it does not begin as a track")
    found: list[tuple[int, int, int, int]] = []
    at, stopped = len(_HEADER), ""
    while at < len(data) and not stopped:
        tag = data[at]
        if tag == _HEARD:
            at, stopped = _heard(data, at + 1, found)
        elif tag == _SCAN:
            at += 5
        elif tag == _END_SCAN:
            at += 1
        else:
            stopped = f"unknown tag 0x{tag:02x} at byte {at:,}"
        if len(found) > MAX_READINGS:
            stopped = f"more than {MAX_READINGS:,} readings"
    if not stopped and at > len(data):
        stopped = "it ends within a record"
    return _track(found, stopped)


def _heard(data: bytes, at: int, found: list[tuple[int, int, int, int]]) -> tuple[int, str]:
    """Read one record; return where the next one begins, and why there is none."""
    values: dict[int, int] = {}
    while at < len(data):
        tag = data[at]
        if tag == _END:
            if values.keys() >= {_TIME, _INDEX, _RSSI}:
                found.append((values[_TIME], values[_INDEX], values[_RSSI], values.get(_FREQUENCY, 0)))
            return at + 1, ""
        if tag not in _FIELDS:
            return at, f"unknown tag 0x{tag:02x} at byte {at:,}"
        form = _FIELDS[tag]
        if at + 1 + form.size > len(data):
            break
        (values[tag],) = form.unpack_from(data, at + 1)
        at += 1 + form.size
    return at, "it ends within a record"


def _track(found: list[tuple[int, int, int, int]], stopped: str) -> Track:
    table = np.array(found, dtype=np.float64).reshape(-1, 4)
    return Track(
        time_s_n=table[:, 0] / 1e3,
        index_n=table[:, 1].astype(np.int64),
        rssi_dbm_n=table[:, 2],
        frequency_hz_n=table[:, 3] * 1e6,
        stopped=stopped,
    )
