from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.scheme.entitlement import EntitlementOptions, entitle, entitle_all, totals
from wifiplan.scheme.roster import Roster
from wifiplan.scheme.school import School

OPTIONS = EntitlementOptions()
SOON = settings(max_examples=80, deadline=None)
SCHOOL = st.builds(
    School,
    stage=st.sampled_from(["elementary", "junior"]),
    code=st.integers(0, 999_999).map(lambda n: f"{n:06d}"),
    name=st.text(max_size=8),
    county=st.just("晴川市"),
    n_classes=st.integers(0, 120),
    n_students=st.integers(0, 4_000),
    n_teachers=st.none() | st.integers(0, 300),
    max_class_size=st.none() | st.integers(0, 60),
    ownership=st.sampled_from(["public", "private", "national"]),
    remote=st.booleans(),
)


@SOON
@given(SCHOOL)
def test_numbers_are_whole_and_never_negative(school: School) -> None:
    e = entitle(school, OPTIONS)
    assert min(e.n_class_sets, e.n_student_devices, e.n_teacher_devices, e.n_carts, e.cost_ntd) >= 0
    assert e.cost_ntd == 13_000 * e.n_devices + 50_000 * e.n_carts


@SOON
@given(SCHOOL)
def test_six_classes_more_are_one_set_more(school: School) -> None:
    near = replace(school, remote=False, max_class_size=30)
    more = replace(near, n_classes=near.n_classes + 6)
    assert entitle(more, OPTIONS).n_class_sets == entitle(near, OPTIONS).n_class_sets + 1


@SOON
@given(SCHOOL)
def test_a_remote_school_has_a_device_for_everyone(school: School) -> None:
    e = entitle(replace(school, remote=True), OPTIONS)
    assert e.n_student_devices == school.n_students
    assert e.n_teacher_devices == (school.n_teachers or 0)


@SOON
@given(st.lists(SCHOOL, max_size=8, unique_by=lambda s: s.key))
def test_totals_add_up_and_a_table_gives_the_roster_back(schools: list[School]) -> None:
    sums = totals(entitle_all(schools, OPTIONS))
    assert sums.funded.cost_ntd == sums.remote.cost_ntd + sums.non_remote.cost_ntd
    assert sums.funded.n_schools + sums.national.n_schools == len(schools)
    roster = Roster(schools=tuple(schools))
    if schools:
        assert Roster.from_frame(roster.to_frame()).schools == roster.schools
