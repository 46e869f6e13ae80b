"""Class tests as they could be measured, for tests alone: nothing here was measured, and none of it is shipped."""

from dataclasses import replace

from wifiplan import __version__
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import (
    ClassTest,
    Delay,
    Guard,
    Join,
    PlaybackFigures,
    Receipt,
    RoomRun,
    Step,
    UdpFigures,
)

RATE_MBPS = 2.5
N_CLASS = 30


def delay(p50_ms: float, *, n: int = 228, p95_ms: float | None = None, growth_ms: float = 2.0) -> Delay:
    """Return round trips with bounds around their percentile."""
    tail_ms = 2 * p50_ms if p95_ms is None else p95_ms
    return Delay(
        n=n,
        n_lost=0,
        p50_ms=p50_ms,
        p95_ms=tail_ms,
        max_ms=1.5 * tail_ms,
        p95_low_ms=0.9 * tail_ms,
        p95_high_ms=1.1 * tail_ms,
        first_p50_ms=p50_ms,
        last_p50_ms=p50_ms + growth_ms,
    )


def tablet(seat: str = "01", *, window_s: float = 57.0, share: float = 0.999) -> Receipt:
    """Return a tablet that plays well; `share` of its rate arrives."""
    return Receipt(
        seat=seat,
        kind="tablet",
        state="measured",
        rate_mbps=RATE_MBPS,
        window_s=window_s,
        received_bytes=round(share * RATE_MBPS * 1e6 / 8 * window_s),
        idle_delay=delay(4.0, n=40),
        loaded_delay=delay(12.0, n=int(window_s * 4)),
        playback=PlaybackFigures(start_s=0.8, n_stalls=0, stalled_s=0.0, played_s=window_s),
        silent_s=0.4,
        generator_error_p99_ms=0.3,
    )


def agent(seat: str = "01", *, window_s: float = 57.0, n_lost: int = 0) -> Receipt:
    """Return a laptop that receives well; the lost packets fall into the first 15 s."""
    n_sent = round(RATE_MBPS * 1e6 / 8 / 1250 * window_s)
    windows = [(0, round(n_sent * 15 / window_s))] * 3 + [(0, round(n_sent * (window_s - 45) / window_s))]
    windows[0] = (n_lost, windows[0][1])
    return replace(
        tablet(seat, window_s=window_s, share=1.0 - n_lost / n_sent),
        kind="agent",
        playback=None,
        cpu_share=0.2,
        udp=UdpFigures(
            n_sent=n_sent,
            n_lost=n_lost,
            n_reordered=0,
            n_duplicates=0,
            loss_windows=tuple(windows),
            worst_burst_loss_share=0.04 if n_lost else 0.0,
            jitter_windows_ms=(2.0, 3.1, 2.2, 2.5),
            jitter_rfc3550_ms=2.4,
        ),
    )


def absent(seat: str) -> Receipt:
    """Return a device that never came."""
    return Receipt(seat=seat, kind="tablet", state="absent", rate_mbps=RATE_MBPS, window_s=57.0, received_bytes=0)


def stalling(receipt: Receipt, *, stalled_s: float = 6.0, share: float = 0.91) -> Receipt:
    """Return a tablet that gets too little and stalls."""
    return replace(
        receipt,
        received_bytes=round(receipt.received_bytes * share),
        playback=PlaybackFigures(start_s=1.9, n_stalls=4, stalled_s=stalled_s, played_s=receipt.window_s - stalled_s),
        loaded_delay=delay(180.0, n=int(receipt.window_s * 4), p95_ms=420.0, growth_ms=260.0),
    )


def step(receipts: tuple[Receipt, ...], *, share: float = 1.0, n_wanted: int | None = None) -> Step:
    """Return a step of these devices."""
    return Step(
        share=share,
        n_wanted=len(receipts) if n_wanted is None else n_wanted,
        started_utc="2026-11-26T01:12:00Z",
        window_s=receipts[0].window_s if receipts else 57.0,
        receipts=receipts,
    )


def seats(n: int) -> tuple[str, ...]:
    """Return the first seat numbers."""
    return tuple(f"{k:02d}" for k in range(1, n + 1))


def ramp(*, breaks_from: float = 9.0, n: int = N_CLASS, n_bad: int = 5) -> tuple[Step, ...]:
    """Return the four steps of a class; from the share `breaks_from` on some of it stalls."""
    found = []
    for share in (0.25, 0.5, 0.75, 1.0):
        n_on = round(share * n)
        devices = [tablet(seat, window_s=57.0 if share == 1.0 else 27.0) for seat in seats(n_on)]
        if share >= breaks_from:
            devices[:n_bad] = [stalling(device) for device in devices[:n_bad]]
        found.append(step(tuple(devices), share=share))
    return tuple(found)


def room(
    room_id: str = "r1", name: str = "三年甲班", *, round_no: int = 1, steps: tuple[Step, ...] | None = None
) -> RoomRun:
    """Return a room whose whole class came on line in two minutes."""
    joins = tuple(
        Join(seat=seat, kind="tablet", page_s=18.0 + 2.7 * k, ready_s=20.0 + 2.9 * k)
        for k, seat in enumerate(seats(N_CLASS))
    )
    return RoomRun(
        room_id=room_id,
        name=name,
        round_no=round_no,
        n_expected=N_CLASS,
        cart_opened_utc="2026-11-26T01:08:00Z",
        joins=joins,
        steps=ramp() if steps is None else steps,
    )


def class_test(*rooms: RoomRun, test_id: str = "5f0c1a7e") -> ClassTest:
    """Return a test of the rooms, of one where none is given."""
    return ClassTest(
        version=__version__,
        id=test_id,
        school="示範國小",
        stage="elementary",
        code="000001",
        started_utc="2026-11-26T01:08:00Z",
        authorised_by="資訊組",
        controller="test",
        plan_mark=None,
        retest_of=None,
        options=ClassTestOptions(),
        rooms=rooms or (room(),),
        guards=(Guard(at_s=30.0, gateway_rtt_ms=3.0, dns_ms=8.0),),
    )
