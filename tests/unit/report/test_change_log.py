import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from wifiplan.report.change_log import ChangeLog, Side, change_log, fields_section
from wifiplan.report.document import pdf_bytes
from wifiplan.report.texts import texts
from wifiplan.report.workbook.changes import changes_pages, write_changes_xlsx
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.compare import diff, state_of
from wifiplan.study.compare.meaning import flat
from wifiplan.study.compare.records import Changes
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings

PlanMaker = Callable[..., Plan]


def side(plan: Plan, name: str) -> Side:
    return Side(state=state_of(plan), name=name, mark="0123abcd", version=plan.version)


def log_of(before: Plan, after: Plan, lang: str) -> tuple[ChangeLog, Changes]:
    changes = diff(before, after)
    return change_log(side(before, "前"), side(after, "後"), changes, lang), changes


@pytest.fixture
def other(plan: Plan) -> Plan:
    """Return the plan with one access point moved and retuned, one gone, one room that passes, and other decisions."""
    first, _, *rest = plan.access_points
    point = first.access_point
    moved = replace(
        point,
        id="AP999",
        name="AP999",
        x_m=(point.x_m or 0.0) + 3.0,
        radios=(Radio(band="5", channel=149, width_mhz=20, eirp_dbm=14.0),),
    )
    design = replace(plan.settings.design, width_mhz=20, dfs=False)
    floor = plan.site.floors[0]
    room = replace(floor.rooms[1], class_size=35)
    return replace(
        plan,
        version="9.9",
        settings=replace(plan.settings, design=design, n_aps=20),
        site=replace(
            plan.site,
            uplink_mbps=300.0,
            floors=(replace(floor, rooms=(floor.rooms[0], room, *floor.rooms[2:])), *plan.site.floors[1:]),
            access_points=(AccessPoint(id="舊1", room_id=room.id),),
        ),
        access_points=(replace(first, access_point=moved, cable_m=50.0), *rest),
        rooms=tuple(replace(r, verdict="pass") if r.verdict == "fail" else r for r in plan.rooms),
        bill=(replace(plan.bill[0], quantity=9, price_ntd=12000),),
    )


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_log_of_equal_plans_is_one_line(plan: Plan, lang: str) -> None:
    log, changes = log_of(plan, plan, lang)
    assert not changes
    assert log.headline == (texts(lang)["change.none"],)
    assert log.sections == ()


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("zh-TW", ["名稱", "所在教室", "2.4 GHz EIRP dBm", "5 GHz 頻道", "5 GHz 頻寬 MHz", "機櫃"]),
        ("en", ["name", "room", "2.4 GHz EIRP, dBm", "5 GHz channel", "5 GHz width, MHz", "cabinet"]),
    ],
)
def test_what_differs_of_an_old_access_point_is_named_in_words(plan: Plan, lang: str, wanted: list[str]) -> None:
    radios = (Radio(band="2.4", channel=1, eirp_dbm=11.0), Radio(band="5", channel=36, width_mhz=40))
    old = AccessPoint(id="舊1", room_id=plan.rooms[0].room_id, radios=radios)
    tuned = (replace(radios[0], eirp_dbm=14.0), Radio(band="5", channel=42, width_mhz=80))
    new = replace(old, name="新", room_id=plan.rooms[1].room_id, radios=tuned, cabinet="IDF")
    one, two = (replace(plan, site=replace(plan.site, access_points=(ap,))) for ap in (old, new))
    log, _ = log_of(one, two, lang)
    rows = next(section for section in log.sections if section.key == "why").table.rows
    found = [row[0].replace("：", ": ").partition(": ")[2] for row in rows]
    assert found == wanted


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_every_section_is_told_in_either_language(plan: Plan, other: Plan, lang: str) -> None:
    log, changes = log_of(plan, other, lang)
    assert [section.key for section in log.sections] == ["counts", "why", "points", "rooms", "bill"]
    for section in (*log.sections, fields_section(changes, lang)):
        assert section.table.rows
        assert {len(row) for row in section.table.rows} == {len(section.table.heads)}
    assert "0123abcd" in log.versions
    assert "9.9" in log.versions


def test_the_words_say_what_an_installer_does_otherwise(plan: Plan, other: Plan) -> None:
    log, _ = log_of(plan, other, "zh-TW")
    by_key = {section.key: section for section in log.sections}
    (point,) = (row for row in by_key["points"].table.rows if "AP999" in row[1])
    old = plan.access_points[0].access_point
    assert point[0].startswith("移位、改設定")
    assert point[1] == f"AP999（原 {old.id}）"
    assert "移 3.0 m" in point[3]
    assert f"頻道 {old.radios[0].channel} → 149" in point[3]
    assert any(row[0] == "取消" for row in by_key["points"].table.rows)
    why = {row[0]: row[1:] for row in by_key["why"].table.rows}
    assert why["最大頻寬 MHz (design.width_mhz)"] == ("80", "20")
    assert why["使用 DFS 頻道 (design.dfs)"] == ("是", "否")
    assert why["對外線路 Mbit/s"] == ("未設定", "300")
    assert any("舊1" in cell for row in by_key["why"].table.rows for cell in row)
    assert any(row[2] == "判定改變" and "✓ 達標" in row[4] for row in by_key["rooms"].table.rows)
    assert "9.9" in " ".join(by_key["why"].lead)


def test_every_option_of_the_settings_has_a_name_in_words() -> None:
    named = {key for key in flat(Settings()) if key != "demand.profiles" and not key.startswith("law.")}
    for lang in ("zh-TW", "en"):
        assert {key for key in named if f"change.setting.{key}" not in texts(lang)} == set()


def test_the_workbook_holds_every_section_and_the_same_bytes(plan: Plan, other: Plan, tmp_path: Path) -> None:
    log, changes = log_of(plan, other, "zh-TW")
    fields = fields_section(changes, "zh-TW")
    write_changes_xlsx(tmp_path / "a.xlsx", log, fields, "zh-TW")
    write_changes_xlsx(tmp_path / "b.xlsx", log, fields, "zh-TW")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["變更", "變更-原因", "變更-基地臺", "變更-教室", "變更-材料", "變更-逐欄"]
    assert "前" in str(book["變更"]["A2"].value)


def test_the_workbook_of_equal_plans_says_so(plan: Plan) -> None:
    log, changes = log_of(plan, plan, "en")
    pages = changes_pages(log, fields_section(changes, "en"), "en")
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(pages)))
    (sheet,) = book.worksheets
    assert texts("en")["change.none"] in [row[0].value for row in sheet.iter_rows()]


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_report_carries_the_log(plan: Plan, other: Plan, lang: str) -> None:
    log, _ = log_of(plan, other, lang)
    same, _ = log_of(plan, plan, lang)
    bare, changed, unchanged = (pdf_bytes(other, lang=lang, changes=given) for given in (None, log, same))
    assert changed.startswith(b"%PDF")
    assert len(changed) > len(bare)
    assert unchanged != bare
    assert pdf_bytes(other, lang=lang, changes=log) == changed
