"""Whether an IFC file's unit of length can be true: walls, storeys and doors have sizes that people need."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wifiplan.errors import ScaleError
from wifiplan.files.drawings.ifc.scene import Item, Scene
from wifiplan.files.drawings.ifc.shapes import covered, polygons_of, straight
from wifiplan.files.drawings.records import Note

WALL_HIGH_M = (1.9, 8.0)
"""Median height of walls or rooms; storeys of schools have 3 to 4 m, a sports hall 8 m."""

DOOR_WIDE_M = (0.55, 2.2)
"""Median width of doors, double doors among them."""

WALL_THICK_M = (0.04, 0.8)
"""Median thickness of walls."""

EXTENT_M = (2.0, 3000.0)
"""Length of what has walls: a hut, a campus."""

UNITS_M = {"mm": 0.001, "cm": 0.01, "inch": 0.0254, "dm": 0.1, "foot": 0.3048, "m": 1.0, "km": 1000.0}

_FEW = 3
"""So few walls prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    high: float
    thick: float
    door: float | None
    extent: float

    def fit(self, factor: float) -> bool:
        """Return whether they are those of a building, multiplied by a factor."""
        pairs = (
            (self.high, WALL_HIGH_M),
            (self.thick, WALL_THICK_M),
            (self.door, DOOR_WIDE_M),
            (self.extent, EXTENT_M),
        )
        return all(size is None or low <= size * factor <= high for size, (low, high) in pairs)


def in_metres(scene: Scene, unit_m: float | None, path: Path) -> tuple[Scene, tuple[Note, ...]]:
    """Return a scene in true metres, and what was guessed about its unit.

    Parameters
    ----------
    scene : Scene
        As its file says.
    unit_m : float or None
        Metres a unit that the user gives; it overrules the file.
    path : Path
        The file, for messages.

    Raises
    ------
    ScaleError
        What the file says is impossible, and no other unit makes it a building.
    """
    if unit_m is not None:
        return _scaled(scene, unit_m), ()
    sizes = _sizes(scene)
    if sizes is None or sizes.fit(1.0):
        notes = () if scene.unit_named else (_unnamed(scene.unit_m),)
        return scene, notes
    fits = [(name, unit) for name, unit in UNITS_M.items() if sizes.fit(unit / scene.unit_m)]
    if len(fits) == 1:
        return _scaled(scene, fits[0][1]), (_lying(scene.unit_m, *fits[0], sizes),)
    told = f"walls {sizes.high:.3g} m high, {sizes.thick:.3g} m thick, a plan of {sizes.extent:.3g} m"
    several = ", ".join(name for name, _ in fits)
    raise ScaleError(
        f"its unit of length cannot be right: it would make {told}",
        remedy=f"say how long a unit is (--unit mm, cm, m or foot{f'; possible here: {several}' if several else ''})",
        where=path.name,
        zh=(f"檔案的長度單位不可能正確：依此換算，{told}", "請指定單位（--unit mm、cm、m 或 foot）"),
    )


def _scaled(scene: Scene, unit_m: float) -> Scene:
    factor = unit_m / scene.unit_m
    items = tuple(replace(item, xyz_m=item.xyz_m * factor) for item in scene.items)
    return replace(scene, unit_m=unit_m, items=items)


def _sizes(scene: Scene) -> _Sizes | None:
    walls = [i for i in scene.items if "IfcWall" in i.classes and len(i.xyz_m)]
    bodies = walls if len(walls) >= _FEW else [i for i in scene.items if "IfcSpace" in i.classes and len(i.xyz_m)]
    if len(bodies) < _FEW:
        return None
    highs = [i.z_m[1] - i.z_m[0] for i in bodies]
    thick = [_thickness(i) for i in walls[:200]]
    by_id = {i.id: i for i in scene.items}
    doors = [by_id[i.host] for i in scene.items if "IfcDoor" in i.classes and i.host in by_id]
    wide = [float(np.hypot(*np.ptp(i.xyz_m[:, :2], axis=0))) for i in doors if len(i.xyz_m)]
    corners = np.vstack([i.xyz_m[:, :2] for i in bodies])
    return _Sizes(
        high=float(np.median(highs)),
        thick=float(np.median([t for t in thick if t] or [0.2 * np.median(highs) / 3.0])),
        door=float(np.median(wide)) if wide else None,
        extent=float(np.ptp(corners, axis=0).max()),
    )


def _thickness(item: Item) -> float | None:
    """Return how thick a wall is by its footprint: its area over half its outline, whatever the unit."""
    parts = polygons_of(covered(item.xyz_m[:, :2], item.triangles), 0.0)
    if not parts:
        return None
    run = straight(parts[0], None)
    return run.thickness_m if run is not None else 2.0 * parts[0].area / parts[0].length


def _unnamed(unit_m: float) -> Note:
    return Note(
        what="unit",
        count=1,
        detail=f"the file names no unit of length; {unit_m:g} m a unit makes a building",
        zh=f"檔案未註明長度單位；以每單位 {unit_m:g} m 換算合理",
    )


def _lying(said_m: float, name: str, unit_m: float, sizes: _Sizes) -> Note:
    high_m = sizes.high * unit_m / said_m
    return Note(
        what="unit",
        count=1,
        detail=f"the file says {said_m:g} m a unit, which makes walls {sizes.high:.4g} m high; "
        f"taken as {name}: walls {high_m:.2f} m high",
        zh=f"檔案稱每單位 {said_m:g} m，則牆高 {sizes.high:.4g} m；改以 {name} 計，牆高 {high_m:.2f} m",
    )
