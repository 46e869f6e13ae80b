"""Child processes of a controller that die with it: JSON lines over pipes, a heartbeat, and what the parent holds."""

import asyncio
import contextlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeGuard

import wifiplan
from wifiplan.errors import ProbeError

Message: TypeAlias = Mapping[str, Any]

BEAT_EVERY_S = 0.2
SILENT_S = 0.8
"""Without a heartbeat for so long all load stops: with what it takes to notice, within the second that is promised."""

GONE_S = 15.0
"""Without one for so long a child ends; until then a controller that was only held up can go on."""

_LINE_BYTES = 1 << 20
_EVENT_BYTES = 16 << 20
"""Longest order, and longest event: the figures of 150 streams of a long step are 700 kB."""

_LOOK_S = 0.1

_ROOT = str(Path(wifiplan.__file__).resolve().parents[1])
"""Where this package is found: the child must run the same one."""


class Orders:
    """The child's end: orders that the parent wrote, read by a thread, and whether the parent still lives.

    `source` is a file descriptor. Start after the priority is taken: the thread inherits it, and a reader that waits
    for the processor while it holds the interpreter's lock would hold up the sender.
    """

    def __init__(self, source: int) -> None:
        self._source = source
        self._orders: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._heard_ns = time.monotonic_ns()
        self._closed = False
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def take(self) -> list[Message]:
        """Return the orders that have come since, heartbeats left out."""
        found: list[Message] = []
        while True:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return found
            if self._is_order(order):
                found.append(order)

    def first(self) -> Message | None:
        """Wait for the first order, which says what to do; None where the parent is gone before it."""
        while not self.orphaned:
            try:
                order = self._orders.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if self._is_order(order):
                return order
        return None

    @property
    def silent(self) -> bool:
        """Whether the parent has not beaten for too long: no load may run; call `take` first."""
        return time.monotonic_ns() - self._heard_ns > SILENT_S * 1e9

    @property
    def orphaned(self) -> bool:
        """Whether the parent is gone: its pipe is closed, or nothing has come for `GONE_S`; call `take` first."""
        return self._closed or time.monotonic_ns() - self._heard_ns > GONE_S * 1e9

    def _is_order(self, order: Message | None) -> TypeGuard[Message]:
        """Note a sign of life, or the end; tell whether it is an order to carry out."""
        if order is None:
            self._closed = True
            return False
        self._heard_ns = time.monotonic_ns()
        return order.get("do") != "beat"

    def _read(self) -> None:
        rest = b""
        try:
            # not through a buffered reader: its lock would be held by this thread when the process ends
            while heard := os.read(self._source, 1 << 16):
                *lines, rest = (rest + heard).split(b"\n")
                for line in lines:
                    with contextlib.suppress(ValueError):
                        order = json.loads(line)
                        if isinstance(order, dict):
                            self._orders.put(order)
                rest = rest[-_LINE_BYTES:]
        finally:
            self._orders.put(None)


def tell(target: BinaryIO, event: Message) -> None:
    """Write an event to the parent; a parent that is gone is noticed elsewhere."""
    with contextlib.suppress(OSError, ValueError):
        target.write(json.dumps(event).encode("utf-8") + b"\n")
        target.flush()


class Child:
    """The parent's end: starts `python -m MODULE`, beats for it, and takes its events.

    Parameters
    ----------
    module : str
        Module with a `main` guard that reads orders from stdin and writes events to stdout.
    on_event : callable
        Called in the event loop with every event.
    """

    def __init__(self, module: str, on_event: Callable[[Message], None]) -> None:
        self._module = module
        self._on_event = on_event
        self._process: asyncio.subprocess.Process | None = None
        self._heart: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._said = b""

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """Its process id."""
        return self._process.pid if self._process else None

    async def start(self, first: Message) -> None:
        """Start the child and send it its first order."""
        paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            limit=_EVENT_BYTES,
        )
        self.order(first)
        self._heart = asyncio.create_task(self._beat())
        self._tasks = [self._heart, *map(asyncio.create_task, (self._listen(), self._overhear()))]

    def order(self, message: Message) -> None:
        """Send an order; one to a child that is gone is dropped, `alive` tells."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            with contextlib.suppress(OSError):
                self._process.stdin.write(json.dumps(message).encode("utf-8") + b"\n")

    async def close(self, wait_s: float = 2.0) -> None:
        """Close its orders, which ends it; kill it where that does not help."""
        process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), wait_s)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def fault(self, what: str) -> ProbeError:
        """Return the error that says that this child is gone, with its last words."""
        last = self._said.decode("utf-8", "replace").strip().splitlines()[-1:]
        return ProbeError(
            f"{what} has ended unexpectedly" + (f": {last[0]}" if last else ""),
            remedy="start the test again; if it happens again, tell the authors with this message",
        )

    async def _listen(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        async for line in self._process.stdout:
            with contextlib.suppress(ValueError):
                self._on_event(json.loads(line))
        await self._process.wait()
        self._on_event({"event": "ended"})

    async def _beat(self) -> None:
        while self.alive:
            self.order({"do": "beat"})
            await asyncio.sleep(BEAT_EVERY_S)

    async def _overhear(self) -> None:
        if self._process is None or self._process.stderr is None:
            return
        while heard := await self._process.stderr.read(4096):
            self._said = (self._said + heard)[-4096:]
