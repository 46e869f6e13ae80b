"""How many rooms a growing number of access points serves: one proven point a number."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.agreement import cost_model
from wifiplan.design.answers import served_by_tier
from wifiplan.design.columns import Columns, enumerate_columns
from wifiplan.design.models import Model, class_model, set_model
from wifiplan.design.problems import Checked, Problem, check
from wifiplan.design.programmes import Goal, Kept, goal_of, programme_of
from wifiplan.design.services import decode, greedy
from wifiplan.design.solver import Limits, Stop, minimise
from wifiplan.units import Array

_WHOLE = 1e-6
"""How far a solver's whole number may lie from one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServePoint:
    """Rooms that the best placement of `n_new` further access points serves.

    Parameters
    ----------
    n_new : int
        Access points besides those that hang.
    n_served_by_tier : tuple of int
        Rooms served of tier 0, 1, …; a tier counts infinitely more than the next.
    n_first_most : int
        Proven bound on the rooms of tier 0.
    proven : bool
        No placement serves more, in the order of the tiers.
    """

    n_new: int
    n_served_by_tier: tuple[int, ...]
    n_first_most: int
    proven: bool


def serve_curve(problem: Problem, limits: Limits) -> tuple[ServePoint, ...]:
    r"""Return the most rooms served for every number of new access points, up to the least that serves all.

    Room sets and rows are made once; every point is one integer programme over them, with its budget N:

    .. math:: \max \sum_t W_t \sum_{r \in t} s_r, \qquad \sum_{c\ \mathrm{new}} x_c \le N

    where the weights :math:`W_t` are whole and so large that a tier counts more than all later ones together: the
    gap is 0, so nothing hides behind them.

    Parameters
    ----------
    problem : Problem
        What is to be placed; its own number of access points is the most that the curve goes to.
    limits : Limits
        Time for the whole curve and nodes for every point; what a limit leaves open is stated point by point.

    Returns
    -------
    tuple of ServePoint
        For N = 0, 1, …; never falling. Where rooms join the strongest signal (`strength_ir`) or share joint limits,
        the figures are bounds and not proven to be reached.

    Raises
    ------
    SolverError
        As from `placement.place`.

    Examples
    --------
    >>> load_ir = np.array([[0.3, 0.4, np.inf], [np.inf, 0.4, 0.5]])
    >>> problem = Problem(load_share_ir=load_ir, priority_r=[0, 0, 0], n_aps=None, max_share=0.8)
    >>> [point.n_served_by_tier for point in serve_curve(problem, Limits())]
    [(0,), (2,), (3,)]
    """
    checked = check(problem)
    goal = goal_of(checked, limits, prefers=False)
    columns = enumerate_columns(
        checked.load_share_ir, checked.cap_ir, max_columns=limits.max_columns, n_at_once=problem.n_at_once
    )
    if columns is None:
        models = [cost_model(checked, None)]
    else:
        models = [set_model(columns, checked.spots), class_model(columns, checked.spots)]
    sure = checked.strength_ir is None and not checked.limits and (columns is not None or problem.n_at_once is None)
    sizes = tuple(goal.size(tier) for tier in goal.tiers)
    points: list[ServePoint] = []
    for n_new in range(goal.n_new + 1):
        point = _point(models, replace(goal, n_new=n_new), checked, columns, sure=sure)
        if points and point.n_served_by_tier < points[-1].n_served_by_tier:
            point = replace(point, n_served_by_tier=points[-1].n_served_by_tier, proven=False)
        points.append(point)
        if point.n_served_by_tier == sizes:
            break
    return tuple(points)


def _point(models: list[Model], goal: Goal, checked: Checked, columns: Columns | None, *, sure: bool) -> ServePoint:
    """Return the point of `goal.n_new`; candidates are named only where sets without them find none."""
    weight_t = _weights(goal)
    most = sum(weight * goal.size(tier) for tier, weight in enumerate(weight_t))
    rooms_i: dict[int, int] | None = None
    for model in models:
        n_x, n_rooms = len(model.rooms_x), goal.tier_r.size
        kept = Kept(n_new_most=goal.n_new, n_moved_most=goal.n_movable)
        programme, _ = programme_of(model, goal, kept, "serve")
        # scaled to a largest cost of 1, as the solver's absolute tolerances want it
        cost = np.zeros_like(programme.cost_x)
        cost[n_x : n_x + n_rooms] = -_of_rooms(goal, weight_t) / weight_t[0]
        stop = Stop(time_limit_s=goal.deadline.left_s / 2, node_limit=goal.limits.node_limit)
        answer = minimise(replace(programme, cost_x=cost), stop)
        if np.isfinite(answer.bound):
            most = min(most, int(np.floor(-answer.bound * weight_t[0] + _WHOLE)))
        rooms_i = None if answer.x is None else decode(model, answer.x[:n_x], checked, columns)
        if rooms_i is not None:
            break
    served = served_by_tier(checked, greedy(replace(checked, n_new=goal.n_new)) if rooms_i is None else rooms_i)
    worth = sum(weight * n for weight, n in zip(weight_t, served, strict=True))
    return ServePoint(
        n_new=goal.n_new,
        n_served_by_tier=served,
        n_first_most=max(served[0], most // weight_t[0]) if served else 0,
        proven=sure and worth == most,
    )


def _weights(goal: Goal) -> tuple[int, ...]:
    """Return whole weights of the tiers, each above what all later ones can add up to."""
    weights: list[int] = []
    beyond = 0
    for tier in reversed(goal.tiers):
        weights.append(beyond + 1)
        beyond += weights[-1] * goal.size(tier)
    return tuple(reversed(weights)) or (1,)


def _of_rooms(goal: Goal, weight_t: tuple[int, ...]) -> Array:
    return np.array(weight_t, dtype=np.float64)[goal.tier_r]
