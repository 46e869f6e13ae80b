"""Where the rooms of a building sheet are: block, storey and order, what is blank filled in and counted."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from wifiplan.site.layout import ArchetypeOptions
from wifiplan.site.sheet import BlockSheet, BuildingSheet, Compass, Corridor, RoomSheet, SpaceUse

Half: TypeAlias = Literal["low", "high"]
"""The side of a block's corridor: low is south or west of it, high is north or east."""

DEFAULT_BLOCK = "A棟"
"""The name of the only block of a school that named none."""

HALVES: dict[Compass, Half] = {"S": "low", "W": "low", "N": "high", "E": "high"}

_Lengths: TypeAlias = defaultdict[tuple[int, int, Half], float]
"""Length of the row so far, by block, storey and side [m]."""

_OPPOSITE: dict[Half, Half] = {"low": "high", "high": "low"}
_USE_WORDS: tuple[tuple[SpaceUse, str], ...] = (
    ("toilet", "廁|洗手間|化妝室|toilet|wc|restroom|washroom"),
    ("stairs", "樓梯|梯間|stair"),
    ("storage", "儲藏|倉|器材室|storage|store"),
    (
        "specialist",
        "電腦|自然|音樂|美勞|美術|圖書|視聽|實驗|理化|生物|家政|科技|英語|專科|舞蹈|韻律|library|laborator|computer",
    ),
    ("classroom", r"年.{0,3}班|[0-9]年[0-9甲乙丙丁戊己]|^[1-9][0-9]{2}$|^[1-9]-[0-9]{1,2}$|班級|classroom|^class"),
    ("office", "辦公|校長|教務|學務|總務|輔導|教導|人事|主計|會計|健康中心|保健|室長|office|principal"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockForm:
    """How a block stands: a row of rooms runs along x, or along y where it `turns`.

    `half` is where the rooms of a single corridor are; rooms of a middle corridor are on both sides.
    """

    sheet: BlockSheet
    corridor: Corridor
    turned: bool
    half: Half


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A room with its place: number of the block, storey, side of the corridor, place in its row from 1."""

    sheet: RoomSheet
    use: SpaceUse
    block: int
    level: int
    half: Half
    number: int = 0
    length_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Blocks and rooms with their places; `assumed` counts by code what the sheet left blank."""

    blocks: tuple[BlockForm, ...]
    rooms: tuple[Placed, ...]
    assumed: Counter[str] = field(default_factory=Counter)

    def row(self, block: int, level: int, half: Half) -> tuple[Placed, ...]:
        """Return the rooms on one side of a corridor, in their order."""
        found = [r for r in self.rooms if (r.block, r.level, r.half) == (block, level, half)]
        return tuple(sorted(found, key=lambda room: room.number))


def places(sheet: BuildingSheet, options: ArchetypeOptions) -> Places:
    """Return where every room of a sheet is.

    What is blank is filled in: rooms without a storey go where their block has the shortest row, rooms without an order
    behind those with one, as they stand on the sheet.
    """
    assumed: Counter[str] = Counter()
    blocks = _blocks(sheet, assumed)
    index = {block.sheet.name: number for number, block in enumerate(blocks)}
    levels = [_levels(sheet, block, options) for block in blocks]
    lengths: _Lengths = defaultdict(float)
    found: dict[int, Placed] = {}
    # what is known comes first, so that what is not known fills what is left
    for place in sorted(range(len(sheet.rooms)), key=lambda n: _unknown(sheet.rooms[n], len(blocks))):
        room = sheet.rooms[place]
        use = room.use or guessed_use(room.name)
        assumed["sheet_use"] += room.use is None
        length = room.length_m or usual_length_m(use, options)
        block, level = _block_and_level(room, index, levels, lengths)
        half = _half(room, blocks[block], (block, level), lengths, assumed)
        lengths[block, level, half] += length
        found[place] = Placed(sheet=room, use=use, block=block, level=level, half=half, length_m=length)
        if room.level is None:
            assumed["sheet_floor"] += 1
        elif room.block is None and len(blocks) > 1:
            assumed["sheet_block"] += 1
    rooms = _numbered([found[place] for place in sorted(found)], assumed)
    return Places(blocks=blocks, rooms=rooms, assumed=+assumed)


def guessed_use(name: str) -> SpaceUse:
    """Return what a room is used for, from its name alone.

    >>> guessed_use("三年甲班"), guessed_use("女廁"), guessed_use("電腦教室"), guessed_use("")
    ('classroom', 'toilet', 'specialist', 'other')
    """
    return next((use for use, words in _USE_WORDS if re.search(words, name.lower())), "other")


def usual_length_m(use: SpaceUse, options: ArchetypeOptions) -> float:
    """Return the usual length of a room along the corridor [m]."""
    usual = {"stairs": options.stairs_m, "toilet": options.toilet_m, "storage": options.module_m / 2}
    return usual.get(use, options.module_m)


def _blocks(sheet: BuildingSheet, assumed: Counter[str]) -> tuple[BlockForm, ...]:
    listed = list(sheet.blocks)
    names = {block.name for block in listed}
    named = dict.fromkeys(room.block for room in sheet.rooms if room.block is not None)
    listed += [BlockSheet(name=name) for name in named if name not in names]
    if not listed:
        listed = [BlockSheet(name=DEFAULT_BLOCK)]
    # a block without rooms is left out, unless there are rooms that may be in it
    open_rooms = len(listed) == 1 or any(room.block is None for room in sheet.rooms)
    used = [block for block in listed if open_rooms or block.name in named]
    return tuple(_form(block, sheet.rooms, assumed) for block in used)


def _form(block: BlockSheet, rooms: Sequence[RoomSheet], assumed: Counter[str]) -> BlockForm:
    sides = [room.side for room in rooms if room.side is not None and room.block in {block.name, None}]
    corridor = block.corridor
    if corridor is None:
        corridor = "middle" if len(set(sides)) > 1 else "open"
        assumed["sheet_corridor"] += 1
    if corridor == "middle":
        given = [*sides, block.corridor_side or "S"]
        return BlockForm(sheet=block, corridor=corridor, turned=given[0] in {"E", "W"}, half="high")
    if block.corridor_side is None:
        assumed["sheet_corridor_side"] += 1
    side = block.corridor_side or "S"
    return BlockForm(sheet=block, corridor=corridor, turned=side in {"E", "W"}, half=_OPPOSITE[HALVES[side]])


def _levels(sheet: BuildingSheet, block: BlockForm, options: ArchetypeOptions) -> tuple[int, ...]:
    """Return the storeys on which rooms of unknown storey may be."""
    if block.sheet.n_storeys is not None:
        return tuple(range(block.sheet.n_storeys))
    own = {room.level for room in sheet.rooms if room.block == block.sheet.name and room.level is not None}
    every = {room.level for room in sheet.rooms if room.level is not None}
    if own or every:
        return tuple(sorted(own or every))
    n_classes = sum((room.use or guessed_use(room.name)) == "classroom" for room in sheet.rooms)
    fitting = (storeys for most, storeys in options.storeys_by_classes if n_classes <= most)
    return tuple(range(next(fitting, options.most_storeys)))


def _unknown(room: RoomSheet, n_blocks: int) -> int:
    return 2 * (room.level is None) + (room.block is None and n_blocks > 1)


def _block_and_level(
    room: RoomSheet,
    index: dict[str, int],
    levels: Sequence[tuple[int, ...]],
    lengths: _Lengths,
) -> tuple[int, int]:
    """Return block and storey: as given, else where the row is shortest so far."""

    def length(place: tuple[int, int]) -> tuple[float, int, int]:
        block, level = place
        return lengths[block, level, "low"] + lengths[block, level, "high"], level, block

    blocks = [index[room.block]] if room.block is not None else range(len(levels))
    having = [b for b in blocks if room.level is None or room.level in levels[b]] or list(blocks)
    return min(
        ((b, level) for b in having for level in (levels[b] if room.level is None else (room.level,))), key=length
    )


def _half(
    room: RoomSheet,
    block: BlockForm,
    place: tuple[int, int],
    lengths: _Lengths,
    assumed: Counter[str],
) -> Half:
    if block.corridor != "middle":
        return block.half
    if room.side is not None and (room.side in {"E", "W"}) == block.turned:
        return HALVES[room.side]
    assumed["sheet_side"] += 1
    return "high" if lengths[*place, "high"] <= lengths[*place, "low"] else "low"


def _numbered(rooms: Sequence[Placed], assumed: Counter[str]) -> tuple[Placed, ...]:
    """Return the rooms numbered within their rows: those with an order first, the others as they stand."""
    rows: dict[tuple[int, int, Half], list[int]] = {}
    for n, room in enumerate(rooms):
        rows.setdefault((room.block, room.level, room.half), []).append(n)
    numbers: dict[int, int] = {}
    for row in rows.values():
        sheets = [rooms[n].sheet for n in row]
        if len(row) > 1:  # a single room needs no order
            assumed["sheet_order"] += sum(room.level is not None and room.order is None for room in sheets)
        ordered = sorted(row, key=lambda n: (rooms[n].sheet.order is None, rooms[n].sheet.order or 0.0, n))
        numbers |= {n: number for number, n in enumerate(ordered, 1)}
    return tuple(replace(room, number=numbers[n]) for n, room in enumerate(rooms))
