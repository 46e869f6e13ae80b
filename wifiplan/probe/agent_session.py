"""What an agent measures once it is in: its UDP side, from the welcome to its last figures."""

import asyncio
import time
from dataclasses import asdict, dataclass

from wifiplan.catalog.class_test import class_limits
from wifiplan.probe.classroom.protocol import StepOrder
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.receiving import Arrivals, Receiver
from wifiplan.probe.records import Delay, Receipt
from wifiplan.probe.round_trips import RoundTrips
from wifiplan.probe.safety import Target
from wifiplan.probe.step_figures import StepPlan, received
from wifiplan.probe.wifi_link import Way, way_to

PINGS_PER_S = 10.0
"""STAMP packets a second of one agent. Thirty agents send 300 a second and get as many back: in small frames that is
already a few per cent of a channel, which is why it is not more; a step of 27 s still gives 270 round trips."""

FEW_PINGS_PER_S = 20.0
N_FEW = 4
"""The first agents of a test, by the numbers of their sessions, may ask more often: four of them load nothing."""

DRAIN_S = 1.0
"""How long after a step packets may still come before they count as lost."""

_ALLOWED_NS = 300_000_000
"""So long after the hello the reflector surely knows us: questions before that may stay without an answer."""

_MOST_REMARK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this agent is to the controller, and how many flows it takes."""

    device: str
    seat: str
    key: bytes
    n_flows: int


class Session:
    """The sockets of an agent while it is in a room.

    Parameters
    ----------
    server : Target
        The controller's UDP address, pinned.
    identity : Identity
        From its welcome.
    """

    def __init__(self, server: Target, identity: Identity) -> None:
        self._server = server
        self._identity = identity
        self._receiver = Receiver(server, device=identity.device, key=identity.key)
        self._round_trips: RoundTrips | None = None
        self._ready_ns = 0
        self._idle: Delay | None = None
        self._way = Way()

    @property
    def kernel_stamps(self) -> bool:
        """Whether the kernel stamps what is received; without, jitter says nothing."""
        return self._receiver.kernel_stamps

    @property
    def way(self) -> Way:
        """How this machine reaches the controller."""
        return self._way

    def enter(self) -> None:
        """Say hello over UDP and begin with round trips; blocks for seconds at most. Raises as `Receiver.enter`."""
        entry = self._receiver.enter()
        self._round_trips = RoundTrips(
            self._server.address,
            entry.reflector_port,
            key=self._identity.key,
            session=entry.session,
            per_s=FEW_PINGS_PER_S if entry.session <= N_FEW else PINGS_PER_S,
        )
        self._round_trips.start()
        self._way = way_to(self._server.address)
        self._ready_ns = time.monotonic_ns() + _ALLOWED_NS

    def close(self) -> None:
        """Say goodbye: the load ends at once."""
        self._receiver.close()
        if self._round_trips is not None:
            self._round_trips.close()

    async def play(self, order: StepOrder, stopped: asyncio.Event) -> dict[str, object] | None:
        """Measure one step and return the fields of its receipt; None where it was stopped before its window opened.

        Parameters
        ----------
        order : StepOrder
            The controller's.
        stopped : asyncio.Event
            Set when the controller stops the step; the figures are then those until that moment.
        """
        start_ns = time.monotonic_ns() + int(order.in_ms * 1e6)
        self._note_idle(start_ns)
        self._receiver.open_step(order.step)
        begun_cpu_s, begun_s = time.process_time(), time.monotonic()
        duration_s = order.duration_s
        if await _either(stopped, start_ns / 1e9 + duration_s - time.monotonic()):
            duration_s = (time.monotonic_ns() - start_ns) / 1e9
            if duration_s <= order.settle_s + 1.0:
                return None
        end_ns = start_ns + int(duration_s * 1e9)
        busy_share = (time.process_time() - begun_cpu_s) / max(time.monotonic() - begun_s, 1e-3)
        await asyncio.sleep(DRAIN_S)
        arrivals = self._receiver.take_step()
        plan = self._plan(order, start_ns, duration_s, arrivals)
        return await asyncio.to_thread(self._figures, arrivals, plan, (end_ns, busy_share))

    def _note_idle(self, start_ns: int) -> None:
        """Keep the round trips before the first load: what comes later rests between loads, it is not idle."""
        if self._idle is None and self._round_trips is not None:
            found = self._round_trips.delay(self._ready_ns, min(start_ns, time.monotonic_ns() - 200_000_000))
            self._idle = found if found.n else None

    def _plan(self, order: StepOrder, start_ns: int, duration_s: float, arrivals: Arrivals) -> StepPlan:
        limits = class_limits()
        return StepPlan(
            rate_mbps=order.rate_mbps,
            packet_bytes=arrivals.size[0] if len(arrivals.size) else ClassTestOptions().packet_bytes,
            n_flows=self._identity.n_flows,
            duration_s=duration_s,
            settle_s=order.settle_s,
            start_ns=start_ns,
            loss_window_s=limits.loss_window_s,
            burst_window_s=limits.burst_window_s,
        )

    def _figures(self, arrivals: Arrivals, plan: StepPlan, ended: tuple[int, float]) -> dict[str, object]:
        found = received(arrivals, plan, kernel_stamps=self.kernel_stamps)
        loaded = None
        if self._round_trips is not None:
            loaded = self._round_trips.delay(plan.start_ns + int(plan.settle_s * 1e9), ended[0])
        receipt = Receipt(
            seat=self._identity.seat,
            kind="agent",
            state="measured",
            n_flows=plan.n_flows,
            rate_mbps=plan.rate_mbps,
            window_s=plan.window_s,
            received_bytes=found.n_bytes,
            idle_delay=self._idle,
            loaded_delay=loaded,
            udp=found.udp,
            cpu_share=round(ended[1], 4),
            n_receiver_drops=arrivals.n_receiver_drops,
            link=way_to(self._server.address).link if self._way.is_wireless else None,
            remark=self._remark()[:_MOST_REMARK],
        )
        return asdict(receipt)

    def _remark(self) -> str:
        said = []
        if self._way.is_wireless is False:
            said.append(f"not on Wi-Fi: {self._way.interface}")
        if not self.kernel_stamps:
            said.append("no kernel stamps: times are those of a program")
        if self._receiver.n_clock_steps:
            said.append(f"clock set {self._receiver.n_clock_steps} times")
        return "; ".join(said)


async def _either(stopped: asyncio.Event, wait_s: float) -> bool:
    """Wait until a time or a stop; tell whether it was the stop."""
    try:
        async with asyncio.timeout(max(0.0, wait_s)):
            await stopped.wait()
    except TimeoutError:
        return False
    return True
