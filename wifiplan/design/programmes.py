"""The programme of one level: the rows that all levels share, what earlier ones reached, and its objective."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.design.models import Model
from wifiplan.design.problems import Checked
from wifiplan.design.solver import Deadline, Limits, Programme, RowBuilder, matrix_of, until
from wifiplan.units import Array, BoolArray, IntArray

Aim: TypeAlias = Literal["serve", "fewest", "moved", "in_use", "preferred", "interference"]
"""What a level asks for."""


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


def goal_of(checked: Checked, limits: Limits, *, prefers: bool) -> Goal:
    """Return the goal of a problem, its time counted from now."""
    return Goal(
        tier_r=checked.tier_r,
        servable_r=checked.servable_r,
        shared_r=checked.shared_r,
        n_new=checked.n_new,
        n_owned=int(checked.owned_i.sum()),
        n_movable=checked.n_movable,
        prefers=prefers,
        deadline=until(limits),
        limits=limits,
    )


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


def programme_of(model: Model, goal: Goal, kept: Kept, aim: Aim, *, tier: int = 0) -> tuple[Programme, float]:
    """Return the programme of a level and the scale of its objective.

    Scaled to a largest cost of 1: the solver's absolute tolerances are made for such figures.
    """
    cost = _cost(model, goal, aim, tier)
    scale = float(np.abs(cost).max(initial=0.0)) or 1.0
    return _programme(model, goal, kept, cost / scale), scale


MOST: tuple[Aim, ...] = ("serve", "in_use", "preferred")
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
    for r in np.flatnonzero(goal.shared_r):
        rows.add(_row(*_sharers(model, int(r), n_rooms), np.zeros(n_counts)), lower=0.0)
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


def _sharers(model: Model, r: int, n_rooms: int) -> tuple[Array, Array]:
    """Return the row by which a shared room takes at least as many access points as its largest parts make a whole."""
    part_x = model.part_rx[[r]].toarray()[0]
    n_least = 1 + int(np.searchsorted(np.cumsum(np.sort(part_x)[::-1]), 1.0 - SLACK_SHARE))
    return (part_x > 0.0).astype(np.float64), -float(n_least) * (np.arange(n_rooms) == r)


def _wide(block: object, n_more: int) -> sparse.csr_array:
    """Return the rows with zeros for `n_more` further variables."""
    rows = matrix_of(block)
    return matrix_of(sparse.hstack([rows, sparse.coo_array((rows.shape[0], n_more), dtype=np.float64)]))


def _row(*parts: npt.ArrayLike) -> sparse.csr_array:
    """Return one row made of its parts."""
    return sparse.csr_array(np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])[np.newaxis, :])
