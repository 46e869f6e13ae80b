"""Paced streams from one socket: an absolute schedule, and a record of how late every packet was.

Packet k of a stream is due at a random moment of its k-th interval: the rate is exact over any two intervals, and no
error adds up. Strictly periodic streams would fall into step with one another at a full queue: always the same ones
would lose, which no real class does.
"""

import contextlib
import heapq
import os
import random
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from wifiplan.probe.packets import DATA, DATA_MAGIC, DATA_TAIL, SockAddress, n_packets

Priority: TypeAlias = Literal["real-time", "raised", "normal"]

_CELL_NS = 10_000
_N_CELLS = 2_000
"""Cells of 10 µs up to 20 ms, and one for all that is later."""

_GIVE_UP_NS = 100_000_000
"""A packet later than this is not sent any more: catching up a longer pause would be a burst that no class makes."""

_MOST_AT_ONCE = 256


def take_priority(level: int = 20) -> Priority:
    """Ask the system to run this thread before others; return what it granted.

    SCHED_FIFO where permitted (root, CAP_SYS_NICE or an `rtprio` limit); the thread sleeps between packets and never
    spins, else it would be paused for the rest of every second. Else a raised niceness, else nothing.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(level))
            return "real-time"
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(-10)
            return "raised"
    return "normal"


class Lateness:
    """How late packets were: a histogram in cells of 10 µs, and the worst."""

    __slots__ = ("cells", "max_ns", "n")

    def __init__(self) -> None:
        self.cells = [0] * (_N_CELLS + 1)
        self.n = 0
        self.max_ns = 0

    def add(self, late_ns: int) -> None:
        """Count one packet."""
        cell = late_ns // _CELL_NS
        self.cells[cell if 0 <= cell < _N_CELLS else (_N_CELLS if cell > 0 else 0)] += 1
        self.n += 1
        self.max_ns = max(self.max_ns, late_ns)

    def quantile_ms(self, share: float) -> float | None:
        """Return the upper edge of the cell in which that share of packets is reached [ms], None without packets."""
        wanted = share * self.n
        so_far = 0
        for cell, count in enumerate(self.cells):
            so_far += count
            if count and so_far >= wanted:
                return min((cell + 1) * _CELL_NS, self.max_ns) / 1e6 if cell < _N_CELLS else self.max_ns / 1e6
        return None


@dataclass(slots=True, kw_only=True)
class PacedStream:
    """One stream while it runs; `ended` says why it stopped: "end", "silent", "stop", "mute" (blank: it runs)."""

    device: str
    step: int
    flow: int
    address: SockAddress
    interval_ns: float
    start_ns: int
    n_wanted: int
    buffer: bytearray
    sequence: int = 0
    n_sent: int = 0
    n_drops: int = 0
    ended: str = ""
    lateness: Lateness = field(default_factory=Lateness)

    def due_ns(self, place: float) -> int:
        """Return when the next packet is due: at `place` (0 to 1) of its interval, counted from the start."""
        return self.start_ns + int((self.sequence + place) * self.interval_ns)


def template(stream_id: int, packet_bytes: int) -> bytearray:
    """Return the packet of a stream: room for the header, then bytes that no radio or tunnel can compress."""
    packet = bytearray(os.urandom(packet_bytes))
    DATA.pack_into(packet, 0, DATA_MAGIC, stream_id, 0, 0, 0, 0)
    return packet


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWish:
    """A stream that a step asks for."""

    device: str
    step: int
    flow: int
    stream_id: int
    address: SockAddress
    rate_mbps: float
    packet_bytes: int
    duration_s: float


def paced(wish: StreamWish, start_ns: int) -> PacedStream:
    """Return a stream ready to run from `start_ns` of the monotonic clock on."""
    interval_ns = wish.packet_bytes * 8e3 / wish.rate_mbps
    return PacedStream(
        device=wish.device,
        step=wish.step,
        flow=wish.flow,
        address=wish.address,
        interval_ns=interval_ns,
        start_ns=start_ns,
        n_wanted=n_packets(wish.rate_mbps, wish.packet_bytes, wish.duration_s),
        buffer=template(wish.stream_id, wish.packet_bytes),
    )


class Pacer:
    """Sends what is due, stream by stream, from one socket that does not block.

    Parameters
    ----------
    door : socket
        Non-blocking, unconnected UDP socket.
    clock_ns : callable
        The monotonic clock [ns].
    """

    def __init__(self, door: socket.socket, clock_ns: Callable[[], int]) -> None:
        self._door = door
        self._clock_ns = clock_ns
        self._queue: list[tuple[int, int]] = []
        self._streams: dict[int, PacedStream] = {}
        self._next_key = 0
        self._random = random.Random().random  # noqa: S311 (spreads packets, keeps no secret)

    @property
    def streams(self) -> Sequence[PacedStream]:
        """Streams that still have packets to send."""
        return tuple(self._streams.values())

    @property
    def packets_per_s(self) -> float:
        """What all running streams send together."""
        return sum(1e9 / stream.interval_ns for stream in self._streams.values())

    def add(self, stream: PacedStream) -> None:
        """Put a stream on the schedule."""
        if stream.n_wanted <= 0:
            stream.ended = "end"
            return
        self._next_key += 1
        self._streams[self._next_key] = stream
        heapq.heappush(self._queue, (stream.due_ns(self._random()), self._next_key))

    def next_due_ns(self) -> int | None:
        """Return when the next packet is due, None where nothing runs."""
        return self._queue[0][0] if self._queue else None

    def end(self, why: str, device: str | None = None) -> None:
        """Stop all streams, or those of one device; not one packet more leaves."""
        gone = [key for key, stream in self._streams.items() if device is None or stream.device == device]
        for key in gone:
            self._streams.pop(key).ended = why
        self._queue = [entry for entry in self._queue if entry[1] in self._streams]
        heapq.heapify(self._queue)

    def send_due(self) -> None:
        """Send every packet that is due by now."""
        queue = self._queue
        now_ns = self._clock_ns()
        for _ in range(_MOST_AT_ONCE):
            if not queue or queue[0][0] > now_ns:
                return
            due_ns, key = queue[0]
            stream = self._streams[key]
            now_ns = self._clock_ns()
            self._send(stream, now_ns, now_ns - due_ns)
            stream.sequence += 1
            if stream.sequence < stream.n_wanted:
                heapq.heapreplace(queue, (stream.due_ns(self._random()), key))
            else:
                heapq.heappop(queue)
                self._streams.pop(key).ended = "end"

    def _send(self, stream: PacedStream, now_ns: int, late_ns: int) -> None:
        stream.lateness.add(late_ns)
        if late_ns > _GIVE_UP_NS:
            stream.n_drops += 1
            return
        # bytes 0-7 stay: magic and stream id
        DATA_TAIL.pack_into(
            stream.buffer, 8, stream.step & 0xFFFF, stream.flow, stream.sequence, now_ns - stream.start_ns
        )
        if self._sent(stream) or self._sent(stream):
            stream.n_sent += 1
        else:
            stream.n_drops += 1

    def _sent(self, stream: PacedStream) -> bool:
        """Send one packet; what hinders it is this machine's own: a full queue, no route, a cable that is out."""
        try:
            self._door.sendto(stream.buffer, stream.address)
        except OSError:  # or what the network said of an earlier packet to somebody else: a second try tells
            return False
        return True
