"""The probe's own paced streams on a bed: the real controller's service in the server, a receiver in every client."""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bed.building import Bed
from bed.namespaces import Namespace
from wifiplan.probe.receiving import Receiver
from wifiplan.probe.records import Delay
from wifiplan.probe.round_trips import RoundTrips
from wifiplan.probe.safety import Target
from wifiplan.probe.step_figures import Received, StepPlan, received
from wifiplan.probe.streams import SenderFigures, UdpService

DRAIN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One step: a stream to each client, and round trips beside it."""

    rate_mbps: float
    duration_s: float
    settle_s: float = 1.0
    packet_bytes: int = 1200
    round_trips_per_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one client received, what its round trips took, and what its sender said."""

    received: Received
    delay: Delay | None
    sent: SenderFigures
    window_s: float

    @property
    def goodput_mbps(self) -> float:
        """Payload inside the window."""
        return self.received.n_bytes * 8 / self.window_s / 1e6


@dataclass(slots=True, kw_only=True)
class Seat:
    """One client during a step."""

    name: str
    receiver: Receiver
    trips: RoundTrips | None = None


def measure(bed: Bed, clients: Sequence[Namespace], load: Load) -> tuple[Measured, ...]:
    """Run one step to some clients. The service's processes are born in the server, hence the detour."""
    with bed.server.inside(), first():
        return asyncio.run(run_step(bed, clients, load))


@contextlib.contextmanager
def first() -> Iterator[None]:
    """Let the receivers run before other programs, where permitted: a laptop has its processor to itself."""
    granted = False
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))
        granted = True
    try:
        yield
    finally:
        if granted:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


async def run_step(bed: Bed, clients: Sequence[Namespace], load: Load) -> tuple[Measured, ...]:
    """Let all clients in, load them, and return the figures of each."""
    async with UdpService(host=bed.server.address) as service:
        seats: list[Seat] = []
        try:
            for k, client in enumerate(clients):
                seats.append(await let_in(bed, service, client, name=f"a{k}", load=load))
            return await run_loaded(service, seats, load)
        finally:
            for seat in seats:
                await asyncio.to_thread(close, seat)


async def let_in(bed: Bed, service: UdpService, client: Namespace, *, name: str, load: Load) -> Seat:
    """Open a client's sockets in its namespace, and prove its address."""
    key = secrets.token_bytes(32)
    target = Target(name="bed", address=bed.server.address, port=service.port)
    with client.inside():
        receiver = Receiver(target, device=name, key=key)
    service.register(name, key)
    entry = await asyncio.to_thread(receiver.enter, 10.0)
    await service.wait_ready([name], 10.0)
    if not load.round_trips_per_s:
        return Seat(name=name, receiver=receiver)
    with client.inside():
        trips = RoundTrips(
            bed.server.address,
            entry.reflector_port,
            key=key,
            session=entry.session,
            per_s=load.round_trips_per_s,
        )
    return Seat(name=name, receiver=receiver, trips=trips)


async def run_loaded(service: UdpService, seats: Sequence[Seat], load: Load) -> tuple[Measured, ...]:
    """Run the step and wait for its queue to drain."""
    for seat in seats:
        seat.receiver.open_step(1)
        if seat.trips is not None:
            seat.trips.start()
    in_s = 0.5
    start_ns = time.monotonic_ns() + round(in_s * 1e9)
    service.start_step(
        1,
        {seat.name: load.rate_mbps for seat in seats},
        in_s=in_s,
        duration_s=load.duration_s,
        packet_bytes=load.packet_bytes,
    )
    sent = await service.results(1)
    await asyncio.sleep(DRAIN_S)
    plan = StepPlan(
        rate_mbps=load.rate_mbps,
        packet_bytes=load.packet_bytes,
        n_flows=1,
        duration_s=load.duration_s,
        settle_s=load.settle_s,
        start_ns=start_ns,
        loss_window_s=15.0,
        burst_window_s=0.2,
    )
    opens_ns, closes_ns = start_ns + round(load.settle_s * 1e9), start_ns + round(load.duration_s * 1e9)
    return tuple(
        Measured(
            received=received(seat.receiver.take_step(), plan, kernel_stamps=seat.receiver.kernel_stamps),
            delay=None if seat.trips is None else seat.trips.delay(opens_ns, closes_ns),
            sent=sent[seat.name],
            window_s=plan.window_s,
        )
        for seat in seats
    )


def close(seat: Seat) -> None:
    """Give a client's sockets back."""
    if seat.trips is not None:
        seat.trips.close()
    seat.receiver.close()
