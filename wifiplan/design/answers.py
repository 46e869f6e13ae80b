"""The answer of a placement as a record."""

from dataclasses import dataclass

import numpy as np

from wifiplan.design.columns import rooms_of
from wifiplan.design.levels import Level, Reached
from wifiplan.design.problems import Checked, Problem
from wifiplan.design.solver import Verdict, relative_gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Access points chosen and the rooms they serve.

    Parameters
    ----------
    chosen_i : tuple of int
        Candidates in use, rising; fixed ones are always among them.
    serving_r : tuple of int
        Candidate that serves each room, -1 where none does.
    extra_ir : tuple of (int, int)
        Further (candidate, room) pairs: access points that share a room no single one can serve.
    part_ir : tuple of (int, int, float)
        Every (candidate, room, share of the room) of the rooms so shared; the shares of a room sum to 1.
    n_served_by_tier : tuple of int
        Rooms served of tier 0, 1, …
    verdict : str
        "optimal" (every level proven), "feasible" (a limit struck; `gap` says what is open) or "infeasible" (more
        access points were asked for than there are candidates).
    gap : float
        Largest relative gap of the levels [share].
    seconds : float
        Wall time [s].
    levels : tuple of (str, float, float)
        (level, value, bound) of each solve, in order.
    n_bought, n_moved : int
        Access points at spots where none hangs: bought ones, and owned ones that are hung there.
    """

    chosen_i: tuple[int, ...]
    serving_r: tuple[int, ...]
    extra_ir: tuple[tuple[int, int], ...]
    part_ir: tuple[tuple[int, int, float], ...]
    n_served_by_tier: tuple[int, ...]
    verdict: Verdict
    gap: float
    seconds: float
    levels: tuple[Level, ...]
    n_bought: int = 0
    n_moved: int = 0


def answer(problem: Problem, checked: Checked, reached: Reached, rooms_i: dict[int, int], seconds: float) -> Placement:
    """Return the answer as a record, with the values of the levels as they really came out.

    Parameters
    ----------
    problem, checked : Problem, Checked
        What was asked.
    reached : Reached
        What the levels proved.
    rooms_i : dict of int to int
        Room set of each candidate in use.
    seconds : float
        Wall time [s].

    Returns
    -------
    Placement
        With idle access points where `problem.exactly` asks for more than can serve a room.
    """
    serving_r, part_ir = _served(checked, rooms_i)
    chosen = set(rooms_i) | {int(i) for i in np.flatnonzero(checked.fixed_i)}
    if problem.exactly:
        chosen |= _idle(checked, rooms_i, chosen, serving_r)
    served_r = np.array(serving_r, dtype=np.int64) >= 0
    n_tiers = int(checked.tier_r.max(initial=-1)) + 1
    n_served = np.bincount(checked.tier_r[served_r], minlength=n_tiers)
    levels = _actual(reached.levels, checked, rooms_i, n_served.tolist())
    gap = max((relative_gap(value, bound) for _, value, bound in levels), default=0.0)
    verdict: Verdict = "optimal" if reached.proven else "feasible"
    n_elsewhere = sum(not checked.spots.standing_i[i] for i in chosen)
    n_moved = sum(not checked.spots.standing_i[i] for i in rooms_i) - _n_bought(checked, rooms_i)
    return Placement(
        chosen_i=tuple(sorted(chosen)),
        serving_r=serving_r,
        extra_ir=tuple((i, r) for i, r, _ in part_ir if serving_r[r] != i),
        part_ir=part_ir,
        n_served_by_tier=tuple(n_served.tolist()),
        verdict="infeasible" if checked.n_missing else verdict,
        gap=gap,
        seconds=seconds,
        levels=levels,
        n_bought=n_elsewhere - n_moved,
        n_moved=n_moved,
    )


def _n_bought(checked: Checked, rooms_i: dict[int, int]) -> int:
    """Return how many access points are new when as many owned ones move as may."""
    n_owned = sum(bool(checked.owned_i[i]) for i in rooms_i)
    n_elsewhere = sum(not checked.spots.standing_i[i] for i in rooms_i)
    return max(0, n_elsewhere - min(checked.n_movable, int(checked.owned_i.sum()) - n_owned))


def _idle(checked: Checked, rooms_i: dict[int, int], chosen: set[int], serving_r: tuple[int, ...]) -> set[int]:
    """Return where access points hang that were to be installed and serve no room.

    Where the fewest rooms would join them instead of the one that serves, then where they are heard least.
    """
    n_idle = checked.n_new - _n_bought(checked, rooms_i)
    strength_ir = checked.strength_ir
    drawn_i = np.zeros(checked.fixed_i.size)
    if strength_ir is not None:
        served = [r for r, i in enumerate(serving_r) if i >= 0]
        held_r = np.array([strength_ir[serving_r[r], r] for r in served])
        drawn_i = (strength_ir[:, served] > held_r[None, :] + checked.margin_db).sum(axis=1)
    free = [i for i in range(checked.fixed_i.size) if i not in chosen and not checked.owned_i[i]]
    return set(sorted(free, key=lambda i: (drawn_i[i], checked.heard_i[i], i))[: max(0, n_idle)])


def _served(checked: Checked, rooms_i: dict[int, int]) -> tuple[tuple[int, ...], tuple[tuple[int, int, float], ...]]:
    """Return the serving candidate of each room, and the parts of rooms that several share."""
    serving = [-1] * checked.tier_r.size
    sharers: dict[int, list[int]] = {}
    for i, room_set in rooms_i.items():
        for r in rooms_of(room_set):
            if checked.shared_r[r]:
                sharers.setdefault(r, []).append(i)
            else:
                serving[r] = i
    parts: list[tuple[int, int, float]] = []
    for r, members in sorted(sharers.items()):
        most = {i: float(checked.cap_ir[i, r] / checked.load_share_ir[i, r]) for i in members}
        total = sum(most.values())
        serving[r] = max(members, key=lambda i: (most[i], -i))
        parts.extend((i, r, most[i] / total) for i in members)
    return tuple(serving), tuple(parts)


def _actual(
    levels: tuple[Level, ...], checked: Checked, rooms_i: dict[int, int], n_served: list[int]
) -> tuple[Level, ...]:
    """Return the levels with what the placement reached where a limit struck before the solver had a value."""
    n_new = _n_bought(checked, rooms_i)
    actual: list[Level] = []
    for name, value, bound in levels:
        if value == bound:
            actual.append((name, value, bound))
        elif name.startswith("served tier "):
            actual.append((name, float(n_served[int(name.rsplit(" ", 1)[1])]), bound))
        elif name == "interference" and not np.isfinite(value):
            loads = sum(
                float(checked.heard_i[i])
                * sum(min(float(checked.load_share_ir[i, r]), float(checked.cap_ir[i, r])) for r in rooms_of(room_set))
                + sum(float(checked.away_ir[i, r]) for r in rooms_of(room_set))
                for i, room_set in rooms_i.items()
            )
            actual.append((name, loads, bound))
        else:
            actual.append((name, float(n_new) if name in ("access points", "in use") else value, bound))
    return tuple(actual)


def served_by_tier(checked: Checked, rooms_i: dict[int, int]) -> tuple[int, ...]:
    """Return how many rooms of tier 0, 1, … the room sets serve; tuples compare as the tiers do."""
    served = {r for room_set in rooms_i.values() for r in rooms_of(room_set)}
    tiers = checked.tier_r[sorted(served)]
    return tuple(np.bincount(tiers, minlength=int(checked.tier_r.max(initial=-1)) + 1).tolist())
