"""How an assumed school's rooms fill storeys and parallel wings."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wifiplan.scheme.school import School
from wifiplan.site.building import Cabinet, Floor, Point, Room, Slab, Wall
from wifiplan.site.geometry import centroid
from wifiplan.site.programme import Space, classrooms, further_rooms
from wifiplan.site.wing import Axis, Cell, Facade, row_rooms, row_walls

_FLOOR_NAMES = "一二三四五六七八九"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchetypeOptions:
    """How an assumed school is built.

    Parameters
    ----------
    storeys : int or None
        Number of storeys; None takes `storeys_by_classes`.
    storeys_by_classes : tuple of (int, int)
        Largest number of classes and the storeys up to it; `most_storeys` beyond. Our assumption [M].
    most_storeys : int
        Storeys of the largest schools. Our assumption [M].
    module_m : float
        Length of a classroom along the corridor [m]: 9 m, with `facade.depth_m` 7.5 m the standard classroom
        (issue 2; the ministry's 國民小學及國民中學設施設備基準 [M]).
    height_m : float
        Storey height, slab to slab [m]: 3.6 m [M].
    slab_m : float
        Thickness of the concrete slabs [m]: 0.15 m [M].
    modules_in_row : int
        Longest row of a wing, in classrooms: 10 (90 m), so that a cable from its end stays under 100 m [M].
    courtyard_m, link_m : float
        Distance between parallel wings and width of the corridor that links them [m] [M].
    stairs_m, toilet_m : float
        Width of stairs and toilets [m] [M].
    partition : str
        Material of the walls between rooms: half-brick [M].
    facade : Facade
        Corridor 2.5 m, single-loaded and open, brick and concrete frame [M].
    """

    storeys: int | None = None
    storeys_by_classes: tuple[tuple[int, int], ...] = ((3, 1), (12, 2), (30, 3))
    most_storeys: int = 4
    module_m: float = 9.0
    height_m: float = 3.6
    slab_m: float = 0.15
    modules_in_row: int = 10
    courtyard_m: float = 20.0
    link_m: float = 3.0
    stairs_m: float = 4.0
    toilet_m: float = 4.5
    partition: str = "brick"
    facade: Facade = field(default_factory=Facade)


@dataclass(slots=True)
class _Bay:
    """A stretch of a row between two stairs, which rooms fill one by one; `free` is in modules."""

    level: int
    wing: int
    free: float
    spaces: list[Space] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """One storey of one wing."""

    wing: int
    letter: str
    cells: tuple[Cell, ...]
    axis: Axis

    @property
    def length_m(self) -> float:
        return sum(cell.width_m for cell in self.cells)


def floors(school: School, options: ArchetypeOptions) -> tuple[Floor, ...]:
    """Return the storeys of an assumed school, ground floor first.

    Offices come first (they sit on the ground floor), then the classes from the youngest up, then the specialist
    rooms; each room goes to the first place where it fits.
    """
    bays = _filled(school, options)
    n_levels = 1 + max(bay.level for bay in bays if bay.spaces)
    return tuple(_floor(level, bays, options) for level in range(n_levels))


def _n_storeys(n_classes: int, options: ArchetypeOptions) -> int:
    if options.storeys is not None:
        return max(options.storeys, 1)
    fitting = (storeys for most, storeys in options.storeys_by_classes if n_classes <= most)
    return next(fitting, options.most_storeys)


def _filled(school: School, options: ArchetypeOptions) -> list[_Bay]:
    offices, specialist = further_rooms(school)
    wanted = (*offices, *classrooms(school), *specialist)
    storeys = _n_storeys(school.n_classes, options)
    total = sum(space.modules for space in wanted)
    n_wings = math.ceil(total / (storeys * options.modules_in_row))
    row = max(math.ceil(2 * total / (storeys * n_wings)) / 2, *(space.modules for space in wanted))
    while True:
        bays = [_Bay(level, wing, free) for level in range(storeys) for wing in range(n_wings) for free in _halves(row)]
        if _fill(bays, wanted):
            return bays
        row += 0.5


def _halves(row: float) -> tuple[float, ...]:
    """Return the modules between stairs: a long row has a second staircase in its middle."""
    return (row,) if row <= 5.0 else (math.ceil(row / 2), row - math.ceil(row / 2))


def _fill(bays: Sequence[_Bay], wanted: Sequence[Space]) -> bool:
    for space in wanted:
        bay = next((bay for bay in bays if bay.free >= space.modules), None)
        if bay is None:
            return False
        bay.spaces.append(space)
        bay.free -= space.modules
    return True


def _floor(level: int, bays: Sequence[_Bay], options: ArchetypeOptions) -> Floor:
    here = [bay for bay in bays if bay.level == level]
    letters = {wing: _LETTERS[wing] if wing < len(_LETTERS) else f"W{wing}" for wing in {b.wing for b in here}}
    several = max(bay.wing for bay in bays if bay.spaces) > 0
    rows = []
    for wing, letter in sorted(letters.items()):
        parts = [bay for bay in here if bay.wing == wing]
        if any(bay.spaces for bay in parts):
            y_m = wing * (options.facade.corridor_m + options.facade.depth_m + options.courtyard_m)
            axis = Axis(x_m=options.link_m if several else 0.0, y_m=y_m)
            rows.append(_Row(wing, letter, tuple(_cells(parts, f"{letter}{level + 1}", options)), axis))
    form = options.facade
    rooms = [room for row in rows for room in _row_rooms(row, level, form)]
    walls = [wall for row in rows for wall in _row_walls(row, form, closed=not several)]
    if several:
        rooms.append(_link_room(rows[-1].axis.y_m, level, options))
        walls.extend(_link_walls(rows, options))
    return Floor(
        level=level,
        elevation_m=round(level * options.height_m, 3),
        height_m=options.height_m,
        name=f"{_FLOOR_NAMES[level] if level < len(_FLOOR_NAMES) else level + 1}樓",
        slab=Slab(thickness_m=options.slab_m),
        rooms=tuple(rooms),
        walls=tuple(walls),
        cabinets=tuple(_cabinet(row, rooms, level, options) for row in rows),
    )


def _cells(parts: Sequence[_Bay], prefix: str, options: ArchetypeOptions) -> Iterator[Cell]:
    """Yield stairs, toilet and rooms of one row; a gap before the second stairs becomes a store room."""
    wall = options.partition
    yield Cell(id=f"{prefix}-ST1", name="樓梯", width_m=options.stairs_m, kind="stairs", partition=wall)
    yield Cell(id=f"{prefix}-WC", name="廁所", width_m=options.toilet_m, kind="toilet", partition=wall)
    used = [n for n, bay in enumerate(parts) if bay.spaces]
    for n, bay in enumerate(parts[: used[-1] + 1]):
        if n:
            if parts[n - 1].free > 0:
                width_m = parts[n - 1].free * options.module_m
                yield Cell(id=f"{prefix}-STORE{n}", name="儲藏室", width_m=width_m, partition=wall)
            yield Cell(id=f"{prefix}-ST{n + 1}", name="樓梯", width_m=options.stairs_m, kind="stairs", partition=wall)
        for space in bay.spaces:
            yield Cell(
                id=space.id,
                name=space.name,
                width_m=space.modules * options.module_m,
                use=space.use,
                class_size=space.class_size,
                partition=wall,
            )


def _row_rooms(row: _Row, level: int, form: Facade) -> tuple[Room, ...]:
    block = f"{row.letter}棟"
    corridor = Room(
        id=f"{row.letter}{level + 1}-C",
        name=f"{block}走廊",
        use="corridor",
        polygon=row.axis.box(0.0, 0.0, row.length_m, form.corridor_m),
        block=block,
    )
    return (*row_rooms(row.cells, row.axis, form, block=block), corridor)


def _row_walls(row: _Row, form: Facade, *, closed: bool) -> tuple[Wall, ...]:
    """Return a row's walls with the parapets across the corridor's ends (`closed`: at the stairs' end too)."""
    ends = (0.0, row.length_m) if closed else (row.length_m,)
    across = (_parapet(row.axis.at(u, 0.0), row.axis.at(u, form.corridor_m), form) for u in ends)
    return (*row_walls(row.cells, row.axis, form), *across)


def _parapet(start: Point, end: Point, form: Facade) -> Wall:
    return Wall(line=(start, end), material=form.frame, top_m=form.parapet_m, kind="parapet", thickness_m=0.12)


def _link_room(y_last_m: float, level: int, options: ArchetypeOptions) -> Room:
    polygon = Axis().box(0.0, 0.0, options.link_m, y_last_m + options.facade.corridor_m)
    return Room(id=f"LINK{level + 1}", name="連接走廊", use="corridor", polygon=polygon)


def _link_walls(rows: Sequence[_Row], options: ArchetypeOptions) -> Iterator[Wall]:
    form, x = options.facade, options.link_m
    top = rows[-1].axis.y_m + form.corridor_m
    yield _parapet((0.0, 0.0), (0.0, top), form)
    yield _parapet((0.0, 0.0), (x, 0.0), form)
    yield _parapet((0.0, top), (x, top), form)
    for row, following in itertools.pairwise(rows):
        yield _parapet((x, row.axis.y_m + form.corridor_m + form.depth_m), (x, following.axis.y_m), form)


def _cabinet(row: _Row, rooms: Sequence[Room], level: int, options: ArchetypeOptions) -> Cabinet:
    """Return a row's cabinet: at the stairs nearest its middle, the main one in the network room where there is one."""
    block = f"{row.letter}棟"
    middle = row.axis.at(row.length_m / 2, options.facade.corridor_m + options.facade.depth_m / 2)
    stairs = [centroid(room.polygon) for room in rooms if room.block == block and room.name == "樓梯"]
    x_m, y_m = min(stairs, key=lambda place: math.dist(place, middle), default=middle)
    if level == 0 and row.wing == 0:
        home = [room for room in rooms if room.name == "資訊機房"]
        if home:
            x_m, y_m = centroid(home[0].polygon)
        return Cabinet(id="MDF", name="主機櫃", x_m=x_m, y_m=y_m)
    floor = _FLOOR_NAMES[level] if level < len(_FLOOR_NAMES) else level + 1
    return Cabinet(id=f"{row.letter}{level + 1}", name=f"{block}{floor}樓機櫃", x_m=x_m, y_m=y_m)
