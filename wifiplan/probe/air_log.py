"""Counts frames as they come: by BSS, by frequency of the receiver, and how long it stayed there. Memory is bounded."""

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field

from wifiplan.probe.air import channel_at, frequency_of
from wifiplan.probe.airtime import legacy_us, modulated_us, sifs_us
from wifiplan.probe.elements import Elements
from wifiplan.probe.frames import ACK, BEACON, BLOCK_ACK, CONTROL, CTS, DATA, MANAGEMENT, Frame
from wifiplan.probe.operation import Operation
from wifiplan.probe.ssids import ssid_text

MAX_BSS = 4096
"""BSSs kept in mind; where there are more, the quarter with the fewest announcements is forgotten."""

MAX_DEVICES = 1024
"""Devices told apart on one channel or in one BSS; further ones are not counted."""

MAX_MARKS = 262_144
"""Devices kept in mind over all BSSs: a flood of invented ones fills no memory."""

MAX_FREQUENCIES = 256
_MAX_GAP_S = 10.0
_MAX_HOP_S = 0.5
_SHORT_PREAMBLE = 0x02
_ANSWERS = frozenset({ACK, BLOCK_ACK, CTS})


@dataclass(slots=True)
class BssCount:
    """What is counted of one BSS; `last` is its last announcement with a channel, `moving` another one told once."""

    first_s: float
    last_s: float
    last: Elements
    moving: Operation | None = None
    ssid: bytes | None = None
    ap_name: str = ""
    privacy: bool = False
    interval_tu: int | None = None
    n_beacons: int = 0
    n_answers: int = 0
    n_home: int = 0
    n_moves: int = 0
    signals: Counter[int] = field(default_factory=Counter)
    slowest_mbps: float | None = None
    beacon_us: float = 0.0
    n_timed: int = 0
    n_data: int = 0
    n_retries: int = 0
    airtime_us: float = 0.0
    devices: set[int] = field(default_factory=set)
    more_ssids: int = 0
    loads: Counter[int] = field(default_factory=Counter)
    n_stations: int = 0
    most_stations: int = 0


@dataclass(slots=True)
class ChannelCount:
    """What is counted at one frequency of the receiver."""

    dwell_s: float = 0.0
    n_frames: int = 0
    n_bad: int = 0
    n_unmeasured: int = 0
    airtime_us: float = 0.0
    beacon_us: float = 0.0
    n_data: int = 0
    n_retries: int = 0
    devices: set[int] = field(default_factory=set)


class AirLog:
    """Counts one frame after another.

    Devices are told apart by a hash under a salt that is made for this run and never leaves it; the hashes go with it.
    """

    def __init__(self, *, max_bss: int = MAX_BSS) -> None:
        self.bss: dict[bytes, BssCount] = {}
        self.channels: dict[int | None, ChannelCount] = {}
        self.n_frames = self.n_faulty = self.n_bad = self.n_forgotten = 0
        self.first_s: float | None = None
        self.last_s = 0.0
        self._salt = secrets.token_bytes(16)
        self._max_bss = max_bss
        self._n_marks = 0
        self._at: tuple[int | None, float] | None = None
        self._aggregate: int | None = None

    def add(self, frame: Frame, time_s: float) -> None:
        """Count one frame, heard at a time [s] of whatever clock."""
        self.n_frames += 1
        if self.first_s is None:
            self.first_s = time_s
        self.last_s = max(self.last_s, time_s - self.first_s)
        channel = self._channel(frame, time_s)
        channel.n_frames += 1
        if frame.radio.bad_fcs:
            self.n_bad += 1
            channel.n_bad += 1
            return  # no field of a broken frame can be believed, its address least of all
        if frame.fault:
            self.n_faulty += 1
        length_us = self._airtime(frame, channel)
        if frame.kind == DATA:
            self._count_data(frame, channel, length_us)
        elif frame.announces and frame.elements is not None and frame.bssid is not None and not frame.fault:
            self._count_announcement(frame, frame.elements, length_us)

    def _channel(self, frame: Frame, time_s: float) -> ChannelCount:
        """Return the counts of the receiver's frequency; the time since the frame before is added where it belongs."""
        frequency = frame.radio.frequency_mhz
        found = self.channels.get(frequency)
        if found is None:
            if len(self.channels) >= MAX_FREQUENCIES:
                frequency = None
            found = self.channels.setdefault(frequency, ChannelCount())
        if self._at is not None:
            before, since_s = self._at
            gap_s = time_s - since_s
            if before == frequency and 0.0 < gap_s <= _MAX_GAP_S:
                found.dwell_s += gap_s
            elif 0.0 < gap_s <= _MAX_HOP_S:
                # somewhere in this gap the receiver was tuned over
                found.dwell_s += gap_s / 2
                self.channels[before].dwell_s += gap_s / 2
        self._at = frequency, time_s
        return found

    def _airtime(self, frame: Frame, channel: ChannelCount) -> float | None:
        """Return a frame's airtime and add it to its channel; None where it is unknown."""
        radio, length_us = frame.radio, None
        if radio.phy is not None:
            phy = radio.phy
            known = (phy.mcs, phy.streams, phy.width_mhz, phy.guard_ns)
            first = radio.ampdu is None or radio.ampdu != self._aggregate
            if not phy.shared and None not in known:
                scheme = (phy.standard, phy.mcs or 0, phy.streams or 0, phy.width_mhz or 0, phy.guard_ns or 0)
                length_us = modulated_us(scheme, frame.n_bytes, first=first)
        elif radio.rate_mbps is not None:
            frequency = radio.frequency_mhz
            length_us = legacy_us(
                radio.rate_mbps,
                frame.n_bytes,
                is_2g4=frequency is not None and frequency < 2500,
                short_preamble=bool(radio.flags & _SHORT_PREAMBLE),
            )
        self._aggregate = radio.ampdu
        if length_us is None:
            channel.n_unmeasured += 1
            return None
        if frame.kind == CONTROL and frame.subtype in _ANSWERS:
            channel.airtime_us += sifs_us(radio.frequency_mhz)
        elif frame.kind == MANAGEMENT and frame.subtype == BEACON:
            channel.beacon_us += length_us
        channel.airtime_us += length_us
        return length_us

    def _count_data(self, frame: Frame, channel: ChannelCount, length_us: float | None) -> None:
        bss = self.bss.get(frame.bssid) if frame.bssid is not None else None
        if bss is not None:
            bss.airtime_us += length_us or 0.0
        station = frame.station
        if station is not None and (bss is None or station != frame.bssid):
            mark = int.from_bytes(hashlib.blake2b(station, digest_size=8, key=self._salt).digest())
            _keep(channel.devices, mark)
            if bss is not None and self._n_marks < MAX_MARKS:
                self._n_marks += _keep(bss.devices, mark)
        if frame.is_data:
            for counts in (channel, bss) if bss is not None else (channel,):
                counts.n_data += 1
                counts.n_retries += frame.retry

    def _count_announcement(self, frame: Frame, elements: Elements, length_us: float | None) -> None:
        time_s = self.last_s
        bss = self._bss(frame.bssid or b"", elements, time_s)
        bss.last_s, bss.airtime_us = time_s, bss.airtime_us + (length_us or 0.0)
        _settle(bss, elements)
        if elements.ssid is not None and ssid_text(elements.ssid):
            bss.ssid = elements.ssid
        bss.ap_name = elements.ap_name or bss.ap_name
        bss.privacy = frame.privacy
        if frame.signal_dbm is not None:
            bss.signals[frame.signal_dbm] += 1
        if elements.multiple is not None:
            bss.more_ssids = max(bss.more_ssids, len(elements.multiple.profiles))
        if elements.load is not None:
            bss.loads[elements.load.utilisation_255] += 1
            bss.n_stations = elements.load.n_stations
            bss.most_stations = max(bss.most_stations, bss.n_stations)
        if frame.subtype == BEACON:
            _count_beacon(bss, frame, length_us)
        else:
            bss.n_answers += 1

    def _bss(self, bssid: bytes, elements: Elements, time_s: float) -> BssCount:
        found = self.bss.get(bssid)
        if found is None:
            if len(self.bss) >= self._max_bss:
                self._forget()
            found = self.bss[bssid] = BssCount(first_s=time_s, last_s=time_s, last=elements)
        return found

    def _forget(self) -> None:
        """Forget the quarter of the BSSs with the fewest announcements, the oldest first among equals."""
        ranked = sorted(self.bss, key=lambda bssid: self.bss[bssid].n_beacons + self.bss[bssid].n_answers)
        for bssid in ranked[: max(1, len(ranked) // 4)]:
            self._n_marks -= len(self.bss.pop(bssid).devices)
            self.n_forgotten += 1


def _settle(bss: BssCount, elements: Elements) -> None:
    """Take over what an announcement says of the BSS; another channel must be told twice: damage renames nothing."""
    channel = elements.operation.channel
    if channel is None or elements.damaged:
        return
    before = bss.last.operation.channel
    told_again = bss.moving is not None and bss.moving == elements.operation
    if before in (None, channel) or told_again:
        bss.n_moves += before not in (None, channel)
        bss.last, bss.moving = elements, None
    else:
        bss.moving = elements.operation


def _count_beacon(bss: BssCount, frame: Frame, length_us: float | None) -> None:
    bss.n_beacons += 1
    bss.interval_tu = frame.interval_tu or bss.interval_tu
    operation, heard_at = bss.last.operation, frame.radio.frequency_mhz
    home = frequency_of(operation.band, operation.channel)
    bss.n_home += heard_at is None or home is None or heard_at == home or channel_at(heard_at) == (None, None)
    if length_us is not None:
        bss.beacon_us += length_us
        bss.n_timed += 1
    rate = frame.radio.rate_mbps
    if rate is not None and frame.radio.phy is None:
        bss.slowest_mbps = rate if bss.slowest_mbps is None else min(bss.slowest_mbps, rate)


def _keep(devices: set[int], mark: int) -> int:
    """Keep a device in mind where there is room; return how many that adds."""
    before = len(devices)
    if before < MAX_DEVICES:
        devices.add(mark)
    return len(devices) - before
