"""Keeps slow, broken and hostile connections from using up the page server: strangers are few and short-lived.

A connection is a stranger until a device's hello (or the technician's key) is accepted on it. Strangers are closed
after `STRANGER_S`, and where there are too many the oldest goes first, so that a flood never locks a class out.
Nobody, known or not, may send without end, leave unread what it is sent, or linger once its connection was closed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Peer: TypeAlias = tuple[str, int]

STRANGER_S = 15.0
"""A page and its parts load in a fraction of this, even over a loaded network [s]."""

MOST_STRANGERS = 256
MOST_OF_ONE_ADDRESS = 96
"""Strangers of one address: a class behind one address translator loads its pages at once."""

MOST_KNOWN = 512

BYTES_PER_S = 50_000.0
BURST_BYTES = 262_144.0
"""What one connection may send in the long run [byte/s], and at once [byte]: a page's logs are 3 kB a second."""

MOST_UNREAD_BYTES = 131_072
"""Bytes that wait for one connection to take them: a page is sent a few hundred a second."""

CLOSING_S = 2.0
"""How long a connection that was closed may take to go [s]: one that reads nothing would never end."""


@dataclass(slots=True)
class Guest:
    """One open connection."""

    transport: asyncio.Transport
    peer: Peer
    since_s: float
    known: bool = False
    closing_s: float | None = None
    level: float = BURST_BYTES
    at_s: float = 0.0


class Gate:
    """All connections of the page server."""

    def __init__(self, allowed: Callable[[str], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowed
        self._clock = clock
        self.guests: dict[Peer, Guest] = {}

    def admit(self, transport: asyncio.Transport) -> bool:
        """Take a new connection in, or end it; the oldest stranger makes room."""
        peer = peer_of(transport)
        if not self._allowed(peer[0]) or len(self.guests) >= MOST_KNOWN + MOST_STRANGERS:
            transport.abort()
            return False
        self._make_room([g for g in self.guests.values() if not g.known and g.peer[0] == peer[0]], MOST_OF_ONE_ADDRESS)
        self._make_room([g for g in self.guests.values() if not g.known], MOST_STRANGERS)
        self.guests[peer] = Guest(transport, peer, self._clock(), at_s=self._clock())
        return True

    def takes(self, transport: asyncio.BaseTransport, n_bytes: int) -> bool:
        """Count bytes that came on a connection; one that sends too many is ended."""
        guest = self.guests.get(peer_of(transport))
        if guest is None or guest.transport is not transport:
            return False
        now = self._clock()
        guest.level = min(guest.level + (now - guest.at_s) * BYTES_PER_S, BURST_BYTES) - n_bytes
        guest.at_s = now
        if guest.level < 0:
            self._end(guest)
        return guest.level >= 0

    def end(self, peer: Peer | None) -> None:
        """End a connection at once; what it has not taken is thrown away."""
        guest = self.guests.get(peer) if peer else None
        if guest is not None:
            self._end(guest)

    def know(self, peer: Peer | None) -> None:
        """Note that somebody whom we know speaks on this connection."""
        guest = self.guests.get(peer) if peer else None
        if guest is not None:
            guest.known = True

    def close(self, peer: Peer | None) -> None:
        """Close a connection; what it has not taken yet may still go out, for a while."""
        guest = self.guests.get(peer) if peer else None
        if guest is not None:
            guest.transport.close()

    def sweep(self) -> None:
        """Forget closed connections; end strangers who stay too long, and whoever takes nothing of what it is sent."""
        now = self._clock()
        for guest in list(self.guests.values()):
            if guest.transport.is_closing():
                guest.closing_s = now if guest.closing_s is None else guest.closing_s
                if now - guest.closing_s >= CLOSING_S or not guest.transport.get_write_buffer_size():
                    # one that closes with bytes unread would stay for ever: `close` waits for them
                    guest.transport.abort()
                    del self.guests[guest.peer]
            elif self._is_too_much(guest, now):
                self._end(guest)

    @staticmethod
    def _is_too_much(guest: Guest, now: float) -> bool:
        stays = not guest.known and now - guest.since_s >= STRANGER_S
        return stays or guest.transport.get_write_buffer_size() > MOST_UNREAD_BYTES

    def _end(self, guest: Guest) -> None:
        guest.transport.abort()
        if self.guests.get(guest.peer) is guest:
            del self.guests[guest.peer]

    def _make_room(self, strangers: list[Guest], most: int) -> None:
        live = [guest for guest in strangers if not guest.transport.is_closing()]
        for guest in sorted(live, key=lambda g: g.since_s)[: max(len(live) - most + 1, 0)]:
            self._end(guest)


def peer_of(transport: asyncio.BaseTransport) -> Peer:
    """Return the other end's address and port."""
    found = transport.get_extra_info("peername")
    return (str(found[0]), int(found[1])) if found else ("", 0)
