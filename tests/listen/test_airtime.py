import itertools

import numpy as np
import pytest

from wifiplan.catalog.mac import mac_row
from wifiplan.catalog.radios import phy_table
from wifiplan.probe.airtime import legacy_us, modulated_us, sifs_us
from wifiplan.radio.frames import Link, _ppdu_us
from wifiplan.radio.link import phy_rate_mbps


@pytest.mark.parametrize(
    ("rate", "n_bytes", "us"),
    [
        # IEEE 802.11-2020: PLCP of 192 us, then bits over the rate; OFDM: 20 us and whole symbols of 4 us
        (1.0, 14, 304.0),
        (2.0, 14, 248.0),
        (5.5, 1500, 192.0 + 2182.0),
        (11.0, 1536, 192.0 + 1118.0),
        (6.0, 14, 44.0),
        (12.0, 14, 32.0),
        (24.0, 14, 28.0),
        (54.0, 1536, 248.0),
    ],
)
def test_legacy_frames_last_as_the_standard_says(rate: float, n_bytes: int, us: float) -> None:
    assert legacy_us(rate, n_bytes) == us


def test_a_short_preamble_and_the_extension_of_2_4_ghz() -> None:
    assert legacy_us(11.0, 1536, short_preamble=True) == 96.0 + 1118.0
    assert legacy_us(1.0, 14, short_preamble=True) == 304.0  # there is none at 1 Mbit/s
    assert legacy_us(54.0, 1536, is_2g4=True) == 254.0


@pytest.mark.parametrize("rate", [-1.0, 0.0, 60.0, float("nan"), float("inf")])
def test_a_rate_that_does_not_exist_has_no_length(rate: float) -> None:
    assert legacy_us(rate, 100) is None


def test_modulated_frames_last_as_long_as_in_the_planner() -> None:
    """The planner's own arithmetic is written apart from this one, over arrays."""
    n_checked = 0
    for (standard, width), phy in phy_table().items():
        for streams, guard, mcs in itertools.product((1, 2, 3, 4), phy.guard_intervals_ns, (0, 4, 7, 9, 11)):
            try:
                rate = float(phy_rate_mbps(standard, mcs, width, streams, guard))
            except Exception:  # noqa: BLE001 (a scheme that the standard does not have)
                rate = 0.0
            found = modulated_us((standard, mcs, streams, width, guard), 1500)
            if rate <= 0:
                assert found is None
                continue
            link = Link(standard=standard, width_mhz=width, streams=streams, mcs=mcs, guard_interval_ns=guard)
            wanted = float(_ppdu_us(np.array(1500.0), link, mac_row("standard", standard)))
            assert found == pytest.approx(wanted, abs=1e-6)
            n_checked += 1
    assert n_checked > 300


def test_later_frames_of_an_aggregate_bring_no_preamble() -> None:
    scheme = ("11ac", 8, 2, 80, 400)
    first, later = modulated_us(scheme, 1500), modulated_us(scheme, 1500, first=False)
    assert first is not None
    assert later is not None
    assert later < first - 40.0
    # 64 frames at 780 Mbit/s; a preamble of 44 us, delimiters of 4 bytes
    assert 8 * 1504 * 64 / (first + 63 * later - 44.0) == pytest.approx(780.0, rel=0.005)


@pytest.mark.parametrize(
    "scheme",
    [
        ("11ac", 9, 1, 20, 400),
        ("11n", 8, 1, 20, 800),
        ("11ax", 3, 9, 80, 800),
        ("11n", 0, 1, 80, 800),
        ("x", 0, 1, 20, 800),
    ],
)
def test_a_scheme_that_does_not_exist_has_no_length(scheme: tuple[str, int, int, int, int]) -> None:
    assert modulated_us(scheme, 1500) is None


def test_the_gap_before_an_answer_is_the_band_s() -> None:
    assert [sifs_us(f) for f in (2437, 5180, 5955, None)] == [10.0, 16.0, 16.0, 10.0]
