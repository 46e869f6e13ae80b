"""DHCP: which servers answer, and, where that was asked for, whether a whole class gets addresses of its own.

One DISCOVER takes no lease. A class does: n made-up clients ask (their frames come from this laptop's own address, the
lease is for another), and every lease is given back at the end, at Ctrl-C too.
"""

import contextlib
import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from wifiplan.probe.capture import DhcpAsk, DhcpReply, dhcp_frame, dhcp_reply, frames, open_frames
from wifiplan.probe.services.records import Figure, ServiceAnswer

MOST_CLIENTS = 60
"""Most clients that one check makes up: more than any class."""

_WINDOW = 4
_TRIES = 2
_SPACING_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLeases:
    """What a made-up class got.

    `n_wanted` clients were meant to ask, `n_asked` did (after a row of silent ones the rest is spared), `n_leased` got
    a lease, with `n_distinct` addresses. `freed_helps`: after one lease was given back, a client that had got nothing
    got one: the pool was empty; False: it did not; None: not tried. `seconds` is the time until the last lease.
    """

    n_wanted: int
    n_asked: int
    n_leased: int
    n_distinct: int
    servers: tuple[str, ...]
    freed_helps: bool | None
    seconds: float


@dataclass(slots=True)
class _Client:
    mac: bytes
    transaction: int
    state: str = "new"
    tries: int = 0
    sent_s: float = 0.0
    lease: DhcpReply | None = None
    requested: DhcpReply | None = None


@dataclass(slots=True)
class _Class:
    """The clients of one check and their socket."""

    opened: socket.socket
    own_mac: bytes
    patience_s: float
    clients: list[_Client]
    heard_s: float = 0.0
    servers: list[str] = field(default_factory=list)

    def send(self, client: _Client, kind: str, offer: DhcpReply | None = None) -> None:
        ask = DhcpAsk(
            kind=kind,
            transaction=client.transaction,
            source_mac=self.own_mac,
            client_mac=client.mac,
            address=offer.address if offer else "",
            server=offer.server if offer else "",
            server_mac=offer.server_mac if offer else b"\xff" * 6,
        )
        self.opened.send(dhcp_frame(ask))
        client.sent_s = time.monotonic()

    def discover(self, client: _Client) -> None:
        client.state, client.tries = "discovering", client.tries + 1
        self.send(client, "discover")

    def hear(self, reply: DhcpReply) -> None:
        client = next((c for c in self.clients if c.transaction == reply.transaction), None)
        if client is None:
            return
        self.heard_s = time.monotonic()
        self.servers += [] if reply.server in self.servers else [reply.server]
        if reply.kind == "offer" and client.state == "discovering":
            client.state, client.requested = "requesting", reply
            self.send(client, "request", reply)
        elif reply.kind == "ack" and client.state == "requesting":
            client.state, client.lease = "leased", reply
        elif reply.kind == "nak" and client.state == "requesting":
            self.again(client)

    def again(self, client: _Client) -> None:
        if client.tries >= _TRIES:
            client.state = "silent"
        else:
            self.discover(client)

    def listen(self, seconds: float) -> None:
        for data, _ in frames(self.opened, time.monotonic() + seconds):
            if (reply := dhcp_reply(data)) is not None:
                self.hear(reply)
                return

    def run(self, clients: Sequence[_Client]) -> None:
        """Let clients ask, a few at a time; stop after a row of silent ones."""
        waiting = list(clients)
        while True:
            under_way = [c for c in clients if c.state in {"discovering", "requesting"}]
            if not waiting and not under_way:
                return
            if _n_silent_in_a_row(clients) >= _WINDOW and not under_way:
                return
            if (waiting and len(under_way) < _WINDOW and _n_silent_in_a_row(clients) == 0) or not under_way:
                self.discover(waiting.pop(0))
            self.listen(_SPACING_S)
            for client in under_way:
                # a server that checks addresses answers one after the other: count from its last word to anybody
                if time.monotonic() - max(client.sent_s, self.heard_s) > self.patience_s:
                    self.again(client)

    def release(self, client: _Client) -> None:
        if client.requested is not None:  # with or without an ACK: it may have been on its way when we were stopped
            for _ in range(2):  # nobody acknowledges a RELEASE
                self.send(client, "release", client.requested)
            client.lease, client.requested, client.state = None, None, "released"


def ask_servers(interface: str, own_mac: bytes, *, patience_s: float) -> tuple[DhcpReply, ...]:
    """Return the offers that servers make to this laptop, one a server; no lease is taken.

    Parameters
    ----------
    interface : str
        Ethernet or Wi-Fi interface.
    own_mac : bytes
        Its address.
    patience_s : float
        How long offers are gathered [s]; a second server may be slower.

    Raises
    ------
    ProbeError, MissingError
        No right to raw frames; no scapy.
    """
    found: dict[str, DhcpReply] = {}
    with open_frames(interface) as opened:
        client = _Client(own_mac, secrets.randbits(32))
        group = _Class(opened, own_mac, patience_s, [client])
        for _ in range(_TRIES):
            group.send(client, "discover")
            for data, _ in frames(opened, time.monotonic() + patience_s):
                reply = dhcp_reply(data)
                if reply is not None and reply.kind == "offer" and reply.transaction == client.transaction:
                    found.setdefault(reply.server, reply)
            if found:
                break
    return tuple(found.values())


def lease_class(interface: str, own_mac: bytes, n: int, *, patience_s: float) -> ClassLeases:
    """Take leases for n made-up clients and give all of them back; return what they got.

    Parameters
    ----------
    interface, own_mac, patience_s
        As for `ask_servers`.
    n : int
        Clients, 1 to `MOST_CLIENTS`.

    Raises
    ------
    ProbeError, MissingError
        No right to raw frames; no scapy.
    """
    clients = [_Client(_made_up_mac(), secrets.randbits(32)) for _ in range(max(1, min(n, MOST_CLIENTS)))]
    started_s = time.monotonic()
    with open_frames(interface) as opened:
        group = _Class(opened, own_mac, patience_s, clients)
        try:
            group.run(clients)
            seconds = (group.heard_s or time.monotonic()) - started_s
            leases = [c.lease for c in clients if c.lease is not None]
            return ClassLeases(
                n_wanted=n,
                n_asked=sum(c.state != "new" for c in clients),
                n_leased=len(leases),
                n_distinct=len({lease.address for lease in leases}),
                servers=tuple(group.servers),
                freed_helps=_freed_helps(group),
                seconds=round(seconds, 2),
            )
        finally:
            for client in clients:
                with contextlib.suppress(OSError):  # a cable that was pulled: the others are tried all the same
                    group.release(client)


def judge_offers(offers: Sequence[DhcpReply], expected: Sequence[str] = ()) -> ServiceAnswer:
    """Return what the servers' offers say.

    Parameters
    ----------
    offers : sequence of DhcpReply
        One a server.
    expected : sequence of str
        Addresses of the school's own DHCP servers, where somebody named them.
    """
    if not offers:
        return ServiceAnswer(service="dhcp", status="bad", code="silent")
    first = offers[0]
    figures: tuple[Figure, ...] = (
        ("n_servers", len(offers)),
        ("servers", _list(offer.server for offer in offers)),
        ("subnets", _list(offer.subnet for offer in offers)),
        ("routers", _list(router for offer in offers for router in offer.routers)),
        ("name_servers", _list(server for offer in offers for server in offer.name_servers)),
        ("lease_s", first.lease_s),
    )
    strangers = [offer.server for offer in offers if expected and offer.server not in expected]
    kinds = {(offer.subnet, offer.routers, offer.name_servers) for offer in offers}
    status, code = ("ok", "ok") if len(offers) == 1 else ("unknown", "pair")
    if expected:
        status, code = "ok", "expected"
    if strangers:
        status, code = "bad", "stranger"
        figures += (("strangers", _list(strangers)),)
    elif len(kinds) > 1:
        status, code = "bad", "two_servers"
    elif not first.routers or not first.name_servers:
        status, code = "bad", "incomplete"
    return ServiceAnswer(service="dhcp", status=status, code=code, target=first.server, figures=figures)  # type: ignore[arg-type]


def judge_class(leases: ClassLeases) -> ServiceAnswer:
    """Return whether a whole class gets addresses; unknown where a switch may have kept the made-up clients away."""
    figures: tuple[Figure, ...] = (
        ("n_wanted", leases.n_wanted),
        ("n_asked", leases.n_asked),
        ("n_leased", leases.n_leased),
        ("n_distinct", leases.n_distinct),
        ("seconds", leases.seconds),
    )
    target = _list(leases.servers)
    if leases.n_distinct >= leases.n_wanted:
        return ServiceAnswer(service="dhcp", status="ok", code="class_ok", target=target, figures=figures)
    if leases.n_distinct < leases.n_leased:
        return ServiceAnswer(service="dhcp", status="bad", code="class_doubled", target=target, figures=figures)
    if leases.freed_helps:
        return ServiceAnswer(service="dhcp", status="bad", code="class_few", target=target, figures=figures)
    return ServiceAnswer(service="dhcp", status="unknown", code="class_blocked", target=target, figures=figures)


def _freed_helps(group: _Class) -> bool | None:
    """Give one lease back and let a client without one ask again: only an empty pool is helped by that."""
    giver = next((c for c in group.clients if c.state == "leased"), None)
    taker = next((c for c in group.clients if c.state == "silent"), None)
    if giver is None or taker is None:
        return None
    group.release(giver)
    time.sleep(_SPACING_S)
    taker.state, taker.tries = "new", 0
    group.run([taker])
    return taker.lease is not None


def _n_silent_in_a_row(clients: Sequence[_Client]) -> int:
    states = [c.state for c in clients if c.state in {"leased", "silent"}]
    n = 0
    for state in reversed(states):
        if state != "silent":
            break
        n += 1
    return n


def _made_up_mac() -> bytes:
    """Return a random address that is locally administered and no group."""
    return bytes([(secrets.randbits(8) & 0xFC) | 0x02]) + secrets.token_bytes(5)


def _list(words: object) -> str:
    return ", ".join(dict.fromkeys(str(word) for word in words if word))  # type: ignore[attr-defined]
