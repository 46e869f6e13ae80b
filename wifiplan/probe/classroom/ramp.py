"""One step of the ramp over all rooms of a round: orders, streams, the watch over silence, receipts."""

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from wifiplan.probe.classroom.feeder import Course, Feeder
from wifiplan.probe.classroom.lag import Lag
from wifiplan.probe.classroom.protocol import SILENT_S, StepOrder, Stop
from wifiplan.probe.classroom.receipts import Span, absent_receipt, left_receipt, tablet_receipt
from wifiplan.probe.classroom.rooms import COLLECT_S, START_IN_S, playing
from wifiplan.probe.classroom.roster import Device, Room, StepLog, tell_all
from wifiplan.probe.classroom.udp import UdpSide, agent_receipt
from wifiplan.probe.confidence import delay_of
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import Receipt, Step

WATCH_S = 0.1
"""How often the controller looks who fell silent and whether it must stop [s]."""

EARLY_S = 1.0
"""A window shorter than this, of a step that was stopped, says nothing and is left out [s]."""


def utc_now() -> str:
    """Return the moment as it stands in records."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Switch:
    """Why the load must stop; blank while it may run."""

    why: str = ""

    def trip(self, why: str) -> None:
        """Stop; the first reason stands."""
        self.why = self.why or why

    def tripped(self) -> bool:
        """Tell whether the load must stop."""
        return bool(self.why)


@dataclass(slots=True)
class Running:
    """The step that is on, for the live page."""

    number: int
    share: float
    starts_s: float
    length_s: float


@dataclass(frozen=True, slots=True)
class Senders:
    """What sends: the stream server for tablets, and the generator for agents where there may be any."""

    feeder: Feeder
    udp: UdpSide | None


class Ramp:
    """Runs baselines and steps.

    Parameters
    ----------
    senders : Senders
        For tablets and agents.
    options : ClassTestOptions
        Ramp, lengths, limits.
    rate_mbps : float
        Payload of every device [Mbit/s].
    switch : Switch
        Stops whatever is running.
    lag : Lag
        How late this program itself is.
    """

    def __init__(self, senders: Senders, options: ClassTestOptions, rate_mbps: float, switch: Switch, lag: Lag) -> None:
        self.feeder = senders.feeder
        self.udp = senders.udp
        self.lag = lag
        self.options = options
        self.rate_mbps = rate_mbps
        self.switch = switch
        self.running: Running | None = None

    async def baseline(self, rooms: Sequence[Room]) -> None:
        """Let every device ping while nothing flows: what the load adds is counted from here."""
        everyone = [device for room in rooms for device in room.devices.values()]
        for device in everyone:
            device.log = StepLog(step=0, play=False, rate_mbps=self.rate_mbps)
        self.running = Running(0, 0.0, time.monotonic() + START_IN_S, self.options.idle_s)
        order = StepOrder(
            step=0,
            play=False,
            in_ms=START_IN_S * 1e3,
            duration_s=self.options.idle_s,
            settle_s=0.0,
            rate_mbps=self.rate_mbps,
        )
        await tell_all(everyone, order)
        await self._watch(everyone, self.options.idle_s)
        await tell_all(everyone, Stop(why="end"))
        # a laptop keeps its round trips at rest for its first figures: there is no log to wait for
        await self._collect([device for device in everyone if device.connected and device.kind == "tablet"])
        for device in everyone:
            if device.log is not None and device.log.rtts:
                device.idle = delay_of(device.log.rtts)
        self.running = None

    async def step(self, rooms: Sequence[Room], number: int, share: float) -> Mapping[str, Step]:
        """Run one step; return it for each room, by code. A step stopped in its first moments gives none.

        Parameters
        ----------
        rooms : sequence of Room
            Loaded together.
        number : int
            Unique in the whole test, from 1 on.
        share : float
            Of each class.
        """
        length_s = self.options.full_s if share >= 1.0 else self.options.step_s
        now = time.monotonic()
        chosen = {room.code: room.ready(now)[: playing(room.ask.n_expected, share)] for room in rooms}
        players = [device for devices in chosen.values() for device in devices]
        keys = {device.id: secrets.token_hex(16) for device in players if device.kind == "tablet"}
        self.running = Running(number, share, now + START_IN_S, length_s)
        started = utc_now()
        await self._order(rooms, players, keys, length_s)
        ran_s = await self._watch([device for room in rooms for device in room.devices.values()], length_s)
        await tell_all([device for room in rooms for device in room.devices.values()], Stop(why="end"))
        await self._collect(players)
        found = await self._receipts_by_device(number, players, ran_s)
        self.running = None
        window_s = max(ran_s - self.options.settle_s, 0.0)
        if window_s < EARLY_S:
            return {}
        return {
            room.code: Step(
                share=share,
                n_wanted=playing(room.ask.n_expected, share),
                started_utc=started,
                window_s=round(window_s, 3),
                receipts=self._of_room(room, share, chosen[room.code], found, ran_s),
            )
            for room in rooms
        }

    async def _order(
        self, rooms: Sequence[Room], players: Sequence[Device], keys: Mapping[str, str], length_s: float
    ) -> None:
        """Open the streams, then tell everybody when the step begins and who plays."""
        number = self.running.number if self.running else 0
        settle_s = self.options.settle_s
        self.feeder.open(
            Course(
                step=number,
                in_s=START_IN_S,
                duration_s=length_s,
                settle_s=settle_s,
                rate_mbps=self.rate_mbps,
                keys=dict(keys),
            )
        )
        if self.udp is not None:
            agents = [device for device in players if device.kind == "agent"]
            self.udp.open(number, agents, in_s=START_IN_S, duration_s=length_s, rate_mbps=self.rate_mbps)
        names = {device.id for device in players}
        order = StepOrder(
            step=number,
            play=False,
            in_ms=START_IN_S * 1e3,
            duration_s=length_s,
            settle_s=settle_s,
            rate_mbps=self.rate_mbps,
        )
        orders = []
        for device in [device for room in rooms for device in room.devices.values()]:
            device.log = StepLog(step=number, play=device.id in names, rate_mbps=self.rate_mbps)
            url = f"/stream/{device.id}/{number}?k={keys[device.id]}" if device.id in keys else None
            port = self.feeder.port if url else None
            orders.append(tell_all([device], replace(order, play=device.id in names, url=url, port=port)))
        await asyncio.gather(*orders)

    async def _watch(self, devices: Sequence[Device], length_s: float) -> float:
        """Wait for a step's end; hold back what would go to a device that has fallen silent. Return how long it ran."""
        # counted from the order, however long one device took to hear it: the streams do not wait either
        starts_s = self.running.starts_s if self.running else time.monotonic() + START_IN_S
        stalled_s = self.lag.stalled_s
        while time.monotonic() < starts_s + length_s:
            now = time.monotonic()
            if self.lag.stalled_s > stalled_s:
                # it was this program that did not listen: nobody fell silent
                for device in devices:
                    device.heard_s = max(device.heard_s, now - WATCH_S)
                stalled_s = self.lag.stalled_s
            if self._sender_is_gone(devices):
                self.switch.trip("generator")
            if self.switch.tripped():
                await self._halt(devices)
                return max(min(now - starts_s, length_s), 0.0)
            for device in devices:
                await self._hold(device, now)
            await asyncio.sleep(min(WATCH_S, max(starts_s + length_s - now, 0.0)))
        return length_s

    def _sender_is_gone(self, devices: Sequence[Device]) -> bool:
        """Tell whether a process that sends, or that answers the agents' round trips, has died."""
        if not self.feeder.alive:
            return True
        agents = [d for d in devices if d.kind == "agent" and d.log is not None and d.log.play]
        return self.udp is not None and bool(agents) and not self.udp.service.alive

    async def _hold(self, device: Device, now: float) -> None:
        silent = now - device.heard_s > SILENT_S and not self.lag.is_late()
        if device.log is not None and not self.lag.is_late():
            device.log.silent_s = max(device.log.silent_s, now - device.heard_s)
            device.add_hidden(now)
        if silent != device.held and device.log is not None and device.log.play:
            device.held = silent
            await self._still(device, on=silent)

    async def _still(self, device: Device, *, on: bool) -> None:
        """Send a device nothing, or go on; an agent's stream that was stopped stays so for the step."""
        if device.kind == "tablet":
            self.feeder.hold(device.id, on=on)
        elif self.udp is not None and on:
            self.udp.mute(device.id)

    async def _halt(self, devices: Sequence[Device]) -> None:
        """Stop the load first, then tell the devices."""
        for device in devices:
            if device.log is not None and device.log.play:
                await self._still(device, on=True)
        why = self.switch.why
        await tell_all(list(devices), Stop(why="technician" if why == "technician" else "guard"))

    async def _collect(self, devices: Sequence[Device]) -> None:
        """Wait for last logs: a loaded network brings them late."""
        until = time.monotonic() + COLLECT_S
        while time.monotonic() < until:
            waiting = [d for d in devices if d.connected and d.log is not None and not d.log.ended]
            if not waiting:
                return
            await asyncio.sleep(WATCH_S)

    async def _receipts_by_device(self, number: int, players: Sequence[Device], ran_s: float) -> dict[str, Receipt]:
        """End the step's streams; put each device's log beside what the sender knows."""
        span = self._span(ran_s)
        sent = await self.feeder.close(number)
        agents = [device for device in players if device.kind == "agent"]
        generator = {} if self.udp is None else await self.udp.close(number, agents)
        found = {}
        for device in players:
            device.held = False
            if device.log is None or device.log.step != number:
                found[device.id] = left_receipt(device, span)
            elif device.kind == "agent":
                sender, size = generator.get(device.id), self.options.packet_bytes
                found[device.id] = agent_receipt(device, device.log, sender, span, size)
            else:
                found[device.id] = tablet_receipt(device, device.log, sent.get(device.id), span)
        return found

    def _span(self, ran_s: float) -> Span:
        options = self.options
        return Span(settle_s=options.settle_s, until_s=ran_s, rate_mbps=self.rate_mbps, limits=options.limits)

    def _of_room(
        self, room: Room, share: float, devices: Sequence[Device], found: Mapping[str, Receipt], ran_s: float
    ) -> tuple[Receipt, ...]:
        missing = playing(room.ask.n_expected, share) - sum(device.n_flows for device in devices)
        absent = [absent_receipt(seat, self._span(ran_s)) for seat in room.absent_seats(max(missing, 0))]
        return (*(found[device.id] for device in devices), *absent)
