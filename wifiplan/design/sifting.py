"""Integer programmes with far more columns than an optimum can need."""

import time

import numpy as np

from wifiplan.design.cuts import tightened
from wifiplan.design.solver import Programme, Solution, Stop, matrix_of, minimise, relative_gap, relax
from wifiplan.units import Array, BoolArray

_FEW_COLUMNS = 400
"""Fewer columns than this are solved at once; so many are in the first solve of more."""

_EQUAL = 1e-9

_NEAR = 0.01
"""Relative gap that is near enough where no proof is in reach."""

_ANY_POINT = 0.05
"""Relative gap of a solve that is to find a point, not to prove it."""


def sift(programme: Programme, stop: Stop, served_rx: BoolArray, *, known_x: BoolArray, most_columns: int) -> Solution:
    """Do what `minimise` does, over the columns that the relaxation finds cheap.

    Parameters
    ----------
    programme : Programme
        What to minimise; variables with a lower bound of 0 may be left out.
    stop : Stop
        When to stop.
    served_rx : ndarray of bool (r, x)
        Which variables serve a room; of those of one room at most one is 1.
    known_x : ndarray of bool (x,)
        Variables of an answer that is known: always kept, so that every solve has a point.
    most_columns : int
        Columns that a solve may hold: a stop on work, as a solve takes longer the more there are.

    Returns
    -------
    Solution
        The first solve, over the cheapest columns, makes a point; the second, over those whose reduced cost is below
        the distance from that point to the relaxation (no other is in a better one), makes the proof. Where these are
        more than `most_columns`, the distance of the first left out stays as the gap.
    """
    start_s = time.monotonic()
    if programme.cost_x.size <= _FEW_COLUMNS:
        return _bounded(minimise(programme, stop), programme)
    programme, relaxed = tightened(programme, served_rx)
    if relaxed is None:
        return Solution(verdict="infeasible", x=None, value=np.inf, bound=np.inf)
    ranked = np.sort(relaxed.reduced_cost_x)
    furthest = float(ranked[most_columns]) if most_columns < ranked.size else np.inf
    distance = min(float(ranked[min(_FEW_COLUMNS, ranked.size - 1)]), furthest)
    best: Array | None = None
    value, bound, gap = float("inf"), relaxed.value, stop.gap
    for n, share in enumerate((0.25, 0.5, 1.0)):
        kept_x = (relaxed.reduced_cost_x <= distance + _EQUAL) | (programme.lower_x > 0.0) | known_x
        left_s = stop.time_limit_s - (time.monotonic() - start_s)
        part = minimise(
            _restricted(programme, kept_x),
            Stop(time_limit_s=share * left_s, node_limit=stop.node_limit, gap=gap),
        )
        # a point with a column that was left out costs more than the relaxation by at least `distance`
        bound = max(bound, min(part.bound, relaxed.value + distance))
        if kept_x.all():
            bound = max(bound, part.bound)
        if part.x is not None and part.value < value:
            best, value = np.zeros(programme.cost_x.size), part.value
            best[kept_x] = part.x
        if kept_x.all() or distance >= furthest or relative_gap(value, bound) <= max(stop.gap, _EQUAL):
            break
        # a proof needs all columns up to the distance of the point; where they are too many, a few more will do
        provable = value - relaxed.value <= furthest
        if not provable:
            if n or relative_gap(value, bound) <= _NEAR:
                break
            gap = max(gap, _NEAR)
        further = 4 * int(kept_x.sum()) if provable else 3 * int(kept_x.sum()) // 2
        distance = min(value - relaxed.value, furthest, float(ranked[further]) if further < ranked.size else np.inf)
    if best is None:
        left_s = stop.time_limit_s - (time.monotonic() - start_s)
        return _any_point(programme, Stop(time_limit_s=left_s, node_limit=stop.node_limit, gap=_ANY_POINT), bound)
    bound = min(bound, value)
    proven = relative_gap(value, bound) <= _EQUAL
    return Solution(verdict="optimal" if proven else "feasible", x=best, value=value, bound=value if proven else bound)


def _any_point(programme: Programme, stop: Stop, bound: float) -> Solution:
    """Return whatever point the whole programme gives where the cheap columns hold none."""
    if bound == np.inf:
        return Solution(verdict="infeasible", x=None, value=np.inf, bound=bound)
    whole = minimise(programme, stop)
    return Solution(verdict=whole.verdict, x=whole.x, value=whole.value, bound=max(bound, whole.bound))


def _bounded(solution: Solution, programme: Programme) -> Solution:
    """Return the solution with the relaxation's bound where the solver stopped before it had any."""
    if solution.bound > -np.inf or (relaxed := relax(programme)) is None:
        return solution
    return Solution(verdict=solution.verdict, x=solution.x, value=solution.value, bound=relaxed.value)


def _restricted(programme: Programme, kept_x: BoolArray) -> Programme:
    """Return the programme over some of its variables, the others at 0."""
    return Programme(
        cost_x=programme.cost_x[kept_x],
        matrix=matrix_of(programme.matrix[:, np.flatnonzero(kept_x)]),
        row_lower=programme.row_lower,
        row_upper=programme.row_upper,
        lower_x=programme.lower_x[kept_x],
        upper_x=programme.upper_x[kept_x],
        integer_x=programme.integer_x[kept_x],
    )
