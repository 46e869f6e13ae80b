"""What a cell carries, held against packet-level runs of ns-3 3.44 (facts: airtime)."""

import csv
from dataclasses import asdict
from pathlib import Path

import pytest

from wifiplan.radio.airtime import CellLoad, cell

TABLETS = {"count": 30, "standard": "11ac", "width_mhz": 20, "spatial_streams": 1, "mcs": 8}
SLOW = TABLETS | {"standard": "11n", "mcs": 0, "count": 1}
SIMULATED = {"conventions": "ns-3", "guard_interval_ns": 400}


def _classroom(mbps: float | None, *clients: dict[str, object], **options: object) -> CellLoad:
    return cell(SIMULATED | options | {"clients": [c | {"offered_mbps": mbps} for c in clients]})


@pytest.mark.parametrize(
    ("clients", "width_mhz", "fits", "fails"),
    [
        ([TABLETS], 20, 2.580, 2.600),
        ([TABLETS | {"mcs": 3}], 20, 0.859, 0.865),
        ([TABLETS | {"count": 29}, SLOW], 20, 1.856, 1.885),
        ([TABLETS | {"mcs": 9, "width_mhz": 80}], 80, 12.18, 12.45),
    ],
)
def test_golden_classes_of_30(clients: list[dict[str, object]], width_mhz: int, fits: float, fails: float) -> None:
    assert _classroom(fits, *clients, width_mhz=width_mhz).sustainable
    assert not _classroom(fails, *clients, width_mhz=width_mhz).sustainable


def test_thirty_tablets_at_4_mbps_need_80_mhz() -> None:
    wide = _classroom(4.0, TABLETS | {"mcs": 9, "width_mhz": 80}, width_mhz=80)
    assert wide.sustainable
    assert wide.busy_share == pytest.approx(0.54, abs=0.01)
    narrow = _classroom(4.0, TABLETS)
    assert not narrow.sustainable
    assert narrow.worst_client_mbps == pytest.approx(2.64, abs=0.02)
    assert narrow.p95_delay_ms is None


def test_one_slow_device_halves_the_cell() -> None:
    fast, mixed = _classroom(None, TABLETS | {"count": 10}), _classroom(None, TABLETS | {"count": 9}, SLOW)
    assert fast.capacity_mbps == pytest.approx(79.3, rel=0.01)
    assert mixed.capacity_mbps == pytest.approx(37.5, rel=0.01)


def test_uplink_shares_accesses_and_downlink_throughput() -> None:
    fast = TABLETS | {"count": 1}
    down = _classroom(None, fast, SLOW)
    up = _classroom(None, fast, SLOW, direction="up", rts_cts=True)
    assert down.worst_client_mbps == pytest.approx(down.carried_mbps / 2)
    assert up.worst_client_mbps < 0.2 * up.carried_mbps


def test_a_small_offer_is_carried_beside_a_greedy_one() -> None:
    load = cell(
        SIMULATED
        | {
            "clients": [
                TABLETS | {"count": 1, "offered_mbps": 1.0},
                TABLETS | {"count": 1, "offered_mbps": None},
            ]
        }
    )
    assert load.worst_client_mbps > 70
    assert load.carried_mbps == pytest.approx(load.worst_client_mbps + 1.0)
    assert not load.sustainable


def test_co_channel_access_points_share_one_channel() -> None:
    one, two = _classroom(1.0, TABLETS), _classroom(1.0, TABLETS, co_channel_aps=2)
    assert two.carried_mbps == pytest.approx(2 * one.carried_mbps)
    assert two.capacity_mbps < one.capacity_mbps
    assert any("hear each other" in text for text in two.limits)


def test_the_simulators_frames_are_shorter_than_the_standards() -> None:
    ours = cell({"guard_interval_ns": 400, "clients": [TABLETS | {"offered_mbps": None}]})
    assert 0.97 < ours.capacity_mbps / _classroom(None, TABLETS).capacity_mbps < 0.995


def test_limits_speak_up_where_the_model_is_weak() -> None:
    load = _classroom(1.0, TABLETS | {"count": 29}, SLOW, direction="up", transport="tcp", packets_per_burst=4)
    text = " ".join(load.limits)
    for word in ("without RTS", "TCP", "bursts", "mixed rates"):
        assert word in text


GUARD_NS = {"n": 400, "ac": 400, "ax": 800}
OPEN = ("ofdma", "ofdma-small", "tcp-bulk", "dl+ul")
"""Groups that the cell of the contract can't ask for (several users a frame, both directions, short segments)."""


def _ask(row: dict[str, str]) -> dict[str, object]:
    """Return the cell of one golden run; groups "saturation" offer as much as fits."""
    saturated = "sat" in row["group"].split("-") or row["id"].endswith("-eq") or row["group"] == "co-channel"
    offered = None if saturated or row["proto"] == "tcp" else float(row["dl"])
    schemes = [int(text) for text in row["mcs"].split(",")]
    n_fast = int(row["n"]) - int(row["slow"])
    link = {"standard": "11" + row["std"], "width_mhz": int(row["bw"]), "spatial_streams": int(row["nss"])}
    clients = [link | {"count": n_fast // len(schemes), "mcs": mcs, "offered_mbps": offered} for mcs in schemes]
    if row["slow"] == "1":
        standard = "11" + (row["slowStd"] or row["std"])
        slow = {"standard": standard, "width_mhz": int(row["slowBw"]), "mcs": int(row["slowMcs"])}
        clients.append(link | slow | {"count": 1, "offered_mbps": offered})
    return {
        "conventions": "ns-3",
        "standard": "11" + row["std"],
        "width_mhz": int(row["bw"]),
        "guard_interval_ns": int(row["gi"]),
        "access_category": "VI" if row["ac"] == "vi" else "BE",
        "rts_cts": row["rts"] == "500",
        "max_ampdu_bytes": int(row["ampdu"]) or None,
        "co_channel_aps": int(row["bss"]),
        "direction": "up" if row["dir"] == "ul" else "down",
        "transport": row["proto"],
        "payload_bytes": 1448 if row["proto"] == "tcp" else int(row["payload"]),
        "clients": clients,
    }


def _runs(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "ns3" / "golden.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["group"] not in OPEN and row["burst"] == "0" and row["txop"] == "-1"]


@pytest.mark.data
def test_saturated_downlink_is_within_a_fifth_of_a_percent(shared_data: Path) -> None:
    runs = [row for row in _runs(shared_data) if row["group"] in ("dl-sat-1", "dl-sat-N", "ac-vi")]
    assert len(runs) > 35
    for row in runs:
        load = cell(_ask(row))
        assert load.carried_mbps == pytest.approx(float(row["ns_agg"]), rel=0.002), row["id"]
        assert load.mpdus_per_ppdu == pytest.approx(float(row["ns_mpdus"]), abs=0.01), row["id"]
        assert load.busy_share == pytest.approx(float(row["busy"]), abs=0.002), row["id"]


@pytest.mark.data
def test_mixed_rates_are_within_a_percent(shared_data: Path) -> None:
    for row in _runs(shared_data):
        if row["group"] == "dl-sat-mix" or row["id"].endswith("-eq"):
            assert cell(_ask(row)).carried_mbps == pytest.approx(float(row["ns_agg"]), rel=0.01), row["id"]


@pytest.mark.data
def test_below_saturation_busy_share_is_within_eight_per_mille(shared_data: Path) -> None:
    groups = ("unsat", "unsat-mix", "max-R", "co-channel-unsat", "anomaly")
    runs = [row for row in _runs(shared_data) if row["group"] in groups and not row["id"].endswith("-eq")]
    assert len(runs) >= 19
    for row in runs:
        load = cell(_ask(row))
        assert load.busy_share == pytest.approx(float(row["busy"]), rel=0.0081), row["id"]
        assert load.carried_mbps == pytest.approx(float(row["ns_agg"]), rel=0.01), row["id"]


@pytest.mark.data
def test_delay_below_saturation(shared_data: Path) -> None:
    groups = ("unsat", "max-R", "unsat-mix", "co-channel-unsat", "anomaly")
    for row in _runs(shared_data):
        if row["group"] in groups and not row["id"].endswith("-eq"):
            measured = float(row["dl_delay_p95_ms"])
            load = cell(_ask(row))
            assert load.p95_delay_ms is not None
            assert load.p95_delay_ms == pytest.approx(measured, rel=0.25, abs=0.6), row["id"]


@pytest.mark.data
def test_contention_is_as_near_as_the_limits_say(shared_data: Path) -> None:
    for row in _runs(shared_data):
        if row["group"] not in ("co-channel", "ul-sat"):
            continue
        load, measured = cell(_ask(row)), float(row["ns_agg"])
        error = load.carried_mbps / measured - 1
        if row["rts"] == "500":
            assert abs(error) < 0.03, row["id"]
        elif row["mcs"] == "3":
            assert -0.23 < error < 0, row["id"]
        elif row["group"] == "ul-sat" and row["n"] == "30":
            assert 0 < error < 0.38, row["id"]
        else:
            assert abs(error) < 0.06, row["id"]


@pytest.mark.data
def test_tcp_downlink_is_within_three_percent(shared_data: Path) -> None:
    runs = [row for row in _runs(shared_data) if row["group"] == "tcp-bulk-mss"]
    assert runs
    for row in runs:
        assert cell(_ask(row)).carried_mbps == pytest.approx(float(row["ns_agg"]), rel=0.03), row["id"]


def test_an_answer_is_plain() -> None:
    assert all(
        isinstance(value, (float, bool, tuple)) or value is None for value in asdict(_classroom(1.0, TABLETS)).values()
    )
