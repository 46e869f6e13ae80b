"""What else comes back beside good forms: copies, archives, damage, forms of two schools, nothing at all."""

import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli
from wifiplan.files import read_site
from wifiplan.files.forms_index import Form, forms_of
from wifiplan.report.workbook.forms import form_bytes
from wifiplan.scheme.school import School

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = (
    "國小,011601,連江縣,縣立,,一般,縣立甲國小,3,20,8,50",
    "國小,011602,連江縣,縣立,,一般,縣立乙國小,3,20,8,50",
    "國小,011603,連江縣,縣立,國中小,偏遠,縣立東引國(中)小,6,12,8,53",
    "國中,011503,連江縣,縣立,國中小,偏遠,縣立東引國中(小),3,10,6,25",
)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def roster(folder: Path, rows: Sequence[str] = ROWS) -> Path:
    path = folder / "名冊.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    done = run("form", roster(tmp_path), "--out", tmp_path / "forms")
    assert done.exit_code == 0, done.output
    return tmp_path / "forms"


def filled(path: Path, *, size: int = 20) -> Path:
    """Fill in a form the short way: floor and order of every class."""
    book = load_workbook(path)
    sheet = book["教室"]
    heads = {str(cell.value).rstrip("＊ "): cell.column for cell in sheet[4]}
    row = 5
    while sheet.cell(row=row, column=heads["名稱／班級"]).value:
        sheet.cell(row=row, column=heads["樓層"]).value = "1F"
        sheet.cell(row=row, column=heads["順序"]).value = row - 4
        sheet.cell(row=row, column=heads["人數"]).value = size
        row += 1
    book.save(path)
    return path


def form_of(folder: Path, part: str) -> Path:
    return next(path for path in folder.glob("*.xlsx") if part in path.name)


def collected(folder: Path) -> dict[tuple[str, str], dict[str, object]]:
    data = json.loads((folder / "collected.json").read_text(encoding="utf-8"))
    return {(row["stage"], row["code"]): row for row in data["schools"]}


def codes(row: dict[str, object]) -> list[str]:
    faults: list[dict[str, str]] = row["faults"]  # type: ignore[assignment]
    return [fault["code"] for fault in faults]


def notes(folder: Path) -> dict[str, str]:
    data = json.loads((folder / "collected.json").read_text(encoding="utf-8"))
    return {note["file"]: note["code"] for note in data["notes"]}


def test_rows_of_one_school_share_a_form_and_a_site(forms: Path, tmp_path: Path) -> None:
    index = json.loads((forms / "forms.json").read_text(encoding="utf-8"))
    files = [row["file"] for row in index["schools"]]
    assert len(files) == 4
    assert files[2] == files[3] == "011603+011503-縣立東引國(中)小.xlsx"
    filled(forms / files[2])
    done = run("collect", forms, "--out", tmp_path / "out")
    assert done.exit_code == 1
    rows = collected(tmp_path / "out")
    assert rows["elementary", "011603"]["site"] == rows["junior", "011503"]["site"] == "sites/elementary-011603.json"
    site = read_site(tmp_path / "out" / "sites" / "elementary-011603.json")
    assert [ref.code for ref in site.schools] == ["011603", "011503"]
    stages = {room.name: room.stage for floor in site.floors for room in floor.rooms if room.use == "classroom"}
    assert stages["701"] == "junior"
    assert stages["一年甲班"] is None
    assert rows["elementary", "011601"]["status"] == "missing"


def test_of_two_files_of_a_school_neither_counts(forms: Path, tmp_path: Path) -> None:
    first = filled(form_of(forms, "甲國小"))
    shutil.copy(first, forms / "甲國小回覆.xlsx")
    filled(forms / "甲國小回覆.xlsx", size=21)
    run("collect", forms, "--out", tmp_path / "out")
    row = collected(tmp_path / "out")["elementary", "011601"]
    assert (row["status"], row["site"], codes(row)) == ("faulty", None, ["two_files", "two_files"])
    assert row["file"] == "011601-縣立甲國小.xlsx + 甲國小回覆.xlsx"


def test_blank_forms_and_exact_copies_beside_a_filled_one_are_left_aside(forms: Path, tmp_path: Path) -> None:
    blank = form_of(forms, "甲國小")
    shutil.copy(blank, forms / "回覆.xlsx")
    filled(forms / "回覆.xlsx")
    (forms / "寄件備份").mkdir()
    shutil.copy(forms / "回覆.xlsx", forms / "寄件備份" / "回覆.xlsx")
    run("collect", forms, "--out", tmp_path / "out")
    row = collected(tmp_path / "out")["elementary", "011601"]
    assert (row["status"], codes(row)) == ("partial", [])
    assert notes(tmp_path / "out") == {blank.name: "blank_copy", "寄件備份/回覆.xlsx": "copy"}


def test_a_form_that_was_saved_twice_counts_once(forms: Path, tmp_path: Path) -> None:
    first = filled(form_of(forms, "甲國小"))
    again = load_workbook(first)
    again.properties.creator = "資訊組"
    again.save(forms / "甲國小 修正版.xlsx")
    run("collect", forms, "--out", tmp_path / "out")
    row = collected(tmp_path / "out")["elementary", "011601"]
    assert (row["status"], codes(row)) == ("partial", [])
    assert notes(tmp_path / "out") == {"甲國小 修正版.xlsx": "copy"}


def test_archives_are_looked_into_and_other_files_are_named(forms: Path, tmp_path: Path) -> None:
    path = filled(form_of(forms, "乙國小"))
    with zipfile.ZipFile(forms / "信件.zip", "w") as archive:
        archive.write(path, "資料/乙國小.xlsx")
        archive.writestr("資料/照片.jpg", b"x")
    path.unlink()
    (forms / "~$011601-縣立甲國小.xlsx").write_bytes(b"lock")
    (forms / "說明.docx").write_bytes(b"x")
    (forms / "壞.zip").write_bytes(b"PK\x03\x04 no archive")
    (forms / "county.xlsx").write_bytes(b"our own")
    done = run("collect", forms, "--out", tmp_path / "out", "--lang", "en")
    row = collected(tmp_path / "out")["elementary", "011602"]
    assert (row["status"], row["file"]) == ("partial", "信件.zip/資料/乙國小.xlsx")
    assert notes(tmp_path / "out") == {
        "信件.zip/資料/照片.jpg": "other_kind",
        "~$011601-縣立甲國小.xlsx": "lock",
        "說明.docx": "other_kind",
        "壞.zip": "zip_damaged",
    }
    assert "the archive is damaged" in done.output


def test_damage_is_a_fault_of_its_school_and_the_rest_goes_on(forms: Path, tmp_path: Path) -> None:
    filled(form_of(forms, "乙國小"))
    path = form_of(forms, "甲國小")
    path.write_bytes(path.read_bytes()[:3000])
    (forms / "不知道誰的.xlsx").write_bytes(b"PK\x03\x04 nothing")
    done = run("collect", forms, "--out", tmp_path / "out", "--json")
    rows = collected(tmp_path / "out")
    assert (rows["elementary", "011601"]["status"], codes(rows["elementary", "011601"])) == ("faulty", ["unreadable"])
    assert rows["elementary", "011602"]["status"] == "partial"
    data = json.loads((tmp_path / "out" / "collected.json").read_text(encoding="utf-8"))
    assert [stray["file"] for stray in data["strays"]] == ["不知道誰的.xlsx"]
    assert "unreadable" in done.stdout
    assert done.exit_code == 1


def test_a_form_that_claims_to_be_of_another_school_is_of_neither(forms: Path, tmp_path: Path) -> None:
    filled(form_of(forms, "甲國小"))
    path = filled(form_of(forms, "乙國小"))
    book = load_workbook(path)
    cell = next(cell for row in book["學校"].iter_rows() for cell in row if cell.value == "011602")
    cell.value = "011601"
    book.save(path)
    run("collect", forms, "--out", tmp_path / "out")
    rows = collected(tmp_path / "out")
    assert rows["elementary", "011602"]["site"] is None
    assert "file_of_other" in codes(rows["elementary", "011602"])
    assert rows["elementary", "011601"]["site"] is None
    assert "two_files" in codes(rows["elementary", "011601"])


def test_all_returned_well_is_exit_code_0(tmp_path: Path) -> None:
    run("form", roster(tmp_path, ROWS[:1]), "--out", tmp_path / "forms")
    filled(form_of(tmp_path / "forms", "甲國小"))
    done = run("collect", tmp_path / "forms", "--out", tmp_path / "forms" / "out")
    assert done.exit_code == 0, done.output
    assert "部分 1" in done.output
    # the answers lie within the folder and are not taken for forms
    again = run("collect", tmp_path / "forms", "--out", tmp_path / "forms" / "out")
    assert again.output == done.output


def test_a_folder_without_forms_is_explained(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    done = run("collect", tmp_path / "空", "--out", tmp_path / "out")
    assert "forms.json" in str(done.exception)
    assert "--roster" in str(done.exception)
    assert not (tmp_path / "out").exists()
    (tmp_path / "空" / "forms.json").write_text('{"schools": [{"file": 3}]}', encoding="utf-8")
    done = run("collect", tmp_path / "空", "--out", tmp_path / "out")
    assert "schools[0]" in str(done.exception)


def test_a_roster_does_instead_of_the_list_of_forms(forms: Path, tmp_path: Path) -> None:
    filled(form_of(forms, "甲國小"))
    run("collect", forms, "--out", tmp_path / "one")
    (forms / "forms.json").unlink()
    run("collect", forms, "--roster", tmp_path / "名冊.csv", "--out", tmp_path / "two")
    assert (tmp_path / "one" / "collected.json").read_bytes() == (tmp_path / "two" / "collected.json").read_bytes()


def test_forms_in_english_are_read_too(tmp_path: Path) -> None:
    run("form", roster(tmp_path), "--out", tmp_path / "forms", "--lang", "en")
    path = form_of(tmp_path / "forms", "甲國小")
    book = load_workbook(path)
    sheet = book["Rooms"]
    heads = {str(cell.value).rstrip("＊ "): cell.column for cell in sheet[4]}
    for row in (5, 6, 7):
        for head, value in (("Floor", "1F"), ("Order", row - 4), ("Length (m)", 9), ("Depth (m)", "7.5 m")):
            sheet.cell(row=row, column=heads[head]).value = value
    book["Blocks"]["A5"] = "Block A"
    book["Blocks"]["C5"] = "one side open"
    book["Blocks"]["D5"] = "S"
    for row in (7, 8):
        book["School"].cell(row=row + 1, column=2).value = "yes"
    book.save(path)
    run("collect", tmp_path / "forms", "--out", tmp_path / "out", "--lang", "en")
    row = collected(tmp_path / "out")["elementary", "011601"]
    assert (row["status"], codes(row)) == ("returned", [])


def test_forms_are_the_same_bytes_every_time_and_keep_names_from_running() -> None:
    school = School(
        stage="elementary",
        code="011601",
        name="=1+1國小",
        county="連江縣",
        n_classes=2,
        n_students=30,
        max_class_size=15,
    )
    form = forms_of([school])[0]
    assert form_bytes(form) == form_bytes(form)
    book = load_workbook(io.BytesIO(form_bytes(form)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {cell.column_letter for cell in cells} == {"T"}
    code = next(cell for row in book["學校"].iter_rows() for cell in row if cell.value == "011601")
    assert code.number_format == "@"


def test_two_schools_of_one_stage_get_a_form_each() -> None:
    def school(stage: str, code: str) -> School:
        return School(
            stage=stage,
            code=code,
            name="縣立某國中小",
            county="某縣",
            n_classes=1,
            n_students=9,  # type: ignore[arg-type]
        )

    alike: tuple[Form, ...] = forms_of([school("elementary", "000001"), school("elementary", "000002")])
    assert len(alike) == 2


@pytest.mark.parametrize("args", [("--county",), ("--inputs",), ("--inputs", "--county", "連江縣")])
def test_the_countys_own_form_is_asked_for_in_several_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    seen: list[int] = []

    def county_form_bytes(schools: Sequence[School], given: Sequence[object], _: object, *, lang: str) -> bytes:
        assert (lang, len(given)) == ("zh-TW", len(schools))
        seen.append(len(schools))
        return b""

    monkeypatch.setattr("wifiplan.cli.form.county_form_bytes", county_form_bytes)
    done = run("form", roster(tmp_path), *args, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    if "連江縣" not in args:
        done = run("form", *args, "--out", tmp_path / "out")
        assert done.exit_code == 0, done.output
    assert seen == ([4] if "連江縣" in args else [4, 0])


@pytest.mark.data
@pytest.mark.parametrize(("county", "n_rows", "n_forms"), [("嘉義市", 32, 32), ("連江縣", 12, 8)])
def test_real_counties_get_a_form_a_school(
    shared_data: Path, tmp_path: Path, county: str, n_rows: int, n_forms: int
) -> None:
    table = shared_data / "roster" / "roster_sy110.csv"
    done = run("form", table, "--county", county, "--out", tmp_path / "forms", "--json")
    assert done.exit_code == 0
    assert len(list((tmp_path / "forms").glob("*.xlsx"))) == n_forms
    done = run("collect", tmp_path / "forms", "--out", tmp_path / "out")
    assert done.exit_code == 1
    rows = collected(tmp_path / "out")
    assert len(rows) == n_rows
    assert {row["status"] for row in rows.values()} == {"missing"}


def test_a_form_without_a_roster_is_a_question(tmp_path: Path) -> None:
    done = run("form", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "ROSTER" in done.output
