from dataclasses import replace
from typing import get_args

import pytest

from wifiplan.report.remedies import cure_text, short_cure_text
from wifiplan.report.robustness import MAX_OUTAGES, n_more_outages, robustness_lines, robustness_table
from wifiplan.report.summary import summarise
from wifiplan.report.texts import LANGS
from wifiplan.study.reason_records import Place, Reason, Remedy, RemedyCode
from wifiplan.study.records import Plan, PlannedRoom
from wifiplan.study.robust_records import AtOnce, LostRoom, Outage, Robustness, Sureness, WallSpread

WEAK = LostRoom(room_id="r000", reason=Reason(code="no_signal", value=-74.7, limit=-67.0), seats_share=0.0)
BUSY = LostRoom(room_id="r001", reason=Reason(code="co_channel", value=0.97, limit=0.6), seats_share=1.0)
FULL = LostRoom(room_id="r002", reason=Reason(code="associations", value=130, limit=120), seats_share=1.0)


def bearing(plan: Plan, *, n_outages: int = 1, lost: tuple[LostRoom, ...] = (WEAK, BUSY, FULL)) -> Plan:
    found = Robustness(
        n_classrooms=9,
        at_once=AtOnce(
            n_at_once=2,
            n_rooms=9,
            holds=True,
            largest_n=5,
            broken_by=(BUSY,),
            ap_id="AP1",
            channel_share=0.5,
            cap_share=0.6,
        ),
        outages=tuple(
            Outage(ap_id=f"AP{k}", lost=lost, n_classrooms_held=6, n_lost_waiting=1) for k in range(n_outages)
        ),
        seats=Sureness(probability=0.95, seats_share=0.97, worst_room="r002", worst_share=0.9),
        walls=(
            WallSpread(shift_db=3.0, lost=(WEAK,), gained=(), n_classrooms_held=8),
            WallSpread(shift_db=-3.0, lost=(), gained=("r003",), n_classrooms_held=9),
        ),
    )
    return replace(plan, robustness=found)


@pytest.mark.parametrize("lang", LANGS)
def test_a_line_for_each_question_with_its_figures(plan: Plan, lang: str) -> None:
    lines = robustness_lines(bearing(plan), lang)
    assert len(lines) == 5
    assert not any("{" in line for line in lines)
    for line, figures in zip(
        lines, (("2", "5", "50 %"), ("AP0", "3", "6 / 9"), ("97 %", "90 %"), ("3 dB",), ("3 dB",)), strict=True
    ):
        assert all(figure in line.replace("6 of 9", "6 / 9") for figure in figures), (line, figures)
    assert summarise(bearing(plan), lang).robustness == lines


def test_good_news_is_said_too(plan: Plan) -> None:
    good = bearing(plan, lost=())
    assert good.robustness is not None
    calm = replace(good.robustness, at_once=replace(good.robustness.at_once, largest_n=9, broken_by=()))
    lines = robustness_lines(replace(good, robustness=calm), "en")
    assert "all 9 rooms" in lines[0]
    assert "whichever access point fails, every room" in lines[1]


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_says_who_is_hit_and_how_hard(plan: Plan, lang: str) -> None:
    table = robustness_table(bearing(plan, n_outages=MAX_OUTAGES + 2), lang)
    assert len(table.rows) == MAX_OUTAGES + 2
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert "−74.7 dBm" in table.rows[0][2]
    assert n_more_outages(bearing(plan, n_outages=MAX_OUTAGES + 2)) == 2


def test_a_plan_that_was_not_asked_says_nothing(plan: Plan) -> None:
    assert robustness_lines(plan) == ()
    assert robustness_table(plan).rows == ()


def test_where_no_room_passes_there_is_one_line(plan: Plan) -> None:
    failed = tuple(replace(room, verdict="fail") if room.need else room for room in plan.rooms)
    assert len(robustness_lines(replace(bearing(plan), rooms=failed))) == 1
    assert robustness_table(replace(bearing(plan), rooms=failed)).rows == ()


def failing(plan: Plan, code: RemedyCode) -> PlannedRoom:
    room = next(r for r in plan.rooms if r.verdict == "fail")
    spots = {"one_ap": 1, "two_aps": 2}.get(code, 0)
    remedy = Remedy(
        code=code,
        value={"rate": 1.4, "devices": 12.0}.get(code),
        ap_id="AP203" if code in ("settings", "model") else None,
        model="ax-4x4" if code in ("one_ap", "two_aps", "model") else None,
        spots=(Place(floor=0, x_m=4.5, y_m=6.3, room_id=room.room_id), Place(floor=0, x_m=9.0, y_m=1.0))[:spots],
        channels=(36, 44)[: max(spots, 1)],
        width_mhz=40,
        eirp_dbm=17.0,
        channel_share=0.44,
    )
    return replace(room, reason=Reason(code="airtime", value=0.9, limit=0.6), remedy=remedy)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", get_args(RemedyCode))
def test_every_change_has_words_with_its_figures(plan: Plan, code: RemedyCode, lang: str) -> None:
    room = failing(plan, code)
    exact, short = cure_text(room, plan, lang), short_cure_text(room, plan, lang)
    assert short
    assert "{" not in exact + short
    figures = {
        "settings": ("AP203", "36", "40 MHz", "17 dBm"),
        "one_ap": ("4.5", "6.3", "36", "44 %"),
        "two_aps": ("9", "36", "44"),
        "model": ("AP203", "ax-4x4"),
        "rate": ("1.4 Mbit/s", "2.5"),
        "devices": ("12",),
        "none": (),
    }
    assert all(figure in exact for figure in figures[code])


def test_a_room_that_passes_needs_no_change(plan: Plan) -> None:
    assert cure_text(next(r for r in plan.rooms if r.verdict == "pass"), plan) == ""


def test_what_a_change_costs_is_said_where_a_price_was_given(plan: Plan) -> None:
    priced = replace(plan, settings=replace(plan.settings, design=replace(plan.settings.design, ap_price_ntd=12_000)))
    assert "24,000" in short_cure_text(failing(plan, "two_aps"), priced, "en")


def test_how_many_serve_all_says_more_than_one_for_this_room(plan: Plan) -> None:
    lacking = replace(failing(plan, "one_ap"), reason=Reason(code="no_budget", value=24, limit=27))
    assert "27" in short_cure_text(lacking, plan, "en")
    free = replace(failing(plan, "settings"), reason=Reason(code="no_budget", value=24, limit=27))
    assert "AP203" in short_cure_text(free, plan, "en")
