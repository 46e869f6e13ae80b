"""The stream server: a process of its own that sends each device its stream at its rate, and stops when left alone.

It is apart from the pages so that neither a slow page nor a flood of garbage makes a stream late. The controller
(`feeder`) holds it as `children` describes; when that ends, or says nothing for `children.SILENT_S`, every stream is
cut and what is unsent is thrown away. Where it may, the process runs under SCHED_FIFO: sleeping, never spinning.

Orders, after a first one with address, certificate and networks: `{"do": "open", "step", "in_s", "duration_s",
"settle_s", "rate_mbps", "keys"}` with a key for each device; `{"do": "hold", "device", "on"}`; `{"do": "close",
"step"}`. Events: `listening`, then `closed` with the sender's figures for each device of the step.
"""

import contextlib
import heapq
import hmac
import select
import selectors
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from wifiplan.probe.children import Message, Orders, tell
from wifiplan.probe.classroom.segment_figures import NOTE_CHUNKS, figures_of
from wifiplan.probe.classroom.stream_socket import CHUNK_S, Asked, Connection, Schedule
from wifiplan.probe.safety import Network, is_allowed

TAIL_S = 0.5
"""A stream runs on this long after its step, for devices whose step began a little later [s]."""

REQUEST_S = 5.0
"""A request that is not complete after this is closed [s]."""

MOST_STRANGERS = 128
"""Connections that have not asked for a stream; the oldest makes room for a newer one."""

MOST_STREAMS = 400

MOST_FETCHES = 400
"""How often one device may fetch its stream in a step: a page whose network breaks tries five times a second."""


@dataclass(slots=True, kw_only=True)
class Course:
    """A step that is on: when, at which rate, who may have it, and in which phase of the chunk's time."""

    step: int
    start_s: float
    end_s: float
    window: tuple[float, float]
    rate_mbps: float
    keys: Mapping[str, str]
    phases_s: Mapping[str, float]

    @classmethod
    def of(cls, order: Message, now: float) -> "Course":
        """Read the order `open`."""
        start, keys = now + order["in_s"], order["keys"]
        end = start + order["duration_s"]
        return cls(
            step=order["step"],
            start_s=start,
            end_s=end + TAIL_S,
            window=(start + order["settle_s"], end),
            rate_mbps=order["rate_mbps"],
            keys=keys,
            # each stream has its own phase inside the chunk's time, so that no two leave together
            phases_s={device: i / len(keys) * CHUNK_S for i, device in enumerate(keys)},
        )

    def schedule(self, device: str, now: float) -> Schedule:
        """Return a stream's schedule that begins now, or with the step."""
        origin = self.start_s + self.phases_s[device]
        first_s = origin + max(0, -int((origin - now) // CHUNK_S)) * CHUNK_S
        return Schedule(rate_mbps=self.rate_mbps, first_s=first_s, end_s=self.end_s, window=self.window)


class StreamServer:
    """The loop: orders, new connections, requests, chunks."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, allowed: tuple[Network, ...] = ()) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family, backlog=256)
        self.listener.settimeout(0)
        self.context = context
        self.allowed = allowed
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.connections: dict[int, Connection] = {}
        self.playing: dict[str, Connection] = {}
        self.ended: dict[str, list[Connection]] = {}
        self.held: set[str] = set()
        self.queue: list[tuple[float, int, Connection]] = []
        self.marks_due: list[float] = []
        self.course: Course | None = None
        self.swept_s = time.monotonic()
        self.n_orphaned = 0
        self.start_s = 0.0
        self._n = 0

    def run(self, orders: Orders, answers: BinaryIO) -> None:
        """Serve until the controller is gone."""
        while not orders.orphaned:
            for order in orders.take():
                self._carry_out(order, answers)
            self._send_due()
            self._sweep(time.monotonic(), alone=orders.silent)
            for key, events in self._wait():
                self._serve(key, events)
        self._cut()

    def _wait(self) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait with the clock's own resolution: epoll's timeout would be rounded up to whole milliseconds."""
        now = time.monotonic()
        until = min([now + 0.05, *self.marks_due, *(entry[0] for entry in self.queue[:1])])
        timeout_s = max(until - now, 0.0)
        if sys.platform == "linux" and isinstance(self.selector, selectors.EpollSelector):
            select.select([self.selector.fileno()], [], [], timeout_s)
            return self.selector.select(0)
        return self.selector.select(timeout_s)

    def _serve(self, key: selectors.SelectorKey, events: int) -> None:
        if key.fileobj is self.listener:
            self._accept()
            return
        connection = self.connections.get(key.fd)
        if connection is None:
            return
        if events & selectors.EVENT_READ or connection.schedule is None:
            asked = connection.read()
            if asked is not None:
                self._begin(connection, asked)
        if events & selectors.EVENT_WRITE:
            connection.send(time.monotonic())
        self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        """Watch a connection for what it waits for, or forget it."""
        if connection.gone:
            if self.connections.get(connection.number) is connection:
                with contextlib.suppress(KeyError, ValueError):
                    self.selector.unregister(connection.number)
                del self.connections[connection.number]
            if connection.asked and self.playing.get(connection.asked.device) is connection:
                self.ended.setdefault(connection.asked.device, []).append(self.playing.pop(connection.asked.device))
            return
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        events = both if connection.wants == "write" else selectors.EVENT_READ
        if self.selector.get_key(connection.number).events != events:
            self.selector.modify(connection.number, events)

    def _drop(self, connection: Connection) -> None:
        connection.close()
        self._settle(connection)

    def _accept(self) -> None:
        for _ in range(8):
            try:
                sock, peer = self.listener.accept()
            except OSError:
                return
            if not is_allowed(str(peer[0]).partition("%")[0], self.allowed):
                sock.close()
                continue
            try:
                connection = Connection(sock, time.monotonic(), self.context)
            except (OSError, ValueError):
                sock.close()
                continue
            strangers = [c for c in self.connections.values() if c.asked is None]
            if len(strangers) >= MOST_STRANGERS:
                self._drop(min(strangers, key=lambda c: c.born_s))
            self.connections[connection.number] = connection
            self.selector.register(connection.number, selectors.EVENT_READ)

    def _begin(self, connection: Connection, asked: Asked) -> None:
        course, now = self.course, time.monotonic()
        key = course.keys.get(asked.device) if course and course.step == asked.step else None
        full = len(self.playing) > MOST_STREAMS or len(self.ended.get(asked.device, ())) > MOST_FETCHES
        if course is None or key is None or not hmac.compare_digest(key, asked.key) or full:
            connection.asked = None
            connection.answer(b"403 Forbidden")
            return
        earlier = self.playing.get(asked.device)
        if earlier is not None:
            self._drop(earlier)
        schedule = course.schedule(asked.device, now)
        schedule.held = asked.device in self.held
        connection.begin(schedule)
        self.playing[asked.device] = connection
        connection.send(now)
        self._line_up(connection, schedule)

    def _line_up(self, connection: Connection, schedule: Schedule) -> None:
        if not schedule.over and not connection.gone:
            self._n += 1
            heapq.heappush(self.queue, (schedule.next_s, self._n, connection))

    def _send_due(self) -> None:
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, connection = heapq.heappop(self.queue)
            schedule = connection.schedule
            if schedule is None or connection.gone:
                continue
            behind = schedule.sent < schedule.due
            schedule.tick(time.monotonic())
            if schedule.n_chunks % NOTE_CHUNKS == 0:
                connection.note(time.monotonic())
            if not behind:
                connection.send(time.monotonic())
                self._settle(connection)
            self._line_up(connection, schedule)

    def _sweep(self, now: float, *, alone: bool) -> None:
        while self.marks_due and self.marks_due[0] <= now:
            self.marks_due.pop(0)
            for connection in self.playing.values():
                connection.marks.append(connection.tcp())
        if self.course is not None and alone:
            # what the network did after this is not known: the step says so
            self.n_orphaned += len(self.playing)
            self.course = None
            self._cut()
        elif self.course is not None and now > self.course.end_s + TAIL_S:
            self._cut()
        if now - self.swept_s > 0.25:
            self.swept_s = now
            for connection in list(self.connections.values()):
                if connection.asked is None and now - connection.born_s > REQUEST_S:
                    self._drop(connection)

    def _carry_out(self, order: Message, answers: BinaryIO) -> None:
        if order["do"] == "open":
            self._open(Course.of(order, time.monotonic()))
        elif order["do"] == "hold":
            self._hold(order["device"], on=order["on"])
        elif order["do"] == "close":
            self._cut()
            figures = {device: figures_of(parts, self.start_s) for device, parts in self.ended.items()}
            closed = {"event": "closed", "step": order["step"], "devices": figures, "n_orphaned": self.n_orphaned}
            tell(answers, closed)
            self.course = None

    def _open(self, course: Course) -> None:
        self._cut()
        self.ended.clear()
        self.held.clear()
        self.marks_due = list(course.window)
        self.start_s = course.start_s
        self.n_orphaned = 0
        self.course = course

    def _hold(self, device: str, *, on: bool) -> None:
        if on:
            self.held.add(device)
        else:
            self.held.discard(device)
        connection = self.playing.get(device)
        if connection is not None and connection.schedule is not None:
            connection.schedule.hold(on=on)

    def _cut(self) -> None:
        for connection in list(self.playing.values()):
            self._drop(connection)
        self.queue.clear()
