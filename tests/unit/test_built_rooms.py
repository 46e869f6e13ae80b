from pathlib import Path

import pytest

from wifiplan.files.site import read_site
from wifiplan.predict.demand import DemandOptions
from wifiplan.study import Settings, plan_site
from wifiplan.study.as_built import AsBuilt, BuiltRow, all_done
from wifiplan.study.built_rooms import built_rooms
from wifiplan.study.records import Plan


@pytest.fixture(scope="module")
def plan(repo_root: Path) -> Plan:
    return plan_site(
        read_site(repo_root / "floorplans" / "demo-remote.json"), Settings(demand=DemandOptions(margin_db=8.3))
    )


def test_a_plan_carried_out_to_the_letter_loses_no_room(plan: Plan) -> None:
    rooms = built_rooms(plan, all_done(plan))
    assert rooms.as_built == rooms.as_planned
    assert rooms.lost == ()
    assert rooms.undecided == ()
    assert {room.room_id for room in rooms.as_built} == {room.room_id for room in plan.rooms}


def test_rooms_of_an_access_point_that_was_not_hung_are_lost(plan: Plan) -> None:
    missing = next(p for p in plan.access_points if p.action == "new" and p.serves)
    built = AsBuilt(rows=tuple(row for row in all_done(plan).rows if row.ap_id != missing.access_point.id))
    assert set(built_rooms(plan, built).lost) & set(missing.serves)


def test_where_the_controller_chooses_the_channel_nobody_can_say(plan: Plan) -> None:
    chosen = next(p for p in plan.access_points if p.action == "new" and p.serves)
    rows = tuple(
        BuiltRow(ap_id=row.ap_id, done=True, channel_auto=row.ap_id == chosen.access_point.id)
        for row in all_done(plan).rows
    )
    assert set(chosen.serves) <= set(built_rooms(plan, AsBuilt(rows=rows)).undecided)
