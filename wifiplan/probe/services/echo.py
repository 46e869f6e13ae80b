"""Round trips to a gateway or a peer: ICMP echo, of any size and unfragmented on demand; kernel stamps of receipt."""

import errno
import os
import secrets
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wifiplan.probe.clocks import SO_TIMESTAMPNS, SteadyClock, kernel_stamp_ns, receive
from wifiplan.probe.services.wire import Wire, endpoint, family_of

STEP_PORTS = (53, 80, 443)
"""TCP ports whose answer, a refusal included, is taken for a round trip where no ICMP may be sent."""

_ECHO, _ECHO6 = (8, 0), (128, 129)
_PROBE = 3  # IP_PMTUDISC_PROBE, IPV6_PMTUDISC_PROBE: don't fragment, and don't heed what was learnt before
_MTU_DISCOVER, _MTU_DISCOVER6 = 10, 23
_HEADERS = {socket.AF_INET: 28, socket.AF_INET6: 48}


@dataclass(slots=True)
class Echo:
    """An ICMP socket to one address; `close` it.

    `is_too_big`: the last packet was bigger than the interface or a link on the way, and we were told.
    """

    opened: socket.socket
    address: str
    number: int = 0
    is_too_big: bool = False
    clock: SteadyClock = field(default_factory=SteadyClock)

    @classmethod
    def to(cls, wire: Wire, address: str, *, whole: bool = False) -> "Echo | None":
        """Return a socket that may ping, None where the system lets nobody without rights do so.

        Parameters
        ----------
        wire : Wire
            How sockets are opened.
        address : str
            IPv4 or IPv6.
        whole : bool
            Never fragment, for path MTU.
        """
        family = family_of(address)
        protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
        for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                opened = wire.open(family, kind, protocol)
            except OSError:
                continue
            try:
                _prepare(opened, family, whole=whole)
                opened.connect(endpoint(address, 0))
            except OSError:
                opened.close()
                continue
            return cls(opened, address)
        return None

    def close(self) -> None:
        """Close the socket."""
        self.opened.close()

    def ping(self, timeout_s: float, *, n_bytes: int = 84) -> float | None:
        """Return one round trip [ms], None without an answer.

        Parameters
        ----------
        timeout_s : float
            How long to wait.
        n_bytes : int
            Size of the whole IP packet.
        """
        self.number = (self.number + 1) % 65536
        self.is_too_big = False
        token = secrets.token_bytes(8)
        message = self._message(token, n_bytes)
        sent_ns = time.monotonic_ns()
        try:
            self.opened.send(message)
        except OSError as error:
            self.is_too_big = error.errno == errno.EMSGSIZE
            return None
        return self._answer(token, sent_ns, timeout_s)

    def _message(self, token: bytes, n_bytes: int) -> bytes:
        kind = _ECHO[0] if self.opened.family == socket.AF_INET else _ECHO6[0]
        payload = token + bytes(max(0, n_bytes - _HEADERS[self.opened.family] - len(token)))
        head = struct.pack("!BBHHH", kind, 0, 0, os.getpid() & 0xFFFF, self.number)
        total = internet_checksum(head + payload)
        return head[:2] + struct.pack("!H", total) + head[4:] + payload

    def _answer(self, token: bytes, sent_ns: int, timeout_s: float) -> float | None:
        until_s = time.monotonic() + timeout_s
        while (left_s := until_s - time.monotonic()) > 0:
            if not select.select([self.opened], [], [], left_s)[0]:
                return None
            try:
                data, notes, _ = receive(self.opened)
            except OSError as error:
                self.is_too_big = error.errno == errno.EMSGSIZE
                return None
            if self._is_reply(data, token):
                stamp_ns = kernel_stamp_ns(notes)
                received_ns = time.monotonic_ns() if stamp_ns is None else self.clock.monotonic_of(stamp_ns)
                return max(0.0, (received_ns - sent_ns) / 1e6)
        return None

    def _is_reply(self, data: bytes, token: bytes) -> bool:
        if self.opened.family == socket.AF_INET6:
            return len(data) >= 16 and data[0] == _ECHO6[1] and data[8:16] == token
        if data and data[0] >> 4 == 4:  # an IP header (raw sockets; on macOS all); an ICMP answer begins with 0
            data = data[(data[0] & 0xF) * 4 :]
        return len(data) >= 16 and data[0] == _ECHO[1] and data[8:16] == token


def row_of_pings(ping: Callable[[], float | None], n: int, interval_s: float) -> list[float | None]:
    """Return n round trips [ms], begun no closer than the interval."""
    seen: list[float | None] = []
    for k in range(n):
        started_s = time.monotonic()
        seen.append(ping())
        if k + 1 < n:
            time.sleep(max(0.0, interval_s - (time.monotonic() - started_s)))
    return seen


def step_ms(wire: Wire, address: str, port: int, timeout_s: float) -> float | None:
    """Return how long a TCP handshake or its refusal takes [ms], None without an answer."""
    started_s = time.perf_counter()
    try:
        wire.connected(address, port, timeout_s).close()
    except ConnectionRefusedError:
        pass
    except OSError:
        return None
    return (time.perf_counter() - started_s) * 1e3


def _prepare(opened: socket.socket, family: int, *, whole: bool) -> None:
    if sys.platform == "linux":
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if whole and family == socket.AF_INET:
        opened.setsockopt(socket.IPPROTO_IP, _MTU_DISCOVER, _PROBE)
    elif whole:
        opened.setsockopt(socket.IPPROTO_IPV6, _MTU_DISCOVER6, _PROBE)


def internet_checksum(data: bytes) -> int:
    """Return the checksum of IP and ICMP over bytes that hold zeros in its place. Source: RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
