"""`wifiplan county` where one building serves two roster rows (國中小), and with scenarios."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from wifiplan import files
from wifiplan.cli import cli
from wifiplan.files.county_parquet import write_parquet
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import SchoolRef, Site

ROOT = Path(__file__).parents[2]
HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = (
    "國小,724608,連江縣,縣立,國中小,一般,東引國中小,7,20,12,120",
    "國中,724505,連江縣,縣立,國中小,一般,東引國中小,2,20,6,38",
    "國小,724700,連江縣,縣立,,一般,甲國小,2,20,5,36",
)


def both_stages() -> Site:
    """One building: seven classrooms of the elementary, two of the junior high school."""
    site = archetype(
        School(stage="elementary", code="724608", name="東引", county="連江縣", n_classes=9, n_students=160)
    )
    names = [room.id for floor in site.floors for room in floor.rooms if room.use == "classroom"]
    junior = set(names[-2:])
    floors = tuple(
        replace(
            floor,
            rooms=tuple(replace(room, stage="junior") if room.id in junior else room for room in floor.rooms),
        )
        for floor in site.floors
    )
    return replace(
        site,
        name="東引國中小",
        evidence="sheet",
        floors=floors,
        existing_devices=60,
        uplink_mbps=100.0,
        school=SchoolRef(stage="elementary", code="724608"),
        also_serves=(SchoolRef(stage="junior", code="724505"),),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    (folder / "roster.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8-sig")
    files.write_site(folder / "sites" / "any-name.json", both_stages())
    args = ["county", folder / "roster.csv", "--sites", folder / "sites", "--aps", "9", "--scenarios", "--workers", "0"]
    done = CliRunner().invoke(cli, [*map(str, args), "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    return folder / "out"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_both_rows_share_one_plan_and_its_figures(run: Path) -> None:
    first, second, third = table(run / "schools.csv")
    assert [row["code"] for row in (first, second, third)] == ["724608", "724505", "724700"]
    assert (first["n_classrooms"], second["n_classrooms"]) == ("7", "2")
    assert (first["planned_with"], second["planned_with"], third["planned_with"]) == ("", "elementary-724608", "")
    assert [row["evidence"] for row in (first, second, third)] == ["sheet", "sheet", "archetype"]
    plans = [run / "schools" / name / "plan.json" for name in ("elementary-724608", "junior-724505")]
    assert plans[0].read_bytes() == plans[1].read_bytes()
    plan = files.read_plan(plans[0])
    assert int(first["n_aps_placed"]) + int(second["n_aps_placed"]) == plan.n_new_aps
    assert all(int(row["n_aps_placed"]) <= int(row["n_aps_allotted"]) for row in (first, second, third))
    assert int(first["n_aps_allotted"]) + int(second["n_aps_allotted"]) == plan.n_aps_allowed
    # two sets for seven classes, one for two
    assert plan.n_rooms_at_once == 3
    assert {school.n_classes for school in plan.site.schools} == {7, 2}


def test_the_totals_count_every_building_once(run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    rows = table(run / "schools.csv")
    assert summary["n_classrooms"] == 11
    assert summary["n_aps_placed"] == sum(int(row["n_aps_placed"]) for row in rows)
    assert summary["by_evidence"]["sheet"]["n_schools"] == 2
    assert summary["n_inventory_unknown"] == 3


def test_scenarios_stand_side_by_side(run: Path) -> None:
    sheet = CalamineWorkbook.from_path(run / "county.xlsx").get_sheet_by_name("情境比較").to_python()
    header = next(n for n, row in enumerate(sheet) if row[0] == "學校")
    rows = [row for row in sheet[header + 1 :] if row[4]]
    # sums, then the buildings: the two rows of one building stand there once
    assert len(rows) == 9 + 2 * 9
    assert [row[0] for row in rows[:9]] == ["合計（2 校）"] * 3 + ["合計（1 校）"] * 3 + ["合計（2 校）"] * 3
    assert sum(row[5] == "待填" for row in rows) == 3


def test_what_hangs_there_and_the_uplink_stand_in_the_workbook(run: Path) -> None:
    sheet = CalamineWorkbook.from_path(run / "county.xlsx").get_sheet_by_name("既有AP與頻寬").to_python()
    header = next(n for n, row in enumerate(sheet) if row[0] == "學制")
    rows = {row[1]: row for row in sheet[header + 1 :] if row[1]}
    assert {row[4] for row in rows.values()} == {"未盤點"}
    # two rows of one building: 100 Mbit/s do not carry three classes of 20 pupils and 2 or 3 teacher devices
    assert rows["724608"][-2:] == [100.0, "否"]
    assert rows["724505"][-3] == "併前"
    assert rows["724700"][-2:] == ["待填", "待填"]
    sums = [row for row in sheet[header + 1 :] if str(row[2]).startswith("小計")]
    assert [row[5] for row in sums] == [9.0, 2.0]


QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "results.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def beside(run: Path) -> Path:
    """Return the folder of answers with an earlier run beside it, in which one school lacked a classroom."""
    earlier = run.parent / "earlier"
    earlier.mkdir()
    rows = table(run / "schools.csv")
    rows[2]["n_classrooms_served"] = str(int(rows[2]["n_classrooms_served"]) - 1)
    files.write_csv(earlier / "schools.csv", rows, tuple(rows[0]))
    assert write_parquet(earlier / "schools.csv", earlier / "schools.parquet") is None
    return run


def asked(folder: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> list[dict[str, object]]:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(folder)
    with duckdb.connect() as database:
        found = database.sql(query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_of_the_document_runs(
    beside: Path, monkeypatch: pytest.MonkeyPatch, query: str, ending: str
) -> None:
    rows = asked(beside, monkeypatch, query.replace(".parquet'", f".{ending}'"))
    if "verdict = 'fail'" not in query:
        assert rows


def test_the_queries_say_what_the_other_answers_say(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = json.loads((beside / "summary.json").read_text(encoding="utf-8"))
    kpi = next(query for query in QUERIES if "FILTER" in query)
    known = {
        row["evidence"]: (row["n_classrooms"], row["n_classrooms_served"]) for row in asked(beside, monkeypatch, kpi)
    }
    told = {k: (v["n_classrooms"], v["n_classrooms_served"]) for k, v in summary["kpi_7_by_evidence"].items()}
    assert known == {kind: counts for kind, counts in told.items() if counts != (0, 0)}
    changed = next(query for query in QUERIES if "FULL JOIN" in query)
    assert [row["code"] for row in asked(beside, monkeypatch, changed)] == ["724700"]
    bought = next(query for query in QUERIES if "'replaced')" in query)
    assert sum(row["n_aps"] for row in asked(beside, monkeypatch, bought)) == summary["n_aps_placed"]  # type: ignore[misc]
