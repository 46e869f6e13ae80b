"""Maps from readings: the law far away, the readings nearby, and no more than a reading's own influence."""

from dataclasses import replace

import numpy as np

from wifiplan.radio.loss import LAWS
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.calibration import fit
from wifiplan.survey.field_spread import Spread
from wifiplan.survey.interpolation import interpolate
from wifiplan.survey.records import Sample, Survey
from wifiplan.survey.repeats import repeated_db

OUTLINE = ((0.0, 0.0), (30.0, 0.0), (30.0, 20.0), (0.0, 20.0))
SITE = Site(
    name="hall",
    floors=(Floor(level=0, elevation_m=0.0, height_m=3.0, outline=OUTLINE),),
    access_points=tuple(
        AccessPoint(id=f"AP{n}", x_m=x, y_m=10.0, z_m=2.7, radios=(Radio(band="5", eirp_dbm=20.0),))
        for n, x in enumerate((5.0, 25.0))
    ),
)
LAW = LAWS["p2040_capped"]
FAR = np.array([(500.0, 500.0, 1.0)])


def walk(n: int = 40, seed: int = 1) -> Survey:
    generator = np.random.default_rng(seed)
    xy = generator.uniform((0, 0), (30, 20), (n, 2))
    samples = [
        Sample(floor=0, x_m=x, y_m=y, band="5", bssid=ap.id, rssi_dbm=level)
        for x, y in xy.tolist()
        for ap in SITE.access_points
        for level in [-45 - 22 * np.log10(np.hypot(ap.x_m - x, ap.y_m - y) + 1) + generator.normal(0, 3)]
    ]
    return Survey(name="w", device="d", samples=tuple(samples))


def with_reading(survey: Survey, x: float, y: float, rssi_dbm: float) -> Survey:
    more = Sample(floor=0, x_m=x, y_m=y, band="5", bssid="AP0", rssi_dbm=rssi_dbm)
    return replace(survey, samples=(*survey.samples, more))


def test_readings_are_followed_nearby_and_unknown_far_away() -> None:
    survey = walk()
    field = interpolate(fit(LAW, survey, SITE), survey, SITE, band="5")
    first = survey.samples[0]
    near = field.at(np.array([(first.x_m, first.y_m, 1.0)]), [0])
    far = field.at(FAR, [0])
    assert near.field_sd_db_ij[0, 0] < 0.6 * far.field_sd_db_ij[0, 0]
    shadows_db2 = field.spread.short_db**2 + field.spread.long_db**2
    assert shadows_db2 - 1e-6 <= far.field_sd_db_ij[0, 0] ** 2 <= field.spread.variance_db2 + 1e-6
    assert abs(near.mean_dbm_ij[0, 0] - first.rssi_dbm) < 8


def test_one_more_reading_moves_the_map_by_no_more_than_its_influence() -> None:
    survey = walk()
    calibration = fit(LAW, survey, SITE)
    spread = Spread()
    points = np.column_stack((np.linspace(0, 30, 40), np.full(40, 9.0), np.ones(40)))
    where = np.array([(12.1, 9.0, 1.0)])
    before = interpolate(calibration, survey, SITE, band="5", spread=spread)
    there = before.at(where, [0])
    for surprise_db in (-3.0, 2.0, 60.0):
        level = float(np.clip(there.mean_dbm_ij[0, 0] + surprise_db, -110, -5))
        moved = interpolate(calibration, with_reading(survey, 12.1, 9.0, level), SITE, band="5", spread=spread)
        change = np.abs(moved.at(points, [0] * 40).mean_dbm_ij - before.at(points, [0] * 40).mean_dbm_ij)[0]
        at_most = before.at(points, [0] * 40).field_sd_db_ij[0] * there.field_sd_db_ij[0, 0]
        share = at_most / (there.field_sd_db_ij[0, 0] ** 2 + spread.noise_db**2)
        assert (change <= share * abs(level - there.mean_dbm_ij[0, 0]) + 0.1).all()
        learned = interpolate(calibration, with_reading(survey, 12.1, 9.0, level), SITE, band="5")
        again = interpolate(calibration, survey, SITE, band="5")
        change = np.abs(learned.at(points, [0] * 40).mean_dbm_ij - again.at(points, [0] * 40).mean_dbm_ij)[0]
        assert (change <= share * abs(level - there.mean_dbm_ij[0, 0]) + 1.0).all()


def test_a_gross_error_makes_no_hot_spot() -> None:
    survey = walk()
    calibration = fit(LAW, survey, SITE)
    point = np.array([(12.1, 9.0, 1.0)])
    clean = interpolate(calibration, survey, SITE, band="5").at(point, [0]).mean_dbm_ij[0, 0]
    wrong = interpolate(calibration, with_reading(survey, 12.1, 9.0, -1.0), SITE, band="5").at(point, [0])
    assert abs(wrong.mean_dbm_ij[0, 0] - clean) < 4


def test_one_reading_and_many_at_one_place_stay_finite() -> None:
    one = Survey(name="o", device="d", samples=walk().samples[:1])
    same = Survey(name="s", device="d", samples=walk().samples[:1] * 50)
    for survey in (one, same):
        field = interpolate(fit(LAW, survey, SITE), survey, SITE, band="5")
        grid = field.grid(0, 1.0)
        assert np.isfinite(grid.mean_dbm_iyx).all()
        assert (grid.sd_db_iyx > 0).all()


def test_a_grid_says_what_points_say() -> None:
    survey = walk()
    field = interpolate(fit(LAW, survey, SITE), survey, SITE, band="5")
    grid = field.grid(0, 0.5)
    points = np.array([(grid.x_m[7], grid.y_m[11], 0.8)])
    said = field.at(points, [0])
    assert np.allclose(grid.mean_dbm_iyx[:, 11, 7], said.mean_dbm_ij[:, 0], atol=0.3)
    assert np.allclose(grid.sd_db_iyx[:, 11, 7], said.sd_db_ij[:, 0], atol=0.3)


def test_repetitions_tell_the_noise_of_a_reading() -> None:
    levels = np.random.default_rng(0).normal(-60, 3, 400)
    samples = tuple(Sample(floor=0, x_m=1.0, y_m=1.0, band="5", bssid="a", rssi_dbm=float(v)) for v in levels)
    assert abs(repeated_db([Survey(name="r", samples=samples)], "5") - 3) < 0.4
    assert repeated_db([Survey(name="r", samples=samples[:1])], "5") == 0
