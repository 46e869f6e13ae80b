"""What if: plans whose access points are hung elsewhere by hand, judged as if nothing were known before."""

import math
import threading
from collections.abc import Mapping
from dataclasses import fields as slots_of
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan import files
from wifiplan.errors import OutOfRangeError, SiteError
from wifiplan.predict.hearing import RadioOptions
from wifiplan.radio.loss import LAWS, CappedP2040, Law
from wifiplan.report.basis import basis
from wifiplan.report.reasons import reason_text
from wifiplan.report.texts import LANGS
from wifiplan.site.building import Floor, Room, Site, Wall
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.fields import fields
from wifiplan.study.hearing import hearing
from wifiplan.study.live import Live, Place
from wifiplan.study.live_places import hung_points
from wifiplan.study.live_stage import Stage
from wifiplan.study.plan import assess_site, plan_site
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.scene import scene
from wifiplan.study.settings import DesignOptions, Settings

REMOTE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
OWN_WORDS = ("change", "passes_today", "remedy")
"""What a plan says of a room beside what the room gets: the hand's plan keeps what the plan said."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    site = files.read_site(REMOTE)
    return plan_site(site, Settings(design=DesignOptions(what_if=False)))


@pytest.fixture(scope="module")
def live(plan: Plan) -> Live:
    return Live(plan)


def assessed(plan: Plan, places: Mapping[str, Place]) -> Plan:
    return assess_site(replace(plan.site, access_points=hung_points(plan, places)), plan.settings)


def alike(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=0.0, abs_tol=1e-9) or one == other
    if hasattr(one, "__slots__") and type(one) is type(other):
        return all(alike(getattr(one, f.name), getattr(other, f.name)) for f in slots_of(one))  # type: ignore[arg-type]
    return one == other


def differing(rooms: tuple[PlannedRoom, ...], others: tuple[PlannedRoom, ...]) -> list[str]:
    """Rooms whose figures differ; a room that nobody reaches is told in other words after a hand's move."""
    blank = dict.fromkeys(OWN_WORDS)
    return [
        room.name
        for room, other in zip(rooms, others, strict=True)
        if not alike(
            replace(room, **blank, reason=other.reason if other.reason.code == "no_budget" else room.reason),
            replace(other, **blank),
        )
    ]


def middle(plan: Plan, use: str, floor: int, n: int = 0) -> Place:
    rooms = [r for f in plan.site.floors if f.level == floor for r in f.rooms if r.use == use]
    x_m, y_m = centroid(rooms[n].polygon)
    return Place(x_m=x_m, y_m=y_m, floor=floor)


def moves(plan: Plan) -> list[dict[str, Place]]:
    aps = [p.access_point for p in plan.access_points if p.action != "removed"]
    first, last = aps[0], aps[-1]
    wall = next(f for f in plan.site.floors if f.level == first.floor).walls[0].line
    return [
        {},
        {first.id: Place(x_m=(first.x_m or 0.0) + 1.3, y_m=first.y_m or 0.0, floor=first.floor)},
        {first.id: Place(x_m=wall[0][0], y_m=wall[0][1], floor=first.floor)},
        {first.id: middle(plan, "other", 1), last.id: middle(plan, "classroom", 0, -1)},
        {ap.id: middle(plan, "other", 0) for ap in aps},
    ]


def test_a_hand_is_judged_as_if_nothing_were_known_before(plan: Plan, live: Live) -> None:
    failing = []
    for places in moves(plan):
        found, wanted = live.judged(places), assessed(plan, places)
        assert differing(found.rooms, wanted.rooms) == []
        assert [r.verdict for r in found.rooms] == [r.verdict for r in wanted.rooms]
        now = {p.access_point.id: p for p in wanted.access_points}
        for p in found.access_points:
            other = now[p.access_point.id]
            assert (p.serves, p.room_id) == (other.serves, other.room_id)
            assert alike((p.load_share, p.channel_share), (other.load_share, other.channel_share))
            assert (p.wall_a_m, p.wall_b_m) == (other.wall_a_m, other.wall_b_m)
        failing.append(sum(r.verdict == "fail" for r in found.rooms))
    # the moves are worth looking at
    assert failing[0] == 0 < failing[-1]


def test_a_plan_that_nobody_touched_is_the_plan_itself(plan: Plan, live: Live) -> None:
    live.judged(moves(plan)[-1])
    found = live.judged({})
    assert found.rooms == plan.rooms
    assert found.access_points == plan.access_points
    assert found.plan is plan


def test_a_stage_knows_after_moves_what_a_new_one_knows(plan: Plan) -> None:
    options = replace(plan.settings, n_aps=0, design=replace(plan.settings.design, candidate_spacing_m=9.0))
    sites = [replace(plan.site, access_points=hung_points(plan, places)) for places in moves(plan)]
    stage = Stage(scene(sites[0], options))
    for site in sites[1:]:
        stage.hang(site)
    stage.hear_all()
    wanted = scene(sites[-1], options)
    assert stage.scene.candidates == wanted.candidates
    for name in ("antennas_xyz_m", "loss_db_ij", "hearing_db_ii"):
        np.testing.assert_allclose(getattr(stage.scene, name), getattr(wanted, name), rtol=0, atol=1e-9)
    near = np.isfinite(wanted.loss_db_ij)
    np.testing.assert_allclose(stage.scene.chance.sd_db_ij[near], wanted.chance.sd_db_ij[near], rtol=0, atol=1e-9)


def pair() -> Site:
    """Two classrooms with an access point each, as somebody set them."""
    rooms = tuple(
        Room(id=f"r{x}", name=f"{x}", use="classroom", polygon=((x, 0), (x + 9, 0), (x + 9, 8), (x, 8)), class_size=25)
        for x in (0, 9)
    )
    wall = Wall(line=((9.0, 0.0), (9.0, 8.0)), material="brick", top_m=3.4)
    points = tuple(
        AccessPoint(
            id=f"a{n}",
            x_m=x_m,
            y_m=4.0,
            z_m=3.0,
            model="ax-2x2",
            radios=(Radio(band="5", channel=c, width_mhz=40, eirp_dbm=17.0),),
        )
        for n, (x_m, c) in enumerate(((4.5, 36), (13.5, 149)))
    )
    floor = Floor(level=0, elevation_m=0.0, height_m=3.4, rooms=rooms, walls=(wall,))
    return Site(name="p", floors=(floor,), access_points=points)


@pytest.mark.parametrize("law", [replace(CappedP2040(), n_images=1), LAWS["cost231_multi_wall"]])
def test_other_laws_follow_a_hand_too(law: Law) -> None:
    options = Settings(law=law, radio=RadioOptions(seat_spacing_m=4.0), design=DesignOptions(candidate_spacing_m=20.0))
    found = assess_site(pair(), options)
    kernel = Live(found)
    kernel.judged({"a0": Place(x_m=10.0, y_m=2.0, floor=0)})
    for places in ({}, {"a1": Place(x_m=2.0, y_m=7.0, floor=0)}, {"a1": Place(x_m=9.0, y_m=1.0, floor=0)}):
        assert differing(kernel.judged(places).rooms, assessed(found, places).rooms) == []


def test_places_that_are_none_are_named_all_at_once_and_nothing_moves(plan: Plan, live: Live) -> None:
    ids = [p.access_point.id for p in plan.access_points]
    bad = {
        ids[0]: Place(x_m=math.nan, y_m=0.0, floor=0),
        ids[1]: Place(x_m=1e300, y_m=5.0, floor=0),
        ids[2]: Place(x_m=5.0, y_m=5.0, floor=7),
        "<script>": Place(x_m=5.0, y_m=5.0, floor=0),
    }
    before = live.fields(0).bands["5"].strongest_yx
    with pytest.raises(SiteError) as caught:
        live.judged(bad)
    assert [fault.where for fault in caught.value.faults] == list(bad)
    np.testing.assert_array_equal(live.fields(0).bands["5"].strongest_yx, before)


@pytest.mark.parametrize("lang", LANGS)
def test_an_edited_plan_is_a_plan_that_says_so(plan: Plan, live: Live, tmp_path: Path, lang: str) -> None:
    edited = live.judged(moves(plan)[-1]).plan
    assert edited.proof.verdict == "edited"
    assert edited.proof.contradicted == ()
    assert edited.proof.n_audited == sum(r.serving_ap is not None for r in edited.rooms)
    shown = live.judged(moves(plan)[-1]).shown
    assert (shown.rooms, shown.access_points, shown.proof.verdict) == (edited.rooms, edited.access_points, "edited")
    files.write_plan(tmp_path / "plan.json", edited)
    again = files.read_plan(tmp_path / "plan.json")
    assert [r.verdict for r in again.rooms] == [r.verdict for r in edited.rooms]
    told = basis(edited, lang)
    assert any(str(len(plan.access_points)) in line for line in told.assumptions)
    assert "{" not in "".join((*told.assumptions, *told.proof))
    assert all("reason." not in reason_text(p.reason, lang) for p in edited.access_points)
    assert {p.reason.code for p in edited.access_points} >= {"serves_nothing"}
    # cables follow: all hang in one stairwell now
    assert len({(p.cabinet, p.cable_m) for p in edited.access_points}) == 1
    assert {line.code for line in edited.bill} == {line.code for line in plan.bill}


def test_what_hangs_there_moves_in_the_record_too(plan: Plan) -> None:
    hung = tuple(p.access_point for p in plan.access_points)
    built = plan_site(replace(plan.site, access_points=hung, access_points_known=True), plan.settings)
    found = Live(built).judged({hung[0].id: middle(plan, "other", 1)}).plan
    moved = found.site.access_points[0]
    assert (moved.x_m, moved.floor) == (middle(plan, "other", 1).x_m, 1)
    wanted = assess_site(found.site, plan.settings)
    assert [r.passes_today for r in found.rooms] == [r.passes_today for r in wanted.rooms]
    assert [r.passes_today for r in found.rooms] != [r.passes_today for r in built.rooms]


def test_maps_of_what_moved_are_those_of_all(plan: Plan, live: Live) -> None:
    for places in moves(plan):
        live.judged(places)
        points = hung_points(plan, places)
        found = live.fields(1, cell_m=1.0, bands=("2.4", "5"))
        wanted = fields(
            plan.site,
            points,
            1,
            cell_m=1.0,
            law=plan.settings.law,
            bands=("2.4", "5"),
            device=hearing(plan.settings),
        )
        for band, one in wanted.bands.items():
            for f in slots_of(one):
                np.testing.assert_array_equal(getattr(found.bands[band], f.name), getattr(one, f.name))


@pytest.mark.parametrize("cell_m", [0.0, -1.0, math.nan, 0.001])
def test_maps_of_countless_cells_are_refused(live: Live, cell_m: float) -> None:
    with pytest.raises(OutOfRangeError, match="too many"):
        live.fields(0, cell_m=cell_m)


def test_threads_are_answered_one_after_the_other(plan: Plan, live: Live) -> None:
    wanted = [live.judged(places).rooms for places in moves(plan)]
    found: dict[int, object] = {}
    threads = [
        threading.Thread(target=lambda n=n, m=m: found.update({n: live.judged(m).rooms}))  # type: ignore[misc]
        for n, m in enumerate(moves(plan))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] for n in range(len(wanted))] == wanted
