"""Plans that are being made: each in a process of its own, so that the pages stay quick and a plan can be stopped."""

import contextlib
import json
import multiprocessing
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal, TypeAlias

from wifiplan import files
from wifiplan.errors import WifiplanError
from wifiplan.files.json_input import Json
from wifiplan.report.page.view import view_of
from wifiplan.report.progress import step_text
from wifiplan.site.building import Site
from wifiplan.study import Settings, plan_site
from wifiplan.study.progress import Step

State: TypeAlias = Literal["running", "done", "failed", "cancelled"]

MOST_KEPT = 6
"""Finished jobs whose answer may still be asked for."""

MOST_AT_ONCE = 2

_ENDED = {
    "zh-TW": "規劃程序提前結束；電腦記憶體可能不足",
    "en": "the planning process ended before its time; the machine may lack memory",
}
_NO_MEMORY = {"zh-TW": "這台電腦的記憶體不足", "en": "the memory of this machine does not suffice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to plan, and where plan.json goes."""

    name: str
    site: Site
    settings: Settings
    folder: Path
    lang: str


@dataclass(slots=True, kw_only=True)
class Job:
    """A plan that is being made or was made."""

    order: Order
    process: BaseProcess
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "running"
    step: Step | None = None
    started_s: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    view: Json = None
    problem: str = ""

    def told(self) -> dict[str, Json]:
        """Return what the page shows of it."""
        running = self.state == "running"
        return {
            "state": self.state,
            "stage": step_text(self.step, self.order.lang) if self.step and running else "",
            "share": self.step.share if self.step and running else float(self.state == "done"),
            "seconds": round(time.monotonic() - self.started_s if running else self.seconds, 1),
            "view": self.view,
            "problem": self.problem,
        }


class Jobs:
    """All jobs of a server."""

    def __init__(self, finished: Callable[[Order], None]) -> None:
        self._finished = finished
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, order: Order) -> Job | None:
        """Begin a plan; an unfinished one of the same site is stopped. None: too many run already."""
        with self._lock:
            running = [job for job in self._jobs.values() if job.state == "running"]
            for job in running:
                if job.order.name == order.name:
                    _stop(job)
            if sum(job.state == "running" for job in running) >= MOST_AT_ONCE:
                return None
            for done in [key for key, job in self._jobs.items() if job.state != "running"][: -MOST_KEPT or None]:
                del self._jobs[done]
            context = multiprocessing.get_context("spawn")
            mine, theirs = context.Pipe(duplex=False)
            job = Job(order=order, process=context.Process(target=work, args=(order, theirs), daemon=True))
            # it can be found, and stopped, only once there is something to stop
            job.process.start()
            theirs.close()
            self._jobs[job.id] = job
        threading.Thread(target=self._follow, args=(job, mine), daemon=True).start()
        return job

    def find(self, key: str) -> Job | None:
        """Return a job by its id."""
        return self._jobs.get(key)

    def cancel(self, key: str) -> None:
        """Stop a job that still runs."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.state == "running":
                _stop(job)

    def end(self) -> None:
        """Stop all of them."""
        with self._lock:
            for job in self._jobs.values():
                if job.state == "running":
                    _stop(job)

    def _follow(self, job: Job, pipe: Connection) -> None:
        """Take what the process tells until it ends, however it ends."""
        state: State = "failed"
        view: Json = None
        problem = _ENDED[job.order.lang]
        try:
            while True:
                kind, what = pipe.recv()
                if kind == "step":
                    job.step = what
                elif kind == "done":
                    state, view, problem = "done", json.loads(what), ""
                else:
                    problem = what
        except (EOFError, OSError):
            pass
        finally:
            pipe.close()
        job.process.join()
        if job.state == "running" and state == "done":
            self._finished(job.order)
        with self._lock:
            job.seconds = time.monotonic() - job.started_s
            if job.state == "running":
                job.view, job.problem, job.state = view, problem, state


def work(order: Order, pipe: Connection) -> None:
    """Plan a site, write its plan.json, and tell the progress and the answer through a pipe."""
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    try:
        plan = plan_site(order.site, order.settings, told=lambda step: pipe.send(("step", step)))
        view = json.dumps(view_of(plan, order.lang))
        files.write_plan(order.folder / "plan.json", plan)
        pipe.send(("done", view))
    except WifiplanError as error:
        pipe.send(("failed", error.text(order.lang)))
    except MemoryError:
        pipe.send(("failed", _NO_MEMORY[order.lang]))
    except OSError as error:
        # the disk is full, the folder was taken away, or the server has died and nobody listens
        with contextlib.suppress(OSError):
            pipe.send(("failed", str(error)))
    finally:
        pipe.close()


def _end_with_the_server() -> None:
    """End when the server has ended, however it has: nobody would take the answer."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _stop(job: Job) -> None:
    job.state = "cancelled"
    job.process.kill()
