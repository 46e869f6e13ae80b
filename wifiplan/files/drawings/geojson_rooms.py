"""Rooms of a drawing: those it draws, those that its walls enclose, and the walls that rooms alone imply."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.geojson_features import Item
from wifiplan.files.drawings.geojson_site import Ring, polygons_in, sound_ring
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_walls import EDGE
from wifiplan.files.json_input import Json
from wifiplan.files.site_shapes import MIN_ROOM_M2, TOLERANCE_M
from wifiplan.site.recognition.names import use_of
from wifiplan.site.recognition.outlines import opened
from wifiplan.site.recognition.records import Label, WallLine
from wifiplan.site.recognition.rooms import find_rooms

MOST_SHARED = 0.3
"""A face between walls that a drawn room covers by more than this share is that room."""
MOST_BODY = 0.5
"""A face that bodies of walls cover by more than this share is the inside of a thick wall."""
GRID_M = 1e-3
"""Edges of neighbours that are drawn a millimetre apart are one wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What rooms of a floor must respect: they lie inside its outline, and not in the bodies of walls."""

    outline: shapely.Polygon | None
    bodies: Sequence[shapely.Polygon]
    level: int
    labels: Sequence[Label] = ()


def rooms_of(given: Sequence[Item], lines: Sequence[WallLine], ground: Ground, tally: Tally) -> list[dict[str, Json]]:
    """Return the rooms of a floor as plain records, without ids that are unique in the site.

    Rooms that the drawing names come first; what its walls enclose beside them is added as a guess. What reaches beyond
    the floor's outline is cut off.
    """
    outline, bodies = ground.outline, shapely.union_all(list(ground.bodies))
    shapes, kept = _drawn(given, outline, tally)
    rooms = [_record(item, ring) for item, shape in zip(kept, shapes, strict=True) if (ring := sound_ring(shape))]
    found = find_rooms(lines, ground.labels) if lines else None
    taken = shapely.union_all(shapes) if shapes else shapely.Polygon()
    n_more = n_body = n_small = 0
    for room in found.rooms if found is not None else ():
        shape = _clipped(shapely.Polygon(room.polygon), outline)
        rest = None if shape is None else _largest(shape.difference(taken))
        if shape is None or rest is None or rest.area < max((1.0 - MOST_SHARED) * shape.area, MIN_ROOM_M2):
            continue
        shape = _in_one(rest)
        if shape.intersection(bodies).area > MOST_BODY * shape.area:
            n_body += 1
            continue
        ring = sound_ring(shape)
        if ring is None:
            n_small += 1
            continue
        n_more += 1
        polygon = [list(corner) for corner in ring]
        named = "" if room.name == room.id else room.name
        rooms.append({"id": f"L{ground.level}-{n_more}", "name": named, "use": room.use, "polygon": polygon})
    tally.guessed("rooms", n_more, "enclosed by walls, not drawn as rooms", "由牆圍成、圖上未繪為空間者")
    tally.left("faces", n_small, "too narrow for a room", "過窄")
    tally.left("faces", n_body, "the insides of walls", "牆體內部")
    return rooms


def _drawn(
    given: Sequence[Item], outline: shapely.Polygon | None, tally: Tally
) -> tuple[list[shapely.Polygon], list[Item]]:
    """Return the drawn rooms' shapes, apart from one another, and whose they are; each fate is counted."""
    order = sorted(range(len(given)), key=lambda n: (given[n].shape.area, n))
    cut: dict[int, shapely.Polygon] = {}
    fit = [_clipped(item.shape, outline) for item in given]
    tree = shapely.STRtree(np.array([shape or shapely.Polygon() for shape in fit]))
    done: set[int] = set()
    for n in order:
        item, shape = given[n], fit[n]
        if shape is None:
            tally.left(item.word, 1, "too small for a room, or outside the floor's outline", "過小或在樓層外")
            continue
        near = [k for k in tree.query(shape, predicate="intersects").tolist() if k in done]
        inside = [other for k in near if (other := fit[k]) is not None]
        if any(other.equals(shape) for other in inside):
            tally.left(item.word, 1, "drawn twice", "重複繪製")
            continue
        # a room within a room is no part of it: a store in a hall, a unit's kitchen
        rest = _largest(shape.difference(shapely.union_all(inside))) if inside else shape
        if rest is None or sound_ring(_in_one(rest)) is None:
            tally.left(item.word, 1, "covered by smaller rooms", "已由較小的空間涵蓋")
            continue
        done.add(n)
        cut[n] = _in_one(rest)
    for n in sorted(cut):
        tally.took(given[n].word, 1, f"rooms, use {_record(given[n], ())['use']}", "空間")
    return [cut[n] for n in sorted(cut)], [given[n] for n in sorted(cut)]


def _in_one(shape: shapely.Polygon) -> shapely.Polygon:
    """Return a shape with holes as one ring: cut open from the hole to its edge."""
    if not shape.interiors:
        return shape
    parts = opened([shape], Counter(), MIN_ROOM_M2)
    largest = max(parts, key=lambda part: part.area, default=shape)
    return shapely.Polygon(largest.exterior)


def _clipped(shape: BaseGeometry, outline: shapely.Polygon | None) -> shapely.Polygon | None:
    """Return what of a shape lies on the floor; None where that is too small for a room."""
    if outline is not None and not outline.buffer(TOLERANCE_M * 0.9, join_style="mitre").covers(shape):
        shape = _largest(shape.intersection(outline)) or shapely.Polygon()
    return shape if isinstance(shape, shapely.Polygon) and shape.area >= MIN_ROOM_M2 else None


def _largest(shape: BaseGeometry) -> shapely.Polygon | None:
    return max(polygons_in(shape), key=lambda part: part.area, default=None)


def _name(item: Item) -> str:
    return item.name or item.word.partition("=")[2]


def _record(item: Item, ring: Ring) -> dict[str, Json]:
    name = _name(item)
    by_name = use_of(name)
    use = use_of(item.word.partition("=")[2]) if by_name == "other" else by_name
    polygon = [list(corner) for corner in ring]
    record: dict[str, Json] = {"id": item.number or item.name, "name": name, "use": use, "polygon": polygon}
    sized = item.class_size is not None and use in {"classroom", "specialist"}
    return record | {"class_size": item.class_size} if sized else record


def edges_of(given: Sequence[Item], tally: Tally) -> list[Item]:
    """Return the walls that rooms imply where no wall is drawn: their edges, those of two neighbours once.

    Between two corridors there is no wall.
    """
    shapes = np.array([item.shape for item in given])
    open_n = np.array([use_of(_name(item)) == "corridor" for item in given])
    network = shapely.union_all(shapely.boundary(shapes), grid_size=GRID_M)
    merged = shapely.line_merge(network)
    tree = shapely.STRtree(shapes)
    edges: list[Item] = []
    n_open = 0
    for line in shapely.get_parts(merged):
        for a, b in zip(line.coords[:-1], line.coords[1:], strict=True):
            piece = shapely.LineString([a, b])
            middle = piece.interpolate(0.5, normalized=True)
            beside = tree.query(middle, predicate="dwithin", distance=5 * GRID_M)
            if len(beside) > 1 and bool(np.all(open_n[beside])):
                n_open += 1
                continue
            edges.append(Item(kind="wall", shape=piece, word=EDGE, where=f"edge {len(edges)}"))
    told = "the drawing has no walls: edges of its rooms, those of neighbours once"
    tally.guessed("walls", len(edges), told, "圖上沒有牆，以空間邊界為牆，相鄰者只計一次")
    tally.left("edges", n_open, "between two corridors: no wall", "走廊之間沒有牆")
    return edges
