"""Shapes of GeoJSON geometries in the drawing's own unit: what is empty is counted, NaN refused."""

from collections.abc import Iterator, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wifiplan.errors import Fault
from wifiplan.files.drawings.geojson_site import polygons_in
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.json_input import Json, printable

Array = NDArray[np.float64]

MAX_COORDINATE = 1e9
"""Metres of the largest grids have eight digits."""

MAX_RING = 5000
"""Outlines of the largest buildings have some hundred corners; crossings of a made-up ring grow with the square."""

MAX_MENDED = 1000
MAX_PARTS = 20
"""A polygon of more corners, or that falls into more parts, is scribble when it crosses itself."""

GEOMETRIES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


def shapes_of(geometry: Json, *, what: str, where: str, tally: Tally, faults: list[Fault]) -> Iterator[BaseGeometry]:
    """Yield the simple shapes of a geometry, in the drawing's unit.

    Empty and null geometries are counted as left, polygons that cross themselves are mended and counted; positions that
    are no pair of finite numbers are faults.
    """
    if geometry is None:
        tally.left(what, 1, "without geometry", "沒有幾何")
        return
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind == "GeometryCollection":
        for part in _collected(geometry.get("geometries"), what, tally):
            yield from shapes_of(part, what=what, where=where, tally=tally, faults=faults)
        return
    if kind not in GEOMETRIES:
        told = printable(str(kind))[:40]
        faults.append(Fault(where=where, problem=f'its geometry is of type "{told}", which GeoJSON does not have'))
        return
    coordinates = geometry.get("coordinates")
    if coordinates in (None, []):
        tally.left(what, 1, "without coordinates", "沒有座標")
        return
    for rings in _parts(str(kind), coordinates):
        arrays = [array_of(ring) for ring in rings if ring not in (None, [])] if isinstance(rings, list) else [None]
        sound = [array for array in arrays if array is not None]
        if any(len(array) > MAX_RING for array in sound):
            faults.append(Fault(where=where, problem=f"a line or ring of more than {MAX_RING:,} corners"))
        elif len(sound) < len(arrays):
            faults.append(Fault(where=where, problem="a coordinate is no pair of finite numbers"))
        elif not sound:
            tally.left(what, 1, "without coordinates", "沒有座標")
        else:
            yield from _simple(str(kind), sound, what, tally)


def _collected(parts: Json, what: str, tally: Tally) -> list[Json]:
    """Return the geometries of a collection but for further collections, which are counted as left."""
    if not isinstance(parts, list) or not parts:
        tally.left(what, 1, "without geometry", "沒有幾何")
        return []
    flat = [part for part in parts if not (isinstance(part, Mapping) and part.get("type") == "GeometryCollection")]
    tally.left(what, len(parts) - len(flat), "a collection within a collection", "巢狀的幾何集合")
    return flat


def _parts(kind: str, coordinates: Json) -> list[Json]:
    """Return the simple parts of a geometry, each as a list of rings; a point is a ring of one."""
    if kind == "Point":
        return [[[coordinates]]]
    if kind == "LineString":
        return [[coordinates]]
    if kind == "Polygon":
        return [coordinates]
    if not isinstance(coordinates, list):
        return [None]
    if kind == "MultiPoint":
        return [[[point]] for point in coordinates]
    return [[line] for line in coordinates] if kind == "MultiLineString" else coordinates


def _simple(kind: str, rings: list[Array], what: str, tally: Tally) -> Iterator[BaseGeometry]:
    if kind.endswith("Point"):
        yield shapely.Point(rings[0][0])
    elif kind.endswith("LineString"):
        if len(rings[0]) < 2 or not np.any(np.ptp(rings[0], axis=0) > 0.0):
            tally.left(what, 1, "a line of one point", "只有一點的線")
        else:
            yield shapely.LineString(rings[0])
    else:
        yield from _polygon(rings, what, tally)


def _polygon(rings: list[Array], what: str, tally: Tally) -> Iterator[BaseGeometry]:
    if len(np.unique(rings[0], axis=0)) < 3:
        tally.left(what, 1, "a polygon of fewer than three corners", "少於三個角的多邊形")
        return
    holes = [ring for ring in rings[1:] if len(np.unique(ring, axis=0)) >= 3]
    shape = shapely.Polygon(rings[0], holes)
    if shape.is_valid:
        yield shape
        return
    parts = polygons_in(shapely.make_valid(shape)) if len(rings[0]) <= MAX_MENDED else []
    if not 0 < len(parts) <= MAX_PARTS:
        tally.left(what, 1, "a polygon that crosses itself too often", "自我交叉過多的多邊形")
        return
    tally.guessed(what, 1, "crosses itself: mended", "多邊形自我交叉，已修正")
    yield from parts


def array_of(positions: Json) -> Array | None:
    """Return positions as an array (n, 2), heights left out; None where one is no pair of finite numbers.

    >>> array_of([[1, 2], [3, 4, 5]]), array_of([[1, "2"]]), array_of([[1, float("nan")]])
    (array([[1., 2.],
           [3., 4.]]), None, None)
    """
    if not isinstance(positions, list) or not positions:
        return None
    pairs = []
    for position in positions:
        if not isinstance(position, list) or len(position) < 2:
            return None
        x, y = position[0], position[1]
        if type(x) not in (int, float) or type(y) not in (int, float):
            return None
        pairs.append((x, y))
    try:
        found = np.array(pairs, dtype=np.float64)
    except OverflowError:
        return None
    return found if np.all(np.isfinite(found)) and np.all(np.abs(found) <= MAX_COORDINATE) else None
