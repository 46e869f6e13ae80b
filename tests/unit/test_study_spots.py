import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from wifiplan.files.site import dump_site, parse_site, read_site
from wifiplan.report.basis import basis
from wifiplan.report.reasons import reason_text
from wifiplan.site.building import Floor, Room, Site, Slab, Spot, Wall
from wifiplan.site.network import AccessPoint
from wifiplan.study import Settings, plan_site
from wifiplan.study.candidates import new_candidates
from wifiplan.study.records import Plan
from wifiplan.study.scene import scene
from wifiplan.study.settings import DesignOptions
from wifiplan.study.work_orders import work_orders

WALLS = "concrete"


def room(key: str, x_m: float) -> Room:
    return Room(
        id=key,
        name=f"教室{key}",
        use="classroom",
        polygon=((x_m, 0.0), (x_m + 9.0, 0.0), (x_m + 9.0, 7.5), (x_m, 7.5)),
        class_size=25,
    )


def school(*spots: Spot) -> Site:
    """Return two classrooms behind four walls each, with a courtyard of 60 m between them."""
    walls = tuple(
        Wall(line=line, material=WALLS, top_m=3.45, thickness_m=0.6)
        for x in (0.0, 69.0)
        for line in (
            ((x, 0.0), (x + 9.0, 0.0)),
            ((x, 7.5), (x + 9.0, 7.5)),
            ((x, 0.0), (x, 7.5)),
            ((x + 9.0, 0.0), (x + 9.0, 7.5)),
        )
    )
    floor = Floor(
        level=0, elevation_m=0.0, height_m=3.6, slab=Slab(), rooms=(room("a", 0.0), room("b", 69.0)), walls=walls
    )
    return Site(name="s", floors=(floor,), spots=spots)


def faults(*spots: dict[str, object]) -> list[str]:
    data = json.loads(dump_site(school())) | {"spots": list(spots)}
    return [str(fault) for fault in parse_site(json.dumps(data))[1]]


def places(plan: Plan) -> set[tuple[str | None, float | None, float | None]]:
    points = (p.access_point for p in plan.access_points if p.action == "new")
    return {(ap.room_id, ap.x_m, ap.y_m) for ap in points}


def test_spots_come_back_from_a_file_and_a_room_gives_its_floor() -> None:
    spots = (
        Spot(kind="forbidden", x_m=2.0, y_m=2.0, radius_m=1.5, note="撒水頭"),
        Spot(kind="preferred", x_m=7.0, y_m=5.0),
        Spot(kind="locked", room_id="b", note="吊扇旁"),
    )
    site, found = parse_site(dump_site(school(*spots)))
    assert not found
    assert site is not None
    assert site.spots == spots
    upstairs = replace(school().floors[0], level=1, elevation_m=3.6, rooms=(room("c", 0.0),))
    higher = replace(school(Spot(kind="locked", room_id="c")), floors=(*school().floors, upstairs))
    site, found = parse_site(dump_site(higher))
    assert not found
    assert site is not None
    assert site.spots[0].floor == 1


def test_every_fault_of_spots_comes_at_once_with_its_place() -> None:
    found = faults(
        {"kind": "forbidden", "room_id": "a"},
        {"kind": "locked", "x_m": 4, "y_m": 4},
        {"kind": "locked", "room_id": "c"},
        {"kind": "preferred", "x_m": 4, "y_m": -30},
        {"kind": "locked", "x_m": 72, "y_m": 4, "floor": 3},
        {"kind": "locked", "x_m": 72},
        {"kind": "forbidden", "x_m": 72, "y_m": 4, "radius_m": 0},
        {"kind": "locked", "x_m": 75, "y_m": 4},
        {"kind": "locked", "x_m": 75, "y_m": 4.1, "note": "x" * 121},
        {"kind": "locked", "x_m": 75, "y_m": 4.2},
        {"kind": "locked", "x_m": 4, "y_m": 4, "room_id": "a"},
    )
    wanted = {
        "spots[1]": "the locked spot lies in the forbidden one at spots[0]",
        "spots[2]": 'there is no room "c"',
        "spots[3]": "lies outside the building on level 0",
        "spots[4]": "there is no floor with level 3",
        "spots[5]": "either a place or a room",
        "spots[6]": "a radius_m of 0",
        "spots[8]": "121 characters",
        "spots[9]": "locked there already at spots[7]",
        "spots[10]": "either a place or a room",
    }
    assert [text.partition(":")[0] for text in found if text.startswith("spots")] == sorted(
        wanted, key=lambda key: (key in {"spots[1]", "spots[9]"}, int(key[6:-1]))
    )
    assert all(any(text.startswith(key) and part in text for text in found) for key, part in wanted.items()), found


def test_a_misspelt_spot_hides_no_other_fault() -> None:
    found = faults({"kind": "forbid", "room_id": "a"}, {"kind": "locked", "room_id": "z"}, {"kind": "locked", "x": 1})
    assert [text.partition(":")[0] for text in found] == ["spots[0].kind", "spots[2].x", "spots[1]", "spots[2]"]


def test_candidates_keep_away_from_forbidden_places_and_are_offered_at_the_others() -> None:
    free = new_candidates(school(), Settings())
    spots = (
        Spot(kind="forbidden", x_m=4.5, y_m=3.75, radius_m=2.1),
        Spot(kind="forbidden", x_m=72.0, y_m=3.0, floor=1, radius_m=9.0),
        Spot(kind="preferred", x_m=8.2, y_m=0.7),
        Spot(kind="preferred", room_id="b"),
        Spot(kind="locked", room_id="b"),
        Spot(kind="locked", x_m=30.0, y_m=3.0),
    )
    new = new_candidates(school(*spots), Settings())
    near = [ap for ap in free.points if math.dist((ap.x_m or 0.0, ap.y_m or 0.0), (4.5, 3.75)) <= 2.1]
    assert 0 < len(near) < len(free.points)
    assert len(new.forbidden) == len(near)
    assert len(new.points) == len(free.points) - len(near) + 2
    assert [ap.id for ap in new.points] == [f"candidate-{n}" for n in range(len(new.points))]
    locked = [new.points[n] for n in new.locked]
    assert [(ap.room_id, ap.x_m, ap.y_m) for ap in locked] == [("b", 73.5, 3.75), (None, 30.0, 3.0)]
    preferred = [new.points[n] for n in new.preferred]
    assert {ap.room_id for ap in preferred} == {"a", "b"}
    assert [(ap.x_m, ap.y_m) for ap in preferred if ap.room_id == "a"] == [(8.2, 0.7)]
    assert sum(ap.room_id == "b" for ap in preferred) == sum(ap.room_id == "b" for ap in free.points)


def test_the_scene_counts_candidates_behind_those_that_hang_there(repo_root: Path) -> None:
    site = read_site(repo_root / "floorplans" / "demo-remote.json")
    setting = scene(replace(site, spots=(Spot(kind="locked", x_m=8.0, y_m=4.0),)), Settings())
    (i,) = setting.locked_i
    assert i >= setting.n_fixed
    assert (setting.candidates[i].x_m, setting.candidates[i].y_m) == (8.0, 4.0)


def test_a_locked_spot_is_hung_counts_as_bought_and_brings_its_note() -> None:
    spot = Spot(kind="locked", x_m=8.0, y_m=0.5, note="避開吊扇")
    plan = plan_site(school(spot), Settings())
    assert ("a", 8.0, 0.5) in places(plan)
    assert plan.n_new_aps == 2
    planned = next(p for p in plan.access_points if p.access_point.x_m == 8.0)
    assert planned.reason.code == "locked"
    assert "locked" in reason_text(planned.reason, "en")
    assert [order.note for order in work_orders(plan) if order.x_m == 8.0] == ["避開吊扇"]
    assert {order.note for order in work_orders(plan) if order.x_m != 8.0} == {""}


@pytest.mark.parametrize("n_aps", [0, 1])
def test_with_fewer_access_points_than_locked_spots_the_first_are_hung(n_aps: int) -> None:
    spots = (Spot(kind="locked", x_m=30.0, y_m=3.0), Spot(kind="locked", room_id="a"))
    plan = plan_site(school(*spots), Settings(n_aps=n_aps))
    assert places(plan) == {(None, 30.0, 3.0)} if n_aps else not places(plan)
    assert f"locked_spots_empty:{2 - n_aps}" in plan.assumptions


def test_a_room_that_only_forbidden_places_could_serve_is_named() -> None:
    plan = plan_site(school(Spot(kind="forbidden", room_id="a")), Settings())
    assert [room.room_id for room in plan.rooms if room.verdict == "fail"] == ["a"]
    assert plan.assumptions.count("forbidden_spots:教室a") == 1
    for lang, words in (("zh-TW", "列為禁止"), ("en", "forbidden")):
        assert any("教室a" in line and words in line for line in basis(plan, lang).assumptions)


def test_where_every_place_is_forbidden_the_plan_says_so() -> None:
    spots = (Spot(kind="forbidden", room_id="a"), Spot(kind="forbidden", room_id="b"))
    plan = plan_site(school(*spots), Settings())
    assert not plan.access_points
    assert {room.verdict for room in plan.rooms} == {"fail"}
    assert sum(code.startswith("forbidden_spots") for code in plan.assumptions) == 2


def test_a_preferred_spot_breaks_the_tie() -> None:
    corner = Spot(kind="preferred", x_m=7.9, y_m=1.1)
    assert ("a", 7.9, 1.1) not in places(plan_site(school(), Settings()))
    plan = plan_site(school(corner), Settings())
    assert ("a", 7.9, 1.1) in places(plan)
    assert plan.n_new_aps == 2


@pytest.mark.parametrize("existing", ["keep", "move"])
def test_a_locked_spot_is_hung_where_all_rooms_pass_today(existing: Literal["keep", "move"]) -> None:
    standing = tuple(AccessPoint(id=key, room_id=key, model="ax-2x2") for key in ("a", "b"))
    site = replace(school(Spot(kind="locked", x_m=30.0, y_m=3.0)), access_points=standing)
    options = Settings(design=DesignOptions(existing=existing))
    assert plan_site(replace(site, spots=()), options).n_new_aps == 0
    plan = plan_site(site, options)
    assert {room.verdict for room in plan.rooms} == {"pass"}
    assert places(plan) == {(None, 30.0, 3.0)}
    assert plan.n_new_aps == 1
