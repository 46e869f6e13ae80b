import re
from collections.abc import Callable
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font
from pylopdf_fonts_zh_tw import sans_path

from wifiplan.report.figures import FloorHeat, floor_figure, png_bytes, svg_bytes
from wifiplan.report.figures.canvas import PT_PER_MM
from wifiplan.report.figures.heat import padded, without_specks
from wifiplan.report.figures.legend import CLASS_COLOURS, CONTOURS_DBM, entries
from wifiplan.report.figures.sheet import (
    LANDSCAPE_MM,
    PORTRAIT_MM,
    Box,
    freest,
    sheet,
    shortened,
    width_em,
    wrapped,
)
from wifiplan.report.texts import LANGS, texts
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint

HeatMaker = Callable[..., FloorHeat]


def _words_of(svg: bytes) -> list[str]:
    return re.findall(r">([^<>\s][^<>]*)</t", svg.decode("utf-8"))


def test_the_classes_keep_their_order_in_grey() -> None:
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in map(to_rgb, CLASS_COLOURS)]
    assert len(CLASS_COLOURS) == len(CONTOURS_DBM) + 1
    assert np.all(np.diff(grey) > 0.07)


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_carries_names_numbers_channels_and_contours(plan: Plan, heat_maker: HeatMaker, lang: str) -> None:
    words = _words_of(svg_bytes(floor_figure(plan, 1, heat_maker(plan, 1), lang)))
    text = " ".join(words)
    assert "二年甲班" in text
    assert texts(lang)["fig.channel"].format(channel=36) in words
    assert "200" in words
    assert "−55" in words
    assert any("✓" in word for word in words)
    assert any("×" in word for word in words)


def test_every_text_of_a_figure_is_set_in_the_one_font(plan: Plan, heat_maker: HeatMaker) -> None:
    svg = svg_bytes(floor_figure(plan, 0, heat_maker(plan, 0))).decode("utf-8")
    assert re.findall(r'font-family="([^"]*)"', svg) == ["'Noto Sans TC'"]
    assert svg.index("font-family") < svg.index("<text")
    assert svg.rindex("</text>") < svg.rindex("</g>")


def test_a_figure_is_the_same_at_every_run(plan: Plan, heat_maker: HeatMaker) -> None:
    first, second = (svg_bytes(floor_figure(plan, 1, heat_maker(plan, 1))) for _ in range(2))
    assert first == second


def test_drawing_changes_no_global_setting(plan: Plan) -> None:
    before = dict(mpl.rcParams)
    svg_bytes(floor_figure(plan, 0))
    assert dict(mpl.rcParams) == before


def test_without_a_heat_map_the_legend_says_so(plan: Plan) -> None:
    words = _words_of(svg_bytes(floor_figure(plan, 0)))
    assert texts("zh-TW")["fig.no_heat"] in words


def test_unknown_signal_is_left_blank(plan: Plan, heat_maker: HeatMaker) -> None:
    heat = heat_maker(plan, 0)
    power = heat.strongest_dbm.copy()
    power[:, :5] = np.nan
    assert svg_bytes(floor_figure(plan, 0, replace(heat, strongest_dbm=power)))


def test_a_single_cell_that_stands_out_is_a_speck_and_an_edge_is_not() -> None:
    speck = np.full((5, 5), -60.0)
    speck[2, 2] = -80.0
    assert np.all(without_specks(speck) == -60.0)
    edge = np.full((6, 6), -60.0)
    edge[:, 3:] = -80.0
    assert np.all(without_specks(edge) == edge)


def test_the_map_reaches_one_cell_beyond_its_grid() -> None:
    assert padded(np.array([0.5, 1.5, 2.5])).tolist() == [-0.5, 0.5, 1.5, 2.5, 3.5]
    assert padded(np.array([2.0])).tolist() == [1.0, 2.0, 3.0]


def test_names_are_text_and_never_markup(plan: Plan) -> None:
    floor = plan.site.floors[0]
    named = replace(floor.rooms[0], name="<b>#$x_1^2$")
    site = replace(plan.site, floors=(replace(floor, rooms=(named, *floor.rooms[1:])), *plan.site.floors[1:]))
    svg = svg_bytes(floor_figure(replace(plan, site=site), 0)).decode("utf-8")
    assert "&lt;b&gt;#$x_1^2$" in svg


@pytest.mark.parametrize("name", ["\x00\x1b[31m教室", "\U0001f600", "教室\n一", "", " ", "ا", "\ud800"])
def test_odd_names_spoil_no_figure(plan: Plan, name: str) -> None:
    floor = plan.site.floors[0]
    site = replace(plan.site, floors=(replace(floor, rooms=(replace(floor.rooms[0], name=name),)),))
    assert svg_bytes(floor_figure(replace(plan, site=site), 0)).decode("utf-8")


def test_an_old_access_point_under_a_new_one_is_drawn_beside_it(plan: Plan) -> None:
    new = plan.access_points[0]
    old = PlannedAccessPoint(
        access_point=replace(new.access_point, id="old", radios=()),
        action="removed",
        reason=Reason(code="undecided"),
    )
    svg = svg_bytes(floor_figure(replace(plan, access_points=(new, old)), 0)).decode("utf-8")
    middles = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert abs(middles[0] - middles[1]) > 3.0 * PT_PER_MM


def test_access_points_without_a_place_are_left_out(plan: Plan) -> None:
    lost = PlannedAccessPoint(access_point=AccessPoint(id="lost"), action="kept", reason=Reason(code="kept"))
    assert floor_figure(replace(plan, access_points=(lost,)), 0)


def test_an_empty_site_can_be_drawn(plan: Plan, heat_maker: HeatMaker) -> None:
    bare = replace(plan.site.floors[0], rooms=(), walls=(), cabinets=())
    site = replace(plan.site, floors=(bare,))
    empty = replace(plan, site=site, rooms=(), access_points=())
    assert floor_figure(empty, 0, heat_maker(plan, 0))


def test_long_buildings_lie_on_their_side_and_deep_ones_stand(plan_maker: Callable[..., Plan]) -> None:
    long = plan_maker(1, 11).site
    turned = [
        replace(room, polygon=tuple((y, x) for x, y in room.polygon)) for floor in long.floors for room in floor.rooms
    ]
    deep = replace(long, floors=(replace(long.floors[0], rooms=tuple(turned), walls=(), cabinets=()),))
    assert sheet(long).landscape
    assert not sheet(deep).landscape


@pytest.mark.parametrize("n_rooms", [1, 3, 7, 12, 25, 60])
def test_a_drawing_fits_its_page(plan_maker: Callable[..., Plan], n_rooms: int) -> None:
    site: Site = plan_maker(1, n_rooms).site
    paper = sheet(site)
    low, high = paper.mm((0.0, 0.0)), paper.mm((n_rooms * 9.0, 10.0))
    room = LANDSCAPE_MM if paper.landscape else PORTRAIT_MM
    assert 0 <= low[0] < high[0] <= room[0]
    assert high[1] - low[1] <= room[1]
    assert high[0] - low[0] == pytest.approx(n_rooms * 9.0 * 1000 / paper.scale)


def test_the_legend_explains_only_what_is_there(plan: Plan) -> None:
    words = texts("en")
    found = {(e.swatch, e.detail) for e in entries(plan, plan.site.floors[0], words, has_heat=True)}
    assert ("ap", "new") in found
    assert ("ap", "removed") not in found
    assert ("fail", "") not in found
    assert ("fail", "") in {(e.swatch, e.detail) for e in entries(plan, plan.site.floors[1], words, has_heat=False)}


def test_labels_keep_out_of_what_is_taken() -> None:
    taken = [Box(left=-2, bottom=-2, right=2, top=2)]
    middle, overlap = freest([(0.0, 0.0), (0.0, 5.0)], (2.0, 2.0), taken)
    assert middle == (0.0, 5.0)
    assert overlap == 0.0
    _, crowded = freest([(0.0, 0.0)], (2.0, 2.0), taken)
    assert crowded == pytest.approx(4.0)


def test_names_break_between_characters_and_at_blanks() -> None:
    assert wrapped("視聽教室", 10, 1) == ("視聽教室",)
    assert wrapped("Laboratory", 3, 3) is None
    assert wrapped("", 3, 1) == ("",)
    assert width_em(shortened("Laboratory of Physics", 6)) <= 6


def test_the_font_has_every_character_that_we_print() -> None:
    font = FT2Font(str(sans_path())).get_charmap()
    printed = {c for lang in LANGS for text in texts(lang).values() for c in text} | set("✓×−–⚠•坂舘喆瑠廍槺磘坔菓")
    assert {c for c in printed if ord(c) not in font} == set()


def test_a_figure_can_be_drawn_as_a_picture(plan: Plan, heat_maker: HeatMaker) -> None:
    assert png_bytes(floor_figure(plan, 0, heat_maker(plan, 0)), dpi=40).startswith(b"\x89PNG")


def test_a_need_is_drawn_from_the_cells_of_its_room_only(plan: Plan, heat_maker: HeatMaker) -> None:
    heat = heat_maker(plan, 0)
    room = np.array(plan.site.floors[0].rooms[0].polygon)
    low, high = room.min(axis=0), room.max(axis=0)
    inside = np.outer(
        (heat.y_m > low[1]) & (heat.y_m < high[1]),
        (heat.x_m > low[0]) & (heat.x_m < high[0]),
    )
    first = replace(plan, rooms=plan.rooms[:1])
    strong = replace(heat, strongest_dbm=np.where(inside, -50.0, -80.0))
    weak = replace(heat, strongest_dbm=np.where(inside, -80.0, -50.0))
    drawn = [svg_bytes(floor_figure(first, 0, h)).decode("utf-8").count("url(#hatch") for h in (strong, weak)]
    # in the legend, and in the room that is too weak
    assert drawn == [1, 2]


def test_an_access_point_to_be_decided_on_is_told_apart_in_the_legend(plan: Plan) -> None:
    old = replace(plan.access_points[0], action="kept", reason=Reason(code="undecided"))
    changed = replace(plan, access_points=(old, *plan.access_points[1:]))
    found = {(e.swatch, e.detail) for e in entries(changed, plan.site.floors[0], texts("en"), has_heat=True)}
    assert ("ap", "undecided") in found
