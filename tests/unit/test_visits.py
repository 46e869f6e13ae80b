"""Which school is visited first: what counts, what does not, and an order that never wavers."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.catalog.visit_risks import edited_risks, visit_risks
from wifiplan.errors import SettingsError
from wifiplan.scheme.school import School
from wifiplan.study.tracking import Mark, Planned, Returned, RoomTest, Tracked, TrackedRoom, good_classrooms
from wifiplan.study.visits import findings, visits

SCHOOL = School(stage="elementary", code="000001", name="甲國小", county="某市", n_classes=6, n_students=100)
ROOMS = tuple(TrackedRoom(room_id=f"r{n}", name=f"{n}", use="classroom", required=True, served=n > 0) for n in range(3))
PLAN = Planned(
    evidence="archetype",
    n_aps_allotted=2,
    n_aps_needed=5,
    n_classrooms=3,
    n_classrooms_served=2,
    inventory_known=False,
    demand_mbps=200.0,
    rooms=ROOMS,
)
RISKS = visit_risks()


def class_tests(verdict: str = "pass", *, n: int = 3) -> tuple[RoomTest, ...]:
    day = dt.date(2026, 9, 1)
    return tuple(
        RoomTest(room_id=f"r{k}", use="classroom", kind="class_test", day=day, verdict=verdict)  # type: ignore[arg-type]
        for k in range(n)
    )


def codes(tracked: Tracked) -> dict[str, int]:
    return {found.risk.code: found.count for found in findings(tracked, RISKS)}


def test_nothing_known_is_no_finding() -> None:
    assert codes(Tracked(school=SCHOOL)) == {}


def test_a_planned_school_is_judged_by_what_it_rests_on() -> None:
    assert codes(Tracked(school=SCHOOL, planned=PLAN)) == {
        "unserved": 1,
        "ap_short": 3,
        "inventory_unknown": 1,
        "archetype": 1,
        "uplink_unknown": 1,
    }


def test_a_room_that_passed_its_class_test_is_no_longer_unserved() -> None:
    found = codes(Tracked(school=SCHOOL, planned=PLAN, tests=class_tests(n=1)))
    assert "unserved" not in found
    assert "archetype" in found


def test_a_proven_school_is_not_asked_for_its_inventory() -> None:
    tracked = Tracked(school=SCHOOL, planned=PLAN, tests=class_tests(), sent=True)
    assert tracked.proven
    assert tracked.is_done("tested")
    assert codes(tracked) == {"ap_short": 3, "uplink_unknown": 1}


def test_failures_and_open_tests_count_by_room() -> None:
    tracked = Tracked(
        school=SCHOOL, planned=PLAN, tests=(*class_tests("fail", n=2), *class_tests("inconclusive", n=3)[2:])
    )
    assert not tracked.is_done("tested")
    assert codes(tracked)["test_failed"] == 2
    assert codes(tracked)["test_open"] == 1


def test_waiting_counts_by_the_week_beyond_the_limit() -> None:
    tracked = Tracked(school=SCHOOL, sent=True, returned=Returned(status="missing"), waiting_days=15)
    assert codes(tracked) == {"no_answer": 1, "long_wait": 1}
    assert codes(replace(tracked, waiting_days=14)) == {"no_answer": 1}
    assert codes(replace(tracked, returned=Returned(status="faulty", n_faults=4, n_assumed=2))) == {
        "sheet_faults": 4,
        "assumed": 2,
        "inventory_unknown": 1,
    }


def test_the_office_s_word_counts_as_a_step() -> None:
    marks = (("ordered", Mark(done=True)), ("installed", Mark(done=False)))
    tracked = Tracked(school=SCHOOL, marks=marks)  # type: ignore[arg-type]
    assert tracked.furthest == "ordered"
    assert not tracked.is_done("installed")
    assert not tracked.is_done("sent")


def test_a_school_that_failed_to_plan_has_no_numbers_to_be_judged_by() -> None:
    assert codes(Tracked(school=SCHOOL, planned=Planned(failure="no classes"))) == {"not_planned": 1}
    assert not Tracked(school=SCHOOL, planned=Planned(failure="no classes")).is_done("planned")


def test_kinds_of_evidence_stand_apart() -> None:
    tests = (*class_tests(n=2), replace(class_tests(n=1)[0], kind="survey", verdict="fail"))
    found = good_classrooms(Tracked(school=SCHOOL, planned=PLAN, tests=tests))
    assert [(part.basis, part.n_good, part.n_classrooms) for part in found] == [
        ("archetype", 2, 3),
        ("survey", 0, 1),
        ("class_test", 2, 2),
    ]


def test_points_never_pass_the_most() -> None:
    for risk in RISKS:
        assert risk.score(0) == 0
        assert risk.score(10_000) == risk.most
        assert risk.points <= risk.most


@given(st.lists(st.integers(min_value=0, max_value=12), min_size=1, max_size=12))
def test_ranks_follow_the_points_and_then_the_roster(short: list[int]) -> None:
    schools = [
        Tracked(
            school=replace(SCHOOL, code=f"{k:06d}"),
            funded=k % 4 != 3,
            planned=replace(PLAN, n_aps_needed=2 + n),
        )
        for k, n in enumerate(short)
    ]
    found = visits(schools, RISKS)
    assert [visit.tracked for visit in found] == schools
    ranked = sorted((v for v in found if v.rank is not None), key=lambda v: v.rank or 0)
    assert [v.rank for v in ranked] == list(range(1, sum(t.funded for t in schools) + 1))
    keys = [(-v.score, v.tracked.school.code) for v in ranked]
    assert keys == sorted(keys)


def test_weights_are_edited_and_faults_named_at_once() -> None:
    risks = {risk.code: risk for risk in edited_risks({"remote": 40, "sheet": 0}, {"large": 12})}
    assert risks["remote"].most == 40
    assert risks["sheet"].score(1) == 0
    assert risks["large"].limit == 12
    with pytest.raises(SettingsError) as error:
        edited_risks({"nobody": 1, "remote": -1}, {"remote": 3})
    assert len(error.value.faults) == 3
