"""Spreads add in squares, margins follow the normal distribution, staircases are averaged exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.catalog.shadowing import shadowing_parts, shadowing_sources
from wifiplan.errors import OutOfRangeError
from wifiplan.radio.link import coverage_probability, sinr_db
from wifiplan.radio.shadowing import CERTAIN, Shadowing, expected_step, margin_db

STEPS = {"threshold_k": np.array([2.0, 5.0, 9.0, 11.0]), "level_k": np.array([1.0, 0.5, 0.3, 0.1])}
SD = st.floats(0.0, 12.0)
VALUE = st.floats(-40.0, 60.0)


def test_every_component_is_used_and_has_its_source() -> None:
    found = Shadowing()
    assert {name: value for name, value in shadowing_parts().items() if name.endswith("_db")} == {
        "location_sd_db": found.location_sd_db,
        "body_mean_db": found.body_mean_db,
        "body_sd_db": found.body_sd_db,
        "orientation_mean_db": found.orientation_mean_db,
        "orientation_sd_db": found.orientation_sd_db,
        "device_sd_db": found.device_sd_db,
    }
    assert set(shadowing_sources()) == set(shadowing_parts())


def test_spreads_add_in_squares_with_that_of_the_walls() -> None:
    found = Shadowing(location_sd_db=3.0, body_sd_db=4.0, orientation_sd_db=0.0, device_sd_db=0.0)
    assert found.sd_db([0.0, 12.0]).tolist() == pytest.approx([5.0, 13.0])
    assert CERTAIN.sd_db([0.0, 12.0]).tolist() == [0.0, 0.0]
    assert CERTAIN.mean_db == 0.0


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_what_is_no_spread_is_refused(wrong: float) -> None:
    with pytest.raises(OutOfRangeError, match="negative or no number"):
        Shadowing(location_sd_db=wrong).sd_db(0.0)


@pytest.mark.parametrize("aim", [0.0, 1.0, -0.1, float("nan")])
def test_a_probability_that_nothing_reaches_is_refused(aim: float) -> None:
    with pytest.raises(OutOfRangeError, match="between 0 and 1"):
        margin_db(aim, 5.0)


@given(st.floats(0.01, 0.99), st.floats(0.1, 12.0))
def test_the_margin_gives_the_probability_and_grows_with_it(aim: float, sd: float) -> None:
    margin = float(margin_db(aim, sd))
    assert float(coverage_probability(-67.0 + margin, -67.0, sd)) == pytest.approx(aim)
    assert float(margin_db(aim + 0.005, sd)) > margin


@given(VALUE, st.floats(0.1, 12.0), st.floats(0.0, 12.0), st.floats(0.0, 20.0))
def test_power_helps_and_spread_draws_to_one_half(over: float, sd: float, more_sd: float, more_db: float) -> None:
    now = float(coverage_probability(over, 0.0, sd))
    assert float(coverage_probability(over + more_db, 0.0, sd)) >= now
    wider = float(coverage_probability(over, 0.0, sd + more_sd))
    assert abs(wider - 0.5) <= abs(now - 0.5) + 1e-12


@given(VALUE, SD, st.floats(0.0, 20.0))
def test_the_mean_of_a_falling_staircase_falls_with_the_value(value: float, sd: float, more: float) -> None:
    here, there = expected_step(np.array([value, value + more]), sd, **STEPS)
    assert 0.1 - 1e-12 <= there <= here + 1e-12 <= 1.0 + 2e-12


def test_the_mean_of_a_staircase_is_that_of_many_draws() -> None:
    draws = np.random.default_rng(1).normal(7.0, 4.0, 200_000)
    stair = STEPS["level_k"][np.maximum(np.searchsorted(STEPS["threshold_k"], draws, side="right") - 1, 0)]
    assert float(expected_step(np.array(7.0), 4.0, **STEPS)) == pytest.approx(stair.mean(), abs=0.003)


def test_no_signal_is_the_lowest_level_whatever_the_spread() -> None:
    assert expected_step(np.array([-np.inf, np.inf]), np.array([3.0, 3.0]), **STEPS).tolist() == pytest.approx([1, 0.1])


def test_a_neighbour_as_strong_as_noise_costs_three_decibels_by_the_time_it_sends() -> None:
    level = np.full((1, 1), -94.0)
    assert float(sinr_db([-60.0], level, [1.0], noise_dbm=-94.0)[0]) == pytest.approx(34.0 - 3.01, abs=0.01)
    assert float(sinr_db([-60.0], level, [0.0], noise_dbm=-94.0)[0]) == pytest.approx(34.0)
    assert float(sinr_db([-60.0], np.empty((0, 1)), [], noise_dbm=-94.0)[0]) == pytest.approx(34.0)


@given(st.lists(st.tuples(st.floats(-120.0, -40.0), st.floats(0.0, 1.0)), max_size=4), st.floats(0.0, 1.0))
def test_a_neighbour_never_helps(others: list[tuple[float, float]], busy: float) -> None:
    level = np.array([[dbm] for dbm, _ in others]).reshape(-1, 1)
    share = [time for _, time in others]
    alone = float(sinr_db([-60.0], level, share, noise_dbm=-94.0)[0])
    joined = float(sinr_db([-60.0], np.vstack([level, [[-80.0]]]), [*share, busy], noise_dbm=-94.0)[0])
    assert joined <= alone + 1e-9 <= 34.0 + 2e-9
