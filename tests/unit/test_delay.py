"""Delay of the 95th percentile, held against simulated queues (periodic streams, the oldest first)."""

import pytest

from wifiplan.catalog.mac import edca_row
from wifiplan.radio.contention import backoff_variation
from wifiplan.radio.delay import delay_p95_ms
from wifiplan.radio.frames import Exchange, Link, MacOptions, exchange_of
from wifiplan.radio.queueing import Channel, Flow, settle

EDCA = edca_row("ns-3", "BE")
ALONE = Channel(edca=EDCA, n_queues=1.0, free_share=1.0)
SLOW = exchange_of(Link(standard="11ac", width_mhz=20, streams=1, mcs=3), 1400, MacOptions(conventions="ns-3"))


def _p95_ms(times: Exchange, n: float, mbps: float, channel: Channel = ALONE) -> float:
    flows = (Flow(n_stations=n, times=times, frames_per_s=mbps * 1e6 / 8 / 1400),)
    return delay_p95_ms(flows, channel, settle(flows, channel))


@pytest.mark.parametrize(
    ("mbps", "simulated_ms"),
    [(0.70, 28.29), (0.75, 33.19), (0.80, 47.11)],
)
def test_30_devices_wait_as_in_a_simulated_queue(mbps: float, simulated_ms: float) -> None:
    """Figures: our own slot-level simulation, mean of three draws of the phases."""
    assert _p95_ms(SLOW, 30, mbps) == pytest.approx(simulated_ms, rel=0.05)


def test_delay_grows_with_the_load_and_has_no_large_step() -> None:
    loads = [0.05 + 0.005 * k for k in range(150)]
    found = [_p95_ms(SLOW, 30, mbps) for mbps in loads]
    assert found[0] == pytest.approx(SLOW.ppdu_us[0] / 1000, rel=0.8)
    # in between a period, which gets shorter as the load grows, rules
    assert all(later > 0.97 * sooner for sooner, later in zip(found, found[1:], strict=False))


def test_rounds_vary_where_queues_contend() -> None:
    three = Channel(edca=EDCA, n_queues=3.0, free_share=1.0)
    assert backoff_variation(3.0, EDCA) > backoff_variation(2.0, EDCA) > backoff_variation(1.0, EDCA) > 1 / 3
    flows = (Flow(n_stations=30, times=SLOW, frames_per_s=0.7e6 / 8 / 1400),)
    found = settle(flows, three)
    assert delay_p95_ms(flows, three, found) > 1.1 * 0.95 * found.round_us / 1000
