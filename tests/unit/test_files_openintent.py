import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wifiplan.catalog.antennas import MeasuredAntenna
from wifiplan.errors import DrawingError, ScaleError
from wifiplan.files import read_site
from wifiplan.files.drawings.openintent import read_openintent
from wifiplan.files.drawings.openintent_sorts import loss_db
from wifiplan.files.drawings.openintent_write import document, write_openintent
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.site.building import Cabinet, Floor, Room, Site, Slab, Spot, Wall
from wifiplan.site.network import AccessPoint, Radio

Json = Any


def schema(root: Path) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((root / "tests/golden/openintent_2_0.json").read_text("utf-8")))


def school() -> Site:
    """Return a site that uses every field which a design can hold, some of it beyond the south-west corner."""
    room = Room(
        id="101",
        name="一年甲班",
        use="classroom",
        polygon=((0, 0), (9, 0), (9, 7.5), (0, 7.5)),
        class_size=27,
        block="A棟",
    )
    walls = (
        Wall(line=((-0.2, 0.0), (9.0, 0.0)), material="brick", top_m=3.2, thickness_m=0.24),
        Wall(
            line=((9.0, 0.0), (9.0, 7.5)),
            material="concrete",
            top_m=3.2,
            loss_2g4_db=7.3,
            loss_5g_db=11.5,
            loss_6g_db=14.0,
        ),
        Wall(line=((1.0, 0.0), (2.0, 0.0)), material="steel_door", top_m=2.1, kind="door"),
        Wall(
            line=((0.0, 7.5), (9.0, 7.5)), material="glass", bottom_m=0.9, top_m=2.6, kind="window", thickness_m=0.006
        ),
        Wall(line=((0.0, 9.5), (9.0, 9.5)), material="concrete", top_m=1.1, kind="parapet"),
    )
    low = Floor(
        level=-1,
        elevation_m=-3.0,
        height_m=3.0,
        slab=Slab(material="concrete", thickness_m=0.3),
        walls=walls[:1],
    )
    ground = Floor(
        level=0, elevation_m=0.0, height_m=3.5, name="地下室", rooms=(room,), walls=walls,
        outline=((-0.5, -0.5), (9.5, -0.5), (9.5, 10.0), (-0.5, 10.0)), voids=(((2, 8), (4, 8), (4, 9)),),
        cabinets=(Cabinet(id="MDF", x_m=0.5, y_m=0.5, name="機房", uplink_mbps=1000.0),),
    )  # fmt: skip
    return Site(
        name="測試國小",
        floors=(low, ground),
        uplink_mbps=300.0,
        spots=(Spot(kind="forbidden", floor=0, x_m=1.0, y_m=1.0),),
    )


def access_points() -> tuple[AccessPoint, ...]:
    radios = (
        Radio(band="2.4", channel=6, width_mhz=20, eirp_dbm=14.5),
        Radio(band="5", channel=42, width_mhz=80, eirp_dbm=20.3),
        Radio(band="6", channel=5, width_mhz=20),
    )
    return (
        AccessPoint(
            id="AP1", name="甲", x_m=4.0, y_m=3.0, z_m=3.0, room_id="101", model="ax-2x2", radios=radios, serial="S1",
        ),
        AccessPoint(
            id="AP2", x_m=-0.3, y_m=9.0, z_m=2.5, radios=(Radio(band="5", channel=36, width_mhz=80),), mount="wall",
            azimuth_deg=90.0, tilt_deg=10.0, mac="02:00:00:00:00:01", pattern="own",
        ),
        AccessPoint(id="AP3", room_id="101"),
        AccessPoint(id="AP4", floor=-1, x_m=1.0, y_m=1.0),
    )  # fmt: skip


@pytest.mark.parametrize("suffix", ["json", "zip"])
def test_a_site_comes_back_as_it_was_and_the_file_is_what_the_schema_asks(
    tmp_path: Path, repo_root: Path, suffix: str
) -> None:
    cut = tuple([0.0] * 360)
    site = replace(school(), antennas=(MeasuredAntenna(name="own", horizontal_db=cut, vertical_db=cut),))
    target = tmp_path / f"plan.{suffix}"
    account = write_openintent(target, site, access_points())
    assert {note.what: note.count for note in account.took}["wall_segments"] == 6
    back = read_openintent(target)
    assert back.site == replace(site, access_points=access_points())
    assert not back.account.guessed
    plain = document(site, access_points())
    schema(repo_root).validate(plain)
    # the digest of the schema bites
    plain["floorplans"][1]["wall_segments"][0].pop("wall_type")
    with pytest.raises(jsonschema.ValidationError):
        schema(repo_root).validate(plain)


def test_the_example_school_keeps_walls_losses_and_access_points(tmp_path: Path, repo_root: Path) -> None:
    site = read_site(repo_root / "floorplans/demo-elementary.json")
    write_openintent(tmp_path / "a.json", site, site.access_points)
    assert read_openintent(tmp_path / "a.json").site == site
    first = (tmp_path / "a.json").read_bytes()
    write_openintent(tmp_path / "b.json", site, site.access_points)
    assert first == (tmp_path / "b.json").read_bytes()
    schema(repo_root).validate(json.loads(first))


def test_other_programs_that_know_only_the_schema_find_walls_losses_and_channels() -> None:
    plain = document(school(), access_points())
    floor = plain["floorplans"][1]
    sizes = {one["unit"]: (one["width"], one["length"]) for one in floor["dimensions"]}
    assert sizes["meters"] == (10.0, 10.5)
    assert sizes["pixels"] == (1000.0, 1050.0)
    assert floor["name"] != plain["floorplans"][0]["name"], "names of floors are unique"
    # the origin is the lower left corner: x from -0.5 on, in centimetres
    assert floor["wall_segments"][1]["start_point"] == {"x": 950.0, "y": 50.0}
    kinds = {one["name"]: one["rf_properties"]["attenuation_flat"] for one in plain["wall_materials"]}
    assert kinds[floor["wall_segments"][1]["wall_type"]] == 11.5
    radios = plain["accesspoints"][0]["dot11_radios"]
    assert [(one["channel"], one.get("channel_width")) for one in radios] == [
        (6, "20_MHz"),
        (36, "80_MHz"),
        (5, "20_MHz"),
    ]
    assert radios[1]["transmit_eirp"] == 20.3
    assert "coordinates" not in plain["accesspoints"][2], "known by its room only"
    assert loss_db(school().floors[1].walls[1], "2.4") == 7.3


def test_a_channel_that_another_program_changed_holds(tmp_path: Path) -> None:
    plain = document(school(), access_points()[:1])
    plain["accesspoints"][0]["dot11_radios"][1]["channel"] = 149
    path = tmp_path / "x.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    assert read_openintent(path).site.access_points[0].radios[1].channel == 155


def plan(**further: Json) -> dict[str, Json]:
    """Return a floor as Hamina exports it: pixels, metres, feet; walls without a unit."""
    return {
        "name": "2F",
        "project_name": "School",
        "dimensions": [
            {"width": 2000, "length": 1000, "height": 150, "unit": "pixels"},
            {"width": 40, "length": 20, "height": 3, "unit": "meters"},
        ],
        "wall_segments": [
            wall("[Imported] Brick", (100, 100), (1900, 100)),
            wall("Drywall", (1900, 100), (1900, 900)),
            wall("Wooden door", (100, 900), (150, 900)),
        ],
        **further,
    }


def wall(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Json:
    return {
        "wall_type": kind,
        "start_point": dict(zip("xy", start, strict=True)),
        "end_point": dict(zip("xy", end, strict=True)),
    }


def design(*plans: Json, **further: Json) -> dict[str, Json]:
    return {"openintent_version": "2.0.1", "floorplans": list(plans or (plan(),)), "accesspoints": [], **further}


def written(folder: Path, data: Json) -> Path:
    path = folder / "design.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_a_design_of_another_program_is_read_with_its_grounds(tmp_path: Path) -> None:
    radio = {"id": 1, "radio_function": "CLIENT_ACCESS", "band": "FREQ_5GHZ", "channel": 36, "channel_width": "80_MHz"}
    point = {
        "name": "AP-1", "floorplan_name": "2F", "manufacturer": "HPE Aruba", "model": "AP-515", "ssids": ["x"],
        "coordinates": [
            {"coordinate_xyz": {"x": 1000, "y": 500, "z": 125, "unit": "pixels"}},
            {"coordinate_xyz": {"x": 20, "y": 10, "z": 2.5, "unit": "meters"}},
        ],
        "dot11_radios": [radio | {"transmit_power": 12, "mimo_chains": 4}, {"id": 2, "radio_function": "MONITORING"}],
        "antennas": [{"vendor": "a", "model": "b", "bands": [{"band": "FREQ_5GHZ", "gain": 5.0}]}],
    }  # fmt: skip
    materials = [
        {"name": "[Imported] Brick", "rf_properties": {"attenuation_flat": 9.5}, "thickness_m": 0.1},
        {"name": "Drywall", "rf_properties": {"attenuation_per_m": 20}, "thickness_m": 0.15},
    ]
    shade = {"area": {"coordinates": []}, "area_material": {"name": "x"}}
    data = design(
        plan(attenuation_areas=[shade]), accesspoints=[point], wall_materials=materials, switches=[{"name": "s"}]
    )
    found = read_openintent(written(tmp_path, data))
    floor = found.site.floors[0]
    assert (floor.level, floor.height_m, found.site.name) == (1, 3.0, "School")
    brick, dry, door = floor.walls
    assert brick.line == ((2.0, 2.0), (38.0, 2.0))
    assert (brick.material, brick.loss_2g4_db, brick.loss_6g_db, brick.thickness_m) == ("brick", 9.5, 9.5, 0.1)
    assert (dry.material, dry.loss_5g_db) == ("plasterboard", 3.0)
    assert (door.kind, door.material) == ("door", "wood")
    ap = found.site.access_points[0]
    assert (ap.x_m, ap.y_m, ap.z_m) == (20.0, 10.0, 2.5)
    # four chains of 12 dBm at 5 dBi
    assert ap.radios == (Radio(band="5", channel=42, width_mhz=80, eirp_dbm=23.0),)
    left = {note.what: note.count for note in found.account.left}
    assert left == {"attenuation_areas": 1, "switches": 1, "dot11_radios": 1, "accesspoint ssids": 1}
    guessed = {note.what for note in found.account.guessed}
    assert {"wall_segments unit", "floorplans level", "transmit_power", "wall_type Drywall"} <= guessed


def test_walls_in_metres_are_known_by_where_they_lie(tmp_path: Path) -> None:
    small = plan(wall_segments=[wall("brick", (2, 2), (38, 2)), wall("brick", (38, 2), (38, 18))])
    assert read_openintent(written(tmp_path, design(small))).site.floors[0].walls[0].line == ((2.0, 2.0), (38.0, 2.0))


def test_release_1_in_feet(tmp_path: Path) -> None:
    point = {"name": "ap", "floorplan_name": "f", "coordinate_xyz": {"x": 10, "y": 5, "z": 8, "unit": "feet"}}
    floor = {"name": "f", "dimensions": [{"length": 100, "width": 200, "unit": "feet"}]}
    floor["wall_segments"] = [wall("brick", (0, 0), (100, 100)) | {"thickness": 0.5, "height": 3}]
    site = read_openintent(written(tmp_path, {"floorplans": [floor], "accesspoints": [point]})).site
    assert site.floors[0].walls[0].line[1] == (30.48, 30.48)
    assert (site.access_points[0].x_m, site.access_points[0].z_m) == (3.048, 2.4384)


def test_pixels_alone_ask_for_a_scale(tmp_path: Path) -> None:
    bare = plan(dimensions=[{"width": 2000, "length": 1000, "unit": "pixels"}])
    path = written(tmp_path, design(bare))
    with pytest.raises(ScaleError, match="how large a pixel"):
        read_openintent(path)
    assert read_openintent(path, ImportOptions(unit_m=0.02)).site.floors[0].walls[0].line[1] == (38.0, 2.0)


def test_the_picture_of_a_zip_lies_under_the_floor(tmp_path: Path) -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (1000).to_bytes(4, "big") + (500).to_bytes(4, "big")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("openIntent_School.json", json.dumps(design(plan(map_uri="file://images/a.png"))))
        archive.writestr("images/a.png", head)
        archive.writestr("export-warnings.json", "{}")
    found = read_openintent(tmp_path / "x.zip")
    underlay = found.site.floors[0].underlay
    assert underlay is not None
    assert (underlay.picture, underlay.scale_m_per_px) == (found.pictures[0].name, 0.04)


HOSTILE: dict[str, tuple[Json, str]] = {
    "not JSON": ("{", "not valid JSON"),
    "a list": ("[]", "no JSON object"),
    "other JSON": ({"hello": 1}, "no OpenIntent design"),
    "nested": ('{"floorplans": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
    "not a number": (design(plan(wall_segments=[wall("brick", (float("nan"), 0), (9, 0))])), "finite numbers"),
    "beyond all numbers": (json.dumps(design(plan())).replace("1900", "1e999"), "finite numbers"),
    "texts for points": (design(plan(wall_segments=[wall("brick", ("a", 0), (9, 0))])), "finite numbers"),  # type: ignore[arg-type]
    "no dimensions": (design({"name": "x"}), "a dimension needs"),
    "a plan of no size": (design(plan(dimensions=[{"width": 0, "length": 0, "unit": "meters"}])), "positive numbers"),
    "floors that are no objects": (design("a", 3), "must be an object"),
    "two corners": (design(plan(coverage_areas=[{"area": {"coordinates": [{}, {}]}}])), "three corners"),
    "our records, falsified": (
        {**document(school(), ()), "wifiplan_site": {"name": "x", "country": "XX", "evil": 1}},
        "evil",
    ),
    "a wall of no material": (
        design(wall_materials=[{"name": "Drywall", "wifiplan_wall": {"material": "kryptonite", "top_m": 3}}]),
        "kryptonite",
    ),
    "keys twice": ('{"floorplans": [{"name": "a", "name": "b"}]}', "given twice"),
    "bands": (
        design(
            accesspoints=[
                {"name": "a", "coordinate_xyz": {"x": 1, "y": 1, "unit": "meters"}, "dot11_radios": [{"id": 1}]}
            ]
        ),
        "its band",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_get_one_clear_message(tmp_path: Path, name: str) -> None:
    data, message = HOSTILE[name]
    with pytest.raises(DrawingError) as caught:
        read_openintent(written(tmp_path, data))
    assert message in str(caught.value)
    assert len(str(caught.value)) < 5000


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "x.zip"
    for name, content in (("../../evil.json", b"{}"), ("bomb.json", b" " * 30_000_000)):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        with pytest.raises(DrawingError, match="not safe"):
            read_openintent(target)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(DrawingError, match="no OpenIntent"):
        read_openintent(target)


def test_names_with_scripts_stay_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    area = [{"coordinate_xyz": {"x": x, "y": y, "unit": "pixels"}} for x, y in ((100, 100), (500, 100), (500, 500))]
    data = design(plan(name=evil, coverage_areas=[{"area": {"coordinates": area}, "name": evil + "\x1b[31m"}]))
    floor = read_openintent(written(tmp_path, data)).site.floors[0]
    assert floor.name == evil
    assert floor.rooms[0].name == evil + "?[31m"
