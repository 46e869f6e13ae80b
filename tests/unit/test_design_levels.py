"""What makes the placement quick must not change it: quick covers, cuts, and solves over some of the columns."""

import numpy as np
import pytest

from wifiplan.design.placement import place, solve
from wifiplan.design.problems import Problem
from wifiplan.design.searching import few_columns
from wifiplan.design.solver import Limits


def block(seed: int, n_rooms: int = 24, per_room: int = 6) -> Problem:
    """Return rooms in a row, each with candidates that reach a few rooms on either side; one room is a hall."""
    generator = np.random.default_rng(seed)
    room = np.arange(n_rooms)
    place_i = np.repeat(room, per_room) + generator.uniform(-0.5, 0.5, n_rooms * per_room)
    apart = np.abs(place_i[:, None] - room[None, :])
    load = generator.uniform(0.12, 0.3, n_rooms) * (1.0 + apart / 3.0)
    load[apart > 2.5] = np.inf
    load[:, n_rooms // 2] *= 6.0
    heard = np.exp(-np.abs(place_i[:, None] - place_i[None, :]))
    return Problem(
        load_share_ir=load, priority_r=(room % 4 == 3).astype(int), n_aps=None, max_share=0.8, heard_ij=heard
    )


@pytest.mark.parametrize("seed", range(2))
def test_the_interference_is_that_of_a_solve_over_all_columns(seed: int) -> None:
    problem = block(seed)
    sifted, whole = solve(problem, Limits()), solve(problem, Limits(most_columns=10**9))
    assert sifted.n_served_by_tier == whole.n_served_by_tier
    assert len(sifted.chosen_i) == len(whole.chosen_i)
    name, value, bound = sifted.levels[-1]
    assert name == "interference"
    assert bound - 1e-6 <= whole.levels[-1][1] <= value + 1e-6
    assert whole.verdict == "optimal"


def test_a_stop_on_work_states_its_gap_and_keeps_the_levels_above() -> None:
    problem = block(1, n_rooms=30)
    found = solve(problem, Limits(most_columns=5))
    proven = solve(problem, Limits())
    assert found.levels[:-1] == proven.levels[:-1]
    assert found.levels[-1][2] <= proven.levels[-1][1] + 1e-6 <= found.levels[-1][1] + 2e-6
    assert found.verdict == ("optimal" if found.gap == 0.0 else "feasible")


def test_quick_cover_is_a_cover_and_the_same_every_time() -> None:
    generator = np.random.default_rng(0)
    covers = generator.random((30, 200)) < 0.12
    found = few_columns(covers, target=0, n_steps=200)
    assert found is not None
    assert covers[:, found].any(axis=1).all()
    assert found == few_columns(covers, target=0, n_steps=200)
    assert few_columns(np.zeros((2, 3), dtype=np.bool_), target=0, n_steps=10) is None


def test_many_sets_still_give_the_fewest() -> None:
    # more than 300 sets: the quick search comes first
    generator = np.random.default_rng(3)
    load = np.where(generator.random((40, 12)) < 0.6, generator.uniform(0.1, 0.25, (40, 12)), np.inf)
    found = place(load, np.zeros(12), n_aps=None, max_share=0.8)
    plain = solve(
        Problem(load_share_ir=load, priority_r=np.zeros(12), n_aps=None, max_share=0.8), Limits(max_columns=0)
    )
    levels = [{name: (value, bound) for name, value, bound in answer.levels} for answer in (found, plain)]
    assert levels[0]["access points"] == levels[1]["access points"]
