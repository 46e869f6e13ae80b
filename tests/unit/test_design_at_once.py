"""Only k of the rooms are active at the same moment: k class sets at a school of n classrooms."""

import itertools

import numpy as np
import pytest

from wifiplan.design.placement import solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.errors import SolverError


def problem(load: np.ndarray, n_at_once: int | None, n_aps: int | None = None) -> Problem:
    return Problem(load_share_ir=load, priority_r=[0] * load.shape[1], n_aps=n_aps, max_share=1.0, n_at_once=n_at_once)


def test_one_set_needs_one_access_point_for_all_rooms_that_hear_it() -> None:
    load = np.full((3, 5), 0.6)
    assert solve(problem(load, None, n_aps=3), Limits()).n_served_by_tier == (3,)
    together = solve(problem(load, 1), Limits())
    assert len(together.chosen_i) == 1
    assert together.n_served_by_tier == (5,)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n_at_once", [1, 2, 3])
def test_brute_force_agrees(seed: int, n_at_once: int) -> None:
    rng = np.random.default_rng(seed)
    load = rng.uniform(0.2, 0.7, (4, 6))
    load[rng.random(load.shape) < 0.4] = np.inf
    found = solve(problem(load, n_at_once, n_aps=2), Limits())
    best = 0
    for pair in itertools.combinations(range(4), 2):
        for where in itertools.product((-1, *pair), repeat=6):
            fits = all(
                sum(sorted((load[i, r] for r in range(6) if where[r] == i), reverse=True)[:n_at_once]) <= 1.0
                for i in pair
            )
            best = max(best, sum(i >= 0 for i in where)) if fits else best
    assert found.n_served_by_tier == (best,)
    for i in found.chosen_i:
        mine = sorted((load[i, r] for r, who in enumerate(found.serving_r) if who == i), reverse=True)
        assert sum(mine[:n_at_once]) <= 1.0 + 1e-9


def test_more_rooms_at_once_never_serve_more() -> None:
    load = np.random.default_rng(5).uniform(0.2, 0.6, (5, 12))
    served = [solve(problem(load, k, n_aps=3), Limits()).n_served_by_tier[0] for k in (1, 2, 3, 4, 12)]
    assert served == sorted(served, reverse=True)


def test_a_number_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(SolverError, match="n_at_once"):
        solve(problem(np.ones((1, 1)), 0), Limits())
