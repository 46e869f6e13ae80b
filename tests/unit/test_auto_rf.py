import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan.catalog.spectrum import channel_named, overlap_kl
from wifiplan.files.site import read_site
from wifiplan.predict.capacity import CARRIER_SENSE_DBM
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import DesignOptions, Settings, plan_site
from wifiplan.study.auto_rf import _air, auto_rf
from wifiplan.study.network_options import NetworkOptions, Ssid
from wifiplan.study.radio_config import members_20mhz, radio_configs
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.study.work_orders import all_orders


@pytest.fixture(scope="module")
def plan(repo_root: Path) -> Plan:
    return plan_site(read_site(repo_root / "floorplans" / "demo-remote.json"), Settings())


@pytest.fixture(scope="module")
def crowded(repo_root: Path) -> Plan:
    """Return a plan that must share channels: 80 MHz without radar detection leaves two."""
    site = read_site(repo_root / "floorplans" / "demo-remote.json")
    return plan_site(site, Settings(design=DesignOptions(width_mhz=80, dfs=False)))


@pytest.mark.parametrize("name", ["plan", "crowded"])
def test_whatever_the_controller_picks_no_pair_shares_more_than_planned(
    name: str, request: pytest.FixtureRequest
) -> None:
    plan: Plan = request.getfixturevalue(name)
    free, air, draw = auto_rf(plan), _air(plan), random.Random(1)  # noqa: S311 - a test's dice
    planned = overlap_kl(air.channel_a)
    hears = air.heard_dbm_ab > -92.0
    for _ in range(50):
        picked = tuple(
            channel_named("TW", "5", draw.choice(free[p.access_point.id].channels), c.width_mhz) or c
            for p, c in zip(air.points, air.channel_a, strict=True)
        )
        assert (overlap_kl(picked)[hears] <= planned[hears] + 1e-9).all()


@pytest.mark.parametrize("name", ["plan", "crowded"])
def test_at_full_power_nobody_new_is_heard_on_a_shared_channel(name: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(name)
    free, air = auto_rf(plan), _air(plan)
    more = np.array([free[p.access_point.id].max_eirp_dbm for p in air.points]) - air.eirp_dbm_a
    assert (more >= 0.0).all()
    louder = np.maximum(air.towards_dbm_ab + more[:, None], (air.towards_dbm_ab + more[:, None]).T)
    newly = (louder >= CARRIER_SENSE_DBM) & (air.heard_dbm_ab < CARRIER_SENSE_DBM)
    lists = [free[p.access_point.id].channels for p in air.points]
    for a, b in np.argwhere(newly):
        assert not set(lists[a]) & set(lists[b])


def test_lists_begin_with_the_plan_and_hold_legal_channels_only(plan: Plan) -> None:
    free = auto_rf(plan)
    for planned in plan.access_points:
        radio = next((r for r in planned.access_point.radios if r.band == "5"), None)
        if radio is None:
            continue
        found = free[planned.access_point.id]
        assert found.channels[0] == radio.channel
        assert len(set(found.channels)) == len(found.channels)
        assert all(channel_named("TW", "5", c, radio.width_mhz or 0) for c in found.channels)
        assert found.min_eirp_dbm == radio.eirp_dbm
        assert found.max_eirp_dbm <= 23.0


def test_without_radar_detection_no_list_names_such_a_channel(crowded: Plan) -> None:
    named = {c for found in auto_rf(crowded).values() for c in found.channels}
    assert named
    assert not any(50 <= c <= 144 for c in named)


def test_what_stays_untouched_keeps_its_channel_and_binds_the_others(plan: Plan) -> None:
    near = plan.access_points[0].access_point
    alien = AccessPoint(
        id="alien",
        floor=near.floor,
        x_m=(near.x_m or 0.0) + 1.0,
        y_m=near.y_m,
        z_m=near.z_m,
        radios=(Radio(band="5", channel=149, width_mhz=40),),
    )
    standing = PlannedAccessPoint(access_point=alien, action="kept", reason=Reason(code="undecided"))
    free = auto_rf(replace(plan, access_points=(*plan.access_points, standing)))
    assert free["alien"].channels == (151,)
    assert 151 not in free[near.id].channels


def test_a_plan_without_access_points_has_nothing_to_free(plan: Plan) -> None:
    assert auto_rf(replace(plan, access_points=())) == {}


def test_members_of_a_channel() -> None:
    assert members_20mhz("TW", "5", 102, 40) == (100, 104)
    assert members_20mhz("TW", "5", 36, 40) == (36, 40)
    assert members_20mhz("TW", "2.4", 6, 20) == (6,)
    assert members_20mhz("TW", "5", 777, 40) == ()


def test_powers_of_a_radio_agree(plan: Plan) -> None:
    options = NetworkOptions(ssids=(Ssid(name="a", vlan=3), Ssid(name="b")))
    for config in radio_configs(plan, all_orders(plan, options), options):
        if config.state != "on":
            continue
        assert config.conducted_dbm == config.eirp_dbm - config.antenna_gain_dbi  # type: ignore[operator]
        assert config.chain_dbm == pytest.approx(config.conducted_dbm - 3.01, abs=0.01)  # type: ignore[operator]
        if config.band != plan.band:
            assert (config.auto_min_eirp_dbm, config.auto_channels) == (None, ())
            continue
        assert config.auto_min_eirp_dbm == config.eirp_dbm
        assert config.auto_channels[0] == config.channel
        assert config.channels_20mhz == config.auto_channels_20mhz[: len(config.channels_20mhz)]
        assert (config.ssids, config.vlans) == (("a", "b"), (3, None))


def test_the_2_4_ghz_radio_is_off_or_no_louder_than_its_cell(plan: Plan) -> None:
    for choice, state in (("off", "off"), ("auto", "auto")):
        options = NetworkOptions(radio_2g4=choice)  # type: ignore[arg-type]
        configs = radio_configs(plan, all_orders(plan, options), options)
        new = [c for c in configs if c.band == "2.4" and c.action == "new"]
        assert {c.state for c in new} == {state}
        assert all(c.state == "as_found" for c in configs if c.ap_id == "old-1")
    by_band = {(c.ap_id, c.band): c.eirp_dbm for c in configs}
    for c in new:
        assert c.auto_channels == (1, 6, 11)
        assert by_band[c.ap_id, "5"] - 7.1 == pytest.approx(c.eirp_dbm, abs=0.06)  # type: ignore[operator]


def test_what_is_removed_has_no_settings(plan: Plan) -> None:
    gone = tuple(replace(p, action="removed") for p in plan.access_points)
    bare = replace(plan, access_points=gone)
    assert radio_configs(bare, all_orders(bare), NetworkOptions()) == ()
