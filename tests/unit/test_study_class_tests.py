"""A class test beside the plan: agreement only where the two speak of the same thing."""

from dataclasses import replace
from pathlib import Path

import pytest

from class_samples import agent, class_test, ramp, room, seats, step, tablet
from wifiplan import files, study
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, RoomRun, WifiLink
from wifiplan.site.network import Radio
from wifiplan.study.class_tests import Beside, beside_plan
from wifiplan.study.neighbours import neighbours
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.retests import compare_tests

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan of the remote demo school."""
    return study.plan_site(files.read_site(ROOT / "floorplans/demo-remote.json"), study.Settings())


@pytest.fixture(scope="module")
def planned(plan: Plan) -> PlannedRoom:
    """Return a room that the plan serves."""
    return next(r for r in plan.rooms if r.verdict == "pass" and r.need is not None)


def run_of(planned: PlannedRoom, *, fails: bool = False, n: int | None = None) -> RoomRun:
    n_devices = n if n is not None else planned.need.n_devices if planned.need else 30
    steps = ramp(breaks_from=1.0 if fails else 9.0, n=n_devices, n_bad=2)
    return replace(room(planned.room_id, planned.name, steps=steps), n_expected=n_devices)


def one(test: ClassTest, plan: Plan | None, mark: str | None = None) -> Beside:
    (found,) = beside_plan(test, plan, mark)
    return found


def failing(plan: Plan, planned: PlannedRoom) -> Plan:
    reason = Reason(code="airtime", value=0.9, limit=0.6)
    rooms = tuple(replace(r, verdict="fail", reason=reason) if r.room_id == planned.room_id else r for r in plan.rooms)
    return replace(plan, rooms=rooms)


def test_what_is_predicted_stands_beside_what_was_measured(plan: Plan, planned: PlannedRoom) -> None:
    found = one(class_test(run_of(planned)), plan)
    assert (found.agreement, found.hindrances) == ("agree", ())
    assert found.predicted is not None
    assert (found.predicted.room, found.predicted.band) == (planned, plan.band)
    assert found.predicted.channel is not None


def test_the_plan_can_be_wrong_in_both_directions(plan: Plan, planned: PlannedRoom) -> None:
    assert one(class_test(run_of(planned, fails=True)), plan).agreement == "plan_optimistic"
    alone = replace(
        failing(plan, planned), rooms=tuple(r for r in failing(plan, planned).rooms if r.room_id == planned.room_id)
    )
    assert one(class_test(run_of(planned)), alone).agreement == "plan_pessimistic"


def test_a_pass_with_idle_neighbours_says_nothing_against_the_plan(plan: Plan, planned: PlannedRoom) -> None:
    near = neighbours(plan, [planned.room_id])[planned.room_id]
    doubtful = failing(plan, planned)
    found = one(class_test(run_of(planned)), doubtful)
    if near:
        assert (found.agreement, found.hindrances) == ("not_comparable", ("neighbours_idle",))
        loaded = [run_of(next(r for r in plan.rooms if r.room_id == n.room_id)) for n in near]
        first, *_ = beside_plan(class_test(run_of(planned), *loaded), doubtful)
        assert first.agreement == "plan_pessimistic"
        assert first.loaded == {n.room_id for n in near}
        later = [replace(other, round_no=2) for other in loaded]
        assert beside_plan(class_test(run_of(planned), *later), doubtful)[0].loaded == frozenset()


def test_more_than_planned_may_pass_and_less_may_fail(plan: Plan, planned: PlannedRoom) -> None:
    assert planned.need is not None
    n = planned.need.n_devices
    assert one(class_test(run_of(planned, n=n + 3)), plan).agreement == "agree"
    assert one(class_test(run_of(planned, n=n - 3)), plan).hindrances == ("other_devices",)
    assert one(class_test(run_of(planned, fails=True, n=n + 3)), plan).hindrances == ("other_devices",)
    assert one(class_test(run_of(planned, fails=True, n=n - 3)), plan).agreement == "plan_optimistic"
    for rate_mbps, fails, agreement in (
        (1.0, False, "not_comparable"),
        (4.0, False, "agree"),
        (4.0, True, "not_comparable"),
    ):
        test = replace(class_test(run_of(planned, fails=fails)), options=ClassTestOptions(rate_mbps=rate_mbps))
        assert one(test, plan).agreement == agreement


def test_what_can_not_be_compared_says_why(plan: Plan, planned: PlannedRoom) -> None:
    test = class_test(run_of(planned))
    assert one(test, None).hindrances == ("no_plan",)
    assert one(replace(test, plan_mark="11111111"), plan, "22222222").hindrances == ("other_plan",)
    assert one(replace(test, plan_mark="22222222"), plan, "22222222").hindrances == ()
    assert one(class_test(room("nowhere", "nowhere")), plan).hindrances == ("no_room",)
    unasked = next(r for r in plan.rooms if r.need is None)
    assert one(class_test(room(unasked.room_id, unasked.name)), plan).hindrances == ("not_required",)
    empty = class_test(replace(run_of(planned), steps=()))
    assert one(empty, plan).agreement == "open"


def test_rooms_are_known_by_id_number_or_name(plan: Plan, planned: PlannedRoom) -> None:
    by_name = replace(run_of(planned), room_id="somewhere")
    assert one(class_test(by_name), plan).predicted is not None
    floors = tuple(
        replace(f, rooms=tuple(replace(r, inventory_id="N-1") if r.id == planned.room_id else r for r in f.rooms))
        for f in plan.site.floors
    )
    numbered = replace(plan, site=replace(plan.site, floors=floors))
    found = one(class_test(replace(run_of(planned), room_id="N-1", name="?")), numbered)
    assert found.predicted is not None
    assert found.predicted.room == planned


def test_laptops_tell_on_which_channel_they_are(plan: Plan, planned: PlannedRoom) -> None:
    main = next(p for p in plan.access_points if p.access_point.id == planned.serving_ap)
    radio = Radio(band="5", channel=38, width_mhz=40, eirp_dbm=20.0)
    points = tuple(
        replace(p, access_point=replace(p.access_point, radios=(radio,))) if p is main else p
        for p in plan.access_points
    )
    set_to_38 = replace(plan, band="5", access_points=points)
    for frequency, as_planned in ((5180, True), (5200, True), (5220, False), (2412, False)):
        link = WifiLink(bssid="02:00:00:00:00:01", frequency_mhz=frequency, signal_dbm=-51.0)
        there = replace(run_of(planned), steps=(step(tuple(replace(agent(s), link=link) for s in seats(3))),))
        found = one(class_test(there), set_to_38).links
        assert found is not None
        assert (found.n, found.n_access_points, found.signal_dbm, found.as_planned) == (3, 1, -51.0, as_planned)


def test_neighbours_share_an_access_point_or_its_channel(plan: Plan, planned: PlannedRoom) -> None:
    for near in neighbours(plan, [r.room_id for r in plan.rooms]).values():
        for other in near:
            assert (other.heard_dbm is None) == (other.sharing == "same_ap")
    same = tuple(
        replace(r, serving_ap=planned.serving_ap, sharing_aps=()) if r.need is not None else r for r in plan.rooms
    )
    shared = neighbours(replace(plan, rooms=same), [planned.room_id])[planned.room_id]
    assert len(shared) == sum(r.need is not None for r in plan.rooms) - 1
    assert {other.sharing for other in shared} == {"same_ap"}
    one_channel = tuple(
        replace(
            p,
            access_point=replace(
                p.access_point,
                radios=tuple(replace(r, channel=36, width_mhz=20) for r in p.access_point.radios),
            ),
        )
        for p in plan.access_points
    )
    on_36 = neighbours(replace(plan, access_points=one_channel), [planned.room_id])[planned.room_id]
    assert any(other.sharing == "same_channel" for other in on_36)
    assert neighbours(plan, ["nowhere"]) == {"nowhere": ()}
    assert neighbours(replace(plan, access_points=()), [planned.room_id]) == {planned.room_id: ()}


def test_a_retest_tells_what_became_of_the_rooms_and_what_was_done_otherwise() -> None:
    failed = class_test(room(steps=ramp(breaks_from=1.0)), room("r2", "三年乙班"))
    again = replace(
        class_test(room(), test_id="77aa12bc"),
        retest_of=failed.id,
        plan_mark="0a1b2c3d",
        options=replace(failed.options, rate_mbps=2.0, limits=replace(failed.options.limits, max_start_s=5.0)),
    )
    again = replace(again, rooms=(replace(again.rooms[0], n_expected=29),))
    found = compare_tests(again, failed)
    assert found.linked
    assert [(r.room_id, r.before, r.after) for r in found.rooms] == [("r1", "fail", "pass"), ("r2", "pass", None)]
    told = {(d.what, d.before, d.after) for d in found.differences}
    assert told == {
        ("plan_mark", "-", "0a1b2c3d"),
        ("rate_mbps", "-", "2"),
        ("max_start_s", "3", "5"),
        ("n_expected", "30", "29"),
    }
    assert not compare_tests(replace(again, retest_of=None), failed).linked


def test_a_room_of_several_rounds_counts_with_its_worst() -> None:
    both = class_test(room(), room(round_no=2, steps=ramp(breaks_from=1.0)))
    (found,) = compare_tests(both, class_test()).rooms
    assert (found.before, found.after) == ("pass", "fail")


def test_tablets_tell_nothing_of_their_links(planned: PlannedRoom, plan: Plan) -> None:
    there = replace(run_of(planned), steps=(step((tablet(),)),))
    assert one(class_test(there), plan).links is None
