"""DXF in and out: small schools drawn here in many ways, the drawings of others, and files that mean harm."""

import csv
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import ezdxf
import numpy as np
import pytest
import shapely
from ezdxf.addons import Importer
from ezdxf.document import Drawing
from ezdxf.math import Matrix44

from wifiplan.errors import DrawingError, ScaleError
from wifiplan.files import read_site
from wifiplan.files.drawings.dxf import read_dxf, read_layer_table, write_dxf
from wifiplan.files.drawings.records import Imported, ImportOptions, LayerMeaning
from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Floor
from wifiplan.site.network import AccessPoint, Radio

NAMES = ["1年丙班", "1年乙班", "1年甲班"]
LAYERS = ("A-WALL", "A-DOOR", "A-GLAZ", "A-ANNO-TEXT")


def school(
    unit: float = 1000.0,
    layers: tuple[str, str, str, str] = LAYERS,
    *,
    version: str = "R2010",
    insunits: int | None = 4,
    at: tuple[float, float] = (0.0, 0.0),
    turn: float = 0.0,
) -> Drawing:
    """Return three classrooms of 9 by 7 m and a corridor of 3 m; walls of 24 cm in two lines."""
    doc = ezdxf.new(version)
    if insunits is not None:
        doc.header["$INSUNITS"] = insunits
    space, (walls, doors, windows, texts) = doc.modelspace(), layers

    def line(x: float, y: float, u: float, v: float, layer: str) -> None:
        space.add_line((x * unit, y * unit), (u * unit, v * unit), dxfattribs={"layer": layer})

    for x in (0, 9, 18):
        for off in (-0.12, 0.12):
            line(x, off, x + 3, off, walls)
            line(x + 6, off, x + 9, off, walls)
            line(x, 7 + off, x + 1, 7 + off, walls)
            line(x + 1.9, 7 + off, x + 9, 7 + off, walls)
            line(x + off, 0, x + off, 7, walls)
        for off in (-0.12, 0.0, 0.12):
            line(x + 3, off, x + 6, off, windows)
        line(x + 1, 7, x + 1, 7.9, doors)
        space.add_arc(((x + 1) * unit, 7 * unit), 0.9 * unit, 0, 90, dxfattribs={"layer": doors})
        text = space.add_text(f"1年{'甲乙丙'[x // 9]}班", height=0.3 * unit, dxfattribs={"layer": texts})
        text.dxf.insert = ((x + 4) * unit, 3 * unit)
    for off in (-0.12, 0.12):
        line(27 + off, 0, 27 + off, 10, walls)
        line(0 + off, 7, 0 + off, 10, walls)
        line(0, 10 + off, 27, 10 + off, walls)
    matrix = Matrix44.z_rotate(math.radians(turn)) @ Matrix44.translate(*at, 0)
    for entity in space:
        entity.transform(matrix)
    return doc


def read(doc: Drawing, folder: Path, options: ImportOptions | None = None) -> Imported:
    path = folder / "plan.dxf"
    doc.saveas(path)
    return read_dxf(path, options)


def extent(floor: Floor) -> tuple[float, float]:
    points = np.array([wall.line for wall in floor.walls]).reshape(-1, 2)
    width, height = np.ptp(points, axis=0)
    return float(width), float(height)


def check_school(found: Imported) -> None:
    (floor,) = found.site.floors
    kinds = Counter(wall.kind for wall in floor.walls)
    assert sorted(room.name for room in floor.rooms if room.use == "classroom") == NAMES
    assert len(floor.rooms) == 4
    assert kinds["door"] == 3
    assert kinds["window"] == 3
    assert sum(shapely.Polygon(room.polygon).area for room in floor.rooms) == pytest.approx(270, abs=3)
    assert faults_of(found.site) == ()


@pytest.mark.parametrize(
    ("unit", "insunits"), [(1000.0, 4), (100.0, 5), (1.0, 6), (1 / 0.0254, 1), (1 / 0.3048, 2), (1000.0, None)]
)
def test_a_school_is_read_in_every_unit(unit: float, insunits: int | None, tmp_path: Path) -> None:
    found = read(school(unit, insunits=insunits), tmp_path)
    check_school(found)
    assert extent(found.site.floors[0]) == pytest.approx((27, 10), abs=0.05)


@pytest.mark.parametrize(("unit", "lie"), [(1000.0, 1), (1000.0, 6), (1000.0, 5), (1.0, 4), (100.0, 1)])
def test_a_header_that_lies_is_caught(unit: float, lie: int, tmp_path: Path) -> None:
    found = read(school(unit, insunits=lie), tmp_path)
    check_school(found)
    (note,) = [note for note in found.account.guessed if note.what.startswith("unit")]
    assert "the header says" in note.detail
    assert "檔頭" in note.text("zh-TW")


def test_what_the_user_says_of_the_unit_wins(tmp_path: Path) -> None:
    found = read(school(1000.0), tmp_path, ImportOptions(unit_m=0.002))
    assert extent(found.site.floors[0]) == pytest.approx((54, 20), abs=0.2)


def test_a_drawing_that_fits_two_units_is_asked_about(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 0
    doc.header["$MEASUREMENT"] = 0
    doc.modelspace().add_lwpolyline([(0, 0), (100, 0), (100, 60), (0, 60)], close=True, dxfattribs={"layer": "WALL"})
    with pytest.raises(ScaleError, match="--unit") as error:
        read(doc, tmp_path)
    assert "單位" in error.value.text("zh-TW")


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
def test_every_version_with_chinese_layers(version: str, tmp_path: Path) -> None:
    check_school(read(school(layers=("牆", "門", "窗", "教室名稱"), version=version), tmp_path))


def test_code_pages_also_where_the_header_lies(tmp_path: Path) -> None:
    doc = school(layers=("牆", "門", "窗", "教室名稱"), version="R2000")
    doc.encoding = "cp950"
    check_school(read(doc, tmp_path))
    data = (tmp_path / "plan.dxf").read_bytes()
    assert b"ANSI_950" in data
    (tmp_path / "lies.dxf").write_bytes(data.replace(b"ANSI_950", b"ANSI_1252"))
    check_school(read_dxf(tmp_path / "lies.dxf"))


def test_binary_far_and_turned(tmp_path: Path) -> None:
    doc = school(at=(2.5e8, 2.7e9), turn=30)
    doc.saveas(tmp_path / "far.dxf", fmt="bin")
    found = read_dxf(tmp_path / "far.dxf")
    check_school(found)
    assert found.origin_m[1] == pytest.approx(2.7e6, abs=20)


def test_layers_that_tell_nothing_leave_it_to_geometry(tmp_path: Path) -> None:
    found = read(school(layers=("1", "1", "1", "1")), tmp_path)
    (floor,) = found.site.floors
    assert sorted(room.name for room in floor.rooms if room.use == "classroom") == NAMES
    assert sum(wall.kind == "door" for wall in floor.walls) == 3
    assert any("as no layer says" in note.detail for note in found.account.guessed)


def test_a_mirrored_block_of_a_whole_plan(tmp_path: Path) -> None:
    doc, source = ezdxf.new("R2010"), school()
    doc.header["$INSUNITS"] = 4
    block = doc.blocks.new("PLAN")
    importer = Importer(source, doc)
    for layer in LAYERS:
        source.layers.add(layer)
    importer.import_entities(list(source.modelspace()), block)
    importer.finalize()
    doc.modelspace().add_blockref("PLAN", (5000, 5000), dxfattribs={"xscale": -1, "rotation": 90})
    found = read(doc, tmp_path)
    check_school(found)
    assert extent(found.site.floors[0]) == pytest.approx((10, 27), abs=0.05)


def test_frame_and_further_plans_are_told_and_not_merged(tmp_path: Path) -> None:
    doc = school()
    space = doc.modelspace()
    for entity in list(space):
        copy = entity.copy()
        space.add_entity(copy)
        copy.transform(Matrix44.translate(0, 30_000, 0))
    space.add_lwpolyline(
        [(-20e3, -20e3), (60e3, -20e3), (60e3, 60e3), (-20e3, 60e3)], close=True, dxfattribs={"layer": "A-WALL"}
    )
    found = read(doc, tmp_path)
    check_school(found)
    assert {"further plans", "lines of frames"} <= {note.what for note in found.account.left}


def test_the_account_names_every_kind_with_its_count(tmp_path: Path) -> None:
    doc = school()
    space = doc.modelspace()
    doc.layers.add("OLD").freeze()
    space.add_line((0, 0), (1, 1), dxfattribs={"layer": "OLD"})
    space.add_point((0, 0))
    space.add_circle((4000, 3000), 500, dxfattribs={"layer": "家具"})
    space.add_text("文件柜", dxfattribs={"layer": "家具"})
    space.add_blockref("NOWHERE", (0, 0))
    found = read(doc, tmp_path)
    check_school(found)
    notes = (*found.account.took, *found.account.guessed, *found.account.left)
    kinds = Counter(entity.dxftype() for entity in space)
    counted = Counter({kind: sum(note.count for note in notes if note.what == kind) for kind in kinds})
    assert counted == kinds
    left = {note.what: note.detail for note in found.account.left}
    assert "frozen" in left["LINE"]
    assert "not in the file" in left["INSERT"]
    assert "furniture" in left["CIRCLE"]


def test_a_table_of_layers_overrules_names(tmp_path: Path) -> None:
    table = tmp_path / "layers.csv"
    table.write_text("圖層,意義,材料,厚度\nX,牆,紅磚,0.1\nA-WALL,略過,,\n", encoding="utf-8")
    layers = read_layer_table(table)
    assert layers["X"] == LayerMeaning(means="wall", material="brick", thickness_m=0.1)
    doc = school()
    doc.modelspace().add_lwpolyline([(0, 0), (9000, 0), (9000, 7000), (0, 7000)], close=True, dxfattribs={"layer": "X"})
    (floor,) = read(doc, tmp_path, ImportOptions(layers=layers)).site.floors
    walls = [wall for wall in floor.walls if wall.kind == "wall" and wall.bottom_m == 0]
    assert {(wall.material, wall.thickness_m) for wall in walls} == {("brick", 0.1)}
    assert extent(floor) == pytest.approx((9, 7), abs=0.01) or len(floor.rooms) == 1


def test_rooms_that_the_drawing_outlines_overrule_those_between_walls(tmp_path: Path) -> None:
    doc = school()
    for x in (0, 9000):
        ring = [(x, 0), (x + 9000, 0), (x + 9000, 6000), (x, 6000)]
        doc.modelspace().add_lwpolyline(ring, close=True, dxfattribs={"layer": "A-AREA"})
    whole = [(0, 0), (27000, 0), (27000, 10000), (0, 10000)]
    doc.modelspace().add_lwpolyline(whole, close=True, dxfattribs={"layer": "A-AREA"})
    found = read(doc, tmp_path)
    areas = {room.name: shapely.Polygon(room.polygon).area for room in found.site.floors[0].rooms}
    assert areas["1年甲班"] == pytest.approx(54)
    assert areas["1年丙班"] == pytest.approx(63, abs=1)
    assert any(note.count == 2 and "outlined" in note.detail for note in found.account.took)
    assert faults_of(found.site) == ()


def test_all_faults_of_a_table_of_layers_at_once(tmp_path: Path) -> None:
    table = tmp_path / "layers.csv"
    table.write_text("layer,means,material,thickness_m\nA,wall,gold,120\nA,nonsense,,\n,wall,,\n", encoding="utf-8")
    with pytest.raises(DrawingError) as error:
        read_layer_table(table)
    assert len(error.value.faults) == 3 + 1


def _bomb(depth: int, copies: int) -> Drawing:
    doc = school()
    doc.blocks.new("B0").add_line((0, 0), (9000, 0))
    for level in range(1, depth):
        block = doc.blocks.new(f"B{level}")
        for n in range(copies):
            block.add_blockref(f"B{level - 1}", (n, 0))
    doc.modelspace().add_blockref(f"B{depth - 1}", (0, 0))
    return doc


def _harmful() -> Iterator[tuple[str, Drawing]]:
    yield "more than", _bomb(15, 10)
    yield "deep", _bomb(200, 1)
    doc = school()
    doc.blocks.new("A").add_blockref("A", (1, 1))
    doc.modelspace().add_blockref("A", (0, 0))
    yield "holds itself", doc
    doc = school()
    doc.blocks.new("A").add_line((0, 0), (1, 1))
    many = {"row_count": 10**9, "column_count": 10**9}
    doc.modelspace().add_blockref("A", (0, 0), dxfattribs=many)
    yield "rows and columns", doc
    doc = school()
    doc.modelspace().add_line((1e300, 0), (-1e300, 5), dxfattribs={"layer": "A-WALL"})
    yield "beyond all measure", doc
    doc = school()
    doc.modelspace().add_line((math.nan, 0), (1, 5), dxfattribs={"layer": "A-WALL"})
    yield "no numbers", doc
    doc = ezdxf.new("R2010")
    doc.layout("Layout1").add_line((0, 0), (9, 9))
    yield "only paper", doc
    doc = school()
    doc.layers.add("A-WALL").freeze()
    for layer in LAYERS[1:]:
        doc.layers.add(layer).off()
    yield "frozen", doc
    doc = ezdxf.new("R2010")
    doc.modelspace().add_point((0, 0))
    yield "no line that bounds", doc
    doc = ezdxf.new("R2010")
    points = np.random.default_rng(1).uniform(0, 9000, (3000, 2))
    doc.modelspace().add_lwpolyline(points.tolist(), dxfattribs={"layer": "WALL"})
    yield "cross about", doc


def test_drawings_that_mean_harm_are_refused_in_one_sentence(tmp_path: Path) -> None:
    for words, doc in _harmful():
        with pytest.raises(DrawingError, match=words) as error:
            read(doc, tmp_path)
        assert error.value.remedy
        assert error.value.zh[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"AC1032" + bytes(500), "DWG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no section"),
        (b"<html><script>alert(1)</script></html>", "no section"),
        (b"  0\nSECTION\n  2\nENTITIES\n  x\nLINE\n 10\nfoo\n  0\nENDSEC\n  0\nEOF\n", "damaged"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(range(256)) * 20, "damaged"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(17_000_000), "too large"),
        (b"  0\nSECTION\n  2\nENTITIES\n" + b"0\nPOINT\n" * 410_000 + b"  0\nEOF\n", "records"),
        (b"  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n" + b"10\n0\n" * 4_600_000, "values"),
    ],
    ids=["empty", "dwg", "png", "html", "codes", "binary", "large binary", "entities", "tags"],
)
def test_files_that_are_no_drawings_are_refused(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.dxf"
    path.write_bytes(data)
    with pytest.raises(DrawingError, match=words):
        read_dxf(path)


def test_an_export_reads_back_as_it_was(tmp_path: Path) -> None:
    site = read_site(Path(__file__).parents[2] / "floorplans" / "demo-elementary.json")
    radios = (Radio(band="5", channel=36, width_mhz=40, eirp_dbm=20.0),)
    hung = AccessPoint(id="AP1", name="<b>一樓</b> %%u", x_m=23.0, y_m=3.7, z_m=3.0, model="X", radios=radios)
    places = (hung, AccessPoint(id="AP2", floor=1, room_id="A201"), AccessPoint(id="AP3", floor=2))
    told = write_dxf(tmp_path / "out.dxf", site, places)
    assert [(note.what, note.count) for note in told.left] == [("access points", 1)]
    found = read_dxf(tmp_path / "out.dxf")
    assert found.account.left == ()
    for ours, theirs in zip(site.floors, found.site.floors, strict=True):
        assert theirs.level == ours.level
        assert [replace(wall, line=((0, 0), (1, 0))) for wall in theirs.walls] == [
            replace(wall, line=((0, 0), (1, 0))) for wall in ours.walls
        ]
        assert np.allclose([w.line for w in theirs.walls], [w.line for w in ours.walls], atol=1e-3)
        assert [(r.id, r.name, r.use, r.class_size) for r in theirs.rooms] == [
            (r.id, r.name, r.use, r.class_size) for r in ours.rooms
        ]
        assert len(theirs.cabinets) == len(ours.cabinets)
    first = found.site.access_points[0]
    assert (first.id, first.name, first.x_m, first.z_m) == ("AP1", "<b>一樓</b> % %u", 23.0, 3.0)
    assert first.radios == radios
    assert faults_of(found.site) == ()


def test_an_export_tells_its_walls_to_readers_of_layers(tmp_path: Path) -> None:
    site = read_site(Path(__file__).parents[2] / "floorplans" / "demo-elementary.json")
    write_dxf(tmp_path / "out.dxf", replace(site, floors=site.floors[:1]), ())
    doc = ezdxf.readfile(tmp_path / "out.dxf")
    for block in list(doc.modelspace().query("INSERT")):
        doc.modelspace().delete_entity(block)
    found = read(doc, tmp_path)
    assert {wall.material for wall in found.site.floors[0].walls} >= {"brick", "concrete", "plasterboard"}
    assert extent(found.site.floors[0]) == pytest.approx((103.5, 57.25), abs=0.3)


SIZES = {
    "westport_mm": (57.7, 27.9),
    "hackerspace_cm_da": (23.8, 7.0),
    "hackerspace_cm_de": (7.8, 5.5),
    "SYL_floor4_office": (83.7, 31.5),
}


@pytest.mark.data
@pytest.mark.parametrize("name", SIZES)
def test_drawings_of_others_have_the_right_size(name: str, shared_data: Path) -> None:
    found = read_dxf(shared_data / "plans" / "dxf" / f"{name}.dxf")
    assert extent(found.site.floors[0]) == pytest.approx(SIZES[name], abs=0.3)
    assert faults_of(found.site) == ()


@pytest.mark.data
@pytest.mark.parametrize("name", ["hackerspace_cm_da", "hackerspace_cm_de"])
@pytest.mark.parametrize("lie", [0, 1, 2, 4, 6])
def test_headers_of_others_that_lie_are_caught(name: str, lie: int, shared_data: Path, tmp_path: Path) -> None:
    data = (shared_data / "plans" / "dxf" / f"{name}.dxf").read_bytes()
    data = data.replace(b"\r\n", b"\n")
    start = data.index(b"$INSUNITS")
    end = data.index(b"\n", data.index(b"\n", start + 10) + 1)
    (tmp_path / "lie.dxf").write_bytes(data[:start] + b"$INSUNITS\n 70\n%d" % lie + data[end:])
    found = read_dxf(tmp_path / "lie.dxf")
    assert extent(found.site.floors[0]) == pytest.approx(SIZES[name], abs=0.3)
    assert any(note.what == "unit cm" for note in found.account.guessed)


@pytest.mark.data
def test_walls_of_syl_lie_where_they_were_measured(shared_data: Path) -> None:
    found = read_dxf(shared_data / "plans" / "dxf" / "SYL_floor4_office.dxf")
    with (shared_data / "measured" / "syl" / "walls.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["layer"] != "WINDOW"]
    known = shapely.linestrings([[(float(r["E1"]), float(r["N1"])), (float(r["E2"]), float(r["N2"]))] for r in rows])
    shift = np.add(found.origin_m, (214.570, 17.074))
    walls = [wall for wall in found.site.floors[0].walls if wall.kind == "wall" and wall.bottom_m == 0]
    ends = np.array([wall.line for wall in walls]) + shift
    way = ends[:, 1] - ends[:, 0]
    side = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.hypot(*way.T)[:, None]
    half = np.array([(wall.thickness_m or 0.0) / 2 for wall in walls])[:, None]
    faces = shapely.linestrings(np.concatenate([ends + (side * half)[:, None], ends - (side * half)[:, None]]))
    ours, theirs = shapely.union_all(faces), shapely.union_all(known)
    assert shapely.length(theirs.difference(ours.buffer(0.05))) <= 0.04 * shapely.length(theirs)
    assert shapely.length(ours.difference(theirs.buffer(0.05))) <= 0.05 * shapely.length(ours)
    assert sum(wall.thickness_m is not None for wall in walls) >= 0.9 * len(walls)
    assert len(found.site.floors[0].rooms) >= 20
