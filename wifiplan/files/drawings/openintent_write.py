"""OpenIntent 2.0 out: floors, walls with materials, rooms as coverage areas, access points with their radios.

Lengths stand in pixels, metres and feet as other writers give them; walls have no unit in the format, and readers take
them for pixels: one pixel is a centimetre here. What the format has no field for stands under keys that begin with
`wifiplan_`, as its guidelines ask of vendors; other readers pass over them.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import channel_named, channels
from wifiplan.files.drawings.openintent_sorts import material_of_sort, sort_of, thickness_m, wall_sorts
from wifiplan.files.drawings.records import Account, Note
from wifiplan.files.json_input import Json
from wifiplan.files.output import write_bytes
from wifiplan.files.plain import json_text, rounded
from wifiplan.files.site import site_to_plain
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import AccessPoint, Band, Radio

VERSION = "2.0.0"
PX_PER_M = 100.0
"""One pixel of our plans is a centimetre: walls carry no unit, and readers take them for pixels."""
FT_PER_M = 1.0 / 0.3048
DIGITS = 4
"""Decimals of a coordinate: a tenth of a millimetre in metres."""

_UNITS: tuple[tuple[str, float], ...] = (("pixels", PX_PER_M), ("meters", 1.0), ("feet", FT_PER_M))
_BANDS: Mapping[Band, str] = {"2.4": "FREQ_2.4GHZ", "5": "FREQ_5GHZ", "6": "FREQ_6GHZ"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_openintent(path: Path | str, site: Site, access_points: Sequence[AccessPoint]) -> Account:
    """Write a site and its access points as OpenIntent 2.0.

    Parameters
    ----------
    path : Path or str
        Target: `.zip` (as Hamina imports it) or else the JSON document alone.
    site : Site
        The building.
    access_points : sequence of AccessPoint
        What hangs there, or is planned to.

    Returns
    -------
    Account
        What was written, what only our own reader will find again, and what was left.

    Raises
    ------
    OutputError
        The file cannot be written.

    Notes
    -----
    Source: google/openintent, release 2.0.0, `oi-wifi.schema.json`, and its vendor schema guidelines.
    """
    path = Path(path)
    text = json_text(rounded(document(site, access_points), DIGITS))
    write_bytes(path, _zipped(text) if path.suffix.lower() == ".zip" else text.encode("utf-8"))
    return _account(site, access_points)


def document(site: Site, access_points: Sequence[AccessPoint]) -> dict[str, Json]:
    """Return the OpenIntent document of a site: plain JSON values, by the schema of release 2.0.0."""
    plain = site_to_plain(replace(site, access_points=tuple(access_points)))
    names = _floor_names(site)
    shift_m = _origin(site, access_points)
    kinds = wall_sorts(site)
    head = {key: value for key, value in plain.items() if key not in {"floors", "access_points"}}
    if shift_m != (0.0, 0.0):
        head["origin_m"] = list(shift_m)
    return {
        "openintent_version": VERSION,
        "accesspoint_version": VERSION,
        "floorplan_version": VERSION,
        "accesspoints": [
            _access_point(one, record, names, site.country, shift_m)
            for one, record in zip(access_points, plain.get("access_points", ()), strict=True)
        ],
        "floorplans": [
            _floor(site, floor, record, names[floor.level], kinds, shift_m)
            for floor, record in zip(site.floors, plain.get("floors", ()), strict=True)
        ],
        "wall_materials": [material_of_sort(kind, name) for kind, name in kinds.items()],
        "wifiplan_site": head,
    }


def _floor(
    site: Site, floor: Floor, plain: Json, name: str, kinds: Mapping[Wall, str], shift_m: tuple[float, float]
) -> Json:
    width_m, length_m = _extent(floor, shift_m)
    own = {key: value for key, value in plain.items() if key not in {"rooms", "walls"}}
    made: dict[str, Json] = {
        "name": name,
        "project_name": site.name,
        "floor_id": str(floor.level),
        "rotation": 0,
        "dimensions": [
            {"length": length_m * k, "width": width_m * k, "height": floor.height_m * k, "unit": unit}
            for unit, k in _UNITS
        ],
        "wifiplan_floor": own,
    }
    if floor.walls:
        made["wall_segments"] = [_segment(wall, kinds, shift_m) for wall in floor.walls]
    if floor.rooms:
        made["coverage_areas"] = [
            {"area": _area(room.polygon, shift_m), "exclusion": False, "wifiplan_room": _without(record, "polygon")}
            for room, record in zip(floor.rooms, plain["rooms"], strict=True)
        ]
    if floor.voids:
        made["holes_in_floor"] = [{"area": _area(ring, shift_m), "inverted": False} for ring in floor.voids]
    if floor.cabinets:
        made["closets"] = [
            {"name": one.name or one.id, "vendor_id": one.id, "coordinates": _places((one.x_m, one.y_m), shift_m)}
            for one in floor.cabinets
        ]
    return made


def _segment(wall: Wall, kinds: Mapping[Wall, str], shift_m: tuple[float, float]) -> Json:
    (x1, y1), (x2, y2) = ((x - shift_m[0], y - shift_m[1]) for x, y in wall.line)
    return {
        "wall_type": kinds[sort_of(wall)],
        "start_point": {"x": x1 * PX_PER_M, "y": y1 * PX_PER_M},
        "end_point": {"x": x2 * PX_PER_M, "y": y2 * PX_PER_M},
        "thickness": thickness_m(wall),
        "height": wall.top_m,
        "bottom_height": max(wall.bottom_m, 0.0),
    }


def _access_point(
    one: AccessPoint, plain: Json, names: Mapping[int, str], country: str, shift_m: tuple[float, float]
) -> Json:
    model = known_model(one.model)
    own = _without(plain, "x_m", "y_m", "z_m", "radios", "name", "model")
    made: dict[str, Json] = {
        "name": one.name or one.id,
        "floorplan_name": names.get(one.floor, ""),
        "wifiplan_access_point": own | ({"name": one.name} if one.name else {}),
        "orientation": {"rotation": one.azimuth_deg, "tilt": -one.tilt_deg if one.tilt_deg else 0.0, "roll": 0},
    }
    if one.model is not None:
        made["model"] = one.model
        if model is not None and model.brand:
            made["manufacturer"] = model.brand
    if one.serial:
        made["serial_number"] = one.serial
    if one.x_m is not None and one.y_m is not None:
        made["coordinates"] = _places((one.x_m, one.y_m), shift_m, one.z_m)
    if one.radios:
        made["dot11_radios"] = [_radio(n, radio, one, country) for n, radio in enumerate(one.radios)]
    return made


def _radio(n: int, radio: Radio, one: AccessPoint, country: str) -> Json:
    made: dict[str, Json] = {"id": n, "radio_function": "CLIENT_ACCESS", "band": _BANDS[radio.band]}
    if radio.channel is not None:
        made["channel"] = primary(radio, country)
        made["wifiplan_channel"] = radio.channel
    if radio.width_mhz is not None:
        made["channel_width"] = f"{radio.width_mhz}_MHz"
    if radio.eirp_dbm is not None:
        made["transmit_eirp"] = radio.eirp_dbm
        model = known_model(one.model)
        if model is not None and radio.band in model.bands:
            made["transmit_power"] = round(model.chain_dbm(radio.band, radio.eirp_dbm))
            made["mimo_chains"] = model.n_chains
    return made


def primary(radio: Radio, country: str) -> int:
    """Return the 20 MHz channel by which other tools name a radio's channel: the lowest of those it spans.

    >>> primary(Radio(band="5", channel=42, width_mhz=80), "TW"), primary(Radio(band="5", channel=40), "TW")
    (36, 40)
    """
    number = radio.channel or 0
    twenties = channels(country, radio.band, 20, all_legal=True)
    wide = channel_named(country, radio.band, number, radio.width_mhz or 20)
    if wide is None or any(one.number == number for one in twenties):
        return number
    return next((one.number for one in twenties if one.low_hz >= wide.low_hz), number)


def _places(point: tuple[float, float], shift_m: tuple[float, float], z_m: float | None = None) -> list[Json]:
    x, y = (max(value - shift, 0.0) for value, shift in zip(point, shift_m, strict=True))
    return [
        {"coordinate_xyz": {"x": x * k, "y": y * k, "unit": unit} | ({} if z_m is None else {"z": z_m * k})}
        for unit, k in _UNITS
    ]


def _area(ring: Iterable[tuple[float, float]], shift_m: tuple[float, float]) -> Json:
    # pixels alone: a point in three units would be three corners to a reader that does not look at the unit
    return {"coordinates": [_places(point, shift_m)[0] for point in ring]}


def _floor_names(site: Site) -> dict[int, str]:
    """Return names of floors that are unique in the document, as it asks."""
    names: dict[int, str] = {}
    for floor in site.floors:
        name = floor.name or f"Level {floor.level}"
        names[floor.level] = name if name not in names.values() else f"{name} (level {floor.level})"
    return names


def _points(floor: Floor) -> list[tuple[float, float]]:
    rings = [floor.outline or (), *floor.voids, *(room.polygon for room in floor.rooms)]
    return [
        *(point for wall in floor.walls for point in wall.line),
        *(point for ring in rings for point in ring),
        *((one.x_m, one.y_m) for one in floor.cabinets),
    ]


def _origin(site: Site, access_points: Sequence[AccessPoint]) -> tuple[float, float]:
    """Return the corner that the document counts from: ours, or farther south-west where things lie beyond it."""
    points = [point for floor in site.floors for point in _points(floor)]
    points += [(one.x_m, one.y_m) for one in access_points if one.x_m is not None and one.y_m is not None]
    return min([0.0, *(x for x, _ in points)]), min([0.0, *(y for _, y in points)])


def _extent(floor: Floor, shift_m: tuple[float, float]) -> tuple[float, float]:
    points = _points(floor)
    east, north = max([1.0, *(x for x, _ in points)]), max([1.0, *(y for _, y in points)])
    return east - shift_m[0], north - shift_m[1]


def _without(record: Mapping[str, Json], *keys: str) -> dict[str, Json]:
    return {key: value for key, value in record.items() if key not in keys}


def _zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("openintent.json", _ZIP_TIME), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _account(site: Site, access_points: Sequence[AccessPoint]) -> Account:
    rooms = sum(len(floor.rooms) for floor in site.floors)
    walls = sum(len(floor.walls) for floor in site.floors)
    took = [
        Note(what="floorplans", count=len(site.floors)),
        Note(what="wall_segments", count=walls),
        Note(
            what="coverage_areas",
            count=rooms,
            detail="rooms; name, use and class size under wifiplan_room, which other tools pass over",
            zh="教室與空間；名稱、用途與班級人數存於 wifiplan_room，其他工具會略過",
        ),
        Note(what="accesspoints", count=len(access_points)),
    ]
    left = []
    pictures = sum(floor.underlay is not None for floor in site.floors)
    if pictures:
        detail = "the picture itself is not written; its name and scale are kept for our own reader"
        left.append(Note(what="underlay", count=pictures, detail=detail, zh="未寫入底圖檔案"))
    if not access_points:
        detail = "the schema asks for at least one access point: other tools may refuse the file"
        left.append(Note(what="accesspoints", count=0, detail=detail, zh="格式要求至少一台基地臺，其他工具可能拒收"))
    return Account(took=tuple(took), left=tuple(left))
