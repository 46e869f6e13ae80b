import math
from itertools import combinations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.errors import SiteError
from wifiplan.files.site import check_site, site_to_plain
from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Floor, SchoolRef, Site, Wall
from wifiplan.site.geometry import area_m2, corridor_graph
from wifiplan.site.layout import ArchetypeOptions
from wifiplan.site.sheet import CORRIDORS, SPACE_USES, ApSheet, BlockSheet, BuildingSheet, RoomSheet
from wifiplan.site.sheet_places import guessed_use
from wifiplan.site.sheet_site import n_required, sheet_site

SCHOOL = SchoolRef(stage="elementary", code="000001")
JUNIOR = SchoolRef(stage="junior", code="000002")


def room(block: str | None, level: int | None, order: float | None, **given: object) -> RoomSheet:
    usual: dict[str, object] = {"name": f"{block}{level}{order}", "use": "classroom", "class_size": 25}
    sizes = {"length_m": 9.0, "depth_m": 7.5}
    return RoomSheet(block=block, level=level, order=order, **(usual | sizes | given))  # type: ignore[arg-type]


def built(*rooms: RoomSheet, blocks: tuple[BlockSheet, ...] = (), **given: object) -> Site:
    return sheet_site(BuildingSheet(name="某校", schools=(SCHOOL,), blocks=blocks, rooms=rooms, **given))  # type: ignore[arg-type]


def polygon(site: Site, name: str) -> tuple[float, float, float, float]:
    shape = next(r.polygon for floor in site.floors for r in floor.rooms if r.name == name)
    return shapely.Polygon(shape).bounds


def unreached(floor: Floor) -> int:
    nodes, edges = corridor_graph(floor)
    seen, grown = {0}, True
    while grown:
        new = {int(b) for a, b in [*edges, *edges[:, ::-1]] if int(a) in seen} - seen
        seen |= new
        grown = bool(new)
    return len(nodes) - len(seen)


def in_one_plane(a: Wall, b: Wall) -> bool:
    if min(a.top_m, b.top_m) - max(a.bottom_m, b.bottom_m) < 0.02:
        return False
    (x1, y1), (x2, y2) = a.line
    length = math.hypot(x2 - x1, y2 - y1)
    along = [((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length for x, y in b.line]
    away = [abs((y - y1) * (x2 - x1) - (x - x1) * (y2 - y1)) / length for x, y in b.line]
    return max(away) < 0.02 and min(length, max(along)) - max(0.0, min(along)) > 0.02


def test_rooms_stand_along_the_corridor_in_their_order() -> None:
    site = built(room("甲棟", 0, 2, name="b"), room("甲棟", 0, 1, name="a", length_m=4.0), room("甲棟", 0, 3, name="c"))
    assert polygon(site, "a") == (0.0, 2.5, 4.0, 10.0)
    assert polygon(site, "b") == (4.0, 2.5, 13.0, 10.0)
    assert polygon(site, "c") == (13.0, 2.5, 22.0, 10.0)
    assert site.evidence == "sheet"


@pytest.mark.parametrize(
    ("side", "expected"),
    [("S", (0, 2.5, 9, 10)), ("N", (0, 0, 9, 7.5)), ("W", (2.5, 0, 10, 9)), ("E", (0, 0, 7.5, 9))],
)
def test_the_corridor_lies_where_the_school_says(side: str, expected: tuple[float, ...]) -> None:
    block = BlockSheet(name="甲棟", corridor="open", corridor_side=side)  # type: ignore[arg-type]
    assert polygon(built(room("甲棟", 0, 1, name="a"), blocks=(block,)), "a") == expected


def test_a_middle_corridor_has_rooms_on_both_sides() -> None:
    block = BlockSheet(name="甲棟", corridor="middle")
    rooms = (room("甲棟", 0, 1, name="n", side="N"), room("甲棟", 0, 1, name="s", side="S", depth_m=9.0))
    site = built(*rooms, blocks=(block,))
    assert polygon(site, "s") == (0, 0, 9, 9)
    assert polygon(site, "n") == (0, 11.5, 9, 19)
    assert not any(wall.kind == "parapet" for wall in site.floors[0].walls)
    assert {r.id for r in site.floors[0].rooms} >= {"甲棟-1F-N1", "甲棟-1F-S1"}


def test_rooms_of_other_depths_share_their_corridor_and_have_closed_walls() -> None:
    site = built(room("甲棟", 0, 1, name="a"), room("甲棟", 0, 2, name="b", depth_m=10.0), room("甲棟", 0, 3, name="c"))
    assert polygon(site, "b")[3] == 12.5
    backs = {wall.line for wall in site.floors[0].walls if wall.kind == "window" and wall.line[0][1] == 12.5}
    assert len(backs) == 1
    partitions = [w for w in site.floors[0].walls if w.material == "brick" and w.line[0][0] == w.line[1][0]]
    assert [w.line[1][1] for w in partitions] == [12.5, 12.5]


def test_materials_and_heights_are_those_of_the_sheet() -> None:
    block = BlockSheet(name="甲棟", corridor="closed", outer_wall="concrete", partition="plasterboard", height_m=3.0)
    site = built(room("甲棟", 0, 1), room("甲棟", 0, 2, partition="wood"), room("甲棟", 0, 3), blocks=(block,))
    walls = site.floors[0].walls
    assert max(wall.top_m for wall in walls) == 2.85
    across = [w.material for w in walls if w.line[0][0] == w.line[1][0] and w.thickness_m is None]
    assert across == ["wood", "wood"]
    assert not any(wall.material == "brick" for wall in walls)


def test_what_is_blank_is_assumed_and_counted() -> None:
    blank = RoomSheet(name="五年甲班", class_size=25, class_size_estimated=True)
    site = built(room("甲棟", 0, 1), room("甲棟", 1, 1), room("甲棟", 1, None), blank, usual_class_size=28)
    assert set(site.assumptions) >= {
        "sheet_floor:1", "sheet_order:1", "sheet_size:1", "sheet_class:1", "sheet_use:1", "sheet_corridor:1",
        "sheet_corridor_side:1", "sheet_inventory:1", "sheet_height:1", "sheet_wall:1",
    }  # fmt: skip
    assert n_required(site.assumptions) == 8
    # a room of unknown storey goes where the row is shortest
    assert any(r.name == "五年甲班" for r in site.floors[0].rooms)
    assert not site.access_points_known


def test_a_floor_written_once_holds_for_the_lines_below() -> None:
    rooms = [room("甲棟", 0, 1), room("乙棟", 1, 1), room(None, None, 2, name="b"), room(None, None, 3, name="c")]
    site = built(*rooms)
    assert [r.id for r in site.floors[1].rooms if r.block == "乙棟" and r.use == "classroom"] == [
        "乙棟-2F-1", "乙棟-2F-2", "乙棟-2F-3",
    ]  # fmt: skip
    assert "sheet_floor:2" in site.assumptions


def test_access_points_keep_a_known_product_or_brand_and_else_get_the_class_of_their_generation() -> None:
    known = room("甲棟", 0, 3, aps=ApSheet(n=1, name="AP-505", generic="ac-2x2"))
    good = room("甲棟", 0, 1, aps=ApSheet(n=2, name="某牌 X1", generic="ax-2x2"), inventory_id="A1")
    bad = room("甲棟", 0, 2, aps=ApSheet(n=1, name="華為 AP7060", generic="ax-2x2"))
    site = built(good, bad, known, access_points_known=True)
    assert [(ap.id, ap.model) for ap in site.access_points] == [
        ("A1-AP1", "ax-2x2"),
        ("A1-AP2", "ax-2x2"),
        ("甲棟-1F-2-AP1", "華為 AP7060"),
        ("甲棟-1F-3-AP1", "AP-505"),
    ]
    assert site.access_points[0].room_id == "A1"


def test_a_combined_school_marks_the_rooms_of_its_second_stage() -> None:
    rooms = (room("甲棟", 0, 1, name="a", stage="elementary"), room("甲棟", 0, 2, name="b", stage="junior"))
    site = sheet_site(BuildingSheet(name="某校", schools=(SCHOOL, JUNIOR), rooms=rooms))
    assert {r.name: r.stage for r in site.floors[0].rooms if r.use == "classroom"} == {"a": None, "b": "junior"}
    assert site.also_serves == (JUNIOR,)


def test_storeys_have_no_gap_and_cellars_lie_below() -> None:
    site = built(room("甲棟", -1, 1), room("甲棟", 2, 1))
    assert [(f.level, f.elevation_m, f.name) for f in site.floors] == [
        (-1, -3.6, "地下一樓"), (0, 0.0, "一樓"), (1, 3.6, "二樓"), (2, 7.2, "三樓"),
    ]  # fmt: skip
    assert faults_of(site) == ()


def test_marked_cabinets_are_the_only_ones() -> None:
    site = built(room("甲棟", 0, 1, cabinet=True), room("甲棟", 1, 1))
    assert [len(floor.cabinets) for floor in site.floors] == [1, 0]
    assert not any(code.startswith("sheet_cabinet") for code in site.assumptions)


def test_a_sheet_without_rooms_is_one_message() -> None:
    with pytest.raises(SiteError, match="no room"):
        built()


def test_texts_of_assumptions_name_the_usual_sizes() -> None:
    from wifiplan.report.texts import texts  # noqa: PLC0415 (only here)

    usual = ArchetypeOptions()
    words = texts("en")
    assert f"{usual.module_m:g} m long and {usual.facade.depth_m:g} m deep" in words["assume.sheet_size"]
    assert f"Stairs ({usual.stairs_m:g} m), toilets ({usual.toilet_m:g} m)" in words["assume.sheet_size_other"]
    assert f"stores ({usual.module_m / 2:g} m)" in words["assume.sheet_size_other"]
    assert f"{usual.height_m:g} m" in words["assume.sheet_height"]
    assert f"{usual.courtyard_m:g} m" in words["assume.sheet_gap"]


@pytest.mark.parametrize(("name", "use"), [("六年七班", "classroom"), ("701", "classroom"), ("教務處", "office")])
def test_uses_follow_from_names(name: str, use: str) -> None:
    assert guessed_use(name) == use


BLOCKS = st.builds(
    BlockSheet,
    name=st.just(""),
    corridor=st.sampled_from((None, *CORRIDORS)),
    corridor_side=st.sampled_from((None, "N", "S", "E", "W")),
    height_m=st.sampled_from((None, 2.5, 3.3, 4.2)),
    gap_m=st.sampled_from((None, 1.0, 8.0)),
)
ROOMS = st.builds(
    RoomSheet,
    name=st.sampled_from(("一年甲班", "廁所", "樓梯", "電腦教室", "")),
    block=st.sampled_from((None, "甲棟", "乙棟", "丙棟")),
    level=st.sampled_from((None, -1, 0, 1, 3)),
    order=st.sampled_from((None, 1.0, 2.0, 3.5)),
    side=st.sampled_from((None, "N", "S", "E", "W")),
    use=st.sampled_from((None, *SPACE_USES)),
    class_size=st.sampled_from((None, 20)),
    length_m=st.sampled_from((None, 1.5, 9.0, 20.0)),
    depth_m=st.sampled_from((None, 1.5, 7.5, 12.0)),
    cabinet=st.booleans(),
    aps=st.sampled_from((None, ApSheet(n=2, generic="ac-2x2"))),
)


@settings(max_examples=60, deadline=None)
@given(rooms=st.lists(ROOMS, min_size=1, max_size=14), blocks=st.lists(BLOCKS, max_size=3))
def test_any_sheet_gives_a_sound_site(rooms: list[RoomSheet], blocks: list[BlockSheet]) -> None:
    from dataclasses import replace  # noqa: PLC0415 (only here)

    named = tuple(replace(block, name=name) for block, name in zip(blocks, ("甲棟", "乙棟", "丙棟"), strict=False))
    site = built(*rooms, blocks=named)
    assert faults_of(site) == ()
    assert check_site(site_to_plain(site))[0] == site
    shapes = [shapely.Polygon(r.polygon) for f in site.floors for r in f.rooms if f.level == site.floors[0].level]
    assert all(one.intersection(other).area < 0.01 for one, other in combinations(shapes, 2))
    n_rooms = sum(r.use != "corridor" for f in site.floors for r in f.rooms)
    assert n_rooms == len(rooms)
    for floor in site.floors:
        if floor.rooms:
            assert unreached(floor) == 0
        assert all(area_m2(r.polygon) > 0.5 for r in floor.rooms)
        assert not any(in_one_plane(a, b) for a, b in combinations(floor.walls, 2)), floor.level
