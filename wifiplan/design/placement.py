"""Which candidates to use, and who is served by whom."""

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wifiplan.design.answers import Placement, answer, served_by_tier
from wifiplan.design.assignment import assignment_model
from wifiplan.design.columns import Columns, enumerate_columns
from wifiplan.design.levels import Goal, Reached, refine, serve_most
from wifiplan.design.models import Model, class_model, column_model, set_model
from wifiplan.design.problems import Checked, Problem, check
from wifiplan.design.services import decode, greedy
from wifiplan.design.solver import Limits, Programme, Stop, Verdict, minimise, until
from wifiplan.errors import SolverError
from wifiplan.units import Array

__all__ = ["Cover", "Limits", "Placement", "Problem", "cover", "place", "solve"]


def place(
    load_share_ir: Array,
    priority_r: npt.ArrayLike,
    *,
    n_aps: int | None,
    max_share: npt.ArrayLike,
    heard_ij: Array | None = None,
    fixed_i: tuple[int, ...] = (),
    exactly: bool = False,
) -> Placement:
    """Choose access points: most rooms tier by tier, then fewest access points, then least expected interference.

    Parameters
    ----------
    load_share_ir : ndarray (i, r)
        Share of candidate i's airtime that room r's whole class needs; inf where i can't serve r.
    priority_r : array of int (r,)
        Tier of each room: 0 classroom, 1 specialist room, …; a tier counts infinitely more than the next.
    n_aps : int or None
        Most access points, fixed ones included (when more are fixed, no new one is put up); None for no limit.
    max_share : float or ndarray that broadcasts to (i, r)
        Most airtime that an access point may carry in all; given by room (r,), the least of the rooms it serves holds.
    heard_ij : ndarray (i, i), optional
        How strongly candidate i disturbs candidate j; the expected interference of a choice is the sum over its access
        points of load x (1 + Σ_j≠i heard_ij) (Bosio & Yuan, arXiv:1101.5027). Without it, the sum of loads.
    fixed_i : tuple of int
        Candidates that are there already: always chosen, serving rooms where that helps.
    exactly : bool
        Install exactly `n_aps`: as many as possible serve a room, placed for the least interference; what is left
        over stands where it is heard least.

    Returns
    -------
    Placement
        Rooms that no single candidate can serve within its cap get several access points that serve nothing else.

    Raises
    ------
    SolverError
        When an array has a wrong shape, a NaN or a negative figure.

    Examples
    --------
    >>> inf = np.inf
    >>> found = place(np.array([[0.3, 0.4, inf], [inf, 0.4, 0.5]]), [0, 0, 0], n_aps=None, max_share=0.8)
    >>> found.chosen_i, found.serving_r, found.verdict
    ((0, 1), (0, 0, 1), 'optimal')
    """
    problem = Problem(
        load_share_ir=load_share_ir,
        priority_r=priority_r,
        n_aps=n_aps,
        max_share=max_share,
        heard_ij=heard_ij,
        fixed_i=fixed_i,
        exactly=exactly,
    )
    return solve(problem, Limits())


def solve(problem: Problem, limits: Limits) -> Placement:
    """Do what `place` does, within `limits`.

    Parameters
    ----------
    problem : Problem
        The parameters of `place` as a record.
    limits : Limits
        Time, nodes and columns; what a limit leaves open is stated in verdict, gap and levels.

    Returns
    -------
    Placement
        As from `place`.

    Raises
    ------
    SolverError
        As from `place`.
    """
    start_s = time.monotonic()
    checked = check(problem)
    goal = Goal(
        tier_r=checked.tier_r,
        servable_r=checked.servable_r,
        shared_r=checked.shared_r,
        n_new=checked.n_new,
        deadline=until(limits),
        limits=limits,
    )
    columns = enumerate_columns(
        checked.load_share_ir, checked.cap_ir, max_columns=limits.max_columns, n_at_once=problem.n_at_once
    )
    reached, rooms_i = _covered(checked, goal, columns)
    if reached.chosen_x is not None:
        model = _cost_model(checked, columns)
        refined = refine(model, goal, reached, exactly=problem.exactly)
        better = None if refined.chosen_x is None else decode(model, refined.chosen_x, checked, columns)
        # after a limit struck the refined one may have lost rooms that no level had secured
        if better is not None and served_by_tier(checked, better) >= served_by_tier(checked, rooms_i):
            rooms_i, reached = better, refined
        elif better is None:
            reached = refined
    if columns is None and problem.n_at_once is not None:
        # without room sets every room counts at once: sound, but no proof where only some are active together
        reached = replace(reached, proven=False)
    return answer(problem, checked, reached, rooms_i, time.monotonic() - start_s)


def _covered(checked: Checked, goal: Goal, columns: Columns | None) -> tuple[Reached, dict[int, int]]:
    """Return who serves what after the levels of service and headcount.

    The set model leaves candidates free; only when its sets find no distinct candidates is the class model needed.
    """
    n_rooms = checked.tier_r.size
    if columns is None:
        models = [_cost_model(checked, None)]
    else:
        models = [
            set_model(columns, checked.fixed_i, n_rooms),
            class_model(columns, checked.fixed_i, n_rooms),
        ]
    for model in models:
        reached = serve_most(model, goal)
        if reached.chosen_x is None:
            break
        rooms_i = decode(model, reached.chosen_x, checked, columns)
        if rooms_i is not None:
            return reached, rooms_i
    return reached, greedy(checked)


def _cost_model(checked: Checked, columns: Columns | None) -> Model:
    """Return the model that carries the expected interference."""
    if columns is None:
        return assignment_model(
            checked.load_share_ir, checked.cap_ir, checked.fixed_i, checked.heard_i, checked.away_ir
        )
    return column_model(columns, checked.fixed_i, checked.heard_i, checked.away_ir)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A set cover: candidates chosen, their cost, the proven lower bound and the verdict."""

    chosen_i: tuple[int, ...]
    cost: float
    bound: float
    verdict: Verdict


def cover(covers_ir: npt.ArrayLike, cost_i: npt.ArrayLike) -> Cover:
    r"""Choose candidates of least cost so that every room is covered.

    .. math:: \min \sum_i c_i y_i, \qquad \sum_i a_{ir} y_i \ge 1 \quad \forall r

    Parameters
    ----------
    covers_ir : array of bool (i, r)
        Whether candidate i covers room r.
    cost_i : array (i,)
        Cost of each candidate, >= 0.

    Returns
    -------
    Cover
        Verdict "infeasible", nothing chosen and an infinite cost when a room has no candidate.

    Raises
    ------
    SolverError
        When the shapes do not agree, or a cost is NaN, infinite or negative.

    Examples
    --------
    >>> cover([[1, 1, 0], [0, 1, 1], [1, 1, 1]], [1.0, 1.0, 3.0]).chosen_i
    (0, 1)
    """
    covers = np.asarray(covers_ir, dtype=np.float64)
    cost = np.asarray(cost_i, dtype=np.float64)
    if covers.ndim != 2 or cost.shape != covers.shape[:1]:
        raise SolverError(
            f"covers_ir has shape {covers.shape} and cost_i {cost.shape}",
            remedy="give one row and one cost per candidate",
            where="cover",
        )
    if not np.all(np.isfinite(cost)) or (cost < 0.0).any() or not np.isin(covers, (0.0, 1.0)).all():
        raise SolverError(
            "a cost is NaN, infinite or negative, or covers_ir holds something else than 0 and 1",
            remedy="give finite costs from 0 and a matrix of truth values",
            where="cover",
        )
    n_candidates, n_rooms = covers.shape
    answer = minimise(
        Programme(
            cost_x=cost,
            matrix=sparse.csr_array(covers.T),
            row_lower=np.ones(n_rooms),
            row_upper=np.full(n_rooms, np.inf),
            lower_x=np.zeros(n_candidates),
            upper_x=np.ones(n_candidates),
            integer_x=np.ones(n_candidates, dtype=np.bool_),
        ),
        Stop(),
    )
    if answer.x is None:
        return Cover(chosen_i=(), cost=float("inf"), bound=answer.bound, verdict=answer.verdict)
    chosen = tuple(int(i) for i in np.flatnonzero(answer.x > 0.5))
    return Cover(
        chosen_i=chosen,
        cost=float(cost[list(chosen)].sum()),
        bound=answer.bound,
        verdict=answer.verdict,
    )
