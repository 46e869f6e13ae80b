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
from wifiplan.units import Array, BoolArray

GRID_M = 1e-4
"""Crossings are computed on a grid of a tenth of a millimetre, so that lines which touch do touch."""

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


def _roomy(faces: Array, rules: RoomOptions) -> BoolArray:
    """Return which faces are large and wide enough."""
    filled = shapely.polygons(shapely.get_exterior_ring(faces))
    wide = ~shapely.is_empty(shapely.buffer(filled, -rules.narrow_m / 2, join_style="mitre"))
    return np.asarray(wide & (shapely.area(faces) >= rules.least_m2))


def _gaps(network: shapely.Geometry, walls: Sequence[WallLine], rules: RoomOptions) -> Array:
    """Return lines that close small gaps: from loose ends ahead to the next wall, or to the nearest one."""
    pieces = shapely.get_parts(network)
    tips, out = _loose(pieces)
    if len(tips) == 0:
        return np.empty(0, dtype=object)
    tree = shapely.STRtree(pieces)
    thick = max((wall.thickness_m or 0.0 for wall in walls), default=0.0)
    found: list[shapely.LineString] = []
    ahead = _facing(tips, out, rules)
    found.extend(shapely.LineString([tips[m], tips[n]]) for m, n in ahead)
    done = {n for pair in ahead for n in pair}
    near = rules.gap_m + thick / 2
    for n in range(len(tips)):
        if n in done:
            continue
        ray = shapely.LineString([tips[n] + 1e-3 * out[n], tips[n] + near * out[n]])
        hits = [shapely.intersection(ray, pieces[k]) for k in tree.query(ray, predicate="intersects")]
        tip = shapely.Point(tips[n])
        targets = [shapely.shortest_line(tip, hit) for hit in hits]
        if not targets:
            targets = [
                line
                for k in tree.query(tip, predicate="dwithin", distance=rules.gap_m)
                if (line := shapely.shortest_line(tip, pieces[k])).length > 2 * GRID_M
            ]
        if targets:
            line = min(targets, key=lambda one: (round(one.length, 6), one.coords[1]))
            found.append(_past(line))
    return np.array(found, dtype=object)


def _past(line: shapely.LineString) -> shapely.LineString:
    """Return a line a millimetre longer, so that it cuts what it reaches on any grid."""
    (x1, y1), (x2, y2) = line.coords
    longer = 1.0 + 1e-3 / max(line.length, 1e-9)
    return shapely.LineString([(x1, y1), (x1 + (x2 - x1) * longer, y1 + (y2 - y1) * longer)])


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


def _facing(tips: Array, out: Array, rules: RoomOptions) -> list[tuple[int, int]]:
    """Return pairs of loose ends that face each other on one line, each end in one pair."""
    points = shapely.points(tips)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=max(rules.door_m, rules.wide_m))
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
    return pairs


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
