"""Neighbours on our channels, and how busy the channels are."""

from collections.abc import Iterator, Mapping, Sequence

from wifiplan.catalog.listening import ListenLimits
from wifiplan.catalog.spectrum import channel_named
from wifiplan.errors import CatalogError
from wifiplan.probe.air import Air, ChannelAir, HeardBss, frequency_of
from wifiplan.probe.blocks import HALF_20_MHZ, Block, block_of
from wifiplan.site.network import Radio
from wifiplan.study.heard_records import Finding, FindingCode, Wish

_MIN_DATA = 100
"""Data frames from which on a share of retries says something."""


def planned_block(country: str, radio: Radio) -> Block | None:
    """Return what a planned radio occupies; None where its channel is unknown."""
    if radio.channel is None:
        return None
    try:
        whole = channel_named(country, radio.band, radio.channel, radio.width_mhz or 20)
    except CatalogError:
        whole = None
    if whole is not None:
        return Block(radio.band, radio.channel, whole.low_hz / 1e6, whole.high_hz / 1e6)
    middle_mhz = frequency_of(radio.band, radio.channel)
    if middle_mhz is None:
        return None
    return Block(radio.band, radio.channel, middle_mhz - HALF_20_MHZ, middle_mhz + HALF_20_MHZ)


def channels_of_wish(ours: Sequence[HeardBss], wish: Wish, limits: ListenLimits) -> tuple[Block, ...]:
    """Return the blocks that matter here: of our access points that are heard here, else of all that are planned.

    A school uses every channel somewhere; a neighbour disturbs only who is in earshot of it.
    """
    near = [b for b in ours if b.level is None or b.level.median_dbm >= limits.heard_dbm]
    if near:
        blocks = [block_of(bss) for bss in near]
    else:
        predicted = dict(wish.predicted_dbm)
        points = [w for w in wish.wanted if predicted.get(w.ap_id, 0.0) >= limits.heard_dbm]
        blocks = [planned_block(wish.country, radio) for w in points for radio in w.radios]
    return tuple(dict.fromkeys(block for block in blocks if block is not None))


def foreign_findings(foreign: Sequence[HeardBss], ours: Sequence[Block], limits: ListenLimits) -> Iterator[Finding]:
    """Yield foreign radios on our channels, the strongest name of each, from the level on that keeps a channel busy."""
    for names in radios(foreign).values():
        strongest = max(names, key=level_dbm)
        block = block_of(strongest)
        if block is None or strongest.level is None or strongest.level.median_dbm < limits.heard_dbm:
            continue
        touched = [own for own in ours if own.overlaps(block)]
        if not touched:
            continue
        # in 2.4 GHz all overlap; only who sends on the same primary channel shares the air in good order
        same = any(own.primary == block.primary for own in touched) or block.band != "2.4"
        load = strongest.load
        yield Finding(
            code="foreign_co_channel" if same else "foreign_overlap",
            weight="warning",
            bssid=strongest.bssid,
            ssid=strongest.ssid,
            band=strongest.band,
            channel=strongest.channel,
            value=strongest.level.median_dbm,
            limit=limits.heard_dbm,
            n=len(names),
            utilisation_share=load.utilisation_share if load is not None and not load.doubt else None,
        )


def air_findings(air: Air, limits: ListenLimits) -> Iterator[Finding]:
    """Yield channels that are busy, full of beacons or of retries, and reports that are not to be believed."""
    for channel in air.channels:
        if channel.channel is not None and channel.dwell_s >= limits.min_listened_s:
            yield from _channel_findings(channel, limits)
    doubted = [b for b in air.bss if b.load is not None and b.load.doubt]
    for names in radios(doubted).values():
        first = names[0]
        load = first.load
        yield Finding(
            code="load_doubted",
            weight="note",
            bssid=first.bssid,
            ssid=first.ssid,
            band=first.band,
            channel=first.channel,
            value=None if load is None else load.utilisation_share,
            n=len(names),
        )


def _channel_findings(channel: ChannelAir, limits: ListenLimits) -> Iterator[Finding]:
    busy = max(channel.utilisation_share or 0.0, channel.airtime_share or 0.0)
    measured: list[tuple[FindingCode, float, float]] = [
        ("busy_channel", busy, limits.busy_share),
        ("many_beacons", channel.beacons_due_share, limits.max_beacons_share),
    ]
    if channel.n_data >= _MIN_DATA:
        measured.append(("many_retries", channel.retry_share or 0.0, limits.max_retry_share))
    for code, share, limit in measured:
        if share > limit:
            yield Finding(
                code=code,
                weight="warning",
                band=channel.band,
                channel=channel.channel,
                value=share,
                limit=limit,
                n=channel.n_bss,
            )


def radios(bss: Sequence[HeardBss]) -> Mapping[tuple[object, ...], list[HeardBss]]:
    """Return BSSs by radio, as far as addresses and channels tell."""
    groups: dict[tuple[object, ...], list[HeardBss]] = {}
    for heard in bss:
        groups.setdefault((heard.band, heard.channel, same_radio(heard.bssid)), []).append(heard)
    return groups


def same_radio(bssid: str) -> str:
    """Return what the names of one radio have in common: neither the first octet nor the last digit.

    >>> same_radio("82:2a:a8:17:74:b5") == same_radio("80:2a:a8:17:74:b1")
    True
    """
    return bssid[3:16]


def level_dbm(bss: HeardBss) -> float:
    """Return the median level, one below all others where there is none [dBm]."""
    return -1000.0 if bss.level is None else bss.level.median_dbm
