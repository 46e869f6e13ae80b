"""Walls of an IFC file as pieces: solid wall, door, window, and what stands below and above them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.ifc.materials import Made, made_of, material_of
from wifiplan.files.drawings.ifc.scene import Item
from wifiplan.files.drawings.ifc.shapes import Run, bent, covered, polygons_of, straight
from wifiplan.site.building import Wall, WallKind

MIN_PIECE_M = 0.05
"""Pieces shorter or lower than this are rounding: a ray hardly meets them."""

MIN_PART_M = 0.3
"""A wall that reaches less than this into a storey (a plinth, a slab's thickness) does not stand there."""

MAX_PARAPET_M = 1.4
"""A wall that ends below eye level, and does not carry a slab, is a parapet."""

STRIP_M = 1.0
"""Steps in which a slanted top (a gable) is followed."""

FLAT_SHARE = 0.97
"""A wall's face that fills its box so far has a level top."""

MIN_COLUMN_M = 0.3
"""Thinner columns shade nothing: their width is a few wavelengths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An opening in a run: from and to along it, and its heights (z) [m].

    `kind` is None for one without door or window; `source` is the id of the opening in the file, `fill` that of what
    fills it.
    """

    source: int
    fill: int | None = None
    start_m: float
    end_m: float
    low_m: float
    high_m: float
    kind: WallKind | None
    made: Made | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A wall, before it is cut into storeys: its run, what it is made of, its face (along, z), and its openings."""

    id: int
    run: Run
    made: Made
    kind: WallKind
    face: BaseGeometry
    gaps: tuple[Gap, ...] = ()


def standing_walls(
    item: Item, openings: Sequence[Item], fills: Mapping[int, Item], *, unit_m: float, default: str
) -> list[Standing]:
    """Return the straight runs of one wall with their openings; empty where its solid is no upright wall.

    Parameters
    ----------
    item : Item
        The wall; a curtain wall becomes glass.
    openings : sequence of Item
        What is cut out of it.
    fills : mapping of int to Item
        The door or window in an opening, by the opening's id.
    unit_m : float
        Metres a unit of its layers.
    default : str
        Material where nothing tells.
    """
    glass = "IfcCurtainWall" in item.classes
    said_m = sum(t or 0.0 for _, t in item.layers) * unit_m or None
    words, found = (*item.words, item.name), []
    for run in runs_of(item, said_m):
        made = (
            curtain(item)
            if glass
            else made_of(item.layers, words, unit_m=unit_m, thickness_m=run.thickness_m, default=default)
        )
        kind: WallKind = "window" if made.material in {"glass", "low_e_glass"} else "wall"
        gaps = [g for o in openings if (g := gap_of(o, fills.get(o.id), run, unit_m)) is not None]
        found.append(Standing(id=item.id, run=run, made=made, kind=kind, face=face_of(item, run), gaps=tuple(gaps)))
    return found


def runs_of(item: Item, thickness_m: float | None) -> list[Run]:
    """Return the straight runs of an upright solid, by its footprint."""
    found: list[Run] = []
    for part in polygons_of(covered(item.xyz_m[:, :2], item.triangles), MIN_PIECE_M**2):
        run = straight(part, thickness_m)
        found.extend([run] if run is not None else bent(part, thickness_m))
    return [run for run in found if run.length_m >= MIN_PIECE_M and run.thickness_m > 0.0]


def face_of(item: Item, run: Run) -> BaseGeometry:
    """Return a wall seen from its side: along the run, and z."""
    seen = covered(np.column_stack([run.along_m(item.xyz_m), item.xyz_m[:, 2]]), item.triangles)
    return shapely.intersection(seen, shapely.box(0.0, -1e5, run.length_m, 1e5))


def gap_of(opening: Item, fill: Item | None, run: Run, unit_m: float) -> Gap | None:
    """Return the opening that a solid cuts into a run, None where it does not reach through its middle line."""
    if not len(opening.xyz_m):
        return None
    along, across = run.along_m(opening.xyz_m), run.across_m(opening.xyz_m)
    reach = run.thickness_m / 2
    # an opening goes through the middle line; a niche, or one in another run of a bent wall, does not
    if across.min() > 0.3 * reach or across.max() < -0.3 * reach:
        return None
    start, end = max(float(along.min()), 0.0), min(float(along.max()), run.length_m)
    if end - start < MIN_PIECE_M:
        return None
    low, high = opening.z_m
    kind: WallKind | None = None
    made = None
    if fill is not None:
        kind = "door" if "IfcDoor" in fill.classes else "window"
        made = filling(fill, kind, unit_m)
    return Gap(
        source=opening.id,
        fill=None if fill is None else fill.id,
        start_m=start,
        end_m=end,
        low_m=low,
        high_m=high,
        kind=kind,
        made=made,
    )


def curtain(item: Item) -> Made:
    """Return what a curtain wall is made of: glass, unless its panes are of something else."""
    named = {material_of(name) for name, _ in item.layers} | {material_of(t) for t in (*item.words, item.name)}
    said = " / ".join(name for name, _ in item.layers)
    found = next((m for m in ("low_e_glass", "glass") if m in named), None)
    solid = sorted(m for m in named - {None, ""} if m is not None)
    how = "named" if found or solid else "unknown"
    return Made(material=found or (solid[0] if solid else "glass"), thickness_m=None, how=how, said=said)


def filling(item: Item, kind: WallKind, unit_m: float) -> Made:
    """Return what a door or window is made of: a window is glass, a door wood unless something says otherwise."""
    if kind == "window":
        glass = next(
            (
                m
                for t in (*(n for n, _ in item.layers), *item.words, item.name)
                if (m := material_of(t)) == "low_e_glass"
            ),
            "glass",
        )
        return Made(material=glass, thickness_m=None, how="type" if glass != "glass" else "unknown", said=item.name)
    found = made_of(item.layers, (*item.words, item.name), unit_m=unit_m, thickness_m=None, default="wood")
    if found.material not in {
        "wood",
        "metal",
        "glass",
        "steel_door",
        "solid_wood_door",
        "low_e_glass",
        "plywood",
        "chipboard",
    }:
        found = Made(material="wood", thickness_m=None, how="unknown", said=found.said)
    material = "steel_door" if found.material == "metal" else found.material
    return Made(material=material, thickness_m=None, how=found.how, said=found.said)


def pieces(wall: Standing, z_m: float, height_m: float) -> Iterator[Wall]:
    """Yield what of a wall stands on a floor, as pieces above its slab.

    Parameters
    ----------
    wall : Standing
        The wall.
    z_m, height_m : float
        Where the floor lies, and how high it is [m].
    """
    low, high = _extent(wall.face, 0.0, wall.run.length_m)
    if min(high, z_m + height_m) - max(low, z_m) < MIN_PART_M:
        return
    # a base below eye level is the upper part of a wall of the storey below
    if low < z_m - MIN_PART_M and high - z_m < MIN_PART_M:
        return
    stops = _stops(wall)
    runs: list[tuple[float, float, tuple[tuple[float, float], ...]]] = []
    for start, end in pairwise(stops):
        bottom, top = _extent(wall.face, start, end)
        spans = _without(max(bottom, z_m), min(top, z_m + height_m), start, end, wall.gaps)
        if runs and runs[-1][2] == spans and abs(runs[-1][1] - start) < 1e-9:
            runs[-1] = (runs[-1][0], end, spans)
        else:
            runs.append((start, end, spans))
    for start, end, spans in runs:
        for bottom, top in spans:
            yield from _piece(
                wall.run, (start, end), (bottom - z_m, top - z_m), _kind(wall, top - z_m, height_m), wall.made
            )
    for gap in wall.gaps:
        if gap.kind is not None and gap.made is not None:
            bottom, top = max(gap.low_m, z_m), min(gap.high_m, z_m + height_m)
            yield from _piece(wall.run, (gap.start_m, gap.end_m), (bottom - z_m, top - z_m), gap.kind, gap.made)


def _kind(wall: Standing, top_m: float, height_m: float) -> WallKind:
    if wall.kind == "wall" and not wall.gaps:
        _, high = _extent(wall.face, 0.0, wall.run.length_m)
        low, _ = _extent(wall.face, 0.0, wall.run.length_m)
        if high - low <= MAX_PARAPET_M and top_m <= MAX_PARAPET_M < height_m:
            return "parapet"
    return wall.kind


def _stops(wall: Standing) -> list[float]:
    """Return where along a wall something changes: openings, and steps of a top that is not level."""
    length = wall.run.length_m
    stops = {0.0, length}
    stops |= {round(min(max(u, 0.0), length), 6) for gap in wall.gaps for u in (gap.start_m, gap.end_m)}
    box = shapely.box(*wall.face.bounds) if not wall.face.is_empty else None
    if box is not None and box.area > 0 and wall.face.area < FLAT_SHARE * box.area:
        n = max(2, min(200, round(length / STRIP_M)))
        stops |= {length * k / n for k in range(1, n)}
    return sorted(stops)


def _extent(face: BaseGeometry, start: float, end: float) -> tuple[float, float]:
    """Return from where to where a wall reaches between two places: a slanted edge counts by its mean height."""
    if face.is_empty:
        return 0.0, 0.0
    _, south, _, north = face.bounds
    part = shapely.intersection(face, shapely.box(start, south - 1.0, end, north + 1.0))
    if part.is_empty or part.area <= 0.0 or end - start <= 0.0:
        return south, south
    _, low, _, high = part.bounds
    mean = part.area / (end - start)
    return (low, high) if mean > FLAT_SHARE * (high - low) else (low, low + mean)


def _without(low: float, high: float, start: float, end: float, gaps: Iterable[Gap]) -> tuple[tuple[float, float], ...]:
    """Return what is left of a stretch of wall, from low to high, where openings are cut out."""
    middle = (start + end) / 2
    spans = [(low, high)]
    for gap in gaps:
        if gap.start_m < middle < gap.end_m:
            spans = [s for a, b in spans for s in ((a, min(b, gap.low_m)), (max(a, gap.high_m), b))]
    return tuple((a, b) for a, b in spans if b - a >= MIN_PIECE_M)


def _piece(
    run: Run, along: tuple[float, float], heights: tuple[float, float], kind: WallKind, made: Made
) -> Iterator[Wall]:
    bottom, top = round(max(heights[0], 0.0), 3), round(heights[1], 3)
    if along[1] - along[0] < MIN_PIECE_M or top - bottom < MIN_PIECE_M:
        return
    losses = made.losses_db or (None, None, None)
    yield Wall(
        line=(run.at(along[0]), run.at(along[1])),
        material=made.material,
        bottom_m=0.0 if bottom < MIN_PIECE_M else bottom,
        top_m=top,
        kind=kind,
        thickness_m=None if made.thickness_m is None else round(made.thickness_m, 3),
        loss_2g4_db=losses[0],
        loss_5g_db=losses[1],
        loss_6g_db=losses[2],
    )
