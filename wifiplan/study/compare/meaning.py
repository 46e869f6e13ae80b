"""What a change means to the people who must act: moved, retuned, replaced; and field by field, old and new."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

from wifiplan.site.network import AccessPoint
from wifiplan.study.compare.records import Change, Changes
from wifiplan.study.records import PlannedAccessPoint, PlannedRoom
from wifiplan.study.settings import Settings

ApKind: TypeAlias = Literal[
    "added",
    "removed",
    "moved",
    "placed",
    "turned",
    "model",
    "retuned",
    "action",
    "cabling",
    "serving",
    "identity",
    "renumbered",
    "figures",
    "order",
]
"""What a change of an access point is, the heaviest first; "placed": a place that was unknown is known (or the other
way round); "turned": other mount, azimuth, tilt or antenna, "identity": MAC or serial number, "figures": computed load
and reason only, "order": its place in the list only."""

AP_KINDS: tuple[ApKind, ...] = get_args(ApKind)

RoomKind: TypeAlias = Literal[
    "added", "removed", "verdict", "serving", "need", "work", "room", "reason", "figures", "order"
]
"""What a change of a room is; "work": what it takes to pass, "room": its name, use or class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One field that differs, by its dotted name; a value is plain: text, number, truth, None, or a list of those."""

    field: str
    old: object
    new: object


def ap_kinds(change: Change[PlannedAccessPoint], numbers: Mapping[str, str] | None = None) -> tuple[ApKind, ...]:
    """Return what a change of an access point is, the heaviest first.

    Parameters
    ----------
    change : Change
        One of `Changes.access_points`.
    numbers : mapping, optional
        Ids of rooms before to ids after, so that a room that was only renamed is the same.
    """
    before, after = change.before, change.after
    if before is None:
        return ("added",)
    if after is None:
        return ("removed",)
    mine, theirs = before.access_point, after.access_point
    same = numbers or {}
    serves = sorted(same.get(room, room) for room in before.serves)
    found: dict[ApKind, bool] = {
        "moved": _moved(_place(mine, same), _place(theirs, {})),
        "placed": _placed(_place(mine, same), _place(theirs, {})),
        "turned": _mounting(mine) != _mounting(theirs),
        "model": mine.model != theirs.model,
        "retuned": _tuning(before) != _tuning(after),
        "action": before.action != after.action,
        "cabling": _cabling(before) != _cabling(after),
        "serving": serves != sorted(after.serves),
        "identity": (mine.mac, mine.serial) != (theirs.mac, theirs.serial),
        "renumbered": (mine.id, mine.name) != (theirs.id, theirs.name),
        "figures": before != after,
    }
    kinds = tuple(kind for kind, differs in found.items() if differs)
    real = tuple(kind for kind in kinds if kind != "figures")
    return real or kinds or ("order",)


def room_kinds(change: Change[PlannedRoom], numbers: Mapping[str, str] | None = None) -> tuple[RoomKind, ...]:
    """Return what a change of a room is, the heaviest first; `numbers` are ids of access points before to after."""
    before, after = change.before, change.after
    if before is None:
        return ("added",)
    if after is None:
        return ("removed",)
    same = numbers or {}
    serving = _serving(before, same)
    found: dict[RoomKind, bool] = {
        "verdict": before.verdict != after.verdict,
        "serving": serving != _serving(after, {}),
        "need": before.need != _of_room(after, before.room_id).need,
        "work": _work_differs(before, after),
        "room": _room(before) != _room(after),
        "reason": before.reason.code != after.reason.code,
        "figures": before != after,
    }
    kinds = tuple(kind for kind, differs in found.items() if differs)
    real = tuple(kind for kind in kinds if kind != "figures")
    return real or kinds or ("order",)


def numbers_of_aps(changes: Changes) -> dict[str, str]:
    """Return the ids before of access points that have another id after."""
    pairs = ((c.before, c.after) for c in changes.access_points)
    return {p.access_point.id: q.access_point.id for p, q in pairs if p is not None and q is not None}


def numbers_of_rooms(changes: Changes) -> dict[str, str]:
    """Return the ids before of rooms, with their ids after."""
    pairs = ((c.before, c.after) for c in changes.rooms)
    return {p.room_id: q.room_id for p, q in pairs if p is not None and q is not None}


def moved_m(change: Change[PlannedAccessPoint]) -> float | None:
    """Return how far an access point moved on its floor [m].

    None: it is on another floor, or one of its two places is unknown.
    """
    if change.before is None or change.after is None:
        return None
    mine, theirs = change.before.access_point, change.after.access_point
    if mine.floor != theirs.floor:
        return None
    if mine.x_m is None or mine.y_m is None or theirs.x_m is None or theirs.y_m is None:
        return None
    rise_m = (theirs.z_m or 0.0) - (mine.z_m or 0.0) if mine.z_m is not None and theirs.z_m is not None else 0.0
    return math.hypot(theirs.x_m - mine.x_m, theirs.y_m - mine.y_m, rise_m)


def edits(before: object, after: object) -> tuple[Edit, ...]:
    """Return the fields in which two records of a kind differ, in the order of the record.

    Radios are named by their band: "access_point.radios.5.channel".
    """
    mine, theirs = flat(before), flat(after)
    keys = dict.fromkeys((*mine, *theirs))
    return tuple(
        Edit(field=key, old=mine.get(key), new=theirs.get(key)) for key in keys if mine.get(key) != theirs.get(key)
    )


def flat(record: object) -> dict[str, object]:
    """Return a record as plain values by dotted name."""
    return dict(_leaves("", _plain(record)))


def _plain(record: object) -> object:
    if not is_dataclass(record) or isinstance(record, type):
        return record
    plain: dict[str, Any] = asdict(record)
    if isinstance(record, Settings):
        # a law's name is its class's, not one of its fields
        plain["law"] = {"name": record.law.name, **plain["law"]}
    return plain


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), item)
    elif isinstance(value, tuple | list) and value and all(isinstance(item, Mapping) for item in value):
        for n, item in enumerate(value):
            name = item.get("band") or item.get("name") or item.get("code") or n
            rest = {key: part for key, part in item.items() if part is not name}
            yield from _leaves(f"{path}.{name}", rest)
    else:
        yield path, _listed(value)


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple | list) else value


def _place(ap: AccessPoint, same: Mapping[str, str]) -> tuple[object, ...]:
    room = None if ap.room_id is None else same.get(ap.room_id, ap.room_id)
    return (ap.floor, ap.x_m, ap.y_m, ap.z_m, room)


def _moved(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    return any(a != b for a, b in zip(old, new, strict=True) if a is not None and b is not None)


def _placed(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    return not _moved(old, new) and old != new


def _mounting(ap: AccessPoint) -> tuple[object, ...]:
    return (ap.mount, ap.azimuth_deg, ap.tilt_deg, ap.pattern)


def _tuning(planned: PlannedAccessPoint) -> tuple[object, ...]:
    radios = tuple(sorted(planned.access_point.radios, key=lambda radio: radio.band))
    return (radios, planned.backup_channel, planned.dfs)


def _cabling(planned: PlannedAccessPoint) -> tuple[object, ...]:
    return (planned.cabinet, planned.cable_m, planned.access_point.cabinet)


def _serving(room: PlannedRoom, same: Mapping[str, str]) -> tuple[str | None, ...]:
    main = None if room.serving_ap is None else same.get(room.serving_ap, room.serving_ap)
    return (main, *sorted(same.get(ap, ap) for ap in room.sharing_aps))


def _work_differs(before: PlannedRoom, after: PlannedRoom) -> bool:
    """Return whether other work makes a room pass; plans of older versions don't say what it takes."""
    unsaid = any(room.verdict == "pass" and room.change is None for room in (before, after))
    today = before.passes_today, after.passes_today
    return (not unsaid and before.change != after.change) or (None not in today and today[0] != today[1])


def _of_room(room: PlannedRoom, room_id: str) -> PlannedRoom:
    """Return a room with its need under another id, so that a new id alone is no new need."""
    return room if room.need is None else replace(room, need=replace(room.need, room_id=room_id))


def _room(room: PlannedRoom) -> tuple[object, ...]:
    return (room.room_id, room.name, room.use, room.floor, room.class_size)
