import csv
import os
from pathlib import Path

import pytest

from wifiplan.errors import OutputError
from wifiplan.files.output import atomic_path, check_writable, csv_cell, write_csv, write_text


def test_text_is_written_into_new_folders(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "plan.json"
    write_text(target, "一年甲班\n")
    assert target.read_bytes() == "一年甲班\n".encode()
    assert list(target.parent.iterdir()) == [target]


def test_failure_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    write_text(target, "old")
    with pytest.raises(UnicodeEncodeError), atomic_path(target) as beside:
        beside.write_text("half\ud800", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_held_file_gets_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: object, target: object) -> None:
        raise PermissionError(13, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match="close it there"):
        write_text(tmp_path / "county.csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(OutputError):
        write_text(tmp_path / "x", "text")
    write_text(tmp_path / "file", "text")
    with pytest.raises(OutputError):
        write_text(tmp_path / "file" / "below", "text")


def test_error_about_another_file_passes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "x"):
        (tmp_path / "missing").read_bytes()


def test_csv_is_safe_and_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    target = tmp_path / "rooms.csv"
    write_csv(
        target,
        [{"name": "=cmd|' /C calc'!A0", "n": -1, "x_m": 1.23456}, {"name": "音樂,教室"}],
        ["name", "n", "x_m"],
    )
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows == [["name", "n", "x_m"], ["'=cmd|' /C calc'!A0", "-1", "1.235"], ["音樂,教室", "", ""]]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx"])
def test_formula_starts_are_defused(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


def test_a_folder_is_tried_before_long_work_and_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "新 資料夾" / "out", ["a.csv"])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.csv").write_text("old", encoding="utf-8")
    check_writable(tmp_path, ["a.csv", "b.csv"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(OutputError, match="get in each other's way"):
        check_writable(tmp_path / "a.csv" / "out", [])


def test_a_file_that_is_held_open_is_told_before_long_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / "county.xlsx"
    held.write_bytes(b"old")

    def refuse(self: Path, *_: object) -> None:
        raise PermissionError(13, "held by another process", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="close it there"):
        check_writable(tmp_path, ["county.xlsx"])
