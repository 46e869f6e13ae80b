"""One word means one thing in whatever table it is written."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.files import (
    as_built_cells,
    cell_text,
    days,
    entry_cells,
    form_cells,
    form_network_cells,
    inventory_cells,
    network_cells,
    roster_cells,
)
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_words import YES_NO
from wifiplan.files.office_cells import Mark, OfficeCell, mark_of_cell


@pytest.mark.parametrize("text", ["", " ", "-", "－", "—", "–", "…", "N/A", "n/a"])
def test_a_blank_is_blank_in_every_table(text: str) -> None:
    assert roster_cells.is_blank(text)
    assert roster_cells.whole(text) is None
    assert entry_cells.is_blank(text)
    assert form_cells.is_blank(text)
    assert inventory_cells.plain(text) == ""
    assert as_built_cells.plain(text) == ""


@pytest.mark.parametrize("text", sorted(cell_text.YES))
def test_yes_is_yes_in_every_table(text: str) -> None:
    assert form_cells.yes(text, YES_NO)
    assert as_built_cells.yes_no(text)
    assert as_built_cells.pass_fail(text)
    assert mark_of_cell(OfficeCell(value=text)) == Mark(done=True)


@pytest.mark.parametrize("text", sorted(cell_text.NO))
def test_no_is_no_in_every_table(text: str) -> None:
    assert not form_cells.yes(text, YES_NO)
    assert as_built_cells.yes_no(text) is False
    assert as_built_cells.pass_fail(text) is False
    assert mark_of_cell(OfficeCell(value=text)) == Mark(done=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("300", 300), ("500/250", 500), ("500/250 Mbps", 500), ("1G/500M", 1000), ("300Mb/s", 300), ("1 Gbit/s", 1000)],
)
def test_a_link_is_its_download_on_sheets_and_in_the_countys_workbook(text: str, expected: float) -> None:
    assert form_network_cells.uplink(text) == entry_cells.mbps(text) == expected


@pytest.mark.parametrize(
    "text", ["115/9/1", "2026-09-01", "1150901", "民國115年9月1日", "2026-09-01 08:30:00", "１１５／９／１"]
)
def test_a_day_is_a_day_in_every_table(text: str) -> None:
    assert days.day(text) == dt.date(2026, 9, 1)
    assert as_built_cells.date(text) == "2026-09-01"


@pytest.mark.parametrize("text", ["9.5", "9.5 m", "９.５公尺", "950 cm", "約9.5米", "9,5"])
def test_a_length_is_a_length_in_every_table(text: str) -> None:
    assert form_cells.metres(text, form_cells.LENGTH_M) == as_built_cells.metres(text, 0, 20) == 9.5


@pytest.mark.parametrize("text", ["36/80", "36E", "36 (80MHz)", "5G-36/80"])
def test_a_wide_channel_is_one_channel_on_sheets_too(text: str) -> None:
    (radio,) = form_network_cells.channels(text)
    (tuned,) = network_cells.channels(text)[0]
    assert (radio.band, radio.channel, radio.width_mhz) == (tuned.band, tuned.channel, tuned.width_mhz) == ("5", 36, 80)


@pytest.mark.parametrize(("text", "code"), [("0.5", "power"), ("100%", "power"), ("level 3", "power"), ("40", "range")])
def test_a_power_that_is_no_dbm_is_a_fault_of_a_sheet(text: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        form_network_cells.power_dbm(text)
    assert bad.value.code == code


def test_lost_zeros_of_an_address_are_put_back_where_a_spreadsheet_dropped_them() -> None:
    assert cell_text.mac("12345678901") == as_built_cells.mac("12345678901") == "01:23:45:67:89:01"
    assert cell_text.mac("00:a7:42:e8:40") == cell_text.mac("MAC of it") == ""


@given(st.text(max_size=30))
def test_no_text_makes_a_reader_fall(text: str) -> None:
    assert cell_text.folded(cell_text.folded(text)) == cell_text.folded(text)
    assert "\n" not in cell_text.shown(text)
    rate = cell_text.mbps(text)
    assert rate is None or rate >= 0
    cell_text.metres(text)
    assert len(cell_text.mac(text)) in {0, 17}


@given(st.integers(min_value=0, max_value=16_383))
def test_columns_have_letters(column: int) -> None:
    assert cell_text.column_number(cell_text.letters(column)) == column
