"""Degrees or metres: in which frame a GeoJSON drawing is, and the way from there to a plane in metres, north up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wifiplan.errors import ScaleError
from wifiplan.files.json_input import Json

Array = NDArray[np.float64]

AXIS_M, FLATTENING = 6_378_137.0, 1.0 / 298.257223563
"""WGS84's ellipsoid [NIMA TR8350.2]."""

MAX_SPAN_M = 5000.0
"""A drawing of one building, or of a school with its grounds, is smaller; in degrees it spans less than 0.05."""
MIN_SPAN_M = 1.0

_METRIC_EPSG = frozenset(
    {3825, 3826, 3827, 3828, 27700, 2154, 31370, 28992, *range(32601, 32761), *range(25828, 25839)}
)
"""Projected systems in metres: Taiwan's TM2, UTM, and some national grids [EPSG registry]."""
_DEGREE_EPSG = frozenset({4326, 4258, 3824, 4269, 4979, 84})
_MERCATOR_EPSG = frozenset({3857, 900913, 3785, 102100})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The way from a drawing's coordinates to metres: `kind` "degrees", "mercator" or "plane".

    `origin` is the point of tangency (longitude, latitude), or the corner that a plane is counted from; `unit_m` metres
    a unit of a plane; `swapped` says that latitude comes first. `grounds` says why, `zh` in Chinese.
    """

    kind: str
    origin: tuple[float, float] = (0.0, 0.0)
    unit_m: float = 1.0
    swapped: bool = False
    grounds: str = ""
    zh: str = ""
    sure: bool = True

    def metres(self, points: Array) -> Array:
        """Return points (n, 2) of the drawing in metres, x east and y north."""
        if self.kind == "plane":
            return np.asarray((points - np.asarray(self.origin)) * self.unit_m)
        if self.kind == "mercator":
            points = _from_mercator(points)
        elif self.swapped:
            points = points[:, ::-1]
        return tangent_m(points, self.origin)

    def place_m(self, corner_m: tuple[float, float]) -> tuple[float, float]:
        """Return a point in metres of the drawing's own frame: a plane is counted from its own origin."""
        if self.kind != "plane":
            return corner_m
        return corner_m[0] + self.origin[0] * self.unit_m, corner_m[1] + self.origin[1] * self.unit_m


def frame_of(bounds: Array, *, crs: str, unit_m: float | None, said_m: float | None, where: str) -> Frame:
    """Return the frame of coordinates within `bounds` (west, south, east, north), as said or by evidence.

    Parameters
    ----------
    bounds : ndarray, shape (4,)
        Of all coordinates, in the drawing's own unit.
    crs : str
        What the file says of its coordinate system, "" for nothing.
    unit_m : float or None
        Metres a unit, by the user: then the drawing is a plane.
    said_m : float or None
        Metres a unit, by the file.
    where : str
        The file, for messages.

    Raises
    ------
    ScaleError
        Neither degrees of a building nor a system in metres: only a person can say how large a unit is.
    """
    west, south, east, north = (float(value) for value in bounds)
    corner = (west, south)
    if unit_m is not None:
        told = f"{unit_m:g} m a unit, as given"
        return _sized(
            Frame(kind="plane", origin=corner, unit_m=unit_m, grounds=told, zh="依使用者所給單位"), bounds, where
        )
    if said_m is not None:
        told = f"{said_m:g} m a unit, as the file says"
        return _sized(
            Frame(kind="plane", origin=corner, unit_m=said_m, grounds=told, zh="依檔案所記單位"), bounds, where
        )
    code = int(found[-1]) if (found := re.findall(r"\d+", crs.rpartition(":")[2] or crs)) else 0
    if code in _MERCATOR_EPSG:
        centre = _from_mercator(np.array([[(west + east) / 2, (south + north) / 2]]))[0]
        told = "Web Mercator, as the file says"
        return Frame(kind="mercator", origin=(float(centre[0]), float(centre[1])), grounds=told, zh="Web Mercator 座標")
    if code in _METRIC_EPSG:
        told = f"metres of EPSG:{code}, as the file says"
        return _sized(Frame(kind="plane", origin=corner, grounds=told, zh=f"EPSG:{code}，單位公尺"), bounds, where)
    said = code in _DEGREE_EPSG or "CRS84" in crs.upper()
    degrees = _degrees(bounds, said=said)
    if degrees is None:
        raise _no_scale(bounds, crs, where)
    return degrees


def _degrees(bounds: Array, *, said: bool) -> Frame | None:
    """Return the frame of a drawing in degrees; None where no building spans so many."""
    for swapped in (False, True):
        west, south, east, north = (bounds[[1, 0, 3, 2]] if swapped else bounds).tolist()
        if not (-360.0 <= west <= east <= 360.0 and -90.0 <= south <= north <= 90.0):
            continue
        centre = ((west + east) / 2, (south + north) / 2)
        span = tangent_m(np.array([[west, south], [east, north]]), centre)
        size_m = float(np.hypot(*(span[1] - span[0])))
        if MIN_SPAN_M <= size_m <= MAX_SPAN_M and (east - west) < 1.0:
            why = "degrees, as the file says" if said else f"degrees: the drawing spans {size_m:.0f} m then"
            zh = "經緯度座標"
            if swapped:
                why, zh = "degrees with the latitude first: no latitude is beyond 90", "經緯度座標，緯度在前"
            return Frame(kind="degrees", origin=centre, swapped=swapped, grounds=why, zh=zh, sure=not swapped)
    return None


def _sized(frame: Frame, bounds: Array, where: str) -> Frame:
    size_m = float(np.hypot(bounds[2] - bounds[0], bounds[3] - bounds[1])) * frame.unit_m
    if not MIN_SPAN_M <= size_m <= MAX_SPAN_M:
        raise ScaleError(
            f"with {frame.grounds} the drawing would span {size_m:,.4g} m, which no school does",
            remedy="give the metres of one unit of the drawing",
            where=where,
            zh=(f"依此單位圖面將達 {size_m:,.4g} 公尺，不合理", "請提供圖面一個單位的公尺數"),
        )
    return frame


def _no_scale(bounds: Array, crs: str, where: str) -> ScaleError:
    across, along = float(bounds[2] - bounds[0]), float(bounds[3] - bounds[1])
    said = f" (it says {crs[:60]})" if crs else ""
    return ScaleError(
        f"the coordinates span {across:,.6g} by {along:,.6g}: these are not degrees of a building, and the file does "
        f"not say how large a unit is{said}",
        remedy="give the metres of one unit of the drawing: 1 for metres, 0.001 for millimetres, 0.3048 for feet",
        where=where,
        zh=("座標不是建築物的經緯度，檔案也沒有說明單位", "請提供圖面一個單位的公尺數：公尺為 1，公釐為 0.001"),
    )


def tangent_m(degrees: Array, origin: tuple[float, float]) -> Array:
    """Return points (n, 2) of longitude and latitude [deg] in the plane that touches the ellipsoid at `origin` [m].

    x is east and y north. Source: the topocentric conversion of IOGP's guidance note 7-2, at height 0.

    >>> tangent_m(np.array([[121.0001, 25.0], [121.0, 25.0001]]), (121.0, 25.0)).round(3).tolist()
    [[10.095, 0.0], [-0.0, 11.077]]
    """
    lon0, lat0 = np.radians(origin[0]), np.radians(origin[1])
    delta = _geocentric(degrees) - _geocentric(np.array([origin]))
    east = -np.sin(lon0) * delta[:, 0] + np.cos(lon0) * delta[:, 1]
    north = (
        -np.sin(lat0) * np.cos(lon0) * delta[:, 0]
        - np.sin(lat0) * np.sin(lon0) * delta[:, 1]
        + np.cos(lat0) * delta[:, 2]
    )
    return np.column_stack([east, north])


def _geocentric(degrees: Array) -> Array:
    lon, lat = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    squared = FLATTENING * (2.0 - FLATTENING)
    radius = AXIS_M / np.sqrt(1.0 - squared * np.sin(lat) ** 2)
    return np.column_stack(
        [radius * np.cos(lat) * np.cos(lon), radius * np.cos(lat) * np.sin(lon), radius * (1.0 - squared) * np.sin(lat)]
    )


def _from_mercator(points: Array) -> Array:
    lon = np.degrees(points[:, 0] / AXIS_M)
    lat = np.degrees(2.0 * np.arctan(np.exp(np.clip(points[:, 1] / AXIS_M, -50.0, 50.0))) - np.pi / 2.0)
    return np.column_stack([lon, lat])


def crs_of(data: Mapping[str, Json]) -> str:
    """Return the name of a collection's coordinate system in its old `crs` member, "" where there is none."""
    crs = data.get("crs")
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else crs
    return name if isinstance(name, str) else ""


def unit_of(data: Mapping[str, Json]) -> float | None:
    """Return metres a unit where a collection has a member that says it, None where it does not.

    >>> unit_of({"units": "Millimeters"}), unit_of({"type": "FeatureCollection"})
    (0.001, None)
    """
    said = data.get("units", data.get("unit"))
    return _UNITS_M.get(said.strip().lower().rstrip("s")) if isinstance(said, str) else None


_UNITS_M = {
    **dict.fromkeys(("m", "metre", "meter", "公尺"), 1.0),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "公分"), 0.01),
    **dict.fromkeys(("mm", "millimetre", "millimeter", "公釐"), 0.001),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
    **dict.fromkeys(("in", "inch", "inche"), 0.0254),
}


def degrees_at(points_m: Array, origin: tuple[float, float]) -> Array:
    """Return longitude and latitude [deg] of points (n, 2) in the tangent plane at `origin` [m]: `tangent_m` undone.

    >>> degrees_at(tangent_m(np.array([[121.001, 25.002]]), (121.0, 25.0)), (121.0, 25.0)).round(9).tolist()
    [[121.001, 25.002]]
    """
    found = np.tile(np.asarray(origin, dtype=np.float64), (len(points_m), 1))
    lat = np.radians(origin[1])
    squared = FLATTENING * (2.0 - FLATTENING)
    across = AXIS_M / np.sqrt(1.0 - squared * np.sin(lat) ** 2)
    along = across * (1.0 - squared) / (1.0 - squared * np.sin(lat) ** 2)
    step = np.degrees([1.0 / (across * np.cos(lat)), 1.0 / along])
    for _ in range(_STEPS):
        found = found + (points_m - tangent_m(found, origin)) * step
    return found


_STEPS = 6
"""Each step leaves a thousandth of the error at the size of a school."""
