"""The STAMP reflector: a process of its own, so that neither pages nor paced streams disturb round trips.

`python -m wifiplan.probe.reflector` takes orders as JSON lines on stdin; its parent is `streams.UdpService`. It answers
only authenticated packets of devices at the address that they have proven, one packet each, never longer than it came.
"""

import socket
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from wifiplan.probe import stamp
from wifiplan.probe.auth import sub_key
from wifiplan.probe.children import Message, Orders, tell
from wifiplan.probe.clocks import kernel_stamp_ns, ntp_of, receive, stamped_socket
from wifiplan.probe.pacing import take_priority
from wifiplan.probe.safety import is_allowed, plain

_ERROR_S = 0.0001
"""How far a stamp of ours may be off: the way between the clock's reading and the wire."""

_WAIT_S = 0.02
_TELL_S = 0.1
"""How often the parent is told who has given a sign of life: the load of those who have not is stopped."""
_MOST_PER_S = 200
"""Packets a second that one device is answered: ten times what an agent sends."""

_MOST_STRANGERS = 64
"""Addresses without a key that are answered in one second. With the limit of each, two open reflectors between which
somebody sets a packet going (by a forged source) do not fill the network with it."""


@dataclass(slots=True, kw_only=True)
class Session:
    """A device that may ask: its key, the address it has proven, and how much it has asked in this second."""

    key: bytes
    address: str
    second: int = 0
    n_in_second: int = 0

    def takes(self, second: int) -> bool:
        """Count a packet; False where there were too many in this second."""
        self.n_in_second = self.n_in_second + 1 if self.second == second else 1
        self.second = second
        return self.n_in_second <= _MOST_PER_S


class Reflector:
    """Makes answers; knows no socket, so that tests can ask it anything.

    Parameters
    ----------
    open_to_all : bool
        Also answer unauthenticated packets of local addresses, for other programs' senders. Off by default.
    """

    def __init__(self, *, open_to_all: bool = False) -> None:
        self._open = open_to_all
        self._sessions: dict[int, Session] = {}
        self._error = stamp.error_estimate(_ERROR_S)
        self._heard: set[int] = set()
        self._second = 0
        self._strangers: dict[str, int] = {}

    def heard(self) -> list[int]:
        """Return which sessions have proven a sign of life since the last call."""
        found = sorted(self._heard)
        self._heard.clear()
        return found

    def allow(self, number: int, key: bytes, address: str) -> None:
        """Answer a device from now on."""
        self._sessions[number] = Session(key=sub_key(key, b"stamp"), address=str(plain(address.partition("%")[0])))

    def forget(self, number: int) -> None:
        """Answer a device no more."""
        self._sessions.pop(number, None)

    def answer(self, data: bytes, address: str, *, received_ns: int, ttl: int) -> bytes | None:
        """Return the answer to a packet, None where none is due. Never raises, never longer than `data`."""
        session = self._session(data, address)
        if session is None and not (self._open and is_allowed(address)):
            return None
        key = None if session is None else session.key
        asked = stamp.read_sent(data, key)
        if asked is None:
            return None
        # counted only once it is proven: else packets with a forged source would use a device's share up
        second = received_ns // 1_000_000_000
        if not (self._takes(address, second) if session is None else session.takes(second)):
            return None
        if session is not None:
            self._heard.add(asked.session)
        # the last thing before sending: what lies between is the residence time that the sender takes out
        reply = stamp.Reflected(
            sequence=asked.sequence,  # stateless mode (RFC 8762, 4): the sender's own number
            sent_ntp=ntp_of(time.time_ns()),
            error=self._error,
            session=asked.session,
            received_ntp=ntp_of(received_ns),
            sender_sequence=asked.sequence,
            sender_ntp=asked.sent_ntp,
            sender_error=asked.error,
            sender_ttl=ttl,
        )
        return stamp.reflected_bytes(reply, key, data[stamp.base_bytes(key) :])

    def _session(self, data: bytes, address: str) -> Session | None:
        number = stamp.session_of(data)
        session = self._sessions.get(number) if number is not None else None
        return session if session is not None and session.address == address else None

    def _takes(self, stranger: str, second: int) -> bool:
        """Count a packet of somebody without a key; False where there were too many in this second."""
        if second != self._second:
            self._second = second
            self._strangers.clear()
        if stranger not in self._strangers and len(self._strangers) >= _MOST_STRANGERS:
            return False
        self._strangers[stranger] = self._strangers.get(stranger, 0) + 1
        return self._strangers[stranger] <= _MOST_PER_S


def serve(door: socket.socket, reflector: Reflector, orders: Orders, answers: BinaryIO) -> None:
    """Answer packets until the controller is gone."""
    door.settimeout(_WAIT_S)
    looked_s = told_s = time.monotonic()
    while True:
        if time.monotonic() - looked_s > _WAIT_S:
            for order in orders.take():
                obey(reflector, order)
            if orders.orphaned:
                return
            looked_s = time.monotonic()
            if looked_s - told_s > _TELL_S and (heard := reflector.heard()):
                tell(answers, {"event": "heard", "numbers": heard})
                told_s = looked_s
        try:
            data, ancillary, address = receive(door)
        except OSError:  # nothing came, or an earlier answer found nobody
            continue
        received_ns = kernel_stamp_ns(ancillary) or time.time_ns()
        source = str(plain(address[0].partition("%")[0]))
        reply = reflector.answer(data, source, received_ns=received_ns, ttl=_ttl(ancillary))
        if reply is not None:
            try:
                door.sendto(reply, address)
            except OSError:
                continue


def obey(reflector: Reflector, order: Message) -> None:
    """Carry out an order."""
    if order["do"] == "allow":
        reflector.allow(order["number"], bytes.fromhex(order["key"]), order["address"])
    elif order["do"] == "forget":
        reflector.forget(order["number"])


def _ttl(ancillary: Iterable[tuple[int, int, bytes]]) -> int:
    kinds: Mapping[int, int] = {socket.IPPROTO_IP: socket.IP_TTL, socket.IPPROTO_IPV6: _IPV6_HOPLIMIT}
    for level, kind, data in ancillary:
        if kinds.get(level) == kind and len(data) >= 4:
            return int.from_bytes(data[:4], sys.byteorder) & 0xFF
    return 0


_IPV6_HOPLIMIT = 52 if sys.platform == "linux" else 47


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door, _ = stamped_socket(family)
    if family == socket.AF_INET6 and host == "::":
        door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if sys.platform == "linux":
        door.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
        if family == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, 51, 1)  # IPV6_RECVHOPLIMIT
    door.bind((host, port))
    return door


def main() -> None:
    """Take the first order from stdin, then answer until stdin closes or falls silent."""
    take_priority(10)  # below the generator
    orders = Orders(sys.stdin.fileno())
    first = orders.first()
    if first is None:
        return
    try:
        door = _bound(first["host"], first["port"])
    except OSError as error:
        tell(sys.stdout.buffer, {"event": "failed", "why": f"{error.strerror or error}"})
        return
    reflector = Reflector(open_to_all=first["open"])
    tell(sys.stdout.buffer, {"event": "listening", "port": door.getsockname()[1]})
    with door:
        serve(door, reflector, orders, sys.stdout.buffer)


if __name__ == "__main__":
    main()
