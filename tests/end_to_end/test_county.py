"""`wifiplan county` as a county runs it: schools that fail, damaged plans, files that are held open."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli

ROOT = Path(__file__).parents[2]
HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
REMOTE = "國小,000001,臺北市,市立,,偏遠,甲國小,3,9,6,20"
JUNIOR = "國中,000002,臺北市,市立,,一般,乙國中,2,20,5,36"
EMPTY = "國小,000003,臺北市,市立,,一般,空國小,0,0,0,0"
DAMAGED = "國小,000004,臺北市,市立,,一般,丁國小,2,20,5,36"
FAULTY = "國小,000005,臺北市,市立,,一般,戊國小,2,20,5,36"
ELSEWHERE = "國小,000006,花蓮縣,縣立,,一般,己國小,2,20,5,36"


def roster(folder: Path, *rows: str) -> Path:
    path = folder / "名冊.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


def county(*args: str | Path) -> Result:
    """Run the command in this process, which spares the start of another."""
    return CliRunner().invoke(cli, ["county", *map(str, args), "--workers", "0"])


def started(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wifiplan", "county", *map(str, args)]
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)


def schools(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def tree(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "run.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of plans: one cut off in the middle, one with a fault, one of nobody."""
    folder = tmp_path_factory.mktemp("圖 面")
    whole = json.loads((ROOT / "floorplans/demo-remote.json").read_text(encoding="utf-8"))
    text = json.dumps(whole | {"school": {"stage": "elementary", "code": "000004"}}, ensure_ascii=False)
    (folder / "cut off.json").write_text(text[:500], encoding="utf-8")
    whole["school"] = {"stage": "elementary", "code": "000005"}
    whole["floors"][0]["walls"][0]["material"] = "chocolate"
    (folder / "faulty.json").write_text(json.dumps(whole), encoding="utf-8")
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, drawn: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("輸 出")
    rows = roster(folder, REMOTE, JUNIOR, EMPTY, DAMAGED, FAULTY)
    asked = ("--sites", drawn, "--aps", "9", "--compare", "--out", folder / "two", "--workers", "2", "--json")
    return folder, started(rows, *asked)


def test_schools_that_fail_are_listed_and_do_not_stop_the_others(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = run
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr
    assert "註：notes.json 未寫明學校，略過" in done.stderr
    found = schools(folder / "two")
    assert [code for code, row in found.items() if row["failure"]] == ["000003", "000004", "000005"]
    assert "no classes" in found["000003"]["failure"]
    assert "cut off.json" in found["000004"]["failure"]
    assert "not valid JSON" in found["000004"]["failure"]
    assert 'unknown material "chocolate"' in found["000005"]["failure"]
    for code in ("000003", "000004", "000005"):
        assert f" {code} " in done.stderr
        assert not list((folder / "two" / "schools").glob(f"*-{code}"))
    for name in ("elementary-000001", "junior-000002"):
        assert (folder / "two" / "schools" / name / "report.pdf").read_bytes().startswith(b"%PDF")
        linked = f"schools/{name}/report.html"
        assert (folder / "two" / linked).read_bytes().startswith(b"<!DOCTYPE html>")
        assert linked in (folder / "two" / "county.html").read_text(encoding="utf-8")


def test_the_totals_hold(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = run
    found = schools(folder / "two")
    summary = json.loads(done.stdout)
    assert summary == json.loads((folder / "two" / "summary.json").read_text(encoding="utf-8"))
    assert summary["n_schools"] == 5
    assert summary["n_planned"] == 2
    assert sum(summary["n_failed"].values()) == 3
    assert summary["n_failed"]["site"] >= 2
    assert sum(int(row["n_aps_allotted"]) for row in found.values()) == 9
    assert all(int(row["n_aps_placed"] or 0) <= int(row["n_aps_allotted"]) for row in found.values())
    assert (folder / "two" / "county.xlsx").read_bytes().startswith(b"PK")


def test_the_rules_of_sharing_out_stand_side_by_side(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = run
    said = json.loads(done.stdout)["allocation"]
    assert said["rule"] == "proportional"
    assert said["most_classes"]["n_classrooms_served"] >= said["proportional"]["n_classrooms_served"]
    found = [row for row in schools(folder / "two").values() if not row["failure"]]
    assert [row["n_aps_proportional"] for row in found] == [row["n_aps_allotted"] for row in found]
    assert [row["n_classrooms_served_proportional"] for row in found] == [row["n_classrooms_served"] for row in found]
    book = load_workbook(folder / "two" / "county.xlsx", read_only=True)
    sheet = [[cell.value for cell in row] for row in book["基地臺配置比較"].iter_rows()]
    codes = {row[1] for row in sheet if row[1] in {"000001", "000002", "000003"}}
    assert codes == {"000001", "000002"}


def test_one_worker_gives_the_same_bytes_as_two(
    run: tuple[Path, subprocess.CompletedProcess[str]], drawn: Path
) -> None:
    folder, _ = run
    again = county(folder / "名冊.csv", "--sites", drawn, "--aps", "9", "--compare", "--out", folder / "one")
    assert again.exit_code == 1
    assert tree(folder / "one") == tree(folder / "two")


def test_without_a_number_the_answer_is_what_schools_need(tmp_path: Path) -> None:
    done = county(roster(tmp_path, JUNIOR, ELSEWHERE), "--county", "台北市", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["n_aps"] is None
    assert summary["n_aps_allotted"] is None
    assert summary["n_aps_needed"] > 0
    assert summary["n_classrooms_served"] == 2
    assert schools(tmp_path / "out")["000002"]["n_aps_allotted"] == ""


@pytest.mark.parametrize("args", [("--aps", "0"), ("--ap-budget", "11999", "--ap-price", "12000")])
def test_no_access_points_serve_nobody_and_fail_nobody(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = county(roster(tmp_path, JUNIOR), *args, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    row = schools(tmp_path / "out")["000002"]
    assert (row["n_aps_allotted"], row["n_aps_placed"], row["n_classrooms_served"]) == ("0", "0", "0")
    assert row["verdict"] == "classrooms_short"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), "臺北市, 花蓮縣"),
        (("--county", "桃園市"), "臺北市, 花蓮縣"),
        (("--county", "臺北市", "--aps", "3", "--ap-budget", "1", "--ap-price", "1"), "either --aps, or both"),
        (("--county", "臺北市", "--ap-budget", "1"), "either --aps, or both"),
        (("--county", "臺北市", "--ap-price", "1"), "either --aps, or both"),
        (("--county", "臺北市", "--compare"), "no access points to be shared out"),
        (("--county", "臺北市", "--allocation", "most_classes"), "no access points to be shared out"),
    ],
)
def test_what_is_asked_wrongly_gets_one_message(tmp_path: Path, args: tuple[str, ...], expected: str) -> None:
    done = county(roster(tmp_path, JUNIOR, ELSEWHERE), *args, "--out", tmp_path / "out")
    assert expected in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_workbook_that_is_held_open_is_told_at_once(tmp_path: Path) -> None:
    # a folder of that name refuses to be written, as Excel's lock does on Windows
    (tmp_path / "out" / "county.xlsx").mkdir(parents=True)
    done = started(roster(tmp_path, JUNIOR), "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "county.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["county.xlsx"]


def test_a_workbook_opened_while_schools_are_planned_costs_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os  # noqa: PLC0415 (patched below)

    replace = os.replace

    def held(source: Path, target: Path) -> None:
        if Path(target).name == "county.xlsx":
            raise PermissionError(13, "held by another process", str(source), None, str(target))
        replace(source, target)

    monkeypatch.setattr("wifiplan.files.output.os.replace", held)
    done = county(roster(tmp_path, JUNIOR), "--out", tmp_path / "out")
    assert "close it there" in str(done.exception)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {"schools.csv", "rooms.csv", "aps.csv"}
    assert {name for name in names if not name.endswith(".parquet")} == {"schools", *tables, "summary.json"}
    assert (tmp_path / "out" / "schools" / "junior-000002" / "report.pdf").exists()


def test_a_school_with_a_bug_is_one_line_of_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wifiplan.county import school as county_room  # noqa: PLC0415 (patched below)

    prepare = county_room.prepare

    def broken(site, settings):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if "甲" in site.name:
            raise ZeroDivisionError("a bug")
        return prepare(site, settings)

    monkeypatch.setattr(county_room, "prepare", broken)
    done = county(roster(tmp_path, REMOTE, JUNIOR), "--aps", "2", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    found = schools(tmp_path / "out")
    assert "ZeroDivisionError" in found["000001"]["failure"]
    assert found["000002"]["verdict"]
    assert json.loads(done.stdout)["n_failed"] == {"internal": 1}


def test_the_table_says_what_every_school_needs_at_least(tmp_path: Path) -> None:
    done = county(roster(tmp_path, REMOTE), "--out", tmp_path / "out", "--lang", "en")
    assert done.exit_code == 0, done.output
    needed = schools(tmp_path / "out")["000001"]["n_aps_needed"]
    assert "least for all" in done.stdout
    assert f"1 funded schools need at least {needed} access points" in done.stdout


def test_what_is_allotted_to_a_failed_school_is_said(tmp_path: Path, drawn: Path) -> None:
    rows = roster(tmp_path, JUNIOR, DAMAGED)
    done = county(rows, "--sites", drawn, "--aps", "6", "--out", tmp_path / "out", "--lang", "en")
    assert done.exit_code == 1
    held = sum(int(row["n_aps_allotted"]) for row in schools(tmp_path / "out").values() if row["failure"])
    assert held > 0
    assert f"1 schools could not be planned ({held} access points allotted to them" in done.stdout
