"""A block of a building sheet as rooms and walls: rows along its corridor, on one side or on both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.site.building import Point, Room, Wall
from wifiplan.site.sheet_places import Half
from wifiplan.site.wing import Axis, Cell, Edge, Facade, edge_walls, row_rooms, row_walls

Rows: TypeAlias = Mapping[Half, tuple[Cell, ...]]
"""The cells on each side of a corridor, on one storey."""

CorridorEnd: TypeAlias = Literal["start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block with its storeys; `facade` says how it is built, `rows` holds the cells of each level.

    `turned`: its corridor runs along y instead of x.
    """

    name: str
    turned: bool
    facade: Facade
    rows: Mapping[int, Rows]

    @property
    def length_m(self) -> float:
        """Length of its longest storey [m]."""
        return max(_length_m(rows) for rows in self.rows.values())

    def length_on(self, level: int) -> float:
        """Return the length of one storey [m]; a storey of which nothing is known is as long as the longest."""
        return _length_m(self.rows.get(level, {})) or self.length_m

    def depth_m(self, half: Half) -> float:
        """Return the depth of the rooms on a side, over all storeys [m]: the corridors lie above each other."""
        return max(
            (
                self.facade.depth_m if cell.depth_m is None else cell.depth_m
                for rows in self.rows.values()
                for cell in rows.get(half, ())
            ),
            default=0.0,
        )

    @property
    def across_m(self) -> float:
        """Size across the corridor [m]."""
        return self.depth_m("low") + self.facade.corridor_m + self.depth_m("high")

    @property
    def size_m(self) -> Point:
        """Size along x and y [m]."""
        return (self.across_m, self.length_m) if self.turned else (self.length_m, self.across_m)


def _length_m(rows: Rows) -> float:
    return max((sum(cell.width_m for cell in row) for row in rows.values()), default=0.0)


def axis_of(block: Block, corner: Point, half: Half) -> Axis:
    """Return where the row on one side of the corridor lies, the block's south-west corner being at `corner`."""
    low, width = block.depth_m("low"), block.facade.corridor_m
    offset, sign = (low, 1.0) if half == "high" else (low + width, -1.0)
    x_m, y_m = corner
    if block.turned:
        return Axis(x_m=x_m + offset, y_m=y_m, along=(0.0, 1.0), across=(sign, 0.0))
    return Axis(x_m=x_m, y_m=y_m + offset, along=(1.0, 0.0), across=(0.0, sign))


def block_rooms(block: Block, level: int, corner: Point, corridor_id: str) -> tuple[Room, ...]:
    """Return the rooms of a storey, its corridor last."""
    rows = block.rows.get(level, {})
    axis = axis_of(block, corner, "high")
    corridor = Room(
        id=corridor_id,
        name=f"{block.name}走廊",
        use="corridor",
        polygon=axis.box(0.0, 0.0, block.length_on(level), block.facade.corridor_m),
        block=block.name,
    )
    rooms = (
        room
        for half, cells in rows.items()
        for room in row_rooms(cells, axis_of(block, corner, half), block.facade, block=block.name)
    )
    return (*rooms, corridor)


def block_walls(block: Block, level: int, corner: Point, open_ends: Sequence[CorridorEnd] = ()) -> tuple[Wall, ...]:
    """Return the walls of a storey; at the `open_ends` of its corridor another corridor goes on."""
    rows = {half: cells for half, cells in block.rows.get(level, {}).items() if cells}
    walls: list[Wall] = []
    both = len(rows) == 2
    for half, cells in rows.items():
        edge: Edge = "none" if both else block.facade.edge
        walls.extend(row_walls(cells, axis_of(block, corner, half), replace(block.facade, edge=edge)))
    walls.extend(_bare_sides(block, level, corner, tuple(rows)))
    axis, width = axis_of(block, corner, "high"), block.facade.corridor_m
    for end, u in (("start", 0.0), ("end", block.length_on(level))):
        if end not in open_ends:
            walls.extend(edge_walls((u, 0.0), (u, width), axis, block.facade))
    return tuple(walls)


def _bare_sides(block: Block, level: int, corner: Point, halves: Sequence[Half]) -> Iterator[Wall]:
    """Yield what closes a corridor where no room stands: beside the shorter row, or on both sides of a bare storey."""
    length, width = block.length_on(level), block.facade.corridor_m
    if not halves:
        axis = axis_of(block, corner, "high")
        for v in (0.0, width):
            yield from edge_walls((0.0, v), (length, v), axis, block.facade)
    for half in halves:
        end = sum(cell.width_m for cell in block.rows[level][half])
        if end < length - 0.01:
            yield from edge_walls((end, width), (length, width), axis_of(block, corner, half), block.facade)
