"""`wifiplan probe serve`: a server and reflector without a test, at the county's centre; paths of `probe.county`.

It answers clients of local networks and of those that it was told to allow, and nobody else. A download needs the
token, runs alone, is paced, and capped in bytes and time.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wifiplan.probe.children import Child, Message
from wifiplan.probe.classroom.gate import Gate
from wifiplan.probe.classroom.server import HEADERS, need_extra
from wifiplan.probe.classroom.serving import Door, bound, check_certificate, serving
from wifiplan.probe.county import (
    CHALLENGE_PATH,
    DOWNLOAD_PATH,
    HEALTH_PATH,
    MOST_MBPS,
    CountyDesk,
    chunks,
    wanted_bytes,
)
from wifiplan.probe.safety import Network, is_allowed

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

MOST_S = 60.0
"""A download that has not ended after this is cut [s]."""

RATE_OF_ADDRESS = 20.0
BURST_OF_ADDRESS = 60.0
"""Requests of one address: so many a second in the long run, so many at once."""

_MOST_ADDRESSES = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """How to serve.

    Parameters
    ----------
    door : Door
        Address, port and certificate.
    token : bytes
        Shared with the schools' laptops.
    allowed : tuple of networks
        Clients beyond local networks: the county's schools.
    most_mbps : float
        Pace of a download [Mbit/s].
    stamp_port : int or None
        UDP port of the STAMP reflector (RFC 8762: 862); None: no reflector.
    """

    door: Door
    token: bytes
    allowed: tuple[Network, ...] = ()
    most_mbps: float = MOST_MBPS
    stamp_port: int | None = None


class Pace:
    """Requests that each address may make."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def takes(self, address: str) -> bool:
        """Count a request; False where there were too many."""
        now = self._clock()
        if len(self._levels) >= _MOST_ADDRESSES:
            self._levels.clear()
        level, at_s = self._levels.get(address, (BURST_OF_ADDRESS, now))
        level = min(level + (now - at_s) * RATE_OF_ADDRESS, BURST_OF_ADDRESS) - 1.0
        self._levels[address] = (max(level, -1.0), now)
        return level >= 0


class Views:
    """The answers to requests."""

    def __init__(self, centre: Centre, gate: Gate) -> None:
        self.most_mbps = centre.most_mbps
        self.gate = gate
        self.desk = CountyDesk(centre.token)
        self.pace = Pace()

    async def health(self, request: "Request") -> "Response":
        """Answer at once, for round trips."""
        return self._busy(request) or self._answer(200, '{"wifiplan": "serve"}', "application/json")

    async def challenge(self, request: "Request") -> "Response":
        """Return a challenge."""
        return self._busy(request) or self._answer(200, self.desk.challenge())

    async def download(self, request: "Request") -> "Response":
        """Return bytes, paced, to one who proves the token."""
        from starlette.responses import StreamingResponse  # noqa: PLC0415 (an extra)

        busy = self._busy(request)
        if busy is not None:
            return busy
        if not self.desk.admits(request.headers.get("authorization", "")):
            return self._answer(401, "prove the token over a challenge")
        n_bytes = wanted_bytes(request.query_params.get("bytes", ""))
        if n_bytes is None:
            return self._answer(413, "no length, or too long")
        turn = contextlib.ExitStack()
        if not turn.enter_context(self.desk.turn()):
            return self._answer(429, "somebody else is being served")
        # a client that is gone before the first byte never starts the body, whose end would give the turn back
        asyncio.get_running_loop().call_later(MOST_S, turn.close)
        if request.client is not None:
            self.gate.know((request.client.host, request.client.port))
        headers = {**HEADERS, "content-length": str(n_bytes)}
        body = paced(n_bytes, self.most_mbps, turn.close)
        return StreamingResponse(body, headers=headers, media_type="application/octet-stream")

    def _busy(self, request: "Request") -> "Response | None":
        if request.client is not None and not self.pace.takes(request.client.host):
            return self._answer(429, "too many requests")
        return None

    def _answer(self, status: int, words: str, kind: str = "text/plain") -> "Response":
        from starlette.responses import Response  # noqa: PLC0415 (an extra)

        return Response(words, status, dict(HEADERS), kind)


def application(centre: Centre, gate: Gate) -> "Starlette":
    """Return the application."""
    from starlette.applications import Starlette  # noqa: PLC0415 (an extra)
    from starlette.routing import Route  # noqa: PLC0415

    views = Views(centre, gate)
    return Starlette(
        routes=[
            Route(HEALTH_PATH, views.health),
            Route(CHALLENGE_PATH, views.challenge),
            Route(DOWNLOAD_PATH, views.download),
        ]
    )


async def paced(n_bytes: int, most_mbps: float, ended: Callable[[], object]) -> AsyncIterator[bytes]:
    """Yield bytes at a rate, never longer than `MOST_S`; `ended` is called however it ends."""
    started_s, sent = time.monotonic(), 0
    try:
        async with asyncio.timeout(MOST_S):
            for chunk in chunks(n_bytes):
                ahead_s = sent * 8 / (most_mbps * 1e6) - (time.monotonic() - started_s)
                if ahead_s > 0:
                    await asyncio.sleep(ahead_s)
                yield chunk
                sent += len(chunk)
    except TimeoutError:
        return
    finally:
        ended()


async def serve(centre: Centre, opened: Callable[[int, int | None], None]) -> None:
    """Serve until cancelled; `opened` is told the port, and that of the reflector.

    Raises
    ------
    ProbeError
        An address or port cannot be used.
    MissingError
        A package is missing.
    """
    need_extra()
    check_certificate(centre.door)
    listener = bound(centre.door)
    gate = Gate(lambda address: is_allowed(address.partition("%")[0], centre.allowed))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listener.close)
        stamp_port = await _reflector(centre, stack) if centre.stamp_port is not None else None
        await stack.enter_async_context(serving(application(centre, gate), listener, gate, centre.door))
        opened(listener.getsockname()[1], stamp_port)
        await asyncio.Event().wait()


async def _reflector(centre: Centre, stack: contextlib.AsyncExitStack) -> int:
    up: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def heard(event: Message) -> None:
        if not up.done():
            up.set_result(event)

    child = Child("wifiplan.probe.reflector", heard)
    await child.start({"host": centre.door.host, "port": centre.stamp_port, "open": True})
    stack.push_async_callback(child.close)
    try:
        event = await asyncio.wait_for(up, 10.0)
    except TimeoutError as error:
        raise child.fault("the reflector of round trips") from error
    if event["event"] != "listening":
        raise child.fault("the reflector of round trips")
    return int(event["port"])
