"""Many schools at once, one a task, on the cores of this machine; a failed school is a value, not a crash."""

import signal
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

_MOST_PROCESSES = 61
"""Windows waits for no more at once."""

Writer: TypeAlias = Callable[[Plan, Path, str], None]
"""Writes a school's answers into a folder, in a language; the caller's, as `county` knows no reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTask:
    """All that one school's plan depends on; it travels to a worker process.

    `n_aps_allotted` None means: as many as needed. `site_path` names the drawn plan, without one the archetype of the
    roster row stands in.
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
    ref = SchoolRef(stage=school.stage, code=school.code, remote=school.remote, n_classes=school.n_classes)
    return replace(site, school=ref)


def plan_school(task: SchoolTask, write: Writer) -> SchoolOutcome:
    """Plan one school and write its answers; whatever goes wrong is the outcome's `failure`."""
    outcome = SchoolOutcome(
        school=task.school,
        n_class_sets=task.n_class_sets,
        n_devices=task.n_devices,
        funded=task.funded,
        n_aps_allotted=task.n_aps_allotted,
    )
    try:
        prepared = prepare(school_site(task), task.settings)
        needed = least_aps(prepared)
        plan = answer(prepared, n_aps=task.n_aps_allotted, n_aps_needed=needed)
        write(plan, task.folder / task.name, task.lang)
        return replace(
            _planned(outcome, plan),
            n_aps_needed=needed,
            n_aps_needed_classrooms=least_aps(prepared, classrooms_only=True),
        )
    except WifiplanError as error:
        return replace(outcome, failure=_one_line(error, task.school), cause=_cause(error), verdict="failed")
    except MemoryError:
        return replace(outcome, failure="the memory does not suffice", cause="memory", verdict="failed")
    except Exception as error:  # noqa: BLE001 (one school's bug must not cost the county its other answers)
        failure = f"internal error, please report it: {error!r}"
        return replace(outcome, failure=failure, cause="internal", verdict="failed")


def _planned(outcome: SchoolOutcome, plan: Plan) -> SchoolOutcome:
    served, required = plan.n_served(0), plan.n_required(0)
    special, special_required = plan.n_served(1), plan.n_required(1)
    verdict = "classrooms_short"
    if served == required:
        verdict = "all_served" if special == special_required else "classrooms_served"
    return replace(
        outcome,
        n_aps_placed=plan.n_new_aps,
        n_classrooms=required,
        n_classrooms_served=served,
        n_specialist=special_required,
        n_specialist_served=special,
        evidence=plan.site.evidence,
        verdict=verdict,
        gap=plan.proof.gap,
    )


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
        In the order of `tasks`: the same for one or many workers.
    """
    if n_workers <= 1 or len(tasks) <= 1:
        return tuple(_noted(plan_school(task, write), done) for task in tasks)
    found: dict[int, SchoolOutcome] = {}
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
    return tuple(found[n] for n in range(len(tasks)))


def _largest_first(tasks: Sequence[SchoolTask]) -> list[tuple[int, SchoolTask]]:
    """Return the tasks with their numbers, large schools first, so that no worker ends on one."""
    return sorted(enumerate(tasks), key=lambda pair: -pair[1].school.n_classes)


def _pooled(
    queue: Sequence[tuple[int, SchoolTask]], write: Writer, n_workers: int, done: Callable[[SchoolOutcome], None]
) -> dict[int, SchoolOutcome]:
    """Return the outcomes of tasks by their number, without those that a dying worker took along."""
    found: dict[int, SchoolOutcome] = {}
    n_processes = min(n_workers, len(queue), _MOST_PROCESSES)
    # spawn: the same start on every operating system, and no half-copied threads
    pool = ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), initializer=_stop_quietly)
    try:
        numbers: dict[Future[SchoolOutcome], int] = {pool.submit(plan_school, task, write): n for n, task in queue}
        for future in as_completed(numbers):
            if not isinstance(future.exception(), BrokenProcessPool):
                found[numbers[future]] = _noted(future.result(), done)
    except BrokenProcessPool:
        # a worker died before all tasks were handed in
        return found
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def _stop_quietly() -> None:
    """Let Ctrl-C end a worker without a traceback; the main process says the word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _died(task: SchoolTask) -> SchoolOutcome:
    return SchoolOutcome(
        school=task.school,
        n_class_sets=task.n_class_sets,
        n_devices=task.n_devices,
        funded=task.funded,
        n_aps_allotted=task.n_aps_allotted,
        verdict="failed",
        failure="the worker process died, perhaps for want of memory",
        cause="worker",
    )


def _noted(outcome: SchoolOutcome, done: Callable[[SchoolOutcome], None]) -> SchoolOutcome:
    done(outcome)
    return outcome
