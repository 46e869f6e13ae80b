"""A table of the networks that were heard: one row a BSS, in memory that does not grow with the frames.

What is printed of a BSS with several values: its name and its primary channel are the most frequent ones (the later one
of equals), so that a damaged frame renames nothing; the station count is the last, utilisation the mean of all frames
that carry BSS Load, the signal the median of the first antenna. A name that only probe responses tell counts for a BSS
that hides it in its beacons. Frames whose checksum failed count unless `sound_only` is set: they may make up networks
that do not exist, but tshark's tables count them too.
"""

from collections.abc import Iterable
from typing import TypeVar

from wifiplan.probe.bss_row import BssRow, UnsentBss, mac_text
from wifiplan.probe.elements import NO_ELEMENTS, Elements
from wifiplan.probe.frames import BEACON, MANAGEMENT, PROBE_RESPONSE, Frame
from wifiplan.probe.multiple_bssid import bssid_of
from wifiplan.probe.quantiles import counted_quantile
from wifiplan.probe.radiotap import BAD_FCS
from wifiplan.probe.ssids import is_utf8, ssid_text

MAX_BSS = 10_000
"""Networks in one table: a flood of invented beacons fills it and no more."""

_MAX_VALUES = 32
"""Different names, channels and receive frequencies noted of one BSS."""

_Value = TypeVar("_Value", bytes, int)

_ANNOUNCING = (BEACON, PROBE_RESPONSE)


class _Heard:
    """What is counted of one BSS while frames come in."""

    __slots__ = (
        "ap_name",
        "bad_fcs",
        "beacons",
        "channels",
        "damaged",
        "elements",
        "frames",
        "interval_tu",
        "loads",
        "mhz",
        "privacy",
        "signals",
        "sound",
        "ssids",
        "station_count",
        "switch_to",
        "unsent",
        "utilisation",
    )

    def __init__(self) -> None:
        self.frames = self.beacons = self.bad_fcs = self.damaged = self.loads = self.utilisation = 0
        self.signals: dict[int, int] = {}
        self.ssids: dict[bytes, int] = {}
        self.channels: dict[int, int] = {}
        self.mhz: dict[int, int] = {}
        self.unsent: dict[int, tuple[int, bytes, str]] = {}
        self.elements: Elements = NO_ELEMENTS
        self.sound = self.privacy = False
        self.interval_tu: int | None = None
        self.station_count: int | None = None
        self.switch_to: int | None = None
        self.ap_name = ""


class BssTable:
    """Takes frames, gives rows.

    Parameters
    ----------
    sound_only : bool
        Leave out frames whose checksum failed.

    Attributes
    ----------
    n_frames : int
        Frames of any kind that were given.
    n_faulty : int
        Of these, frames that could not be read whole.
    n_beyond : int
        Frames of networks for which there was no more room.
    """

    def __init__(self, *, sound_only: bool = False) -> None:
        self._sound_only = sound_only
        self._heard: dict[bytes, _Heard] = {}
        self.n_frames = 0
        self.n_faulty = 0
        self.n_beyond = 0

    def add_all(self, frames: Iterable[Frame]) -> None:
        """Count frames."""
        for frame in frames:
            self.add(frame)

    def add(self, frame: Frame) -> None:
        """Count one frame; only beacons and probe responses with an address make rows."""
        self.n_frames += 1
        if frame.fault:
            self.n_faulty += 1
        if frame.kind != MANAGEMENT or frame.subtype not in _ANNOUNCING or frame.bssid is None:
            return
        bad = frame.radio.flags & BAD_FCS
        if bad and self._sound_only:
            return
        heard = self._heard.get(frame.bssid)
        if heard is None:
            if len(self._heard) >= MAX_BSS:
                self.n_beyond += 1
                return
            heard = self._heard[frame.bssid] = _Heard()
        _count(heard, frame, sound=not bad)

    def rows(self) -> tuple[BssRow, ...]:
        """Return the rows: by band and channel, the strongest first."""
        rows = [_row(bssid, heard) for bssid, heard in self._heard.items()]
        return tuple(sorted(rows, key=_order))


def _order(row: BssRow) -> tuple[str, int, float, str]:
    return row.band or "9", row.channel or 0, -(row.rssi_dbm if row.rssi_dbm is not None else -999.0), row.bssid


def _count(heard: _Heard, frame: Frame, *, sound: bool) -> None:
    radio, elements = frame.radio, frame.elements or NO_ELEMENTS
    heard.frames += 1
    if frame.subtype == BEACON:
        heard.beacons += 1
    if radio.signals_dbm:
        first = radio.signals_dbm[0]
        heard.signals[first] = heard.signals.get(first, 0) + 1
    if radio.frequency_mhz is not None:
        _tally(heard.mhz, radio.frequency_mhz)
    if elements.ssid is not None:
        _tally(heard.ssids, elements.ssid)
    channel = elements.operation.channel
    if channel is not None:
        _tally(heard.channels, channel)
    load = elements.load
    if load is not None:
        heard.loads += 1
        heard.station_count = load.n_stations
        heard.utilisation += load.utilisation_255
    heard.damaged += elements.damaged
    heard.bad_fcs += not sound
    whole = sound and not elements.damaged and not frame.fault
    if whole or not heard.sound:
        heard.sound = whole
        _describe(heard, frame, elements)


def _describe(heard: _Heard, frame: Frame, elements: Elements) -> None:
    """Keep what the last sound frame says, or the last one as long as there is none."""
    heard.elements = elements
    heard.interval_tu = frame.interval_tu
    heard.privacy = frame.privacy
    if elements.ap_name:
        heard.ap_name = elements.ap_name
    if elements.switch_to is not None:
        heard.switch_to = elements.switch_to
    if elements.multiple is not None:
        for profile in elements.multiple.profiles:
            if len(heard.unsent) < _MAX_VALUES or profile.number in heard.unsent:
                heard.unsent[profile.number] = (elements.multiple.n_bits, profile.ssid, profile.security.name)


def _tally(counts: dict[_Value, int], value: _Value) -> None:
    """Count a value; where there are too many, all that came once make room, so that a flood costs little."""
    n = counts.get(value)
    if n is not None:
        counts[value] = n + 1
        return
    if len(counts) >= _MAX_VALUES:
        fewest = min(counts.values())
        for rare in [known for known, n_known in counts.items() if n_known == fewest]:
            del counts[rare]
    counts[value] = 1


def _row(bssid: bytes, heard: _Heard) -> BssRow:
    names = [name for name in _by_frequency(heard.ssids) if ssid_text(name)]
    channels = _by_frequency(heard.channels)
    elements = heard.elements
    operation, capabilities = elements.operation, elements.capabilities
    fits = bool(channels) and operation.channel == channels[0]
    return BssRow(
        bssid=mac_text(bssid),
        ssid=ssid_text(names[0]) if names else "",
        hidden=not names,
        ssid_hex="" if not names or is_utf8(names[0]) else names[0].hex(),
        channel=channels[0] if channels else None,
        width_mhz=operation.width_mhz if fits else None,
        band=operation.band or _band_of(heard.mhz),
        middle=operation.middle if fits else None,
        apart=operation.apart and fits,
        standard=capabilities.standard,
        rssi_dbm=counted_quantile(heard.signals, 0.5) if heard.signals else None,
        rssi_max_dbm=max(heard.signals, default=None),
        frames=heard.frames,
        beacons=heard.beacons,
        station_count=heard.station_count,
        utilisation_share=heard.utilisation / heard.loads / 255 if heard.loads else None,
        n_loads=heard.loads,
        security="WEP" if elements.security.name == "open" and heard.privacy else elements.security.name,
        country=elements.country,
        interval_tu=heard.interval_tu,
        streams=capabilities.streams,
        rates_mbps=capabilities.rates_mbps,
        basic_mbps=capabilities.basic_mbps,
        mld="" if elements.mld is None else mac_text(elements.mld),
        bss_color=operation.bss_color,
        ap_name=heard.ap_name,
        punctured=operation.punctured,
        heard_mhz=tuple(sorted(heard.mhz.items(), key=lambda item: -item[1])),
        channels=tuple(channels) if len(channels) > 1 else (),
        ssids=tuple(dict.fromkeys(ssid_text(name) for name in names)) if len(names) > 1 else (),
        switch_to=heard.switch_to,
        unsent=tuple(
            UnsentBss(bssid=mac_text(bssid_of(bssid, n_bits, number)), ssid=ssid_text(ssid), security=security)
            for number, (n_bits, ssid, security) in sorted(heard.unsent.items())
        ),
        bad_fcs=heard.bad_fcs,
        damaged=heard.damaged,
    )


def _by_frequency(counts: dict[_Value, int]) -> list[_Value]:
    """Return values by falling count, the one that came later first among equals."""
    latest_first = list(counts)[::-1]
    return sorted(latest_first, key=lambda value: -counts[value])


def _band_of(mhz: dict[int, int]) -> str | None:
    """Return the band of the receiver, for a BSS that does not say its channel: frames do not leak that far."""
    if not mhz:
        return None
    most = max(mhz, key=mhz.__getitem__)
    return "2.4" if most < 3000 else "5" if most < 5925 else "6"
