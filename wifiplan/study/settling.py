"""Powers that hold once devices choose for themselves: every device joins the access point that it hears loudest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.predict.association import MAIN_SHARE, Joined, joined
from wifiplan.predict.capacity import heaviest
from wifiplan.predict.seats import Seats
from wifiplan.site.network import Need
from wifiplan.units import Array, BoolArray, IntArray

_MOST_MOVES = 60
"""Powers changed one after another; what has not settled by then goes back to the placement."""

Score = tuple[int, float]
"""How many rooms fail by signal or by their own access points' airtime, and by how much in all: less is better."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """What access points a can do for seats j at every level n, and which rooms hold a class.

    Where a radio stays as it is set, all its levels are alike.
    """

    received_dbm_naj: Array
    airtime_naj: Array
    holds_naj: BoolArray
    room_j: IntArray
    needs: Sequence[Need]
    on_line_r: BoolArray
    n_at_once: int

    def joined(self, level_a: IntArray) -> Joined:
        """Return who joins whom at the given levels."""
        a = np.arange(level_a.size)
        received = self.received_dbm_naj[level_a, a]
        able = Seats(
            received_dbm_ij=received,
            snr_db_ij=received,
            airtime_ij=self.airtime_naj[level_a, a],
            holds_ij=self.holds_naj[level_a, a],
        )
        return joined(able, self.room_j, self.on_line_r)

    def score(self, who: Joined) -> Score:
        """Return how far a way to join is from holding every room."""
        over_r = self.over_r(who)
        return int((over_r > SLACK_SHARE).sum()), float(np.maximum(over_r, 0.0).sum())

    def over_r(self, who: Joined) -> Array:
        """Return by how much every room fails (r,): airtime over the cap, or missing seats; 0 where it holds."""
        cap_r = np.array([need.max_airtime_share for need in self.needs])
        least_r = np.array([need.min_seats_share for need in self.needs])
        full_a = heaviest(who.given_ar / cap_r, self.n_at_once) - 1.0
        serves_ar = counts(who.part_ar, least_r)
        crowded_r = np.where(serves_ar, full_a[:, None], 0.0).max(axis=0, initial=0.0)
        missing_r = np.where(self.on_line_r, least_r - who.seats_r, 0.0)
        return np.asarray(np.maximum(np.maximum(crowded_r, 0.0), np.where(missing_r > SLACK_SHARE, missing_r, 0.0)))


def counts(part_ar: Array, min_seats_share_r: Array) -> BoolArray:
    """Return which access points decide whether a room passes (a, r): those joined by more than may miss the need."""
    return np.asarray(part_ar > 1.0 - min_seats_share_r + SLACK_SHARE)


def serves(part_ar: Array) -> BoolArray:
    """Return which access points serve which room (a, r): the one that most of the class joins, and great parts."""
    most_r = part_ar.max(axis=0, initial=0.0)
    first_ar = np.zeros(part_ar.shape, dtype=np.bool_)
    if part_ar.shape[0]:
        first_ar[part_ar.argmax(axis=0), np.arange(part_ar.shape[1])] = most_r > 0.0
    return np.asarray(first_ar | (part_ar >= MAIN_SHARE))


def settled(levels: Levels, lowest_a: IntArray, intent_ar: Array) -> tuple[IntArray, Joined]:
    """Return the levels, near the lowest, at which every room holds as devices join; the best found where none does.

    Parameters
    ----------
    levels : Levels
        What access points can do.
    lowest_a : ndarray of int (a,)
        Levels at which every access point holds the rooms that it is planned for.
    intent_ar : ndarray (a, r)
        Part of every room that an access point is planned for.

    Returns
    -------
    tuple
        Levels (a,) and who joins whom.

    Notes
    -----
    A loud access point draws devices from its neighbours' rooms. Powers are changed one at a time, the change that
    helps most first: one louder that loses devices, or one softer that gets too many. Where that does not do, it
    starts again from more even powers, which are then lowered as far as all rooms go on holding.
    """
    n_levels = levels.received_dbm_naj.shape[0]
    best_a, best_who = lowest_a, levels.joined(lowest_a)
    best = levels.score(best_who)
    for least in range(n_levels):
        if best[0] == 0:
            break
        start_a = np.maximum(lowest_a, least)
        level_a, who = _repaired(levels, start_a, intent_ar)
        score = levels.score(who)
        if score < best:
            best, best_a, best_who = score, level_a, who
    if best[0] == 0 and (best_a > lowest_a).any():
        best_a, best_who = _lowered(levels, best_a, lowest_a)
    return best_a, best_who


def _repaired(levels: Levels, level_a: IntArray, intent_ar: Array) -> tuple[IntArray, Joined]:
    who = levels.joined(level_a)
    score = levels.score(who)
    for _ in range(_MOST_MOVES):
        if score[0] == 0:
            break
        found = None
        for trial_a in _moves(levels, level_a, who, intent_ar):
            trial = levels.joined(trial_a)
            trial_score = levels.score(trial)
            if trial_score < score:
                score, found = trial_score, (trial_a, trial)
        if found is None:
            break
        level_a, who = found
    return level_a, who


def _moves(levels: Levels, level_a: IntArray, who: Joined, intent_ar: Array) -> Iterator[IntArray]:
    """Yield levels with one access point changed around rooms that fail: planned ones louder, joined ones softer."""
    failing: BoolArray = np.asarray(levels.over_r(who) > SLACK_SHARE)
    crowded_a: BoolArray = np.asarray((who.part_ar[:, failing] > 0.0).any(axis=1))
    # rooms that lean on a crowded access point, and those who could take them back
    leaning_r: BoolArray = np.asarray((who.part_ar[crowded_a] > 0.0).any(axis=0)) | failing
    planned_a: BoolArray = np.asarray((intent_ar[:, leaning_r] > 0.0).any(axis=1))
    top = levels.received_dbm_naj.shape[0] - 1
    for a in map(int, np.flatnonzero(planned_a | crowded_a)):
        for change, wanted in ((1, planned_a[a]), (2, planned_a[a]), (-1, crowded_a[a])):
            if wanted and 0 <= level_a[a] + change <= top:
                trial_a = level_a.copy()
                trial_a[a] += change
                yield trial_a


def _lowered(levels: Levels, level_a: IntArray, lowest_a: IntArray) -> tuple[IntArray, Joined]:
    """Return the levels lowered one by one, the loudest first, as long as every room holds."""
    level_a = level_a.copy()
    who = levels.joined(level_a)
    for a in map(int, np.argsort(-(level_a - lowest_a), kind="stable")):
        while level_a[a] > lowest_a[a]:
            level_a[a] -= 1
            trial = levels.joined(level_a)
            if levels.score(trial)[0]:
                level_a[a] += 1
                break
            who = trial
    return level_a, who
