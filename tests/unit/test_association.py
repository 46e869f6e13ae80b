"""Who joins whom, which powers hold then, and how narrow a channel may be."""

from dataclasses import replace

import numpy as np
import pytest

from wifiplan.predict.association import joined
from wifiplan.predict.seats import Seats
from wifiplan.site.network import Need
from wifiplan.study.settling import Levels, counts, serves, settled
from wifiplan.study.widths import narrowest
from wifiplan.units import Array, IntArray

NEED = Need(
    room_id="r",
    priority=0,
    profile="video",
    n_devices=30,
    mbps_per_device=2.5,
    min_received_dbm=-67.0,
    min_snr_db=25.0,
    max_airtime_share=0.6,
)
ROOM_J = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def able(received_dbm_aj: Array, airtime_aj: Array | float = 0.05) -> Seats:
    return Seats(
        received_dbm_ij=received_dbm_aj,
        snr_db_ij=received_dbm_aj + 95.0,
        airtime_ij=np.broadcast_to(np.asarray(airtime_aj, dtype=np.float64), received_dbm_aj.shape),
        holds_ij=received_dbm_aj >= NEED.min_received_dbm,
    )


def row(near: int, *, loud_dbm: float = 0.0) -> Array:
    """A row of two rooms of four seats, an access point over seat `near`, 4 dB a seat."""
    return loud_dbm - 45.0 - 4.0 * np.abs(np.arange(8) - near)


def test_every_seat_joins_the_strongest_and_every_device_is_somewhere() -> None:
    rng = np.random.default_rng(3)
    received = rng.normal(-60.0, 8.0, (5, 40))
    room_j = np.sort(rng.integers(0, 6, 40))
    on_line_r = np.array([True] * 5 + [False])
    who = joined(able(received, rng.uniform(0.01, 0.1, (5, 40))), room_j, on_line_r)
    for j in range(40):
        assert who.ap_j[j] == (received[:, j].argmax() if on_line_r[room_j[j]] else -1)
    present_r = np.bincount(room_j, minlength=6) > 0
    assert who.part_ar.sum(axis=0) == pytest.approx(np.where(on_line_r & present_r, 1.0, 0.0))
    assert (who.given_ar[who.part_ar == 0.0] == 0.0).all()
    assert (who.part_ar[who.main_r[:5], np.arange(5)] == who.part_ar[:, :5].max(axis=0)).all()


def test_nobody_joins_what_is_not_there() -> None:
    who = joined(able(np.full((1, 8), -np.inf)), ROOM_J, np.array([True, True]))
    assert (who.ap_j == -1).all()
    assert who.main_r.tolist() == [-1, -1]
    nothing = joined(able(np.empty((0, 8))), ROOM_J, np.array([True, True]))
    assert nothing.part_ar.shape == (0, 2)
    assert nothing.main_r.tolist() == [-1, -1]


def test_few_devices_at_the_wall_make_no_server() -> None:
    part_ar = np.array([[0.96, 0.5, 0.1], [0.04, 0.5, 0.1], [0.0, 0.0, 0.8]])
    assert serves(part_ar).tolist() == [[True, True, False], [False, True, False], [False, False, True]]
    assert counts(part_ar, np.full(3, 0.95)).tolist() == [[True, True, True], [False, True, True], [False, False, True]]


def levels_of(received_naj: Array, airtime: float) -> Levels:
    return Levels(
        received_dbm_naj=received_naj,
        airtime_naj=np.full(received_naj.shape, airtime),
        holds_naj=received_naj >= NEED.min_received_dbm,
        room_j=ROOM_J,
        needs=[NEED, replace(NEED, room_id="s")],
        on_line_r=np.array([True, True]),
        n_at_once=2,
    )


def test_a_loud_neighbour_is_answered_by_power() -> None:
    """At its lowest power the left one loses seats to a loud one that can't carry them; louder it does not."""
    quiet, loud = row(1, loud_dbm=-6.0), row(5, loud_dbm=6.0)
    naj = np.stack([np.stack([quiet + 4.0 * n, loud]) for n in range(4)])
    levels = levels_of(naj, 0.13)
    lowest = np.zeros(2, dtype=np.int64)
    intent = np.eye(2)
    assert levels.score(levels.joined(lowest))[0] == 2
    level_a, who = settled(levels, lowest, intent)
    assert levels.score(who) == (0, 0.0)
    assert level_a[0] > 0
    # no lower power would do
    for n in range(int(level_a[0])):
        assert levels.score(levels.joined(np.array([n, level_a[1]])))[0] > 0


def test_powers_that_hold_are_left_alone() -> None:
    naj = np.stack([np.stack([row(1) + 3.0 * n, row(6) + 3.0 * n]) for n in range(4)])
    level_a, who = settled(levels_of(naj, 0.1), np.array([0, 1]), np.eye(2))
    assert level_a.tolist() == [0, 1]
    assert who.seats_r.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("reserve", "wanted"), [(0.0, [0, 1]), (0.1, [1, 1]), (0.7, [2, 2])])
def test_a_channel_is_as_narrow_as_its_class_allows(reserve: float, wanted: list[int]) -> None:
    received = np.stack([row(1), row(6)])
    who = joined(able(received), ROOM_J, np.array([True, True]))
    # 20, 40 and 80 MHz: airtime halves; the second access point carries a heavier class
    shares = [np.where(np.arange(2)[:, None] == 0, 0.57 / 4, 0.8 / 4) / (1 << w) for w in range(3)]
    options = [able(received, np.broadcast_to(share, received.shape)) for share in shares]
    allowed = np.ones((3, 2), dtype=np.bool_)
    found = narrowest(options, allowed, who, ROOM_J, [NEED, NEED], (2, reserve))
    assert found.tolist() == wanted
    allowed[2] = False
    assert (narrowest(options, allowed, who, ROOM_J, [NEED, NEED], (2, reserve)) <= 1).all()


def test_a_seat_that_holds_on_the_wide_channel_keeps_holding() -> None:
    received = np.stack([row(1), row(6)])
    who = joined(able(received), ROOM_J, np.array([True, True]))
    weak = able(received, 0.01)
    lost: IntArray = np.flatnonzero(who.ap_j == 0)[:1]
    holds = weak.holds_ij.copy()
    holds[0, lost] = False
    narrow = replace(weak, holds_ij=holds)
    found = narrowest([narrow, weak], np.ones((2, 2), dtype=np.bool_), who, ROOM_J, [NEED, NEED], (2, 0.0))
    assert found.tolist() == [1, 0]
