"""Class tests on disk: read back as they were, refused with all faults at once, never a traceback."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from class_samples import absent, agent, class_test, delay, ramp, room, seats, step, tablet
from wifiplan.errors import SurveyError
from wifiplan.files.class_tests import (
    class_test_name,
    dump_class_test,
    parse_class_test,
    read_class_test,
    write_class_test,
)
from wifiplan.probe.records import Receipt, WifiLink
from wifiplan.probe.verdict import judge_test

MIXED = class_test(
    room(steps=ramp(breaks_from=1.0)),
    room("r2", "三年乙班", steps=(step((agent("01", n_lost=40), absent("02"), tablet("03"))),)),
    replace(room("r3", "電腦教室"), cart_opened_utc=None, joins=(), steps=(), abort="gateway"),
)


def edited(change: Callable[[Any], object]) -> str:
    plain = json.loads(dump_class_test(MIXED))
    change(plain)
    return json.dumps(plain, ensure_ascii=False)


def faults(text: str) -> str:
    test, found = parse_class_test(text)
    assert test is None
    return "\n".join(str(fault) for fault in found)


def test_a_test_comes_back_as_it_was(tmp_path: Path) -> None:
    linked = replace(agent(), link=WifiLink(bssid="02:00:00:00:00:01", frequency_mhz=5180))
    for test in (MIXED, class_test(), class_test(room(steps=(step((linked,)),)))):
        path = tmp_path / class_test_name(test)
        write_class_test(path, test)
        assert read_class_test(path) == test
        again = path.read_bytes()
        write_class_test(path, read_class_test(path))
        assert path.read_bytes() == again


def test_the_name_says_school_and_time_of_taiwan() -> None:
    assert class_test_name(class_test()) == "class-test-elementary-000001-20261126-0908-5f0c1a7e.json"
    nameless = replace(class_test(), stage=None, code=None, started_utc="2026-11-26T17:00:00+00:00")
    assert class_test_name(nameless) == "class-test-20261127-0100-5f0c1a7e.json"


def test_the_file_tells_the_verdict() -> None:
    told = json.loads(dump_class_test(MIXED))["judgement"]
    assert told["verdict"] == "fail"
    assert [entry["verdict"] for entry in told["rooms"]] == ["fail", "inconclusive", "inconclusive"]
    assert (told["rooms"][0]["n_holds"], told["rooms"][0]["n_breaks"]) == (22, 30)


def test_a_verdict_that_was_edited_is_refused() -> None:
    def change(plain: Any) -> None:  # noqa: ANN401 (JSON)
        plain["judgement"]["verdict"] = "pass"
        plain["judgement"]["rooms"][0]["verdict"] = "pass"

    found = faults(edited(change))
    assert "judgement: says pass, but the figures give fail" in found
    assert "judgement.rooms[0]: says pass" in found


def test_a_verdict_of_another_version_gives_way_to_the_figures() -> None:
    def change(plain: Any) -> None:  # noqa: ANN401 (JSON)
        plain["version"] = "0.0.1"
        plain["judgement"]["verdict"] = "pass"

    test, found = parse_class_test(edited(change))
    assert found == ()
    assert test is not None
    assert judge_test(test).verdict == "fail"


def test_figures_that_are_no_number_are_written_as_not_measured() -> None:
    udp = agent().udp
    assert udp is not None
    odd: tuple[Receipt, ...] = (
        replace(tablet("01"), loaded_delay=delay(math.nan), cpu_share=math.inf, generator_error_p99_ms=math.nan),
        replace(agent("02"), udp=replace(udp, jitter_rfc3550_ms=math.nan)),
        replace(tablet("03"), hidden_s=math.nan, window_s=math.nan, rate_mbps=math.inf),
    )
    test = class_test(room(steps=(step(odd),)))
    back, found = parse_class_test(dump_class_test(test))
    assert found == ()
    assert back is not None
    assert judge_test(back).verdict == judge_test(test).verdict == "inconclusive"


CHANGES: tuple[tuple[Callable[[Any], object], str], ...] = (
    (lambda p: p.pop("rooms"), "the keys options, rooms, started_utc of a class test are missing"),
    (lambda p: p.pop("format"), "the format is None, not 1"),
    (lambda p: p.update(format=2), "the format is 2, not 1"),
    (lambda p: p.update(format=True), "the format is True"),
    (lambda p: p.update(id="../../etc"), 'id: "../../etc" is not'),
    (lambda p: p.update(retest_of="x"), "retest_of"),
    (lambda p: p.update(code=None), "stage and code are given together"),
    (lambda p: p.update(code="12\n34\x1b"), "is not six digits or letters"),
    (lambda p: p.update(started_utc="yesterday"), 'started_utc: "yesterday" is no moment'),
    (lambda p: p.update(started_utc="0001-01-01T00:00:00+14:00"), "is no moment"),
    (lambda p: p.update(pupils=["x"]), 'unknown key "pupils"'),
    (lambda p: p["rooms"][0]["steps"][0].update(share=1.2), "1.2 is not above 0 and up to 1"),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0].update(state="lost"), '"lost" is not one of'),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0].update(receved=1), 'unknown key "receved"'),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0].update(n_flows=10**400), "a number beyond 1e+15"),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0].update(window_s=1e300), "window_s: a number beyond"),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0].update(received_bytes="1"), "a whole number"),
    (lambda p: p["rooms"][0]["steps"][0]["receipts"][0]["loaded_delay"].pop("n"), '"n" is missing'),
    (lambda p: p["options"]["limits"].update(confidence_share=1.0), "not above 0.5 and below 1"),
    (lambda p: p["options"]["limits"].update(loss_window_s=0), "loss_window_s: 0 is not between"),
    (lambda p: p["options"].update(stream="vido"), 'did you mean "video"?'),
    (lambda p: p.update(judgement=[]), "judgement: does not speak of the rooms"),
    (lambda p: p["judgement"].update(rooms=[1, 2, 3]), "says None"),
)


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_each_fault_is_named(change: Callable[[Any], object], expected: str) -> None:
    assert expected in faults(edited(change))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(edited(lambda p: p.update(id="x", started_utc="x", format=3)), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        read_class_test(path)
    assert len(caught.value.faults) == 3
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "1", '"x"', "{}", "[" * 5000, '{"rooms": 1, "options": 2, "started_utc": 3}', "NaN"]
)
def test_what_is_no_class_test_gives_one_message(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError):
        read_class_test(path)


def test_folders_and_missing_files_give_one_message(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(SurveyError):
            read_class_test(path)


SMALL = json.loads(dump_class_test(class_test(room(steps=(step(tuple(map(tablet, seats(2)))), step((agent("01"),)))))))


def places(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in items for place in places(item, (*at, key)))]


PLACES = [place for place in places(SMALL) if place]


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    place=st.sampled_from(PLACES),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([[], {}, [[1, 2]], -1, 0, 10**30, 1e14, -1e14, "pass", "9" * 300]),
)
def test_no_single_change_gives_a_traceback(place: tuple[object, ...], value: object) -> None:
    plain: Any = json.loads(json.dumps(SMALL))
    inner = plain
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    test, found = parse_class_test(json.dumps(plain))
    assert (test is None) == bool(found)
    if test is not None:
        judge_test(test)
        class_test_name(test)
        assert parse_class_test(dump_class_test(test))[1] == ()


@given(cut=st.integers(0, 10_000))
def test_truncated_files_give_one_message(cut: int) -> None:
    text = dump_class_test(MIXED)
    assert parse_class_test(text[: min(cut, len(text) - 3)])[0] is None
