"""The path-loss laws against measured buildings: the figures that docs/laws.md states."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from wifiplan.radio.loss import LAWS, Law

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def measured() -> ModuleType:
    return importlib.import_module("benchmarks.measured")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "measured"


@pytest.mark.parametrize(("band", "baseline_db"), [("2.4", 9.4), ("5", 10.9)])
@pytest.mark.parametrize("walls", ["HEAVY", "HEAVY_GLASS", "BRICK_GLASS", "BOARD_GLASS"])
def test_default_law_with_one_offset_beats_every_baseline_of_one_number(
    measured: ModuleType, folder: Path, band: str, baseline_db: float, walls: str
) -> None:
    # what the office's walls are made of is not known: whatever they are taken for
    data = measured.syl(folder, band, getattr(measured, walls))
    errors = measured.errors_db(LAWS["p2040_capped"], data, data.train_n)
    assert measured.rmse_db(errors, ~data.train_n) < baseline_db


@pytest.mark.parametrize(("band", "most_db"), [("2.4", 8.4), ("5", 9.1)])
def test_fitted_walls_hold_on_points_that_were_not_fitted(
    measured: ModuleType, folder: Path, band: str, most_db: float
) -> None:
    data = measured.syl(folder, band, measured.HEAVY)
    law = measured.fitted(Law(), data, data.train_n, walls=True, cap=True)
    assert measured.rmse_db(measured.errors_db(law, data, data.train_n), ~data.train_n) <= most_db


def test_measured_walls_saturate(measured: ModuleType, folder: Path) -> None:
    data = measured.syl(folder, "5", measured.BRICK_GLASS)
    judged = ~data.train_n
    capped, endless = (
        measured.rmse_db(measured.errors_db(law, data, data.train_n), judged)
        for law in (LAWS["p2040_capped"], LAWS["p2040_multi_wall"])
    )
    assert capped < endless - 5.0


@pytest.mark.parametrize(("place", "most_db"), [("lecture_theatre", 3.7), ("office", 4.0), ("corridor", 10.0)])
def test_default_law_on_another_building(measured: ModuleType, folder: Path, place: str, most_db: float) -> None:
    data = measured.rhul(folder, place)
    errors = measured.errors_db(LAWS["p2040_capped"], data, data.train_n)
    assert measured.rmse_db(errors, ~data.train_n) < most_db
    assert np.isfinite(errors[~data.train_n]).sum() > 50
