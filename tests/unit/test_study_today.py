"""What hangs there: it stays as it is set where every room passes so, else as little as possible is changed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan import files, study
from wifiplan.predict.demand import DemandOptions
from wifiplan.radio.loss import LAWS
from wifiplan.site.building import Room, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import DesignOptions, Plan, Settings

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-elementary.json"
APART = (36, 44, 52, 60, 100, 108, 116, 124, 149, 157)
"""Ten channels of 40 MHz by their primary channel, as controllers name them."""


@pytest.fixture(scope="module")
def drawn() -> Site:
    return files.read_site(DEMO)


@pytest.fixture(scope="module")
def end(drawn: Site) -> Site:
    """One end of the long block: 14 rooms for classes on three storeys, still four classes on line at once."""
    stays = {f"A{storey}{room}" for storey in (1, 2, 3) for room in ("05", "06", "07", "08", "09", "C")}
    floors = tuple(replace(f, rooms=tuple(room for room in f.rooms if room.id in stays)) for f in drawn.floors)
    return replace(drawn, floors=floors, access_points=(), access_points_known=True)


def judged(site: Site) -> list[Room]:
    return [room for floor in site.floors for room in floor.rooms if room.use in ("classroom", "specialist")]


def equipped(
    site: Site,
    *,
    without: tuple[str, ...] = (),
    model: str = "ax-2x2",
    channels: tuple[int, ...] = APART,
    eirp_dbm: float | None = 17.0,
) -> Site:
    """The site with one access point in every room for a class, but for some rooms."""
    levels = {room.id: floor.level for floor in site.floors for room in floor.rooms}
    points = tuple(
        AccessPoint(
            id=f"X{n}",
            room_id=room.id,
            floor=levels[room.id],
            model=model,
            radios=(Radio(band="5", channel=channels[n % len(channels)], width_mhz=40, eirp_dbm=eirp_dbm),),
        )
        for n, room in enumerate(judged(site))
        if room.id not in without
    )
    return replace(site, access_points=points, access_points_known=True)


def actions(plan: Plan) -> Counter[str]:
    return Counter(p.action for p in plan.access_points)


def changes(plan: Plan) -> Counter[str | None]:
    return Counter(room.change for room in plan.rooms if room.need is not None)


def today(plan: Plan) -> Counter[bool | None]:
    return Counter(room.passes_today for room in plan.rooms if room.need is not None)


def test_a_school_that_is_built_as_planned_needs_nothing(end: Site) -> None:
    first = study.plan_site(replace(end, access_points=()), Settings(design=DesignOptions(own_ap_in_classrooms=True)))
    built = replace(end, access_points=tuple(p.access_point for p in first.access_points))
    plan = study.plan_site(built, Settings())
    n = len(first.access_points)
    assert n >= 12
    assert actions(plan) == {"kept": n}
    assert changes(plan) == {"as_is": 14}
    assert today(plan) == {True: 14}
    assert (plan.n_new_aps, plan.bill) == (0, ())


@pytest.mark.parametrize(("part", "n_aps"), [("drawn", 10), ("end", 2), ("end", None)])
def test_what_is_built_as_planned_passes_as_planned(
    request: pytest.FixtureRequest, part: str, n_aps: int | None
) -> None:
    site: Site = request.getfixturevalue(part)
    plan = study.plan_site(site, Settings(n_aps=n_aps))
    points = tuple(p.access_point for p in plan.access_points if p.action != "removed")
    built = study.assess_site(replace(site, access_points=points), Settings())
    assert (built.n_served(0), built.n_served(1)) == (plan.n_served(0), plan.n_served(1))


def test_a_channel_is_known_by_its_primary_number(drawn: Site) -> None:
    plan = study.plan_site(equipped(drawn), Settings())
    assert plan.n_new_aps == 0
    assert actions(plan)["kept"] >= 25
    kept = {p.access_point.radios[-1].channel for p in plan.access_points if p.action == "kept"}
    assert kept <= {38, 46, 54, 62, 102, 110, 118, 126, 151, 159}


def test_where_all_are_on_one_channel_only_some_are_retuned(end: Site) -> None:
    plan = study.plan_site(equipped(end, channels=(36,)), Settings())
    assert plan.n_new_aps == 0
    assert 0 < actions(plan)["retuned"] < 14
    assert actions(plan)["retuned"] + actions(plan)["kept"] == 14
    assert today(plan)[True] < 14
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)
    left = study.plan_site(equipped(end, channels=(36,)), Settings(n_aps=0, design=DesignOptions(retune=False)))
    assert actions(left) == {"kept": 14}
    assert sum(room.verdict == "pass" for room in left.rooms if room.need) < 14


@pytest.mark.parametrize(("channels", "most"), [(APART, 3), ((36, 44, 149, 157), 8), ((36,), 21)])
def test_few_radios_are_set_anew(drawn: Site, channels: tuple[int, ...], most: int) -> None:
    """As few as an exhaustive search for the best single move finds, radio after radio, with walls that add up."""
    plan = study.plan_site(equipped(drawn, channels=channels), Settings(law=LAWS["p2040_multi_wall"]))
    assert actions(plan)["retuned"] <= most
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)


def test_a_room_that_fails_today_is_not_said_to_pass_as_it_is(end: Site) -> None:
    """Its own access point may stay as it is: then its neighbours are set anew."""
    plan = study.plan_site(equipped(end, channels=(36,)), Settings())
    action = {p.access_point.id: p.action for p in plan.access_points}
    relieved = [room for room in plan.rooms if room.need and action[room.serving_ap or ""] == "kept"]
    assert relieved
    assert {room.change for room in relieved} == {"retune"}
    assert {room.passes_today for room in relieved} == {False}


def test_radios_that_stay_keep_a_backup_for_radar_of_their_own_width(drawn: Site) -> None:
    site = equipped(drawn, channels=(52, 100, 116), model="ax-2x2")
    wide = tuple(
        replace(ap, radios=(replace(ap.radios[0], width_mhz=160 if n == 0 else 80),))
        for n, ap in enumerate(site.access_points)
    )
    plan = study.plan_site(replace(site, access_points=wide), Settings())
    kept = [p for p in plan.access_points if p.action == "kept"]
    assert len(kept) > 20
    for planned in kept:
        width = planned.access_point.radios[0].width_mhz
        assert planned.dfs
        assert planned.backup_channel in ({42, 155} if width == 80 else {None}), width


def test_no_radio_that_could_stay_is_retuned(end: Site) -> None:
    """A radio that was set anew, set back alone, would leave some room over its cap or without signal."""
    site = equipped(end, channels=(36, 44, 149, 157))
    plan = study.plan_site(site, Settings())
    retuned = [p.access_point.id for p in plan.access_points if p.action == "retuned"]
    assert retuned
    before = {ap.id: ap for ap in site.access_points}
    planned = {p.access_point.id: p.access_point for p in plan.access_points}
    for name in retuned:
        points = tuple(
            before[i] if i == name else replace(before[i], radios=planned[i].radios) for i in before if i in planned
        )
        back = study.assess_site(replace(site, access_points=points), Settings())
        assert any(room.verdict == "fail" for room in back.rooms if room.need), name


def test_of_the_fewest_that_serve_a_school_two_taken_away_are_two_asked_for(end: Site) -> None:
    first = study.plan_site(replace(end, access_points=()), Settings())
    points = tuple(p.access_point for p in first.access_points)
    for n in (0, 2, 4):
        left = points[:n] + points[n + 2 :]
        again = study.plan_site(replace(end, access_points=left, access_points_known=True), Settings())
        assert again.n_new_aps == 2
        assert (again.n_served(0), again.n_served(1)) == (first.n_served(0), first.n_served(1))


@pytest.mark.parametrize(
    ("part", "rule", "settings"),
    [
        (
            "drawn",
            "a rate that one access point carries for one class only",
            Settings(demand=DemandOptions(mbps_per_device=4.0), design=DesignOptions(width_mhz=40)),
        ),
        ("end", "one access point a classroom", Settings(design=DesignOptions(own_ap_in_classrooms=True))),
    ],
)
def test_two_that_are_taken_away_are_asked_for(
    request: pytest.FixtureRequest, part: str, rule: str, settings: Settings
) -> None:
    site: Site = request.getfixturevalue(part)
    classrooms = [room.id for room in judged(site) if room.use == "classroom"]
    whole = study.plan_site(equipped(site), settings)
    assert whole.n_new_aps == 0, rule
    fewer = study.plan_site(equipped(site, without=(classrooms[2], classrooms[-3])), settings)
    assert fewer.n_new_aps == 2, rule
    assert {p.room_id for p in fewer.access_points if p.action == "new"} == {classrooms[2], classrooms[-3]}
    lacking = {room.room_id for room in fewer.rooms if room.passes_today is False}
    assert {classrooms[2], classrooms[-3]} <= lacking


@pytest.mark.parametrize("mbps", [2.5, 4.0])
def test_what_is_new_hangs_in_a_room_that_it_serves(drawn: Site, mbps: float) -> None:
    """Devices join the strongest signal: a room in which an access point hangs is not served from next door."""
    plan = study.plan_site(replace(drawn, access_points=()), Settings(demand=DemandOptions(mbps_per_device=mbps)))
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)
    assert all(p.room_id in p.serves for p in plan.access_points)
    assert max(Counter(p.room_id for p in plan.access_points).values()) == 1


def test_a_spare_one_next_door_does_not_take_a_room_from_its_own(end: Site) -> None:
    """Two in one room and none in the one beyond the next: no chain of neighbours saves a new one."""
    site = equipped(end, without=("A107",))
    spare = replace(site.access_points[0], id="spare", radios=(replace(site.access_points[0].radios[0], channel=149),))
    site = replace(site, access_points=(*site.access_points, spare))
    settings = Settings(demand=DemandOptions(mbps_per_device=4.0), design=DesignOptions(width_mhz=40))
    plan = study.plan_site(site, settings)
    assert {p.room_id for p in plan.access_points if p.action == "new"} == {"A107"}
    room_of = {p.access_point.id: p.room_id for p in plan.access_points}
    assert all(room_of[room.serving_ap or ""] == room.room_id for room in plan.rooms if room.need)


def test_old_ones_that_cannot_carry_a_class_are_replaced_and_go(drawn: Site) -> None:
    plan = study.plan_site(equipped(drawn, model="n-2x2"), Settings())
    large = {room.room_id for room in plan.rooms if room.need and room.need.n_devices > 30}
    assert large
    assert actions(plan)["removed"] >= actions(plan)["replaced"] > 0
    gone = {p.room_id for p in plan.access_points if p.action == "removed"}
    assert gone == large
    assert all(room.change == "replace" for room in plan.rooms if room.room_id in large)
    assert all(room.passes_today is False for room in plan.rooms if room.room_id in large)
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)


def test_what_nobody_knows_is_no_verdict(end: Site) -> None:
    unset = study.plan_site(equipped(end, eirp_dbm=None), Settings())
    assert today(unset) == {None: 14}
    assert actions(unset) == {"retuned": 14}
    nothing = study.plan_site(replace(end, access_points=(), access_points_known=False), Settings())
    assert today(nothing) == {None: 14}
    none = study.plan_site(replace(end, access_points=(), access_points_known=True), Settings())
    assert today(none) == {False: 14}


def test_a_forbidden_brand_is_never_counted_on(drawn: Site) -> None:
    settings = Settings(design=DesignOptions(existing_model="ax-2x2"))
    plan = study.plan_site(equipped(drawn, model="TP-Link EAP670"), settings)
    assert plan.n_new_aps > 0
    assert all(p.reason.code in ("prohibited_brand", "forced_by_rooms") for p in plan.access_points)
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)


def test_a_product_counts_as_its_class(end: Site) -> None:
    by_class = study.plan_site(equipped(end, model="ax-2x2"), Settings())
    by_product = study.plan_site(equipped(end, model="HPE Aruba AP-505"), Settings())
    assert [p.action for p in by_product.access_points] == [p.action for p in by_class.access_points]
    assert by_product.rooms == by_class.rooms
    assert {p.access_point.model for p in by_product.access_points} == {"HPE Aruba AP-505"}


def test_too_many_devices_on_one_access_point_are_said(drawn: Site) -> None:
    room = replace(judged(drawn)[0], class_size=40)
    floor = replace(drawn.floors[0], rooms=(room,), cabinets=())
    hung = AccessPoint(
        id="X", room_id=room.id, model="n-2x2", radios=(Radio(band="5", channel=36, width_mhz=40, eirp_dbm=17.0),)
    )
    site = replace(drawn, floors=(floor,), access_points=(hung,), access_points_known=True)
    found = next(r for r in study.assess_site(site, Settings()).rooms if r.need)
    assert (found.verdict, found.reason.code) == ("fail", "associations")
    assert (found.reason.value, found.reason.limit) == (42.0, 30.0)


def test_an_assessment_changes_nothing(end: Site) -> None:
    site = equipped(end, channels=(36,))
    plan = study.assess_site(site, Settings(n_aps=5))
    assert actions(plan) == {"kept": 14}
    assert plan.n_new_aps == 0
    assert {room.room_id: room.verdict == "pass" for room in plan.rooms if room.need} == {
        room.room_id: room.passes_today for room in plan.rooms if room.need
    }
