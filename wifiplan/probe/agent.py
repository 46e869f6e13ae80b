"""`wifiplan probe agent`: a laptop that takes part in a class test, measured with packets and kernel stamps."""

import asyncio
import contextlib
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wifiplan.errors import MissingError, ProbeError
from wifiplan.probe.agent_session import Identity, Session
from wifiplan.probe.agent_words import lost, refused, unreachable
from wifiplan.probe.auth import agent_proof, device_key, new_nonce, normal_code
from wifiplan.probe.classroom.protocol import (
    PING_EVERY_S,
    Challenge,
    ClientMessage,
    Done,
    Figures,
    Hello,
    Ping,
    Pong,
    Proof,
    Refused,
    ServerMessage,
    StepOrder,
    Stop,
    Welcome,
    text_of,
)
from wifiplan.probe.classroom.wire import BadMessageError, read_server
from wifiplan.probe.safety import Network, Target, pinned

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_OPEN_S = 5.0
_SILENT_S = 5.0
"""Without a word of the controller for so long the connection is given up; its sender stops a load long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """Where an agent goes and who it is.

    Parameters
    ----------
    url : str
        The controller's, as its screen shows it; scheme and path may be left out.
    code : str
        The room's code.
    token : bytes
        The test's token (`auth.token_bytes`).
    seat : str or None
        Seat number; None takes the next one free.
    n_flows : int
        Streams that this machine takes at once; more than one gives an upper bound, never a PASS.
    rejoin_s : float
        After a lost connection: how long to try to come back [s].
    allowed : sequence of networks
        See `safety.allow_list`.
    """

    url: str
    code: str
    token: bytes
    seat: str | None = None
    n_flows: int = 1
    rejoin_s: float = 20.0
    allowed: Sequence[Network] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A controller's address, resolved once and pinned; `url` is that of its WebSocket."""

    target: Target
    url: str


def place_of(url: str, allowed: Sequence[Network] = ()) -> Place:
    """Return where a controller is.

    Raises
    ------
    ProbeError
        The address makes no sense, has no host, or lies outside the networks that a test may reach.
    """
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    fault = ProbeError(
        "this is no address of a controller",
        remedy="type it as the controller's screen shows it, such as 192.168.1.5:8080",
        where=url,
        zh=("這不是控制端的網址", "請照控制端畫面輸入，例如 192.168.1.5:8080"),
    )
    try:
        parts = urllib.parse.urlsplit(whole)
        port = parts.port
    except ValueError as error:
        raise fault from error
    if parts.scheme not in {"http", "https", "ws", "wss"} or not parts.hostname:
        raise fault
    secure = parts.scheme in {"https", "wss"}
    port = port or (443 if secure else 80)
    target = pinned(parts.hostname, port, allowed=allowed)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Place(target=target, url=f"{'wss' if secure else 'ws'}://{host}:{port}/ws")


class Agent:
    """One laptop in one room, from hello to the verdict.

    Parameters
    ----------
    options : AgentOptions
        Where to go.
    tell : callable
        Called with a key of `agent_words` and its values whenever something happens that a person wants to know.
    """

    def __init__(self, options: AgentOptions, tell: Callable[[str, Sequence[object]], None]) -> None:
        self._options = options
        self._tell = tell
        self._session: Session | None = None
        self._resume: str | None = None
        self._heard_s = 0.0
        self._stopped = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None

    async def run(self) -> str:
        """Take part until the controller is done; return the room's verdict (blank: none given).

        Raises
        ------
        ProbeError
            The controller cannot be reached, turns this agent away, or is gone and does not come back.
        MissingError
            The extra is not installed.
        """
        place = await asyncio.to_thread(place_of, self._options.url, self._options.allowed)
        give_up_s = 0.0
        while True:
            try:
                return await self._visit(place)
            except (OSError, TimeoutError) as error:
                if self._resume is None:
                    raise unreachable(place.target, error) from error
                if not give_up_s or self._heard_s > give_up_s - self._options.rejoin_s:
                    give_up_s = time.monotonic() + self._options.rejoin_s
                    self._tell("lost", ())
                if time.monotonic() > give_up_s:
                    raise lost(place.target) from error
                await asyncio.sleep(0.5)

    async def _visit(self, place: Place) -> str:
        """Connect and take part; raises OSError where the connection fails or breaks."""
        try:
            from websockets.asyncio.client import connect  # noqa: PLC0415 (an extra)
            from websockets.exceptions import ConnectionClosed, WebSocketException  # noqa: PLC0415
        except ImportError as error:
            raise MissingError(
                "an agent speaks over WebSockets, which are not installed here",
                remedy='pip install "wifiplan[probe]"',
                zh=("代理程式需要 WebSocket 套件，這臺電腦沒有安裝", '請執行 pip install "wifiplan[probe]"'),
            ) from error
        target = place.target
        try:
            # the address that was checked, not what the name may mean by now; and no proxy on the way to a neighbour
            async with connect(
                place.url,
                host=target.address,
                port=target.port,
                proxy=None,
                open_timeout=_OPEN_S,
                close_timeout=0.5,
                max_size=1 << 16,
                ping_interval=None,
                compression=None,
            ) as door:
                return await self._take_part(door, target)
        except ConnectionClosed as error:
            raise ConnectionResetError("the controller closed the connection") from error
        except BadMessageError as error:
            raise ConnectionError(f"it speaks otherwise than this version ({error})") from error
        except (WebSocketException, ValueError) as error:  # a page, or the way to another host: never followed
            raise ConnectionError(f"{error}") from error
        finally:
            await self._leave()

    async def _take_part(self, door: "ClientConnection", target: Target) -> str:
        identity, udp_port = await self._enter(door)
        where = Target(name=target.name, address=target.address, port=udp_port)
        self._session = session = Session(where, identity)
        await asyncio.to_thread(session.enter)
        self._tell("ready", (identity.seat,))
        if not session.kernel_stamps:
            self._tell("no_stamps", ())
        if session.way.is_wireless is False:
            self._tell("wired", (session.way.interface,))
        self._heard_s = time.monotonic()
        pings = asyncio.create_task(self._ping(door))
        try:
            return await self._listen(door)
        finally:
            pings.cancel()
            await asyncio.gather(pings, return_exceptions=True)

    async def _enter(self, door: "ClientConnection") -> tuple[Identity, int]:
        options = self._options
        hello = Hello(
            code=normal_code(options.code), seat=options.seat, kind="agent", flows=options.n_flows, resume=self._resume
        )
        await _send(door, hello)
        challenge = await self._next(door)
        if not isinstance(challenge, Challenge):
            raise ConnectionError("no challenge came")
        theirs, ours = bytes.fromhex(challenge.nonce), new_nonce()
        await _send(door, Proof(nonce=ours.hex(), hmac=agent_proof(options.token, theirs, ours).hex()))
        welcome = await self._next(door)
        if not isinstance(welcome, Welcome) or welcome.udp_port is None:
            raise ConnectionError("no welcome came")
        self._resume = welcome.device
        key = device_key(options.token, theirs, ours, welcome.device)
        return Identity(device=welcome.device, seat=welcome.seat, key=key, n_flows=options.n_flows), welcome.udp_port

    async def _next(self, door: "ClientConnection") -> ServerMessage:
        async with asyncio.timeout(_OPEN_S):
            message = read_server(await door.recv())
        if isinstance(message, Refused):
            raise refused(message.why)
        return message

    async def _listen(self, door: "ClientConnection") -> str:
        while True:
            async with asyncio.timeout(_SILENT_S):
                message = read_server(await door.recv())
            self._heard_s = time.monotonic()
            if isinstance(message, Done):
                return message.verdict
            if isinstance(message, Refused):
                raise refused(message.why)
            if isinstance(message, Stop):
                self._stop(message)
            elif isinstance(message, StepOrder):
                await self._end_step()
                self._stopped = asyncio.Event()
                if message.play:
                    self._playing = asyncio.create_task(self._play(door, message))
            elif not isinstance(message, Pong):
                raise ConnectionError("an unexpected message came")

    def _stop(self, message: Stop) -> None:
        if message.why == "replaced":
            raise refused("seat_taken")
        if message.why != "end":  # the end of a step is known from its beginning, and to the packet
            self._stopped.set()
            self._tell("stop", (message.why,))

    async def _play(self, door: "ClientConnection", order: StepOrder) -> None:
        session = self._session
        if session is None:
            return
        self._tell("step", (order.step, order.rate_mbps, order.duration_s))
        figures = await session.play(order, self._stopped)
        if figures is not None:
            self._tell("figures", (order.step, figures["received_bytes"], figures["window_s"]))
            await _send(door, Figures(step=order.step, receipt=figures))

    async def _ping(self, door: "ClientConnection") -> None:
        number = 0
        begun_s = time.monotonic()
        while True:
            number += 1
            await _send(door, Ping(n=number, t_ms=round((time.monotonic() - begun_s) * 1e3, 3)))
            await asyncio.sleep(PING_EVERY_S)

    async def _end_step(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._playing
            self._playing = None

    async def _leave(self) -> None:
        await self._end_step()
        if self._session is not None:
            await asyncio.to_thread(self._session.close)
            self._session = None


async def _send(door: "ClientConnection", message: ClientMessage) -> None:
    await door.send(text_of(message))
