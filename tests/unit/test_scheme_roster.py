from dataclasses import replace

import pandas as pd
import pytest

from wifiplan.errors import RosterError
from wifiplan.scheme.roster import Roster, normal_county
from wifiplan.scheme.school import Request, School, base_school

A = School(
    stage="elementary",
    code="011301",
    name="甲國小",
    county="臺北市",
    n_classes=6,
    n_students=90,
    classes_by_grade=(1, 1, 1, 1, 1, 1),
    latitude=25.0,
    row=2,
)
B = School(stage="junior", code="011301", name="甲國中", county="高雄市", n_classes=3, n_students=80, n_teachers=9)
ROSTER = Roster(schools=(A, B), source="x.csv", requests=(Request(stage="junior", code="011301", n_carts=1),))


def test_a_table_and_back() -> None:
    frame = ROSTER.to_frame()
    assert list(frame["code"]) == ["011301", "011301"]
    assert Roster.from_frame(frame).schools == ROSTER.schools


def test_faults_of_a_table() -> None:
    with pytest.raises(RosterError) as caught:
        Roster.from_frame(pd.DataFrame({"code": ["011301"]}))
    assert len(caught.value.faults) == 5
    twice = pd.concat([ROSTER.to_frame(), ROSTER.to_frame()])
    with pytest.raises(RosterError) as caught:
        Roster.from_frame(twice)
    assert len(caught.value.faults) == 2


def test_counties_in_either_spelling() -> None:
    assert ROSTER.county("台北市").schools == (A,)
    assert ROSTER.county("臺北市").requests == ()
    assert ROSTER.county("高雄市").requests == ROSTER.requests
    assert ROSTER.counties() == ("臺北市", "高雄市")
    assert normal_county("［01］".replace("［", "[").replace("］", "]") + "台 東縣") == "臺東縣"
    with pytest.raises(RosterError, match="桃園市"):
        ROSTER.county("桃園市")


def test_finding_a_school_by_stage_and_code() -> None:
    assert ROSTER.find("junior", "011301") is B
    assert ROSTER.find("junior", "999999") is None


def test_base_schools() -> None:
    assert base_school(A) == ("臺北市", "011301")
    pair = [
        School(stage="junior", code=code, name=name, county="x", n_classes=1, n_students=1, attachment="國中小")
        for code, name in (("111111", "晴川國民小學"), ("222222", "晴川國民中學"))
    ]
    assert base_school(pair[0]) == base_school(pair[1])


@pytest.mark.parametrize(
    ("county", "name", "expected"),
    [
        ("嘉義市", "市立崇文國小", "嘉義市立崇文國小"),
        ("連江縣", "縣立介壽國(中)小", "連江縣立介壽國(中)小"),
        ("嘉義市", "國立嘉義大學附小", "嘉義市國立嘉義大學附小"),
        ("嘉義市", "嘉義市崇文國小", "嘉義市崇文國小"),
        ("臺北市", "甲國小", "臺北市甲國小"),
    ],
)
def test_a_full_name_says_city_or_county_once(county: str, name: str, expected: str) -> None:
    assert replace(A, county=county, name=name).full_name == expected
