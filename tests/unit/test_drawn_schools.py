"""School plans as architects in Taiwan draw them: columns in walls, storeys side by side, areas behind names."""

from pathlib import Path

import ezdxf
import pytest
from ezdxf.document import Drawing

from ifc_models import Model, build
from wifiplan.files.drawings.dxf import read_dxf
from wifiplan.files.drawings.dxf.storeys import levels_of
from wifiplan.files.drawings.ifc import read_ifc
from wifiplan.site.recognition.names import room_text, use_of
from wifiplan.site.recognition.records import Label, WallLine
from wifiplan.site.recognition.rooms import find_rooms

BAY = 4.5
DEEP = 7.5
THIN = 0.15
HALF = 0.25


def _storey(  # noqa: C901 (one storey, drawn line by line)
    doc: Drawing, names: list[str], caption: str, place: tuple[float, float], unit: float = 1000.0
) -> None:
    """Draw classrooms of two bays each, whose walls stop at columns, with an open corridor before them."""
    space = doc.modelspace()

    def at(x: float, y: float) -> tuple[float, float]:
        return (x + place[0]) * unit, (y + place[1]) * unit

    def lines(layer: str, *pairs: tuple[float, float, float, float]) -> None:
        for a, b, c, d in pairs:
            space.add_line(at(a, b), at(c, d), dxfattribs={"layer": layer})

    n_bays = 2 * len(names)
    for k in range(n_bays + 1):
        for y in (0.0, DEEP, -2.5):
            ring = [at(k * BAY + x, y + z) for x, z in ((-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF))]
            space.add_lwpolyline(ring, close=True, dxfattribs={"layer": "柱"})
    for k in range(n_bays):
        low, high = k * BAY + HALF, (k + 1) * BAY - HALF
        for y in (0.0, DEEP):
            for side in (-THIN / 2, THIN / 2):
                lines("牆", (low, y + side, low + 0.4, y + side), (high - 0.4, y + side, high, y + side))
                lines("窗", (low + 0.4, y + side, high - 0.4, y + side))
            lines("窗", (low + 0.4, y, high - 0.4, y))
        lines("女兒牆", (low, -2.56, high, -2.56), (low, -2.44, high, -2.44))
    for k in range(0, n_bays + 1, 2):
        for side in (-THIN / 2, THIN / 2):
            lines("牆", (k * BAY + side, HALF, k * BAY + side, DEEP - HALF))
    for k, name in enumerate(names):
        text = space.add_mtext(name, dxfattribs={"layer": "文字标注", "char_height": 0.3 * unit, "attachment_point": 5})
        text.set_location(at((2 * k + 1) * BAY, DEEP / 2))
    space.add_text(caption, dxfattribs={"layer": "文字", "height": 0.6 * unit, "insert": at(5, -8)})


def _school(path: Path, *, unit: float = 1000.0, insunits: int = 4) -> Path:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = insunits
    _storey(doc, ["三年甲班\\P67.5㎡", "電腦教室\\P67.5㎡"], "一樓平面圖 S:1/100", (0, 0), unit)
    _storey(doc, ["401教室", "402教室"], "二、三樓平面圖", (70, 3), unit)
    _storey(doc, ["正面", "背面"], "南向立面圖", (140, 0), unit)
    doc.saveas(path)
    return path


def test_storeys_side_by_side_are_floors_on_one_another(tmp_path: Path) -> None:
    got = read_dxf(_school(tmp_path / "school.dxf"))
    floors = got.site.floors
    assert [(floor.level, floor.name, floor.elevation_m) for floor in floors] == [
        (0, "1F", 0.0), (1, "2F", 3.3), (2, "3F", 6.6),
    ]  # fmt: skip
    rooms = [[(room.name, room.use) for room in floor.rooms] for floor in floors]
    assert rooms[0] == [("三年甲班", "classroom"), ("電腦教室", "specialist")]
    assert rooms[1] == rooms[2] == [("401教室", "classroom"), ("402教室", "classroom")]
    ids = [room.id for floor in floors for room in floor.rooms]
    assert len(set(ids)) == len(ids)
    for one, other in zip(floors[0].rooms, floors[1].rooms, strict=True):
        assert one.polygon[0] == pytest.approx(other.polygon[0], abs=0.01)
    said = [note.text() for note in got.account.guessed if note.what == "storeys"]
    assert len(said) == 1
    assert [note.count for note in got.account.left if note.what == "further plans"] == [1]  # the elevation


def test_nobody_draws_in_inches_among_chinese_layers(tmp_path: Path) -> None:
    # 18 m in cm are 46 m in inches: as likely by its extent
    got = read_dxf(_school(tmp_path / "school.dxf", unit=100.0, insunits=0))
    walls = [x for wall in got.site.floors[0].walls for x, _ in wall.line]
    assert max(walls) - min(walls) == pytest.approx(18.0, abs=0.6)


def test_plan_beside_its_elevation_by_caption(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    _storey(doc, ["101教室", "102教室"], "三樓平面圖", (0, 0))
    for k in range(30):  # an elevation has more lines on the layer of walls
        doc.modelspace().add_line((60_000, 400 * k), (78_000, 400 * k), dxfattribs={"layer": "牆"})
    doc.saveas(tmp_path / "plan.dxf")
    got = read_dxf(tmp_path / "plan.dxf")
    assert [[room.name for room in floor.rooms] for floor in got.site.floors] == [["101教室", "102教室"]]
    assert got.site.floors[0].level == 0
    assert [note.count for note in got.account.left if note.what == "further plans"] == [1]


def test_two_buildings_of_one_storey(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    _storey(doc, ["101教室", "102教室", "103教室"], "一樓平面圖", (0, 0))
    _storey(doc, ["圖書室", "辦公室"], "", (4, 24))
    for y in (-1000, 23_000):
        doc.modelspace().add_arc((5000, y), 900, 0, 90, dxfattribs={"layer": "門"})
    doc.saveas(tmp_path / "two.dxf")
    got = read_dxf(tmp_path / "two.dxf")
    names = [room.name for room in got.site.floors[0].rooms]
    assert names == ["101教室", "102教室", "103教室", "圖書室", "辦公室"]
    assert not [note for note in got.account.left if note.what == "further plans"]


def test_axes_with_bubbles_on_layers_without_a_meaning(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    space = doc.modelspace()
    for x0, y0, x1, y1 in ((0, 0, 9, 7), (0.2, 0.2, 8.8, 6.8)):
        ring = [(x * 1000, y * 1000) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
        space.add_lwpolyline(ring, close=True, dxfattribs={"layer": "L1"})
    for x in (100, 3000, 6000, 8900):
        space.add_line((x, -3000), (x, 9000), dxfattribs={"layer": "L2"})
        space.add_circle((x, -3500), 500, dxfattribs={"layer": "L2"})
    doc.saveas(tmp_path / "axes.dxf")
    got = read_dxf(tmp_path / "axes.dxf")
    assert len(got.site.floors[0].rooms) == 1
    assert ("LINE", 4) in {(note.what, note.count) for note in got.account.left}


def test_walls_that_are_fillings_only_beside_drawn_doors(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    space = doc.modelspace()
    for x0, y0, x1, y1 in ((0, -100, 1000, 100), (2000, -100, 9000, 100), (0, 7000, 9000, 7200)):
        space.add_hatch(dxfattribs={"layer": "牆"}).paths.add_polyline_path([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    for x in (-100, 8900):
        ring = [(x, -100), (x + 200, -100), (x + 200, 7200), (x, 7200)]
        space.add_hatch(dxfattribs={"layer": "牆"}).paths.add_polyline_path(ring)
    space.add_arc((1000, 0), 1000, 0, 90, dxfattribs={"layer": "門"})
    space.add_line((1000, 0), (1000, 1000), dxfattribs={"layer": "門"})
    doc.saveas(tmp_path / "filled.dxf")
    floor = read_dxf(tmp_path / "filled.dxf").site.floors[0]
    assert len(floor.rooms) == 1
    assert sum(wall.kind == "door" for wall in floor.walls) == 1


def test_desks_among_walls_on_one_layer(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    space = doc.modelspace()
    boxes = [(0, 0, 9000, 7000), (150, 150, 8850, 6850)]
    boxes += [(1000 + 2000 * i, 1000 + 1500 * k, 2200 + 2000 * i, 1500 + 1500 * k) for i in range(3) for k in range(3)]
    for x0, y0, x1, y1 in boxes:
        space.add_lwpolyline([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], close=True)
    doc.saveas(tmp_path / "desks.dxf")
    got = read_dxf(tmp_path / "desks.dxf")
    assert len(got.site.floors[0].walls) == 4
    assert [note.count for note in got.account.guessed if note.what == "lines of furniture"] == [36]


def test_box_round_a_name_is_no_room(tmp_path: Path) -> None:
    doc = ezdxf.new("R2010")
    doc.header["$INSUNITS"] = 4
    _storey(doc, ["101教室", "102教室"], "", (0, 0))
    box = [(3500, 3000), (5500, 3000), (5500, 4500), (3500, 4500)]
    doc.modelspace().add_lwpolyline(box, close=True, dxfattribs={"layer": "空間"})
    doc.saveas(tmp_path / "box.dxf")
    rooms = read_dxf(tmp_path / "box.dxf").site.floors[0].rooms
    assert [(room.name, room.use) for room in rooms] == [("101教室", "classroom"), ("102教室", "classroom")]


def test_captions_name_storeys() -> None:
    said = ("地下一樓平面圖", "1F PLAN", "3F平面圖", "2～5樓平面圖", "屋頂平面圖", "A-A剖面圖", "三樓辦公室", "")
    assert [levels_of(text) for text in said] == [(-1,), (0,), (2,), (1, 2, 3, 4), (), (), (), ()]


def test_columns_between_rooms_and_along_a_corridor() -> None:
    # a hall of 12 m with four columns free in it stays one room
    ring = [(0, 0), (12, 0), (12, 9), (0, 9)]
    shell = [WallLine(a=a, b=b, thickness_m=0.2) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    columns = [WallLine(a=(x, y - 0.25), b=(x, y + 0.25), thickness_m=0.5) for x in (4, 8) for y in (3, 6)]
    assert len(find_rooms([*shell, *columns]).rooms) == 1


@pytest.mark.parametrize(
    ("texts", "name", "use"),
    [
        (("三年", "甲班"), "三年甲班", "classroom"),
        (("W1", "D1", "五年乙班"), "五年乙班", "classroom"),
        (("3F", "圖書室"), "圖書室", "specialist"),
        (("UP", "樓梯"), "樓梯", "other"),
        (("語言教室",), "語言教室", "specialist"),
        (("大象班",), "大象班", "classroom"),
        (("資源班",), "資源班", "specialist"),
        (("出納組",), "出納組", "office"),
        (("UP",), "", "other"),
    ],
)
def test_what_schools_write_into_rooms(texts: tuple[str, ...], name: str, use: str) -> None:
    found = room_text([Label(text=text, at=(0, -n), height_m=0.3) for n, text in enumerate(texts)])
    assert (found.name, found.use, found.number) == (name, use, "")


def test_areas_behind_names_and_numbers_of_rooms_of_one_name() -> None:
    assert room_text([Label(text="三年甲班 面積:63.0㎡", at=(0, 0))]).name == "三年甲班"
    assert room_text([Label(text="電腦教室(A=67.5)", at=(0, 0))]).name == "電腦教室(A=67.5)"
    assert use_of("三年甲班") == "classroom"
    ring = [(0, 0), (9, 0), (9, 7), (0, 7)]
    walls = [WallLine(a=a, b=b) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    walls += [WallLine(a=(4.5, 0), b=(4.5, 7))]
    texts = [("普通教室", 2, 4), ("101", 2, 3), ("普通教室", 7, 4), ("102", 7, 3)]
    found = find_rooms(walls, [Label(text=text, at=(x, y)) for text, x, y in texts])
    assert [(room.id, room.name) for room in found.rooms] == [("101", "普通教室 101"), ("102", "普通教室 102")]


def test_space_without_a_solid_is_what_walls_enclose(tmp_path: Path) -> None:
    pytest.importorskip("ifcopenshell", reason="the extra 'ifc' is not installed")
    model = build(Model(storeys=(("一樓", 0.0),)))
    space = model.by_type("IfcSpace")[0]
    space.Representation = None
    model.write(str(tmp_path / "school.ifc"))
    got = read_ifc(tmp_path / "school.ifc")
    assert {room.name for room in got.site.floors[0].rooms} == {"一年甲班", "一年乙班", "一年走廊"}
    assert [note.count for note in got.account.guessed if note.what == "rooms"] == [1]
    assert [note.count for note in got.account.left if note.what == "IfcSpace"] == [1]
