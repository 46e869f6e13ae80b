"""A county's access points and money shared out by class count (以班級數比例分配), in whole numbers."""

import heapq
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from wifiplan.errors import RosterError

Method: TypeAlias = Literal["largest_remainder", "webster"]
"""Largest remainder (Hamilton), or Webster's divisor method (Sainte-Lague)."""

METHODS: tuple[Method, ...] = ("largest_remainder", "webster")

_HALF = Fraction(1, 2)


def share(
    n_seats: int,
    weight_s: Sequence[float | Fraction],
    *,
    method: Method,
    floor_s: Sequence[int] | None = None,
    cap_s: Sequence[int] | None = None,
) -> tuple[int, ...]:
    r"""Share whole seats (access points, dollars) in proportion to weights.

    Parameters
    ----------
    n_seats : int
        What is shared out, >= 0.
    weight_s : sequence of numbers
        Weight of each school, >= 0: its classes. Taken exactly (a float as the fraction that it stores).
    method : "largest_remainder" or "webster"
        Rule of rounding.
    floor_s, cap_s : sequence of int, optional
        Least and most that a school may get.

    Returns
    -------
    tuple of int
        One share a school; they sum to exactly `n_seats`.

    Raises
    ------
    RosterError
        If floors exceed the total, caps fall short of it, or an argument is out of its range.

    Notes
    -----
    The quota of school s is :math:`q_s = \min(c_s, \max(f_s, \lambda w_s))` with
    :math:`\sum q_s = N`; without floors and caps :math:`\lambda = N / \sum w_s`. Largest remainder
    gives :math:`\lfloor q_s \rfloor`, then one seat more to the largest fractions. Webster gives seats
    in the order of :math:`w_s / (a_s + 1/2)` within floors and caps.

    Ties, in both methods: the larger weight first, then the earlier school in the list. A school of
    weight 0 gets its floor and no more.

    Examples
    --------
    >>> share(10, (6, 6, 2), method="largest_remainder")
    (4, 4, 2)
    >>> share(10, (20, 6, 1), method="webster", floor_s=(1, 1, 1))
    (7, 2, 1)
    """
    weights = _weights(weight_s)
    floors = [0] * len(weights) if floor_s is None else [int(value) for value in floor_s]
    caps = [n_seats] * len(weights) if cap_s is None else [int(value) for value in cap_s]
    _check(n_seats, weights, floors, caps, method)
    caps = [min(cap, max(n_seats, floor)) for cap, floor in zip(caps, floors, strict=True)]
    if not weights:
        return ()
    quotas = _quotas(n_seats, weights, floors, caps)
    if method == "largest_remainder":
        return _largest_remainder(n_seats, weights, quotas)
    return _webster(n_seats, weights, quotas, floors, caps)


def _weights(weight_s: Sequence[float | Fraction]) -> list[Fraction]:
    try:
        return [Fraction(weight) for weight in weight_s]
    except (ValueError, OverflowError) as error:
        raise RosterError("a weight of the apportionment is not a finite number", remedy="use class counts") from error


def _check(n_seats: int, weights: list[Fraction], floors: list[int], caps: list[int], method: Method) -> None:
    problem = ""
    remedy = "lower the floors or raise the total"
    reach = sum(cap if weight else floor for weight, floor, cap in zip(weights, floors, caps, strict=False))
    if method not in METHODS:
        problem, remedy = f"unknown method {method!r}", f"use one of {', '.join(METHODS)}"
    elif not len(weights) == len(floors) == len(caps):
        problem = f"{len(weights)} weights, {len(floors)} floors, {len(caps)} caps"
        remedy = "give one floor and one cap a school"
    elif n_seats < 0 or any(weight < 0 for weight in weights) or any(floor < 0 for floor in floors):
        problem, remedy = "the total, a weight or a floor is negative", "use numbers from 0 up"
    elif any(floor > cap for floor, cap in zip(floors, caps, strict=True)) and sum(floors) <= n_seats:
        problem, remedy = "a school's floor is above its cap", "lower the floor or raise the cap"
    elif sum(floors) > n_seats:
        problem = f"the floors add up to {sum(floors):,}, more than the {n_seats:,} to share out"
    elif reach < n_seats:
        problem = f"the caps of schools with classes allow {reach:,} of the {n_seats:,} to share out"
        remedy = "raise the caps or lower the total; a school of weight 0 gets its floor only"
    if problem:
        raise RosterError(problem, remedy=remedy, where="apportionment")


def _quotas(n_seats: int, weights: list[Fraction], floors: list[int], caps: list[int]) -> list[Fraction]:
    """Return min(cap, max(floor, level * weight)) for the level at which they sum to `n_seats`."""
    bends: list[tuple[Fraction, Fraction]] = []
    for weight, floor, cap in zip(weights, floors, caps, strict=True):
        if weight and cap > floor:
            bends += [(floor / weight, weight), (cap / weight, -weight)]
    bends.sort()
    total, slope, level = Fraction(sum(floors)), Fraction(0), Fraction(0)
    for (here, turn), (beyond, _) in pairwise(bends):
        slope += turn
        level = here
        if total + slope * (beyond - here) >= n_seats:
            level += (n_seats - total) / slope if slope else 0
            break
        total += slope * (beyond - here)
        level = beyond
    return [
        max(Fraction(floor), min(Fraction(cap), level * weight))
        for weight, floor, cap in zip(weights, floors, caps, strict=True)
    ]


def _largest_remainder(n_seats: int, weights: list[Fraction], quotas: list[Fraction]) -> tuple[int, ...]:
    seats = [int(quota) for quota in quotas]
    order = sorted(range(len(seats)), key=lambda s: (seats[s] - quotas[s], -weights[s], s))
    for s in order[: n_seats - sum(seats)]:
        seats[s] += 1
    return tuple(seats)


def _webster(
    n_seats: int, weights: list[Fraction], quotas: list[Fraction], floors: list[int], caps: list[int]
) -> tuple[int, ...]:
    """Round the quotas, then give or take single seats: at most one step a school, however much is shared."""
    seats = [min(cap, max(floor, int(quota + _HALF))) for quota, floor, cap in zip(quotas, floors, caps, strict=True)]
    short = n_seats - sum(seats)
    step = 1 if short > 0 else -1

    def entry(s: int) -> tuple[Fraction, Fraction, int]:
        # Seats are given by larger weight / (seat - 1/2), then larger weight, then earlier school; taking
        # back runs the same order from its end, so every number in the key turns its sign.
        seat = seats[s] + (1 if step > 0 else 0)
        return (-step * weights[s] / (seat - _HALF), -step * weights[s], step * s)

    def movable(s: int) -> bool:
        return bool(weights[s]) and (seats[s] < caps[s] if step > 0 else seats[s] > floors[s])

    heap = [entry(s) for s in range(len(seats)) if movable(s)]
    heapq.heapify(heap)
    for _ in range(abs(short)):
        s = step * heapq.heappop(heap)[2]
        seats[s] += step
        if movable(s):
            heapq.heappush(heap, entry(s))
    return tuple(seats)
