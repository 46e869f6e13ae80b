import csv
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.scheme.entitlement import (
    EntitlementOptions,
    entitle,
    entitle_all,
    is_remote,
    meets_principle,
    totals,
)
from wifiplan.scheme.school import Request, School

GOLDEN = Path(__file__).parents[1] / "golden" / "scheme.csv"
OPTIONS = EntitlementOptions()
SCHOOL = School(
    stage="elementary",
    code="999999",
    name="○○國民小學",
    county="○○市",
    n_classes=20,
    n_students=516,
    n_teachers=37,
    max_class_size=28,
)
REMOTE = replace(SCHOOL, remote=True, area="偏遠", n_classes=6, n_students=42, n_teachers=11, max_class_size=14)


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", golden(), ids=lambda row: f"{row['stage']}-{row['n_classes']}-{row['remote']}")
def test_golden_rows(row: dict[str, str]) -> None:
    school = replace(
        SCHOOL,
        stage="junior" if row["stage"] == "junior" else "elementary",
        remote=row["remote"] == "yes",
        n_classes=int(row["n_classes"]),
        max_class_size=int(row["max_class_size"]),
        n_teachers=int(row["n_teachers"]),
        n_students=int(row["n_students"]),
    )
    given = entitle(school, OPTIONS)
    names = ("n_class_sets", "n_student_devices", "n_teacher_devices", "n_carts", "cost_ntd")
    found = (
        given.n_class_sets,
        given.n_student_devices,
        given.n_teacher_devices,
        given.n_carts,
        given.cost_ntd,
    )
    assert found == tuple(int(row[name]) for name in names)


def test_carts_of_a_remote_school_three_ways() -> None:
    assert entitle(REMOTE, OPTIONS).n_carts == 6
    assert entitle(REMOTE, EntitlementOptions(remote_carts="pooled")).n_carts == 2
    by_grade = replace(REMOTE, classes_by_grade=(1,) * 6, students_by_grade=(2, 4, 6, 8, 10, 12))
    assert entitle(by_grade, EntitlementOptions(remote_carts="per_class_slots", cart_slots=10)).n_carts == 8
    assert entitle(REMOTE, EntitlementOptions(remote_carts="per_class_slots")).n_carts == 6


def test_other_readings_of_one_device_each() -> None:
    places = entitle(REMOTE, EntitlementOptions(remote_students="class_places"))
    assert places.n_student_devices == 6 * 14
    per_class = entitle(replace(REMOTE, stage="junior"), EntitlementOptions(remote_teachers="per_class"))
    assert per_class.n_teacher_devices == 18


def test_unknown_and_estimated_numbers_are_flagged() -> None:
    bare = entitle(replace(SCHOOL, max_class_size=None), OPTIONS)
    assert bare.n_student_devices == 4 * 26
    assert "max_class_estimated" in bare.flags
    margin = EntitlementOptions(max_class_margin=2)
    assert entitle(replace(SCHOOL, max_class_size_estimated=True), margin).n_student_devices == 4 * 30
    assert entitle(SCHOOL, margin).n_student_devices == 4 * 28
    assert "teachers_unknown" in entitle(replace(REMOTE, n_teachers=None), OPTIONS).flags
    estimated = replace(REMOTE, n_teachers_estimated=True)
    assert "teachers_estimated" in entitle(estimated, OPTIONS).flags
    assert entitle(estimated, EntitlementOptions(teachers_estimated="none")).n_teacher_devices == 0
    assert "teachers_zero" in entitle(replace(REMOTE, n_teachers=0), OPTIONS).flags
    assert "no_classes" in entitle(replace(SCHOOL, n_classes=0, max_class_size=None), OPTIONS).flags
    assert "max_class_unknown" in entitle(replace(SCHOOL, n_students=0, max_class_size=None), OPTIONS).flags


def test_national_schools_stand_apart_unless_counted_in() -> None:
    national = replace(SCHOOL, code="000001", ownership="national")
    apart = totals(entitle_all([SCHOOL, national, REMOTE], OPTIONS))
    assert apart.funded.n_schools == 2
    assert apart.national.n_schools == 1
    assert apart.remote.n_schools == 1
    counted = totals(entitle_all([SCHOOL, national, REMOTE], EntitlementOptions(include_national=True)))
    assert counted.funded.n_schools == 3
    assert counted.national == apart.national
    assert counted.funded.n_devices == counted.remote.n_devices + counted.non_remote.n_devices


def test_combined_schools_round_up_together_only_when_asked() -> None:
    small = replace(SCHOOL, code="724608", name="縣立東引國(中)小", n_classes=7)
    junior = replace(SCHOOL, stage="junior", code="724505", name="縣立東引國中(小)", n_classes=4)
    assert totals(entitle_all([small, junior], OPTIONS)).funded.n_class_sets == 3
    combined = entitle_all([small, junior], EntitlementOptions(combined_sets="combined"))
    assert [e.n_class_sets for e in combined] == [1, 1]
    assert all("combined" in e.flags for e in combined)


def test_lowest_grade_and_remote_readings() -> None:
    graded = replace(SCHOOL, n_classes=12, classes_by_grade=(2,) * 6)
    assert entitle(graded, OPTIONS).n_class_sets == 2
    assert entitle(graded, EntitlementOptions(lowest_grade=4)).n_class_sets == 1
    mountain = replace(SCHOOL, area="非山非市")
    assert not is_remote(mountain, OPTIONS)
    assert is_remote(mountain, EntitlementOptions(non_mountain_remote=True))
    narrow = EntitlementOptions(remote_areas=("極偏",))
    assert not is_remote(REMOTE, narrow)
    assert is_remote(replace(REMOTE, area="極偏"), narrow)


def test_the_principle_is_kept_by_the_rule_s_own_numbers() -> None:
    given = entitle(SCHOOL, OPTIONS)
    request = Request(stage="elementary", code="999999", n_student_devices=112, n_teacher_devices=8)
    more = replace(request, n_student_devices=113)
    assert meets_principle(None, given, OPTIONS)
    assert meets_principle(request, given, OPTIONS)
    assert not meets_principle(more, given, OPTIONS)
    assert meets_principle(more, given, EntitlementOptions(principle="at_least"))
    assert not meets_principle(replace(request, n_student_devices=1), given, EntitlementOptions(principle="at_least"))
