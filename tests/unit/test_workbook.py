import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from wifiplan.errors import OutputError
from wifiplan.files.roster import read_roster
from wifiplan.report.workbook import write_county
from wifiplan.report.workbook.ranking import ranked, ranking_page
from wifiplan.scheme.apportionment import share
from wifiplan.scheme.budget import CountyInputs, county_lines
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.indicators import GoodClassrooms, indicators
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.school import Request, School
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome

OPTIONS = EntitlementOptions()
NATIONAL = School(
    stage="elementary",
    code="999009",
    name="國立晴川大學附小",
    county="晴川市",
    n_classes=12,
    n_students=300,
    n_teachers=20,
    max_class_size=26,
    ownership="national",
    school_year=110,
)


@pytest.fixture
def schools(repo_root: Path) -> tuple[School, ...]:
    roster = read_roster(repo_root / "floorplans" / "demo-roster.csv")
    strange = replace(roster.schools[4], name="=1+2|稻香\x07國小", max_class_size_estimated=True)
    return (*roster.schools[:4], strange, NATIONAL)


def write(path: Path, schools: tuple[School, ...], *, lang: str = "zh-TW") -> CountyPlan:
    given = entitle_all(schools, OPTIONS)
    seats = iter(share(60, [s.n_classes for s, e in zip(schools, given, strict=True) if e.funded], method="webster"))
    outcomes = tuple(
        SchoolOutcome(
            school=school,
            n_class_sets=e.n_class_sets,
            n_devices=e.n_devices,
            funded=e.funded,
            n_aps_allotted=next(seats) if e.funded else None,
            n_aps_needed=school.n_classes,
            n_aps_needed_classrooms=school.n_classes - 2,
            n_aps_placed=1 if e.funded else None,
            n_classrooms=school.n_classes,
            n_classrooms_served=school.n_classes - n,
            evidence="drawn",
            failure="the plan's file is damaged" if n == 1 else None,
        )
        for n, (school, e) in enumerate(zip(schools, given, strict=True))
    )
    plan = CountyPlan(version="1", county="晴川市", outcomes=outcomes, n_aps=60, method="webster")
    asked = (Request(stage="elementary", code="999001", n_student_devices=120, reason="雙語班"),)
    lines = county_lines(schools, given, with_requests(CountyInputs(n_aps=60), given, asked), OPTIONS)
    kpis = indicators(
        given,
        lines,
        asked,
        OPTIONS,
        good_classrooms=(
            GoodClassrooms(basis="drawn", n_good=70, n_classrooms=75),
            GoodClassrooms(basis="archetype", n_good=3, n_classrooms=9),
        ),
    )
    notes = ("a note", "@note")
    write_county(
        path, plan, entitlements=given, lines=lines, kpis=kpis, options=OPTIONS, notes=notes, requests=asked, lang=lang
    )
    return plan


def test_the_budget_table_holds_values_not_formulas(tmp_path: Path, schools: tuple[School, ...]) -> None:
    path = tmp_path / "county.xlsx"
    write(path, schools)
    book = load_workbook(path)
    assert book.sheetnames == [
        "經費需求", "學校名單", "AP排序", "既有AP", "預期績效指標", "待辦", "縣市填報", "各校填報",
        "選項與假設", "失敗", "_wifiplan",
    ]  # fmt: skip
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"] == ["_wifiplan"]
    rows = list(book["經費需求"].iter_rows(values_only=True))
    lines = [row for row in rows if isinstance(row[0], int)]
    assert [row[0] for row in lines] == list(range(1, 12))
    assert lines[1][3:7] == (457, "待填", 457, 461)
    assert "請說明" in str(lines[1][7])
    total = next(row for row in rows if row[1] == "合計")
    money = [[row[column] for row in lines if isinstance(row[column], int)] for column in (8, 9, 10, 11)]
    assert list(total[8:12]) == [sum(column) for column in money]
    for sheet in book.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_school_list_reads_back_as_the_roster(tmp_path: Path, schools: tuple[School, ...]) -> None:
    for lang in ("zh-TW", "en"):
        path = tmp_path / f"{lang}.xlsx"
        write(path, schools, lang=lang)
        back = read_roster(path)
        assert [s.key for s in back.schools] == [s.key for s in schools]
        assert [s.n_students for s in back.schools] == [s.n_students for s in schools]
        assert [s.remote for s in back.schools] == [s.remote for s in schools]
        assert [s.ownership for s in back.schools] == [s.ownership for s in schools]
        assert len(back.requests) == 5
        assert back.requests[0].reason == "雙語班"


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path, schools: tuple[School, ...]) -> None:
    path = tmp_path / "county.xlsx"
    write(path, schools)
    cells = [cell for row in load_workbook(path)["學校名單"].iter_rows() for cell in row]
    strange = [cell for cell in cells if str(cell.value).startswith("=1+2")]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in strange] == [("=1+2|稻香國小", "s", True)]
    codes = [cell for cell in cells if cell.value == "999001"]
    assert codes[0].number_format == "@"


def test_the_same_answer_gives_the_same_bytes(tmp_path: Path, schools: tuple[School, ...]) -> None:
    write(tmp_path / "a.xlsx", schools)
    write(tmp_path / "b.xlsx", schools)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_schools_are_ranked_by_need_and_national_ones_stand_last(tmp_path: Path, schools: tuple[School, ...]) -> None:
    plan = write(tmp_path / "county.xlsx", schools)
    order = [outcome.school.code for outcome in ranked(plan.outcomes)]
    assert order == ["999005", "999004", "999003", "999001", "999002", "999009"]
    rows = list(load_workbook(tmp_path / "county.xlsx")["AP排序"].iter_rows(values_only=True))
    assert [row[2] for row in rows if isinstance(row[0], int)] == order
    header = next(row for row in rows if row[0] == "順位")
    total = next(row for row in rows if row[3] == "合計（納入補助者）")
    assert total[header.index("分配AP")] == 60
    assert total[header.index("可服務教室")] is None


def test_good_classrooms_stand_in_a_row_for_each_evidence(tmp_path: Path, schools: tuple[School, ...]) -> None:
    write(tmp_path / "county.xlsx", schools)
    rows = list(load_workbook(tmp_path / "county.xlsx")["預期績效指標"].iter_rows(values_only=True))
    seventh = next(place for place, row in enumerate(rows) if row[0] == 7)
    assert rows[seventh][2] == "分列"
    assert [(str(row[1]).strip(), row[2]) for row in rows[seventh + 1 : seventh + 3]] == [
        ("7-1 依平面圖", 70),
        ("7-2 依推定校舍", 3),
    ]
    assert not any(row[2] == 73 for row in rows)


def test_classrooms_of_drawn_and_assumed_buildings_have_sums_apart(tmp_path: Path, schools: tuple[School, ...]) -> None:
    plan = write(tmp_path / "county.xlsx", schools)
    mixed = tuple(replace(o, evidence="archetype" if n % 2 else "drawn") for n, o in enumerate(plan.outcomes))
    page = ranking_page(replace(plan, outcomes=mixed), "zh-TW")
    place = page.header.index("班級教室")
    sums = {row.cells[3]: row.cells[place] for row in page.rows if row.kind == "total"}
    assert sums == {"小計：手繪平面圖": 24 + 20 + 13, "小計：推定校舍": 18, "合計（納入補助者）": None}


def test_before_aps_are_shared_out_the_ranking_is_a_draft_of_the_request(
    tmp_path: Path, schools: tuple[School, ...]
) -> None:
    plan = write(tmp_path / "county.xlsx", schools)
    open_ones = tuple(replace(o, n_aps_allotted=None) for o in plan.outcomes)
    page = ranking_page(replace(plan, outcomes=open_ones, n_aps=None), "zh-TW")
    assert "申請補助數草案(全部至少需AP)" in page.header
    assert not {"分配AP", "剩餘", "不足"} & set(page.header)
    served_alike = [replace(o, n_classrooms_served=o.n_classrooms, failure=None) for o in open_ones if o.funded]
    needs = [o.n_aps_needed for o in ranked(served_alike)]
    assert needs == sorted((n for n in needs if n is not None), reverse=True)


def test_every_option_and_every_failure_is_listed(tmp_path: Path, schools: tuple[School, ...]) -> None:
    write(tmp_path / "county.xlsx", schools)
    book = load_workbook(tmp_path / "county.xlsx")
    options = [row[1] for row in book["選項與假設"].iter_rows(values_only=True)]
    assert {"remote_carts", "ap_price_ntd", "include_national"} <= set(options)
    failures = [row[0] for row in book["失敗"].iter_rows(values_only=True)]
    assert "the plan's file is damaged" in failures


def test_sheets_print_on_a4_landscape_with_repeated_headers(tmp_path: Path, schools: tuple[School, ...]) -> None:
    write(tmp_path / "county.xlsx", schools)
    for sheet in load_workbook(tmp_path / "county.xlsx").worksheets[:-1]:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.print_title_rows
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_workbook_that_excel_holds_open_gets_one_message(
    tmp_path: Path, schools: tuple[School, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(source: str, target: str) -> None:
        raise PermissionError(13, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr("os.replace", held)
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "county.xlsx", schools)
    assert not list(tmp_path.iterdir())


@pytest.mark.office
def test_libreoffice_shows_the_values(tmp_path: Path, schools: tuple[School, ...]) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    write(tmp_path / "county.xlsx", schools)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [office, profile, "--headless", "--convert-to", as_csv, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "county.xlsx")], check=True, capture_output=True, timeout=120)
    text = (tmp_path / "county.csv").read_text(encoding="utf-8")
    assert "學習載具-教師" in text
    assert "10689" in text.replace(",", "")
