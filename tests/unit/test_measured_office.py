"""Levels, places and audit in a measured office: 23 access points whose places are known, one phone."""

import csv
from pathlib import Path

import numpy as np
import pytest

from wifiplan.radio.loss import CappedP2040
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.measured_absent import absent_findings
from wifiplan.study.measured_known import known_by_readings
from wifiplan.survey.grouping import group_level
from wifiplan.survey.hearing import hearing
from wifiplan.survey.hearsay import DEAF, learned
from wifiplan.survey.locating import grid_of, located
from wifiplan.survey.matching import match
from wifiplan.survey.placing import Places
from wifiplan.survey.records import Sample, Survey

pytestmark = pytest.mark.data

LAW = CappedP2040()

SILENT = "1"
"""Its 5 GHz radio was heard once, in one of 296 places."""


@pytest.fixture(scope="module")
def office(shared_data: Path) -> tuple[Site, list[Sample]]:
    """The site, and the readings of its training walk in 5 GHz."""
    folder = shared_data / "measured" / "syl"
    tables = {}
    for name in ("aps", "walls", "measurements_long"):
        with (folder / f"{name}.csv").open(encoding="utf-8") as file:
            tables[name] = list(csv.DictReader(file))
    walls = tuple(
        Wall(
            line=((float(w["E1"]), float(w["N1"])), (float(w["E2"]), float(w["N2"]))),
            material="plasterboard",
            top_m=3.0,
        )
        for w in tables["walls"]
        if w["layer"] == "WALL"
    )
    points = tuple(
        AccessPoint(
            id=a["ap"],
            floor=0,
            x_m=float(a["E"]),
            y_m=float(a["N"]),
            z_m=2.4,
            radios=(Radio(band="5", eirp_dbm=20.0),),
        )
        for a in tables["aps"]
    )
    site = Site(
        name="office", floors=(Floor(level=0, elevation_m=0.0, height_m=3.2, walls=walls),), access_points=points
    )
    samples = [
        Sample(
            floor=0,
            x_m=float(r["E"]),
            y_m=float(r["N"]),
            band="5",
            bssid=r["ap"],
            rssi_dbm=float(r["mean_rssi"]) if r["mean_rssi"] else None,
        )
        for r in tables["measurements_long"]
        if r["split"] == "train" and r["band"] == "5"
    ]
    return site, samples


def parted(samples: list[Sample], n: int) -> tuple[Survey, list[Sample]]:
    """Return a survey of n places, and what was heard at all others."""
    places = sorted({(s.x_m, s.y_m) for s in samples})
    order = np.random.default_rng(0).permutation(len(places))
    chosen = {places[k] for k in order[:n]}
    inside = tuple(s for s in samples if (s.x_m, s.y_m) in chosen)
    return Survey(name="walk", samples=inside), [
        s for s in samples if (s.x_m, s.y_m) not in chosen and s.rssi_dbm is not None and s.bssid != SILENT
    ]


def test_levels_at_places_left_out_lie_within_their_spread(office: tuple[Site, list[Sample]]) -> None:
    site, samples = office
    walk, others = parted(samples, 60)
    known = known_by_readings(site, [walk], "5", LAW)
    index = {ap.id: i for i, ap in enumerate(site.access_points)}
    mean, sd = known.at(np.array([(s.x_m, s.y_m, 1.0) for s in others]), np.zeros(len(others), dtype=int))
    assert sd is not None
    rows = np.array([index[s.bssid] for s in others]), np.arange(len(others))
    error = np.array([s.rssi_dbm for s in others]) - mean[rows]
    assert np.sqrt((error**2).mean()) < 6.8
    inside = np.abs(error) < 1.645 * np.hypot(sd[rows], known.believed.spreads.noise_db)
    assert 0.85 <= inside.mean() <= 0.95


def test_access_points_are_found_where_they_hang_and_none_is_called_moved(office: tuple[Site, list[Sample]]) -> None:
    site, samples = office
    walk, _ = parted(samples, 80)
    heard = hearing([walk])
    listened = np.isfinite(heard.rssi_dbm_kp).any(axis=0)
    places = Places(floor_p=heard.floor_p, xy_m_p=heard.xy_m_p, listened_p={"5": listened})
    grid = grid_of(site, places, "5", LAW)
    away = []
    for ap in site.access_points:
        if ap.id == SILENT:
            continue
        rows = [k for k, (bssid, _) in enumerate(heard.keys) if bssid == ap.id]
        found = located(group_level(heard, rows), grid, ear=learned(DEAF, []))
        assert found is not None
        away.append(float(np.hypot(found.x_m - (ap.x_m or 0.0), found.y_m - (ap.y_m or 0.0))))
    assert np.median(away) < 6.0
    findings = absent_findings([walk], site, site.access_points, match([walk], site, law=LAW), LAW)
    assert [f.ap_id for f in findings if f.code == "moved"] == []
    assert {f.ap_id for f in findings if f.code == "not_heard"} <= {SILENT}
