"""Sockets of one interface, with deadlines: every wait has an end, and every answer a cap."""

import math
import socket
import time
from dataclasses import dataclass, field

MOST_ANSWER_BYTES = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How sockets are opened: on one interface, or wherever the routes lead (blank)."""

    interface: str = ""

    def open(self, family: int, kind: int, protocol: int = 0) -> socket.socket:
        """Return a socket of this interface.

        Raises
        ------
        OSError
            The system refuses it: no such interface, no permission, no such family.
        """
        opened = socket.socket(family, kind, protocol)
        try:
            if self.interface and hasattr(socket, "SO_BINDTODEVICE"):
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.interface.encode())
        except OSError:
            opened.close()
            raise
        return opened

    def connected(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """Return a TCP connection to an address (never a name: names are resolved once, elsewhere).

        Raises
        ------
        OSError
            Nobody answers, or a refusal.
        """
        family = family_of(address)
        opened = self.open(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(timeout_s)
            opened.connect(endpoint(address, port))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OverflowError as error:  # no such port
            opened.close()
            raise OSError(str(error)) from error
        except OSError:
            opened.close()
            raise
        return opened


ANYWHERE = Wire()
"""Sockets that go wherever the routes lead."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which nothing is waited for, so that a byte a second can't hold a check up for ever."""

    seconds: float
    started_s: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float:
        """Seconds left, 0 when it is over."""
        return max(0.0, self.started_s + self.seconds - time.monotonic())

    def wait(self, opened: socket.socket, most_s: float = math.inf) -> None:
        """Let a socket wait no longer than what is left, nor than `most_s`.

        Raises
        ------
        TimeoutError
            Nothing is left.
        """
        if self.left_s <= 0:
            raise TimeoutError
        opened.settimeout(min(self.left_s, most_s))


def family_of(address: str) -> int:
    """Return the family of an address.

    >>> family_of("fe80::1%lo") == socket.AF_INET6
    True
    """
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def endpoint(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """Return what `connect` takes; a scope (`fe80::1%eth0`) becomes its number.

    Raises
    ------
    OSError
        The scope is no interface here.
    """
    if ":" not in address:
        return address, port
    host, _, scope = address.partition("%")
    number = int(scope) if scope.isdecimal() else socket.if_nametoindex(scope) if scope else 0
    return host, port, 0, number
