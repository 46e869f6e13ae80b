"""A county under several sets of settings: one building a task, which answers for all cases; no reports are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from wifiplan.county.crew import Crew
from wifiplan.county.desk import full_disk
from wifiplan.county.engine import Cause, Worked
from wifiplan.county.key import content_key
from wifiplan.county.school import LOST, failure_of, school_site
from wifiplan.county.task import SchoolTask, packed
from wifiplan.errors import OutputError
from wifiplan.files.county_records import CaseRecord, read_case_record, write_case_record
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


def _unheard(_: Studied) -> None:
    """Leave a building untold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDesk:
    """Where buildings of a study are kept as they come (`folder`), whether kept ones are taken up, and who is told."""

    folder: Path
    resume: bool = False
    note: Callable[[Studied], None] = field(default=_unheard)


def study_building(task: CaseTask) -> Studied:
    """Return a building under every case; whatever goes wrong is an outcome's `failure`."""
    sites: dict[object, Site] = {}

    def site_of(case: Case) -> Site:
        # a drawn plan is the same in every case
        key = case.archetype if task.school.site_path is None else None
        if key not in sites:
            sites[key] = school_site(replace(task.school, archetype=case.archetype))
        return sites[key]

    def failed(error: Exception) -> tuple[str, str]:
        return failure_of(error, task.school.school)

    found = case_outcomes(site_of, task.cases, task.n_aps_c, failed)
    evidence = next((site.evidence for site in sites.values()), None)
    return Studied(schools=_schools(task), evidence=evidence, outcomes=found)


def study_buildings(tasks: Sequence[CaseTask], desk: CaseDesk, crew: Crew) -> tuple[Studied, ...]:
    """Return many buildings under every case, in the order of `tasks`: the same for one or many workers.

    Parameters
    ----------
    tasks : sequence of CaseTask
        The buildings.
    desk : CaseDesk
        Where they are kept as they come. With `resume` those are taken up that would be planned alike; others, and
        those that failed, are planned anew.
    crew : Crew
        Who plans.

    Raises
    ------
    OutputError
        A record cannot be written. What was finished is kept.
    ClusterError
        See `crew.hired`.
    """
    found: dict[int, Studied] = {}
    for n, task in enumerate(tasks if desk.resume else ()):
        record = read_case_record(_place(task, desk))
        if record is not None and record.key == _key(_packed(task)):
            found[n] = record.studied
            desk.note(record.studied)
    left = [n for n in range(len(tasks)) if n not in found]
    take = partial(_kept, desk)
    made = crew.each([tasks[n] for n in left], study_building, _lost, size=_size, take=take, pack=_packed)
    found |= dict(zip(left, made, strict=True))
    return tuple(found[n] for n in range(len(tasks)))


def _kept(desk: CaseDesk, task: CaseTask, worked: Worked[Studied]) -> Studied:
    studied = worked.answer
    if studied.sound:
        try:
            write_case_record(_place(task, desk), CaseRecord(key=_key(_packed(task)), studied=studied))
        except OutputError as error:
            raise full_disk(error, desk.folder) or error from error
    desk.note(studied)
    return studied


def _key(task: CaseTask) -> str:
    return content_key(task.school, task.cases, task.n_aps_c)


def _place(task: CaseTask, desk: CaseDesk) -> Path:
    return desk.folder / f"{task.school.name}.json"


def _packed(task: CaseTask) -> CaseTask:
    return replace(task, school=packed(task.school))


def _schools(task: CaseTask) -> tuple[School, ...]:
    return tuple(row.school for row in task.school.rows)


def _lost(task: CaseTask, cause: Cause) -> Studied:
    lost = tuple(CaseOutcome(case=case.name, failure=LOST[cause], cause=cause) for case in task.cases)
    return Studied(schools=_schools(task), evidence=None, outcomes=lost)


def _size(task: CaseTask) -> int:
    return sum(row.school.n_classes for row in task.school.rows)
