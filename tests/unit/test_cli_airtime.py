import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan.cli.airtime import airtime
from wifiplan.errors import SettingsError

CELL = {
    "clients": [
        {
            "count": 30,
            "standard": "11ac",
            "width_mhz": 20,
            "spatial_streams": 1,
            "mcs": 8,
            "offered_mbps": 1.0,
        }
    ]
}
KEYS = [
    "capacity_mbps",
    "carried_mbps",
    "worst_client_mbps",
    "busy_share",
    "mpdus_per_ppdu",
    "p95_delay_ms",
    "sustainable",
    "limits",
]


def test_a_cell_that_holds_ends_with_0_and_the_contracts_keys(tmp_path: Path) -> None:
    path = tmp_path / "cell.json"
    path.write_text(json.dumps(CELL), encoding="utf-8")
    result = CliRunner().invoke(airtime, [str(path)])
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert list(answer) == KEYS
    assert answer["sustainable"] is True
    assert answer["carried_mbps"] == 30.0


def test_a_cell_that_does_not_hold_ends_with_1() -> None:
    cell = {"clients": [CELL["clients"][0] | {"offered_mbps": None}]}
    result = CliRunner().invoke(airtime, ["-"], input=json.dumps(cell))
    assert result.exit_code == 1
    assert json.loads(result.output)["p95_delay_ms"] is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b'{"clients": [], "clients": []}', "stands twice"),
        (b'{"payload_bytes": NaN}', "no number"),
        (b"[]", "faulty"),
        (b"", "no JSON"),
    ],
)
def test_a_bad_file_is_one_error_that_names_it(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "cell.json"
    path.write_bytes(data)
    result = CliRunner().invoke(airtime, [str(path)])
    assert isinstance(result.exception, SettingsError)
    assert message in str(result.exception)
    assert "cell.json" in str(result.exception)
