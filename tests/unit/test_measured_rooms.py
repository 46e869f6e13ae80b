"""Verdicts of rooms from surveys, and where to measure next in a school."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.predict.seats import Chance, seats
from wifiplan.radio.loss import LAWS
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Need, Radio
from wifiplan.study import Settings
from wifiplan.study.measured_heard import rooms_of
from wifiplan.study.measured_levels import (
    Known,
    known_by_law,
    levels_at,
    link_of,
    room_levels,
    rooms_needs,
    threshold_dbm,
)
from wifiplan.study.measured_rooms import VerdictOptions, measured_rooms
from wifiplan.study.measuring import n_spare, next_places
from wifiplan.study.plan import assess_site
from wifiplan.study.records import Plan
from wifiplan.survey.beliefs import Spreads, believed
from wifiplan.survey.matching import Matched
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array, IntArray

SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
BAND = "5"
TIGHT = Spreads(offset_db=0.3, exponent=0.02, power_db=0.3, field_db=1.0, noise_db=1.0)


@pytest.fixture(scope="module")
def site() -> Site:
    """The small school with an access point in every other classroom."""
    bare = files.read_site(SITE)
    rooms = [(floor, room) for floor in bare.floors for room in floor.rooms if room.use == "classroom"]
    hung = tuple(
        AccessPoint(
            id=f"AP{n}",
            room_id=room.id,
            floor=floor.level,
            model="ax-2x2",
            radios=(Radio(band=BAND, channel=(36, 44, 149, 157, 161)[n], width_mhz=20, eirp_dbm=20.0),),
        )
        for n, (floor, room) in enumerate(rooms[::2])
    )
    return replace(bare, access_points=hung)


@pytest.fixture(scope="module")
def standing(site: Site) -> Plan:
    return assess_site(site, Settings())


def surveyed(site: Site, known: Known, *, weaker_db: float = 0.0, rooms: set[str] | None = None) -> Survey:
    """A reading in every seat grid of 3 m, of what the law says less some decibels."""
    samples = []
    for floor in site.floors:
        for room in floor.rooms:
            if rooms is not None and room.id not in rooms:
                continue
            x, y = room.polygon[0]
            far_x, far_y = room.polygon[2]
            for place in ((0.3, 0.3), (0.7, 0.7)):
                xyz = np.array([[x + place[0] * (far_x - x), y + place[1] * (far_y - y), 0.8]])
                mean, _ = known.at(xyz, np.array([floor.level]))
                samples += [
                    Sample(
                        floor=floor.level,
                        x_m=xyz[0, 0],
                        y_m=xyz[0, 1],
                        band=BAND,
                        bssid=ap.id,
                        rssi_dbm=float(m) - weaker_db,
                    )
                    for ap, m in zip(known.access_points, mean[:, 0], strict=True)
                ]
    return Survey(name="walk", device="phone", samples=tuple(samples), started_at="2026-11-26T09:00:00+08:00")


def told(known: Known, survey: Survey, *, weaker_db: float = 0.0) -> Known:
    """What is known once a survey was made: here of a world that is the law's, a few decibels weaker."""
    index = {ap.id: i for i, ap in enumerate(known.access_points)}
    ap_n = np.array([index[s.bssid] for s in survey.samples])
    xyz = np.array([(s.x_m, s.y_m, 0.8) for s in survey.samples])
    read = levels_at(known, ap_n, xyz, np.array([s.floor for s in survey.samples]))

    def at(points: Array, floor_j: IntArray) -> tuple[Array, Array | None]:
        return known.at(points, floor_j)[0] - weaker_db, None

    return replace(known, at=at, believed=believed(read, TIGHT))


def test_a_threshold_says_of_a_seat_what_the_plan_says(site: Site) -> None:
    settings = Settings()
    link = link_of(site.access_points[0], BAND, settings)
    usual = rooms_needs(site, settings)[0]
    shadow = settings.shadowing
    for need in (usual, replace(usual, sure_of="signal"), replace(usual, min_snr_db=5.0, min_received_dbm=-90.0)):
        level = np.arange(-95.0, -40.0, 0.25)
        sd = np.full((1, level.size), float(shadow.sd_db(0.0)))
        isotropic = level[None, :] - link.antenna_gain_dbi
        plan = seats(
            isotropic,
            np.zeros(level.size, dtype=int),
            [need],
            [link],
            chance=Chance(mean_db=shadow.mean_db, sd_db_ij=sd),
        )
        assert (plan.holds_ij[0] == (level >= threshold_dbm(need, link, settings) - 1e-9)).all()


def test_strong_rooms_pass_weak_ones_fail_and_nobody_passes_unseen(site: Site, standing: Plan) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    needs = rooms_needs(site, settings)
    judge = partial(
        measured_rooms, settings=settings, needs=needs, predicted=standing, options=VerdictOptions(device_db=0.0)
    )
    survey = surveyed(site, law)
    good = judge(told(law, survey), [survey])
    with_ap = {ap.room_id for ap in standing.site.access_points}
    assert {room.verdict for room in good.rooms if room.room_id in with_ap} == {"pass"}
    assert all(room.reason == "holds" for room in good.rooms if room.verdict == "pass")
    weak = judge(told(law, surveyed(site, law, weaker_db=40.0), weaker_db=40.0), [survey])
    assert {room.reason for room in weak.rooms} == {"lacks_signal"}
    assert weak.fails
    seen = {next(iter(sorted(with_ap)))}
    part = surveyed(site, law, rooms=seen)
    partly = judge(told(law, part), [part])
    assert {room.room_id for room in partly.rooms if room.verdict == "pass"} <= seen
    unseen = [room for room in partly.rooms if room.room_id not in seen]
    assert {room.reason for room in unseen} == {"not_measured"}
    assert all(room.measure_at is not None for room in unseen)
    assert partly.day == "2026-11-26"


def test_a_room_that_hears_a_network_of_nobody_knows_whom_does_not_fail(site: Site, standing: Plan) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    survey = surveyed(site, law, weaker_db=40.0)
    needs = rooms_needs(site, settings)
    room_of = rooms_of(site, ((s.floor, s.x_m, s.y_m) for s in survey.samples))
    needed = needs[0].room_id
    seen = next(s for s in survey.samples if room_of[s.floor, s.x_m, s.y_m] == needed)
    strong, faint, other = (
        replace(seen, bssid=f"02:00:5e:00:53:0{n}", ssid=ssid, rssi_dbm=dbm)
        for n, ssid, dbm in ((1, "school", -58.0), (2, "school", -92.0), (3, "neighbour", -50.0))
    )
    ours = replace(seen, bssid="02:00:5e:00:53:09", ssid="school", rssi_dbm=-90.0)
    ap_of = {(bssid, BAND): site.access_points[0].id for bssid in (ours.bssid, *{s.bssid for s in survey.samples})}
    whose = Matched(ap_of=ap_of, radios=(), reasons={})
    known = replace(told(law, survey, weaker_db=40.0), matched=whose)
    for heard, reason in ((strong, "unmatched"), (faint, "lacks_signal"), (other, "lacks_signal")):
        walk = replace(survey, samples=(*survey.samples, ours, heard))
        judged = measured_rooms(
            known,
            [walk],
            settings,
            needs,
            predicted=standing,
            options=VerdictOptions(device_db=0.0),
        )
        (room,) = [room for room in judged.rooms if room.room_id == needed]
        assert (room.reason, room.verdict) == (reason, "inconclusive" if reason == "unmatched" else "fail")


def test_without_airtime_nothing_passes_and_full_channels_fail(site: Site, standing: Plan) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    needs, survey = rooms_needs(site, settings), surveyed(site, law)
    known, sure = told(law, survey), VerdictOptions(device_db=0.0)
    alone = measured_rooms(known, [survey], settings, needs, options=sure)
    assert not [room for room in alone.rooms if room.verdict == "pass"]
    assert "airtime_unknown" in {room.reason for room in alone.rooms}
    full = replace(
        standing,
        rooms=tuple(replace(r, channel_share=2.0, reason=replace(r.reason, code="co_channel")) for r in standing.rooms),
    )
    over = measured_rooms(known, [survey], settings, needs, predicted=full, options=sure)
    assert {room.verdict for room in over.rooms} == {"fail"}


def test_what_a_lone_device_carried_can_deny_a_pass_and_not_give_one(site: Site, standing: Plan) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    needs, survey = rooms_needs(site, settings), surveyed(site, law)
    one = survey.samples[0]
    for mbps, expected in ((3.0, "throughput"), (400.0, "holds")):
        slow = replace(survey, samples=tuple(replace(s, throughput_mbps=mbps) for s in survey.samples))
        found = measured_rooms(
            told(law, survey), [slow], settings, needs, predicted=standing, options=VerdictOptions(device_db=0.0)
        )
        assert expected in {room.reason for room in found.rooms}
        assert ("holds" in {room.reason for room in found.rooms}) == (expected == "holds")
    assert one.throughput_mbps is None


def test_probability_falls_with_the_device_and_is_less_sure_without_a_comparison(site: Site, standing: Plan) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    needs, survey = rooms_needs(site, settings), surveyed(site, law)

    def chances(options: VerdictOptions) -> np.ndarray:
        found = measured_rooms(told(law, survey), [survey], settings, needs, predicted=standing, options=options)
        return np.array([room.probability for room in found.rooms])

    same, louder = chances(VerdictOptions(device_db=0.0)), chances(VerdictOptions(device_db=6.0))
    assert (louder <= same + 0.02).all()
    assert louder.sum() < same.sum()
    open_ = chances(VerdictOptions())
    assert (np.abs(open_ - 0.5) <= np.abs(same - 0.5) + 0.03).all()


def test_a_second_signal_that_is_wanted_must_be_there(site: Site) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    need = rooms_needs(site, settings)[0]
    for second, least in ((None, -1e9), (-50.0, -1e9), (-250.0, -1e9)):
        (room,) = room_levels(law, settings, [replace(need, min_second_dbm=second)])
        margins, _ = room.margins_db(50, np.random.default_rng(0))
        assert margins.min() > least
        if second is None:
            first = margins.mean()
        elif second == -50.0:
            assert margins.mean() < first
        else:
            assert margins.mean() == pytest.approx(first, abs=2.0)
    lone = replace(law, access_points=law.access_points[:1], at=lambda p, f: (law.at(p, f)[0][:1], None))
    (room,) = room_levels(lone, settings, [replace(need, min_second_dbm=-75.0)])
    assert room.margins_db(5, np.random.default_rng(0))[0].max() < -100.0


def test_probabilities_are_honest_in_a_simulated_world(site: Site) -> None:
    """Worlds drawn from what is believed hold a room as often as its probability says."""
    settings, law = Settings(), known_by_law(site, Settings(), Spreads(offset_db=2.0, power_db=2.0))
    rooms = room_levels(law, settings, rooms_needs(site, settings))
    rng = np.random.default_rng(7)
    expected, happened = 0.0, 0
    for room in rooms:
        rank = n_spare(room.xyz_m_s.shape[0], room.need.min_seats_share)
        shift = -float(np.median(room.margins_db(200, rng)[0]))
        margin, _ = replace(room, mean_dbm_as=room.mean_dbm_as + shift + 4.0).margins_db(2000, rng)
        held = np.partition(margin, rank, axis=1)[:, rank] >= 0.0
        expected += held[:1000].mean()
        happened += held[1000:].mean()
    assert happened / len(rooms) == pytest.approx(expected / len(rooms), abs=0.03)


def test_next_places_lie_in_rooms_and_end_where_nothing_is_open(site: Site) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    found = next_places(law, settings, k=6)
    assert len(found.places) == 6
    assert sorted(place.rank for place in found.places) == list(range(1, 7))
    assert found.wrong_after < found.wrong_before
    ids = {room.id for floor in site.floors for room in floor.rooms}
    assert {place.room_id for place in found.places} <= ids
    sure = told(law, surveyed(site, law))
    after = next_places(sure, settings, k=6)
    assert after.wrong_before < found.wrong_before
    certain = replace(law, at=lambda p, f: (law.at(p, f)[0] + 60.0, None))
    nothing = next_places(certain, settings, k=6)
    assert nothing.wrong_before < 0.05
    assert next_places(law, settings, k=3, needs=()).places == ()
    assert isinstance(rooms_needs(site, settings)[0], Need)


def test_the_walk_after_some_readings_goes_elsewhere(site: Site) -> None:
    settings, law = Settings(), known_by_law(site, Settings())
    part = {next(floor for floor in site.floors).rooms[0].id}
    survey = surveyed(site, law, rooms=part)
    index = {ap.id: i for i, ap in enumerate(law.access_points)}
    read = levels_at(
        law,
        np.array([index[s.bssid] for s in survey.samples]),
        np.array([(s.x_m, s.y_m, 0.8) for s in survey.samples]),
        np.array([s.floor for s in survey.samples]),
    )
    first = next_places(law, settings, k=4)
    then = next_places(replace(law, believed=believed(read, Spreads())), settings, k=4)
    assert then.wrong_before == pytest.approx(first.wrong_before, rel=1.0)
    assert part.isdisjoint({place.room_id for place in then.places if place.rank == 1})


def test_another_law_gives_another_answer(site: Site) -> None:
    other = replace(Settings(), law=LAWS["free_space"])
    a, b = known_by_law(site, Settings()), known_by_law(site, other)
    xyz, level = np.array([[1.0, 1.0, 0.8]]), np.array([0])
    assert (b.at(xyz, level)[0] >= a.at(xyz, level)[0] - 1e-9).all()
    assert a.at(xyz, level)[0] == pytest.approx(
        received_dbm(site, a.access_points, xyz, level, band=BAND, law=Settings().law) - 2.0
    )
