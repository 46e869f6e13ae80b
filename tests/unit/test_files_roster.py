import csv
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from wifiplan.errors import RosterError
from wifiplan.files.roster import read_roster, read_rosters
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all, totals
from wifiplan.scheme.roster import Roster
from wifiplan.scheme.school import School

HEADER = "學制,學校代碼,縣市別,設立別,地區屬性,學校全銜,110年班級數,110年最大班級人數,110年編制教師數,110年學生數"
GOOD = "國小,999001,晴川市,市立,一般,甲國小,6,25,10,140"
REMOTE_FREE = ("學制", "學校代碼", "縣市別", "學校全銜", "班級數", "學生數")


def write(folder: Path, *lines: str, name: str = "roster.csv", encoding: str = "utf-8-sig") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding) + b"\r\n")
    return path


def test_the_demo_list_reads_as_the_annex_prints_it(repo_root: Path) -> None:
    roster = read_roster(repo_root / "floorplans" / "demo-roster.csv")
    assert roster.school_year == 110
    assert len(roster.schools) == 5
    assert roster.notes == ("demo-roster.csv: rows skipped: 1 x 範例, 1 x 合計",)
    example = roster.find("elementary", "999003")
    assert example is not None
    assert (example.n_classes, example.max_class_size, example.n_teachers, example.n_students) == (20, 28, 37, 516)
    given = entitle_all(roster.schools, EntitlementOptions())
    wishes = [(r.n_carts, r.n_teacher_devices, r.n_student_devices) for r in roster.requests]
    assert wishes == [(e.n_carts, e.n_teacher_devices, e.n_student_devices) for e in given]


def test_titles_examples_totals_blanks_and_remarks_are_skipped(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "「方案」111年晴川市名單,,,,,,,,,",
        "序號," + HEADER.replace("110年", "110\u3000年 "),
        "範例,國小,999999,○○市,市立,一般,○○國小,20,28,37,516",
        "1," + GOOD.replace(",6,25", ",６,25"),
        "2,,,,,,,,,,",
        ",,,,,,,,,,",
        "序號," + HEADER.replace("110年", "110 年"),
        "合計,,,,,,,7,,,140",
        "資料來源：教育局,,,,,,,,,,",
    )
    roster = read_roster(path)
    assert [s.row for s in roster.schools] == [4]
    assert "1 x 範例" in roster.notes[0]
    assert "1 x repeated header" in roster.notes[0]
    assert any("says 7" in note and "add up to 6" in note for note in roster.notes)


def test_all_faults_of_a_file_come_in_one_message(tmp_path: Path) -> None:
    lines = [
        HEADER.replace(",縣市別", ""),
        "國小,999001,市立,一般,甲國小,-6,25,10,140",
        "國小,999001,市立,一般,乙國小,6,25,10,140",
        "國小,999003,市立,一般,丙?國小,6,x,10,140",
        "高中,999004,市立,月球,丁國小,6,25,10,",
        *(f"國小,9981{n:02d},市立,一般,第{n}國小,6,25,10,140" for n in range(40)),
    ]
    path = write(tmp_path, *lines, encoding="cp950")
    path.write_bytes(path.read_bytes().replace(b"?", b"\xff"))
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    places = [fault.where for fault in caught.value.faults]
    assert places == [
        "row 1 (header)",
        "row 2, column 110年班級數",
        "row 3, column 學校代碼",
        "row 4, column 學校全銜",
        "row 4, column 110年最大班級人數",
        "row 5, column 學制",
        "row 5, column 地區屬性",
        "row 5, column 110年學生數",
    ]
    text = str(caught.value)
    assert "縣市別 is missing" in text
    assert "-6 is negative" in text
    assert "already stands on row 2" in text
    text.encode("cp950")


def test_totals_that_do_not_fit_are_faults(tmp_path: Path) -> None:
    header = "學校代碼,縣市名稱,學校名稱,班級數,1年級,2年級,3年級,4年級,學生數,男學生,女學生,1年級男,1年級女"
    path = write(tmp_path, header, "999001,晴川市,甲國小,9,1,1,1,1,20,10,11,10,10")
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert [fault.problem for fault in caught.value.faults] == [
        "9, but its grades add up to 4",
        "20, but boys and girls add up to 21",
    ]


def test_a_largest_class_beyond_the_school_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="largest class"):
        read_roster(write(tmp_path, HEADER, GOOD.replace(",25,", ",250,")))


def test_codes_that_excel_shortened_are_repaired_with_a_note(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, HEADER, GOOD.replace("999001", "11301")))
    assert roster.schools[0].code == "011301"
    assert any("leading zero" in note for note in roster.notes)


def test_a_file_without_areas_says_so_and_takes_a_joining_table(tmp_path: Path) -> None:
    head = ",".join(REMOTE_FREE)
    path = write(tmp_path, head, "國小,999001,台北市,甲國小,6,90", "國中,999001,台北市,甲國中,6,90")
    roster = read_roster(path)
    assert not any(s.remote for s in roster.schools)
    assert any("NON-REMOTE" in note and "--join" in note for note in roster.notes)
    by_stage = write(tmp_path, "學制,學校代碼,地區屬性", "國中,999001,特偏", name="areas.csv")
    joined = read_roster(path, join=by_stage)
    assert [s.remote for s in joined.schools] == [False, True]
    assert not any("NON-REMOTE" in note for note in joined.notes)
    assert "1 of 2 schools found there, 1 are remote" in joined.notes[-1]
    anywhere = write(tmp_path, "學校代碼,地區屬性", "999001,偏遠", name="areas.csv")
    assert all(s.remote for s in read_roster(path, join=anywhere).schools)
    with pytest.raises(RosterError, match="joining table needs"):
        read_roster(path, join=path)


def test_the_newest_of_several_school_years_is_read(tmp_path: Path) -> None:
    lines = ["學年度," + HEADER.replace("110年", "")]
    lines += [f"{year},{GOOD.replace(',6,', f',{year - 100},')}" for year in (109, 111, 110)]
    path = write(tmp_path, *lines)
    assert read_roster(path).school_year == 111
    assert read_roster(path, school_year=110).schools[0].n_classes == 10
    with pytest.raises(RosterError, match="no school year 90"):
        read_roster(path, school_year=90)


def test_several_files_are_one_roster_and_doubles_between_them_are_named(tmp_path: Path) -> None:
    one = write(tmp_path, HEADER, GOOD, name="one.csv")
    two = write(tmp_path, HEADER, GOOD.replace("國小,", "國中,", 1), name="two.csv")
    both = read_rosters((one, two))
    assert [s.stage for s in both.schools] == ["elementary", "junior"]
    assert both.source == "one.csv, two.csv"
    with pytest.raises(RosterError, match=r"already stands on one\.csv row 2"):
        read_rosters((one, write(tmp_path, HEADER, GOOD, name="two.csv")))


def test_files_that_are_no_roster_get_one_message(tmp_path: Path) -> None:
    names = write(tmp_path, "代碼,學校名稱,縣市名稱", "999001,甲國小,晴川市", name="names.csv")
    with pytest.raises(RosterError, match="without 班級數 and 學生數"):
        read_roster(names)
    with pytest.raises(RosterError, match="no header row"):
        read_roster(write(tmp_path, "x,y", "1,2"))
    with pytest.raises(RosterError, match="has no schools"):
        read_roster(write(tmp_path, HEADER))
    with pytest.raises(RosterError, match="encoding"):
        read_roster(write(tmp_path, HEADER, GOOD, encoding="utf-16-le"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "shift-jis", "gb18030", "utf-7", "euc-kr"])
def test_a_wholly_wrong_encoding_is_one_message(tmp_path: Path, encoding: str) -> None:
    lines = ("學校代碼,縣市別,學校名稱,班級數,學生數", *("999001,台南市,中山國小,6,90" for _ in range(30)))
    text = "\r\n".join(lines)
    data = text.encode(encoding, errors="replace")
    if encoding == "shift-jis":
        data = "学校番号,県,学校名,学級数,生徒数\r\n1,さいたま,さくら小学校,6,90\r\n".encode(encoding) * 30
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert not caught.value.faults


def test_english_headers_and_unclear_stages(tmp_path: Path) -> None:
    head = "stage,code,county,name,classes,students,teachers,remote"
    roster = read_roster(write(tmp_path, head, "junior,999001,X,Hill School,6,90,12,yes"))
    assert roster.schools[0] == replace(
        School(stage="junior", code="999001", name="Hill School", county="X", n_classes=6, n_students=90),
        n_teachers=12,
        remote=True,
        row=2,
    )
    with pytest.raises(RosterError, match="stage of 'Hill School' is not given"):
        read_roster(write(tmp_path, head.removeprefix("stage,"), "999001,X,Hill School,6,90,12,yes"))


def test_a_request_against_the_rule_keeps_its_reason(tmp_path: Path) -> None:
    more = ",申請補助充電車數,申請補助教師載具數,申請補助學生載具數,符合偏遠學校師生1人1機原則(是、填否者請說明原因)"
    roster = read_roster(write(tmp_path, HEADER + more, GOOD + ",1,2,30,否，雙語班"))
    assert roster.requests[0].reason == "雙語班"
    assert roster.requests[0].n_student_devices == 30


@pytest.mark.data
def test_the_joined_roster_gives_the_national_figures(shared_data: Path) -> None:
    roster = read_roster(shared_data / "roster" / "roster_sy110.csv")
    assert len(roster.schools) == 3633
    every = totals(entitle_all(roster.schools, EntitlementOptions(include_national=True)))
    assert every.funded.n_class_sets == 11_799
    assert (every.non_remote.n_student_devices, every.non_remote.n_teacher_devices) == (330_801, 27_251)
    assert (every.remote.n_student_devices, every.remote.n_teacher_devices) == (99_498, 18_094)
    assert every.funded.n_devices == 475_644
    apart = totals(entitle_all(roster.schools, EntitlementOptions()))
    assert (apart.funded.n_class_sets, apart.national.n_schools) == (11_698, 25)
    assert (apart.non_remote.n_student_devices, apart.non_remote.n_teacher_devices) == (327_979, 27_015)
    assert apart.funded.n_devices == 472_586
    assert Roster.from_frame(roster.to_frame()).schools == roster.schools


@pytest.mark.data
def test_the_ministry_s_two_files_equal_the_joined_roster_row_for_row(shared_data: Path) -> None:
    folder = shared_data / "roster"
    joined = read_roster(folder / "roster_sy110.csv").schools
    parts = read_rosters((folder / "covsyn_basec.xls", folder / "covsyn_basej.xlsx")).schools
    with (folder / "roster_sy110.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(parts)

    def common(school: School) -> School:
        # what only the join knows: area, point, ownership (told by the name in the parts), attachment, row
        return replace(
            school,
            area="",
            remote=False,
            latitude=None,
            longitude=None,
            attachment="",
            ownership="public",
            ownership_name="",
            row=None,
        )

    assert [common(s) for s in parts] == [common(s) for s in joined]


@pytest.mark.data
def test_the_newer_file_and_the_name_list(shared_data: Path) -> None:
    newer = read_roster(shared_data / "roster" / "pop-map_114_basec.csv")
    assert len(newer.schools) == 2_663
    assert sum(s.n_classes for s in newer.schools) == 51_450
    assert sum(s.n_students for s in newer.schools) == 1_165_258
    assert newer.school_year == 114
    with pytest.raises(RosterError, match="without 班級數"):
        read_roster(shared_data / "roster" / "pop-map_e1_new.csv")


def test_example_rows_are_known_however_they_are_marked(tmp_path: Path) -> None:
    example = "國小,999999,○○市,市立,一般,○○市○○國民小學,20,28,37,516"
    marks = ("(範例)", "範例1", "例", "範例：請依此填寫", "0")
    path = write(tmp_path, "序號," + HEADER, *(f"{mark},{example}" for mark in marks), "1," + GOOD)
    roster = read_roster(path)
    assert [s.code for s in roster.schools] == ["999001"]
    assert "5 x 範例" in roster.notes[0]


def test_county_totals_and_remarks_are_no_schools(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "縣市,學校代碼,學校名稱,班級數,學生數,地區屬性",
        "晴川市,013501,甲國小,6,100,一般",
        "晴川市合計,,,6,100,",
        "總 計,,,6,100,",
        "全國,,,6,100,",
        "※本表含分校,,,,,",
    )
    roster = read_roster(path)
    assert len(roster.schools) == 1
    assert "3 x 合計" in roster.notes[0]


def test_boys_and_girls_make_the_students(tmp_path: Path) -> None:
    path = write(tmp_path, "縣市,學校代碼,學校名稱,班級數,男學生數,女學生數", "晴川市,013501,甲國小,6,40,60")
    assert read_roster(path).schools[0].n_students == 100


def test_a_grade_s_total_is_not_added_to_its_boys_and_girls(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "縣市,學校代碼,學校名稱,1年級班級數[班],1年級學生數[人],1年級男學生[人],1年級女學生[人]",
        "晴川市,013501,甲國小,1,10,4,6",
    )
    assert read_roster(path).schools[0].students_by_grade == (10,)


def test_a_stage_of_both_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    rows = [f"{stage},01350{n},晴川市,甲,6,100" for n, stage in enumerate(("國中小", "國民中小學", "國(中)小"))]
    path = write(tmp_path, "學制,學校代碼,縣市,學校名稱,班級數,學生數", *rows)
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert len(caught.value.faults) == 3
    assert "row of its own" in str(caught.value)


@pytest.mark.parametrize("place", range(7))
def test_a_cell_that_cannot_be_decoded_is_one_fault_in_any_column(tmp_path: Path, place: int) -> None:
    row = ["國小", "011302", "晴川市", "乙國小", "6", "120", "一般"]
    row[place] = "QQQ"
    header = "學制,學校代碼,縣市,學校名稱,班級數,學生數,地區屬性"
    path = write(tmp_path, header, "國小,011301,晴川市,甲國小,12,300,一般", ",".join(row), encoding="cp950")
    path.write_bytes(path.read_bytes().replace(b"QQQ", b"\xff\xff\xff"))
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert [fault.where for fault in caught.value.faults] == [f"row 3, column {header.split(',')[place]}"]


def test_a_header_that_cannot_be_decoded_is_named_beside_the_missing_column(tmp_path: Path) -> None:
    path = write(
        tmp_path, "學制,學校代碼,縣市,學校名稱,QQQ,學生數", "國小,011301,晴川市,甲國小,12,300", encoding="cp950"
    )
    path.write_bytes(path.read_bytes().replace(b"QQQ", b"\xff\xff"))
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert [fault.where for fault in caught.value.faults] == ["row 1 (header)", "row 1, column 5"]


def test_a_very_long_list_of_faults_is_cut_off_with_its_true_count(tmp_path: Path) -> None:
    rows = [f"國小,{n:06d},晴川市,甲國小,-1,x" for n in range(200)]
    with pytest.raises(RosterError, match="400 faults") as caught:
        read_roster(write(tmp_path, ",".join(REMOTE_FREE), *rows))
    assert caught.value.faults[-1].problem == "... and 100 more faults"


def test_a_remote_school_without_teachers_and_one_without_classes_are_noted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER,
        GOOD.replace("一般", "偏遠").replace(",10,", ",,"),
        GOOD.replace("999001", "999002").replace(",6,25", ",0,25"),
    )
    notes = " ".join(read_roster(path).notes)
    assert "1 remote schools without a number of teachers" in notes
    assert "140 students in 0 classes" in notes


def test_a_second_sheet_that_is_a_roster_too_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for stage, code in (("國小", "013501"), ("國中", "013502")):
        sheet = book.create_sheet(stage)
        sheet.append(list(REMOTE_FREE))
        sheet.append([stage, code, "晴川市", "甲", 6, 100])
    book.save(tmp_path / "a.xlsx")
    roster = read_roster(tmp_path / "a.xlsx")
    assert len(roster.schools) == 1
    assert "ONLY sheet 國小" in roster.notes[0]
    assert "國中" in roster.notes[0]
