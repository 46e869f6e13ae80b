"""One building under several sets of settings: what each needs and serves, with nothing computed twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from wifiplan.predict.demand import CLASSROOM, SPECIALIST
from wifiplan.site.building import Site
from wifiplan.study.cases import Case, CaseOutcome
from wifiplan.study.plan import decided, least_aps
from wifiplan.study.prepared import Prepared, prepare
from wifiplan.study.settings import Settings
from wifiplan.study.verdicts import room_verdicts

SiteOf: TypeAlias = Callable[[Case], Site]
"""The building under a case: an assumed one is built as the case says."""

Failed: TypeAlias = Callable[[Exception], tuple[str, str]]
"""One line for an error, and its cause in one word."""


def case_outcomes(
    site_of: SiteOf, cases: Sequence[Case], n_aps_c: Sequence[int | None], failed: Failed
) -> tuple[CaseOutcome, ...]:
    """Return what every case comes to in one building, in the order of `cases`; what goes wrong is its `failure`.

    Parameters
    ----------
    site_of : callable
        The building under a case.
    cases : sequence of Case
        The first is the base.
    n_aps_c : sequence of int or None
        New access points that the building has in each case; None: as many as the base case needs here.
    failed : callable
        Words an error.

    Notes
    -----
    Cases that differ in nothing but their number of access points share one school made ready.
    """
    found: dict[str, CaseOutcome] = {}
    for group in _groups(cases):
        try:
            site = site_of(group[0])
            ready = prepare(site, _plain(group[0].settings))
            needed = least_aps(ready), least_aps(ready, classrooms_only=True)
        except Exception as error:  # noqa: BLE001 (one case's bug must not cost the study its other answers)
            failure, cause = failed(error)
            found |= {case.name: CaseOutcome(case=case.name, failure=failure, cause=cause) for case in group}
            continue
        for case in group:
            allotted = n_aps_c[cases.index(case)]
            n_aps = _of_base(cases, found, needed[0]) if allotted is None else allotted
            try:
                found[case.name] = _outcome(case, ready, needed, n_aps)
            except Exception as error:  # noqa: BLE001 (the same)
                failure, cause = failed(error)
                found[case.name] = CaseOutcome(case=case.name, failure=failure, cause=cause)
    return tuple(found[case.name] for case in cases)


def _of_base(cases: Sequence[Case], found: dict[str, CaseOutcome], own: int) -> int:
    """Return what the base needs; the base itself, or a case beside a base that failed, has its own need."""
    base = found.get(cases[0].name)
    return own if base is None or base.n_aps_needed is None else base.n_aps_needed


def _plain(settings: Settings) -> Settings:
    """Return the settings without what a count of rooms does not need, and without a number of access points."""
    return replace(settings, n_aps=None, design=replace(settings.design, what_if=False))


def _groups(cases: Sequence[Case]) -> list[list[Case]]:
    """Return the cases told apart by what a school is made ready with, the base's group first."""
    groups: list[list[Case]] = []
    for case in cases:
        same = [g for g in groups if g[0].archetype == case.archetype and _same(g[0].settings, case.settings)]
        if same:
            same[0].append(case)
        else:
            groups.append([case])
    return groups


def _same(one: Settings, other: Settings) -> bool:
    return _plain(one) == _plain(other)


def _outcome(case: Case, ready: Prepared, needed: tuple[int, int], n_aps: int) -> CaseOutcome:
    _, design = decided(ready, n_aps=n_aps, n_aps_needed=needed[0])
    rooms = [room for room in room_verdicts(design) if room.need is not None]
    ranks = [(room.need.priority, room.verdict == "pass") for room in rooms if room.need is not None]
    new = sum(i >= design.scene.n_fixed for i in design.tuning.powered.chosen)
    return CaseOutcome(
        case=case.name,
        n_aps_funded=n_aps,
        n_aps_needed=needed[0],
        n_aps_needed_classrooms=needed[1],
        n_aps_placed=new - design.n_moved,
        n_classrooms=sum(rank == CLASSROOM for rank, _ in ranks),
        n_classrooms_served=sum(passed for rank, passed in ranks if rank == CLASSROOM),
        n_specialist=sum(rank == SPECIALIST for rank, _ in ranks),
        n_specialist_served=sum(passed for rank, passed in ranks if rank == SPECIALIST),
    )
