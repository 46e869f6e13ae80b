"""One floor of an OpenIntent document as the plain records of a site file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wifiplan.catalog.materials import materials
from wifiplan.errors import Fault
from wifiplan.files.drawings.geojson_site import Ring, ring_of, sound_shape
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import number, text_of
from wifiplan.files.drawings.geojson_words import kind_of, material_of
from wifiplan.files.drawings.openintent_scale import Scale, unit_of_walls
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.json_input import Json
from wifiplan.site.building import Point
from wifiplan.site.recognition.names import use_of
from wifiplan.site.recognition.records import WallLine
from wifiplan.site.recognition.rooms import find_rooms

MIN_WALL_M = 0.01
MAX_LOSS_DB = 200.0
MAX_LIST = 50_000
"""A floor of a large school has some thousand walls."""

_KNOWN = frozenset(
    {
        *("name", "vendor_id", "map_uri", "project_name", "floor_id", "rotation", "dimensions", "wall_segments"),
        *("coverage_areas", "holes_in_floor", "closets", "wifiplan_floor"),
    }
)
_WHY_LEFT = {
    "attenuation_areas": ("a site has no areas that attenuate; draw what stands there as walls", "場域檔沒有衰減區"),
    "reference_markers": ("marks between coordinate systems, not needed", "座標對照點，不需要"),
    "survey_paths": ("readings of a survey walk: `wifiplan survey import` reads those", "勘測路徑，請用 survey import"),
}
_OWN_KEYS = ("level", "elevation_m", "height_m", "name", "slab", "outline", "voids", "cabinets", "underlay")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorParts:
    """What reading a floor needs beside the floor itself.

    `materials` are the document's `wall_materials` by name; `shift_m` is added to every point; channels are those of
    `country`; faults are collected.
    """

    options: ImportOptions
    materials: Mapping[str, Mapping[str, Json]]
    shift_m: Point
    tally: Tally
    country: str = "TW"
    faults: list[Fault] = field(default_factory=list)


def floor_of(plan: Mapping[str, Json], scale: Scale, parts: FloorParts, *, where: str) -> dict[str, Json]:
    """Return a floor plan as a plain floor, without level and elevation where it is not ours."""
    given = plan.get("wifiplan_floor")
    own = {key: given[key] for key in _OWN_KEYS if key in given} if isinstance(given, Mapping) else {}
    height_m = number(own.get("height_m")) or scale.height_m
    if height_m is None or not 1.8 <= height_m <= 40.0:
        height_m = parts.options.height_m
        parts.tally.guessed("floorplan height", 1, f"no height of the storey is given: {height_m:g} m", "樓高未知")
    floor: dict[str, Json] = {"name": "" if own else text_of(plan.get("name"))} | own | {"height_m": height_m}
    floor["walls"] = list(_walls(plan, scale, parts, height_m, where))
    floor["rooms"] = list(_rooms(plan, scale, parts, where))
    if not floor["rooms"] and not own:
        floor["rooms"] = _enclosed(floor["walls"], parts.tally)
    if "voids" not in own and (holes := list(_holes(plan, scale, parts, where))):
        floor["voids"] = holes
    if "cabinets" not in own and (closets := list(_closets(plan, scale, parts, where))):
        floor["cabinets"] = closets
    parts.tally.took("closets", len(own.get("cabinets", ())) if isinstance(own.get("cabinets"), list) else 0)
    if number(plan.get("rotation")):
        parts.tally.left("rotation", 1, "the plan stays as it is drawn", "平面圖不旋轉")
    for key, value in plan.items():
        if key not in _KNOWN and value not in (None, [], {}, ""):
            n = len(value) if isinstance(value, list) else 1
            parts.tally.left(text_of(key), n, *_WHY_LEFT.get(key, ("", "")))
    return floor


def point_of(value: Json, scale: Scale, unit: str = "") -> Point | None:
    """Return a coordinate in metres; `unit` is that of points which name none. None where it is no point.

    Coordinates of release 2.0 hold `coordinate_xyz`, those of 1.0 are it.
    """
    if isinstance(value, Mapping) and isinstance(value.get("coordinate_xyz"), Mapping):
        value = value["coordinate_xyz"]
    if not isinstance(value, Mapping):
        return None
    x, y, k = number(value.get("x")), number(value.get("y")), scale.m_per.get(str(value.get("unit") or unit))
    if x is None or y is None or k is None or max(abs(x * k), abs(y * k)) > 1e6:
        return None
    return x * k, y * k


def shifted(point: Point, shift_m: Point) -> Point:
    """Return a point of the document in the site's frame, to a tenth of a millimetre."""
    return round(point[0] + shift_m[0], 4), round(point[1] + shift_m[1], 4)


def list_of(
    plan: Mapping[str, Json], key: str, where: str, faults: list[Fault]
) -> list[tuple[str, Mapping[str, Json]]]:
    """Return the objects of a list with their places; anything else there is a fault."""
    given = plan.get(key)
    if given is None:
        return []
    if not isinstance(given, list):
        faults.append(Fault(where=f"{where}.{key}", problem="must be a list"))
        return []
    if len(given) > MAX_LIST:
        told = f"{len(given):,} things are more than {MAX_LIST:,}"
        faults.append(Fault(where=f"{where}.{key}".lstrip("."), problem=told, remedy="export fewer floors at once"))
        return []
    found = []
    for n, one in enumerate(given):
        place = f"{where}.{key}[{n}]" if where else f"{key}[{n}]"
        if isinstance(one, Mapping):
            found.append((place, one))
        else:
            faults.append(Fault(where=place, problem="must be an object"))
    return found


def _walls(
    plan: Mapping[str, Json], scale: Scale, parts: FloorParts, height_m: float, where: str
) -> Iterator[dict[str, Json]]:
    segments = list_of(plan, "wall_segments", where, parts.faults)
    ends = [(number(p.get("x")), number(p.get("y"))) for _, s in segments for p in _ends(s) if isinstance(p, Mapping)]
    unit, guess = unit_of_walls([(x, y) for x, y in ends if x is not None and y is not None], scale)
    if guess and "wifiplan_floor" not in plan:
        told = f"the format gives walls no unit; they fit the plan in {unit}"
        parts.tally.guessed("wall_segments unit", len(segments), told, f"牆的單位依圖面大小判定為 {unit}")
    for place, segment in segments:
        line = [point_of(end, scale, unit) for end in _ends(segment)]
        start, end = line
        if start is None or end is None:
            parts.faults.append(Fault(where=place, problem="start_point and end_point need x and y as finite numbers"))
            continue
        if abs(start[0] - end[0]) + abs(start[1] - end[1]) < MIN_WALL_M:
            parts.tally.left("wall_segments", 1, "of zero length", "長度為零")
            continue
        name = text_of(segment.get("wall_type"))
        record = _wall(name, segment, parts, height_m)
        parts.tally.took("wall_segments")
        yield {"line": [list(shifted(start, parts.shift_m)), list(shifted(end, parts.shift_m))]} | record


def _ends(segment: Mapping[str, Json]) -> tuple[Json, Json]:
    return segment.get("start_point"), segment.get("end_point")


def _wall(name: str, segment: Mapping[str, Json], parts: FloorParts, height_m: float) -> dict[str, Json]:
    """Return a wall but for its line: by our own word where the document has it, else by its material's."""
    kind = parts.materials.get(str(segment.get("wall_type")), {})
    own = kind.get("wifiplan_wall")
    if isinstance(own, Mapping):
        return {str(key): value for key, value in own.items() if key != "line"}
    itu = text_of(kind.get("itu_material_type")).upper().removeprefix("ITU_R_").lower()
    material = itu if itu in materials() else material_of(name)
    loss = _loss_db(kind, segment)
    bottom = _first(segment.get("bottom_height"), kind.get("bottom_height"), 0.0)
    top = _first(segment.get("height"), kind.get("top_height"), height_m)
    record: dict[str, Json] = {
        "kind": found if (found := kind_of(name)) in {"door", "window", "parapet"} else "wall",
        "material": material or parts.options.material,
        "bottom_m": max(bottom, 0.0),
        "top_m": min(top, height_m) if top > max(bottom, 0.0) else height_m,
    }
    thickness = _first(segment.get("thickness"), kind.get("thickness_m"), 0.0)
    if 0.0 < thickness <= 3.0:
        record["thickness_m"] = thickness
    if loss is not None:
        record |= {"loss_2g4_db": loss, "loss_5g_db": loss, "loss_6g_db": loss}
    _say_grounds(name, material, loss, parts)
    return record


def _say_grounds(name: str, material: str | None, loss_db: float | None, parts: FloorParts) -> None:
    what = f"wall_type {name}" if name else "wall_type"
    if loss_db is not None:
        told = f"material {material or parts.options.material}; its loss of {loss_db:g} dB is taken for every band"
        parts.tally.guessed(what, 1, told, f"各頻段皆採檔案所記的衰減 {loss_db:g} dB")
    elif material is not None:
        parts.tally.guessed(what, 1, f"material {material}, by its name", f"依名稱判定材料為 {material}")
    else:
        told = f"nothing tells its material: {parts.options.material}"
        parts.tally.guessed(what, 1, told, f"材料不明，採 {parts.options.material}")


def _loss_db(kind: Mapping[str, Json], segment: Mapping[str, Json]) -> float | None:
    rf = kind.get("rf_properties")
    if not isinstance(rf, Mapping):
        return None
    flat, per_m = number(rf.get("attenuation_flat")), number(rf.get("attenuation_per_m"))
    thickness = _first(segment.get("thickness"), kind.get("thickness_m"), 0.0)
    loss = flat if flat is not None else per_m * thickness if per_m is not None and thickness > 0.0 else None
    return None if loss is None or not 0.0 <= loss <= MAX_LOSS_DB else loss


def _first(*values: Json) -> float:
    return next((found for value in values if (found := number(value)) is not None), 0.0)


def _ring(area: Json, scale: Scale, parts: FloorParts, where: str) -> Ring | None:
    """Return the corners of an area [m]; None where it is no area, which is a fault, or too small, which is counted."""
    corners = area.get("coordinates") if isinstance(area, Mapping) else None
    points = [point_of(one, scale, "pixels") for one in corners] if isinstance(corners, list) else []
    ring = [shifted(point, parts.shift_m) for point in points if point is not None]
    if len(ring) < 3 or len(ring) < len(points):
        parts.faults.append(Fault(where=where, problem="an area needs three corners or more, with x, y and unit"))
        return None
    shape, mended = sound_shape(ring)
    if mended:
        parts.tally.guessed("area", 1, "crosses itself: its largest part is taken", "多邊形自我交叉，取最大部分")
    if shape is None:
        parts.tally.left("area", 1, "smaller than any room", "面積過小")
        return None
    return ring_of(shape) if mended else _open(ring)


def _open(ring: Sequence[Point]) -> Ring:
    return tuple(point for n, point in enumerate(ring) if point != ring[n - 1])


def _rooms(plan: Mapping[str, Json], scale: Scale, parts: FloorParts, where: str) -> Iterator[dict[str, Json]]:
    for place, one in list_of(plan, "coverage_areas", where, parts.faults):
        if one.get("exclusion") is True:
            parts.tally.left("coverage_areas", 1, "areas that need no coverage", "不需覆蓋的區域")
            continue
        ring = _ring(one.get("area"), scale, parts, place)
        if ring is None:
            continue
        polygon = [list(point) for point in ring]
        own = one.get("wifiplan_room")
        if isinstance(own, Mapping):
            parts.tally.took("coverage_areas")
            yield dict(own) | {"polygon": polygon}
            continue
        name = text_of(one.get("name"))
        parts.tally.guessed("coverage_areas", 1, "areas that need coverage are taken for rooms", "涵蓋區視為空間")
        yield {"id": "", "name": name, "use": use_of(name), "polygon": polygon}


def _enclosed(walls: Sequence[Mapping[str, Json]], tally: Tally) -> list[dict[str, Json]]:
    """Return the rooms between walls, where the document draws no area."""
    lines = [
        WallLine(a=a, b=b, thickness_m=wall.get("thickness_m"))
        for wall in walls
        for a, b in (map(tuple, wall["line"]),)
    ]
    rooms = find_rooms(lines).rooms if lines else ()
    tally.guessed("rooms", len(rooms), "enclosed by walls, without a name in the file", "由牆圍成、檔案無名稱的空間")
    return [{"id": r.id, "name": "", "use": "other", "polygon": [list(p) for p in r.polygon]} for r in rooms]


def _holes(plan: Mapping[str, Json], scale: Scale, parts: FloorParts, where: str) -> Iterator[list[list[float]]]:
    for place, one in list_of(plan, "holes_in_floor", where, parts.faults):
        if one.get("inverted") is True:
            parts.tally.left("holes_in_floor", 1, "inverted: everything but the building", "反向的樓板開口")
            continue
        ring = _ring(one.get("area"), scale, parts, place)
        if ring is not None:
            parts.tally.took("holes_in_floor")
            yield [list(point) for point in ring]


def _closets(plan: Mapping[str, Json], scale: Scale, parts: FloorParts, where: str) -> Iterator[dict[str, Json]]:
    for _, one in list_of(plan, "closets", where, parts.faults):
        places = one.get("coordinates")
        points = [point_of(p, scale) for p in places] if isinstance(places, list) else []
        found = next((point for point in points if point is not None), None)
        if found is None:
            parts.tally.left("closets", 1, "without a place", "沒有位置")
            continue
        x, y = shifted(found, parts.shift_m)
        parts.tally.took("closets")
        yield {"id": text_of(one.get("vendor_id")) or text_of(one.get("name")), "name": text_of(one.get("name"))} | {
            "x_m": x,
            "y_m": y,
        }
