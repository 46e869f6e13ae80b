"""The tasks of a county run: one a school, or one for all roster rows that share a building."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.county import SchoolTask
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.school import School
from wifiplan.study.outcomes import SchoolOutcome


def school_tasks(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    allotted: Sequence[int | None],
    *,
    common: SchoolTask,
    paths: Mapping[tuple[str, str], Path],
) -> list[SchoolTask]:
    """Return the tasks in roster order; rows whose plan is the same file (國中小) make one task.

    Parameters
    ----------
    schools, entitlements, allotted : sequences
        One entry a roster row.
    common : SchoolTask
        What all tasks share: settings, folder, language.
    paths : mapping of (stage, code) to Path
        The plans that there are.
    """
    tasks: dict[object, SchoolTask] = {}
    for school, given, n_aps in zip(schools, entitlements, allotted, strict=True):
        path = paths.get(school.key)
        task = replace(
            common,
            school=school,
            n_class_sets=given.n_class_sets,
            n_devices=given.n_student_devices + given.n_teacher_devices,
            funded=given.funded,
            n_aps_allotted=n_aps,
            site_path=path,
        )
        building: object = path or school.key
        first = tasks.get(building)
        tasks[building] = task if first is None else replace(first, also=(*first.also, task))
    return list(tasks.values())


def in_roster_order(outcomes: Sequence[SchoolOutcome], schools: Sequence[School]) -> tuple[SchoolOutcome, ...]:
    """Return the outcomes as the roster lists the schools."""
    by_key = {outcome.school.key: outcome for outcome in outcomes}
    return tuple(by_key[school.key] for school in schools)
