"""Channels: equal to brute force where that is possible, bounds that hold, pinned and special pairs."""

import itertools

import numpy as np
import pytest

from wifiplan.design import channels
from wifiplan.design.channels import assign
from wifiplan.design.channels.bounds import clique_bound, most_disjoint
from wifiplan.design.channels.conflicts import build, twin_classes
from wifiplan.errors import SolverError


@pytest.mark.parametrize("seed", range(40))
def test_equals_brute_force(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n_aps, n_channels = int(generator.integers(1, 6)), int(generator.integers(1, 4))
    weight = np.triu(generator.uniform(0.0, 5.0, (n_aps, n_aps)), 1)
    overlap = generator.random((n_channels, n_channels)) if seed % 2 else np.eye(n_channels)
    allowed = generator.random((n_aps, n_channels)) < 0.8
    allowed[np.arange(n_aps), generator.integers(0, n_channels, n_aps)] = True
    special = []
    if n_aps > 1 and seed % 3 == 0:
        i, j = (int(x) for x in generator.choice(n_aps, 2, replace=False))
        special = [(i, j, generator.uniform(-1.0, 3.0, (n_channels, n_channels))) for _ in range(2)]

    def cost_of(plan: tuple[int, ...]) -> float:
        pairs = itertools.combinations(range(n_aps), 2)
        total = sum(float(weight[i, j] * overlap[plan[i], plan[j]]) for i, j in pairs)
        return total + sum(float(cost[plan[i], plan[j]]) for i, j, cost in special)

    options = [np.flatnonzero(row).tolist() for row in allowed]
    least = min(cost_of(plan) for plan in itertools.product(*options))
    found = assign(weight, overlap, allowed_ik=allowed, pair_cost=special, seed=seed)
    assert found.cost == pytest.approx(least, abs=1e-7)
    assert found.cost == pytest.approx(cost_of(found.channel_i), abs=1e-7)
    assert found.verdict == "optimal"
    assert all(allowed[i, k] for i, k in enumerate(found.channel_i))


@pytest.mark.parametrize("seed", range(6))
def test_clique_bound_holds_and_is_no_idle_one(seed: int) -> None:
    generator = np.random.default_rng(seed)
    weight = np.triu(generator.integers(1, 9, (9, 9)).astype(float), 1)
    found = assign(weight, np.eye(3))
    bound = clique_bound(build(weight, np.eye(3), None, ()))
    assert found.verdict == "optimal"
    assert 0.3 * found.cost < bound <= found.cost + 1e-9


def test_clique_bound_of_a_clique_is_its_cost() -> None:
    assert clique_bound(build(np.ones((7, 7)), np.eye(3), None, ())) == pytest.approx(5.0)


def test_partly_overlapping_channels() -> None:
    # 2.4 GHz: channels 1, 3, 6; two neighbours take the pair that is farthest apart
    overlap = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.4], [0.0, 0.4, 1.0]])
    found = assign([[0.0, 2.0], [2.0, 0.0]], overlap)
    assert sorted(found.channel_i) == [0, 2]
    assert most_disjoint(overlap <= 0.0) == 2


def test_pinned_access_points_stay() -> None:
    allowed = np.array([[False, True], [True, True], [False, True]])
    found = assign(np.ones((3, 3)), np.eye(2), allowed_ik=allowed)
    assert found.channel_i == (1, 0, 1)
    assert found.cost == pytest.approx(1.0)
    assert found.bound == pytest.approx(1.0)


def test_twins_are_channels_that_can_be_swapped() -> None:
    allowed = np.ones((2, 4), dtype=bool)
    allowed[:, 3] = (True, False)
    assert twin_classes(build(np.ones((2, 2)), np.eye(4), allowed, ())).tolist() == [0, 0, 0, 3]


def test_seed_and_effort() -> None:
    generator = np.random.default_rng(5)
    weight = np.triu(generator.integers(0, 50, (30, 30)).astype(float), 1)
    once = assign(weight, np.eye(3), seed=7, effort=0.05)
    again = assign(weight, np.eye(3), seed=7, effort=0.05)
    more = assign(weight, np.eye(3), seed=7, effort=0.5)
    assert once == again
    assert more.cost <= once.cost
    assert once.bound <= more.cost


def test_no_access_points() -> None:
    assert assign(np.empty((0, 0)), np.eye(3)).channel_i == ()


def test_unfinished_search_states_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "_STEPS", 1)
    generator = np.random.default_rng(1)
    weight = np.triu(generator.random((40, 40)), 1)
    found = assign(weight, np.eye(3), effort=0.02)
    assert found.verdict == "feasible"
    assert 0.0 < found.bound < found.cost


@pytest.mark.parametrize(
    ("weight", "overlap", "allowed", "word"),
    [
        ([[0.0, -1.0], [0.0, 0.0]], np.eye(2), None, "negative"),
        ([[0.0, 1.0]], np.eye(2), None, "square"),
        (np.zeros((2, 2)), [[float("nan")]], None, "NaN"),
        (np.zeros((2, 2)), np.eye(2), [[True, True], [False, False]], "no channel"),
        (np.zeros((2, 2)), np.eye(2), [[True, True]], "shape"),
    ],
)
def test_bad_input_is_named(weight: object, overlap: object, allowed: object, word: str) -> None:
    with pytest.raises(SolverError, match=word):
        assign(np.array(weight), np.array(overlap), allowed_ik=None if allowed is None else np.array(allowed))


def test_bad_pairs_are_named() -> None:
    with pytest.raises(SolverError, match="not two access points"):
        assign(np.zeros((2, 2)), np.eye(2), pair_cost=[(0, 0, np.eye(2))])
    with pytest.raises(SolverError, match="finite costs"):
        assign(np.zeros((2, 2)), np.eye(2), pair_cost=[(0, 1, np.eye(3))])
