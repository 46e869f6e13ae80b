"""Plans at the edges: second signals, other countries, old radios, halls, rooms without devices."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files, study
from wifiplan.catalog.radios import ap_model
from wifiplan.design.placement import solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.predict.coverage import received_dbm
from wifiplan.predict.demand import DemandOptions
from wifiplan.predict.hearing import RadioOptions
from wifiplan.site.building import Floor, Room, RoomUse, Site
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings
from wifiplan.study.settings import DesignOptions

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-elementary.json"


def box(
    name: str, x: float = 0.0, w: float = 9.0, d: float = 7.5, use: RoomUse = "classroom", devices: int | None = None
) -> Room:
    corners = ((x, 0.0), (x + w, 0.0), (x + w, d), (x, d))
    return Room(id=name, name=name, use=use, polygon=corners, devices=devices)


def site(*rooms: Room, access_points: tuple[AccessPoint, ...] = ()) -> Site:
    floor = Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=rooms)
    return Site(name="s", floors=(floor,), access_points=access_points)


def test_second_signal_is_what_the_seats_really_receive() -> None:
    drawn = files.read_site(DEMO)
    plan = study.plan_site(
        drawn, Settings(demand=DemandOptions(classroom_profile="e_testing", specialist_profile="e_testing"))
    )
    hung = [
        p.access_point
        for p in plan.access_points
        if any(r.band == "5" for r in p.access_point.radios) and p.action != "removed"
    ]
    hung = [replace(ap, radios=(ap.radios[-1],)) for ap in hung]
    for floor in drawn.floors:
        for room in floor.rooms:
            got = next(r for r in plan.rooms if r.room_id == room.id)
            if got.serving_ap is None:
                continue
            xy = seat_points(room.polygon, spacing_m=1.5)
            power = (
                received_dbm(
                    drawn,
                    hung,
                    np.column_stack([xy, np.full(len(xy), 0.8)]),
                    [floor.level] * len(xy),
                    band="5",
                    law=plan.settings.law,
                )
                - 2.0
            )
            n = len(xy)
            reached = np.sort(power, axis=1)[:, n - math.ceil(0.95 * n - 1e-9)]
            others = [value for value, ap in zip(reached, hung, strict=True) if ap.id != got.serving_ap]
            bodies_db = plan.settings.shadowing.mean_db
            assert got.second_dbm == pytest.approx(max(others) - bodies_db, abs=0.05), room.id


def test_no_figure_of_a_plan_is_infinite() -> None:
    plan = study.plan_site(files.read_site(DEMO), Settings(design=DesignOptions(eirp_dbm=(5.0,))))
    for room in plan.rooms:
        assert room.reason.value is None or math.isfinite(room.reason.value)
        assert room.second_dbm is None or math.isfinite(room.second_dbm)


@pytest.mark.parametrize(("country", "model"), [("JP", "ax-2x2"), ("DE", "ax-4x4")])
def test_powers_that_only_radar_channels_allow_do_not_stop_the_plan(country: str, model: str) -> None:
    drawn = replace(files.read_site(DEMO), country=country)
    plan = study.plan_site(drawn, Settings(design=DesignOptions(ap_model=model, eirp_dbm=(20.0, 23.0, 26.0))))
    assert plan.access_points


def test_existing_radio_keeps_within_its_own_model() -> None:
    hung = AccessPoint(id="old", room_id="a", model="n-2x2")
    plan = study.plan_site(
        site(box("a", devices=20), box("b", 9.0), access_points=(hung,)),
        Settings(design=DesignOptions(width_mhz=80, eirp_dbm=(23.0,))),
    )
    radio = next(p for p in plan.access_points if p.access_point.id == "old").access_point.radios[-1]
    assert radio.eirp_dbm <= ap_model("n-2x2").max_eirp_dbm("5")
    assert radio.width_mhz <= ap_model("n-2x2").max_width_mhz


def test_new_radio_is_no_wider_than_its_model() -> None:
    plan = study.plan_site(
        site(box("a")),
        Settings(radio=RadioOptions(device="tablet-11ac-2ss"), design=DesignOptions(ap_model="ac-2x2", width_mhz=160)),
    )
    assert plan.access_points[0].access_point.radios[-1].width_mhz <= ap_model("ac-2x2").max_width_mhz


def test_a_room_without_devices_is_served_where_there_is_signal() -> None:
    plan = study.plan_site(site(box("a", devices=0)), Settings())
    room = plan.rooms[0]
    assert (room.verdict, room.reason.code) != ("fail", "no_budget")


def test_without_room_sets_k_holds_too() -> None:
    load = np.full((3, 4), 0.6)
    problem = Problem(load_share_ir=load, priority_r=[0] * 4, n_aps=None, max_share=1.0, n_at_once=1)
    assert len(solve(problem, Limits()).chosen_i) == 1
    found = solve(problem, Limits(max_columns=0))
    assert len(found.chosen_i) == 1 or found.verdict != "optimal"


def test_existing_model_stands_in_for_a_model_that_the_catalogue_does_not_hold() -> None:
    hung = AccessPoint(id="old", room_id="a", model="Some Vendor X200")
    plan = study.plan_site(
        site(box("a"), access_points=(hung,)), Settings(n_aps=0, design=DesignOptions(existing_model="ax-2x2"))
    )
    assert plan.n_served(0) == 1


def test_a_hall_that_more_access_points_would_serve_lacks_budget_not_airtime() -> None:
    hall = site(box("h", w=20.0, d=20.0, use="specialist", devices=300))
    narrow = Settings(design=DesignOptions(width_mhz=40))
    assert study.plan_site(hall, narrow).rooms[0].verdict == "pass"
    assert study.plan_site(hall, replace(narrow, n_aps=2)).rooms[0].reason.code == "no_budget"


def test_specialist_rooms_left_out_by_choice_are_not_out_of_budget() -> None:
    plan = study.plan_site(
        site(box("a"), box("s", 9.0, use="specialist")), Settings(design=DesignOptions(serve_specialist=False))
    )
    assert plan.rooms[1].reason.code != "no_budget"


def test_an_access_point_that_stays_on_the_air_is_kept_away_from() -> None:
    office = box("o", 9.0, use="office")
    first = study.plan_site(site(box("a"), office), Settings()).access_points[0].access_point.radios[-1].channel
    radio = Radio(band="5", channel=first, width_mhz=40, eirp_dbm=23.0)
    hung = AccessPoint(id="o", x_m=12.0, y_m=4.0, z_m=3.0, model="mystery", radios=(radio,))
    plan = study.plan_site(site(box("a"), office, access_points=(hung,)), Settings())
    new = next(p for p in plan.access_points if p.action == "new")
    assert new.access_point.radios[-1].channel != first
    assert next(p for p in plan.access_points if p.access_point.id == "o").reason.code == "undecided"


def test_an_old_access_point_goes_where_a_new_one_takes_its_room() -> None:
    hung = AccessPoint(id="o", x_m=4.0, y_m=4.0, z_m=3.0, model="mystery")
    plan = study.plan_site(site(box("a"), access_points=(hung,)), Settings())
    assert {p.access_point.id: p.action for p in plan.access_points}["o"] == "removed"
    assert plan.n_new_aps == 1


def test_a_neighbour_s_power_is_raised_for_the_second_signal() -> None:
    rooms = (box("a"), box("b", 9.0), box("c", 18.0))
    options = DemandOptions(classroom_profile="e_testing", min_second_dbm=-80.0)
    plan = study.plan_site(site(*rooms), Settings(demand=options))
    for room in plan.rooms:
        assert room.verdict == "pass" or room.reason.code == "low_second_signal"
        if room.verdict == "pass":
            assert room.second_dbm is not None
