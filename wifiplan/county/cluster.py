"""Dask: workers of this machine, or those of a scheduler that somebody started; the one door to `distributed`."""

import logging
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from secrets import token_hex
from typing import TypeVar

import cloudpickle
import dask
import distributed
from distributed.scheduler import KilledWorker

from wifiplan.county.code import code_here
from wifiplan.county.engine import Cause, Engine, Worked
from wifiplan.county.hand import hand
from wifiplan.county.troubles import empty, gone, silent, strange
from wifiplan.errors import ClusterError

Task = TypeVar("Task")
Answer = TypeVar("Answer")

CONNECT_S = 8.0
"""So long a scheduler may take to answer [s]."""

NO_WORKERS_S = 60.0
"""So long a run waits where there is no worker, at its start or later [s]: a restart takes five."""

WORD_S = 2.0
"""So long the word of a worker's keeper, why it ended the worker, may take behind the news of its end [s]."""

CLOSE_S = 10.0
"""So long a worker that is at work may take to end before it is killed [s]."""

_QUIET = {
    "logging.distributed": "critical",
    # a worker near its memory's end would be paused and wait for ever: what it holds is one school's, nothing to spill
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.profile.enabled": False,
    # a worker that dies is told at once; `crew.Many` tries its task again
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    # a long compiled loop is no dead worker
    "distributed.scheduler.worker-ttl": None,
    "distributed.admin.large-graph-warning-threshold": "10GB",
    "distributed.diagnostics.nvml": False,
    "distributed.nanny.pre-spawn-environ": {
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "MALLOC_TRIM_THRESHOLD_": "65536",
        "DASK_LOGGING__DISTRIBUTED": "critical",
    },
}


class DaskWorkers:
    """The workers of a client's scheduler (see `crew.Workers`)."""

    def __init__(self, client: distributed.Client) -> None:
        self._client = client
        self._code = code_here()
        self._out: dict[int, distributed.Future[object]] = {}
        self._count = 0
        self._counted = self._seen = -NO_WORKERS_S

    def count(self) -> int:
        """Return how many workers there are; asked of the scheduler now and then.

        Raises
        ------
        ClusterError
            There have been none for `NO_WORKERS_S`, or the scheduler is gone.
        """
        now = time.monotonic()
        if now - self._counted < 1.0 and self._count:
            return self._count
        self._count = len(_asked(self._client))
        self._counted = now
        if self._count or self._seen < 0:
            self._seen = now
        if now - self._seen > NO_WORKERS_S:
            raise empty(_address(self._client), NO_WORKERS_S)
        return self._count

    def hand_out(self, n: int, work: Callable[[Task], Answer], task: Task, back: Callable[[int], None]) -> None:
        """Give a task, numbered, to some worker; call `back` with the number when it is done."""
        parcel = cloudpickle.dumps((work, task))
        # the key is new every time: an answer that the scheduler still holds is never taken for this one
        future = self._client.submit(_on_worker, parcel, self._code, key=f"school-{n}-{token_hex(8)}", pure=False)
        self._out[n] = future
        future.add_done_callback(lambda _: back(n))

    def answer(self, n: int) -> Worked[object] | Cause:
        """Return what came of a task that is done, or why it was lost.

        Raises
        ------
        ClusterError
            The worker is not alike, or the scheduler is gone.
        """
        future = self._out.pop(n)
        try:
            found = future.result(timeout=NO_WORKERS_S)
        except KilledWorker as killed:
            return self._cause(killed.last_worker.address)
        except ClusterError:
            raise
        except (distributed.CancelledError, TimeoutError, OSError) as error:
            raise gone(_address(self._client)) from error
        except (ImportError, AttributeError) as error:
            raise strange(_address(self._client), error) from error
        finally:
            future.release()
        assert isinstance(found, Worked)  # noqa: S101 (what `hand` returns)
        return found

    def renew(self, address: str) -> None:
        """Start a worker anew, which has no task."""
        with suppress(TimeoutError, ValueError, OSError):
            self._client.restart_workers([address], timeout=30, raise_for_error=False)

    def _cause(self, address: str) -> Cause:
        """Return whether a worker's keeper ended it for its memory."""
        deadline = time.monotonic() + WORD_S
        while time.monotonic() < deadline:
            events = self._client.get_events("worker-restart-memory") or ()
            if any(event.get("worker") == address for _, event in events):
                return "memory"
            time.sleep(0.1)
        return "worker"


def _on_worker(parcel: bytes, code: object) -> object:
    worker = distributed.get_worker()
    # what a worker that is killed leaves there, its keeper takes away, or the next that starts
    tempfile.tempdir = worker.local_directory
    return hand(parcel, worker.address, code)  # type: ignore[arg-type]  # (a Code, if it can be read)


@contextmanager
def cluster(engine: Engine) -> Iterator[DaskWorkers]:
    """Yield the workers of this machine or of a scheduler; their processes here end with the block.

    Raises
    ------
    ClusterError
        See `crew.hired`.
    """
    _hush()
    with dask.config.set(_QUIET), warnings.catch_warnings():
        # ports and versions that others on this machine use are no news for a planner
        warnings.filterwarnings("ignore", module="distributed")
        if engine.scheduler is not None:
            with _connected(engine.scheduler) as client:
                yield DaskWorkers(client)
        else:
            with _local(engine) as client:
                yield DaskWorkers(client)


@contextmanager
def _local(engine: Engine) -> Iterator[distributed.Client]:
    # where the first worker starts it, it opens the thread to Ctrl-C again (Python before 3.12), and so the workers
    resource_tracker.ensure_running()
    with _no_interrupt():
        # its threads, and the workers that they start, inherit that Ctrl-C is for the main thread alone
        home = distributed.LocalCluster(
            n_workers=engine.n_workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=engine.memory_bytes,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )
        client = distributed.Client(home, set_as_default=False, direct_to_workers=True)
    try:
        yield client
    finally:
        with _no_interrupt(), suppress(TimeoutError):
            _end(home)
            client.close(timeout=CLOSE_S)
            home.close(timeout=CLOSE_S)


def _end(home: distributed.LocalCluster) -> None:
    """Kill workers that are still at work: nobody waits for what they would answer."""
    for nanny in home.workers.values():
        nanny.auto_restart = False
        process = nanny.process.process if nanny.process is not None else None
        if process is not None and process.pid is not None and nanny.process.is_alive():
            with suppress(OSError, ValueError):
                process.kill()


@contextmanager
def _connected(address: str) -> Iterator[distributed.Client]:
    try:
        with _no_interrupt():
            client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise silent(address) from error
    try:
        _check_alike(client, address)
        yield client
    finally:
        with _no_interrupt(), suppress(TimeoutError, OSError):
            client.close(timeout=CLOSE_S)


def _check_alike(client: distributed.Client, address: str) -> None:
    """See that there are workers and that each has this wifiplan and one thread."""
    deadline = time.monotonic() + NO_WORKERS_S
    while not (threads := _asked(client)):
        if time.monotonic() > deadline:
            raise empty(address, NO_WORKERS_S)
        time.sleep(0.5)
    busy = sorted(worker for worker, n in threads.items() if n != 1)
    if busy:
        raise ClusterError(
            f"workers have more than one thread: {', '.join(busy[:3])}",
            remedy="start them with --nthreads 1, and as many as there are cores with --nworkers",
            where=address,
            zh=(
                f"工作行程有多個執行緒：{'、'.join(busy[:3])}",
                "以 --nthreads 1 啟動，並以 --nworkers 指定與核心數相同的行程數",
            ),
        )
    try:
        codes = client.run(code_here)
    except (ImportError, AttributeError) as error:
        raise strange(address, error) from error
    others = {worker: code for worker, code in sorted(codes.items()) if code != code_here()}
    if others:
        worker, code = next(iter(others.items()))
        raise ClusterError(
            f"{len(others)} of {len(codes)} workers have another wifiplan than this machine: {worker} has "
            f"{code.version} ({code.digest[:12]}), here is {code_here().version} ({code_here().digest[:12]})",
            remedy="install the same version and the same libraries everywhere and start the workers again",
            where=address,
            zh=(
                (
                    f"{len(codes)} 個工作行程中有 {len(others)} 個的 wifiplan 與本機不同：{worker} 為 {code.version}"
                    f"（{code.digest[:12]}），本機為 {code_here().version}（{code_here().digest[:12]}）"
                ),
                "各電腦安裝相同版本的 wifiplan 與函式庫，再重新啟動工作行程",
            ),
        )


def _asked(client: distributed.Client) -> Mapping[str, int]:
    """Return the threads of every worker, by its address."""
    try:
        if client.status not in {"running", "newly-created"}:
            raise gone(_address(client))
        found: Mapping[str, int] = client.nthreads()
    except (OSError, TimeoutError, distributed.CancelledError) as error:
        raise gone(_address(client)) from error
    return found


def _address(client: distributed.Client) -> str:
    return str(client.scheduler.address) if client.scheduler is not None else "--scheduler"


def _hush() -> None:
    """Keep the logs of Dask's own parts from the terminal; what a planner must know is said by an error.

    They stay hushed: some of its threads end after the work, and nothing else in this process uses them.
    """
    parts = ("distributed", "tornado", "asyncio")
    # some of its loggers have levels of their own
    own = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in parts]
    for name in (*parts, *own):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let Ctrl-C and an order to end wait: threads that start here never see them, nor do the processes they start."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
