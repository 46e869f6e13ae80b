"""What a calibrated law says reaches every prediction, and plans count nothing twice."""

from dataclasses import replace
from pathlib import Path as File
from typing import Any

import numpy as np
import pytest

from tests.unit.test_mirrors import building
from wifiplan import files, study
from wifiplan.catalog.radios import device
from wifiplan.errors import OutOfRangeError
from wifiplan.predict.coverage import grid, maps, received_dbm
from wifiplan.predict.obstacles import obstacles
from wifiplan.radio.loss import CAPPED, CappedP2040, Law, Path
from wifiplan.radio.measured import InBand, Measured
from wifiplan.report.choices import design_lines, law_text
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.audit import audit_site
from wifiplan.study.planned_law import between_law, hearing_law, planned_law

DEMO = File(__file__).parents[2] / "floorplans" / "demo-remote.json"
FIVE = InBand(band="5", offset_db=2.0, exponent=3.0, max_wall_db=9.0, wall_db=(("brick", 4.0),))
CALIBRATED = replace(
    CappedP2040(),
    offset_db=10.0,
    in_band=(FIVE,),
    measured=Measured(site="x", device="phone", power_db=(("ap-1", "5", 1.5),)),
)


def way(distance_m: float, wall_db: float) -> Path:
    nothing = np.zeros(1)
    return Path(
        distance_m=np.array([distance_m]),
        wall_db=np.array([wall_db]),
        slab_db=nothing,
        n_light_walls=nothing,
        n_heavy_walls=nothing,
        n_floors=nothing,
    )


def test_a_band_has_its_own_offset_exponent_and_cap() -> None:
    by_hand = Law(offset_db=12.0, exponent=3.0, max_wall_db=9.0)
    for hertz in (5.15e9, 5.5e9, 5.85e9):
        assert CALIBRATED(way(20.0, 30.0), frequency_hz=hertz) == by_hand(way(20.0, 30.0), frequency_hz=hertz)
    plain = replace(CappedP2040(), offset_db=10.0)
    for hertz in (2.442e9, 6.185e9):
        assert CALIBRATED(way(20.0, 30.0), frequency_hz=hertz) == plain(way(20.0, 30.0), frequency_hz=hertz)
    assert CALIBRATED.name == CAPPED


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"in_band": (FIVE, FIVE)}, "twice"),
        ({"in_band": (InBand(band="5", exponent=-0.1),)}, "must not be negative"),
        ({"in_band": (InBand(band="5", max_wall_db=float("nan")),)}, "must not be negative"),
        ({"in_band": (InBand(band="5", offset_db=float("inf")),)}, "offset"),
        ({"in_band": (InBand(band="5", wall_db=(("brick", 1e300),)),)}, "more for brick"),
        ({"in_band": (InBand(band="5", wall_db=(("brick", 1.0), ("brick", 2.0))),)}, "named twice"),
        ({"in_band": (FIVE,), "distance": "inh"}, "slopes of its own"),
        ({"measured": Measured(power_db=(("a", "5", float("nan")),))}, "power of a"),
        ({"measured": Measured(power_db=(("a", "5", 1.0), ("a", "5", 1.0)))}, "named twice"),
    ],
)
def test_impossible_numbers_are_refused(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(OutOfRangeError, match=expected):
        Law(**given)


def test_walls_lose_more_in_their_band_and_never_less_than_nothing() -> None:
    site = building(1, 0.0)
    bare, more = obstacles(site, law=None), obstacles(site, law=CALIBRATED)
    walls_of = [wall for floor in site.floors for wall in floor.walls]
    walls, b = np.unique(bare.wall_kind_w), bare.band("5")
    gained = more.passed_db_kba - bare.passed_db_kba
    materials = {int(k): w.material for k, w in zip(bare.wall_kind_w, walls_of, strict=True)}
    for k in walls:
        assert gained[k, b] == pytest.approx(4.0 if materials[int(k)] == "brick" else 0.0)
    assert (np.delete(gained, b, axis=1) == 0.0).all()
    assert (gained[np.setdiff1d(np.arange(len(gained)), walls)] == 0.0).all()
    assert np.array_equal(more.heavy_kb, bare.heavy_kb)
    less = obstacles(site, law=Law(in_band=(InBand(band="5", wall_db=(("brick", -90.0),)),)))
    assert less.passed_db_kba.min() == 0.0
    counted = obstacles(site, law=Law(walls="cost231", in_band=(FIVE,)))
    assert np.array_equal(counted.passed_db_kba, bare.passed_db_kba)


@pytest.mark.parametrize("band", ["2.4", "5"])
def test_powers_count_at_the_site_that_was_measured(band: Band) -> None:
    site = replace(building(1, 0.0), name="x")
    radios = (Radio(band="2.4", eirp_dbm=17.0), Radio(band="5", eirp_dbm=20.0))
    aps = [AccessPoint(id=f"ap-{n}", floor=0, x_m=2.0 + n, y_m=3.0, z_m=2.5, radios=radios) for n in (1, 2)]
    points, level = np.array([[5.0, 5.0, 1.0], [9.0, 2.0, 1.0]]), [0, 0]
    here = received_dbm(site, aps, points, level, band=band, law=CALIBRATED)
    there = received_dbm(replace(site, name="y"), aps, points, level, band=band, law=CALIBRATED)
    assert here - there == pytest.approx(np.array([[1.5 if band == "5" else 0.0] * 2, [0.0] * 2]))
    exact = grid(site, aps, 0, cell_m=0.5, band=band, law=CALIBRATED, height_m=0.8).received_dbm_iyx
    (quick,) = maps(site, aps, 0, cell_m=0.5, law=CALIBRATED, bands=(band,))
    assert np.percentile(np.abs(quick.received_dbm_iyx - exact), 90) < 1.0


def test_a_plan_counts_the_device_once() -> None:
    settings = study.Settings(law=CALIBRATED)
    gain_dbi = device(settings.radio.device).antenna_gain_dbi
    planned, hears, between = planned_law(settings), hearing_law(settings), between_law(settings)
    assert isinstance(planned, Law)
    assert isinstance(between, Law)
    assert planned.within("5").offset_db - gain_dbi == pytest.approx(12.0)
    assert planned.within("2.4").offset_db - gain_dbi == pytest.approx(10.0)
    assert planned.measured is None
    assert planned.wall_db("5", "brick") == 4.0
    assert hears == planned
    assert {between.within(band).offset_db for band in ("2.4", "5", "6")} == {0.0}
    assert between.within("5").exponent == 3.0
    loud = replace(settings, law=replace(CALIBRATED, offset_db=-20.0))
    assert all(planned_law(loud).within(band).offset_db == 0.0 for band in ("2.4", "5", "6"))  # type: ignore[attr-defined]
    usual = study.Settings()
    assert planned_law(usual) is usual.law


def test_a_plan_with_a_calibrated_law_passes_its_audit_and_says_what_it_used(tmp_path: File) -> None:
    site = files.read_site(DEMO)
    here = replace(
        CALIBRATED,
        measured=Measured(
            site=site.name, device="phone", power_db=tuple((ap.id, "5", 9.0) for ap in site.access_points)
        ),
    )
    settings = study.Settings(law=here)
    plan = study.plan_site(site, settings)
    found, rooms = audit_site(plan), {room.room_id: room for room in plan.rooms}
    assert found.contradicted == ()
    assert found.rooms
    for room in found.rooms:
        assert room.channel_share == pytest.approx(rooms[room.room_id].channel_share, abs=1e-6)
        assert room.seats_share == pytest.approx(rooms[room.room_id].seats_share, abs=1e-9)
    files.write_plan(tmp_path / "plan.json", plan)
    assert files.read_plan(tmp_path / "plan.json").settings.law == here
    for lang, device_word in (("zh-TW", "天線增益"), ("en", "antenna gain")):
        told = design_lines(plan, lang)
        assert device_word in told[1]
        assert "in_band" not in law_text(here, lang)
        assert "{" not in " ".join(told)
