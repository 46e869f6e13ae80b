import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.files import entry_cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1200", 1200),
        ("1,200", 1200),
        ("１，２００ 臺", 1200),
        ("NT$ 1,200元", 1200),
        ("3萬", 30_000),
        ("1萬3,000元", 13_000),
        ("1.5萬", 15_000),
        ("1億2,000萬", 120_000_000),
        ("2千", 2_000),
        ("12.0", 12),
        ("0", 0),
        ("", None),
        (" - ", None),
        ("待填", None),
        ("open", None),
    ],
)
def test_numbers_as_people_write_them(text: str, expected: int | None) -> None:
    assert entry_cells.money(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5", "negative"),
        ("−3", "negative"),
        ("3.5", "not a whole number"),
        ("1.23456萬", "not a whole number"),
        ("1,20", "not a whole number"),
        ("無", "not a whole number"),
        ("約100", "not a whole number"),
        ("100~120", "not a whole number"),
        ("1e5", "not a whole number"),
        ("#REF!", "not a whole number"),
        ("2022-01-01 00:00:00", "not a whole number"),
        ("999,999,999,999", "more than any county"),
    ],
)
def test_what_is_no_number_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        entry_cells.money(text)


def test_percentages() -> None:
    assert [entry_cells.percent(text) for text in ("30", "30 %", "33.5％", "100", "0", "")] == [
        30, 30, 33.5, 100, 0, None,
    ]  # fmt: skip
    for text, problem in (("0.3", "write 30"), ("101", "0 to 100"), ("nan", "0 to 100"), ("三成", "not a percentage")):
        with pytest.raises(ValueError, match=problem):
            entry_cells.percent(text)


def test_rates() -> None:
    texts = ("500", "500 Mbps", "1G", "1G/500M", "300/100", "")
    assert [entry_cells.mbps(text) for text in texts] == [500, 500, 1000, 1000, 300, None]
    for text in ("-3", "約300", "abc/def", "光纖", "1e9"):
        with pytest.raises(ValueError, match="Mbit/s"):
            entry_cells.mbps(text)


@given(st.integers(min_value=0, max_value=entry_cells.MAX_NTD))
def test_every_whole_number_is_read_with_or_without_commas(number: int) -> None:
    assert entry_cells.money(str(number)) == entry_cells.money(f"{number:,}") == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_blank_or_one_sentence(text: str) -> None:
    for read in (entry_cells.count, entry_cells.money, entry_cells.percent, entry_cells.mbps):
        value: float | None = None
        sentence = ""
        try:
            value = read(text)
        except ValueError as error:
            sentence = str(error)
        assert "\n" not in sentence
        assert value is None or value >= 0
