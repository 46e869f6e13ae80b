"""One plan, several roster rows: sums over the rows are those of the plan."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.scheme.school import School, Stage
from wifiplan.site.archetype import archetype
from wifiplan.site.building import SchoolRef
from wifiplan.study import Plan, Settings, plan_site
from wifiplan.study.outcomes import SchoolOutcome
from wifiplan.study.telling import planned, told_apart


def row(stage: Stage, code: str, n_classes: int, n_aps: int | None) -> SchoolOutcome:
    school = School(stage=stage, code=code, name=stage, county="c", n_classes=n_classes, n_students=20 * n_classes)
    return SchoolOutcome(school=school, n_class_sets=1, n_devices=22, n_aps_allotted=n_aps)


@pytest.fixture(scope="module")
def shared() -> Plan:
    """A building of nine classrooms, three of them of the junior high school."""
    site = archetype(School(stage="elementary", code="000001", name="甲", county="c", n_classes=9, n_students=180))
    names = [room.id for floor in site.floors for room in floor.rooms if room.use == "classroom"]
    junior = set(names[-3:])
    floors = tuple(
        replace(
            floor,
            rooms=tuple(replace(room, stage="junior") if room.id in junior else room for room in floor.rooms),
        )
        for floor in site.floors
    )
    ref = SchoolRef(stage="elementary", code="000001", n_classes=6)
    return plan_site(
        replace(site, floors=floors, school=ref, also_serves=(SchoolRef(stage="junior", code="000002", n_classes=3),)),
        Settings(),
    )


def test_classrooms_go_to_their_stage_and_sums_hold(shared: Plan) -> None:
    blank = (row("elementary", "000001", 6, None), row("junior", "000002", 3, None))
    whole = replace(planned(blank[0], shared), n_aps_needed=shared.n_new_aps, n_aps_needed_classrooms=4)
    first, second = told_apart(whole, blank, shared)
    assert (first.n_classrooms, second.n_classrooms) == (6, 3)
    assert (first.planned_with, second.planned_with) == (None, "elementary-000001")
    assert (first.school.stage, second.school.stage) == ("elementary", "junior")
    assert (first.n_aps_placed or 0) + (second.n_aps_placed or 0) == shared.n_new_aps
    assert (first.n_aps_needed or 0) + (second.n_aps_needed or 0) == shared.n_new_aps
    assert second.n_specialist == 0
    assert first.n_specialist == shared.n_required(1)


@given(st.integers(0, 40), st.integers(0, 40))
def test_no_row_gets_more_than_it_is_allotted_where_that_suffices(shared: Plan, one: int, other: int) -> None:
    blank = (row("elementary", "000001", 6, one), row("junior", "000002", 3, other))
    found = told_apart(planned(blank[0], shared), blank, shared)
    assert sum(outcome.n_aps_placed or 0 for outcome in found) == shared.n_new_aps
    if one + other >= shared.n_new_aps:
        assert all((o.n_aps_placed or 0) <= (o.n_aps_allotted or 0) for o in found)
