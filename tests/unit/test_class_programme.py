"""What a technician is told around a class test: minutes, what it can't prove, whose school it is, the same words."""

import re
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from class_samples import class_test, ramp, room
from wifiplan import study
from wifiplan.cli.class_programme import about_earlier, programme, warnings
from wifiplan.cli.probe_class import class_command
from wifiplan.cli.probe_class_rooms import School, school_of, the_rounds
from wifiplan.errors import ProbeError
from wifiplan.files import read_site, write_plan
from wifiplan.probe.classroom.controller import TestOrder as Order
from wifiplan.probe.classroom.pages import texts
from wifiplan.probe.classroom.rooms import RoomAsk, wishes
from wifiplan.probe.classroom.serving import Door
from wifiplan.probe.classroom.session import Session, run
from wifiplan.probe.findings import VERDICTS
from wifiplan.probe.options import ClassTestOptions
from wifiplan.report.class_words import conclusion, verdict_text
from wifiplan.report.texts import texts as report_texts

ROOT = Path(__file__).parents[2]
NOBODY = School(name="S", names={}, n_devices={}, stage="junior", code="123456")
ROUND = (RoomAsk(room_id="201", name="三年甲班", n_expected=30),)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    write_plan(path, study.plan_site(read_site(ROOT / "floorplans/demo-remote.json"), study.Settings()))
    return path


def dry(*args: str | Path) -> Result:
    return CliRunner().invoke(class_command, [*map(str, args), "--authorised-by", "教務處", "--dry-run"])


def test_the_verdict_has_the_same_words_everywhere() -> None:
    for lang in ("zh-TW", "en"):
        said = {verdict: verdict_text(verdict, lang) for verdict in VERDICTS}
        assert dict(texts(lang)["verdict"]) == said
        assert {verdict: texts(lang)["state"][verdict] for verdict in VERDICTS} == said


def test_terms_are_those_of_taiwan_as_elsewhere() -> None:
    page_words = (resources("wifiplan.probe") / "static" / "classroom.zh-TW.toml").read_text(encoding="utf-8")
    sheet_words = (resources("wifiplan.report") / "static" / "classtest.zh-TW.toml").read_text(encoding="utf-8")
    assert not re.search("台|合格|試算", page_words + sheet_words)


def test_every_reason_for_stopping_is_in_words() -> None:
    for lang in ("zh-TW", "en"):
        told = {key.removeprefix("classtest.abort.") for key in report_texts(lang) if "classtest.abort." in key}
        assert set(texts(lang)["stopped"]) <= told


def test_the_programme_names_rooms_and_minutes() -> None:
    lines = programme([ROUND, ROUND], ClassTestOptions(), "zh-TW")
    assert lines[0] == "第 1 輪：三年甲班 201（30 臺），同時共 30 臺"
    assert "每輪最久 7.1 分鐘" in lines[2]
    assert "2 輪最久共 14.1 分鐘" in lines[3]


@pytest.mark.parametrize(
    ("options", "rate", "word"),
    [
        (ClassTestOptions(join_s=600.0), 2.5, "more than 10"),
        (ClassTestOptions(full_s=20.0), 2.5, "only be INCONCLUSIVE or FAIL: 17 s is too short"),
        (ClassTestOptions(ramp=(0.5,)), 2.5, "never on line at once"),
        (ClassTestOptions(), 0.5, "if laptops take part"),
    ],
)
def test_what_a_test_cannot_prove_is_told_before(options: ClassTestOptions, rate: float, word: str) -> None:
    assert any(word in line for line in warnings([ROUND], options, rate, NOBODY, "en"))


def test_a_test_that_can_pass_needs_no_warning() -> None:
    assert warnings([ROUND], ClassTestOptions(), 2.5, NOBODY, "en") == []
    nameless = warnings([ROUND], ClassTestOptions(), 2.5, replace(NOBODY, stage=None, code=None), "en")
    assert ["track" in line for line in nameless] == [True]


def test_less_than_the_plan_asks_is_told_and_rooms_go_by_their_names(planned: Path) -> None:
    school = school_of(planned, None)
    plan = school.plan
    assert plan is not None
    needed = next(r for r in plan.rooms if r.need is not None and school.aliases.get(r.name) == r.room_id)
    assert needed.need is not None
    whole = the_rounds([needed.name], [], None, school, None)
    assert (whole[0][0].room_id, whole[0][0].n_expected) == (needed.room_id, needed.need.n_devices)
    assert warnings(whole, ClassTestOptions(), 2.5, school, "en") == []
    few = the_rounds([f"{needed.room_id}=3"], [], None, school, None)
    assert "won't prove the plan" in warnings(few, ClassTestOptions(), 2.5, school, "en")[0]
    other = next(r for r in plan.rooms if r.need is None)
    assert (
        "no prediction"
        in warnings(the_rounds([f"{other.room_id}=3"], [], None, school, None), ClassTestOptions(), 2.5, school, "en")[
            0
        ]
    )
    with pytest.raises(ProbeError, match="twice"):
        the_rounds([needed.name, needed.room_id], [], None, school, None)
    with pytest.raises(ProbeError) as caught:
        the_rounds(["no such"], [], None, school, None)
    assert len(caught.value.faults) == 1
    assert "這所學校沒有這間教室" in caught.value.text("zh-TW")


def test_stage_and_code_come_from_the_file_or_from_the_command(planned: Path) -> None:
    school = school_of(planned, None)
    assert (school.stage, school.code) == ("elementary", "999002")
    assert (school_of(None, "S", "junior", "123456").code, school_of(None, "S").code) == ("123456", None)
    for given in (("junior", None), (None, "123456"), ("junior", "12"), ("junior", "12345六")):
        with pytest.raises(ProbeError):
            school_of(None, "S", *given)  # type: ignore[arg-type]
    with pytest.raises(ProbeError, match="another school"):
        school_of(planned, None, "junior", "123456")


def test_a_dry_run_tells_the_load_the_minutes_and_the_warnings() -> None:
    done = dry("--school", "S", "--room", "201=30")
    assert done.exit_code == 0
    assert all(word in done.output for word in ("75 Mbit/s", "每輪最久 7.1 分鐘", "--stage"))


@pytest.mark.parametrize("name", ["a\x1b[31m", "a" * 61, "a\x00"])
def test_names_that_devices_cannot_be_told_are_refused(name: str) -> None:
    with pytest.raises(ProbeError) as caught:
        wishes(name)
    assert "\x1b" not in caught.value.text()


def test_a_retest_names_the_test_that_it_repeats_and_what_it_lacks() -> None:
    earlier = class_test(room("201", steps=ramp(breaks_from=1.0)))
    order = Order(
        version="1",
        school=earlier.school,
        stage=earlier.stage,
        code=earlier.code,
        authorised_by="x",
        controller="x",
        rounds=(ROUND,),
        rate_mbps=2.5,
    )
    assert about_earlier(order, earlier, "en") == [f"retest of test {earlier.id} (FAIL)"]
    elsewhere = replace(order, code="654321", rounds=((replace(ROUND[0], room_id="9"),),))
    assert len(about_earlier(elsewhere, earlier, "zh-TW")) == 3


def test_a_certificate_that_cannot_be_used_is_one_message(tmp_path: Path) -> None:
    bad = tmp_path / "cert.pem"
    bad.write_text("no certificate", encoding="ascii")
    order = Order(version="1", school="S", authorised_by="x", controller="x", rounds=(ROUND,), rate_mbps=2.5)
    session = Session(door=Door(host="127.0.0.1", port=0, cert=bad, key=None), token="A" * 52)
    with pytest.raises(ProbeError, match="certificate"):
        run(order, session, lambda _: None, lambda _: None)


def test_limits_that_were_changed_are_told_beside_the_verdict() -> None:
    test = class_test()
    options = replace(test.options, limits=replace(test.options.limits, max_silent_s=9.0))
    assert "were changed" not in conclusion(test, "en")
    assert "Limits that were changed: 1" in conclusion(replace(test, options=options), "en")


def test_a_late_sender_comes_before_the_devices_that_do_not_count() -> None:
    test = class_test()
    last = test.rooms[0].steps[-1]
    late = tuple(replace(receipt, generator_error_p99_ms=30.0) for receipt in last.receipts)
    rooms = (replace(test.rooms[0], steps=(*test.rooms[0].steps[:-1], replace(last, receipts=late))),)
    lines = conclusion(replace(test, rooms=rooms), "en").split("\n")
    assert lines[0] == "INCONCLUSIVE"
    assert "the sender itself was late" in lines[2].lower()
