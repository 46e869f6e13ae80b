"""What a study says where schools fail, where a sample stands for a county, and that all of it is text, not markup."""

from dataclasses import replace

import pytest

from wifiplan.files.studies import study_summary
from wifiplan.report.studies.compare import compare_report
from wifiplan.report.studies.page import report_html
from wifiplan.report.studies.sensitivity import sensitivity_report
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.study import Settings
from wifiplan.study.assumptions import Assumption, Sensitivity
from wifiplan.study.case_totals import case_totals
from wifiplan.study.cases import Case, CaseOutcome, CaseStudy, Studied
from wifiplan.study.sampling import Sample, Unit, everything, stratified

BASE = Case(name="base", label="現行", settings=Settings(), archetype=ArchetypeOptions(), ap_price_ntd=1000)
DEAR = replace(BASE, name="dear", label="<b>貴</b>", changes=(("demand.mbps_per_device", "4.0"),))


def school(n: int, n_classes: int) -> School:
    return School(
        stage="elementary", code=f"{n:06d}", name=f"第{n}國小", county="甲縣", n_classes=n_classes, n_students=20
    )


def outcome(case: Case, needed: int, served: int, rooms: int) -> CaseOutcome:
    return CaseOutcome(
        case=case.name,
        n_aps_funded=needed,
        n_aps_needed=needed,
        n_aps_needed_classrooms=needed,
        n_aps_placed=needed,
        n_classrooms=rooms,
        n_classrooms_served=served,
        n_specialist=0,
        n_specialist_served=0,
    )


def building(n: int) -> Studied:
    rooms = 4 + n
    outcomes = (outcome(BASE, rooms, rooms, rooms), outcome(DEAR, 2 * rooms + n % 2, rooms - 1, rooms))
    return Studied(schools=(school(n, rooms),), evidence="archetype", outcomes=outcomes)


def units_of(n: int) -> list[Unit]:
    some = [building(k) for k in range(n)]
    return [Unit(key=b.school.key, stage="elementary", remote=False, n_classes=b.n_classes) for b in some]


def study(n: int, sample: Sample | None = None) -> CaseStudy:
    buildings = tuple(building(k) for k in range(n))
    sample = sample or everything(units_of(n))
    chosen = tuple(buildings[k] for k in sample.chosen)
    return CaseStudy(version="0", county="甲縣", cases=(BASE, DEAR), sample=sample, buildings=chosen)


def with_failure(found: CaseStudy) -> CaseStudy:
    first = found.buildings[0]
    failed = replace(first.outcomes[1], failure="圖面 <損壞>", cause="site", n_aps_needed=None)
    return replace(found, buildings=(replace(first, outcomes=(first.outcomes[0], failed)), *found.buildings[1:]))


def test_a_school_that_fails_in_one_case_is_left_out_of_all() -> None:
    base, dear = case_totals(with_failure(study(4)))
    assert base.n_aps_needed.value == 5 + 6 + 7
    assert dear.more_aps.value == (5 + 6 + 7) + 2
    assert (base.n_failed, dear.n_failed) == (0, 1)
    assert dear.more_cost_ntd is not None
    assert dear.more_cost_ntd.value == 1000 * dear.more_aps.value
    assert dear.more_kpi7 is not None
    assert dear.more_kpi7.value == pytest.approx(-3 / 18)


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_page_tells_failures_and_takes_no_markup_from_names(lang: Lang) -> None:
    report = compare_report(with_failure(study(4)), lang)
    page = report_html(report)
    assert "圖面 &lt;損壞&gt;" in page
    assert "<b>" not in page
    assert ("未能規劃" if lang == "zh-TW" else "could not be planned") in " ".join(report.lines)


def test_a_sample_stands_for_the_county_and_says_how_surely() -> None:
    units = [
        Unit(key=b.school.key, stage="elementary", remote=False, n_classes=b.n_classes) for b in study(30).buildings
    ]
    found = study(30, stratified(units, 8, seed=1))
    base, dear = case_totals(found)
    assert base.n_aps_needed.value == pytest.approx(sum(4 + k for k in range(30)))
    assert dear.more_aps.se is not None
    assert 0 < dear.more_aps.se < 0.1 * dear.more_aps.value
    page = report_html(compare_report(found, "zh-TW"))
    assert "±" in page
    assert "30 處校舍分層抽樣 8 處" in page
    assert study_summary(found)["sample"]["n_sampled"] == 8


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_an_assumption_is_told_with_its_direction_and_that_it_is_invented(lang: Lang) -> None:
    rate = Assumption(name="rate", label="rate", base_text="2", low=BASE, high=DEAR, source="none", invented=True)
    report = sensitivity_report(Sensitivity(study=study(4), assumptions=(rate,)), lang)
    told = next(line for line in report.lines if "<b>" in line)
    assert ("多 109 %" if lang == "zh-TW" else "109 % more") in told
    assert ("範圍為自訂" if lang == "zh-TW" else "our choice") in told
    assert [chart.name for chart in report.charts] == ["tornado-aps.png", "tornado-kpi7.png"]
