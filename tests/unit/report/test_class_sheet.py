"""The sheet of a class test: what it says, and that no name and no length breaks it."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from class_samples import absent, agent, class_test, ramp, room, seats, stalling, step, tablet
from wifiplan.catalog.class_test import limit_bases, limit_sources
from wifiplan.probe.findings import CODES, Finding
from wifiplan.probe.records import ClassTest
from wifiplan.probe.services.records import ServiceAnswer, ServicesRun
from wifiplan.probe.verdict import judge_room, judge_test
from wifiplan.report.class_services import services_section
from wifiplan.report.class_sheet import ClassSheet, Section, class_sheet_pdf, content, write_class_sheet
from wifiplan.report.class_tables import MOST_DEVICES, limits_table, ramp_table, seat_table
from wifiplan.report.class_words import conclusion, finding_text, fine_share, room_reasons, short_text
from wifiplan.report.texts import LANGS, texts
from wifiplan.study.class_tests import beside_plan
from wifiplan.study.retests import compare_tests

FAILED = class_test(room(steps=ramp(breaks_from=1.0)))
OPEN = class_test(room(steps=(step((*map(absent, seats(4)), *map(tablet, seats(30)[4:]))),)))


def sheet(test: ClassTest) -> ClassSheet:
    return ClassSheet(test=test, beside=beside_plan(test, None))


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_has_words(lang: str) -> None:
    words = texts(lang)
    said = {key.split(".")[-1] for key in words if key.startswith(("classtest.fail.", "classtest.open."))}
    assert said == set(CODES)
    for code in CODES:
        for bearing in ("fail", "open"):
            if f"classtest.{bearing}.{code}" in words:
                finding = Finding(code=code, bearing=bearing, value=0.5, limit=1.0, low=0.4, high=0.6, what="udp")  # type: ignore[arg-type]
                assert "{" not in finding_text(finding, lang)
        assert short_text(Finding(code=code, bearing="open", what="udp"), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_every_limit_has_words_and_a_source(lang: str) -> None:
    table = limits_table(FAILED.options, lang)
    assert len(table.rows) == len(limit_sources()) == len(limit_bases())
    assert all(all(row) for row in table.rows)


def test_an_edited_limit_shows_the_sourced_one_beside_it() -> None:
    options = replace(FAILED.options, limits=replace(FAILED.options.limits, max_start_s=5.0))
    (row,) = [row for row in limits_table(options, "en").rows if row[0].startswith("start")]
    assert row[1] == "5 s (was 3 s)"


def test_26_of_30_is_said_in_both_languages() -> None:
    assert "應測 30 臺，只有 26 臺的量測可以採用" in conclusion(OPEN, "zh-TW")
    assert "26 of 30 devices gave figures that count" in conclusion(OPEN, "en")
    assert "INCONCLUSIVE" in conclusion(OPEN, "en")


def test_a_failed_room_says_who_and_up_to_where() -> None:
    judged = judge_test(FAILED).rooms[0]
    reasons = room_reasons(FAILED, FAILED.rooms[0], judged, "zh-TW")
    assert reasons[0].startswith("30 臺中有 5 臺播放停頓")
    assert "座號 01、02、03、04、05" in reasons[0]
    assert "座號" not in reasons[1]
    assert reasons[-1] == "最多到 22 臺（全班的 75 %）沒有異常；自 30 臺（100 %）起未通過。"


def test_the_ramp_and_the_devices_as_tables() -> None:
    judged = judge_room(FAILED.rooms[0], FAILED.options.limits)
    ramp_rows = ramp_table(FAILED.rooms[0], judged, "en").rows
    assert [row[0] for row in ramp_rows] == ["25 % (8)", "50 % (15)", "75 % (22)", "100 % (30)"]
    assert [row[-1] for row in ramp_rows] == ["held (no verdict)"] * 3 + ["FAIL"]
    assert ramp_rows[-1][2:4] == ("90.9 % / 99.9 %", "5 (12 %)")
    table, n_left = seat_table(FAILED.rooms[0], judged, "en")
    assert [row[0] for row in table.rows[:6]] == ["01", "02", "03", "04", "05", "06"]
    assert (len(table.rows), n_left) == (MOST_DEVICES, 30 - MOST_DEVICES)


def test_shares_near_limits_keep_their_decimal() -> None:
    shown = {
        0.98: "98 %",
        0.9799: "97.99 %",
        0.99999: "99.99 %",
        0.01: "1 %",
        0.0149: "1.5 %",
        0.0: "0 %",
        0.3: "30 %",
    }
    assert {share: fine_share(share) for share in shown} == shown


def pages(pdf: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout.split("\f")[:-1]


@pytest.mark.parametrize("lang", LANGS)
def test_a_room_has_one_page_and_the_method_another(lang: str, tmp_path: Path) -> None:
    for k, test in enumerate((class_test(), FAILED, OPEN)):
        path = tmp_path / f"{k}.pdf"
        write_class_sheet(sheet(test), path, lang=lang)
        assert len(pages(path)) == 2


def test_several_rooms_have_a_front_page(tmp_path: Path) -> None:
    three = class_test(room(), room("r2", "三年乙班", steps=ramp(breaks_from=0.75)), room("r3", "電腦教室", round_no=2))
    again = replace(three, id="77aa12bc", retest_of=FAILED.id)
    path = tmp_path / "t.pdf"
    whole = ClassSheet(
        test=again,
        beside=beside_plan(again, None),
        retest=compare_tests(again, FAILED),
        sections=(Section(title="Services", sentences=("The name server answers.",)),),
    )
    write_class_sheet(whole, path, lang="en")
    front, *rooms, method = pages(path)
    assert "3 rooms: 2 PASS, 1 FAIL, 0 INCONCLUSIVE" in front
    assert len(rooms) == 3
    assert "The name server answers." in method
    assert "Earlier test 5f0c1a7e" in method
    for page in (front, *rooms):
        assert "Signatures" in page


def test_hostile_names_are_printed_and_never_read_as_markup() -> None:
    odd = "#panic() *x* $1$ \\ <b> \x00\x1b[31m\U0001f600" + "W" * 300
    run = replace(room(odd, odd), abort=odd)
    test = replace(class_test(run), school=odd, authorised_by=odd, controller=odd, plan_mark=odd, version=odd)
    for lang in LANGS:
        assert class_sheet_pdf(sheet(test), lang=lang).startswith(b"%PDF")
        assert "\x1b" not in conclusion(test, lang)
        assert "\x00" not in conclusion(test, lang)


def test_a_room_with_all_that_can_go_wrong_still_prints(tmp_path: Path) -> None:
    devices = [tablet(seat) for seat in seats(30)]
    devices[0] = replace(devices[0], state="left")
    devices[1] = replace(devices[1], hidden_s=9.0)
    devices[2] = stalling(devices[2])
    devices[3] = replace(devices[3], n_flows=3)
    devices[4] = replace(devices[4], generator_error_p99_ms=None)
    devices[5] = replace(devices[5], playback=None, idle_delay=None)
    devices[6] = agent("07", n_lost=900)
    devices[7] = absent("08")
    crowd = replace(room(steps=(step(tuple(devices)),)), abort="gateway", joins=(), cart_opened_utc=None)
    path = tmp_path / "t.pdf"
    write_class_sheet(sheet(class_test(crowd)), path)
    first, _ = pages(path)
    assert "測試提前停止" in first
    said = room_reasons(class_test(crowd), crowd, judge_room(crowd, FAILED.options.limits), "en")
    assert "26 of 30 devices gave figures that count." in said


def test_an_empty_test_still_prints() -> None:
    for test in (replace(class_test(), rooms=()), class_test(room(steps=())), replace(class_test(), dry_run=True)):
        for lang in LANGS:
            assert class_sheet_pdf(sheet(test), lang=lang).startswith(b"%PDF")


def test_the_same_test_gives_the_same_bytes() -> None:
    assert class_sheet_pdf(sheet(FAILED)) == class_sheet_pdf(sheet(FAILED))


def test_nothing_in_the_english_sheet_is_chinese_but_names() -> None:
    test = replace(FAILED, school="Demo", authorised_by="office", rooms=(replace(FAILED.rooms[0], name="3A"),))
    assert re.search(r"[\u2e80-\u9fff]", str(content(sheet(test), "en"))) is None


def test_services_stand_on_the_last_page(tmp_path: Path) -> None:
    gateway = ServiceAnswer(
        service="gateway", status="ok", code="ok_idle", target="10.0.0.1", figures=(("idle_p95_ms", 3.2),)
    )
    run = ServicesRun(version="0", started_utc="2026-11-26T02:00:00Z", interface="eth0", answers=(gateway,))
    path = tmp_path / "t.pdf"
    whole = replace(sheet(class_test()), sections=(services_section(run, "en"),))
    write_class_sheet(whole, path, lang="en")
    _, method = pages(path)
    assert "Round trip to the gateway, p95: 3.2 ms idle" in method
    assert services_section(run, "zh-TW").sentences[0].startswith("2026-11-26 10:00")
