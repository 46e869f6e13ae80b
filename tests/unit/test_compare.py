from dataclasses import replace

import pytest

from wifiplan.errors import SiteError
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.compare import apply, diff, plan_of, site_state, state_of
from wifiplan.study.compare.lists import applied, list_changes, pairs_by
from wifiplan.study.compare.matching import match_access_points, match_rooms
from wifiplan.study.compare.meaning import (
    ap_kinds,
    edits,
    moved_m,
    numbers_of_aps,
    numbers_of_rooms,
    room_kinds,
)
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.settings import DesignOptions, Settings


def room(n: int, name: str = "") -> Room:
    west = 9.0 * n
    return Room(
        id=f"R{n}",
        name=name or f"教室{n}",
        use="classroom",
        polygon=((west, 0.0), (west + 9.0, 0.0), (west + 9.0, 7.5), (west, 7.5)),
    )


def hung(n: float, identity: str, **edits: object) -> PlannedAccessPoint:
    point = AccessPoint(id=identity, name=identity, x_m=9.0 * n + 4.5, y_m=4.0, z_m=3.3, room_id=f"R{int(n)}")
    point = replace(point, radios=(Radio(band="5", channel=36, width_mhz=40, eirp_dbm=17.0),))
    point = replace(point, **edits)  # type: ignore[arg-type]
    return PlannedAccessPoint(access_point=point, action="new", reason=Reason(code="kept"), room_id=point.room_id)


def plan(*points: PlannedAccessPoint, n_rooms: int = 4) -> Plan:
    rooms = tuple(room(n) for n in range(n_rooms))
    return Plan(
        version="0.1",
        site=Site(name="校", floors=(Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=rooms),)),
        settings=Settings(),
        band="5",
        rooms=tuple(
            PlannedRoom(
                room_id=r.id,
                name=r.name,
                use=r.use,
                floor=0,
                class_size=28,
                need=None,
                verdict="pass",
                reason=Reason(code="served"),
                serving_ap=points[0].access_point.id if points else None,
                received_dbm=-50.0,
            )
            for r in rooms
        ),
        access_points=points,
        bill=(),
        proof=Proof(verdict="optimal", gap=0.0),
        n_aps_allowed=None,
        n_class_sets=1,
        n_rooms_at_once=1,
    )


def pairs(before: list[AccessPoint], after: list[AccessPoint], standing: tuple[str, ...] = ()) -> list[str]:
    found = match_access_points(before, after, standing)
    return [f"{before[i].id}={after[j].id} {match}" for i, j, match in found]


def at(x_m: float | None, identity: str, **edits: object) -> AccessPoint:
    y_m = None if x_m is None else 1.0
    return replace(AccessPoint(id=identity, x_m=x_m, y_m=y_m), **edits)  # type: ignore[arg-type]


def test_numbers_that_shifted_are_seen_through() -> None:
    before = [at(0.0, "AP101"), at(18.0, "AP102")]
    after = [at(0.0, "AP101"), at(9.0, "AP102"), at(18.0, "AP103")]
    assert pairs(before, after) == ["AP101=AP101 id", "AP102=AP103 place"]


def test_a_serial_number_knows_its_device_wherever_it_hangs() -> None:
    before = [at(0.0, "AP101", serial="cn1"), at(9.0, "AP102", mac="aa")]
    after = [at(9.0, "AP101", mac="AA"), at(0.0, "AP102", serial="CN1", floor=3)]
    assert pairs(before, after) == ["AP101=AP102 serial", "AP102=AP101 mac"]


def test_devices_that_stand_keep_their_ids() -> None:
    before, after = [at(0.0, "old"), at(5.0, "other")], [at(0.2, "other"), at(5.0, "old")]
    assert pairs(before, after, ("old", "other")) == ["old=old id", "other=other id"]
    assert pairs(before, after) == ["old=other place", "other=old place"]


def test_the_least_total_distance_decides_among_several_that_are_near() -> None:
    # the first would rather take the second's place: together they are nearer the other way round
    assert pairs([at(0.0, "A"), at(0.9, "B")], [at(0.8, "C"), at(1.7, "D")]) == ["A=C place", "B=D place"]


def test_a_place_known_by_its_room_only_is_matched_in_that_room() -> None:
    before = [at(None, "E1", room_id="R1"), at(40.0, "E2")]
    after = [at(7.0, "AP1", room_id="R1"), at(80.0, "AP2")]
    assert pairs(before, after) == ["E1=AP1 room"]
    assert pairs([at(0.0, "A")], [at(90.0, "A", floor=2)]) == ["A=A id"]


def test_a_moved_and_retuned_access_point_is_one_change_with_its_distance() -> None:
    old = plan(hung(0, "AP101"), hung(2, "AP102"))
    radios = (Radio(band="5", channel=149, width_mhz=40, eirp_dbm=17.0),)
    new = plan(hung(0, "AP101"), hung(2, "AP102", x_m=24.5, radios=radios))
    (change,) = diff(old, new).access_points
    assert ap_kinds(change) == ("moved", "retuned")
    assert moved_m(change) == pytest.approx(2.0)
    assert [(e.field, e.old, e.new) for e in edits(change.before, change.after)] == [
        ("access_point.x_m", 22.5, 24.5),
        ("access_point.radios.5.channel", 36, 149),
    ]


def test_added_removed_and_renumbered_are_told_apart() -> None:
    old, new = plan(hung(0, "AP101"), hung(2, "AP102")), plan(hung(2, "AP101"), hung(3, "AP102"))
    changes = diff(old, new)
    assert [(ap_kinds(c), c.matched_by) for c in changes.access_points] == [
        (("renumbered",), "place"),
        (("removed",), None),
        (("added",), None),
    ]
    assert numbers_of_aps(changes) == {"AP102": "AP101"}
    assert apply(changes, old) == state_of(new)


def test_a_room_served_by_a_renumbered_access_point_is_served_as_before() -> None:
    old, new = plan(hung(0, "AP101"), hung(2, "AP102")), plan(hung(0, "AP201"), hung(2, "AP102"))
    changes = diff(old, new)
    assert {room_kinds(c, numbers_of_aps(changes)) for c in changes.rooms} == {("figures",)}
    assert {room_kinds(c) for c in changes.rooms} == {("serving",)}


def test_a_plan_that_does_not_say_what_it_takes_to_pass_is_no_other_work() -> None:
    old = plan(hung(0, "AP101"))
    told = replace(old, rooms=tuple(replace(r, change="new", passes_today=False) for r in old.rooms))
    retuned = replace(old, rooms=tuple(replace(r, change="retune", passes_today=False) for r in old.rooms))
    assert {room_kinds(c) for c in diff(old, told).rooms} == {("figures",)}
    assert {room_kinds(c) for c in diff(told, retuned).rooms} == {("work",)}


def test_figures_alone_are_no_work() -> None:
    old = plan(hung(0, "AP101"))
    new = replace(old, access_points=(replace(old.access_points[0], load_share=0.5),))
    (change,) = diff(old, new).access_points
    assert ap_kinds(change) == ("figures",)
    assert not diff(old, replace(old, access_points=(replace(old.access_points[0], load_share=1e-6),)))


def test_a_place_that_becomes_known_was_not_moved() -> None:
    old = plan(hung(0, "E1", x_m=None, y_m=None, z_m=None))
    new = plan(hung(0, "E1"))
    (change,) = diff(old, new).access_points
    assert ap_kinds(change) == ("placed",)
    assert moved_m(change) is None


def test_rooms_are_known_by_id_inventory_number_outline_and_name() -> None:
    def site(*rooms: Room) -> Site:
        return Site(name="校", floors=(Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=rooms),))

    before = site(room(0), replace(room(1), inventory_id="A1"), room(2), room(3))
    after = site(
        room(0),
        replace(room(8), id="X", inventory_id="A1"),
        replace(room(2), id="Y", name="新名"),
        replace(room(9, "教室3"), id="Z"),
    )
    assert match_rooms(before, after) == {
        "R0": ("R0", "id"),
        "R1": ("X", "inventory_id"),
        "R2": ("Y", "place"),
        "R3": ("Z", "name"),
    }


def test_a_renamed_room_stays_the_same_room() -> None:
    old = plan(hung(0, "AP101"))
    floor = old.site.floors[0]
    rooms = (replace(floor.rooms[0], id="A9", name="美術教室"), *floor.rooms[1:])
    planned = (replace(old.rooms[0], room_id="A9", name="美術教室"), *old.rooms[1:])
    point = replace(old.access_points[0], room_id="A9")
    point = replace(point, access_point=replace(point.access_point, room_id="A9"))
    new = replace(
        old, site=replace(old.site, floors=(replace(floor, rooms=rooms),)), rooms=planned, access_points=(point,)
    )
    changes = diff(old, new)
    assert [room_kinds(c) for c in changes.rooms] == [("room",)]
    assert ap_kinds(changes.access_points[0], numbers_of_rooms(changes)) == ("figures",)
    assert [c.matched_by for c in changes.site.contents[0].rooms] == ["place"]


def test_changed_settings_are_named_option_by_option() -> None:
    old = plan(hung(0, "AP101"))
    new = replace(old, settings=replace(old.settings, design=DesignOptions(width_mhz=20, eirp_dbm=(14.0,))))
    change = diff(old, new).settings
    assert change is not None
    assert [(e.field, e.old, e.new) for e in edits(change.before, change.after)] == [
        ("design.width_mhz", 80, 20),
        ("design.eirp_dbm", [14.0, 17.0, 20.0, 23.0], [14.0]),
    ]


def test_a_plan_and_a_building_are_compared_by_what_hangs() -> None:
    planned = plan(hung(0, "AP101"), replace(hung(1, "old"), action="removed"))
    building = replace(planned.site, access_points=(hung(0, "AP101").access_point,))
    changes = diff(planned, site_state(building))
    assert changes.hung
    assert not changes
    assert changes.compared == ()
    with pytest.raises(ValueError, match="no plan"):
        plan_of(site_state(building))


def test_changes_of_another_plan_are_refused() -> None:
    one, two, three = (plan(hung(n, f"AP10{n}")) for n in range(3))
    with pytest.raises(SiteError, match="another plan"):
        apply(diff(one, two), three)
    settings = replace(one, settings=Settings(n_aps=1))
    with pytest.raises(SiteError, match="another plan"):
        apply(diff(one, settings), replace(one, settings=Settings(n_aps=9)))
    with pytest.raises(SiteError, match="another plan"):
        applied(list_changes("ab", "b", [(1, 0, "id")]), "xb")


def test_the_order_of_a_list_is_kept_with_the_fewest_changes() -> None:
    before, after = "abcdef", "bcdefa"
    changes = list_changes(before, after, pairs_by(before, after, str, "id"))
    assert [(c.before, c.after, c.at_after) for c in changes] == [("a", "a", 5)]
    assert applied(changes, before) == tuple(after)


def test_an_access_point_that_is_turned_is_told_and_applied() -> None:
    old = plan(hung(0, "AP101"))
    new = plan(hung(0, "AP101", azimuth_deg=135.0, mount="wall", pattern="sector-65"))
    changes = diff(old, new)
    (change,) = changes.access_points
    assert ap_kinds(change) == ("turned",)
    assert [(e.field, e.old, e.new) for e in edits(change.before, change.after)] == [
        ("access_point.mount", "ceiling", "wall"),
        ("access_point.azimuth_deg", 0.0, 135.0),
        ("access_point.pattern", None, "sector-65"),
    ]
    assert apply(changes, old) == state_of(new)
