"""Class tests as results of classrooms: what `track` counts of the JSON files that `wifiplan probe class` writes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.cell_text import folded
from wifiplan.files.class_test_values import local_time
from wifiplan.files.class_tests import MAX_CLASS_TEST_BYTES, parse_class_test
from wifiplan.files.json_input import Refused, load_json, printable, read_text
from wifiplan.probe.findings import VERDICTS, Verdict
from wifiplan.probe.records import ClassTest, RoomRun
from wifiplan.probe.verdict import judge_test
from wifiplan.study.tracking import Key, RoomTest, TrackedRoom

_MOST_SHOWN = 5
_SERVICES = frozenset({"answers", "interface", "started_utc"})


def class_results(
    path: Path, rooms: Mapping[Key, Sequence[TrackedRoom] | None], faults: list[Fault]
) -> list[tuple[Key, RoomTest, dt.datetime]]:
    """Return the rooms of one class test with the moment at which each began, by the clock of Taiwan.

    A room that ran in several rounds counts once, with its worst verdict; a dry run tested nothing.

    Parameters
    ----------
    path : Path
        A JSON file.
    rooms : mapping of (stage, code) to rooms
        Every school of the roster; None where no plan says which rooms it has.
    faults : list of Fault
        What is wrong is added: no class test, a school or room that nobody knows.
    """
    try:
        text = read_text(path, max_bytes=MAX_CLASS_TEST_BYTES, error=SurveyError)
    except SurveyError as error:
        faults.append(Fault(where=path.name, problem=error.problem, remedy=error.remedy))
        return []
    test, found = parse_class_test(text)
    if test is None and _is_services(text):
        return []
    if test is None:
        faults += [Fault(where=_at(path, f.where), problem=f.problem, remedy=f.remedy) for f in found[:_MOST_SHOWN]]
        if len(found) > _MOST_SHOWN:
            faults.append(Fault(where=path.name, problem=f"... and {len(found) - _MOST_SHOWN} more faults"))
        return []
    if test.dry_run:
        return []
    key = _school(path, test, rooms, faults)
    return [] if key is None else [(key, *result) for result in _results(path, test, rooms[key], faults)]


def _is_services(text: str) -> bool:
    """Return whether these are the answers of `wifiplan probe services`, which may lie beside class tests."""
    try:
        data = load_json(text)
    except Refused:
        return False
    return isinstance(data, Mapping) and data.keys() >= _SERVICES


def _at(path: Path, where: str) -> str:
    return f"{path.name}: {where}" if where else path.name


def _school(path: Path, test: ClassTest, rooms: Mapping[Key, object], faults: list[Fault]) -> Key | None:
    if test.stage is None or test.code is None:
        faults.append(
            Fault(
                where=path.name,
                problem="the class test names no school",
                remedy='fill in "stage" and "code" in the file as in the roster, or take it out of the folder',
            )
        )
        return None
    key: Key = (test.stage, test.code)
    if key in rooms:
        return key
    faults.append(Fault(where=path.name, problem=f"no school {test.stage} {test.code} in the roster"))
    return None


def _results(
    path: Path, test: ClassTest, known: Sequence[TrackedRoom] | None, faults: list[Fault]
) -> Iterator[tuple[RoomTest, dt.datetime]]:
    worst: dict[str, tuple[TrackedRoom, Verdict, dt.datetime]] = {}
    for run, judged in zip(test.rooms, judge_test(test).rooms, strict=True):
        room = _room(path, run, known, faults)
        if room is None:
            continue
        began = local_time(run.steps[0].started_utc if run.steps else test.started_utc)
        before = worst.get(room.room_id, (room, "pass", began))
        verdict = min(before[1], judged.verdict, key=VERDICTS.index)
        worst[room.room_id] = room, verdict, max(before[2], began)
    for room, verdict, began in worst.values():
        day = began.date()
        yield RoomTest(room_id=room.room_id, use=room.use, kind="class_test", day=day, verdict=verdict), began


def _room(path: Path, run: RoomRun, known: Sequence[TrackedRoom] | None, faults: list[Fault]) -> TrackedRoom | None:
    if known is None:
        return TrackedRoom(room_id=plain(run.room_id), name=run.name, use="classroom", required=True, served=False)
    found = rooms_called(run.room_id, known) or rooms_called(run.name, known)
    if len(found) == 1:
        return found[0]
    problem = f"names {len(found)} rooms" if found else "is no room of this school's plan"
    shown = printable(run.name or run.room_id)[:40]
    faults.append(Fault(where=path.name, problem=f"'{shown}' {problem}"))
    return None


def rooms_called(text: str, known: Sequence[TrackedRoom]) -> list[TrackedRoom]:
    """Return the rooms that a text means: those with it as their number or id, else those with it as their name."""
    wanted = plain(text)
    if not wanted:
        return []
    by_number = [room for room in known if wanted in (plain(room.inventory_id or ""), plain(room.room_id))]
    return by_number or [room for room in known if wanted == plain(room.name)]


def plain(text: str) -> str:
    """Return a room's name as it is compared: width, case and blanks do not count."""
    return folded(text).replace(" ", "")
