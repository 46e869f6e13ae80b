"""From parts of a foreign drawing to a checked site: plain records, lifted and numbered, with every fault at once."""

from collections.abc import Iterable, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.geojson_text import MAX_FAULTS
from wifiplan.files.json_input import Json
from wifiplan.files.site import check_site
from wifiplan.files.site_shapes import MIN_ROOM_M2
from wifiplan.site.building import Point, Site

Ring = tuple[Point, ...]

NECK_M = 0.005
"""Parts of a room that hang together by less than twice this are not one room [m]."""


def checked(plain: Mapping[str, Json], *, where: str) -> Site:
    """Return the site that plain records describe, as in a site file.

    Raises
    ------
    DrawingError
        The drawing makes no sound site; all faults at once, by their place in the site it would be.
    """
    site, faults = check_site(dict(plain))
    if site is None or faults:
        raise DrawingError(
            f"what the file describes is no sound building ({len(faults)} fault{'s' if len(faults) > 1 else ''})",
            remedy="correct these things in the program that made the file",
            where=where,
            faults=faults[:MAX_FAULTS],
            zh=(f"檔案內容不是合理的建築（{len(faults)} 處）", "請在原來的軟體修正後重新匯出"),
        )
    return site


def ring_of(shape: shapely.Polygon) -> Ring:
    """Return the corners of a shape's outer ring, to a tenth of a millimetre, without the closing one."""
    corners = [(round(x, 4), round(y, 4)) for x, y in shape.exterior.coords[:-1]]
    return tuple(corner for n, corner in enumerate(corners) if corner != corners[n - 1])


def sound_ring(shape: shapely.Polygon) -> Ring | None:
    """Return the corners of a shape's outer ring so that it is still a simple polygon when they are rounded.

    Necks of a few millimetres are cut off; None where nothing of a room's size is left.

    >>> neck = shapely.box(0, 0, 4, 3).union(shapely.box(4, 1, 5, 1.00002)).union(shapely.box(5, 0, 7, 3))
    >>> shapely.Polygon(sound_ring(neck)).is_valid
    True
    """
    shrunk = sorted(polygons_in(shape.buffer(-NECK_M, join_style="mitre")), key=lambda part: -part.area)
    for tried in (shape, *shrunk[:1]):
        best = shape if tried is shape else tried.buffer(NECK_M, join_style="mitre")
        ring = ring_of(max(polygons_in(best), key=lambda part: part.area))
        if len(ring) >= 3 and (rounded := shapely.Polygon(ring)).is_valid and rounded.area >= MIN_ROOM_M2:
            return ring
    return None


def sound_shape(ring: Sequence[Point]) -> tuple[shapely.Polygon | None, bool]:
    """Return a ring as a valid polygon of a room's size, the largest part where it crosses itself, and whether it did.

    >>> shape, mended = sound_shape([(0, 0), (4, 4), (4, 0), (0, 4)])
    >>> shape.area, mended
    (4.0, True)
    """
    if len(set(ring)) < 3:
        return None, False
    shape = shapely.Polygon(ring)
    mended = not shape.is_valid
    if mended:
        shape = max(polygons_in(shapely.make_valid(shape)), key=lambda one: one.area, default=shapely.Polygon())
    return (shape, mended) if shape.area >= MIN_ROOM_M2 else (None, mended)


def polygons_in(shape: BaseGeometry) -> list[shapely.Polygon]:
    """Return the polygons that a geometry consists of; lines and points are passed over."""
    found: list[shapely.Polygon] = []
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            found.append(part)
        elif isinstance(part, shapely.MultiPolygon | shapely.GeometryCollection):
            found.extend(polygons_in(part))
    return found


def unique(names: Iterable[str]) -> list[str]:
    """Return names as ids: blank ones are numbered, and none is there twice.

    >>> unique(["AP", "", "AP", "AP-2"])
    ['AP', '2', 'AP-3', 'AP-2']
    """
    wanted = [name.strip() for name in names]
    used = {name for name in wanted if name}
    seen: set[str] = set()
    found = []
    for n, name in enumerate(wanted, 1):
        if name and name not in seen:
            seen.add(name)
            found.append(name)
            continue
        base = f"{name}-{n}" if name else str(n)
        while base in used:
            base += "'"
        used.add(base)
        seen.add(base)
        found.append(base)
    return found
