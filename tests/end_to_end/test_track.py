"""`wifiplan track` as an office runs it, month after month, over a workbook in which people write."""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.cli import cli
from wifiplan.errors import SettingsError, SiteError, SurveyError, WifiplanError
from wifiplan.files.county import COLUMNS
from wifiplan.files.forms_index import Form, FormsIndex, write_forms_index
from wifiplan.files.roster import read_roster

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = {
    ("elementary", "000001"): "國小,000001,臺北市,市立,,偏遠,甲國小,2,9,6,20",
    ("junior", "000002"): "國中,000002,臺北市,私立,,一般,乙國中,2,20,5,36",
    ("elementary", "000003"): "國小,000003,臺北市,市立,,一般,丙國小,40,29,90,900",
    ("elementary", "000004"): "國小,000004,臺北市,國立,,一般,丁附小,2,20,5,36",
}
ROOMS = ("一年甲班", "二年甲班")


def roster(folder: Path, *leave_out: str) -> Path:
    path = folder / "名冊.csv"
    rows = [row for (_, code), row in ROWS.items() if code not in leave_out]
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


def plan_json(stage: str, code: str, *, served: bool, models: tuple[str, ...] = ()) -> str:
    rooms = [
        {
            "room_id": f"r{n}",
            "name": name,
            "use": "classroom",
            "verdict": "pass" if served or n == 0 else "fail",
            "need": {"n_devices": 30, "mbps_per_device": 2.5},
        }
        for n, name in enumerate(ROOMS)
    ]
    drawn = [{"id": f"r{n}", "name": name, "inventory_id": f"10{n + 1}"} for n, name in enumerate(ROOMS)]
    site = {
        "name": code,
        "school": {"stage": stage, "code": code},
        "floors": [{"rooms": drawn}],
        "access_points_known": bool(models),
        "access_points": [{"id": model, "model": model} for model in models],
        "uplink_mbps": 50,
    }
    points = [{"reason": {"code": "undecided"}} for model in models if model == "?"]
    return json.dumps({"site": site, "rooms": rooms, "access_points": points, "n_rooms_at_once": 1})


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Return a folder with forms.json, collected.json, a county run and test results."""
    keys = list(ROWS)[:3]
    listed = [{"stage": stage, "code": code, "name": code, "file": f"{code}.xlsx"} for stage, code in keys]
    schools = read_roster(roster(tmp_path)).schools[:3]
    forms = tuple(Form(file=f"{school.code}.xlsx", schools=(school,)) for school in schools)
    write_forms_index(tmp_path / "forms.json", FormsIndex(county="臺北市", forms=forms))
    answers = [
        {"status": "partial", "n_assumed": 3, "inventory_known": True, "n_existing_aps": 2, "applies_106": True},
        {"status": "faulty", "n_faults": 2},
        {"status": "missing"},
    ]
    back = [entry | answer for entry, answer in zip(listed, answers, strict=True)]
    (tmp_path / "collected.json").write_text(json.dumps({"format": 1, "county": "臺北市", "schools": back}))
    lines = [",".join(COLUMNS)]
    for (stage, code), evidence in zip(keys, ("drawn", "sheet", "archetype"), strict=True):
        cells = {"stage": stage, "code": code, "n_aps_allotted": "2", "n_aps_needed": "4", "n_aps_placed": "2"}
        cells |= {"n_classrooms": "2", "n_classrooms_served": "1", "evidence": evidence}
        lines.append(",".join(cells.get(column, "") for column in COLUMNS))
        folder = tmp_path / "schools" / f"{stage}-{code}"
        folder.mkdir(parents=True)
        models = ("ac-2x2", "?", "TP-Link EAP660") if code == "000001" else ()
        text = plan_json(stage, code, served=code == "000002", models=models)
        (folder / "plan.json").write_text(text, encoding="utf-8")
    (tmp_path / "schools.csv").write_text("\r\n".join(lines), encoding="utf-8-sig")
    tests = tmp_path / "tests"
    tests.mkdir()
    results = ["學制,學校代碼,教室,日期,判定,依據", "國中,000002,101,115/9/20,PASS,class_test"]
    results += ["國中,000002,二年甲班,115/9/21,未通過,全班實測", "國中,000002,二年甲班,115/9/22,通過,全班實測"]
    results += ["國小,000001,r1,2026-09-22,INCONCLUSIVE,survey"]
    (tests / "results.csv").write_text("\n".join(results), encoding="utf-8-sig")
    return tmp_path


def track(folder: Path, *args: str | Path, rows: Path | None = None, full: bool = True) -> Result:
    given = ["--forms", folder, "--collected", folder, "--plans", folder, "--tests", folder / "tests"] if full else []
    command = ["track", rows or roster(folder), *given, "--out", folder / "tracking.xlsx", *args]
    return CliRunner().invoke(cli, [str(part) for part in command])


def column(sheet: Worksheet, header: str) -> int:
    names = next(cells for cells in sheet.iter_rows(max_row=8) if any(c.value in ("學校代碼", "code") for c in cells))
    return next(cell.column for cell in names if cell.value == header)


def row(sheet: Worksheet, code: str) -> int:
    return next(cells[0].row for cells in sheet.iter_rows() if len(cells) > 1 and cells[1].value == code)


def value(path: Path, sheet: str, code: str, header: str) -> object:
    found = load_workbook(path)[sheet]
    return found.cell(row(found, code), column(found, header)).value


def wrong(done: Result) -> WifiplanError:
    assert isinstance(done.exception, WifiplanError), done.output
    return done.exception


def test_every_school_stands_with_its_steps_and_evidence(folders: Path) -> None:
    done = track(folders, "--date", "115/10/15", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["date"] == "2026-10-15"
    assert said["steps"] == {"sent": 3, "returned": 2, "planned": 3, "ordered": 0, "installed": 0, "tested": 1}
    assert said["kpi7_by_evidence"] == {
        "archetype": {"n_good": 1, "n_classrooms": 2},
        "sheet": {"n_good": 2, "n_classrooms": 2},
        "drawn": {"n_good": 1, "n_classrooms": 2},
        "calibrated": {"n_good": 0, "n_classrooms": 0},
        "survey": {"n_good": 0, "n_classrooms": 1},
        "class_test": {"n_good": 2, "n_classrooms": 2},
    }
    assert (said["n_schools"], said["n_national"], said["n_proven"]) == (3, 1, 1)
    first, second, third, national = said["schools"]
    why = {reason["code"]: reason["count"] for reason in first["why"]}
    assert why["prohibited_ap"] == 1
    assert why["undecided_ap"] == 1
    assert why["unserved"] == 1
    assert why["test_open"] == 1
    assert why["uplink_short"] == 1
    assert why["assumed"] == 3
    assert first["inventory_known"] is True
    assert first["applies_106"] is True
    # the second is proven: neither its faulty sheet nor its unknown inventory count any more
    assert {reason["code"] for reason in second["why"]} == {"ap_short", "uplink_short"}
    assert third["inventory_known"] is False
    assert {"inventory_unknown", "archetype", "no_answer", "large"} <= {reason["code"] for reason in third["why"]}
    assert national["rank"] is None
    assert sorted(school["rank"] for school in (first, second, third)) == [1, 2, 3]


def test_private_schools_carry_the_ownership_and_national_ones_stand_apart(folders: Path) -> None:
    assert track(folders).exit_code == 0
    path = folders / "tracking.xlsx"
    assert "財產權仍為縣市政府所有" in str(value(path, "進度", "000002", "財產註記"))
    assert value(path, "國立學校", "000004", "學校") == "丁附小"
    codes = [cells[1].value for cells in load_workbook(path)["進度"].iter_rows()]
    assert "000004" not in codes
    sheet = load_workbook(path)["進度"]
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.endswith("7")
    assert load_workbook(path)["訪視順序"].page_setup.fitToHeight == 1


def test_what_the_office_writes_stays_whatever_the_order(folders: Path) -> None:
    assert track(folders, "--date", "2026-10-15").exit_code == 0
    path = folders / "tracking.xlsx"
    book = load_workbook(path)
    sheet = book["進度"]
    head = column(sheet, "學制")
    assert head == 1
    place = row(sheet, "000001")
    sheet.cell(place, column(sheet, "訂購日")).value = "115/10/20"
    sheet.cell(place, column(sheet, "安裝日")).value = dt.date(2026, 11, 3)
    sheet.cell(place, column(sheet, "備註")).value = "=請先電洽總務處"
    sheet.cell(place, column(sheet, "備註")).data_type = "s"
    yellow = PatternFill(fill_type="solid", start_color="FFFFFF00")
    sheet.cell(place, 3).fill = yellow
    sheet.cell(place, 3).comment = Comment("主任換人", "office")
    last = sheet.max_column + 1
    header_row = next(cell.row for cells in sheet.iter_rows(max_row=8) for cell in cells if cell.value == "訂購日")
    sheet.cell(header_row, last).value = "預算科目"
    sheet.cell(place, last).value = 12.5
    sheet.cell(row(sheet, "000003"), last).value = "=1+1"
    # the office sorts: the first and the last row change places, and a filter hides one
    rows = [place, row(sheet, "000003")]
    for number in range(1, last + 1):
        a, b = sheet.cell(rows[0], number), sheet.cell(rows[1], number)
        a.value, b.value = b.value, a.value
        a._style, b._style = b._style, a._style
    a, b = sheet.cell(rows[0], 3), sheet.cell(rows[1], 3)
    b.comment, a.comment = Comment("主任換人", "office"), None
    sheet.row_dimensions[rows[0]].hidden = True
    own = book.create_sheet("會議紀錄")
    own["A1"] = "10/20 會議"
    book.save(path)
    assert "公式只留計算結果：預算科目" in track(folders, "--date", "2026-11-05").stderr
    done = track(folders, "--date", "2026-11-05", "--json")
    assert value(path, "進度", "000001", "訂購日") == "115/10/20"
    assert value(path, "進度", "000001", "安裝日") == dt.datetime(2026, 11, 3)  # noqa: DTZ001 - a day of a workbook
    assert value(path, "進度", "000001", "備註") == "=請先電洽總務處"
    assert value(path, "進度", "000001", "預算科目") == 12.5
    assert value(path, "進度", "000001", "寄出日") == dt.datetime(2026, 10, 15)  # noqa: DTZ001
    book = load_workbook(path)
    sheet = book["進度"]
    name = sheet.cell(row(sheet, "000001"), 3)
    assert name.fill.start_color.rgb == "FFFFFF00"
    assert name.comment is not None
    assert name.comment.text == "主任換人"
    assert sheet.cell(row(sheet, "000001"), column(sheet, "備註")).data_type == "s"
    assert book["會議紀錄"]["A1"].value == "10/20 會議"
    first = json.loads(done.stdout)["schools"][0]
    assert first["steps"]["ordered"] == {"done": True, "date": "2026-10-20"}
    assert first["step"] == "installed"
    assert "untested" in {reason["code"] for reason in first["why"]}


def test_a_rerun_without_changes_gives_the_same_bytes(folders: Path) -> None:
    path = folders / "tracking.xlsx"
    assert track(folders, "--date", "2026-10-15").exit_code == 0
    before = path.read_bytes()
    assert track(folders, "--date", "2026-10-15").exit_code == 0
    assert path.read_bytes() == before


def test_entries_outlive_a_change_of_language(folders: Path) -> None:
    path = folders / "tracking.xlsx"
    assert track(folders).exit_code == 0
    book = load_workbook(path)
    sheet = book["進度"]
    sheet.cell(row(sheet, "000003"), column(sheet, "承辦人")).value = "王主任"
    book.save(path)
    assert track(folders, "--lang", "en").exit_code == 0
    assert value(path, "Status", "000003", "contact") == "王主任"
    assert "進度" not in load_workbook(path).sheetnames
    assert track(folders).exit_code == 0
    assert value(path, "進度", "000003", "承辦人") == "王主任"


def test_a_school_that_leaves_the_roster_stands_apart_and_may_come_back(folders: Path) -> None:
    path = folders / "tracking.xlsx"
    assert track(folders).exit_code == 0
    book = load_workbook(path)
    sheet = book["進度"]
    sheet.cell(row(sheet, "000001"), column(sheet, "備註")).value = "併校"
    sheet.cell(sheet.max_row + 1, 3).value = "教育局自己加的一列"
    book.save(path)
    done = track(folders, rows=roster(folders, "000001"), full=False)
    assert done.exit_code == 0, done.output
    assert value(path, "離開名冊", "000001", "備註") == "併校"
    texts = [cell.value for cells in load_workbook(path)["離開名冊"].iter_rows() for cell in cells]
    assert "教育局自己加的一列" in texts
    assert track(folders).exit_code == 0
    assert value(path, "進度", "000001", "備註") == "併校"


def test_a_day_to_come_and_words_that_are_no_day_are_kept_and_not_counted(folders: Path) -> None:
    path = folders / "tracking.xlsx"
    assert track(folders).exit_code == 0
    book = load_workbook(path)
    sheet = book["進度"]
    sheet.cell(row(sheet, "000001"), column(sheet, "訂購日")).value = "2027-01-05"
    sheet.cell(row(sheet, "000002"), column(sheet, "訂購日")).value = "九月初"
    sheet.cell(row(sheet, "000003"), column(sheet, "訂購日")).value = "是"
    book.save(path)
    done = track(folders, "--date", "2026-10-15", "--json")
    assert json.loads(done.stdout)["steps"]["ordered"] == 1
    assert "2027-01-05 還沒到" in done.stderr
    assert "'九月初' is not a date" in done.stderr
    assert value(path, "進度", "000002", "訂購日") == "九月初"


def test_waiting_is_counted_from_the_day_of_sending(folders: Path) -> None:
    assert track(folders, "--date", "2026-09-01").exit_code == 0
    done = track(folders, "--date", "2026-10-15", "--json", "--limit", "long_wait=30", "--points", "no_answer=0")
    third = json.loads(done.stdout)["schools"][2]
    assert {"code": "long_wait", "count": 2, "points": 4} in third["why"]
    assert "no_answer" not in {reason["code"] for reason in third["why"]}


@pytest.mark.parametrize("kind", ["text", "foreign", "cut", "renamed", "twice"])
def test_what_cannot_be_carried_on_is_refused_and_left(folders: Path, kind: str) -> None:
    path = folders / "tracking.xlsx"
    assert track(folders).exit_code == 0
    if kind == "text":
        path.write_text("not a workbook")
    elif kind == "foreign":
        book = Workbook()
        book.worksheets[0]["A1"] = "經費"
        book.save(path)
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        book = load_workbook(path)
        sheet = book["進度"]
        if kind == "renamed":
            for cells in sheet.iter_rows(max_row=8):
                for cell in cells:
                    if cell.value in ("訂購日", "備註"):
                        cell.value = f"我的{cell.value}"
        else:
            sheet.cell(row(sheet, "000003"), 2).value = "000001"
        book.save(path)
    before = path.read_bytes()
    error = wrong(track(folders))
    assert isinstance(error, SettingsError)
    assert "nothing was written" in str(error)
    if kind == "renamed":
        assert len(error.faults) == 2
    if kind == "twice":
        assert "already stands on sheet 進度 row" in str(error)
    assert path.read_bytes() == before
    assert not [found for found in folders.iterdir() if ".part" in found.name]


def test_all_faults_of_the_tests_are_named_at_once(folders: Path) -> None:
    lines = ["code,stage,room,date,verdict,evidence", "000001,國小,屋頂,2026-09-31,maybe,survey"]
    lines += ["999999,,r0,2026-09-01,PASS,survey", "000001,國小,r0,2026-09-01,PASS,hearsay"]
    (folders / "tests" / "b.csv").write_text("\n".join(lines), encoding="utf-8")
    error = wrong(track(folders))
    assert isinstance(error, SurveyError)
    text = str(error)
    for part in ("'屋頂' is no room", "no day '2026-09-31'", "'maybe' is not PASS", "no school 999999", "'hearsay' is"):
        assert part in text
    assert not (folders / "tracking.xlsx").exists()


def test_damaged_folders_are_named(folders: Path) -> None:
    (folders / "schools" / "junior-000002" / "plan.json").write_text('{"site": ')
    error = wrong(track(folders))
    assert isinstance(error, SiteError)
    assert "junior-000002/plan.json" in str(error)
    shutil.rmtree(folders / "schools" / "junior-000002")
    (folders / "tests" / "results.csv").unlink()
    (folders / "collected.json").write_text('{"format": 1, "schools": [{"stage": "kindergarten", "code": "1"}]}')
    text = str(wrong(track(folders)))
    assert "schools[0].stage" in text
    assert "schools[0].status" in text
    (folders / "forms.json").unlink()
    assert "forms.json" in str(wrong(track(folders)))


def test_the_installer_s_list_counts(folders: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["施工紀錄"])
    sheet.append(["卡號", "代號", "完成（是／否）"])
    sheet.append([1, "AP101", "是"])
    sheet.append([2, "AP102", "2026-09-01"])
    sheet.append(["請於完工後寄回"])
    book.save(folders / "schools" / "elementary-000003" / "install.xlsx")
    done = track(folders, "--json")
    assert json.loads(done.stdout)["schools"][2]["step"] == "installed"
    assert value(folders / "tracking.xlsx", "進度", "000003", "已完工/施工單") == "2 / 2"


def test_a_roster_alone_is_tracked(folders: Path) -> None:
    done = track(folders, full=False)
    assert done.exit_code == 0, done.output
    assert "臺北市：3 校" in done.stdout
    assert "國立 1 校另列" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--points", "no_such=1", "--limit", "remote=3"), "no_such"),
        (("--points", "remote"), "CODE=N"),
        (("--date", "soon"), "is not a date"),
    ],
)
def test_options_that_cannot_be_used_are_named(folders: Path, args: tuple[str, ...], said: str) -> None:
    assert said in str(wrong(track(folders, *args)))


@pytest.mark.office
def test_libreoffice_changes_nothing_that_is_kept(folders: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = folders / "tracking.xlsx"
    assert track(folders, "--date", "2026-10-15").exit_code == 0
    book = load_workbook(path)
    sheet = book["進度"]
    place = row(sheet, "000001")
    sheet.cell(place, column(sheet, "備註")).value = "第一行\n第二行"
    sheet.cell(place, 3).fill = PatternFill(fill_type="solid", start_color="FFFFFF00")
    sheet.cell(place, sheet.max_column + 1).value = "沒有標題的欄"
    book.save(path)
    profile = f"-env:UserInstallation={(folders / 'profile').as_uri()}"
    out = folders / "saved"
    command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)
    shutil.copy(out / "tracking.xlsx", path)
    done = track(folders, "--date", "2026-10-16", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["schools"][0]["steps"]["sent"] == {"done": True, "date": "2026-10-15"}
    assert value(path, "進度", "000001", "備註") == "第一行\n第二行"
    sheet = load_workbook(path)["進度"]
    assert sheet.cell(row(sheet, "000001"), 3).fill.start_color.rgb == "FFFFFF00"
    assert "沒有標題的欄" in [cell.value for cell in sheet[row(sheet, "000001")]]
