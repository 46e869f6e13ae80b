"""A network audited by a survey: channels, pairs that share the air, strangers, silent and moved access points."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import CappedP2040
from wifiplan.site.building import Site
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings
from wifiplan.study.measured_absent import absent_findings, located_strangers
from wifiplan.study.measured_air import AirFinding, air_findings
from wifiplan.study.scene import resolved
from wifiplan.study.wishes import wish_of
from wifiplan.survey.matching import match
from wifiplan.survey.records import Sample, Survey

SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
LAW = CappedP2040()
CHANNELS = (36, 36, 149)


@pytest.fixture(scope="module")
def site() -> Site:
    bare = files.read_site(SITE)
    rooms = [(floor, room) for floor in bare.floors for room in floor.rooms if room.use == "classroom"]
    hung = tuple(
        AccessPoint(
            id=f"AP{n}",
            mac=f"00:a7:42:e8:{n:02x}:10",
            room_id=room.id,
            floor=floor.level,
            model="ax-2x2",
            radios=(Radio(band="5", channel=CHANNELS[n], width_mhz=20, eirp_dbm=20.0),),
        )
        for n, (floor, room) in enumerate([rooms[0], rooms[2], rooms[4]])
    )
    site = replace(bare, access_points=hung)
    return replace(site, access_points=resolved(site, Settings()))


def walk(site: Site, sending: list[tuple[AccessPoint, str, str, int]], *, seed: int = 0) -> Survey:
    """Three readings in every room of who sends: access point, BSSID, name, channel."""
    rng = np.random.default_rng(seed)
    places = []
    for floor in site.floors:
        for room in floor.rooms:
            x, y = centroid(room.polygon)
            places += [(floor.level, x + dx, y) for dx in (-1.5, 0.0, 1.5)]
    xyz = np.array([(x, y, 1.0) for _, x, y in places])
    level = received_dbm(site, [ap for ap, *_ in sending], xyz, [f for f, *_ in places], band="5", law=LAW) - 8.0
    level += rng.normal(0, 2.0, level.shape)
    samples = [
        Sample(floor=f, x_m=x, y_m=y, band="5", channel=channel, bssid=bssid, ssid=ssid, rssi_dbm=float(level[i, j]))
        for i, (_, bssid, ssid, channel) in enumerate(sending)
        for j, (f, x, y) in enumerate(places)
        if level[i, j] > -90.0
    ]
    return Survey(name="walk", samples=tuple(samples))


def as_it_hangs(site: Site) -> list[tuple[AccessPoint, str, str, int]]:
    return [(ap, ap.mac or "", "school", CHANNELS[n]) for n, ap in enumerate(site.access_points)]


def audit(site: Site, survey: Survey) -> dict[str, list[AirFinding]]:
    matched = match([survey], site, law=LAW)
    needing = [room.id for floor in site.floors for room in floor.rooms if room.use == "classroom"]
    found = air_findings([survey], site, wish_of(site), matched, rooms_in_need=needing)
    found = (*found, *absent_findings([survey], site, site.access_points, matched, LAW))
    by_code: dict[str, list[AirFinding]] = {}
    for finding in located_strangers(found, [survey], site, LAW):
        by_code.setdefault(finding.code, []).append(finding)
    return by_code


def test_two_of_ours_on_one_channel_are_told_with_the_rooms_that_they_hurt(site: Site) -> None:
    found = audit(site, walk(site, as_it_hangs(site)))
    (pair,) = found["own_co_channel"]
    assert {pair.ap_id, pair.other_id} == {"AP0", "AP1"}
    assert pair.rooms
    assert pair.value is not None
    assert pair.value >= -82.0
    assert set(found) <= {"own_co_channel", "dfs"}


def test_wrong_channel_stranger_and_neighbour(site: Site) -> None:
    sending = as_it_hangs(site)
    sending[1] = (*sending[1][:3], 44)
    here = replace(sending[0][0], id="X")
    sending += [(here, "02:99:00:00:00:01", "school", 161), (here, "02:88:00:00:00:01", "café", 149)]
    found = audit(site, walk(site, sending))
    assert [(f.ap_id, f.value, f.limit) for f in found["wrong_channel"]] == [("AP1", 44.0, 36.0)]
    assert "own_co_channel" not in found
    (stranger,) = found["unknown_ours"]
    assert stranger.bssid == "02:99:00:00:00:01"
    assert stranger.place is not None
    assert stranger.place[0] == here.floor
    assert np.hypot(stranger.place[1] - here.x_m, stranger.place[2] - here.y_m) < 6.0
    assert {f.ssid for f in found["foreign_co_channel"]} == {"café"}


def test_silent_and_moved_access_points(site: Site) -> None:
    sending = as_it_hangs(site)
    elsewhere = replace(sending[2][0], x_m=(sending[2][0].x_m or 0.0) + 24.0, room_id=None)
    far = [(sending[0][0], *sending[0][1:]), (elsewhere, *sending[2][1:])]
    found = audit(site, walk(site, far))
    assert [f.ap_id for f in found["not_heard"]] == ["AP1"]
    assert found["not_heard"][0].weight == "fault"
    (moved,) = found["moved"]
    assert moved.ap_id == "AP2"
    assert moved.place is not None
    assert np.hypot(moved.place[1] - elsewhere.x_m, moved.place[2] - elsewhere.y_m) < 8.0


def test_2g4_channels_and_widths(site: Site) -> None:
    ap = replace(site.access_points[0], radios=(Radio(band="2.4", channel=3, width_mhz=40, eirp_dbm=17.0),))
    other = replace(site, access_points=(ap,))
    place = centroid(site.floors[0].rooms[0].polygon)
    sample = Sample(
        floor=0, x_m=place[0], y_m=place[1], band="2.4", channel=3, bssid=ap.mac or "", ssid="school", rssi_dbm=-50.0
    )
    found = audit(other, Survey(name="x", samples=(sample,)))
    assert found["wide_2g4"][0].value == 40
    assert found["channel_2g4"][0].channel == 3


def test_nothing_heard_is_nothing_found(site: Site) -> None:
    assert audit(site, Survey(name="x")) == {}
    outside = Sample(floor=99, x_m=0.0, y_m=0.0, band="5", channel=36, bssid="02:00:00:00:00:01", rssi_dbm=-60.0)
    found = audit(site, Survey(name="x", samples=(outside,)))
    assert set(found) <= {"not_heard"}
