import csv
from pathlib import Path

import pytest

from wifiplan.scheme.office import (
    mobile_learning_classes,
    n_base_schools,
    operations_ntd,
    staff,
    thousands,
)
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import School

GOLDEN = Path(__file__).parents[1] / "golden" / "office.csv"
OPTIONS = EntitlementOptions()


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["n_schools"])
def test_golden_counties(row: dict[str, str]) -> None:
    n = int(row["n_schools"])
    people = staff(n, OPTIONS)
    assert (people.n_advisers, people.n_network, people.n_admin, operations_ntd(n, OPTIONS)) == tuple(
        int(row[name]) for name in ("n_advisers", "n_network", "n_admin", "operations_ntd")
    )


def test_rounding_of_people_and_the_shorter_year() -> None:
    assert staff(32, EntitlementOptions(staff_rounding="floor")).n_advisers == 0
    assert staff(74, EntitlementOptions(staff_rounding="round")).n_advisers == 1
    assert staff(75, EntitlementOptions(staff_rounding="round")).n_advisers == 2
    assert staff(30, OPTIONS).cost_ntd == 2_150_000
    assert staff(30, EntitlementOptions(staff_prorated=True)).cost_ntd == 1_970_833
    assert staff(0, OPTIONS).n_persons == 0
    assert operations_ntd(0, OPTIONS) == 0


def test_thousands_round_as_the_option_says() -> None:
    assert [thousands(n, OPTIONS) for n in (499, 500, 1499, 1500, 2500)] == [0, 1, 1, 2, 3]
    assert thousands(1001, EntitlementOptions(thousand_rounding="up")) == 2
    assert thousands(1999, EntitlementOptions(thousand_rounding="down")) == 1


def test_a_combined_school_and_an_attached_stage_count_once() -> None:
    rows = [
        School(stage=stage, code=code, name=name, county="連江縣", n_classes=6, n_students=50, ownership=owner)
        for stage, code, name, owner in (
            ("elementary", "724608", "縣立東引國(中)小", "public"),
            ("junior", "724505", "縣立東引國中(小)", "public"),
            ("elementary", "011301", "私立淡江高中附設國小部", "private"),
            ("junior", "011301", "私立淡江高中附設國中部", "private"),
            ("elementary", "724601", "縣立介壽國小", "public"),
            ("junior", "724501", "縣立介壽國中", "public"),
            ("elementary", "200601", "國立嘉義大學附小", "national"),
        )
    ]
    assert n_base_schools(rows, OPTIONS) == 4
    assert n_base_schools(rows, EntitlementOptions(include_national=True)) == 5
    assert n_base_schools(rows, EntitlementOptions(count_schools="rows")) == 6


def test_class_caps_of_the_mobile_learning_plan() -> None:
    general = EntitlementOptions(mobile_caps="general")
    assert mobile_learning_classes("elementary", OPTIONS, first_time=False, rural=False) == 4
    assert mobile_learning_classes("junior", OPTIONS, first_time=True, rural=False) == 2
    assert mobile_learning_classes("junior", general, first_time=True, rural=True) == 5
