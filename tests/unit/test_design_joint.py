"""Placement and channels together: equal to brute force where that is possible, levels kept, rules kept."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from wifiplan.design.columns import enumerate_columns
from wifiplan.design.joint import Joint, improve
from wifiplan.design.placement import Limits, solve
from wifiplan.design.problems import Problem, check
from wifiplan.errors import SolverError


def tiny(seed: int, *, n_rooms: int = 5, per_room: int = 2) -> Problem:
    generator = np.random.default_rng(seed)
    room = np.arange(n_rooms, dtype=float)
    place = np.repeat(room, per_room) + generator.uniform(-0.5, 0.5, n_rooms * per_room)
    apart = np.abs(place[:, None] - room[None, :])
    load = np.where(apart < 1.6, 0.2 + 0.15 * apart, np.inf)
    heard = np.clip(1.2 - 0.4 * np.abs(place[:, None] - place[None, :]), 0.0, 1.0)
    return Problem(
        load_share_ir=load,
        priority_r=np.zeros(n_rooms),
        n_aps=None,
        max_share=0.8,
        heard_ij=heard,
        strength_ir=-50.0 - 10.0 * apart,
        margin_db=3.0,
    )


def cost_of(problem: Problem, found: Joint, overlap: np.ndarray) -> float:
    """Recompute the joint cost from the rooms served."""
    heard = np.asarray(problem.heard_ij)
    load = np.zeros(len(heard))
    for r, i in enumerate(found.placement.serving_r):
        load[i] += np.asarray(problem.load_share_ir)[i, r]
    pairs = itertools.combinations(zip(found.placement.chosen_i, found.channel_a, strict=True), 2)
    return sum(float((heard[i, j] + heard[j, i]) / 2 * (load[i] + load[j]) * overlap[k, m]) for (i, k), (j, m) in pairs)


def keeps_rules(problem: Problem, found: Joint) -> bool:
    load, strength = np.asarray(problem.load_share_ir), np.asarray(problem.strength_ir)
    chosen = list(found.placement.chosen_i)
    for r, i in enumerate(found.placement.serving_r):
        if i >= 0 and strength[chosen, r].max() > strength[i, r] + problem.margin_db + 1e-9:
            return False
    carried = {i: sum(load[i, r] for r, own in enumerate(found.placement.serving_r) if own == i) for i in chosen}
    return all(total <= 0.8 + 1e-9 for total in carried.values())


def least_cost(problem: Problem, n_aps: int, n_channels: int) -> float:
    """Return the least joint cost over all partitions into columns that keep the rules, and all channels."""
    checked = check(problem)
    columns = enumerate_columns(checked.load_share_ir, checked.cap_ir, max_columns=10_000)
    assert columns is not None
    heard, strength = np.asarray(problem.heard_ij), np.asarray(problem.strength_ir)
    everything = (1 << checked.tier_r.size) - 1
    best = np.inf
    for chosen in itertools.combinations(range(len(columns.rooms_c)), n_aps):
        sets = [columns.rooms_c[c] for c in chosen]
        who = [int(columns.candidate_c[c]) for c in chosen]
        if sum(sets) != everything or np.bitwise_or.reduce(sets) != everything or len(set(who)) < n_aps:
            continue
        level = {r: strength[i, r] for i, own in zip(who, sets, strict=True) for r in range(10) if own >> r & 1}
        if any(strength[who, r].max() > own + problem.margin_db for r, own in level.items()):
            continue
        load = columns.load_c[list(chosen)]
        weight = (heard + heard.T)[np.ix_(who, who)] / 2 * (load[:, None] + load[None, :])
        for channel in itertools.product(range(n_channels), repeat=n_aps):
            same = np.equal.outer(channel, channel)
            best = min(best, float(np.triu(weight * same, 1).sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_equals_brute_force(seed: int) -> None:
    problem = replace(tiny(seed), margin_db=1e6 if seed % 2 else 3.0)
    start = solve(problem, Limits())
    found = improve(problem, start, np.eye(2))
    assert found.cost == pytest.approx(least_cost(problem, len(start.chosen_i), 2), abs=1e-9)
    assert found.cost == pytest.approx(cost_of(problem, found, np.eye(2)), abs=1e-9)
    assert found.bound <= found.cost + 1e-12
    assert keeps_rules(problem, found)


def test_keeps_levels_fixed_and_pinned_ones_and_repeats_itself() -> None:
    problem = replace(tiny(3, n_rooms=14, per_room=3), margin_db=3.0, fixed_i=(4, 20))
    allowed = np.ones((42, 3), dtype=bool)
    allowed[4] = (False, True, False)
    overlap = np.array([[1.0, 0.4, 0.0], [0.4, 1.0, 0.4], [0.0, 0.4, 1.0]])
    start = solve(problem, Limits())
    found = improve(problem, start, overlap, allowed_ik=allowed, effort=0.05)
    assert found == improve(problem, start, overlap, allowed_ik=allowed, effort=0.05)
    assert {4, 20} <= set(found.placement.chosen_i)
    assert found.channel_a[found.placement.chosen_i.index(4)] == 1
    assert len(found.placement.chosen_i) == len(start.chosen_i)
    assert found.placement.n_served_by_tier == start.n_served_by_tier
    assert keeps_rules(problem, found)
    assert found.cost == pytest.approx(cost_of(problem, found, overlap), abs=1e-9)
    assert found.cost <= improve(problem, start, overlap, allowed_ik=allowed, effort=1e-9).cost


def test_shared_rooms_stay_as_they_are() -> None:
    load = np.array([[0.5, 1.2, np.inf], [0.6, 1.1, 0.5], [np.inf, 1.3, 0.4], [0.4, np.inf, 0.4]])
    problem = Problem(
        load_share_ir=load, priority_r=[0, 0, 0], n_aps=None, max_share=0.8, heard_ij=np.full((4, 4), 0.5)
    )
    start = solve(problem, Limits())
    found = improve(problem, start, np.eye(2), effort=0.02)
    assert start.part_ir
    assert found.placement.part_ir == start.part_ir
    assert found.placement.extra_ir == start.extra_ir
    assert {i for i, _, _ in start.part_ir} <= set(found.placement.chosen_i)


def test_nothing_to_improve() -> None:
    problem = Problem(
        load_share_ir=np.empty((0, 0)), priority_r=[], n_aps=None, max_share=0.8, heard_ij=np.empty((0, 0))
    )
    found = improve(problem, solve(problem, Limits()), np.eye(3))
    assert (found.cost, found.channel_a, found.verdict) == (0.0, (), "optimal")


@pytest.mark.parametrize(
    ("overlap", "allowed", "heard", "word"),
    [
        ([[1.0, 0.5], [0.0, 1.0]], None, True, "symmetric"),
        (np.eye(2), [[True, True]], True, "shape"),
        (np.eye(2), None, False, "heard_ij"),
        ([[-1.0]], None, True, "negative"),
    ],
)
def test_bad_input_is_named(overlap: object, allowed: object, word: str, *, heard: bool) -> None:
    problem = replace(tiny(0), margin_db=3.0)
    start = solve(problem, Limits())
    asked = problem if heard else replace(problem, heard_ij=None)
    with pytest.raises(SolverError, match=word):
        improve(asked, start, np.array(overlap), allowed_ik=None if allowed is None else np.array(allowed))
