"""OpenIntent in: plans of Hamina and others, release 1.0 and 2.0, as one JSON document or a zip with its pictures."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.drawings.archives import Archive, ArchiveLimits, open_archive
from wifiplan.files.drawings.geojson_levels import elevations_m, levels_by_name
from wifiplan.files.drawings.geojson_site import checked, unique
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import MAX_BYTES, number, parse_json, read_json, refuse, text_of
from wifiplan.files.drawings.openintent_aps import access_points_of
from wifiplan.files.drawings.openintent_floor import FloorParts, floor_of, list_of
from wifiplan.files.drawings.openintent_scale import Scale, scale_of
from wifiplan.files.drawings.records import Imported, ImportOptions, Picture
from wifiplan.files.json_input import Json, printable

LIMITS = ArchiveLimits(max_entries=2000, max_entry_bytes=MAX_BYTES, max_total_bytes=600_000_000)
"""A design has one document and a picture a floor."""

MAX_PICTURES_BYTES = 200_000_000
"""All pictures together: they are held in memory until the site is written."""

MAX_FLOORS = 300

_KNOWN = frozenset(
    {
        *("accesspoints", "floorplans", "wall_materials", "wifiplan_site", "openintent_version"),
        *("accesspoint_version", "floorplan_version"),
    }
)
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A document, and the picture files that came with it by name."""

    data: Mapping[str, Json]
    images: Mapping[str, bytes]


def read_openintent(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read an OpenIntent document, or a zip that holds one.

    Parameters
    ----------
    path : Path or str
        `.json`, or `.zip` as Hamina exports it.
    options : ImportOptions or None
        `unit_m` is metres a pixel, and overrules the file; `material`, `height_m` and `name` fill what it lacks.

    Returns
    -------
    Imported
        Floors with walls, holes and closets, coverage areas as rooms, access points, and pictures under the floors.

    Raises
    ------
    DrawingError
        Not OpenIntent, or faulty: all faults at once.
    ScaleError
        A floor is given in pixels only.

    Notes
    -----
    Source: google/openintent, `oi-wifi.schema.json` of releases 1.0.0 and 2.0.0. The origin is the lower left corner.
    """
    path, options = Path(path), options or ImportOptions()
    tally = Tally()
    source = _unpacked(path, tally) if _is_zip(path) else _Source(data=read_json(path), images={})
    if not isinstance(source.data.get("floorplans"), list) or not source.data["floorplans"]:
        raise _not_openintent(str(path))
    return _read(source, path, options, tally)


def _read(source: _Source, path: Path, options: ImportOptions, tally: Tally) -> Imported:
    data, faults = source.data, list[Fault]()
    head = data.get("wifiplan_site")
    head = dict(head) if isinstance(head, Mapping) else {}
    parts = FloorParts(
        options=options,
        materials={text: m for _, m in list_of(data, "wall_materials", "", faults) if (text := str(m.get("name")))},
        shift_m=_shift(head.pop("origin_m", None)),
        tally=tally,
        country=text_of(head.get("country")) or "TW",
        faults=faults,
    )
    plans = list_of(data, "floorplans", "", faults)
    if len(plans) > MAX_FLOORS:
        faults.append(Fault(where="floorplans", problem=f"{len(plans):,} floors are more than any school has"))
        plans = []
    floors, scales, pictures = _floors(plans, source.images, parts)
    points = access_points_of(data, scales, parts)
    refuse(faults, where=str(path))
    _number(floors, points, tally)
    for key, value in data.items():
        if key not in _KNOWN and value not in (None, [], {}, ""):
            tally.left(text_of(key), len(value) if isinstance(value, list) else 1)
    name = options.name or text_of(head.get("name")) or _project(plans) or path.stem
    site = checked({"format": 1, **head, "name": name, "floors": floors, "access_points": points}, where=str(path))
    return Imported(site=site, account=tally.account(), pictures=pictures)


def _floors(
    plans: list[tuple[str, Mapping[str, Json]]], images: Mapping[str, bytes], parts: FloorParts
) -> tuple[list[dict[str, Json]], dict[str, tuple[int, Scale]], tuple[Picture, ...]]:
    floors: list[dict[str, Json]] = []
    scales: dict[str, tuple[int, Scale]] = {}
    pictures: list[Picture] = []
    levels = _levels(plans, parts.tally)
    for (place, plan), level in zip(plans, levels, strict=True):
        scale = scale_of(plan, parts.options, where=place, faults=parts.faults)
        if scale is None:
            continue
        if scale.unequal:
            told = "metres a pixel differ across and along by more than 2 %: that across holds"
            parts.tally.guessed("dimensions", 1, told, "橫向與縱向比例不同，以橫向為準")
        floor = floor_of(plan, scale, parts, where=place) | {"level": level}
        picture = _picture(plan, level, scale, images)
        if picture is not None and "underlay" not in floor:
            floor["underlay"] = {"picture": picture[0].name, "scale_m_per_px": picture[1]} | _corner(parts.shift_m)
            pictures.append(picture[0])
            parts.tally.took("map_uri")
        elif plan.get("map_uri"):
            parts.tally.left(
                "map_uri", 1, "the picture is not in the file, or is none that can be shown", "底圖不在檔案中"
            )
        scales[str(plan.get("name"))] = (level, scale)
        floors.append(floor)
        parts.tally.took("floorplans")
    heights = {floor["level"]: floor["height_m"] for floor in floors}
    for floor in floors:
        floor.setdefault("elevation_m", elevations_m(heights, parts.options.height_m)[floor["level"]])
    return floors, scales, tuple(pictures)


def _corner(shift_m: tuple[float, float]) -> dict[str, float]:
    return {"x_m": shift_m[0], "y_m": shift_m[1]}


def _levels(plans: list[tuple[str, Mapping[str, Json]]], tally: Tally) -> tuple[int, ...]:
    """Return the levels of floors: our own word, else their ids, else their names, else their order."""
    own = [plan.get("wifiplan_floor") for _, plan in plans]
    told = [number(one.get("level")) if isinstance(one, Mapping) else None for one in own]
    known = [int(level) for level in told if level is not None and level.is_integer()]
    if len(set(known)) == len(plans):
        return tuple(known)
    names = [text_of(plan.get("name")) for _, plan in plans]
    ids = [text_of(plan.get("floor_id")) for _, plan in plans]
    for words, where in ((names, "name"), (ids, "floor_id")):
        levels, sure = levels_by_name(words)
        if sure:
            tally.guessed("floorplans level", len(plans), f"by their {where}; 1F is level 0", "依名稱判定樓層")
            return levels
    tally.guessed(
        "floorplans level", len(plans), "in the order of the file, the first is level 0", "依檔案順序判定樓層"
    )
    return tuple(range(len(plans)))


def _number(floors: list[dict[str, Json]], points: list[dict[str, Json]], tally: Tally) -> None:
    """Give every room, closet and access point an id of its own, and rooms without a name a number."""
    rooms = [room for floor in floors for room in floor["rooms"]]
    wanted = [str(room.get("id") or room.get("name") or f"R{n}") for n, room in enumerate(rooms, 1)]
    for room, ident in zip(rooms, unique(wanted), strict=True):
        room["id"] = ident
        room["name"] = room.get("name") or ident
    cabinets = [c for floor in floors for c in floor.get("cabinets", ()) if isinstance(c, dict)]
    for cabinet, ident in zip(cabinets, unique(str(c.get("id") or "") for c in cabinets), strict=True):
        cabinet["id"] = ident
    idents = unique(str(p.get("id") or "") for p in points)
    doubles = sum(p.get("id") != ident for p, ident in zip(points, idents, strict=True))
    tally.guessed("accesspoints name", doubles, "blank or there twice: numbered", "名稱空白或重複，已編號")
    for point, ident in zip(points, idents, strict=True):
        point["id"] = ident


def _shift(value: Json) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        x, y = number(value[0]), number(value[1])
        if x is not None and y is not None:
            return x, y
    return 0.0, 0.0


def _project(plans: list[tuple[str, Mapping[str, Json]]]) -> str:
    return next((name for _, plan in plans if (name := text_of(plan.get("project_name")))), "")


def _picture(
    plan: Mapping[str, Json], level: int, scale: Scale, images: Mapping[str, bytes]
) -> tuple[Picture, float] | None:
    """Return the picture under a floor and metres a pixel of it; None where there is none."""
    uri = str(plan.get("map_uri") or "")
    wanted = uri.removeprefix("file://").lstrip("./")
    data = images.get(wanted) or next(
        (images[name] for name in images if PurePosixPath(name).name == PurePosixPath(wanted).name and wanted), None
    )
    if data is None:
        return None
    width_px = picture_width_px(data)
    if width_px is None:
        return None
    suffix = "png" if data.startswith(_PNG) else "jpg"
    return Picture(name=f"floor{level}.{suffix}", data=data), scale.size_m[0] / width_px


def picture_width_px(data: bytes) -> int | None:
    """Return the width of a PNG or JPEG picture by its header, nothing is decoded; None for anything else.

    >>> picture_width_px(_PNG + bytes(4) + b"IHDR" + struct.pack(">II", 640, 480)), picture_width_px(b"GIF89a")
    (640, None)
    """
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return int(struct.unpack(">I", data[16:20])[0]) or None
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        # frames: C0 to CF but for tables (C4), extensions (C8) and arithmetic conditions (CC)
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(data[at + 7 : at + 9], "big") or None
        at += 2 + max(size, 2)
    return None


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _unpacked(path: Path, tally: Tally) -> _Source:
    """Return the document of a zip by what it holds, as every tool names it differently, and its pictures."""
    with open_archive(path, limits=LIMITS) as archive:
        documents = list(_documents(archive))
        if not documents:
            raise _not_openintent(str(path))
        for name, _ in documents[1:]:
            tally.left(f"zip {printable(name)}", 1, "a second design: read it by itself", "第二份設計，請另行讀取")
        images: dict[str, bytes] = {}
        total = 0
        for name, size in archive.sizes.items():
            if not name.lower().endswith((".png", ".jpg", ".jpeg")):
                if name != documents[0][0] and name not in {other for other, _ in documents[1:]}:
                    tally.left(f"zip *{PurePosixPath(name).suffix or printable(name)[:40]}")
                continue
            total += size
            if total > MAX_PICTURES_BYTES:
                raise DrawingError(
                    f"the pictures have more than {MAX_PICTURES_BYTES / 1e6:.0f} MB together",
                    remedy="export the floors one by one",
                    where=str(path),
                    zh=("圖片總計過大", "請逐層匯出"),
                )
            images[name] = archive.read(name)
    return _Source(data=documents[0][1], images=images)


def _documents(archive: Archive) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for name in archive.sizes:
        if name.lower().endswith(".json"):
            text = archive.text(name, max_bytes=MAX_BYTES)
            if '"floorplans"' in text:
                yield name, parse_json(text, where=f"{archive.path.name}: {printable(name)}")


def _not_openintent(where: str) -> DrawingError:
    return DrawingError(
        "the file is no OpenIntent design: it has no list of floorplans",
        remedy="export OpenIntent from the planning tool; of a zip, give the zip itself",
        where=where,
        zh=("檔案不是 OpenIntent 設計：沒有 floorplans", "請從規劃軟體匯出 OpenIntent"),
    )
