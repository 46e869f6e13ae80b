"""One building under several settings: the same figures as its plan, and nothing made ready twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan import files
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.site.building import Site
from wifiplan.study import Settings, answer, case_plans, least_aps, prepare
from wifiplan.study.archetype_check import check_archetype, row_of, spread
from wifiplan.study.case_plans import case_outcomes
from wifiplan.study.cases import Case

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
SCHOOL = School(stage="elementary", code="000001", name="甲", county="臺北市", n_classes=2, n_students=40)
BASE = Case(name="base", label="現行", settings=Settings(), archetype=ArchetypeOptions())


def failed(error: Exception) -> tuple[str, str]:
    return str(error), "site"


def small(case: Case) -> Site:
    return archetype(SCHOOL, case.archetype)


def test_figures_are_those_of_the_plan_where_access_points_hang_already() -> None:
    site = files.read_site(DEMO)
    (found,) = case_outcomes(lambda _: site, [BASE], [1], failed)
    ready = prepare(site, Settings())
    plan = answer(ready, n_aps=1)
    assert found.failure is None
    assert (found.n_aps_placed, found.n_classrooms_served) == (plan.n_new_aps, plan.n_served(0))
    assert found.n_aps_needed == least_aps(ready)


def test_budgets_share_one_school_made_ready_and_the_base_gives_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Site] = []

    def counted(site: Site, settings: Settings) -> object:
        made.append(site)
        return prepare(site, settings)

    monkeypatch.setattr(case_plans, "prepare", counted)
    slow = replace(Settings(), demand=replace(Settings().demand, mbps_per_device=8.0))
    cases = [BASE, replace(BASE, name="none", n_aps=0), replace(BASE, name="fast", settings=slow)]
    found = case_outcomes(small, cases, [None, 0, None], failed)
    assert len(made) == 2
    assert [o.case for o in found] == ["base", "none", "fast"]
    assert found[1].n_aps_funded == 0
    assert found[1].n_classrooms_served == 0
    assert found[2].n_aps_funded == found[0].n_aps_needed


def test_a_case_that_fails_leaves_the_others() -> None:
    def site_of(case: Case) -> Site:
        if case.archetype.storeys == 9:
            raise ValueError("no such building")
        return small(case)

    bad = replace(BASE, name="bad", archetype=ArchetypeOptions(storeys=9))
    found = case_outcomes(site_of, [bad, BASE], [None, None], failed)
    assert found[0].failure == "no such building"
    assert found[1].failure is None
    assert found[1].n_aps_funded == found[1].n_aps_needed


def test_an_archetype_against_itself_is_not_off() -> None:
    check = check_archetype(archetype(SCHOOL), SCHOOL, BASE, ArchetypeOptions(), failed)
    assert check.failure is None
    assert {check.error(figure) for figure in check.drawn if check.drawn[figure]} == {0.0}
    found = spread([check], "floor_area_m2")
    assert found is not None
    assert (found.n, found.mean, found.sd) == (1, 0.0, None)


def test_a_plan_without_classrooms_is_named_and_left_out() -> None:
    site = archetype(SCHOOL)
    bare = tuple(replace(f, rooms=tuple(r for r in f.rooms if r.use != "classroom")) for f in site.floors)
    check = check_archetype(replace(site, floors=bare), None, BASE, ArchetypeOptions(), failed)
    assert check.failure is not None
    assert "no classroom" in check.failure


def test_a_plan_stands_for_its_own_row() -> None:
    row = row_of(archetype(SCHOOL))
    assert (row.n_classes, row.max_class_size, row.stage) == (2, 20, "elementary")
