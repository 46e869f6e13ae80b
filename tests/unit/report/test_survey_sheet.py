"""Maps of surveys on paper, their tables, and the report that holds them."""

import io
import re
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from matplotlib.colors import to_rgb

from survey_sheet_samples import calibration, errors, floor_map, sheet_of, strayed, survey, surveyed_site
from wifiplan.report.figures import Panel, png_bytes, scatter_figure, survey_figure, svg_bytes
from wifiplan.report.figures.panels import SIDEWAYS_MM, UPRIGHT_MM, arrangement
from wifiplan.report.figures.survey import SPREAD_COLOURS, SPREADS_DB
from wifiplan.report.survey_maps import (
    COLUMNS,
    ap_marks,
    change_panel,
    changes,
    level_panel,
    map_line,
    map_rows,
    shifts_db,
    signed,
    spread_panel,
)
from wifiplan.report.survey_sheet import content, survey_sheet_pdf
from wifiplan.report.survey_tables import aps_table, parameters_table, places_table
from wifiplan.report.survey_words import findings, headline
from wifiplan.report.texts import LANGS, texts
from wifiplan.study.records import Plan


def words_of(svg: bytes) -> list[str]:
    return re.findall(r">([^<>\s][^<>]*)</t", svg.decode("utf-8"))


def figure_of(plan: Plan, panels: list[Panel], lang: str = "zh-TW") -> bytes:
    site = surveyed_site(plan)
    return svg_bytes(survey_figure(site, 0, panels, most_sd_db=8.0, numbers=ap_marks(site), lang=lang))


def test_classes_of_spread_grow_darker() -> None:
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in map(to_rgb, SPREAD_COLOURS)]
    assert len(SPREAD_COLOURS) == len(SPREADS_DB) + 1
    assert np.all(np.diff(grey) < -0.07)


@pytest.mark.parametrize("lang", LANGS)
def test_a_map_shows_its_places_with_their_values_and_what_is_not_known(plan: Plan, lang: str) -> None:
    site = surveyed_site(plan)
    found = floor_map(site)
    words = words_of(figure_of(plan, [level_panel(found, site, lang), spread_panel(found, site, lang)], lang))
    values = {f"−{-(spot.rssi_dbm or 0.0):.0f}" for spot in found.spots}
    assert values <= set(words)
    assert texts(lang)["survey.fig.unknown"].format(sd="8") in words
    assert texts(lang)["survey.fig.spread"] in words
    assert ap_marks(site)[site.access_points[0].id] in words


def test_cells_that_are_not_known_are_hatched_and_none_where_all_is_known(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = floor_map(site)
    sure = replace(found, sd_db_yx=np.full_like(found.sd_db_yx, 3.0))
    assert b"<pattern" in figure_of(plan, [level_panel(found, site, "en")])
    unknown = texts("en")["survey.fig.unknown"].format(sd="8")
    assert unknown not in words_of(figure_of(plan, [level_panel(sure, site, "en")], "en"))


def test_a_place_where_nothing_was_heard_is_crossed(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = floor_map(site)
    deaf = replace(found, spots=(*found.spots, replace(found.spots[0], x_m=30.0, rssi_dbm=None, ap_id="", n_heard=0)))
    panel = level_panel(deaf, site, "en")
    assert [mark.kind for mark in panel.marks] == ["open"] * 8 + ["crossed"]
    assert texts("en")["survey.fig.crossed"] in words_of(figure_of(plan, [panel], "en"))
    assert texts("en")["survey.fig.crossed"] not in words_of(figure_of(plan, [level_panel(found, site, "en")], "en"))


def test_labels_that_find_no_room_are_left_out_but_their_places_are_drawn(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = floor_map(site)
    crowd = tuple(replace(found.spots[0], x_m=3.0 + 0.02 * k) for k in range(40))
    svg = figure_of(plan, [level_panel(replace(found, spots=crowd), site, "en")], "en")
    assert words_of(svg).count("−46") < 10


def test_a_floor_without_rooms_or_readings_is_drawn(plan: Plan) -> None:
    site = surveyed_site(plan)
    bare = replace(site, floors=tuple(replace(f, rooms=()) for f in site.floors), access_points=())
    found = replace(floor_map(site), spots=(), access_points=())
    nothing = replace(found, mean_dbm_yx=np.full_like(found.mean_dbm_yx, np.nan))
    for one in (found, nothing):
        svg = svg_bytes(survey_figure(bare, 0, [level_panel(one, bare, "en")], most_sd_db=8, numbers={}, lang="en"))
        assert svg.startswith(b"<?xml")


@pytest.mark.parametrize("n_panels", [1, 2, 3])
def test_maps_lie_side_by_side_within_the_paper(plan: Plan, n_panels: int) -> None:
    found = arrangement(plan.site, n_panels, key_mm=20.0)
    room_mm = SIDEWAYS_MM if found.landscape else UPRIGHT_MM
    assert found.width_mm <= room_mm[0]
    assert found.height_mm <= room_mm[1] + 4.0
    assert len({(s.left_mm, s.bottom_mm) for s in found.sheets}) == n_panels
    assert len({s.scale for s in found.sheets}) == 1


def test_the_same_survey_gives_the_same_bytes(plan: Plan) -> None:
    site = surveyed_site(plan)
    figures = [survey_figure(site, 0, [level_panel(floor_map(site), site, "en")], most_sd_db=8, numbers={}, lang="en")]
    assert png_bytes(figures[0], dpi=50) == png_bytes(figures[0], dpi=50)
    assert svg_bytes(figures[0]) == svg_bytes(figures[0])


def test_differences_are_told_in_the_devices_levels(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = errors(site)
    assert shifts_db(found) == {"5": -15.0}
    apart = [change for _, change in changes(found.places, "5", -15.0)]
    assert apart == [float(k) for k in range(8)]
    panel = change_panel(floor_map(site), found.places, site, "en", shift_db=-18.0)
    assert [mark.text for mark in panel.marks][:2] == ["+3", "+4"]
    weaker = change_panel(floor_map(site), found.places, site, "en", shift_db=-10.0)
    assert [(m.text, m.kind == "filled") for m in weaker.marks][:6] == [
        ("-5", True), ("-4", True), ("-3", True), ("-2", True), ("-1", True), ("0", False),
    ]  # fmt: skip


def test_a_map_as_a_table_holds_every_cell_with_its_interval(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = floor_map(site)
    rows = list(map_rows(found))
    assert len(rows) == found.mean_dbm_yx.size
    assert set(rows[0]) == set(COLUMNS)
    first = rows[0]
    assert first["low_dbm"] == pytest.approx(first["level_dbm"] - 1.645 * first["sd_db"], abs=0.2)
    assert {row["known"] for row in rows} == {True, False}
    assert "8" in map_line(found, site, "en")


def test_a_floor_on_which_nothing_was_read_says_so(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = floor_map(site, n_spots=0)
    unsure = replace(found, sd_db_yx=np.full_like(found.sd_db_yx, 9.0))
    assert "nothing can be said" in map_line(unsure, site, "en")


def test_rows_that_stray_far_are_bold_and_the_silent_come_first(plan: Plan) -> None:
    site = surveyed_site(plan)
    found = errors(site)
    nan = float("nan")
    silent = strayed(site.access_points[-1].id, 0, nan, nan, nan, nan)
    table = aps_table(replace(found, by_ap=(*found.by_ap, silent)), calibration(), site, "en")
    assert table.rows[0][3:5] == ("0", "9")
    assert table.failing[0]
    assert table.rows[1][-2] > table.rows[2][-2]
    assert any("nan" in cell for row in table.rows for cell in row) is False


def test_what_stayed_at_its_prior_is_told(plan: Plan) -> None:
    site = surveyed_site(plan)
    rows = parameters_table(calibration(), site, "en").rows
    assert [row[-1] for row in rows] == ["16.8 ± 0.8", "2.30 ± 0.10", "-2.1 ± 1.2", texts("en")["survey.stayed"]]
    told = " ".join(findings((survey(),), site, errors(site), calibration(), "en"))
    assert "glass" in told
    assert "one remark" in told
    assert "3 rows without a level" in told
    assert "4.4 dB" in headline(errors(site), calibration(), "en")[0]


def test_places_are_told_by_floor_and_metres(plan: Plan) -> None:
    site = surveyed_site(plan)
    table = places_table(errors(site), site, "en")
    assert table.rows[0][1].endswith("38.0, 6.0 m")
    assert table.rows[0][5] == "+7.0"


def test_the_report_holds_all_parts_and_is_the_same_at_every_run(plan: Plan) -> None:
    made = survey_sheet_pdf(sheet_of(plan))
    document = pypdfium2.PdfDocument(io.BytesIO(made))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for head in ("surveys", "bands", "parameters", "aps", "rooms", "places", "findings", "notes"):
        assert texts("zh-TW")[f"survey.head.{head}"] in text
    assert "王小明" in text
    assert "各教室判定" in text
    assert len(document) >= 4
    assert survey_sheet_pdf(sheet_of(plan)) == made


def test_odd_names_do_not_spoil_the_report(plan: Plan) -> None:
    sheet = sheet_of(plan)
    odd = replace(sheet.surveys[0], name='#image("/etc/passwd") \x00\U0001f600' + "長" * 300, device="*a*_b_$c$")
    assert survey_sheet_pdf(replace(sheet, surveys=(odd,), maps=(), planned=()), lang="en").startswith(b"%PDF")
    assert "#image" in str(content(replace(sheet, surveys=(odd,)), "en")["surveys"])


def test_charts_of_no_readings_and_of_very_many_are_drawn(plan: Plan) -> None:
    pairs = errors(surveyed_site(plan)).pairs
    assert svg_bytes(scatter_figure((), lang="en"))
    assert len(svg_bytes(scatter_figure(pairs * 200, lang="en"))) < 1_500_000


def test_signs() -> None:
    assert (signed(2.0), signed(-2.04), signed(-0.01), signed(float("inf"))) == ("+2.0", "-2.0", "0.0", "-")
