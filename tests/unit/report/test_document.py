import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.errors import OutputError, SettingsError
from wifiplan.report import write_pdf
from wifiplan.report.document import pdf_bytes
from wifiplan.report.figures import FloorHeat
from wifiplan.report.front import by_floor, grouped
from wifiplan.report.numbering import floor_name
from wifiplan.report.summary import summarise
from wifiplan.report.texts import LANGS, texts
from wifiplan.report.typesetting import compiled
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan

HeatMaker = Callable[..., FloorHeat]
PlanMaker = Callable[..., Plan]

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def _poppler(tool: str, path: Path, *options: str) -> str:
    program = shutil.which(tool)
    assert program is not None
    done = subprocess.run(
        [program, *options, str(path), *(["-"] if tool == "pdftotext" else [])], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def _heats(plan: Plan, heat_maker: HeatMaker) -> dict[int, FloorHeat]:
    return {floor.level: heat_maker(plan, floor.level, 1.5) for floor in plan.site.floors}


@pytest.fixture
def report(plan: Plan, heat_maker: HeatMaker, tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    write_pdf(plan, path, heats=_heats(plan, heat_maker))
    return path


def test_a_report_is_the_same_bytes_at_every_run(plan: Plan, heat_maker: HeatMaker) -> None:
    first, second = (pdf_bytes(plan, heats=_heats(plan, heat_maker)) for _ in range(2))
    assert first.startswith(b"%PDF")
    assert first == second


def test_a_report_stays_small(plan: Plan, heat_maker: HeatMaker) -> None:
    assert len(pdf_bytes(plan, heats=_heats(plan, heat_maker))) < 500_000 * len(plan.site.floors)


def test_a_path_may_be_text(plan: Plan, tmp_path: Path) -> None:
    write_pdf(plan, str(tmp_path / "report.pdf"), lang="en")
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_an_unknown_language_writes_nothing(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        write_pdf(plan, tmp_path / "report.pdf", lang="fr")
    assert list(tmp_path.iterdir()) == []


def test_a_font_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OutputError, match="unknown font"):
        compiled(b'#set text(font: "No such font")\nx', {})


@poppler
def test_only_the_fonts_of_the_package_are_embedded(report: Path) -> None:
    rows = _poppler("pdffonts", report).splitlines()[2:]
    assert rows
    assert all(re.match(r"[A-Z]{6}\+Noto(Sans|Serif)TC", row) for row in rows)
    assert all(" yes yes " in row for row in rows)


@poppler
@pytest.mark.parametrize("lang", LANGS)
def test_page_1_says_it_all_and_only_page_1(plan: Plan, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(plan, path, lang=lang)
    words = texts(lang)
    first = _poppler("pdftotext", path, "-f", "1", "-l", "1")
    second = _poppler("pdftotext", path, "-f", "2", "-l", "2")
    heads = ("missing", "cost", "actors", "by_floor")
    assert all(words[f"head.{head}"] in first for head in heads)
    assert words["head.basis"] in second
    assert words["warn.archetype.title"] not in first


@poppler
def test_an_assumed_building_is_said_on_page_1(archetype_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(archetype_plan, path)
    assert "建築是假設的" in _poppler("pdftotext", path, "-f", "1", "-l", "1")


@poppler
def test_an_inventory_that_nobody_made_is_unknown_and_never_zero(plan: Plan, tmp_path: Path) -> None:
    new = tuple(replace(p, action="new") for p in plan.access_points)
    path = tmp_path / "report.pdf"
    write_pdf(replace(plan, access_points=new, site=replace(plan.site, access_points_known=False)), path)
    first = _poppler("pdftotext", path, "-f", "1", "-l", "1")
    assert "現有設備不明" in first
    assert "沿用 0" not in first
    table = by_floor(replace(plan, site=replace(plan.site, access_points_known=False)), "zh-TW")
    assert {row[4] for row in table.rows} == {"不明"}


@poppler
@pytest.mark.parametrize("lang", LANGS)
def test_page_1_holds_the_worst_case(plan_maker: PlanMaker, tmp_path: Path, lang: str) -> None:
    plan = plan_maker(5, 22, 40, name="○○市立" + "非常長的校名" * 8)
    plan = replace(plan, site=replace(plan.site, evidence="archetype", access_points_known=False))
    path = tmp_path / "report.pdf"
    write_pdf(plan, path, lang=lang)
    assert texts(lang)["head.basis"] in _poppler("pdftotext", path, "-f", "2", "-l", "2")


@poppler
@pytest.mark.parametrize("lang", LANGS)
def test_what_it_rests_on_is_one_page_with_all_that_may_hang_there(plan: Plan, tmp_path: Path, lang: str) -> None:
    known = (
        "existing_in_room_middle:27",
        "existing_not_counted_on:1",
        "existing_width_of_channel:2",
        "as_built_class:3",
        "word " * 70,
    )
    old = replace(plan.access_points[0], action="removed", reason=Reason(code="prohibited_brand"))
    old = replace(old, access_point=replace(old.access_point, id="X05", model="TP-Link EAP670"))
    levels = tuple((name, 24.0, 24.0) for name in ("classrooms", "specialist", "aps", "interference"))
    changes = (*("as_is", "retune", "replace", "new") * 10,)
    rooms = tuple(replace(room, change=change) for room, change in zip(plan.rooms, changes, strict=False))
    plan = replace(
        plan,
        assumptions=known,
        access_points=(*plan.access_points, old),
        rooms=rooms,
        proof=replace(plan.proof, levels=levels, channel_verdict="feasible", channel_cost=895.0, n_candidates=315),
    )
    path = tmp_path / "report.pdf"
    write_pdf(plan, path, lang=lang)
    pages = _poppler("pdftotext", path).split("\f")
    assert texts(lang)["head.brand"] in pages[1]
    assert "EAP670" in pages[1]
    assert texts(lang)["head.basis"] not in pages[2]
    assert "TP-Link" not in pages[2]
    assert floor_name(plan, 0, lang) in pages[2]


@poppler
def test_every_page_names_school_version_and_page(report: Path, plan: Plan) -> None:
    pages = _poppler("pdftotext", report).split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert plan.site.name in page
        assert "wifiplan 0.1.0" in page
        assert f"第{number}/{len(pages)}頁" in page.replace(" ", "")


@poppler
def test_rare_characters_of_school_names_come_out(plan_maker: PlanMaker, tmp_path: Path) -> None:
    name = "坂舘喆瑠廍槺磘坔菓國民小學"
    path = tmp_path / "report.pdf"
    write_pdf(plan_maker(1, 3, 0, name=name), path)
    assert name in _poppler("pdftotext", path)


@poppler
def test_names_are_data_and_never_markup(plan_maker: PlanMaker, tmp_path: Path) -> None:
    name = '#panic("x") *b* $y$ [z] \\ "q" <a> @ref // c'
    path = tmp_path / "report.pdf"
    write_pdf(plan_maker(1, 3, 0, name=name), path)
    assert '#panic("x") *b* $y$ [z] \\ "q" <a> @ref // c' in _poppler("pdftotext", path)


@poppler
def test_characters_that_no_font_holds_are_marked_and_control_characters_left_out(
    plan_maker: PlanMaker, tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(plan_maker(1, 3, 0, name="\x00龍\x1b坔\U0001f600\ud800國小"), path)
    assert "龍坔〓國小" in _poppler("pdftotext", path)


@poppler
def test_a_hundred_rooms_repeat_the_headings_over_pages(plan_maker: PlanMaker, tmp_path: Path) -> None:
    plan = plan_maker(4, 28, 5)
    path = tmp_path / "report.pdf"
    write_pdf(plan, path, lang="en")
    pages = _poppler("pdftotext", path, "-layout").split("\f")
    with_head = [page for page in pages if "Good seats" in page and "Served by" in page]
    assert len(with_head) >= 3
    assert sum(page.count("✓ pass") + page.count("× FAIL") for page in with_head) >= 100


@poppler
def test_all_figures_of_the_tables_are_on_paper(report: Path, plan: Plan) -> None:
    text = _poppler("pdftotext", report)
    assert all(p.access_point.id in text for p in plan.access_points)
    assert all(room.name in text for room in plan.rooms if room.need)
    assert "為一年丙班而設" in text
    assert "10 % 餘長" in text


def test_rooms_that_fail_for_one_cause_share_a_row_with_the_worst_figure(plan_maker: PlanMaker) -> None:
    plan = plan_maker(2, 9, 4)
    failing = [room for room in plan.rooms if room.verdict == "fail"]
    weak = {
        room.room_id: replace(room, reason=Reason(code="no_signal", value=-70.0 - k, limit=-58.7))
        for k, room in enumerate(failing)
    }
    groups = grouped(summarise(replace(plan, rooms=tuple(weak.get(r.room_id, r) for r in plan.rooms)), "en"), 8, "en")
    assert len(groups.rows) == 1
    assert "−73" in groups.rows[0][1]
    assert f"(the worst: {failing[-1].name})" in groups.rows[0][1]
