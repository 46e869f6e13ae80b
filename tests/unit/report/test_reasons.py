from dataclasses import replace
from typing import get_args

import pytest

from wifiplan.report.reasons import action_text, reason_text, remedy_text
from wifiplan.report.texts import LANGS
from wifiplan.study.reason_records import Reason, ReasonCode
from wifiplan.study.records import ApAction, Plan
from wifiplan.study.settings import DesignOptions


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_every_reason_has_words_with_and_without_figures(code: ReasonCode, lang: str) -> None:
    for value, limit, rooms in ((None, None, ()), (0.7, None, ()), (0.7, 0.6, ()), (0.7, 0.6, ("r1",))):
        text = reason_text(Reason(code=code, value=value, limit=limit, rooms=rooms), lang)
        assert text
        assert "{" not in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("action", get_args(ApAction))
def test_every_action_has_a_word(action: ApAction, lang: str) -> None:
    assert action_text(action, lang)


def test_shares_are_percentages_and_signals_are_dbm() -> None:
    assert "82 %" in reason_text(Reason(code="airtime", value=0.82, limit=0.6))
    assert "-71.4 dBm" in reason_text(Reason(code="no_signal", value=-71.4, limit=-58.7))
    assert "24" in reason_text(Reason(code="no_budget", value=24.0))


def test_reasons_call_rooms_by_their_names_and_shorten_long_lists() -> None:
    reason = Reason(code="forced_by_rooms", rooms=("a", "b", "c", "d", "e"))
    text = reason_text(reason, names={"a": "圖書室"})
    assert "圖書室" in text
    assert "e" not in text.replace("…", "")
    assert "…" in text


def test_reasons_survive_a_cp950_console() -> None:
    for code in get_args(ReasonCode):
        reason_text(Reason(code=code, value=-0.7, limit=0.6)).encode("cp950")


def test_the_remedy_that_costs_nothing_comes_first(plan: Plan) -> None:
    room = plan.rooms[-2]
    tight = replace(room, reason=Reason(code="airtime", value=0.9, limit=0.6))
    assert "40 MHz" in remedy_text(tight, DesignOptions(width_mhz=20), "en")
    assert "2 access points" in remedy_text(tight, DesignOptions(width_mhz=40), "en")
    busy = replace(room, reason=Reason(code="co_channel", value=0.9, limit=0.6))
    assert "DFS" in remedy_text(busy, DesignOptions(dfs=False), "en")
    assert "power" in remedy_text(busy, DesignOptions(dfs=True), "en")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_every_failure_has_a_remedy(plan: Plan, code: ReasonCode, lang: str) -> None:
    room = replace(plan.rooms[0], reason=Reason(code=code, value=2.0, limit=5.0))
    assert remedy_text(room, DesignOptions(), lang)


def test_the_number_of_missing_access_points_is_named_where_it_is_known(plan: Plan) -> None:
    room = replace(plan.rooms[0], reason=Reason(code="no_budget", value=24, limit=27))
    assert "3" in remedy_text(room, DesignOptions(), "en")


def test_no_access_point_is_advised_where_every_position_was_tried(plan: Plan) -> None:
    blocked = replace(plan.rooms[0], serving_ap=None, reason=Reason(code="no_signal", value=-108.0, limit=-58.7))
    assert "walls" in remedy_text(blocked, DesignOptions(), "en")
    weak = replace(blocked, serving_ap="AP1")
    assert "inside the room" in remedy_text(weak, DesignOptions(), "en")


def test_what_more_access_points_cost_is_said_where_a_price_was_given(plan: Plan) -> None:
    room = replace(plan.rooms[0], reason=Reason(code="no_budget", value=8, limit=17))
    text = remedy_text(room, DesignOptions(ap_price_ntd=12_000), "en")
    assert all(figure in text for figure in ("9 more", "17 in all", "108,000"))
