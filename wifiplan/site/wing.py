"""One storey of a wing: a row of rooms along a single-loaded open corridor, as rooms and pieces of wall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from wifiplan.site.building import Point, Room, RoomUse, Wall, WallKind

CellKind: TypeAlias = Literal["room", "toilet", "stairs"]
Edge: TypeAlias = Literal["open", "closed", "none"]
"""What stands at a corridor's far side: a parapet, a wall with windows, or the rooms of another row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One room of a row, in order along the corridor; `partition` is the material of the wall before it.

    `depth_m` is that of the row where it is None.
    """

    id: str
    name: str
    width_m: float
    use: RoomUse = "other"
    kind: CellKind = "room"
    class_size: int | None = None
    partition: str = "brick"
    depth_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facade:
    """How a row is built.

    Parameters
    ----------
    depth_m, corridor_m : float
        Depth of the rooms and width of the corridor [m].
    wall_top_m : float
        Underside of the slab above [m].
    sill_m, lintel_m, door_top_m : float
        Heights of window sills, of the beam's underside and of doors [m].
    parapet_m : float
        Height of the parapet at the corridor's open side [m].
    column_m, door_m : float
        Widths of a column and of a door [m].
    outer_wall : str
        Material below and beside the windows.
    frame : str
        Material of columns, beams, end walls and parapets.
    corridor_wall : str
        Material below the windows to the corridor.
    edge : "open", "closed" or "none"
        What stands at the corridor's far side.
    """

    depth_m: float = 7.5
    corridor_m: float = 2.5
    wall_top_m: float = 3.45
    sill_m: float = 0.9
    lintel_m: float = 2.6
    door_top_m: float = 2.1
    parapet_m: float = 1.1
    column_m: float = 0.4
    door_m: float = 1.0
    outer_wall: str = "brick"
    frame: str = "concrete"
    corridor_wall: str = "brick"
    edge: Edge = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where a row lies: its corner at the corridor's open edge, and which way it runs.

    `u` runs along the corridor, `v` from the corridor's open edge across the rooms.
    """

    x_m: float = 0.0
    y_m: float = 0.0
    along: Point = (1.0, 0.0)
    across: Point = (0.0, 1.0)

    def at(self, u_m: float, v_m: float) -> Point:
        """Return a point of the plan [m]."""
        return (
            round(self.x_m + u_m * self.along[0] + v_m * self.across[0], 3),
            round(self.y_m + u_m * self.along[1] + v_m * self.across[1], 3),
        )

    def box(self, u1_m: float, v1_m: float, u2_m: float, v2_m: float) -> tuple[Point, ...]:
        """Return the corners of a rectangle."""
        return (self.at(u1_m, v1_m), self.at(u2_m, v1_m), self.at(u2_m, v2_m), self.at(u1_m, v2_m))


def row_rooms(cells: Sequence[Cell], axis: Axis, facade: Facade, *, block: str) -> tuple[Room, ...]:
    """Return the rooms of a row, without its corridor.

    Parameters
    ----------
    cells : sequence of Cell
        The rooms in order along the corridor.
    axis : Axis
        Where the row lies.
    facade : Facade
        How deep it is.
    block : str
        Name of the building (棟別).

    Returns
    -------
    tuple of Room
        One room a cell.
    """
    near = facade.corridor_m
    return tuple(
        Room(
            id=cell.id,
            name=cell.name,
            use=cell.use,
            polygon=axis.box(start, near, end, near + _depth_m(cell.depth_m, facade)),
            block=block,
            class_size=cell.class_size,
        )
        for cell, start, end in _spans(cells)
    )


def row_walls(cells: Sequence[Cell], axis: Axis, facade: Facade) -> tuple[Wall, ...]:
    """Return the walls of a row: frame, partitions, doors, windows and the corridor's parapet.

    No two pieces overlap: a door is an opening in its wall, with the window band and the beam above it.
    """
    modules = (_Module(c.width_m, c.kind, c.partition, _depth_m(c.depth_m, facade)) for c in cells)
    return _walls(tuple(modules), axis, facade)


def edge_walls(start: Point, end: Point, axis: Axis, facade: Facade) -> tuple[Wall, ...]:
    """Return what stands along one straight side of a corridor, from (u, v) to (u, v) of the row [m].

    A parapet at an open corridor, a wall with a band of windows at a closed one, nothing where rooms stand.
    """
    pieces = _Pieces(axis, facade)
    if facade.edge == "open":
        return (pieces.piece(start, end, facade.frame, (0.0, facade.parapet_m), "parapet", 0.12),)
    if facade.edge == "none":
        return ()
    beam = (facade.lintel_m, facade.wall_top_m)
    return (
        pieces.piece(start, end, facade.outer_wall, (0.0, facade.sill_m), "wall", 0.24),
        pieces.piece(start, end, "glass", (facade.sill_m, facade.lintel_m), "window", 0.006),
        pieces.piece(start, end, facade.frame, beam, "wall", 0.3),
    )


def _depth_m(given: float | None, facade: Facade) -> float:
    return facade.depth_m if given is None else given


class _Module(NamedTuple):
    """What the walls of a cell depend on; its name and class do not matter to them."""

    width_m: float
    kind: CellKind
    partition: str
    depth_m: float


@lru_cache(maxsize=1024)
def _walls(cells: tuple[_Module, ...], axis: Axis, facade: Facade) -> tuple[Wall, ...]:
    # the storeys of a school, and the schools of a county, repeat the same few rows
    length = sum(cell.width_m for cell in cells)
    pieces = _Pieces(axis, facade)
    near = facade.corridor_m
    found = [*edge_walls((0.0, 0.0), (length, 0.0), axis, facade)]
    for u, cell in ((0.0, cells[0]), (length, cells[-1])):
        end = near + cell.depth_m
        found.append(pieces.piece((u, near), (u, end), facade.frame, (0.0, facade.wall_top_m), "wall", 0.15))
    found.extend(pieces.frame(cells, 0.0, near))
    for run, start in _runs(cells):
        found.extend(pieces.frame(run, start, near + run[0].depth_m))
    for k, (cell, start, end) in enumerate(_spans(cells)):
        if k:
            solid = cell.kind == "stairs" or cells[k - 1].kind == "stairs"
            material = facade.frame if solid else cell.partition
            span, far = (0.0, facade.wall_top_m), near + max(cell.depth_m, cells[k - 1].depth_m)
            found.append(pieces.piece((start, near), (start, far), material, span, "wall", None))
        found.extend(pieces.cell(cell, start + facade.column_m / 2, end - facade.column_m / 2))
    return tuple(found)


def _runs(cells: Sequence[_Module]) -> Iterator[tuple[tuple[_Module, ...], float]]:
    """Yield the stretches of a row that are equally deep, and where each begins [m]."""
    start = 0.0
    for _, run in groupby(cells, key=lambda cell: cell.depth_m):
        stretch = tuple(run)
        yield stretch, start
        start += sum(cell.width_m for cell in stretch)


_C = TypeVar("_C", Cell, _Module)


@dataclass(frozen=True, slots=True)
class _Pieces:
    axis: Axis
    facade: Facade

    def piece(
        self,
        start: Point,
        end: Point,
        material: str,
        span_m: tuple[float, float],
        kind: WallKind,
        thick_m: float | None,
    ) -> Wall:
        return Wall(
            line=(self.axis.at(*start), self.axis.at(*end)),
            material=material,
            bottom_m=span_m[0],
            top_m=span_m[1],
            kind=kind,
            thickness_m=thick_m,
        )

    def frame(self, cells: Sequence[_Module], start_m: float, v: float) -> Iterator[Wall]:
        """Yield a facade's beam, and its columns at the ends and between rooms, below the beam."""
        form, half = self.facade, self.facade.column_m / 2
        end_m = start_m + sum(cell.width_m for cell in cells)
        beam = (form.lintel_m, form.wall_top_m)
        yield self.piece((start_m, v), (end_m, v), form.frame, beam, "wall", 0.3)
        for u in accumulate((cell.width_m for cell in cells), initial=start_m):
            left, right = max(u - half, start_m), min(u + half, end_m)
            yield self.piece((left, v), (right, v), form.frame, (0.0, form.lintel_m), "wall", form.column_m)

    def cell(self, cell: _Module, start: float, end: float) -> Iterator[Wall]:
        """Yield what fills both facades of one room between its columns."""
        form = self.facade
        near, far = form.corridor_m, form.corridor_m + cell.depth_m
        if cell.kind == "stairs":
            span = (0.0, form.lintel_m)
            yield self.piece((start, far), (end, far), form.frame, span, "wall", 0.15)
            return
        sill = form.sill_m if cell.kind == "room" else 1.8
        yield self.piece((start, far), (end, far), form.outer_wall, (0.0, sill), "wall", 0.24)
        yield self.piece((start, far), (end, far), "glass", (sill, form.lintel_m), "window", 0.006)
        # a room as wide as a classroom has a door at both ends, a narrow one at its start
        doors = [(start, start + form.door_m)]
        if cell.kind == "room" and end - start > 6.0:
            doors.append((end - form.door_m, end))
        for left, right in doors:
            yield self.piece((left, near), (right, near), "wood", (0.0, form.door_top_m), "door", 0.04)
        between = (doors[0][1], doors[1][0] if len(doors) > 1 else end)
        yield from self._corridor_side(cell, between, near)
        yield self.piece((start, near), (end, near), "glass", (form.door_top_m, form.lintel_m), "window", 0.006)

    def _corridor_side(self, cell: _Module, between: tuple[float, float], v: float) -> Iterator[Wall]:
        form = self.facade
        left, right = (between[0], v), (between[1], v)
        sill = form.sill_m if cell.kind == "room" else form.door_top_m
        yield self.piece(left, right, form.corridor_wall, (0.0, sill), "wall", 0.12)
        if sill < form.door_top_m:
            yield self.piece(left, right, "glass", (sill, form.door_top_m), "window", 0.006)


def _spans(cells: Sequence[_C]) -> Iterator[tuple[_C, float, float]]:
    ends: list[float] = list(accumulate(cell.width_m for cell in cells))
    yield from zip(cells, [0.0, *ends[:-1]], ends, strict=True)
