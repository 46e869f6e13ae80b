"""What every case of a study comes to over the county, and how it differs from the base, with standard errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.study.cases import Case, CaseOutcome, CaseStudy
from wifiplan.study.sampling import Estimate, Estimator


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTotals:
    """One case over the county.

    Figures as in `CaseOutcome`; `kpi7` is the share of classrooms that pass, `cost_ntd` what the access points needed
    cost [NTD], None without a price. `more_*` are differences from the base over the same buildings,
    `more_aps_share` that of the access points needed as a share of the base's. `n_all_served` buildings have every
    classroom served; `n_failed` could not be planned in this case.
    """

    case: Case
    n_aps_funded: Estimate
    n_aps_needed: Estimate
    n_aps_needed_classrooms: Estimate
    n_aps_placed: Estimate
    n_classrooms: Estimate
    n_classrooms_served: Estimate
    kpi7: Estimate | None
    n_all_served: Estimate
    cost_ntd: Estimate | None
    more_aps: Estimate
    more_aps_classrooms: Estimate
    more_aps_share: Estimate | None
    more_served: Estimate
    more_kpi7: Estimate | None
    more_cost_ntd: Estimate | None
    n_failed: int


def case_totals(study: CaseStudy) -> tuple[CaseTotals, ...]:
    """Return what every case comes to, in the order of the cases, over the buildings that all of them could plan."""
    sound = tuple(n for n, building in enumerate(study.buildings) if building.sound)
    classes = np.array([study.buildings[n].n_classes for n in sound], dtype=np.float64)
    estimator = Estimator(sample=study.sample, planned=sound, classes_s=classes)
    outcomes = [[study.buildings[n].outcomes[c] for n in sound] for c in range(len(study.cases))]
    return tuple(
        _totals(case, estimator, outcomes[c], (study.cases[0], outcomes[0]), n_failed=_n_failed(study, c))
        for c, case in enumerate(study.cases)
    )


def _n_failed(study: CaseStudy, c: int) -> int:
    return sum(building.outcomes[c].failure is not None for building in study.buildings)


def _totals(
    case: Case,
    estimator: Estimator,
    own: Sequence[CaseOutcome],
    base: tuple[Case, Sequence[CaseOutcome]],
    *,
    n_failed: int,
) -> CaseTotals:
    first, old = base
    total = estimator.total
    served, rooms = _values(own, _served), _values(own, _rooms)
    needed, before = _values(own, _needed), _values(old, _needed)
    price, price_before = case.ap_price_ntd, first.ap_price_ntd
    grown = estimator.ratio(needed, before)
    more_cost = None
    if price is not None and price_before is not None:
        more_cost = total([price * n - price_before * k for n, k in zip(needed, before, strict=True)])
    return CaseTotals(
        case=case,
        n_aps_funded=total(_values(own, _funded)) if case.n_aps is None else Estimate(value=float(case.n_aps), se=0.0),
        n_aps_needed=total(needed),
        n_aps_needed_classrooms=total(_values(own, _for_classrooms)),
        n_aps_placed=total(_values(own, _placed)),
        n_classrooms=total(rooms),
        n_classrooms_served=total(served),
        kpi7=estimator.ratio(served, rooms),
        n_all_served=total([float(outcome.all_served) for outcome in own]),
        cost_ntd=None if price is None else total([price * n for n in needed]),
        more_aps=total(_less(needed, before)),
        more_aps_classrooms=total(_less(_values(own, _for_classrooms), _values(old, _for_classrooms))),
        more_aps_share=None if grown is None else grown.shifted(-1.0),
        more_served=total(_less(served, _values(old, _served))),
        more_kpi7=estimator.ratio_difference((served, rooms), (_values(old, _served), _values(old, _rooms))),
        more_cost_ntd=more_cost,
        n_failed=n_failed,
    )


def _values(outcomes: Sequence[CaseOutcome], figure: Callable[[CaseOutcome], int | None]) -> list[float]:
    return [float(figure(outcome) or 0) for outcome in outcomes]


def _less(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(one, other, strict=True)]


def _needed(outcome: CaseOutcome) -> int | None:
    return outcome.n_aps_needed


def _for_classrooms(outcome: CaseOutcome) -> int | None:
    return outcome.n_aps_needed_classrooms


def _funded(outcome: CaseOutcome) -> int | None:
    return outcome.n_aps_funded


def _placed(outcome: CaseOutcome) -> int | None:
    return outcome.n_aps_placed


def _rooms(outcome: CaseOutcome) -> int | None:
    return outcome.n_classrooms


def _served(outcome: CaseOutcome) -> int | None:
    return outcome.n_classrooms_served
