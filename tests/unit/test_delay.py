"""Delay of the 95th percentile: where it grows, and what contention adds."""

from itertools import pairwise

import pytest

from wifiplan.catalog.mac import edca_row
from wifiplan.radio.contention import backoff_variation
from wifiplan.radio.delay import delay_p95_ms
from wifiplan.radio.frames import Exchange, Link, MacOptions, exchange_of
from wifiplan.radio.queueing import Channel, Flow, settle

EDCA = edca_row("ns-3", "BE")
ALONE = Channel(edca=EDCA, n_queues=1.0, free_share=0.9976)
OPTIONS = MacOptions(conventions="ns-3")
FAST = exchange_of(Link(standard="11ac", width_mhz=20, streams=1, mcs=8, guard_interval_ns=400), 1400, OPTIONS)
SLOW = exchange_of(Link(standard="11ac", width_mhz=20, streams=1, mcs=3, guard_interval_ns=400), 1400, OPTIONS)


def _p95_ms(times: Exchange, n: float, mbps: float, channel: Channel = ALONE) -> float:
    flows = (Flow(n_stations=n, times=times, frames_per_s=mbps * 1e6 / 8 / 1400),)
    return delay_p95_ms(flows, channel, settle(flows, channel))


@pytest.mark.parametrize(
    ("mbps", "measured_ms"), [(1.983, 8.20), (2.7762, 11.52), (3.1728, 16.41), (3.5694, 28.58), (3.847, 58.17)]
)
def test_twenty_devices_wait_as_in_the_packet_simulator(mbps: float, measured_ms: float) -> None:
    """Measured: runs of ns-3 3.44 of our own, another number of devices than the golden table has."""
    assert _p95_ms(FAST, 20, mbps) == pytest.approx(measured_ms, rel=0.03)


def test_delay_grows_with_the_load_and_has_no_large_step() -> None:
    loads = [0.05 + 0.005 * k for k in range(150)]
    found = [_p95_ms(SLOW, 30, mbps) for mbps in loads]
    assert found[0] == pytest.approx(SLOW.ppdu_us[0] / 1000, rel=0.8)
    # in between a period, which gets shorter as the load grows, rules
    assert all(later > 0.97 * sooner for sooner, later in pairwise(found))


def test_rounds_vary_where_queues_contend() -> None:
    three = Channel(edca=EDCA, n_queues=3.0, free_share=1.0)
    assert backoff_variation(3.0, EDCA) > backoff_variation(2.0, EDCA) > backoff_variation(1.0, EDCA) > 1 / 3
    flows = (Flow(n_stations=30, times=SLOW, frames_per_s=0.7e6 / 8 / 1400),)
    found = settle(flows, three)
    assert delay_p95_ms(flows, three, found) > 1.1 * 0.95 * found.round_us / 1000
