"""What was heard, in words: a head, findings by weight, tables of networks and channels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wifiplan.probe.air import ChannelAir, HeardBss, ReportedLoad
from wifiplan.probe.ssids import shown
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.heard_records import Finding, Heard, Match, Weight

WEIGHTS: tuple[Weight, ...] = ("fault", "warning", "note")

_GROUPED = ("not_heard", "not_listened")
_MOST = 12
"""Places named in one sentence."""

_SHARES = frozenset({"beacons_lost", "many_beacons", "busy_channel", "many_retries", "load_doubted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: title, heads, rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def headline(heard: Heard, lang: str) -> list[str]:
    """Return what was listened to, whether it is as planned, and what limits the answer."""
    words, air = texts(lang), heard.air
    lines = [
        words["listen.head"].format(
            source=shown(air.source), seconds=number_text(air.seconds), n_frames=f"{air.n_frames:,}", n_bss=len(air.bss)
        )
    ]
    n_faults = sum(finding.weight == "fault" for finding in heard.findings)
    if n_faults:
        lines.append(words["listen.verdict.bad"].format(n=n_faults))
    elif heard.wish.wanted:
        ours = any(match.role != "foreign" for match in heard.matches)
        lines.append(words["listen.verdict.good" if ours else "listen.verdict.none"])
    lines += [words[f"listen.note.{code}"].format(n=air.n_forgotten) for code in air.notes]
    if air.n_dropped:
        lines.append(words["listen.note.dropped"].format(n=f"{air.n_dropped:,}"))
    return lines


def finding_texts(heard: Heard, weight: Weight, lang: str) -> list[str]:
    """Return the findings of one weight, a sentence or two each; what was not heard or looked at in one sentence."""
    words, names = texts(lang), {wanted.ap_id: wanted.name for wanted in heard.wish.wanted}
    found = [f for f in heard.findings if f.weight == weight]
    grouped = [f for f in found if weight == "note" and f.code in _GROUPED]
    lines = [finding_text(f, lang, names) for f in found if f not in grouped]
    for code in _GROUPED:
        places = [_place(f, words, names) for f in grouped if f.code == code]
        if places:
            more = [words["listen.and_more"].format(n=len(places) - _MOST)] if len(places) > _MOST else []
            lines.append(words[f"listen.finding.{code}"].format(place=words["listen.and"].join(places[:_MOST] + more)))
    return lines


def finding_text(finding: Finding, lang: str, names: Mapping[str, str] | None = None) -> str:
    """Return a finding in words.

    >>> finding_text(Finding(code="no_mac", weight="note", value=3, limit=8), "en")[:44]
    '3 of 8 access points have no MAC address not'
    """
    words, key = texts(lang), f"listen.finding.{finding.code}"
    if finding.code == "not_heard" and finding.value is not None:
        key += ".predicted"
    if finding.code == "wrong_channel" and finding.limit is None:
        key += ".2g4"
    figure = share_text if finding.code in _SHARES else number_text
    reports = finding.utilisation_share
    return words[key].format(
        place=_place(finding, words, names or {}),
        value="" if finding.value is None else figure(finding.value),
        limit="" if finding.limit is None else figure(finding.limit),
        n=finding.n,
        reports="" if reports is None else words["listen.reports"].format(share=share_text(reports)),
    )


def tables(heard: Heard, lang: str) -> tuple[Table, Table]:
    """Return the table of networks and that of channels."""
    words = texts(lang)
    return (
        Table(
            title=words["listen.title.bss"],
            heads=tuple(words["listen.heads.bss"].split(",")),
            rows=tuple(_bss_rows(heard, words)),
        ),
        Table(
            title=words["listen.title.channels"],
            heads=tuple(words["listen.heads.channels"].split(",")),
            rows=tuple(_channel_row(channel, words) for channel in heard.air.channels),
        ),
    )


def _place(finding: Finding, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    band, channel = finding.band or "?", "?" if finding.channel is None else finding.channel
    ap = None if finding.ap_id is None else shown(names.get(finding.ap_id, finding.ap_id))
    if finding.bssid is None:
        key = "listen.place.channel" if ap is None else "listen.place.plan"
        return words[key].format(ap=ap, band=band, channel=channel)
    name = f"{shown(finding.ssid) or words['listen.hidden']} {finding.bssid}"
    if finding.n > 1:
        name += words["listen.more_names"].format(n=finding.n)
    return words["listen.place" if ap is None else "listen.place.ap"].format(
        ap=ap, name=name, band=band, channel=channel
    )


def _bss_rows(heard: Heard, words: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    names = {wanted.ap_id: wanted.name for wanted in heard.wish.wanted}
    for bss, match in zip(heard.air.bss, heard.matches, strict=True):
        yield (
            shown(bss.ssid) or words["listen.hidden"],
            bss.bssid,
            _whose(match, names, words) if names or heard.wish.ssids else "",
            bss.band or "",
            _number(bss.channel),
            _number(bss.width_mhz),
            bss.standard,
            _level(bss, words),
            f"{bss.n_beacons:,}",
            _share(bss.beacons_share),
            "" if bss.load is None else str(bss.load.n_stations),
            _utilisation(bss.load, words),
        )


def _whose(match: Match, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    if match.ap_id is not None:
        return shown(names.get(match.ap_id, match.ap_id))
    return words[f"listen.role.{match.role}"]


def _level(bss: HeardBss, words: Mapping[str, str]) -> str:
    level = bss.level
    if level is None:
        return ""
    median, low, high = (f"{value:.0f}" for value in (level.median_dbm, level.low_dbm, level.high_dbm))
    return median if low == high else words["listen.spread"].format(median=median, low=low, high=high)


def _utilisation(load: ReportedLoad | None, words: Mapping[str, str]) -> str:
    if load is None:
        return ""
    share = share_text(load.utilisation_share)
    return words["listen.doubted"].format(share=share) if load.doubt else share


def _channel_row(channel: ChannelAir, words: Mapping[str, str]) -> tuple[str, ...]:
    busy = channel.airtime_share
    return (
        channel.band or words["listen.unknown"],
        _number(channel.channel),
        number_text(channel.dwell_s),
        str(channel.n_bss),
        str(channel.n_strong),
        str(channel.n_beside),
        "" if busy is None else words["listen.at_least"].format(share=share_text(busy)),
        share_text(channel.beacons_due_share) if channel.n_bss else "",
        _share(channel.retry_share),
        str(channel.n_devices),
        _share(channel.utilisation_share),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _share(value: float | None) -> str:
    return "" if value is None else share_text(value)
