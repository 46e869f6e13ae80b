"""Projects of Ekahau as sites: units, losses, radios, levels, and an account of everything."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

import esx_samples as samples
from wifiplan.errors import DrawingError, ScaleError
from wifiplan.files.drawings.esx import read_esx
from wifiplan.files.drawings.esx.losses import straight_db
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json
from wifiplan.files.site import dump_site, parse_site
from wifiplan.site.network import Radio


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Imported]:
    def run(members: samples.Members, options: ImportOptions | None = None) -> Imported:
        got = read_esx(samples.pack(tmp_path / "school.esx", members), options)
        site, faults = parse_site(dump_site(got.site))
        assert not faults
        assert site == got.site
        return got

    return run


def _left(got: Imported) -> dict[str, int]:
    found: dict[str, int] = {}
    for note in got.account.left:
        found[note.what] = found.get(note.what, 0) + note.count
        assert note.detail
        assert note.zh
    return found


def test_walls_have_metres_up_and_the_files_losses(read: Callable[..., Imported]) -> None:
    site = read(samples.project()).site
    assert [(f.level, f.elevation_m, f.height_m, f.name) for f in site.floors] == [
        (0, 0, 3.5, "1F"),
        (1, 3.5, 3.5, "2F"),
    ]
    wall, door = site.floors[0].walls[0], site.floors[0].walls[5]
    assert wall.line == ((5.0, 5.0), (25.0, 5.0))
    assert (wall.material, wall.thickness_m, wall.top_m) == ("brick", 0.2, 3.5)
    assert (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db) == (10.0, 10.0, 10.0)
    assert (door.kind, door.material, door.top_m, door.loss_5g_db) == ("door", "wood", 2.1, 4.0)
    assert site.floors[0].walls[2].material == "concrete"
    assert site.floors[0].walls[2].loss_5g_db == pytest.approx(12.0)
    # 40 dB/m times 0.3 m, as concrete
    slab = site.floors[1].slab
    assert slab.material == "concrete"
    assert straight_db("concrete", slab.thickness_m, "5", "TW") == pytest.approx(12.0, abs=0.1)


def test_radios_have_band_width_and_eirp(read: Callable[..., Imported]) -> None:
    one = read(samples.project()).site.access_points[1]
    assert (one.id, one.floor, one.x_m, one.y_m, one.z_m, one.model) == ("AP-201", 1, 10, 15, 2.6, "Aruba AP-515")
    # transmit power 14 dBm plus the strongest direction of each antenna
    assert one.radios == (
        Radio(band="2.4", channel=6, width_mhz=20, eirp_dbm=17.0),
        Radio(band="5", channel=44, width_mhz=80, eirp_dbm=19.0),
        Radio(band="6", channel=37, width_mhz=20, eirp_dbm=18.5),
    )


def test_areas_become_rooms_with_devices_and_use(read: Callable[..., Imported]) -> None:
    rooms = read(samples.project()).site.floors[0].rooms
    assert [(r.name, r.use, r.devices, r.block) for r in rooms] == [
        ("三年一班", "classroom", 30, "北棟"),
        ("電腦教室", "specialist", 30, "北棟"),
    ]
    assert rooms[0].polygon == ((5, 25), (15, 25), (15, 5), (5, 5))


def test_the_picture_lies_under_its_floor(read: Callable[..., Imported]) -> None:
    got = read(samples.project())
    under = got.site.floors[1].underlay
    assert under is not None
    assert [p.name for p in got.pictures] == ["school-L0.png", "school-L1.png"]
    # the plan has 1000 units of 5 cm, the picture 500 pixels
    assert (under.picture, under.scale_m_per_px, under.x_m, under.y_m) == ("school-L1.png", 0.1, 0, 0)
    assert got.pictures[1].data.startswith(b"\x89PNG")


def test_every_member_is_in_the_account_with_its_count(read: Callable[..., Imported]) -> None:
    members = samples.project()
    members["accessPoints"] += [
        {"id": samples.uid("n"), "name": "neighbour", "mine": False, "status": "CREATED"},
        {"id": samples.uid("loose"), "name": "loose", "mine": True, "status": "CREATED"},
        {"id": samples.uid("old"), "name": "old", "mine": True, "status": "DELETED"},
    ]
    members["wallSegments"].append({"id": "x", "wallPoints": ["nobody", "no one"], "status": "CREATED"})
    members["areas"].append({"id": "y", "floorPlanId": "gone", "name": "z", "area": [], "status": "CREATED"})
    members["simulatedRadios"].append(samples.radio("nobody", 0, "FIVE", [36]))
    members["spectrum-7"] = b"\x00"
    members["notes"] = [{"id": "n1", "text": "<script>alert(1)</script>", "status": "CREATED"}]
    got = read(members)
    left = _left(got)
    assert left["accessPoints"] == 3
    assert left["simulatedRadios"] == 3
    assert (left["wallSegments"], left["areas"], left["interferers"], left["futureThings"]) == (1, 1, 1, 2)
    assert (left["spectrum-7"], left["notes"], left["projectConfiguration"]) == (1, 1, 1)
    took = {note.what: note.count for note in got.account.took}
    for member, rows in members.items():
        n_rows = len(rows) if isinstance(rows, list) else 1
        if not isinstance(rows, bytes) and n_rows:
            assert took.get(member, 0) + left.get(member, 0) == n_rows, member


def _upper(value: Json) -> Json:
    if isinstance(value, dict):
        return {k: v.upper() if k == "id" or k.endswith("Id") else _upper(v) for k, v in value.items()}
    return [_upper(v) for v in value] if isinstance(value, list) else value


def _whole(value: Json) -> Json:
    """Return the same with whole numbers where doubles are whole."""
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value


@pytest.mark.parametrize("change", [_upper, _whole])
def test_spelling_does_not_matter(read: Callable[..., Imported], change: Callable[[Json], Json]) -> None:
    plain = samples.project()
    other = {k: v if isinstance(v, bytes) else change(v) for k, v in plain.items()}
    assert read(other).site == read(plain).site


def test_only_plans_and_walls_are_enough(read: Callable[..., Imported]) -> None:
    members = samples.project()
    few = {key: members[key] for key in ("floorPlans", "wallPoints", "wallSegments")}
    got = read(few)
    assert [f.level for f in got.site.floors] == [0, 1]
    assert {w.material for f in got.site.floors for w in f.walls} == {"brick"}
    assert got.site.name == "school"
    assert sum(n.count for n in got.account.guessed if n.what == "wallSegments") == 12


@pytest.mark.parametrize("said", [None, 0.0, 0, -0.05])
def test_a_plan_without_scale_is_asked_about(read: Callable[..., Imported], said: float | None) -> None:
    members = samples.project()
    members["floorPlans"][1]["metersPerUnit"] = said
    with pytest.raises(ScaleError, match="unit_m") as caught:
        read(members)
    assert [fault.where for fault in caught.value.faults] == ['floorPlans[1] "2F"']
    assert read(members, ImportOptions(unit_m=0.05)).site == read(samples.project()).site


def test_reference_points_lay_storeys_over_one_another(read: Callable[..., Imported]) -> None:
    members = samples.project()
    members["floorPlans"].pop()
    for key in ("images", "buildingFloors"):
        members[key].pop()
    for key in ("wallPoints", "wallSegments", "accessPoints", "areas"):
        members[key] = members[key][: len(members[key]) // 2]
    samples.add_floor(members, 1, dx=400.0)
    points = [(100.0, 500.0), (500.0, 100.0)]
    members["referencePoints"] = [
        {
            "id": str(n),
            "projections": [
                {"floorPlanId": samples.uid("plan 0"), "coord": {"x": x, "y": y}},
                {"floorPlanId": samples.uid("plan 1"), "coord": {"x": x + 400.0, "y": y}},
            ],
        }
        for n, (x, y) in enumerate(points)
    ]
    floors = read(members).site.floors
    assert [w.line for w in floors[0].walls] == [w.line for w in floors[1].walls]


def test_two_buildings_stand_side_by_side(read: Callable[..., Imported]) -> None:
    members = samples.project()
    members["buildings"].append({"id": samples.uid("south"), "name": "南棟", "status": "CREATED"})
    members["buildingFloors"][1] |= {"buildingId": samples.uid("south"), "floorNumber": 0}
    members["floorPlans"][1]["name"] = "1F"
    site = read(members).site
    assert [f.level for f in site.floors] == [0]
    assert {r.block for r in site.floors[0].rooms} == {"北棟", "南棟"}
    xs = sorted(p.x_m for p in site.access_points if p.x_m is not None)
    # 50 m of plan and the gap lie between them
    assert xs == [10.0, 65.0]


def test_a_turned_plan_is_read_so_that_all_lies_on_it(read: Callable[..., Imported]) -> None:
    straight, turned = samples.project(), samples.project()
    for plan in turned["floorPlans"]:
        plan["rotateUpDirection"] = "LEFT"
    assert read(turned).site.floors[0].walls == read(straight).site.floors[0].walls
    shown = samples.project()
    for plan in shown["floorPlans"]:
        plan |= {"rotateUpDirection": "RIGHT", "width": 600.0, "height": 1000.0}
    got = read(shown)
    assert all(0 <= x <= 30 and 0 <= y <= 50 for w in got.site.floors[0].walls for x, y in w.line)
    assert any("turned" in note.detail for note in got.account.guessed)


def test_names_of_floors_correct_their_numbers(read: Callable[..., Imported]) -> None:
    members = samples.project()
    for row in members["buildingFloors"]:
        row["floorNumber"] += 1
    assert [f.level for f in read(members).site.floors] == [0, 1]


def test_the_band_comes_from_the_antenna_not_from_the_channel(read: Callable[..., Imported]) -> None:
    members = samples.project()
    six = samples.radio("AP-101", 9, "SIX", [1, 5, 9, 13])
    lost = samples.radio("AP-101", 8, "FIVE", [36, 40], antennaTypeId=samples.uid("absent"))
    members["simulatedRadios"] += [lost, six]
    radios = read(members).site.access_points[0].radios
    assert radios[-1] == Radio(band="6", channel=1, width_mhz=80, eirp_dbm=18.5)
    # no antenna, so its default antennas and its channel tell the band, and its power is that of the radio
    assert radios[-2] == Radio(band="5", channel=36, width_mhz=40, eirp_dbm=14.0)


def test_a_directional_antenna_keeps_its_cuts(read: Callable[..., Imported]) -> None:
    members = samples.project()
    kind = members["antennaTypes"][1]
    gains = [{"angleInDegrees": a, "dBi": 8.0 - abs((a + 180) % 360 - 180) / 9} for a in range(0, 360, 5)]
    kind |= {
        "directional": True,
        "name": "patch",
        "horizontalPlane": {"gains": gains},
        "elevationPlane": {"gains": gains},
    }
    for radio in members["simulatedRadios"]:
        radio |= {"antennaMounting": "WALL", "antennaDirection": 90.0, "antennaTilt": -10.0}
    members["simulatedRadios"] = [r for r in members["simulatedRadios"] if r["antennaTypeId"] == kind["id"]]
    site = read(members).site
    one = site.access_points[0]
    assert (one.mount, one.azimuth_deg, one.tilt_deg, one.pattern) == ("wall", 90.0, 10.0, "esx: patch")
    assert one.radios[0].eirp_dbm == 22.0
    assert site.antennas[0].horizontal_db[0] == 0.0
    assert site.antennas[0].horizontal_db[90] == pytest.approx(-10.0)


def test_all_faults_come_in_one_message(read: Callable[..., Imported]) -> None:
    members = samples.project()
    members["wallPoints"][0]["location"]["coord"]["x"] = math.nan
    members["wallPoints"][1]["location"]["coord"] = {"x": "12", "y": 1e400}
    members["accessPoints"][0]["name"] = ["AP"]
    members["wallTypes"][0]["thickness"] = True
    members["areas"][0]["area"] = {"x": 1}
    with pytest.raises(DrawingError, match="faults") as caught:
        read(members)
    places = [fault.where for fault in caught.value.faults]
    assert places == [
        "wallPoints[0].location.coord.x",
        "wallPoints[1].location.coord.x",
        "wallPoints[1].location.coord.y",
        'areas[0] "三年一班".area',
        'wallTypes[0] "Wall, Brick".thickness',
        "accessPoints[0].name",
    ]
    assert all(fault.problem and fault.zh[0] for fault in caught.value.faults)


def test_a_height_beside_the_radio_counts_where_the_radio_has_none(read: Callable[..., Imported]) -> None:
    members = samples.project()
    for radio in members["simulatedRadios"]:
        del radio["antennaHeight"]
    members["accessPoints"][0]["mountingHeight"] = 2.4
    members["accessPoints"][1]["location"]["z"] = 3.0
    assert [one.z_m for one in read(members).site.access_points] == [2.4, 3.0]


def test_a_storey_that_reference_points_turn_is_turned_back_with_its_antennas(read: Callable[..., Imported]) -> None:
    members = samples.project()
    angle = math.radians(30.0)

    def turned(x: float, y: float) -> dict[str, float]:
        dx, dy = x - 300.0, y - 300.0
        cos, sin = math.cos(angle), math.sin(angle)
        return {"x": 300.0 + dx * cos - dy * sin, "y": 300.0 + dx * sin + dy * cos}

    upper = samples.uid("plan 1")
    for row in members["wallPoints"] + members["accessPoints"]:
        if row["location"]["floorPlanId"] == upper:
            row["location"]["coord"] = turned(**row["location"]["coord"])
    for radio in members["simulatedRadios"]:
        radio["antennaDirection"] = 75.0
    members["referencePoints"] = [
        {
            "id": str(n),
            "projections": [
                {"floorPlanId": samples.uid("plan 0"), "coord": {"x": x, "y": y}},
                {"floorPlanId": upper, "coord": turned(x, y)},
            ],
        }
        for n, (x, y) in enumerate([(100.0, 500.0), (500.0, 100.0)])
    ]
    got = read(members)
    lower, higher = got.site.floors
    for one, other in zip(lower.walls, higher.walls, strict=True):
        assert all(math.dist(a, b) < 1e-3 for a, b in zip(one.line, other.line, strict=True))
    # clockwise on the page by 30 degrees: turned back, the antenna looks 30 degrees less far round
    assert [round(one.azimuth_deg, 3) for one in got.site.access_points] == [75.0, 45.0]
    assert higher.underlay is None
    assert any("turned by" in note.detail for note in got.account.guessed)
