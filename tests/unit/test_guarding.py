import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from wifiplan.probe.guarding import GuardOptions, GuardWatch, Watched
from wifiplan.probe.pings import Pinger, dns_ms, pinger
from wifiplan.probe.records import Guard


@contextmanager
def name_server_on_loopback(answer: Callable[[bytes], bytes | None]) -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    query, address = door.recvfrom(512)
                except TimeoutError:
                    continue
                if (reply := answer(query)) is not None:
                    door.sendto(reply, address)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            over.set()
            thread.join()


def refusal(query: bytes) -> bytes:
    return query[:2] + b"\x80\x05" + query[4:]


def test_a_name_server_that_answers_anything_is_alive() -> None:
    with name_server_on_loopback(refusal) as port:
        took_ms = dns_ms("127.0.0.1", port=port)
    assert took_ms is not None
    assert 0 < took_ms < 1000


@pytest.mark.parametrize("answer", [lambda _: None, lambda q: b"\x00\x00" + q[2:], lambda q: q, lambda q: q[:2]])
def test_silence_garbage_and_others_answers_are_none(answer: Callable[[bytes], bytes | None]) -> None:
    with name_server_on_loopback(answer) as port:
        assert dns_ms("127.0.0.1", port=port, timeout_s=0.2) is None


def test_loopback_answers_by_some_means() -> None:
    found = pinger("127.0.0.1")
    assert found is not None
    rtt_ms = found.rtt_ms()
    assert rtt_ms is not None
    assert 0 <= rtt_ms < 1000


def test_a_refused_connection_is_an_answer() -> None:
    rtt_ms = Pinger(address="127.0.0.1", means="tcp").rtt_ms()
    assert rtt_ms is not None


def looked(
    monkeypatch: pytest.MonkeyPatch, rtts: list[float | None], dns: list[float | None]
) -> tuple[list[Guard], str]:
    watch = GuardWatch(GuardOptions())
    watch.watched = Watched(gateway=Pinger(address="x", means="icmp"), dns="y")
    rtt, name = iter(rtts), iter(dns)
    monkeypatch.setattr(Pinger, "rtt_ms", lambda *_: next(rtt))
    monkeypatch.setattr("wifiplan.probe.guarding.dns_ms", lambda *_, **__: next(name))

    async def work() -> list[Guard]:
        return [await watch.look(float(k)) for k in range(len(rtts))]

    return asyncio.run(work()), watch.alarm


def test_a_slow_gateway_or_a_dead_name_server_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    fine: list[float | None] = [5.0] * 6
    assert looked(monkeypatch, fine, fine)[1] == ""
    assert looked(monkeypatch, [5, 301, 302, 5, 5, 5], fine)[1] == "gateway"
    assert looked(monkeypatch, [5, None, None, 5, 5, 5], fine)[1] == "gateway"
    assert looked(monkeypatch, [5, 301, 5, None, 5, 301], fine)[1] == "", "one frame lost to radio is no alarm"
    assert looked(monkeypatch, fine, [5, None, None, None, 5, 5])[1] == "dns"
    assert looked(monkeypatch, fine, [5, None, None, 5, None, None])[1] == ""


def test_what_does_not_answer_at_rest_is_named_and_not_held_against_the_load() -> None:
    watch = GuardWatch(GuardOptions(gateway="", dns=""))

    async def work() -> Guard:
        await watch.prepare()
        return await watch.look(0.0)

    guard = asyncio.run(work())
    assert (guard.gateway_rtt_ms, guard.dns_ms, watch.alarm) == (None, None, "")
    assert watch.watched.blind == ("gateway", "dns")


def test_looks_come_one_after_the_other() -> None:
    async def work() -> list[float]:
        with name_server_on_loopback(refusal) as port:
            watch = GuardWatch(GuardOptions(gateway="127.0.0.1", dns="127.0.0.1", dns_port=port, every_s=0.1))
            await watch.prepare()
            assert watch.watched.blind == ()
            found = []
            async for guard in watch.looks():
                found.append(guard)
                if len(found) == 3:
                    break
        assert all(guard.gateway_rtt_ms is not None and guard.dns_ms is not None for guard in found)
        return [guard.at_s for guard in found]

    at_s = asyncio.run(work())
    assert at_s == sorted(at_s)
