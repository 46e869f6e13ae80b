"""What was decided otherwise: every setting and every fact of the building that differs, old and new."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from wifiplan.report.change_log.records import Section, Side, labels, value_text
from wifiplan.report.change_log.rooms import floor_text
from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.site.building import Cabinet, Floor, Room
from wifiplan.site.network import AccessPoint
from wifiplan.study.compare.meaning import Edit, edits
from wifiplan.study.compare.records import Change, Changes, FloorChanges, SiteChanges

_Row: TypeAlias = tuple[str, str, str]
_Thing = TypeVar("_Thing", Room, Cabinet, AccessPoint)


def why_section(before: Side, after: Side, changes: Changes, lang: str) -> Section:
    """Return the settings and facts that differ, one row each."""
    words = texts(lang)
    rows = (*_setting_rows(changes, words), *_site_rows(before, after, changes.site, lang))
    lead = [] if rows else [words["change.same_site"]]
    mine, theirs = before.state.result, after.state.result
    if mine is not None and theirs is not None and mine.version != theirs.version:
        lead.append(words["change.new_program"].format(before=mine.version, after=theirs.version))
    return Section(
        key="why",
        title=words["change.head.why"],
        table=Table(heads=(words["change.item"], *labels(before, after, words)), rows=rows),
        lead=tuple(lead),
    )


def _setting_rows(changes: Changes, words: Mapping[str, str]) -> Iterator[_Row]:
    if changes.settings is not None:
        for edit in edits(changes.settings.before, changes.settings.after):
            name = words.get(f"change.setting.{edit.field}")
            yield _row(f"{name} ({edit.field})" if name else edit.field, edit, words)
    if changes.result is not None:
        for edit in edits(changes.result.before, changes.result.after):
            if edit.field == "assumptions":
                yield _row(words["change.result.assumptions"], edit, words)


def _row(name: str, edit: Edit, words: Mapping[str, str]) -> _Row:
    if edit.field.endswith("assumptions") and isinstance(edit.old, list) and isinstance(edit.new, list):
        # long sentences: only those that came or went
        old, new = ([item for item in mine if item not in other] for mine, other in _both_ways(edit.old, edit.new))
        edit = replace(edit, old=old, new=new)
    return (name, _shown(edit.field, edit.old, words), _shown(edit.field, edit.new, words))


def _both_ways(old: list[object], new: list[object]) -> tuple[tuple[list[object], list[object]], ...]:
    return (old, new), (new, old)


def _shown(field: str, value: object, words: Mapping[str, str]) -> str:
    """Return a value; codes are worded, outlines are not spelled out."""
    if field == "polygon":
        return words["change.site_field.changed"] if value else words["change.unset"]
    if field.endswith("profile") and isinstance(value, str):
        return words.get(f"profile.{value}", value)
    if field in {"use", "evidence"} and isinstance(value, str):
        return words.get(f"{field}.{value}", value)
    if field.endswith("assumptions") and isinstance(value, list):
        return value_text([_assumption(str(item), words) for item in value], words, "change.none_value")
    return value_text(value, words)


def _assumption(code: str, words: Mapping[str, str]) -> str:
    """Return an assumption; one that stands as a code with a count is named by it."""
    key, _, count = code.partition(":")
    text = words.get(f"assume.{key}")
    return code if text is None or "{size}" in text else text.format(n=count)


def _site_rows(before: Side, after: Side, changes: SiteChanges, lang: str) -> Iterator[_Row]:
    words = texts(lang)
    if changes.head is not None:
        for edit in edits(changes.head.before, changes.head.after):
            yield _row(_named(edit.field, words), edit, words)
    for floor in changes.floors:
        yield from _floor_rows(floor, before, after, lang)
    for inside in changes.contents:
        yield from _inside_rows(inside, after, lang)
    for point in changes.access_points:
        yield from _thing_rows(point, "existing", "", words)


def _floor_rows(change: Change[Floor], before: Side, after: Side, lang: str) -> Iterator[_Row]:
    words = texts(lang)
    old, new = change.before, change.after
    if new is None:
        yield words["change.site.floor_removed"], "" if old is None else floor_text(before.state, old.level, lang), ""
        return
    name = floor_text(after.state, new.level, lang)
    if old is None:
        yield words["change.site.floor_added"], "", name
        return
    for edit in edits(old, new):
        yield _row(words["change.site.floor"].format(floor=name, field=_named(edit.field, words)), edit, words)


def _inside_rows(inside: FloorChanges, after: Side, lang: str) -> Iterator[_Row]:
    words = texts(lang)
    floor = floor_text(after.state, inside.level, lang)
    for room in inside.rooms:
        yield from _thing_rows(room, "room", floor, words)
    for cabinet in inside.cabinets:
        yield from _thing_rows(cabinet, "cabinet", floor, words)
    if inside.walls:
        added = sum(c.before is None for c in inside.walls)
        removed = sum(c.after is None for c in inside.walls)
        text = words["change.site.walls_text"].format(added=added, removed=removed)
        yield words["change.site.walls"].format(floor=floor), "", text


def _thing_rows(change: Change[_Thing], kind: str, floor: str, words: Mapping[str, str]) -> Iterator[_Row]:
    """Yield a row for what came or went, or a row for every field that differs."""
    old, new = change.before, change.after
    if old is None or new is None:
        ends = [f"{floor} {end.name or end.id}".strip() if end else "" for end in (old, new)]
        yield words[f"change.site.{kind}_{'added' if old is None else 'removed'}"], ends[0], ends[1]
        return
    name = words[f"change.site.{kind}"].format(floor=floor, name=new.name or new.id)
    found = edits(old, new)
    for edit in found:
        yield _row(words["change.colon"].format(name=name, value=_named(edit.field, words)), edit, words)
    if not found:
        yield words["change.colon"].format(name=name, value=words["change.site.order"]), "", ""


def _named(field: str, words: Mapping[str, str]) -> str:
    head, _, rest = field.partition(".")
    if head == "radios" and "." in rest:
        # the band itself holds a dot: "2.4.channel"
        band, _, what = rest.rpartition(".")
        return words["change.site_radio"].format(band=band, what=words[f"change.site_radio.{what}"])
    name = words.get(f"change.site_field.{head}", head)
    return f"{name} ({rest})" if rest else name
