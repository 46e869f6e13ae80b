"""What is assumed rather than known, how far it may lie off, and how far that moves a county's answer."""

from dataclasses import dataclass

from wifiplan.study.case_totals import CaseTotals, case_totals
from wifiplan.study.cases import Case, CaseStudy
from wifiplan.study.sampling import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One assumption: its name, what it is called, what it is in the base, and a lower and a higher value as cases.

    `source` says where the range is from; `invented` that nobody measured or published it.
    """

    name: str
    label: str
    base_text: str
    low: Case
    high: Case
    source: str
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How far one assumption moves the answer: the county's totals at both of its ends."""

    assumption: Assumption
    low: CaseTotals
    high: CaseTotals

    @property
    def swing_aps(self) -> float:
        """Larger change of the access points needed [1]."""
        return max(abs(self.low.more_aps.value), abs(self.high.more_aps.value))

    @property
    def swing_kpi7(self) -> float:
        """Larger change of the share of classrooms that pass [1]."""
        return max(abs(_value(self.low.more_kpi7)), abs(_value(self.high.more_kpi7)))

    @property
    def dearest(self) -> CaseTotals:
        """The end that needs more access points."""
        return max((self.low, self.high), key=lambda end: end.more_aps.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Two assumptions at their dearer ends at once; `sum_aps` is what both add, each alone."""

    one: Assumption
    other: Assumption
    totals: CaseTotals
    sum_aps: float


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """A study of assumptions: the base and every assumption at both ends, over the same sample; pairs where asked."""

    study: CaseStudy
    assumptions: tuple[Assumption, ...]
    pair_study: CaseStudy | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def base(self) -> CaseTotals:
        """The county under the base's settings."""
        return case_totals(self.study)[0]

    def moved(self) -> tuple[Moved, ...]:
        """Return the assumptions by how far they move the access points needed, the furthest first."""
        by_name = {totals.case.name: totals for totals in case_totals(self.study)}
        found = [Moved(assumption=a, low=by_name[a.low.name], high=by_name[a.high.name]) for a in self.assumptions]
        return tuple(sorted(found, key=lambda m: (-m.swing_aps, -m.swing_kpi7, m.assumption.name)))

    def together(self) -> tuple[Together, ...]:
        """Return the pairs that were asked for, against the sum of what each does alone."""
        if self.pair_study is None:
            return ()
        moved = {m.assumption.name: m for m in self.moved()}
        totals = case_totals(self.pair_study)[1:]
        return tuple(
            Together(
                one=moved[one].assumption,
                other=moved[other].assumption,
                totals=found,
                sum_aps=moved[one].dearest.more_aps.value + moved[other].dearest.more_aps.value,
            )
            for (one, other), found in zip(self.pairs, totals, strict=True)
        )
