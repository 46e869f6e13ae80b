"""Many schools at once, one a task."""

from collections.abc import Callable, Sequence
from functools import partial

from wifiplan.county.pool import each
from wifiplan.county.school import Writer, died, plan_school, school_curve
from wifiplan.county.task import SchoolTask
from wifiplan.study.outcomes import Curve, SchoolOutcome


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

    def note(outcomes: tuple[SchoolOutcome, ...]) -> None:
        for outcome in outcomes:
            done(outcome)

    found = each(tasks, partial(plan_school, write=write), died, n_workers=n_workers, size=_size, done=note)
    return tuple(outcome for outcomes in found for outcome in outcomes)


def school_curves(
    tasks: Sequence[SchoolTask], *, n_workers: int, done: Callable[[Curve | None], None]
) -> tuple[Curve | None, ...]:
    """Return the curve of every task's school, None where it could not be planned, on `n_workers` processes.

    Parameters
    ----------
    tasks : sequence of SchoolTask
        The schools; what they are allotted is not used.
    n_workers : int
        Number of processes; 1 works in this one.
    done : callable
        Called with every curve as it comes.
    """
    return each(tasks, school_curve, _no_curve, n_workers=n_workers, size=_size, done=done)


def _no_curve(_: SchoolTask) -> None:
    return None


def _size(task: SchoolTask) -> int:
    return task.school.n_classes
