"""Verdicts of rooms from surveys as a table that `track --tests` reads."""

import datetime as dt
from pathlib import Path

from wifiplan.files.output import write_csv
from wifiplan.site.building import Site
from wifiplan.study.measured_rooms import MeasuredRooms

COLUMNS = ("學制", "學校代碼", "教室", "日期", "判定", "依據")
_STAGES = {"elementary": "國小", "junior": "國中"}
_VERDICTS = {"pass": "通過", "fail": "未通過", "inconclusive": "無法判定"}


def write_room_results(path: Path, found: MeasuredRooms, site: Site, *, today: dt.date | None = None) -> None:
    """Write one row a room: stage, code, room, day, verdict, evidence 現場量測 (survey).

    Parameters
    ----------
    path : Path
        Target.
    found : MeasuredRooms
        The rooms. Without a day of measuring `today` stands for it.
    site : Site
        Says whose roster row each room is of.
    today : date, optional
        The day of writing.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    day = found.day or (today or dt.datetime.now(tz=dt.UTC).date()).isoformat()
    drawn = {room.id: room for floor in site.floors for room in floor.rooms}
    rows = []
    for room in found.rooms:
        stage = drawn[room.room_id].stage
        school = next((one for one in site.schools if one.stage == stage), site.school)
        rows.append(
            dict(
                zip(
                    COLUMNS,
                    (
                        "" if school is None else _STAGES[school.stage],
                        "" if school is None else school.code,
                        drawn[room.room_id].inventory_id or room.room_id,
                        day,
                        _VERDICTS[room.verdict],
                        "現場量測",
                    ),
                    strict=True,
                )
            )
        )
    write_csv(path, rows, COLUMNS)
