"""Where somebody was, as a table: times and places on the way, legs with both ends, or places by name."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from wifiplan.catalog.reading_columns import Column
from wifiplan.errors import Fault
from wifiplan.files.json_input import printable
from wifiplan.files.readings.refusals import fault, refusal, wrong
from wifiplan.files.readings.walk_table import Table, table_of, table_text
from wifiplan.files.readings.walk_values import Moment, floor_of, moment_of, number_of
from wifiplan.files.readings.walk_words import column_of
from wifiplan.survey.places import Clock, Leg, Place, Whereabouts, legs_of, past_midnight

MAX_POSITIONS = 20_000
FOOT_M = 0.3048

_End: TypeAlias = Literal["", "start", "end"]
_Cells: TypeAlias = Mapping[tuple[Column, _End], int]
_STARTS = frozenset(("start", "from", "begin", "beginning", "起點", "起", "開始", "起始"))
_ENDS = frozenset(("end", "to", "stop", "finish", "終點", "迄", "結束"))
_NUMBERED = re.compile(r"([xy])_?([0-2])(?=_|$|\s|\()")
_DIGITS = ("0", "1")
_REMEDY = ("correct the places listed", "請修正所列之處")


def read_positions(data: bytes, where: str, around: Whereabouts | None = None) -> Whereabouts:
    """Read a table of positions.

    Parameters
    ----------
    data : bytes
        The file; its columns are x_m and y_m (or pixels, with `around.pixels`), floor, and either time or point; or
        both ends of legs: start_time, end_time, start_x_m, start_y_m, end_x_m, end_y_m.
    where : str
        Its name, for messages.
    around : Whereabouts, optional
        What is known apart from that; the answer is this with the places added.

    Raises
    ------
    SurveyError
        Columns are missing, or places have faults: all of them.
    """
    around = around or Whereabouts()
    table = table_of(table_text(data, where, is_name=_is_name), where, is_name=_is_name)
    cells = _cells_of(table)
    _check(table, cells, where)
    rows = _Rows(table=table, cells=cells, around=around)
    rows.check_scale(where)
    if ("x", "start") in cells:
        return _with_legs(rows, [leg for number, row in table.rows for leg in rows.leg(number, row)], where)
    read = [(number, row, place) for number, row in table.rows if (place := rows.place(number, row, "")) is not None]
    if ("point", "") in cells:
        named = {name: place for _, row, place in read if (name := rows.text(row, ("point", "")))}
        rows.refuse(where)
        return replace(around, points={**around.points, **{n.casefold(): p for n, p in named.items()}, **named})
    noted = [(moment, place) for number, row, place in read if (moment := rows.moment(number, row, "")) is not None]
    rows.refuse(where)
    times_s = [moment.time_s for moment, _ in noted]
    if all(moment.clock == "day" for moment, _ in noted):
        times_s = past_midnight(times_s)
    legs = legs_of([place for _, place in noted], times_s)
    if not legs:
        raise wrong(
            where,
            ("fewer than two times on one floor: that is no walk", "同一樓層上少於兩個時間點，無法構成路線"),
            ("note time and place at least where a walk begins and ends", "請至少記下起點與終點的時間和位置"),
        )
    return _clocked(rows, legs, {moment.clock for moment, _ in noted}, where)


def _is_name(cell: str) -> bool:
    return _end_of(cell, _DIGITS) is not None


def _check(table: Table, cells: _Cells, where: str) -> None:
    known = set(cells)
    legs = {("x", "start"), ("y", "start"), ("x", "end"), ("y", "end"), ("time", "start"), ("time", "end")}
    places: set[tuple[Column, _End]] = {("x", ""), ("y", "")}
    if legs <= known or (places <= known and known & {("time", ""), ("point", "")}):
        if len(table.rows) > MAX_POSITIONS:
            raise wrong(where, (f"more than {MAX_POSITIONS:,} positions", "位置過多"), ("split the file", "請分割檔案"))
        return
    told = ", ".join(printable(name)[:24] for name in table.names[:12])
    raise wrong(
        where,
        (f"no table of positions (columns: {told})", f"不是位置表（欄位：{told}）"),
        (
            "columns: time or point, x_m, y_m, floor; or start_time, start_x_m, start_y_m, end_time, end_x_m, end_y_m",
            "欄名：time 或 point、x_m、y_m、floor；或 start_time、start_x_m、start_y_m、end_time、end_x_m、end_y_m",
        ),
    )


def _cells_of(table: Table) -> dict[tuple[Column, _End], int]:
    """Return the places of columns, those of legs with their end."""
    digits = sorted({hit[2] for name in table.names if (hit := _NUMBERED.match(name.strip().casefold()))})
    found: dict[tuple[Column, _End], int] = {}
    for n, name in enumerate(table.names):
        key = _end_of(name, digits)
        if key is not None:
            found.setdefault(key, n)
    return found


def _end_of(name: str, digits: Sequence[str]) -> tuple[Column, _End] | None:
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    hit = _NUMBERED.match(text)
    if hit is not None and len(digits) == 2:
        return ("x" if hit[1] == "x" else "y", "start" if hit[2] == digits[0] else "end")
    words = re.split(r"[\s_.\-]+", text)
    end: _End = "start" if _STARTS & set(words) else "end" if _ENDS & set(words) else ""
    rest = "_".join(word for word in words if word not in _STARTS | _ENDS)
    if end and rest in ("", "s", "sec"):
        return ("time", end)
    kind, _ = column_of(rest if end else text)
    return None if kind is None else (kind, end)


@dataclass(slots=True)
class _Rows:
    """Reads rows of positions, and notes what is wrong with them."""

    table: Table
    cells: _Cells
    around: Whereabouts
    faults: list[Fault] = field(default_factory=list)

    def text(self, row: Sequence[str], key: tuple[Column, _End]) -> str:
        column = self.cells.get(key)
        return row[column].strip() if column is not None and column < len(row) else ""

    def unit(self, key: tuple[Column, _End]) -> str:
        name = self.table.names[self.cells[key]]
        return (
            next((unit for unit in ("px", "ft", "m") if re.search(rf"(?i)[\s_(\[]{unit}\b", name)), "")
            or (column_of(name)[1])
        )

    def check_scale(self, where: str) -> None:
        """Say no where positions are pixels and nobody said how large one is."""
        key: tuple[Column, _End] = ("x", "start") if ("x", "start") in self.cells else ("x", "")
        if self.unit(key) == "px" and self.around.pixels is None:
            raise wrong(
                where,
                ("its positions are pixels of a picture", "位置以圖上像素表示"),
                (
                    "give metres a pixel and the picture: --scale, --picture",
                    "請提供每像素公尺數與圖檔：--scale、--picture",
                ),
            )

    def place(self, number: int, row: Sequence[str], end: _End) -> Place | None:
        values: list[float] = []
        kinds: tuple[Column, Column] = ("x", "y")
        for kind in kinds:
            cell = self.text(row, (kind, end))
            value = number_of(cell, has_comma=self.table.has_comma)
            if value is None or abs(value) > 1e6:
                self.fault(number, kind, cell, "is no place")
            else:
                values.append(value)
        floor = self._floor(number, row, end)
        if len(values) < 2 or floor is None:
            return None
        unit = self.unit(("x", end))
        x, y = (value * FOOT_M for value in values) if unit == "ft" else values
        if self.around.pixels is not None and unit not in ("m", "ft"):
            x, y = self.around.pixels.metres(x, y)
        return Place(floor=floor, x_m=x, y_m=y)

    def _floor(self, number: int, row: Sequence[str], end: _End) -> int | None:
        cell = self.text(row, ("floor", end)) or self.text(row, ("floor", ""))
        if not cell:
            return 0 if self.around.floor is None else self.around.floor
        found = floor_of(cell, self.around.floors)
        known = set(self.around.floors.values())
        if found is None or (known and found not in known):
            self.fault(number, "floor", cell, "is no level of the site" if known else "is no level")
            return None
        return found

    def moment(self, number: int, row: Sequence[str], end: _End) -> Moment | None:
        cell = self.text(row, ("time", end))
        found = moment_of(cell, self.text(row, ("date", end)) or self.text(row, ("date", "")))
        if found is None:
            self.fault(number, "time", cell, "is no time")
        return found

    def leg(self, number: int, row: Sequence[str]) -> list[tuple[Leg, Clock]]:
        """Return a row's leg and the clock of its times, in a list; empty where it is at fault."""
        start, end = self.place(number, row, "start"), self.place(number, row, "end")
        begun, ended = self.moment(number, row, "start"), self.moment(number, row, "end")
        if start is None or end is None or begun is None or ended is None:
            return []
        if begun.clock == ended.clock == "day":
            begun, ended = (Moment(time_s, "day") for time_s in past_midnight([begun.time_s, ended.time_s]))
        if start.floor != end.floor or begun.time_s > ended.time_s or begun.clock != ended.clock:
            said = "its ends are on two floors" if start.floor != end.floor else "it ends before it begins"
            self.faults.append(fault(f"row {number}", said, "起訖樓層不同或時間顛倒"))
            return []
        return [(Leg(start=start, end=end, start_s=begun.time_s, end_s=ended.time_s), begun.clock)]

    def fault(self, number: int, kind: str, cell: str, what: str) -> None:
        said = f"{printable(cell)[:40]!r} {what}" if cell else "is blank"
        self.faults.append(fault(f"row {number}, {kind}", said, "內容有誤" if cell else "是空白"))

    def refuse(self, where: str) -> None:
        if self.faults:
            raise refusal(where, "table of positions", self.faults, remedy=_REMEDY)


def _with_legs(rows: _Rows, legs: Sequence[tuple[Leg, Clock]], where: str) -> Whereabouts:
    rows.refuse(where)
    return _clocked(rows, [leg for leg, _ in legs], {clock for _, clock in legs}, where)


def _clocked(rows: _Rows, legs: Sequence[Leg], clocks: set[Clock], where: str) -> Whereabouts:
    if len(clocks) != 1:
        raise wrong(
            where,
            (f"its times count on several clocks ({', '.join(sorted(clocks))})", "時間格式不一致"),
            ("write all times in one way", "請統一時間格式"),
        )
    return replace(rows.around, legs=(*rows.around.legs, *legs), clock=clocks.pop())
