"""Name servers: how fast they answer, idle and while a class plays, and whether they tell the truth."""

import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.catalog.services import ServiceLimits
from wifiplan.probe.services.dns_message import AAAA, NO_ERROR, A, DnsReply, question, reply_to
from wifiplan.probe.services.figures import as_figures, times_of
from wifiplan.probe.services.records import Figure, ServiceAnswer, Status, Times
from wifiplan.probe.services.wire import ANYWHERE, Deadline, Wire, endpoint, family_of

DNS_PORT = 53
TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """A name server, the names it is asked for, and how."""

    address: str
    names: tuple[str, ...]
    wire: Wire = ANYWHERE
    port: int = DNS_PORT
    timeout_s: float = TIMEOUT_S

    def ask(self, name: str, kind: int = A) -> tuple[DnsReply | None, float]:
        """Ask once over UDP; return the answer, None without one, and how long it took [ms]."""
        asked = question(name, kind)
        deadline = Deadline(self.timeout_s)
        started_s = time.perf_counter()
        reply = None
        try:
            with self.wire.open(family_of(self.address), socket.SOCK_DGRAM) as opened:
                opened.connect(endpoint(self.address, self.port))
                opened.send(asked)
                while reply is None:
                    deadline.wait(opened)
                    reply = reply_to(asked, opened.recv(4096))
        except OSError:  # silence, or a refusal
            reply = None
        return reply, (time.perf_counter() - started_s) * 1e3

    def ask_tcp(self, name: str, kind: int = A) -> DnsReply | None:
        """Ask once over TCP, as for answers too big for UDP; None without an answer."""
        asked = question(name, kind)
        deadline = Deadline(self.timeout_s)
        try:
            with self.wire.connected(self.address, self.port, self.timeout_s) as opened:
                opened.sendall(len(asked).to_bytes(2, "big") + asked)
                length = int.from_bytes(_exactly(opened, 2, deadline), "big")
                return reply_to(asked, _exactly(opened, length, deadline))
        except OSError:
            return None

    def resolve(self, name: str) -> tuple[tuple[str, ...], float]:
        """Return the IPv4 addresses of a name and how long that took [ms]; over TCP where the answer was cut."""
        reply, time_ms = self.ask(name)
        if reply is not None and reply.is_truncated:
            started_s = time.perf_counter()
            reply = self.ask_tcp(name) or reply
            time_ms += (time.perf_counter() - started_s) * 1e3
        return (reply.addresses if reply else ()), time_ms

    def times(self, n: int, interval_s: float) -> Times:
        """Return the times of n questions for the names in turn, begun no closer than the interval."""
        seen: list[float | None] = []
        for k in range(n):
            started_s = time.monotonic()
            reply, time_ms = self.ask(self.names[k % len(self.names)])
            seen.append(time_ms if reply is not None else None)
            time.sleep(max(0.0, interval_s - (time.monotonic() - started_s)))
        return times_of(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFacts:
    """What a name server did: times without load; what works; what it `invented` for names that don't exist."""

    address: str
    idle: Times
    n_names: int
    n_resolved: int
    n_with_ipv6: int
    first_ms: float | None
    has_tcp: bool
    invented: tuple[str, ...]
    wpad: tuple[str, ...] = ()


def question_server(server: NameServer, n: int, interval_s: float) -> DnsFacts:
    """Ask one server everything without load; bounded: n + 2 questions a name + 4."""
    replies = [server.ask(name) for name in server.names]
    six = [server.ask(name, AAAA)[0] for name in server.names]
    answered = [time_ms for reply, time_ms in replies if reply is not None]
    return DnsFacts(
        address=server.address,
        idle=server.times(n, interval_s),
        n_names=len(server.names),
        n_resolved=sum(_is_found(reply) for reply, _ in replies),
        n_with_ipv6=sum(bool(reply and reply.addresses) for reply in six),
        first_ms=round(max(answered), 3) if answered else None,
        has_tcp=server.ask_tcp(server.names[0]) is not None,
        invented=_invented(server),
        wpad=server.resolve("wpad")[0],
    )


def judge_dns(facts: DnsFacts, loaded: Times | None, limits: ServiceLimits) -> ServiceAnswer:
    """Return how a name server stands; the worst thing found is the one that is named."""
    figures: tuple[Figure, ...] = (
        *as_figures(facts.idle, "idle"),
        *as_figures(loaded, "loaded"),
        ("first_ms", facts.first_ms),
        ("n_names", facts.n_names),
        ("n_resolved", facts.n_resolved),
        ("n_with_ipv6", facts.n_with_ipv6),
        ("invented", ", ".join(facts.invented)),
    )
    status: Status = "ok"
    code = next((code for code, holds in _findings(facts, loaded, limits) if holds), "")
    if code:
        status = "bad"
    elif loaded is None:
        code = "ok_idle"
    return ServiceAnswer(service="dns", status=status, code=code or "ok", target=facts.address, figures=figures)


def _findings(facts: DnsFacts, loaded: Times | None, limits: ServiceLimits) -> Sequence[tuple[str, bool]]:
    idle, busy = facts.idle, loaded or times_of(())
    return (
        ("silent", idle.n_lost == idle.n and facts.n_resolved == 0),
        ("hijack", bool(facts.invented)),
        ("fails", facts.n_resolved == 0),
        ("lost", _is_lossy(idle, limits)),
        ("slow", (idle.p95_ms or 0) > limits.max_dns_idle_p95_ms),
        ("lost_loaded", _is_lossy(busy, limits)),
        ("slow_loaded", (busy.p95_ms or 0) > limits.max_dns_loaded_p95_ms),
        ("no_tcp", not facts.has_tcp),
    )


def _is_lossy(times: Times, limits: ServiceLimits) -> bool:
    # one lost question of twenty is chance: a single packet may die on any radio
    return times.n_lost > 1 and times.lost_share > limits.max_dns_lost_share


def _is_found(reply: DnsReply | None) -> bool:
    return reply is not None and reply.code == NO_ERROR and (bool(reply.addresses) or reply.is_truncated)


def _invented(server: NameServer) -> tuple[str, ...]:
    """Return the addresses given for names that can't exist: one reserved (RFC 6761), one random."""
    found: list[str] = []
    for name in (f"{secrets.token_hex(8)}.invalid", f"{secrets.token_hex(14)}.com"):
        reply, _ = server.ask(name)
        found += reply.addresses if reply is not None and reply.code == NO_ERROR else ()
    return tuple(dict.fromkeys(found))


def _exactly(opened: socket.socket, n_bytes: int, deadline: Deadline) -> bytes:
    data = b""
    while len(data) < n_bytes:
        deadline.wait(opened)
        part = opened.recv(n_bytes - len(data))
        if not part:
            raise ConnectionResetError
        data += part
    return data
