"""What was built, in words: how far the work is, and every access point that is not as planned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wifiplan.report.change_log.counts import passing
from wifiplan.report.change_log.records import ChangeLog, Section, Side, value_text
from wifiplan.report.change_log.rooms import floor_text, rooms_section
from wifiplan.report.tables import Table
from wifiplan.report.texts import number_text, texts
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.as_built import LONGEST_CABLE_M, MOVED_M, AsBuilt
from wifiplan.study.built_rooms import BuiltRooms
from wifiplan.study.compare import diff
from wifiplan.study.deviations import Deviation, deviations, progress
from wifiplan.study.records import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A plan, what the installer reported on it, and the rooms after the work."""

    plan: Plan
    built: AsBuilt
    rooms: BuiltRooms


_HEADS = ("kind", "id", "place", "what")


def built_log(report: Report, before: Side, after: Side, lang: str = "zh-TW") -> ChangeLog:
    """Return how far the work of a plan is and where it deviates.

    Parameters
    ----------
    report : Report
        The plan, what the installer reported on it, and the rooms after the work.
    before, after : Side
        The plan and the building as states.
    lang : "zh-TW" or "en"
        Language.
    """
    words, plan, built = texts(lang), report.plan, report.built
    far, found = progress(plan, built), deviations(plan, built)
    counts = words["built.progress"].format(
        n=far.n_orders,
        done=far.n_done,
        as_planned=far.n_as_planned,
        not_done=far.n_not_done,
        not_reported=far.n_not_reported,
    )
    if far.n_extra:
        counts += words["built.extra"].format(n=far.n_extra)
    headline = [counts] if found else [counts, words["built.none"].format(m=number_text(MOVED_M))]
    table = Table(
        heads=tuple(words[f"built.{head}"] for head in _HEADS),
        rows=tuple(_row(deviation, before, plan.band, lang) for deviation in found),
    )
    section = Section(
        key="deviations",
        title=words["built.head"],
        table=table,
        notes=(words["built.note"].format(m=number_text(MOVED_M)),),
    )
    versions = words["built.versions"].format(
        plan=before.name, mark=before.mark, version=before.version, built=after.name, n=len(after.state.access_points)
    )
    rooms = _rooms_section(report.rooms, before, after, lang)
    sections = tuple(part for part in (section, rooms) if part.table.rows or part.lead)
    headline.append(_rooms_line(report.rooms, lang))
    if any(passing(plan.rooms, rank) != passing(report.rooms.as_planned, rank) for rank in (0, 1)):
        headline.append(words["built.stricter"])
    return ChangeLog(title=words["built.title"], versions=versions, headline=tuple(headline), sections=sections)


def _rooms_line(rooms: BuiltRooms, lang: str) -> str:
    """Return how many classrooms and specialist rooms pass, built as planned and as they were built."""
    words = texts(lang)
    shown = []
    for rank in (0, 1):
        ends = [passing(side, rank) for side in (rooms.as_planned, rooms.as_built)]
        old, new = (words["change.count.of"].format(served=good, n=n) for good, n in ends)
        shown.append(words["change.arrow"].format(before=old, after=new))
    return words["built.rooms"].format(classrooms=shown[0], specialist=shown[1])


def _rooms_section(rooms: BuiltRooms, before: Side, after: Side, lang: str) -> Section:
    """Return the rooms whose verdict or service is another than built as planned."""
    words = texts(lang)
    sides = (
        replace(before, state=replace(before.state, rooms=rooms.as_planned), label=words["built.as_planned"]),
        replace(after, state=replace(after.state, rooms=rooms.as_built), label=words["built.as_built"]),
    )
    section = rooms_section(*sides, diff(sides[0].state, sides[1].state), lang)
    if not rooms.undecided:
        return replace(section, notes=())
    names = {room.room_id: room.name for room in rooms.as_built}
    shown = value_text([names[room] for room in rooms.undecided], words)
    return replace(section, lead=(words["built.undecided"].format(names=shown),), notes=())


def _row(deviation: Deviation, plan: Side, band: Band, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    return (
        words["doc.separator"].join(words[f"built.kind.{kind}"] for kind in deviation.kinds),
        deviation.ap_id,
        _place(deviation, plan, lang),
        words["doc.clause"].join(_what(deviation, plan, band, words)),
    )


def _place(deviation: Deviation, plan: Side, lang: str) -> str:
    words = texts(lang)
    point = deviation.planned or deviation.built
    if point is None:
        return ""
    rooms = {room.id: room.name for floor in plan.state.site.floors for room in floor.rooms}
    floor = floor_text(plan.state, point.floor, lang)
    return f"{floor} {rooms.get(point.room_id or '', words['ap.corridor'])}"


def _what(deviation: Deviation, plan: Side, band: Band, words: Mapping[str, str]) -> Iterator[str]:
    row, order = deviation.row, deviation.order
    kinds = frozenset(deviation.kinds)
    if order is not None and kinds & {"not_done", "not_reported"}:
        yield words["built.order"].format(action=words[f"action.{order.action}"])
    if kinds & {"moved", "room"}:
        yield from _moved(deviation, plan, words)
    if "height" in kinds and order is not None:
        yield _arrow("change.height", order.height_m, row.height_m, words)
    if kinds & {"model", "brand", "extra"} and row.model:
        planned = deviation.planned.model if deviation.planned else None
        yield _arrow("change.point.model_now", planned, row.model, words)
    if deviation.planned is not None:
        yield from _radio(deviation, deviation.planned, band, words)
    if "cable_failed" in kinds:
        yield words["built.cable_failed"]
    if "cable_long" in kinds:
        yield words["built.cable_long"].format(m=number_text(row.cable_m or 0.0), limit=number_text(LONGEST_CABLE_M))
    if row.remarks:
        yield words["built.remarks"].format(text=row.remarks)


def _moved(deviation: Deviation, plan: Side, words: Mapping[str, str]) -> Iterator[str]:
    if deviation.moved_m is not None:
        yield words["change.moved"].format(m=f"{deviation.moved_m:.1f}")
    room = deviation.row.room_id
    if "room" in deviation.kinds and room is not None:
        names = {r.id: r.name for floor in plan.state.site.floors for r in floor.rooms}
        old = None if deviation.planned is None else deviation.planned.room_id
        before = names.get(old or "", words["ap.corridor"])
        yield words["change.arrow"].format(before=before, after=names.get(room, room))


def _radio(deviation: Deviation, planned: AccessPoint, band: Band, words: Mapping[str, str]) -> Iterator[str]:
    row, kinds = deviation.row, frozenset(deviation.kinds)
    wanted = next((radio for radio in planned.radios if radio.band == band), Radio(band=band))
    auto = words["built.auto"]
    pairs = (
        ("channel", "channel" in kinds or row.channel_auto, wanted.channel, auto if row.channel_auto else row.channel),
        ("width", "width" in kinds, wanted.width_mhz, row.width_mhz),
        ("eirp", "power" in kinds or row.power_auto, wanted.eirp_dbm, auto if row.power_auto else row.eirp_dbm),
    )
    for key, differs, old, new in pairs:
        if differs:
            text = words[f"change.point.{key}"]
            yield text.format(band=wanted.band, before=_value(old, words), after=_value(new, words))


def _arrow(key: str, old: float | str | None, new: float | str | None, words: Mapping[str, str]) -> str:
    return words[key].format(before=_value(old, words), after=_value(new, words))


def _value(value: float | str | None, words: Mapping[str, str]) -> str:
    if value is None:
        return words["doc.unknown"]
    return value if isinstance(value, str) else number_text(value, 1)
