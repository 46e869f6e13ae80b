"""How `wifiplan county` works: on which processes, what it says meanwhile, what it keeps, and how it is stopped."""

import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import click

from wifiplan import files
from wifiplan.cli.options import say_in, tell_kept
from wifiplan.county import Engine, SchoolTask, Step
from wifiplan.county.engine import MEMORY_BYTES
from wifiplan.errors import ClusterError, OutputError, SettingsError, StoppedError
from wifiplan.report.school_words import cause_text, stage_text
from wifiplan.report.workbook.install import INSTALL_NAME
from wifiplan.report.workbook.writer import is_untouched
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import SchoolOutcome

workers_option = click.option(
    "--workers",
    type=click.IntRange(min=0),
    help="Processes of this machine; as many as there are cores without it. 0 works in this process, unbounded.",
)
scheduler_option = click.option(
    "--scheduler", metavar="tcp://HOST:PORT", help="Dask scheduler whose workers plan instead; see docs/county.md."
)
memory_option = click.option(
    "--memory-per-worker",
    "memory_gb",
    type=click.FloatRange(min=0.3),
    help=f"Memory that a process of --workers may take [GB]; a school that needs more fails.  [default: "
    f"{MEMORY_BYTES / 1e9:g}]",
)
resume_option = click.option(
    "--resume",
    is_flag=True,
    help="Take up the schools in --out that are finished and would be planned alike; plan the others.",
)

FIRST_SHARE = 0.01
"""The time that is left is told once so much of the work is done, and `FIRST_SCHOOLS` schools."""

FIRST_SCHOOLS = 3


def engine_of(workers: int | None, scheduler: str | None, memory_gb: float | None) -> Engine:
    """Return where the work is done.

    Raises
    ------
    SettingsError
        Options exclude each other.
    """
    if scheduler is not None:
        for value, name in ((workers, "--workers"), (memory_gb, "--memory-per-worker")):
            if value is not None:
                raise SettingsError(
                    f"{name} is for this machine; the workers of a scheduler have what they were started with",
                    remedy=f"leave {name} out, or --scheduler",
                    where=name,
                )
        return Engine(scheduler=scheduler)
    memory = MEMORY_BYTES if memory_gb is None else int(memory_gb * 1e9)
    return Engine(n_workers=(os.cpu_count() or 1) if workers is None else workers, memory_bytes=memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolShelf:
    """Puts a school's files; what an installer has noted in install.xlsx is kept as a copy beside the new one."""

    lang: Lang

    def put(self, path: Path, content: bytes) -> None:
        """Write a file in one go."""
        if self.theirs(path):
            tell_kept(self.lang, f"{path.parent.name}/{path.name}", files.keep_copy(path).name)
        files.write_bytes(path, content)

    def theirs(self, path: Path) -> bool:
        """Return whether somebody has entered something in a file that people fill in."""
        return path.name == INSTALL_NAME and path.is_file() and not is_untouched(path.read_bytes())


@dataclass(slots=True, kw_only=True)
class Progress:
    """What has been done of a run, and how long the rest will take.

    `size_left` is counted in classes: a school takes as long as it is large.
    """

    n_schools: int
    n_steps: int
    size_left: int
    lang: Lang
    steps: list[Step] = field(default_factory=list)
    n_failed: int = 0
    _size_done: int = 0
    _started: float = field(default_factory=time.monotonic)

    def note(self, step: Step) -> None:
        """Count a step."""
        self.steps.append(step)
        self.n_failed += step.origin == "failed" and step.kind == "plan"
        size = sum(row.school.n_classes for row in step.task.rows)
        if step.kind == "again":
            return
        self.size_left = max(0, self.size_left - size)
        if step.origin != "resumed":
            self._size_done += size

    @property
    def seconds_left(self) -> float | None:
        """Estimate of the time that is left [s], None while too little is done."""
        worked = sum(step.origin != "resumed" for step in self.steps)
        enough = self._size_done >= FIRST_SHARE * (self._size_done + self.size_left)
        if worked < FIRST_SCHOOLS or not enough:
            return None
        return (time.monotonic() - self._started) / max(1, self._size_done) * self.size_left

    @property
    def n_done(self) -> int:
        """Schools that are planned or taken up, with all their files."""
        return sum(step.kind == "plan" and step.origin != "failed" for step in self.steps)

    def text(self) -> str:
        """Return failures and the time left, for the end of the bar."""
        left = self.seconds_left
        chinese = self.lang == "zh-TW"
        parts = []
        if self.n_failed:
            parts.append(f"失敗 {self.n_failed} 校" if chinese else f"{self.n_failed} failed")
        if left is not None and self.size_left:
            parts.append(f"約剩 {_span(left, self.lang)}" if chinese else f"about {_span(left, self.lang)} left")
        return ("，" if chinese else ", ").join(parts)


def _span(seconds: float, lang: Lang) -> str:
    minutes = seconds / 60
    if minutes < 1:
        return f"{max(5, round(seconds / 5) * 5)} {'秒' if lang == 'zh-TW' else 's'}"
    if minutes < 90:
        return f"{round(minutes)} {'分鐘' if lang == 'zh-TW' else 'min'}"
    return f"{minutes / 60:.1f} {'小時' if lang == 'zh-TW' else 'h'}"


@contextmanager
def progress(
    tasks: Sequence[SchoolTask], n_rounds: int, lang: Lang
) -> Iterator[tuple[Progress, Callable[[Step], None]]]:
    """Yield a run's progress and what notes a step of it: with a bar on a terminal, silently elsewhere."""
    size = sum(row.school.n_classes for task in tasks for row in task.rows)
    state = Progress(n_schools=len(tasks), n_steps=n_rounds * len(tasks), size_left=n_rounds * size, lang=lang)
    if not sys.stderr.isatty():
        yield state, state.note
        return
    label = "學校" if lang == "zh-TW" else "schools"
    shown: click._termui_impl.ProgressBar[Step] = click.progressbar(
        length=state.n_steps,
        label=label,
        file=sys.stderr,
        show_pos=True,
        show_eta=False,
        item_show_func=lambda _: state.text(),
    )
    with shown as bar:

        def note(step: Step) -> None:
            state.note(step)
            bar.update(0 if step.kind == "again" else 1, current_item=step)

        yield state, note


def tell_failures(outcomes: Sequence[SchoolOutcome], lang: Lang) -> None:
    """Tell which schools failed, by what is at fault."""
    groups: dict[str, list[SchoolOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.failure is not None:
            groups[outcome.cause or "unknown"].append(outcome)
    for cause, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        fault, n = cause_text(cause, lang), len(found)
        say_in(lang, f"無法規劃 {n} 校，原因：{fault}（{cause}）", f"{n} failed for {fault} ({cause}):")
        for outcome in found:
            school = outcome.school
            name = f"{school.code} {school.name}"
            stage = stage_text(school.stage, lang)
            say_in(lang, f"  {stage} {name}：{outcome.failure}", f"  {school.stage} {name}: {outcome.failure}")


def run_record(state: Progress, engine: Engine) -> dict[str, object]:
    """Return what run.json says of the work: the engine, every school, the totals."""
    schools = [_school(step) for step in state.steps if step.kind != "curve"]
    plans = [step for step in state.steps if step.kind == "plan"]
    peaks = [step.peak_rss_bytes for step in state.steps if step.peak_rss_bytes is not None]
    return {
        "engine": {
            "workers": None if engine.scheduler else engine.n_workers,
            "scheduler": engine.scheduler,
            "memory_per_worker_bytes": engine.memory_bytes if engine.n_workers and not engine.scheduler else None,
        },
        "totals": {
            "n_tasks": len(plans),
            **{f"n_{origin}": sum(s.origin == origin for s in plans) for origin in ("planned", "resumed", "failed")},
            "n_rooms": sum(step.n_rooms for step in plans),
            "n_classes": sum(_classes(step) for step in plans),
            "seconds": round(sum(step.seconds or 0.0 for step in state.steps), 3),
            "cpu_seconds": round(sum(step.cpu_seconds or 0.0 for step in state.steps), 3),
            "peak_rss_bytes": max(peaks, default=None),
        },
        "schools": schools,
    }


def _school(step: Step) -> dict[str, object]:
    return {
        "name": step.task.name,
        "origin": step.origin,
        "n_classes": _classes(step),
        "n_rooms": step.n_rooms,
        "seconds": step.seconds,
        "cpu_seconds": step.cpu_seconds,
        "peak_rss_bytes": step.peak_rss_bytes,
    }


def _classes(step: Step) -> int:
    return sum(row.school.n_classes for row in step.task.rows)


@contextmanager
def stoppable(state: Progress | None = None) -> Iterator[None]:
    """End the block where the system asks the process to end, as Ctrl-C does; say how far a run of schools has come.

    Raises
    ------
    StoppedError
        Somebody ended it.
    """
    try:
        with _signals():
            yield
    except KeyboardInterrupt:
        english = "what was finished is kept" if state is None else f"{_far(state)[0]}, each with all its files"
        chinese = "已完成者皆保留" if state is None else f"{_far(state)[1]}，檔案皆完整"
        raise StoppedError(
            f"stopped; {english}",
            remedy="the same command with --resume goes on from there",
            zh=(f"已停止（stopped）；{chinese}", "以同一指令加 --resume 接續"),
        ) from None
    except (ClusterError, OutputError) as error:
        if state is not None:
            error.problem = f"{error.problem}; {_far(state)[0]}"
            error.zh = (f"{error.zh[0]}；{_far(state)[1]}" if error.zh[0] else "", error.zh[1])
        raise


def _far(state: Progress) -> tuple[str, str]:
    """Return how far a run has come, in English and Chinese."""
    return f"{state.n_done} of {state.n_schools} schools are done", f"{state.n_done}/{state.n_schools} 校已完成"


@contextmanager
def _signals() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGTERM", "SIGHUP")
    wanted = [number for number in signal.Signals if number.name in names]
    before = {number: signal.signal(number, _stop) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
