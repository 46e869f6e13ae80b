"""changes.json: all that differs between two states, as data that makes one of the other (docs/changes.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ConfigDict, TypeAdapter

from wifiplan.errors import Fault, SiteError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.settings import settings_from_mapping, settings_to_mapping
from wifiplan.files.strict import StrictReader
from wifiplan.site.building import Cabinet, Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint
from wifiplan.study.compare.meaning import (
    ap_kinds,
    edits,
    moved_m,
    numbers_of_aps,
    numbers_of_rooms,
    room_kinds,
)
from wifiplan.study.compare.records import (
    PARTS,
    Change,
    Changes,
    FloorChanges,
    Match,
    Result,
    SiteChanges,
)
from wifiplan.study.records import BillLine, PlannedAccessPoint, PlannedRoom
from wifiplan.study.settings import Settings

FORMAT = 1
_MAX_BYTES = 512_000_000
_PLAIN = ConfigDict(extra="forbid", strict=True)
_PLACES = ("at_before", "at_after", "matched_by")

T = TypeVar("T")


def changes_to_plain(changes: Changes) -> dict[str, Json]:
    """Return changes as plain JSON values: with every change what it means, and all that `apply` needs."""
    rooms, points = numbers_of_rooms(changes), numbers_of_aps(changes)
    return {
        "format": FORMAT,
        "same": not changes,
        "hung": changes.hung,
        "compared": [*changes.compared],
        "access_points": [
            {"kinds": [*ap_kinds(c, rooms)], "moved_m": _metres(moved_m(c))} | _change(c) for c in changes.access_points
        ],
        "rooms": [{"kinds": [*room_kinds(c, points)]} | _change(c) for c in changes.rooms],
        "bill": [_change(c) for c in changes.bill],
        "settings": None if changes.settings is None else _settings_change(changes.settings),
        "result": None if changes.result is None else _change(changes.result),
        "site": _site(changes.site),
    }


def write_changes(path: Path | str, changes: Changes) -> None:
    """Write changes.json; the same changes give the same bytes.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), json_text(changes_to_plain(changes)))


def read_changes(path: Path | str) -> Changes:
    """Read changes.json, or what `wifiplan diff --json` printed.

    Raises
    ------
    SiteError
        The file cannot be read or holds no changes; all faults at once.
    """
    path = Path(path)
    faults: list[Fault] = []
    changes: Changes | None = None
    try:
        data = load_json(read_text(path, max_bytes=_MAX_BYTES, error=SiteError))
        changes = _changes(data, faults)
    except Refused as refused:
        faults.append(refused.fault)
    if changes is None or faults:
        raise SiteError(
            f"these are no changes that can be read ({len(faults)} faults)",
            remedy="make them again with `wifiplan diff A B --json`",
            where=str(path),
            faults=faults,
        )
    return changes


def _change(change: Change[Any]) -> dict[str, Json]:
    return {
        **{name: value for name, value in _where(change).items() if value is not None},
        "edits": [asdict(edit) for edit in edits(change.before, change.after)] if _differs(change) else [],
        "before": _record(change.before),
        "after": _record(change.after),
    }


def _differs(change: Change[Any]) -> bool:
    return change.before is not None and change.after is not None


def _where(change: Change[Any]) -> dict[str, Json]:
    return {"at_before": change.at_before, "at_after": change.at_after, "matched_by": change.matched_by}


def _record(record: Any) -> Json:  # noqa: ANN401 - any record of a state
    return None if record is None else asdict(record)


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _settings_change(change: Change[Settings]) -> dict[str, Json]:
    found = _change(change)
    ends = {"before": change.before, "after": change.after}
    return found | {key: None if end is None else settings_to_mapping(end) for key, end in ends.items()}


def _site(changes: SiteChanges) -> dict[str, Json]:
    return {
        "head": None if changes.head is None else _change(changes.head),
        "floors": [_change(c) for c in changes.floors],
        "contents": [
            {
                "level": inside.level,
                "rooms": [_change(c) for c in inside.rooms],
                "walls": [_change(c) for c in inside.walls],
                "cabinets": [_change(c) for c in inside.cabinets],
            }
            for inside in changes.contents
        ],
        "access_points": [_change(c) for c in changes.access_points],
    }


@lru_cache(maxsize=32)
def _reader(kind: Any) -> StrictReader[Any]:  # noqa: ANN401 - any record of a state
    names = tuple(f.name for f in fields(kind))
    return StrictReader(TypeAdapter(tuple[kind], config=_PLAIN), {"": names})


def _changes(data: Json, faults: list[Fault]) -> Changes | None:
    if not isinstance(data, Mapping) or data.get("format") != FORMAT or not isinstance(data.get("site"), Mapping):
        faults.append(Fault(where="", problem=f'the keys "format": {FORMAT} and "site" of changes are missing'))
        return None
    site = data["site"]
    return Changes(
        hung=data.get("hung") is True,
        compared=tuple(part for part in PARTS if part in (data.get("compared") or ())),
        access_points=_listed(PlannedAccessPoint, data.get("access_points"), "access_points", faults),
        rooms=_listed(PlannedRoom, data.get("rooms"), "rooms", faults),
        bill=_listed(BillLine, data.get("bill"), "bill", faults),
        settings=_settings(data.get("settings"), faults),
        result=_single(Result, data.get("result"), "result", faults),
        site=SiteChanges(
            head=_single(Site, site.get("head"), "site.head", faults),
            floors=_listed(Floor, site.get("floors"), "site.floors", faults),
            contents=tuple(
                _contents(item, f"site.contents[{n}]", faults) for n, item in enumerate(_items(site.get("contents")))
            ),
            access_points=_listed(AccessPoint, site.get("access_points"), "site.access_points", faults),
        ),
    )


def _items(data: Json) -> Sequence[Mapping[str, Json]]:
    return [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []


def _contents(data: Mapping[str, Json], where: str, faults: list[Fault]) -> FloorChanges:
    return FloorChanges(
        level=_value(int, data.get("level"), f"{where}.level", faults) or 0,
        rooms=_listed(Room, data.get("rooms"), f"{where}.rooms", faults),
        walls=_listed(Wall, data.get("walls"), f"{where}.walls", faults),
        cabinets=_listed(Cabinet, data.get("cabinets"), f"{where}.cabinets", faults),
    )


def _listed(kind: type[T], data: Json, where: str, faults: list[Fault]) -> tuple[Change[T], ...]:
    found = (_single(kind, item, f"{where}[{n}]", faults) for n, item in enumerate(_items(data)))
    return tuple(change for change in found if change is not None)


def _single(kind: type[T], data: Json, where: str, faults: list[Fault]) -> Change[T] | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        faults.append(Fault(where=where, problem="should be an object with before and after"))
        return None
    before, after = (
        None if data.get(end) is None else _record_of(kind, data[end], f"{where}.{end}", faults)
        for end in ("before", "after")
    )
    match: Match | None = data.get("matched_by")
    if match is not None and match not in get_args(Match):
        faults.append(Fault(where=f"{where}.matched_by", problem=f"{match!r} is no way of matching"))
    return Change(
        before=before,
        after=after,
        at_before=_place(data.get("at_before"), f"{where}.at_before", faults),
        at_after=_place(data.get("at_after"), f"{where}.at_after", faults),
        matched_by=match,
    )


def _record_of(kind: type[T], data: Json, where: str, faults: list[Fault]) -> T | None:
    record: Any = kind
    checked = _reader(record).check(data)
    faults += [Fault(where=f"{where}.{f.where}", problem=f.problem, remedy=f.remedy) for f in checked.faults]
    value: T | None = checked.value
    return value


def _place(data: Json, where: str, faults: list[Fault]) -> int | None:
    if data is None:
        return None
    if isinstance(data, int) and not isinstance(data, bool) and data >= 0:
        return data
    faults.append(Fault(where=where, problem="should be a place in a list, counted from 0"))
    return None


def _value(kind: type[T], data: Json, where: str, faults: list[Fault]) -> T | None:
    if isinstance(data, kind):
        return data
    faults.append(Fault(where=where, problem=f"should be {kind.__name__}"))
    return None


def _settings(data: Json, faults: list[Fault]) -> Change[Settings] | None:
    if not isinstance(data, Mapping):
        return None
    ends: dict[str, Settings] = {}
    for end in ("before", "after"):
        if isinstance(data.get(end), Mapping):
            ends[end], found = settings_from_mapping(data[end])
            faults += [Fault(where=f"settings.{end}.{f.where}", problem=f.problem, remedy=f.remedy) for f in found]
    return Change(before=ends.get("before"), after=ends.get("after"))
