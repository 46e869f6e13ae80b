import pytest

from wifiplan.errors import RosterError
from wifiplan.scheme.budget import CountyInputs, county_lines
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.indicators import GoodClassrooms, indicators
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


GOOD = (
    GoodClassrooms(basis="archetype", n_good=20, n_classrooms=24),
    GoodClassrooms(basis="drawn", n_good=11, n_classrooms=12),
)


def test_indicators_follow_from_requests_and_plans() -> None:
    found_lines = county_lines(SCHOOLS, GIVEN, with_requests(CountyInputs(), GIVEN, ASKED), OPTIONS)
    kpis = indicators(GIVEN, found_lines, ASKED, OPTIONS, good_classrooms=GOOD)
    assert [kpi.value for kpi in kpis] == [30 + 20 + 100 + 4 + 4 + 20, 120, 100, 50, None, None, None, None]
    assert [kpi.code for kpi in kpis] == list(range(1, 9))


def test_a_county_without_remote_schools_says_so() -> None:
    lines = county_lines(SCHOOLS[:2], GIVEN[:2], CountyInputs(), OPTIONS)
    third = indicators(GIVEN[:2], lines, (), OPTIONS)[2]
    assert third.value is None
    assert "no such school" in third.note_en


def test_good_classrooms_are_stated_by_evidence_and_never_summed() -> None:
    lines = county_lines(SCHOOLS, GIVEN, CountyInputs(), OPTIONS)
    kpis = indicators(GIVEN, lines, (), OPTIONS, good_classrooms=GOOD)
    assert kpis[6].value is None
    assert [(part.text_zh, part.n_good, part.n_classrooms) for part in kpis[6].parts] == [
        ("依平面圖", 11, 12),
        ("依推定校舍", 20, 24),
    ]
    assert not any(kpi.parts for kpi in kpis if kpi.code != 7)
    with pytest.raises(RosterError, match="twice"):
        indicators(GIVEN, lines, (), OPTIONS, good_classrooms=(*GOOD, GOOD[0]))


def test_the_texts_are_those_of_the_annex() -> None:
    lines = county_lines(SCHOOLS, GIVEN, CountyInputs(), OPTIONS)
    assert [kpi.text_zh.replace(" ", "") for kpi in indicators(GIVEN, lines, (), OPTIONS)] == [
        "購置學習載具總臺數",
        "偏遠地區學校購置學習載具總臺數",
        "偏遠地區學校達成每位學生1臺學習載具之學校校數比率",
        "非偏遠地區學校達成每6班配發1班載具的校數比率",
        "抽樣調查學習成效(科目自選，例如國、英、數等)提升人數之比率",
        "培訓教師人數達縣市所有教師總數",
        "具備良好無線網路（可提供全班載具同時線上學習）之班級數",
        "學習扶助班級融入數位教學之班級數比率",
    ]
