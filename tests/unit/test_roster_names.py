from wifiplan.files.roster_names import grade, normal, shown


def test_headers_lose_breaks_brackets_and_years() -> None:
    assert normal("110\n年編\n制教\n師數") == ("編制教師數", 110)
    assert normal("學制\n(國小、國中)") == ("學制", None)
    assert normal("設立別（公立、市立、私立）") == ("設立別", None)
    assert normal("114學年度班級數") == ("班級數", 114)
    assert normal("１年級男") == ("1年級男", None)
    assert shown("110 年最大\n班級人數") == "110年最大班級人數"


def test_years_are_known_in_all_spellings() -> None:
    assert normal("110 學年度班級數") == ("班級數", 110)
    assert normal("2021學年度班級數") == ("班級數", 110)
    assert normal("民國111學年度第1學期學生數") == ("學生數", 111)
    assert normal("班級數110年") == ("班級數", 110)
    assert normal("學生數[人]") == ("學生數", None)


def test_grades_of_classes_students_and_sexes() -> None:
    assert grade("八年級班級數") == (8, "classes")
    assert grade("1年級男學生數") == (1, "sex")
    assert grade("女生_2年級") == (2, "sex")
    assert grade("1年級學生人數") == (1, "students")
    assert [grade(name) for name in ("9年級男畢業生", "學年度", "1年級至6年級", "2年級男女")] == [None] * 4
