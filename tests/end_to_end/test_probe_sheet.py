"""`wifiplan probe sheet` and `wifiplan track --tests` over class tests as they are written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from class_samples import class_test, ramp, room, step, tablet
from wifiplan import files, study
from wifiplan.cli import cli
from wifiplan.errors import SettingsError, SurveyError
from wifiplan.files.compared import mark_of
from wifiplan.probe.records import ClassTest

ROOT = Path(__file__).parents[2]
HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"


def write(folder: Path, test: ClassTest) -> Path:
    path = folder / files.class_test_name(test)
    files.write_class_test(path, test)
    return path


def sheet(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["probe", "sheet", *map(str, args)])


def test_the_exit_code_is_the_verdict(tmp_path: Path) -> None:
    cases = (
        (class_test(), 0, "通過"),
        (class_test(room(steps=ramp(breaks_from=1.0))), 1, "未通過"),
        (class_test(room(steps=(step((tablet(),), n_wanted=30),))), 1, "無法判定"),
    )
    for test, code, word in cases:
        done = sheet(write(tmp_path, test), "--out", tmp_path / "sheet.pdf")
        assert (done.exit_code, done.stdout.split("\n")[0]) == (code, word)
        assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    told = sheet(write(tmp_path, cases[1][0]), "--out", tmp_path / "sheet.pdf", "--json")
    assert json.loads(told.stdout)["rooms"][0]["n_holds"] == 22


def test_a_retest_finds_the_test_that_it_repeats(tmp_path: Path) -> None:
    failed = class_test(room(steps=ramp(breaks_from=1.0)))
    again = replace(class_test(test_id="77aa12bc"), retest_of=failed.id, started_utc="2026-11-27T01:00:00Z")
    path = write(tmp_path, again)
    alone = sheet(path, "--out", tmp_path / "a.pdf", "--lang", "en")
    assert "the earlier test 5f0c1a7e is not in" in alone.stderr
    write(tmp_path, failed)
    beside = sheet(path, "--out", tmp_path / "b.pdf", "--lang", "en")
    assert (beside.exit_code, "is not in" in beside.stderr) == (0, False)
    assert (tmp_path / "a.pdf").read_bytes() != (tmp_path / "b.pdf").read_bytes()


def test_a_plan_stands_beside_it_unless_it_is_of_another_school(tmp_path: Path) -> None:
    site = files.read_site(ROOT / "floorplans/demo-remote.json")
    plan = study.plan_site(site, study.Settings())
    files.write_plan(tmp_path / "plan.json", plan)
    school = site.schools[0]
    needed = next(r for r in plan.rooms if r.need is not None)
    test = replace(
        class_test(room(needed.room_id, needed.name)), stage=school.stage, code=school.code, plan_mark=mark_of(plan)
    )
    done = sheet(write(tmp_path, test), "--plan", tmp_path / "plan.json", "--out", tmp_path / "sheet.pdf")
    assert done.exit_code == 0, done.output
    other = sheet(write(tmp_path, class_test()), "--plan", tmp_path / "plan.json", "--out", tmp_path / "x.pdf")
    assert isinstance(other.exception, SurveyError)
    assert "another school" in str(other.exception)
    assert not (tmp_path / "x.pdf").exists()


def test_faults_leave_nothing_behind(tmp_path: Path) -> None:
    path = write(tmp_path, class_test())
    cut = tmp_path / "cut.json"
    cut.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    for given, out, kind in ((cut, "x.pdf", SurveyError), (path, "x.txt", SettingsError)):
        done = sheet(given, "--out", tmp_path / out)
        assert isinstance(done.exception, kind)
        assert not (tmp_path / out).exists()


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Return a roster with the school of the samples."""
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEAD}\n國小,000001,臺北市,市立,,一般,甲國小,2,30,6,60\n", encoding="utf-8-sig")
    return path


def track(roster: Path, tests: Path) -> Result:
    command = ["track", roster, "--tests", tests, "--out", tests.parent / "tracking.xlsx", "--json"]
    return CliRunner().invoke(cli, [str(part) for part in command])


def classrooms(done: Result) -> dict[str, int]:
    assert done.exit_code == 0, done.output
    (school,) = json.loads(done.stdout)["schools"]
    found: dict[str, int] = school["kpi7_by_evidence"]["class_test"]
    return found


def test_the_newest_class_test_of_a_room_counts(roster: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    failed = class_test(room(steps=ramp(breaks_from=1.0)), room("r2", "三年乙班"))
    write(folder, failed)
    write(folder, replace(failed, id="dead0000", dry_run=True))
    assert classrooms(track(roster, folder)) == {"n_good": 1, "n_classrooms": 2}
    later = replace(room(), steps=tuple(replace(s, started_utc="2026-11-26T03:00:00Z") for s in room().steps))
    write(folder, replace(class_test(later, test_id="77aa12bc"), started_utc="2026-11-26T02:58:00Z"))
    assert classrooms(track(roster, folder)) == {"n_good": 2, "n_classrooms": 2}
    table = "學校代碼,教室,日期,判定,依據\n000001,r1,2026-11-27,未通過,全班實測\n"
    (folder / "a.csv").write_text(table, encoding="utf-8-sig")
    assert classrooms(track(roster, folder)) == {"n_good": 1, "n_classrooms": 2}


def test_json_that_is_no_class_test_is_a_fault(roster: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "other.json").write_text("{}", encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    write(folder, replace(class_test(), code="999999"))
    write(folder, replace(class_test(test_id="nameless"), stage=None, code=None))
    done = track(roster, folder)
    assert isinstance(done.exception, SurveyError)
    said = str(done.exception)
    for expected in ("other.json: the keys", "broken.json: line 1", "no school elementary 999999", "names no school"):
        assert expected in said
    assert not (tmp_path / "tracking.xlsx").exists()
