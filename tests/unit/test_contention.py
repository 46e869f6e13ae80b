import pytest

from wifiplan.catalog.mac import edca_row
from wifiplan.radio.contention import access_cost, collision_probability

EDCA = edca_row("standard", "BE")


def test_two_contenders_collide_as_bianchi_says() -> None:
    assert collision_probability(2, cw_min=15, n_doublings=6) == pytest.approx(0.105, abs=0.001)
    assert collision_probability(1, cw_min=15, n_doublings=6) == 0


def test_more_contenders_collide_more_and_wait_less() -> None:
    found = [access_cost(n, EDCA) for n in (1.0, 1.5, 2.0, 5.0, 10.0, 30.0, 200.0)]
    idle, collisions = zip(*found, strict=True)
    assert list(idle[:5]) == sorted(idle[:5], reverse=True)
    assert list(collisions) == sorted(collisions)


def test_an_average_of_contenders_lies_between_whole_numbers() -> None:
    assert access_cost(1.0, EDCA)[1] < access_cost(1.001, EDCA)[1] < access_cost(2.0, EDCA)[1]
    assert access_cost(1.0001, EDCA)[0] == pytest.approx(7.5, abs=0.01)
