"""A county's access points by class count and where they serve most: floors, proofs, finished plans that decide."""

from dataclasses import replace
from itertools import product
from math import ceil
from pathlib import Path

import pytest

from wifiplan.cli.county_shares import shares_of
from wifiplan.county import Desk, SchoolTask, shares
from wifiplan.county.crew import Alone
from wifiplan.errors import SettingsError
from wifiplan.files import read_site, write_curve_csv
from wifiplan.files.county import county_summary
from wifiplan.report.workbook.allocation import allocation_page
from wifiplan.scheme.school import School
from wifiplan.study import Settings, least_aps, prepare
from wifiplan.study.allocation import AllocationOptions, allocate, curve
from wifiplan.study.outcomes import AllocationRule, CountyPlan, Curve, CurvePoint, SchoolOutcome
from wifiplan.study.placing import chosen_places


def line(*served: int, special: int = 0) -> Curve:
    last = len(served) - 1
    points = [
        CurvePoint(n_aps=n, n_classrooms=c, n_specialist=special * (n == last), n_classrooms_most=c, proven=True)
        for n, c in enumerate(served)
    ]
    return Curve(points=tuple(points))


CURVES = [line(0, 2, 4, 5, 6, 7, 8), line(0, 3, 6, 8), line(0, 1, 2, 3, 4, 5), line(0, 2, 4, 4, special=2)]


@pytest.mark.parametrize("floor_share", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("shared", [(2, 2, 3, 1), (3, 1, 4, 0), (6, 3, 5, 3), (0, 0, 1, 0)])
def test_the_allocation_is_best_above_its_floor(shared: tuple[int, ...], floor_share: float) -> None:
    found = allocate(sum(shared), CURVES, shared, AllocationOptions(floor_share=floor_share))
    floors = [min(ceil(floor_share * n), c.n_aps_enough) for n, c in zip(shared, CURVES, strict=True)]
    ways = [
        way
        for way in product(*(range(floor, c.n_aps_enough + 1) for floor, c in zip(floors, CURVES, strict=True)))
        if sum(way) <= sum(shared)
    ]

    def served(way: tuple[int, ...]) -> tuple[int, int, int, int]:
        points = [c.at(n) for c, n in zip(CURVES, way, strict=True)]
        away = sum(abs(n - m) for n, m in zip(way, shared, strict=True))
        return sum(p.n_classrooms for p in points), sum(p.n_specialist for p in points), -sum(way), -away

    assert found.n_aps_s == max(ways, key=lambda way: (served(way), way))
    assert found.n_classrooms_expected == found.n_classrooms_most == served(found.n_aps_s)[0]
    assert found.n_classrooms_expected >= served(shared)[0]


def test_a_school_that_could_not_be_planned_keeps_its_share() -> None:
    found = allocate(6, [None, line(0, 2, 4), line(0, 1)], [2, 2, 2], AllocationOptions())
    assert found.n_aps_s == (2, 2, 1)


def test_a_floor_share_is_a_share() -> None:
    with pytest.raises(SettingsError, match="floor share"):
        AllocationOptions(floor_share=1.5)
    with pytest.raises(SettingsError, match="no access points to be shared out"):
        shares_of(None, "most_classes", 0.5, compare=False)
    assert shares_of(9, "proportional", 0.5, compare=False) is None


def task(code: str, n_classes: int, n_aps: int | None) -> SchoolTask:
    school = School(stage="elementary", code=code, name=code, county="晴川市", n_classes=n_classes, n_students=9)
    return SchoolTask(
        school=school, n_class_sets=1, n_devices=9, settings=Settings(), folder=Path("unused") / "schools",
        lang="en", n_aps_allotted=n_aps, funded=n_aps is not None,
    )  # fmt: skip


TASKS = (task("A", 8, 4), task("B", 8, 4), task("C", 4, 2), task("N", 3, None), task("F", 2, 1))
PROMISED = {"A": line(0, 1, 2, 3, 4), "B": line(0, 2, 4, 6, 8, 10, 12), "C": line(0, 1, 2), "F": None}


def compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: AllocationRule, crowded: int
) -> tuple[CountyPlan, list[str]]:
    """Run the comparison on curves instead of buildings; plans of B with more than 4 serve `crowded` fewer."""
    written: list[str] = []

    def served(code: str, n_aps: int) -> int:
        curve = PROMISED.get(code) or line(0, 1, 2, 3)
        return curve.at(n_aps).n_classrooms - (crowded if code == "B" and n_aps > 4 else 0)

    def outcome(one: SchoolTask, n_aps: int | None) -> SchoolOutcome:
        blank = SchoolOutcome(school=one.school, n_class_sets=1, n_devices=9, n_aps_allotted=n_aps, funded=one.funded)
        if one.school.code == "F":
            return replace(blank, failure="no building", cause="roster")
        n = served(one.school.code, 9 if n_aps is None else n_aps)
        return replace(
            blank, n_aps_placed=n_aps, n_classrooms=12, n_classrooms_served=n, n_specialist_served=0,
            evidence="archetype",
        )  # fmt: skip

    def plan_schools(tasks, *_, **__):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN003, ANN202
        made = []
        for one in tasks:
            written.append(f"{one.school.code}{one.n_aps_allotted}")
            rival = None if one.n_aps_rival is None else shares.allotment(outcome(one, one.n_aps_rival))
            made.append(replace(outcome(one, one.n_aps_allotted), rival=rival))
        return tuple(made)

    monkeypatch.setattr(shares, "plan_schools", plan_schools)
    monkeypatch.setattr(shares, "school_curves", lambda tasks, *_: tuple(PROMISED[t.school.code] for t in tasks))
    tasks = [replace(one, folder=tmp_path / "schools") for one in TASKS]
    asked = shares.Shares(n_aps=11, rule=rule, options=AllocationOptions())
    outcomes, made = shares.plan_compared(tasks, Desk(), Alone(), asked)
    plan = CountyPlan(
        version="1", county="晴川市", outcomes=outcomes, n_aps=11, method="webster", allocation=rule, comparison=made
    )
    return plan, written


@pytest.mark.parametrize("rule", ["proportional", "most_classes"])
def test_the_better_allocation_is_planned_beside_the_proportional_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: AllocationRule
) -> None:
    plan, written = compared(monkeypatch, tmp_path, rule, crowded=0)
    found = {o.school.code: (first.n_aps, most.n_aps) for o, first, most in plan.compared}
    # B gains two classrooms with each of its fifth and sixth; A and C give one each, the earlier school keeps more
    assert found == {"A": (4, 3), "B": (4, 6), "C": (2, 1)}
    assert plan.n_classrooms_gained == 4 - 2
    assert [o.n_aps_allotted for o in plan.outcomes if o.school.code in "NF"] == [None, 1]
    assert len(written) == len(TASKS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rule", ["proportional", "most_classes"])
def test_finished_plans_decide_and_the_best_is_never_worse(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: AllocationRule
) -> None:
    plan, written = compared(monkeypatch, tmp_path, rule, crowded=5)
    assert plan.n_classrooms_gained == 0
    assert plan.comparison is not None
    assert plan.comparison.n_flipped > 0
    by_code = {o.school.code: o for o in plan.outcomes}
    assert by_code["B"].n_aps_allotted == 4
    assert by_code["B"].rival is None
    assert ("B4" in written[len(TASKS) :]) == (rule == "most_classes")
    said = county_summary(plan)["allocation"]
    assert said["proportional"]["n_classrooms_served"] == said["most_classes"]["n_classrooms_served"]  # type: ignore[index]


def test_the_sheet_shows_both_school_by_school(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plan, _ = compared(monkeypatch, tmp_path, "most_classes", crowded=0)
    assert plan.comparison is not None
    page = allocation_page(plan, plan.comparison, "zh-TW")
    assert [len(row.cells) for row in page.rows] == [len(page.header)] * 4
    assert len(page.widths) == len(page.header) == sum(span for _, span in page.groups)
    assert "多 2 間" in page.lead[0]
    assert "已證明最佳" in page.lead[1]
    assert "50 %" in page.lead[2]


def test_a_school_s_curve_is_that_of_its_placements(tmp_path: Path) -> None:
    ready = prepare(read_site(Path(__file__).parents[2] / "floorplans/demo-remote.json"), Settings(n_aps=1))
    found = curve(ready)
    settings = replace(ready.scene.settings, n_aps=1)
    one = chosen_places(replace(ready.scene, settings=settings), ready.best, ready.offers[:-1]).placement
    assert (found.at(1).n_classrooms, found.at(1).n_specialist) == one.n_served_by_tier
    assert found.n_aps_enough == least_aps(ready)
    assert all(point.proven for point in found.points)
    write_curve_csv(tmp_path / "curve.csv", found)
    lines = (tmp_path / "curve.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "n_aps,n_classrooms_served,n_specialist_served,n_classrooms_most,proven"
    assert len(lines) == found.n_aps_enough + 2
