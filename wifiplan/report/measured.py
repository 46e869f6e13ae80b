"""Surveys in words: verdicts of rooms, the audit of the air, and where to measure next."""

from collections.abc import Iterator, Mapping, Sequence

from wifiplan.probe.ssids import shown
from wifiplan.report.listening import Table, finding_text
from wifiplan.report.numbering import site_floor_name
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.site.building import Site
from wifiplan.study.heard_records import Finding, Weight
from wifiplan.study.measured_air import AirFinding
from wifiplan.study.measured_rooms import MeasuredRoom, MeasuredRooms
from wifiplan.study.measuring import NextPlaces

_OWN_WORDS = frozenset({"own_co_channel", "wide_2g4", "channel_2g4", "dfs", "not_heard", "moved", "unknown_ours"})
_MOST_ROOMS = 8


def rooms_head(found: MeasuredRooms, lang: str) -> Iterator[str]:
    """Yield what was measured by what, how many rooms pass, and what that proves."""
    words, options = texts(lang), found.options
    devices = [shown(device) or words["measured.devices.unknown"] for device in found.devices]
    yield words["measured.head"].format(
        site=shown(found.site),
        band=found.band,
        devices=words["listen.and"].join(devices) or words["measured.devices.unknown"],
        device=found.device,
    )
    if found.day:
        yield words["measured.day"].format(day=shown(found.day))
    for priority in (0, 1):
        n = sum(room.need.priority == priority for room in found.rooms)
        if n:
            yield words["measured.count"].format(
                kind=words[f"kind.{priority}"],
                n=n,
                n_pass=found.n("pass", priority),
                n_fail=found.n("fail", priority),
                n_open=found.n("inconclusive", priority),
                sure=share_text(options.sure_share),
            )
    yield words["measured.kpi"].format(n=found.n("pass"))
    yield words["measured.says"]
    if options.device_db is None and options.models_sd_db > 0.0:
        yield words["measured.device.alike"].format(sd=number_text(options.models_sd_db))
    elif options.device_db == 0.0 and found.devices[:1] == (found.device,):
        yield words["measured.device.same"]
    elif options.device_db is not None:
        yield words["measured.device.given"].format(db=number_text(options.device_db))
    if options.visit_sd_db > 0.0:
        yield words["measured.visit"].format(sd=number_text(options.visit_sd_db))
    if found.rooms and all(room.airtime_share is None for room in found.rooms):
        yield words["measured.no_airtime"]


def rooms_table(found: MeasuredRooms, lang: str) -> Table:
    """Return the rooms, those of a rank together, in the order of the site."""
    words = texts(lang)
    rows = sorted(found.rooms, key=lambda room: room.need.priority)
    return Table(
        title=words["measured.title"],
        heads=tuple(words["measured.heads"].split(",")),
        rows=tuple(_room_row(room, words) for room in rows),
    )


def _room_row(room: MeasuredRoom, words: Mapping[str, str]) -> tuple[str, ...]:
    return (
        shown(room.name or room.room_id),
        str(room.floor),
        words[f"measured.verdict.{room.verdict}"],
        "" if room.probability is None else share_text(room.probability),
        "" if room.received_dbm is None else f"{room.received_dbm:.0f}",
        "" if room.received_sd_db is None else f"{room.received_sd_db:.1f}",
        "" if room.needed_dbm is None else f"{room.needed_dbm:.0f}",
        str(room.n_places),
        "" if room.airtime_share is None else share_text(room.airtime_share),
        "" if room.throughput_mbps is None else number_text(room.throughput_mbps),
        words[f"measured.reason.{room.reason}"],
    )


def rooms_todo(found: MeasuredRooms, lang: str) -> Iterator[str]:
    """Yield what would settle the rooms that do not pass, a sentence each, where something can be said."""
    words = texts(lang)
    open_ = [shown(room.name or room.room_id) for room in found.rooms if room.reason == "device"]
    if open_:
        yield words["measured.todo.device.all"].format(n=len(open_), rooms=_listed(open_, words))
    unmatched = [shown(room.name or room.room_id) for room in found.rooms if room.reason == "unmatched"]
    if unmatched:
        yield words["measured.todo.unmatched.all"].format(n=len(unmatched), rooms=_listed(unmatched, words))
    for room in found.rooms:
        key = f"measured.todo.{room.reason}"
        needs_place = room.reason in ("unsure", "not_measured")
        if key not in words or (needs_place and room.measure_at is None):
            continue
        x_m, y_m = room.measure_at or (0.0, 0.0)
        short_db = (room.needed_dbm or 0.0) - (room.received_dbm or 0.0)
        yield words[key].format(
            room=shown(room.name or room.room_id),
            x=number_text(x_m),
            y=number_text(y_m),
            sure="" if room.probability is None else share_text(max(room.probability, 1.0 - room.probability)),
            mbps=number_text(room.throughput_mbps or 0.0),
            need=number_text(room.need.demand_mbps),
            short=number_text(max(short_db, 0.0), 0),
        )


def air_texts(findings: Sequence[AirFinding], weight: Weight, site: Site, lang: str) -> Iterator[str]:
    """Yield the findings of one weight in words, with the rooms where they were seen."""
    words = texts(lang)
    rooms = {room.id: shown(room.name or room.id) for floor in site.floors for room in floor.rooms}
    names = {ap.id: ap.name or ap.id for ap in site.access_points}
    for finding in findings:
        if finding.weight == weight:
            where = _place_text(finding, site, lang) + _rooms_text(finding, words, rooms)
            yield _air_text(finding, words, names, lang) + where


def _air_text(finding: AirFinding, words: Mapping[str, str], names: Mapping[str, str], lang: str) -> str:
    if finding.code not in _OWN_WORDS:
        return finding_text(_listened(finding), lang, names)
    return words[f"measured.air.{finding.code}"].format(
        ap=shown(names.get(finding.ap_id or "", finding.ap_id or "")),
        other=shown(names.get(finding.other_id or "", finding.other_id or "")),
        band=finding.band or "?",
        channel="?" if finding.channel is None else finding.channel,
        value="" if finding.value is None else number_text(finding.value, 0),
        ssid=shown(finding.ssid) or words["listen.hidden"],
        bssid=shown(finding.bssid),
    )


def _place_text(finding: AirFinding, site: Site, lang: str) -> str:
    if finding.place is None:
        return ""
    level, x_m, y_m = finding.place
    return texts(lang)["measured.air.at"].format(
        floor=site_floor_name(site, level, lang),
        x=number_text(x_m),
        y=number_text(y_m),
        spread=number_text(finding.spread_m or 0.0),
    )


def _listened(finding: AirFinding) -> Finding:
    """Return a finding that `probe listen` has words for."""
    return Finding(
        code=finding.code,  # type: ignore[arg-type]
        weight=finding.weight,
        ap_id=finding.ap_id,
        bssid=finding.bssid or None,
        ssid=finding.ssid,
        band=finding.band,
        channel=finding.channel,
        value=finding.value,
        limit=finding.limit,
        n=finding.n,
    )


def _rooms_text(finding: AirFinding, words: Mapping[str, str], rooms: Mapping[str, str]) -> str:
    if not finding.rooms:
        return ""
    named = [rooms.get(room_id, room_id) for room_id in finding.rooms]
    return words["measured.air.rooms"].format(n=len(named), rooms=_listed(named, words))


def _listed(names: Sequence[str], words: Mapping[str, str]) -> str:
    more = [words["listen.and_more"].format(n=len(names) - _MOST_ROOMS)] if len(names) > _MOST_ROOMS else []
    return words["listen.and"].join([*names[:_MOST_ROOMS], *more])


def next_head(found: NextPlaces, site: Site, lang: str, *, surveyed: bool) -> Iterator[str]:
    """Yield how many verdicts are expected to be wrong, now and once the places are measured."""
    words = texts(lang)
    yield words["next.head"].format(
        site=shown(site.name),
        n=found.n_rooms,
        before=number_text(found.wrong_before),
        after=number_text(found.wrong_after),
    )
    if not surveyed:
        yield words["next.head.prior"]
    elif found.n_unseen:
        yield words["next.unseen"].format(n=found.n_unseen)


def next_table(found: NextPlaces, site: Site, lang: str) -> Table:
    """Return the places in walking order."""
    words = texts(lang)
    rooms = {room.id: shown(room.name or room.id) for floor in site.floors for room in floor.rooms}
    return Table(
        title=words["next.title"],
        heads=tuple(words["next.heads"].split(",")),
        rows=tuple(
            (
                str(n),
                str(place.floor),
                shown(place.room_name or place.room_id),
                f"{place.x_m:.1f}",
                f"{place.y_m:.1f}",
                str(place.rank),
                f"{place.wrong_less:.2f}",
                words["listen.and"].join(rooms.get(room_id, room_id) for room_id in place.rooms),
            )
            for n, place in enumerate(found.places, start=1)
        ),
    )
