"""Lexicographic solving: rooms served tier by tier, then access points, then interference; each level with gap 0.

One weighted sum would hide four specialist rooms in a gap of 1 %, so every level is a solve of its own and the next
one keeps what it reached.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wifiplan.design.models import Model
from wifiplan.design.sifting import sift
from wifiplan.design.solver import Deadline, Limits, Programme, RowBuilder, Solution, Stop, matrix_of, minimise
from wifiplan.units import Array, BoolArray, IntArray

Aim: TypeAlias = Literal["serve", "fewest", "moved", "in_use", "preferred", "interference"]
"""What a level asks for."""

Level: TypeAlias = tuple[str, float, float]
"""(name, value, bound) of one solve."""

_WHOLE = 1e-6
"""How far a solver's whole number may lie from one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goal:
    """What the levels share: who counts how, and how many access points there may be.

    Parameters
    ----------
    tier_r : ndarray of int (r,)
        Tier of each room, 0 first.
    servable_r, shared_r : ndarray of bool (r,)
        Rooms that can be served at all; those among them that take several access points.
    n_new : int
        Most new access points.
    n_owned, n_movable : int
        Access points that hang and may stay, move or go; how many of them may move.
    prefers : bool
        Some candidates break ties.
    deadline : Deadline
        When all levels must be done.
    limits : Limits
        Nodes a solve, gap of the last level.
    """

    tier_r: IntArray
    servable_r: BoolArray
    shared_r: BoolArray
    n_new: int
    n_owned: int
    n_movable: int
    prefers: bool
    deadline: Deadline
    limits: Limits

    def size(self, tier: int) -> int:
        """How many servable rooms a tier has."""
        return int((self.servable_r & (self.tier_r == tier)).sum())

    @property
    def tiers(self) -> range:
        """All tiers, empty ones too."""
        return range(int(self.tier_r.max(initial=-1)) + 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """What earlier levels reached and later ones must keep.

    Parameters
    ----------
    served_by_tier : dict of int to int
        Rooms of each tier that stay served.
    n_new_least, n_new_most : int
        Spots besides those where one hangs; when units may move, the upper figure counts what is bought.
    n_moved_most : int
        Owned access points that are hung elsewhere.
    n_preferred_least : int
        Preferred spots in use.
    all_served : bool
        Every servable room is served.
    """

    served_by_tier: dict[int, int] = field(default_factory=dict)
    n_new_least: int = 0
    n_new_most: int = 0
    n_moved_most: int = 0
    n_preferred_least: int = 0
    all_served: bool = False


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
    cost = _cost(model, goal, aim, tier)
    sign = -1.0 if aim in _MOST else 1.0
    # scaled to a largest cost of 1: the solver's absolute tolerances are made for such figures
    scale = float(np.abs(cost).max(initial=0.0)) or 1.0
    programme = _programme(model, goal, kept, cost / scale)
    stop = Stop(
        time_limit_s=goal.deadline.left_s / 2,
        node_limit=goal.limits.node_limit,
        gap=goal.limits.interference_gap if aim == "interference" else 0.0,
    )
    answer = sift(programme, stop) if aim == "interference" else minimise(programme, stop)
    value, bound = sign * answer.value * scale, sign * answer.bound * scale
    if aim != "interference" and np.isfinite(bound):
        # counts are whole: a fractional bound proves the next whole number
        bound = float(np.floor(bound + _WHOLE) if sign < 0 else np.ceil(bound - _WHOLE))
    if aim != "interference" and np.isfinite(value):
        value = float(round(value))
    verdict = "optimal" if answer.verdict == "feasible" and value == bound else answer.verdict
    return Solution(verdict=verdict, x=answer.x, value=value, bound=bound)


_MOST: tuple[Aim, ...] = ("serve", "in_use", "preferred")
"""Levels that ask for the most, not the least."""


def _cost(model: Model, goal: Goal, aim: Aim, tier: int) -> Array:
    """Return the objective of a level over columns, rooms and, where units may move, (bought, moved)."""
    n_x, n_rooms = len(model.rooms_x), goal.tier_r.size
    cost = np.zeros(n_x + n_rooms + _n_counts(goal))
    if aim == "serve":
        cost[n_x : n_x + n_rooms] = -(goal.tier_r == tier).astype(np.float64)
    elif aim == "moved" or (aim == "fewest" and goal.n_movable):
        cost[n_x + n_rooms + (aim == "moved")] = 1.0
    elif aim == "fewest":
        cost[:n_x] = model.counted_x
    elif aim == "in_use":
        cost[:n_x] = -model.counted_x
    elif aim == "preferred":
        cost[:n_x] = -model.preferred_x
    else:
        cost[:n_x] = model.cost_x
    return cost


def _n_counts(goal: Goal) -> int:
    return 2 if goal.n_movable else 0


def _programme(model: Model, goal: Goal, kept: Kept, cost: Array) -> Programme:
    """Return the rows that every level shares, with `cost` as objective."""
    n_x, n_rooms, n_counts = len(model.rooms_x), goal.tier_r.size, _n_counts(goal)
    n_wide = n_rooms + n_counts
    rows = RowBuilder(n_x + n_wide)
    served = sparse.hstack([model.part_rx, -sparse.eye_array(n_rooms)])
    exact_r = ~goal.shared_r if model.partition else np.zeros(n_rooms, dtype=np.bool_)
    rows.add(_wide(served, n_counts), lower=0.0, upper=np.where(exact_r, 0.0, np.inf))
    rows.add(_wide(model.limit_gx, n_wide), upper=model.limit_g)
    if n_counts:
        # spots besides the standing <= bought + moved; owned in use + moved <= owned
        rows.add(_row(model.counted_x, np.zeros(n_rooms), [-1.0, -1.0]), upper=0.0)
        rows.add(_row(model.owned_x, np.zeros(n_rooms), [0.0, 1.0]), upper=float(goal.n_owned))
        rows.add(_row(model.counted_x, np.zeros(n_wide)), lower=float(kept.n_new_least))
    else:
        rows.add(_row(model.counted_x, np.zeros(n_wide)), lower=float(kept.n_new_least), upper=float(kept.n_new_most))
    for tier, n_served in kept.served_by_tier.items():
        rows.add(_row(np.zeros(n_x), goal.tier_r == tier, np.zeros(n_counts)), lower=float(n_served))
    if kept.n_preferred_least:
        rows.add(_row(model.preferred_x, np.zeros(n_wide)), lower=float(kept.n_preferred_least))
    matrix, lower, upper = rows.build()
    servable = goal.servable_r.astype(np.float64)
    return Programme(
        cost_x=cost,
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        lower_x=np.concatenate([np.zeros(n_x), servable if kept.all_served else np.zeros(n_rooms), np.zeros(n_counts)]),
        upper_x=np.concatenate([np.ones(n_x), servable, [kept.n_new_most, kept.n_moved_most][:n_counts]]),
        integer_x=np.ones(n_x + n_wide, dtype=np.bool_),
    )


def _wide(block: object, n_more: int) -> sparse.csr_array:
    """Return the rows with zeros for `n_more` further variables."""
    rows = matrix_of(block)
    return matrix_of(sparse.hstack([rows, sparse.coo_array((rows.shape[0], n_more), dtype=np.float64)]))


def _row(*parts: npt.ArrayLike) -> sparse.csr_array:
    """Return one row made of its parts."""
    return sparse.csr_array(np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])[np.newaxis, :])


def serve_most(model: Model, goal: Goal) -> Reached:
    """Serve the most rooms tier by tier with at most `goal.n_new` new access points, then use the fewest.

    The first solve asks for all rooms at once: when that works, every tier is full and proven.
    """
    start = Kept(n_new_most=goal.n_new, n_moved_most=goal.n_movable, all_served=True)
    answer = solve_level(model, goal, start, "fewest")
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
