"""What a worker does with one task: the work, and what it took."""

import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from wifiplan.county.code import Code, code_here
from wifiplan.county.engine import Worked
from wifiplan.errors import ClusterError

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def worked(work: Callable[[Task], Answer], task: Task, worker: str = "") -> Worked[Answer]:
    """Return a task's answer and what it took in this process."""
    peaks_afresh = _forget_peak()
    started, cpu = time.perf_counter(), time.process_time()
    answer = work(task)
    held, peak = _memory()
    return Worked(
        answer=answer,
        seconds=round(time.perf_counter() - started, 3),
        cpu_seconds=round(time.process_time() - cpu, 3),
        peak_bytes=peak if peaks_afresh else None,
        held_bytes=held,
        worker=worker,
    )


def hand(parcel: bytes, worker: str, code: Code) -> Worked[object]:
    """Return the answer of a parcel, which holds a work and its task.

    Raises
    ------
    ClusterError
        This worker's wifiplan is not the one that asks: its plans would differ.
    """
    here = code_here()
    if here != code:
        raise ClusterError(
            f"the worker {worker} has another wifiplan: {here.version} ({here.digest[:12]}), not "
            f"{code.version} ({code.digest[:12]})",
            remedy="install the same version everywhere, start the workers again, and the command with --resume",
            where=worker,
            zh=(
                (
                    f"工作行程的 wifiplan 與本機不同：{here.version}（{here.digest[:12]}），"
                    f"本機為 {code.version}（{code.digest[:12]}）"
                ),
                "各電腦安裝相同版本的 wifiplan，重新啟動工作行程，再以同一指令加 --resume 接續",
            ),
        )
    work, task = pickle.loads(parcel)  # noqa: S301 (a worker does what its scheduler's clients send it: see docs/county.md)
    return worked(work, task, worker)


def _forget_peak() -> bool:
    """Let the system count this process's peak afresh; return whether it does."""
    try:
        # 5: reset the high-water mark of resident memory, proc_pid_clear_refs(5)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _memory() -> tuple[int, int | None]:
    """Return the resident memory of this process now and at its peak [byte]; 0 and None where nobody says."""
    if not sys.platform.startswith("linux"):
        return 0, None
    kilobytes = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name in {"VmRSS", "VmHWM"}:
            kilobytes[name] = int(value.split()[0])
    return 1024 * kilobytes.get("VmRSS", 0), 1024 * kilobytes["VmHWM"] if "VmHWM" in kilobytes else None
