"""IMDF (Indoor Mapping Data Format) in: a folder or zip of venue, building, level, unit, opening and the rest."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.drawings.archives import ArchiveLimits, open_archive
from wifiplan.files.drawings.geojson import Sheet, site_of
from wifiplan.files.drawings.geojson_features import Item, features_in
from wifiplan.files.drawings.geojson_shapes import shapes_of
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import MAX_BYTES, number, parse_json, read_json, refuse, text_of
from wifiplan.files.drawings.geojson_words import Kind, material_of
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json, printable

LIMITS = ArchiveLimits(max_entries=500, max_entry_bytes=MAX_BYTES, max_total_bytes=2 * MAX_BYTES)
MAX_FILES = 60

_OPEN_UNITS = frozenset({"walkway", "opentobelow", "ramp", "escalator", "movingwalkway", "road", "platform", "parking"})
"""Categories of units that no wall parts from one another. [IMDF 1.0.0, unit category]"""
_NOT_BUILT = {
    "nonpublic": "room", "stairs": "stairs", "steps": "stairs", "walkway": "corridor", "lobby": "lobby",
    "foodservice": "kitchen", "conferenceroom": "meeting room", "classroom": "classroom", "office": "office",
    "library": "library", "laboratory": "lab", "theater": "auditorium", "auditorium": "auditorium",
}  # fmt: skip
"""Words by which the use of a unit without a name is told."""
_WHY = {
    "fixture": ("furniture and fittings", "家具與設備"),
    "kiosk": ("furniture and fittings", "家具與設備"),
    "amenity": ("a service for visitors, not a thing of the building", "訪客設施"),
    "occupant": ("who is in a unit, not a thing of the building", "使用單位資訊"),
    "anchor": ("where an occupant is shown on a map", "標示位置"),
    "address": ("an address", "地址"),
    "relationship": ("how things belong together, for finding a way", "關聯資訊，供導航使用"),
    "geofence": ("an area for other programs", "電子圍欄"),
    "section": ("an area of several units", "分區"),
    "detail": ("lines that are drawn only", "裝飾線"),
    "footprint": ("the building seen from above; each level has its own outline", "建築輪廓，各層另有外框"),
    "venue": ("the grounds", "場地範圍"),
}


def read_imdf(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read an IMDF archive.

    Parameters
    ----------
    path : Path or str
        A folder, or a zip of one.
    options : ImportOptions or None
        `height_m`, `material` and `name` fill what the format does not say.

    Returns
    -------
    Imported
        Levels as floors with units as rooms, walls on the edges of units, and openings as doors; north is up.

    Raises
    ------
    DrawingError
        Not IMDF, or faulty: all faults at once.

    Notes
    -----
    Source: Indoor Mapping Data Format 1.0.0 (OGC community standard 20-094). It knows no walls: where two units meet
    there is one, but between two that are open.
    """
    path, options = Path(path), options or ImportOptions()
    documents = _of_folder(path) if path.is_dir() else _of_zip(path)
    if "level" not in documents or "unit" not in documents:
        raise DrawingError(
            "the files are no IMDF: level.geojson and unit.geojson are not both there",
            remedy="give the folder or zip that holds manifest.json, level.geojson and unit.geojson",
            where=str(path),
            zh=(
                "不是 IMDF：缺少 level.geojson 或 unit.geojson",
                "請提供含 manifest.json、level.geojson、unit.geojson 的資料夾或 zip",
            ),
        )
    tally, faults = Tally(), list[Fault]()
    features = {
        kind: features_in(data, where=f"{kind}.geojson", faults=faults)
        for kind, data in documents.items()
        if kind != "manifest"
    }
    items, titles = _items(features, tally, faults)
    refuse(faults, where=str(path))
    sheets = [
        Sheet(
            name=_name(features),
            items=[i for i in items if i.levels == (level,)],
            level=level,
            crs="CRS84",
            title=title,
        )
        for level, title in sorted(titles.items())
    ]
    tally.took("manifest", "manifest" in documents)
    return site_of(sheets, path, options, tally)


def _items(
    features: Mapping[str, Sequence[tuple[str, Mapping[str, Json]]]], tally: Tally, faults: list[Fault]
) -> tuple[list[Item], dict[int, str]]:
    """Return the things of all levels, and the levels with their names; what is none of a building is counted."""
    items: list[Item] = []
    levels: dict[str, int] = {}
    titles: dict[int, str] = {}
    for place, one in features.get("level", ()):
        ordinal = number(_said(one).get("ordinal"))
        if ordinal is None or abs(ordinal) > 200.0:
            faults.append(Fault(where=f"level.geojson {place}", problem="its ordinal is no number of a storey"))
            continue
        if _said(one).get("outdoor") is True:
            tally.left("level", 1, "outdoors", "室外")
            continue
        levels[text_of(one.get("id"))] = int(ordinal)
        titles.setdefault(int(ordinal), text_of(_said(one).get("name")) or text_of(_said(one).get("short_name")))
        items += _shaped(one, "outline", "level", int(ordinal), f"level.geojson {place}", tally, faults)
    for kind, some in features.items():
        if kind in {"unit", "opening"}:
            for place, one in some:
                items += _of_level(one, kind, levels, f"{kind}.geojson {place}", tally, faults)
        elif kind == "building":
            tally.took("building", len(some), "its name")
        elif kind != "level":
            tally.left(kind, len(some), *_WHY.get(kind, ("", "")))
    return items, titles


def _of_level(
    one: Mapping[str, Json], kind: str, levels: Mapping[str, int], where: str, tally: Tally, faults: list[Fault]
) -> Iterator[Item]:
    level = levels.get(text_of(_said(one).get("level_id")))
    if level is None:
        tally.left(kind, 1, "on a level that is not there, or outdoors", "所在樓層不存在或在室外")
        return
    category = text_of(_said(one).get("category"))
    if kind == "opening":
        yield from _shaped(one, "door", "opening", level, where, tally, faults)
        return
    meant: Kind = (
        "void" if category == "opentobelow" else "wall" if category in {"column", "brick", "concrete"} else "room"
    )
    if category == "structure":
        meant = "wall"
    yield from _shaped(one, meant, f"unit {category}", level, where, tally, faults)


def _shaped(
    one: Mapping[str, Json], kind: Kind, word: str, level: int, where: str, tally: Tally, faults: list[Fault]
) -> Iterator[Item]:
    said = _said(one)
    category = text_of(said.get("category"))
    name = text_of(said.get("name"))
    door = said.get("door")
    material = material_of(text_of(door.get("material"))) if kind == "door" and isinstance(door, Mapping) else None
    for shape in shapes_of(one.get("geometry"), what=word, where=where, tally=tally, faults=faults):
        yield Item(
            kind=kind,
            shape=shape,
            word=f"{word}={category}" if kind == "room" else word,
            levels=(float(level),),
            name=name or (_NOT_BUILT.get(category, category) if kind == "room" else ""),
            material=material,
            where=where,
        )


def _said(one: Mapping[str, Json]) -> Mapping[str, Json]:
    given = one.get("properties")
    return given if isinstance(given, Mapping) else {}


def _name(features: Mapping[str, Sequence[tuple[str, Mapping[str, Json]]]]) -> str:
    named = [*features.get("building", ()), *features.get("venue", ())]
    return next((name for _, one in named if (name := text_of(_said(one).get("name")))), "")


def _of_folder(path: Path) -> dict[str, Json]:
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in {".geojson", ".json"} and one.is_file())
    if len(files) > MAX_FILES or sum(one.stat().st_size for one in files) > MAX_BYTES:
        raise DrawingError(
            f"the folder holds {len(files)} files, or more than {MAX_BYTES / 1e6:.0f} MB",
            remedy="give the folder of one venue",
            where=str(path),
            zh=("資料夾過大", "請提供單一場地的資料夾"),
        )
    return {one.stem.lower(): read_json(one) for one in files}


def _of_zip(path: Path) -> dict[str, Json]:
    found: dict[str, Json] = {}
    with open_archive(path, limits=LIMITS) as archive:
        for name in archive.sizes:
            file = PurePosixPath(name)
            if file.suffix.lower() not in {".geojson", ".json"} or "__MACOSX" in file.parts:
                continue
            text = archive.text(name, max_bytes=MAX_BYTES)
            found.setdefault(file.stem.lower(), parse_json(text, where=f"{path.name}: {printable(name)}"))
    return found
