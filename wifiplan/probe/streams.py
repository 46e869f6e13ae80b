"""The UDP side of a class test's controller: paced streams to agents, and the reflector of their round trips.

How a controller uses it (all in one event loop; a loop that hangs stops the load by itself)::

    async with UdpService(host=address, port=0) as udp:
        udp.register("a3", key)                  # key: auth.device_key(...); welcome tells udp.port
        ...                                      # the agent says hello over UDP; udp.is_ready("a3") turns True
        udp.start_step(1, {"a3": 2.5}, in_s=1.0, duration_s=30.0, packet_bytes=1250)
        sent = await udp.results(1)              # {"a3": SenderFigures}; those that were not ready are missing
        receipt = completed(receipt, sent.get("a3"))
        udp.mute("a3")                           # no more load for one device: its WebSocket fell silent
        udp.stop()                               # no more load at all

Two child processes do the work, `generator` and `reflector`. Load stops when this process dies or does not beat for
0.8 s (its event loop hangs); the children end with it. A controller should ask for `pacing.take_priority` before it
starts, so that a busy machine does not hold up its beat. Keys go to the children over their stdin.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from wifiplan.errors import ProbeError
from wifiplan.probe.children import Child, Message
from wifiplan.probe.pacing import Priority
from wifiplan.probe.safety import Network
from wifiplan.probe.sender_figures import SenderFigures, by_device, completed

__all__ = ["SenderFigures", "UdpService", "completed"]


class UdpService:
    """Starts, feeds and ends the generator and the reflector.

    Parameters
    ----------
    host : str
        Address to listen at; one of the controller's own ("0.0.0.0" or "::" for all).
    port : int
        Port of the streams; 0: the system's choice.
    allowed : sequence of networks
        Where load may go beyond local networks (`safety.allow_list`).
    open_reflector : bool
        Also answer other programs' unauthenticated STAMP packets from local addresses.
    """

    def __init__(
        self, *, host: str, port: int = 0, allowed: Sequence[Network] = (), open_reflector: bool = False
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._allowed = tuple(allowed)
        self._open = open_reflector
        self._generator = Child("wifiplan.probe.generator", self._from_generator)
        self._reflector = Child("wifiplan.probe.reflector", self._from_reflector)
        self._changed = asyncio.Event()
        self._numbers: dict[str, int] = {}
        self._keys: dict[str, bytes] = {}
        self._ready: set[str] = set()
        self._results: dict[int, dict[str, SenderFigures]] = {}
        self._refused: dict[int, str] = {}
        self._heard_s: dict[str, float] = {}
        self._fault = ""
        self._closing = False
        self.port = 0
        """Port to which agents say hello; known once started."""
        self.reflector_port = 0
        self.priority: Priority = "normal"
        """What the system granted the generator; below "real-time", other programs disturb its pacing."""

    async def start(self, timeout_s: float = 10.0) -> None:
        """Start both processes and wait until they listen.

        Raises
        ------
        ProbeError
            The address or port can't be used, or a process does not come up.
        """
        await self._reflector.start({"host": self._host, "port": 0, "open": self._open})
        await self._up(self._reflector, lambda: bool(self.reflector_port), timeout_s)
        first = {
            "host": self._host,
            "port": self._wanted_port,
            "reflector_port": self.reflector_port,
            "allowed": [str(network) for network in self._allowed],
        }
        await self._generator.start(first)
        await self._up(self._generator, lambda: bool(self.port), timeout_s)

    async def close(self) -> None:
        """Stop the load and end both processes."""
        self._closing = True
        await asyncio.gather(self._generator.close(), self._reflector.close())

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def alive(self) -> bool:
        """Whether both processes run."""
        return self._generator.alive and self._reflector.alive

    def register(self, device: str, key: bytes, *, n_flows: int = 1) -> int:
        """Let an agent say hello; a device that comes again (same seat, new connection) starts anew.

        Returns
        -------
        int
            Number of its STAMP session.
        """
        number = self._numbers.setdefault(device, len(self._numbers) + 1)
        self._ready.discard(device)
        self._keys[device] = key
        self._generator.order(
            {"do": "register", "device": device, "key": key.hex(), "number": number, "n_flows": n_flows}
        )
        return number

    def forget(self, device: str) -> None:
        """Stop its load and answer it no more."""
        self._ready.discard(device)
        self._keys.pop(device, None)
        self._generator.order({"do": "forget", "device": device})
        if device in self._numbers:
            self._reflector.order({"do": "forget", "number": self._numbers[device]})

    def mute(self, device: str) -> None:
        """Stop the load of one device at once; it stays registered for the next step."""
        self._generator.order({"do": "mute", "device": device})

    def is_ready(self, device: str) -> bool:
        """Tell whether a device has proven over UDP that it stands at its address."""
        return device in self._ready

    def silent_s(self, device: str) -> float:
        """Return how long ago a device last gave a proven sign of life over UDP [s]; inf: never.

        Under overload these come through where a WebSocket waits for TCP: without both for a second, a device is gone.
        """
        return time.monotonic() - self._heard_s.get(device, -math.inf)

    async def wait_ready(self, devices: Sequence[str], timeout_s: float) -> bool:
        """Wait until all these devices are ready; False where some are not in time."""
        wanted = set(devices)
        try:
            await self._until(lambda: wanted <= self._ready, timeout_s)
        except TimeoutError:
            return False
        return True

    def start_step(
        self,
        step: int,
        rates_mbps: Mapping[str, float],
        *,
        in_s: float,
        duration_s: float,
        packet_bytes: int,
        mark: int | None = None,
    ) -> None:
        """Start paced streams.

        Parameters
        ----------
        step : int
            A number of its own for every step of the test, all rooms and rounds. Several steps may run at once.
        rates_mbps : mapping
            Device to payload rate of each of its flows [Mbit/s].
        in_s : float
            From now until the first packet [s].
        duration_s : float
            Length of the step [s].
        packet_bytes : int
            UDP payload [byte].
        mark : int or None
            Number of the step as the room's devices are told it: it stands in every packet. None: `step` itself.
        """
        start_ns = time.monotonic_ns() + int(in_s * 1e9)
        self._results.pop(step, None)
        self._generator.order(
            {
                "do": "step",
                "step": step,
                "mark": step if mark is None else mark,
                "rates_mbps": dict(rates_mbps),
                "start_ns": start_ns,
                "duration_s": duration_s,
                "packet_bytes": packet_bytes,
            }
        )

    def stop(self) -> None:
        """Stop all load at once; `results` then tell what was sent until now."""
        self._generator.order({"do": "stop"})

    async def results(self, step: int, timeout_s: float = 330.0) -> Mapping[str, SenderFigures]:
        """Wait until a step has ended, by itself or stopped, and return what was sent to each device.

        Raises
        ------
        ProbeError
            The step passed the caps, so that nothing was sent; or the generator has died.
        """
        try:
            await self._until(lambda: step in self._results or step in self._refused, timeout_s)
        except TimeoutError as error:
            raise self._generator.fault("the generator of paced streams") from error
        if step in self._refused:
            raise ProbeError(
                f"the load of step {step} was refused: {self._refused[step]}",
                remedy="take fewer rooms at once, a lower rate or shorter steps",
            )
        return self._results[step]

    def _from_generator(self, event: Message) -> None:
        kind = event["event"]
        if kind == "listening":
            self.port, self.priority = event["port"], event["priority"]
        elif kind == "ready" and event["device"] in self._keys:
            device = event["device"]
            self._ready.add(device)
            order = {"do": "allow", "number": self._numbers[device], "address": event["address"]}
            self._reflector.order({**order, "key": self._keys[device].hex()})
        elif kind == "results":
            self._results[event["step"]] = by_device(event["streams"])
        elif kind == "refused":
            self._refused[event["step"]] = event["why"]
        self._any(event, self._generator, "the generator of paced streams")

    def _from_reflector(self, event: Message) -> None:
        if event["event"] == "listening":
            self.reflector_port = event["port"]
        elif event["event"] == "heard":
            devices = [device for device, number in self._numbers.items() if number in event["numbers"]]
            self._heard_s.update(dict.fromkeys(devices, time.monotonic()))
            self._generator.order({"do": "heard", "devices": devices})
            return
        self._any(event, self._reflector, "the reflector of round trips")

    def _any(self, event: Message, child: Child, what: str) -> None:
        if event["event"] == "failed":
            self._fault = f"{what} cannot listen at {self._host}, port {self._wanted_port}: {event['why']}"
        elif event["event"] == "ended" and not self._closing and not self._fault:
            self._fault = str(child.fault(what).problem)
        self._changed.set()

    async def _up(self, child: Child, true: Callable[[], bool], timeout_s: float) -> None:
        try:
            await self._until(true, timeout_s)
        except TimeoutError as error:
            raise child.fault("a process of the stream server") from error

    async def _until(self, true: Callable[[], bool], timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while not true():
                if self._fault:
                    raise ProbeError(
                        self._fault,
                        remedy="choose another address with --listen or another port, and start the test again",
                    )
                self._changed.clear()
                await self._changed.wait()
