"""A survey held against a plan."""

from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.study import Settings
from wifiplan.study.plan import plan_site
from wifiplan.study.records import Plan
from wifiplan.study.surveyed import compared, deviations
from wifiplan.survey.records import Sample, Survey

SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_site(files.read_site(SITE), Settings())


def survey_of(plan: Plan, *, offset_db: float) -> Survey:
    """A survey by someone whose device hears exactly the law, but for an offset."""
    points = [p.access_point for p in plan.access_points]
    places = [(2.0 + 3 * n, 4.0, 0.8) for n in range(8)]
    levels = [plan.site.floors[0].level] * len(places)
    received = received_dbm(plan.site, points, places, levels, band="5", law=plan.settings.law)
    samples = [
        Sample(floor=levels[j], x_m=x, y_m=y, band="5", bssid=ap.id, rssi_dbm=float(received[i, j]) + offset_db + noise)
        for i, ap in enumerate(points)
        for j, (x, y, _) in enumerate(places)
        for noise in (-1.0, 0.0, 9.0)
    ]
    return Survey(name="walk", samples=tuple(samples))


def test_the_offset_of_a_device_is_found_and_no_more(plan: Plan) -> None:
    survey = survey_of(plan, offset_db=-14.0)
    places = compared(plan, [survey], height_m=0.8)
    assert len(places) == 8
    (found,) = deviations(places)
    # places are told on a grid of a quarter metre, which these lie on
    assert found.median_db == pytest.approx(-14.0, abs=1e-6)
    assert found.rms_db == pytest.approx(0.0, abs=1e-6)
    assert {place.ap for place in places} <= {p.access_point.id for p in plan.access_points}


def test_readings_that_say_nothing_are_left_out(plan: Plan) -> None:
    nothing = (
        Sample(floor=99, x_m=0, y_m=0, band="5", rssi_dbm=-50),
        Sample(floor=0, x_m=0, y_m=0, rssi_dbm=-50),
        Sample(floor=0, x_m=0, y_m=0, band="5"),
    )
    assert compared(plan, [Survey(name="x", samples=nothing)], height_m=0.8) == ()


def test_a_plan_without_access_points_predicts_nothing(plan: Plan) -> None:
    bare = replace(plan, access_points=())
    places = compared(bare, [survey_of(plan, offset_db=0.0)], height_m=0.8)
    assert {place.predicted_dbm for place in places} == {None}
    assert deviations(places) == ()
