"""Readings as arrays: what is pooled, what was listened for, what is left out."""

import math

import numpy as np
import pytest

from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.links import USUAL_FLOOR_DBM, Links, links, with_places
from wifiplan.survey.records import Sample, Survey

ROOM = Room(id="r1", name="101", use="classroom", polygon=((0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0)))
SITE = Site(
    name="x",
    floors=(Floor(level=0, elevation_m=0.0, height_m=3.2, rooms=(ROOM,)),),
    access_points=(
        AccessPoint(id="a", x_m=1.0, y_m=1.0, z_m=2.5, radios=(Radio(band="5", eirp_dbm=17.0),)),
        AccessPoint(id="b", room_id="r1"),
        AccessPoint(id="c"),
    ),
)


def heard(ap: str, x_m: float, rssi_dbm: float | None, *, floor: int = 0) -> Sample:
    return Sample(floor=floor, x_m=x_m, y_m=1.0, band="5", bssid=ap, rssi_dbm=rssi_dbm)


def found(*samples: Sample) -> Links:
    return links((Survey(name="s", device="phone", samples=samples),), SITE, "5")


def test_readings_of_one_place_are_pooled_by_their_median() -> None:
    one = found(heard("a", 2.0, -50.0), heard("a", 2.05, -52.0), heard("a", 1.98, -80.0), heard("a", 4.0, -60.0))
    assert one.rssi_dbm_n.tolist() == [-52.0, -60.0]
    assert one.n_heard_n.tolist() == [3, 1]
    assert 1.0 < one.weight_n[0] < 3.0
    assert one.weight_n[1] == pytest.approx(1.0)


def test_what_a_place_did_not_hear_of_known_access_points_is_a_link_without_a_level() -> None:
    one = found(heard("a", 2.0, -50.0), heard("b", 2.0, -60.0), heard("a", 9.0, -55.0), heard("b", 12.0, None))
    told = {
        (one.access_points[i].id, round(float(one.place_xyz_m_j[j, 0])))
        for i, j in zip(one.ap_n, one.place_n, strict=True)
    }
    assert told == {("a", 2), ("b", 2), ("a", 9), ("b", 9), ("b", 12)}
    assert int(one.heard_n.sum()) == 3


def test_impossible_and_foreign_readings_are_counted_and_left_out() -> None:
    one = found(
        heard("a", 2.0, -50.0),
        heard("a", 3.0, 0.0),
        heard("a", 4.0, -400.0),
        heard("a", math.nan, -50.0),
        heard("a", 1e300, -50.0),
        heard("a", 5.0, -50.0, floor=7),
        heard("stranger", 2.0, -40.0),
    )
    assert (one.n_bad, one.n_lost, one.n_strangers) == (4, 1, 1)
    assert one.rssi_dbm_n.tolist() == [-50.0]


def test_powers_and_places_that_nobody_knows_are_taken_for_usual_ones() -> None:
    one = found(heard("a", 2.0, -50.0), heard("b", 2.0, -60.0), heard("c", 2.0, -60.0))
    assert one.power_known_i.tolist() == [True, False]
    assert [ap.radios[0].eirp_dbm for ap in one.access_points] == [17.0, 20.0]
    assert (one.access_points[1].x_m, one.access_points[1].y_m) == (4.0, 3.0)
    assert one.n_strangers == 1  # the access point c has no place
    assert with_places(SITE).access_points[2].x_m is None


def test_floor_of_a_device_is_told_by_many_readings_only() -> None:
    few = found(*(heard("a", float(n), -60.0) for n in range(5)))
    assert few.floor_dbm_d.tolist() == [USUAL_FLOOR_DBM]
    many = found(*(heard("a", float(n), -50.0 - n / 5) for n in range(100)))
    assert -70.0 < many.floor_dbm_d[0] < -69.0


def test_order_of_readings_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    samples = [heard("ab"[n % 2], float(rng.uniform(0, 30)), float(rng.uniform(-80, -40))) for n in range(40)]
    one, other = found(*samples), found(*reversed(samples))
    assert np.array_equal(one.rssi_dbm_n, other.rssi_dbm_n, equal_nan=True)
    assert np.allclose(one.place_xyz_m_j, other.place_xyz_m_j)
