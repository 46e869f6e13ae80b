"""The emulator's medium as a model: virtual time alone, no root and no clock."""

import itertools
import statistics

import pytest

from bed import Air, Path, Station
from bed.airtime import Ether

SECOND_NS = 1_000_000_000


def drain(ether: Ether, now_ns: int) -> list[tuple[int, int, bytes]]:
    """Serve all that waits, and return (due, way, frame) in the order of delivery."""
    while ether.turns:
        now_ns = max(now_ns, ether.free_ns)
        ether.serve(now_ns)
    return [(due_ns, way, frame) for due_ns, _, way, _, frame in sorted(ether.on_way)]


def test_a_frame_takes_its_overhead_and_its_bits() -> None:
    ether = Ether(Air(phy_mbps=10.0, overhead_us=100.0), 1)
    ether.offer(0, 0, bytes(1000))
    ((due_ns, way, _),) = drain(ether, 0)
    assert (due_ns, way) == (100_000 + 800_000, 0)
    assert ether.busy_ns == 900_000


def test_both_ways_share_the_medium() -> None:
    ether = Ether(Air(phy_mbps=8.0), 2)
    for way in (0, 1, 2, 3):
        for _ in range(5):
            ether.offer(0, way, bytes(1000))
    times = [due_ns for due_ns, _, _ in drain(ether, 0)]
    assert times == [1_000_000 * (k + 1) for k in range(20)]


def test_a_slow_station_takes_its_turns_and_slows_all() -> None:
    stations = ((0, Station(phy_mbps=6.0)),)
    ether = Ether(Air(phy_mbps=60.0, stations=stations), 3)
    for _ in range(50):
        for station in range(3):
            ether.offer(0, 2 * station, bytes(1500))
    sent = drain(ether, 0)
    assert sent[-1][0] == 50 * (2_000_000 + 200_000 + 200_000)
    in_first_half = [way for due_ns, way, _ in sent if due_ns <= sent[-1][0] / 2]
    assert {in_first_half.count(way) for way in (0, 2, 4)} == {25}


def test_an_aggregate_pays_one_overhead() -> None:
    ether = Ether(Air(phy_mbps=8.0, overhead_us=1000.0, n_aggregated=4), 1)
    for _ in range(8):
        ether.offer(0, 0, bytes(1000))
    assert drain(ether, 0)[-1][0] == 2 * 1_000_000 + 8 * 1_000_000


def test_a_late_wake_up_costs_no_capacity() -> None:
    prompt, late = (Ether(Air(phy_mbps=12.0, queue_frames=2000), 1) for _ in range(2))
    for k in range(1000):
        prompt.offer(k * 500_000, 0, bytes(1500))
        prompt.serve(k * 500_000)
        late.offer(k * 500_000, 0, bytes(1500))
        if k % 100 == 99:
            late.serve(k * 500_000)
    assert drain(late, 0)[-1][0] == drain(prompt, 0)[-1][0] == 1000 * 1_000_000


def test_a_full_queue_drops_and_counts() -> None:
    ether = Ether(Air(phy_mbps=1.0, queue_frames=10), 2)
    for _ in range(25):
        ether.offer(0, 0, bytes(100))
    ether.offer(0, 2, bytes(100))
    assert (ether.tallies[0].n_dropped, ether.tallies[2].n_dropped) == (15, 0)
    assert len(drain(ether, 0)) == 11


@pytest.mark.parametrize("share", [0.005, 0.1])
def test_loss_is_within_three_sigma_and_counted(share: float) -> None:
    n = 40_000
    air = Air(phy_mbps=1000.0, queue_frames=n, down=Path(loss_share=share), seed=2)
    ether = Ether(air, 1)
    for _ in range(n):
        ether.offer(0, 0, b"x" * 60)
    sent = drain(ether, 0)
    lost = ether.tallies[0].n_lost
    assert len(sent) + lost == n
    assert abs(lost - n * share) < 3 * (n * share * (1 - share)) ** 0.5


def test_a_station_loses_on_top_of_its_path() -> None:
    n = 20_000
    stations = ((1, Station(phy_mbps=1000.0, loss_share=0.2)),)
    air = Air(phy_mbps=1000.0, stations=stations, queue_frames=n, down=Path(loss_share=0.1))
    ether = Ether(air, 2)
    for _ in range(n):
        ether.offer(0, 0, b"x" * 60)
        ether.offer(0, 2, b"x" * 60)
    drain(ether, 0)
    assert ether.tallies[0].n_lost / n == pytest.approx(0.1, abs=0.01)
    assert ether.tallies[2].n_lost / n == pytest.approx(1 - 0.9 * 0.8, abs=0.015)


def spread(path: Path, *, every_ns: int, n: int = 4000) -> tuple[list[int], list[float]]:
    """Return the numbers of the frames in order of delivery, and their delays in order of sending [ms]."""
    ether = Ether(Air(phy_mbps=10_000.0, down=path), 1)
    for k in range(n):
        ether.offer(k * every_ns, 0, k.to_bytes(64, "big"))
        ether.serve(k * every_ns)
    sent = [(due_ns, int.from_bytes(frame, "big")) for due_ns, _, frame in drain(ether, 0)]
    return [k for _, k in sent], [(due_ns - k * every_ns) / 1e6 for due_ns, k in sorted(sent, key=lambda pair: pair[1])]


def test_uniform_jitter_has_the_mean_difference_of_its_width() -> None:
    order, delays = spread(Path(delay_ms=5.0, jitter_ms=10.0), every_ns=20_000_000)
    assert order == sorted(order)
    assert 5.0 <= min(delays) < 5.1
    assert 14.9 < max(delays) < 15.1
    differences = [abs(after - before) for before, after in itertools.pairwise(delays)]
    assert statistics.mean(differences) == pytest.approx(10 / 3, rel=0.03)


def test_normal_jitter_never_comes_before_it_was_sent() -> None:
    _, delays = spread(Path(delay_ms=1.0, jitter_ms=2.0, jitter_shape="normal", in_order=False), every_ns=1_000_000)
    assert min(delays) >= 0.0
    _, wide = spread(Path(delay_ms=20.0, jitter_ms=2.0, jitter_shape="normal", in_order=False), every_ns=1_000_000)
    assert statistics.stdev(wide) == pytest.approx(2.0, rel=0.05)


def test_order_is_kept_unless_asked_otherwise() -> None:
    jitter = {"delay_ms": 1.0, "jitter_ms": 10.0}
    assert spread(Path(**jitter), every_ns=1_000_000)[0] == list(range(4000))
    assert spread(Path(**jitter, in_order=False), every_ns=1_000_000)[0] != list(range(4000))


def test_reordered_and_duplicated_shares_are_as_asked() -> None:
    order, _ = spread(Path(reordered_share=0.05, reordered_ms=3.5), every_ns=1_000_000)
    overtaken = sum(1 for place, k in enumerate(order) if k < max(order[: place + 1]))
    assert overtaken == pytest.approx(200, abs=45)
    twice, _ = spread(Path(duplicated_share=0.05), every_ns=1_000_000)
    assert len(twice) - len(set(twice)) == pytest.approx(200, abs=45)


def test_same_seed_same_medium() -> None:
    path = Path(jitter_ms=4.0, loss_share=0.1)
    assert spread(path, every_ns=1_000_000) == spread(path, every_ns=1_000_000)
