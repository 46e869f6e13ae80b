"""Who has joined a room, who is alive, who was out of sight: the controller's picture of its devices."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from wifiplan.probe.auth import new_room_code
from wifiplan.probe.classroom.playback import Screen
from wifiplan.probe.classroom.protocol import SILENT_S, Hello, Log, ServerMessage
from wifiplan.probe.classroom.rooms import RoomAsk
from wifiplan.probe.records import Delay, DeviceKind, Join

SPARE_SEATS = 5
"""Devices that may join a room beyond those expected: one that failed is replaced without a fuss."""

GONE_S = 10.0
"""From this long without a connection a device may lose its seat to another one, where a room is full [s]."""

MOST_LOG_ROWS = 20_000
"""Rows of a device's log of one step; a sound one has 20 a second."""

Say: TypeAlias = Callable[[ServerMessage], Awaitable[None]]


@dataclass(slots=True)
class StepLog:
    """What one device has told of one step so far."""

    step: int
    play: bool
    rate_mbps: float
    bins: list[tuple[float, int]] = field(default_factory=list)
    rtts: list[tuple[float, float | None]] = field(default_factory=list)
    hidden_s: float = 0.0
    busy_share: float | None = None
    fault: str = ""
    ended: bool = False
    silent_s: float = 0.0
    broken: bool = False
    figures: dict[str, object] | None = None
    screen: Screen = field(default_factory=Screen)

    @property
    def reaches_s(self) -> float:
        """How far into the step the log reaches [s]."""
        return self.bins[-1][0] if self.bins else 0.0

    def take(self, log: Log) -> None:
        """Add what a device tells; a log that goes back in time or bytes is another page's: it is not taken."""
        for t_ms, n_bytes in log.bins:
            if self.bins and (t_ms / 1e3 < self.bins[-1][0] or n_bytes < self.bins[-1][1]):
                self.broken = True
                return
            if len(self.bins) < MOST_LOG_ROWS:
                self.bins.append((t_ms / 1e3, n_bytes))
                self.screen.run_to(t_ms / 1e3)
                self.screen.take(n_bytes * 8 / (self.rate_mbps * 1e6))
        if len(self.rtts) < MOST_LOG_ROWS:
            self.rtts += [(t_ms / 1e3, rtt_ms) for t_ms, rtt_ms in log.rtt]
        self.hidden_s = max(self.hidden_s, log.hidden_ms / 1e3)
        self.busy_share = self.busy_share if log.busy_share is None else log.busy_share
        self.fault = log.fault or self.fault
        self.ended = self.ended or log.end


@dataclass(slots=True)
class Device:
    """One device of a room, over all its connections."""

    id: str
    seat: str
    kind: DeviceKind
    n_flows: int
    key: str
    joined_s: float
    page_s: float
    heard_s: float
    say: Say | None = None
    ready_s: float | None = None
    visible: bool = True
    hidden_since_s: float | None = None
    gone_s: float = 0.0
    wake: bool = False
    held: bool = False
    idle: Delay | None = None
    log: StepLog | None = None

    @property
    def connected(self) -> bool:
        """Whether its WebSocket is open."""
        return self.say is not None

    @property
    def closed(self) -> bool:
        """Whether its page was closed: a browser hides a page just before it ends it."""
        hidden_s = 0.0 if self.hidden_since_s is None else self.gone_s - self.hidden_since_s
        return not self.connected and hidden_s < 3 * SILENT_S

    def alive(self, now: float) -> bool:
        """Whether it has given a sign of life lately."""
        return self.connected and self.ready_s is not None and now - self.heard_s <= SILENT_S

    def hear(self, now: float, *, late: bool = False) -> None:
        """Note a sign of life; `late`: the controller itself was held up, so that nobody was silent."""
        if self.log is not None and not late:
            self.log.silent_s = max(self.log.silent_s, now - self.heard_s)
        self.heard_s = now
        if self.ready_s is None:
            self.ready_s = now

    def show(self, now: float, *, visible: bool) -> None:
        """Note whether its page is in sight; the controller counts on its own, for a page that can't any more."""
        if not visible and self.hidden_since_s is None:
            self.hidden_since_s = now
        if visible and self.hidden_since_s is not None:
            self.add_hidden(now)
            self.hidden_since_s = None
        self.visible = visible

    def add_hidden(self, now: float) -> None:
        """Add the time out of sight until now to the step's."""
        if self.log is not None and self.hidden_since_s is not None and self.connected:
            self.log.hidden_s = max(self.log.hidden_s, now - self.hidden_since_s)


class RefusedError(Exception):
    """A device can't be taken; `why` is one of `protocol.RefusedCode`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a room did not pass: a code of `probe.findings`, and for how many of its devices it holds."""

    code: str
    n: int | None
    n_of: int | None


@dataclass(slots=True)
class Room:
    """A room under test: its code, its seats, its stopwatch; at the end its verdict, that of each seat, and why."""

    ask: RoomAsk
    round_no: int
    code: str = field(default_factory=new_room_code)
    devices: dict[str, Device] = field(default_factory=dict)
    cart_opened_s: float | None = None
    cart_opened_utc: str | None = None
    n_pages: int = 0
    verdict: str = ""
    reasons: tuple[Reason, ...] = ()
    ended: dict[str, str] = field(default_factory=dict)

    def claim(self, hello: Hello, now: float) -> Device:
        """Give a device its seat, or its old one back.

        Raises
        ------
        RefusedError
            "seat_taken" or "full".
        """
        old = self.by_id(hello.resume) if hello.resume else None
        if old is not None and old.kind != hello.kind:
            old = None  # a tablet's seat is not taken over by an agent, nor the other way round
        if old is None and hello.seat in self.devices:
            old = self.devices[hello.seat]
            if not self._may_be_replaced(old, now):
                raise RefusedError("seat_taken")
        if old is not None and old.kind == hello.kind:
            return old
        if old is None and len(self.devices) >= self.ask.n_expected + SPARE_SEATS:
            self._make_room(now)
        device = Device(
            id=secrets.token_hex(8),
            seat=hello.seat or self.free_seat(),
            kind=hello.kind,
            n_flows=hello.flows if hello.kind == "agent" else 1,
            key=secrets.token_hex(16),
            joined_s=now,
            page_s=now - (hello.page_ms or 0.0) / 1e3,
            heard_s=now,
            wake=hello.wake,
        )
        self.devices[device.seat] = device
        return device

    @staticmethod
    def _may_be_replaced(device: Device, now: float) -> bool:
        return not device.connected or now - device.heard_s > 3 * SILENT_S

    def _make_room(self, now: float) -> None:
        """Give up the seat of a device that is gone: pages that came and went may not use a room up for good."""
        gone = [device for device in self.devices.values() if not device.connected and now - device.heard_s > GONE_S]
        if not gone:
            raise RefusedError("full")
        del self.devices[min(gone, key=lambda device: device.heard_s).seat]

    def free_seat(self) -> str:
        """Return the lowest number without a device."""
        return next(f"{n:02}" for n in range(1, 1000) if f"{n:02}" not in self.devices)

    def by_id(self, device: str) -> Device | None:
        """Return a device by the id of its welcome."""
        return next((found for found in self.devices.values() if secrets.compare_digest(found.id, device)), None)

    def ready(self, now: float) -> list[Device]:
        """Return the devices that are alive, in the order of their seats."""
        return [self.devices[seat] for seat in sorted(self.devices) if self.devices[seat].alive(now)]

    def absent_seats(self, n: int) -> tuple[str, ...]:
        """Return the lowest `n` numbers that nobody took."""
        free = (f"{k:02}" for k in range(1, 1000) if f"{k:02}" not in self.devices)
        return tuple(next(free) for _ in range(n))

    def open_cart(self, now: float, utc: str) -> None:
        """Start the stopwatch of the join storm; a second press starts it anew while nobody has joined."""
        if self.cart_opened_s is None or not self.devices:
            self.cart_opened_s, self.cart_opened_utc = now, utc

    def joins(self) -> tuple[Join, ...]:
        """Return how fast everybody came on line; none without the stopwatch, nor who was there before it ran."""
        return tuple(sorted(self._joins(), key=lambda join: join.ready_s))

    def _joins(self) -> Iterator[Join]:
        origin_s = self.cart_opened_s
        if origin_s is None:
            return
        for device in self.devices.values():
            if device.ready_s is not None and device.ready_s >= origin_s:
                page_s = max(device.page_s - origin_s, 0.0)
                yield Join(
                    seat=device.seat,
                    kind=device.kind,
                    page_s=round(page_s, 3),
                    ready_s=round(device.ready_s - origin_s, 3),
                )


async def tell_all(devices: list[Device], message: ServerMessage) -> None:
    """Send a message to devices, to all at once: one that does not listen costs the others no time."""
    await asyncio.gather(*(device.say(message) for device in devices if device.say is not None))
