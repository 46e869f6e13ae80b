"""Many schools at once, one a task."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from wifiplan.county.crew import Crew
from wifiplan.county.desk import Desk, FullDiskError, Kind, Step, full_disk
from wifiplan.county.engine import Cause, Worked
from wifiplan.county.key import content_key
from wifiplan.county.school import SchoolAnswer, lost, one_line, refused, school_answer, school_curve
from wifiplan.county.task import SchoolTask, packed
from wifiplan.errors import OutputError
from wifiplan.files.county_records import CurveRecord, read_curve_record, write_curve_record
from wifiplan.study.outcomes import Curve, SchoolOutcome

CURVES = ".curves"
"""Folder of the curves that are kept, beside the schools' folder."""


def plan_schools(
    tasks: Sequence[SchoolTask], desk: Desk, crew: Crew, finals: Sequence[SchoolTask] = (), kind: Kind = "plan"
) -> tuple[SchoolOutcome, ...]:
    """Plan many schools, one a task.

    Parameters
    ----------
    tasks : sequence of SchoolTask
        The schools.
    desk : Desk
        How their answers are made and kept, as soon as they are there.
    crew : Crew
        Who plans.
    finals : sequence of SchoolTask, same length, or empty
        The task whose answer may have taken the place of each one's: its forerunner is then taken up from the record.
    kind : "plan" or "again"
        "again": the answers take the place of others that this run has made, which stay in the records.

    Returns
    -------
    tuple of SchoolOutcome
        In the order of `tasks`, an outcome a roster row: the same for one or many workers.

    Raises
    ------
    OutputError
        The disk takes nothing more. What was finished is kept.
    ClusterError
        See `crew.hired`.
    """
    found: dict[int, tuple[SchoolOutcome, ...]] = {}
    for n, task in enumerate(tasks if desk.resume else ()):
        known = _known(task, desk, finals[n] if finals else None)
        if known is not None:
            found[n] = known
            desk.note(Step(task=task, outcomes=known, origin="resumed", kind=kind))
    left = [n for n in range(len(tasks)) if n not in found]
    work = partial(school_answer, write=desk.write)
    take = partial(_kept, desk, kind)
    made = crew.each([tasks[n] for n in left], work, _lost, size=_size, take=take, pack=packed)
    found |= dict(zip(left, made, strict=True))
    return tuple(outcome for n in range(len(tasks)) for outcome in found[n])


def task_key(task: SchoolTask, desk: Desk) -> str:
    """Return the content key of a task's answer."""
    return content_key(packed(task), desk.write)


def _known(task: SchoolTask, desk: Desk, final: SchoolTask | None) -> tuple[SchoolOutcome, ...] | None:
    key = task_key(task, desk)
    known = desk.finished(task, key)
    return desk.earlier(task, key, task_key(final, desk)) if known is None and final is not None else known


def _kept(desk: Desk, kind: Kind, task: SchoolTask, worked: Worked[SchoolAnswer]) -> tuple[SchoolOutcome, ...]:
    """Keep what came of a task, and return its outcomes."""
    answer = worked.answer
    outcomes = answer.outcomes
    failure = next((outcome for outcome in outcomes if outcome.failure is not None), None)
    if failure is not None and failure.cause == "output":
        raise OutputError(
            f"a worker cannot write the files of {task.name} ({failure.failure})",
            remedy="make room in its folder for temporary files, then run the same command with --resume",
            where=worked.worker or "this machine",
        )
    try:
        if failure is None:
            desk.keep(task, answer, after=kind == "again")
        else:
            desk.drop(task)
    except FullDiskError:
        raise
    except OutputError as error:
        outcomes = refused(task, one_line(error, task.school), "output")
    _noted(desk, task, worked, outcomes, kind)
    return outcomes


def _noted(
    desk: Desk, task: SchoolTask, worked: Worked[object], outcomes: tuple[SchoolOutcome, ...], kind: Kind
) -> None:
    failed = any(outcome.failure is not None for outcome in outcomes)
    desk.note(
        Step(
            task=task,
            outcomes=outcomes,
            origin="failed" if failed else "planned",
            kind=kind,
            seconds=worked.seconds,
            cpu_seconds=worked.cpu_seconds,
            peak_rss_bytes=worked.peak_bytes,
        )
    )


def school_curves(tasks: Sequence[SchoolTask], desk: Desk, crew: Crew) -> tuple[Curve | None, ...]:
    """Return the curve of every task's school, None where it could not be planned.

    Parameters
    ----------
    tasks : sequence of SchoolTask
        The schools; what they are allotted is not used.
    desk : Desk
        Whether curves of an earlier run are taken up.
    crew : Crew
        Who computes.
    """
    found: dict[int, Curve] = {}
    for n, task in enumerate(tasks if desk.resume else ()):
        record = read_curve_record(_place(task))
        if record is not None and record.key == content_key(packed(_bare(task)), "curve"):
            found[n] = record.curve
            desk.note(Step(task=task, outcomes=(), origin="resumed", kind="curve"))
    left = [n for n in range(len(tasks)) if n not in found]
    take = partial(_curve_kept, desk)
    made = crew.each([tasks[n] for n in left], _curve, _no_curve, size=_size, take=take, pack=packed)
    new = dict(zip(left, made, strict=True))
    return tuple(found.get(n, new.get(n)) for n in range(len(tasks)))


def _curve(task: SchoolTask) -> CurveRecord | None:
    found = school_curve(task)
    return None if found is None else CurveRecord(key=content_key(_bare(task), "curve"), curve=found)


def _curve_kept(desk: Desk, task: SchoolTask, worked: Worked[CurveRecord | None]) -> Curve | None:
    record = worked.answer
    if record is not None:
        try:
            write_curve_record(_place(task), record)
        except OutputError as error:
            raise full_disk(error, task.folder) or error from error
    _noted(desk, task, worked, (), "curve")
    return None if record is None else record.curve


def _place(task: SchoolTask) -> Path:
    return task.folder.parent / CURVES / f"{task.name}.json"


def _bare(task: SchoolTask) -> SchoolTask:
    """Return a task without what makes no curve: what it is allotted and what is told beside its plan."""
    rows = [
        replace(row, n_aps_allotted=None, n_aps_rival=None, with_scenarios=False, lang="", also=()) for row in task.rows
    ]
    return replace(rows[0], also=tuple(rows[1:]), site_files=task.site_files)


def _no_curve(_task: SchoolTask, _cause: Cause) -> CurveRecord | None:
    return None


def _lost(task: SchoolTask, cause: Cause) -> SchoolAnswer:
    return SchoolAnswer(outcomes=lost(task, cause))


def _size(task: SchoolTask) -> int:
    """Return how large a school is: the classes of all rows that its plan answers."""
    return sum(row.school.n_classes for row in task.rows)
