"""Who does the work of many schools: this process alone, or workers; large schools first, a lost one tried again."""

import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from wifiplan.county.engine import Cause, Engine, Worked
from wifiplan.county.hand import worked

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Kept = TypeVar("Kept")

TICK_S = 2.0
"""How often the workers are looked at while nothing comes [s]."""


class Crew(Protocol):
    """Whoever answers many tasks."""

    @property
    def at_home(self) -> bool:
        """Whether all work on this machine and share its disk."""

    def each(
        self,
        tasks: Sequence[Task],
        work: Callable[[Task], Answer],
        lost: Callable[[Task, Cause], Answer],
        *,
        size: Callable[[Task], int],
        take: Callable[[Task, Worked[Answer]], Kept],
        pack: Callable[[Task], Task] = ...,
    ) -> tuple[Kept, ...]:
        """Return what is kept of every task's answer, in the order of `tasks`: the same for one or many workers.

        Parameters
        ----------
        tasks : sequence
            What is to be done.
        work : callable
            Gives a task's answer on a worker; importable, must not raise for what is a task's own fault.
        lost : callable
            Gives the answer of a task whose worker died of it twice, with the cause.
        size : callable
            How large a task is: large ones first, so that no worker ends on one.
        take : callable
            Called here with every task and its answer as they come; returns what is to be kept of it.
        pack : callable
            Gives the task as it travels: with the content of files that workers don't have.

        Raises
        ------
        ClusterError
            The workers are gone, or are not alike.
        """


def as_it_is(task: Task) -> Task:
    """Return a task that needs no packing."""
    return task


class Alone:
    """No workers but this process."""

    at_home = True

    def each(
        self,
        tasks: Sequence[Task],
        work: Callable[[Task], Answer],
        lost: Callable[[Task, Cause], Answer],  # noqa: ARG002 (nobody is left to tell)
        *,
        size: Callable[[Task], int],  # noqa: ARG002 (no order is quicker)
        take: Callable[[Task, Worked[Answer]], Kept],
        pack: Callable[[Task], Task] = as_it_is,
    ) -> tuple[Kept, ...]:
        """Return what is kept of every task's answer (see `Crew`)."""
        return tuple(take(task, worked(work, pack(task))) for task in tasks)


class Workers(Protocol):
    """Processes that a crew of many is made of; `cluster` starts or finds them."""

    def count(self) -> int:
        """Return how many can work now.

        Raises
        ------
        ClusterError
            There have been none for too long, or who leads them is gone.
        """

    def hand_out(self, n: int, work: Callable[[Task], Answer], task: Task, back: Callable[[int], None]) -> None:
        """Give a task, numbered, to some worker; call `back` with the number, from any thread, when it is done."""

    def answer(self, n: int) -> Worked[object] | Cause:
        """Return what came of a task that is done, or why it was lost, and let go of it.

        Raises
        ------
        ClusterError
            The worker is not alike, or the cluster is gone.
        """

    def renew(self, address: str) -> None:
        """Start a worker anew, which has no task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Workers: each has one task at a time, so that a death tells its task, and neither side holds many answers.

    The pause until the next task has come is some hundredths of a second, on a second and more of work. A worker
    that holds more than `most_held_bytes` when a task is done is started anew.
    """

    workers: Workers
    most_held_bytes: int | None

    @property
    def at_home(self) -> bool:
        """Whether all work on this machine and share its disk."""
        return self.most_held_bytes is not None

    def each(
        self,
        tasks: Sequence[Task],
        work: Callable[[Task], Answer],
        lost: Callable[[Task, Cause], Answer],
        *,
        size: Callable[[Task], int],
        take: Callable[[Task, Worked[Answer]], Kept],
        pack: Callable[[Task], Task] = as_it_is,
    ) -> tuple[Kept, ...]:
        """Return what is kept of every task's answer (see `Crew`)."""
        kept: dict[int, Kept] = {}
        order = sorted(range(len(tasks)), key=lambda n: -size(tasks[n]))
        suspects: list[int] = []
        for n, found in self._answers(order, lambda n: (work, pack(tasks[n])), self.workers.count):
            if isinstance(found, Worked):
                kept[n] = take(tasks[n], found)
            else:
                suspects.append(n)
        # a second time with nothing beside it: a school is not blamed for what another did, nor for a passing trouble
        for n, found in self._answers(suspects, lambda n: (work, pack(tasks[n])), lambda: min(1, self.workers.count())):
            answer = found if isinstance(found, Worked) else Worked(answer=lost(tasks[n], found))
            kept[n] = take(tasks[n], answer)
        return tuple(kept[n] for n in range(len(tasks)))

    def _answers(
        self,
        numbers: Sequence[int],
        parcel: Callable[[int], tuple[Callable[[Task], Answer], Task]],
        most: Callable[[], int],
    ) -> Iterator[tuple[int, Worked[Answer] | Cause]]:
        """Yield tasks' numbers and answers as they come, never with more of them out than there are workers."""
        waiting, out = deque(numbers), 0
        done: queue.SimpleQueue[int] = queue.SimpleQueue()
        while waiting or out:
            while waiting and out < most():
                n = waiting.popleft()
                self.workers.hand_out(n, *parcel(n), done.put)
                out += 1
            try:
                n = done.get(timeout=TICK_S)
            except queue.Empty:
                most()
                continue
            out -= 1
            found = self.workers.answer(n)
            if isinstance(found, Worked) and self._has_grown(found):
                self.workers.renew(found.worker)
            yield n, found  # type: ignore[misc]  # (what a worker returns is what `work` gave it)

    def _has_grown(self, found: Worked[object]) -> bool:
        return self.most_held_bytes is not None and found.held_bytes > self.most_held_bytes


@contextmanager
def hired(engine: Engine) -> Iterator[Crew]:
    """Yield who does the work while the block runs; its processes end with the block, however it ends.

    Raises
    ------
    ClusterError
        The scheduler cannot be reached, or its workers are not alike or not there.
    """
    if engine.scheduler is None and engine.n_workers == 0:
        yield Alone()
        return
    from wifiplan.county.cluster import cluster  # noqa: PLC0415 (dask and all it brings, for this command only)

    with cluster(engine) as workers:
        own = engine.scheduler is None
        yield Many(workers=workers, most_held_bytes=engine.memory_bytes // 2 if own else None)
