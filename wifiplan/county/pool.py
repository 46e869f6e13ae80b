"""Work for many schools on the processes of this machine; a worker that dies costs only the school that killed it."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, TypeVar

_MOST_PROCESSES = 61
"""Windows waits for no more at once."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def each(
    tasks: Sequence[Task],
    work: Callable[[Task], Answer],
    died: Callable[[Task], Answer],
    *,
    n_workers: int,
    size: Callable[[Task], int],
    done: Callable[[Answer], None],
) -> tuple[Answer, ...]:
    """Return the answer of every task, in the order of `tasks`: the same for one or many workers.

    Parameters
    ----------
    tasks : sequence
        What is to be done; tasks, work and answers travel to worker processes and back.
    work : callable
        Gives a task's answer; must not raise.
    died : callable
        Gives the answer of a task whose worker process died.
    n_workers : int
        Number of processes; 1 works in this one.
    size : callable
        How large a task is: large ones first, so that no worker ends on one.
    done : callable
        Called with every answer as it comes, for a progress bar.
    """
    if n_workers <= 1 or len(tasks) <= 1:
        return tuple(_noted(work(task), done) for task in tasks)
    crew = _Crew(work=work, done=done)
    found: dict[int, Answer] = {}
    queue = sorted(enumerate(tasks), key=lambda pair: -size(pair[1]))
    while queue:
        found |= crew.answers(queue, n_workers)
        queue = [(n, task) for n, task in queue if n not in found]
        # a worker that died took the tasks of all others with it: one at a time shows which school was its end
        for n, task in queue:
            alone = crew.answers([(n, task)], 1)
            found |= alone or {n: _noted(died(task), done)}
            if not alone:
                break
        queue = [(n, task) for n, task in queue if n not in found]
    return tuple(found[n] for n in range(len(tasks)))


def _noted(answer: Answer, done: Callable[[Answer], None]) -> Answer:
    done(answer)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew(Generic[Task, Answer]):
    """Worker processes that do one kind of work."""

    work: Callable[[Task], Answer]
    done: Callable[[Answer], None]

    def answers(self, queue: Sequence[tuple[int, Task]], n_workers: int) -> dict[int, Answer]:
        """Return the answers of tasks by their number, without those that a dying worker took along."""
        found: dict[int, Answer] = {}
        n_processes = min(n_workers, len(queue), _MOST_PROCESSES)
        # spawn: the same start on every operating system, and no half-copied threads
        pool = ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), initializer=_stop_quietly)
        try:
            with _no_interrupt():
                numbers: dict[Future[Answer], int] = {pool.submit(self.work, task): n for n, task in queue}
            for future in as_completed(numbers):
                if not isinstance(future.exception(), BrokenProcessPool):
                    found[numbers[future]] = _noted(future.result(), self.done)
        except BrokenProcessPool:
            # a worker died before all tasks were handed in
            return found
        finally:
            pool.shutdown(cancel_futures=True)
        return found


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let Ctrl-C wait: a worker that starts here inherits it, and would else show where in its imports it was."""
    if sys.platform == "win32":  # a console tells its processes apart; there are no masks
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_quietly() -> None:
    """Let Ctrl-C end a worker without a traceback, also one that came while it started; the main process says it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
