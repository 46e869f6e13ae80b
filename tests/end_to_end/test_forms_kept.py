"""Nothing of a user's is lost or waited for: forms that came back, sites that were drawn, odd things in the folder."""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli
from wifiplan.errors import RosterError
from wifiplan.files.forms_index import forms_of, read_forms_index, safe_name
from wifiplan.files.returned import returned_files
from wifiplan.scheme.school import School, Stage

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = ("國小,011601,連江縣,縣立,,一般,縣立甲國小,3,20,8,50", "國小,011602,連江縣,縣立,,一般,縣立乙國小,3,20,8,50")


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def roster(path: Path, county: str = "連江縣") -> Path:
    path.write_text("\n".join([HEAD, *ROWS]).replace("連江縣", county) + "\n", encoding="utf-8-sig")
    return path


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    done = run("form", roster(tmp_path / "r.csv"), "--out", tmp_path / "forms")
    assert done.exit_code == 0, done.output
    return tmp_path / "forms"


def form_file(forms: Path) -> Path:
    return next(forms.glob("011601*.xlsx"))


def fill(path: Path, floor: str = "1F") -> bytes:
    book = load_workbook(path)
    sheet = book["教室"]
    heads = {str(cell.value).rstrip("＊ "): cell.column for cell in sheet[4]}
    for n in range(3):
        sheet.cell(row=5 + n, column=heads["樓層"]).value = floor
        sheet.cell(row=5 + n, column=heads["順序"]).value = n + 1
    book.save(path)
    return path.read_bytes()


def test_a_form_that_came_back_is_not_written_over(forms: Path, tmp_path: Path) -> None:
    answer = fill(form_file(forms))
    form_file(forms).with_name("011602-縣立乙國小.xlsx").unlink()
    again = run("form", tmp_path / "r.csv", "--out", forms)
    assert again.exit_code == 0
    assert "1 份調查表寫出後有人存過檔" in again.stderr
    assert form_file(forms).read_bytes() == answer
    assert (forms / "011602-縣立乙國小.xlsx").is_file()


def test_the_folder_of_another_county_is_refused(forms: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in forms.iterdir()}
    other = run("form", roster(tmp_path / "o.csv", "金門縣"), "--out", forms)
    assert isinstance(other.exception, RosterError)
    assert "連江縣" in str(other.exception)
    assert {path.name: path.read_bytes() for path in forms.iterdir()} == before


def test_a_county_form_with_entries_is_kept_as_a_copy(tmp_path: Path) -> None:
    assert run("form", tmp_path / "r.csv", "--inputs", "--out", tmp_path).exit_code == 2
    roster(tmp_path / "r.csv")
    run("form", tmp_path / "r.csv", "--inputs", "--out", tmp_path)
    book = load_workbook(tmp_path / "county.xlsx")
    book.worksheets[0]["A30"] = "備忘"
    book.save(tmp_path / "county.xlsx")
    entries = (tmp_path / "county.xlsx").read_bytes()
    again = run("form", tmp_path / "r.csv", "--inputs", "--out", tmp_path)
    assert "已另存為 county.old-1.xlsx" in again.stderr
    assert (tmp_path / "county.old-1.xlsx").read_bytes() == entries
    run("form", tmp_path / "r.csv", "--inputs", "--out", tmp_path)
    assert not (tmp_path / "county.old-2.xlsx").exists()


def test_a_site_that_was_drawn_over_is_kept(forms: Path, tmp_path: Path) -> None:
    fill(form_file(forms))
    out = tmp_path / "out"
    assert run("collect", forms, "--out", out).exit_code == 1
    site = out / "sites" / "elementary-011601.json"
    first = site.read_text(encoding="utf-8")
    fill(form_file(forms), "2F")
    run("collect", forms, "--out", out)
    assert site.read_text(encoding="utf-8") != first
    drawn = site.read_text(encoding="utf-8").replace("縣立甲國小", "手繪")
    site.write_text(drawn, encoding="utf-8")
    for edit in (lambda: fill(form_file(forms), "1F"), form_file(forms).unlink):
        edit()
        again = run("collect", forms, "--out", out, "--lang", "en")
        assert "elementary-011601.json: somebody changed this site" in again.stderr
        assert site.read_text(encoding="utf-8") == drawn
    site.unlink()
    assert "somebody" not in run("collect", forms, "--out", out, "--lang", "en").stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    os.mkfifo(tmp_path / "b.zip")
    (tmp_path / "c.zip").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [(one.name, one.note) for one in returned_files(tmp_path)] == [
        ("a.xlsx", "no_file"),
        ("b.zip", "no_file"),
        ("c.zip", "no_file"),
    ]


def test_a_folder_without_rights_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked").mkdir()
    real: Callable[[str | Path], Iterator[os.DirEntry[str]]] = os.scandir

    def scandir(path: str | Path) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("locked"):
            raise PermissionError(13, "denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [(one.name, one.note) for one in returned_files(tmp_path)] == [("locked", "not_opened")]


def test_names_in_an_archive_cannot_steer_a_terminal_or_the_disk(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as target:
        target.writestr("../../\x1b[31m\nx.xlsx", b"x")
        target.writestr(zipfile.ZipInfo("rare.xlsx"), b"x", compress_type=zipfile.ZIP_LZMA)
    (tmp_path / "a.zip").write_bytes(raw.getvalue())
    found = [(one.name, one.note) for one in returned_files(tmp_path)]
    assert found == [("a.zip/../../?[31m?x.xlsx", ""), ("a.zip/rare.xlsx", "zip_damaged")]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("code", ["../../../x", "11601", "01160１", "CON"])
def test_a_list_of_forms_with_strange_or_doubled_codes_is_refused(forms: Path, code: str) -> None:
    path = forms / "forms.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["schools"][0]["code"] = code
    data["schools"].append(dict(data["schools"][1]))
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read_forms_index(path)
    assert [fault.where for fault in caught.value.faults] == ["schools[0].code", "schools: elementary 011602"]


def school(stage: Stage, code: str, name: str) -> School:
    return School(stage=stage, code=code, name=name, county="連江縣", n_classes=3, n_students=50)


def test_no_two_forms_have_one_file() -> None:
    rows = [school("elementary", "011601", "甲國中小"), school("elementary", "011602", "甲國中小")]
    files = [form.file for form in forms_of([*rows, school("junior", "011601", "甲國中小")])]
    assert len(set(files)) == 3
    assert files[1] == "011602-甲國中小.xlsx"


def test_names_of_files_are_short_enough_and_show_all_that_they_hold() -> None:
    assert safe_name("甲\u202e乙\u200b\u2028") == "甲乙"
    assert len(safe_name("\U0001f600" * 60).encode()) <= 180
    assert safe_name("..") == safe_name("\u200b") == "school"
