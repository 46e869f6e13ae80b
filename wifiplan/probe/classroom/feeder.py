"""The controller's hold on the stream server: starts the process, opens and closes steps."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wifiplan.errors import ProbeError
from wifiplan.probe.children import Child, Message
from wifiplan.probe.safety import Network

ANSWER_S = 5.0
START_S = 20.0
"""How long an answer, and the start of the process, may take [s]."""

_NOTHING: Mapping[str, "StreamFigures"] = MappingProxyType({})
_SILENT: Message = MappingProxyType({"event": "silent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    """What the sender knows of one device's step.

    `curve` is what the far end's kernel had acknowledged every `segment_figures.CURVE_S` from the step's start on
    (empty where not known); `late_*_ms` is the sender's own error; `blocked_s` how long the network did not take what
    was due; `acked_bytes` what the far end's kernel acknowledged inside the window (None where not known);
    `shut_s` how long the far end's receive window was shut, which is the device's doing; `orphaned`: the streams
    were cut because the controller did not speak for a while.
    """

    late_p50_ms: float | None
    late_p99_ms: float | None
    late_max_ms: float | None
    sent_bytes: int
    blocked_s: float
    acked_bytes: int | None
    shut_s: float
    orphaned: bool = False
    curve: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A step as the stream server needs it: when, how long, how fast, and who may have it (device: key)."""

    step: int
    in_s: float
    duration_s: float
    settle_s: float
    rate_mbps: float
    keys: dict[str, str]


class Feeder:
    """A running stream server."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._child = Child("wifiplan.probe.classroom.segments_main", self._events.put_nowait)
        self.port = 0
        self.realtime = False

    @classmethod
    async def start(
        cls,
        host: str,
        port: int,
        cert: Path | None = None,
        key: Path | None = None,
        allowed: Sequence[Network] = (),
    ) -> "Feeder":
        """Start the process and wait until it listens.

        Parameters
        ----------
        host : str
            Address of this machine.
        port : int
            Port; 0 takes a free one.
        cert, key : Path or None
            PEM files for HTTPS.
        allowed : sequence of networks
            See `safety.allow_list`; clients at other than these and local addresses are closed.

        Raises
        ------
        ProbeError
            The address or port cannot be used, or the process did not start.
        """
        feeder = cls()
        files = {"cert": str(cert or ""), "key": str(key or "")}
        await feeder._child.start({"host": host, "port": port, **files, "allowed": [str(net) for net in allowed]})
        said = await feeder._next(START_S)
        if said["event"] != "listening":
            await feeder.stop()
            raise ProbeError(
                f"the stream server could not start ({said.get('why') or 'no answer'})",
                remedy="choose another --stream-port, or end the program that uses it",
                where=f"{host}:{port}",
            )
        feeder.port, feeder.realtime = said["port"], said["priority"] == "real-time"
        return feeder

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child.alive

    def open(self, course: Course) -> None:
        """Open a step; devices may fetch their streams from now on."""
        self._child.order({"do": "open", **asdict(course)})

    def hold(self, device: str, *, on: bool) -> None:
        """Send a device nothing, or go on."""
        self._child.order({"do": "hold", "device": device, "on": on})

    async def close(self, step: int) -> Mapping[str, StreamFigures]:
        """Cut the step's streams; return the sender's figures by device, none where the process is gone."""
        self._child.order({"do": "close", "step": step})
        while self.alive or not self._events.empty():
            said = await self._next(ANSWER_S)
            if said["event"] == "closed" and said["step"] == step:
                cut = bool(said["n_orphaned"])
                return {device: _figures(found, orphaned=cut) for device, found in said["devices"].items()}
            if said is _SILENT:
                break
        return _NOTHING

    async def stop(self) -> None:
        """End the process; it cuts every stream."""
        await self._child.close()

    async def _next(self, most_s: float) -> Message:
        """Return the next event of the process; "silent" where none comes."""
        try:
            return await asyncio.wait_for(self._events.get(), most_s)
        except TimeoutError:
            return _SILENT


def _figures(found: Mapping[str, Any], *, orphaned: bool) -> StreamFigures:
    return StreamFigures(orphaned=orphaned, **{**found, "curve": tuple(found["curve"])})
