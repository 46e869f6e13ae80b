"""A county under several sets of settings: one building a task, which answers for all cases; no reports are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wifiplan.county.pool import each
from wifiplan.county.school import failure_of, school_site
from wifiplan.county.task import SchoolTask
from wifiplan.scheme.school import School
from wifiplan.site.building import Site
from wifiplan.study.case_plans import case_outcomes
from wifiplan.study.cases import Case, CaseOutcome, Studied


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTask:
    """One building and the cases, the base first; `n_aps_c` is what it has in each, None: what the base needs."""

    school: SchoolTask
    cases: tuple[Case, ...]
    n_aps_c: tuple[int | None, ...]


def study_building(task: CaseTask) -> Studied:
    """Return a building under every case; whatever goes wrong is an outcome's `failure`."""
    sites: dict[object, Site] = {}

    def site_of(case: Case) -> Site:
        key = case.archetype if task.school.site_path is None else None
        if key not in sites:
            sites[key] = school_site(replace(task.school, archetype=case.archetype))
        return sites[key]

    def failed(error: Exception) -> tuple[str, str]:
        return failure_of(error, task.school.school)

    found = case_outcomes(site_of, task.cases, task.n_aps_c, failed)
    evidence = next((site.evidence for site in sites.values()), None)
    return Studied(schools=_schools(task), evidence=evidence, outcomes=found)


def _schools(task: CaseTask) -> tuple[School, ...]:
    return tuple(row.school for row in task.school.rows)


def _died(task: CaseTask) -> Studied:
    failure = "the worker process died, perhaps for want of memory"
    lost = tuple(CaseOutcome(case=case.name, failure=failure, cause="worker") for case in task.cases)
    return Studied(schools=_schools(task), evidence=None, outcomes=lost)


def _size(task: CaseTask) -> int:
    return sum(row.school.n_classes for row in task.school.rows)


def study_buildings(
    tasks: Sequence[CaseTask], *, n_workers: int, done: Callable[[Studied], None]
) -> tuple[Studied, ...]:
    """Return many buildings under every case, in the order of `tasks`: the same for one or many workers.

    Parameters
    ----------
    tasks : sequence of CaseTask
        The buildings.
    n_workers : int
        Number of processes; 1 works in this one.
    done : callable
        Called with every building as it comes, for a progress bar.
    """
    return each(tasks, study_building, _died, n_workers=n_workers, size=_size, done=done)
