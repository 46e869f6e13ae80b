"""Packets -> what was heard: of a capture in this process, or as the analyser of live listening."""

import codecs
import io
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from struct import Struct

from wifiplan.errors import ProbeError
from wifiplan.probe.air import Air
from wifiplan.probe.air_log import AirLog
from wifiplan.probe.air_summary import summarise_air
from wifiplan.probe.airtime import modulated_us
from wifiplan.probe.capture_source import LIVE_CAPS, Packet
from wifiplan.probe.frames import decode_packet
from wifiplan.probe.pcap import Capture

_TELL_EVERY = 16
_TELL_S = 0.5


def read_air(packets: Iterable[Packet], log: AirLog, tell: Callable[[dict[str, object]], None] | None = None) -> None:
    """Count packets until there are no more.

    Parameters
    ----------
    packets : iterable of Packet
        As captured, in order.
    log : AirLog
        Counts them.
    tell : callable, optional
        Told `n_frames` and `n_bss` about twice a second.
    """
    told_s = time.monotonic()
    for n, (time_ns, link_type, data, n_cut) in enumerate(packets):
        log.add(decode_packet(data, link_type=link_type, n_cut=n_cut), time_ns / 1e9)
        if tell is not None and not n % _TELL_EVERY and time.monotonic() - told_s >= _TELL_S:
            told_s = time.monotonic()
            tell({"n_frames": log.n_frames, "n_bss": len(log.bss)})


def analyse(frames: io.BufferedReader, tell: Callable[[dict[str, object]], None]) -> dict[str, object]:
    """Read a capture as it comes and return an `Air` as plain values: what the analyser of live listening does."""
    log = AirLog()
    try:
        read_air(Capture(frames, caps=LIVE_CAPS), log, tell)
    except ProbeError:
        if log.n_frames:
            raise
        # the helper ended before its first byte: nothing was heard
    return asdict(summarise_air(log, source=""))


def warm_up() -> Air:
    """Do once what the analyser does: what it imports and reads is out of its reach once it has given up its rights."""
    for encoding in ("ascii", "utf-8", "latin-1", "cp950", "gb18030"):
        codecs.lookup(encoding)
    for standard in ("11n", "11ac", "11ax", "11be"):
        modulated_us((standard, 0, 1, 20, 800), 100)
    log = AirLog()
    read_air(Capture(io.BytesIO(_example())), log)
    return summarise_air(log, source="")


def _example() -> bytes:
    """Return a capture with one beacon, whose name is no UTF-8, and one data frame."""
    radiotap = bytes.fromhex("00000f002e000000000c8509c000c4")
    beacon = bytes.fromhex("80000000ffffffffffff0200000000010200000000010000") + bytes(8) + bytes.fromhex("64001100")
    beacon += bytes.fromhex("0002a4ff0301060b050100800000")
    data = bytes.fromhex("080100000200000000010200000000020200000000030000") + bytes(20)
    packets = [radiotap + beacon, radiotap + data]
    head = Struct("=IHHiIII").pack(0xA1B23C4D, 2, 4, 0, 0, 65535, 127)
    return head + b"".join(Struct("=IIII").pack(1, n, len(p), len(p)) + p for n, p in enumerate(packets))
