"""Rooms, openings, names and units from what a drawing shows."""

import math
from dataclasses import replace

import pytest
import shapely

from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Floor, Site, Slab
from wifiplan.site.recognition.names import room_text, use_of
from wifiplan.site.recognition.openings import place_openings
from wifiplan.site.recognition.pieces import Heights, site_walls
from wifiplan.site.recognition.plan import Drawn, recognised
from wifiplan.site.recognition.records import Label, Opening, Stroke, Swing, WallLine
from wifiplan.site.recognition.rooms import RoomOptions, find_rooms
from wifiplan.site.recognition.units import Measured, plausible_units


def wall(x1: float, y1: float, x2: float, y2: float, thick: float | None = 0.2, **more: object) -> WallLine:
    return WallLine(a=(x1, y1), b=(x2, y2), thickness_m=thick, **more)


def ring(x1: float, y1: float, x2: float, y2: float) -> list[WallLine]:
    return [wall(x1, y1, x2, y1), wall(x2, y1, x2, y2), wall(x2, y2, x1, y2), wall(x1, y2, x1, y1)]


def areas(walls: list[WallLine], options: RoomOptions | None = None) -> list[float]:
    return sorted(round(shapely.Polygon(room.polygon).area, 1) for room in find_rooms(walls, options=options).rooms)


def test_a_door_without_a_leaf_a_window_band_and_a_small_gap_are_closed() -> None:
    walls = [
        wall(0, 0, 4, 0), wall(5, 0, 9, 0), wall(9, 0.25, 9, 7), wall(9, 7, 6.5, 7), wall(3, 7, 0, 7), wall(0, 7, 0, 0),
    ]  # fmt: skip
    found = find_rooms(walls)
    assert [shapely.Polygon(room.polygon).area for room in found.rooms] == [pytest.approx(63.0, rel=0.01)]
    assert found.counts["gaps"] == 3
    assert areas(walls, RoomOptions(gap_m=0.1, door_m=0.1, wide_m=0.1)) == []


def test_jambs_do_not_hide_a_gap() -> None:
    walls = [
        *ring(0, 0, 9, 7)[1:],
        wall(0, 0, 4, 0),
        wall(5, 0, 9, 0),
        wall(4, 0, 4, 0.2, None),
        wall(5, 0, 5, 0.2, None),
    ]
    assert areas(walls) == [63.0]


def test_slivers_between_faces_are_no_rooms_and_columns_stay_in_theirs() -> None:
    walls = [*ring(0, 0, 9, 7), wall(0, 0.4, 9, 0.4), *ring(4, 3, 4.5, 3.5)]
    found = find_rooms(walls)
    assert [round(shapely.Polygon(room.polygon).area, 1) for room in found.rooms] == [59.4]
    assert found.counts["slivers"] == 2


def test_a_corridor_around_a_core_is_opened_by_a_slit() -> None:
    found = find_rooms([*ring(0, 0, 20, 16), *ring(4, 4, 16, 12)])
    shapes = [shapely.Polygon(room.polygon) for room in found.rooms]
    assert all(shape.is_valid for shape in shapes)
    assert sorted(round(shape.area) for shape in shapes) == [96, 224]
    assert shapes[0].intersection(shapes[1]).area < 1e-6
    assert found.counts["holes"] == 1


def test_a_whole_floor_passes_the_checks_of_a_site() -> None:
    strokes = []
    for x in range(4):
        corners = [(9.0 * x + 0.1, 0.1), (9.0 * x + 8.9, 0.1), (9.0 * x + 8.9, 7.4), (9.0 * x + 0.1, 7.4)]
        strokes += [Stroke(a=a, b=b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    outer = [(-0.1, -0.1), (36.1, -0.1), (36.1, 7.6), (-0.1, 7.6)]
    strokes += [Stroke(a=a, b=b) for a, b in zip(outer, outer[1:] + outer[:1], strict=True)]
    labels = [
        Label(text=text, at=(9.0 * n + 4, 3)) for n, text in enumerate(("一年甲班", "電腦教室", "教務處", "一乙"))
    ]
    labels += [Label(text="30人", at=(4, 2)), Label(text="101", at=(4, 4)), Label(text="legend", at=(99, 99))]
    doors = [Opening(kind="door", a=(9.0 * n + 1, -0.1), b=(9.0 * n + 2, -0.1)) for n in range(4)]
    found = recognised(Drawn(strokes=strokes, labels=labels, openings=doors), Heights(top_m=3.15))
    assert [(room.id, room.use, room.class_size) for room in found.rooms] == [
        ("101", "classroom", 30), ("R2", "specialist", None), ("R3", "office", None), ("R4", "classroom", None),
    ]  # fmt: skip
    assert found.counts["found"]["stray"] == 1
    assert found.counts["placed"]["doors"] == 4
    assert found.outline is not None
    assert shapely.Polygon(found.outline).bounds == pytest.approx((-0.1, -0.1, 36.1, 7.6), abs=0.02)
    south = min(y for piece in found.walls for _, y in piece.line)
    floor = Floor(
        level=0, elevation_m=0, height_m=3.3, slab=Slab(), outline=found.outline, rooms=found.rooms, walls=found.walls
    )
    assert south == 0.0
    assert faults_of(Site(name="x", floors=(floor,))) == ()


def test_a_crowd_of_lines_is_no_plan() -> None:
    star = [wall(0, 0, 9 * math.cos(n / 10), 9 * math.sin(n / 10), None) for n in range(1100)]
    found = find_rooms(star)
    assert found.rooms == ()
    assert found.counts == {"crowded": 1100}


@pytest.mark.parametrize("way", [1, -1])
def test_a_door_is_cut_into_its_wall(way: int) -> None:
    span = [(2.0, 0.12), (3.0, 0.12)][::way]
    placed = place_openings([wall(0, 0, 9, 0, material="concrete")], [Opening(kind="door", a=span[0], b=span[1])])
    assert [(w.kind, sorted((w.a[0], w.b[0]))) for w in placed.walls] == [
        ("wall", [0.0, 2.0]), ("wall", [3.0, 9.0]), ("door", [2.0, 3.0]),
    ]  # fmt: skip
    pieces = [(p.kind, p.material, p.bottom_m, p.top_m) for p in site_walls(placed.walls)]
    assert pieces[2:] == [("door", "wood", 0.0, 2.1), ("wall", "concrete", 2.1, 3.15)]


def test_a_window_fills_the_gap_between_two_walls_on_their_line() -> None:
    walls = [wall(0, 0, 3, 0), wall(5, 0, 9, 0), wall(3.1, 0.05, 4.9, 0.05, None, kind="window")]
    placed = place_openings(walls)
    window = placed.walls[-1]
    assert (window.kind, window.a, window.b, window.thickness_m) == ("window", (3.0, 0.0), (5.0, 0.0), 0.2)
    assert placed.counts == {"windows": 1, "gap": 1}
    kinds = [(p.kind, p.material, p.bottom_m, p.top_m) for p in site_walls([window])]
    assert kinds == [("parapet", "brick", 0.0, 0.9), ("window", "glass", 0.9, 2.6), ("wall", "brick", 2.6, 3.15)]


def test_the_arc_of_a_door_tells_where_it_is() -> None:
    walls = [wall(0, 0, 4, 0), wall(5, 0, 9, 0), wall(4, 0, 4, -5)]
    swing = Swing(hinge=(4.1, 0.0), tips=((5.0, 0.0), (4.1, -0.9)))
    placed = place_openings(
        walls, swings=[swing, replace(swing, tips=swing.tips[::-1]), Swing(hinge=(50, 50), tips=((51, 50), (50, 51)))]
    )
    doors = [w for w in placed.walls if w.kind == "door"]
    assert [(d.a, d.b) for d in doors] == [((4.0, 0.0), (5.0, 0.0))]
    assert placed.counts["unclear"] == 1


def test_openings_without_a_wall_and_of_odd_width_are_counted() -> None:
    nowhere = Swing(hinge=(math.nan, 0), tips=((1, 0), (0, 1)))
    far, odd = Opening(kind="door", a=(50, 50), b=(51, 50)), Opening(kind="door", a=(1, 0), b=(1.1, 0))
    placed = place_openings([wall(0, 0, 9, 0), wall(3, 3, 3, 3)], [far, odd], [nowhere])
    assert placed.counts == {"doors": 1, "free": 1, "odd": 1, "unclear": 1}


def test_names_numbers_and_class_sizes_of_a_room() -> None:
    texts = ("FL+3.20", "9000", "普通教室", "三年二班 (28人)", "B-203")
    found = room_text([Label(text=text, at=(0, 0), height_m=0.3) for text in texts])
    assert (found.use, found.number, found.class_size) == ("classroom", "B-203", 28)
    assert room_text([Label(text="\x1b<script>", at=(0, 0))]).name == "<script>"
    assert room_text([]).name == ""


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("自然教室", "specialist"), ("Science Lab", "specialist"), ("图书馆", "specialist"), ("校長室", "office"),
        ("會議室", "office"), ("走廊", "corridor"), ("Corridor", "corridor"), ("男廁", "other"), ("樓梯間", "other"),
        ("茶水間", "other"), ("6-3", "classroom"), ("Room 204", "other"), ("Party table", "other"),
        ("門廳", "corridor"),
    ],
)  # fmt: skip
def test_the_use_of_a_room_by_its_name(name: str, use: str) -> None:
    assert use_of(name) == use


@pytest.mark.parametrize(("unit", "unit_m"), [("mm", 0.001), ("cm", 0.01), ("m", 1.0), ("in", 0.0254), ("ft", 0.3048)])
def test_doors_walls_and_letters_tell_the_unit(unit: str, unit_m: float) -> None:
    seen = Measured(
        extent=62 / unit_m,
        doors=[0.9 / unit_m, 0.8 / unit_m, 1.0 / unit_m, 0.9 / unit_m],
        walls=[0.12 / unit_m, 0.24 / unit_m, 0.15 / unit_m],
        texts=[0.25 / unit_m] * 5,
    )
    verdict = plausible_units(seen)
    assert verdict.unit is not None
    assert verdict.unit.name == unit
    assert len(verdict.unit.grounds) == len(verdict.unit.zh) == 4


def test_an_extent_alone_does_not_tell_the_unit() -> None:
    assert plausible_units(Measured(extent=120)).unit is None
    assert plausible_units(Measured(extent=1e9)).unit is None
