"""Results of tests in classrooms: class tests as `wifiplan probe class` wrote them (.json), and tables of a folder.

A table has one row a room and day. Columns, in any order, in Chinese or English; others are left alone:

- 學制 `stage`: 國小 or 國中; may be left out where the code belongs to one row of the roster;
- 學校代碼 `code`: six characters;
- 教室 `room`: 教室空間編號, or the room's name or id as in the plan;
- 日期 `date`: 2026-09-01 or 115/9/1;
- 判定 `verdict`: PASS 通過, FAIL 未通過, INCONCLUSIVE 無法判定;
- 依據 `evidence`: survey 現場量測, or class_test 全班實測.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import Fault, SurveyError, WifiplanError
from wifiplan.files.cell_text import folded, usual
from wifiplan.files.class_test_values import LOCAL
from wifiplan.files.days import day
from wifiplan.files.roster_cells import school_code, stage
from wifiplan.files.tables import read_table
from wifiplan.files.test_class_results import class_results, plain, rooms_called
from wifiplan.study.tracking import Key, RoomTest, TestKind, TestVerdict, TrackedRoom

HEADERS: dict[str, tuple[str, ...]] = {
    "stage": ("學制", "stage"),
    "code": ("學校代碼", "代碼", "code"),
    "room": ("教室", "教室空間編號", "room", "room_id", "inventory_id"),
    "date": ("日期", "測試日期", "date"),
    "verdict": ("判定", "結果", "verdict"),
    "evidence": ("依據", "evidence"),
}
VERDICTS: dict[str, TestVerdict] = {
    "pass": "pass",
    "通過": "pass",
    "達標": "pass",
    "fail": "fail",
    "未通過": "fail",
    "未達標": "fail",
    "inconclusive": "inconclusive",
    "無法判定": "inconclusive",
    "無法認定": "inconclusive",
}
KINDS: dict[str, TestKind] = {
    "survey": "survey",
    "現場量測": "survey",
    "class_test": "class_test",
    "class test": "class_test",
    "全班實測": "class_test",
}
_OPTIONAL = ("stage",)
_ENDINGS = (".csv", ".xlsx", ".xls", ".ods", ".json")
_SEARCHED_ROWS = 20
_MOST_FAULTS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row of a table: where it stands, and its cells by column."""

    where: str
    cells: Mapping[str, str]


def read_tests(folder: Path, rooms: Mapping[Key, Sequence[TrackedRoom] | None]) -> dict[Key, tuple[RoomTest, ...]]:
    """Return the newest result of every room and kind of test, by school.

    Of two results of one day the later row counts: a room is tested again once it has been put right. Class tests
    know the minute, rows of tables only the day, at its beginning.

    Parameters
    ----------
    folder : Path
        Folder with class tests (.json) and tables (.csv, .xlsx, .xls, .ods).
    rooms : mapping of (stage, code) to rooms
        Every school of the roster; None where no plan says which rooms it has, and any room is taken as a classroom.

    Raises
    ------
    SurveyError
        All faults of all tables at once: unknown schools and rooms, days and words that can't be read.
    """
    faults: list[Fault] = []
    newest: dict[tuple[Key, str, TestKind], tuple[RoomTest, dt.datetime]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _ENDINGS or path.name.startswith((".", "~$")) or not path.is_file():
            continue
        for key, test, moment in _results(path, rooms, faults):
            before = newest.get((key, test.room_id, test.kind))
            if before is None or before[1] <= moment:
                newest[key, test.room_id, test.kind] = test, moment
    if faults:
        n = len(faults)
        shown = faults[:_MOST_FAULTS]
        if n > len(shown):
            shown.append(Fault(where="", problem=f"... and {n - len(shown):,} more faults"))
        raise SurveyError(
            f"{n:,} {'fault' if n == 1 else 'faults'} in the results of tests",
            remedy="correct what is named; `wifiplan track --help` says where the columns are described",
            where=str(folder),
            faults=shown,
        )
    found: dict[Key, list[RoomTest]] = {}
    for (key, _, _), (test, _) in newest.items():
        found.setdefault(key, []).append(test)
    return {key: tuple(sorted(tests, key=lambda t: (t.kind, t.room_id))) for key, tests in found.items()}


def _results(
    path: Path, rooms: Mapping[Key, Sequence[TrackedRoom] | None], faults: list[Fault]
) -> Iterator[tuple[Key, RoomTest, dt.datetime]]:
    if path.suffix.lower() == ".json":
        yield from class_results(path, rooms, faults)
        return
    for line in _lines(path, faults):
        read = _read(line, rooms, faults)
        if read is not None:
            yield *read, dt.datetime.combine(read[1].day, dt.time(), LOCAL)


def _lines(path: Path, faults: list[Fault]) -> list[_Line]:
    try:
        rows = read_table(path, wanted=lambda cells: _header(cells) is not None).rows()
    except WifiplanError as error:
        faults.append(Fault(where=path.name, problem=error.problem, remedy=error.remedy))
        return []
    found = _header(rows)
    if found is None:
        wanted = ", ".join(names[0] for names in HEADERS.values())
        faults.append(Fault(where=path.name, problem=f"no header with {wanted} was found"))
        return []
    place, columns = found
    missing = [names[0] for column, names in HEADERS.items() if column not in columns and column not in _OPTIONAL]
    if missing:
        problem = f"column {', '.join(missing)} is missing"
        faults.append(Fault(where=f"{path.name} row {place + 1} (header)", problem=problem))
        return []
    return [
        _Line(where=f"{path.name} row {number}", cells={name: row[column] for name, column in columns.items()})
        for number, row in enumerate(rows[place + 1 :], start=place + 2)
        if any(row[column].strip() for column in columns.values())
    ]


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Return the row of the header and the place of each column; a row counts that names three of them."""
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            name = folded(cell)
            for known, names in HEADERS.items():
                if name in names and known not in found:
                    found[known] = column
        if len(found) >= 3:
            return place, found
    return None


def _read(
    line: _Line, rooms: Mapping[Key, Sequence[TrackedRoom] | None], faults: list[Fault]
) -> tuple[Key, RoomTest] | None:
    n_before = len(faults)
    key = _school(line, rooms, faults)
    room = None if key is None else _room(line, rooms[key], faults)
    when = _day(line, faults)
    verdict = VERDICTS.get(folded(line.cells["verdict"]))
    kind = KINDS.get(folded(line.cells["evidence"]))
    if verdict is None:
        _fault(faults, line, "verdict", "is not PASS 通過, FAIL 未通過 or INCONCLUSIVE 無法判定")
    if kind is None:
        _fault(faults, line, "evidence", "is not survey 現場量測 or class_test 全班實測")
    if len(faults) > n_before or key is None or room is None or when is None or verdict is None or kind is None:
        return None
    return key, RoomTest(room_id=room.room_id, use=room.use, kind=kind, day=when, verdict=verdict)


def _school(line: _Line, rooms: Mapping[Key, object], faults: list[Fault]) -> Key | None:
    try:
        code, _ = school_code(line.cells["code"])
        wanted = stage(line.cells["stage"]) if usual(line.cells.get("stage", "")) else None
    except ValueError as error:
        faults.append(Fault(where=line.where, problem=str(error)))
        return None
    found = [key for key in rooms if key[1] == code and wanted in (None, key[0])]
    if len(found) > 1:
        problem = f"{code} is the code of an elementary and of a junior school"
        faults.append(Fault(where=line.where, problem=problem, remedy="fill in 學制"))
        return None
    if not found:
        called = f"{wanted} {code}" if wanted else code
        faults.append(Fault(where=line.where, problem=f"no school {called} in the roster"))
        return None
    return found[0]


def _room(line: _Line, known: Sequence[TrackedRoom] | None, faults: list[Fault]) -> TrackedRoom | None:
    text = plain(line.cells["room"])
    if not text:
        _fault(faults, line, "room", "is empty")
        return None
    if known is None:
        return TrackedRoom(room_id=text, name=text, use="classroom", required=True, served=False)
    found = rooms_called(text, known)
    if len(found) != 1:
        problem = f"names {len(found)} rooms" if found else "is no room of this school's plan"
        _fault(faults, line, "room", problem, "give the 教室空間編號 or the room's id" if found else "")
        return None
    return found[0]


def _day(line: _Line, faults: list[Fault]) -> dt.date | None:
    try:
        return day(line.cells["date"])
    except ValueError as error:
        faults.append(Fault(where=f"{line.where}, column {HEADERS['date'][0]}", problem=str(error)))
        return None


def _fault(faults: list[Fault], line: _Line, column: str, problem: str, remedy: str = "") -> None:
    shown = " ".join(line.cells[column].split())[:24]
    what = f"'{shown}' {problem}" if shown else problem
    faults.append(Fault(where=f"{line.where}, column {HEADERS[column][0]}", problem=what, remedy=remedy))
