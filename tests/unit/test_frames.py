import pytest

from wifiplan.errors import CatalogError, OutOfRangeError
from wifiplan.radio.frames import (
    Link,
    MacOptions,
    block_ack_us,
    control_us,
    exchange,
    exchange_of,
    mpdu_bytes,
)

TABLET = Link(standard="11ac", width_mhz=20, streams=1, mcs=8)
SIMULATED = MacOptions(conventions="ns-3")


def test_control_frames_last_as_the_simulator_says() -> None:
    assert (control_us(14), control_us(20), block_ack_us(64), block_ack_us(256)) == (28, 28, 32, 40)
    assert block_ack_us(1024) > block_ack_us(512) > block_ack_us(256)


@pytest.mark.parametrize(("mcs", "answer_us"), [(0, 68), (1, 44), (2, 44), (3, 32), (8, 32)])
def test_slow_frames_are_acknowledged_slowly(mcs: int, answer_us: float) -> None:
    link = Link(standard="11ac", width_mhz=20, streams=1, mcs=mcs, guard_interval_ns=400)
    times = exchange_of(link, 1400, SIMULATED)
    assert times.total_us[-1] - times.ppdu_us[-1] == pytest.approx(16 + answer_us)


def test_frame_sizes() -> None:
    assert mpdu_bytes(1400, TABLET, SIMULATED) == 1466
    assert mpdu_bytes(1448, TABLET, MacOptions(conventions="ns-3", transport="tcp")) == 1538
    assert mpdu_bytes(1400, TABLET, MacOptions()) == 1482


@pytest.mark.parametrize(
    ("standard", "width_mhz", "streams", "mcs", "guard", "n_max"),
    [
        ("11ac", 20, 1, 3, 400, 13),
        ("11ac", 20, 1, 8, 400, 40),
        ("11ac", 40, 1, 5, 400, 55),
        ("11ac", 80, 1, 9, 400, 64),
        ("11ax", 20, 1, 3, 800, 15),
        ("11ax", 80, 1, 5, 800, 133),
        ("11ax", 80, 1, 9, 800, 221),
        ("11ax", 80, 2, 11, 800, 256),
        ("11ax", 20, 1, 9, 3200, 45),
        ("11n", 20, 1, 7, 400, 33),
        ("11n", 40, 1, 7, 400, 44),
    ],
)
def test_largest_aggregates_are_those_of_the_simulator(
    standard: str, width_mhz: int, streams: int, mcs: int, guard: int, n_max: int
) -> None:
    link = Link(standard=standard, width_mhz=width_mhz, streams=streams, mcs=mcs, guard_interval_ns=guard)
    assert exchange_of(link, 1400, SIMULATED).n_max == n_max


def test_limits_of_aggregation() -> None:
    wide = Link(standard="11ac", width_mhz=80, streams=1, mcs=9)
    assert exchange_of(wide, 1400, MacOptions(conventions="ns-3", max_ampdu_bytes=65_535)).n_max == 44
    assert exchange_of(wide, 1400, MacOptions(block_ack_window=1)).n_max == 1
    assert exchange_of(TABLET, 1400, MacOptions(conventions="ns-3", access_category="VI")).n_max == 29


def test_symbols_of_the_standard_end_on_a_grid() -> None:
    ours = exchange_of(TABLET, 1400, MacOptions())
    assert all(time % 4 == 0 for time in ours.ppdu_us)


def test_a_handshake_makes_exchanges_longer_and_collisions_cheap() -> None:
    plain, asked = exchange_of(TABLET, 1400, MacOptions()), exchange_of(TABLET, 1400, MacOptions(rts_cts=True))
    assert asked.total_us[0] == plain.total_us[0] + 28 + 16 + 28 + 16
    assert asked.collision_us[-1] < 0.05 * plain.collision_us[-1]


def test_times_between_whole_sizes_are_linear() -> None:
    times = exchange_of(TABLET, 1400, SIMULATED)
    assert times.at(times.ppdu_us, 1.0) == times.ppdu_us[0]
    assert times.at(times.ppdu_us, times.n_max) == times.ppdu_us[-1]
    assert times.at(times.ppdu_us, 2.5) == pytest.approx((times.ppdu_us[1] + times.ppdu_us[2]) / 2)
    assert times.first(3).n_max == 3


def test_impossible_links_are_said() -> None:
    with pytest.raises(OutOfRangeError, match="carries nothing"):
        exchange(Link(standard="11ac", width_mhz=20, streams=1, mcs=9), SIMULATED, frame_bytes=1466)
    with pytest.raises(CatalogError):
        exchange(Link(standard="11n", width_mhz=80, streams=1, mcs=3), SIMULATED, frame_bytes=1466)
