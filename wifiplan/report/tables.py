"""The tables of a report as rows of text: what every renderer prints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wifiplan.catalog.cabling import cabling_limits
from wifiplan.catalog.recognition import known_model
from wifiplan.report.bands import other_radios_text
from wifiplan.report.numbering import ap_numbers, floor_name, planned_radio
from wifiplan.report.reasons import reason_text
from wifiplan.report.remedies import short_cure_text
from wifiplan.report.standing import mark_of
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.site.geometry import distance_from_walls
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom

_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_LONG_RUN = re.compile(r"[^\s\u2e80-\uffef]{12}(?=[^\s\u2e80-\uffef])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A printed table: headings, rows of cells, and which rows stand out because they fail."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    failing: tuple[bool, ...] = ()


def typeset(text: str) -> str:
    """Return a figure or sentence with a real minus sign before numbers.

    Examples
    --------
    >>> typeset("-67 dBm, 5150-5250 MHz")
    '−67 dBm, 5150-5250 MHz'
    """
    return _MINUS.sub("−", text)


def breakable(text: str) -> str:
    """Return a name that may be broken inside long runs of letters, so that it can't leave its cell.

    Examples
    --------
    >>> breakable("Laboratory_of_Physics") == "Laboratory_o\u200bf_Physics"
    True
    """
    return _LONG_RUN.sub(lambda m: m[0] + "\u200b", text)


def _number(value: float | None, digits: int = 0) -> str:
    return "" if value is None else typeset(number_text(value, digits))


def _share(value: float | None) -> str:
    return "" if value is None else share_text(value)


_ROOM_HEADS = (
    "floor",
    "name",
    "use",
    "class_size",
    "devices",
    "mbps",
    "ap",
    "dbm",
    "snr",
    "seats",
    "airtime",
    "verdict",
    "reason",
)


def rooms_table(plan: Plan, lang: str) -> Table:
    """Return the rooms that need a whole class on line, in the order of the plan."""
    words = texts(lang)
    judged = [room for room in plan.rooms if room.need is not None]
    return Table(
        heads=tuple(words[f"room.{head}"] for head in _ROOM_HEADS),
        rows=tuple(_room_row(room, plan, lang) for room in judged),
        failing=tuple(room.verdict == "fail" for room in judged),
    )


def _room_row(room: PlannedRoom, plan: Plan, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    numbers = ap_numbers(plan)
    serving = "+".join(numbers.get(i, i) for i in (room.serving_ap, *room.sharing_aps) if i is not None)
    airtime = _share(room.airtime_share)
    if room.airtime_share is not None and room.channel_share is not None:
        airtime += f" ({share_text(room.channel_share)})"
    return (
        floor_name(plan, room.floor, lang),
        breakable(room.name),
        words[f"use.{room.use}"],
        _number(room.class_size),
        _number(room.need.n_devices if room.need else None),
        _number(room.need.demand_mbps if room.need else None, 1),
        serving,
        _number(room.received_dbm),
        _number(room.snr_db),
        _share(room.seats_share),
        airtime,
        words[f"verdict.{room.verdict}"] + _change_text(room, plan, words),
        typeset(_reason_and_cure(room, plan, lang)),
    )


def _reason_and_cure(room: PlannedRoom, plan: Plan, lang: str) -> str:
    if room.verdict == "pass":
        return ""
    reason, cure = reason_text(room.reason, lang), short_cure_text(room, plan, lang)
    return texts(lang)["rooms.reason_and_cure"].format(reason=reason, cure=cure)


def _change_text(room: PlannedRoom, plan: Plan, words: Mapping[str, str]) -> str:
    """Return what a room takes to pass, in brackets, where something hung at the school before."""
    if room.change is None or not plan.site.access_points:
        return ""
    return words["room.change"].format(change=words[f"room.change.{room.change}"])


_AP_HEADS = (
    "n",
    "action",
    "place",
    "walls",
    "model",
    "channel",
    "width",
    "power",
    "others",
    "cable",
    "cabinet",
    "load",
    "reason",
)


_FLOOR_HEADS = ("n", "action", "place", "walls", "channel", "width", "power", "reason")


def access_points_table(plan: Plan, lang: str) -> Table:
    """Return what an installer hangs, sets, keeps and removes, in the order of the plan."""
    words = texts(lang)
    return Table(
        heads=tuple(words[f"ap.{head}"] for head in _AP_HEADS),
        rows=tuple(_ap_row(planned, plan, lang) for planned in plan.access_points),
    )


def floor_aps_table(plan: Plan, level: int, lang: str) -> Table:
    """Return the access points of one floor in short, to print under its plan."""
    whole = access_points_table(plan, lang)
    columns = [_AP_HEADS.index(head) for head in _FLOOR_HEADS]
    here = [
        row for row, planned in zip(whole.rows, plan.access_points, strict=True) if planned.access_point.floor == level
    ]
    return Table(
        heads=tuple(whole.heads[c] for c in columns), rows=tuple(tuple(row[c] for c in columns) for row in here)
    )


def _ap_row(planned: PlannedAccessPoint, plan: Plan, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    point, radio = planned.access_point, planned_radio(planned, plan)
    number = ap_numbers(plan)[point.id]
    names = {room.room_id: room.name for room in plan.rooms}
    room = planned.room_name or names.get(planned.room_id or "", words["ap.corridor"])
    return (
        breakable(point.id if point.id.endswith(number) else f"{number}\n{point.id}"),
        words[f"action.{mark_of(planned)}"],
        f"{floor_name(plan, point.floor, lang)} {breakable(room)}",
        _place(planned, plan, words),
        breakable(point.model or words["doc.unknown"]),
        _channel(planned, plan, lang),
        _number(radio.width_mhz if radio else None),
        _number(radio.eirp_dbm if radio else None, 1),
        other_radios_text(planned, plan, lang),
        _cable(planned),
        breakable(planned.cabinet or ""),
        _share(planned.load_share) if planned.serves else "",
        typeset(reason_text(ap_reason(planned), lang, names=names)),
    )


LONGEST_CABLE_M = cabling_limits().max_horizontal_m
"""Longest installed cable of a link, cords left out [m]: a row of `catalog/data/cabling.csv`."""


def _cable(planned: PlannedAccessPoint) -> str:
    """Return a cable's length, starred where a link so long must not be built."""
    return _number(planned.cable_m) + ("*" if _too_long(planned) else "")


def _too_long(planned: PlannedAccessPoint) -> bool:
    """Return whether a cable must be pulled that is longer than a link may be; an old one hangs there already."""
    pulled = planned.action in ("new", "moved", "replaced")
    return pulled and planned.cable_m is not None and planned.cable_m > LONGEST_CABLE_M


def n_too_long(plan: Plan) -> int:
    """Return how many access points to install lie further from their cabinet than a link may be."""
    return sum(_too_long(p) for p in plan.access_points)


def ap_reason(planned: PlannedAccessPoint) -> Reason:
    """Return the reason that fits the action: what is retuned is not kept as it is."""
    if planned.reason.code == "kept" and planned.action in ("retuned", "replaced"):
        return Reason(code=planned.action)
    return planned.reason


def _place(planned: PlannedAccessPoint, plan: Plan, words: Mapping[str, str]) -> str:
    """Return the distances from two walls and the height [m].

    Plan coordinates where it hangs in no room; words where an existing one is known by its room only.
    """
    point, sides = planned.access_point, _sides(planned, plan)
    before = next((ap for ap in plan.site.access_points if ap.id == point.id), None)
    if before is not None and before.x_m is None and before.room_id is not None:
        return words["ap.somewhere"]
    if sides is None:
        return words["doc.unknown"]
    return " / ".join(f"{m:.1f}" for m in (*sides, point.z_m) if m is not None)


def _sides(planned: PlannedAccessPoint, plan: Plan) -> tuple[float, float] | None:
    """Return the distances from the west and the south wall of its room, or from the plan's axes outside rooms."""
    point = planned.access_point
    if planned.wall_a_m is not None and planned.wall_b_m is not None:
        return planned.wall_a_m, planned.wall_b_m
    if point.x_m is None or point.y_m is None:
        return None
    if planned.room_id is None:
        return point.x_m, point.y_m
    if all(ap.id != point.id for ap in plan.site.access_points):
        return None
    rooms = {room.id: room for floor in plan.site.floors for room in floor.rooms}
    room = rooms.get(planned.room_id)
    return None if room is None else distance_from_walls(room.polygon, point.x_m, point.y_m)


def _channel(planned: PlannedAccessPoint, plan: Plan, lang: str) -> str:
    words, radio = texts(lang), planned_radio(planned, plan)
    if radio is None or radio.channel is None:
        return ""
    if radio.band != plan.band:
        return words["ap.other_band"].format(channel=radio.channel, band=radio.band)
    if not planned.dfs:
        return str(radio.channel)
    if planned.backup_channel is None:
        return words["ap.dfs_only"].format(channel=radio.channel)
    return words["ap.dfs"].format(channel=radio.channel, backup=planned.backup_channel)


def models_used(plan: Plan, lang: str) -> tuple[str, ...]:
    """Return "name: what it is" of every model in the plan that the catalogue knows."""
    names = dict.fromkeys(p.access_point.model for p in plan.access_points if p.access_point.model)
    known = [(name, model) for name in names if (model := known_model(name)) is not None]
    return tuple(f"{name}: {m.name_zh if lang == 'zh-TW' else m.name_en}" for name, m in known)
