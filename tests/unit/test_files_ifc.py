import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from ifc_models import Model, build, write
from wifiplan.errors import DrawingError, MissingError, ScaleError
from wifiplan.files.drawings.ifc import read_ifc
from wifiplan.files.drawings.ifc.materials import made_of, material_of
from wifiplan.files.drawings.ifc.shapes import bent
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.site_checks import faults_of

pytest.importorskip("ifcopenshell", reason="the extra 'ifc' is not installed")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return read_ifc(write(tmp_path_factory.mktemp("ifc") / "school.ifc"))


def test_a_school_comes_with_storeys_rooms_walls_and_openings(school: Imported) -> None:
    site = school.site
    assert site.name == "青埕國小"
    assert [(f.level, f.name, f.elevation_m, f.height_m) for f in site.floors] == [
        (0, "一樓", 0.0, 3.6),
        (1, "二樓", 3.6, 3.4),
    ]
    assert [(r.name, r.use) for r in site.floors[0].rooms] == [
        ("一年甲班", "classroom"),
        ("一年乙班", "classroom"),
        ("一年走廊", "corridor"),
    ]
    walls = site.floors[1].walls
    assert Counter((w.kind, w.material, w.bottom_m, w.top_m) for w in walls) == {
        ("wall", "concrete", 0.0, 3.4): 8,
        ("wall", "concrete", 2.1, 3.4): 2,
        ("wall", "concrete", 0.0, 0.9): 1,
        ("wall", "concrete", 2.4, 3.4): 1,
        ("door", "wood", 0.0, 2.1): 2,
        ("window", "glass", 0.9, 2.4): 1,
    }
    assert {w.thickness_m for w in walls if w.kind == "wall"} == {0.2}
    assert site.floors[1].slab.thickness_m == 0.2
    assert faults_of(site) == ()


def test_every_class_is_accounted_for(school: Imported) -> None:
    account = school.account
    counts = Counter[str]()
    for note in (*account.took, *account.left):
        counts[note.what] += note.count
    drawn = Counter(e.is_a() for e in build(Model()).by_type("IfcProduct"))
    assert {kind: counts[kind] for kind in drawn} == drawn
    assert any(n.what == "IfcFurnishingElement" and n.count == 2 for n in account.left)


def _measures(found: Imported) -> list[tuple[object, ...]]:
    return [
        (f.level, f.elevation_m, f.height_m, len(f.rooms), w.kind, w.material, w.bottom_m, w.top_m, w.thickness_m)
        for f in found.site.floors
        for w in f.walls
    ]


@pytest.mark.parametrize(
    "model",
    [
        Model(schema="IFC2X3", unit="FOOT", unit_m=0.3048),
        Model(turn_deg=33.0, at_m=(250_000.0, 2_700_000.0, 120.0)),
        Model(unit="", unit_m=0.001),
    ],
    ids=["feet", "turned and far", "a unit that lies"],
)
def test_units_turns_and_places_change_nothing(model: Model, school: Imported, tmp_path: Path) -> None:
    found = read_ifc(write(tmp_path / "m.ifc", model))
    assert sorted(_measures(found), key=str) == sorted(_measures(school), key=str)
    said = {note.what for note in found.account.guessed}
    assert ("unit" in said) == (model.unit == "")
    assert ("elevation_m" in said) == (model.at_m[2] > 0)
    assert faults_of(found.site) == ()


def test_without_spaces_rooms_are_what_walls_enclose(tmp_path: Path) -> None:
    bare = Model(spaces=False, layers=(), storeys=(("1F", 0.0),))
    found = read_ifc(write(tmp_path / "m.ifc", bare), ImportOptions(material="hollow_block", name="學校"))
    assert len(found.site.floors[0].rooms) == 2
    assert {w.material for w in found.site.floors[0].walls if w.kind == "wall"} == {"hollow_block"}
    assert found.site.name == "學校"
    assert any(note.what == "rooms" for note in found.account.guessed)


def test_an_archive_is_read_and_one_that_points_outside_is_not(tmp_path: Path) -> None:
    text = write(tmp_path / "m.ifc", Model(storeys=(("1F", 0.0),))).read_text()
    for name, member, size in (("ok", "m.ifc", 0), ("dots", "../../m.ifc", 0), ("bomb", "m.ifc", 121_000_000)):
        with zipfile.ZipFile(tmp_path / f"{name}.ifczip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(member, text + " " * size)
    assert len(read_ifc(tmp_path / "ok.ifczip").site.floors) == 1
    with pytest.raises(DrawingError, match=r"outside itself"):
        read_ifc(tmp_path / "dots.ifczip")
    with pytest.raises(DrawingError, match="larger than 120 MB"):
        read_ifc(tmp_path / "bomb.ifczip")
    assert not list(tmp_path.parent.glob("m.ifc"))


def test_files_that_are_no_models_are_refused_with_one_sentence(tmp_path: Path) -> None:
    text = write(tmp_path / "m.ifc", Model(storeys=(("1F", 0.0),))).read_text()
    for data, said in (
        (b"", "not an IFC"),
        (bytes(range(256)) * 100, "not an IFC"),
        (text[: len(text) // 2].encode(), "breaks off"),
        (text.replace("'IFC4'", "'IFC99'").encode(), "damaged"),
    ):
        path = tmp_path / "bad.ifc"
        path.write_bytes(data)
        with pytest.raises(DrawingError, match=said) as told:
            read_ifc(path)
        assert told.value.remedy
        assert told.value.zh[0]
    with pytest.raises(DrawingError, match="cannot be read"):
        read_ifc(tmp_path / "none.ifc")


def test_a_model_that_lost_lines_says_so(school: Imported, tmp_path: Path) -> None:
    text = write(tmp_path / "m.ifc").read_text()
    (tmp_path / "m.ifc").write_text(re.sub(r"(?m)^#\d+=IFCFURNISHINGELEMENT.*\n", "", text))
    found = read_ifc(tmp_path / "m.ifc")
    assert any(note.what == "missing" and note.count == 2 for note in found.account.left)
    assert not any(note.what == "missing" for note in school.account.left)


def test_models_that_contain_themselves_are_refused(tmp_path: Path) -> None:
    model = build(Model(storeys=(("1F", 0.0),)))
    places = model.by_type("IfcLocalPlacement")
    places[0].PlacementRelTo = places[2]
    model.write(str(tmp_path / "m.ifc"))
    with pytest.raises(DrawingError, match="contains itself"):
        read_ifc(tmp_path / "m.ifc")


def test_impossible_sizes_are_asked_about(tmp_path: Path) -> None:
    text = write(tmp_path / "m.ifc", Model(storeys=(("1F", 0.0),))).read_text()
    (tmp_path / "m.ifc").write_text(re.sub(r"(?<![\d.])3400\.(?=\))", "34000000000.", text))
    with pytest.raises(ScaleError, match="cannot be right") as told:
        read_ifc(tmp_path / "m.ifc")
    assert "--unit" in told.value.remedy


def test_without_the_library_one_sentence_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingError, match="ifcopenshell") as told:
        read_ifc(tmp_path / "m.ifc")
    assert "wifiplan[ifc]" in told.value.remedy


def test_layers_add_up_and_the_heaviest_names_the_wall() -> None:
    stud = made_of(
        (("Plasterboard", 16.0), ("Metal - Stud Layer", 92.0), ("Plasterboard", 16.0)),
        (),
        unit_m=0.001,
        thickness_m=0.124,
        default="brick",
    )
    one = made_of((("Plasterboard", 16.0), ("空氣層", 50.0)), (), unit_m=0.001, thickness_m=0.066, default="brick")
    assert (stud.material, stud.how) == ("plasterboard", "layers")
    assert stud.losses_db is not None
    assert one.losses_db is not None
    assert stud.losses_db[1] == pytest.approx(2 * one.losses_db[1], abs=0.15)
    plain = made_of((("鋼筋混凝土", 150.0),), (), unit_m=0.001, thickness_m=0.15, default="brick")
    assert (plain.material, plain.losses_db) == ("concrete", None)
    unknown = made_of((("Solid 4711", 100.0),), ("Innenwand",), unit_m=0.001, thickness_m=0.1, default="brick")
    assert (unknown.material, unknown.how) == ("brick", "unknown")


def test_material_names_in_several_languages() -> None:
    names = {
        "1/2B 磚牆": "brick",
        "Stahlbeton 65690": "concrete",
        "石膏板": "plasterboard",
        "Béton armé": "concrete",
        "Low-E 玻璃": "low_e_glass",
        "輕鋼架": "",
        "水泥粉刷": "plasterboard",
        "Holz": "wood",
        "Aluminium": "metal",
        "xyz": None,
    }
    assert {name: material_of(name) for name in names} == names


def test_a_curved_wall_becomes_chords() -> None:
    arc = (
        shapely.Point(0.0, 0.0).buffer(5.1, quad_segs=16).difference(shapely.Point(0.0, 0.0).buffer(4.9, quad_segs=16))
    )
    quarter = shapely.intersection(arc, shapely.box(0.0, 0.0, 6.0, 6.0))
    runs = bent(quarter, 0.2)
    assert sum(run.length_m for run in runs) == pytest.approx(5.0 * 1.5708, rel=0.05)
    assert all(run.thickness_m == pytest.approx(0.2, abs=0.02) for run in runs)


@pytest.mark.data
def test_the_duplex_has_two_storeys_of_ten_rooms(shared_data: Path) -> None:
    found = read_ifc(shared_data / "plans" / "ifc" / "duplex.ifc")
    assert [(f.name, len(f.rooms)) for f in found.site.floors] == [("Level 1", 10), ("Level 2", 10)]
    left = [note.detail for note in found.account.left if note.what == "IfcBuildingStorey"]
    assert len(left) == 2
    assert any('"T/FDN"' in text for text in left)
    assert any('"Roof"' in text for text in left)
    assert {w.material for f in found.site.floors for w in f.walls if w.kind == "wall"} == {
        "hollow_block",
        "plasterboard",
    }
    assert [len(f.voids) for f in found.site.floors] == [0, 2]
    assert faults_of(found.site) == ()
    assert faults_of(replace(found.site, floors=found.site.floors[:1])) == ()
