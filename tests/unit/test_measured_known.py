"""What readings let be known of levels: means, spreads that hold, silence, and one reading more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Site
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings
from wifiplan.study.measured_known import known_by_readings
from wifiplan.study.measured_levels import Known
from wifiplan.study.survey_site import hung_site
from wifiplan.survey.beliefs import Levels, Spreads, believed, kernel_db2
from wifiplan.survey.records import Sample, Survey
from wifiplan.survey.spreading import likely_spreads
from wifiplan.units import Array

SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
TRUE = Law(exponent=2.5, max_wall_db=12.0, offset_db=-9.0)


@pytest.fixture(scope="module")
def site() -> Site:
    bare = files.read_site(SITE)
    rooms = [(floor, room) for floor in bare.floors for room in floor.rooms if room.use == "classroom"]
    hung = tuple(
        AccessPoint(
            id=f"AP{n}", room_id=room.id, floor=floor.level, radios=(Radio(band="5", channel=36, eirp_dbm=20.0),)
        )
        for n, (floor, room) in enumerate(rooms[::2])
    )
    return hung_site(replace(bare, access_points=hung))


def seats(site: Site, step_m: float) -> list[tuple[int, float, float]]:
    return [
        (floor.level, float(x), float(y))
        for floor in site.floors
        for room in floor.rooms
        for x, y in seat_points(room.polygon, spacing_m=step_m)
    ]


def true_dbm(site: Site, places: list[tuple[int, float, float]], seed: int = 0) -> Array:
    """A world of another law, and a smooth field of 3 dB over some metres."""
    rng = np.random.default_rng(seed)
    xyz = np.array([(x, y, 1.0) for _, x, y in places])
    level = received_dbm(site, site.access_points, xyz, [f for f, *_ in places], band="5", law=TRUE)
    wave = rng.normal(0, 0.35, (len(level), 60, 2))
    phase = rng.uniform(0, 2 * np.pi, (len(level), 3, 60))
    floor = [f for f, *_ in places]
    for i in range(len(level)):
        level[i] += 3.0 * np.sqrt(2 / 60) * np.cos(xyz[:, :2] @ wave[i].T + phase[i][floor]).sum(axis=1)
    return level


def survey(site: Site, places: list[tuple[int, float, float]], *, floor_dbm: float = -88.0) -> Survey:
    rng = np.random.default_rng(5)
    level = true_dbm(site, places) + rng.normal(0, 2.0, (len(site.access_points), len(places)))
    return Survey(
        name="walk",
        samples=tuple(
            Sample(floor=f, x_m=x, y_m=y, band="5", channel=36, bssid=f"AP{i}", rssi_dbm=float(level[i, j]))
            for j, (f, x, y) in enumerate(places)
            for i in range(len(level))
            if level[i, j] > floor_dbm
        ),
    )


def errors(site: Site, known: Known) -> tuple[float, float]:
    """Return rmse and the share within 90 % of the mean level, at places nearer than 30 dB to the strongest."""
    places = seats(site, 2.3)
    truth = true_dbm(site, places)
    mean, sd = known.at(np.array([(x, y, 1.0) for _, x, y in places]), np.array([f for f, *_ in places]))
    assert sd is not None
    matters = truth > -85.0
    error = (mean - truth)[matters]
    return float(np.sqrt((error**2).mean())), float((np.abs(error) < 1.645 * sd[matters]).mean())


def test_readings_make_levels_known_and_the_spread_holds(site: Site) -> None:
    places = seats(site, 4.0)
    few = known_by_readings(site, [survey(site, places[::6])], "5", Settings().law)
    many = known_by_readings(site, [survey(site, places)], "5", Settings().law)
    (few_db, few_share), (many_db, many_share) = errors(site, few), errors(site, many)
    assert many_db < few_db
    assert many_db < 3.2
    assert 0.82 <= many_share <= 0.98
    assert few_share >= 0.75


def test_silence_lowers_what_was_believed_there(site: Site) -> None:
    places = seats(site, 4.0)
    walk = survey(site, places)
    loud = [s for s in walk.samples if s.rssi_dbm is not None]
    # of AP1 nothing was heard where its level was between the floor and 12 dB above it
    quiet = replace(walk, samples=tuple(s for s in loud if not (s.bssid == "AP1" and s.rssi_dbm < -76.0)))
    gone = [(s.floor, s.x_m, s.y_m) for s in loud if s.bssid == "AP1" and s.rssi_dbm < -76.0]
    xyz, level = np.array([(x, y, 1.0) for _, x, y in gone]), np.array([f for f, *_ in gone])
    found = known_by_readings(site, [quiet], "5", Settings().law).at(xyz, level)[0][1]
    assert np.median(found) < -74.0


def test_an_access_point_that_is_silent_where_it_must_be_loud_is_weak_or_off(site: Site) -> None:
    walk = survey(site, seats(site, 4.0))
    without = replace(walk, samples=tuple(s for s in walk.samples if s.bssid != "AP1"))
    ap = site.access_points[1]
    under, level = np.array([[ap.x_m, ap.y_m, 1.0]]), np.array([ap.floor])
    assert known_by_readings(site, [walk], "5", Settings().law).at(under, level)[0][1, 0] > -60.0
    assert known_by_readings(site, [without], "5", Settings().law).at(under, level)[0][1, 0] < -72.0


def test_two_devices_are_brought_to_the_first(site: Site) -> None:
    places = seats(site, 4.0)
    first = replace(survey(site, places[::2]), device="a")
    second = replace(survey(site, places[1::2]), device="b")
    louder = replace(second, samples=tuple(replace(s, rssi_dbm=(s.rssi_dbm or 0.0) + 9.0) for s in second.samples))
    alone, _ = errors(site, known_by_readings(site, [first], "5", Settings().law))
    both, _ = errors(site, known_by_readings(site, [first, louder], "5", Settings().law))
    assert both < alone + 0.3
    assert both < 3.5


def test_nothing_read_leaves_the_law_and_its_spread(site: Site) -> None:
    known = known_by_readings(site, [], "5", Settings().law)
    xyz, level = np.array([[3.0, 3.0, 1.0]]), np.array([0])
    mean, sd = known.at(xyz, level)
    law = received_dbm(site, site.access_points, xyz, level, band="5", law=Settings().law)
    assert mean == pytest.approx(law - 10.0)
    assert sd is not None
    assert sd.min() > 10.0


def levels(n: int, rng: np.random.Generator) -> Levels:
    xy = rng.uniform(0, 40, (n, 2))
    return Levels(
        ap_n=rng.integers(0, 3, n),
        xyz_m_n=np.column_stack([xy, np.ones(n)]),
        floor_n=np.zeros(n, dtype=int),
        distance_m_n=rng.uniform(2, 40, n),
    )


def test_the_mean_is_that_of_conditioning_and_the_variance_the_covariance_s_own() -> None:
    rng = np.random.default_rng(3)
    both, spreads = levels(30, rng), Spreads(offset_mean_db=-4.0)
    asked, read = both.at(np.arange(10)), both.at(np.arange(10, 30))
    strays = rng.normal(0, 5, 20)
    same = both.ap_n[:, None] == both.ap_n[None, :]
    feature = np.column_stack([np.ones(30), -10 * np.log10(both.distance_m_n)])
    prior = kernel_db2(both, both, spreads) * same + feature @ np.diag([36.0, 0.25]) @ feature.T
    a = prior[10:, 10:] + 2.5**2 * np.eye(20)
    expected = -4.0 + prior[:10, 10:] @ np.linalg.solve(a, strays + 4.0)
    found = believed(read, spreads, strays_db_m=strays)
    assert found.mean_db(asked) == pytest.approx(expected, abs=1e-8)
    assert found.variance_db2(asked) == pytest.approx(np.diag(found.covariance_db2(asked)), abs=1e-8)


def test_a_reading_moves_the_map_by_no_more_than_its_own_influence() -> None:
    """The mean moves by gain times surprise, and the gain is what the covariance says."""
    rng = np.random.default_rng(4)
    all_, spreads = levels(41, rng), Spreads()
    asked, read = all_.at(np.arange(20)), all_.at(np.arange(20, 40))
    one = all_.at(np.array([40]))
    strays = rng.normal(0, 5, 20)
    before = believed(read, spreads, strays_db_m=strays)
    surprise = 10.0
    more = believed(all_.at(np.arange(20, 41)), spreads, strays_db_m=np.append(strays, before.mean_db(one) + surprise))
    gain = before.covariance_db2(asked, one)[:, 0] / (before.variance_db2(one)[0] + spreads.noise_db**2)
    assert more.mean_db(asked) - before.mean_db(asked) == pytest.approx(gain * surprise, abs=1e-8)


def test_spreads_are_told_by_the_readings_and_stay_where_these_are_few() -> None:
    rng = np.random.default_rng(6)
    read = levels(240, rng)
    true = Spreads(offset_db=1.0, exponent=0.05, power_db=2.0, field_db=6.5, length_m=7.0, noise_db=1.5)
    covariance = believed(read.at(np.empty(0, dtype=int)), true).covariance_db2(read)
    strays = np.linalg.cholesky(covariance + 1.5**2 * np.eye(240)) @ rng.standard_normal(240)
    found = likely_spreads(read, strays, Spreads(field_db=3.0, length_m=4.0))
    assert 4.0 <= found.field_db <= 10.0
    assert 4.5 <= found.length_m <= 11.0
    assert found.noise_db <= 2.5
    assert likely_spreads(read.at(np.arange(5)), strays[:5]) == Spreads()
