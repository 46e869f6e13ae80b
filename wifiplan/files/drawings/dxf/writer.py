"""DXF out: the plan for an installer, with access points as blocks on their own layer."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# the package gives it as ezdxf.options, which type checkers do not see
from ezdxf._options import options
from ezdxf.document import Drawing
from ezdxf.filemanagement import new

from wifiplan.files.drawings.dxf.writer_blocks import (
    AP_BLOCK,
    CABINET_BLOCK,
    FLOOR_BLOCK,
    ROOM_BLOCK,
    add_blocks,
    place,
)
from wifiplan.files.drawings.records import Account, Note
from wifiplan.files.output import write_bytes
from wifiplan.site.building import Floor, Point, Room, Site, Wall
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint

GAP_M = 12.0
"""Between floors side by side: wider than any gap within a plan, so that readers tell them apart."""
CUT_M = 1.2
"""A plan shows what is cut at this height: windows rather than the walls below and above them."""
_COLOURS = {"wall": 7, "parapet": 8, "door": 30, "window": 4}


def write_dxf(path: Path, site: Site, access_points: Sequence[AccessPoint], *, lang: str = "zh-TW") -> Account:
    """Write a site as a DXF of 2010 in metres, floors side by side from west to east.

    Every piece of wall is a polyline as broad as the wall is thick (0: the material's usual thickness), on the layer of
    its kind and material (WALL-brick, WINDOW-glass), with its height as elevation and thickness, so that it reads back
    as it was; pieces above and below the cut are on layers HIGH- (off) and LOW-. Rooms are outlines on ROOM with
    their names on ROOM-NAME; access points are blocks on WIFI-AP with name, model, channels and height.

    Parameters
    ----------
    path : Path
        The file.
    site : Site
        The building.
    access_points : sequence of AccessPoint
        Those to be shown, with positions or at least rooms.
    lang : str
        Language of titles: "zh-TW" or "en".

    Returns
    -------
    Account
        What was written, and what has no place in a DXF.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with _no_clock():
        doc = new("R2010")
    doc.header["$INSUNITS"] = 6
    doc.header["$MEASUREMENT"] = 1
    add_blocks(doc)
    counts: Counter[str] = Counter()
    east, north = 0.0, 0.0
    for floor in sorted(site.floors, key=lambda one: one.level):
        low, high = _extent(floor)
        shift = (round(east - low[0], 3), round(-low[1], 3))
        values = {
            "TITLE": _title(site, floor, lang),
            "SITE": site.name,
            "LEVEL": str(floor.level),
            "NAME": floor.name,
            "ELEVATION": f"{floor.elevation_m:g}",
            "HEIGHT": f"{floor.height_m:g}",
            "WEST": f"{low[0]:.3f}",
            "EAST": f"{high[0]:.3f}",
        }
        place(doc.modelspace(), FLOOR_BLOCK, shift, _layer(doc, "TITLE", 7), values)
        _floor(doc, floor, [ap for ap in access_points if ap.floor == floor.level], shift, counts)
        east, north = east + high[0] - low[0] + GAP_M, max(north, high[1] - low[1])
    doc.header["$EXTMIN"] = (0.0, 0.0, 0.0)
    doc.header["$EXTMAX"] = (max(0.0, east - GAP_M), north, 0.0)
    stream = io.StringIO()
    with _no_clock():
        doc.write(stream)
    write_bytes(path, stream.getvalue().encode("utf-8"))
    return _account(site, counts)


@contextmanager
def _no_clock() -> Iterator[None]:
    """Keep the time and random numbers out of what ezdxf writes: the same plan gives the same bytes."""
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _title(site: Site, floor: Floor, lang: str) -> str:
    if lang == "zh-TW":
        return f"{site.name} {floor.name or f'{floor.level + 1}樓'} 無線網路平面圖"
    return f"{site.name}, {floor.name or f'level {floor.level}'}: Wi-Fi plan"


def _extent(floor: Floor) -> tuple[Point, Point]:
    points = [point for wall in floor.walls for point in wall.line]
    points += [point for room in floor.rooms for point in room.polygon]
    points += list(floor.outline or ())
    if not points:
        return (0.0, 0.0), (0.0, 0.0)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _floor(
    doc: Drawing, floor: Floor, access_points: Sequence[AccessPoint], shift: Point, counts: Counter[str]
) -> None:
    space = doc.modelspace()
    for wall in floor.walls:
        _wall(doc, wall, shift)
        counts[wall.kind] += 1
    if floor.outline:
        ring = [_moved(point, shift) for point in floor.outline]
        space.add_lwpolyline(ring, close=True, dxfattribs={"layer": _layer(doc, "ROOM-FLOOR-OUTLINE", 8)})
    for room in floor.rooms:
        _room(doc, room, shift)
        counts["room"] += 1
    for cabinet in floor.cabinets:
        at = _moved((cabinet.x_m, cabinet.y_m), shift)
        values = {"NAME": cabinet.name or cabinet.id, "ID": cabinet.id}
        place(space, CABINET_BLOCK, at, _layer(doc, "WIFI-CABINET", 6), values)
        counts["cabinet"] += 1
    for ap in access_points:
        counts["ap" if _access_point(doc, ap, floor, shift) else "ap without place"] += 1


def _wall(doc: Drawing, wall: Wall, shift: Point) -> None:
    band = "LOW-" if wall.top_m <= CUT_M else "HIGH-" if wall.bottom_m >= CUT_M else ""
    layer = _layer(doc, f"{band}{wall.kind.upper()}-{wall.material.replace(':', '_')}", _COLOURS[wall.kind])
    if band == "HIGH-":
        doc.layers.get(layer).off()
    line = doc.modelspace().add_lwpolyline([_moved(p, shift) for p in wall.line], dxfattribs={"layer": layer})
    line.dxf.const_width = wall.thickness_m or 0.0
    line.dxf.elevation = wall.bottom_m
    line.dxf.thickness = wall.top_m - wall.bottom_m


def _room(doc: Drawing, room: Room, shift: Point) -> None:
    space = doc.modelspace()
    ring = [_moved(point, shift) for point in room.polygon]
    space.add_lwpolyline(ring, close=True, dxfattribs={"layer": _layer(doc, "ROOM", 9)})
    values = {
        "NAME": room.name,
        "ID": room.id,
        "USE": room.use,
        "CLASS_SIZE": "" if room.class_size is None else str(room.class_size),
        "BLOCK": room.block or "",
        "INVENTORY_ID": room.inventory_id or "",
    }
    place(space, ROOM_BLOCK, _moved(centroid(room.polygon), shift), _layer(doc, "ROOM-NAME", 3), values)


def _access_point(doc: Drawing, ap: AccessPoint, floor: Floor, shift: Point) -> bool:
    """Put an access point where it hangs, or in the middle of its room; return whether it has a place."""
    if ap.x_m is not None and ap.y_m is not None:
        at = (ap.x_m, ap.y_m)
    else:
        room = next((room for room in floor.rooms if room.id == ap.room_id), None)
        if room is None:
            return False
        at = centroid(room.polygon)
    radios = ap.radios
    values = {
        "NAME": ap.name or ap.id,
        "ID": ap.id,
        "MODEL": ap.model or "",
        "CHANNEL": " / ".join("?" if one.channel is None else str(one.channel) for one in radios),
        "BAND": " / ".join(one.band for one in radios),
        "WIDTH": " / ".join("?" if one.width_mhz is None else str(one.width_mhz) for one in radios),
        "EIRP": " / ".join("?" if one.eirp_dbm is None else f"{one.eirp_dbm:g}" for one in radios),
        "HEIGHT": "" if ap.z_m is None else f"{ap.z_m:g} m",
        "MOUNT": ap.mount,
        "ROOM": ap.room_id or "",
        "CABINET": ap.cabinet or "",
    }
    place(doc.modelspace(), AP_BLOCK, _moved(at, shift), _layer(doc, "WIFI-AP", 1), values)
    return True


def _layer(doc: Drawing, name: str, colour: int) -> str:
    if name not in doc.layers:
        doc.layers.add(name, color=colour)
    return name


def _moved(point: Point, shift: Point) -> Point:
    return (round(point[0] + shift[0], 4), round(point[1] + shift[1], 4))


def _account(site: Site, counts: Counter[str]) -> Account:
    names = {
        "wall": ("walls", "牆"), "door": ("doors", "門"), "window": ("windows", "窗"), "parapet": ("parapets", "矮牆"),
        "room": ("rooms", "房間"), "cabinet": ("cabinets", "機櫃"), "ap": ("access points", "無線基地臺"),
    }  # fmt: skip
    floors = site.floors
    losses = sum(
        any(loss is not None for loss in (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db))
        for floor in floors
        for wall in floor.walls
    )
    took = [Note(what=en, count=counts[key], detail="written", zh=f"{zh}已寫入") for key, (en, zh) in names.items()]
    left = [
        ("losses of walls", losses, "a drawing holds the material only", "圖上只寫材質，不寫衰減值"),
        ("access points", counts["ap without place"], "have neither a position nor a room", "沒有位置，也沒有所在房間"),
        ("underlays", sum(f.underlay is not None for f in floors), "pictures are not written", "底圖不寫入"),
        ("voids", sum(len(f.voids) for f in floors), "openings of slabs are not written", "樓板開口不寫入"),
        ("spots", len(site.spots), "locked and forbidden places are not written", "鎖定、禁用位置不寫入"),
    ]
    return Account(
        took=tuple(note for note in took if note.count),
        left=tuple(Note(what=what, count=n, detail=en, zh=zh) for what, n, en, zh in left if n),
    )
