"""Keeps slow, broken and hostile connections from using up the page server: strangers are few and short-lived.

A connection is a stranger until a device's hello (or the technician's key) is accepted on it. Strangers are closed
after `STRANGER_S`, and where there are too many the oldest goes first, so that a flood never locks a class out.
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


@dataclass(slots=True)
class Guest:
    """One open connection."""

    transport: asyncio.Transport
    peer: Peer
    since_s: float
    known: bool = False


class Gate:
    """All connections of the page server."""

    def __init__(self, allowed: Callable[[str], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowed
        self._clock = clock
        self.guests: dict[Peer, Guest] = {}
        self.n_refused = 0

    def admit(self, transport: asyncio.Transport) -> bool:
        """Take a new connection in, or end it; the oldest stranger makes room."""
        found = transport.get_extra_info("peername")
        peer: Peer = (str(found[0]), int(found[1])) if found else ("", 0)
        if not self._allowed(peer[0]) or len(self.guests) >= MOST_KNOWN + MOST_STRANGERS:
            self.n_refused += 1
            transport.abort()
            return False
        self._make_room([g for g in self.guests.values() if not g.known and g.peer[0] == peer[0]], MOST_OF_ONE_ADDRESS)
        self._make_room([g for g in self.guests.values() if not g.known], MOST_STRANGERS)
        self.guests[peer] = Guest(transport, peer, self._clock())
        return True

    def know(self, peer: Peer | None) -> None:
        """Note that somebody whom we know speaks on this connection."""
        guest = self.guests.get(peer) if peer else None
        if guest is not None:
            guest.known = True

    def sweep(self) -> None:
        """Forget closed connections, and end strangers who stay too long."""
        now = self._clock()
        for peer, guest in list(self.guests.items()):
            if not guest.transport.is_closing() and (guest.known or now - guest.since_s < STRANGER_S):
                continue
            if not guest.transport.is_closing():
                self.n_refused += 1
                guest.transport.abort()
            del self.guests[peer]

    def _make_room(self, strangers: list[Guest], most: int) -> None:
        live = [guest for guest in strangers if not guest.transport.is_closing()]
        for guest in sorted(live, key=lambda g: g.since_s)[: max(len(live) - most + 1, 0)]:
            self.n_refused += 1
            guest.transport.abort()
            self.guests.pop(guest.peer, None)
