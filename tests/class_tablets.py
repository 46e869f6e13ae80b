"""Scripted tablets that speak the class test's protocol, many in one process, each behind its own namespace."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bed import Namespace
from wifiplan.probe.classroom.lag import Lag
from wifiplan.probe.classroom.protocol import (
    Done,
    Hello,
    Log,
    Ping,
    Pong,
    Refused,
    ServerMessage,
    StepOrder,
    Stop,
    Welcome,
    text_of,
)
from wifiplan.probe.classroom.wire import read_server

Trick: TypeAlias = Literal["", "leave", "hide", "mute", "slow", "die", "lie"]
"""What a tablet does wrong from `at_s` of a step on: leaves, goes out of sight, says nothing more, reads too slowly,
dies without a word, tells bytes that it never got."""

BIN_S = 0.04


@dataclass(slots=True)
class Tablet:
    """One scripted tablet."""

    host: str
    port: int
    code: str
    seat: str
    space: Namespace | None = None
    trick: Trick = ""
    at_s: float = 5.0
    in_step: int = 1
    heard: list[ServerMessage] = field(default_factory=list)
    verdict: str | None = None
    step: StepOrder | None = None
    start_s: float = 0.0
    n_bytes: int = 0
    bins: list[tuple[float, int]] = field(default_factory=list)
    rtts: list[tuple[float, float | None]] = field(default_factory=list)
    flying: dict[int, float] = field(default_factory=dict)
    visible: bool = True
    hidden_from_s: float | None = None
    quiet: bool = False
    n: int = 0
    last_byte_s: float = 0.0
    own: Lag | None = None

    async def door(self, port: int) -> socket.socket:
        """Return a connected socket out of this tablet's namespace."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        sock = self.space.open_socket(family) if self.space else socket.socket(family)
        sock.settimeout(0)
        if self.trick == "slow":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        await asyncio.get_running_loop().sock_connect(sock, (self.host, port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    async def run(self) -> None:
        """Join, play, and stay until the controller is done or this tablet's trick ends it."""
        sock = await self.door(self.port)
        try:
            async with connect(
                f"ws://{self.host}:{self.port}/ws", sock=sock, compression=None, ping_interval=None
            ) as ws:
                await ws.send(text_of(Hello(code=self.code, seat=self.seat, page_ms=5.0)))
                pinging = asyncio.create_task(self.ping(ws))
                try:
                    await self.listen(ws)
                finally:
                    pinging.cancel()
        except (OSError, WebSocketException):
            return

    async def listen(self, ws: ClientConnection) -> None:
        """Obey orders."""
        tasks: set[asyncio.Task[None]] = set()
        try:
            async for text in ws:
                message = read_server(text)
                if isinstance(message, Pong):
                    self.pong(message)
                    continue
                self.heard.append(message)
                if isinstance(message, StepOrder):
                    task = asyncio.create_task(self.play(ws, message))
                    tasks.add(task)
                elif isinstance(message, Done):
                    self.verdict = message.verdict
                    return
                elif isinstance(message, Refused) or (isinstance(message, Stop) and message.why == "replaced"):
                    return
        finally:
            for task in tasks:
                task.cancel()

    async def ping(self, ws: ClientConnection) -> None:
        """Give signs of life."""
        while True:
            await asyncio.sleep(0.25)
            if not self.quiet and any(isinstance(message, Welcome) for message in self.heard):
                self.n += 1
                self.flying[self.n] = time.monotonic()
                await ws.send(text_of(Ping(n=self.n, t_ms=round(time.monotonic() * 1e3, 1), visible=self.visible)))

    def pong(self, message: Pong) -> None:
        """Take the time."""
        sent_s = self.flying.pop(message.n, None)
        if sent_s is not None and self.step is not None and not message.late and not self.is_late():
            self.rtts.append((round((sent_s - self.start_s) * 1e3), (time.monotonic() - sent_s) * 1e3))

    def is_late(self) -> bool:
        """Tell whether this process was held up: a tablet does not blame the network for itself."""
        return self.own is not None and self.own.is_late()

    async def play(self, ws: ClientConnection, order: StepOrder) -> None:
        """Play one step."""
        self.step, self.start_s = order, time.monotonic() + order.in_ms / 1e3
        self.n_bytes, self.bins, self.rtts = 0, [], []
        await asyncio.sleep(order.in_ms / 1e3)
        streaming = None
        if order.play and order.url and order.port:
            streaming = asyncio.create_task(self.stream(order.url, order.port))
        tricking = asyncio.create_task(self.misbehave(ws, order))
        try:
            while time.monotonic() < self.start_s + order.duration_s:
                await asyncio.sleep(0.4)
                await self.log(ws, order, end=False)
            await self.log(ws, order, end=True)
        finally:
            tricking.cancel()
            if streaming is not None:
                streaming.cancel()

    async def log(self, ws: ClientConnection, order: StepOrder, *, end: bool) -> None:
        """Tell what came."""
        if self.quiet:
            return
        now = time.monotonic() - self.start_s
        told = [(round(t * 1e3, 1), n) for t, n in self.bins]
        if order.play:
            told.append((round(now * 1e3, 1), self.n_bytes))
        if self.trick == "lie" and order.step >= self.in_step:
            told = [(t, int(order.rate_mbps * 1e6 / 8 * t / 1e3 * 2)) for t, _ in told]
        hidden_ms = 0.0 if self.hidden_from_s is None else (time.monotonic() - self.hidden_from_s) * 1e3
        rtts, self.bins, self.rtts = self.rtts, [], []
        message = Log(
            step=order.step,
            bins=tuple(told),
            rtt=tuple(rtts),
            visible=self.visible,
            hidden_ms=hidden_ms,
            busy_share=0.01,
            end=end,
        )
        with contextlib.suppress(WebSocketException, OSError):
            await ws.send(text_of(message))

    async def misbehave(self, ws: ClientConnection, order: StepOrder) -> None:
        """Do what this tablet does wrong."""
        if not self.trick or order.step < self.in_step:
            return
        await asyncio.sleep(self.at_s)
        if self.trick == "leave":
            await ws.close()
        elif self.trick == "die":
            ws.transport.abort()
        elif self.trick == "mute":
            self.quiet = True
        elif self.trick == "hide":
            self.visible, self.hidden_from_s = False, time.monotonic()

    async def stream(self, url: str, port: int) -> None:
        """Read the stream."""
        loop = asyncio.get_running_loop()
        sock = await self.door(port)
        last_bin_s = -1.0
        try:
            await loop.sock_sendall(sock, f"GET {url} HTTP/1.1\r\nHost: {self.host}:{port}\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                part = await loop.sock_recv(sock, 4096)
                if not part:
                    return
                head += part
            self.n_bytes += len(head.partition(b"\r\n\r\n")[2])
            while True:
                part = await loop.sock_recv(sock, 2048 if self.trick == "slow" else 65536)
                if not part:
                    return
                self.n_bytes += len(part)
                self.last_byte_s = time.monotonic()
                at = self.last_byte_s - self.start_s
                if at - last_bin_s < BIN_S and self.bins:
                    self.bins[-1] = (at, self.n_bytes)
                else:
                    last_bin_s = at
                    self.bins.append((at, self.n_bytes))
                if self.trick == "slow":
                    await asyncio.sleep(0.02)
        except OSError:
            return
        finally:
            sock.close()


async def run_all(tablets: Sequence[Tablet]) -> None:
    """Run all tablets to their end, joining within a second."""

    own = Lag()
    own.start()

    async def later(i: int, tablet: Tablet) -> None:
        tablet.own = own
        await asyncio.sleep(i * 0.03)
        await tablet.run()

    await asyncio.gather(*(later(i, tablet) for i, tablet in enumerate(tablets)))
    own.stop()
