import numpy as np
import pytest

from wifiplan.design.power import lowest_levels
from wifiplan.errors import SolverError

INF = np.inf


def test_the_lowest_level_that_holds_the_signal() -> None:
    load = np.array([[[INF]], [[0.3]], [[0.2]]])
    assert lowest_levels(load, [[1.0]], [0.6]).tolist() == [1]


def test_airtime_forces_more_power() -> None:
    load = np.array([[[0.5, 0.5]], [[0.4, 0.3]], [[0.3, 0.3]]])
    assert lowest_levels(load, [[1.0, 1.0]], [0.6, 0.6]).tolist() == [2]
    assert lowest_levels(load, [[1.0, 0.0]], [0.6, 0.6]).tolist() == [0]


def test_rooms_with_their_own_caps() -> None:
    load = np.array([[[0.3, 0.3]]])
    assert lowest_levels(np.concatenate([load, load / 2]), [[1.0, 1.0]], [0.6, 0.5]).tolist() == [1]


def test_a_shared_room_counts_in_part() -> None:
    load = np.array([[[0.9], [0.9]], [[0.7], [0.7]]])
    assert lowest_levels(load, [[0.5], [0.5]], [0.6]).tolist() == [0, 0]


def test_the_highest_where_none_suffices_and_the_lowest_where_nothing_is_served() -> None:
    load = np.array([[[INF], [INF]], [[0.9], [INF]]])
    assert lowest_levels(load, [[1.0], [0.0]], [0.6]).tolist() == [1, 0]


def test_no_access_point_at_all() -> None:
    assert lowest_levels(np.empty((2, 0, 3)), np.empty((0, 3)), [0.6] * 3).tolist() == []


def test_shapes_that_do_not_agree_are_named() -> None:
    with pytest.raises(SolverError, match="do not agree"):
        lowest_levels(np.empty((0, 1, 1)), [[1.0]], [0.6])
