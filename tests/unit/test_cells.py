import json

import pytest

from wifiplan.errors import SettingsError
from wifiplan.radio.cells import cell_from_mapping

TABLETS = {
    "count": 30,
    "standard": "11ac",
    "width_mhz": 20,
    "spatial_streams": 1,
    "mcs": 8,
    "offered_mbps": 4.0,
}
FULL = {
    "conventions": "ns-3",
    "standard": "11ax",
    "width_mhz": 80,
    "guard_interval_ns": 800,
    "access_category": "VI",
    "rts_cts": True,
    "block_ack_window": 64,
    "max_ampdu_bytes": 65535,
    "co_channel_aps": 2,
    "direction": "up",
    "transport": "tcp",
    "payload_bytes": 1448,
    "packets_per_burst": 12,
    "clients": [TABLETS],
}


def test_the_contracts_keys_are_read() -> None:
    cell = cell_from_mapping(json.loads(json.dumps(FULL)))
    assert cell.block_ack_window == 64
    assert cell.clients[0].offered_mbps == 4.0
    assert (cell.direction, cell.transport, cell.access_category) == ("up", "tcp", "VI")


def test_defaults_and_null() -> None:
    cell = cell_from_mapping({"clients": [TABLETS | {"offered_mbps": None, "standard": "11ax"}]})
    assert cell.clients[0].offered_mbps is None
    assert cell.standard == "11ax"
    assert (cell.conventions, cell.co_channel_aps, cell.payload_bytes) == ("standard", 1, 1400)


def test_every_fault_is_reported_at_once() -> None:
    bad = FULL | {
        "conventions": "ns-2",
        "width_mhz": 0,
        "rts_cts": 1,
        "co_channel_aps": True,
        "payload_bytes": 2305,
        "speed": 3,
        "clients": [
            TABLETS | {"mcs": -1, "offered_mbps": float("nan"), "name": "x"},
            {"count": 1.5},
            7,
        ],
    }
    with pytest.raises(SettingsError) as error:
        cell_from_mapping(bad, where="cell.json")
    places = [fault.where for fault in error.value.faults]
    for place in (
        "conventions",
        "width_mhz",
        "rts_cts",
        "co_channel_aps",
        "payload_bytes",
        "speed",
        "clients[0].mcs",
        "clients[0].offered_mbps",
        "clients[0].name",
        "clients[1].count",
        "clients[1].standard",
        "clients[2]",
    ):
        assert place in places
    assert error.value.where == "cell.json"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mcs": 9}, "excludes MCS 9"),
        ({"width_mhz": 40}, "wider than the cell"),
        ({"standard": "11n", "spatial_streams": 5, "mcs": 3}, "no 5 streams"),
        ({"standard": "11n"}, "schemes 0 to 7"),
        ({"standard": "11be"}, "speaks 11be"),
        ({"width_mhz": 30}, "wider"),
    ],
)
def test_links_that_no_standard_has(change: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        cell_from_mapping({"standard": "11ac", "width_mhz": 20, "clients": [TABLETS | change]})


@pytest.mark.parametrize("value", [None, [], "text", 3, {}, {"clients": []}, {"clients": {}}])
def test_what_is_no_cell_is_said(value: object) -> None:
    with pytest.raises(SettingsError):
        cell_from_mapping(value)
