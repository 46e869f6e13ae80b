"""Calibrations and priors survive the disk, serve as laws, and are refused with every fault named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wifiplan.errors import SettingsError
from wifiplan.files.calibrations import read_calibration, read_prior, write_calibration, write_prior
from wifiplan.files.laws import read_law
from wifiplan.radio.loss import CappedP2040, Law
from wifiplan.radio.measured import InBand, Measured
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import BandError, Calibration, Parameter
from wifiplan.survey.pooling import pool

LAW = replace(
    CappedP2040(),
    offset_db=12.5,
    in_band=(InBand(band="5", offset_db=1 / 3, exponent=2.2, max_wall_db=17.0, wall_db=(("brick", -1.5),)),),
    measured=Measured(site="甲校", device="phone", power_db=(("ap-1", "5", 0.7),)),
)


def parameter(name: Any, of: str = "", sd: float = 1.0) -> Parameter:  # noqa: ANN401 (a name of a Literal)
    return Parameter(name=name, band="5", of=of, value=1.0, sd=sd, prior_value=0.0, prior_sd=5.0)


CALIBRATION = Calibration(
    law=LAW,
    parameters=(parameter("offset_db"), parameter("wall_db", "brick"), parameter("power_db", "ap-1", 0.5)),
    covariance=((1.0, 0.25, 0.0), (0.25, 1.0, 0.0), (0.0, 0.0, 0.25)),
    prior_covariance=((25.0, 0.0, 0.0), (0.0, 25.0, 0.0), (0.0, 0.0, 25.0)),
    errors=(
        BandError(
            band="5",
            n_places=9,
            n_readings=40,
            n_missing=3,
            floor_dbm=-90.0,
            residual_sd_db=4.0,
            rmse_by_point_db=5.0,
            rmse_by_ap_db=None,
        ),
    ),
    building="RC",
    remarks=("a sentence of a version before", Remark(code="fit_lost", values=("2",))),
)


def test_a_calibration_survives_the_disk_and_is_a_law(tmp_path: Path) -> None:
    target = tmp_path / "law.json"
    write_calibration(target, CALIBRATION)
    assert read_calibration(target) == CALIBRATION
    assert read_law(target) == LAW


def test_powers_keep_their_spread_and_lose_what_ties_them(tmp_path: Path) -> None:
    tied = replace(CALIBRATION, covariance=((1.0, 0.25, 0.2), (0.25, 1.0, 0.1), (0.2, 0.1, 0.25)))
    write_calibration(tmp_path / "law.json", tied)
    assert read_calibration(tmp_path / "law.json") == CALIBRATION


def test_a_prior_survives_the_disk_and_is_a_law(tmp_path: Path) -> None:
    prior = pool([CALIBRATION, CALIBRATION])
    write_prior(tmp_path / "prior.json", prior)
    found = read_prior(tmp_path / "prior.json")
    assert found == prior
    law = read_law(tmp_path / "prior.json")
    assert isinstance(law, Law)
    assert law == prior.law
    assert law.measured == Measured(device="phone")
    with pytest.raises(SettingsError, match='there is no "calibration"'):
        read_calibration(tmp_path / "prior.json")


def changed(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(data: Any) -> None:  # noqa: ANN401 (JSON)
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed("calibration", "covariance", value=[]), "it is missing"),
        (changed("calibration", "covariance", value=[[1.0], [2.0, 1.0]]), "hang together"),
        (changed("calibration", "covariance", value=[[1.0], [0.0, -1.0]]), "above zero"),
        (changed("calibration", "covariance", value=[[1.0]]), "2 rows"),
        (changed("calibration", "covariance", 0, value=[1e300]), "finite"),
        (changed("calibration", "covariance", 0, value=["x"]), "finite"),
        (changed("calibration", "parameters", 0, "name", value="offset"), '"offset" is not one of'),
        (changed("calibration", "parameters", 2, "sd", value="x"), "should be a number"),
        (changed("calibration", "parameters", value=[{}] * 500), "too many"),
        (changed("calibration", "builder", value="x"), 'unknown key "builder"'),
        (changed("calibration", "remarks", value=[{"code": 7}]), "should be text"),
        (changed("calibration", value=[]), 'there is no "calibration"'),
        (changed("law", value="itu"), "unknown law"),
        (changed("parameters", "in_band", 0, "wall_dB", value=1), 'did you mean "wall_db"?'),
        (changed("parameters", "in_band", 0, "offset_db", value=1e300), "Use a number between"),
        (changed("parameters", "in_band", 0, "exponent", value=-1.0), "must not be negative"),
        (changed("parameters", "in_band", 0, "wall_db", value=[["brick", 1.0], ["brick", 2.0]]), "named twice"),
        (changed("parameters", "measured", "power_db", value=[["a", "7", 1.0]]), "is not one of 2.4, 5, 6"),
    ],
)
def test_faults_are_named(tmp_path: Path, change: Callable[[Any], None], expected: str) -> None:
    target = tmp_path / "law.json"
    write_calibration(target, CALIBRATION)
    data = json.loads(target.read_text(encoding="utf-8"))
    change(data)
    target.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_calibration(target)
    assert expected in str(caught.value)


def test_a_calibration_of_many_access_points_is_read_again(tmp_path: Path) -> None:
    n = 300
    many = (parameter("offset_db"), *(parameter("power_db", f"ap-{k}") for k in range(n)))
    eye = tuple(map(tuple, np.eye(n + 1).tolist()))
    large = replace(CALIBRATION, parameters=many, covariance=eye, prior_covariance=())
    write_calibration(tmp_path / "law.json", large)
    assert (tmp_path / "law.json").stat().st_size < 100_000
    assert read_calibration(tmp_path / "law.json").covariance == eye
