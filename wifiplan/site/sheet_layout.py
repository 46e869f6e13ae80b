"""How the blocks of a building sheet stand: one behind the other, their corridors joined by a link at the west."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wifiplan.site.building import Point, Room, Wall
from wifiplan.site.sheet_blocks import Block, CorridorEnd, block_rooms, block_walls
from wifiplan.site.wing import Axis, Facade, edge_walls


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A block and its south-west corner [m]; `apron_m` is what a turned block keeps free at its south for the link."""

    block: Block
    corner: Point
    apron_m: float = 0.0

    @property
    def opening_m(self) -> tuple[float, float]:
        """Where the link opens to the block's corridor: from and to y [m]."""
        if self.apron_m:
            return self.corner[1] - self.apron_m, self.corner[1]
        start = self.corner[1] + self.block.depth_m("low")
        return start, start + self.block.facade.corridor_m

    def span_m(self, level: int) -> tuple[float, float]:
        """Return from where to where along y the block stands beside the link on a storey [m]."""
        y_m = self.corner[1]
        size = self.block.length_on(level) if self.block.turned else self.block.size_m[1]
        return y_m - self.apron_m, y_m + size


def stands(blocks: Sequence[Block], gaps_m: Sequence[float], link_m: float) -> tuple[Stand, ...]:
    """Return where the blocks stand: from south to north, `gaps_m` behind the one before.

    Parameters
    ----------
    blocks : sequence of Block
        In the order of the sheet.
    gaps_m : sequence of float
        Distance of every block to the one before it [m]; the first counts for nothing.
    link_m : float
        Width of the corridor that links them [m]; a single block needs none.
    """
    found: list[Stand] = []
    y_m = 0.0
    x_m = link_m if len(blocks) > 1 else 0.0
    for block, gap_m in zip(blocks, gaps_m, strict=True):
        if found:
            y_m += gap_m
        apron = block.facade.corridor_m if block.turned and len(blocks) > 1 else 0.0
        found.append(Stand(block=block, corner=(x_m, round(y_m + apron, 3)), apron_m=apron))
        y_m += apron + block.size_m[1]
    return tuple(found)


def storey(
    standing: Sequence[Stand], level: int, link_m: float, mark: str
) -> tuple[tuple[Room, ...], tuple[Wall, ...]]:
    """Return rooms and walls of a storey; `mark` is the storey's name in the ids of corridors."""
    here = [stand for stand in standing if level in stand.block.rows]
    linked = len(here) > 1
    rooms: list[Room] = []
    walls: list[Wall] = []
    for stand in here:
        name = stand.block.name
        ends: tuple[CorridorEnd, ...] = ("start",) if linked else ()
        rooms.extend(block_rooms(stand.block, level, stand.corner, f"{name}-{mark}-C"))
        walls.extend(block_walls(stand.block, level, stand.corner, ends))
        if linked and stand.apron_m:
            rooms.append(_apron(stand, f"{name}-{mark}-L"))
            walls.extend(_apron_walls(stand))
    if linked:
        bottom = min(stand.opening_m[0] for stand in here)
        top = max(stand.opening_m[1] for stand in here)
        polygon = Axis().box(0.0, bottom, link_m, top)
        rooms.append(Room(id=f"LINK-{mark}", name="連接走廊", use="corridor", polygon=polygon))
        walls.extend(_link_walls([stand.span_m(level) for stand in here], (bottom, top), link_m))
    return tuple(rooms), tuple(walls)


def _apron(stand: Stand, room_id: str) -> Room:
    block, (x_m, y_m) = stand.block, stand.corner
    east = x_m + block.depth_m("low") + block.facade.corridor_m
    polygon = Axis().box(x_m, y_m - stand.apron_m, east, y_m)
    return Room(id=room_id, name=f"{block.name}走廊", use="corridor", polygon=polygon, block=block.name)


def _apron_walls(stand: Stand) -> Iterator[Wall]:
    block, (x_m, y_m) = stand.block, stand.corner
    east, south = x_m + block.depth_m("low") + block.facade.corridor_m, y_m - stand.apron_m
    yield from edge_walls((x_m, south), (east, south), Axis(), block.facade)
    yield from edge_walls((east, south), (east, y_m), Axis(), block.facade)


def _link_walls(spans_m: Sequence[Point], reach_m: Point, link_m: float) -> Iterator[Wall]:
    """Yield the parapets of the link: all around, but for where blocks stand at its east."""
    form, axis = Facade(), Axis()
    bottom, top = reach_m
    yield from edge_walls((0.0, bottom), (0.0, top), axis, form)
    yield from edge_walls((0.0, bottom), (link_m, bottom), axis, form)
    yield from edge_walls((0.0, top), (link_m, top), axis, form)
    start = bottom
    for low, high in sorted(spans_m):
        if low > start + 0.01:
            yield from edge_walls((link_m, start), (link_m, min(low, top)), axis, form)
        start = max(start, high)
