import socket

import pytest

from wifiplan.probe.pacing import Lateness, Pacer, StreamWish, paced
from wifiplan.probe.packets import DATA


class Clock:
    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


class Door:
    """Takes packets, or is full."""

    def __init__(self) -> None:
        self.packets: list[tuple[bytes, object]] = []
        self.fails = 0

    def sendto(self, data: bytearray, address: object) -> int:
        if self.fails:
            self.fails -= 1
            raise BlockingIOError
        self.packets.append((bytes(data), address))
        return len(data)


def wish(device: str = "a", rate_mbps: float = 4.0, duration_s: float = 1.0, flow: int = 0) -> StreamWish:
    return StreamWish(
        device=device,
        step=3,
        flow=flow,
        stream_id=77,
        address=("192.168.1.7", 5000),
        rate_mbps=rate_mbps,
        packet_bytes=1250,
        duration_s=duration_s,
    )


def ready(*wishes: StreamWish) -> tuple[Pacer, Door, Clock, list]:
    clock, door = Clock(), Door()
    pacer = Pacer(door, clock)  # type: ignore[arg-type]
    streams = [paced(one, start_ns=1_000_000) for one in wishes]
    for stream in streams:
        pacer.add(stream)
    return pacer, door, clock, streams


def run(pacer: Pacer, clock: Clock, until_ns: int) -> None:
    while (due_ns := pacer.next_due_ns()) is not None and due_ns <= until_ns:
        clock.now_ns = max(due_ns, clock.now_ns)
        pacer.send_due()


def test_a_stream_sends_its_rate_and_every_packet_in_its_interval() -> None:
    pacer, door, clock, (stream,) = ready(wish())
    run(pacer, clock, 2_000_000_000)
    heads = [DATA.unpack_from(data) for data, _ in door.packets]
    assert [head[4] for head in heads] == list(range(400))
    assert {head[:4] for head in heads} == {(b"WFPD", 77, 3, 0)}
    assert all(len(data) == 1250 for data, _ in door.packets)
    for head in heads:
        assert head[4] * 2_500_000 <= head[5] < (head[4] + 1) * 2_500_000 + 1
    assert (stream.ended, stream.n_sent, stream.n_drops, stream.lateness.max_ns) == ("end", 400, 0, 0)
    assert pacer.next_due_ns() is None


def test_streams_do_not_march_in_step() -> None:
    pacer, door, clock, _ = ready(*(wish(str(k)) for k in range(10)))
    run(pacer, clock, 2_000_000_000)
    gaps = [DATA.unpack_from(data)[5] % 2_500_000 for data, _ in door.packets]
    assert len(set(gaps)) > 3_000
    assert abs(sum(gaps) / len(gaps) - 1_250_000) < 100_000


def test_what_is_late_is_recorded_and_caught_up_and_what_is_much_too_late_is_dropped() -> None:
    pacer, door, clock, (stream,) = ready(wish())
    clock.now_ns = 1_000_000 + 50_000_000
    pacer.send_due()
    assert 19 <= len(door.packets) <= 21
    assert stream.n_drops == 0
    assert stream.lateness.quantile_ms(0.99) == pytest.approx(49, abs=3)
    clock.now_ns = 1_000_000 + 500_000_000
    pacer.send_due()
    assert stream.n_drops == pytest.approx(140, abs=3)
    assert stream.n_drops + stream.n_sent == stream.sequence


def test_a_full_queue_of_this_machine_is_a_drop_unless_the_second_try_passes() -> None:
    pacer, door, clock, (stream,) = ready(wish(duration_s=0.01))
    door.fails = 1
    run(pacer, clock, 10**9)
    assert (stream.n_sent, stream.n_drops) == (4, 0)
    pacer, door, clock, (stream,) = ready(wish(duration_s=0.01))
    door.fails = 4
    run(pacer, clock, 10**9)
    assert (stream.n_sent, stream.n_drops) == (2, 2)


def test_after_an_end_not_one_packet_leaves() -> None:
    pacer, door, clock, (one, other) = ready(wish("a"), wish("b"))
    run(pacer, clock, 500_000_000)
    pacer.end("mute", "a")
    before = len(door.packets)
    run(pacer, clock, 600_000_000)
    assert {one.ended, other.ended} == {"mute", ""}
    assert len(door.packets) - before == pytest.approx(40, abs=2)
    pacer.end("stop")
    before = len(door.packets)
    run(pacer, clock, 2_000_000_000)
    assert len(door.packets) == before
    assert other.ended == "stop"


def test_quantiles_of_lateness_are_upper_bounds() -> None:
    late = Lateness()
    assert late.quantile_ms(0.99) is None
    for us in range(1000):
        late.add(us * 1000)
    assert 0.985 <= (late.quantile_ms(0.99) or 0) <= 1.0
    assert 0.49 <= (late.quantile_ms(0.5) or 0) <= 0.51
    late.add(10**9)
    assert late.quantile_ms(1.0) == 1000.0
    late.add(-5)
    assert late.n == 1002


def test_addresses_of_both_families_are_taken_by_a_real_socket() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door,
    ):
        there.bind(("127.0.0.1", 0))
        there.settimeout(2)
        door.setblocking(False)  # noqa: FBT003 (the library's signature)
        clock = Clock()
        pacer = Pacer(door, clock)
        address = ("127.0.0.1", there.getsockname()[1])
        pacer.add(paced(StreamWish(**{**_fields(wish(duration_s=0.01)), "address": address}), 0))
        run(pacer, clock, 10**9)
        assert [DATA.unpack_from(there.recv(2000))[4] for _ in range(4)] == [0, 1, 2, 3]


def _fields(one: StreamWish) -> dict:
    return {name: getattr(one, name) for name in StreamWish.__dataclass_fields__}
