"""`survey fit` and `survey pool`: from readings to a law, to a prior, and to the next school."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.in_process import run
from tests.unit.test_mirrors import building
from wifiplan import files
from wifiplan.files.surveys import write_survey
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import CappedP2040
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.records import Sample, Survey


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with access points and two surveys of it, by a phone that hears 17 dB less."""
    place = tmp_path_factory.mktemp("fit")
    radios = (Radio(band="5", channel=36, width_mhz=20, eirp_dbm=20.0),)
    aps = tuple(
        AccessPoint(id=f"ap-{n}", name=f"ap-{n}", floor=0, x_m=1.5 + 4.5 * n, y_m=2.0 + 3.0 * n, z_m=2.8, radios=radios)
        for n in range(3)
    )
    site = replace(building(1, 0.0), name="校", access_points=aps)
    files.write_site(place / "site.json", site)
    luck = np.random.default_rng(4)
    for n in range(2):
        points = np.column_stack([luck.uniform(0.5, 11.5, (25, 2)), np.full(25, 1.0)])
        law = replace(CappedP2040(), offset_db=17.0 + n)
        level_ij = received_dbm(site, aps, points, [0] * 25, band="5", law=law) + 3.0 * luck.standard_normal((3, 25))
        samples = tuple(
            Sample(floor=0, x_m=x_m, y_m=y_m, band="5", channel=36, bssid=ap.id, rssi_dbm=round(float(level), 1))
            for (x_m, y_m, _), level_i in zip(points.tolist(), level_ij.T, strict=True)
            for ap, level in zip(aps, level_i, strict=True)
        )
        write_survey(place / f"survey-{n}.csv", Survey(name=f"s{n}", device="phone", samples=samples))
    return place


def test_readings_become_a_law_and_laws_a_prior(folder: Path) -> None:
    laws = [folder / f"law-{n}.json" for n in range(2)]
    for n, law in enumerate(laws):
        fit = run("survey", "fit", folder / "site.json", folder / f"survey-{n}.csv", "--building", "RC", "--out", law)
        assert fit.returncode == 0, fit.stderr
        assert "整體修正" in fit.stdout
        assert str(law) in fit.stderr
    text = run("survey", "fit", folder / "site.json", folder / "survey-0.csv", "--out", laws[0], "--json")
    told = json.loads(text.stdout)
    (offset,) = [one for one in told["parameters"] if one["name"] == "offset_db"]
    assert abs(offset["value"] - 17.0) < 4.0
    assert offset["is_learned"]
    assert 2.0 < told["rmse_db"] < 5.0
    mixed = run("survey", "pool", *laws, "--out", folder / "prior.json", "--lang", "en")
    assert mixed.returncode == 2
    assert "different types: unknown, RC" in mixed.stderr
    assert not (folder / "prior.json").exists()
    pooled = run("survey", "pool", *laws, "--building", "RC", "--out", folder / "prior.json", "--lang", "en")
    assert pooled.returncode == 0, pooled.stderr
    assert "Schools pooled: 2; building type: RC; measured with: phone." in pooled.stdout
    after = run(
        "survey", "fit", folder / "site.json", folder / "survey-1.csv", "--prior", folder / "prior.json",
        "--out", folder / "next.json", "--json",
    )  # fmt: skip
    (next_offset,) = [one for one in json.loads(after.stdout)["parameters"] if one["name"] == "offset_db"]
    assert next_offset["prior_sd"] < 0.8 * offset["prior_sd"]
    assert abs(next_offset["prior_value"] - 17.0) < 5.0
    for name in ("law-1", "prior", "next"):
        read = run("predict", folder / "site.json", "--band", "5", "--law", folder / f"{name}.json", "--json")
        assert read.returncode == 0, read.stderr


def test_what_is_no_calibration_is_refused(folder: Path) -> None:
    (folder / "bad.json").write_text('{"law": "inh"}', encoding="utf-8")
    out = folder / "no.json"
    bad = run("survey", "pool", folder / "bad.json", "--out", out, "--lang", "en")
    assert bad.returncode == 2
    assert 'there is no "calibration"' in bad.stderr
    other = run(
        "survey", "fit", folder / "site.json", folder / "survey-0.csv", "--prior", folder / "bad.json", "--out", out
    )
    assert other.returncode == 2
    assert "彙整檔" in other.stderr
    assert not out.exists()
