"""One school of many: its site, its plan with all that is asked of it; a failed school is a value, not a crash."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from wifiplan import files
from wifiplan.county.engine import Cause
from wifiplan.county.key import content_key
from wifiplan.county.measured import own_settings
from wifiplan.county.store import keep, kept
from wifiplan.county.task import SchoolTask
from wifiplan.errors import WifiplanError
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import SchoolRef, Site
from wifiplan.study import Plan, answer, least_aps, prepare
from wifiplan.study.allocation import curve
from wifiplan.study.outcomes import Allotment, Curve, SchoolOutcome
from wifiplan.study.prepared import Prepared
from wifiplan.study.scenarios import scenarios
from wifiplan.study.telling import planned, told_apart

Writer: TypeAlias = Callable[[Plan, Path, str], None]
"""Writes a school's answers into a folder, in a language; the caller's, as `county` knows no reports."""

LOST: Mapping[Cause, str] = {
    "worker": "the worker process died twice, perhaps for want of memory",
    "memory": "the school takes more memory than a worker may have; give more with --memory-per-worker",
}
"""What is said of a task that has no answer."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


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
    site = _drawn(task.site_path, task.site_files)
    known = {row.school.key: _ref(row.school) for row in task.rows}
    others = [ref for ref in site.schools if (ref.stage, ref.code) not in known]
    return replace(site, school=known.pop(school.key), also_serves=(*known.values(), *others))


def _drawn(path: Path, carried: Sequence[tuple[str, bytes]]) -> Site:
    """Return a drawn plan from the files that travel with its task, told by the name that it has at home."""
    if not carried:
        return files.read_site(path)
    with TemporaryDirectory(prefix="wifiplan-") as folder:
        for name, content in carried:
            (Path(folder) / name).write_bytes(content)
        here = Path(folder) / carried[0][0]
        try:
            return files.read_site(here)
        except WifiplanError as error:
            error.where = error.where.replace(str(here), str(path))
            raise


def _ref(school: School) -> SchoolRef:
    return SchoolRef(stage=school.stage, code=school.code, remote=school.remote, n_classes=school.n_classes)


def _prepared(task: SchoolTask) -> Prepared:
    """Return a task's school made ready, from the store where it was kept, and kept there for the next who asks."""
    place = None if task.store is None else task.store / f"{task.name}.pickle"
    ready = None if place is None else kept(place)
    if ready is None:
        site = school_site(task)
        ready = prepare(site, own_settings(task, site))
        if place is not None:
            keep(place, ready)
    return ready


def plan_school(task: SchoolTask, write: Writer) -> tuple[SchoolOutcome, ...]:
    """Plan one school and write its answers, an outcome a row; whatever goes wrong is the outcomes' `failure`."""
    blank = tuple(_blank(row) for row in task.rows)
    try:
        prepared = _prepared(task)
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
        outcomes = told_apart(found, blank, plan) if task.also else (found,)
        rival = [row.n_aps_rival for row in task.rows if row.n_aps_rival is not None]
        return _with_rival(outcomes, task, answer(prepared, n_aps=sum(rival))) if rival else outcomes
    except Exception as error:  # noqa: BLE001 (one school's bug must not cost the county its other answers)
        return _failed(blank, *failure_of(error, task.school))


def failure_of(error: Exception, school: School) -> tuple[str, str]:
    """Return an error in one line, as a table cell holds it, and what is at fault in one word."""
    if isinstance(error, WifiplanError):
        return one_line(error, school), _cause(error)
    if isinstance(error, MemoryError):
        return "the memory does not suffice", "memory"
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}", "output"
    return f"internal error, please report it: {_ADDRESS.sub('', repr(error))}", "internal"


def _with_rival(outcomes: tuple[SchoolOutcome, ...], task: SchoolTask, plan: Plan) -> tuple[SchoolOutcome, ...]:
    """Return the outcomes with what the rows would have of a plan with the other number of access points."""
    blank = tuple(replace(_blank(row), n_aps_allotted=row.n_aps_rival) for row in task.rows)
    whole = planned(blank[0], plan)
    other = told_apart(whole, blank, plan) if task.also else (whole,)
    return tuple(replace(o, rival=allotment(found)) for o, found in zip(outcomes, other, strict=True))


def allotment(outcome: SchoolOutcome) -> Allotment | None:
    """Return the figures of an outcome that was planned with an allotted number of access points, else None."""
    if outcome.failure is not None or outcome.n_aps_allotted is None:
        return None
    return Allotment(
        n_aps=outcome.n_aps_allotted,
        n_aps_placed=outcome.n_aps_placed or 0,
        n_classrooms_served=outcome.n_classrooms_served or 0,
        n_specialist_served=outcome.n_specialist_served or 0,
    )


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


def one_line(error: WifiplanError, school: School) -> str:
    """Return cause, place and the first faults of an error in one line, as a table cell holds it."""
    known = {"", f"{school.stage} {school.code} {school.name}"}
    place = "" if error.where in known else f"{error.where}: "
    faults = "; ".join(f"{fault.where}: {fault.problem}" for fault in error.faults[:3])
    more = f"; and {len(error.faults) - 3} more" if len(error.faults) > 3 else ""
    return " ".join(f"{place}{error.problem}{': ' if faults else ''}{faults}{more}".split())


def school_curve(task: SchoolTask) -> Curve | None:
    """Return the curve of a school, None where whatever goes wrong: planning it says what."""
    try:
        return curve(_prepared(task))
    except (WifiplanError, MemoryError):
        return None
    except Exception:  # noqa: BLE001 (as in `plan_school`, which names the bug)
        return None


def lost(task: SchoolTask, cause: Cause) -> tuple[SchoolOutcome, ...]:
    """Return the outcomes of a task whose worker died of it."""
    blank = tuple(_blank(row) for row in task.rows)
    return _failed(blank, LOST[cause], cause)


def refused(task: SchoolTask, failure: str, cause: str) -> tuple[SchoolOutcome, ...]:
    """Return the outcomes of a task whose answers could not be written."""
    return _failed(tuple(_blank(row) for row in task.rows), failure, cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAnswer:
    """What travels back from a worker: an outcome a roster row, and the written files, by the folder of each row.

    `key` is the content key of the task that the worker had.
    """

    outcomes: tuple[SchoolOutcome, ...]
    key: str = ""
    folders: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


def school_answer(task: SchoolTask, write: Writer | None) -> SchoolAnswer:
    """Plan one school in a folder of its own, and return all that was written; nothing of a school that failed."""
    key = content_key(task, write)
    if write is None:
        return SchoolAnswer(outcomes=plan_school(task, _nothing), key=key)
    try:
        with TemporaryDirectory(prefix="wifiplan-") as folder:
            outcomes = plan_school(replace(task, folder=Path(folder)), write)
            if any(outcome.failure is not None for outcome in outcomes):
                return SchoolAnswer(outcomes=outcomes, key=key)
            folders = {row.name: _written(Path(folder) / row.name) for row in task.rows}
    except OSError as error:
        return SchoolAnswer(outcomes=refused(task, f"{error.strerror or error}: {error.filename}", "output"), key=key)
    return SchoolAnswer(outcomes=outcomes, key=key, folders=folders)


def _nothing(_plan: Plan, _folder: Path, _lang: str) -> None:
    """Write nothing: only the outcome is wanted."""


def _written(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
