"""How often chance decides: whole classes drawn at random, with what is true of them known."""

from dataclasses import replace

import numpy as np
import pytest

from class_samples import agent, seats, step, tablet
from wifiplan.catalog.class_test import class_limits
from wifiplan.probe.confidence import delay_of
from wifiplan.probe.records import Receipt
from wifiplan.probe.verdict import judge_step

LIMITS = class_limits()
N_TESTS = 100
WINDOWS = (3750, 3750, 3750, 3000)
"""Packets of 1250 bytes at 2.5 Mbit/s in intervals of 15 s of a window of 57 s."""


def lossy(seat: str, loss_share: float, rng: np.random.Generator) -> Receipt:
    lost = rng.binomial(WINDOWS, loss_share)
    base = agent(seat)
    assert base.udp is not None
    udp = replace(
        base.udp,
        n_sent=sum(WINDOWS),
        n_lost=int(lost.sum()),
        loss_windows=tuple((int(n), sent) for n, sent in zip(lost, WINDOWS, strict=True)),
        # the worst of 285 intervals of 50 packets each
        worst_burst_loss_share=float(rng.binomial(50, loss_share, size=285).max() / 50),
    )
    received = round(base.rate_mbps * 1e6 / 8 * base.window_s * (1.0 - lost.sum() / sum(WINDOWS)))
    return replace(base, udp=udp, received_bytes=received)


def slow(seat: str, added_p95_ms: float, rng: np.random.Generator) -> Receipt:
    """Return a tablet whose true 95th percentile under load is that much above its idle median of 4 ms."""
    spread = 0.6
    scale_ms = (4.0 + added_p95_ms) / float(np.exp(1.6448536 * spread))
    rtts = scale_ms * np.exp(spread * rng.standard_normal(228))
    return replace(tablet(seat), loaded_delay=delay_of([(float(k), float(rtt)) for k, rtt in enumerate(rtts)]))


def shares(made: list[list[Receipt]]) -> dict[str, float]:
    found = [judge_step(step(tuple(receipts)), LIMITS).verdict for receipts in made]
    return {verdict: found.count(verdict) / len(found) for verdict in ("pass", "fail", "inconclusive")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("loss_share", "least_pass", "most_pass", "least_fail", "most_fail"),
    [
        (0.0, 1.0, 1.0, 0.0, 0.0),
        (0.002, 0.95, 1.0, 0.0, 0.0),
        (0.008, 0.0, 0.05, 0.0, 0.05),
        (0.01, 0.0, 0.0, 0.0, 0.05),
        (0.02, 0.0, 0.0, 0.99, 1.0),
    ],
)
def test_loss_decides_by_chance_in_fewer_than_5_of_100_classes(
    loss_share: float, least_pass: float, most_pass: float, least_fail: float, most_fail: float
) -> None:
    rng = np.random.default_rng(7)
    found = shares([[lossy(seat, loss_share, rng) for seat in seats(30)] for _ in range(N_TESTS)])
    assert least_pass <= found["pass"] <= most_pass, found
    assert least_fail <= found["fail"] <= most_fail, found


@pytest.mark.parametrize(
    ("added_ms", "least_pass", "most_pass", "least_fail", "most_fail"),
    [(40.0, 0.95, 1.0, 0.0, 0.0), (100.0, 0.0, 0.0, 0.0, 0.05), (190.0, 0.0, 0.0, 0.99, 1.0)],
)
def test_delay_decides_by_chance_in_fewer_than_5_of_100_classes(
    added_ms: float, least_pass: float, most_pass: float, least_fail: float, most_fail: float
) -> None:
    rng = np.random.default_rng(7)
    found = shares([[slow(seat, added_ms, rng) for seat in seats(30)] for _ in range(N_TESTS)])
    assert least_pass <= found["pass"] <= most_pass, found
    assert least_fail <= found["fail"] <= most_fail, found
