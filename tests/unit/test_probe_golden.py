"""Published numbers against the probe's formulas."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from wifiplan.probe.air import channel_at, frequency_of
from wifiplan.probe.auth import mac
from wifiplan.probe.clocks import ntp_of
from wifiplan.probe.confidence import exact_low, wilson
from wifiplan.probe.services.echo import internet_checksum
from wifiplan.probe.statistics import n_reordered, rfc3550_ms

FOLDER = Path(__file__).parents[1] / "golden"


def golden(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", golden("proportion_bounds"), ids=lambda r: f"{r['method']}-{r['n_hits']}-{r['n']}")
def test_bounds_of_proportions(row: dict[str, str]) -> None:
    n_hits, n, tolerance = int(row["n_hits"]), int(row["n"]), float(row["tolerance"])
    # the table's bounds are two-sided with 95 %: each holds by itself with 97.5 %
    if row["method"] == "exact":
        assert exact_low(n_hits, n, confidence=0.975) == pytest.approx(float(row["low"]), abs=tolerance)
        return
    found = wilson(n_hits, n, confidence=0.975)
    assert (found.low, found.high) == pytest.approx((float(row["low"]), float(row["high"])), abs=tolerance)


@pytest.mark.parametrize("row", golden("ntp_dates"), ids=lambda row: row["date"])
def test_dates_in_ntp(row: dict[str, str]) -> None:
    moment_s = int(datetime.fromisoformat(row["date"]).replace(tzinfo=UTC).timestamp())
    assert ntp_of(moment_s * 1_000_000_000) == int(row["seconds"]) << 32


@pytest.mark.parametrize("row", golden("channel_centres"), ids=lambda row: f"{row['band']}-{row['channel']}")
def test_centres_of_channels(row: dict[str, str]) -> None:
    band, channel, frequency_mhz = row["band"], int(row["channel"]), int(row["frequency_mhz"])
    assert frequency_of(band, channel) == frequency_mhz
    assert channel_at(frequency_mhz) == (band, channel)


@pytest.mark.parametrize(
    ("arrived", "n"),
    [
        ([1, 2, 3, 5, 6, 7, 8, 4, 9, 10], 1),
        ([1, 2, 3, 4, 7, 5, 6, 8, 9, 10], 2),
        ([1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], 3),
    ],
)
def test_reordering_as_in_the_examples_of_rfc_4737(arrived: list[int], n: int) -> None:
    """RFC 4737, section 10, tables 1 to 3."""
    assert n_reordered(np.array(arrived)) == n


@pytest.mark.parametrize("n", [1, 16, 200])
def test_the_running_jitter_closes_in_on_a_steady_one(n: int) -> None:
    """RFC 3550, 6.4.1: J += (|D| - J) / 16, whose sum for a steady |D| is D (1 - (15/16)^n)."""
    transit_ns = np.array([k % 2 * 10_000_000 for k in range(n + 1)])
    assert rfc3550_ms(transit_ns) == pytest.approx(10.0 * (1.0 - (15 / 16) ** n))


def test_the_checksum_of_rfc_1071() -> None:
    """RFC 1071, section 3: the sum of these bytes is ddf2."""
    data = bytes.fromhex("0001f203f4f5f6f7")
    assert internet_checksum(data) == 0xFFFF - 0xDDF2
    assert internet_checksum(data + internet_checksum(data).to_bytes(2, "big")) == 0
    assert internet_checksum(b"\x01") == internet_checksum(b"\x01\x00")


def test_a_mac_cut_to_128_bits() -> None:
    """RFC 4231, test case 5, which RFC 8762, section 4.4, asks for: HMAC-SHA-256, its first 128 bits."""
    assert mac(b"\x0c" * 20, b"Test With Truncation").hex() == "a3b6167473100ee06e0c796c2955552b"
