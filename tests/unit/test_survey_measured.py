"""Laws and maps of measured buildings, and of a ray traced one, stay as good as they are (docs/calibration.md)."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import BRICK, Building, hkpolyu, rhul, syl
from benchmarks.interpolation import (
    BY_ITSELF,
    CAPPED,
    TABLET_M,
    Result,
    Row,
    each,
    judged,
    ours,
    pooled,
    readings,
    simulated,
)
from wifiplan.site.network import Band
from wifiplan.survey.calibration import fit
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.records import Survey

pytestmark = pytest.mark.data


def row(building: Building, band: Band = "5", found: Calibration | None = None) -> Row:
    test = readings(building.test, building.site, band)
    train = pooled(readings(building.train, building.site, band), 0.25)
    found = fit(CAPPED, building.train, building.site) if found is None else found
    peer = {"nearest": Result(each(train, test, BY_ITSELF["nearest"]))}
    return judged(ours(found, building, test, band) | peer, test)


def test_calls_and_maps_of_an_office_with_23_access_points(shared_data: Path) -> None:
    building = syl(shared_data / "measured", BRICK)
    found = fit(CAPPED, building.train, building.site)
    wanted: tuple[tuple[Band, float, float], ...] = (("2.4", 9.3, 7.2), ("5", 9.2, 6.45))
    for band, law_db, map_db in wanted:
        assert sum(s.band == band for one in building.test for s in one.samples) == 2346
        one = row(building, band, found)
        assert one.calls["law"] >= 0.80
        assert one.rmse_db["law"] <= law_db
        assert one.rmse_db["map"] <= min(map_db, one.rmse_db["nearest"])
        assert 0.83 <= one.within["map"] <= 0.95


def test_map_of_an_office_without_drawn_walls(shared_data: Path) -> None:
    one = row(rhul(shared_data / "measured", "office"))
    assert one.rmse_db["map"] <= 3.3 < one.rmse_db["nearest"]
    assert 0.85 <= one.within["map"] <= 0.98


def test_map_of_walks_through_a_library(shared_data: Path) -> None:
    building = hkpolyu(shared_data / "measured", "Library")

    def some(walks: tuple[Survey, ...]) -> tuple[Survey, ...]:
        return tuple(Survey(name=one.name, device=one.device, samples=one.samples[::11]) for one in walks)

    one = row(building._replace(train=some(building.train), test=some(building.test)))
    assert one.rmse_db["map"] <= 3.1 < one.rmse_db["nearest"]
    assert 0.85 <= one.within["map"] <= 0.96


def test_map_from_twenty_places_of_a_ray_traced_school(shared_data: Path) -> None:
    errors_db = []
    for seed in range(2):
        building = simulated(shared_data, 20, seed, 5)
        test = readings(building.test, building.site, "5")
        said = ours(fit(CAPPED, building.train, building.site), building, test, "5", TABLET_M)
        errors_db.append(judged(said, test).rmse_db["map"])
    assert np.mean(errors_db) <= 1.8
