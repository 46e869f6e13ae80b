"""`wifiplan diff` and `wifiplan plan --since` as a user runs them."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from wifiplan import files
from wifiplan.cli import cli
from wifiplan.errors import SiteError
from wifiplan.files.as_built_columns import column_keys, is_header
from wifiplan.report.workbook.install import install_bytes
from wifiplan.study.compare import apply, plan_of

ROOT = Path(__file__).parents[2]
SITE = ROOT / "floorplans/demo-remote.json"


def run(*args: str | Path) -> Result:
    """Run the command in this process, which spares the start of another."""
    return CliRunner().invoke(cli, [*map(str, args)])


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("計 畫")
    assert run("plan", SITE, "--out", folder / "full").exit_code == 0
    assert run("plan", SITE, "--aps", "2", "--out", folder / "few").exit_code == 1
    return folder


def test_a_plan_does_not_differ_from_itself(plans: Path) -> None:
    done = run("diff", plans / "full", plans / "full/plan.json")
    assert done.exit_code == 0, done.output
    assert "沒有變更" in done.output
    told = json.loads(run("diff", plans / "full", plans / "full", "--json").stdout)
    assert told["same"] is True
    assert told["access_points"] == told["rooms"] == told["bill"] == []


def test_the_changes_printed_make_the_second_plan_of_the_first(plans: Path, tmp_path: Path) -> None:
    done = run("diff", plans / "few", plans / "full", "--json")
    assert done.exit_code == 1
    (tmp_path / "changes.json").write_text(done.stdout, encoding="utf-8")
    changes = files.read_changes(tmp_path / "changes.json")
    before, after = (files.read_plan(plans / name / "plan.json") for name in ("few", "full"))
    assert plan_of(apply(changes, before)) == after
    told = json.loads(done.stdout)
    assert told["settings"]["edits"] == [{"field": "n_aps", "old": 2, "new": None}]
    assert sum(c["kinds"] == ["added"] for c in told["access_points"]) == 1
    assert any("verdict" in c["kinds"] for c in told["rooms"])


@pytest.mark.parametrize(("lang", "word"), [("zh-TW", "轉為達標"), ("en", "now pass")])
def test_the_text_and_the_files_are_in_either_language(plans: Path, tmp_path: Path, lang: str, word: str) -> None:
    done = run("diff", plans / "few", plans / "full", "--out", tmp_path / "out", "--lang", lang)
    assert done.exit_code == 1
    assert word in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["changes.json", "changes.xlsx"]


def test_an_edited_plan_is_told_exactly(plans: Path, tmp_path: Path) -> None:
    plan = files.read_plan(plans / "full/plan.json")
    first = plan.access_points[0]
    point = replace(first.access_point, x_m=(first.access_point.x_m or 0.0) + 1.25)
    files.write_plan(
        tmp_path / "plan.json",
        replace(plan, access_points=(replace(first, access_point=point), *plan.access_points[1:])),
    )
    told = json.loads(run("diff", plans / "full", tmp_path, "--json").stdout)
    (change,) = told["access_points"]
    assert (change["kinds"], change["moved_m"], change["matched_by"]) == (["moved"], 1.25, "id")
    assert [edit["field"] for edit in change["edits"]] == ["access_point.x_m"]
    assert told["rooms"] == []


def test_a_plan_is_compared_with_what_hangs(plans: Path) -> None:
    done = run("diff", SITE, plans / "full", "--lang", "en")
    assert done.exit_code == 1
    assert "added 3" in done.stdout
    assert run("diff", SITE, SITE).exit_code == 0


def test_the_report_of_a_new_plan_carries_what_changed(plans: Path, tmp_path: Path) -> None:
    out = tmp_path / "neu"
    assert run("plan", SITE, "--out", out, "--since", plans / "few").exit_code == 0
    assert json.loads((out / "changes.json").read_text(encoding="utf-8"))["same"] is False
    assert (out / "changes.xlsx").is_file()
    assert (out / "report.pdf").stat().st_size > (plans / "full/report.pdf").stat().st_size
    # the folder of the answers may be that of the earlier plan
    assert run("plan", SITE, "--out", out, "--since", out / "plan.json").exit_code == 0
    assert json.loads((out / "changes.json").read_text(encoding="utf-8"))["same"] is True
    refused = run("plan", SITE, "--out", tmp_path / "x", "--since", SITE)
    assert isinstance(refused.exception, SiteError)
    assert not (tmp_path / "x").exists()


@pytest.fixture
def built(plans: Path, tmp_path: Path) -> Path:
    """Return an installer's table in which all is done but one, and one hangs two metres off."""
    plan = files.read_plan(plans / "full/plan.json")
    path = tmp_path / "install.xlsx"
    path.write_bytes(install_bytes(plan))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    top = next(n for n, row in enumerate(rows) if is_header(row))
    keys = {key: found[0] + 1 for key, found in column_keys(rows[top]).items()}
    for n, row in enumerate(rows[top + 1 :], start=top + 2):
        if row[keys["id"] - 1]:
            sheet.cell(row=n, column=keys["done"]).value = "否" if row[keys["id"] - 1] == "AP102" else "是"
        if row[keys["id"] - 1] == "AP101":
            first = next(p for p in plan.access_points if p.access_point.id == "AP101")
            sheet.cell(row=n, column=keys["built_wall_a"]).value = (first.wall_a_m or 0.0) + 2.0
    book.save(path)
    return path


def test_what_was_built_otherwise_is_told_and_planned_on(plans: Path, built: Path, tmp_path: Path) -> None:
    site = tmp_path / "built.json"
    done = run("diff", plans / "full", built, "--site", site, "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "移 2.0 m" in done.stdout
    assert "未完成" in done.stdout
    told = json.loads((tmp_path / "out/changes.json").read_text(encoding="utf-8"))
    assert told["deviations"] == [
        {"ap_id": "AP101", "kinds": ["moved"], "moved_m": 2.0},
        {"ap_id": "AP102", "kinds": ["not_done"], "moved_m": None},
    ]
    rooms = {room["room_id"]: room for room in told["rooms_as_built"]}
    lost = [room for room in rooms.values() if room["built_as_planned"] == "pass" and room["as_built"] == "fail"]
    assert lost
    assert all(room["reason"] != "no_budget" for room in lost)
    assert "竣工差異" in openpyxl.load_workbook(tmp_path / "out/changes.xlsx").sheetnames
    hung = files.read_site(site)
    assert "AP102" not in {ap.id for ap in hung.access_points}
    predicted = json.loads(run("predict", site, "--json").stdout)
    assert {ap["id"] for ap in predicted["access_points"]} == {ap.id for ap in hung.access_points}
    assert run("diff", built, plans / "full").exit_code == 1


def test_a_plan_that_was_carried_out_to_the_letter_exits_with_0(plans: Path, tmp_path: Path) -> None:
    plan = files.read_plan(plans / "full/plan.json")
    path = tmp_path / "install.xlsx"
    path.write_bytes(install_bytes(plan, lang="en"))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    top = next(n for n, row in enumerate(rows) if is_header(row))
    keys = {key: found[0] + 1 for key, found in column_keys(rows[top]).items()}
    for n, row in enumerate(rows[top + 1 :], start=top + 2):
        if row[keys["id"] - 1]:
            sheet.cell(row=n, column=keys["done"]).value = "yes"
    book.save(path)
    done = run("diff", plans / "full", path, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "As planned" in done.stdout
    assert "出自規劃的另一個版本" not in done.output


def test_what_cannot_be_compared_is_refused_with_one_message(plans: Path, built: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "county/schools").mkdir(parents=True)
    cases = (
        (plans / "full", tmp_path / "empty"),
        (plans / "full", tmp_path / "county"),
        (built, built),
        (SITE, built),
        (plans / "full", plans / "full", "--site", tmp_path / "x.json"),
    )
    for case in cases:
        assert isinstance(run("diff", *case).exception, SiteError)
    assert not (tmp_path / "x.json").exists()
    assert run("diff", plans / "full", tmp_path / "nowhere").exit_code == 2


HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
SMALL = "國小,000001,臺北市,市立,,偏遠,甲國小,3,9,6,20"
OTHER = "國中,000002,臺北市,市立,,一般,乙國中,2,20,5,36"


def test_two_runs_of_a_county_are_compared_school_by_school(tmp_path: Path) -> None:
    runs = []
    for name, rows, n_aps in (("a", (SMALL, OTHER), "1"), ("b", (SMALL, OTHER), "9"), ("c", (SMALL,), "9")):
        roster = tmp_path / f"{name}.csv"
        roster.write_text("\n".join((HEAD, *rows)), encoding="utf-8-sig")
        out = tmp_path / name
        assert run("county", roster, "--aps", n_aps, "--out", out, "--workers", "0").exit_code == 0
        runs.append(out)
    done = run("diff", runs[0], runs[1], "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "甲國小" in done.stdout
    book = openpyxl.load_workbook(tmp_path / "out/changes.xlsx")
    assert book.sheetnames[0] == "變更-各校"
    codes = [row[1].value for row in book.worksheets[0].iter_rows()]
    assert "000001" in codes
    told = json.loads((tmp_path / "out/changes.json").read_text(encoding="utf-8"))
    assert [school["code"] for school in told["schools"]] == ["000001", "000002"]
    assert run("diff", runs[1], runs[1]).exit_code == 0
    gone = json.loads(run("diff", runs[1], runs[2], "--json").stdout)
    assert {school["code"]: school["status"] for school in gone["schools"]}["000002"] == "removed"
    with (runs[0] / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2
