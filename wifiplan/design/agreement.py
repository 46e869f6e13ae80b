"""The last levels on the full model, until the placement agrees with what devices join and with joint limits."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from wifiplan.design.answers import served_by_tier
from wifiplan.design.assignment import assignment_model
from wifiplan.design.columns import Columns
from wifiplan.design.levels import Goal, Reached, refine, serve_most
from wifiplan.design.models import Model, column_model
from wifiplan.design.problems import Checked
from wifiplan.design.services import decode
from wifiplan.design.strongest import Break, breaks_of, spread, with_breaks
from wifiplan.units import Array


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
    model = cost_model(checked, columns)
    found = spread(model, by_pairs=columns is None)
    seen: set[Break] = set()
    for _ in range(goal.limits.max_rounds):
        refined = refine(model, goal, reached, exactly=exactly)
        if refined.infeasible:
            reached = serve_most(model, goal)
            refined = refine(model, goal, reached, exactly=exactly)
        better = None if refined.chosen_x is None else decode(model, refined.chosen_x, checked, columns)
        if better is None:
            return (_unproven(refined, checked, rooms_i), rooms_i)
        # after a limit struck the refined one may have lost rooms that no level had secured
        if served_by_tier(checked, better) < served_by_tier(checked, rooms_i) and not refined.proven:
            return (_unproven(reached, checked, rooms_i), rooms_i)
        rooms_i = better
        fresh = set(breaks_of(checked, better)) - seen
        if not fresh:
            return refined, better
        seen |= fresh
        model = with_breaks(model, found, checked, fresh)
    return replace(refined, proven=False), rooms_i


def _unproven(reached: Reached, checked: Checked, rooms_i: dict[int, int]) -> Reached:
    """Return what was reached, unproven where the rooms of an earlier solve would join another access point."""
    return replace(reached, proven=reached.proven and not checked.limits and not breaks_of(checked, rooms_i))
