"""The complete list behind a change log: every field of everything that differs, old and new."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from wifiplan.report.change_log.records import Section, value_text
from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.study.compare.meaning import edits
from wifiplan.study.compare.records import Change, Changes, SiteChanges

T = TypeVar("T")

_HEADS = ("change.field.what", "change.field.id", "change.field.field", "change.before", "change.after")


class _Pair(NamedTuple):
    """What differs, before and after, with its heading and the id on either side."""

    what: str
    ids: tuple[str | None, str | None]
    before: object
    after: object


def fields_section(changes: Changes, lang: str) -> Section:
    """Return every field that differs, one row each."""
    words = texts(lang)
    rows = tuple(row for pair in _pairs(changes) for row in _rows(pair, words))
    table = Table(heads=tuple(words[head] for head in _HEADS), rows=rows)
    return Section(key="fields", title=words["change.head.fields"], table=table)


def _rows(pair: _Pair, words: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    what, name = words[f"change.head.{pair.what}"], " / ".join(dict.fromkeys(i for i in pair.ids if i))
    if pair.before is None or pair.after is None:
        key = "added" if pair.before is None else "removed"
        yield what, name, "", "", words[f"change.kind.{key}"]
        return
    found = edits(pair.before, pair.after)
    for edit in found:
        yield what, name, edit.field, value_text(edit.old, words), value_text(edit.new, words)
    if not found:
        yield what, name, "", "", words["change.kind.order"]


def _pairs(changes: Changes) -> Iterator[_Pair]:
    if changes.settings is not None:
        yield _Pair("settings", (None, None), changes.settings.before, changes.settings.after)
    if changes.result is not None:
        yield _Pair("result", (None, None), changes.result.before, changes.result.after)
    yield from _site_pairs(changes.site)
    for change in changes.access_points:
        yield _pair("points", change, lambda planned: planned.access_point.id)
    for room in changes.rooms:
        yield _pair("rooms", room, lambda planned: planned.room_id)
    for line in changes.bill:
        yield _pair("bill", line, lambda bought: bought.code)


def _site_pairs(changes: SiteChanges) -> Iterator[_Pair]:
    if changes.head is not None:
        yield _Pair("site", (None, None), changes.head.before, changes.head.after)
    for floor in changes.floors:
        yield _pair("floor", floor, lambda head: str(head.level))
    for inside in changes.contents:
        for room in inside.rooms:
            yield _pair("site_room", room, lambda drawn: drawn.id)
        level = str(inside.level)
        for wall in inside.walls:
            yield _Pair("wall", (level, level), wall.before, wall.after)
        for box in inside.cabinets:
            yield _pair("cabinet", box, lambda cabinet: cabinet.id)
    for point in changes.access_points:
        yield _pair("existing", point, lambda ap: ap.id)


def _pair(what: str, change: Change[T], identity: Callable[[T], str]) -> _Pair:
    before, after = change.before, change.after
    ids = (None if before is None else identity(before), None if after is None else identity(after))
    return _Pair(what, ids, before, after)
