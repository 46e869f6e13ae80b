"""Plane geometry of rooms and corridors: seats, ceiling positions, distances from walls, ways of cables."""

import math
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from wifiplan.site.building import Floor, Point, Room
from wifiplan.units import Array, BoolArray, IntArray

SPINE_STEP_M = 3.0
"""Distance between the nodes of a corridor's spine: finer than a classroom is wide."""

_MOST_STEPS = 20
_NEAR_M = 0.005
"""Half a centimetre: nobody measures a ceiling finer."""


def area_m2(polygon: tuple[Point, ...]) -> float:
    """Return the area of a room [m2].

    >>> area_m2(((0, 0), (9, 0), (9, 7.5), (0, 7.5)))
    67.5
    """
    return float(shapely.Polygon(polygon).area)


def centroid(polygon: tuple[Point, ...]) -> Point:
    """Return the middle of a room, inside it even where the room is L- or U-shaped.

    >>> centroid(((0, 0), (9, 0), (9, 7.5), (0, 7.5)))
    (4.5, 3.75)
    """
    shape = shapely.Polygon(polygon)
    middle = shape.centroid
    if not shape.contains(middle):
        middle = shape.representative_point()
    return (round(float(middle.x), 3), round(float(middle.y), 3))


def seat_points(polygon: tuple[Point, ...], spacing_m: float, margin_m: float = 0.5) -> Array:
    """Return the seats at which a room is judged: a regular grid, centred, some way from the walls.

    Parameters
    ----------
    polygon : tuple of (x, y)
        The room [m].
    spacing_m : float
        Distance between seats [m], > 0.
    margin_m : float
        Least distance from the walls [m]; given up in rooms that are too narrow for it.

    Returns
    -------
    ndarray, shape (j, 2)
        Seats [m], at least one: the middle, where nothing else fits.
    """
    shape = shapely.Polygon(polygon)
    found = _grid_inside(shape.buffer(-margin_m, join_style="mitre"), spacing_m)
    if len(found) == 0:
        found = _grid_inside(shape, spacing_m)
    return found if len(found) else np.array([centroid(polygon)])


def ceiling_points(polygon: tuple[Point, ...], spacing_m: float, margin_m: float = 1.0) -> Array:
    """Return candidate positions on a room's ceiling: its middle first, then a grid at about `spacing_m`.

    Parameters
    ----------
    polygon : tuple of (x, y)
        The room [m].
    spacing_m : float
        Distance between candidates [m], > 0. A room smaller than that has its middle only.
    margin_m : float
        Least distance from the walls, for the mounting plate and the installer's ladder [m].

    Returns
    -------
    ndarray, shape (i, 2)
        Positions [m], the same for the same room every time.
    """
    middle = np.array([centroid(polygon)])
    shape = shapely.Polygon(polygon)
    grid = _grid_inside(shape.buffer(-margin_m, join_style="mitre"), spacing_m)
    if len(grid) <= 1:
        return middle
    apart = np.hypot(*(grid - middle).T) > 0.25 * spacing_m
    return np.vstack([middle, grid[apart]])


def room_at(floor: Floor, x_m: float, y_m: float) -> Room | None:
    """Return the room that holds a point; of several (a store within a classroom) the smallest."""
    point = shapely.Point(x_m, y_m)
    inside = [room for room in floor.rooms if shapely.Polygon(room.polygon).intersects(point)]
    return min(inside, key=lambda room: area_m2(room.polygon), default=None)


def near_rooms(floor: Floor, points_xy_m: Array, margin_m: float) -> BoolArray:
    """Return which points (j,) lie in a room or within a margin of one; all of them on a floor without rooms."""
    rooms = [shapely.Polygon(room.polygon) for room in floor.rooms]
    if not rooms:
        return np.ones(len(points_xy_m), dtype=np.bool_)
    area = shapely.union_all(rooms).buffer(margin_m)
    return np.asarray(shapely.contains_xy(area, points_xy_m[:, 0], points_xy_m[:, 1]), dtype=np.bool_)


def distance_from_walls(polygon: tuple[Point, ...], x_m: float, y_m: float) -> tuple[float, float]:
    """Return how far a point is from two walls of its room that meet, as an installer measures it.

    Parameters
    ----------
    polygon : tuple of (x, y)
        The room [m].
    x_m, y_m : float
        The point [m].

    Returns
    -------
    tuple of float
        Perpendicular distances [m] from the west and from the south side: the nearest
        wall that faces there and that the point projects onto, else the side of the room's bounding box.

    Examples
    --------
    >>> distance_from_walls(((10, 20), (19, 20), (19, 27.5), (10, 27.5)), 14.5, 23.0)
    (4.5, 3.0)
    """
    return (
        _distance_from_side(polygon, (x_m, y_m), (-1.0, 0.0)),
        _distance_from_side(polygon, (x_m, y_m), (0.0, -1.0)),
    )


def point_from_walls(
    polygon: tuple[Point, ...], west_m: float, south_m: float, near: Point | None = None
) -> Point | None:
    """Return the point of a room at these distances from its west and its south wall, as an installer measured them.

    Parameters
    ----------
    polygon : tuple of (x, y)
        The room [m].
    west_m, south_m : float
        Distances as `distance_from_walls` gives them [m].
    near : tuple of float, optional
        Where it is expected [m]: a room with corners may have several such points.

    Returns
    -------
    tuple of float or None
        The point [m]; None where the room has none at these distances.

    Examples
    --------
    >>> point_from_walls(((10, 20), (19, 20), (19, 27.5), (10, 27.5)), 4.5, 3.0)
    (14.5, 23.0)
    """
    shape = shapely.Polygon(polygon).buffer(_NEAR_M)
    wests, souths = (dict.fromkeys(corner[axis] for corner in polygon) for axis in (0, 1))
    starts = [(west + west_m, south + south_m) for west in wests for south in souths]
    found = [point for start in starts if (point := _settled(polygon, start, (west_m, south_m))) is not None]
    inside = [point for point in found if shape.covers(shapely.Point(point))]
    if near is None or not inside:
        return inside[0] if inside else None
    return min(inside, key=lambda point: math.dist(point, near))


def _settled(polygon: tuple[Point, ...], start: Point, wanted: Point) -> Point | None:
    """Return a start moved until its distances from walls are the wanted ones: walls may stand aslant."""
    x_m, y_m = start
    for _ in range(_MOST_STEPS):
        found = distance_from_walls(polygon, x_m, y_m)
        off_x, off_y = wanted[0] - found[0], wanted[1] - found[1]
        if max(abs(off_x), abs(off_y)) < _NEAR_M:
            return x_m, y_m
        x_m, y_m = x_m + off_x, y_m + off_y
    return None


def corridor_graph(floor: Floor) -> tuple[Array, IntArray]:
    """Return the ways that cables take on a floor: a spine through the corridors, with every room attached.

    Parameters
    ----------
    floor : Floor
        A floor; rooms of use "corridor" carry the spine.

    Returns
    -------
    nodes : ndarray, shape (n, 2)
        Positions [m]; the rooms' middles come last, in the order of `floor.rooms` without the corridors.
    edges : ndarray, shape (e, 2)
        Pairs of nodes. Without a corridor there are no edges and only the rooms' middles.
    """
    corridors = [shapely.Polygon(room.polygon) for room in floor.rooms if room.use == "corridor"]
    nodes: list[Point] = []
    edges: list[tuple[int, int]] = []
    parts: list[list[int]] = []
    for shape in corridors:
        points, links = _ways(shape)
        start = len(nodes)
        parts.append(list(range(start, start + len(points))))
        nodes.extend(points)
        edges.extend((start + m, start + n) for m, n in links)
    edges.extend(_junctions(corridors, parts, nodes))
    n_spine = len(nodes)
    spine = np.array(nodes, dtype=np.float64).reshape(-1, 2)
    for room in floor.rooms:
        if room.use == "corridor":
            continue
        nodes.append(centroid(room.polygon))
        if n_spine:
            nearest = int(np.argmin(np.abs(spine - nodes[-1]).sum(axis=1)))
            edges.append((nearest, len(nodes) - 1))
    return (
        np.array(nodes, dtype=np.float64).reshape(-1, 2),
        np.array(edges, dtype=np.int64).reshape(-1, 2),
    )


def _grid_inside(shape: BaseGeometry, spacing_m: float) -> Array:
    """Return the points of a centred grid that lie in `shape`."""
    if shape.is_empty:
        return np.empty((0, 2))
    west, south, east, north = shape.bounds
    xs, ys = _ticks(west, east, spacing_m), _ticks(south, north, spacing_m)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return np.asarray(np.round(points[shapely.intersects_xy(shape, points[:, 0], points[:, 1])], 3))


def _ticks(low: float, high: float, spacing_m: float) -> Array:
    n = int((high - low) / spacing_m + 1e-9) + 1
    return np.asarray((low + high) / 2 + (np.arange(n) - (n - 1) / 2) * spacing_m)


def _distance_from_side(polygon: tuple[Point, ...], point: Point, outward: Point) -> float:
    shape = shapely.Polygon(polygon)
    ring = list(orient(shape, sign=-1.0).exterior.coords)
    found: list[float] = []
    for (x1, y1), (x2, y2) in pairwise(ring):
        length = math.hypot(x2 - x1, y2 - y1)
        # the ring runs clockwise, so the outside is on its left
        normal = (-(y2 - y1) / length, (x2 - x1) / length)
        if normal[0] * outward[0] + normal[1] * outward[1] < math.cos(math.radians(45.0)) - 1e-9:
            continue
        along = ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length
        away = (x1 - point[0]) * normal[0] + (y1 - point[1]) * normal[1]
        if -1e-6 <= along <= length + 1e-6 and away >= -1e-6:
            found.append(max(away, 0.0))
    west, south = shape.bounds[:2]
    box = (point[0] - west) if outward[0] else (point[1] - south)
    return round(min(found) if found else abs(box), 3)


def _ways(shape: shapely.Polygon) -> tuple[list[Point], list[tuple[int, int]]]:
    """Return nodes and edges within one corridor: its axis, or a lattice where it turns a corner."""
    box = shapely.minimum_rotated_rectangle(shape)
    if isinstance(box, shapely.Polygon) and shape.area >= 0.9 * box.area:
        line = _axis(box)
        return line, list(pairwise(range(len(line))))
    # twice the area by the perimeter is the width of a long shape: a lattice of half that reaches everywhere
    spacing_m = max(0.9 * shape.area / shape.length, math.sqrt(shape.area / 1500.0))
    points = _grid_inside(shape, spacing_m)
    if len(points) == 0:
        points = np.array([shape.representative_point().coords[0]])
    places = [shapely.Point(x, y) for x, y in points]
    links = shapely.STRtree(places).query(places, predicate="dwithin", distance=1.01 * spacing_m)
    return [(float(x), float(y)) for x, y in points], [(int(m), int(n)) for m, n in links.T if m < n]


def _axis(box: shapely.Polygon) -> list[Point]:
    """Return points along a rectangle's long axis, end to end."""
    corners = list(box.exterior.coords)
    k = 0 if math.dist(corners[0], corners[1]) <= math.dist(corners[1], corners[2]) else 1
    ends = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in ((corners[k], corners[k + 1]), (corners[(k + 2) % 4], corners[(k + 3) % 4]))
    ]
    first, last = np.array(min(ends)), np.array(max(ends))
    n = max(1, math.ceil(math.dist(first, last) / SPINE_STEP_M))
    line = np.round(first + (last - first) * np.linspace(0.0, 1.0, n + 1)[:, None], 3)
    return [(float(x), float(y)) for x, y in line]


def _junctions(corridors: list[shapely.Polygon], parts: list[list[int]], nodes: list[Point]) -> list[tuple[int, int]]:
    """Return one edge for each pair of corridors that touch: their nearest nodes."""
    found = []
    for a, one in enumerate(corridors):
        for b in range(a + 1, len(corridors)):
            if one.distance(corridors[b]) <= 0.5:
                pairs = ((math.dist(nodes[m], nodes[n]), m, n) for m in parts[a] for n in parts[b])
                found.append(min(pairs)[1:])
    return found
