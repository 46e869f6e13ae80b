"""A whole class test: rounds of rooms, each joined, measured at rest, then loaded step by step; nothing is lost."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from wifiplan.errors import WifiplanError
from wifiplan.probe.classroom.protocol import Done
from wifiplan.probe.classroom.ramp import Ramp, Switch, utc_now
from wifiplan.probe.classroom.rooms import Round
from wifiplan.probe.classroom.roster import Reason, Room, tell_all
from wifiplan.probe.guarding import GuardWatch
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, Guard, RoomRun, Step
from wifiplan.probe.verdict import judge_room

Phase: TypeAlias = Literal["wait", "join", "baseline", "step", "pause", "between", "done"]
"""Nobody there yet; joining; idle baseline; load; rest between steps; between two rounds; over."""

LOOK_S = 0.1
PATIENCE_S = 3_600.0
"""How long a round waits for its first device before it is given up [s]: the way to the room, a lesson too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOrder:
    """What was asked for: school, rooms and rounds, options, and who authorised it."""

    version: str
    school: str
    stage: Literal["elementary", "junior"] | None = None
    code: str | None = None
    authorised_by: str
    controller: str
    plan_mark: str | None = None
    retest_of: str | None = None
    rounds: tuple[Round, ...]
    options: ClassTestOptions = field(default_factory=ClassTestOptions)
    rate_mbps: float
    auto_start: bool = False


class Controller:
    """Runs one authorised test.

    Parameters
    ----------
    order : TestOrder
        What to do.
    ramp : Ramp
        Runs baseline and steps; its switch stops the load.
    keep : callable
        Called with the test as it stands after every step and at its end: what was measured outlives any crash.
    guard : GuardWatch or None
        Looks at gateway and name server while the load runs.
    """

    def __init__(
        self, order: TestOrder, ramp: Ramp, keep: Callable[[ClassTest], None], guard: GuardWatch | None = None
    ) -> None:
        self.order = order
        self.ramp = ramp
        self.keep = keep
        self.guard = guard
        self.test_id = secrets.token_hex(8)
        self.started_utc = utc_now()
        self.phase: Phase = "wait"
        self.round_no = 0
        self.rooms: tuple[Room, ...] = ()
        self.runs: list[RoomRun] = []
        self.guards: list[Guard] = []
        self.opened_s = time.monotonic()
        self.join_from_s: float | None = None
        self.opened: Callable[[], None] = lambda: None
        """Called when devices may join, at the beginning of every round."""
        self._go = asyncio.Event()
        self._steps: dict[str, list[Step]] = {}
        self._n_steps = 0

    @property
    def switch(self) -> Switch:
        """Stops the load."""
        return self.ramp.switch

    @property
    def open_for_devices(self) -> bool:
        """Whether devices may join."""
        return self.phase not in {"between", "done"} and bool(self.rooms)

    def go(self) -> None:
        """Start the ramp, or the next round: the technician's button. Before anybody is there it does nothing."""
        now = time.monotonic()
        if self.phase == "between" or any(room.ready(now) for room in self.rooms):
            self._go.set()

    def stop(self, why: str = "technician") -> None:
        """Stop everything; what was measured stays."""
        self.switch.trip(why)

    def open_cart(self, code: str) -> None:
        """Start the stopwatch of a room's join storm."""
        for room in self.rooms:
            if room.code == code:
                room.open_cart(time.monotonic(), utc_now())

    async def run(self) -> ClassTest:
        """Run all rounds and return what was measured, also when it was stopped midway."""
        try:
            for number, asks in enumerate(self.order.rounds, start=1):
                self.rooms = tuple(Room(ask=ask, round_no=number) for ask in asks)
                self._steps = {room.code: [] for room in self.rooms}
                self.round_no = number
                await self._round()
                await self._end_round()
                if self.switch.tripped() or number == len(self.order.rounds):
                    break
                await self._between()
        finally:
            if self._steps:
                self._close_rooms(self.switch.why or "controller")
            self.phase = "done"
            self.keep(self.test())
        return self.test()

    def test(self) -> ClassTest:
        """Return the test as it stands; rooms that are under way count as stopped."""
        order = self.order
        under_way = [self._run_of(room, "controller") for room in self.rooms if room.code in self._steps]
        return ClassTest(
            version=order.version,
            id=self.test_id,
            school=order.school,
            stage=order.stage,
            code=order.code,
            started_utc=self.started_utc,
            authorised_by=order.authorised_by,
            controller=order.controller,
            plan_mark=order.plan_mark,
            retest_of=order.retest_of,
            options=order.options,
            rooms=(*self.runs, *under_way),
            guards=tuple(self.guards),
        )

    async def _round(self) -> None:
        self.phase, self.opened_s, self.join_from_s = "wait", time.monotonic(), None
        self._go.clear()
        if self.switch.tripped():
            return  # stopped on the way to these rooms: nobody is asked to join, and they stand as not tested
        self.opened()
        if not await self._joined():
            self.switch.trip("nobody")
        if self.switch.tripped():
            return
        self.phase = "baseline"
        await self.ramp.baseline(self.rooms)
        async with self._guarded():
            for place, share in enumerate(self.order.options.ramp):
                if self.switch.tripped():
                    return
                self.phase = "step"
                self._n_steps += 1
                for code, step in (await self.ramp.step(self.rooms, self._n_steps, share)).items():
                    self._steps[code].append(step)
                self._keep_so_far()
                if place + 1 < len(self.order.options.ramp) and not self.switch.tripped():
                    self.phase = "pause"
                    await asyncio.sleep(self.order.options.pause_s)

    async def _joined(self) -> bool:
        """Wait for the class; return whether anybody is there."""
        options = self.order.options
        while not self.switch.tripped():
            now = time.monotonic()
            opened = [room.cart_opened_s for room in self.rooms if room.cart_opened_s is not None]
            first = [device.joined_s for room in self.rooms for device in room.devices.values()]
            self.join_from_s = min([*opened, *first], default=None)
            if self.join_from_s is not None:
                self.phase = "join"
            n_ready = sum(len(room.ready(now)) for room in self.rooms)
            if self._go.is_set() and n_ready:
                return True
            everybody = all(_n_flows_ready(room, now) >= room.ask.n_expected for room in self.rooms)
            if everybody and self.order.auto_start:
                return True
            late = self.join_from_s is not None and now - self.join_from_s > options.join_s
            if late or (self.join_from_s is None and now - self.opened_s > self._patience_s()):
                return n_ready > 0
            await asyncio.sleep(LOOK_S)
        return True

    def _patience_s(self) -> float:
        return self.order.options.join_s if self.order.auto_start else PATIENCE_S

    def _keep_so_far(self) -> None:
        """Keep what there is; a full disk or a locked file is no reason to stop: it is tried again after each step."""
        with contextlib.suppress(WifiplanError):
            self.keep(self.test())

    async def _end_round(self) -> None:
        self._close_rooms(self.switch.why)
        self._keep_so_far()
        for room in self.rooms:
            await tell_all(list(room.devices.values()), Done(verdict=room.verdict))

    def _close_rooms(self, abort: str) -> None:
        for room in self.rooms:
            run = self._run_of(room, abort)
            judged = judge_room(run, self.order.options.limits)
            room.verdict = judged.verdict
            room.reasons = tuple(Reason(found.code, found.n, found.n_of) for found in judged.findings)
            full = judged.full_step
            room.ended = {seat: found.verdict for seat, found in full.streams} if full else {}
            self.runs.append(run)
        self._steps = {}

    def _run_of(self, room: Room, abort: str) -> RoomRun:
        return RoomRun(
            room_id=room.ask.room_id,
            name=room.ask.name,
            round_no=room.round_no,
            n_expected=room.ask.n_expected,
            cart_opened_utc=room.cart_opened_utc,
            joins=room.joins(),
            steps=tuple(self._steps.get(room.code, ())),
            abort=abort,
        )

    async def _between(self) -> None:
        """Wait for the technician to reach the next rooms."""
        self.phase = "between"
        self._go.clear()
        if self.order.auto_start:
            await asyncio.sleep(self.order.options.pause_s)
            return
        while not self.switch.tripped():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._go.wait(), LOOK_S)
                return

    @contextlib.asynccontextmanager
    async def _guarded(self) -> AsyncIterator[None]:
        """Let the guard look while the block runs."""
        if self.guard is None:
            yield
            return
        watching = asyncio.create_task(self._watch(self.guard))
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _watch(self, guard: GuardWatch) -> None:
        async for look in guard.looks():
            self.guards.append(replace(look, at_s=round(time.monotonic() - self.opened_s, 3)))
            if guard.alarm:
                self.switch.trip(f"guard_{guard.alarm}")


def _n_flows_ready(room: Room, now: float) -> int:
    return sum(device.n_flows for device in room.ready(now))
