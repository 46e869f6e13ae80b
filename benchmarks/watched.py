"""Runs a command and watches its processes: wall time, processor seconds and the most memory of each."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PERIOD_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a run took. A worker is a child process that computed for a second at least; times in seconds, memory in MB.

    What a process does after its last look, a quarter of a second at most, is not seen. `others_share` is the part of
    the machine's processors that other programs took meanwhile: where it is large, wall times say little.
    """

    code: int
    wall_s: float
    main_cpu_s: float
    main_mb: float
    worker_cpu_s: tuple[float, ...]
    worker_mb: tuple[float, ...]
    others_share: float
    out: str
    messages: str

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all processes."""
        return self.main_cpu_s + sum(self.worker_cpu_s)


@dataclass(slots=True)
class _Log:
    """The latest look at every process, by its number and start: numbers come again."""

    cpu_s: dict[tuple[int, float], float] = field(default_factory=dict)
    most_mb: dict[tuple[int, float], float] = field(default_factory=dict)

    def look(self, process: psutil.Process) -> None:
        with suppress(psutil.Error):
            key = (process.pid, process.create_time())
            times = process.cpu_times()
            self.cpu_s[key] = times.user + times.system
            self.most_mb[key] = max(self.most_mb.get(key, 0.0), process.memory_info().rss / 2**20)


def watch(command: Sequence[str], *, env: Mapping[str, str], folder: Path) -> Watched:
    """Run a command to its end; its output is kept in files of `folder`, so that no pipe fills up."""
    out, messages, log = folder / "stdout.txt", folder / "stderr.txt", _Log()
    with out.open("wb") as out_file, messages.open("wb") as message_file:
        began, busy_s = time.perf_counter(), _busy_s()
        # psutil's own: the process can be looked at until it has been waited for
        main = psutil.Popen(list(command), stdout=out_file, stderr=message_file, env={**os.environ, **env})
        key = (main.pid, main.create_time())
        while True:
            log.look(main)
            with suppress(psutil.Error):
                for child in main.children(recursive=True):
                    log.look(child)
            with suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
                code = main.wait(timeout=PERIOD_S)
                break
        wall_s, busy_s = time.perf_counter() - began, _busy_s() - busy_s
    workers = sorted((other for other, cpu_s in log.cpu_s.items() if other != key and cpu_s >= 1.0), key=lambda k: k[1])
    return Watched(
        code=code,
        wall_s=wall_s,
        main_cpu_s=log.cpu_s.get(key, 0.0),
        main_mb=log.most_mb.get(key, 0.0),
        worker_cpu_s=tuple(log.cpu_s[k] for k in workers),
        worker_mb=tuple(log.most_mb[k] for k in workers),
        others_share=max(0.0, busy_s - sum(log.cpu_s.values())) / (wall_s * (os.cpu_count() or 1)),
        out=out.read_text(encoding="utf-8", errors="replace"),
        messages=messages.read_text(encoding="utf-8", errors="replace"),
    )


def _busy_s() -> float:
    """Return the processor seconds that all programs of this machine took since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.system + (times.nice if hasattr(times, "nice") else 0.0))
