"""An existing network audited by a survey: who shares whose channel, what is otherwise than planned."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.catalog.listening import ListenLimits, listen_limits
from wifiplan.catalog.spectrum import channel_named
from wifiplan.errors import CatalogError
from wifiplan.probe.air import Air, HeardBss, Level
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, Band, Radio
from wifiplan.study.heard import hold_against
from wifiplan.study.heard_channels import planned_block
from wifiplan.study.heard_records import FindingCode, Weight, Wish
from wifiplan.study.measured_heard import RoomHeard, heard_in_rooms
from wifiplan.survey.matching import Matched
from wifiplan.survey.records import Survey

AirCode: TypeAlias = FindingCode | Literal["own_co_channel", "wide_2g4", "channel_2g4", "dfs", "moved", "unknown_ours"]
"""What `probe listen` finds as well; two of ours on one channel within hearing, a wide channel or one beside 1, 6 and
11 in 2.4 GHz, one that needs radar detection, an access point that hangs elsewhere, a stranger under our name."""

_ORDER: Mapping[Weight, int] = {"fault": 0, "warning": 1, "note": 2}
_NOT_TOLD: frozenset[str] = frozenset({"no_mac", "not_listened", "many_beacons", "busy_channel", "many_retries"})
"""A survey hears no frames: what only those tell is left out."""

_CLEAN_2G4 = (1, 6, 11)
"""The three channels at 2.4 GHz that do not overlap."""
_MARK = "\x00"
"""No name on the air holds it: by it the access points that are matched already are handed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirFinding:
    """One thing that a survey tells of the network.

    `value` and `limit` as in `heard_records.Finding`; for `own_co_channel` the level of the weaker one in the
    room where it is loudest [dBm], for `wide_2g4` MHz, for `moved` metres. `rooms` are the ids of the rooms where it
    was seen, those that need service only for what takes their airtime. `place` is where the radio seems to hang:
    floor, x and y, give or take `spread_m`.
    """

    code: AirCode
    weight: Weight
    ap_id: str | None = None
    other_id: str | None = None
    bssid: str = ""
    ssid: str = ""
    band: str | None = None
    channel: int | None = None
    value: float | None = None
    limit: float | None = None
    n: int = 1
    rooms: tuple[str, ...] = ()
    place: tuple[int, float, float] | None = None
    spread_m: float | None = None


def air_findings(
    surveys: Sequence[Survey],
    site: Site,
    wish: Wish,
    matched: Matched,
    *,
    rooms_in_need: Sequence[str],
    serving: Mapping[str, str] | None = None,
    band: Band | None = None,
) -> tuple[AirFinding, ...]:
    """Return what some surveys tell of a network, faults first, then by the rooms that are hurt.

    Parameters
    ----------
    surveys : sequence of Survey
        Readings.
    site : Site
        The building.
    wish : Wish
        What should be on the air (`study.wishes.wish_of`).
    matched : Matched
        Whose every BSSID is.
    rooms_in_need : sequence of str
        Rooms that need service: what takes airtime counts there only.
    serving : mapping, optional
        Access point that serves each room, by id.
    band : "2.4", "5" or "6", optional
        Band of the class: what takes airtime in others is a note; None: all count alike.
    """
    limits = listen_limits()
    heard = heard_in_rooms(surveys, site, matched)
    names = {h.ssid for h in heard if h.ap_id is not None and h.ssid}
    asked = replace(
        wish,
        ssids=tuple(dict.fromkeys((*wish.ssids, *sorted(names)))),
        wanted=tuple(replace(w, name=_MARK + w.ap_id, mac=None) for w in wish.wanted),
    )
    needing = frozenset(rooms_in_need)
    found = [
        *_as_listened(heard, asked, limits, needing, serving or {}),
        *_own_pairs(heard, wish, limits, needing),
        *_channels(heard, wish),
        *_strangers(heard, asked),
    ]
    return ranked(_noted(finding) if _is_aside(finding, band) else finding for finding in found)


def _is_aside(finding: AirFinding, band: Band | None) -> bool:
    takes_air = finding.code in ("own_co_channel", "foreign_co_channel", "foreign_overlap")
    return takes_air and band is not None and finding.band != band


def _noted(finding: AirFinding) -> AirFinding:
    return replace(finding, weight="note")


def ranked(findings: Iterable[AirFinding]) -> tuple[AirFinding, ...]:
    """Return findings in the order of their weight, then of the rooms that they hurt, then the loudest."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (_ORDER[f.weight], -len(f.rooms), f.code, -(f.value or -200.0), f.ap_id or "", f.bssid),
        )
    )


def _as_listened(
    heard: Sequence[RoomHeard], wish: Wish, limits: ListenLimits, needing: frozenset[str], serving: Mapping[str, str]
) -> Iterator[AirFinding]:
    """Yield what `probe listen` would find in every room, each finding once with its rooms."""
    found: dict[tuple[object, ...], AirFinding] = {}
    for room_id in dict.fromkeys(h.room_id for h in heard):
        bss = tuple(_bss(h) for h in heard if h.room_id == room_id)
        air = Air(source="", seconds=0.0, n_frames=0, bss=bss)
        for finding in hold_against(air, replace(wish, serving_ap=serving.get(room_id)), limits).findings:
            hurts = finding.code.startswith("foreign_") or finding.code == "weaker_than_other"
            as_planned = finding.code == "wrong_channel" and finding.value == finding.limit  # named by its middle
            if finding.code in _NOT_TOLD or as_planned or (hurts and room_id not in needing):
                continue
            key = finding.code, finding.ap_id, "" if finding.ap_id else finding.bssid, finding.band, finding.channel
            before = found.get(key)
            now = AirFinding(
                code=finding.code,
                weight=finding.weight,
                ap_id=finding.ap_id,
                bssid=finding.bssid or "",
                ssid=finding.ssid,
                band=finding.band,
                channel=finding.channel,
                value=finding.value,
                limit=finding.limit,
                n=finding.n,
                rooms=(room_id,) if room_id else (),
            )
            found[key] = now if before is None else _merged(before, now)
    yield from found.values()


def _merged(before: AirFinding, now: AirFinding) -> AirFinding:
    worse = now if (now.value or 0.0) > (before.value or 0.0) else before
    return replace(worse, rooms=(*before.rooms, *now.rooms), n=max(before.n, now.n))


def _bss(heard: RoomHeard) -> HeardBss:
    return HeardBss(
        bssid=heard.bssid,
        ssid=heard.ssid,
        ap_name="" if heard.ap_id is None else _MARK + heard.ap_id,
        band=heard.band,
        channel=heard.channel,
        level=Level(median_dbm=heard.median_dbm, low_dbm=heard.low_dbm, high_dbm=heard.high_dbm, n=heard.n),
    )


def _own_pairs(
    heard: Sequence[RoomHeard], wish: Wish, limits: ListenLimits, needing: frozenset[str]
) -> Iterator[AirFinding]:
    """Yield pairs of ours on overlapping channels of which one carries a room and the other is heard there."""
    planned: dict[tuple[str, str], Radio] = {(w.ap_id, r.band): r for w in wish.wanted for r in w.radios}
    hurt: dict[tuple[str, str, str], list[tuple[str, float]]] = defaultdict(list)
    channel_of: dict[tuple[str, str], int] = {}
    for room_id in sorted(needing & {h.room_id for h in heard}):
        loudest: dict[tuple[str, str], RoomHeard] = {}
        for h in heard:
            if h.room_id == room_id and h.ap_id is not None and h.channel is not None:
                key = h.band, h.ap_id
                if key not in loudest or loudest[key].median_dbm < h.median_dbm:
                    loudest[key] = h
        for one, other in _beside_loudest(list(loudest.values()), limits):
            if _overlap(one, other, planned, wish.country):
                a, b = sorted([str(one.ap_id), str(other.ap_id)])
                hurt[one.band, a, b].append((room_id, other.median_dbm))
                channel_of[one.band, str(one.ap_id)] = one.channel or 0
                channel_of[other.band, str(other.ap_id)] = other.channel or 0
    for (band, a, b), rooms in hurt.items():
        yield AirFinding(
            code="own_co_channel",
            weight="warning",
            ap_id=a,
            other_id=b,
            band=band,
            channel=channel_of[band, a],
            value=max(level for _, level in rooms),
            limit=limits.heard_dbm,
            rooms=tuple(room_id for room_id, _ in rooms),
        )


def _beside_loudest(heard: Sequence[RoomHeard], limits: ListenLimits) -> Iterator[tuple[RoomHeard, RoomHeard]]:
    """Yield the loudest access point of every band, which carries the room, with each other one that takes its air."""
    for band in sorted({h.band for h in heard}):
        first, *others = sorted((h for h in heard if h.band == band), key=lambda h: -h.median_dbm)
        if first.median_dbm >= limits.heard_dbm:
            yield from ((first, other) for other in others if other.median_dbm >= limits.heard_dbm)


def _overlap(one: RoomHeard, other: RoomHeard, planned: Mapping[tuple[str, str], Radio], country: str) -> bool:
    """Whether two radios overlap; as wide as planned where their channel is as planned, else 20 MHz."""
    blocks = []
    for h in (one, other):
        radio = planned.get((str(h.ap_id), h.band))
        band = next(b for b in BANDS if b == h.band)
        width = radio.width_mhz if radio is not None and radio.channel == h.channel else 20
        blocks.append(planned_block(country, Radio(band=band, channel=h.channel, width_mhz=width or 20)))
    first, second = blocks
    return first is not None and second is not None and first.overlaps(second)


def _channels(heard: Sequence[RoomHeard], wish: Wish) -> Iterator[AirFinding]:
    """Yield channels of ours that cost: beside 1, 6 and 11, wide in 2.4 GHz, with radar detection in 5 GHz."""
    for wanted in wish.wanted:
        for radio in wanted.radios:
            if radio.band == "2.4" and (radio.width_mhz or 20) > 20:
                yield AirFinding(
                    code="wide_2g4",
                    weight="warning",
                    ap_id=wanted.ap_id,
                    band="2.4",
                    channel=radio.channel,
                    value=radio.width_mhz,
                    limit=20,
                )
    seen: dict[tuple[str, str, int], list[RoomHeard]] = defaultdict(list)
    for h in heard:
        if h.ap_id is not None and h.channel is not None:
            seen[h.ap_id, h.band, h.channel].append(h)
    for (ap_id, band, channel), rows in seen.items():
        rooms = tuple(dict.fromkeys(h.room_id for h in rows if h.room_id))
        found = AirFinding(code="dfs", weight="note", ap_id=ap_id, band=band, channel=channel, rooms=rooms)
        if band == "2.4" and channel not in _CLEAN_2G4:
            yield replace(found, code="channel_2g4", weight="warning")
        elif band == "5" and _needs_radar_detection(wish.country, channel):
            yield found


def _needs_radar_detection(country: str, channel: int) -> bool:
    try:
        named = channel_named(country, "5", channel, 20)
    except CatalogError:
        return False
    return named is not None and named.dfs


def _strangers(heard: Sequence[RoomHeard], wish: Wish) -> Iterator[AirFinding]:
    """Yield radios that send our name and are of no access point that anybody knows."""
    seen: dict[tuple[str, str], list[RoomHeard]] = defaultdict(list)
    for h in heard:
        if h.ap_id is None and h.ssid and h.ssid in wish.ssids:
            seen[h.bssid, h.band].append(h)
    for (bssid, band), rows in seen.items():
        loudest = max(rows, key=lambda h: h.median_dbm)
        yield AirFinding(
            code="unknown_ours",
            weight="fault" if wish.wanted else "note",
            bssid=bssid,
            ssid=loudest.ssid,
            band=band,
            channel=loudest.channel,
            value=loudest.median_dbm,
            rooms=tuple(dict.fromkeys(h.room_id for h in rows if h.room_id)),
        )
