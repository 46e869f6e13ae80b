"""GeoJSON drawings in: one file a floor, a file of many levels, or a folder of floors; degrees or metres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.drawings.geojson_features import Item, features_in, item_of
from wifiplan.files.drawings.geojson_floor import floor_of
from wifiplan.files.drawings.geojson_frame import Frame, crs_of, frame_of, unit_of
from wifiplan.files.drawings.geojson_levels import elevations_m, levels_by_name
from wifiplan.files.drawings.geojson_own import is_ours, read_own
from wifiplan.files.drawings.geojson_shapes import shapes_of
from wifiplan.files.drawings.geojson_site import checked, unique
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import MAX_BYTES, number, read_json, refuse, text_of
from wifiplan.files.drawings.geojson_words import kind_of
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json

MAX_FILES = 100
MAX_THINGS = 50_000
"""A school of a hundred classes has some thousand; each takes about a millisecond."""
MAX_CORNERS = 300_000
"""Curves are chords of a few centimetres at the finest."""
MAX_LEVELS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The things of one file, in its own unit; `level` is known where an index or the file itself says it."""

    name: str
    items: Sequence[Item]
    level: int | None = None
    crs: str = ""
    unit_m: float | None = None
    title: str = ""


def read_geojson(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read a GeoJSON drawing: a file, or a folder with a file a floor.

    Parameters
    ----------
    path : Path or str
        A `.geojson` or `.json` file, or a folder of them; its index (`levels` with `filename`) orders the floors.
    options : ImportOptions or None
        `unit_m` makes it a plane drawing of that unit; `level`, `height_m`, `material` and `name` fill what it lacks.

    Returns
    -------
    Imported
        Floors with walls, doors, windows, rooms and outlines; north is up.

    Raises
    ------
    DrawingError
        Not GeoJSON, or faulty: all faults at once.
    ScaleError
        Neither degrees of a building nor a unit that is known.

    Notes
    -----
    Source: RFC 7946; OpenStreetMap's simple indoor tagging.
    """
    path, options = Path(path), options or ImportOptions()
    tally, faults = Tally(), list[Fault]()
    if path.is_dir():
        sheets = _folder(path, tally, faults)
    else:
        data = read_json(path)
        if is_ours(data):
            return read_own(data, path, options)
        sheets = [_sheet(path, data, (None, ""), tally, faults)]
    refuse(faults, where=str(path))
    return site_of(sheets, path, options, tally)


def site_of(sheets: Sequence[Sheet], path: Path, options: ImportOptions, tally: Tally) -> Imported:
    """Return the site that sheets make: one frame for all of them, their things by level."""
    frame = _frame(sheets, path, options, tally)
    placed = [(sheet, _in_metres(sheet.items, frame)) for sheet in sheets]
    by_level, titles = _by_level(placed, options, tally)
    if not by_level:
        raise DrawingError(
            "the drawing holds no wall, room, door or outline that we know",
            remedy='features say what they are by a property such as "type": "wall", "room", "door", "window"',
            where=str(path),
            zh=("圖上沒有可辨識的牆、空間、門或外框", "請以 type 屬性標明 wall、room、door、window"),
        )
    items = [item for some in by_level.values() for item in some if item.kind not in {"route", "other"}]
    bounds = shapely.total_bounds(np.array([item.shape for item in items]))
    corner = (float(bounds[0]), float(bounds[1]))
    floors = []
    for level, some in sorted(by_level.items()):
        moved = [replace(item, shape=_moved(item.shape, corner)) for item in some]
        floors.append({"name": titles.get(level, "")} | floor_of(moved, level, options, tally))
    plain = _site(floors, options.name or _name_of(sheets, path), options)
    plain["access_points"] = _access_points(by_level, corner, tally)
    return Imported(site=checked(plain, where=str(path)), account=tally.account(), origin_m=frame.place_m(corner))


def _site(floors: list[dict[str, Json]], name: str, options: ImportOptions) -> dict[str, Json]:
    """Return floors as a plain site: each where it stands, every room with an id of its own."""
    heights = {floor["level"]: floor["height_m"] for floor in floors}
    lifts = elevations_m(heights, options.height_m)
    rooms = [room for floor in floors for room in floor["rooms"]]
    for room, ident in zip(rooms, unique(str(room["id"] or room["name"]) for room in rooms), strict=True):
        room["id"] = ident
        room["name"] = room["name"] or ident
    for floor in floors:
        floor["elevation_m"] = lifts[floor["level"]]
    return {"format": 1, "name": name, "floors": floors}


def _frame(sheets: Sequence[Sheet], path: Path, options: ImportOptions, tally: Tally) -> Frame:
    shapes = np.array([item.shape for sheet in sheets for item in sheet.items])
    if not len(shapes):
        raise DrawingError(
            "the drawing is empty: it has no shape",
            remedy="check that it is the right file",
            where=str(path),
            zh=("圖檔沒有任何圖形", "請確認檔案是否正確"),
        )
    n_corners = int(shapely.get_num_coordinates(shapes).sum())
    if len(shapes) > MAX_THINGS or n_corners > MAX_CORNERS:
        raise DrawingError(
            f"the drawing holds {len(shapes):,} shapes with {n_corners:,} corners, more than {MAX_THINGS:,} or "
            f"{MAX_CORNERS:,}",
            remedy="export walls, doors, windows and rooms only, floor by floor",
            where=str(path),
            zh=(f"圖形過多（{len(shapes):,} 個）", "請逐層匯出，且只含牆、門、窗與空間"),
        )
    crs = next((sheet.crs for sheet in sheets if sheet.crs), "")
    said_m = next((sheet.unit_m for sheet in sheets if sheet.unit_m is not None), None)
    bounds = shapely.total_bounds(shapes)
    frame = frame_of(bounds, crs=crs, unit_m=options.unit_m, said_m=said_m, where=str(path))
    note = tally.took if frame.sure else tally.guessed
    note("coordinates", n_corners, frame.grounds, frame.zh)
    return frame


def _in_metres(items: Sequence[Item], frame: Frame) -> list[Item]:
    if not items:
        return []
    shapes = shapely.transform(np.array([item.shape for item in items]), frame.metres)
    return [replace(item, shape=shape) for item, shape in zip(items, shapes, strict=True)]


def _moved(shape: BaseGeometry, corner: tuple[float, float]) -> BaseGeometry:
    return shapely.transform(shape, lambda points: points - np.asarray(corner))


def _by_level(
    placed: Sequence[tuple[Sheet, list[Item]]], options: ImportOptions, tally: Tally
) -> tuple[dict[int, list[Item]], dict[int, str]]:
    """Return the things of each level, and the titles of levels that are a sheet."""
    found: dict[int, list[Item]] = {}
    everywhere: list[Item] = []
    titles: dict[int, str] = {}
    for sheet, items in placed:
        usual = options.level if sheet.level is None else sheet.level
        drawn = False
        for item in items:
            drawn |= item.kind not in {"route", "other"}
            levels = [int(np.floor(level)) for level in item.levels] if sheet.level is None else [usual]
            if any(level != int(level) for level in item.levels):
                tally.guessed("half levels", 1, "taken for the level below", "半層視為下一層")
            if not levels and item.kind == "outline" and any(other.levels for other in items):
                everywhere.append(item)
            for level in levels or [usual]:
                found.setdefault(level, []).append(item)
        if drawn and sheet.title:
            titles.setdefault(usual, sheet.title)
    _spread(found, everywhere)
    sheets = {level: some for level, some in found.items() if any(i.kind not in {"route", "other"} for i in some)}
    for level in found.keys() - sheets.keys():
        for item in found[level]:
            told = "a route for people to walk" if item.kind == "route" else "nothing that a plan needs"
            tally.left(item.word, 1, told, "行走路徑" if item.kind == "route" else "規劃不需要")
    if len(sheets) > MAX_LEVELS:
        raise DrawingError(
            f"the drawing has {len(sheets)} levels, more than {MAX_LEVELS}",
            remedy="give the floors of one building",
            where="level",
            zh=("樓層過多", "請只提供一棟建築的樓層"),
        )
    return sheets, titles


def _spread(found: dict[int, list[Item]], everywhere: list[Item]) -> None:
    """Give every level that has no outline of its own that of the whole building."""
    whole = {id(item) for item in everywhere}
    for level, items in found.items():
        others = [item for item in items if id(item) not in whole]
        has_own = any(item.kind == "outline" for item in others)
        found[level] = others if has_own else [*others, *everywhere]


def _access_points(
    by_level: Mapping[int, Sequence[Item]], corner: tuple[float, float], tally: Tally
) -> list[dict[str, Json]]:
    found = []
    for level, items in sorted(by_level.items()):
        for item in items:
            if item.kind == "access_point" and isinstance(item.shape, shapely.Point):
                x, y = round(item.shape.x - corner[0], 4), round(item.shape.y - corner[1], 4)
                found.append({"id": item.name or item.number, "name": item.name, "floor": level, "x_m": x, "y_m": y})
    tally.took("access points", len(found), "by their places only", "僅位置")
    for point, ident in zip(found, unique(str(point["id"]) for point in found), strict=True):
        point["id"] = ident
    return found


def _name_of(sheets: Sequence[Sheet], path: Path) -> str:
    return next((sheet.name for sheet in sheets if sheet.name), "") or text_of(path.stem) or "drawing"


def _sheet(path: Path, data: Json, told: tuple[int | None, str], tally: Tally, faults: list[Fault]) -> Sheet:
    """Return what a GeoJSON document holds."""
    layer = text_of(data.get("name")) or path.stem
    items: list[Item] = []
    for place, feature in features_in(data, where=path.name, faults=faults):
        where = f"{path.name} {place}"
        properties = feature.get("properties")
        what = text_of(properties.get("type")) if isinstance(properties, Mapping) else ""
        shapes = shapes_of(feature.get("geometry"), what=what or "features", where=where, tally=tally, faults=faults)
        items.extend(item_of(feature, shape, where=where, layer=layer) for shape in shapes)
    if kind_of(path.stem) == "route" or kind_of(layer) == "route":
        items = [replace(item, kind="route") if isinstance(item.shape, shapely.LineString) else item for item in items]
    level, title = told
    own = number(data.get("z_order", data.get("level")))
    if level is None and own is not None:
        level = int(own)
    return Sheet(name="", items=items, level=level, crs=crs_of(data), unit_m=unit_of(data), title=title)


def _folder(path: Path, tally: Tally, faults: list[Fault]) -> list[Sheet]:
    """Return the sheets of a folder: an index orders them, else what they say, else their names, else their order."""
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in {".geojson", ".json"} and one.is_file())
    if not files or len(files) > MAX_FILES or sum(one.stat().st_size for one in files) > MAX_BYTES:
        raise DrawingError(
            f"the folder holds {len(files)} GeoJSON files" + ("" if not files else ", more than we read at once"),
            remedy=f"give a folder with a file a floor, at most {MAX_FILES} files and {MAX_BYTES / 1e6:.0f} MB",
            where=str(path),
            zh=(f"資料夾有 {len(files)} 個 GeoJSON 檔", "請提供每層一檔的資料夾"),
        )
    documents = {one: read_json(one) for one in files}
    index = {
        one: data for one, data in documents.items() if "type" not in data and isinstance(data.get("levels"), list)
    }
    known = _levels_of_index(next(iter(index.values()), {}))
    name = next((text_of(data.get("name")) for data in index.values()), "")
    drawings = [one for one in files if one not in index]
    sheets = [_sheet(one, documents[one], known.get(one.name, (None, "")), tally, faults) for one in drawings]
    tally.took("index", len(index), "orders the floors", "樓層索引")
    return _numbered(drawings, [replace(sheet, name=name) for sheet in sheets], tally)


def _levels_of_index(index: Mapping[str, Json]) -> dict[str, tuple[int | None, str]]:
    """Return level and title of each file that an index names; none is opened by it."""
    found: dict[str, tuple[int | None, str]] = {}
    levels = index.get("levels")
    for one in levels if isinstance(levels, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("filename"), str):
            order = number(one.get("z_order", one.get("ordinal", one.get("level"))))
            title = text_of(one.get("readable_name")) or text_of(one.get("name"))
            found[one["filename"]] = (None if order is None else int(order), title)
    return found


def _numbered(files: Sequence[Path], sheets: list[Sheet], tally: Tally) -> list[Sheet]:
    """Return sheets with a level each: those that have none get it by their file's name, else by their order."""
    drawn = [n for n, sheet in enumerate(sheets) if any(item.kind not in {"route", "other"} for item in sheet.items)]
    open_n = [n for n in drawn if sheets[n].level is None and not any(item.levels for item in sheets[n].items)]
    if not open_n:
        return sheets
    names = [files[n].stem for n in open_n]
    levels, sure = levels_by_name(names)
    if not sure and all(kind_of(name) is not None for name in names):
        # walls.geojson, rooms.geojson: the layers of one floor
        tally.guessed("files", len(names), "layers of one floor, by their names", "依檔名視為同一樓層的圖層")
        return sheets
    told = "levels by the names of the files" if sure else "levels in the order of the files, the first is 0"
    tally.guessed("files", len(names), told, "依檔名或順序判定樓層")
    for n, level in zip(open_n, levels, strict=True):
        sheets[n] = replace(sheets[n], level=level, title=sheets[n].title or files[n].stem)
    return sheets
