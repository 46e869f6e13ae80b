"""Remedies carried out: the school is built with each change and judged as it then stands."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan import files, study
from wifiplan.predict.demand import DemandOptions, ProfileEdit
from wifiplan.site.building import Room, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings
from wifiplan.study.reason_records import Place, Remedy
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.settings import DesignOptions

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
HEAVY = (ProfileEdit(name="heavy", based_on="video", mbps_down=20.0),)
HUNG = ("102", "103", "104", "105")


def old_school() -> Site:
    radio = Radio(band="5", channel=36, width_mhz=20, eirp_dbm=17.0)
    old = (AccessPoint(id=f"old-{room}", room_id=room, model="n-2x2", radios=(radio,)) for room in HUNG)
    return replace(files.read_site(DEMO), access_points=tuple(old))


def scenarios() -> Iterator[tuple[Site, Settings]]:
    site = files.read_site(DEMO)
    yield site, Settings(n_aps=1)
    yield site, Settings(n_aps=3, demand=DemandOptions(mbps_per_device=4.0), design=DesignOptions(width_mhz=20))
    heavy = DemandOptions(classroom_profile="heavy", specialist_profile="heavy", profiles=HEAVY)
    yield site, Settings(n_aps=6, demand=heavy)
    yield site, Settings(n_aps=10, demand=heavy)
    yield old_school(), Settings(n_aps=0, design=DesignOptions(retune=False))


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, ...]:
    return tuple(study.plan_site(site, settings) for site, settings in scenarios())


def new_ap(spot: Place, remedy: Remedy, channel: int, site: Site) -> AccessPoint:
    height_m = next(floor.height_m for floor in site.floors if floor.level == spot.floor)
    return AccessPoint(
        id=f"more-{channel}",
        floor=spot.floor,
        x_m=spot.x_m,
        y_m=spot.y_m,
        z_m=height_m - DesignOptions().mount_below_ceiling_m,
        model=remedy.model,
        radios=(Radio(band="5", channel=channel, width_mhz=remedy.width_mhz, eirp_dbm=remedy.eirp_dbm),),
    )


def carried_out(plan: Plan, room: PlannedRoom, remedy: Remedy) -> tuple[Site, Settings]:
    """Return the school with what was planned and the remedy built, and the settings to judge it by."""
    settings = replace(plan.settings, design=replace(plan.settings.design, what_if=False))
    points = [p.access_point for p in plan.access_points if p.action != "removed"]
    if remedy.code in ("settings", "model"):
        radio = Radio(band="5", channel=remedy.channels[0], width_mhz=remedy.width_mhz, eirp_dbm=remedy.eirp_dbm)
        # a channel as wide as the remedy's must be allowed to be judged
        settings = replace(settings, design=replace(settings.design, width_mhz=160))
        points = [
            replace(ap, radios=(radio,), model=remedy.model or ap.model) if ap.id == remedy.ap_id else ap
            for ap in points
        ]
    spots = zip(remedy.spots, remedy.channels, strict=True) if remedy.spots else ()
    points += [new_ap(spot, remedy, channel, plan.site) for spot, channel in spots]
    if remedy.code == "rate" and room.need is not None and remedy.value is not None:
        up_mbps = room.need.mbps_up_per_device * remedy.value / room.need.mbps_per_device
        low = ProfileEdit(name="low", based_on="video", mbps_down=remedy.value, mbps_up=up_mbps)
        settings = replace(settings, demand=replace(settings.demand, profiles=(*HEAVY, low)))
    profile = "low" if remedy.code == "rate" else None
    # classes that nothing serves stay off line in a plan, but join whatever they hear where it hangs already
    others = {r.room_id for r in plan.rooms if r.verdict == "fail"} - {room.room_id}
    devices = {r.room_id: r.need.n_devices for r in plan.rooms if r.need is not None}

    def built(r: Room) -> Room:
        own = replace(r, devices=devices.get(r.id), profile=profile if r.id == room.room_id else r.profile)
        return replace(own, use="office") if r.id in others else own

    floors = tuple(replace(floor, rooms=tuple(map(built, floor.rooms))) for floor in plan.site.floors)
    n_at_once = plan.n_rooms_at_once
    settings = replace(settings, demand=replace(settings.demand, rooms_at_once=n_at_once))
    return replace(plan.site, floors=floors, access_points=tuple(points)), settings


def one_of_each(plan: Plan) -> Iterator[PlannedRoom]:
    seen: set[str] = set()
    for room in plan.rooms:
        if room.remedy is not None and room.remedy.code not in seen:
            seen.add(room.remedy.code)
            yield room


def test_every_room_that_fails_has_a_remedy_and_no_other(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        assert [room.remedy is not None for room in plan.rooms] == [room.verdict == "fail" for room in plan.rooms]


def test_a_remedy_that_is_carried_out_serves_the_room_and_loses_no_other(plans: tuple[Plan, ...]) -> None:
    tried = set()
    for plan in plans:
        held = {room.room_id for room in plan.rooms if room.verdict == "pass"}
        for room in one_of_each(plan):
            remedy = room.remedy
            if remedy is None or remedy.code == "none":
                continue
            found = study.assess_site(*carried_out(plan, room, remedy))
            passing = {r.room_id: r for r in found.rooms if r.verdict == "pass"}
            assert {room.room_id, *held} <= set(passing), (remedy, room.room_id)
            share = passing[room.room_id].channel_share
            assert share is not None
            assert remedy.channel_share is not None
            assert share <= remedy.channel_share + 1e-3
            tried.add(remedy.code)
    assert tried >= {"settings", "one_ap", "two_aps", "model", "rate"}


def test_what_costs_less_comes_first(plans: tuple[Plan, ...]) -> None:
    order = ["settings", "one_ap", "two_aps", "model", "rate", "devices", "none"]
    free = [r.remedy.code for r in plans[1].rooms if r.remedy is not None]
    assert order.index(min(free, key=order.index)) == 0
    assert all(r.remedy.spots for r in plans[0].rooms if r.remedy is not None)


def test_an_access_point_names_the_rooms_that_no_other_could_carry(plans: tuple[Plan, ...]) -> None:
    exactly = study.plan_site(plans[0].site, Settings(n_aps=9, design=DesignOptions(exactly=True, what_if=False)))
    lean = study.plan_site(plans[0].site, Settings(design=DesignOptions(what_if=False)))
    forced = {p.access_point.id: p.reason.rooms for p in lean.access_points if p.reason.code == "forced_by_rooms"}
    serves = {p.access_point.id: p.serves for p in lean.access_points}
    assert forced
    assert all(set(rooms) <= set(serves[i]) for i, rooms in forced.items())
    # the fewest access points that serve all: each has a room that nobody else could take
    assert all(i in forced for i, rooms in serves.items() if rooms)
    relieves = [p for p in exactly.access_points if p.reason.code == "relieves_rooms"]
    assert relieves
    assert all(p.reason.rooms == p.serves for p in relieves)
