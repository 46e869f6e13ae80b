"""Counts -> what was heard: medians, shares, and which reports of access points are not to be believed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from wifiplan.catalog.listening import listen_limits
from wifiplan.probe.air import (
    Air,
    ChannelAir,
    HeardBss,
    Level,
    ReportedLoad,
    channel_at,
    frequency_of,
)
from wifiplan.probe.air_log import AirLog, BssCount, ChannelCount
from wifiplan.probe.blocks import HALF_20_MHZ, Block, block_of
from wifiplan.probe.quantiles import counted_quantile
from wifiplan.probe.ssids import ssid_text

TU_MS = 1.024
_FULL = 255
_HIGH_SHARE, _FAR_SHARE, _MIN_REPORTS = 0.5, 0.3, 20
"""A report is doubted from this busy share on; so far above others; after so many reports that never moved."""


def summarise_air(log: AirLog, *, source: str) -> Air:
    """Return what was heard.

    Parameters
    ----------
    log : AirLog
        All frames counted.
    source : str
        File or interface, for the record.

    Returns
    -------
    Air
        BSSs from the strongest to the weakest, channels by frequency. Times on a channel are inferred from the frames
        (see `air.with_dwell`).
    """
    frequencies = _frequencies(log)
    channels = [_channel(frequencies[f], counts) for f, counts in log.channels.items()]
    seconds = {c.frequency_mhz: c.dwell_s for c in channels}
    bss = tuple(_bss(bssid, counts, seconds) for bssid, counts in log.bss.items())
    bss = _with_doubts(tuple(sorted(bss, key=_strength)))
    return Air(
        source=source,
        seconds=log.last_s,
        n_frames=log.n_frames,
        n_faulty=log.n_faulty,
        n_bad=log.n_bad,
        n_forgotten=log.n_forgotten,
        channels=tuple(sorted((_with_bss(channel, bss) for channel in channels), key=lambda c: c.frequency_mhz or 0)),
        bss=bss,
        notes=_notes(log),
    )


def _frequencies(log: AirLog) -> dict[int | None, int | None]:
    """Return the frequency that stands for each the receiver was at; one that nobody told is that of the beacons."""
    found = {f: f for f in log.channels}
    if set(found) == {None}:
        beacons: Counter[int | None] = Counter()
        for counts in log.bss.values():
            operation = counts.last.operation
            beacons[frequency_of(operation.band, operation.channel)] += counts.n_beacons + counts.n_answers
        found[None] = beacons.most_common(1)[0][0] if beacons else None
    return found


def _notes(log: AirLog) -> tuple[str, ...]:
    lacks = {
        "no_radio": not any(f is not None for f in log.channels),
        "no_signal": bool(log.bss) and not any(counts.signals for counts in log.bss.values()),
        "bss_forgotten": log.n_forgotten > 0,
    }
    return tuple(code for code, holds in lacks.items() if holds)


def _strength(bss: HeardBss) -> tuple[float, str]:
    return (-bss.level.median_dbm if bss.level is not None else 1000.0, bss.bssid)


def _bss(bssid: bytes, counts: BssCount, dwell_s: dict[int | None, float]) -> HeardBss:
    operation, elements = counts.last.operation, counts.last
    security = elements.security.name
    return HeardBss(
        bssid=bssid.hex(":"),
        ssid=ssid_text(counts.ssid or b""),
        ap_name=counts.ap_name,
        band=operation.band,
        channel=operation.channel,
        width_mhz=operation.width_mhz,
        middle=operation.middle,
        standard=elements.capabilities.standard or "",
        security="WEP" if security == "open" and counts.privacy else security,
        country=elements.country,
        level=_level(counts.signals),
        n_beacons=counts.n_beacons,
        n_answers=counts.n_answers,
        first_s=counts.first_s,
        last_s=counts.last_s,
        interval_ms=None if counts.interval_tu is None else counts.interval_tu * TU_MS,
        n_home_beacons=counts.n_home,
        dwell_s=dwell_s.get(frequency_of(operation.band, operation.channel), 0.0),
        slowest_beacon_mbps=counts.slowest_mbps,
        beacon_us=counts.beacon_us / counts.n_timed if counts.n_timed else None,
        n_data=counts.n_data,
        n_retries=counts.n_retries,
        airtime_ms=counts.airtime_us / 1000,
        n_devices=len(counts.devices),
        n_moves=counts.n_moves,
        more_ssids=counts.more_ssids,
        load=_load(counts),
    )


def _level(signals: Counter[int]) -> Level | None:
    n = signals.total()
    if not n:
        return None
    median_dbm, low_dbm, high_dbm = (counted_quantile(signals, share) for share in (0.5, 0.1, 0.9))
    return Level(median_dbm=median_dbm, low_dbm=low_dbm, high_dbm=high_dbm, n=n)


def _load(counts: BssCount) -> ReportedLoad | None:
    n = counts.loads.total()
    if not n:
        return None
    total = sum(value * count for value, count in counts.loads.items())
    low, high = min(counts.loads), max(counts.loads)
    frozen = n >= _MIN_REPORTS and low == high and low / _FULL >= _HIGH_SHARE and not counts.most_stations
    return ReportedLoad(
        n_stations=counts.n_stations,
        most_stations=counts.most_stations,
        utilisation_share=total / n / _FULL,
        low_share=low / _FULL,
        high_share=high / _FULL,
        n=n,
        doubt="frozen" if frozen else "",
    )


def _with_doubts(bss: tuple[HeardBss, ...]) -> tuple[HeardBss, ...]:
    """Doubt a high report without stations where one with stations on the same channel reports far less."""
    lowest: dict[tuple[str | None, int | None], float] = {}
    for heard in bss:
        if heard.load is not None and heard.load.most_stations:
            key = (heard.band, heard.channel)
            lowest[key] = min(lowest.get(key, 1.0), heard.load.utilisation_share)
    found = []
    for heard in bss:
        load = heard.load
        if load is not None and not load.doubt and not load.most_stations and load.utilisation_share >= _HIGH_SHARE:
            other = lowest.get((heard.band, heard.channel), 1.0)
            if load.utilisation_share - other >= _FAR_SHARE:
                found.append(replace(heard, load=replace(load, doubt="idle_air")))
                continue
        found.append(heard)
    return tuple(found)


def _channel(frequency_mhz: int | None, counts: ChannelCount) -> ChannelAir:
    band, channel = channel_at(frequency_mhz)
    return ChannelAir(
        frequency_mhz=frequency_mhz,
        band=band,
        channel=channel,
        dwell_s=counts.dwell_s,
        n_frames=counts.n_frames,
        n_bad=counts.n_bad,
        n_unmeasured=counts.n_unmeasured,
        airtime_ms=counts.airtime_us / 1000,
        beacon_ms=counts.beacon_us / 1000,
        n_data=counts.n_data,
        n_retries=counts.n_retries,
        n_devices=len(counts.devices),
    )


def _with_bss(channel: ChannelAir, bss: Sequence[HeardBss]) -> ChannelAir:
    if channel.band is None or channel.channel is None or channel.frequency_mhz is None:
        return channel
    home = [b for b in bss if (b.band, b.channel) == (channel.band, channel.channel)]
    strong = [b for b in home if _holds_the_air(b)]
    low, high = channel.frequency_mhz - HALF_20_MHZ, channel.frequency_mhz + HALF_20_MHZ
    own = Block(channel.band, channel.channel, low, high)
    others = [block_of(b) for b in bss if b.channel != channel.channel and _holds_the_air(b)]
    return replace(
        channel,
        n_bss=len(home),
        n_strong=len(strong),
        n_beside=sum(block.overlaps(own) for block in others if block is not None),
        beacons_due_share=min(1.0, sum(b.beacon_share or 0.0 for b in strong)),
        utilisation_share=credible_utilisation(home),
    )


def _holds_the_air(bss: HeardBss) -> bool:
    """Return whether its frames keep others off the air here; where the capture has no signals they may."""
    return bss.level is None or bss.level.median_dbm >= listen_limits().heard_dbm


def credible_utilisation(bss: Iterable[HeardBss]) -> float | None:
    """Return the median busy share that access points report, without reports in doubt; None where there is none."""
    reports = [b.load.utilisation_share for b in bss if b.load is not None and not b.load.doubt]
    return median(reports) if reports else None
