"""Features of a GeoJSON drawing as things with a kind, a shape in the drawing's own unit, and what is said of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.errors import Fault
from wifiplan.files.drawings.geojson_levels import levels_of
from wifiplan.files.drawings.geojson_shapes import GEOMETRIES
from wifiplan.files.drawings.geojson_text import number, text_of
from wifiplan.files.drawings.geojson_words import Kind, kind_of, material_of, plain
from wifiplan.files.json_input import Json, printable
from wifiplan.files.site_checks import MAX_CLASS_SIZE

MAX_FEATURES = 100_000
"""A large venue with every chair has 20,000."""

_KIND_KEYS = (
    *(
        "indoor",
        "type",
        "class",
        "category",
        "kind",
        "feature_type",
        "element",
        "object",
        "layer",
        "Layer",
        "ifc_class",
    ),
    *(
        "IfcType",
        "ifc_type",
        "subclass",
        "sub_class",
        "usage",
        "function",
        "room",
        "highway",
        "barrier",
        "amenity",
        "Kategorie",
        "類別",
        "類型",
        "圖層",
    ),
)
"""Keys whose value says what a thing is, the most telling first; OpenStreetMap uses `indoor`."""
_NAME_KEYS = (
    "name:zh",
    "name:zh-TW",
    "name",
    "Name",
    "NAME",
    "label",
    "title",
    "room_name",
    "名稱",
    "ref",
    "roomnumber",
)
_PLAIN_KINDS: Mapping[str, Kind] = {
    "wall": "wall",
    "door": "door",
    "window": "window",
    "room": "room",
    "parapet": "parapet",
}
_SIZE_KEYS = ("class_size", "students", "pupils", "capacity", "班級人數", "人數")
_NUMBER_KEYS = ("ref", "number", "roomnumber", "room_number", "code", "編號")
_LEVEL_KEYS = ("level", "levels", "floor", "storey", "story", "floor_number", "level_id", "z_order", "樓層")
_THICKNESS_KEYS = ("thickness", "thickness_m", "wall_thickness", "厚度")
_MATERIAL_KEYS = ("material", "wall:material", "construction", "door:material", "材料", "材質")
_HEIGHT_KEYS = ("height", "height_m", "top_m", "高度")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of a drawing. `word` is the drawing's own for its kind; `own` our own record of it."""

    kind: Kind
    shape: BaseGeometry
    word: str
    levels: tuple[float, ...] = ()
    name: str = ""
    number: str = ""
    material: str | None = None
    thickness_m: float | None = None
    height_m: float | None = None
    class_size: int | None = None
    where: str = ""
    own: Mapping[str, Json] = field(default_factory=dict)


def features_in(data: Json, *, where: str, faults: list[Fault]) -> list[tuple[str, Mapping[str, Json]]]:
    """Return the features of a GeoJSON object with their places; a bare geometry is one feature without properties."""
    kind = data.get("type")
    if kind == "FeatureCollection":
        given = data.get("features")
        if not isinstance(given, list):
            faults.append(Fault(where=where, problem='a FeatureCollection needs a list of "features"'))
            return []
        if len(given) > MAX_FEATURES:
            told = f"{len(given):,} features are more than {MAX_FEATURES:,}"
            faults.append(Fault(where=where, problem=told, remedy="export one floor, without furniture and symbols"))
            return []
        found = []
        for n, one in enumerate(given):
            if isinstance(one, Mapping) and one.get("type", "Feature") == "Feature":
                found.append((f"features[{n}]", one))
            else:
                faults.append(Fault(where=f"{where} features[{n}]".strip(), problem="is no Feature"))
        return found
    if kind == "Feature":
        return [("feature", data)]
    if isinstance(kind, str) and kind in {*GEOMETRIES, "GeometryCollection"}:
        return [("geometry", {"type": "Feature", "properties": {}, "geometry": data})]
    faults.append(Fault(where=where, problem=f'"type" is {printable(str(kind))[:40]}, which is no GeoJSON type'))
    return []


def item_of(feature: Mapping[str, Json], shape: BaseGeometry, *, where: str, layer: str = "") -> Item:
    """Return what a feature is and what it says of itself; `layer` is the name of its collection or file."""
    given = feature.get("properties")
    properties = given if isinstance(given, Mapping) else {}
    own = properties.get("wifiplan")
    kind, word = _meaning(feature, properties, shape, layer)
    return Item(
        kind=kind,
        shape=shape,
        word=word,
        levels=_first_levels(feature, properties),
        name=_first_text(properties, _NAME_KEYS),
        number=_first_text(properties, _NUMBER_KEYS),
        material=_material(properties, word, kind),
        thickness_m=_length(properties, _THICKNESS_KEYS, 3.0) or _width(properties, kind, shape),
        height_m=_length(properties, _HEIGHT_KEYS, 40.0),
        class_size=_size(properties) if kind == "room" else None,
        where=where,
        own=own if isinstance(own, Mapping) else {},
    )


def _meaning(
    feature: Mapping[str, Json], properties: Mapping[str, Json], shape: BaseGeometry, layer: str
) -> tuple[Kind, str]:
    for key in ("door", "window", "entrance"):
        value = text_of(properties.get(key))
        if value and value != "no" and not _is_area(shape):
            return ("window" if key == "window" else "door"), f"{key}={value}"
    if text_of(properties.get("building")) not in {"", "no"} and not properties.get("indoor") and _is_area(shape):
        return "outline", "building"
    said = list(_said(feature, properties))
    for key, value in said:
        if (found := kind_of(value)) is not None:
            return found, f"{key}={value}"
    # a key that we don't know, with a value that is a kind and nothing more
    for key, value in ((text_of(key), text_of(value)) for key, value in properties.items() if key not in _NAME_KEYS):
        if plain(value) in _PLAIN_KINDS:
            return _PLAIN_KINDS[plain(value)], f"{key}={value}"
    first = next((f"{key}={value}" for key, value in said), "")
    return _by_layer(layer, first, shape, named=bool(_first_text(properties, _NAME_KEYS)))


def _said(feature: Mapping[str, Json], properties: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield what a feature says of its kind, the most telling first."""
    for source, keys in ((properties, _KIND_KEYS), (feature, ("feature_type", "layer"))):
        for key in keys:
            value = text_of(source.get(key))
            if value and value not in {"yes", "Feature"}:
                yield key, value


def _by_layer(layer: str, first: str, shape: BaseGeometry, *, named: bool) -> tuple[Kind, str]:
    """Return the kind of a feature that says none itself: that of its layer; an area with a name is a room."""
    if layer and (found := kind_of(layer)) is not None:
        return found, f"layer {layer}"
    if named and _is_area(shape):
        return "room", f"named {first or 'polygon'}"
    return "other", first or f"{type(shape).__name__} without a kind"


def _is_area(shape: BaseGeometry) -> bool:
    return isinstance(shape, shapely.Polygon)


def _material(properties: Mapping[str, Json], word: str, kind: Kind) -> str | None:
    if kind not in {"wall", "door", "window", "parapet"}:
        return None
    said = _first_text(properties, _MATERIAL_KEYS)
    return material_of(said) if said else material_of(word.partition("=")[2]) if kind != "window" else None


def _first_text(properties: Mapping[str, Json], keys: tuple[str, ...]) -> str:
    return next((found for key in keys if (found := text_of(properties.get(key)))), "")


def _first_levels(feature: Mapping[str, Json], properties: Mapping[str, Json]) -> tuple[float, ...]:
    for source in (properties, feature):
        for key in _LEVEL_KEYS:
            value = source.get(key)
            values = value if isinstance(value, list) else [value]
            found = tuple(sorted({level for one in values for level in levels_of(one)}))
            if found:
                return found
    return ()


def _width(properties: Mapping[str, Json], kind: Kind, shape: BaseGeometry) -> float | None:
    """Return the width of a wall that is drawn as a line: some call its thickness so."""
    return _length(properties, ("width",), 1.0) if kind == "wall" and not _is_area(shape) else None


def _size(properties: Mapping[str, Json]) -> int | None:
    values = (number(properties.get(key)) for key in _SIZE_KEYS)
    return next((int(value) for value in values if value is not None and 0 < value <= MAX_CLASS_SIZE), None)


def _length(properties: Mapping[str, Json], keys: tuple[str, ...], most_m: float) -> float | None:
    for key in keys:
        value = number(properties.get(key))
        if value is not None and 0.0 < value <= most_m:
            return value
    return None
