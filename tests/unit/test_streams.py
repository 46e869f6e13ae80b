"""The UDP side of a controller on loopback: real processes, real packets."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from wifiplan.errors import ProbeError
from wifiplan.probe.clocks import sent_stamp_ns
from wifiplan.probe.packets import DATA_MAGIC
from wifiplan.probe.receiving import Receiver, _Look
from wifiplan.probe.records import Receipt
from wifiplan.probe.round_trips import RoundTrips
from wifiplan.probe.safety import Target
from wifiplan.probe.step_figures import StepPlan, received
from wifiplan.probe.streams import SenderFigures, UdpService, completed

pytestmark = pytest.mark.waits

KEY = bytes(range(32))
STEP = {"duration_s": 1.0, "packet_bytes": 1250, "in_s": 0.1}


def run(work: Callable[[UdpService], Awaitable[None]], host: str = "127.0.0.1") -> None:
    async def whole() -> None:
        async with UdpService(host=host) as udp:
            await work(udp)

    asyncio.run(whole())


async def entered(udp: UdpService, device: str = "a1", host: str = "127.0.0.1") -> tuple[Receiver, int, int]:
    udp.register(device, KEY)
    receiver = Receiver(Target(name=host, address=host, port=udp.port), device=device, key=KEY)
    entry = await asyncio.to_thread(receiver.enter)
    assert await udp.wait_ready([device], 5.0)
    return receiver, entry.reflector_port, entry.session


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_stream_arrives_whole_and_round_trips_come_back(host: str) -> None:
    async def work(udp: UdpService) -> None:
        receiver, port, session = await entered(udp, host=host)
        trips = RoundTrips(host, port, key=KEY, session=session, per_s=50.0)
        trips.start()
        await asyncio.sleep(0.3)  # until the reflector surely knows the device
        receiver.open_step(1)
        start_ns = time.monotonic_ns()
        udp.start_step(1, {"a1": 4.0}, **STEP)
        sent = (await udp.results(1))["a1"]
        await asyncio.sleep(0.3)
        plan = StepPlan(
            rate_mbps=4.0,
            packet_bytes=1250,
            n_flows=1,
            duration_s=1.0,
            settle_s=0.2,
            start_ns=start_ns + 100_000_000,
            loss_window_s=15.0,
            burst_window_s=0.2,
        )
        found = received(receiver.take_step(), plan, kernel_stamps=receiver.kernel_stamps)
        delay = trips.delay(start_ns, time.monotonic_ns() - 100_000_000)
        trips.close()
        receiver.close()
        assert (sent.n_wanted, sent.n_sent, sent.n_drops, sent.ended) == (400, 400, 0, "end")
        assert sent.late_p99_ms is not None
        assert found.n_bytes == pytest.approx(4e6 / 8 * 0.8, abs=2500)
        assert (found.udp.n_sent, found.udp.n_lost) == (320, 0)
        assert delay.n > 20
        assert delay.n_lost == 0
        assert delay.p50_ms is not None
        assert delay.p50_ms < 5

    run(work, host)


def test_an_agent_that_falls_silent_gets_no_more() -> None:
    async def work(udp: UdpService) -> None:
        receiver, _, _ = await entered(udp)
        udp.start_step(1, {"a1": 4.0}, in_s=0.1, duration_s=6.0, packet_bytes=1250)
        await asyncio.sleep(0.5)
        receiver._closed.set()  # no beats, no goodbye: as if the laptop had died
        started = time.monotonic()
        sent = (await udp.results(1))["a1"]
        assert sent.ended == "silent"
        assert time.monotonic() - started < 4.0
        assert sent.n_sent < 1200
        receiver._door.close()

    run(work)


def test_a_goodbye_stops_the_stream_and_so_do_mute_and_stop() -> None:
    async def work(udp: UdpService) -> None:
        first, _, _ = await entered(udp, "a1")
        second, _, _ = await entered(udp, "a2")
        udp.start_step(1, {"a1": 4.0, "a2": 4.0}, in_s=0.0, duration_s=5.0, packet_bytes=1250)
        await asyncio.sleep(0.3)
        first.close()
        udp.mute("a2")
        sent = await udp.results(1, timeout_s=4.0)
        assert {sent["a1"].ended, sent["a2"].ended} == {"silent", "mute"}
        udp.start_step(2, {"a2": 4.0}, in_s=0.0, duration_s=5.0, packet_bytes=1250)
        await asyncio.sleep(0.3)
        udp.stop()
        assert (await udp.results(2, timeout_s=2.0))["a2"].ended == "stop"
        second.close()

    run(work)


def test_who_has_not_proven_anything_gets_nothing() -> None:
    async def work(udp: UdpService) -> None:
        udp.register("a1", KEY)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", udp.port))
            stranger.setblocking(False)  # noqa: FBT003 (the library's signature)
            for size in (0, 16, 72, 128, 1400):
                stranger.send(os.urandom(size))
            wrong = Receiver(Target(name="", address="127.0.0.1", port=udp.port), device="a1", key=bytes(32))
            with pytest.raises(ProbeError, match="UDP"):
                await asyncio.to_thread(wrong.enter, 0.6)
            wrong.close()
            udp.start_step(1, {"a1": 4.0, "ghost": 4.0}, in_s=0.0, duration_s=0.5, packet_bytes=1250)
            assert await udp.results(1, timeout_s=3.0) == {}
            assert not udp.is_ready("a1")
            with pytest.raises(BlockingIOError):
                stranger.recv(2000)

    run(work)


def test_caps_hold_in_the_generator_too() -> None:
    async def work(udp: UdpService) -> None:
        receiver, _, _ = await entered(udp)
        for step, rates, duration_s, size in ((1, 26.0, 5.0, 1250), (2, 4.0, 1e6, 1250), (3, 4.0, 1.0, 9000)):
            udp.start_step(step, {"a1": rates}, in_s=0.0, duration_s=duration_s, packet_bytes=size)
            with pytest.raises(ProbeError, match="refused"):
                await udp.results(step, timeout_s=3.0)
        receiver.close()

    run(work)


def test_a_taken_port_is_one_message() -> None:
    async def work() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            with pytest.raises(ProbeError, match="cannot listen"):
                async with UdpService(host="127.0.0.1", port=taken.getsockname()[1]):
                    pytest.fail("it listens")
        with pytest.raises(ProbeError, match="cannot listen"):
            async with UdpService(host="192.0.2.1"):
                pytest.fail("it listens")

    asyncio.run(work())


def test_a_generator_that_dies_is_one_message() -> None:
    async def work(udp: UdpService) -> None:
        receiver, _, _ = await entered(udp)
        udp.start_step(1, {"a1": 4.0}, in_s=0.0, duration_s=5.0, packet_bytes=1250)
        pid = udp._generator.pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ProbeError, match="ended unexpectedly"):
            await udp.results(1, timeout_s=3.0)
        receiver.close()

    run(work)


def test_a_controller_that_hangs_sends_nothing_more_and_may_go_on() -> None:
    async def work(udp: UdpService) -> None:
        receiver, _, _ = await entered(udp)
        udp.start_step(1, {"a1": 4.0}, in_s=0.0, duration_s=5.0, packet_bytes=1250)
        await asyncio.sleep(0.3)
        time.sleep(2.0)  # noqa: ASYNC251 (the hang)
        sent = (await udp.results(1, timeout_s=3.0))["a1"]
        assert sent.ended == "lost"
        assert sent.n_sent < 0.3 * 400 + 1.2 * 400
        udp.start_step(2, {"a1": 4.0}, in_s=0.1, duration_s=0.5, packet_bytes=1250)
        assert (await udp.results(2, timeout_s=3.0))["a1"].n_sent == 200
        receiver.close()

    run(work)


def test_a_closed_port_wakes_nobody_up_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(door: socket.socket) -> int | None:
        looks.append(time.monotonic())
        return sent_stamp_ns(door)

    monkeypatch.setattr("wifiplan.probe.round_trips.sent_stamp_ns", counted)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        closed = door.getsockname()[1]
    trips = RoundTrips("127.0.0.1", closed, key=KEY, per_s=20.0)
    trips.start()
    time.sleep(1.0)
    trips.close()
    # twenty packets, each answered by an error: a look by the sender, and a few by who waits
    assert 20 <= len(looks) + 8 <= 120


def test_packets_of_others_are_not_taken() -> None:
    async def work(udp: UdpService) -> None:
        receiver, _, _ = await entered(udp)
        receiver.open_step(1)
        place = receiver._door.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
            for _ in range(50):
                forger.sendto(DATA_MAGIC + os.urandom(100), place)
        await asyncio.sleep(0.2)
        assert len(receiver.take_step().flow) == 0
        receiver.close()

    run(work)


def receipt() -> Receipt:
    return Receipt(seat="01", kind="agent", state="measured", rate_mbps=4.0, window_s=1.0, received_bytes=1)


def test_receipts_tell_how_well_the_sender_sent() -> None:
    sent = SenderFigures(
        device="a",
        n_wanted=10,
        n_sent=8,
        n_drops=2,
        late_p50_ms=0.1,
        late_p99_ms=1.5,
        late_max_ms=2.0,
        ended="end",
    )
    whole = completed(receipt(), sent)
    assert (whole.state, whole.generator_error_p99_ms, whole.n_send_drops) == ("measured", 1.5, 2)
    assert completed(receipt(), None).state == "refused"
    assert completed(receipt(), replace(sent, ended="silent")).state == "left"
    hung = completed(receipt(), replace(sent, ended="lost", n_sent=3))
    assert (hung.state, hung.n_send_drops) == ("measured", 7)


def test_a_device_behind_a_full_queue_beats_harder_and_a_healthy_one_does_not() -> None:
    look = _Look()
    for sequence in range(1000):
        look.take(0, sequence)
    assert not look.hard(1)
    for sequence in range(1000, 2000):
        if sequence % 10:
            look.take(0, sequence)
    assert not look.hard(2), "looked at twice a second"
    assert look.hard(600_000_000)
    assert not look.hard(1_200_000_000), "nothing came: nothing is known"
