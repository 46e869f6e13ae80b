from dataclasses import replace

import pytest

from wifiplan.radio.loss import LAWS, Law, PathLoss
from wifiplan.radio.terms import DISTANCES, FLOORS, WALLS
from wifiplan.report.choices import law_text
from wifiplan.report.summary import summarise
from wifiplan.report.texts import LANGS, texts
from wifiplan.site.network import AccessPoint
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import BillLine, Plan, PlannedAccessPoint


def test_the_verdict_is_one_sentence_with_the_numbers(plan_maker) -> None:  # noqa: ANN001 (a factory fixture)
    text = summarise(plan_maker(2, 7, 0)).headline
    assert "10 間班級教室全部可讓全班同時上線" in text
    assert "2 間專科教室全部可讓全班同時上線" in text
    assert "需新裝" in text


def test_a_single_failing_room_is_named_with_its_reason(plan_maker) -> None:  # noqa: ANN001 (a factory fixture)
    plan = plan_maker(1, 4, 1)
    summary = summarise(plan)
    assert "視聽教室未達標" in summary.headline or "圖書室未達標" in summary.headline or "未達標（" in summary.headline


def test_counts_are_those_of_the_plan(plan: Plan) -> None:
    summary = summarise(plan, "en")
    assert summary.n_classrooms == plan.n_required(0)
    assert summary.n_classrooms_served == plan.n_served(0)
    assert summary.n_specialist == plan.n_required(1)
    assert len(summary.missing) == 2
    assert summary.n_new_aps == summary.n_of("new") + summary.n_of("replaced")
    assert sum(n for _, n in summary.n_by_action) == len(plan.access_points)


def test_failing_classrooms_come_before_specialist_rooms(plan_maker) -> None:  # noqa: ANN001 (a factory fixture)
    ranks = [missing.priority for missing in summarise(plan_maker(2, 9, 8)).missing]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1}


def test_peak_demand_is_of_the_rooms_in_use_at_once(plan: Plan) -> None:
    demands = sorted((r.need.demand_mbps for r in plan.rooms if r.need), reverse=True)
    assert summarise(plan).uplink_mbps == pytest.approx(demands[0] + demands[1])


def test_no_price_is_ever_invented(plan: Plan) -> None:
    summary = summarise(plan)
    assert summary.cost_ntd is None
    assert "尚未填入" in summary.cost


def test_a_given_price_is_summed_and_what_has_none_is_named(plan: Plan) -> None:
    priced = BillLine(code="ap", name_zh="基地臺", name_en="access point", quantity=3, unit="臺", price_ntd=7000)
    watts = BillLine(code="poe_power_w", name_zh="供電功率", name_en="Power budget", quantity=39.0, unit="W")
    summary = summarise(replace(plan, bill=(priced, plan.bill[1], watts)), "en")
    assert summary.cost_ntd == 21_000
    assert "21,000" in summary.cost
    assert "Cat 6A cable" in summary.cost
    assert "Power budget" not in summary.cost


def test_kinds_of_evidence_are_listed_apart_and_never_added(plan: Plan, archetype_plan: Plan) -> None:
    drawn = {e.kind: e.n_rooms for e in summarise(plan).basis.evidence}
    assumed = {e.kind: e.n_rooms for e in summarise(archetype_plan).basis.evidence}
    n_judged = sum(room.need is not None for room in plan.rooms)
    assert drawn == {"archetype": 0, "sheet": 0, "drawn": n_judged, "survey": 0, "class_test": 0}
    assert assumed == {"archetype": n_judged, "sheet": 0, "drawn": 0, "survey": 0, "class_test": 0}
    assert summarise(archetype_plan).assumed_building


def test_an_unknown_inventory_is_said_and_not_taken_for_none(plan: Plan) -> None:
    only_new = tuple(replace(p, action="new") for p in plan.access_points)
    site = replace(plan.site, access_points_known=False)
    unknown = summarise(replace(plan, access_points=only_new, site=site))
    known = summarise(replace(plan, access_points=only_new))
    assert "並非沒有" in unknown.basis.existing
    assert "不明" not in known.basis.existing
    assert any("並非沒有" in step for step in unknown.actors[0].steps)


def test_the_threshold_of_kpi_7_is_printed_with_all_its_figures(plan: Plan) -> None:
    text = summarise(plan).basis.threshold[1]
    assert all(figure in text for figure in ("2.5 Mbit/s", "95 %", "-58.7 dBm", "25 dB", "60 %"))


def test_profiles_that_differ_get_a_threshold_each(plan: Plan) -> None:
    first = plan.rooms[0]
    assert first.need is not None
    exam = replace(first, need=replace(first.need, profile="e_testing", min_second_dbm=-75.0))
    basis = summarise(replace(plan, rooms=(exam, *plan.rooms[1:])), "en").basis
    assert len(basis.threshold) == 4
    assert "E-testing" in basis.threshold[1]
    assert "-75 dBm" in basis.threshold[1]


def test_codes_of_study_become_sentences_and_other_text_stays(plan: Plan) -> None:
    plan = replace(plan, assumptions=("class_size_unknown:3", "existing_not_counted_on:2", "A sentence of a person."))
    lines = summarise(plan, "en").basis.assumptions
    assert "Rooms without a class size, taken as 29: 3." in lines
    assert any("2" in line and "access point" in line for line in lines)
    assert "A sentence of a person." in lines


def test_open_questions_are_printed_with_the_values_used(plan: Plan) -> None:
    values = {option.name: option.value for option in summarise(plan, "en").basis.options}
    assert values["Access points available"] == "at most 24"
    assert values["Price of an access point"] == "not entered"
    assert values["Class sets k, and rooms in use at once"] == "k = 2; 2 at once"
    assert values["Powers to choose from (EIRP)"] == "14 / 17 / 20 / 23 dBm"
    assert values["Area type"] == "not remote"


@pytest.mark.parametrize("verdict", ["optimal", "feasible", "infeasible", "time limit"])
def test_the_proof_is_worded_with_its_gap(plan: Plan, verdict: str) -> None:
    proof = replace(plan.proof, verdict=verdict, gap=0.042)
    lines = summarise(replace(plan, proof=proof), "en").basis.proof
    assert lines[0]
    if verdict != "infeasible":
        assert "4 %" in lines[0]
    assert "6 reached, bound 6" in lines[2]


@pytest.mark.parametrize("lang", LANGS)
def test_three_actors_have_steps(plan: Plan, lang: str) -> None:
    actors = summarise(plan, lang).actors
    assert len(actors) == 3
    assert all(actor.steps for actor in actors)


def test_removed_access_points_are_handed_back(plan: Plan) -> None:
    gone = PlannedAccessPoint(access_point=AccessPoint(id="old"), action="removed", reason=Reason(code="undecided"))
    summary = summarise(replace(plan, access_points=(*plan.access_points, gone)), "en")
    assert summary.n_of("removed") == 1
    assert any("Take down existing access points (1)" in step for step in summary.actors[2].steps)


def test_a_school_without_rooms_still_gets_an_answer(plan: Plan) -> None:
    empty = replace(plan, rooms=(), access_points=(), bill=(), n_rooms_at_once=1)
    summary = summarise(empty)
    assert summary.uplink_mbps == 0
    assert "沒有需要全班同時上線的班級教室" in summary.headline


def test_the_same_plan_gives_the_same_summary(plan: Plan) -> None:
    assert summarise(plan) == summarise(plan)


def test_the_headline_says_what_the_number_available_lacks_or_leaves(plan_maker) -> None:  # noqa: ANN001 (a factory fixture)
    plan = plan_maker(1, 4, 1)
    failing = replace(plan.rooms[3], reason=Reason(code="no_budget", value=2.0, limit=5.0))
    rooms = tuple(failing if room.room_id == failing.room_id else room for room in plan.rooms)
    short = summarise(replace(plan, rooms=rooms, n_aps_allowed=plan.n_new_aps), "en")
    assert "5 would serve every room" in short.purchase
    assert short.headline.endswith(short.purchase)
    spare = summarise(replace(plan_maker(1, 4, 0), n_aps_allowed=24), "en")
    assert "to spare" in spare.purchase


def test_a_single_room_is_not_called_all(plan: Plan) -> None:
    one = next(room for room in plan.rooms if room.need and room.need.priority == 0)
    assert summarise(replace(plan, rooms=(one,)), "en").headline.startswith("The only classroom can")


def test_access_points_that_a_person_must_decide_on_are_counted_apart(plan: Plan) -> None:
    old = PlannedAccessPoint(access_point=AccessPoint(id="x"), action="kept", reason=Reason(code="undecided"))
    bad = PlannedAccessPoint(
        access_point=AccessPoint(id="y", model="TP-Link EAP225"), action="kept", reason=Reason(code="prohibited_brand")
    )
    summary = summarise(replace(plan, access_points=(*plan.access_points, old, bad)))
    assert "待學校確認 1 臺" in summary.basis.existing
    assert "TP-Link EAP225" in summary.basis.existing
    assert "均不得採用大陸廠牌" in summary.basis.existing
    # what is undecided or forbidden is not set, nor left as it is
    steps, before = summary.actors[2].steps, summarise(plan).actors[2].steps
    assert set(before) < set(steps)
    assert set(steps) - set(before) == {texts("zh-TW")["act.contractor.remove"].format(n=1)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "law",
    [
        *LAWS.values(),
        *(Law(distance=part, floors="none") for part in DISTANCES),
        *(Law(distance="inh", walls=part) for part in WALLS),
        *(Law(distance="inh", walls="cost231", floors=part) for part in FLOORS),
        Law(exponent=2.2, wall_scale=0.9, slab_scale=1.1, n_images=3, offset_db=-2.0, extend=False),
    ],
    ids=repr,
)
def test_a_law_and_its_parameters_are_words(law: PathLoss, lang: str) -> None:
    text = law_text(law, lang)
    assert "=" not in text
    assert "_" not in text
    assert "None" not in text


def test_the_limits_of_the_design_are_among_the_assumptions(plan: Plan) -> None:
    def lines(**changes: object) -> str:
        changed = replace(plan.settings, **changes)  # type: ignore[arg-type]
        return "\n".join(summarise(replace(plan, settings=changed), "en").basis.assumptions)

    adding_up, endless = LAWS["p2040_multi_wall"], replace(plan.settings.design, hearing_max_wall_db=None)
    assert lines().count("at most 15 dB") == 2  # the law's cap, of the signal and of what neighbours hear
    assert lines(law=adding_up).count("at most 20 dB") == 1
    assert "without a limit" in lines(law=adding_up, design=endless)


@pytest.mark.parametrize("lang", LANGS)
def test_where_all_stays_the_contractor_only_stops_what_would_change_it(plan: Plan, lang: str) -> None:
    kept = tuple(replace(p, action="kept", reason=Reason(code="kept")) for p in plan.access_points)
    words = texts(lang)
    summary = summarise(replace(plan, access_points=kept, bill=()), lang)
    assert summary.actors[-1].steps == (words["act.contractor.keep"].format(n=len(kept)),)
    assert summary.cost == words["cost.nothing"]
    nothing = summarise(replace(plan, access_points=(), bill=()), lang)
    assert nothing.actors[-1].steps == (words["act.contractor.none"],)


def test_only_what_changes_is_to_be_set(plan: Plan) -> None:
    n_set = sum(p.action in ("new", "replaced", "retuned") for p in plan.access_points)
    n_kept = sum(p.action == "kept" for p in plan.access_points)
    assert n_set
    assert n_kept
    words, steps = texts("zh-TW"), summarise(plan).actors[-1].steps
    assert words["act.contractor.tune"].format(n=n_set) in steps
    assert words["act.contractor.keep"].format(n=n_kept) in steps
