"""Rooms that changed, in words: who is served now, who no longer, and by what."""

from collections.abc import Iterator, Mapping, Sequence

from wifiplan.report.change_log.records import Section, Side, labels
from wifiplan.report.reasons import reason_text
from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text, texts
from wifiplan.study.compare.meaning import RoomKind, numbers_of_aps, room_kinds
from wifiplan.study.compare.records import Change, Changes, State
from wifiplan.study.records import PlannedRoom

QUIET: frozenset[RoomKind] = frozenset({"figures", "order"})


def rooms_section(before: Side, after: Side, changes: Changes, lang: str) -> Section:
    """Return the rooms whose verdict, service or need changed, one row each."""
    words, points = texts(lang), numbers_of_aps(changes)
    kinds = [room_kinds(change, points) for change in changes.rooms]
    told = [(c, k) for c, k in zip(changes.rooms, kinds, strict=True) if not QUIET.issuperset(k)]
    n_quiet = len(kinds) - len(told)
    heads = ("change.room.floor", "change.room.name", "change.room.kind")
    return Section(
        key="rooms",
        title=words["change.head.rooms"],
        table=Table(
            heads=(*(words[head] for head in heads), *labels(before, after, words)),
            rows=tuple(_row(change, found, (before.state, after.state), lang) for change, found in told),
            failing=tuple(c.after is not None and c.after.verdict == "fail" for c, _ in told),
        ),
        notes=(words["change.rooms.quiet"].format(n=n_quiet),) if n_quiet else (),
    )


def rooms_summary(changes: Changes, lang: str) -> str:
    """Return one line: how many rooms pass now, no longer pass, are served by others."""
    words, points = texts(lang), numbers_of_aps(changes)
    kinds = [room_kinds(change, points) for change in changes.rooms]
    pairs = [(c.before, c.after) for c in changes.rooms]
    verdicts = [(old.verdict, new.verdict) for old, new in pairs if old is not None and new is not None]
    return words["change.rooms.summary"].format(
        up=sum(new == "pass" != old for old, new in verdicts),
        down=sum(old == "pass" != new for old, new in verdicts),
        serving=sum("serving" in found and "verdict" not in found for found in kinds),
        added=sum("added" in found for found in kinds),
        removed=sum("removed" in found for found in kinds),
    )


def _row(
    change: Change[PlannedRoom], kinds: Sequence[RoomKind], states: tuple[State, State], lang: str
) -> tuple[str, ...]:
    words = texts(lang)
    room = change.after or change.before
    floor = "" if room is None else floor_text(states[1 if change.after else 0], room.floor, lang)
    old, new, hung = change.before, change.after, states[0].hung
    name = "" if room is None else room.name
    if old is not None and new is not None and old.name != new.name:
        name = words["change.was"].format(new=new.name, old=old.name)
    return (
        floor,
        name,
        words["doc.separator"].join(words[f"change.room_kind.{kind}"] for kind in _shown(kinds)),
        *("" if end is None else words["doc.clause"].join(_end(end, kinds, lang, hung=hung)) for end in (old, new)),
    )


def _shown(kinds: Sequence[RoomKind]) -> list[RoomKind]:
    """Return the kinds to name: another verdict says already that others serve the room, and why."""
    return [kind for kind in kinds if "verdict" not in kinds or kind not in {"serving", "reason", "work"}]


def floor_text(state: State, level: int, lang: str) -> str:
    """Return what a floor of a state is called."""
    words = texts(lang)
    named = next((floor.name for floor in state.site.floors if floor.level == level), "")
    return named or words["floor.name" if level >= 0 else "floor.basement"].format(
        n=level + 1 if level >= 0 else -level
    )


def _end(room: PlannedRoom, kinds: Sequence[RoomKind], lang: str, *, hung: bool) -> Iterator[str]:
    """Yield what is told of a room on one side: only what differs, or all of it where it is new or gone.

    `hung`: it is judged by what hangs there, where no budget is to blame.
    """
    words = texts(lang)
    whole = "added" in kinds or "removed" in kinds
    if whole or "verdict" in kinds or "reason" in kinds:
        yield words[f"verdict.{room.verdict}"]
        if room.verdict == "fail" and not (hung and room.reason.code == "no_budget"):
            yield reason_text(room.reason, lang)
    if room.need is not None and (whole or "serving" in kinds):
        serving = "+".join(ap for ap in (room.serving_ap, *room.sharing_aps) if ap)
        yield words["change.room.served_by"].format(ap=serving or words["change.room.nobody"])
    if room.need is not None and (whole or "need" in kinds):
        yield _need(room, words)
    if "work" in _shown(kinds):
        yield _work(room, words)
    if "room" in kinds:
        size = "" if room.class_size is None else f" {room.class_size}"
        yield f"{words[f'use.{room.use}']}{size} ({room.room_id})"


def _need(room: PlannedRoom, words: Mapping[str, str]) -> str:
    if room.need is None:
        return words["change.none_value"]
    profile = words.get(f"profile.{room.need.profile}", room.need.profile)
    figures = words["change.room.need"].format(n=room.need.n_devices, mbps=number_text(room.need.mbps_per_device, 2))
    return f"{profile} {figures}"


def _work(room: PlannedRoom, words: Mapping[str, str]) -> str:
    return words[f"change.work.{room.change or 'none'}"]
