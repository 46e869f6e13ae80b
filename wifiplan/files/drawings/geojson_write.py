"""GeoJSON out: rooms, walls, outlines, holes, cabinets and access points of a site, each with our own record.

Coordinates are metres east and north of the site's south-west corner, or degrees where the writer is told where that
corner lies. A member `wifiplan` of the collection says which; that of a feature is its record in the site file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from wifiplan.errors import OutOfRangeError
from wifiplan.files.drawings.geojson_frame import degrees_at
from wifiplan.files.drawings.geojson_own import CLOCKWISE
from wifiplan.files.drawings.records import Account, Note
from wifiplan.files.json_input import Json
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.site import site_to_plain
from wifiplan.site.building import Point, Site
from wifiplan.site.network import AccessPoint

METRE_DIGITS = 4
DEGREE_DIGITS = 10
"""A hundredth of a millimetre: what is read back rounds to what was written."""

_Place: TypeAlias = Callable[[Iterable[Point]], list[list[float]]]


def write_geojson(
    path: Path | str, site: Site, access_points: Sequence[AccessPoint], *, anchor: Point | None = None
) -> Account:
    """Write a site and its access points as one GeoJSON file, every floor with its `level`.

    Parameters
    ----------
    path : Path or str
        Target.
    site : Site
        The building.
    access_points : sequence of AccessPoint
        What hangs there, or is planned to.
    anchor : (float, float) or None
        Longitude and latitude of the site's south-west corner [deg], its north up; None: coordinates stay in metres.

    Returns
    -------
    Account
        What was written and what was left.

    Raises
    ------
    OutOfRangeError
        The anchor is no place on Earth.
    OutputError
        The file cannot be written.

    Notes
    -----
    Source: RFC 7946. Metres are not what it asks for; programs that draw maps need the anchor.
    """
    if anchor is not None and not (-180.0 <= anchor[0] <= 180.0 and -85.0 <= anchor[1] <= 85.0):
        raise OutOfRangeError("the anchor is no longitude and latitude", remedy="give degrees, longitude first")
    write_text(Path(path), json_text(document(site, access_points, anchor=anchor)))
    return _account(site, access_points)


def document(site: Site, access_points: Sequence[AccessPoint], *, anchor: Point | None = None) -> dict[str, Json]:
    """Return a site as a GeoJSON FeatureCollection of plain values."""
    plain = site_to_plain(replace(site, access_points=tuple(access_points)))
    head = {key: value for key, value in plain.items() if key not in {"floors", "access_points"}}
    place = _placer(anchor)
    features = [feature for floor in plain.get("floors", ()) for feature in _floor(floor, place)]
    features += [_access_point(one, place) for one in plain.get("access_points", ())]
    own = {
        "unit": "m" if anchor is None else "deg",
        "anchor": None if anchor is None else list(anchor),
        "site": head,
        "floors": [_rest(floor, "rooms", "walls", "outline", "voids", "cabinets") for floor in plain.get("floors", ())],
    }
    return {"type": "FeatureCollection", "name": site.name, "wifiplan": own, "features": features}


def _placer(anchor: Point | None) -> _Place:
    def metres(points: Iterable[Point]) -> list[list[float]]:
        return [[round(x, METRE_DIGITS), round(y, METRE_DIGITS)] for x, y in points]

    def degrees(points: Iterable[Point]) -> list[list[float]]:
        found = degrees_at(np.array(list(points), dtype=np.float64), anchor or (0.0, 0.0))
        return [[round(x, DEGREE_DIGITS), round(y, DEGREE_DIGITS)] for x, y in found.tolist()]

    return metres if anchor is None else degrees


def _floor(floor: Mapping[str, Json], place: _Place) -> Iterable[dict[str, Json]]:
    level = floor["level"]
    if floor.get("outline"):
        yield _polygon("building_outline", level, floor["outline"], place, {})
    for room in floor.get("rooms", ()):
        said = {"name": room["name"], "use": room["use"], "wifiplan": _rest(room, "polygon")}
        yield _polygon("room", level, room["polygon"], place, said)
    for ring in floor.get("voids", ()):
        yield _polygon("floor_opening", level, ring, place, {})
    for wall in floor.get("walls", ()):
        said = {"material": wall["material"], "height": wall["top_m"], "min_height": wall.get("bottom_m", 0.0)}
        if "thickness_m" in wall:
            said["thickness"] = wall["thickness_m"]
        said["wifiplan"] = _rest(wall, "line")
        yield _feature(wall.get("kind", "wall"), level, "LineString", place(wall["line"]), said)
    for one in floor.get("cabinets", ()):
        said = {"name": one.get("name", one["id"]), "wifiplan": _rest(one, "x_m", "y_m")}
        yield _feature("cabinet", level, "Point", place([(one["x_m"], one["y_m"])])[0], said)


def _access_point(one: Mapping[str, Json], place: _Place) -> dict[str, Json]:
    said: dict[str, Json] = {"name": one.get("name", one["id"])}
    if "model" in one:
        said["model"] = one["model"]
    said["wifiplan"] = _rest(one, "x_m", "y_m")
    level = one.get("floor", 0)
    if "x_m" not in one or "y_m" not in one:
        return _feature("access_point", level, "", None, said)
    return _feature("access_point", level, "Point", place([(one["x_m"], one["y_m"])])[0], said)


def _feature(kind: str, level: int, form: str, coordinates: Json, said: Mapping[str, Json]) -> dict[str, Json]:
    geometry = {"type": form, "coordinates": coordinates} if form else None
    return {"type": "Feature", "geometry": geometry, "properties": {"type": kind, "level": level, **said}}


def _polygon(
    kind: str, level: int, points: Sequence[Point], place: _Place, said: Mapping[str, Json]
) -> dict[str, Json]:
    """Return a polygon whose ring runs counterclockwise, as RFC 7946 asks; ours run either way, which is noted."""
    turn = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True))
    ring = list(points) if turn > 0.0 else [points[0], *reversed(points[1:])]
    noted = {} if turn > 0.0 else {CLOCKWISE: True}
    return _feature(kind, level, "Polygon", [place([*ring, ring[0]])], {**said, **noted})


def _rest(record: Mapping[str, Json], *keys: str) -> dict[str, Json]:
    return {key: value for key, value in record.items() if key not in keys}


def _account(site: Site, access_points: Sequence[AccessPoint]) -> Account:
    floors = site.floors
    took = [
        Note(what="floors", count=len(floors)),
        Note(what="walls", count=sum(len(floor.walls) for floor in floors)),
        Note(what="rooms", count=sum(len(floor.rooms) for floor in floors)),
        Note(what="access points", count=len(access_points)),
    ]
    n_pictures = sum(floor.underlay is not None for floor in floors)
    detail = "the picture itself is not written; its name and scale are kept for our own reader"
    left = [Note(what="underlay", count=n_pictures, detail=detail, zh="未寫入底圖檔案")] if n_pictures else []
    return Account(took=tuple(took), left=tuple(left))
