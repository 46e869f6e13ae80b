"""Rooms and rounds of `wifiplan probe class`, from the command line and from a plan or site file."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wifiplan.errors import Fault, ProbeError
from wifiplan.files.json_input import printable, read_text
from wifiplan.probe.classroom.rooms import MOST_DEVICES, MOST_LETTERS, RoomAsk, Round, Wish, wishes
from wifiplan.scheme.school import Stage

if TYPE_CHECKING:
    from wifiplan.study.records import Plan

MOST_ROUNDS_BYTES = 100_000

MOST_NAMED = 6
"""Rooms that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What a plan or site file says of the school: names and devices of its rooms by id.

    `aliases` are ids by what else people call a room: the ministry's number, or a name that only one room has.
    """

    name: str
    stage: Stage | None = None
    code: str | None = None
    plan: "Plan | None" = None
    plan_mark: str | None = None
    names: Mapping[str, str]
    n_devices: Mapping[str, int]
    aliases: Mapping[str, str] = field(default_factory=dict)


def school_of(path: Path | None, name: str | None, stage: Stage | None = None, code: str | None = None) -> School:
    """Return the school of a plan.json or site file; without one, what the command line says.

    Parameters
    ----------
    path : Path or None
        The file.
    name : str or None
        Name of the school; that of the file without it.
    stage, code : str or None
        Of the school's row in the roster; those of the file without them.

    Raises
    ------
    ProbeError
        Neither a file nor a name is given; stage and code do not fit together, or are not the file's.
    SiteError
        The file cannot be read.
    """
    _check_code(stage, code)
    if path is None:
        if not name:
            raise ProbeError(
                "which school is tested?",
                remedy="give its plan.json or site file, or its name with --school",
                where="--school",
                zh=("要測哪一所學校？", "請給 plan.json 或校舍檔，或以 --school 寫校名"),
            )
        return School(name=name, stage=stage, code=code, names={}, n_devices={})
    from wifiplan.files.compared import mark_of, read_compared  # noqa: PLC0415 (heavy, and not needed without a file)
    from wifiplan.files.plan import read_site_or_plan  # noqa: PLC0415

    plan, site = read_compared(path).plan, read_site_or_plan(path)
    rooms = [room for floor in site.floors for room in floor.rooms]
    wanted = {room.id: room.devices or room.class_size for room in rooms}
    if plan is not None:
        wanted |= {room.room_id: room.need.n_devices for room in plan.rooms if room.need is not None}
    row = _row([(row.stage, row.code) for row in site.schools], stage, code, str(path))
    names = {room.id: room.name or room.id for room in rooms}
    n_so_named = Counter(names.values())
    return School(
        name=name or site.name,
        stage=row[0],
        code=row[1],
        plan=plan,
        plan_mark=None if plan is None else mark_of(plan),
        names=names,
        n_devices={room_id: n for room_id, n in wanted.items() if n},
        aliases={name: room_id for room_id, name in names.items() if n_so_named[name] == 1}
        | {room.inventory_id: room.id for room in rooms if room.inventory_id is not None},
    )


def _row(
    known: Sequence[tuple[Stage, str]], stage: Stage | None, code: str | None, where: str
) -> tuple[Stage, str] | tuple[None, None]:
    """Return stage and code: those that were given, which must be the file's where it has any, else the file's."""
    if stage is None or code is None:
        return known[0] if known else (None, None)
    if known and (stage, code) not in known:
        told = ", ".join(f"{a} {b}" for a, b in known)
        raise ProbeError(
            f"the file is of another school ({told}) than {stage} {code}",
            remedy="give the plan.json of the school that is tested, or drop --stage and --code",
            where=where,
            zh=(
                f"這個檔案是另一所學校的（{told}），不是 {stage} {code}",
                "請給受測學校的 plan.json，或不加 --stage 與 --code",
            ),
        )
    return stage, code


def _check_code(stage: Stage | None, code: str | None) -> None:
    if (stage is None) != (code is None):
        raise ProbeError(
            "stage and code of a school are given together or not at all",
            remedy="give both, as its row in the roster has them",
            where="--code" if code is None else "--stage",
            zh=("學制與學校代碼要一起給", "請同時給 --stage 與 --code，如名冊所列"),
        )
    if code is not None and not re.fullmatch(r"[0-9A-Za-z]{6}", code):
        raise ProbeError(
            f'"{code[:24]}" is no code of a school',
            remedy="give its six digits or letters, as its row in the roster has them",
            where="--code",
            zh=(f"「{code[:24]}」不是學校代碼", "請給名冊上的 6 碼代碼"),
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
    faults += [
        Fault(where=room_id, problem="the room is named twice in one round", zh=("同一輪重複了這間教室", ""))
        for group in found
        for room_id, n in Counter(room.room_id for room in group).items()
        if n > 1
    ]
    if faults:
        raise ProbeError(
            "the rooms cannot be tested like this",
            remedy="name rooms as the plan does, with their devices: --room ID=N",
            where="--room",
            faults=tuple(dict.fromkeys(faults)),
            zh=("教室有誤", "請照規劃書的教室代號（或班級名稱）指定，必要時加臺數：--room 代號=臺數"),
        )
    return found


def _lines(path: Path) -> list[str]:
    text = read_text(path, max_bytes=MOST_ROUNDS_BYTES, error=ProbeError)
    bare = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in bare if line]


def _ask(wish: Wish, school: School, n_devices: int | None, faults: list[Fault]) -> RoomAsk:
    room_id = wish.room_id if wish.room_id in school.names else school.aliases.get(wish.room_id, wish.room_id)
    if school.names and room_id not in school.names:
        # those that carry a class come first to mind; a school without any has its rooms named
        some = list(itertools.islice(school.n_devices or school.names, MOST_NAMED))
        english = ", ".join(f"{one} ({school.names[one]})" for one in some)
        chinese = "、".join(f"{one}（{school.names[one]}）" for one in some)
        faults.append(
            Fault(
                where=room_id,
                problem="is no room of this school",
                remedy=f"for instance {english}",
                zh=("這所學校沒有這間教室", f"例如 {chinese}"),
            )
        )
        return RoomAsk(room_id=room_id, name=room_id, n_expected=1)
    n = wish.n_devices or n_devices or school.n_devices.get(room_id)
    if n is None or not 1 <= n <= MOST_DEVICES:
        faults.append(
            Fault(
                where=room_id,
                problem="nobody says how many devices it must carry",
                remedy="add =N or --devices",
                zh=("不知道要幾臺載具", "請在代號後加 =臺數，或加 --devices"),
            )
        )
        n = 1
    # the name goes to every device and on every page
    name = printable(school.names.get(room_id, room_id))[:MOST_LETTERS]
    return RoomAsk(room_id=room_id, name=name, n_expected=n)
