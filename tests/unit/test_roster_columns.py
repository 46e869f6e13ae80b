from wifiplan.files.roster_columns import find_header


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


def test_a_header_of_several_rows_is_read_as_one() -> None:
    rows = [
        ["111年晴川市國民中小學名單", "", "", "", "", "", "", ""],
        ["序號", "學校代碼", "學校全銜", "110年", "", "", "申請補助", ""],
        ["", "", "", "班級數", "學生數", "", "充電車數", "教師載具數"],
        ["", "", "", "", "男", "女", "", ""],
        ["1", "999001", "甲國小", "6", "60", "40", "1", "2"],
    ]
    header = find_header(rows, ("code",))
    assert header is not None
    assert (header.row, header.school_year) == (3, 110)
    columns = {"serial": 0, "code": 1, "name": 2, "n_classes": 3, "n_boys": 4, "n_girls": 5}
    assert header.columns == {**columns, "asked_carts": 6, "asked_teacher": 7}


def test_a_row_of_data_is_never_part_of_the_header() -> None:
    rows = [["學校代碼", "學校名稱", "班級數"], ["999001", "甲國小", "6"], ["", "學生數", "男"]]
    header = find_header(rows, ("code",))
    assert header is not None
    assert header.row == 0


def test_of_several_years_the_newest_column_counts() -> None:
    header = find_header([["學校代碼", "校名", "109年班級數", "111年班級數", "110年班級數"]], ("code",))
    assert header is not None
    assert (header.columns["n_classes"], header.school_year) == (3, 111)
    assert header.repeated == ("109年班級數", "110年班級數")
