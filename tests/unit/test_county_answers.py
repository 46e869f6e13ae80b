"""What a county's answers say of stock that nobody took, of national schools, of uplinks and of their thresholds."""

import csv
from pathlib import Path

import pytest

from wifiplan.files.county import county_summary, write_schools_csv
from wifiplan.predict.demand import DemandOptions
from wifiplan.report.basis import county_threshold
from wifiplan.report.workbook.networks import networks_page
from wifiplan.report.workbook.scenarios import county_scenarios_page
from wifiplan.scheme.roster import Roster
from wifiplan.scheme.school import Ownership, School
from wifiplan.study.outcomes import CountyPlan, Scenario, SchoolOutcome


def school(code: str, ownership: Ownership = "public") -> School:
    return School(
        stage="elementary", code=code, name=f"第{code}國小", county="晴川市", n_classes=6, n_students=120,
        ownership=ownership, row=int(code),
    )  # fmt: skip


def outcome(code: str, *, known: bool, funded: bool = True) -> SchoolOutcome:
    one = Scenario(
        devices="funded", mbps_per_device=2.5, n_aps_needed=1, n_aps_needed_classrooms=1, n_classrooms=6,
        n_classrooms_served=6, peak_mbps=300.0,
    )  # fmt: skip
    return SchoolOutcome(
        school=school(code, "public" if funded else "national"), n_class_sets=1, n_devices=30, funded=funded,
        n_classrooms=6, n_classrooms_served=6, n_as_is=2 if known else None,
        n_retune=1 if known else None, n_replace=0 if known else None,
        n_new=3 if known else 6, inventory_known=known, evidence="sheet", verdict="all_served",
        uplink_mbps=200.0 if known else None, scenarios=(one,),
    )  # fmt: skip


PLAN = CountyPlan(
    version="1", county="晴川市", n_aps=9, method="webster",
    outcomes=(outcome("1", known=True), outcome("2", known=False), outcome("3", known=False, funded=False)),
)  # fmt: skip


def test_stock_that_nobody_took_is_unknown_and_never_zero(tmp_path: Path) -> None:
    rows = [row.cells for row in networks_page(PLAN, "zh-TW").rows]
    assert rows[0][4:11] == ("已盤點", 6, 2, 1, 0, 3, 0)
    assert rows[1][4:11] == ("未盤點", 6, "不明", "不明", "不明", 6, 0)
    assert rows[3][2:9] == ("小計：校舍調查表（納入補助 2 校）", None, "已盤點 1 校", 12, 2, 1, 0)
    assert "1 校未盤點" in networks_page(PLAN, "zh-TW").lead[0]
    assert "1 did not" in networks_page(PLAN, "en").lead[0]
    write_schools_csv(tmp_path / "schools.csv", PLAN)
    with (tmp_path / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [row["n_classrooms_as_is"] for row in listed] == ["2", "", ""]
    assert [row["n_classrooms_new"] for row in listed] == ["3", "6", "6"]
    assert [row["n_devices"] for row in listed] == ["30", "30", "0"]


def test_national_schools_get_no_devices_and_stand_apart_from_kpi_7() -> None:
    summary = county_summary(PLAN)
    assert (summary["n_class_sets"], summary["n_devices"]) == (2, 60)
    assert summary["n_classrooms"] == 18
    assert summary["kpi_7_by_evidence"]["sheet"] == {"n_schools": 2, "n_classrooms": 12, "n_classrooms_served": 12}  # type: ignore[index]


def test_a_county_s_scenarios_hold_the_peak_against_the_uplink() -> None:
    page = county_scenarios_page(PLAN, "zh-TW")
    assert page.header[-2:] == ("現有對外頻寬 (Mbit/s)", "頻寬足夠")
    assert [row.cells[-2:] for row in page.rows] == [(None, None), (200, "否"), ("待填", "待填"), ("待填", "待填")]
    assert {len(row.cells) for row in page.rows} == {len(page.header)} == {len(page.widths)}


@pytest.mark.parametrize(("lang", "rate"), [("zh-TW", "下行 4 Mbit/s"), ("en", "4 Mbit/s down")])
def test_the_threshold_of_kpi_7_is_that_of_the_settings(lang: str, rate: str) -> None:
    first, ours = county_threshold(DemandOptions(mbps_per_device=4.0), lang)
    assert rate in first
    assert ours


def test_a_county_hears_only_of_its_own_rows_in_its_own_language() -> None:
    there = School(stage="junior", code="9", name="乙國中", county="雨山縣", n_classes=1, n_students=9, row=7)
    roster = Roster(
        schools=(school("1"), there),
        notes=("a.csv: read as CP950", "a.csv: row 1 第1國小: odd", "a.csv: row 7 乙國中: odd"),
        notes_zh=("a.csv：以 CP950 讀取", "a.csv：第 1 列 第1國小：怪", "a.csv：第 7 列 乙國中：怪"),
    )
    own = roster.county("晴川市")
    assert own.said("en") == roster.notes[:2]
    assert own.said("zh-TW") == roster.notes_zh[:2]
    assert Roster(schools=(there,), notes=("only English",)).said("zh-TW") == ("only English",)
