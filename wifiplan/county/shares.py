"""A county's access points where they serve most classrooms, set beside the ministry's proportional share.

Every school is planned with both numbers, and finished plans decide: what a curve promises, shared channels can take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wifiplan.county.crew import Crew
from wifiplan.county.desk import Desk
from wifiplan.county.school import allotment
from wifiplan.county.schools import plan_schools, school_curves, task_key
from wifiplan.county.store import ready_store
from wifiplan.county.task import SchoolTask
from wifiplan.scheme.apportionment import share
from wifiplan.study.allocation import AllocationOptions, allocate, better_of
from wifiplan.study.outcomes import AllocationRule, Allotment, Comparison, Curve, SchoolOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What is shared out: so many access points, by which rule they are planned, with which fairness floor."""

    n_aps: int
    rule: AllocationRule
    options: AllocationOptions


def plan_compared(
    tasks: Sequence[SchoolTask], desk: Desk, crew: Crew, shares: Shares
) -> tuple[tuple[SchoolOutcome, ...], Comparison]:
    """Plan many schools by one rule and compare it with the other.

    Parameters
    ----------
    tasks : sequence of SchoolTask
        The schools with their proportional share; those that are not funded have none and stand apart.
    desk : Desk
        How the answers of each school are made and kept, of the rule that is planned.
    crew : Crew
        Who plans.
    shares : Shares
        The access points and the rule.

    Returns
    -------
    (tuple of SchoolOutcome, Comparison)
        In the order of `tasks`, the same for one or many workers. Where the finished plans of a county's best
        allocation serve less than the curves promised, schools keep their proportional share: what stands as best is
        never worse than the proportional share.
    """
    with ready_store(tasks[0].folder.parent if tasks and crew.at_home else None) as store:
        ready = [replace(task, store=store) for task in tasks]
        funded = [n for n, task in enumerate(ready) if _total(task) is not None]
        curves = school_curves([ready[n] for n in funded], desk, crew)
        first_s = [_total(ready[n]) or 0 for n in funded]
        best = allocate(shares.n_aps, curves, first_s, shares.options)
        cases = [
            _Case(task=ready[n], curve=curve, most=_apart(ready[n], most))
            for n, curve, most in zip(funded, curves, best.n_aps_s, strict=True)
        ]
        both = {**dict(enumerate(ready)), **{n: c.posed(shares.rule) for n, c in zip(funded, cases, strict=True)}}
        found = _by_number(both, plan_schools(list(both.values()), desk, crew, finals=ready))
        flips = _flips(cases, [found[n] for n in funded], shares)
        after = (
            _settled(both, dict(zip(funded, cases, strict=True)), flips, desk, crew)
            if shares.rule != "proportional"
            else {}
        )
    for n, case, flip in zip(funded, cases, flips, strict=True):
        found[n] = case.told(found[n], after.get(n, found[n]), shares.rule, flip=flip)
    comparison = Comparison(
        floor_share=shares.options.floor_share,
        n_classrooms_expected=best.n_classrooms_expected,
        n_classrooms_most=best.n_classrooms_most,
        n_flipped=sum(flips),
    )
    return tuple(outcome for n in range(len(tasks)) for outcome in found[n]), comparison


def _settled(
    both: Mapping[int, SchoolTask],
    cases: Mapping[int, "_Case"],
    flips: Sequence[bool],
    desk: Desk,
    crew: Crew,
) -> dict[int, tuple[SchoolOutcome, ...]]:
    """Return the outcomes of schools that keep their proportional share after all, planned and kept with it.

    A school that kept it in an earlier run, and would not now, is planned as it was posed.
    """
    again = {n: case.task for (n, case), flip in zip(cases.items(), flips, strict=True) if flip}
    after = _by_number(again, plan_schools(list(again.values()), desk, crew, kind="again"))
    stale = [n for n in cases if desk.resume and n not in again and not desk.stands(both[n], task_key(both[n], desk))]
    plan_schools([both[n] for n in stale], desk, crew)
    return after


def _total(task: SchoolTask) -> int | None:
    """Return what all rows of a task are allotted, None where none is funded."""
    given = [row.n_aps_allotted for row in task.rows if row.n_aps_allotted is not None]
    return sum(given) if given else None


def _apart(task: SchoolTask, n_aps: int) -> tuple[int | None, ...]:
    """Return access points of a building told apart by the class count of its funded rows."""
    rows = [n for n, row in enumerate(task.rows) if row.n_aps_allotted is not None]
    classes = [task.rows[n].school.n_classes for n in rows]
    parts = share(n_aps, classes if sum(classes) else [1] * len(rows), method="largest_remainder")
    given = dict(zip(rows, parts, strict=True))
    return tuple(given.get(n) for n in range(len(task.rows)))


def _by_number(
    tasks: Mapping[int, SchoolTask], outcomes: Sequence[SchoolOutcome]
) -> dict[int, tuple[SchoolOutcome, ...]]:
    """Return the outcomes of numbered tasks by number."""
    left = iter(outcomes)
    return {n: tuple(next(left) for _ in task.rows) for n, task in tasks.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One building: its task with the proportional share, its curve, and what its rows get where most are served."""

    task: SchoolTask
    curve: Curve | None
    most: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the two rules give the building different numbers."""
        return sum(n or 0 for n in self.most) != _total(self.task)

    def posed(self, rule: AllocationRule) -> SchoolTask:
        """Return the task that plans by `rule`, with the other rule's number beside it where it differs."""
        if not self.differs:
            return self.task
        rows = []
        for row, most in zip(self.task.rows, self.most, strict=True):
            one, other = (row.n_aps_allotted, most) if rule == "proportional" else (most, row.n_aps_allotted)
            rows.append(replace(row, n_aps_allotted=one, n_aps_rival=other, also=()))
        return replace(rows[0], also=tuple(rows[1:]))

    def ways(self, outcomes: Sequence[SchoolOutcome], rule: AllocationRule) -> list[tuple[Allotment, Allotment] | None]:
        """Return for every row its figures by class count and where most are served; None where it has none."""
        found: list[tuple[Allotment, Allotment] | None] = []
        for outcome in outcomes:
            one = allotment(outcome)
            other = one if outcome.rival is None else outcome.rival
            if one is None or other is None:
                found.append(None)
            else:
                found.append((one, other) if rule == "proportional" else (other, one))
        return found

    def told(
        self,
        outcomes: Sequence[SchoolOutcome],
        last: Sequence[SchoolOutcome],
        rule: AllocationRule,
        *,
        flip: bool,
    ) -> tuple[SchoolOutcome, ...]:
        """Return the outcomes that stand (`last`) with the figures of both rules, what the curve expects among them."""
        ways = self.ways(outcomes, rule)
        firsts = self._expected([way and way[0] for way in ways])
        seconds = firsts if flip else self._expected([way and way[1] for way in ways])
        return tuple(
            replace(
                outcome,
                n_aps_allotted=row.n_aps_allotted if outcome.failure is not None else outcome.n_aps_allotted,
                rival=None,
                proportional=first,
                most_classes=second,
            )
            for outcome, row, first, second in zip(last, self.task.rows, firsts, seconds, strict=True)
        )

    def _expected(self, rows: Sequence[Allotment | None]) -> list[Allotment | None]:
        """Return the rows' figures with what the curve expects; what a finished plan lacks is told of the first row."""
        known = [row for row in rows if row is not None]
        if self.curve is None or not known:
            return list(rows)
        expected = self.curve.at(sum(row.n_aps for row in known)).n_classrooms
        lacking = expected - sum(row.n_classrooms_served for row in known)
        first = rows.index(known[0])
        return [
            row and replace(row, n_classrooms_expected=row.n_classrooms_served + (lacking if n == first else 0))
            for n, row in enumerate(rows)
        ]


def _flips(cases: Sequence[_Case], found: Sequence[Sequence[SchoolOutcome]], shares: Shares) -> tuple[bool, ...]:
    """Return which buildings do better for the county with their proportional share, by the finished plans."""
    ways: list[tuple[Allotment, Allotment]] = []
    numbers: list[int] = []
    left = shares.n_aps
    for n, (case, outcomes) in enumerate(zip(cases, found, strict=True)):
        rows = [way for way in case.ways(outcomes, shares.rule) if way is not None]
        if rows:
            ways.append((_sum([way[0] for way in rows]), _sum([way[1] for way in rows])))
            numbers.append(n)
        else:
            # a school that could not be planned keeps its proportional share
            left -= _total(case.task) or 0
    seconds = dict(zip(numbers, better_of(left, ways), strict=True))
    return tuple(case.differs and n in seconds and not seconds[n] for n, case in enumerate(cases))


def _sum(rows: Sequence[Allotment]) -> Allotment:
    return Allotment(
        n_aps=sum(row.n_aps for row in rows),
        n_aps_placed=sum(row.n_aps_placed for row in rows),
        n_classrooms_served=sum(row.n_classrooms_served for row in rows),
        n_specialist_served=sum(row.n_specialist_served for row in rows),
    )
