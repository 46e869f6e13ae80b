from wifiplan.scheme.budget import CountyInputs, county_lines
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.indicators import indicators
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.school import Request, School

OPTIONS = EntitlementOptions()
SCHOOLS = [
    School(
        stage="elementary",
        code=code,
        name=code,
        county="b",
        n_classes=12,
        n_students=100,
        n_teachers=20,
        max_class_size=10,
        remote=remote,
    )
    for code, remote in (("000001", False), ("000002", False), ("000003", True))
]
GIVEN = entitle_all(SCHOOLS, OPTIONS)
ASKED = (Request(stage="elementary", code="000001", n_student_devices=30, reason="雙語班"),)


def test_indicators_follow_from_requests_and_plans() -> None:
    found_lines = county_lines(SCHOOLS, GIVEN, with_requests(CountyInputs(), GIVEN, ASKED), OPTIONS)
    kpis = indicators(GIVEN, found_lines, ASKED, OPTIONS, n_good_classrooms=31)
    assert [kpi.value for kpi in kpis] == [30 + 20 + 100 + 4 + 4 + 20, 120, 100, 50, None, None, 31, None]
    assert [kpi.code for kpi in kpis] == list(range(1, 9))


def test_a_county_without_remote_schools_says_so() -> None:
    lines = county_lines(SCHOOLS[:2], GIVEN[:2], CountyInputs(), OPTIONS)
    third = indicators(GIVEN[:2], lines, (), OPTIONS)[2]
    assert third.value is None
    assert "no such school" in third.note_en
