import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.catalog.radios import STANDARDS, ap_model, device
from wifiplan.errors import CatalogError
from wifiplan.radio.link import (
    common_standard,
    common_streams,
    common_width_mhz,
    coverage_probability,
    mcs_from_snr,
    noise_dbm,
    phy_rate_mbps,
    rate_mbps,
    snr_db,
    usable_mcs,
)


def _golden() -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "golden" / "mcs_rates.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rates_equal_published_tables() -> None:
    for row in _golden():
        rate = phy_rate_mbps(
            row["standard"],
            int(row["mcs"]),
            int(row["width_mhz"]),
            int(row["streams"]),
            int(row["guard_interval_ns"]),
        )
        assert float(rate) == pytest.approx(float(row["rate_mbps"]), abs=0.06), row


def test_noise_of_wider_channels_rises_by_3_db() -> None:
    assert noise_dbm(20e6, noise_figure_db=7) == pytest.approx(-93.96, abs=0.01)
    assert noise_dbm(40e6, noise_figure_db=7) - noise_dbm(20e6, noise_figure_db=7) == pytest.approx(3.01, abs=0.01)
    assert snr_db([-67.0], width_hz=20e6, noise_figure_db=7)[0] == pytest.approx(26.96, abs=0.01)


def test_schemes_by_snr_and_beyond_both_ends() -> None:
    assert mcs_from_snr([-np.inf, 1.9, 2.0, 24.9, 25.0, 60.0], "11ax").tolist() == [-1, -1, 0, 6, 7, 11]


def test_a_scheme_that_the_width_excludes_becomes_the_next_lower() -> None:
    assert usable_mcs(np.array([-1, 8, 9]), standard="11ac", width_mhz=20, streams=1).tolist() == [-1, 8, 8]
    assert usable_mcs(np.array([9]), standard="11ac", width_mhz=20, streams=3).tolist() == [9]
    assert float(rate_mbps(60.0, standard="11ac", width_mhz=20, streams=2)) == pytest.approx(173.3, abs=0.05)


@settings(max_examples=60, deadline=None)
@given(
    standard=st.sampled_from(STANDARDS),
    width_mhz=st.sampled_from([20, 40]),
    streams=st.integers(1, 4),
    low=st.floats(-20, 60),
    more=st.floats(0, 30),
)
def test_a_better_signal_never_lowers_the_rate(
    standard: str, width_mhz: int, streams: int, low: float, more: float
) -> None:
    first, second = rate_mbps([low, low + more], standard=standard, width_mhz=width_mhz, streams=streams)
    assert second >= first


def test_impossible_links_are_said() -> None:
    for args in (
        ("11n", 3, 80, 1, 400),
        ("11n", 3, 20, 5, 400),
        ("11ax", 3, 20, 1, 400),
        ("11n", 8, 20, 1, 400),
        ("11z", 0, 20, 1, 400),
    ):
        with pytest.raises(CatalogError):
            phy_rate_mbps(*args)


def test_coverage_probability_is_a_normal_distribution() -> None:
    found = coverage_probability([-67.0, -67.0 + 8.3, -67.0 - 8.3], -67.0, 5.04)
    assert found == pytest.approx([0.5, 0.95, 0.05], abs=0.001)
    assert coverage_probability([-68.0, -67.0], -67.0, 0.0).tolist() == [0.0, 1.0]


def test_both_ends_agree_on_the_less() -> None:
    ap, tablet, old = ap_model("ax-4x4"), device("tablet-11ac-2ss"), device("tablet-11n-1ss")
    assert common_standard(ap, tablet) == "11ac"
    assert common_streams(ap, tablet) == 2
    assert common_width_mhz(ap, tablet, 160) == 80
    assert common_width_mhz(ap, old, 80) == 40
    assert common_standard(ap_model("ac-2x2"), device("tablet-11be-2ss")) == "11ac"
    assert common_width_mhz(ap_model("n-2x2"), device("tablet-11be-2ss"), 160) == 40
