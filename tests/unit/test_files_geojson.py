import json
import math
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from wifiplan.errors import DrawingError, OutOfRangeError, ScaleError, WifiplanError
from wifiplan.files import read_site
from wifiplan.files.drawings.formats import format_of
from wifiplan.files.drawings.geojson import read_geojson
from wifiplan.files.drawings.geojson_text import MAX_OBJECTS
from wifiplan.files.drawings.geojson_write import write_geojson
from wifiplan.files.drawings.imdf import read_imdf
from wifiplan.files.drawings.records import Imported, ImportOptions, Note

Json = Any
Place = Callable[[float, float], list[float]]

TAIPEI = (121.5, 25.03)


def degrees(x: float, y: float) -> list[float]:
    """Return metres as degrees at Taipei by the radii of the ellipsoid there: not the reader's own way."""
    lat, e2 = math.radians(TAIPEI[1]), 0.0066943799901413165
    across = 6378137.0 / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    along = across * (1 - e2) / (1 - e2 * math.sin(lat) ** 2)
    return [TAIPEI[0] + math.degrees(x / across / math.cos(lat)), TAIPEI[1] + math.degrees(y / along)]


def metres(x: float, y: float) -> list[float]:
    return [x, y]


def box(x0: float, y0: float, x1: float, y1: float, at: Place = degrees) -> list[list[float]]:
    return [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)]


def feature(form: str, coordinates: Json, **properties: Json) -> Json:
    return {"type": "Feature", "properties": properties, "geometry": {"type": form, "coordinates": coordinates}}


def collection(*features: Json, **further: Json) -> Json:
    return {"type": "FeatureCollection", "features": list(features), **further}


def school(at: Place = degrees, turn_deg: float = 0.0) -> list[Json]:
    """Return two rooms with walls of 24 cm as polygons, a door and a window that tile them, in the given frame."""

    def turned(x: float, y: float) -> list[float]:
        c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
        found: list[float] = at(x * c - y * s, x * s + y * c)
        return found

    def piece(kind: str, *corners: float) -> Json:
        return feature("Polygon", [box(*corners, at=turned)], type=kind)

    return [
        piece("building_outline", 0, 0, 18.24, 7.24),
        piece("wall", 0, 0, 3, 0.24),
        piece("door", 3, 0, 4, 0.24),
        piece("wall", 4, 0, 18.24, 0.24),
        piece("wall", 0, 7, 6, 7.24),
        piece("window", 6, 7, 9, 7.24),
        piece("wall", 9, 7, 18.24, 7.24),
        piece("wall", 0, 0.24, 0.24, 7),
        piece("wall", 9, 0.24, 9.24, 7),
        piece("wall", 18, 0.24, 18.24, 7),
        feature("Polygon", [box(0.24, 0.24, 9, 7, at=turned)], type="room", name="一年甲班"),
    ]


def written(folder: Path, data: Json, name: str = "plan.geojson") -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def counts(notes: tuple[Note, ...]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for note in notes:
        found[note.what] += note.count
    return dict(found)


def kinds(found: Imported, floor: int = 0) -> Counter[str]:
    return Counter(wall.kind for wall in found.site.floors[floor].walls)


@pytest.mark.parametrize("turn_deg", [0.0, 30.0, 107.0])
def test_polygons_become_walls_doors_windows_and_rooms(tmp_path: Path, turn_deg: float) -> None:
    found = read_geojson(written(tmp_path, collection(*school(turn_deg=turn_deg))))
    floor = found.site.floors[0]
    took = counts(found.account.took)
    assert (took["level 0: wall Polygon"], took["level 0: door Polygon"], took["level 0: window Polygon"]) == (7, 1, 1)
    door = next(wall for wall in floor.walls if wall.kind == "door")
    assert math.dist(*door.line) == pytest.approx(1.0, abs=0.01)
    assert floor.outline is not None
    assert shapely.Polygon(floor.outline).area == pytest.approx(18.24 * 7.24, rel=1e-4)
    assert [(room.name, room.use) for room in floor.rooms][:1] == [("一年甲班", "classroom")]
    assert len(floor.rooms) == 2, "the second room is enclosed by walls"
    solid = [wall for wall in floor.walls if wall.kind == "wall" and wall.bottom_m == 0.0]
    assert [wall.thickness_m for wall in solid] == [pytest.approx(0.24, abs=2e-3)] * len(solid)
    xs = [x for wall in floor.walls for x, _ in wall.line]
    assert min(xs) >= 0.0


def test_metres_are_taken_where_the_file_or_the_user_says_so_and_never_guessed(tmp_path: Path) -> None:
    plain = written(tmp_path, collection(*school(metres)))
    with pytest.raises(ScaleError, match=r"18\.24 by 7\.24"):
        read_geojson(plain)
    by_user = read_geojson(plain, ImportOptions(unit_m=1.0)).site
    millimetres = collection(*school(lambda x, y: [1000 * x + 5e6, 1000 * y]), units="mm")
    by_file = read_geojson(written(tmp_path, millimetres))
    assert by_file.site.floors[0].walls == by_user.floors[0].walls
    assert by_file.origin_m == pytest.approx((5000.0, 0.0))
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3826"}}
    by_grid = read_geojson(written(tmp_path, collection(*school(lambda x, y: [3e5 + x, 2.77e6 + y]), crs=grid)))
    assert by_grid.site.floors[0].walls == by_user.floors[0].walls
    # what says degrees, and can be none of a building
    said = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    with pytest.raises(ScaleError):
        read_geojson(written(tmp_path, collection(*school(metres), crs=said)))
    with pytest.raises(ScaleError, match="span"):
        read_geojson(plain, ImportOptions(unit_m=1e6))


def test_latitude_first_is_noticed(tmp_path: Path) -> None:
    found = read_geojson(written(tmp_path, collection(*school(lambda x, y: degrees(x, y)[::-1]))))
    right = read_geojson(written(tmp_path, collection(*school())))
    assert "coordinates" in counts(found.account.guessed)
    assert found.site.floors[0].walls == right.site.floors[0].walls


def test_simple_indoor_tagging(tmp_path: Path) -> None:
    data = collection(
        feature("Polygon", [box(0, 0, 9, 7.5)], indoor="room", name="101", level="0"),
        feature("Polygon", [box(9, 0, 18, 7.5)], indoor="room", name="一年甲班", level="0;1"),
        feature("Polygon", [box(0, 7.5, 18, 10)], indoor="corridor", level="0-1"),
        feature("Point", degrees(4, 7.5), door="yes", level="0"),
        feature("Point", degrees(12, 7.5), door="hinged", level="1"),
        feature("Polygon", [box(0, 0, 18, 10)], building="school"),
        feature("Point", degrees(5, 9), amenity="bench", level="0"),
        feature("LineString", [degrees(1, 8), degrees(9, 8)], type="pathway", level="0"),
    )
    found = read_geojson(written(tmp_path, data))
    ground, first = found.site.floors
    assert [(room.name, room.use) for room in ground.rooms] == [
        ("101", "other"),
        ("一年甲班", "classroom"),
        ("corridor", "corridor"),
    ]
    assert (ground.level, first.level, first.elevation_m) == (0, 1, ground.height_m)
    assert kinds(found)["door"] == 1
    assert len(found.site.floors[0].walls) < 11, "walls between neighbours stand once"
    assert counts(found.account.left) == {"amenity=bench": 1, "type=pathway": 1}
    assert ground.outline == first.outline


def test_lines_are_walls_and_two_faces_are_one(tmp_path: Path) -> None:
    faces = [box(0, 0, 9, 7), box(0.2, 0.2, 8.8, 6.8)]
    found = read_geojson(
        written(tmp_path, collection(*(feature("LineString", face, layer="A-WALL") for face in faces)))
    )
    walls = found.site.floors[0].walls
    assert [wall.thickness_m for wall in walls] == [pytest.approx(0.2, abs=2e-3)] * 4
    assert counts(found.account.took)["level 0: wall LineString"] == 2


def test_points_name_rooms_and_properties_say_size_and_thickness(tmp_path: Path) -> None:
    lines = [
        feature("LineString", [degrees(*a), degrees(*b)], what="Wall", width=0.15, material="RC牆") for a, b in EDGES
    ]
    data = collection(
        *lines,
        feature("Point", degrees(4, 3), name="電腦教室"),
        feature("Polygon", [box(9, 0, 18, 7)], category="classroom", name="301", capacity="28"),
    )
    found = read_geojson(written(tmp_path, data))
    floor = found.site.floors[0]
    assert {(wall.material, wall.thickness_m) for wall in floor.walls} == {("concrete", 0.15)}
    rooms = {room.name: (room.use, room.class_size) for room in floor.rooms}
    assert rooms["電腦教室"] == ("specialist", None)
    assert rooms["301"] == ("classroom", 28)


EDGES = [((0, 0), (18, 0)), ((18, 0), (18, 7)), ((18, 7), (0, 7)), ((0, 7), (0, 0)), ((9, 0), (9, 7))]


def test_a_folder_of_floors_and_one_of_layers(tmp_path: Path) -> None:
    for name in ("house-gf", "house-1", "house-2"):
        written(tmp_path, collection(*school()), f"{name}.geojson")
    path = collection(feature("LineString", [degrees(0, 0), degrees(5, 5)], type="stairs"))
    written(tmp_path, path, "house-1-paths.geojson")
    found = read_geojson(tmp_path)
    assert [floor.level for floor in found.site.floors] == [0, 1, 2]
    assert counts(found.account.left) == {"type=stairs": 1}
    layers = tmp_path / "layers"
    layers.mkdir()
    written(
        layers,
        collection(*(feature("Polygon", one["geometry"]["coordinates"]) for one in school()[1:2])),
        "walls.geojson",
    )
    written(layers, collection(feature("Polygon", [box(0, 0, 9, 7)], name="A")), "rooms.geojson")
    site = read_geojson(layers).site
    assert len(site.floors) == 1
    assert [room.name for room in site.floors[0].rooms] == ["A"]


@pytest.mark.parametrize("anchor", [None, (121.5, 25.03), (-70.0, -53.2)])
def test_a_site_comes_back_as_it_was(tmp_path: Path, repo_root: Path, anchor: tuple[float, float] | None) -> None:
    site = read_site(repo_root / "floorplans/demo-remote.json")
    account = write_geojson(tmp_path / "x.geojson", site, site.access_points, anchor=anchor)
    found = read_geojson(tmp_path / "x.geojson")
    assert found.site == site
    assert counts(account.took)["walls"] == sum(len(floor.walls) for floor in site.floors)
    # a thing that another program added is told, not taken
    data = json.loads((tmp_path / "x.geojson").read_text("utf-8"))
    data["features"].append(feature("Point", [1, 1], type="bench", level=0))
    again = read_geojson(written(tmp_path, data))
    assert (again.site, counts(again.account.left)) == (site, {"bench": 1})


def test_an_anchor_is_a_place_on_earth(tmp_path: Path, repo_root: Path) -> None:
    site = read_site(repo_root / "floorplans/demo-remote.json")
    with pytest.raises(OutOfRangeError):
        write_geojson(tmp_path / "x.geojson", site, (), anchor=(25.0, 121.5))


def test_crooked_empty_and_doubled_shapes_are_counted(tmp_path: Path) -> None:
    bow = [degrees(0, 0), degrees(9, 7), degrees(9, 0), degrees(0, 7), degrees(0, 0)]
    data = collection(
        *school(),
        feature("Polygon", [[*bow]], type="room", name="bow"),
        *(feature("Polygon", [box(9.24, 0.24, 18, 7)], type="room", name="twice") for _ in range(2)),
        {"type": "Feature", "properties": {"type": "chair"}, "geometry": None},
        feature("Polygon", [], type="desk"),
        feature("MultiPolygon", [[box(20, 0, 22, 2)], [box(23, 0, 25, 2)]], type="shed"),
        {
            "type": "Feature",
            "properties": {"type": "lamp"},
            "geometry": {"type": "GeometryCollection", "geometries": []},
        },
    )
    found = read_geojson(written(tmp_path, data))
    left = counts(found.account.left)
    assert (left["chair"], left["desk"], left["type=shed"], left["lamp"]) == (1, 1, 2, 1)
    assert left["type=room"] >= 1, "one of two that are the same"
    assert counts(found.account.guessed)["room"] == 1


def test_names_with_scripts_stay_text(tmp_path: Path) -> None:
    data = collection(*school(), feature("Polygon", [box(9.3, 1, 17, 6)], type="room", name="<script>x</script>\x00"))
    found = read_geojson(written(tmp_path, data))
    assert "<script>x</script>?" in [room.name for room in found.site.floors[0].rooms]


HOSTILE: dict[str, tuple[Json, str]] = {
    "empty": ("", "not valid JSON"),
    "no GeoJSON": ({"type": "Topology"}, "no GeoJSON type"),
    "no features": ({"type": "FeatureCollection"}, 'needs a list of "features"'),
    "nothing drawn": (collection(), "empty"),
    "nothing known": (
        collection(feature("Point", degrees(0, 0)), feature("Point", degrees(9, 0), type="tree")),
        "no wall",
    ),
    "not a number": (collection(feature("LineString", [[float("nan"), 0], [0, 0]], type="wall")), "finite numbers"),
    "beyond all numbers": ('{"type": "Point", "coordinates": [1e999, 1]}', "finite numbers"),
    "astronomical": (collection(feature("LineString", [[1e300, 0], [0, 0]], type="wall")), "finite numbers"),
    "texts for numbers": (collection(feature("LineString", [["1", "2"], [0, 0]], type="wall")), "finite numbers"),
    "a number for a ring": (collection(feature("Polygon", [1, 2], type="wall")), "finite numbers"),
    "an object for a ring": (collection(feature("MultiPolygon", {"a": 1}, type="wall")), "finite numbers"),
    "an unknown geometry": (collection(feature("Circle", [0, 0], type="wall")), "GeoJSON does not have"),
    "nested": ('{"type": "Polygon", "coordinates": ' + "[" * 4000 + "]" * 4000 + "}", "nested too deeply"),
    "a flood": ('{"type": "FeatureCollection", "features": [' + "{}," * MAX_OBJECTS + "{}]}", "million objects"),
    "half a character": ('{"type": "FeatureCollection", "name": "\\ud800", "features": []}', "half a character"),
    "our records, falsified": (
        collection(feature("Point", [0, 0], type="access_point", level=0, wifiplan={"id": "a", "evil": [1]}))
        | {"wifiplan": {"unit": "m", "site": {"name": "x"}, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3}]}},
        "evil",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_drawings_get_one_clear_message(tmp_path: Path, name: str) -> None:
    data, message = HOSTILE[name]
    with pytest.raises(WifiplanError) as caught:
        read_geojson(written(tmp_path, data))
    assert isinstance(caught.value, DrawingError)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 5000


def area_m2(ring: list[list[float]]) -> float:
    """Return the area of a ring in degrees by the shoelace formula on the ellipsoid's radii at its first corner."""
    lon, lat = np.radians(np.array(ring)).T
    e2 = 0.0066943799901413165
    across = 6378137.0 / np.sqrt(1 - e2 * np.sin(lat[0]) ** 2)
    along = across * (1 - e2) / (1 - e2 * np.sin(lat[0]) ** 2)
    x, y = (lon - lon[0]) * across * np.cos(lat[0]), (lat - lat[0]) * along
    return float(abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


@pytest.mark.data
def test_westport_house_keeps_its_pieces_and_outlines(shared_data: Path) -> None:
    folder = shared_data / "plans/geojson"
    found = read_geojson(folder)
    assert [floor.level for floor in found.site.floors] == list(range(7))
    took = counts(found.account.took)
    for level, floor in enumerate(found.site.floors):
        name = "gf" if level == 0 else str(level)
        data = json.loads((folder / f"westport-house-floor-{name}.geojson").read_text("utf-8"))
        drawn = Counter(one["properties"]["type"] for one in data["features"])
        for kind in ("wall", "door", "window"):
            assert took.get(f"level {level}: {kind} Polygon", 0) == drawn[kind], (level, kind)
        assert Counter(wall.kind for wall in floor.walls)["door"] == drawn["door"]
        ring = next(one for one in data["features"] if one["properties"]["type"] == "building_outline")
        assert floor.outline is not None
        outline = ring["geometry"]["coordinates"][0]
        assert shapely.Polygon(floor.outline).area == pytest.approx(area_m2(outline), rel=5e-4)
    names = {room.name for room in found.site.floors[2].rooms}
    assert {"Server room", "Kitchen", "Meeting Room Large", "Meeting Room Small", "Storage Cupboard"} <= names
    assert counts(found.account.left)["type=pathway"] > 40, "routes are told"


def venue(folder: Path, *, ordinal: Json = 0, level_id: str = "L") -> Path:
    """Write a venue of one level with two rooms beside a walkway, and a door between."""

    def thing(ident: str, form: str, coordinates: Json, **said: Json) -> Json:
        return {"id": ident, **feature(form, coordinates, **said)}

    level = thing("L", "Polygon", [box(0, 0, 18, 10)], ordinal=ordinal, name={"en": "Ground", "zh-TW": "一樓"})
    units = [
        thing("a", "Polygon", [box(0, 0, 9, 7)], category="room", name={"zh-TW": "三年甲班"}, level_id=level_id),
        thing("b", "Polygon", [box(9, 0, 18, 7)], category="restroom", name=None, level_id="L"),
        thing("c", "Polygon", [box(0, 7, 18, 10)], category="walkway", name=None, level_id="L"),
    ]
    door = {"type": "door", "material": "metal"}
    opening = thing("d", "LineString", [degrees(3, 7), degrees(4, 7)], category="pedestrian", door=door, level_id="L")
    written(folder, {"version": "1.0.0", "language": "en"}, "manifest.json")
    written(folder, collection(level), "level.geojson")
    written(folder, collection(*units), "unit.geojson")
    written(folder, collection(opening), "opening.geojson")
    return folder


def test_imdf_of_two_rooms(tmp_path: Path) -> None:
    floor = read_imdf(venue(tmp_path)).site.floors[0]
    assert (floor.name, [(room.name, room.use) for room in floor.rooms]) == (
        "一樓",
        [("三年甲班", "classroom"), ("restroom", "other"), ("corridor", "corridor")],
    )
    door = next(wall for wall in floor.walls if wall.kind == "door")
    assert (door.material, math.dist(*door.line)) == ("metal", pytest.approx(1.0, abs=0.01))
    between = [wall for wall in floor.walls if all(abs(x - 9.0) < 0.02 for x, _ in wall.line)]
    assert len(between) == 1, "the wall of two neighbours stands once"


def test_imdf_with_faults(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="no number of a storey"):
        read_imdf(venue(tmp_path, ordinal="NaN"))
    found = read_imdf(venue(tmp_path, level_id="<nowhere>"))
    assert counts(found.account.left)["unit"] == 1
    (tmp_path / "unit.geojson").unlink()
    with pytest.raises(DrawingError, match="no IMDF"):
        read_imdf(tmp_path)


@pytest.mark.data
def test_imdf_units_become_rooms_with_walls_once(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "plans/imdf"
    assert format_of(folder) == "imdf"
    found = read_imdf(folder)
    assert [(floor.level, floor.name, len(floor.rooms)) for floor in found.site.floors] == [
        (-1, "B1", 6),
        (0, "1F", 3),
        (1, "2F", 2),
    ]
    left = counts(found.account.left)
    assert (left["fixture"], left["occupant"], left["venue"]) == (1, 2, 1)
    with zipfile.ZipFile(tmp_path / "venue.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"venue/{file.name}")
    assert format_of(tmp_path / "venue.zip") == "imdf"
    assert read_imdf(tmp_path / "venue.zip").site == found.site
    with pytest.raises(DrawingError, match="no IMDF"):
        read_imdf(shared_data / "plans/geojson")
