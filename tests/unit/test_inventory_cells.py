"""Cells of inventories as people and controllers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.files import cell_text, network_cells
from wifiplan.files import inventory_cells as cells
from wifiplan.site.network import Band


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36", [("5", 36, None)]),
        ("36E", [("5", 36, 80)]),
        ("36+", [("5", 36, 40)]),
        ("132-", [("5", 132, 40)]),
        ("(36,40)", [("5", 36, 40)]),
        ("(36,40,44,48)", [("5", 36, 80)]),
        ("(36)*", [("5", 36, None)]),
        ("11 (20MHz)", [("2.4", 11, 20)]),
        ("161 (80MHz)", [("5", 161, 80)]),
        ("5G-36/80", [("5", 36, 80)]),
        ("149/40", [("5", 149, 40)]),
        ("161,80", [("5", 161, 80)]),
        ("6/149", [("2.4", 6, None), ("5", 149, None)]),
        ("2.4G:6 / 5G:36", [("2.4", 6, None), ("5", 36, None)]),
        ("Auto (44)", [("5", 44, None)]),
        ("CH6", [("2.4", 6, None)]),
        ("5180", [("5", 36, None)]),
        ("2437 MHz", [("2.4", 6, None)]),
        ("", []),
        ("0", []),
    ],
)
def test_channels(text: str, expected: list[tuple[str, int, int | None]]) -> None:
    found, remark = network_cells.channels(text)
    assert [(t.band, t.channel, t.width_mhz) for t in found] == expected
    assert remark is None


def test_a_number_of_6_ghz_needs_its_band() -> None:
    assert [(t.band, t.channel) for t in network_cells.channels("37", "6")[0]] == [("6", 37)]
    assert [(t.band, t.channel, t.width_mhz) for t in network_cells.channels("197S")[0]] == [("6", 197, 160)]


@pytest.mark.parametrize(
    ("text", "code"), [("auto", "channel_auto"), ("自動", "channel_auto"), ("x", "channel_unread")]
)
def test_what_is_no_channel_is_named(text: str, code: str) -> None:
    remark = network_cells.channels(text)[1]
    assert remark is not None
    assert remark.code == code


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("23 dBm", 23.0, "dbm"),
        ("20.0", 20.0, "dbm"),
        ("*7/8 (6 dBm)", 6.0, "dbm"),
        ("100 mW", 20.0, "dbm"),
        ("100%", 1.0, "share"),
        ("max", 1.0, "share"),
        ("最大", 1.0, "share"),
        ("level 3", 3.0, "level"),
        ("3/8", 3.0, "level"),
    ],
)
def test_powers(text: str, value: float, unit: str) -> None:
    found, remark = network_cells.power(text)
    assert remark is None
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


def test_a_bare_small_number_is_a_level_only_in_a_column_of_levels() -> None:
    decibels, level = network_cells.power("3")[0], network_cells.power("3", is_level=True)[0]
    assert decibels is not None
    assert level is not None
    assert (decibels.unit, level.unit) == ("dbm", "level")


@pytest.mark.parametrize(
    ("text", "code"), [("auto", "power_auto"), ("Medium", "power_word"), ("99", "power_unread"), ("?!", "power_unread")]
)
def test_what_is_no_power_is_named(text: str, code: str) -> None:
    found, remark = network_cells.power(text)
    assert found is None
    assert remark is not None
    assert remark.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Up 35d:23h:44m", True),
        ("使用中", True),
        ("無異常", True),
        ("Registered", True),
        ("", True),
        ("離線", False),
        ("已報廢(113年)", False),
        ("Down", False),
        ("Offline", False),
        ("Disconnected", False),
        ("不堪用", False),
        ("否", False),
    ],
)
def test_states(text: str, *, expected: bool) -> None:
    assert cells.in_service(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5GHz", "5"),
        ("2.4 GHz", "2.4"),
        ("802.11ac", "5"),
        ("802.11b", "2.4"),
        ("6GHz", "6"),
        ("na", "5"),
        ("ng", "2.4"),
    ],
)
def test_bands(text: str, expected: Band) -> None:
    assert network_cells.band(text) == expected


@given(st.text(max_size=30))
def test_no_cell_makes_a_reader_fall(text: str) -> None:
    cells.plain(text)
    cell_text.mac(text)
    cells.serial(text)
    cells.in_service(text)
    network_cells.band(text)
    network_cells.width_mhz(text)
    for tuned in network_cells.channels(text)[0]:
        assert tuned.channel is None or 1 <= tuned.channel <= 233
    found = network_cells.power(text)[0]
    assert found is None or found.unit != "dbm" or -20 <= found.value <= 40
