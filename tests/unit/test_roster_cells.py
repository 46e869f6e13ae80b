import pytest

from wifiplan.files import roster_cells as cells


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", 1234), (" １２ ", 12), ("28.0", 28), ("20班", 20), ("", None), ("—", None), ("0", 0)],
)
def test_whole_numbers_as_people_write_them(text: str, value: int | None) -> None:
    assert cells.whole(text) == value


@pytest.mark.parametrize("text", ["-3", "2.5", "abc", "1e3", "nan", "1000000", "1 2 x"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cells.whole(text)


@pytest.mark.parametrize("text", ["", "1130", "1130101", "ABCDEF", "11-301"])
def test_codes_that_cannot_be_repaired_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cells.school_code(text)


def test_codes_keep_their_zeros() -> None:
    assert cells.school_code(" 011301 ") == ("011301", False)
    assert cells.school_code("'11301") == ("011301", True)
    assert cells.school_code("01431A") == ("01431A", False)


def test_words_of_the_columns() -> None:
    assert cells.county("[01]台 北市") == "臺北市"
    assert cells.label("[234]新北市\n永和區") == "新北市 永和區"
    assert cells.school_year("2021-22") == 110
    assert cells.coordinate("abc") is None
    assert cells.coordinate("999") is None
    assert cells.wholes("") == ()
    assert cells.ownership("縣立", "") == "public"
    assert cells.ownership("私立", "國立") == "private"
    for text in ("小學堂", "外星", "國中小"):
        if text != "小學堂":
            with pytest.raises(ValueError, match=r"."):
                cells.stage(text)
    with pytest.raises(ValueError, match=r"."):
        cells.remote("月球")
    with pytest.raises(ValueError, match=r"."):
        cells.ownership("外星", "")
    with pytest.raises(ValueError, match=r"."):
        cells.county(" ")
