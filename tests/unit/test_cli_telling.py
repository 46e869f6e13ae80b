"""What commands tell meanwhile follows the language of the answers."""

from pathlib import Path

import pytest

from wifiplan.cli.county_engine import tell_failures
from wifiplan.cli.options import note_some, tell_answers, tell_kept, warn_in
from wifiplan.files.notes import Note, not_in_roster
from wifiplan.report.school_words import failure_text
from wifiplan.scheme.school import School
from wifiplan.study.outcomes import SchoolOutcome


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("zh-TW", ["註：甲", "註：還有 2 項", "註：a.xlsx 有人填寫過，已另存為 b.xlsx", "注意：別裝", "結果在 out"]),
        (
            "en",
            [
                "note: a",
                "note: and 2 more",
                "note: a.xlsx has entries; it is kept as b.xlsx",
                "warning: no",
                "answers are in out",
            ],
        ),
    ],
)
def test_messages_follow_the_language(lang: str, lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    note_some(lang, [Note("a", "甲"), Note("b", "乙"), Note("c", "丙")], 1, ("還有 {n} 項", "and {n} more"))
    tell_kept(lang, "a.xlsx", "b.xlsx")
    warn_in(lang, "別裝", "no")
    tell_answers(lang, Path("out"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == lines


def test_notes_within_the_limit_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    note_some("en", [not_in_roster("schools.csv", ("junior", "1"))], 1, ("", "never said"))
    assert capsys.readouterr().err == "note: schools.csv: junior 1 is not in the roster\n"


def failed(cause: str | None) -> SchoolOutcome:
    school = School(stage="junior", code="000001", name="甲國中", county="晴川市", n_classes=1, n_students=20)
    return SchoolOutcome(school=school, n_class_sets=1, n_devices=1, failure="cut off", cause=cause, verdict="failed")


def test_a_failure_names_its_cause_in_chinese() -> None:
    assert failure_text(failed("site"), "zh-TW") == "圖面或教室清單：cut off"
    assert failure_text(failed("site"), "en") == "cut off"
    assert failure_text(failed(None), "zh-TW") == "cut off"


def test_failures_are_told_by_cause(capsys: pytest.CaptureFixture[str]) -> None:
    tell_failures([failed("memory"), failed("memory")], "zh-TW")
    assert capsys.readouterr().err.splitlines() == [
        "無法規劃 2 校，原因：記憶體不足（memory）",
        *["  國中 000001 甲國中：cut off"] * 2,
    ]
