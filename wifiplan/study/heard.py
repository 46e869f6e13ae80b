"""What was heard, held against the plan: what is otherwise than it should be, and what costs airtime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wifiplan.catalog.listening import ListenLimits, listen_limits
from wifiplan.probe.air import Air, HeardBss
from wifiplan.probe.hopping import primaries
from wifiplan.site.network import Radio
from wifiplan.study.heard_channels import air_findings, channels_of_wish, foreign_findings, same_radio
from wifiplan.study.heard_records import (
    Finding,
    FindingCode,
    Heard,
    Match,
    Wanted,
    Weight,
    Wish,
    matches_of,
)

_CLEARLY_DB = 6.0
"""A difference of levels that a turn of the head does not make."""

_CLEAN_2G4 = (1, 6, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OurRadio:
    """What was heard of one radio of ours: one access point (None: nobody knows which) in one band on one channel."""

    wanted: Wanted | None
    bss: tuple[HeardBss, ...]

    @property
    def strongest(self) -> HeardBss:
        return max(self.bss, key=lambda b: -1000.0 if b.level is None else b.level.median_dbm)


def hold_against(air: Air, wish: Wish, limits: ListenLimits | None = None) -> Heard:
    """Hold what was heard against what should be on the air.

    Parameters
    ----------
    air : Air
        What was heard.
    wish : Wish
        What should be there; without access points and names, all is somebody's and only the air itself is judged.
    limits : ListenLimits, optional
        The catalogue's without.

    Returns
    -------
    Heard
        Faults first. An access point that is not heard is a fault only where it is known that it should be heard.
    """
    chosen = limits or listen_limits()
    matches = matches_of(air.bss, wish)
    radios = _our_radios(air, wish, matches)
    ours = [bss for radio in radios for bss in radio.bss]
    foreign = [b for b, m in zip(air.bss, matches, strict=True) if m.role == "foreign"]
    findings = [
        *(finding for radio in radios for finding in _radio_findings(radio, wish, chosen)),
        *_absent(air, wish, matches, chosen),
        *_serving(radios, wish),
        *(foreign_findings(foreign, channels_of_wish(ours, wish, chosen), chosen) if _can_tell(wish, matches) else ()),
        *air_findings(air, chosen),
        *_open_questions(air, wish, chosen),
    ]
    order = {"fault": 0, "warning": 1, "note": 2}
    findings.sort(key=lambda finding: order[finding.weight])
    return Heard(air=air, wish=wish, limits=chosen, matches=matches, findings=tuple(findings))


def _can_tell(wish: Wish, matches: Sequence[Match]) -> bool:
    """Return whether what is not known as ours is somebody else's: not where no label and no name of ours is known."""
    known = not wish.wanted or bool(wish.ssids) or any(wanted.mac is not None for wanted in wish.wanted)
    return known or any(match.role != "foreign" for match in matches)


def _our_radios(air: Air, wish: Wish, matches: Sequence[Match]) -> list[_OurRadio]:
    wanted = {w.ap_id: w for w in wish.wanted}
    groups: dict[tuple[object, ...], list[HeardBss]] = {}
    for bss, match in zip(air.bss, matches, strict=True):
        if match.role == "ours":
            groups.setdefault((match.ap_id, bss.band, bss.channel), []).append(bss)
        elif match.role == "ours_unknown":
            groups.setdefault((None, bss.band, bss.channel, same_radio(bss.bssid)), []).append(bss)
    return [_OurRadio(wanted=wanted.get(str(key[0])), bss=tuple(bss)) for key, bss in groups.items()]


def _radio_findings(radio: _OurRadio, wish: Wish, limits: ListenLimits) -> Iterator[Finding]:
    """Yield what one radio of ours does otherwise than planned, and what it costs."""
    if radio.strongest.channel is not None:
        if radio.wanted is not None:
            yield from _settings(radio, radio.wanted, wish.country)
        elif wish.wanted:
            yield from _elsewhere(radio, wish)
    yield from _costs(radio, limits)


def _settings(radio: _OurRadio, wanted: Wanted, country: str) -> Iterator[Finding]:
    heard = radio.strongest
    band, channel = heard.band, heard.channel or 0
    planned = [r for r in wanted.radios if r.band == band]
    if not planned:
        if band == "2.4" and wanted.bands_known:
            if not wanted.auto_2g4:
                yield _of(radio, "radio_2g4_on", "fault")
            elif channel not in _CLEAN_2G4:
                yield _of(radio, "wrong_channel", "fault", value=channel)
        elif wanted.bands_known:
            yield _of(radio, "wrong_band", "fault", value=channel)
        return
    if not any(channel in _numbers(country, r) for r in planned):
        backup = wanted.backup_channel
        in_backup = backup is not None and any(
            channel in _numbers(country, Radio(band=r.band, channel=backup, width_mhz=r.width_mhz)) for r in planned
        )
        if in_backup:
            yield _of(radio, "backup_in_use", "warning", value=channel, limit=planned[0].channel)
        else:
            yield _of(radio, "wrong_channel", "fault", value=channel, limit=planned[0].channel)
    width = next((r.width_mhz for r in planned if r.width_mhz is not None), None)
    if width is not None and heard.width_mhz is not None and heard.width_mhz != width:
        yield _of(radio, "wrong_width", "fault", value=heard.width_mhz, limit=width)


def _elsewhere(radio: _OurRadio, wish: Wish) -> Iterator[Finding]:
    """Yield where our name is on a channel that no access point of the plan has."""
    heard = radio.strongest
    everywhere = {
        number
        for w in wish.wanted
        for r in w.radios
        if r.band == heard.band
        for number in (*_numbers(wish.country, r), *((w.backup_channel,) if w.backup_channel else ()))
    }
    free = heard.band == "2.4" and any(w.auto_2g4 for w in wish.wanted) and heard.channel in _CLEAN_2G4
    if all(w.bands_known for w in wish.wanted) and heard.channel not in everywhere and not free:
        yield _of(radio, "ours_elsewhere", "fault", value=heard.channel)


def _costs(radio: _OurRadio, limits: ListenLimits) -> Iterator[Finding]:
    n_names = len(radio.bss) + max(b.more_ssids for b in radio.bss)
    if n_names > limits.max_ssids:
        yield _of(radio, "many_ssids", "warning", value=n_names, limit=limits.max_ssids)
    slowest = min((b.slowest_beacon_mbps for b in radio.bss if b.slowest_beacon_mbps is not None), default=None)
    if slowest is not None and slowest < limits.min_beacon_mbps:
        yield _of(radio, "slow_beacons", "warning", value=slowest, limit=limits.min_beacon_mbps)
    strong = [b for b in radio.bss if b.level is not None and b.level.median_dbm >= limits.strong_dbm]
    heard_share = min((b.beacons_share for b in strong if b.beacons_share is not None), default=None)
    if heard_share is not None and heard_share < limits.min_beacons_heard_share:
        yield _of(radio, "beacons_lost", "warning", value=1 - heard_share, limit=1 - limits.min_beacons_heard_share)


def _absent(air: Air, wish: Wish, matches: Sequence[Match], limits: ListenLimits) -> Iterator[Finding]:
    """Yield access points of which nothing was heard though we were on their channel."""
    heard = {match.ap_id for match in matches}
    dwell = {(c.band, c.channel): c.dwell_s for c in air.channels}
    predicted = dict(wish.predicted_dbm)
    for wanted in wish.wanted:
        if wanted.ap_id in heard or wanted.mac is None:
            continue
        for radio in wanted.radios:
            places = [(radio.band, number) for number in _numbers(wish.country, radio)]
            if any(dwell.get(place, 0.0) >= limits.min_listened_s for place in places):
                here_dbm = predicted.get(wanted.ap_id)
                if here_dbm is not None and here_dbm < limits.heard_dbm:
                    break  # out of earshot
                yield Finding(
                    code="not_heard",
                    weight="fault" if here_dbm is not None and here_dbm >= limits.strong_dbm else "note",
                    ap_id=wanted.ap_id,
                    band=radio.band,
                    channel=radio.channel,
                    value=here_dbm,
                )
                break


def _serving(radios: Sequence[_OurRadio], wish: Wish) -> Iterator[Finding]:
    """Yield where another access point of ours is clearly stronger than that which serves the room."""
    levels: dict[str, tuple[float, HeardBss]] = {}
    for radio in radios:
        best = radio.strongest
        if radio.wanted is not None and best.level is not None and best.band in {r.band for r in radio.wanted.radios}:
            before = levels.get(radio.wanted.ap_id)
            if before is None or before[0] < best.level.median_dbm:
                levels[radio.wanted.ap_id] = best.level.median_dbm, best
    serving = levels.get(wish.serving_ap or "")
    if serving is None:
        return
    other_id, (other_dbm, other) = max(levels.items(), key=lambda item: item[1][0])
    if other_dbm - serving[0] > _CLEARLY_DB:
        yield Finding(
            code="weaker_than_other",
            weight="warning",
            ap_id=other_id,
            bssid=other.bssid,
            ssid=other.ssid,
            band=other.band,
            channel=other.channel,
            value=serving[0],
            limit=other_dbm,
        )


def _open_questions(air: Air, wish: Wish, limits: ListenLimits) -> Iterator[Finding]:
    """Yield what could not be looked at: labels that nobody noted, channels on which nobody listened."""
    unknown = sum(w.mac is None for w in wish.wanted)
    if unknown:
        yield Finding(code="no_mac", weight="note", value=unknown, limit=len(wish.wanted), n=unknown)
    dwell = {(c.band, c.channel): c.dwell_s for c in air.channels}
    radios = {(r.band, r.channel, r.width_mhz): r for w in wish.wanted for r in w.radios}
    for radio in radios.values():
        numbers = _numbers(wish.country, radio)
        if not any(dwell.get((radio.band, number), 0.0) >= limits.min_listened_s for number in numbers):
            yield Finding(code="not_listened", weight="note", band=radio.band, channel=radio.channel)


def _of(
    radio: _OurRadio, code: FindingCode, weight: Weight, *, value: float | None = None, limit: float | None = None
) -> Finding:
    heard = radio.strongest
    return Finding(
        code=code,
        weight=weight,
        ap_id=None if radio.wanted is None else radio.wanted.ap_id,
        bssid=heard.bssid,
        ssid=heard.ssid,
        band=heard.band,
        channel=heard.channel,
        value=value,
        limit=limit,
        n=len(radio.bss),
    )


def _numbers(country: str, radio: Radio) -> tuple[int, ...]:
    """Return the 20 MHz channels on which a radio's beacons are as planned."""
    if radio.channel is None:
        return ()
    found = tuple(c.number for c in primaries(country, radio.band, radio.channel, radio.width_mhz))
    return found or (radio.channel,)
