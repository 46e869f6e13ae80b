import datetime as dt

import pytest

from wifiplan.files.days import day
from wifiplan.files.office_cells import CellValue, OfficeCell, mark_of_cell
from wifiplan.study.tracking import Mark


@pytest.mark.parametrize(
    "text",
    ["2026-09-01", "2026/9/1", "115/9/1", "115.09.01", "民國115年9月1日", "１１５／９／１", "1150901", "20260901"],
)
def test_a_day_is_read_as_offices_write_it(text: str) -> None:
    assert day(text) == dt.date(2026, 9, 1)


@pytest.mark.parametrize("text", ["", "9/1", "115/13/1", "2026-02-30", "九月", "115/9/1 上午"])
def test_what_is_no_day_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|date"):
        day(text)


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        (None, None),
        ("  ", None),
        ("否", Mark(done=False)),
        ("v", Mark(done=True)),
        ("已訂購", Mark(done=True)),
        (dt.date(2026, 9, 1), Mark(done=True, day=dt.date(2026, 9, 1))),
        (46266, Mark(done=True, day=dt.date(2026, 9, 1))),
        ("115/9/1", Mark(done=True, day=dt.date(2026, 9, 1))),
    ],
)
def test_a_cell_says_whether_a_step_is_done(value: CellValue, mark: Mark | None) -> None:
    assert mark_of_cell(OfficeCell(value=value)) == mark


def test_other_words_are_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="九月初"):
        mark_of_cell(OfficeCell(value="九月初"))
