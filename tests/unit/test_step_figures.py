import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.probe.receiving import Arrivals
from wifiplan.probe.statistics import (
    mean_difference_ms,
    n_reordered,
    n_windows,
    rfc3550_ms,
    worst_burst_share,
)
from wifiplan.probe.step_figures import StepPlan, received

MS = 1_000_000
START = 5_000 * MS


def plan(rate_mbps: float = 4.0, duration_s: float = 30.0, settle_s: float = 3.0, n_flows: int = 1) -> StepPlan:
    return StepPlan(
        rate_mbps=rate_mbps,
        packet_bytes=1250,
        n_flows=n_flows,
        duration_s=duration_s,
        settle_s=settle_s,
        start_ns=START,
        loss_window_s=15.0,
        burst_window_s=0.2,
    )


def arrivals(
    delay_ms: "list[float | None]", rate_mbps: float = 4.0, flow: int = 0, into: Arrivals | None = None
) -> Arrivals:
    """Packet k leaves in the middle of its interval and takes `delay_ms[k]`; None: it never comes."""
    interval_ns = 1250 * 8e3 / rate_mbps
    rows = [
        (START + int((k + 0.5) * interval_ns) + int(delay * MS), k, int((k + 0.5) * interval_ns))
        for k, delay in enumerate(delay_ms)
        if delay is not None
    ]
    found = into or Arrivals(step=1)
    for received_ns, sequence, sent_ns in sorted(rows):
        found.flow.append(flow)
        found.sequence.append(sequence)
        found.sent_ns.append(sent_ns)
        found.received_ns.append(received_ns)
        found.size.append(1250)
    return found


def test_a_healthy_stream_brings_its_rate_exactly() -> None:
    found = received(arrivals([20.0] * 12_000), plan(), kernel_stamps=True)
    assert found.n_bytes == 4e6 / 8 * 27
    assert (found.udp.n_sent, found.udp.n_lost) == (10_800, 0)
    assert found.udp.loss_windows == ((0, 5400), (0, 5400))
    assert found.udp.jitter_windows_ms == (0.0, 0.0)
    assert found.udp.worst_burst_loss_share == 0.0


def test_what_drains_from_a_queue_after_the_window_is_not_counted() -> None:
    # 10 % too much: the delay grows by 100 ms a second, all of it arrives in the end
    growing = [20.0 + 0.1 * 2.5 * k for k in range(12_000)]
    found = received(arrivals(growing), plan(), kernel_stamps=True)
    assert found.n_bytes == pytest.approx(4e6 / 8 * 27 / 1.1, rel=2e-3)
    assert found.udp.n_lost == 0


def test_losses_count_by_window_burst_and_to_the_very_end() -> None:
    delays: list[float | None] = [20.0] * 12_000
    delays[:100] = [None] * 100  # before the window opens
    delays[1300:1320] = [None] * 20  # a burst of 20 of 80 in 200 ms
    delays[-50:] = [None] * 50  # the tail: nothing after it tells that it is missing
    udp = received(arrivals(delays), plan(), kernel_stamps=True).udp
    assert udp.n_lost == 70
    assert udp.loss_windows == ((20, 5400), (50, 5400))
    assert udp.worst_burst_loss_share == 50 / 80


def test_nothing_received_is_everything_lost() -> None:
    found = received(Arrivals(step=1), plan(), kernel_stamps=False)
    assert found.n_bytes == 0
    assert found.udp.n_lost == found.udp.n_sent == 10_800
    assert found.udp.worst_burst_loss_share == 1.0
    assert found.udp.jitter_windows_ms == ()
    assert not found.udp.kernel_stamps


def test_jitter_of_uniform_delays_is_a_third_of_their_width() -> None:
    draw = random.Random(3)  # noqa: S311 (a test)
    delays: list[float | None] = [10 + draw.uniform(0, 10) for _ in range(12_000)]
    udp = received(arrivals(delays), plan(), kernel_stamps=True).udp
    assert udp.jitter_windows_ms == pytest.approx((10 / 3, 10 / 3), rel=0.05)
    assert udp.n_reordered > 1000
    assert udp.n_lost == 0


def test_duplicates_are_counted_and_bring_nothing() -> None:
    twice = arrivals([20.0] * 12_000, into=arrivals([20.0] * 12_000))
    found = received(twice, plan(), kernel_stamps=True)
    assert found.n_bytes == 4e6 / 8 * 27
    assert found.udp.n_duplicates == 12_000
    assert found.udp.n_lost == 0


def test_sequence_numbers_beyond_the_stream_are_not_believed() -> None:
    strange = arrivals([20.0] * 12_000)
    strange.sequence[5000] = 4_000_000_000
    found = received(strange, plan(), kernel_stamps=True)
    assert found.udp.n_lost == 1
    assert found.n_bytes == 4e6 / 8 * 27 - 1250


def test_flows_are_summed_and_the_worst_stands() -> None:
    both = arrivals([20.0] * 12_000)
    holes: list[float | None] = [None if k % 10 == 0 else 20.0 for k in range(12_000)]
    arrivals(holes, flow=1, into=both)
    found = received(both, plan(n_flows=2), kernel_stamps=True)
    assert found.n_bytes == pytest.approx(4e6 / 8 * 27 * 1.9, rel=1e-3)
    assert found.udp.loss_windows == ((0, 5400), (0, 5400), (540, 5400), (540, 5400))
    assert found.udp.worst_burst_loss_share == pytest.approx(0.1)


def test_a_start_told_late_does_not_move_the_window_and_nonsense_does_not_either() -> None:
    late = received(arrivals([300.0] * 12_000), plan(), kernel_stamps=True)
    assert late.n_bytes == 4e6 / 8 * 27
    forged = arrivals([20.0] * 12_000)
    forged.sent_ns[100] = 10**17
    assert received(forged, plan(), kernel_stamps=True).n_bytes == pytest.approx(4e6 / 8 * 27, rel=0.002)


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 70))
def test_the_worst_burst_is_that_of_every_window_looked_at(lost: list[bool], width: int) -> None:
    flags = np.array(lost, dtype=bool)
    w = min(width, len(lost))
    expected = max((sum(lost[k : k + w]) / w for k in range(len(lost) - w + 1)), default=0.0) if lost else 0.0
    assert worst_burst_share(flags, width) == pytest.approx(expected)


def test_the_running_jitter_is_that_of_the_rfc() -> None:
    transit = [0, 16 * MS, 0, 0]
    expected = 0.0
    for difference in (16, 16, 0):
        expected += (difference - expected) / 16
    assert rfc3550_ms(np.array(transit)) == pytest.approx(expected)
    assert mean_difference_ms(np.array([1, 2, 4]), np.array([0, 3 * MS, 50 * MS])) == 3.0
    assert mean_difference_ms(np.array([1, 3]), np.array([0, 1])) is None
    assert n_reordered(np.array([], dtype=np.int64)) == 0


def test_windows_are_about_as_long_as_asked() -> None:
    for seconds in range(1, 200):
        n = n_windows(seconds, 15.0)
        assert n >= 1
        assert n == 1 or math.isclose(seconds / n, 15.0, rel_tol=0.34)
