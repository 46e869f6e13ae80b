"""Lexicographic solving: rooms served tier by tier, then access points, then interference; each level with gap 0.

One weighted sum would hide four specialist rooms in a gap of 1 %, so every level is a solve of its own and the next
one keeps what it reached.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from wifiplan.design.models import Model
from wifiplan.design.programmes import MOST, Aim, Goal, Kept, programme_of
from wifiplan.design.searching import few_columns
from wifiplan.design.sifting import sift
from wifiplan.design.solver import Solution, Stop, minimise, relax
from wifiplan.units import Array

Level: TypeAlias = tuple[str, float, float]
"""(name, value, bound) of one solve."""

_WHOLE = 1e-6
"""How far a solver's whole number may lie from one."""

_MANY_COLUMNS = 300
"""With fewer columns a whole solve is quick."""

_SEARCH_STEPS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """A point, what it keeps and the levels that led there; no point when a limit struck first or none exists."""

    chosen_x: Array | None
    kept: Kept
    levels: tuple[Level, ...]
    proven: bool
    infeasible: bool = False


def solve_level(model: Model, goal: Goal, kept: Kept, aim: Aim, *, tier: int = 0) -> Solution:
    """Solve one level on half of the time that is left, so that later levels keep a share.

    Returns
    -------
    Solution
        Over the variables of `model` followed by one per room; value and bound in the level's own sense.
    """
    sign = -1.0 if aim in MOST else 1.0
    programme, scale = programme_of(model, goal, kept, aim, tier=tier)
    stop = Stop(
        time_limit_s=goal.deadline.left_s / 2,
        node_limit=goal.limits.node_limit,
        gap=goal.limits.interference_gap if aim == "interference" else 0.0,
    )
    if aim == "interference":
        served_rx = (model.part_rx[np.flatnonzero(~goal.shared_r)] > 0.0).toarray()
        known = np.concatenate([model.known_x, np.zeros(programme.cost_x.size - model.known_x.size, dtype=np.bool_)])
        answer = sift(programme, stop, served_rx, known_x=known, most_columns=goal.limits.most_columns)
    else:
        answer = minimise(programme, stop)
    value, bound = sign * answer.value * scale, sign * answer.bound * scale
    if aim != "interference" and np.isfinite(bound):
        # counts are whole: a fractional bound proves the next whole number
        bound = float(np.floor(bound + _WHOLE) if sign < 0 else np.ceil(bound - _WHOLE))
    if aim != "interference" and np.isfinite(value):
        value = float(round(value))
    verdict = "optimal" if answer.verdict == "feasible" and value == bound else answer.verdict
    return Solution(verdict=verdict, x=answer.x, value=value, bound=bound)


def fewest_of_all(model: Model, goal: Goal, kept: Kept) -> Solution:
    """Serve every room with the fewest access points: by a quick search where it meets the relaxation's bound.

    Where it does not, whole solves need only look for something better.
    """
    n_x = len(model.rooms_x)
    plain = model.counted_x.all() and not goal.shared_r.any() and not model.partition
    if not plain or n_x < _MANY_COLUMNS or (model.candidate_x >= 0).any():
        return solve_level(model, goal, kept, "fewest")
    programme, _ = programme_of(model, goal, kept, "fewest")
    relaxed = relax(programme)
    found = few_columns(
        (model.part_rx[np.flatnonzero(goal.servable_r)] > 0.0).toarray(),
        target=0 if relaxed is None else int(np.ceil(relaxed.value - _WHOLE)),
        n_steps=_SEARCH_STEPS,
    )
    if found is None or len(found) > kept.n_new_most:
        return solve_level(model, goal, kept, "fewest")
    x = np.zeros(programme.cost_x.size)
    x[found] = 1.0
    x[n_x:] = goal.servable_r
    value = float(len(found))
    if relaxed is not None and value == np.ceil(relaxed.value - _WHOLE):
        return Solution(verdict="optimal", x=x, value=value, bound=value)
    better = solve_level(model, goal, replace(kept, n_new_most=len(found) - 1), "fewest")
    if better.x is not None:
        return better
    bound = min(better.bound, value)
    return Solution(verdict="optimal" if bound == value else "feasible", x=x, value=value, bound=bound)


def serve_most(model: Model, goal: Goal) -> Reached:
    """Serve the most rooms tier by tier with at most `goal.n_new` new access points, then use the fewest.

    The first solve asks for all rooms at once: when that works, every tier is full and proven.
    """
    start = Kept(n_new_most=goal.n_new, n_moved_most=goal.n_movable, all_served=True)
    answer = fewest_of_all(model, goal, start)
    if answer.x is not None:
        full = tuple((f"served tier {t}", float(goal.size(t)), float(goal.size(t))) for t in goal.tiers)
        return _with_fewest(model, goal, start, full, answer)
    kept = replace(start, all_served=False)
    levels: tuple[Level, ...] = ()
    last_x: Array | None = None
    for tier in goal.tiers:
        answer = solve_level(model, goal, kept, "serve", tier=tier)
        bound = min(answer.bound, float(goal.size(tier)))
        if answer.x is None:
            return Reached(
                chosen_x=last_x,
                kept=kept,
                levels=(*levels, (f"served tier {tier}", 0.0, bound)),
                proven=False,
            )
        last_x = answer.x[: len(model.rooms_x)]
        levels = (*levels, (f"served tier {tier}", answer.value, bound))
        kept = replace(kept, served_by_tier={**kept.served_by_tier, tier: round(answer.value)})
    fewest = solve_level(model, goal, kept, "fewest")
    if fewest.x is None:
        unproven = ("access points", float(goal.n_new), fewest.bound)
        return Reached(chosen_x=last_x, kept=kept, levels=(*levels, unproven), proven=False)
    return _with_fewest(model, goal, kept, levels, fewest)


def _with_fewest(model: Model, goal: Goal, kept: Kept, levels: tuple[Level, ...], answer: Solution) -> Reached:
    """Return what the levels of the fewest access points and fewest moves add to `levels`; `answer` has a point."""
    n_new = round(answer.value)
    kept = replace(kept, n_new_most=n_new)
    levels = (*levels, ("access points", float(n_new), answer.bound))
    if goal.n_movable:
        moved = solve_level(model, goal, kept, "moved")
        levels = (*levels, ("moved", moved.value if moved.x is not None else float(goal.n_movable), moved.bound))
        if moved.x is not None:
            answer, kept = moved, replace(kept, n_moved_most=round(moved.value))
    chosen = None if answer.x is None else answer.x[: len(model.rooms_x)]
    return Reached(chosen_x=chosen, kept=kept, levels=levels, proven=_all_proven(levels))


def _all_proven(levels: tuple[Level, ...]) -> bool:
    return all(value == bound for _, value, bound in levels)


def refine(model: Model, goal: Goal, reached: Reached, *, exactly: bool) -> Reached:
    """Keep the rooms served; choose the access points again: the most preferred spots, the least interference.

    With `exactly`, as many of the `goal.n_new` access points as possible serve a room first.
    """
    levels, kept = reached.levels, reached.kept
    if exactly:
        most = solve_level(model, goal, replace(kept, n_new_most=goal.n_new), "in_use")
        n_used = kept.n_new_most + kept.n_moved_most if most.x is None else round(most.value)
        before = tuple(level for level in levels if level[0] != "access points")
        levels = (*before, ("in use", float(n_used), min(most.bound, float(goal.n_new + kept.n_moved_most))))
        n_most = kept.n_new_most if most.x is None else goal.n_new if goal.n_movable else n_used
        kept = replace(kept, n_new_most=n_most, n_new_least=0 if most.x is None else n_used)
    if goal.prefers:
        liked = solve_level(model, goal, kept, "preferred")
        if liked.x is not None:
            levels = (*levels, ("preferred", liked.value, liked.bound))
            kept = replace(kept, n_preferred_least=round(liked.value))
    answer = solve_level(model, goal, kept, "interference")
    levels = (*levels, ("interference", answer.value, answer.bound))
    chosen = None if answer.x is None else answer.x[: len(model.rooms_x)]
    return Reached(
        chosen_x=chosen,
        kept=kept,
        levels=levels,
        proven=_all_proven(levels),
        infeasible=answer.verdict == "infeasible",
    )
