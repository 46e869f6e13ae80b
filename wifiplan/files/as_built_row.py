"""One row of install.xlsx while it is read: cells by column, faults by cell; and what the rooms are called."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from wifiplan.errors import Fault
from wifiplan.files import as_built_cells as cells
from wifiplan.files.as_built_columns import COLUMNS
from wifiplan.files.cell_text import cell_name
from wifiplan.files.strict import suggestion
from wifiplan.site.building import Room, Site
from wifiplan.study.work_orders import WorkOrder

T = TypeVar("T")

_HEADERS = {column.key: column.zh for column in COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCells:
    """The cells of one row by key, the columns (from 0) by key, the row's number in the sheet, and where faults go."""

    cells: Mapping[str, str]
    columns: Mapping[str, int]
    number: int
    faults: list[Fault]

    def text(self, key: str) -> str:
        """Return a cell, "" where the column is not there."""
        return self.cells.get(key, "")

    def at(self, key: str) -> str:
        """Return a cell as people find it."""
        return f"{cell_name(self.number - 1, self.columns.get(key, 0))} ({_HEADERS[key]})"

    def fault(self, key: str, problem: str, remedy: str = "") -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(where=self.at(key), problem=problem, remedy=remedy))

    def value(self, key: str, read: Callable[[str], T | None]) -> T | None:
        """Return a cell's value; a cell that cannot be read is a fault and counts as blank."""
        try:
            return read(self.text(key))
        except cells.CellError as bad:
            self.fault(key, bad.problem, bad.remedy)
            return None


class RoomNames:
    """The rooms of a site by what installers call them: name, id or 教室空間編號."""

    def __init__(self, site: Site) -> None:
        self._levels = {room.id: floor.level for floor in site.floors for room in floor.rooms}
        self._by_id = {room.id: room for floor in site.floors for room in floor.rooms}
        self._named: dict[str, list[Room]] = defaultdict(list)
        for room in self._by_id.values():
            names = (room.id, room.name, room.inventory_id or room.id)
            for name in dict.fromkeys(cells.plain(text).casefold() for text in names):
                self._named[name].append(room)

    def level(self, room_id: str) -> int:
        """Return the level of a room's floor."""
        return self._levels[room_id]

    def of(self, order: WorkOrder | None) -> Room | None:
        """Return the room in which an access point is planned."""
        return None if order is None else self._by_id.get(order.room_id or "")

    def named(self, row: RowCells) -> Room | None:
        """Return the room that the row names in place of the planned one; a fault where none or several have it."""
        text = cells.plain(row.text("built_room"))
        if not text:
            return None
        found = self._named.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(room.id for room in found)
            row.fault("built_room", f'several rooms are called "{text}"', f"write the id of one: {ids}")
        else:
            hint = suggestion(text, tuple(room.name for room in self._by_id.values()))
            row.fault("built_room", f'the plan has no room "{text}"', "" if hint.startswith("known:") else hint)
        return None
