"""The rows of a building sheet as cells: every room with its id, every block with its storeys."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from wifiplan.site.building import RoomUse
from wifiplan.site.layout import ArchetypeOptions
from wifiplan.site.sheet_blocks import Block, Rows
from wifiplan.site.sheet_places import BlockForm, Half, Placed, Places
from wifiplan.site.wing import Cell, CellKind, Facade

_SIDES: dict[tuple[bool, Half], str] = {
    (False, "low"): "S",
    (False, "high"): "N",
    (True, "low"): "W",
    (True, "high"): "E",
}


@dataclass(frozen=True, slots=True)
class NamedRoom:
    """A room of the sheet with its id on the site."""

    id: str
    placed: Placed


def storey_mark(level: int) -> str:
    """Return a storey as people write it: 2F, B1.

    >>> storey_mark(1), storey_mark(-1)
    ('2F', 'B1')
    """
    return f"{level + 1}F" if level >= 0 else f"B{-level}"


def named_rooms(where: Places) -> tuple[NamedRoom, ...]:
    """Return the rooms with their ids, each of its own."""
    inventory = Counter(room.sheet.inventory_id for room in where.rooms)
    used: set[str] = set()
    found: list[NamedRoom] = []
    for room in where.rooms:
        block = where.blocks[room.block]
        order = room.sheet.order if room.sheet.order is not None else room.number
        side = _SIDES[block.turned, room.half] if block.corridor == "middle" else ""
        base = f"{block.sheet.name}-{storey_mark(room.level)}-{side}{order:g}"
        if room.sheet.inventory_id and inventory[room.sheet.inventory_id] == 1:
            base = room.sheet.inventory_id
        identity, n = base, 1
        while identity in used:
            n += 1
            identity = f"{base}~{n}"
        used.add(identity)
        found.append(NamedRoom(identity, room))
    return tuple(found)


def sheet_blocks(where: Places, named: Sequence[NamedRoom], height_m: float, options: ArchetypeOptions) -> list[Block]:
    """Return the blocks that have rooms, in the order of the sheet, their storeys without a gap between."""
    cells: dict[tuple[int, int, Half], list[NamedRoom]] = {}
    for room in sorted(named, key=lambda room: room.placed.number):
        cells.setdefault((room.placed.block, room.placed.level, room.placed.half), []).append(room)
    found = []
    for number, form in enumerate(where.blocks):
        levels = sorted({level for block, level, _ in cells if block == number})
        every = range(levels[0], levels[-1] + 1) if levels else range(1)
        rows: dict[int, Rows] = {
            level: {
                half: _cells(cells[number, level, half], form)
                for half in get_args(Half)
                if (number, level, half) in cells
            }
            for level in every
        }
        if levels:
            facade = _facade(form, height_m, options)
            found.append(Block(name=form.sheet.name, turned=form.turned, facade=facade, rows=rows))
    return found


def _cells(rooms: Sequence[NamedRoom], form: BlockForm) -> tuple[Cell, ...]:
    kinds: dict[str, CellKind] = {"toilet": "toilet", "stairs": "stairs"}
    usual = form.sheet.partition or "brick"
    found = []
    before: str | None = None
    for room in rooms:
        given = room.placed.sheet
        found.append(
            Cell(
                id=room.id,
                name=given.name or room.id,
                width_m=room.placed.length_m,
                use=_room_use(room.placed),
                kind=kinds.get(room.placed.use, "room"),
                class_size=given.class_size,
                partition=given.partition or before or usual,
                depth_m=given.depth_m,
            )
        )
        before = given.partition
    return tuple(found)


def _room_use(room: Placed) -> RoomUse:
    return cast("RoomUse", room.use) if room.use in get_args(RoomUse) else "other"


def _facade(form: BlockForm, height_m: float, options: ArchetypeOptions) -> Facade:
    usual = options.facade
    top = round(height_m - options.slab_m, 3)
    lintel = round(min(usual.lintel_m, top - 0.3), 3)
    outer = form.sheet.outer_wall or usual.outer_wall
    return replace(
        usual,
        wall_top_m=top,
        lintel_m=lintel,
        door_top_m=round(min(usual.door_top_m, lintel - 0.1), 3),
        outer_wall=outer,
        corridor_wall=outer,
        edge="open" if form.corridor == "open" else "closed",
    )
