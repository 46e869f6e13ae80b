"""GeoJSON of our own back to the site it was: geometry from the features, everything else from our records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from wifiplan.errors import Fault
from wifiplan.files.drawings.geojson_features import features_in
from wifiplan.files.drawings.geojson_frame import Array, tangent_m
from wifiplan.files.drawings.geojson_shapes import array_of
from wifiplan.files.drawings.geojson_site import checked
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import number, refuse, text_of
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json

CLOCKWISE = "wifiplan_clockwise"
"""Set where a ring of the site runs the other way round than RFC 7946 asks."""
_WALLS = frozenset({"wall", "door", "window", "parapet"})
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a reading fills: plain floors by level, access points, counts, faults."""

    anchor: tuple[float, float] | None
    floors: dict[int, dict[str, Json]]
    tally: Tally
    points: list[dict[str, Json]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def is_ours(data: Mapping[str, Json]) -> bool:
    """Return whether a GeoJSON document is one that `write_geojson` made."""
    own = data.get("wifiplan")
    return isinstance(own, Mapping) and isinstance(own.get("site"), Mapping) and isinstance(own.get("floors"), list)


def read_own(data: Mapping[str, Json], path: Path, options: ImportOptions) -> Imported:
    """Return the site that `write_geojson` wrote; what another program added is counted as left.

    Raises
    ------
    DrawingError
        The file was changed so that it is no site any more; all faults at once.
    """
    own = data["wifiplan"]
    anchor = array_of([own.get("anchor")])
    floors = {int(level): dict(f) for f in own["floors"] if isinstance(f, Mapping) and (level := _level(f)) is not None}
    where = None if own.get("unit") == "m" or anchor is None else (float(anchor[0, 0]), float(anchor[0, 1]))
    read = _Read(anchor=where, floors=floors, tally=Tally())
    if own.get("unit") != "m" and anchor is None:
        read.faults.append(Fault(where="wifiplan.unit", problem='must be "m", or "deg" with an anchor'))
    for place, feature in features_in(data, where=path.name, faults=read.faults):
        _take(feature, place, read)
    refuse(read.faults, where=str(path))
    plain = {**own["site"], "format": 1, "floors": list(floors.values()), "access_points": read.points}
    if options.name:
        plain["name"] = options.name
    read.tally.took("floors", len(floors))
    return Imported(site=checked(plain, where=str(path)), account=read.tally.account())


def _level(record: Mapping[str, Json]) -> int | None:
    level = number(record.get("level"))
    return None if level is None or not level.is_integer() else int(level)


def _take(feature: Mapping[str, Json], place: str, read: _Read) -> None:
    given = feature.get("properties")
    said = given if isinstance(given, Mapping) else {}
    kind, record = text_of(said.get("type")), said.get("wifiplan", {})
    level = _level(said)
    floor = None if level is None else read.floors.get(level)
    if floor is None or not isinstance(record, Mapping) or (kind not in _SHAPES and kind not in _WALLS):
        read.tally.left(kind or "features", 1, "not written by wifiplan, or on no floor of it", "非本程式寫入的圖形")
        return
    geometry = feature.get("geometry")
    if geometry is None and kind == "access_point":
        read.points.append(dict(record))
        read.tally.took(kind)
        return
    points = _points(geometry, "LineString" if kind in _WALLS else _SHAPES[kind], read.anchor)
    if points is None:
        read.faults.append(
            Fault(where=place, problem=f"the geometry of this {kind} is not what it was", remedy="undo it")
        )
        return
    if said.get(CLOCKWISE) is True:
        points = [points[0], *reversed(points[1:])]
    read.tally.took(kind)
    _put(kind, dict(record), points, floor, read)


_SHAPES = {
    "building_outline": "Polygon",
    "room": "Polygon",
    "floor_opening": "Polygon",
    "cabinet": "Point",
    "access_point": "Point",
}


def _points(geometry: Json, form: str, anchor: tuple[float, float] | None) -> list[list[float]] | None:
    if not isinstance(geometry, Mapping) or geometry.get("type") != form:
        return None
    given = geometry.get("coordinates")
    if form == "Polygon":
        given = given[0][:-1] if isinstance(given, list) and given and isinstance(given[0], list) else None
    array = array_of([given] if form == "Point" else given)
    if array is None or (form == "LineString" and len(array) != 2):
        return None
    found: list[list[float]] = _metres(array, anchor).round(DIGITS).tolist()
    return found


def _metres(array: Array, anchor: tuple[float, float] | None) -> Array:
    return array if anchor is None else np.asarray(tangent_m(array, anchor))


def _put(kind: str, record: dict[str, Json], points: list[list[float]], floor: dict[str, Json], read: _Read) -> None:
    if kind == "building_outline":
        floor["outline"] = points
    elif kind == "floor_opening":
        floor.setdefault("voids", []).append(points)
    elif kind == "room":
        floor.setdefault("rooms", []).append(record | {"polygon": points})
    elif kind == "cabinet":
        floor.setdefault("cabinets", []).append(record | {"x_m": points[0][0], "y_m": points[0][1]})
    elif kind == "access_point":
        read.points.append(record | {"x_m": points[0][0], "y_m": points[0][1]})
    else:
        floor.setdefault("walls", []).append(record | {"line": points})
