import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.radio.airtime import MacOptions, busy_share, harmonic_share, saturated_mbps

WIDE = {"standard": "11ac", "width_mhz": 80, "streams": 1}


def test_goodput_of_one_device_is_what_the_simulator_measures() -> None:
    options = MacOptions(conventions="ns-3")
    found = saturated_mbps(np.array([3, 8]), standard="11ac", width_mhz=20, streams=1, options=options)
    assert found == pytest.approx([26.405, 79.323], rel=0.002)


def test_no_link_carries_nothing_and_shapes_are_kept() -> None:
    found = saturated_mbps(np.array([[-1, 0], [5, 9]]), **WIDE)
    assert found.shape == (2, 2)
    assert found[0, 0] == 0
    assert np.all(np.diff(found.ravel()) > 0)


def test_one_slow_device_halves_a_cell() -> None:
    options = MacOptions(conventions="ns-3")
    fast = saturated_mbps(np.full(9, 8), standard="11ac", width_mhz=20, streams=1, options=options)
    # the golden runs use a guard interval of 400 ns for 11n too
    slow = saturated_mbps(np.array([0]), standard="11n", width_mhz=20, streams=1, options=options)
    seats = np.concatenate([fast, slow])
    assert 1 / harmonic_share(10, 0.1, seats) == pytest.approx(37.5, rel=0.02)


def test_share_of_a_class() -> None:
    assert harmonic_share(30, 2.0, np.array([100.0])) == pytest.approx(0.6)
    assert harmonic_share(0, 2.0, np.array([])) == 0
    assert harmonic_share(30, 2.0, np.array([100.0, 0.0])) == math.inf
    assert harmonic_share(30, 2.0, np.array([])) == math.inf


def test_below_saturation_the_air_is_fuller_than_rate_over_capacity() -> None:
    seats = np.full(30, 9)
    for mbps, busy in ((1.0, 0.25), (4.0, 0.54)):
        share = harmonic_share(30, mbps, saturated_mbps(seats, **WIDE))
        found = busy_share(30, mbps, seats, **WIDE)
        assert found > 1.5 * share
        # the standard's frames are a little longer than the simulator's
        assert found == pytest.approx(busy, abs=0.03)


def test_busy_share_of_nobody_is_beacons_and_of_the_unreachable_full() -> None:
    assert 0 < busy_share(0, 2.5, np.array([9]), **WIDE) < 0.01
    assert busy_share(30, 2.5, np.array([9, -1]), **WIDE) == 1
    assert busy_share(30, 2.5, np.array([], dtype=np.int64), **WIDE) == 1
    assert busy_share(30, 100.0, np.array([9]), **WIDE) <= 1


@settings(max_examples=40, deadline=None)
@given(
    mcs=st.lists(st.integers(0, 11), min_size=1, max_size=30),
    n_devices=st.integers(1, 40),
    mbps=st.floats(0.1, 6.0),
)
def test_a_better_link_never_takes_more_of_the_channel(mcs: list[int], n_devices: int, mbps: float) -> None:
    link = {"standard": "11ax", "width_mhz": 40, "streams": 2}
    worse = np.array(mcs)
    better = np.minimum(worse + 1, 11)
    low, high = saturated_mbps(worse, **link), saturated_mbps(better, **link)
    assert np.all(high >= low)
    assert harmonic_share(n_devices, mbps, high) <= harmonic_share(n_devices, mbps, low) + 1e-12
    assert 0 < busy_share(n_devices, mbps, worse, **link) <= 1
