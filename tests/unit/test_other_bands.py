"""Radios beside the planned band: the fewest in 2.4 GHz, 6 GHz where devices have it, and what hangs there already."""

import csv
import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from wifiplan import files, study
from wifiplan.catalog.radios import ap_model, device
from wifiplan.catalog.spectrum import channel_named, channels
from wifiplan.predict.coverage import received_dbm
from wifiplan.predict.hearing import RadioOptions
from wifiplan.report.bands import bands_lines, options_line, other_radios_text
from wifiplan.site.building import Floor, Room, Site, Wall
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study import DesignOptions, Plan, Settings
from wifiplan.study.band_options import OtherBandOptions
from wifiplan.study.network_options import NetworkOptions, Ssid
from wifiplan.study.radio_config import radio_configs
from wifiplan.study.records import BandUse
from wifiplan.study.wishes import wish_of
from wifiplan.study.work_orders import all_orders

FLOOR_DBM = -60.0
"""So high that radios need more than their lowest power."""

THREE = Settings(
    n_aps=0,
    radio=RadioOptions(device="tablet-11ax-2ss-6ghz"),
    design=DesignOptions(candidate_spacing_m=9.0),
    other_bands=OtherBandOptions(floor_dbm=FLOOR_DBM),
)


def row_of_rooms(n: int = 6) -> Site:
    """Return classrooms in a row behind walls of brick, each with an access point whose settings nobody knows."""
    rooms = tuple(
        Room(id=f"r{k}", name=f"r{k}", use="classroom", polygon=((x, 0.0), (x + 9.0, 0.0), (x + 9.0, 7.5), (x, 7.5)))
        for k, x in enumerate(9.0 * np.arange(n))
    )
    walls = tuple(
        Wall(line=((x, 0.0), (x, 7.5)), bottom_m=0.0, top_m=3.6, material="brick") for x in 9.0 * np.arange(n + 1)
    )
    hung = tuple(
        AccessPoint(id=f"E{k}", x_m=9.0 * k + 4.5, y_m=3.75, z_m=3.2, room_id=f"r{k}", model="axe-2x2")
        for k in range(n)
    )
    floor = Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=rooms, walls=walls)
    return Site(name="s", floors=(floor,), access_points=hung)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return study.plan_site(row_of_rooms(), THREE)


def points_of(plan: Plan) -> list[AccessPoint]:
    return [p.access_point for p in plan.access_points]


def radio_of(point: AccessPoint, band: Band) -> Radio | None:
    return next((r for r in point.radios if r.band == band), None)


def use_of(plan: Plan, band: Band) -> BandUse:
    return next(use for use in plan.other_bands if use.band == band)


def seats_dbm(plan: Plan, points: list[AccessPoint], band: Band) -> dict[str, np.ndarray]:
    """Return the signal at the device in every seat of every room that holds a class, from every access point."""
    handset = device(plan.settings.radio.device)
    lost_db = plan.settings.shadowing.mean_db - handset.antenna_gain_dbi
    found = {}
    needed = {room.room_id for room in plan.rooms if room.need is not None}
    for floor in plan.site.floors:
        for room in (r for r in floor.rooms if r.id in needed):
            xy = seat_points(room.polygon, spacing_m=plan.settings.radio.seat_spacing_m)
            xyz = np.column_stack([xy, np.full(len(xy), plan.settings.radio.device_height_m)])
            level_j = [floor.level] * len(xy)
            at_seats = received_dbm(plan.site, points, xyz, level_j, band=band, law=plan.settings.law)
            found[room.id] = at_seats - lost_db
    return found


def covered(dbm: dict[str, np.ndarray], rows: list[int], floor_dbm: float) -> set[str]:
    """Return the rooms that one of some access points covers alone."""
    return {r for r, at in dbm.items() if any((at[n] >= floor_dbm).mean() >= 0.95 for n in rows)}


def test_no_fewer_radios_of_2g4_would_cover_what_can_be_covered(plan: Plan) -> None:
    points, use = points_of(plan), use_of(plan, "2.4")
    on = [n for n, point in enumerate(points) if radio_of(point, "2.4") is not None]
    assert use.n_on == len(on) == use.n_least
    assert use.n_on + use.n_off == len(points)
    as_planned = seats_dbm(plan, points, "2.4")
    strongest = THREE.other_bands.eirp_2g4_dbm[-1]
    full = [replace(p, radios=(Radio(band="2.4", eirp_dbm=strongest),)) for p in points]
    at_full = seats_dbm(plan, full, "2.4")
    can_be = covered(at_full, [*range(len(points))], FLOOR_DBM)
    assert covered(as_planned, on, FLOOR_DBM) == can_be
    assert (use.n_rooms_covered, use.n_rooms_reachable) == (len(can_be), len(can_be))
    assert all(covered(at_full, [*few], FLOOR_DBM) < can_be for few in combinations(range(len(points)), use.n_on - 1))


def test_no_radio_of_2g4_is_stronger_than_its_rooms_need(plan: Plan) -> None:
    points = points_of(plan)
    levels = THREE.other_bands.eirp_2g4_dbm
    on = [n for n, point in enumerate(points) if radio_of(point, "2.4") is not None]
    assert any(radio_of(points[n], "2.4") != replace(points[n].radios[0], eirp_dbm=levels[0]) for n in on)
    before = covered(seats_dbm(plan, points, "2.4"), on, FLOOR_DBM)
    for n in on:
        radio = radio_of(points[n], "2.4")
        assert radio is not None
        assert radio.eirp_dbm in levels
        if radio.eirp_dbm == levels[0]:
            continue
        lower = replace(radio, eirp_dbm=levels[levels.index(radio.eirp_dbm) - 1])
        weaker = [replace(p, radios=(lower,)) if k == n else p for k, p in enumerate(points)]
        assert covered(seats_dbm(plan, weaker, "2.4"), on, FLOOR_DBM) < before


def test_every_radio_has_a_legal_channel_and_power(plan: Plan) -> None:
    scanning = [c for c in channels("TW", "6", 20) if c.psc]
    for point in points_of(plan):
        assert point.radios[-1].band == plan.band
        for radio in point.radios:
            assert radio.channel is not None
            assert radio.width_mhz is not None
            assert radio.eirp_dbm is not None
            channel = channel_named("TW", radio.band, radio.channel, radio.width_mhz)
            assert channel is not None
            assert radio.eirp_dbm <= min(channel.max_eirp_dbm, ap_model("axe-2x2").max_eirp_dbm(radio.band))
            if radio.band == "2.4":
                assert (radio.channel in (1, 6, 11), radio.width_mhz) == (True, 20)
            if radio.band == "6":
                assert any(channel.low_hz <= c.low_hz and c.high_hz <= channel.high_hz for c in scanning)
    assert use_of(plan, "6").n_on == len(points_of(plan))


def test_6_ghz_is_off_where_the_device_lacks_it_or_the_settings_say_so() -> None:
    site = row_of_rooms(2)
    without = study.plan_site(site, replace(THREE, radio=RadioOptions()))
    assert use_of(without, "6").policy == "no_device"
    off = study.plan_site(site, replace(THREE, other_bands=OtherBandOptions(six_ghz="off", two_four_ghz="off")))
    assert {use.policy for use in off.other_bands} == {"off"}
    for plan in (without, off):
        for planned in plan.access_points:
            assert "6" in planned.off_bands
            assert radio_of(planned.access_point, "6") is None
    assert all({"2.4", "6"} == set(p.off_bands) for p in off.access_points)


def test_a_class_on_2g4_leaves_every_radio_of_5_ghz_on() -> None:
    plan = study.plan_site(row_of_rooms(2), replace(THREE, radio=replace(THREE.radio, band="2.4")))
    found = [radio_of(point, "5") for point in points_of(plan)]
    assert found
    for radio in found:
        assert radio is not None
        channel = channel_named("TW", "5", radio.channel or 0, radio.width_mhz or 0)
        assert channel is not None
        assert not channel.dfs, "only the planned band has backup channels"


def test_all_on_brings_more_pairs_that_share_the_air(plan: Plan) -> None:
    options = OtherBandOptions(two_four_ghz="all")
    every = use_of(study.plan_site(plan.site, replace(THREE, other_bands=options)), "2.4")
    few = use_of(plan, "2.4")
    assert (every.n_on, every.n_off) == (few.n_on + few.n_off, 0)
    assert few.n_sharing_all is not None
    assert few.n_sharing < few.n_sharing_all


def hung(plan: Plan, *, power_known: bool) -> tuple[AccessPoint, ...]:
    """Return the plan as built, with 2.4 GHz on channel 3 everywhere, and 5 GHz as planned as far as it is known."""
    other = Radio(band="2.4", channel=3, width_mhz=20, eirp_dbm=20.0)
    found = []
    for point in points_of(plan):
        main = point.radios[-1]
        found.append(replace(point, radios=(other, main if power_known else replace(main, eirp_dbm=None))))
    return tuple(found)


def test_what_hangs_there_keeps_its_other_radios_unless_it_is_set_anew(plan: Plan) -> None:
    standing = replace(plan.site, access_points=hung(plan, power_known=True))
    kept = study.plan_site(standing, THREE)
    assert {p.action for p in kept.access_points} == {"kept"}
    assert all(radio_of(p.access_point, "2.4") == standing.access_points[0].radios[0] for p in kept.access_points)
    assert use_of(kept, "2.4").n_left == len(kept.access_points)
    unknown = replace(plan.site, access_points=hung(plan, power_known=False))
    anew = study.plan_site(unknown, THREE)
    assert {p.action for p in anew.access_points} == {"retuned"}
    assert use_of(anew, "2.4").n_left == 0
    assert {r.channel for p in anew.access_points for r in p.access_point.radios if r.band == "2.4"} <= {1, 6, 11}
    left = study.plan_site(unknown, replace(THREE, design=replace(THREE.design, retune=False)))
    assert all(radio_of(p.access_point, "2.4") == unknown.access_points[0].radios[0] for p in left.access_points)
    assert not any(p.off_bands for p in left.access_points)


def test_tables_have_one_row_an_access_point_with_every_radio(plan: Plan, tmp_path: Path) -> None:
    files.write_aps_csv(tmp_path / "aps.csv", plan, lambda reason: reason.code)
    with (tmp_path / "aps.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(plan.access_points)
    for row, planned in zip(rows, plan.access_points, strict=True):
        assert (row["band"], row["channel"]) == ("5", row["channel_5g"])
        radio = radio_of(planned.access_point, "2.4")
        assert row["state_2g4"] == ("off" if radio is None else "on")
        assert row["channel_2g4"] == ("" if radio is None else str(radio.channel))
    files.write_plan(tmp_path / "plan.json", plan)
    again = files.read_plan(tmp_path / "plan.json")
    assert (again.other_bands, again.settings) == (plan.other_bands, plan.settings)
    assert [p.off_bands for p in again.access_points] == [p.off_bands for p in plan.access_points]
    old = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    del old["other_bands"], old["settings"]["other_bands"]
    for point in old["access_points"]:
        del point["off_bands"]
    (tmp_path / "old.json").write_text(json.dumps(old), encoding="utf-8")
    assert files.read_plan(tmp_path / "old.json").other_bands == ()


def test_the_controller_is_told_of_every_radio(plan: Plan) -> None:
    names = (Ssid(name="CLASS", bands=("5", "6")), Ssid(name="THINGS", bands=("2.4",)))
    options = NetworkOptions(ssids=names)
    configs = radio_configs(plan, all_orders(plan, options), options)
    for planned in plan.access_points:
        mine = {c.band: c for c in configs if c.ap_id == planned.access_point.id}
        assert list(mine) == ["2.4", "5", "6"]
        for band, config in mine.items():
            radio = radio_of(planned.access_point, band)
            assert config.state == ("off" if radio is None else "on")
            settings = (config.channel, config.width_mhz, config.eirp_dbm)
            assert settings == ((None,) * 3 if radio is None else (radio.channel, radio.width_mhz, radio.eirp_dbm))
            named = () if radio is None else (("THINGS",) if band == "2.4" else ("CLASS",))
            assert config.ssids == named
    fresh = replace(plan, access_points=tuple(replace(p, action="new") for p in plan.access_points))
    choices: tuple[Literal["off", "auto"], ...] = ("off", "auto")
    for choice in choices:
        other = NetworkOptions(radio_2g4=choice)
        found = radio_configs(fresh, all_orders(fresh, other), other)
        assert {c.state for c in found if c.band == "2.4"} == {choice}
        assert not any(r.band == "2.4" for w in wish_of(fresh, other).wanted for r in w.radios)


@pytest.mark.parametrize(("lang", "off"), [("zh-TW", "關閉"), ("en", "off")])
def test_the_report_says_what_is_off_and_why(plan: Plan, lang: str, off: str) -> None:
    first, second = bands_lines(plan, lang)
    use = use_of(plan, "2.4")
    assert first.startswith("2.4 GHz")
    assert off in first
    for number in (use.n_on, use.n_off, use.n_sharing, use.n_sharing_all, use.n_rooms_covered):
        assert str(number) in first
    assert second.startswith("6 GHz")
    assert "-60" in options_line(plan, lang)
    dark = next(p for p in plan.access_points if p.off_bands == ("2.4",))
    assert other_radios_text(dark, plan, lang).splitlines()[0] == ("2.4: 關" if lang == "zh-TW" else "2.4: off")
