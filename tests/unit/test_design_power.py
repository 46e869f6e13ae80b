"""Powers: the lowest level that holds, the maximum that binds."""

import numpy as np
import pytest

from wifiplan.design.power import PowerOptions, lowest_powers
from wifiplan.errors import SolverError

OPTIONS = PowerOptions(levels_dbm=(23.0, 14.0, 17.0, 20.0), seats_share=0.75)
GAIN = np.array([[-80.0, -81.0, -82.0, -99.0, -70.0], [-75.0, -75.0, -75.0, -75.0, -95.0]])
ROOM = [0, 0, 0, 0, 1]


def test_lowest_level_that_holds_the_share_of_seats() -> None:
    serves = [[True, False], [True, False]]
    found = lowest_powers(GAIN, serves, ROOM, needed_dbm_j=-64.0, max_dbm_i=23.0, options=OPTIONS)
    # AP 0 needs 18 dBm for three of four seats: the next level is 20
    assert found.eirp_dbm_i == (20.0, 14.0)
    assert found.holds_i == (True, True)
    assert found.seats_share_i == (0.75, 1.0)


def test_every_room_served_must_hold() -> None:
    found = lowest_powers(GAIN[1:], [[True, True]], ROOM, needed_dbm_j=-70.0, max_dbm_i=[23.0], options=OPTIONS)
    assert found.eirp_dbm_i == (23.0,)
    assert found.holds_i == (False,)
    assert found.seats_share_i == (0.0,)


def test_maximum_binds_even_below_all_levels() -> None:
    serves = [[True, False], [False, False]]
    found = lowest_powers(GAIN, serves, ROOM, needed_dbm_j=-64.0, max_dbm_i=[18.0, 10.0], options=OPTIONS)
    assert found.eirp_dbm_i == (17.0, 10.0)
    assert found.holds_i == (False, True)


def test_nothing_to_do() -> None:
    found = lowest_powers(np.empty((0, 0)), np.empty((0, 0)), [], needed_dbm_j=-64.0, max_dbm_i=23.0, options=OPTIONS)
    assert found.eirp_dbm_i == ()


@pytest.mark.parametrize(
    ("gain", "serves", "room", "needed", "word"),
    [
        ([1.0], [[True]], [0], -64.0, "matrix"),
        ([[1.0]], [[True], [True]], [0], -64.0, "serves_ir"),
        ([[1.0]], [[True]], [1], -64.0, "room"),
        ([[1.0]], [[True]], [0], float("nan"), "NaN"),
    ],
)
def test_bad_input_is_named(gain: object, serves: object, room: list[int], needed: float, word: str) -> None:
    with pytest.raises(SolverError, match=word):
        lowest_powers(np.array(gain), np.array(serves), room, needed_dbm_j=needed, max_dbm_i=23.0, options=OPTIONS)


def test_levels_are_needed() -> None:
    with pytest.raises(SolverError, match="level"):
        lowest_powers([[1.0]], [[True]], [0], needed_dbm_j=-64.0, max_dbm_i=23.0, options=PowerOptions(levels_dbm=()))
