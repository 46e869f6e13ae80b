"""What must hold for every plan of a small school: two to six rooms in a row along a corridor."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wifiplan.predict.coverage import received_dbm
from wifiplan.predict.demand import DemandOptions
from wifiplan.predict.hearing import RadioOptions
from wifiplan.radio.loss import LAWS
from wifiplan.radio.shadowing import CERTAIN
from wifiplan.site.building import Cabinet, Floor, Point, Room, SchoolRef, Site, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import Settings, plan_site
from wifiplan.study.plan import answer, prepare
from wifiplan.study.records import Plan
from wifiplan.study.settings import DesignOptions

HEIGHT_M = 3.6
MATERIALS = ("brick", "concrete", "plasterboard", "hollow_block")
SLOWLY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def schools(draw: st.DrawFn) -> Site:
    """A row of rooms north of a corridor; partitions, facade and sizes at random."""
    n = draw(st.integers(2, 6))
    widths = draw(st.lists(st.sampled_from([5.0, 7.5, 9.0, 12.0]), min_size=n, max_size=n))
    uses = draw(st.lists(st.sampled_from(["classroom", "classroom", "specialist", "office"]), min_size=n, max_size=n))
    partition, facade = draw(st.sampled_from(MATERIALS)), draw(st.sampled_from(MATERIALS))
    edges = np.concatenate([[0.0], np.cumsum(widths)])
    rooms = [Room(id="C", name="走廊", use="corridor", polygon=_box(0.0, 0.0, edges[-1], 2.5))]
    walls = [_wall((0.0, 10.0), (float(edges[-1]), 10.0), facade), _wall((0.0, 2.5), (float(edges[-1]), 2.5), facade)]
    for r in range(n):
        size = draw(st.one_of(st.none(), st.integers(1, 45)))
        west, east = float(edges[r]), float(edges[r + 1])
        rooms.append(
            Room(id=f"R{r}", name=f"教室{r}", use=uses[r], polygon=_box(west, 2.5, east, 10.0), class_size=size)
        )
        walls.append(_wall((west, 2.5), (west, 10.0), partition))
    walls.append(_wall((float(edges[-1]), 2.5), (float(edges[-1]), 10.0), partition))
    school = draw(
        st.one_of(
            st.none(),
            st.builds(
                SchoolRef,
                stage=st.sampled_from(["elementary", "junior"]),
                code=st.just("000001"),
                remote=st.booleans(),
                n_classes=st.one_of(st.none(), st.integers(0, 20)),
            ),
        )
    )
    floor = Floor(
        level=0,
        elevation_m=0.0,
        height_m=HEIGHT_M,
        rooms=tuple(rooms),
        walls=tuple(walls),
        cabinets=(Cabinet(id="K", x_m=1.0, y_m=1.0),),
    )
    return Site(name="小校", floors=(floor,), school=school)


def _box(west: float, south: float, east: float, north: float) -> tuple[Point, ...]:
    west, south, east, north = float(west), float(south), float(east), float(north)
    return (west, south), (east, south), (east, north), (west, north)


def _wall(start: Point, end: Point, material: str) -> Wall:
    return Wall(line=(start, end), material=material, top_m=HEIGHT_M)


def turned(site: Site, east_m: float, north_m: float) -> Site:
    """The site turned by a right angle and moved."""

    def moved(p: Point) -> Point:
        return east_m - p[1], north_m + p[0]

    floors = tuple(
        replace(
            floor,
            rooms=tuple(replace(room, polygon=tuple(map(moved, room.polygon))) for room in floor.rooms),
            walls=tuple(replace(w, line=(moved(w.line[0]), moved(w.line[1]))) for w in floor.walls),
            cabinets=tuple(replace(c, x_m=east_m - c.y_m, y_m=north_m + c.x_m) for c in floor.cabinets),
        )
        for floor in site.floors
    )
    return replace(site, floors=floors)


def verdicts(plan: Plan) -> dict[str, tuple[str, str]]:
    return {room.room_id: (room.verdict, room.reason.code) for room in plan.rooms}


def served(plan: Plan) -> tuple[int, int]:
    return plan.n_served(0), plan.n_served(1)


@SLOWLY
@given(site=schools(), mbps=st.sampled_from([0.5, 2.5, 8.0]))
def test_one_more_access_point_never_serves_fewer_and_classrooms_come_first(site: Site, mbps: float) -> None:
    asked = Settings(demand=DemandOptions(mbps_per_device=mbps))
    ready = prepare(site, asked)
    plans = [answer(ready, n_aps=n) for n in range(5)]
    assert served(plans[0]) == (0, 0)
    assert plans[0].n_new_aps == 0
    assert plans[0].bill == ()
    for few, more in pairwise(plans):
        assert served(more) >= served(few)
        assert few.n_new_aps <= (few.n_aps_allowed or 0)
        assert more.n_new_aps <= (more.n_aps_allowed or 0)
    only = prepare(site, replace(asked, design=DesignOptions(serve_specialist=False)))
    for plan in plans:
        without = answer(only, n_aps=plan.n_aps_allowed)
        assert served(without) == (plan.n_served(0), 0)


@SLOWLY
@given(site=schools(), n_aps=st.integers(1, 3), fewer=st.integers(1, 20))
def test_a_smaller_class_never_serves_fewer(site: Site, n_aps: int, fewer: int) -> None:
    asked = Settings(n_aps=n_aps, demand=DemandOptions(mbps_per_device=6.0))
    floor = site.floors[0]
    # a classroom of unknown size holds 29; a specialist room of unknown size the largest class
    full = tuple(
        replace(room, class_size=room.class_size or 29) if room.use == "classroom" else room for room in floor.rooms
    )
    smaller = tuple(replace(room, class_size=room.class_size and max(1, room.class_size - fewer)) for room in full)
    before, after = (
        plan_site(replace(site, floors=(replace(floor, rooms=rooms),)), asked) for rooms in (full, smaller)
    )
    assert served(after) >= served(before)
    assert served(before) == served(plan_site(site, asked))


@SLOWLY
@given(site=schools(), east=st.integers(-50, 50), north=st.integers(-50, 50))
def test_turning_and_moving_the_site_changes_no_verdict(site: Site, east: int, north: int) -> None:
    asked = Settings(n_aps=2)
    before, after = plan_site(site, asked), plan_site(turned(site, float(east), float(north)), asked)
    assert served(after) == served(before)
    assert after.n_new_aps == before.n_new_aps
    whole = Settings()
    assert verdicts(plan_site(turned(site, float(east), float(north)), whole)) == verdicts(plan_site(site, whole))


@SLOWLY
@given(site=schools(), n_aps=st.integers(0, 2), model=st.sampled_from(["ac-2x2", "ax-2x2", "ax-4x4"]))
def test_existing_access_points_of_a_known_model_are_kept(site: Site, n_aps: int, model: str) -> None:
    asked, hung = Settings(n_aps=n_aps), AccessPoint(id="old", room_id="R1", model=model)
    plan = plan_site(replace(site, access_points=(hung,)), asked)
    (old,) = (p for p in plan.access_points if p.access_point.id == "old")
    assert old.action in {"kept", "retuned"} or (old.action == "removed" and old.reason.code == "replaced")
    assert plan.n_new_aps <= n_aps
    assert served(plan) >= served(plan_site(site, asked))


def test_a_radio_that_needs_no_change_is_kept_as_it_is() -> None:
    room = Room(id="R0", name="教室", use="classroom", polygon=_box(0.0, 0.0, 9.0, 7.5))
    floor = Floor(level=0, elevation_m=0.0, height_m=HEIGHT_M, rooms=(room,))
    hung = AccessPoint(id="old", room_id="R0", model="ax-2x2")
    first = plan_site(Site(name="s", floors=(floor,), access_points=(hung,)), Settings(n_aps=0))
    again = plan_site(
        Site(name="s", floors=(floor,), access_points=(first.access_points[0].access_point,)), Settings(n_aps=0)
    )
    assert first.access_points[0].action == "retuned"
    assert again.access_points[0].action == "kept"
    assert (first.rooms[0].change, again.rooms[0].change) == ("retune", "as_is")
    assert (first.rooms[0].passes_today, again.rooms[0].passes_today) == (None, True)
    assert replace(again.rooms[0], change=None, passes_today=None) == replace(
        first.rooms[0], change=None, passes_today=None
    )


@SLOWLY
@given(
    site=schools(),
    eirp_dbm=st.sampled_from([2.0, 8.0, 12.0, 14.0, 23.0]),
    min_snr_db=st.sampled_from([10.0, 25.0, 34.0]),
    name=st.sampled_from(sorted(LAWS)),
)
def test_a_room_left_out_is_left_out_for_the_reason_given(
    site: Site, eirp_dbm: float, min_snr_db: float, name: str
) -> None:
    """Signal, SNR and seats of the best possible position, from the public prediction and plain arithmetic."""
    asked = Settings(
        n_aps=None,
        demand=DemandOptions(min_snr_db=min_snr_db, mbps_per_device=1.0),
        design=DesignOptions(eirp_dbm=(eirp_dbm,), width_mhz=40, width_by_need=False),
        radio=RadioOptions(),
        law=LAWS[name],
        shadowing=CERTAIN,
    )
    plan = plan_site(site, asked)
    ready = prepare(site, asked)
    hung = [replace(ap, radios=(Radio(band="5", eirp_dbm=eirp_dbm),)) for ap in ready.scene.candidates]
    noise_dbm = -173.975 + 10 * math.log10(40e6) + 7.0
    places = {room.id: room for room in site.floors[0].rooms}
    for room in plan.rooms:
        need = room.need
        if need is None:
            assert places[room.room_id].use not in {"classroom", "specialist"}
            continue
        seats = ready.scene.seats_xyz_m[
            ready.scene.room_j == [n.room_id for n in ready.scene.demand.needs].index(room.room_id)
        ]
        power = received_dbm(site, hung, seats, [0] * len(seats), band="5", law=LAWS[name]) - 2.0
        rank = math.ceil(0.95 * len(seats) - 1e-9)
        reached = np.sort(power, axis=1)[:, len(seats) - rank]
        holds = (power >= need.min_received_dbm) & (power - noise_dbm >= need.min_snr_db)
        servable = bool((holds.mean(axis=1) >= 0.95 - 1e-9).any())
        assert (room.verdict == "pass") == servable
        if room.verdict == "pass":
            assert room.reason.code == "served"
        elif reached.max() < need.min_received_dbm:
            assert room.reason.code == "no_signal"
        elif reached.max() - noise_dbm < need.min_snr_db:
            assert room.reason.code == "low_snr"
            assert room.reason.value == pytest.approx(reached.max() - noise_dbm, abs=0.01)
        else:
            assert room.reason.code == "weak_seats"
            assert room.reason.value == pytest.approx(holds.mean(axis=1).max())
