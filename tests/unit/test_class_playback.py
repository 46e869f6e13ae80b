"""A log of received bytes, replayed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.probe.classroom.playback import received_between, replay

RATE = 2.0
A_SECOND = 250_000


def steady(share: float, seconds: float) -> list[tuple[float, int]]:
    return [(t * 0.05, int(share * A_SECOND * t * 0.05)) for t in range(1, int(seconds / 0.05) + 1)]


def test_a_stream_at_its_rate_starts_after_a_second_and_never_stands_still() -> None:
    seen = replay(steady(1.0, 60), rate_mbps=RATE, until_s=60)
    assert seen.start_s == pytest.approx(1.0, abs=0.06)
    assert (seen.n_stalls, seen.stalled_s) == (0, 0)
    assert seen.played_s == pytest.approx(59, abs=0.1)


@pytest.mark.parametrize("share", [0.9, 0.95, 0.97])
def test_a_stream_below_its_rate_stands_still_for_what_is_missing(share: float) -> None:
    seen = replay(steady(share, 60), rate_mbps=RATE, until_s=60)
    # everything that came was shown but for what is in store, and the rest of the time was waited for
    assert seen.start_s is not None
    assert seen.start_s + seen.played_s + seen.stalled_s == pytest.approx(60, abs=0.01)
    assert seen.stalled_s == pytest.approx(60 * (1 - share) - seen.start_s, abs=0.6)


def test_a_stream_that_stops_stands_still_to_the_end() -> None:
    seen = replay(steady(1.0, 10), rate_mbps=RATE, until_s=30)
    assert (seen.n_stalls, seen.played_s) == (1, pytest.approx(10, abs=0.01))
    assert seen.stalled_s == pytest.approx(19, abs=0.1)


def test_nothing_received_is_no_start() -> None:
    assert replay([], rate_mbps=RATE, until_s=30).start_s is None
    assert replay([(29.0, 10)], rate_mbps=RATE, until_s=30).start_s is None


def test_only_the_window_counts_and_a_drain_after_it_does_not() -> None:
    log = [*steady(1.0, 30), (31.0, 10**9)]
    assert received_between(log, 3, 30) == pytest.approx(27 * A_SECOND, rel=1e-6)
    assert received_between([(5.0, 1000)], 0, 4) == 0
    assert received_between([], 0, 4) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 100_000)), max_size=60), st.floats(0, 70))
def test_time_is_played_waited_for_or_before_the_start(steps: list[tuple[float, int]], until_s: float) -> None:
    at, so_far, log = 0.0, 0, []
    for ahead, more in steps:
        at, so_far = at + ahead, so_far + more
        log.append((at, so_far))
    seen = replay(log, rate_mbps=RATE, until_s=until_s)
    start_s = until_s if seen.start_s is None else seen.start_s
    assert start_s + seen.played_s + seen.stalled_s == pytest.approx(until_s, abs=0.01)
    assert seen.played_s <= so_far / A_SECOND + 0.001
    assert received_between(log, 0, until_s) <= so_far
