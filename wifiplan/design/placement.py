"""Which candidates to use, and who is served by whom."""

import time
from dataclasses import replace

import numpy.typing as npt

from wifiplan.design.agreement import agreed, cost_model
from wifiplan.design.answers import Placement, answer
from wifiplan.design.columns import Columns, enumerate_columns
from wifiplan.design.covering import Cover, cover
from wifiplan.design.levels import Reached, serve_most
from wifiplan.design.models import class_model, set_model
from wifiplan.design.problems import Checked, Limit, Problem, check
from wifiplan.design.programmes import Goal, goal_of
from wifiplan.design.services import decode, greedy
from wifiplan.design.solver import Limits
from wifiplan.units import Array

__all__ = ["Cover", "Limit", "Limits", "Placement", "Problem", "cover", "place", "solve"]


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
    >>> import numpy as np
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
    goal = goal_of(checked, limits, prefers=bool(checked.preferred_i.any()))
    columns = enumerate_columns(
        checked.load_share_ir, checked.cap_ir, max_columns=limits.max_columns, n_at_once=problem.n_at_once
    )
    reached, rooms_i = _covered(checked, goal, columns)
    if reached.chosen_x is not None:
        reached, rooms_i = agreed(checked, goal, columns, reached, rooms_i, exactly=problem.exactly)
    if columns is None and problem.n_at_once is not None:
        # without room sets every room counts at once: sound, but no proof where only some are active together
        reached = replace(reached, proven=False)
    return answer(problem, checked, reached, rooms_i, time.monotonic() - start_s)


def _covered(checked: Checked, goal: Goal, columns: Columns | None) -> tuple[Reached, dict[int, int]]:
    """Return who serves what after the levels of service and headcount.

    The set model leaves candidates free; only when its sets find no distinct candidates is the class model needed.
    """
    if columns is None:
        models = [cost_model(checked, None)]
    else:
        models = [set_model(columns, checked.spots), class_model(columns, checked.spots)]
    for model in models:
        reached = serve_most(model, goal)
        if reached.chosen_x is None:
            break
        rooms_i = decode(model, reached.chosen_x, checked, columns)
        if rooms_i is not None:
            return reached, rooms_i
    return reached, greedy(checked)
