"""Predicted against measured, and the strongest signal of a survey over a floor."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from wifiplan.errors import OutOfRangeError, SurveyError
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.measured_errors import errors
from wifiplan.study.measured_maps import COARSEST_M, cell_of, measured_maps, planned_map, single_maps
from wifiplan.study.survey_site import framed_site, hung_site
from wifiplan.survey.estimates import BandError, Calibration
from wifiplan.survey.placing import EIRP_DBM
from wifiplan.survey.records import Sample, Survey

OFFSET_DB = 12.0


def box(x_m: float, size_m: float) -> tuple[tuple[float, float], ...]:
    return ((x_m, 0.0), (x_m + size_m, 0.0), (x_m + size_m, 8.0), (x_m, 8.0))


@pytest.fixture(scope="module")
def site() -> Site:
    rooms = (
        Room(id="west", name="一年甲班", use="classroom", polygon=box(0.0, 9.0)),
        Room(id="east", name="一年乙班", use="classroom", polygon=box(9.0, 9.0)),
        Room(id="store", name="儲藏室", use="other", polygon=((9.0, 0.0), (12.0, 0.0), (12.0, 2.0), (9.0, 2.0))),
    )
    points = tuple(
        AccessPoint(id=name, x_m=x, y_m=4.0, z_m=3.0, radios=(Radio(band="5", eirp_dbm=20.0),))
        for name, x in (("AP-W", 4.5), ("AP-E", 13.5))
    )
    return Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.5, rooms=rooms),), access_points=points)


def calibration(offset_db: float = OFFSET_DB) -> Calibration:
    left = BandError(
        band="5",
        n_places=9,
        n_readings=18,
        n_missing=0,
        floor_dbm=-90.0,
        residual_sd_db=2.0,
        rmse_by_point_db=None,
        rmse_by_ap_db=None,
    )
    return Calibration(law=Law(offset_db=offset_db), parameters=(), covariance=(), errors=(left,))


def walk(site: Site, *, silent: str = "") -> Survey:
    """Readings by a device that hears 12 dB less than the law, of nine places in a row; one may be silent."""
    places = [(1.0 + 2 * k, 1.0, 1.0) for k in range(9)]
    heard = received_dbm(site, site.access_points, places, [0] * 9, band="5", law=Law(offset_db=OFFSET_DB))
    samples = tuple(
        Sample(floor=0, x_m=x, y_m=y, band="5", bssid=ap.id, rssi_dbm=None if ap.id == silent else float(heard[i, j]))
        for j, (x, y, _) in enumerate(places)
        for i, ap in enumerate(site.access_points)
    )
    return Survey(name="walk", device="phone", samples=samples)


def test_an_offset_is_told_apart_from_what_is_left(site: Site) -> None:
    found = errors([walk(site)], site, calibration(), planned=Law())
    (band,) = found.by_band
    assert band.n == 18
    assert band.median_db == pytest.approx(-OFFSET_DB, abs=0.01)
    assert band.rmse_planned_db == pytest.approx(OFFSET_DB, abs=0.01)
    assert band.rmse_shifted_db == pytest.approx(0.0, abs=0.01)
    assert band.rmse_fitted_db == pytest.approx(0.0, abs=0.01)
    assert {one.key for one in found.by_ap} == {"AP-W", "AP-E"}


def test_readings_go_to_the_smallest_room_that_holds_them(site: Site) -> None:
    found = errors([walk(site)], site, calibration(), planned=Law())
    assert {one.key: one.n for one in found.by_room} == {"west": 8, "store": 4, "east": 6}
    assert [place.room_id for place in found.places].count("store") == 2


def test_a_place_is_told_with_its_strongest_access_point(site: Site) -> None:
    found = errors([walk(site)], site, calibration(), planned=Law())
    assert [place.ap_id for place in found.places] == ["AP-W"] * 4 + [found.places[4].ap_id] + ["AP-E"] * 4
    assert all(place.n_heard == 2 for place in found.places)
    assert all(place.rssi_dbm == pytest.approx(place.fitted_dbm, abs=0.01) for place in found.places)


def test_an_access_point_that_should_be_heard_and_is_not_is_silent(site: Site) -> None:
    found = errors([walk(site, silent="AP-E")], site, calibration(), planned=Law())
    told = {one.key: one for one in found.by_ap}
    assert told["AP-E"].is_silent
    assert (told["AP-E"].n, told["AP-E"].n_expected, told["AP-E"].n_missing) == (0, 9, 9)
    assert not told["AP-W"].is_silent
    assert np.isnan(told["AP-E"].rmse_fitted_db)


def test_readings_of_no_known_access_point_compare_with_nothing(site: Site) -> None:
    strange = Survey(name="x", samples=(Sample(floor=0, x_m=1, y_m=1, band="5", bssid="nobody", rssi_dbm=-50.0),))
    found = errors([strange], site, calibration(), planned=Law())
    assert (found.pairs, found.by_band, found.places) == ((), (), ())


def test_a_radio_that_the_site_lacks_is_no_error(site: Site) -> None:
    samples = tuple(replace(s, band="2.4") for s in walk(site).samples)
    found = errors([Survey(name="x", samples=samples)], site, calibration(), planned=Law())
    assert all(np.isfinite(one.rmse_planned_db) or not one.n for one in found.by_band)


def by_law(site: Site, sd_db: float = 3.0) -> SimpleNamespace:
    """What interpolates: the law itself, as unsure everywhere in the west as `sd_db`, and more so in the east."""

    def grid(level: int, cell_m: float) -> SimpleNamespace:
        x_m, y_m = np.arange(cell_m / 2, 18.0, cell_m), np.arange(cell_m / 2, 8.0, cell_m)
        xx, yy = np.meshgrid(x_m, y_m)
        points = np.column_stack([xx.ravel(), yy.ravel(), np.ones(xx.size)])
        mean = received_dbm(site, site.access_points, points, [level] * len(points), band="5", law=Law())
        spread = np.broadcast_to(np.where(xx < 9.0, sd_db, 10.0), (2, *xx.shape))
        return SimpleNamespace(x_m=x_m, y_m=y_m, mean_dbm_iyx=mean.reshape(2, *xx.shape), sd_db_iyx=spread)

    return SimpleNamespace(grid=grid)


def test_a_map_takes_the_strongest_and_its_spread(site: Site) -> None:
    (found,) = measured_maps(by_law(site), [walk(site)], site, [0], band="5", cell_m=0.5)
    assert found.ap_yx[8, 4] == 0
    assert found.ap_yx[8, -4] == 1
    assert found.known_share == pytest.approx(0.5, abs=0.01)
    assert len(found.spots) == 9
    assert found.mean_dbm_yx[8, 9] == found.mean_dbm_yx.max()


def test_cells_away_from_rooms_are_blank(site: Site) -> None:
    half = replace(site, floors=(replace(site.floors[0], rooms=site.floors[0].rooms[:1]),))
    (found,) = measured_maps(by_law(half), [], half, [0], band="5", cell_m=0.5)
    assert np.isnan(found.mean_dbm_yx[:, found.x_m > 10.5]).all()
    assert (found.ap_yx[:, found.x_m > 10.5] == -1).all()
    assert np.isfinite(found.mean_dbm_yx[:, found.x_m < 9.0]).all()


def test_every_access_point_that_was_heard_has_a_map_of_its_own(site: Site) -> None:
    (whole,) = measured_maps(by_law(site), [walk(site)], site, [0], band="5", cell_m=0.5)
    singles = list(single_maps(by_law(site), [walk(site, silent="AP-E")], site, whole))
    assert [one.access_points for one in singles] == [("AP-W",)]
    assert len(singles[0].spots) == 9
    assert singles[0].mean_dbm_yx[8, -1] < whole.mean_dbm_yx[8, -1]


def test_cells_too_small_for_a_machine_are_refused(site: Site) -> None:
    large = replace(site, floors=(replace(site.floors[0], outline=((0, 0), (400, 0), (400, 300), (0, 300))),))
    with pytest.raises(OutOfRangeError, match="1,920,000 cells") as told:
        measured_maps(by_law(site), [], large, [0], band="5", cell_m=0.25)
    assert "0.8 m" in told.value.remedy
    assert cell_of(large, 0) == COARSEST_M
    assert cell_of(site, 0) == 0.25


def test_the_planned_map_is_known_everywhere(site: Site) -> None:
    found = planned_map(site, Law(), 0, band="5", cell_m=0.5)
    assert found.known_share == 1.0
    assert found.spots == ()


def test_what_is_not_known_of_access_points_is_filled_in_as_the_fit_takes_it(site: Site) -> None:
    bare = AccessPoint(id="by-room", room_id="west")
    unpowered = AccessPoint(id="no-power", x_m=10.0, y_m=4.0, radios=(Radio(band="5"),))
    lost = AccessPoint(id="nowhere")
    hung = hung_site(replace(site, access_points=(bare, unpowered, lost)))
    assert [ap.id for ap in hung.access_points] == ["by-room", "no-power"]
    assert (hung.access_points[0].x_m, hung.access_points[0].y_m) == (4.5, 4.0)
    assert {radio.band for radio in hung.access_points[0].radios} == {"2.4", "5"}
    assert hung.access_points[1].radios[0].eirp_dbm == EIRP_DBM
    assert hung.access_points[1].z_m is not None
    with pytest.raises(SurveyError, match="no access point"):
        hung_site(replace(site, access_points=(lost,)))


def test_a_floor_that_nobody_drew_is_framed_by_what_hangs_and_was_read_there(site: Site) -> None:
    bare = Floor(level=0, elevation_m=0.0, height_m=3.5)
    empty = Floor(level=1, elevation_m=3.5, height_m=3.5)
    framed = framed_site(replace(site, floors=(bare, empty)), [walk(site)])
    assert framed.floors[0].outline == ((-1.0, -1.0), (19.0, -1.0), (19.0, 6.0), (-1.0, 6.0))
    assert framed.floors[1] == empty
    assert framed_site(site, [walk(site)]) == site
