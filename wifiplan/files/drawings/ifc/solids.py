"""All that stands upright in an IFC file: walls with their openings, curtain walls, columns, doors on their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.files.drawings.ifc.materials import made_of
from wifiplan.files.drawings.ifc.scene import Item, Scene
from wifiplan.files.drawings.ifc.shapes import covered, polygons_of, straight
from wifiplan.files.drawings.ifc.walls import MIN_COLUMN_M, Gap, Standing, face_of, filling, gap_of, standing_walls
from wifiplan.site.building import WallKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """What stands in a file.

    `flat` are walls whose solid is no upright wall (a block, a ramp), `thin` columns too thin to count.
    """

    walls: tuple[Standing, ...]
    slab_openings: tuple[Item, ...]
    flat: frozenset[int]
    thin: frozenset[int]
    parts: Mapping[int, int]


def solids_of(scene: Scene, *, unit_m: float, material: str) -> Solids:
    """Return what stands upright.

    Parameters
    ----------
    scene : Scene
        The file in true metres.
    unit_m : float
        Metres a unit, for thicknesses of layers.
    material : str
        Material of walls where nothing tells.
    """
    parts = {i.id: i.part_of for i in scene.items if i.part_of is not None}
    wholes = _wholes(scene)
    scene = replace(scene, items=tuple(wholes))
    bodies = [i for i in wholes if {"IfcWall", "IfcCurtainWall"} & set(i.classes)]
    openings, fills = _openings(scene)
    walls: list[Standing] = []
    for body in bodies:
        walls.extend(standing_walls(body, openings[body.id], fills, unit_m=unit_m, default=material))
    walls, loose_in = _with_loose(walls, _loose(scene), unit_m)
    columns = [i for i in wholes if "IfcColumn" in i.classes]
    stood = [s for i in columns if (s := _column(i, unit_m)) is not None]
    own = [s for i in _loose(scene) if i.id not in loose_in for s in _alone(i, unit_m)]
    standing = {w.id for w in walls}
    body_ids = {b.id for b in bodies}
    return Solids(
        walls=(*walls, *stood, *own),
        slab_openings=tuple(o for host, many in openings.items() if host not in body_ids for o in many),
        flat=frozenset(b.id for b in bodies if b.id not in standing),
        thin=frozenset(i.id for i in columns) - {s.id for s in stood},
        parts=parts,
    )


def _wholes(scene: Scene) -> list[Item]:
    """Return every element with its solid; one that only its parts have is put together from them."""
    parts: dict[int, list[Item]] = defaultdict(list)
    for item in scene.items:
        if item.part_of is not None and len(item.xyz_m) and "IfcDoor" not in item.classes:
            parts[item.part_of].append(item)
    found = []
    for item in scene.items:
        if not len(item.xyz_m) and parts[item.id]:
            found.append(_joined(item, parts[item.id]))
        elif item.part_of is None or "IfcDoor" in item.classes:
            found.append(item)
    return found


def _joined(whole: Item, parts: Sequence[Item]) -> Item:
    if "IfcCurtainWall" in whole.classes:
        # its panes stand side by side, between members: they tell what it is made of
        parts = [p for p in parts if p.kind == "IfcPlate"] or parts
        whole = replace(whole, layers=())
    starts = np.cumsum([0, *(len(p.xyz_m) for p in parts[:-1])])
    return replace(
        whole,
        xyz_m=np.vstack([p.xyz_m for p in parts]),
        triangles=np.vstack([p.triangles + start for p, start in zip(parts, starts, strict=True)]),
        layers=whole.layers or tuple(dict.fromkeys(layer for p in parts for layer in p.layers)),
    )


def _openings(scene: Scene) -> tuple[dict[int, list[Item]], dict[int, Item]]:
    """Return openings by what they cut, and what fills each; one without a solid takes that of its door or window."""
    openings: dict[int, list[Item]] = defaultdict(list)
    ids = {i.id for i in scene.items if "IfcOpeningElement" in i.classes}
    fills = {i.host: i for i in scene.items if i.host in ids and {"IfcDoor", "IfcWindow"} & set(i.classes)}
    for item in scene.items:
        if item.id in ids and item.host is not None:
            fill = fills.get(item.id)
            bare = not len(item.xyz_m) and fill is not None
            openings[item.host].append(
                replace(item, xyz_m=fill.xyz_m, triangles=fill.triangles) if bare and fill else item
            )
    return openings, {o: f for o, f in fills.items() if o is not None}


def _loose(scene: Scene) -> list[Item]:
    """Return doors and windows with a solid that fill no opening."""
    return [i for i in scene.items if i.host is None and len(i.xyz_m) and {"IfcDoor", "IfcWindow"} & set(i.classes)]


def _with_loose(walls: list[Standing], loose: Iterable[Item], unit_m: float) -> tuple[list[Standing], frozenset[int]]:
    """Put doors and windows that fill no opening into the wall that they stand in."""
    gaps: dict[int, list[Gap]] = defaultdict(list)
    placed = set()
    for item in loose:
        wide_m = float(np.hypot(*np.ptp(item.xyz_m[:, :2], axis=0)))
        for n, wall in enumerate(walls):
            gap = gap_of(item, item, wall.run, unit_m)
            low, high = wall.face.bounds[1::2] if not wall.face.is_empty else (0.0, 0.0)
            if gap is None or gap.end_m - gap.start_m < 0.7 * wide_m or not low <= (gap.low_m + gap.high_m) / 2 <= high:
                continue
            gaps[n].append(gap)
            placed.add(item.id)
            break
    return [_with_gaps(w, gaps[n]) if n in gaps else w for n, w in enumerate(walls)], frozenset(placed)


def _with_gaps(wall: Standing, new: Sequence[Gap]) -> Standing:
    """Return a wall with further doors and windows: one in an opening that nothing fills takes that opening's size."""
    gaps = list(wall.gaps)
    for gap in new:
        n = next((n for n, g in enumerate(gaps) if g.kind is None and _overlap(g, gap) > 0.5), None)
        if n is None:
            gaps.append(gap)
        else:
            gaps[n] = replace(gaps[n], fill=gap.fill, kind=gap.kind, made=gap.made)
    return replace(wall, gaps=tuple(gaps))


def _overlap(one: Gap, other: Gap) -> float:
    """Return the share of the smaller opening that lies in the other."""
    wide = min(one.end_m, other.end_m) - max(one.start_m, other.start_m)
    high = min(one.high_m, other.high_m) - max(one.low_m, other.low_m)
    areas = [(g.end_m - g.start_m) * (g.high_m - g.low_m) for g in (one, other)]
    return max(wide, 0.0) * max(high, 0.0) / max(min(areas), 1e-9)


def _alone(item: Item, unit_m: float) -> list[Standing]:
    """Return a door or window that stands in no wall at all."""
    kind: WallKind = "door" if "IfcDoor" in item.classes else "window"
    parts = polygons_of(covered(item.xyz_m[:, :2], item.triangles).convex_hull, 0.0)
    runs = [run for part in parts if (run := straight(part, None)) is not None]
    made = filling(item, kind, unit_m)
    return [Standing(id=item.id, run=run, made=made, kind=kind, face=face_of(item, run)) for run in runs]


def _column(item: Item, unit_m: float) -> Standing | None:
    """Return a column as a short thick wall, None where it is thin."""
    parts = polygons_of(covered(item.xyz_m[:, :2], item.triangles), 0.0)
    if not parts:
        return None
    run = straight(parts[0].convex_hull, None)
    if run is None or run.thickness_m < MIN_COLUMN_M:
        return None
    made = made_of(
        item.layers, (*item.words, item.name), unit_m=unit_m, thickness_m=run.thickness_m, default="concrete"
    )
    return Standing(id=item.id, run=run, made=made, kind="wall", face=face_of(item, run))
