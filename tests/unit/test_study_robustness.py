"""What a plan bears, held against the same question put to the planner as a school that hangs so already."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files, study
from wifiplan.predict.demand import DemandOptions
from wifiplan.predict.losses import loss_db, path
from wifiplan.predict.obstacles import obstacles
from wifiplan.radio.loss import Law
from wifiplan.site.building import Site
from wifiplan.study import Settings
from wifiplan.study.reason_records import WEAK_CODES
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.robust_network import network
from wifiplan.study.robust_records import Robustness
from wifiplan.study.robust_walls import shifted
from wifiplan.study.settings import DesignOptions
from wifiplan.study.verdicts import room_verdicts

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
QUIET = DesignOptions(what_if=False)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return study.plan_site(files.read_site(DEMO), Settings())


@pytest.fixture(scope="module")
def bears(plan: Plan) -> Robustness:
    assert plan.robustness is not None
    return plan.robustness


def as_built(plan: Plan, *, without: str = "") -> Site:
    """Return the school as it stands once the plan is carried out, one access point taken down."""
    hung = [p.access_point for p in plan.access_points if p.action != "removed"]
    return replace(plan.site, access_points=tuple(ap for ap in hung if ap.id != without))


def judged(site: Site, settings: Settings | None = None) -> dict[str, PlannedRoom]:
    settings = settings or Settings()
    found = study.assess_site(site, replace(settings, design=QUIET))
    return {room.room_id: room for room in found.rooms if room.need is not None}


def test_the_loss_of_an_access_point_is_that_of_a_school_without_it(plan: Plan, bears: Robustness) -> None:
    assert {outage.ap_id for outage in bears.outages} == {p.access_point.id for p in plan.access_points if p.serves}
    assert len(bears.outages[0].lost) >= len(bears.outages[-1].lost)
    for outage in bears.outages:
        left = judged(as_built(plan, without=outage.ap_id))
        fails = {i for i, room in left.items() if room.verdict == "fail"}
        weak = {room.room_id for room in outage.lost if room.reason.code in WEAK_CODES}
        # a class that nothing serves stays off line there; here it goes on with what it hears, and slows others
        assert fails <= {room.room_id for room in outage.lost}
        assert fails == weak
        assert outage.n_lost_waiting == len(fails)
        held = sum(room.need is not None and room.need.priority == 0 for i, room in left.items() if i not in fails)
        assert outage.n_classrooms_held <= held


def test_a_plan_without_what_if_says_nothing_and_is_the_same_otherwise(plan: Plan) -> None:
    bare = study.plan_site(plan.site, Settings(design=QUIET))
    assert bare.robustness is None
    assert bare.rooms == plan.rooms
    assert bare.access_points == plan.access_points


def test_as_many_rooms_at_once_as_it_says_and_no_more(plan: Plan) -> None:
    settings = Settings(demand=DemandOptions(rooms_at_once=1))
    lean = study.plan_site(plan.site, settings)
    assert lean.robustness is not None
    most = lean.robustness.at_once
    assert most.holds
    assert 1 <= most.largest_n < most.n_rooms
    assert most.broken_by
    for n in (most.largest_n, most.largest_n + 1):
        rooms = judged(as_built(lean), replace(settings, demand=DemandOptions(rooms_at_once=n)))
        fails = {i for i, room in rooms.items() if room.verdict == "fail"}
        # a class that can't be served stays off line there, which spares others
        assert fails <= {room.room_id for room in most.broken_by}
        assert bool(fails) == (n > most.largest_n)


def test_seats_are_counted_as_the_verdicts_count_them(plan: Plan, bears: Robustness) -> None:
    shares = {room.room_id: room.seats_share for room in plan.rooms if room.seats_share is not None}
    assert bears.seats.worst_share == min(shares.values())
    assert bears.seats.worst_room is not None
    assert shares[bears.seats.worst_room] == bears.seats.worst_share
    assert min(shares.values()) <= bears.seats.seats_share <= 1.0


@pytest.mark.parametrize("shift_db", [3.0, -3.0])
def test_every_wall_that_a_ray_cuts_loses_so_much_more_and_no_slab_does(shift_db: float) -> None:
    things = obstacles(files.read_site(DEMO), law=None, bands=("5",))
    here, there = np.array([[5.0, 4.0, 3.0]]), np.array([[14.0, 4.5, 0.8], [22.0, 3.0, 4.4], [5.5, 4.0, 0.8]])
    way = path(things, here, there, band="5")
    cut = way.n_light_walls + way.n_heavy_walls
    assert cut.max() >= 2
    assert way.n_floors.max() == 1
    before, after = (loss_db(t, here, there, Law(), band="5") for t in (things, shifted(things, shift_db)))
    assert after - before == pytest.approx(shift_db * cut)


def test_walls_that_lose_nothing_do_not_amplify() -> None:
    things = obstacles(files.read_site(DEMO), law=None, bands=("5",))
    assert shifted(things, -1000.0).passed_db_kba[np.unique(things.wall_kind_w)].max() == 0.0


def test_thicker_walls_take_signal_and_thinner_ones_bring_neighbours(bears: Robustness) -> None:
    more, less = bears.walls
    assert (more.shift_db, less.shift_db) == (3.0, -3.0)
    assert all(room.reason.code in WEAK_CODES for room in more.lost)
    assert not any(room.reason.code in WEAK_CODES for room in less.lost)


def test_a_law_that_counts_walls_is_not_asked_about_their_losses(plan: Plan) -> None:
    found = study.plan_site(plan.site, Settings(law=Law(walls="cost231", floors="cost231")))
    assert found.robustness is not None
    assert found.robustness.walls == ()


def test_a_school_with_nothing_on_the_air_bears_nothing() -> None:
    site = replace(files.read_site(DEMO), access_points=())
    found = study.plan_site(site, Settings(n_aps=0))
    assert found.robustness is not None
    assert found.robustness.outages == ()
    assert found.robustness.at_once.n_rooms == 0
    assert found.robustness.seats.worst_room is None


def test_a_network_judges_as_the_verdicts_do(plan: Plan) -> None:
    codes = set()
    for mbps in (2.5, 9.0):
        design = study.prepare(as_built(plan), Settings(demand=DemandOptions(mbps_per_device=mbps))).finished_today
        whole = network(design).standing()
        rooms = {room.room_id: room for room in room_verdicts(design)}
        for need, reason, holds in zip(whole.network.needs, whole.reasons(), whole.holds_r(), strict=True):
            room = rooms[need.room_id]
            assert holds == (room.verdict == "pass")
            assert reason is None or (reason.code, reason.limit) == (room.reason.code, room.reason.limit)
            assert reason is None or reason.value == pytest.approx(room.reason.value)
            codes.add(room.reason.code)
    assert len(codes) > 1
