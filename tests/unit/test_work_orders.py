from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.errors import SettingsError
from wifiplan.files.site import read_site
from wifiplan.predict.demand import DemandOptions
from wifiplan.site.building import SchoolRef, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings, plan_site
from wifiplan.study.ap_names import ap_names
from wifiplan.study.network_options import NetworkOptions, template_faults
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.study.work_orders import all_orders, work_orders


@pytest.fixture(scope="module")
def plan(repo_root: Path) -> Plan:
    return plan_site(
        read_site(repo_root / "floorplans" / "demo-remote.json"), Settings(demand=DemandOptions(margin_db=8.3))
    )


def with_points(plan: Plan, *more: PlannedAccessPoint, standing: tuple[AccessPoint, ...] = ()) -> Plan:
    site = replace(plan.site, access_points=(*plan.site.access_points, *standing))
    return replace(plan, site=site, access_points=(*plan.access_points, *more))


def test_every_access_point_to_touch_has_a_card_and_no_other(plan: Plan) -> None:
    orders = work_orders(plan)
    assert [order.number for order in orders] == list(range(1, len(orders) + 1))
    assert {order.ap_id for order in orders} == {p.access_point.id for p in plan.access_points if p.action != "kept"}
    waiting = [order for order in all_orders(plan) if order.number == 0]
    assert [order.ap_id for order in waiting] == ["old-1"]
    assert waiting[0].undecided


def test_cards_run_by_floor_and_block(plan: Plan) -> None:
    places = [(order.floor, order.block or "") for order in work_orders(plan)]
    assert places == sorted(places)


def test_ports_and_cables_count_up_in_each_cabinet(plan: Plan) -> None:
    orders = work_orders(plan, NetworkOptions(first_port=13))
    by_cabinet = {c: [o.port for o in orders if o.cabinet == c] for c in {o.cabinet for o in orders}}
    assert all(ports == list(range(13, 13 + len(ports))) for ports in by_cabinet.values())
    cables = [order.cable_id for order in orders]
    assert len(set(cables)) == len(cables)
    assert cables[0] == "MDF-13"
    assert all(order.cable_m and order.poe_class == 3 for order in orders)


def test_without_a_cabinet_there_is_a_cable_number_and_no_port(plan: Plan) -> None:
    bare = tuple(replace(p, cabinet=None, cable_m=None) for p in plan.access_points)
    orders = work_orders(replace(plan, access_points=bare))
    assert {order.port for order in orders} == {None}
    assert [order.cable_id for order in orders] == [f"X-{n:02d}" for n in range(1, len(orders) + 1)]


def test_a_place_that_nobody_measured_is_not_given(plan: Plan) -> None:
    old = AccessPoint(id="old", room_id="102", radios=(Radio(band="5", channel=36),), mac="aa:bb", serial="S1")
    placed = PlannedAccessPoint(
        access_point=replace(old, x_m=15.0, y_m=5.0, z_m=3.0),
        action="retuned",
        reason=Reason(code="kept"),
        room_id="102",
        wall_a_m=3.5,
        wall_b_m=3.0,
    )
    order = next(o for o in work_orders(with_points(plan, placed, standing=(old,))) if o.ap_id == "old")
    assert not order.place_known
    assert (order.wall_a_m, order.wall_b_m, order.height_m) == (None, None, None)
    assert (order.mac, order.serial, order.port, order.cable_id) == ("aa:bb", "S1", None, None)


def test_a_forbidden_brand_is_removed_and_what_comes_instead_says_so(plan: Plan) -> None:
    old = AccessPoint(id="bad", room_id="102", model="TP-Link EAP660")
    kept = PlannedAccessPoint(access_point=old, action="kept", reason=Reason(code="prohibited_brand"), room_id="102")
    new = replace(plan.access_points[0], action="replaced")
    orders = work_orders(with_points(replace(plan, access_points=(new,)), kept, standing=(old,)))
    assert {o.ap_id: o.action for o in orders} == {new.access_point.id: "replaced", "bad": "removed"}
    assert next(o for o in orders if o.ap_id == "bad").prohibited
    assert next(o for o in orders if o.hung).replaces == ("bad",)


def test_a_new_device_under_the_old_id_replaces_it_and_its_place_is_planned(plan: Plan) -> None:
    first = plan.access_points[0]
    old = AccessPoint(id="AP101", room_id=first.room_id, mac="aa:bb", serial="S1")
    new = replace(first, action="replaced", access_point=replace(first.access_point, mac="aa:bb", serial="S1"))
    changed = with_points(replace(plan, access_points=(new, *plan.access_points[1:])), standing=(old,))
    order = next(o for o in work_orders(changed) if o.ap_id == "AP101")
    assert order.replaces == ("AP101",)
    assert order.place_known
    assert (order.mac, order.serial) == (None, None)
    assert order.cable_id is not None


def test_names_follow_the_template(plan: Plan) -> None:
    names = [order.ap_name for order in work_orders(plan)]
    assert names[0] == "999002-T1F-1A-1"
    assert len(set(names)) == len(names)
    padded = work_orders(plan, NetworkOptions(name_template="{stage}{code}-{ap_id}-{number:03}"))
    assert padded[0].ap_name == "E999002-AP101-001"


def test_a_second_access_point_in_a_room_is_counted(plan: Plan) -> None:
    first = plan.access_points[0]
    twin = replace(first, access_point=replace(first.access_point, id="AP199"))
    names = [order.ap_name for order in work_orders(with_points(plan, twin))]
    assert {"999002-T1F-1A-1", "999002-T1F-1A-2"} <= set(names)


def test_existing_names_stay_unless_wanted_otherwise(plan: Plan) -> None:
    kept = {o.ap_id: o.ap_name for o in all_orders(plan)}["old-1"]
    renamed = {o.ap_id: o.ap_name for o in all_orders(plan, NetworkOptions(rename_existing=True))}["old-1"]
    assert (kept, renamed) == ("辦公室舊機", "999002-T1F-OFF-1")


def test_long_names_of_rooms_are_cut_and_stay_apart(plan: Plan) -> None:
    long = tuple(replace(p, room_name="Physics Laboratory " * 10) for p in plan.access_points)
    names = [order.ap_name for order in all_orders(replace(plan, access_points=long))]
    assert all(len(name.encode()) <= 32 for name in names)
    assert len(set(names)) == len(names)


def test_chinese_names_are_possible_and_lose_what_controllers_refuse(plan: Plan) -> None:
    odd = tuple(replace(p, room_name="電腦 教室\n'1'") for p in plan.access_points)
    options = NetworkOptions(transliterate=False, name_max=64)
    assert work_orders(replace(plan, access_points=odd), options)[0].ap_name == "999002-教學樓1F-電腦-教室-1-1"


def test_a_template_that_can_not_fit_is_one_message_with_all_faults(plan: Plan) -> None:
    options = NetworkOptions(name_template="wireless-access-point-of-{code}-{n}", name_max=16)
    with pytest.raises(SettingsError) as caught:
        work_orders(plan, options)
    assert len(caught.value.faults) == len(plan.access_points) - 1
    assert "name_max" in caught.value.remedy


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{code}-{rom}-{n}", "there is no field {rom}"),
        ("{code}-{n!r}", "can't be padded"),
        ("{code[0]}-{n}", "there is no field {code[0]}"),
        ("{}-{n}", "two access points"),
        ("{code", "braces do not match"),
        ("{code}-{room:9}-{n}", "can't be padded"),
        ("{code}", "two access points could get one name"),
    ],
)
def test_template_faults_are_said(template: str, fault: str) -> None:
    faults = list(template_faults(template))
    assert faults == [] if template == "{}-{n}" else any(fault in text for text in faults)


def test_a_site_of_two_stages_names_rooms_after_their_own_school(plan: Plan) -> None:
    floors = tuple(
        replace(f, rooms=tuple(replace(r, stage="junior" if r.id == "102" else None) for r in f.rooms))
        for f in plan.site.floors
    )
    site: Site = replace(plan.site, floors=floors, also_serves=(SchoolRef(stage="junior", code="999502"),))
    names = ap_names(replace(plan, site=site), plan.access_points, NetworkOptions())
    assert names["AP101"].startswith("999502-")
    assert names["AP102"].startswith("999002-")
