"""Which reader a file needs, and floors of drawings put into a site that is there already."""

import json
import zipfile
from pathlib import Path

import pytest

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.formats import format_of, read_drawing, written_format
from wifiplan.files.drawings.joining import with_floors_of
from wifiplan.files.drawings.records import Account, Imported, ImportOptions
from wifiplan.site.building import Floor, Room, Site, Spot
from wifiplan.site.network import AccessPoint

SQUARE = ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0))


def floor(level: int, elevation_m: float = 0.0, *, room: str = "R1") -> Floor:
    return Floor(
        level=level,
        elevation_m=elevation_m,
        height_m=3.5,
        rooms=(Room(id=room, name="101", use="classroom", polygon=SQUARE),),
    )


def imported(*floors: Floor, **more: object) -> Imported:
    return Imported(site=Site(name="drawing", floors=floors, **more), account=Account())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.json", {"name": "x", "floors": []}, "site"),
        ("a.json", {"type": "FeatureCollection", "features": []}, "geojson"),
        ("a.json", {"accesspoints": [{"dot11_radios": []}]}, "openintent"),
        ("a.GeoJSON", {}, "geojson"),
        ("a.DXF", {}, "dxf"),
        ("a.PDF", {}, "picture"),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, content: object, kind: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(content), encoding="utf-8")
    assert format_of(path) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("project.json", "floorPlans.json"), "esx"),
        (("manifest.json", "unit.geojson"), "imdf"),
        (("x/manifest.json", "x/unit.geojson"), "imdf"),
        (("house.ifc",), "ifc"),
        (("design.json", "map.png"), "openintent"),
    ],
)
def test_what_an_archive_is(tmp_path: Path, names: tuple[str, ...], kind: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    assert format_of(path) == kind


def test_closed_formats_say_what_to_save_instead(tmp_path: Path) -> None:
    for name, word in (("a.dwg", "DXF"), ("a.rvt", "IFC"), ("a.xyz", "site file")):
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(DrawingError, match=word):
            read_drawing(tmp_path / name, ImportOptions())
    with pytest.raises(DrawingError, match="esx"):
        written_format(Path("a.dwg"))


def test_floors_stand_on_those_below() -> None:
    site = Site(name="school", floors=(floor(0, 1.0),))
    both = with_floors_of(site, imported(floor(1), floor(2, room="R2"))).site
    assert [(f.level, f.elevation_m) for f in both.floors] == [(0, 1.0), (1, 4.5), (2, 8.0)]
    assert [f.rooms[0].id for f in both.floors] == ["R1", "R1-2", "R2"]
    assert both.name == "school"


def test_floors_hang_under_those_above() -> None:
    site = Site(name="school", floors=(floor(1, 4.0),))
    both = with_floors_of(site, imported(floor(-1), floor(0, room="R2"))).site
    assert [(f.level, f.elevation_m) for f in both.floors] == [(-1, -3.0), (0, 0.5), (1, 4.0)]


def test_what_hangs_in_a_renamed_room_stays_there() -> None:
    site = Site(name="school", floors=(floor(0),), access_points=(AccessPoint(id="AP1", room_id="R1"),))
    new = imported(
        floor(1),
        access_points=(AccessPoint(id="AP1", room_id="R1", floor=1),),
        spots=(Spot(kind="locked", floor=1, room_id="R1"),),
    )
    both = with_floors_of(site, new).site
    assert [(ap.id, ap.room_id) for ap in both.access_points] == [("AP1", "R1"), ("AP1-2", "R1-2")]
    assert both.spots[0].room_id == "R1-2"


def test_a_floor_that_is_there_is_never_replaced() -> None:
    with pytest.raises(DrawingError, match="already"):
        with_floors_of(Site(name="school", floors=(floor(0),)), imported(floor(0)))
