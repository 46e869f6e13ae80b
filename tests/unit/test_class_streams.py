"""The stream server: its schedule, its manners towards strangers, and its end when it is left alone."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.errors import ProbeError
from wifiplan.probe.classroom import segments
from wifiplan.probe.classroom.feeder import Course, Feeder, StreamFigures
from wifiplan.probe.classroom.receipts import Span, tablet_receipt
from wifiplan.probe.classroom.roster import Device, StepLog
from wifiplan.probe.classroom.stream_socket import CHUNK_S, Schedule
from wifiplan.probe.options import ClassTestOptions

pytestmark = pytest.mark.waits

HOST = "127.0.0.1"
DEVICE, KEY = "0a" * 8, "0b" * 16


def course(duration_s: float = 1.0, rate_mbps: float = 2.0) -> Course:
    return Course(step=1, in_s=0.1, duration_s=duration_s, settle_s=0.2, rate_mbps=rate_mbps, keys={DEVICE: KEY})


@contextlib.asynccontextmanager
async def feeding() -> AsyncIterator[Feeder]:
    feeder = await Feeder.start(HOST, 0)
    try:
        yield feeder
    finally:
        await feeder.stop()


async def fetch(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(request)
    found = b""
    with contextlib.suppress(ConnectionError):
        while part := await asyncio.wait_for(reader.read(65536), 20):
            found += part
    writer.close()
    return found


def asked(device: str = DEVICE, step: int = 1, key: str = KEY) -> bytes:
    return f"GET /stream/{device}/{step}?k={key} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@given(st.floats(0.05, 25), st.lists(st.floats(0, 0.2), min_size=1, max_size=40))
def test_what_is_due_never_drifts(rate_mbps: float, gaps: list[float]) -> None:
    schedule = Schedule(rate_mbps=rate_mbps, first_s=10.0, end_s=15.0, window=(11.0, 14.0))
    now = 10.0
    for gap in gaps:
        now += gap
        schedule.tick(now)
        n_chunks = min(int((min(now, 15.0) - 10.0) / CHUNK_S + 1e-6) + 1, 251)
        assert abs(schedule.due - min(int(rate_mbps * 125_000 * CHUNK_S * n_chunks), schedule.total)) <= (
            rate_mbps * 125_000 * CHUNK_S + 1
        )
    schedule.tick(100.0)
    assert schedule.due == schedule.total
    assert schedule.over


def test_a_stream_that_was_held_skips_what_it_missed() -> None:
    schedule = Schedule(rate_mbps=8.0, first_s=0.0, end_s=10.0, window=(1.0, 9.0))
    schedule.tick(1.0)
    schedule.took(schedule.due, 1.0)
    schedule.hold(on=True)
    schedule.tick(3.0)
    assert schedule.due == schedule.sent
    schedule.hold(on=False)
    schedule.tick(10.0)
    assert schedule.due == pytest.approx(schedule.total - 2.0e6, rel=0.02)


def test_what_the_network_does_not_take_is_not_the_senders_error() -> None:
    schedule = Schedule(rate_mbps=8.0, first_s=0.0, end_s=10.0, window=(0.0, 10.0))
    for n in range(100):
        schedule.tick(n * CHUNK_S + 0.0001)
        schedule.took(0, n * CHUNK_S)
    schedule.took(schedule.due, 5.0)
    assert max(schedule.late_s) < 0.001
    assert schedule.blocked_s == pytest.approx(5.0)


def test_a_stream_comes_whole_and_strangers_get_nothing() -> None:
    async def run() -> tuple[bytes, list[bytes], StreamFigures]:
        async with feeding() as feeder:
            feeder.open(course(duration_s=4.0))
            await asyncio.sleep(0.1)
            wrong = (asked(key="0c" * 16), asked(device="0d" * 8), asked(step=2), b"GET / HTTP/1.1\r\n\r\n")
            junk = (b"\x16\x03\x01\x02\x00\x01", b"POST /stream/ HTTP/1.1\r\n\r\n", b"GET /stream/" + b"a" * 9_000)
            refused = [await fetch(feeder.port, request) for request in (*wrong, *junk)]
            good = await fetch(feeder.port, asked())
            return good, refused, (await feeder.close(1))[DEVICE]

    good, refused, figures = asyncio.run(run())
    head, _, body = good.partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert b"no-store" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert len(body) == figures.sent_bytes
    assert len({body[i : i + 64] for i in range(0, 64_000, 64)}) == 1000, "it could be compressed"
    assert all(b"200" not in answer[:20] and len(answer) < 200 for answer in refused)
    assert figures.late_p99_ms is not None


def test_streams_are_cut_when_the_controller_says_nothing() -> None:
    async def run() -> tuple[float, bytes]:
        async with feeding() as feeder:
            feeder.open(course(duration_s=30.0))
            assert feeder._child._heart is not None
            feeder._child._heart.cancel()
            started_s = time.monotonic()
            got = await fetch(feeder.port, asked())
            again = await fetch(feeder.port, asked())
            assert got
            return time.monotonic() - started_s, again

    lasted_s, again = asyncio.run(run())
    assert lasted_s < 2.0
    assert b"403" in again


def test_a_port_in_use_is_said() -> None:
    with socket.create_server((HOST, 0)) as taken, pytest.raises(ProbeError, match="could not start"):
        asyncio.run(Feeder.start(HOST, taken.getsockname()[1]))


def test_who_stands_at_another_address_is_closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = segments.StreamServer(HOST, 0, None)
    asked: list[str] = []
    monkeypatch.setattr(segments, "is_allowed", lambda address, _: asked.append(address) is not None)
    with server.listener, socket.create_connection(server.listener.getsockname()) as door:
        server._accept()
        assert door.recv(1) == b""
        assert (asked, server.connections) == ([HOST], {})


def receipt_of(received_share: float, **figures: object) -> tuple[float | None, str]:
    options = ClassTestOptions()
    span = Span(settle_s=3.0, until_s=60.0, rate_mbps=2.0, limits=options.limits)
    log = StepLog(step=1, play=True, rate_mbps=2.0)
    log.bins = [(t * 0.05, int(received_share * 250_000 * t * 0.05)) for t in range(1, 1201)]
    log.busy_share = 0.05
    told = {"acked_bytes": None, "shut_s": 0.0, **figures}
    sender = StreamFigures(
        late_p50_ms=0.1,
        late_p99_ms=0.2,
        late_max_ms=0.3,
        sent_bytes=15_000_000,
        blocked_s=0.0,
        acked_bytes=told["acked_bytes"],  # type: ignore[arg-type]
        shut_s=told["shut_s"],  # type: ignore[arg-type]
    )
    device = Device(
        id="a", seat="01", kind="tablet", n_flows=1, key="k", joined_s=0.0, page_s=0.0, heard_s=60.0, say=None
    )
    found = tablet_receipt(device, log, sender, span)
    return found.cpu_share, found.remark


def test_what_the_network_brought_and_the_page_did_not_read_is_the_devices_doing() -> None:
    whole = 57 * 250_000
    assert receipt_of(1.0, acked_bytes=whole) == (0.05, "")
    assert receipt_of(0.5, acked_bytes=whole // 2) == (0.05, "")
    assert receipt_of(0.5, acked_bytes=whole) == (1.0, "unread")
    assert receipt_of(0.5, acked_bytes=whole // 2, shut_s=20.0) == (1.0, "unread")


def curve(stalls_s: tuple[float, float]) -> tuple[int, ...]:
    """Return what was acknowledged of 2 Mbit/s every half second over a network that stood still and caught up."""
    times = [k * 0.5 for k in range(125)]
    return tuple(int(250_000 * (stalls_s[0] if stalls_s[0] < t < stalls_s[1] else t)) for t in times)


@pytest.mark.parametrize(("behind_s", "tells", "state"), [(0.8, False, "measured"), (0.0, True, "refused")])
def test_a_page_cannot_have_read_what_had_not_come(behind_s: float, tells: bool, state: str) -> None:  # noqa: FBT001
    span = Span(settle_s=3.0, until_s=60.0, rate_mbps=2.0, limits=ClassTestOptions().limits)
    log = StepLog(step=1, play=True, rate_mbps=2.0)
    came = [(t * 0.05, t * 0.05 + behind_s) for t in range(1, 1201)]
    log.bins = [(t, int(250_000 * (20.0 if 20.0 < at < 30.0 and not tells else at))) for t, at in came]
    sender = StreamFigures(
        late_p50_ms=0.1,
        late_p99_ms=0.2,
        late_max_ms=0.3,
        sent_bytes=15_500_000,
        blocked_s=9.0,
        acked_bytes=57 * 250_000,
        shut_s=0.0,
        curve=curve((20.0, 30.0)),
    )
    device = Device(
        id="a", seat="01", kind="tablet", n_flows=1, key="k", joined_s=0.0, page_s=0.0, heard_s=60.0, say=None
    )
    found = tablet_receipt(device, log, sender, span)
    assert (found.state, found.remark) == (state, "log_beyond_sent" if tells else "")
    assert found.playback is None if tells else (found.playback is not None and found.playback.stalled_s > 5)


@pytest.mark.parametrize(("late_max_ms", "state"), [(3_000.0, "measured"), (0.3, "refused")])
def test_a_sender_that_stood_still_does_not_accuse_the_page(late_max_ms: float, state: str) -> None:
    span = Span(settle_s=3.0, until_s=60.0, rate_mbps=2.0, limits=ClassTestOptions().limits)
    log = StepLog(step=1, play=True, rate_mbps=2.0)
    log.bins = [(t * 0.05, int(250_000 * t * 0.05)) for t in range(1, 1201)]
    sender = StreamFigures(
        late_p50_ms=0.1,
        late_p99_ms=0.2,
        late_max_ms=late_max_ms,
        sent_bytes=15_500_000,
        blocked_s=0.0,
        acked_bytes=57 * 250_000,
        shut_s=0.0,
        curve=curve((20.0, 23.0)),
    )
    device = Device(
        id="a", seat="01", kind="tablet", n_flows=1, key="k", joined_s=0.0, page_s=0.0, heard_s=60.0, say=None
    )
    assert tablet_receipt(device, log, sender, span).state == state
