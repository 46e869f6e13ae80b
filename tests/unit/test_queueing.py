import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.catalog.mac import edca_row
from wifiplan.radio.frames import Link, MacOptions, exchange_of
from wifiplan.radio.queueing import Channel, Flow, frames_per_access, mean_size, saturate, settle

ALONE = Channel(edca=edca_row("ns-3", "BE"), n_queues=1.0, free_share=0.9976)
TIMES = exchange_of(Link(standard="11ac", width_mhz=20, streams=1, mcs=8), 1400, MacOptions(conventions="ns-3"))


def _flow(n: float, mbps: float, burst: float = 1.0) -> tuple[Flow, ...]:
    return (Flow(n_stations=n, times=TIMES, frames_per_s=mbps * 1e6 / 8 / 1400, burst=burst),)


def test_a_light_load_leaves_as_it_comes() -> None:
    found = settle(_flow(30, 0.25), ALONE)
    assert found.round_us == 0
    assert mean_size(_flow(30, 0.25)[0], found.round_us) == 1


def test_aggregates_grow_until_the_load_fits() -> None:
    found = settle(_flow(30, 2.0), ALONE)
    assert found.demand_share == pytest.approx(1.0, abs=1e-6)
    assert 1 < mean_size(_flow(30, 2.0)[0], found.round_us) < TIMES.n_max


def test_beyond_capacity_the_round_has_no_end() -> None:
    found = settle(_flow(30, 4.0), ALONE)
    assert found.round_us == math.inf
    assert found.demand_share > 1.4


def test_bursts_arrive_aggregated_and_split_where_the_channel_is_idle() -> None:
    single, burst = settle(_flow(30, 1.0), ALONE), settle(_flow(30, 1.0, 10.0), ALONE)
    assert burst.air_share < single.air_share
    split = burst.accesses_per_s / (single.accesses_per_s / 10) - 1
    assert split == pytest.approx(1 - burst.demand_share, abs=1e-9)
    assert frames_per_access(_flow(30, 1.0, 10.0), ALONE, burst) == pytest.approx(10 / (1 + split))


def test_bursts_longer_than_an_aggregate_come_in_equal_parts() -> None:
    assert _flow(1, 1.0, 100.0)[0].light_size == pytest.approx(100 / 3)


def test_two_queues_collide_and_one_does_not() -> None:
    both = Channel(edca=ALONE.edca, n_queues=2.0, free_share=ALONE.free_share)
    assert saturate(_flow(10, 1.0), both).demand_share > saturate(_flow(10, 1.0), ALONE).demand_share
    assert settle(_flow(10, 0.1), both).n_active == 1


@settings(max_examples=60, deadline=None)
@given(n=st.floats(0.5, 60), mbps=st.floats(0.01, 8), more=st.floats(0.0, 4.0))
def test_more_load_takes_more_air_and_never_waits_less(n: float, mbps: float, more: float) -> None:
    low, high = settle(_flow(n, mbps), ALONE), settle(_flow(n, mbps + more), ALONE)
    if math.inf in (low.round_us, high.round_us):
        assert high.round_us >= low.round_us
        return
    assert high.round_us >= low.round_us - 1e-6
    # the length of frames is rounded up to symbols, so a larger aggregate may be cheaper by a symbol
    assert high.air_share >= low.air_share - 0.004
