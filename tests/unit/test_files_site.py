import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wifiplan.errors import OutputError, SiteError
from wifiplan.files.site import MAX_SITE_BYTES, dump_site, parse_site, read_site, site_schema, write_site
from wifiplan.site.building import Cabinet, Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint, Radio

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 7.5), (0.0, 7.5))


def box(x: float, y: float = 0.0, width: float = 9.0) -> list[list[float]]:
    return [[x, y], [x + width, y], [x + width, y + 7.5], [x, y + 7.5]]


def site_data() -> dict[str, Any]:
    wall = {"material": "brick", "top_m": 3.45}
    return {
        "name": "測試國小",
        "floors": [
            {
                "level": 0,
                "elevation_m": 0,
                "height_m": 3.6,
                "rooms": [
                    {"id": "101", "name": "一年甲班", "use": "classroom", "polygon": box(0), "class_size": 26},
                    {"id": "102", "name": "一年乙班", "use": "classroom", "polygon": box(9), "class_size": 25},
                ],
                "walls": [
                    {"line": [[0, 0], [18, 0]], **wall},
                    {"line": [[9, 0], [9, 7.5]], **wall},
                    {"line": [[0, 7.5], [18, 7.5]], **wall},
                ],
                "cabinets": [{"id": "MDF", "x_m": 1, "y_m": 1}],
            }
        ],
        "access_points": [{"id": "old-1", "room_id": "101", "model": "沒人知道", "radios": [{"band": "2.4"}]}],
    }


def faults(data: object) -> list[str]:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return [str(fault) for fault in parse_site(text)[1]]


def test_sound_site_has_no_faults() -> None:
    site, found = parse_site(json.dumps(site_data()))
    assert found == ()
    assert site is not None
    assert site.floors[0].rooms[1].class_size == 25
    assert site.access_points[0].model == "沒人知道"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("nme",), 1, 'nme: unknown key "nme" -> did you mean "name"?'),
        (("floors", 0, "rooms", 0, "use"), "clasroom", 'did you mean "classroom"?'),
        (("floors", 0, "rooms", 1, "id"), "101", 'the room id "101" is used already at floors[0].rooms[0] "一年甲班"'),
        (("floors", 0, "rooms", 1, "class_size"), 0, 'floors[0].rooms[1] "一年乙班": a class of 0'),
        (("floors", 0, "rooms", 1, "class_size"), 290, "a class of 290 is not between 1 and 120"),
        (("floors", 0, "rooms", 1, "class_size"), "25", "class_size"),
        (("floors", 0, "rooms", 0, "polygon"), [[0, 0], [9, 7.5], [9, 0], [0, 7.5]], "crosses or touches itself"),
        (("floors", 0, "rooms", 0, "polygon"), [[0, 0], [9, 0]], "fewer than three corners"),
        (("floors", 0, "rooms", 0, "polygon"), [[0, 0], [9, 0], [4, 0.001]], "an area of only"),
        (("floors", 0, "rooms", 0, "polygon"), box(40), "the room lies outside its floor"),
        (("floors", 0, "rooms", 0, "polygon"), box(9.5), 'lies over the room "一年甲班"'),
        (("floors", 0, "rooms", 0, "polygon"), box(9e6), "is kilometres away"),
        (("floors", 0, "outline"), [[0, 0], [8, 0], [8, 7.5], [0, 7.5]], "of it is inside the floor's outline"),
        (("floors", 0, "outline"), [[0, 0], [8, 7], [8, 0], [0, 7]], "the floor's outline crosses"),
        (("floors", 0, "walls", 1, "line"), [[9, 0], [9, 0]], "floors[0].walls[1]: the wall has zero length"),
        (("floors", 0, "walls", 1, "top_m"), 0, "its top (0 m) is not above its bottom (0 m)"),
        (("floors", 0, "walls", 1, "top_m"), 36, "reaches from 0 to 36 m, the floor to 3.6 m"),
        (("floors", 0, "walls", 1, "material"), "concret", 'did you mean "concrete"?'),
        (("floors", 0, "walls", 1, "thickness_m"), -0.1, "thickness"),
        (("floors", 0, "walls", 1, "loss_5g_db"), -3, "a loss is not between 0 and 200 dB"),
        (("floors", 0, "slab"), {"material": "cheese"}, 'unknown material "cheese" -> known: '),
        (("floors", 0, "height_m"), 0.2, "a height of 0.2 m"),
        (("country",), "ZZ", "no channels are known for the country"),
        (("access_points", 0, "room_id"), "103", 'there is no room "103"'),
        (("access_points", 0, "cabinet"), "IDF", 'there is no cabinet "IDF"'),
        (("access_points", 0, "floor"), 7, "there is no floor with level 7"),
        (("access_points", 0, "z_m"), 12.5, "hangs at 12.5 m, not between its floor and the ceiling"),
        (("access_points", 0, "x_m"), 3.0, "nobody says where it hangs"),
        (("access_points", 0, "radios"), [{"band": "5G"}], '"5G" is not one of 2.4, 5, 6'),
        (("access_points", 0, "radios"), [{"band": "5", "width_mhz": 30}], "30 MHz is no channel width"),
        (("floors", 0, "cabinets"), [{"id": "", "x_m": 1, "y_m": 1}], "the cabinet id is empty"),
        (("format",), 2, "2"),
        (("name",), "a\x1b[31m", "control character"),
        (("floors", 0, "rooms", 0, "name"), "甲\n班", "control character"),
        (("floors", 0, "underlay"), {"picture": "../x.png", "scale_m_per_px": 1}, "not beside the site file"),
        (("floors", 0, "underlay"), {"picture": "C:\\x.png", "scale_m_per_px": 1}, "not beside the site file"),
        (("floors", 0, "underlay"), {"picture": "x.png", "scale_m_per_px": 0}, "not more than 0"),
    ],
)
def test_each_fault_is_named_with_its_place(path: tuple[str | int, ...], value: object, expected: str) -> None:
    data: Any = site_data()
    target = data
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    found = faults(data)
    assert found
    assert expected in "\n".join(found)


def test_every_fault_comes_at_once_and_at_its_own_place() -> None:
    data = site_data()
    floor = data["floors"][0]
    floor["rooms"].insert(0, {"id": "x", "name": "壞", "use": "classrom", "polygon": box(0)})
    floor["rooms"][2]["class_size"] = -1
    floor["walls"][0]["colour"] = "red"
    floor["walls"][0]["material"] = "brik"
    floor["walls"].append({"line": [[1, 1], [1, 1]], "material": "brick", "top_m": 3})
    data["access_points"].append({"id": "old-2", "room_id": "x"})
    found = faults(data)
    assert [text.split(":")[0] for text in found] == [
        'floors[0].rooms[0].use "壞"',
        "floors[0].walls[0].colour",
        "floors[0].walls[0]",
        "floors[0].walls[3]",
        'floors[0].rooms[2] "一年乙班"',
    ]


def test_a_missing_name_and_a_spoilt_floor_do_not_hide_the_rest() -> None:
    data = site_data()
    del data["name"]
    data["floors"].append({"level": 1, "elevation_m": 3.6, "height_m": "high"})
    data["floors"][0]["walls"][2]["material"] = "brik"
    found = "\n".join(faults(data))
    assert '"name" is missing' in found
    assert "floors[1].height_m" in found
    assert 'floors[0].walls[2]: unknown material "brik"' in found
    assert len(faults(data)) == 3


def test_levels_must_not_overlap_or_repeat() -> None:
    data = site_data()
    upper = json.loads(json.dumps(data["floors"][0]))
    for room in upper["rooms"]:
        room["id"] += "x"
    upper["cabinets"] = []
    data["floors"].append(upper | {"level": 0})
    assert "level 0 is given twice" in "\n".join(faults(data))
    data["floors"][1] |= {"level": 1, "elevation_m": 3.0}
    assert "level 1 starts at 3 m, inside level 0, which reaches up to 3.6 m" in "\n".join(faults(data))
    data["floors"][1]["elevation_m"] = 3.75
    assert faults(data) == []


def test_inventory_ids_are_unique_across_floors() -> None:
    data = site_data()
    for room in data["floors"][0]["rooms"]:
        room["inventory_id"] = "A-1"
    assert "inventory_id (教室空間編號)" in "\n".join(faults(data))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "x",\n "floors": [}', "line 2, column 13: not valid JSON"),
        ("", "line 1, column 1"),
        ('{"name": "x", "name": "y", "floors": []}', "a key is given twice in one object: name"),
        (
            '{"name": "x", "floors": [{"level": 0, "elevation_m": NaN, "height_m": 3}]}',
            "floors[0].elevation_m: should be a finite number, not NaN",
        ),
        ('{"name": "x", "floors": [{"level": 0, "elevation_m": 1e999, "height_m": 3}]}', "finite number"),
        ("[1, 2]", "the file as a whole"),
        ("null", "the file as a whole"),
        ('{"name": "x", "floors": []}', "the site has no floor"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_texts_that_are_no_sites(text: str, expected: str) -> None:
    site, found = parse_site(text)
    assert found
    assert expected in "\n".join(map(str, found))
    assert site is None or not site.floors


def test_room_only_access_point_takes_its_rooms_floor() -> None:
    data = site_data()
    data["floors"][0]["level"] = 2
    site, found = parse_site(json.dumps(data))
    assert found == ()
    assert site is not None
    assert site.access_points[0].floor == 2


def test_reading_says_which_file(tmp_path: Path) -> None:
    target = tmp_path / "學校.json"
    target.write_bytes("測試".encode("cp950"))
    with pytest.raises(SiteError, match="not UTF-8"):
        read_site(target)
    target.write_text(json.dumps(site_data() | {"foo": 1}), encoding="utf-8")
    with pytest.raises(SiteError, match=r"學校\.json: the site file has 1 fault") as caught:
        read_site(target)
    assert len(caught.value.faults) == 1
    with pytest.raises(SiteError, match="cannot be read"):
        read_site(tmp_path)


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    target = tmp_path / "site.json"
    target.write_text(json.dumps(site_data()), encoding="utf-8-sig")
    assert read_site(target).name == "測試國小"


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    target = tmp_path / "site.json"
    with target.open("wb") as handle:
        handle.truncate(MAX_SITE_BYTES + 1)
    with pytest.raises(SiteError, match="larger than 32 MB"):
        read_site(target)


def full_site() -> Site:
    rooms = (
        Room(
            id="101",
            name='一年"甲"班',
            use="classroom",
            polygon=BOX,
            class_size=26,
            profile="video",
            inventory_id="A-1",
        ),
        Room(id="C", name="走廊", use="corridor", polygon=((0, 7.5), (9, 7.5), (9, 10), (0, 10)), devices=0),
    )
    walls = tuple(
        Wall(line=((0, y), (9, y)), material="brick", top_m=3.4, kind="window", bottom_m=0.1 + 0.2, loss_5g_db=3)
        for y in (0.0, 7.5, 10.0)
    )
    floor = Floor(
        level=0, elevation_m=0, height_m=3.6, rooms=rooms, walls=walls, cabinets=(Cabinet(id="M", x_m=1, y_m=1),)
    )
    points = (
        AccessPoint(id="a", x_m=1.0, y_m=2.0, radios=(Radio(band="5", channel=36, width_mhz=40, eirp_dbm=20.0),)),
    )
    return Site(name="測試", floors=(floor,), access_points=points, access_points_known=False, assumptions=("一",))


def test_writing_and_reading_give_the_same_site(tmp_path: Path) -> None:
    target = tmp_path / "new" / "site.json"
    write_site(target, full_site())
    assert read_site(target) == full_site()
    lines = target.read_text(encoding="utf-8").splitlines()
    assert sum('"line"' in line for line in lines) == 3
    write_site(target, read_site(target))
    assert target.read_text(encoding="utf-8").splitlines() == lines


def test_faulty_site_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="was not written"):
        write_site(tmp_path / "x.json", replace(full_site(), floors=()))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError):
        write_site(tmp_path / "folder", full_site())


def test_schema_is_current_and_holds_for_the_examples(repo_root: Path) -> None:
    on_disk = json.loads((repo_root / "docs" / "site.schema.json").read_text(encoding="utf-8"))
    assert on_disk == site_schema()
    jsonschema.Draft202012Validator.check_schema(on_disk)
    validator = jsonschema.Draft202012Validator(on_disk)
    for name in ("demo-elementary", "demo-remote"):
        validator.validate(json.loads((repo_root / "floorplans" / f"{name}.json").read_text(encoding="utf-8")))
    validator.validate(json.loads(dump_site(full_site())))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(site_data() | {"foo": 1})


def test_access_points_may_stand_under_their_floor_and_in_short() -> None:
    data: Any = site_data()
    data["access_points"].append({"id": "long", "x_m": 1.0, "y_m": 1.0, "radios": [{"band": "5", "channel": 36}]})
    short = {"id": "short", "x_m": 2.0, "y_m": 2.0, "model": "?", "channel": 6, "width_mhz": 20, "eirp_dbm": 17.0}
    data["floors"][0]["access_points"] = [short]
    site, found = parse_site(json.dumps(data))
    assert found == ()
    assert site is not None
    assert [point.id for point in site.access_points] == ["old-1", "long", "short"]
    radio = site.access_points[2].radios[0]
    assert (radio.band, radio.channel, radio.width_mhz, radio.eirp_dbm) == ("2.4", 6, 20, 17.0)
    assert parse_site(dump_site(site)) == (site, ())


def test_faults_of_access_points_under_a_floor_are_named_where_they_stand() -> None:
    data: Any = site_data()
    data["floors"][0]["access_points"] = [
        {"id": "a", "x_m": 1.0, "y_m": 1.0, "channel": 999, "band": "5"},
        {"id": "b", "room_id": "nowhere"},
        {"id": "c", "x_m": "1"},
        {"id": "d", "x_m": 1.0, "y_m": 1.0, "channel": 20},
        {"id": "old-1", "x_m": 1.0, "y_m": 1.0},
        7,
    ]
    found = faults(data)
    for n, word in enumerate(('"a"', '"b"', '"c"', '"band" is missing', '"old-1"')):
        assert any(text.startswith(f"floors[0].access_points[{n}]") and word in text for text in found), word
    assert any(text.startswith("floors[0].access_points[5]: should be an object") for text in found)


def test_a_misspelt_key_is_compared_with_the_keys_of_its_own_kind() -> None:
    data: Any = site_data()
    data["floors"][0]["underlay"] = {"picture": "a.png", "scale": 0.02}
    data["access_points"][0] |= {"power": 20, "width": 20}
    found = "\n".join(faults(data))
    assert 'unknown key "scale" -> did you mean "scale_m_per_px"?' in found
    assert 'unknown key "width" -> did you mean "width_mhz"?' in found
    assert 'unknown key "power" -> known: azimuth_deg, band, cabinet, channel, eirp_dbm, floor, id, mac, model' in found


def test_a_bent_wall_is_told_apart_from_a_straight_one() -> None:
    data: Any = site_data()
    data["floors"][0]["walls"][0]["line"] = [[0, 0], [1, 0], [1, 1]]
    assert "floors[0].walls[0].line: should be a list of 2" in "\n".join(faults(data))
    assert "every bend begins a wall of its own" in "\n".join(faults(data))


def test_what_json_does_not_know_hides_nothing_else() -> None:
    text = json.dumps(site_data()).replace('"height_m"', '"height_m": NaN, "height_m"', 1)
    text = text.replace('"brick"', '"chocolate"', 1).replace('{"name"', '{"assumptions": ["\\ud800"], "name"', 1)
    found = faults(text)
    assert any("floors[0]: a key is given twice in one object: height_m" in fault for fault in found)
    assert any("assumptions[0]: half a character" in fault for fault in found)
    assert any('unknown material "chocolate"' in fault for fault in found)


def test_a_room_of_hectares_is_refused() -> None:
    data: Any = site_data()
    data["floors"][0]["outline"] = [[0, 0], [900, 0], [900, 900], [0, 900]]
    data["floors"][0]["rooms"][0]["polygon"] = [[0, 0], [900, 0], [900, 900], [0, 900]]
    assert "an area of 810000 m2 is more than 5000 m2" in "\n".join(faults(data))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/zero")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(SiteError, match="larger than 32 MB"):
        read_site("/dev/zero")


def mounted() -> dict[str, Any]:
    data: Any = site_data()
    cut = [-0.25] * 360
    data["antennas"] = [{"name": "ours", "horizontal_db": cut, "vertical_db": cut, "facing": "wall", "gain_dbi": 3}]
    data["access_points"][0] |= {"mount": "wall", "azimuth_deg": 90, "tilt_deg": -5.5, "pattern": "ours"}
    data["floors"][0]["outline"] = [[0, 0], [18, 0], [18, 7.5], [0, 7.5]]
    data["floors"][0]["voids"] = [[[1, 1], [4, 1], [4, 5], [1, 5]], [[5, 1], [8, 1], [8, 5]]]
    return data


def test_mounting_antennas_and_holes_come_back_as_they_were_written() -> None:
    site, found = parse_site(json.dumps(mounted()))
    assert found == ()
    assert site is not None
    point = site.access_points[0]
    assert (point.mount, point.azimuth_deg, point.tilt_deg, point.pattern) == ("wall", 90.0, -5.5, "ours")
    assert site.floors[0].voids[1] == ((5.0, 1.0), (8.0, 1.0), (8.0, 5.0))
    assert parse_site(dump_site(site)) == (site, ())
    assert hash(site) == hash(parse_site(dump_site(site))[0])
    jsonschema.Draft202012Validator(site_schema()).validate(json.loads(dump_site(site)))


def test_all_faults_of_mountings_antennas_and_holes_come_at_once() -> None:
    data: Any = mounted()
    data["access_points"][0] |= {"azimuth_deg": 361, "tilt_deg": 91, "pattern": "sector-56"}
    data["antennas"] += [{"name": "dipole", "horizontal_db": [1.0] * 360, "vertical_db": [0.0]}]
    data["antennas"] += [data["antennas"][0]]
    data["floors"][0]["voids"] = [
        [[1, 1], [4, 5], [4, 1], [1, 5]],
        [[1, 1], [4, 1], [4, 8], [1, 8]],
        [[2, 2], [3, 2], [3, 3], [2, 3]],
        [[1, 1]],
    ]
    found = faults(data)
    for where, problem in (
        ('access_points[0] "old-1"', "an azimuth of 361"),
        ('access_points[0] "old-1"', "a tilt of 91"),
        ('access_points[0] "old-1"', 'no antenna "sector-56" -> did you mean "sector-65"?'),
        ('antennas[1] "dipole"', "the catalogue has an antenna"),
        ('antennas[1] "dipole"', "a value of horizontal_db is not between -200 and 0"),
        ('antennas[1] "dipole"', "vertical_db has 1 values, not 360"),
        ('antennas[2] "ours"', "the name is used already"),
        ("floors[0].voids[0]", "crosses or touches itself"),
        ("floors[0].voids[1]", "reaches beyond its floor"),
        ("floors[0].voids[2]", "lies over another one"),
        ("floors[0].voids[3]", "fewer than three corners"),
    ):
        assert any(text.startswith(where) and problem in text for text in found), (where, problem, found)
    assert len(found) == 11


def test_an_antenna_that_is_unsound_is_not_missed_as_well() -> None:
    data: Any = mounted()
    del data["antennas"][0]["vertical_db"]
    data["access_points"][0]["mount"] = "floor"
    data["access_points"].append({"id": "b", "room_id": "101", "pattern": "ours"})
    found = faults(data)
    assert any('"vertical_db" is missing' in text for text in found)
    assert any('"floor" is not one of ceiling, wall' in text for text in found)
    assert len(found) == 2
