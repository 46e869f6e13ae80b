"""What the county's engine adds to the work: tasks that do nothing, and tasks that only send a school's answers back.

Run: ``python -m benchmarks.engine``. Processor time of this process alone: the client, with the scheduler in it as in
`wifiplan county` on one machine. The pause is the time on the clock from one task of a worker to its next.
"""

import os
import time
from dataclasses import dataclass

from wifiplan.county.crew import hired
from wifiplan.county.engine import Cause, Engine, Worked

N_EMPTY, N_FULL = 400, 60
FULL_BYTES = 1_500_000
"""About what a school's answers come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a task costs beside its work: CPU seconds of client and scheduler, and the pause of a worker [s]."""

    n_workers: int
    start_s: float
    empty_cpu_s: float
    empty_pause_s: float
    full_cpu_s: float
    full_pause_s: float


def nothing(_: int) -> bytes:
    """Do no work and send nothing back."""
    return b""


def answers(n: int) -> bytes:
    """Do no work and send as much back as a school's answers are: bytes that no compression makes smaller."""
    return os.urandom(FULL_BYTES - 1) + bytes([n % 256])


def lost(_: int, cause: Cause) -> bytes:
    """Say that a task that does nothing must not be lost."""
    raise RuntimeError(cause)


def added(n_workers: int = 2, *, n_empty: int = N_EMPTY, n_full: int = N_FULL) -> Added:
    """Return what tasks cost beside their work."""
    started = time.perf_counter()
    with hired(Engine(n_workers=n_workers)) as crew:
        start_s, found = 0.0, []
        for work, n in ((nothing, 2 * n_workers), (nothing, n_empty), (answers, n_full)):
            clock_s, cpu_s = time.perf_counter(), time.process_time()
            worked_s = sum(crew.each(list(range(n)), work, lost, size=int, take=_seconds))
            pause_s = ((time.perf_counter() - clock_s) * n_workers - worked_s) / n
            found.append(((time.process_time() - cpu_s) / n, pause_s))
            start_s = start_s or time.perf_counter() - started
    _, empty, full = found
    return Added(
        n_workers=n_workers,
        start_s=start_s,
        empty_cpu_s=empty[0],
        empty_pause_s=empty[1],
        full_cpu_s=full[0],
        full_pause_s=full[1],
    )


def _seconds(_: int, worked: Worked[bytes]) -> float:
    return worked.seconds or 0.0


def main() -> None:
    """Print the table."""
    print("| task | CPU-ms of client and scheduler | pause of a worker, ms |\n|---|---|---|")
    found = added()
    print(f"| empty | {1e3 * found.empty_cpu_s:.1f} | {1e3 * found.empty_pause_s:.1f} |")
    print(f"| {FULL_BYTES / 1e6:g} MB back | {1e3 * found.full_cpu_s:.1f} | {1e3 * found.full_pause_s:.1f} |")
    print(f"start of {found.n_workers} workers: {found.start_s:.1f} s")


if __name__ == "__main__":
    main()
