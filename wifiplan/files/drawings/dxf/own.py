"""Our own export read back: walls with their heights, rooms, cabinets, access points, also where they were moved."""

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import shapely
from ezdxf.document import Drawing
from ezdxf.entities.insert import Insert
from ezdxf.entities.lwpolyline import LWPolyline

from wifiplan.catalog.antennas import Mount
from wifiplan.catalog.materials import materials
from wifiplan.files.drawings.dxf.texts import plain
from wifiplan.files.drawings.dxf.writer import GAP_M
from wifiplan.files.drawings.dxf.writer_blocks import AP_BLOCK, CABINET_BLOCK, FLOOR_BLOCK, ROOM_BLOCK
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Note
from wifiplan.site.building import Cabinet, Floor, Point, Room, RoomUse, Site, Wall, WallKind
from wifiplan.site.network import BANDS, AccessPoint, Radio

_KINDS: Mapping[str, WallKind] = {kind.upper(): kind for kind in get_args(WallKind)}
_USES: Mapping[str, RoomUse] = {use: use for use in get_args(RoomUse)}
_MOUNTS: Mapping[str, Mount] = {mount: mount for mount in get_args(Mount)}
FAR_M = 1e7
MARGIN_M = GAP_M / 2
LEAST_M = 0.01
MOST_M = 100.0
"""No wall is higher or thicker."""


@dataclass(slots=True, kw_only=True)
class _Bag:
    """What was found on one floor: its attributes, where its origin lies in the drawing, its reach west to east."""

    tags: Mapping[str, str]
    shift: Point
    span: tuple[float, float]
    walls: list[Wall] = field(default_factory=list)
    rings: list[tuple[Point, ...]] = field(default_factory=list)
    outline: tuple[Point, ...] | None = None
    names: list[tuple[Point, Mapping[str, str]]] = field(default_factory=list)
    cabinets: list[Cabinet] = field(default_factory=list)
    access_points: list[tuple[Point, Mapping[str, str]]] = field(default_factory=list)

    def at(self, x: float, y: float) -> Point:
        return (round(x - self.shift[0], 4), round(y - self.shift[1], 4))


def read_own(doc: Drawing, path: Path, options: ImportOptions) -> Imported | None:
    """Return the site of a drawing that `write_dxf` made; None: it is none, or the user knows better."""
    if options.unit_m not in {None, 1.0} or options.layers:
        return None
    bags = [
        _bag(one) for one in doc.modelspace().query("INSERT") if isinstance(one, Insert) and one.dxf.name == FLOOR_BLOCK
    ]
    found = sorted((bag for bag in bags if bag is not None), key=lambda bag: float(bag.tags["LEVEL"]))
    if not found or len({bag.tags["LEVEL"] for bag in found}) < len(bags):
        return None
    left: Counter[str] = Counter()
    for entity in doc.modelspace():
        taken = False
        if isinstance(entity, LWPolyline):
            taken = _line(entity, found)
        elif isinstance(entity, Insert):
            taken = _block(entity, found)
        if not taken:
            left[entity.dxftype()] += 1
    return _imported(found, path, options, left) if any(bag.walls for bag in found) else None


def _bag(title: Insert) -> _Bag | None:
    tags, at = _tags(title), title.dxf.insert
    west, east = _number(tags.get("WEST")), _number(tags.get("EAST"))
    known = all(_number(tags.get(name)) is not None for name in ("LEVEL", "ELEVATION", "HEIGHT"))
    if west is None or east is None or not known or not max(abs(at.x), abs(at.y)) < FAR_M:
        return None
    return _Bag(tags=tags, shift=(at.x, at.y), span=(at.x + west - MARGIN_M, at.x + east + MARGIN_M))


def _tags(block: Insert) -> dict[str, str]:
    return {attrib.dxf.tag: plain(attrib.dxf.text) for attrib in block.attribs}


def _number(text: str | None) -> float | None:
    """Return a finite number of reasonable size, or None."""
    try:
        value = float((text or "").removesuffix(" m"))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < FAR_M else None


def _of(bags: Sequence[_Bag], points: Sequence[Point]) -> _Bag | None:
    """Return the floor that holds all of some points."""
    return next(
        (bag for bag in bags if all(bag.span[0] <= x <= bag.span[1] and abs(y) < FAR_M for x, y in points)), None
    )


def _line(entity: LWPolyline, bags: Sequence[_Bag]) -> bool:
    """Take a wall, a room's outline or a floor's; return whether it was one."""
    corners = [(float(x), float(y)) for x, y in entity.get_points("xy")]
    bag = _of(bags, corners)
    layer = entity.dxf.layer
    if bag is None or len(corners) < 2:
        return False
    points = tuple(bag.at(x, y) for x, y in corners)
    if layer == "ROOM":
        bag.rings.append(points)
        return True
    if layer == "ROOM-FLOOR-OUTLINE":
        bag.outline = points
        return True
    kind, _, name = layer.removeprefix("HIGH-").removeprefix("LOW-").partition("-")
    material = next((known for known in materials() if known.replace(":", "_") == name), None)
    bottom, high = float(entity.dxf.get("elevation", 0.0)), float(entity.dxf.get("thickness", 0.0))
    if kind not in _KINDS or material is None or not (0 <= bottom < MOST_M and 0 < high < MOST_M):
        return False
    thick = float(entity.dxf.get("const_width", 0.0))
    for a, b in itertools.pairwise(points):
        if math.dist(a, b) >= LEAST_M:
            bag.walls.append(
                Wall(
                    line=(a, b),
                    material=material,
                    kind=_KINDS[kind],
                    bottom_m=round(bottom, 3),
                    top_m=round(bottom + high, 3),
                    thickness_m=round(thick, 4) if 0 < thick < MOST_M else None,
                )
            )
    return True


def _block(entity: Insert, bags: Sequence[_Bag]) -> bool:
    """Take a room's name, a cabinet or an access point; return whether it was one."""
    at = (float(entity.dxf.insert.x), float(entity.dxf.insert.y))
    bag = _of(bags, [at])
    if bag is None:
        return False
    here, tags = bag.at(*at), _tags(entity)
    if entity.dxf.name == ROOM_BLOCK:
        bag.names.append((here, tags))
    elif entity.dxf.name == AP_BLOCK:
        bag.access_points.append((here, tags))
    elif entity.dxf.name == CABINET_BLOCK:
        ident = tags.get("ID") or f"C{len(bag.cabinets) + 1}"
        name = tags.get("NAME", "")
        bag.cabinets.append(Cabinet(id=ident, x_m=here[0], y_m=here[1], name="" if name == ident else name))
    return entity.dxf.name in {ROOM_BLOCK, AP_BLOCK, CABINET_BLOCK, FLOOR_BLOCK}


def _rooms(bag: _Bag) -> tuple[Room, ...]:
    """Return the rooms of a floor: outlines with the names that stand in them, the smallest outline first."""
    names = list(bag.names)
    shapes = [(shapely.Polygon(ring), n) for n, ring in enumerate(bag.rings) if len(ring) > 2]
    named: dict[int, Mapping[str, str]] = {}
    for shape, n in sorted(shapes, key=lambda one: one[0].area):
        inside = next((one for one in names if shape.intersects(shapely.Point(one[0]))), None)
        if inside is not None and shape.is_valid and shape.area > 0:
            named[n] = inside[1]
            names.remove(inside)
    return tuple(
        Room(
            id=tags.get("ID") or f"R{n + 1}",
            name=tags.get("NAME") or tags.get("ID") or f"R{n + 1}",
            use=_USES.get(tags.get("USE", ""), "other"),
            polygon=bag.rings[n],
            block=tags.get("BLOCK") or None,
            inventory_id=tags.get("INVENTORY_ID") or None,
            class_size=_size(tags.get("CLASS_SIZE")),
        )
        for n, tags in sorted(named.items())
    )


def _size(text: str | None) -> int | None:
    value = _number(text or None)
    return int(value) if value is not None and value >= 1 else None


def _access_point(at: Point, tags: Mapping[str, str], level: int, n: int) -> AccessPoint:
    parts = [[part.strip() for part in tags.get(name, "").split("/")] for name in ("BAND", "CHANNEL", "WIDTH", "EIRP")]
    radios = []
    for band in BANDS:
        for k, one in enumerate(parts[0]):
            if one == band:
                channel, width, eirp = (_number(part[k]) if k < len(part) else None for part in parts[1:])
                radios.append(Radio(band=band, channel=_whole(channel), width_mhz=_whole(width), eirp_dbm=eirp))
    ident = tags.get("ID") or f"AP{n}"
    return AccessPoint(
        id=ident,
        name="" if tags.get("NAME") == ident else tags.get("NAME", ""),
        floor=level,
        x_m=at[0],
        y_m=at[1],
        z_m=_number(tags.get("HEIGHT")),
        model=tags.get("MODEL") or None,
        radios=tuple(radios),
        cabinet=tags.get("CABINET") or None,
        mount=_MOUNTS.get(tags.get("MOUNT", ""), "ceiling"),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _imported(bags: Sequence[_Bag], path: Path, options: ImportOptions, left: Counter[str]) -> Imported:
    floors = tuple(
        Floor(
            level=int(float(bag.tags["LEVEL"])),
            elevation_m=float(bag.tags["ELEVATION"]),
            height_m=float(bag.tags["HEIGHT"]),
            name=bag.tags.get("NAME", ""),
            outline=bag.outline,
            rooms=_rooms(bag),
            walls=tuple(bag.walls),
            cabinets=tuple(bag.cabinets),
        )
        for bag in bags
    )
    access_points = tuple(
        _access_point(at, tags, floor.level, n)
        for bag, floor in zip(bags, floors, strict=True)
        for n, (at, tags) in enumerate(bag.access_points, start=1)
    )
    site = Site(
        name=options.name or bags[0].tags.get("SITE") or path.stem,
        floors=floors,
        access_points=access_points,
    )
    counts = {
        "walls": sum(len(floor.walls) for floor in floors),
        "rooms": sum(len(floor.rooms) for floor in floors),
        "cabinets": sum(len(floor.cabinets) for floor in floors),
        "access points": len(access_points),
    }
    took = tuple(
        Note(what=what, count=n, detail="of a drawing by wifiplan", zh="本程式匯出的圖")
        for what, n in counts.items()
        if n
    )
    rest = tuple(
        Note(what=kind, count=n, detail="added to the export", zh="匯出後另外加上的圖元")
        for kind, n in sorted(left.items())
    )
    return Imported(site=site, account=Account(took=took, left=rest), origin_m=bags[0].shift)
