"""IFC files as sites: storeys, walls with materials and openings, slabs, and spaces as rooms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.ifc import account as told
from wifiplan.files.drawings.ifc.lengths import in_metres
from wifiplan.files.drawings.ifc.rooms import Ground, ground_of, rooms_of, voids_of
from wifiplan.files.drawings.ifc.scene import Item, Scene, read_scene
from wifiplan.files.drawings.ifc.solids import Solids, solids_of
from wifiplan.files.drawings.ifc.storeys import Level, levels_of
from wifiplan.files.drawings.ifc.walls import Standing, pieces
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.site.building import Floor, Point, Room, Site, Wall
from wifiplan.site.recognition.names import plain, use_of
from wifiplan.site.recognition.outlines import outline_of
from wifiplan.site.recognition.records import WallLine
from wifiplan.site.recognition.rooms import find_rooms

_EMPTY_NAMES = {"", "project name", "project number", "default", "default building", "untitled", "building", "0001"}
"""What programs write where nobody gave a name."""

FREE_SHARE = 0.1
"""What walls enclose is a room of its own if spaces cover no more of it."""


def read_ifc(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read a building model.

    Parameters
    ----------
    path : Path or str
        IFC2x3, IFC4 or IFC4x3 as `.ifc`, or `.ifczip` with one in it.
    options : ImportOptions or None
        `unit_m` overrules the file's unit; `material`, `height_m` and `name` stand in where it tells nothing.

    Returns
    -------
    Imported
        The floors that one can be in, with their walls, rooms and slabs; north is the model's y axis.

    Raises
    ------
    MissingError
        ifcopenshell is not installed.
    ScaleError
        The file's unit cannot be true, and nothing tells the right one.
    DrawingError
        The file is damaged, too large, or holds no storey that one can be in.
    """
    path, asked = Path(path), options or ImportOptions()
    scene, unit_notes = in_metres(read_scene(path), asked.unit_m, path)
    levels = levels_of(scene, unit_m=scene.unit_m, height_m=asked.height_m)
    solids = solids_of(scene, unit_m=scene.unit_m, material=asked.material)
    drafts = [_draft(level, scene, solids) for level in levels.floors]
    _number_rooms(drafts, scene)
    if not any(draft.walls or draft.rooms for draft in drafts):
        raise DrawingError(
            "the model holds no storey with rooms or walls to be in",
            remedy="export the architect's model, with walls, doors and spaces",
            where=path.name,
            zh=("模型中沒有含房間或牆的樓層", "請匯出建築模型，並包含牆、門與空間"),
        )
    origin = _origin(drafts)
    name = asked.name or plain(scene.name if scene.name.lower() not in _EMPTY_NAMES else path.stem)
    site = Site(
        name=name[:120] or path.stem,
        floors=tuple(_floor(draft, origin, lowest=n == 0) for n, draft in enumerate(drafts)),
        assumptions=(f"drawing_read:{path.name}",),
        access_points_known=False,
    )
    spaces = frozenset(i for d in drafts for i in d.spaces)
    slabs = {i: d.ground for d in drafts for i in d.ground.used}
    taken = told.Taken(
        floors=tuple((d.level, floor) for d, floor in zip(drafts, site.floors, strict=True)),
        solids=solids,
        used=frozenset().union(*(d.used for d in drafts)),
        spaces=spaces,
        slabs=slabs,
        found_rooms=sum(d.n_found for d in drafts),
        n_holes=sum(d.n_holes for d in drafts),
        n_bare=sum(d.ground.made is None for d in drafts),
    )
    return Imported(site=site, account=told.account(scene, levels, taken, unit_notes), origin_m=origin)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A floor in the file's own frame."""

    level: Level
    ground: Ground
    walls: list[Wall] = field(default_factory=list)
    lines: list[WallLine] = field(default_factory=list)
    rooms: tuple[Room, ...] = ()
    outline: tuple[Point, ...] | None = None
    spaces: frozenset[int] = frozenset()
    used: frozenset[int] = frozenset()
    n_found: int = 0
    n_holes: int = 0


def _draft(level: Level, scene: Scene, solids: Solids) -> _Draft:
    slabs = [i for i in scene.items if "IfcSlab" in i.classes and len(i.xyz_m)]
    draft = _Draft(level=level, ground=ground_of(level, slabs, solids.slab_openings, scene.unit_m))
    used = set()
    for standing in solids.walls:
        found = list(pieces(standing, level.z_m, level.height_m))
        if found:
            used.add(standing.id)
            draft.walls.extend(found)
            draft.lines.append(_line(standing))
    draft.used = frozenset(used)
    return draft


def _line(standing: Standing) -> WallLine:
    run = standing.run
    return WallLine(a=run.a, b=run.b, kind=standing.kind, thickness_m=run.thickness_m)


def _number_rooms(drafts: list[_Draft], scene: Scene) -> None:
    """Give every floor its rooms: the file's spaces, else what its walls enclose."""
    spaces = [i for i in scene.items if "IfcSpace" in i.classes and len(i.xyz_m) and not i.external and not i.complex]
    n_twice = Counter(i.name for i in spaces)
    bare = [i for i in scene.items if "IfcSpace" in i.classes and not len(i.xyz_m)]
    floors = _by_storey(drafts)
    taken: set[str] = set()
    for draft in drafts:
        here = [i for i in spaces if floors.get(i.storey) is draft or (i.storey is None and _stands(draft, i))]
        made = rooms_of(here, taken, n_twice)
        draft.rooms, draft.spaces, draft.n_holes = made.rooms, made.used, made.n_holes
        if not made.rooms and draft.lines:
            found = find_rooms(draft.lines, prefix=_prefix(draft))
            draft.rooms, draft.n_found = found.rooms, len(found.rooms)
            taken |= {room.id for room in found.rooms}
        elif any(floors.get(i.storey) is draft for i in bare):
            more = _beside(draft, [i for i in bare if floors.get(i.storey) is draft])
            draft.rooms, draft.n_found = (*draft.rooms, *more), len(more)
            taken |= {room.id for room in more}
        draft.outline = outline_of([shapely.Polygon(r.polygon) for r in draft.rooms], draft.lines)


def _beside(draft: _Draft, bare: Sequence[Item]) -> tuple[Room, ...]:
    """Return what walls enclose where no space with a solid is; a room that one space must be has its name."""
    covered = shapely.union_all([shapely.Polygon(room.polygon) for room in draft.rooms])
    found = find_rooms(draft.lines, prefix=_prefix(draft)).rooms
    enclosed = [(room, shapely.Polygon(room.polygon)) for room in found]
    rooms = tuple(room for room, shape in enclosed if shape.intersection(covered).area < FREE_SHARE * shape.area)
    if len(rooms) == len(bare) == 1 and (name := plain(bare[0].long_name) or plain(bare[0].name)):
        return (replace(rooms[0], name=name[:120], use=use_of(name)),)
    return rooms


def _prefix(draft: _Draft) -> str:
    return f"L{draft.level.level}R"


def _by_storey(drafts: list[_Draft]) -> dict[int | None, _Draft]:
    """Return the floor of each storey that was taken."""
    return {storey: draft for draft in drafts for storey in draft.level.storeys}


def _stands(draft: _Draft, item: Item) -> bool:
    middle = item.z_m[0] + 1.0
    return draft.level.z_m <= middle < draft.level.z_m + draft.level.height_m


def _origin(drafts: list[_Draft]) -> Point:
    """Return the south-west corner of everything, in whole millimetres."""
    points = [p for d in drafts for w in d.walls for p in w.line]
    points += [p for d in drafts for p in d.outline or ()]
    points += [p for d in drafts for r in d.rooms for p in r.polygon]
    if not points:
        return (0.0, 0.0)
    west, south = np.array(points).min(axis=0)
    return (float(np.floor(west * 1000) / 1000), float(np.floor(south * 1000) / 1000))


def _floor(draft: _Draft, origin: Point, *, lowest: bool) -> Floor:
    level = draft.level
    # what the lowest floor stands on is ground, slab or not
    voids = voids_of(draft.ground, draft.outline) if not lowest else []
    return Floor(
        level=level.level,
        elevation_m=level.elevation_m,
        height_m=level.height_m,
        name=plain(level.name),
        slab=draft.ground.slab,
        outline=_moved(draft.outline, origin) if draft.outline else None,
        voids=tuple(_moved(hole, origin) for hole in voids),
        rooms=tuple(replace(r, polygon=_moved(r.polygon, origin)) for r in draft.rooms),
        walls=tuple(
            moved for w in draft.walls if (moved := replace(w, line=_ends(w.line, origin))).line[0] != moved.line[1]
        ),
    )


def _ends(line: tuple[Point, Point], origin: Point) -> tuple[Point, Point]:
    a, b = _moved(line, origin)
    return a, b


def _moved(points: tuple[Point, ...], origin: Point) -> tuple[Point, ...]:
    # adding 0.0 turns -0.0 into 0.0
    return tuple((round(x - origin[0], 3) + 0.0, round(y - origin[1], 3) + 0.0) for x, y in points)
