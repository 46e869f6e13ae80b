"""A finished plan recomputed by an independent path, and the rounds that make plans hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plain_schools import school
from wifiplan import files, study
from wifiplan.study import DesignOptions, Plan, Settings, prepare
from wifiplan.study.audit import audit_site
from wifiplan.study.placing import chosen_places
from wifiplan.study.rounds import agreed

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"
NO_DFS = Settings(design=DesignOptions(dfs=False))


@pytest.fixture(scope="module", params=["drawn", "crowded", "budget"])
def plan(request: pytest.FixtureRequest) -> Plan:
    if request.param == "drawn":
        return study.plan_site(files.read_site(DEMO), Settings())
    if request.param == "budget":
        return study.plan_site(school(9), Settings(n_aps=4))
    return study.plan_site(school(14), NO_DFS)


def test_an_independent_path_finds_the_same(plan: Plan) -> None:
    found = audit_site(plan)
    rooms = {room.room_id: room for room in plan.rooms}
    counted = [p for p in plan.access_points if p.action != "removed" and p.access_point.model]
    assert [p.ap_id for p in found.points] == [p.access_point.id for p in counted]
    assert {r.room_id for r in found.rooms} == {r.room_id for r in plan.rooms if r.serving_ap is not None}
    assert found.contradicted == plan.proof.contradicted == ()
    for room in found.rooms:
        assert room.channel_share == pytest.approx(rooms[room.room_id].channel_share, abs=1e-6)
        assert room.seats_share == pytest.approx(rooms[room.room_id].seats_share, abs=1e-9)
    for audited, planned in zip(found.points, counted, strict=True):
        assert audited.own_share == pytest.approx(planned.load_share, abs=1e-6)
        assert audited.channel_share == pytest.approx(planned.channel_share, abs=1e-6)
    if all(room.verdict == "pass" for room in plan.rooms if room.need):
        assert not any(point.over for point in found.points)


def test_a_plan_that_was_tampered_with_is_contradicted() -> None:
    plan = study.plan_site(school(14), Settings())
    assert all(room.verdict == "pass" for room in plan.rooms if room.need)
    one = next(p.access_point.radios[-1] for p in plan.access_points)
    on_one = tuple(
        replace(
            p,
            access_point=replace(
                p.access_point,
                radios=(replace(p.access_point.radios[-1], channel=one.channel, width_mhz=one.width_mhz),),
            ),
        )
        for p in plan.access_points
    )
    crowded = audit_site(replace(plan, access_points=on_one))
    assert crowded.contradicted
    assert any(point.over for point in crowded.points)
    silent = audit_site(replace(plan, access_points=plan.access_points[:1]))
    assert set(silent.contradicted) > {room.room_id for room in plan.rooms if room.floor > 1 and room.need}


def test_rounds_only_ever_help_and_keep_the_first_proof() -> None:
    """Without DFS the channels crowd: each round is another try, and the best of all counts."""
    ready = prepare(school(15), NO_DFS)
    first = chosen_places(ready.scene, ready.best, ready.offers[:-1])
    found = agreed(ready, ready.scene, first)
    assert found.rounds > 1
    only_first = agreed(replace(ready, offers=ready.offers[-1:]), ready.scene, first)
    assert found.best.rank <= only_first.best.rank
    proven = found.proven
    bounds = {name: bound for name, _, bound in proven.levels}
    assert bounds == {name: bound for name, _, bound in first.placement.levels if name in bounds}
    for name, value, bound in proven.levels:
        assert value >= bound if name == "access points" else value <= bound
    assert (proven.verdict == "optimal") == (proven.gap == 0.0)
    assert np.isfinite(proven.gap)
