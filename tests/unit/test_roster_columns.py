from wifiplan.files.roster_columns import find_header, normal, shown


def test_headers_lose_breaks_brackets_and_years() -> None:
    assert normal("110\n年編\n制教\n師數") == ("編制教師數", 110)
    assert normal("學制\n(國小、國中)") == ("學制", None)
    assert normal("設立別（公立、市立、私立）") == ("設立別", None)
    assert normal("114學年度班級數") == ("班級數", 114)
    assert normal("１年級男") == ("1年級男", None)
    assert shown("110 年最大\n班級人數") == "110年最大班級人數"


def test_the_header_is_found_below_titles_and_knows_grades() -> None:
    rows = [
        ["國民中學校別資料", "", "", "", "", "", "", ""],
        ["110 學年度 SY2021-2022", "", "", "", "", "", "", ""],
        ["學校代碼", "學校名稱", "班級數", "7年級", "8年級", "9年級", "7年級男", "7年級女"],
    ]
    header = find_header(rows, ("code",))
    assert header is not None
    assert (header.row, header.school_year, header.stage) == (2, 110, "junior")
    assert header.classes_by_grade == ((7, (3,)), (8, (4,)), (9, (5,)))
    assert header.students_by_grade == ((7, (6, 7)),)


def test_no_header_no_guess() -> None:
    assert find_header([["a", "b", "c"], ["1", "2", "3"]], ("code",)) is None


def test_a_header_that_comes_twice_is_named() -> None:
    header = find_header([["code", "name", "班級數", "110年班級數"]], ("code",))
    assert header is not None
    assert header.repeated == ("110年班級數",)
    assert header.columns["n_classes"] == 2
