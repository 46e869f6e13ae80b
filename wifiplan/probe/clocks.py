"""Clocks: kernel stamps of received packets, carried over to a clock that nobody sets, and NTP's format."""

import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable

from wifiplan.probe.packets import SockAddress

SO_TIMESTAMPNS = 35
"""Linux, asm-generic/socket.h: stamp every received packet in the kernel; Python has no name for it."""
SO_RXQ_OVFL = 40
"""Linux: tell with every packet how many this socket has dropped so far."""
SO_RCVBUFFORCE = 33
"""Linux: a receive buffer beyond the system's limit, for those with CAP_NET_ADMIN."""
SO_SNDBUFFORCE = 32
"""Linux: the same for what is sent."""

_SO_TIMESTAMPING = 37
_TX_SCHED, _SOFTWARE, _ONLY_STAMPS = 1 << 8, 1 << 4, 1 << 11
"""Linux, net_tstamp.h: stamp at the queue's entry; tell software stamps; without the packet itself."""

ANCILLARY_BYTES = 128

NTP_OFFSET_S = 2_208_988_800
"""From 1900-01-01 (NTP, RFC 5905) to 1970-01-01 (Unix)."""

_STEP_NS = 1_000_000
"""Realtime against monotonic: a change beyond this is a clock that was set, not the noise of reading both."""


def stamped_socket(family: socket.AddressFamily, *, buffer_bytes: int = 8 << 20) -> tuple[socket.socket, bool]:
    """Return a UDP socket with a big buffer, and whether the kernel stamps what it receives."""
    door = socket.socket(family, socket.SOCK_DGRAM)
    stamps = False
    if sys.platform == "linux":
        try:
            door.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            door.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
            stamps = True
        except OSError:
            stamps = False
    grow_buffer(door, buffer_bytes)
    return door, stamps


def grow_buffer(door: socket.socket, buffer_bytes: int, *, sending: bool = False) -> None:
    """Give a socket the largest buffer that this user may have, up to `buffer_bytes`."""
    forced, wished = (SO_SNDBUFFORCE, socket.SO_SNDBUF) if sending else (SO_RCVBUFFORCE, socket.SO_RCVBUF)
    try:
        if sys.platform == "linux":
            door.setsockopt(socket.SOL_SOCKET, forced, buffer_bytes)
            return
    except OSError:
        pass  # not permitted: the system's limit must do
    while buffer_bytes >= 1 << 16:
        try:
            door.setsockopt(socket.SOL_SOCKET, wished, buffer_bytes)
        except OSError:
            buffer_bytes //= 2
        else:
            return


def receive(door: socket.socket) -> tuple[bytes, list[tuple[int, int, bytes]], SockAddress]:
    """Return a packet, what the kernel says of it, and where it came from; raises OSError as the socket does."""
    if sys.platform == "win32":
        data, address = door.recvfrom(2048)
        return data, [], address
    data, ancillary, _, address = door.recvmsg(2048, ANCILLARY_BYTES)
    return data, ancillary, address


def kernel_stamp_ns(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    """Return the kernel's receive stamp [ns, realtime] among the ancillary data of a packet, None where none is."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            if len(data) >= 16:
                seconds, rest = struct.unpack_from("=qq", data)
                return int(seconds) * 1_000_000_000 + int(rest)
            if len(data) >= 8:  # 32-bit systems
                seconds, rest = struct.unpack_from("=ll", data)
                return int(seconds) * 1_000_000_000 + int(rest)
    return None


def n_dropped(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    """Return how many packets the socket had dropped when this one was queued, None where the kernel does not tell."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_RXQ_OVFL and len(data) >= 4:
            return int(struct.unpack_from("=I", data)[0])
    return None


def stamp_sending(door: socket.socket) -> bool:
    """Ask the kernel to stamp every packet that this socket sends; tell whether it will. See `sent_stamp_ns`.

    The stamp is taken where the packet enters the queue of the network card (SCM_TSTAMP_SCHED), which every driver
    passes; those of wireless cards seldom stamp by themselves.
    """
    if sys.platform != "linux":
        return False
    try:
        door.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, _TX_SCHED | _SOFTWARE | _ONLY_STAMPS)
    except OSError:
        return False
    return True


def sent_stamp_ns(door: socket.socket) -> int | None:
    """Return the kernel's stamp of the packet sent last [ns, realtime]; it is there when `send` returns.

    The queue of stamps is emptied: a socket that has some wakes up those who wait for packets. `door` must not block.
    """
    if sys.platform != "linux":
        return None
    found = None
    try:
        while True:
            _, ancillary, _, _ = door.recvmsg(256, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            for level, kind, data in ancillary:
                if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPING and len(data) >= 16:
                    seconds, rest = struct.unpack_from("=qq", data)
                    found = int(seconds) * 1_000_000_000 + int(rest)
    except OSError:  # no more of them
        return found


class SteadyClock:
    """Carries kernel stamps (realtime, which NTP or a person may set) over to the monotonic clock.

    The offset between the two is read again every quarter of a second and taken over only where the clock was set:
    small differences are the noise of reading two clocks one after the other.
    """

    _EVERY_NS = 250_000_000

    def __init__(
        self,
        realtime_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._realtime_ns = realtime_ns
        self._monotonic_ns = monotonic_ns
        self._offset_ns = self._read()
        self._read_at_ns = monotonic_ns()
        self.n_steps = 0
        """How often the realtime clock was set meanwhile."""

    def monotonic_of(self, realtime_ns: int) -> int:
        """Return the monotonic time of a realtime stamp taken just now [ns]."""
        now_ns = self._monotonic_ns()
        if now_ns - self._read_at_ns > self._EVERY_NS:
            self._read_at_ns = now_ns
            offset_ns = self._read()
            if abs(offset_ns - self._offset_ns) > _STEP_NS:
                self._offset_ns = offset_ns
                self.n_steps += 1
        return realtime_ns - self._offset_ns

    def _read(self) -> int:
        best_ns, offset_ns = 1 << 62, 0
        for _ in range(5):  # the reading with the least time between the two clocks counts
            before_ns = self._monotonic_ns()
            realtime_ns = self._realtime_ns()
            after_ns = self._monotonic_ns()
            if after_ns - before_ns < best_ns:
                best_ns, offset_ns = after_ns - before_ns, realtime_ns - (before_ns + after_ns) // 2
        return offset_ns


def ntp_of(realtime_ns: int) -> int:
    """Return a time since 1970 [ns] as NTP's 64 bits: seconds since 1900 modulo 2^32, and a 32-bit fraction.

    >>> hex(ntp_of(500_000_000))
    '0x83aa7e8080000000'
    """
    seconds, rest_ns = divmod(realtime_ns, 1_000_000_000)
    return ((seconds + NTP_OFFSET_S) % (1 << 32)) << 32 | (rest_ns << 32) // 1_000_000_000


def ntp_difference_ns(later: int, earlier: int) -> int:
    """Return the difference of two NTP times [ns], across the end of an era (2036) too.

    >>> ntp_difference_ns(ntp_of(2_000_000_000), ntp_of(1_500_000_000))
    500000000
    """
    difference = (later - earlier) % (1 << 64)
    if difference >= 1 << 63:
        difference -= 1 << 64
    return round(difference * 1_000_000_000 / (1 << 32))
