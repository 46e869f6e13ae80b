"""Rooms between walls: closed faces of the centre lines, small gaps bridged, with names from the texts inside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from wifiplan.site.building import Point, Room
from wifiplan.site.recognition.gaps import GRID_M, Reach, closing_lines
from wifiplan.site.recognition.names import RoomText, room_text
from wifiplan.site.recognition.outlines import opened, outline_of, ring
from wifiplan.site.recognition.records import Found, Label, WallLine
from wifiplan.site.recognition.shapes import Shapes, parts_of, segments
from wifiplan.site.recognition.touching import blunt_ends, touching_lines
from wifiplan.units import BoolArray

MOST_LINES = 80_000
MOST_CROSSINGS = 12
"""A wall meets four others; a plan where each line meets more than twelve in the mean (a wall itself counted, and each
meeting twice) shows no rooms, and working out its faces would take hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOptions:
    """What counts as a room.

    Parameters
    ----------
    gap_m : float
        Ends of walls up to this far from another wall's face are led to it [m].
    door_m : float
        Ends are led to what is straight ahead up to this distance: an opening without a door [m].
    wide_m : float
        Ends that face each other on one line, or have another wall's end ahead, are joined up to this distance: the
        walls beside a band of windows, or the mouth of a corridor [m].
    least_m2 : float
        Smaller faces are shafts and recesses [m2].
    narrow_m : float
        Faces nowhere wider than this are gaps between walls [m].
    """

    gap_m: float = 0.3
    door_m: float = 1.25
    wide_m: float = 4.0
    least_m2: float = 1.0
    narrow_m: float = 0.6


def find_rooms(
    walls: Sequence[WallLine], labels: Sequence[Label] = (), options: RoomOptions | None = None, *, prefix: str = "R"
) -> Found:
    """Return the rooms between walls.

    Parameters
    ----------
    walls : sequence of WallLine
        Walls, doors and windows by their centre lines [m].
    labels : sequence of Label
        Texts of the drawing.
    options : RoomOptions or None
        What counts as a room.
    prefix : str
        Rooms are numbered from the south-west: "R1", "R2"; with a door number their id is that.

    Returns
    -------
    Found
        Rooms with valid, simple polygons that do not overlap, and the floor's outline.

    Examples
    --------
    >>> corners = [(0, 0), (9, 0), (9, 7), (0, 7)]
    >>> walls = [WallLine(a=a, b=b) for a, b in zip(corners, corners[1:] + corners[:1])]
    >>> found = find_rooms(walls, [Label(text="三年甲班", at=(4, 3))])
    >>> [(room.name, room.use, room.polygon) for room in found.rooms]
    [('三年甲班', 'classroom', ((0.0, 0.0), (9.0, 0.0), (9.0, 7.0), (0.0, 7.0)))]
    """
    rules = options or RoomOptions()
    counts: Counter[str] = Counter()
    lines = _lines(walls)
    if len(lines) == 0:
        return Found(rooms=(), outline=None)
    if _crowded(lines):
        return Found(rooms=(), outline=None, counts={"crowded": len(lines)})
    network = shapely.union_all(np.concatenate([lines, touching_lines(walls)]), grid_size=GRID_M)
    thick = max((wall.thickness_m or 0.0 for wall in walls), default=0.0)
    reach = Reach(gap_m=rules.gap_m + thick / 2, door_m=max(rules.door_m, rules.gap_m + thick / 2), wide_m=rules.wide_m)
    gaps = closing_lines(parts_of(network), reach, blunt_ends(walls))
    counts["gaps"] = len(gaps)
    counts["wide"] = int((shapely.length(gaps) > reach.door_m).sum()) if len(gaps) else 0
    if len(gaps):
        network = shapely.union_all(np.concatenate([np.asarray([network]), gaps]), grid_size=GRID_M)
    faces = parts_of(shapely.GeometryCollection(shapely.polygonize(list(parts_of(network)))))
    kept = faces[_roomy(faces, rules)]
    counts["slivers"] = len(faces) - len(kept)
    shapes = opened(list(kept), counts, rules.least_m2)
    rooms = _named(shapes, labels, counts, prefix)
    counts["rooms"] = len(rooms)
    return Found(rooms=rooms, outline=outline_of(shapes, walls), counts=dict(+counts))


def _lines(walls: Sequence[WallLine]) -> Shapes:
    ends = np.array([(wall.a, wall.b) for wall in walls], dtype=np.float64).reshape(-1, 2, 2)
    keep = np.isfinite(ends).all(axis=(1, 2)) & (np.hypot(*(ends[:, 1] - ends[:, 0]).T) > 1e-3)
    return segments(ends[keep, 0], ends[keep, 1])


def _crowded(lines: Shapes) -> bool:
    """Return whether lines cross so often that they bound no rooms: stipple, hatching, a map."""
    if len(lines) > MOST_LINES:
        return True
    tree, n_crossings = shapely.STRtree(lines), 0
    for start in range(0, len(lines), 1000):
        n_crossings += tree.query(lines[start : start + 1000], predicate="intersects").shape[1]
        if n_crossings > MOST_CROSSINGS * max(len(lines), 1000):
            return True
    return False


def _roomy(faces: Shapes, rules: RoomOptions) -> BoolArray:
    """Return which faces are large and wide enough."""
    filled = shapely.polygons(shapely.get_exterior_ring(faces))
    wide = ~shapely.is_empty(shapely.buffer(filled, -rules.narrow_m / 2, join_style="mitre"))
    return np.asarray(wide & (shapely.area(faces) >= rules.least_m2))


def _named(
    shapes: Sequence[shapely.Polygon], labels: Sequence[Label], counts: Counter[str], prefix: str
) -> tuple[Room, ...]:
    """Return shapes as rooms, from the south-west on, with what the labels in them say."""
    inside: dict[int, list[Label]] = {}
    if labels and shapes:
        tree = shapely.STRtree(shapes)
        points = shapely.points([label.at for label in labels])
        pairs = tree.query(points, predicate="intersects").T.tolist()
        hit = dict(sorted(pairs, reverse=True, key=lambda pair: shapes[pair[1]].area))
        counts["stray"] = len(labels) - len(hit)
        for label, room in hit.items():
            inside.setdefault(room, []).append(labels[label])
    order = sorted(range(len(shapes)), key=lambda n: (round(shapes[n].bounds[1], 1), shapes[n].bounds[0]))
    texts = {n: room_text(inside.get(n, ())) for n in order}
    numbers = Counter(text.number for text in texts.values())
    names = Counter(text.name for text in texts.values())
    rooms: list[Room] = []
    taken: set[str] = set()
    for place, n in enumerate(order, start=1):
        text = texts[n]
        counts["named"] += bool(text.name)
        own = text.number if text.number and numbers[text.number] == 1 else ""
        ident = own if own and own not in taken else f"{prefix}{place}"
        while ident in taken:
            ident += "x"
        taken.add(ident)
        if text.number and names[text.name] > 1:
            # eleven rooms of one name are told apart by their numbers
            text = replace(text, name=f"{text.name} {text.number}")
        rooms.append(_room(ident, text, ring(shapes[n])))
    return tuple(rooms)


def _room(ident: str, text: RoomText, polygon: tuple[Point, ...]) -> Room:
    size = text.class_size if text.use in {"classroom", "specialist"} else None
    return Room(id=ident, name=text.name or ident, use=text.use, polygon=polygon, class_size=size)
