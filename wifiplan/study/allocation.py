"""A county's access points where they serve most classrooms, beside the ministry's proportional share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from wifiplan.design.curve import serve_curve
from wifiplan.design.sharing import Worth, share_most
from wifiplan.design.solver import Limits
from wifiplan.errors import SettingsError
from wifiplan.study.outcomes import Allotment, Curve, CurvePoint
from wifiplan.study.placing import posed
from wifiplan.study.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationOptions:
    """What the ministry's text leaves open when access points go where they serve most classrooms.

    Parameters
    ----------
    floor_share : float
        Fairness floor: no school gets less than this share of its proportional share, rounded up.

    Raises
    ------
    SettingsError
        If the share is not within 0 and 1.
    """

    floor_share: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a floor that no allocation could keep."""
        if not 0.0 <= self.floor_share <= 1.0:
            raise SettingsError(
                f"the floor share is {self.floor_share}",
                remedy="give a share from 0 (no floor) to 1 (nobody below the proportional share)",
                where="--floor-share",
            )


def curve(prepared: Prepared) -> Curve:
    """Return the rooms that a school's best placements serve, for 0, 1, … new access points.

    Parameters
    ----------
    prepared : Prepared
        The school; its settings' number of access points is not used.

    Returns
    -------
    Curve
        Up to the least that serves every room that can be served.
    """
    design = replace(prepared.scene.settings.design, exactly=False)
    setting = replace(prepared.scene, settings=replace(prepared.scene.settings, design=design, n_aps=None))
    found = serve_curve(posed(setting, prepared.best, prepared.offers[:-1]).problem, Limits())
    return Curve(
        points=tuple(
            CurvePoint(
                n_aps=point.n_new,
                n_classrooms=sum(point.n_served_by_tier[:1]),
                n_specialist=sum(point.n_served_by_tier[1:2]),
                n_classrooms_most=point.n_first_most,
                proven=point.proven,
            )
            for point in found
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Access points of every school, the classrooms that the curves expect, and the bound on any allocation."""

    n_aps_s: tuple[int, ...]
    n_classrooms_expected: int
    n_classrooms_most: int


def allocate(
    n_aps: int, curves: Sequence[Curve | None], proportional_s: Sequence[int], options: AllocationOptions
) -> Allocation:
    """Share out access points so that most classrooms are served.

    Among allocations that serve as many classrooms, the one with more specialist rooms counts, then the one with fewer
    access points (the rest is the county's reserve), then the one closest to the proportional share; at last the
    earlier school of the roster gets the more.

    Parameters
    ----------
    n_aps : int
        What there is, at least the sum of the proportional shares.
    curves : sequence of Curve or None
        One a school; a school without one, which could not be planned, keeps its proportional share.
    proportional_s : sequence of int
        The ministry's share of each school.
    options : AllocationOptions
        The fairness floor.

    Examples
    --------
    >>> def line(*served):
    ...     points = [CurvePoint(n_aps=n, n_classrooms=c, n_specialist=0, n_classrooms_most=c, proven=True)
    ...               for n, c in enumerate(served)]
    ...     return Curve(points=tuple(points))
    >>> allocate(4, [line(0, 1, 2, 3, 4), line(0, 3, 6, 8)], [2, 2], AllocationOptions(floor_share=0.5)).n_aps_s
    (1, 3)
    """
    numbers_s = [_numbers(found, share, options) for found, share in zip(curves, proportional_s, strict=True)]
    worth_sn: list[dict[int, Worth]] = []
    most_sn: list[dict[int, Worth]] = []
    for found, share, numbers in zip(curves, proportional_s, numbers_s, strict=True):
        points = {n: _point(found, n) for n in numbers}
        worth_sn.append({n: (p.n_classrooms, p.n_specialist, -n, -abs(n - share)) for n, p in points.items()})
        most_sn.append({n: (p.n_classrooms_most,) for n, p in points.items()})
    best = share_most(n_aps, worth_sn)
    bound = share_most(n_aps, most_sn)
    return Allocation(
        n_aps_s=best,
        n_classrooms_expected=sum(worth_n[n][0] for worth_n, n in zip(worth_sn, best, strict=True)),
        n_classrooms_most=sum(most_n[n][0] for most_n, n in zip(most_sn, bound, strict=True)),
    )


def _numbers(found: Curve | None, share: int, options: AllocationOptions) -> range:
    """Return how many access points a school may get: from its floor to what serves it all."""
    if found is None:
        return range(share, share + 1)
    # the decimal that was given, not the binary fraction next to it: 0.1 of 10 is 1
    floor = ceil(Fraction(str(options.floor_share)) * share)
    return range(min(floor, found.n_aps_enough), found.n_aps_enough + 1)


def _point(found: Curve | None, n_aps: int) -> CurvePoint:
    nothing = CurvePoint(n_aps=n_aps, n_classrooms=0, n_specialist=0, n_classrooms_most=0, proven=True)
    return nothing if found is None else found.at(n_aps)


def better_of(n_aps: int, ways: Sequence[tuple[Allotment, Allotment]]) -> tuple[bool, ...]:
    """Return for every school whether it takes the second of two allotments, by their finished plans.

    Parameters
    ----------
    n_aps : int
        What there is; the first allotments must not be more.
    ways : sequence of (Allotment, Allotment)
        For each school the proportional allotment and the one where access points serve most.

    Returns
    -------
    tuple of bool
        The mixture that serves most classrooms, then specialist rooms, then takes fewest access points: never worse
        than all first or, where they are within `n_aps`, all second ones.
    """
    worth_sn: list[dict[int, Worth]] = []
    for first, second in ways:
        worth_sn.append({a.n_aps: (a.n_classrooms_served, a.n_specialist_served, -a.n_aps) for a in (second, first)})
    chosen = share_most(n_aps, worth_sn)
    return tuple(n != first.n_aps for n, (first, _) in zip(chosen, ways, strict=True))
