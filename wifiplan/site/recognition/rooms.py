"""Rooms between walls: closed faces of the centre lines, small gaps bridged, with names from the texts inside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from wifiplan.site.building import Point, Room
from wifiplan.site.recognition.names import RoomText, room_text
from wifiplan.site.recognition.outlines import opened, outline_of, ring
from wifiplan.site.recognition.records import Found, Label, WallLine
from wifiplan.units import Array, BoolArray, IntArray

GRID_M = 1e-4
"""Crossings are computed on a grid of a tenth of a millimetre, so that lines which touch do touch."""

MOST_LINES = 80_000
MOST_CROSSINGS = 12
"""A wall meets four others; a plan where each line meets more than twelve in the mean (a wall itself counted, and each
meeting twice) shows no rooms, and working out its faces would take hours."""
STUB_M = 0.4
STUB_COS = 0.7
"""A line this short, turned by 45 degrees or more at a wall's end, shows the wall's thickness there."""
EXACT_M = 0.05
"""Ends of walls on one line: their drawing is this exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOptions:
    """What counts as a room.

    Parameters
    ----------
    gap_m : float
        Ends of walls up to this far from another wall are led to it [m].
    door_m : float
        Ends that face each other on one line are joined up to this distance: an opening without a door [m].
    wide_m : float
        The same for ends exactly on one line: the walls beside a band of windows, or the mouth of a corridor [m].
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
    network = shapely.union_all(lines, grid_size=GRID_M)
    gaps = _gaps(network, walls, rules)
    counts["gaps"] = len(gaps)
    if len(gaps):
        network = shapely.union_all(np.concatenate([np.asarray([network]), gaps]), grid_size=GRID_M)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(network))))
    kept = faces[_roomy(faces, rules)]
    counts["slivers"] = len(faces) - len(kept)
    shapes = opened(list(kept), counts, rules.least_m2)
    rooms = _named(shapes, labels, counts, prefix)
    counts["rooms"] = len(rooms)
    return Found(rooms=rooms, outline=outline_of(shapes, walls), counts=dict(+counts))


def _lines(walls: Sequence[WallLine]) -> Array:
    ends = np.array([(wall.a, wall.b) for wall in walls], dtype=np.float64).reshape(-1, 2, 2)
    keep = np.isfinite(ends).all(axis=(1, 2)) & (np.hypot(*(ends[:, 1] - ends[:, 0]).T) > 1e-3)
    return np.asarray(shapely.linestrings(ends[keep]))


def _crowded(lines: Array) -> bool:
    """Return whether lines cross so often that they bound no rooms: stipple, hatching, a map."""
    if len(lines) > MOST_LINES:
        return True
    tree, n_crossings = shapely.STRtree(lines), 0
    for start in range(0, len(lines), 1000):
        n_crossings += tree.query(lines[start : start + 1000], predicate="intersects").shape[1]
        if n_crossings > MOST_CROSSINGS * max(len(lines), 1000):
            return True
    return False


def _roomy(faces: Array, rules: RoomOptions) -> BoolArray:
    """Return which faces are large and wide enough."""
    filled = shapely.polygons(shapely.get_exterior_ring(faces))
    wide = ~shapely.is_empty(shapely.buffer(filled, -rules.narrow_m / 2, join_style="mitre"))
    return np.asarray(wide & (shapely.area(faces) >= rules.least_m2))


def _gaps(network: shapely.Geometry, walls: Sequence[WallLine], rules: RoomOptions) -> Array:
    """Return lines that close small gaps: from loose ends to one that faces them, ahead to a wall, or to the nearest."""
    pieces = np.asarray(shapely.get_parts(network))
    tips, out = _loose(pieces)
    if len(tips) == 0:
        return np.empty(0, dtype=object)
    ahead = _facing(tips, out, rules)
    found = [np.asarray(shapely.linestrings(tips[ahead]))]
    alone = np.ones(len(tips), dtype=np.bool_)
    alone[ahead.ravel()] = False
    tips, out = tips[alone], out[alone]
    tree = shapely.STRtree(pieces)
    thick = max((wall.thickness_m or 0.0 for wall in walls), default=0.0)
    rays = shapely.linestrings(np.stack([tips + 1e-3 * out, tips + (rules.gap_m + thick / 2) * out], axis=1))
    row, piece = tree.query(rays, predicate="intersects")
    lines = shapely.shortest_line(shapely.points(tips[row]), shapely.intersection(rays[row], pieces[piece]))
    found.append(_shortest(row, lines))
    alone = np.ones(len(tips), dtype=np.bool_)
    alone[row] = False
    points = shapely.points(tips[alone])
    row, piece = tree.query(points, predicate="dwithin", distance=rules.gap_m)
    lines = shapely.shortest_line(points[row], pieces[piece])
    away = shapely.length(lines) > 2 * GRID_M
    found.append(_shortest(row[away], lines[away]))
    return np.concatenate(found)


def _shortest(row: Array, lines: Array) -> Array:
    """Return of each row's lines the shortest, a millimetre longer, so that it cuts what it reaches on any grid."""
    if len(lines) == 0:
        return np.empty(0, dtype=object)
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    span = ends[:, 1] - ends[:, 0]
    length = np.hypot(*span.T)
    order = np.lexsort((ends[:, 1, 1], ends[:, 1, 0], np.round(length, 6), row))
    first = order[np.unique(row[order], return_index=True)[1]]
    ends[:, 1] += 1e-3 * span / np.maximum(length, 1e-9)[:, None]
    return np.asarray(shapely.linestrings(ends[first]))


def _loose(pieces: Array) -> tuple[Array, Array]:
    """Return ends of lines that no other line touches (n, 2), and the directions in which they point.

    A short stub around the corner is a jamb: the end is where its wall ends.
    """
    first, last = shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)
    second, before = shapely.get_point(pieces, 1), shapely.get_point(pieces, -2)
    ends = shapely.get_coordinates(np.concatenate([first, last]))
    inner = shapely.get_coordinates(np.concatenate([second, before]))
    _, place, count = np.unique(np.round(ends / GRID_M), axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    out = ends - inner
    out /= np.maximum(np.hypot(*out.T), 1e-12)[:, None]
    tips = np.flatnonzero(count[place] == 1)
    n, length = len(pieces), shapely.length(pieces)
    partner = np.full(2 * n, -1)
    order = np.argsort(place, kind="stable")
    two = np.flatnonzero((count[place[order]] == 2) & (np.diff(place[order], append=-1) == 0))
    partner[order[two]], partner[order[two + 1]] = order[two + 1], order[two]
    base = partner[(tips + n) % (2 * n)]
    turned = np.abs((out[tips] * out[base]).sum(axis=1)) < STUB_COS
    tips = np.where((length[tips % n] < STUB_M) & (base >= 0) & turned, base, tips)
    return ends[tips], out[tips]


def _facing(tips: Array, out: Array, rules: RoomOptions) -> IntArray:
    """Return pairs (n, 2) of loose ends that face each other on one line, each end in one pair."""
    tree = shapely.STRtree(shapely.points(tips))
    near = shapely.linestrings(np.stack([tips, tips + rules.door_m * out], axis=1))
    far = shapely.linestrings(np.stack([tips, tips + rules.wide_m * out], axis=1))
    one, other = np.hstack([
        tree.query(near, predicate="dwithin", distance=0.2 * rules.door_m),
        tree.query(far, predicate="dwithin", distance=EXACT_M),
    ])  # fmt: skip
    keep = one < other
    one, other = one[keep], other[keep]
    span = tips[other] - tips[one]
    way = np.hypot(*span.T)
    straight = ((span * out[one]).sum(axis=1) > 0.98 * way) & ((-span * out[other]).sum(axis=1) > 0.98 * way)
    aside = np.abs(span[:, 0] * out[one, 1] - span[:, 1] * out[one, 0])
    straight &= (way > 1e-9) & ((way <= rules.door_m) | (aside <= EXACT_M))
    one, other, way = one[straight], other[straight], way[straight]
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for n in np.lexsort((other, one, np.round(way, 6))).tolist():
        pair = (int(one[n]), int(other[n]))
        if not used & set(pair):
            used |= set(pair)
            pairs.append(pair)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _named(
    shapes: Sequence[shapely.Polygon], labels: Sequence[Label], counts: Counter[str], prefix: str
) -> tuple[Room, ...]:
    """Return shapes as rooms, from the south-west on, with what the labels in them say."""
    inside: dict[int, list[Label]] = {}
    if labels and shapes:
        tree = shapely.STRtree(shapes)
        points = shapely.points([label.at for label in labels])
        pairs = tree.query(points, predicate="intersects").T.tolist()
        hit = {label: room for label, room in sorted(pairs, reverse=True, key=lambda pair: shapes[pair[1]].area)}
        counts["stray"] = len(labels) - len(hit)
        for label, room in hit.items():
            inside.setdefault(room, []).append(labels[label])
    order = sorted(range(len(shapes)), key=lambda n: (round(shapes[n].bounds[1], 1), shapes[n].bounds[0]))
    texts = {n: room_text(inside.get(n, ())) for n in order}
    numbers = Counter(text.number for text in texts.values())
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
        rooms.append(_room(ident, text, ring(shapes[n])))
    return tuple(rooms)


def _room(ident: str, text: RoomText, polygon: tuple[Point, ...]) -> Room:
    size = text.class_size if text.use in {"classroom", "specialist"} else None
    return Room(id=ident, name=text.name or ident, use=text.use, polygon=polygon, class_size=size)
