"""`wifiplan study` as a planner runs it: the same schools in every case, kept as they come, told in plain words."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = (
    "國小,000001,臺北市,市立,,偏遠,甲國小,3,9,6,20",
    "國中,000002,臺北市,市立,,一般,乙國中,2,20,5,36",
    "國小,000003,臺北市,市立,,一般,空國小,0,0,0,0",
    "國小,000004,臺北市,國立,,一般,國立國小,6,20,9,100",
)
CASES = """
[[case]]
name = "base"
label = "現行"
[[case]]
name = "half"
label = "一半的基地臺"
[case.county]
aps = 2
[[case]]
name = "each"
label = "一班 <一> 機"
[case.design]
own_ap_in_classrooms = true
"""
DEMO = Path(__file__).parents[2] / "floorplans"


def roster(folder: Path) -> Path:
    path = folder / "名冊.csv"
    path.write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8-sig")
    return path


def study(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["study", *map(str, args)], catch_exceptions=False)


def test_compare_tells_cases_and_takes_up_what_was_kept(tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    cases.write_text(CASES, encoding="utf-8")
    out = tmp_path / "out"
    command = ("compare", roster(tmp_path), cases, "--ap-price", "10000", "--out", out, "--workers", "0")
    done = study(*command)
    assert done.exit_code == 0, done.output
    assert "2 列不列入" in done.stderr
    assert "改為「一半的基地臺」" in done.stdout
    summary = json.loads((out / "study.json").read_text(encoding="utf-8"))
    base, half, each = summary["cases"]
    assert base["n_classrooms"] == half["n_classrooms"] == 5
    assert base["cost_ntd"] == 10_000 * base["n_aps_needed"]
    assert (half["n_aps_funded"], half["more_aps"]) == (2, 0)
    assert half["more_served"] == half["n_classrooms_served"] - base["n_classrooms_served"] < 0
    assert each["more_aps"] > 0
    assert each["more_aps_se"] == 0
    with (out / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == ["000001"] * 3 + ["000002"] * 3
    assert sum(int(row["n_aps_needed"]) for row in rows if row["case"] == "each") == each["n_aps_needed"]
    page = (out / "study.html").read_text(encoding="utf-8")
    assert "一班 &lt;一&gt; 機" in page
    assert "<一>" not in page
    assert load_workbook(out / "study.xlsx").sheetnames == ["設定比較", "各校", "設定內容"]
    kept = {path: path.read_bytes() for path in out.iterdir() if path.is_file()}
    one = out / ".study" / "cases" / "elementary-000001.json"
    told = one.read_bytes()
    one.unlink()
    stamp = (out / ".study" / "cases" / "junior-000002.json").stat().st_mtime_ns
    assert study(*command, "--resume").exit_code == 0
    assert one.read_bytes() == told
    assert (out / ".study" / "cases" / "junior-000002.json").stat().st_mtime_ns == stamp
    assert {path: path.read_bytes() for path in kept} == kept


def test_sensitivity_names_what_moves_the_answer(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = study(
        "sensitivity", roster(tmp_path), "--only", "mbps_per_device", "--only", "storeys", "--pairs", "2", "--sample",
        "1", "--out", out, "--workers", "0",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "改為「4 樓」，需要的基地臺多 50 %" in done.stdout
    assert "不必先查：每臺載具的下行速率" in done.stdout
    summary = json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert summary["sample"]["n_sampled"] == 1
    assert {a["name"] for a in summary["assumptions"]} == {"mbps_per_device", "storeys"}
    assert summary["assumptions"][0]["low"]["more_aps_se"] is None
    assert len(summary["pairs"]) == 1
    assert load_workbook(out / "study.xlsx").sheetnames[:3] == ["假設", "兩項同時", "來源"]


def test_archetype_is_held_against_a_drawn_plan(tmp_path: Path) -> None:
    out = tmp_path / "out"
    roster_path = DEMO / "demo-roster.csv"
    done = study("archetype", DEMO / "demo-remote.json", "--roster", roster_path, "--out", out, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "Only 1 plan could be compared" in done.stdout
    (plan,) = json.loads((out / "study.json").read_text(encoding="utf-8"))["plans"]
    assert plan["drawn"]["n_classrooms"] == plan["assumed"]["n_classrooms"] == 6
    assert not plan["row_from_site"]


def test_faults_of_cases_end_in_one_message_before_anything_is_planned(tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    cases.write_text('[[case]]\nname = "a"\n[case.demand]\nmbps = 1\n', encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["study", "compare", str(roster(tmp_path)), str(cases), "--out", str(tmp_path / "o")]
    )
    assert done.exception is not None
    assert 'unknown key "mbps"' in "\n".join(map(str, vars(done.exception)["faults"]))
    assert not (tmp_path / "o").exists()


@pytest.mark.data
def test_a_public_plan_without_classrooms_is_refused_in_one_message(tmp_path: Path, shared_data: Path) -> None:
    site = tmp_path / "hackerspace.json"
    drawing = shared_data / "plans" / "dxf" / "hackerspace_cm_de.dxf"
    assert CliRunner().invoke(cli, ["convert", str(drawing), str(site)]).exit_code == 0
    done = CliRunner().invoke(cli, ["study", "archetype", str(site), "--out", str(tmp_path / "out")])
    assert "names no classroom" in str(done.exception)
    assert not (tmp_path / "out" / "study.html").exists()
