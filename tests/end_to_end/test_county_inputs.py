"""A county's own figures on reruns: what is filled in stays, what follows from it changes, nothing else does."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.cli import cli
from wifiplan.files import read_rosters
from wifiplan.report.workbook.inputs import write_county_form
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
REMOTE = "國小,000001,臺北市,市立,,偏遠,甲國小,3,9,6,20"
PRIVATE = "國中,000002,臺北市,私立,,一般,私立乙國中,2,20,5,36"
ELSEWHERE = "國小,000006,花蓮縣,縣立,,一般,己國小,2,20,5,36"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def county(roster: Path, out: Path, *args: str | Path) -> Result:
    return run("county", roster, "--out", out, "--workers", "0", *args)


def tree(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in ("run.json", "county.xlsx")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def write_roster(folder: Path, *rows: str) -> Path:
    path = folder / "名冊.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8-sig")
    return path


@contextmanager
def editing(path: Path) -> Iterator[Workbook]:
    book = load_workbook(path)
    yield book
    book.save(path)


def place(sheet: Worksheet, column: str, row: str | int) -> str:
    """Return the cell under a header and beside a key in the first or third column."""
    header = next(
        cell for line in sheet.iter_rows() for cell in line if str(cell.value).replace("\n", "").endswith(column)
    )
    found = next(line for line in sheet.iter_rows(min_row=header.row + 1) if row in (line[0].value, line[2].value))
    return f"{header.column_letter}{found[0].row}"


def table(path: Path, sheet: str = "經費需求") -> Mapping[object, tuple[object, ...]]:
    rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return {row[0]: row for row in rows if isinstance(row[0], int)}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a roster and the answers of a run without entries."""
    folder = tmp_path_factory.mktemp("縣 市")
    roster = write_roster(folder, REMOTE, PRIVATE)
    done = county(roster, folder / "out")
    assert done.exit_code == 0, done.output
    return roster, folder / "out"


@pytest.fixture
def again(first: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return the roster and a copy of the answers that may be changed."""
    roster, out = first
    copy = tmp_path / "out"
    for name, content in {**tree(out), "county.xlsx": (out / "county.xlsx").read_bytes()}.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(content)
    return roster, copy


def test_the_answer_itself_is_filled_in_and_given_back(again: tuple[Path, Path]) -> None:
    roster, out = again
    before = tree(out)
    with editing(out / "county.xlsx") as book:
        sheet = book["縣市填報"]
        sheet[place(sheet, "已受補助數", 2)] = 10
        sheet[place(sheet, "申請補助數", 3)] = 9
        sheet[place(sheet, "差異說明", 3)] = "兩棟分散"
        sheet[place(sheet, "須發包項目說明", 3)] = "共同供應契約"
        sheet[place(sheet, "填報值", "N2")] = 4
    done = county(roster, out, "--inputs", out / "county.xlsx")
    assert done.exit_code == 0, done.output
    assert tree(out) == before
    lines = table(out / "county.xlsx")
    assert lines[2][3:7] == (40, 10, 30, 30)
    assert lines[3][6:8] == (9, "兩棟分散")
    assert lines[3][11:13] == (450_000, "共同供應契約")
    assert (lines[9][6], lines[9][11]) == (4, 100_000)
    assert table(out / "county.xlsx", "預期績效指標")[1][2] == 30 + 9
    kept = (out / "county.xlsx").read_bytes()
    third = county(roster, out)
    assert "已填的資料" in third.stderr
    assert (out / "county.xlsx").read_bytes() == kept
    assert tree(out) == before


def test_answers_that_were_typed_over_become_entries(again: tuple[Path, Path]) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        budget, schools = book["經費需求"], book["學校名單"]
        budget["G4"] = budget["G4"].value
        budget[place(budget, "申請補助數", 1)] = 12
        budget[place(budget, "差異說明", 1)] = "增置 3 臺"
        budget[place(budget, "須發包項目說明", 5)] = "AP 一式"
        budget[place(budget, "(千元，經常門)", 11)] = 20
        schools[place(schools, "申請補助學生載具數", "000002")] = 25
        schools[place(schools, "(是、填否者請說明原因)", "000002")] = "否，雙語班"
        book["預期績效指標"][place(book["預期績效指標"], "數值", 6)] = 30
    done = county(roster, out)
    assert done.exit_code == 0, done.output
    assert "county.xlsx 中直接改寫的數字，視為填報採用：" in done.stderr
    assert not list(out.glob("county.old*"))
    lines = table(out / "county.xlsx")
    assert lines[1][6:8] == (12, "增置 3 臺")
    assert lines[2][6] == 45
    assert lines[5][12] == "AP 一式"
    assert lines[11][8:12] == (20, 0, 20, 20_000)
    entries = load_workbook(out / "county.xlsx")["縣市填報"]
    assert entries[place(entries, "申請補助數", 1)].value == 12
    school = load_workbook(out / "county.xlsx")["各校填報"]
    assert school[place(school, "不依原則之原因", "000002")].value == "雙語班"
    assert table(out / "county.xlsx", "預期績效指標")[6][2] == 30
    kept = (out / "county.xlsx").read_bytes()
    assert "typed over" not in county(roster, out).stderr
    assert (out / "county.xlsx").read_bytes() == kept


def test_what_no_entry_holds_is_kept_in_a_copy(again: tuple[Path, Path]) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        book["經費需求"]["F5"] = 999
        book["各校填報"]["S8"] = "承辦人王小姐"
        book.create_sheet("我的工作表")["A1"] = "會議記錄"
    changed = (out / "county.xlsx").read_bytes()
    done = county(roster, out)
    assert done.exit_code == 0, done.output
    assert "已另存為 county.old-1.xlsx" in done.stderr
    assert all(part in done.stderr for part in ("經費需求!F5", "各校填報!S8", "我的工作表"))
    assert (out / "county.old-1.xlsx").read_bytes() == changed
    assert "county.old" not in county(roster, out).stderr


def test_both_cells_of_an_entry_changed_is_a_fault_and_nothing_is_overwritten(again: tuple[Path, Path]) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        book["經費需求"][place(book["經費需求"], "申請補助數", 1)] = 12
        book["縣市填報"][place(book["縣市填報"], "申請補助數", 1)] = 13
    changed = (out / "county.xlsx").read_bytes()
    done = county(roster, out)
    assert "both were changed" in str(done.exception)
    assert "經費需求!G" in str(done.exception)
    assert (out / "county.xlsx").read_bytes() == changed


def test_sorted_rows_are_no_change(again: tuple[Path, Path]) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        sheet = book["AP排序"]
        rows = [n for n in range(1, sheet.max_row + 1) if isinstance(sheet.cell(row=n, column=1).value, int)]
        for column in range(1, sheet.max_column + 1):
            top, bottom = sheet.cell(row=rows[0], column=column), sheet.cell(row=rows[1], column=column)
            top.value, bottom.value = bottom.value, top.value
    assert "county.old" not in county(roster, out).stderr


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [("damage", "it is not overwritten"), ("county", "the answers and entries of 花蓮縣"), ("fault", "縣市填報!E")],
)
def test_a_workbook_that_cannot_be_carried_on_is_left_as_it_is(
    again: tuple[Path, Path], spoil: str, expected: str
) -> None:
    roster, out = again
    path = out / "county.xlsx"
    if spoil == "damage":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        with editing(path) as book:
            sheet = book["縣市填報"]
            key, value = ("C1", "花蓮縣") if spoil == "county" else ("M2", "很多")
            sheet[place(sheet, "填報值", key)] = value
    before, rest = path.read_bytes(), tree(out)
    done = county(roster, out)
    assert expected in str(done.exception)
    assert path.read_bytes() == before
    assert tree(out) == rest


def test_a_blank_form_gives_way_to_entries_that_it_does_not_hold(again: tuple[Path, Path], tmp_path: Path) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        sheet = book["縣市填報"]
        sheet[place(sheet, "備註", 1)] = "很重要"
    form = tmp_path / "form.xlsx"
    schools = read_rosters((roster,)).schools
    options = EntitlementOptions()
    write_county_form(form, schools, entitle_all(schools, options), options)
    done = county(roster, out, "--inputs", form)
    assert "1 項填報不在 --inputs 的檔案中" in done.stderr
    assert (out / "county.old-1.xlsx").exists()


def test_entries_give_the_number_of_access_points_and_the_command_line_wins(
    again: tuple[Path, Path], tmp_path: Path
) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        sheet = book["縣市填報"]
        for code, value in (("M3", 50_000), ("P4", 12_000)):
            sheet[place(sheet, "填報值", code)] = value
    form = out / "county.xlsx"
    done = county(roster, tmp_path / "a", "--inputs", form, "--json")
    answer = json.loads(done.stdout)
    assert (answer["n_aps"], answer["ap_budget_ntd"], answer["ap_price_ntd"]) == (4, 50_000, 12_000)
    assert table(tmp_path / "a" / "county.xlsx")[5][3:12:8] == (4, 50_000)
    other = county(roster, tmp_path / "b", "--inputs", form, "--ap-budget", "26000", "--ap-price", "13000", "--json")
    assert json.loads(other.stdout)["n_aps"] == 2
    assert "採用 --ap-price 13,000；縣市填報的是 12,000" in other.stderr
    entered = load_workbook(tmp_path / "b" / "county.xlsx")["縣市填報"]
    assert entered[place(entered, "填報值", "P4")].value == 12_000


def test_scheme_gives_the_same_lines_without_planning(again: tuple[Path, Path]) -> None:
    roster, out = again
    with editing(out / "county.xlsx") as book:
        sheet = book["縣市填報"]
        for code, value in (("M2", 7), ("P4", 12_000), ("M1", 5), ("P1", 12_000), ("K5", 33.5)):
            sheet[place(sheet, "填報值", code)] = value
    done = run("scheme", roster, "--inputs", out / "county.xlsx", "--json")
    answer = json.loads(done.stdout)
    assert [line["total_ntd"] for line in answer["county_lines"]][:5] == [
        9 * 12_000,
        45 * 12_000,
        200_000,
        None,
        84_000,
    ]
    assert [kpi["value"] for kpi in answer["indicators"]][4] == 33.5
    assert {"kind", "item", "what"} == set(answer["todo"][0])
    county(roster, out)
    assert [table(out / "county.xlsx")[code][11] for code in (1, 2, 3, 5)] == [108_000, 540_000, 200_000, 84_000]
    told = run("scheme", roster, "--inputs", out / "county.xlsx")
    assert "項待填或待說明" in told.stderr


def test_scheme_wants_one_county_for_entries(first: tuple[Path, Path], tmp_path: Path) -> None:
    roster = write_roster(tmp_path, REMOTE, ELSEWHERE)
    done = run("scheme", roster, "--inputs", first[1] / "county.xlsx")
    assert "name the county with --county" in str(done.exception)


def test_the_list_of_things_to_do_names_cells_that_exist(first: tuple[Path, Path]) -> None:
    book = load_workbook(first[1] / "county.xlsx")
    rows = [row for row in book["待辦"].iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    cells = [str(row[4]).split("!") for row in rows if "!" in str(row[4])]
    assert len(cells) > 10
    for sheet, cell in cells:
        assert book[sheet][cell].border.left.style == "medium"
    remarks = [row[-1] for row in book["學校名單"].iter_rows(values_only=True) if row[2] == "000002"]
    assert remarks == ["財產權仍為縣市政府所有"]


def test_a_workbook_saved_while_schools_are_planned_is_kept(
    again: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    roster, out = again
    module = sys.modules["wifiplan.cli.county"]
    planned = module.planned

    def saved_meanwhile(*given: object) -> object:
        with editing(out / "county.xlsx") as book:
            sheet = book["縣市填報"]
            sheet[place(sheet, "申請補助數", 1)] = 77
        return planned(*given)

    monkeypatch.setattr(module, "planned", saved_meanwhile)
    done = county(roster, out)
    assert "規劃期間有人存過檔" in done.stderr
    kept = load_workbook(out / "county.old-1.xlsx")["縣市填報"]
    assert kept[place(kept, "申請補助數", 1)].value == 77
