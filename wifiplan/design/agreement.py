"""The last levels on the full model, until the placement agrees with what devices join and with joint limits."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from wifiplan.design.answers import served_by_tier
from wifiplan.design.assignment import assignment_model
from wifiplan.design.columns import Columns
from wifiplan.design.levels import Reached, refine, serve_most
from wifiplan.design.models import Model, column_model
from wifiplan.design.problems import Checked
from wifiplan.design.programmes import Goal, programme_of
from wifiplan.design.services import decode
from wifiplan.design.solver import relax
from wifiplan.design.strongest import Spread, breaks_of, broken_by, spread, with_breaks
from wifiplan.units import Array

_RELAXATIONS = 12
"""Relaxations solved before the first whole solve."""

_ROUGH_GAP = 0.01
"""Relative gap of the last level while there are rows to find."""


def cost_model(checked: Checked, columns: Columns | None) -> Model:
    """Return the model that carries the expected interference and the joint limits."""
    if columns is None:
        model = assignment_model(checked.load_share_ir, checked.cap_ir, checked.spots)
    else:
        model = column_model(columns, checked.spots)
    if not checked.limits:
        return model
    rows: list[Array] = [
        np.where(np.isin(model.candidate_x, limit.candidates_i), model.load_x, 0.0) for limit in checked.limits
    ]
    return model.with_rows(
        sparse.csr_array(np.array(rows)), np.array([limit.most_share for limit in checked.limits], dtype=np.float64)
    )


def agreed(
    checked: Checked,
    goal: Goal,
    columns: Columns | None,
    reached: Reached,
    rooms_i: dict[int, int],
    *,
    exactly: bool,
) -> tuple[Reached, dict[int, int]]:
    """Choose for the least interference; where rooms would join another access point, forbid that and solve again.

    Parameters
    ----------
    checked, goal, columns : Checked, Goal, Columns or None
        The problem, what its levels share, its room sets.
    reached : Reached
        What the levels of service and headcount reached without a look at who joins whom and at joint limits: bounds.
    rooms_i : dict of int to int
        Room set of each candidate in use there.
    exactly : bool
        As in `placement.place`.

    Returns
    -------
    (Reached, dict of int to int)
        Proven when the last solve breaks nothing: each solve knows only some of the rows, so its levels are bounds.
        Where too few access points can agree, service and headcount are solved again with the rows so far.
    """
    model = cost_model(checked, columns).knowing(rooms_i)
    found = spread(model, by_pairs=columns is None)
    model = _foreseen(model, found, checked, goal, reached)
    rough = replace(goal, limits=replace(goal.limits, interference_gap=max(_ROUGH_GAP, goal.limits.interference_gap)))
    level = goal if checked.strength_ir is None else rough
    for _ in range(goal.limits.max_rounds):
        refined = refine(model, level, reached, exactly=exactly)
        if refined.infeasible:
            reached = serve_most(model, goal)
            refined = refine(model, level, reached, exactly=exactly)
        better = None if refined.chosen_x is None else decode(model, refined.chosen_x, checked, columns)
        if better is None:
            return _unproven(refined, checked, rooms_i), rooms_i
        # after a limit struck the refined one may have lost rooms that no level had secured
        if not reached.proven and served_by_tier(checked, better) < served_by_tier(checked, rooms_i):
            return _unproven(reached, checked, rooms_i), rooms_i
        rooms_i = better
        broken = set(breaks_of(checked, better))
        if not broken and level is goal:
            return refined, better
        level = rough if broken else goal
        if broken:
            model = with_breaks(model, found, checked, broken).knowing(better)
    return replace(refined, proven=False), rooms_i


def _foreseen(model: Model, found: Spread, checked: Checked, goal: Goal, reached: Reached) -> Model:
    """Return the model with the rows that its relaxations break: cheaper to find than by whole solves."""
    for _ in range(_RELAXATIONS if checked.strength_ir is not None else 0):
        programme, _ = programme_of(model, goal, reached.kept, "interference")
        relaxed = relax(programme)
        broken = set() if relaxed is None else broken_by(found, checked, relaxed.x)
        if not broken:
            break
        model = with_breaks(model, found, checked, broken)
    return model


def _unproven(reached: Reached, checked: Checked, rooms_i: dict[int, int]) -> Reached:
    """Return what was reached, unproven where the rooms of an earlier solve would join another access point."""
    return replace(reached, proven=reached.proven and not checked.limits and not breaks_of(checked, rooms_i))
