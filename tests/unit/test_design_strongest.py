"""Devices that join the strongest, owned access points, joint limits, preferred spots: against trying everything."""

import itertools

import numpy as np
import pytest

from wifiplan.design.placement import Placement, solve
from wifiplan.design.problems import Limit, Problem
from wifiplan.design.solver import Limits

INF = float("inf")
CAP = 0.95


def brute(problem: Problem) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return (minus rooms served by tier, the further levels) of the best of all assignments."""
    load, tier = np.asarray(problem.load_share_ir), np.asarray(problem.priority_r)
    n_candidates, n_rooms = load.shape
    best: tuple[tuple[int, ...], tuple[float, ...]] | None = None
    for serving in itertools.product(range(-1, n_candidates), repeat=n_rooms):
        key = judged(problem, serving)
        served = tuple(-sum(i >= 0 and tier[r] == t for r, i in enumerate(serving)) for t in range(tier.max() + 1))
        if key is not None and (best is None or (served, key) < best):
            best = (served, key)
    assert best is not None
    return best


def judged(problem: Problem, serving: tuple[int, ...]) -> tuple[float, ...] | None:
    """Return (bought, moved, minus preferred in use, interference); None for what must not be."""
    load, heard = np.asarray(problem.load_share_ir), np.asarray(problem.heard_ij)
    strength = None if problem.strength_ir is None else np.asarray(problem.strength_ir)
    total = np.zeros(load.shape[0])
    for r, i in enumerate(serving):
        if i >= 0:
            total[i] += load[i, r]
    if (total > CAP + 1e-9).any():
        return None
    if any(total[list(limit.candidates_i)].sum() > limit.most_share + 1e-9 for limit in problem.limits):
        return None
    used = {i for i in serving if i >= 0}
    on_air = used | set(problem.fixed_i)
    if strength is not None:
        for r, i in enumerate(serving):
            if i >= 0 and any(strength[j, r] > strength[i, r] + problem.margin_db for j in on_air - {i}):
                return None
    owned = set(problem.owned_i) - set(problem.fixed_i)
    elsewhere = len(used - owned - set(problem.fixed_i))
    moved = min(problem.n_movable, len(owned - used), elsewhere)
    bought = elsewhere - moved
    if problem.n_aps is not None and bought > max(0, problem.n_aps - len(problem.fixed_i)):
        return None
    cost = sum(float(total[i] * (1.0 + heard[i].sum() - heard[i, i])) for i in used)
    return (bought, moved, -len(used & set(problem.preferred_i)), cost)


def drawn(seed: int) -> Problem:
    """Return a small problem in which several of the further conditions hold at once."""
    generator = np.random.default_rng(seed)
    n_candidates, n_rooms = 4, 4
    load = generator.uniform(0.1, 0.9, (n_candidates, n_rooms))
    load[generator.random(load.shape) < 0.3] = INF
    strength = generator.uniform(-80.0, -40.0, load.shape)
    strength[generator.random(load.shape) < 0.1] = -INF
    n_owned = int(generator.integers(0, 3))
    return Problem(
        load_share_ir=load,
        priority_r=generator.integers(0, 2, n_rooms),
        n_aps=int(generator.integers(1, 5)),
        max_share=CAP,
        heard_ij=generator.uniform(0.0, 2.0, (n_candidates, n_candidates)),
        fixed_i=(3,) if seed % 3 == 0 else (),
        strength_ir=strength if seed % 4 else None,
        margin_db=float(generator.choice([0.0, 10.0])),
        owned_i=tuple(range(n_owned)) if seed % 2 else (),
        n_movable=int(generator.integers(0, 3)),
        limits=(Limit(candidates_i=(0, 1), most_share=0.8),) if seed % 5 == 0 else (),
        preferred_i=(1, 2) if seed % 7 < 2 else (),
    )


@pytest.mark.parametrize("seed", range(14))
def test_equals_brute_force(seed: int) -> None:
    problem = drawn(seed)
    best = brute(problem)
    for max_columns in (200_000, 0):
        check(problem, solve(problem, Limits(max_columns=max_columns)), best)


def check(problem: Problem, found: Placement, best: tuple[tuple[int, ...], tuple[float, ...]]) -> None:
    """Hold an answer against the best of all assignments."""
    served, (bought, moved, preferred, cost) = best
    levels = {name: value for name, value, _ in found.levels}
    assert found.verdict == "optimal"
    assert tuple(-n for n in found.n_served_by_tier) == served
    assert levels["access points"] == bought
    assert levels.get("moved", moved) == moved
    assert -levels.get("preferred", -preferred) == preferred
    assert levels["interference"] == pytest.approx(cost, rel=1e-6)
    assert judged(problem, found.serving_r) is not None


def test_sharers_of_a_hall_do_not_compete_but_others_do() -> None:
    load = np.array([[1.2, INF], [1.2, INF], [INF, 0.4], [INF, 0.5]])
    strength = np.array([[-50.0, -90.0], [-60.0, -90.0], [-40.0, -50.0], [-70.0, -60.0]])
    problem = Problem(load_share_ir=load, priority_r=[0, 0], n_aps=None, max_share=0.8, strength_ir=strength)
    found = solve(problem, Limits())
    assert found.chosen_i == (0, 1, 3)
    assert found.n_served_by_tier == (2,)
    free = solve(Problem(load_share_ir=load, priority_r=[0, 0], n_aps=None, max_share=0.8), Limits())
    assert free.chosen_i == (0, 1, 2)
