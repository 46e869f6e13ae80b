"""The controller's hold on the stream server: starts the process, beats its heart, opens and closes steps."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wifiplan.errors import ProbeError
from wifiplan.probe.children import BEAT_EVERY_S
from wifiplan.probe.safety import Network

ANSWER_S = 5.0
_MOST_ANSWER_BYTES = 16 << 20
"""An answer is one line: 150 streams of a long step are 700 kB."""

_NOTHING: Mapping[str, "SenderFigures"] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFigures:
    """What the sender knows of one device's step.

    `curve` is what the far end's kernel had acknowledged every `segment_figures.CURVE_S` from the step's start on
    (empty where not known); `late_*_ms` is the sender's own error; `blocked_s` how long the network did not take what
    was due; `acked_bytes` what the far end's kernel acknowledged inside the window (None where not known);
    `shut_s` how long the far end's receive window was shut, which is the device's doing; `orphaned`: the streams
    were cut because the controller did not speak for a while.
    """

    n_connections: int
    n_chunks: int
    late_p50_ms: float | None
    late_p99_ms: float | None
    late_max_ms: float | None
    sent_bytes: int
    skipped_bytes: int
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

    def __init__(self, process: asyncio.subprocess.Process, port: int, *, realtime: bool) -> None:
        self.port = port
        self.realtime = realtime
        self.process = process
        self._heart = asyncio.create_task(self._beat())

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
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "wifiplan.probe.classroom.segments_main", host, str(port), str(cert or ""), str(key or "")),
            " ".join(map(str, allowed)),
            limit=_MOST_ANSWER_BYTES,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        said = await _line(process, 20.0)
        if said.get("say") != "ready":
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise ProbeError(
                f"the stream server could not start ({said.get('why') or 'no answer'})",
                remedy="choose another --stream-port, or end the program that uses it",
                where=f"{host}:{port}",
            )
        return cls(process, int(str(said["port"])), realtime=bool(said["realtime"]))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.returncode is None

    async def open(self, course: Course) -> None:
        """Open a step; devices may fetch their streams from now on."""
        await self._say({"do": "open", **asdict(course)})

    async def hold(self, device: str, *, on: bool) -> None:
        """Send a device nothing, or go on."""
        await self._say({"do": "hold", "device": device, "on": on})

    async def close(self, step: int) -> Mapping[str, SenderFigures]:
        """Cut the step's streams; return the sender's figures by device, none where the process is gone."""
        await self._say({"do": "close", "step": step})
        while True:
            said = await _line(self.process, ANSWER_S)
            if not said:
                return _NOTHING
            if said.get("say") == "closed" and said.get("step") == step:
                devices, cut = said["devices"], bool(said["n_orphaned"])
                if not isinstance(devices, dict):
                    return _NOTHING
                return {device: _figures(found, orphaned=cut) for device, found in devices.items()}

    async def stop(self) -> None:
        """End the process; it cuts every stream."""
        self._heart.cancel()
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), 2.0)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def _beat(self) -> None:
        while self.alive:
            await self._say({"do": "beat"})
            await asyncio.sleep(BEAT_EVERY_S)

    async def _say(self, command: Mapping[str, object]) -> None:
        if self.process.stdin is None:
            return
        with contextlib.suppress(ConnectionError, RuntimeError):
            self.process.stdin.write(json.dumps(command).encode() + b"\n")
            await self.process.stdin.drain()


def _figures(found: Mapping[str, Any], *, orphaned: bool) -> SenderFigures:
    return SenderFigures(orphaned=orphaned, **{**found, "curve": tuple(found["curve"])})


async def _line(process: asyncio.subprocess.Process, most_s: float) -> Mapping[str, object]:
    """Return one answer of the process; empty where it ended or stays silent."""
    if process.stdout is None:
        return {}
    try:
        line = await asyncio.wait_for(process.stdout.readline(), most_s)
        found = json.loads(line) if line else {}
    except (TimeoutError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
