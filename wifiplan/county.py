"""Many schools at once, one a task, on the cores of this machine; a failed school is a value, not a crash."""

import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from wifiplan import files
from wifiplan.errors import WifiplanError
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.site.building import SchoolRef, Site
from wifiplan.study import Plan, Settings, answer, least_aps, prepare
from wifiplan.study.outcomes import SchoolOutcome
from wifiplan.study.scenarios import scenarios
from wifiplan.study.telling import planned, told_apart

_MOST_PROCESSES = 61
"""Windows waits for no more at once."""

Writer: TypeAlias = Callable[[Plan, Path, str], None]
"""Writes a school's answers into a folder, in a language; the caller's, as `county` knows no reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTask:
    """All that one school's plan depends on; it travels to a worker process.

    `n_aps_allotted` None means: as many as needed. `site_path` names the drawn plan, without one the archetype of the
    roster row stands in. Devices and uplink are what the county or the school said, before what the site file says;
    they make no plan, only its scenarios. `also` are the tasks of further rows in the same buildings (國中小), which
    one plan serves.
    """

    school: School
    n_class_sets: int
    n_devices: int
    settings: Settings
    folder: Path
    lang: str
    funded: bool = True
    n_aps_allotted: int | None = None
    site_path: Path | None = None
    archetype: ArchetypeOptions = field(default_factory=ArchetypeOptions)
    also: tuple["SchoolTask", ...] = ()
    existing_devices: int | None = None
    byod_devices: int | None = None
    uplink_mbps: float | None = None
    with_scenarios: bool = False

    @property
    def rows(self) -> tuple["SchoolTask", ...]:
        """The tasks of all roster rows that this one answers, its own first."""
        return (self, *self.also)

    @property
    def name(self) -> str:
        """Folder name of the school: STAGE-CODE."""
        return f"{self.school.stage}-{self.school.code}"


def school_site(task: SchoolTask) -> Site:
    """Return the school's drawn plan, or the archetype of its roster row, with the roster's word on the school.

    Raises
    ------
    WifiplanError
        If the drawn plan is faulty, or the row is too thin for an archetype.
    """
    school = task.school
    if task.site_path is None:
        return archetype(school, task.archetype)
    site = files.read_site(task.site_path)
    known = {row.school.key: _ref(row.school) for row in task.rows}
    others = [ref for ref in site.schools if (ref.stage, ref.code) not in known]
    return replace(site, school=known.pop(school.key), also_serves=(*known.values(), *others))


def _ref(school: School) -> SchoolRef:
    return SchoolRef(stage=school.stage, code=school.code, remote=school.remote, n_classes=school.n_classes)


def plan_school(task: SchoolTask, write: Writer) -> tuple[SchoolOutcome, ...]:
    """Plan one school and write its answers, an outcome a row; whatever goes wrong is the outcomes' `failure`."""
    blank = tuple(_blank(row) for row in task.rows)
    try:
        prepared = prepare(school_site(task), task.settings)
        needed = least_aps(prepared)
        given = [row.n_aps_allotted for row in task.rows if row.n_aps_allotted is not None]
        plan = answer(prepared, n_aps=sum(given) if given else None, n_aps_needed=needed)
        for row in task.rows:
            write(plan, task.folder / row.name, task.lang)
        found = replace(
            planned(blank[0], plan),
            n_aps_needed=needed,
            n_aps_needed_classrooms=least_aps(prepared, classrooms_only=True),
            uplink_mbps=_said(task.uplink_mbps, plan.site.uplink_mbps),
            scenarios=scenarios(_with_devices(plan.site, task), plan.settings) if task.with_scenarios else (),
        )
        return told_apart(found, blank, plan) if task.also else (found,)
    except WifiplanError as error:
        return _failed(blank, _one_line(error, task.school), _cause(error))
    except MemoryError:
        return _failed(blank, "the memory does not suffice", "memory")
    except Exception as error:  # noqa: BLE001 (one school's bug must not cost the county its other answers)
        return _failed(blank, f"internal error, please report it: {error!r}", "internal")


def _with_devices(site: Site, task: SchoolTask) -> Site:
    """Return the site with the devices that its rows are said to have."""
    existing = [row.existing_devices for row in task.rows if row.existing_devices is not None]
    byod = [row.byod_devices for row in task.rows if row.byod_devices is not None]
    return replace(
        site,
        existing_devices=sum(existing) if existing else site.existing_devices,
        byod_devices=sum(byod) if byod else site.byod_devices,
    )


def _said(first: float | None, other: float | None) -> float | None:
    return other if first is None else first


def _blank(task: SchoolTask) -> SchoolOutcome:
    return SchoolOutcome(
        school=task.school,
        n_class_sets=task.n_class_sets,
        n_devices=task.n_devices,
        funded=task.funded,
        n_aps_allotted=task.n_aps_allotted,
    )


def _failed(blank: Sequence[SchoolOutcome], failure: str, cause: str) -> tuple[SchoolOutcome, ...]:
    return tuple(replace(outcome, failure=failure, cause=cause, verdict="failed") for outcome in blank)


def _cause(error: WifiplanError) -> str:
    """Return what is at fault in one word, for counting: site, roster, settings, solver, output, ..."""
    return type(error).__name__.removesuffix("Error").lower()


def _one_line(error: WifiplanError, school: School) -> str:
    """Return cause, place and the first faults of an error in one line, as a table cell holds it."""
    known = {"", f"{school.stage} {school.code} {school.name}"}
    place = "" if error.where in known else f"{error.where}: "
    faults = "; ".join(f"{fault.where}: {fault.problem}" for fault in error.faults[:3])
    more = f"; and {len(error.faults) - 3} more" if len(error.faults) > 3 else ""
    return " ".join(f"{place}{error.problem}{': ' if faults else ''}{faults}{more}".split())


def plan_schools(
    tasks: Sequence[SchoolTask], write: Writer, *, n_workers: int, done: Callable[[SchoolOutcome], None]
) -> tuple[SchoolOutcome, ...]:
    """Plan many schools, one a task, on `n_workers` processes.

    Parameters
    ----------
    tasks : sequence of SchoolTask
        The schools.
    write : Writer
        Writes each school's answers as soon as they are there; must be importable by a worker process.
    n_workers : int
        Number of processes; 1 works in this one.
    done : callable
        Called with every outcome as it comes, for a progress bar.

    Returns
    -------
    tuple of SchoolOutcome
        In the order of `tasks`, an outcome a roster row: the same for one or many workers.
    """
    if n_workers <= 1 or len(tasks) <= 1:
        return tuple(outcome for task in tasks for outcome in _noted(plan_school(task, write), done))
    found: dict[int, tuple[SchoolOutcome, ...]] = {}
    queue = _largest_first(tasks)
    while queue:
        found |= _pooled(queue, write, n_workers, done)
        queue = [(n, task) for n, task in queue if n not in found]
        # a worker that died took the tasks of all others with it: one at a time shows which school was its end
        for n, task in queue:
            alone = _pooled([(n, task)], write, 1, done)
            found |= alone or {n: _noted(_died(task), done)}
            if not alone:
                break
        queue = [(n, task) for n, task in queue if n not in found]
    return tuple(outcome for n in range(len(tasks)) for outcome in found[n])


def _largest_first(tasks: Sequence[SchoolTask]) -> list[tuple[int, SchoolTask]]:
    """Return the tasks with their numbers, large schools first, so that no worker ends on one."""
    return sorted(enumerate(tasks), key=lambda pair: -pair[1].school.n_classes)


def _pooled(
    queue: Sequence[tuple[int, SchoolTask]], write: Writer, n_workers: int, done: Callable[[SchoolOutcome], None]
) -> dict[int, tuple[SchoolOutcome, ...]]:
    """Return the outcomes of tasks by their number, without those that a dying worker took along."""
    found: dict[int, tuple[SchoolOutcome, ...]] = {}
    n_processes = min(n_workers, len(queue), _MOST_PROCESSES)
    # spawn: the same start on every operating system, and no half-copied threads
    pool = ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), initializer=_stop_quietly)
    try:
        # children that hear Ctrl-C while they still load would print a traceback each
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if _is_main() else None
        try:
            numbers: dict[Future[tuple[SchoolOutcome, ...]], int] = {
                pool.submit(plan_school, task, write): n for n, task in queue
            }
        finally:
            if heard is not None:
                signal.signal(signal.SIGINT, heard)
        for future in as_completed(numbers):
            if not isinstance(future.exception(), BrokenProcessPool):
                found[numbers[future]] = _noted(future.result(), done)
    except BrokenProcessPool:
        # a worker died before all tasks were handed in
        return found
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def _is_main() -> bool:
    """Return whether this is the thread that may say what signals do."""
    return threading.current_thread() is threading.main_thread()


def _stop_quietly() -> None:
    """Let Ctrl-C end a worker without a traceback; the main process says the word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _died(task: SchoolTask) -> tuple[SchoolOutcome, ...]:
    blank = tuple(_blank(row) for row in task.rows)
    return _failed(blank, "the worker process died, perhaps for want of memory", "worker")


def _noted(outcomes: tuple[SchoolOutcome, ...], done: Callable[[SchoolOutcome], None]) -> tuple[SchoolOutcome, ...]:
    for outcome in outcomes:
        done(outcome)
    return outcomes
