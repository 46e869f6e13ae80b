"""What a tracking run states of a county, once: counts by step, answer and evidence, and the order of visits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.catalog.visit_risks import VisitRisk
from wifiplan.scheme.indicators import GoodClassrooms
from wifiplan.study.tracking import BASES, STEPS, ReturnStatus, Step, good_classrooms
from wifiplan.study.visits import Visit

RETURNS: tuple[ReturnStatus, ...] = ("returned", "partial", "faulty", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """A county's schools with their findings, in roster order, and what the run rests on.

    `day` is the day of the status, None where nobody gave one; `sources` are sentences on what was read.
    """

    county: str
    visits: tuple[Visit, ...]
    risks: tuple[VisitRisk, ...]
    day: dt.date | None = None
    sources: tuple[str, ...] = ()

    @property
    def funded(self) -> tuple[Visit, ...]:
        """The county's own schools, public and private."""
        return tuple(visit for visit in self.visits if visit.tracked.funded)

    @property
    def apart(self) -> tuple[Visit, ...]:
        """National schools, which stand apart."""
        return tuple(visit for visit in self.visits if not visit.tracked.funded)


def n_by_step(visits: Sequence[Visit]) -> dict[Step, int]:
    """Return how many schools have done each step."""
    return {step: sum(visit.tracked.is_done(step) for visit in visits) for step in STEPS}


def n_by_return(visits: Sequence[Visit]) -> dict[ReturnStatus, int]:
    """Return how many schools gave each kind of answer; "missing" counts those that a form was sent to."""
    found = [visit.tracked.returned.status for visit in visits if visit.tracked.returned is not None]
    return {status: found.count(status) for status in RETURNS}


def by_evidence(visits: Sequence[Visit]) -> tuple[GoodClassrooms, ...]:
    """Return the classrooms of KPI 7 of these schools, one entry a kind of evidence; kinds are never summed."""
    parts = [part for visit in visits for part in good_classrooms(visit.tracked)]
    return tuple(
        GoodClassrooms(
            basis=basis,
            n_good=sum(part.n_good for part in parts if part.basis == basis),
            n_classrooms=sum(part.n_classrooms for part in parts if part.basis == basis),
        )
        for basis in BASES
    )


def ranked(visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """Return the schools that have a rank, the first to visit first."""
    return tuple(sorted((v for v in visits if v.rank is not None), key=lambda v: v.rank or 0))
