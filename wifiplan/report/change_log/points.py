"""Access points that changed, in words: what an installer does otherwise."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from wifiplan.report.change_log.records import Section, Side, value_text
from wifiplan.report.change_log.rooms import floor_text
from wifiplan.report.standing import mark_of
from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text, texts
from wifiplan.site.network import BANDS, Radio
from wifiplan.study.compare.meaning import AP_KINDS, ApKind, ap_kinds, moved_m, numbers_of_rooms
from wifiplan.study.compare.records import Change, Changes, State
from wifiplan.study.records import PlannedAccessPoint

QUIET: frozenset[ApKind] = frozenset({"figures", "order"})
"""Kinds that nobody has to act on: counted, not listed."""

_HEADS = ("kind", "id", "place", "what", "match")


def points_section(before: Side, after: Side, changes: Changes, lang: str) -> Section:
    """Return the access points that changed, one row each."""
    words, rooms = texts(lang), numbers_of_rooms(changes)
    kinds = [ap_kinds(change, rooms) for change in changes.access_points]
    told = [(c, k) for c, k in zip(changes.access_points, kinds, strict=True) if not QUIET.issuperset(k)]
    n_quiet = len(kinds) - len(told)
    rows = tuple(_row(change, found, (before.state, after.state), lang) for change, found in told)
    return Section(
        key="points",
        title=words["change.head.points"],
        table=Table(heads=tuple(words[f"change.point.{head}"] for head in _HEADS), rows=rows),
        notes=(words["change.points.quiet"].format(n=n_quiet),) if n_quiet else (),
    )


def points_summary(before: Side, changes: Changes, lang: str) -> str:
    """Return one line: how many access points were added, moved, retuned, and how many stayed."""
    words, rooms = texts(lang), numbers_of_rooms(changes)
    kinds = [ap_kinds(change, rooms) for change in changes.access_points]
    counts = Counter(kind for found in kinds for kind in found if kind not in QUIET)
    n_gone_or_other = sum(c.before is not None for c, k in zip(changes.access_points, kinds, strict=True) if _told(k))
    same = len(before.state.access_points) - n_gone_or_other
    if not counts:
        return words["change.points.same"].format(same=same)
    parts = words["doc.separator"].join(
        words["change.points.part"].format(kind=words[f"change.kind.{kind}"], n=counts[kind])
        for kind in AP_KINDS
        if counts[kind]
    )
    return words["change.points.summary"].format(parts=parts, same=same)


def _told(kinds: Sequence[ApKind]) -> bool:
    return not QUIET.issuperset(kinds)


def _row(
    change: Change[PlannedAccessPoint], kinds: Sequence[ApKind], states: tuple[State, State], lang: str
) -> tuple[str, ...]:
    words = texts(lang)
    match = words[f"change.match.{change.matched_by}"] if change.matched_by else ""
    return (
        words["doc.separator"].join(words[f"change.kind.{kind}"] for kind in kinds),
        _id(change, words),
        _place(change, states, lang),
        words["doc.clause"].join(_what(change, states, lang)),
        match,
    )


def _id(change: Change[PlannedAccessPoint], words: Mapping[str, str]) -> str:
    old = change.before and change.before.access_point.id
    new = change.after and change.after.access_point.id
    if old and new and old != new:
        return words["change.was"].format(new=new, old=old)
    return new or old or ""


def _place(change: Change[PlannedAccessPoint], states: tuple[State, State], lang: str) -> str:
    """Return where it hangs; where it moved to another room or floor, from where."""
    words = texts(lang)
    old = None if change.before is None else where(change.before, states[0], lang)
    new = None if change.after is None else where(change.after, states[1], lang)
    if old is None or new is None or old == new:
        return new or old or ""
    return words["change.arrow"].format(before=old, after=new)


def where(planned: PlannedAccessPoint, state: State, lang: str) -> str:
    """Return floor and room of an access point."""
    floor = floor_text(state, planned.access_point.floor, lang)
    return f"{floor} {planned.room_name or planned.room_id or texts(lang)['ap.corridor']}"


def _what(change: Change[PlannedAccessPoint], states: tuple[State, State], lang: str) -> Iterator[str]:
    words = texts(lang)
    before, after = change.before, change.after
    if before is None or after is None:
        one = after or before
        if one is not None:
            yield from _alone(one, words, to_do=before is None and not states[0].hung)
        return
    yield from _moved(change, words)
    yield from _radios(before, after, words)
    if before.backup_channel != after.backup_channel:
        old_backup, new_backup = (p.backup_channel or words["change.none_value"] for p in (before, after))
        yield words["change.point.backup"].format(before=old_backup, after=new_backup)
    yield from _fields(before, after, words)
    if sorted(before.serves) != sorted(after.serves):
        old, new = _names(before.serves, states[0], words), _names(after.serves, states[1], words)
        if old != new:
            yield words["change.point.serves"].format(before=old, after=new)


def _alone(planned: PlannedAccessPoint, words: Mapping[str, str], *, to_do: bool) -> Iterator[str]:
    """Yield what an access point is that was added or dropped; `to_do`: with what is done there."""
    point = planned.access_point
    if to_do:
        yield words[f"action.{mark_of(planned)}"]
    if point.model:
        yield point.model
    for radio in point.radios:
        yield words["change.colon"].format(name=f"{radio.band} GHz", value=_radio(radio, words))


def _moved(change: Change[PlannedAccessPoint], words: Mapping[str, str]) -> Iterator[str]:
    apart_m = moved_m(change)
    if apart_m:
        yield words["change.moved"].format(m=f"{apart_m:.2f}" if apart_m < 0.1 else f"{apart_m:.1f}")
    if change.before is None or change.after is None:
        return
    old, new = change.before.access_point.z_m, change.after.access_point.z_m
    if old != new:
        yield words["change.height"].format(before=_value(old, words), after=_value(new, words))


def _fields(before: PlannedAccessPoint, after: PlannedAccessPoint, words: Mapping[str, str]) -> Iterator[str]:
    mine, theirs = before.access_point, after.access_point
    old_action, new_action = mark_of(before), mark_of(after)
    pairs = (
        ("mount", words[f"ap.mount.{mine.mount}"], words[f"ap.mount.{theirs.mount}"]),
        ("azimuth", mine.azimuth_deg, theirs.azimuth_deg),
        ("tilt", mine.tilt_deg, theirs.tilt_deg),
        ("antenna", mine.pattern or words["ap.pattern.model"], theirs.pattern or words["ap.pattern.model"]),
        ("model_now", mine.model, theirs.model),
        ("action_now", words[f"action.{old_action}"], words[f"action.{new_action}"]),
        ("cabinet", before.cabinet or mine.cabinet, after.cabinet or theirs.cabinet),
        ("cable", before.cable_m, after.cable_m),
        ("mac", mine.mac, theirs.mac),
        ("serial", mine.serial, theirs.serial),
    )
    for key, old, new in pairs:
        if old != new:
            yield words[f"change.point.{key}"].format(before=_value(old, words), after=_value(new, words))


def _radios(before: PlannedAccessPoint, after: PlannedAccessPoint, words: Mapping[str, str]) -> Iterator[str]:
    mine = {radio.band: radio for radio in before.access_point.radios}
    theirs = {radio.band: radio for radio in after.access_point.radios}
    for band in BANDS:
        old, new = mine.get(band), theirs.get(band)
        if old is not None and new is not None:
            yield from _radio_fields(old, new, words)
        elif new is not None:
            yield words["change.point.radio_on"].format(band=band, text=_radio(new, words))
        elif old is not None:
            yield words["change.point.radio_off"].format(band=band, text=_radio(old, words))


def _radio_fields(old: Radio, new: Radio, words: Mapping[str, str]) -> Iterator[str]:
    pairs = (
        ("channel", old.channel, new.channel),
        ("width", old.width_mhz, new.width_mhz),
        ("eirp", old.eirp_dbm, new.eirp_dbm),
    )
    for key, mine, theirs in pairs:
        if mine != theirs:
            text = words[f"change.point.{key}"]
            yield text.format(band=old.band, before=_value(mine, words), after=_value(theirs, words))


def _radio(radio: Radio, words: Mapping[str, str]) -> str:
    return words["change.point.radio"].format(
        channel=_value(radio.channel, words), width=_value(radio.width_mhz, words), eirp=_value(radio.eirp_dbm, words)
    )


def _names(rooms: Sequence[str], state: State, words: Mapping[str, str]) -> str:
    names = {room.id: room.name for floor in state.site.floors for room in floor.rooms}
    return value_text(sorted(names.get(room, room) for room in rooms), words, "change.none_value")


def _value(value: str | float | None, words: Mapping[str, str]) -> str:
    if value is None:
        return words["doc.unknown"]
    return value if isinstance(value, str) else number_text(value, 1)
