import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.errors import SiteError
from wifiplan.files.plan import dump_plan, read_plan, read_site_or_plan, write_plan
from wifiplan.files.plan_lists import write_aps_csv, write_bom_csv, write_rooms_csv
from wifiplan.files.site import read_site
from wifiplan.radio.loss import LAWS
from wifiplan.site.network import AccessPoint, Need, Radio
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import BillLine, Plan, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.settings import Settings


@pytest.fixture(scope="module")
def plan(repo_root: Path) -> Plan:
    site = read_site(repo_root / "floorplans" / "demo-remote.json")
    need = Need(
        room_id="102",
        priority=0,
        profile="video",
        n_devices=7,
        mbps_per_device=2.5,
        min_received_dbm=-58.7,
        min_snr_db=25.0,
        max_airtime_share=0.6,
    )
    room = PlannedRoom(
        room_id="102",
        name="=一年甲班",
        use="classroom",
        floor=0,
        class_size=6,
        need=need,
        verdict="pass",
        reason=Reason(code="served"),
        serving_ap="ap-1",
        sharing_aps=("ap-1", "ap-2"),
        received_dbm=-51.23456789,
        snr_db=39.0,
        seats_share=1.0,
        airtime_share=1 / 3,
    )
    corridor = PlannedRoom(
        room_id="1C",
        name="走廊",
        use="corridor",
        floor=0,
        class_size=None,
        need=None,
        verdict="not_required",
        reason=Reason(code="not_required"),
    )
    radios = (Radio(band="2.4", channel=6), Radio(band="5", channel=36, width_mhz=40, eirp_dbm=17.0))
    hung = AccessPoint(id="ap-1", name="無線 1", floor=0, x_m=15.5, y_m=5.5, z_m=3.1, model="ax-2x2", radios=radios)
    new = PlannedAccessPoint(
        access_point=hung,
        action="new",
        reason=Reason(code="forced_by_rooms", rooms=("102",)),
        room_id="102",
        serves=("102", "103"),
        cabinet="MDF",
        cable_m=12.34567,
    )
    gone = PlannedAccessPoint(
        access_point=AccessPoint(id="old-1", floor=0, room_id="101"), action="removed", reason=Reason(code="replaced")
    )
    return Plan(
        version="0.1",
        site=site,
        settings=Settings(n_aps=2, law=LAWS["tgax_enterprise"]),
        band="5",
        rooms=(room, corridor),
        access_points=(new, gone),
        bill=(
            BillLine(code="ap", name_zh="無線基地臺", name_en="access point", quantity=1, unit="台", price_ntd=None),
        ),
        proof=Proof(verdict="optimal", gap=0.0, levels=(("classrooms", 6.0, 6.0),)),
        n_aps_allowed=2,
        n_class_sets=None,
        n_rooms_at_once=6,
        assumptions=("假設",),
    )


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_plan_survives_the_disk_up_to_rounding(tmp_path: Path, plan: Plan) -> None:
    write_plan(tmp_path / "plan.json", plan)
    back = read_plan(tmp_path / "plan.json")
    assert back.site == plan.site
    assert back.settings == plan.settings
    assert back.rooms[0].received_dbm == -51.2346
    assert replace(back, rooms=plan.rooms, access_points=plan.access_points) == plan
    assert dump_plan(back) == dump_plan(plan)
    assert json.loads(dump_plan(plan))["settings"]["law"]["law"] == "tgax_enterprise"


def test_how_a_device_hangs_survives_the_disk_and_stands_in_the_table(tmp_path: Path, plan: Plan) -> None:
    first, *rest = plan.access_points
    turned = replace(first.access_point, mount="wall", azimuth_deg=225.0, tilt_deg=-10.0, pattern="sector-65")
    told = replace(plan, access_points=(replace(first, access_point=turned), *rest))
    write_plan(tmp_path / "plan.json", told)
    assert read_plan(tmp_path / "plan.json").access_points[0].access_point == turned
    assert read_site_or_plan(tmp_path / "plan.json").access_points == (turned,)
    write_aps_csv(tmp_path / "aps.csv", told, lambda reason: reason.code)
    row = table(tmp_path / "aps.csv")[0]
    assert [row[key] for key in ("mount", "azimuth_deg", "tilt_deg", "pattern")] == [
        "wall",
        "225",
        "-10",
        "sector-65",
    ]


def test_unproven_plan_with_an_infinite_gap_survives(tmp_path: Path, plan: Plan) -> None:
    open_plan = replace(plan, proof=replace(plan.proof, gap=math.inf))
    write_plan(tmp_path / "plan.json", open_plan)
    assert read_plan(tmp_path / "plan.json").proof == open_plan.proof


def test_all_faults_of_a_plan_come_at_once(tmp_path: Path, plan: Plan) -> None:
    data = json.loads(dump_plan(plan))
    data["rooms"][0]["verdict"] = "passed"
    data["settings"]["design"]["width"] = 3
    data["site"]["floors"][0]["walls"][0]["material"] = "brik"
    data["foo"] = 1
    target = tmp_path / "plan.json"
    target.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(SiteError) as caught:
        read_plan(target)
    assert len(caught.value.faults) == 4
    del data["rooms"]
    target.write_text(json.dumps({**data, "foo": 0}), encoding="utf-8")
    with pytest.raises(SiteError):
        read_plan(target)
    target.write_text("{}", encoding="utf-8")
    with pytest.raises(SiteError, match="no plan"):
        read_plan(target)


def test_missing_part_is_named(tmp_path: Path, plan: Plan) -> None:
    data = json.loads(dump_plan(plan))
    del data["rooms"]
    (tmp_path / "plan.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(SiteError, match='"rooms" is missing'):
        read_plan(tmp_path / "plan.json")


def test_site_of_a_plan_has_its_access_points(tmp_path: Path, plan: Plan, repo_root: Path) -> None:
    write_plan(tmp_path / "plan.json", plan)
    assert [ap.id for ap in read_site_or_plan(tmp_path / "plan.json").access_points] == ["ap-1"]
    assert [ap.id for ap in read_site_or_plan(repo_root / "floorplans" / "demo-remote.json").access_points] == ["old-1"]
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(SiteError):
        read_site_or_plan(tmp_path / "x.json")


def test_site_of_a_plan_calls_cabinets_by_their_ids(tmp_path: Path, plan: Plan) -> None:
    hung = replace(plan.access_points[0].access_point, cabinet="辦公室機櫃")
    points = (replace(plan.access_points[0], access_point=hung),)
    write_plan(tmp_path / "plan.json", replace(plan, access_points=points))
    assert [ap.cabinet for ap in read_site_or_plan(tmp_path / "plan.json").access_points] == ["MDF"]


def test_rooms_csv_has_the_contract_columns_first(tmp_path: Path, plan: Plan) -> None:
    write_rooms_csv(tmp_path / "rooms.csv", plan, lambda reason: f"because {reason.code}")
    rows = table(tmp_path / "rooms.csv")
    contract = "room_id,name,use,floor,class_size,n_devices,demand_mbps,serving_ap,received_dbm,snr_db,seats_share"
    assert list(rows[0])[:14] == [*contract.split(","), "airtime_share", "verdict", "reason"]
    assert rows[0]["name"] == "'=一年甲班"
    assert rows[0]["demand_mbps"] == "17.5"
    assert rows[0]["received_dbm"] == "-51.235"
    assert rows[0]["reason"] == "because served"
    assert rows[1]["n_devices"] == ""


def test_aps_csv_shows_the_radio_that_carries_the_class(tmp_path: Path, plan: Plan) -> None:
    write_aps_csv(tmp_path / "aps.csv", plan, lambda reason: reason.code)
    rows = table(tmp_path / "aps.csv")
    contract = "ap_id,name,floor,x_m,y_m,z_m,room_id,model,band,channel,width_mhz,eirp_dbm,cabinet,cable_m,reason"
    assert list(rows[0])[:15] == contract.split(",")
    assert (rows[0]["band"], rows[0]["channel"], rows[0]["serves"]) == ("5", "36", "102 103")
    assert (rows[1]["ap_id"], rows[1]["band"], rows[1]["room_id"], rows[1]["action"]) == ("old-1", "", "101", "removed")


def test_bill_leaves_unknown_prices_empty(tmp_path: Path, plan: Plan) -> None:
    write_bom_csv(tmp_path / "bom.csv", plan)
    assert table(tmp_path / "bom.csv")[0]["cost_ntd"] == ""
