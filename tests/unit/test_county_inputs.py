import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.errors import RosterError
from wifiplan.files.county_inputs import read_county_inputs
from wifiplan.report.workbook.inputs import entry_pages, write_county_form
from wifiplan.scheme.budget import county_lines
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.inputs import CountyInputs, LineInput, SchoolInput
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School

OPTIONS = EntitlementOptions()
SCHOOLS = tuple(
    School(
        stage=stage,  # type: ignore[arg-type]
        code=code,
        name=name,
        county="臺北市",
        n_classes=12,
        n_students=300,
        n_teachers=20,
        max_class_size=26,
        ownership="national" if "國立" in name else "public",
        school_year=110,
    )
    for stage, code, name in (
        ("elementary", "011301", "甲國小"),
        ("junior", "011301", "甲國中部"),
        ("elementary", "000009", "國立附小"),
    )
)
GIVEN = entitle_all(SCHOOLS, OPTIONS)
APART = [e.key for e in GIVEN if not e.funded]

FULL = CountyInputs(
    lines=(
        (1, LineInput(computed=70, already=3, requested=80, reason="增班\n與併校", tender="=共同供應契約", note="備")),
        (5, LineInput(amount_ntd=500_000, current_ntd=20_000, approved="核定 5 臺")),
    ),
    schools=(
        SchoolInput(
            stage="elementary", code="011301", n_carts=0, n_student_devices=60, reason="雙語班", n_existing_devices=30,
            n_without_mdm=30, n_byod=0, uplink_mbps=300.5, note="北棟整修",
        ),
        SchoolInput(stage="junior", code="011301", n_teacher_devices=9),
    ),
    pool_devices=120,
    n_aps=40,
    n_workshops=0,
    substitute_junior_periods=300,
    workshop_price_ntd=20_000,
    ap_price_ntd=12_500,
    improved_percent=30.5,
    trained_percent=0.0,
)  # fmt: skip


def write(path: Path, inputs: CountyInputs | None = None, lang: Lang = "zh-TW") -> Path:
    write_county_form(path, SCHOOLS, GIVEN, OPTIONS, lang=lang, inputs=inputs)
    return path


def read(path: Path) -> CountyInputs:
    return read_county_inputs(path, county="台北市", schools=SCHOOLS, apart=APART).inputs


def cell(*key: str, lang: Lang = "zh-TW") -> tuple[str, str]:
    """Return sheet and cell of an entry."""
    lines = county_lines(SCHOOLS, GIVEN, CountyInputs(), OPTIONS)
    for page in entry_pages(SCHOOLS, GIVEN, inputs=CountyInputs(), lines=lines, options=OPTIONS, lang=lang):
        if found := page.cell(key):
            sheet, _, place = found.partition("!")
            return sheet, place
    raise KeyError(key)


def fill(path: Path, entries: Mapping[tuple[str, ...], object]) -> Path:
    book = load_workbook(path)
    for key, value in entries.items():
        sheet, place = cell(*key)
        book[sheet][place] = value
    book.save(path)
    return path


def rebuilt(path: Path, change: Callable[[list[list[object]]], list[list[object]]]) -> Path:
    """Write the sheets again as bare cells, after a change of their rows."""
    source, target = load_workbook(path), Workbook()
    target.remove(target.worksheets[0])
    for sheet in source.worksheets:
        copy = target.create_sheet(sheet.title)
        for row in change([list(row) for row in sheet.iter_rows(values_only=True)]):
            copy.append(row)
            for written in copy[copy.max_row]:
                if isinstance(written.value, str):
                    written.data_type = "s"
    target.save(path)
    return path


def faults(path: Path) -> dict[str, str]:
    with pytest.raises(RosterError) as caught:
        read(path)
    return {fault.where: fault.problem for fault in caught.value.faults}


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_what_is_written_is_read_back(tmp_path: Path, lang: Lang) -> None:
    assert read(write(tmp_path / "a.xlsx", FULL, lang)) == FULL
    assert read(write(tmp_path / "b.xlsx", lang=lang)) == CountyInputs()


def test_a_blank_workbook_without_a_roster_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    write_county_form(path, (), (), OPTIONS)
    assert read(path) == CountyInputs()
    write_county_form(tmp_path / "again.xlsx", (), (), OPTIONS)
    assert path.read_bytes() == (tmp_path / "again.xlsx").read_bytes()


def test_columns_in_another_order_and_extra_ones_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    rebuilt(path, lambda rows: [["備忘" if n == 6 else None, *reversed(row)] for n, row in enumerate(rows)])
    assert read(path) == FULL


def test_rows_in_another_order_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    book = load_workbook(path)
    swap(book["縣市填報"], 8, 12)
    book.save(path)
    assert read(path) == FULL


def swap(sheet: Worksheet, one: int, other: int) -> None:
    for column in range(1, sheet.max_column + 1):
        a, b = sheet.cell(row=one, column=column), sheet.cell(row=other, column=column)
        a.value, b.value = b.value, a.value
        for changed in (a, b):
            if isinstance(changed.value, str):
                changed.data_type = "s"


def test_numbers_as_people_write_them_are_understood(tmp_path: Path) -> None:
    path = fill(
        write(tmp_path / "a.xlsx"),
        {
            ("line", "1", "already"): "1,200",
            ("line", "2", "already"): "２０ 臺",
            ("line", "8", "requested"): "90萬",
            ("value", "software_ntd"): "1萬3,000元",
            ("value", "trained_percent"): "25%",
            ("school", "junior", "011301", "uplink_mbps"): "1G",
            ("school", "junior", "011301", "n_byod"): "待填",
        },
    )
    found = read(path)
    assert [found.line(code).already for code in (1, 2)] == [1200, 20]
    assert found.line(8).requested == 900_000
    assert (found.software_ntd, found.trained_percent) == (13_000, 25)
    assert found.schools == (SchoolInput(stage="junior", code="011301", uplink_mbps=1000),)


def test_all_faults_are_told_at_once_by_sheet_and_cell(tmp_path: Path) -> None:
    wrong = {
        ("line", "1", "already"): -5,
        ("line", "2", "requested"): 3.5,
        ("line", "3", "requested"): "很多",
        ("value", "improved_percent"): 0.3,
        ("value", "n_aps"): "1,20",
        ("school", "elementary", "011301", "n_carts"): "二",
        ("school", "junior", "011301", "uplink_mbps"): "光纖",
        ("school", "elementary", "000009", "n_student_devices"): 30,
    }
    path = fill(write(tmp_path / "a.xlsx"), wrong)
    found = faults(path)
    assert set(found) == {"!".join(cell(*key)) for key in wrong}
    assert "negative" in found["縣市填報!F8"]
    assert "國立" in found["!".join(cell("school", "elementary", "000009", "n_student_devices"))]


def test_faults_are_told_in_chinese_too(tmp_path: Path) -> None:
    path = fill(write(tmp_path / "a.xlsx"), {("line", "5", "requested"): "約600"})
    with pytest.raises(RosterError) as caught:
        read(path)
    told = caught.value.text("zh-TW")
    assert "填報內容有 1 處要更正" in told
    assert "「約600」不是整數 -> 填 0 以上的整數，或留空" in told
    assert "請這樣處理" in told
    assert "NTD" not in str(caught.value)


def test_words_for_unknown_are_blank(tmp_path: Path) -> None:
    assert read(fill(write(tmp_path / "a.xlsx"), {("line", "5", "requested"): "不知道"})) == CountyInputs()


def test_formulas_without_a_result_and_errors_are_never_taken_for_blank(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    book = load_workbook(path)
    sheet = book["縣市填報"]
    sheet["H8"], sheet["I9"], sheet["H10"] = "=1+2", '=A1&"x"', "#REF!"
    sheet["H10"].data_type = "e"
    sheet["P20"] = "=SUM(E20:E30)"
    book.save(path)
    found = faults(path)
    assert list(found) == ["縣市填報!H8", "縣市填報!I9", "縣市填報!H10"]
    assert "'=1+2' is a formula without a result" in found["縣市填報!H8"]


def test_a_renamed_column_is_one_clear_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    book = load_workbook(path)
    book["縣市填報"]["H7"] = "申請數"
    book.save(path)
    found = faults(path)
    assert len(found) == 1
    assert "column 申請補助數 is missing" in found["縣市填報 row 7 (header)"]
    assert "申請數" in found["縣市填報 row 7 (header)"]


def test_a_unit_in_brackets_is_part_of_a_column_s_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    book = load_workbook(path)
    book["縣市填報"]["J7"] = "經費(千元)"
    book["縣市填報"]["K7"] = "其中經常門"
    book.save(path)
    assert list(faults(path)) == ["縣市填報 row 7 (header)"]


def test_schools_that_are_unknown_or_stand_twice_are_faults(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    book = load_workbook(path)
    sheet = book["各校填報"]
    sheet.append([9, "國小", "999998", "不明國小", *(None,) * 4, 5])
    sheet.append([10, "國中", "011301", "甲國中部"])
    sheet.append([11, None, None, None, *(None,) * 4, 7])
    book.save(path)
    last = sheet.max_row
    found = faults(path)
    assert "not in the roster" in found[f"各校填報!C{last - 2}"]
    assert "already stands on row" in found[f"各校填報!C{last - 1}"]
    assert "without 學校代碼" in found[f"各校填報!C{last}"]


def test_a_school_that_left_the_roster_matters_only_where_it_has_entries(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", replace(FULL, schools=FULL.schools[:1]))
    found = read_county_inputs(path, schools=SCHOOLS[:1], apart=())
    assert found.inputs.schools == FULL.schools[:1]


def test_lines_and_values_that_do_not_exist_or_stand_twice_are_faults(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    book = load_workbook(path)
    sheet = book["縣市填報"]
    sheet["A9"], sheet["H9"] = 12, 5
    sheet["B9"] = "新項目"
    sheet["A10"], sheet["B10"], sheet["H10"] = 1, "學習載具-教師", 4
    sheet["A22"], sheet["B22"], sheet["E22"] = "M9", "別的", 3
    book.save(path)
    found = faults(path)
    assert "no line of the budget table" in found["縣市填報!A9"]
    assert "already stands on row 8" in found["縣市填報 row 10"]
    assert "no value has the code 'M9'" in found["縣市填報!A22"]


def test_numbers_that_contradict_each_other_are_faults(tmp_path: Path) -> None:
    path = fill(
        write(tmp_path / "a.xlsx"),
        {
            ("line", "3", "amount_ntd"): 100,
            ("line", "3", "current_ntd"): 101,
            ("value", "n_aps"): 60,
            ("value", "ap_price_ntd"): 12_000,
            ("value", "ap_budget_ntd"): 700_000,
            ("school", "junior", "011301", "n_existing_devices"): 3,
            ("school", "junior", "011301", "n_without_mdm"): 4,
        },
    )
    assert len(faults(path)) == 3


def test_another_county_s_entries_are_refused_before_anything_else(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", FULL)
    with pytest.raises(RosterError, match="1 fault") as caught:
        read_county_inputs(path, county="花蓮縣", schools=SCHOOLS)
    assert "entries are those of 臺北市" in str(caught.value)


def test_files_that_hold_no_entries_get_one_message(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    book = Workbook()
    book.worksheets[0].append(["a", "b"])
    book.save(other)
    with pytest.raises(RosterError, match="neither the sheet 縣市填報"):
        read(other)
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(write(tmp_path / "a.xlsx").read_bytes()[:3000])
    with pytest.raises(RosterError, match="cannot be read"):
        read(damaged)
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RosterError, match="no workbook"):
        read(table)


_counts = st.none() | st.integers(min_value=0, max_value=10_000_000)
_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12).map(
    lambda text: text if len(text) > 4 else ""
)
_lines = st.builds(
    LineInput, computed=_counts, already=_counts, requested=_counts, reason=_words, tender=_words, note=_words
)


@settings(max_examples=12, deadline=None)
@given(line=_lines, n_aps=_counts, percent=st.none() | st.integers(min_value=1, max_value=100), reason=_words)
def test_any_entry_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, line: LineInput, n_aps: int | None, percent: int | None, reason: str
) -> None:
    school = SchoolInput(stage="junior", code="011301", n_byod=n_aps, reason=reason)
    inputs = CountyInputs(
        lines=() if line == LineInput() else ((7, line),),
        n_aps=n_aps,
        trained_percent=percent,
        schools=() if school.is_blank else (school,),
    )
    assert read(write(tmp_path_factory.mktemp("in") / "a.xlsx", inputs)) == inputs


@pytest.mark.office
def test_libreoffice_keeps_every_entry(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = write(tmp_path / "a.xlsx", FULL)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for ending in ("xlsx", "ods", "xls"):
        command = [office, profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path / "out"), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert read(tmp_path / "out" / f"a.{ending}") == FULL
