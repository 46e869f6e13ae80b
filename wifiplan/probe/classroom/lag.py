"""The controller's own lateness: what this computer held up must not be blamed on the network or on a device."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator

TICK_S = 0.01
LATE_S = 0.015
"""From this lateness on, answers given just now say nothing about the network [s]."""

STALL_S = 0.3
"""From this lateness on, the silence of devices is the controller's own [s]."""

RECENT_S = 0.1
PRIORITY = 10
"""Below the stream server's: pages may wait, streams not."""


class Lag:
    """Watches how late the event loop is."""

    def __init__(self) -> None:
        self._late_until_s = 0.0
        self.worst_s = 0.0
        self.stalled_s = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()

    def is_late(self) -> bool:
        """Tell whether the loop was held up just now."""
        return time.monotonic() < self._late_until_s

    async def _watch(self) -> None:
        due_s = time.monotonic() + TICK_S
        while True:
            await asyncio.sleep(max(due_s - time.monotonic(), 0.0))
            now = time.monotonic()
            late_s = now - due_s
            if late_s > LATE_S:
                self._late_until_s = now + RECENT_S
                self.worst_s = max(self.worst_s, late_s)
            if late_s > STALL_S:
                self.stalled_s += late_s
            due_s = max(due_s + TICK_S, now)


@contextlib.contextmanager
def hurried() -> Iterator[bool]:
    """Run the block under a real-time scheduler; yield False where this user may not. Children don't inherit it."""
    granted = False
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
            granted = True
    try:
        yield granted
    finally:
        if granted and sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
