"""One device's WebSocket, from its hello to its end: who may come in, what it may say and how often."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wifiplan.probe.auth import GuessLimit, device_key, find_code, new_nonce, proves
from wifiplan.probe.classroom.controller import Controller
from wifiplan.probe.classroom.gate import Gate, Peer
from wifiplan.probe.classroom.lag import Lag
from wifiplan.probe.classroom.protocol import (
    Challenge,
    Figures,
    Hello,
    Log,
    Ping,
    Pong,
    Proof,
    Refused,
    ServerMessage,
    Stop,
    Welcome,
    text_of,
)
from wifiplan.probe.classroom.roster import Device, RefusedError, Room, Say
from wifiplan.probe.classroom.wire import BadMessageError, read_client
from wifiplan.probe.streams import UdpService

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

HELLO_S = 5.0
"""How long a connection may wait with its hello, and with its proof [s]."""

SAY_S = 1.0
"""A device that does not take a message for this long is cut off [s]: less than the way to a step's start."""

RATE_PER_S = 40.0
BURST = 120.0
"""Messages that a device may send: a page sends six a second, and a queue may let a dozen go at once."""


@dataclass(slots=True)
class Secrets:
    """What devices are held against: the agents' token, the guesses made so far."""

    token: bytes
    guesses: GuessLimit


class Bucket:
    """Counts messages: more than `RATE_PER_S` in the long run is too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._level = BURST
        self._at_s = clock()

    def takes(self) -> bool:
        """Take one message; False where there were too many."""
        now = self._clock()
        self._level = min(self._level + (now - self._at_s) * RATE_PER_S, BURST) - 1.0
        self._at_s = now
        return self._level >= 0


class Doorkeeper:
    """Lets devices in and listens to them."""

    def __init__(self, controller: Controller, gate: Gate, held: Secrets, udp: UdpService | None, lag: Lag) -> None:
        self.lag = lag
        self.controller = controller
        self.gate = gate
        self.held = held
        self.udp = udp
        self._peers: dict[str, Peer | None] = {}

    async def serve(self, socket: "WebSocket") -> None:
        """Serve one connection to its end; nothing that it sends raises."""
        from starlette.websockets import WebSocketDisconnect  # noqa: PLC0415 (an extra)

        peer: Peer | None = (socket.client.host, socket.client.port) if socket.client else None
        await socket.accept()
        device: Device | None = None
        say = self._sayer(socket, peer)
        try:
            device = await self._enter(socket, peer, say)
            self.gate.know(peer)
            await self._listen(socket, device, say)
        except RefusedError as refused:
            await self._part(socket, peer, Refused(why=refused.args[0]))
        except BadMessageError:
            await self._part(socket, peer, Refused(why="message"))
        except (WebSocketDisconnect, TimeoutError, RuntimeError):
            await self._part(socket, peer, None)
        finally:
            if device is not None and device.say is say:
                device.say, device.gone_s = None, time.monotonic()

    async def _enter(self, socket: "WebSocket", peer: Peer | None, say: Say) -> Device:
        address = peer[0] if peer else ""
        hello = read_client(await _text(socket, HELLO_S))
        if not isinstance(hello, Hello):
            raise BadMessageError("hello")
        if not self.controller.open_for_devices:
            raise RefusedError("closed")
        if not self.held.guesses.allows(address) and not self._comes_back(hello):
            raise RefusedError("too_many")
        room = self._room(hello.code)
        if room is None:
            self.held.guesses.wrong(address)
            raise RefusedError("code")
        nonces = await self._proof(socket, address) if hello.kind == "agent" else None
        device = room.claim(hello, time.monotonic())
        if device.say is not None:
            await device.say(Stop(why="replaced"))
            # one device, one connection: else who knows the code could hold all that there are
            self.gate.close(self._peers.get(device.id))
        device.say, self._peers[device.id] = say, peer
        device.show(time.monotonic(), visible=hello.visible)
        device.wake = hello.wake
        udp_port = None
        if nonces is not None and self.udp is not None:
            key = device_key(self.held.token, *nonces, device.id)
            self.udp.register(device.id, key, n_flows=device.n_flows)
            udp_port = self.udp.port
        await say(Welcome(seat=device.seat, device=device.id, room=room.ask.name, udp_port=udp_port))
        return device

    def _room(self, typed: str) -> Room | None:
        code = find_code(typed, tuple(room.code for room in self.controller.rooms))
        return next((room for room in self.controller.rooms if room.code == code), None)

    def _comes_back(self, hello: Hello) -> bool:
        """Tell whether a device knows the id that it was given: others' wrong guesses do not lock it out."""
        return hello.resume is not None and any(room.by_id(hello.resume) for room in self.controller.rooms)

    async def _proof(self, socket: "WebSocket", address: str) -> tuple[bytes, bytes]:
        """Let an agent prove that it holds the token; return both nonces."""
        if self.udp is None:
            raise RefusedError("kind")
        nonce = new_nonce()
        await socket.send_text(text_of(Challenge(nonce=nonce.hex())))
        proof = read_client(await _text(socket, HELLO_S))
        if not isinstance(proof, Proof):
            raise BadMessageError("proof")
        try:
            theirs, told = bytes.fromhex(proof.nonce), bytes.fromhex(proof.hmac)
        except ValueError as error:
            raise BadMessageError("proof") from error
        if not proves(self.held.token, nonce, theirs, told):
            self.held.guesses.wrong(address)
            raise RefusedError("token")
        return nonce, theirs

    async def _listen(self, socket: "WebSocket", device: Device, say: Say) -> None:
        bucket = Bucket()
        while True:
            text = await _text(socket, None)
            if not bucket.takes():
                raise RefusedError("busy")
            if device.say is not say:
                raise RefusedError("seat_taken")
            message = read_client(text)
            now = time.monotonic()
            device.hear(now, late=self.lag.is_late())
            if isinstance(message, Ping):
                device.show(now, visible=message.visible)
                await socket.send_text(text_of(Pong(n=message.n, t_ms=message.t_ms, late=self.lag.is_late())))
            elif isinstance(message, Log):
                device.show(now, visible=message.visible)
                if device.log is not None and device.log.step == message.step:
                    device.log.take(message)
            elif isinstance(message, Figures):
                if device.log is not None and device.log.step == message.step and device.kind == "agent":
                    device.log.figures = message.receipt
                    device.log.ended = True
            else:
                raise BadMessageError("unexpected")

    def _sayer(self, socket: "WebSocket", peer: Peer | None) -> Say:
        """Return how to speak to a device: one that does not listen is cut off, and holds nobody up."""

        async def say(message: ServerMessage) -> None:
            if not await takes(socket, text_of(message), self.lag):
                self.gate.end(peer)

        return say

    async def _part(self, socket: "WebSocket", peer: Peer | None, last: Refused | None) -> None:
        """Say why, and close; where that is not taken (a closing handshake waits as well), end the connection."""
        try:
            async with asyncio.timeout(SAY_S):
                if last is not None:
                    await socket.send_text(text_of(last))
                await socket.close()
        except Exception:  # noqa: BLE001 - what is wrong with a stranger's connection ends that connection alone
            self.gate.end(peer)


async def takes(socket: "WebSocket", text: str, lag: Lag) -> bool:
    """Say something; tell whether it was taken within `SAY_S`.

    A pause of this program itself does not count: a plain timeout would find that nobody at all had listened.
    """
    sending = asyncio.ensure_future(socket.send_text(text))
    try:
        listens = True
        while listens and not sending.done():
            stalled_s = lag.stalled_s
            await asyncio.wait({sending}, timeout=SAY_S)
            listens = lag.stalled_s > stalled_s
        return sending.done() and sending.exception() is None
    finally:
        sending.cancel()


async def _text(socket: "WebSocket", most_s: float | None) -> str | bytes:
    from starlette.websockets import WebSocketDisconnect  # noqa: PLC0415 (an extra)

    async with asyncio.timeout(most_s):
        event = await socket.receive()
    if event["type"] != "websocket.receive":
        raise WebSocketDisconnect
    text: str | bytes = event.get("text") or event.get("bytes") or ""
    return text
