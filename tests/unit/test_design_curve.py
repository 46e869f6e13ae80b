"""The curve of rooms served and the sharing out of access points, against trying everything."""

import itertools

import numpy as np
import pytest

from wifiplan.design.curve import serve_curve
from wifiplan.design.placement import solve
from wifiplan.design.problems import Problem
from wifiplan.design.sharing import share_most
from wifiplan.design.solver import Limits
from wifiplan.errors import SolverError


def problem(seed: int, n_candidates: int = 6, n_rooms: int = 7) -> Problem:
    rng = np.random.default_rng(seed)
    load_ir = rng.uniform(0.15, 0.8, (n_candidates, n_rooms))
    load_ir[rng.random(load_ir.shape) < 0.5] = np.inf
    return Problem(
        load_share_ir=load_ir,
        priority_r=(np.arange(n_rooms) >= 5).astype(int),
        n_aps=None,
        max_share=1.0,
        fixed_i=(0,) if seed % 2 else (),
        n_at_once=2 if seed % 3 == 0 else None,
    )


def most_served(posed: Problem, n_new: int) -> tuple[int, int]:
    """Return the most rooms of both tiers that any choice of candidates serves, by trying all room sets."""
    load = np.asarray(posed.load_share_ir)
    sets_i = []
    for row in load:
        able = [r for r in range(row.size) if row[r] <= 1.0]
        sets = [some for k in range(len(able) + 1) for some in itertools.combinations(able, k)]
        heaviest = [sum(sorted((row[r] for r in some), reverse=True)[: posed.n_at_once]) for some in sets]
        sets_i.append([sum(1 << r for r in some) for some, load in zip(sets, heaviest, strict=True) if load <= 1.0])
    best = (0, 0)
    free = [i for i in range(len(load)) if i not in posed.fixed_i]
    for chosen in itertools.combinations(free, min(n_new, len(free))):
        reached = {0}
        for i in (*posed.fixed_i, *chosen):
            reached = {had | more for had in reached for more in sets_i[i]}
        best = max(best, *(((s & 0b11111).bit_count(), (s >> 5).bit_count()) for s in reached))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_every_point_is_the_most_that_any_choice_serves(seed: int) -> None:
    posed = problem(seed)
    points = serve_curve(posed, Limits())
    assert [point.n_new for point in points] == list(range(len(points)))
    for point in points:
        assert point.proven
        assert point.n_served_by_tier == most_served(posed, point.n_new)
        assert point.n_first_most == point.n_served_by_tier[0]
    assert points[-1].n_new == len(solve(posed, Limits()).chosen_i) - len(posed.fixed_i)


def test_a_limit_leaves_a_bound_and_no_claim() -> None:
    rng = np.random.default_rng(5)
    load_ir = rng.uniform(0.2, 0.6, (16, 12))
    load_ir[rng.random(load_ir.shape) < 0.6] = np.inf
    posed = Problem(load_share_ir=load_ir, priority_r=[0] * 12, n_aps=4, max_share=1.0)
    struck = serve_curve(posed, Limits(time_limit_s=0.0))
    proven = serve_curve(posed, Limits())
    assert not all(point.proven for point in struck)
    for one, sure in zip(struck, proven, strict=False):
        assert one.n_served_by_tier <= sure.n_served_by_tier
        assert one.n_first_most >= sure.n_first_most


@pytest.mark.parametrize("seed", range(20))
def test_units_go_where_they_are_worth_most(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_units = int(rng.integers(3, 9))
    worth_sn = [
        {n: (int(rng.integers(0, 4)), -int(rng.integers(0, 3))) for n in range(int(rng.integers(0, 2)), 4)}
        for _ in range(3)
    ]

    def worth(given: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            sum(figures) for figures in zip(*(w[n] for w, n in zip(worth_sn, given, strict=True)), strict=True)
        )

    ways = [way for way in itertools.product(*worth_sn) if sum(way) <= n_units]
    assert share_most(n_units, worth_sn) == max(ways, key=lambda way: (worth(way), way))


def test_floors_beyond_what_there_is_are_an_error() -> None:
    with pytest.raises(SolverError, match="adds up to 4"):
        share_most(3, [{2: (0,)}, {2: (0,)}])
    with pytest.raises(SolverError, match="too large"):
        share_most(3, [{0: (0, 0), 1: (2**40, 2**40)}])
