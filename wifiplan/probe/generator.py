"""The generator: a process of its own that sends paced streams, and stops within a second of a silent controller.

`python -m wifiplan.probe.generator` takes orders as JSON lines on stdin and tells events on stdout; its parent is
`streams.UdpService`. It sends to nobody who has not proven key and address (`doorway`), and nothing past the caps.
"""

import contextlib
import gc
import select
import socket
import sys
import time
from collections.abc import Iterable
from typing import BinaryIO

from wifiplan.catalog.load_caps import LoadCaps, load_caps
from wifiplan.errors import ProbeError
from wifiplan.probe.children import Message, Orders, tell
from wifiplan.probe.clocks import grow_buffer
from wifiplan.probe.doorway import Doorway, Member
from wifiplan.probe.pacing import PacedStream, Pacer, StreamWish, paced, take_priority
from wifiplan.probe.safety import LoadStep, allow_list, check_load

_CHORE_NS = 5_000_000
_IDLE_S = 0.02
_REST_S = 0.001
"""Slept between two looks at the door even while packets wait there: under a flood nobody else would get to run."""

_SEND_BYTES = 16 << 20
"""Packets of ours that wait in this machine; where clients sit in namespaces, those on their medium count as well."""

_MOST_PACKETS = 16
"""Control packets read between two rounds of sending: a flood of garbage may not disturb the pacing."""

_MEMBER_SILENT_NS = 1_000_000_000
_BUSY_PPS = 20_000
_TICK_S = 0.00025
"""Above 20,000 packets a second what falls due within a quarter of a millisecond goes out together."""


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a non-blocking UDP socket at an address; `::` takes IPv4 too.

    Raises
    ------
    OSError
        The address is not this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6 and host == "::":
        door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    grow_buffer(door, 1 << 20)
    grow_buffer(door, _SEND_BYTES, sending=True)
    if sys.platform == "linux":
        # else a full queue of our own network card would drop without a word, and the Wi-Fi would be blamed
        level, option = (socket.IPPROTO_IPV6, 25) if family == socket.AF_INET6 else (socket.IPPROTO_IP, 11)
        door.setsockopt(level, option, 1)
    door.bind((host, port))
    door.setblocking(False)  # noqa: FBT003 (the library's signature)
    return door


class Generator:
    """What the process does; everything happens in one thread.

    Parameters
    ----------
    orders : Orders
        What the controller wants.
    answers : binary file
        Where events go.
    first : mapping
        host, port, reflector_port, allowed (networks as text).
    """

    def __init__(self, orders: Orders, answers: BinaryIO, first: Message) -> None:
        self._orders = orders
        self._answers = answers
        self._door = bound_socket(first["host"], first["port"])
        self._doorway = Doorway(reflector_port=first["reflector_port"], allowed=allow_list(first["allowed"]))
        self._pacer = Pacer(self._door, time.monotonic_ns)
        self._caps: LoadCaps = load_caps()
        self._steps: dict[int, list[PacedStream]] = {}
        self._n_bytes = 0.0
        self._done = False

    @property
    def port(self) -> int:
        """The port that agents say hello to."""
        return int(self._door.getsockname()[1])

    def run(self) -> None:
        """Work until the controller is gone."""
        pacer, clock_ns = self._pacer, time.monotonic_ns
        chore_ns = 0
        while not self._done:
            now_ns = clock_ns()
            if now_ns >= chore_ns:
                self._chores(now_ns)
                chore_ns = now_ns + _CHORE_NS
            due_ns = pacer.next_due_ns()
            if due_ns is None:
                select.select([self._door], [], [], _IDLE_S)
                time.sleep(_REST_S)
                chore_ns = 0
                continue
            wait_s = (min(due_ns, chore_ns) - clock_ns()) / 1e9
            if wait_s > 0:
                time.sleep(max(wait_s, _TICK_S) if self._busy else wait_s)
            pacer.send_due()

    _busy = False

    def close(self) -> None:
        """Give the port back."""
        self._door.close()

    def _chores(self, now_ns: int) -> None:
        for order in self._orders.take():
            self.obey(order)
        if self._orders.silent:
            self._pacer.end("lost")
        if self._orders.orphaned:
            self._done = True
            return
        self._hear(now_ns)
        for stream in self._pacer.streams:
            member = self._doorway.member(stream.device)
            if member is None or member.address is None or now_ns - member.heard_ns > _MEMBER_SILENT_NS:
                self._pacer.end("silent", stream.device)
        self._report()

    def _hear(self, now_ns: int) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                for _ in range(_MOST_PACKETS):  # what the network says of packets that found nobody
                    self._door.recvmsg(256, 256, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        for _ in range(_MOST_PACKETS):
            try:
                data, address = self._door.recvfrom(2048)
            except OSError:  # nothing there, or an earlier packet found nobody
                return
            reply, came = self._doorway.answer(data, address, now_ns)
            if reply is not None:
                with contextlib.suppress(OSError):
                    self._door.sendto(reply, address)
            if came is not None and came.address is not None:
                tell(self._answers, {"event": "ready", "device": came.device, "address": came.address[0]})

    def obey(self, order: Message) -> None:
        """Carry out one order."""
        do = order["do"]
        if do == "register":
            key = bytes.fromhex(order["key"])
            self._doorway.register(order["device"], key, number=order["number"], n_flows=order["n_flows"])
        elif do == "forget":
            self._pacer.end("mute", order["device"])
            self._doorway.forget(order["device"])
        elif do == "mute":
            self._pacer.end("mute", order["device"])
        elif do == "step":
            self._start(order)
        elif do == "heard":
            self._doorway.heard(order["devices"], time.monotonic_ns())
        elif do == "stop":
            self._pacer.end("stop")
        self._busy = self._pacer.packets_per_s > _BUSY_PPS

    def _start(self, order: Message) -> None:
        plays: dict[str, float] = order["rates_mbps"]
        members = [self._doorway.member(device) for device in plays]
        here = [member for member in members if member is not None and member.address is not None]
        if fault := self._past_caps(here, order):
            tell(self._answers, {"event": "refused", "step": order["step"], "why": fault})
            return
        self._steps[order["step"]] = [
            self._begin(order, member, flow) for member in here for flow in range(member.n_flows)
        ]
        tell(self._answers, {"event": "started", "step": order["step"], "devices": [m.device for m in here]})

    def _begin(self, order: Message, member: Member, flow: int) -> PacedStream:
        address = member.address or ("", 0)
        wish = StreamWish(
            device=member.device,
            step=order["mark"],
            flow=flow,
            stream_id=member.stream_id,
            address=address,
            rate_mbps=order["rates_mbps"][member.device],
            packet_bytes=order["packet_bytes"],
            duration_s=order["duration_s"],
        )
        stream = paced(wish, order["start_ns"])
        self._pacer.add(stream)
        return stream

    def _past_caps(self, here: Iterable[Member], order: Message) -> str:
        """Hold what would run together against the caps; the controller has checked too, but it may be wrong."""
        members = tuple(here)
        rates = [order["rates_mbps"][m.device] for m in members for _ in range(m.n_flows)]
        running = self._pacer.streams
        if not rates:
            return ""
        if not 64 <= order["packet_bytes"] <= 1472:  # what fits a frame of 1,500 bytes
            return f"packets of {order['packet_bytes']} bytes do not fit a frame"
        total_mbps = sum(rates) + sum(len(s.buffer) * 8e3 / s.interval_ns for s in running)
        n_streams = len(rates) + len(running)
        n_bytes = sum(rates) * 1e6 / 8 * order["duration_s"]
        step = LoadStep(n_streams=n_streams, rate_mbps=total_mbps / n_streams, duration_s=order["duration_s"])
        try:
            check_load([step], self._caps)
            check_load([LoadStep(n_streams=1, rate_mbps=max(rates), duration_s=order["duration_s"])], self._caps)
        except ProbeError as error:
            return str(error)
        if self._n_bytes + n_bytes > self._caps.max_bytes:
            return f"the test would carry more than {self._caps.max_bytes / 1e9:.0f} GB"
        self._n_bytes += n_bytes
        return ""

    def _report(self) -> None:
        over = [number for number, streams in self._steps.items() if all(stream.ended for stream in streams)]
        for number in over:
            told = [_told(stream) for stream in self._steps.pop(number)]
            tell(self._answers, {"event": "results", "step": number, "streams": told})


def _told(stream: PacedStream) -> Message:
    late = stream.lateness
    return {
        "device": stream.device,
        "flow": stream.flow,
        "n_wanted": stream.n_wanted,
        "n_sent": stream.n_sent,
        "n_drops": stream.n_drops,
        "ended": stream.ended,
        "late_p50_ms": late.quantile_ms(0.5),
        "late_p99_ms": late.quantile_ms(0.99),
        "late_max_ms": late.max_ns / 1e6,
    }


def main() -> None:
    """Take the first order from stdin, then work until stdin closes or falls silent."""
    priority = take_priority()
    orders = Orders(sys.stdin.fileno())
    answers = sys.stdout.buffer
    first = orders.first()
    if first is None:
        return
    try:
        generator = Generator(orders, answers, first)
    except OSError as error:
        tell(answers, {"event": "failed", "why": f"{error.strerror or error}"})
        return
    tell(answers, {"event": "listening", "port": generator.port, "priority": priority})
    gc.collect()
    gc.disable()  # a collection in the middle of a step would be late packets; nothing here makes cycles
    try:
        generator.run()
    finally:
        generator.close()


if __name__ == "__main__":
    main()
