"""Access points that hang where they serve nobody: kept, moved to where they do, or taken away, as the settings say."""

from dataclasses import replace

import pytest

from wifiplan import report, study
from wifiplan.site.building import Floor, Room, RoomUse, Site
from wifiplan.site.network import AccessPoint
from wifiplan.study import Settings
from wifiplan.study.settings import DesignOptions, Existing
from wifiplan.study.work_orders import work_orders


def box(name: str, x: float, use: RoomUse = "classroom") -> Room:
    return Room(id=name, name=name, use=use, polygon=((x, 0.0), (x + 9.0, 0.0), (x + 9.0, 7.5), (x, 7.5)))


def far_off(model: str = "ax-2x2") -> Site:
    """Return two classrooms, and a store far away in which the only access point hangs."""
    rooms = (box("a", 0.0), box("b", 9.0), box("store", 300.0, "other"))
    floor = Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=rooms)
    old = AccessPoint(id="old", floor=0, x_m=304.0, y_m=3.0, z_m=3.3, model=model)
    return Site(name="s", floors=(floor,), access_points=(old,), access_points_known=True)


def planned(existing: Existing, site: Site) -> study.Plan:
    return study.plan_site(site, Settings(design=DesignOptions(existing=existing)))


def test_a_misplaced_access_point_is_moved_instead_of_bought() -> None:
    kept, moved, removed = (planned(choice, far_off()) for choice in ("keep", "move", "remove"))
    assert {p.access_point.id: p.action for p in kept.access_points}["old"] in ("kept", "retuned")
    assert moved.n_new_aps == kept.n_new_aps - 1
    assert [p.moved_from for p in moved.access_points if p.action == "moved"] == ["old"]
    assert all(p.access_point.id != "old" for p in moved.access_points)
    assert {p.access_point.id: p.action for p in removed.access_points}["old"] == "removed"
    assert removed.n_new_aps == kept.n_new_aps
    for plan in (kept, moved, removed):
        assert plan.n_served(0) == 2
        assert plan.proof.verdict == "optimal"
    assert ("moved", 1.0, 1.0) in moved.proof.levels


def test_another_model_is_not_moved() -> None:
    plan = planned("move", far_off("ax-4x4"))
    assert not [p for p in plan.access_points if p.action == "moved"]
    assert plan.n_new_aps == planned("keep", far_off("ax-4x4")).n_new_aps


def test_a_plan_that_passes_is_left_alone() -> None:
    site = far_off()
    first = study.plan_site(replace(site, access_points=()), Settings())
    built = replace(site, access_points=tuple(p.access_point for p in first.access_points))
    again = planned("move", built)
    assert {p.action for p in again.access_points} == {"kept"}


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_order_says_from_where(lang: str) -> None:
    plan = planned("move", far_off())
    (order,) = [order for order in work_orders(plan) if order.action == "moved"]
    assert order.moved_from == "old"
    assert order.hung
    assert report.summarise(plan, lang).n_of("moved") == 1
