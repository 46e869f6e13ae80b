"""Rooms and rounds of `wifiplan probe class`, from the command line and from a plan or site file."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wifiplan.errors import Fault, ProbeError
from wifiplan.files.json_input import read_text
from wifiplan.probe.classroom.rooms import MOST_DEVICES, RoomAsk, Round, Wish, wishes

if TYPE_CHECKING:
    from wifiplan.study.records import Plan

MOST_ROUNDS_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What a plan or site file says of the school: names and devices of its rooms by id."""

    name: str
    stage: Literal["elementary", "junior"] | None = None
    code: str | None = None
    plan: "Plan | None" = None
    plan_mark: str | None = None
    names: Mapping[str, str]
    n_devices: Mapping[str, int]


def school_of(path: Path | None, name: str | None) -> School:
    """Return the school of a plan.json or site file; without one, what the command line says.

    Raises
    ------
    ProbeError
        Neither a file nor a name is given.
    SiteError
        The file cannot be read.
    """
    if path is None:
        if not name:
            raise ProbeError(
                "which school is tested?",
                remedy="give its plan.json or site file, or its name with --school",
                where="--school",
                zh=("要測哪一所學校？", "請給 plan.json 或校舍檔，或以 --school 寫校名"),
            )
        return School(name=name, names={}, n_devices={})
    from wifiplan.files.compared import mark_of, read_compared  # noqa: PLC0415 (heavy, and not needed without a file)
    from wifiplan.files.plan import read_site_or_plan  # noqa: PLC0415

    plan, site = read_compared(path).plan, read_site_or_plan(path)
    rooms = [room for floor in site.floors for room in floor.rooms]
    wanted = {room.id: room.devices or room.class_size for room in rooms}
    if plan is not None:
        wanted |= {room.room_id: room.need.n_devices for room in plan.rooms if room.need is not None}
    return School(
        name=name or site.name,
        stage=site.school.stage if site.school else None,
        code=site.school.code if site.school else None,
        plan=plan,
        plan_mark=None if plan is None else mark_of(plan),
        names={room.id: room.name or room.id for room in rooms},
        n_devices={room_id: n for room_id, n in wanted.items() if n},
    )


def the_rounds(
    rooms: Sequence[str], rounds: Sequence[str], rounds_path: Path | None, school: School, n_devices: int | None
) -> tuple[Round, ...]:
    """Return the rounds of a test: those of --round and of the file in turn, or one of all --room together.

    Raises
    ------
    ProbeError
        No room is named, a room is not in the plan, or nobody says how many devices it must carry.
    """
    lines = [*rounds, *(_lines(rounds_path) if rounds_path else ())]
    if rooms and lines:
        raise ProbeError(
            "--room names one round, --round and --rounds several: give either", remedy="drop --room", where="--room"
        )
    asked = [wishes(line) for line in lines] or ([wishes(",".join(rooms))] if rooms else [])
    if not asked:
        raise ProbeError(
            "which room is tested?",
            remedy="name it with --room ID or --room ID=NUMBER_OF_DEVICES",
            where="--room",
            zh=("要測哪一間教室？", "請以 --room 代號 或 --room 代號=載具數 指定"),
        )
    faults: list[Fault] = []
    found = tuple(tuple(_ask(wish, school, n_devices, faults) for wish in group) for group in asked)
    if faults:
        raise ProbeError(
            "the rooms cannot be tested like this",
            remedy="name rooms as the plan does, with their devices: --room ID=N",
            where="--room",
            faults=tuple(dict.fromkeys(faults)),
        )
    return found


def _lines(path: Path) -> list[str]:
    text = read_text(path, max_bytes=MOST_ROUNDS_BYTES, error=ProbeError)
    bare = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in bare if line]


def _ask(wish: Wish, school: School, n_devices: int | None, faults: list[Fault]) -> RoomAsk:
    if school.names and wish.room_id not in school.names:
        some = "、".join(itertools.islice(school.names, 8))
        faults.append(Fault(where=wish.room_id, problem="is no room of this school", remedy=f"for instance {some}"))
    n = wish.n_devices or n_devices or school.n_devices.get(wish.room_id)
    if n is None or not 1 <= n <= MOST_DEVICES:
        faults.append(
            Fault(
                where=wish.room_id, problem="nobody says how many devices it must carry", remedy="add =N or --devices"
            )
        )
        n = 1
    return RoomAsk(room_id=wish.room_id, name=school.names.get(wish.room_id, wish.room_id), n_expected=n)
