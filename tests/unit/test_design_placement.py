"""Placement: exact on instances small enough to enumerate, honest about limits and bad input."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from wifiplan.design.placement import Placement, cover, place, solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.errors import SolverError

INF = float("inf")
LOAD = np.array([[0.3, 0.4, INF, 0.7], [INF, 0.4, 0.5, INF], [0.3, INF, 0.3, 0.2], [INF, INF, 0.8, 0.8]])


def loads_of(load: npt.NDArray[np.float64], found: Placement) -> npt.NDArray[np.float64]:
    """Recompute each candidate's load from the answer alone."""
    total = np.zeros(load.shape[0])
    parts = {(i, r): part for i, r, part in found.part_ir}
    shared = {r for _, r in parts}
    for r, i in enumerate(found.serving_r):
        if i >= 0 and r not in shared:
            total[i] += load[i, r]
    for (i, r), part in parts.items():
        total[i] += part * load[i, r]
    return total


def brute(
    load: npt.NDArray[np.float64], tier: list[int], n_aps: int, cap: float, heard: npt.NDArray[np.float64]
) -> tuple[tuple[int, ...], int, float]:
    """Return (rooms served by tier, access points, interference) by trying every assignment."""
    n_candidates, n_rooms = load.shape
    best: tuple[tuple[int, ...], int, float] | None = None
    for serving in itertools.product(range(-1, n_candidates), repeat=n_rooms):
        used = sorted({i for i in serving if i >= 0})
        if len(used) > n_aps:
            continue
        total = np.zeros(n_candidates)
        for r, i in enumerate(serving):
            if i >= 0:
                total[i] += load[i, r]
        if (total > cap + 1e-9).any():
            continue
        served = tuple(-sum(i >= 0 and tier[r] == t for r, i in enumerate(serving)) for t in range(max(tier) + 1))
        cost = sum(float(total[i] * (1.0 + heard[i].sum() - heard[i, i])) for i in used)
        key = (served, len(used), cost)
        if best is None or key < best:
            best = key
    assert best is not None
    return tuple(-n for n in best[0]), best[1], best[2]


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("max_columns", [200_000, 0])
def test_equals_brute_force(seed: int, max_columns: int) -> None:
    generator = np.random.default_rng(seed)
    load = generator.uniform(0.1, 0.9, (4, 5))
    load[generator.random((4, 5)) < 0.35] = INF
    tier = generator.integers(0, 2, 5).tolist()
    tier[0] = 0
    n_aps, cap = int(generator.integers(0, 5)), 0.95
    heard = generator.uniform(0.0, 2.0, (4, 4))
    problem = Problem(load_share_ir=load, priority_r=tier, n_aps=n_aps, max_share=cap, heard_ij=heard)
    found = solve(problem, Limits(max_columns=max_columns))
    served, n_used, cost = brute(load, tier, n_aps, cap, heard)
    assert found.verdict == "optimal"
    assert found.n_served_by_tier == served
    assert len(found.chosen_i) == n_used
    assert found.levels[-1][1] == pytest.approx(cost, rel=1e-6)
    assert (loads_of(load, found) <= cap + 1e-6).all()


def test_rooms_go_before_specialist_rooms() -> None:
    found = place(np.array([[0.5, 0.5], [INF, 0.5]]), [1, 0], n_aps=1, max_share=0.6)
    assert found.n_served_by_tier == (1, 0)
    assert found.serving_r[1] >= 0


def test_equal_sets_need_different_candidates() -> None:
    # every room hangs on candidate 0 alone: the set model would use it twice
    found = place(np.array([[0.6, 0.6, 0.6]]), [0, 0, 0], n_aps=None, max_share=0.7)
    assert found.n_served_by_tier == (1,)
    assert found.chosen_i == (0,)
    assert found.verdict == "optimal"


def test_hall_is_shared_by_access_points_of_its_own() -> None:
    load = np.array([[1.6, 0.2], [1.5, 0.2], [1.8, INF], [INF, 0.3]])
    found = place(load, [0, 0], n_aps=None, max_share=0.8)
    assert found.n_served_by_tier == (2,)
    sharers = {i for i, r, _ in found.part_ir if r == 0}
    assert sharers == {found.serving_r[0]} | {i for i, r in found.extra_ir if r == 0}
    assert sum(part for _, r, part in found.part_ir if r == 0) == pytest.approx(1.0)
    assert (loads_of(load, found) <= 0.8 + 1e-9).all()
    assert found.serving_r[1] not in sharers


def test_hall_beyond_all_candidates_stays_unserved() -> None:
    found = place(np.array([[5.0, 0.2], [5.0, INF]]), [0, 0], n_aps=None, max_share=0.8)
    assert found.serving_r == (-1, 0)
    assert not found.extra_ir


def test_fixed_count_and_stay() -> None:
    found = place(LOAD, [0, 0, 0, 0], n_aps=2, max_share=0.8, fixed_i=(3,))
    assert 3 in found.chosen_i
    assert len(found.chosen_i) <= 2
    more = place(LOAD, [0, 0, 0, 0], n_aps=0, max_share=0.8, fixed_i=(2, 3))
    assert more.chosen_i == (2, 3)
    assert more.n_served_by_tier == (3,)


def test_exactly_installs_them_all_and_lowers_the_load() -> None:
    fewest = place(LOAD, [0, 0, 0, 0], n_aps=4, max_share=0.8)
    full = place(LOAD, [0, 0, 0, 0], n_aps=4, max_share=0.8, exactly=True)
    assert len(fewest.chosen_i) < 4
    assert len(full.chosen_i) == 4
    assert full.n_served_by_tier == fewest.n_served_by_tier
    assert loads_of(LOAD, full).max() <= loads_of(LOAD, fewest).max()
    assert place(LOAD, [0, 0, 0, 0], n_aps=9, max_share=0.8, exactly=True).verdict == "infeasible"


def test_cap_by_room_binds_its_companions() -> None:
    load = np.array([[0.3, 0.3, 0.3]])
    assert place(load, [0, 0, 0], n_aps=1, max_share=[0.9, 0.9, 0.9]).n_served_by_tier == (3,)
    assert place(load, [0, 0, 0], n_aps=1, max_share=[0.9, 0.9, 0.6]).n_served_by_tier == (2,)
    problem = Problem(load_share_ir=load, priority_r=[0, 0, 0], n_aps=1, max_share=[0.9, 0.9, 0.6])
    assert solve(problem, Limits(max_columns=0)).n_served_by_tier == (2,)


def test_without_time_a_greedy_answer_with_its_bound() -> None:
    problem = Problem(load_share_ir=LOAD, priority_r=[0, 0, 0, 0], n_aps=2, max_share=0.8)
    found = solve(problem, Limits(time_limit_s=0.0, node_limit=0))
    assert (loads_of(LOAD, found) <= 0.8 + 1e-9).all()
    assert found.verdict in ("feasible", "optimal")
    assert len(found.chosen_i) <= 2


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3)])
def test_empty(shape: tuple[int, int]) -> None:
    found = place(np.ones(shape), np.zeros(shape[1]), n_aps=None, max_share=0.8)
    assert found.chosen_i == ()
    assert found.serving_r == (-1,) * shape[1]
    assert found.verdict == "optimal"


@pytest.mark.parametrize(
    ("load", "priority", "max_share", "word"),
    [
        ([[float("nan")]], [0], 0.8, "NaN"),
        ([[-0.1]], [0], 0.8, "negative"),
        ([0.1], [0], 0.8, "axes"),
        ([[0.1]], [0, 1], 0.8, "shape"),
        ([[0.1]], [0.5], 0.8, "whole"),
        ([[0.1]], [0], -1.0, "negative"),
        ([[0.1]], [0], [0.8, 0.8, 0.8], "fit"),
    ],
)
def test_bad_input_is_named(load: list[list[float]], priority: list[float], max_share: float, word: str) -> None:
    with pytest.raises(SolverError, match=word):
        place(np.array(load), priority, n_aps=None, max_share=max_share)


def test_bad_options_are_listed_together() -> None:
    with pytest.raises(SolverError) as caught:
        place(LOAD, [0, 0, 0, 0], n_aps=-1, max_share=0.8, heard_ij=np.ones((2, 2)), fixed_i=(9,), exactly=True)
    assert {fault.where for fault in caught.value.faults} == {"n_aps", "heard_ij", "fixed_i"}


def test_same_input_same_answer() -> None:
    first = place(LOAD, [0, 0, 1, 1], n_aps=3, max_share=0.8)
    second = place(LOAD, [0, 0, 1, 1], n_aps=3, max_share=0.8)
    assert (first.chosen_i, first.serving_r, first.levels) == (second.chosen_i, second.serving_r, second.levels)


def test_cover_of_nothing_and_of_the_impossible() -> None:
    assert cover(np.zeros((2, 0)), [1.0, 2.0]).chosen_i == ()
    assert cover([[1, 0]], [1.0]).verdict == "infeasible"
    with pytest.raises(SolverError, match="cost"):
        cover([[1, 0]], [-1.0])
    with pytest.raises(SolverError, match="shape"):
        cover([[1, 0]], [1.0, 2.0])
