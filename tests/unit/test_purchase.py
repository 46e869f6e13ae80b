"""Purchase: cables to the floor's cabinet, switches by ports and power, links, brands, prices that nobody invents."""

import csv
import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.catalog.brands import brand_origin, brand_verdict
from wifiplan.catalog.cabling import link_for, poe_class, switch_classes
from wifiplan.catalog.radios import ap_models
from wifiplan.catalog.table import rows
from wifiplan.design.cabling import cable_routes, nearer_cabinets
from wifiplan.design.switching import switches
from wifiplan.errors import SettingsError, SolverError
from wifiplan.files import write_bom_csv
from wifiplan.files.plan import dump_plan
from wifiplan.files.settings import parse_settings, settings_from_mapping, settings_to_mapping
from wifiplan.report.purchase import purchase_page, total_text
from wifiplan.site.building import Cabinet, Floor, Room, Site
from wifiplan.site.network import AccessPoint, Need
from wifiplan.study.cables import cables, drawn_cabinets, new_cabinets
from wifiplan.study.kit import kit
from wifiplan.study.purchase import purchase, purchased
from wifiplan.study.purchase_options import Prices, PurchaseOptions, product
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.settings import DesignOptions, Settings

LENGTH_M, WIDTH_M = 160.0, 8.0
N_ROOMS = 16
ALL_PRICED = Prices(cable_m=15, drop=2500, switch_8=6000, switch_16=11000, switch_24=15000, switch_48=30000)


def _floor(level: int, cabinets: tuple[Cabinet, ...]) -> Floor:
    """Return a storey of rooms of 10 m along one corridor of 160 m."""
    step = LENGTH_M / N_ROOMS
    found = [
        Room(
            id=f"{level}{k:02}",
            name=f"教室{level}{k:02}",
            use="classroom",
            polygon=((k * step, 3.0), ((k + 1) * step, 3.0), ((k + 1) * step, WIDTH_M), (k * step, WIDTH_M)),
        )
        for k in range(N_ROOMS)
    ]
    hall = ((0.0, 0.0), (LENGTH_M, 0.0), (LENGTH_M, 3.0), (0.0, 3.0))
    corridor = Room(id=f"{level}C", name="走廊", use="corridor", polygon=hall)
    return Floor(
        level=level, elevation_m=3.6 * level, height_m=3.6, rooms=(*found, corridor), walls=(), cabinets=cabinets
    )


def _cabinet(name: str, x_m: float, uplink_mbps: float | None = None) -> Cabinet:
    return Cabinet(id=name, name=name, x_m=x_m, y_m=1.5, uplink_mbps=uplink_mbps)


def _ap(level: int, k: int, cabinet: str | None = None) -> AccessPoint:
    x_m = (k + 0.5) * LENGTH_M / N_ROOMS
    return AccessPoint(
        id=f"AP{level + 1}{k:02}", floor=level, x_m=x_m, y_m=5.5, z_m=3.3, room_id=f"{level}{k:02}", cabinet=cabinet
    )


def _plan(site: Site, settings: Settings, *, mbps: float = 2.5, n_at_once: int = 4, n_kept: int = 0) -> Plan:
    """Return a plan with an access point in every room; the first `n_kept` hang there already."""
    points = [_ap(floor.level, k) for floor in site.floors for k in range(N_ROOMS)]
    ends = cables(site, points, settings)
    needs = {
        p.room_id or "": Need(
            room_id=p.room_id or "", priority=0, profile="video", n_devices=30, mbps_per_device=mbps,
            min_received_dbm=-67, min_snr_db=25, max_airtime_share=0.6,
        )
        for p in points
    }  # fmt: skip
    planned = tuple(
        PlannedAccessPoint(
            access_point=replace(point, cabinet=cabinet),
            action="kept" if k < n_kept else "new",
            reason=Reason(code="forced_by_rooms"),
            room_id=point.room_id,
            serves=(point.room_id or "",),
            cabinet=cabinet,
            cable_m=cable_m,
        )
        for k, (point, (cabinet, cable_m)) in enumerate(zip(points, ends, strict=True))
    )
    judged = tuple(
        PlannedRoom(
            room_id=r, name=r, use="classroom", floor=int(r[0]), class_size=29, need=need, verdict="pass",
            reason=Reason(code="served"),
        )
        for r, need in needs.items()
    )  # fmt: skip
    return purchased(
        Plan(
            version="0", site=site, settings=settings, band="5", rooms=judged, access_points=planned, bill=(),
            proof=Proof(verdict="optimal", gap=0.0), n_aps_allowed=None, n_class_sets=n_at_once,
            n_rooms_at_once=n_at_once,
        )
    )  # fmt: skip


SITE = Site(name="長廊國小", floors=(_floor(0, (_cabinet("一樓", 80.0, 200.0),)), _floor(1, (_cabinet("二樓", 0.0),))))


def test_the_floor_goes_before_the_nearest_until_a_cable_is_too_long() -> None:
    ends = dict(zip(range(N_ROOMS), cables(SITE, [_ap(1, k) for k in range(N_ROOMS)], Settings()), strict=True))
    assert ends[6][0] == "二樓"  # the cabinet below is nearer, but on another floor
    assert ends[6][1] is not None
    assert ends[6][1] <= 90
    assert ends[9][0] == "一樓"  # the own floor's would take more than 90 m
    nearest = cables(SITE, [_ap(1, 6)], Settings(purchase=PurchaseOptions(cabinet="nearest")))[0]
    assert nearest[0] == "一樓"
    # what hangs on a cabinet stays there
    assert cables(SITE, [_ap(0, 8, cabinet="二樓")], Settings())[0][0] == "二樓"


def test_lengths_are_those_of_a_straight_corridor() -> None:
    site = replace(SITE, floors=(_floor(0, (_cabinet("西", 0.0),)),))
    points = [_ap(0, k) for k in range(N_ROOMS)]
    for point, (_, cable_m) in zip(points, cables(site, points, Settings()), strict=True):
        # along the corridor, across it into the room, down to the cabinet; a tenth of slack
        along_m, across_m, down_m = point.x_m or 0.0, 5.5 - 1.5, 3.6 - 0.3 - 1.5
        assert cable_m is not None
        # nodes of the corridor are 3 m apart
        assert 1.1 * (math.hypot(along_m, across_m) + down_m) <= cable_m
        assert cable_m <= 1.1 * (along_m + across_m + down_m + 3.0) + 1.0


def test_a_too_long_cable_is_named_with_the_cabinet_that_mends_it() -> None:
    site = replace(SITE, floors=(_floor(0, (_cabinet("西", 0.0),)),))
    plan = _plan(site, Settings())
    needs = purchase(plan)
    long = {run.ap_id for run in needs.long_runs}
    assert long == {p.access_point.id for p in plan.access_points if (p.cable_m or 0) > 90}
    assert long
    assert {ap for place in needs.new_cabinets for ap in place.ap_ids} == long
    assert len(needs.new_cabinets) == 1
    place = needs.new_cabinets[0]
    # built there, it does what the report says
    mended = replace(site, floors=(replace(site.floors[0], cabinets=(_cabinet("新", place.x_m),)),))
    lengths = [cable_m for _, cable_m in cables(mended, [_ap(0, int(i[-2:])) for i in sorted(long)], Settings())]
    assert max(length for length in lengths if length is not None) == pytest.approx(place.longest_m, abs=2.0)
    page = purchase_page(plan, "zh-TW")
    assert page is not None
    assert sum("增設機櫃" in line for line in page.long) == 1
    assert len(page.long) == len(long) + 1


def test_one_new_cabinet_serves_two_floors() -> None:
    site = replace(SITE, floors=(_floor(0, (_cabinet("西", 0.0),)), _floor(1, ())))
    far = [_ap(level, 14) for level in (0, 1)]
    places = new_cabinets(site, far, Settings())
    assert [set(place.ap_ids) for place in places] == [{ap.id for ap in far}]
    assert places[0].longest_m <= 20.0


def test_a_cabinet_in_reach_of_nothing_is_no_mend() -> None:
    assert nearer_cabinets([[0, 0, 3]], [], [[200.0, 0, 3]], max_m=80.0) == ()
    assert new_cabinets(SITE, [], Settings()) == ()


def test_ranks_are_kept_and_faulty_ones_refused() -> None:
    nodes, cabinets = [[0.0, 0, 0], [50.0, 0, 0]], [[0.0, 0, 0], [50.0, 0, 0]]
    near = cable_routes(nodes, [(0, 1)], [[40.0, 0, 0]], cabinets)[0]
    told = cable_routes(nodes, [(0, 1)], [[40.0, 0, 0]], cabinets, rank_ic=[[0, 1]])[0]
    limited = cable_routes(nodes, [(0, 1)], [[40.0, 0, 0]], cabinets, rank_ic=[[0, 1]], max_m_c=[30.0, 30.0])[0]
    assert (near.cabinet, told.cabinet, limited.cabinet) == (1, 0, 1)
    with pytest.raises(SolverError, match="no cabinet"):
        cable_routes(nodes, [], [[0.0, 0, 0]], cabinets, rank_ic=[[-1, -1]])
    with pytest.raises(SolverError, match="shape"):
        cable_routes(nodes, [], [[0.0, 0, 0]], cabinets, max_m_c=[1.0])


def test_two_cabinets_of_one_name_stay_apart() -> None:
    twice = tuple(replace(_cabinet("弱電箱", x), id=f"C{x:g}") for x in (10.0, 150.0))
    site = replace(SITE, floors=(_floor(0, twice),))
    assert [drawn.name for drawn in drawn_cabinets(site)] == ["弱電箱 C10", "弱電箱 C150"]
    assert {need.name: need.n_drops for need in purchase(_plan(site, Settings())).cabinets} == {
        "弱電箱 C10": 8,
        "弱電箱 C150": 8,
    }


@pytest.mark.parametrize("n_ports", [1, 7, 9, 23, 25, 49, 60, 97])
def test_switches_are_the_fewest_that_hold_ports_and_power(n_ports: int) -> None:
    ports, power = (8, 16, 24, 48), (120.0, 240.0, 360.0, 740.0)
    for watts, cost in ((15.4, None), (30.0, None), (15.4, (5.0, 11.0, 14.0, 33.0))):
        counts = switches(n_ports, n_ports * watts, ports, power, cost_k=cost)
        fits = [
            found
            for found in itertools.product(range(14), range(7), range(6), range(5))
            if sum(n * p for n, p in zip(found, ports, strict=True)) >= n_ports
            and sum(n * p for n, p in zip(found, power, strict=True)) >= n_ports * watts
        ]
        assert counts in fits
        if cost is None:
            assert sum(counts) == min(map(sum, fits))
        else:
            spent = [sum(n * c for n, c in zip(found, cost, strict=True)) for found in (counts, *fits)]
            assert spent[0] == min(spent[1:])


def test_no_port_no_switch_and_faulty_classes_are_refused() -> None:
    assert switches(0, 0.0, (8,), (120.0,)) == (0,)
    with pytest.raises(SolverError):
        switches(1, 1.0, (8,), (120.0, 1.0))


def test_every_cabinet_has_the_ports_and_the_power_it_needs() -> None:
    plan = _plan(SITE, Settings(), n_kept=3)
    needs = purchase(plan)
    budget = {kind.name: kind.power_w for kind in switch_classes()}
    assert needs.n_drops == 2 * N_ROOMS - 3
    assert sum(c.n_kept for c in needs.cabinets) == 3
    for cabinet in needs.cabinets:
        mine = [p for p in plan.access_points if p.cabinet == cabinet.name and p.action == "new"]
        assert cabinet.n_drops == len(mine)
        assert cabinet.cable_m == sum(p.cable_m or 0 for p in mine)
        assert cabinet.n_ports >= 1.2 * len(mine) - 1e-9
        assert cabinet.n_ports <= sum(s.n * s.n_ports for s in cabinet.switches)
        assert cabinet.power_w == pytest.approx(len(mine) * poe_class(3).switch_w, abs=0.1)
        assert cabinet.power_w <= cabinet.switch_power_w == sum(s.n * budget[s.name] for s in cabinet.switches)
        # four classes of 30 at once with 2.5 Mbit/s
        assert (cabinet.peak_mbps, cabinet.link) == (300.0, "1 GbE")
    assert needs.cabinets[0].uplink_suffices is False
    assert needs.cabinets[1].uplink_suffices is None
    assert sum(floor.n_drops for floor in needs.floors) == needs.n_drops
    assert sum(floor.cable_m for floor in needs.floors) == sum(c.cable_m for c in needs.cabinets)


def test_faster_ports_and_links_where_classes_need_them() -> None:
    needs = purchase(_plan(SITE, Settings(), mbps=40.0))
    assert (needs.ap_peak_mbps, needs.port_mbps) == (1200.0, 2500)
    assert {s.name for c in needs.cabinets for s in c.switches} == {"switch_16_2g5", "switch_48_2g5"}
    assert {c.link for c in needs.cabinets} == {"10 GbE"}
    assert (link_for(941.0)[0].name, link_for(942.0)[0].name) == ("1 GbE", "2.5 GbE")


def test_without_cabinets_nothing_is_estimated_and_it_is_said() -> None:
    bare = replace(SITE, floors=tuple(replace(floor, cabinets=()) for floor in SITE.floors))
    plan = _plan(bare, Settings())
    assert {line.code for line in plan.bill} == {"ap:ax-2x2", "cabling_open", "poe_port", "poe_power_w"}
    priced = _plan(bare, Settings(prices=ALL_PRICED, design=DesignOptions(ap_price_ntd=12000)))
    assert "not the total" in total_text(priced.bill, "en")
    page = purchase_page(plan, "en")
    assert page is not None
    assert page.cabinets.rows == page.floors.rows == ()
    assert page.long == ()
    assert "No cabinet is drawn" in page.notes[0]
    assert f"{2 * N_ROOMS} access points" in page.notes[0]


def test_the_total_is_one_only_when_no_price_is_missing(tmp_path: Path) -> None:
    open_plan = _plan(SITE, Settings())
    assert all(line.price_ntd is None for line in open_plan.bill)
    assert "總價未知" in total_text(open_plan.bill, "zh-TW")
    some = _plan(SITE, Settings(prices=Prices(drop=2500)))
    assert "NT$ 80,000" in total_text(some.bill, "en")
    assert "not the total" in total_text(some.bill, "en")
    priced = _plan(SITE, Settings(prices=ALL_PRICED, design=DesignOptions(ap_price_ntd=12000)))
    expected = sum(round(line.quantity * line.price_ntd) for line in priced.bill if line.price_ntd is not None)
    assert f"Total price NT$ {expected:,}" in total_text(priced.bill, "en")
    for plan, name, cost in ((open_plan, "尚缺單價", ""), (priced, "總價", str(expected))):
        write_bom_csv(tmp_path / "bom.csv", plan)
        with (tmp_path / "bom.csv").open(encoding="utf-8-sig", newline="") as stream:
            table = list(csv.DictReader(stream))
        assert [*table[0]][:7] == ["code", "name_zh", "name_en", "quantity", "unit", "price_ntd", "cost_ntd"]
        assert table[-1]["code"] == "total"
        assert name in table[-1]["name_zh"]
        assert table[-1]["cost_ntd"] == cost
    assert dump_plan(open_plan) == dump_plan(purchased(open_plan))


def test_the_same_money_buys_the_cheapest_switches() -> None:
    cheap_small = replace(ALL_PRICED, switch_8=1, switch_16=100_000, switch_24=100_000, switch_48=100_000)
    codes = {line.code for line in _plan(SITE, Settings(prices=cheap_small)).bill}
    assert "switch_8" in codes
    assert not codes & {"switch_16", "switch_24", "switch_48"}


MODELS = ap_models()


@pytest.mark.parametrize("text", ["TP-Link EAP660 HD", "EAP660 HD", "華為 AirEngine 5760", "Omada EAP670"])
def test_a_mainland_brand_is_refused_with_the_rule_quoted(text: str) -> None:
    with pytest.raises(SettingsError, match="資通訊軟硬體均不得採用大陸廠牌") as caught:
        product(PurchaseOptions(ap_product=text, brand_decided_by="anybody"), MODELS["ax-2x2"])
    assert "五(七)2" in caught.value.zh[0]


def test_a_brand_in_doubt_needs_a_person_who_is_named() -> None:
    doubtful = PurchaseOptions(ap_product="某 Reyee AP")
    with pytest.raises(SettingsError, match="待認定") as caught:
        product(doubtful, MODELS["ax-2x2"])
    assert "brand_decided_by" in caught.value.remedy
    with pytest.raises(SettingsError):
        product(replace(doubtful, brand_decided_by="  "), MODELS["ax-2x2"])
    decided = replace(doubtful, brand_decided_by="王主任 114.3.1")
    found = product(decided, MODELS["ax-2x2"])
    assert found is not None
    assert (found.verdict.status, found.origin, found.decided_by) == ("undecided", "CN", "王主任 114.3.1")
    page = purchase_page(_plan(SITE, Settings(purchase=decided)), "zh-TW")
    assert page is not None
    assert "王主任" in page.product[0]


def test_nothing_is_planned_with_a_forbidden_product() -> None:
    with pytest.raises(SettingsError, match="TP-Link"):
        kit(Settings(purchase=PurchaseOptions(ap_product="TP-Link EAP610")), country="TW")


def test_other_products_are_bought_by_their_class() -> None:
    assert product(PurchaseOptions(), MODELS["ax-2x2"]) is None
    found = product(PurchaseOptions(ap_product="Aruba AP-505"), MODELS["ax-2x2"])
    assert found is not None
    assert (found.origin, found.model_class) == ("US", "ax-2x2")
    with pytest.raises(SettingsError, match="ax-4x4"):
        product(PurchaseOptions(ap_product="Aruba AP-515"), MODELS["ax-2x2"])


def test_every_brand_of_the_products_has_an_origin_and_no_mainland_one_passes() -> None:
    for brand in {row.text("brand") for row in rows("ap_products")}:
        assert brand_origin(brand) is not None, brand
        if brand_origin(brand) == "CN":
            assert brand_verdict(brand).status != "not_listed", brand


def test_prices_and_purchase_are_read_strictly() -> None:
    loaded, faults = parse_settings("[prices]\nap = 12000\ndrop = 2500\n[purchase]\nspare_port_share = 0.5\n")
    assert faults == ()
    study = loaded.study
    assert (study.design.ap_price_ntd, study.prices.drop, study.purchase.spare_port_share) == (12000, 2500, 0.5)
    assert settings_from_mapping(settings_to_mapping(study)) == (study, ())
    bad = '[prices]\nap = 1.5\nswitch_99 = 1\ndrop = -1\n[purchase]\nap_product = "TP-Link X"\nspare_port_share = 9\n'
    wheres = {fault.where for fault in parse_settings(bad)[1]}
    assert {"[prices] ap", "[prices] switch_99", "[prices] drop", "[purchase] ap_product"} <= wheres
    assert "[purchase] spare_port_share" in wheres
    twice = parse_settings("[prices]\nap = 1\n[design]\nap_price_ntd = 2\n")[1]
    assert [fault.where for fault in twice] == ["[prices] ap"]
