"""Which storeys of an IFC file one can live in, and where their floors lie."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from wifiplan.files.drawings.ifc.scene import Item, Scene, Storey
from wifiplan.files.drawings.ifc.shapes import covered
from wifiplan.files.drawings.records import Note

MIN_STOREY_M = 1.8
"""Storeys closer than a person's height are one floor with steps in it (split level, landing)."""

MAX_STOREY_M = 40.0
"""What a site file takes; the highest sports halls have 15 m."""

LOST_M = 1.0
"""A storey that lies so far from where its rooms or walls begin is misplaced: they tell where it is."""

GROUND_M = 5.0
"""A ground floor farther from 0 than this is measured from the sea, not from the ground."""

_ROOF = re.compile(
    r"roof|dach(?!ge)|toit|techo|tetto|屋頂|屋面|屋顶|天台|露台|\bt\.?o\.?\b|top of|女兒牆", re.IGNORECASE
)
_BASEMENT = re.compile(r"^\s*b\d|basement|cellar|keller|untergeschoss|sous-sol|地下|\bug\b", re.IGNORECASE)
_BELOW = re.compile(r"fdn|found|fundament|footing|基礎|基础|筏基|site|grade", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A floor to be: its storeys in the file, and where it lies (z [m] of the file's own frame)."""

    level: int
    name: str
    z_m: float
    elevation_m: float
    height_m: float
    storeys: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """All floors, and what was guessed and left of the storeys."""

    floors: tuple[Level, ...]
    guessed: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()


def levels_of(scene: Scene, *, unit_m: float, height_m: float) -> Levels:
    """Return the floors that a file's storeys make.

    Parameters
    ----------
    scene : Scene
        The file, its solids in true metres.
    unit_m : float
        Metres a unit, for the storeys' own heights.
    height_m : float
        Height of a storey that nothing tells [m].

    Returns
    -------
    Levels
        From the lowest floor up; empty where there is nothing to live in.
    """
    guessed: list[Note] = []
    z_of = {storey.id: _z_m(storey, scene, unit_m, guessed) for storey in scene.storeys}
    if not z_of:
        return _without_storeys(scene, height_m)
    kept, left = _lived_in(scene)
    groups: list[list[Storey]] = []
    for storey in sorted(kept, key=lambda s: (z_of[s.id], s.id)):
        if groups and z_of[storey.id] - z_of[groups[-1][0].id] < MIN_STOREY_M:
            groups[-1].append(storey)
        else:
            groups.append([storey])
    bases = [z_of[group[0].id] for group in groups]
    ground = min(range(len(bases)), key=lambda n: (round(abs(bases[n]), 2), -bases[n]), default=0)
    sea = bool(bases) and abs(bases[ground]) > GROUND_M
    if sea:
        ground = next((n for n, g in enumerate(groups) if not any(_BASEMENT.search(s.name) for s in g)), 0)
        guessed.append(_sea_note(bases[ground]))
    zero = bases[ground] if sea else 0.0
    floors = []
    for n, group in enumerate(groups):
        ids = tuple(s.id for s in group)
        high = _height_m(bases[n], sorted(z_of.values()), scene, height_m, guessed)
        if n + 1 < len(bases):
            high = min(high, bases[n + 1] - bases[n])
        name = " / ".join(dict.fromkeys(s.name.strip() for s in group if s.name.strip()))
        floors.append(
            Level(
                level=n - ground,
                name=name,
                z_m=bases[n],
                elevation_m=round(bases[n] - zero, 3),
                height_m=round(high, 3),
                storeys=ids,
            )
        )
        if len(group) > 1:
            guessed.append(
                Note(
                    what="IfcBuildingStorey",
                    count=len(group),
                    detail=f'"{name}" lie less than {MIN_STOREY_M:g} m apart and became one floor',
                    zh=f"「{name}」高差小於 {MIN_STOREY_M:g} m，合併為一層",
                )
            )
    return Levels(floors=tuple(floors), guessed=tuple(guessed), left=tuple(left))


def _z_m(storey: Storey, scene: Scene, unit_m: float, guessed: list[Note]) -> float:
    """Return where a storey lies [m]: as it says, unless its own rooms and walls lie elsewhere."""
    said = storey.z * unit_m
    here = [i for i in scene.items if i.storey == storey.id and len(i.xyz_m)]
    lows = [i.z_m[0] for i in here if "IfcSpace" in i.classes] or [i.z_m[0] for i in here if "IfcWall" in i.classes]
    if not lows:
        return said
    seen = float(np.median(lows))
    others = [z * unit_m for z in (storey.placed, storey.elevation) if z is not None]
    best = min(others, key=lambda z: abs(z - seen), default=said)
    if abs(best - seen) > LOST_M + 0.5:
        guessed.append(
            Note(
                what="IfcBuildingStorey",
                count=1,
                detail=f'"{storey.name}" says {said:.2f} m, but its rooms and walls begin at {seen:.2f} m: taken there',
                zh=f"「{storey.name}」標示高程 {said:.2f} m，但其房間與牆自 {seen:.2f} m 起，以後者為準",
            )
        )
        return round(seen, 3)
    return round(best, 3)


def _lived_in(scene: Scene) -> tuple[list[Storey], list[Note]]:
    """Return the storeys that one can live in, and a note on each of the others."""
    facts = {storey.id: _facts(storey, scene) for storey in scene.storeys}
    doors_drawn = any(f.n_doors for f in facts.values())
    spaces_drawn = any(f.n_spaces for f in facts.values())
    tests: tuple[Callable[[Storey], bool], ...] = (
        lambda s: facts[s.id].lives(doors_drawn=doors_drawn, spaces_drawn=spaces_drawn, name=s.name),
        lambda s: facts[s.id].n_spaces > 0,
        lambda s: facts[s.id].n_high >= 3,
    )
    kept = next((found for test in tests if (found := [s for s in scene.storeys if test(s)])), [])
    notes = []
    for storey in scene.storeys:
        if storey not in kept:
            f = facts[storey.id]
            lower = f"{f.n_high + f.n_low} walls, {f.n_low} of them low, {f.n_doors} doors"
            rooms = f"{f.n_spaces} spaces, {f.n_open} of them open to the sky"
            walls_zh = f"牆 {f.n_high + f.n_low}（矮牆 {f.n_low}）、門 {f.n_doors}"
            notes.append(
                Note(
                    what="IfcBuildingStorey",
                    count=1,
                    detail=f'"{storey.name}" is no storey to be in ({lower}, {rooms})',
                    zh=f"「{storey.name}」不是可使用的樓層：{walls_zh}、空間 {f.n_spaces}（露天 {f.n_open}）",
                )
            )
    return kept, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    n_doors: int
    n_spaces: int
    n_open: int
    n_high: int
    n_low: int

    def lives(self, *, doors_drawn: bool, spaces_drawn: bool, name: str) -> bool:
        """Return whether people are here: through a door, or in a room with something over it."""
        if self.n_doors:
            return True
        if self.n_spaces:
            return self.n_open < self.n_spaces or not (doors_drawn or _ROOF.search(name))
        if spaces_drawn or doors_drawn or _ROOF.search(name) or _BELOW.search(name):
            return False
        return self.n_high >= 3


def _facts(storey: Storey, scene: Scene) -> _Facts:
    here = [i for i in scene.items if i.storey == storey.id]
    spaces = [i for i in here if "IfcSpace" in i.classes and not i.external and not i.complex and len(i.xyz_m)]
    covers = [i for i in scene.items if len(i.xyz_m) and {"IfcSlab", "IfcRoof", "IfcCovering"} & set(i.classes)]
    walls = [i for i in here if "IfcWall" in i.classes and len(i.xyz_m)]
    n_high = sum(i.z_m[1] - i.z_m[0] >= MIN_STOREY_M for i in walls)
    return _Facts(
        n_doors=sum("IfcDoor" in i.classes for i in here),
        n_spaces=len(spaces),
        n_open=sum(not _under_cover(space, covers) for space in spaces),
        n_high=n_high,
        n_low=len(walls) - n_high,
    )


def _under_cover(space: Item, covers: Sequence[Item]) -> bool:
    low = space.z_m[0] + MIN_STOREY_M
    west, south = space.xyz_m[:, :2].min(axis=0)
    east, north = space.xyz_m[:, :2].max(axis=0)
    middle = covered(space.xyz_m[:, :2], space.triangles)
    if middle.is_empty:
        return False
    point = shapely.point_on_surface(middle)
    for cover in covers:
        (x1, y1, _), (x2, y2, z2) = cover.xyz_m.min(axis=0), cover.xyz_m.max(axis=0)
        if z2 < low or x1 > east or x2 < west or y1 > north or y2 < south:
            continue
        if covered(cover.xyz_m[:, :2], cover.triangles).intersects(point):
            return True
    return False


def _height_m(z_m: float, all_z_m: Sequence[float], scene: Scene, given_m: float, guessed: list[Note]) -> float:
    """Return how high a storey is: up to the next one, else up to where its rooms or walls end."""
    above = [z for z in all_z_m if z - z_m >= MIN_STOREY_M]
    if above:
        return min(above[0] - z_m, MAX_STOREY_M)
    tops = [
        i.z_m[1] - z_m
        for kind in ("IfcSpace", "IfcWall")
        for i in scene.items
        if kind in i.classes and len(i.xyz_m) and abs(i.z_m[0] - z_m) < MIN_STOREY_M
    ]
    found = min(max(tops, default=0.0), MAX_STOREY_M)
    if found >= MIN_STOREY_M:
        return found
    guessed.append(
        Note(
            what="height_m",
            count=1,
            detail=f"nothing tells how high the topmost storey is: taken as {given_m:g} m",
            zh=f"最上層高度未知，取 {given_m:g} m",
        )
    )
    return given_m


def _without_storeys(scene: Scene, height_m: float) -> Levels:
    walls = [i for i in scene.items if "IfcWall" in i.classes and len(i.xyz_m)]
    if not walls:
        return Levels(floors=())
    low = min(i.z_m[0] for i in walls)
    high = max(float(np.median([i.z_m[1] for i in walls])) - low, height_m)
    note = Note(
        what="IfcBuildingStorey",
        count=0,
        detail=f"the file names no storeys: one was made where its walls begin ({low:.2f} m)",
        zh=f"檔案沒有樓層，於牆底（{low:.2f} m）設一層",
    )
    floor = Level(level=0, name="", z_m=low, elevation_m=0.0, height_m=round(min(high, MAX_STOREY_M), 3), storeys=())
    return Levels(floors=(floor,), guessed=(note,))


def _sea_note(z_m: float) -> Note:
    return Note(
        what="elevation_m",
        count=1,
        detail=f"the ground floor lies at {z_m:.2f} m (above the sea?): taken as 0",
        zh=f"地面層高程為 {z_m:.2f} m（海拔？），改以 0 計",
    )
