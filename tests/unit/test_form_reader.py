import ast
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from wifiplan.files.form_cells import choice, floor, metres, persons
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_reader import FormAnswer, prefilled_rooms, read_form, untouched
from wifiplan.files.form_school import block_key
from wifiplan.files.form_words import CORRIDORS, MATERIALS, USES
from wifiplan.files.forms_index import FormsIndex, forms_of, read_forms_index, write_forms_index
from wifiplan.files.returned import returned_files
from wifiplan.files.spreadsheet_marks import sheet_marks
from wifiplan.report.texts import LANGS, texts
from wifiplan.report.workbook.forms import form_bytes
from wifiplan.scheme.school import School

SCHOOL = School(
    stage="elementary", code="013601", name="縣立某國小", county="某縣", n_classes=6, n_students=120, max_class_size=22
)
ROOT = Path(__file__).parents[2]


def book() -> Workbook:
    return load_workbook(io.BytesIO(form_bytes(forms_of([SCHOOL])[0])))


def read(workbook: Workbook) -> FormAnswer:
    raw = io.BytesIO()
    workbook.save(raw)
    return read_form(raw.getvalue(), "a.xlsx")


def faults(answer: FormAnswer) -> list[tuple[str, str]]:
    return [(fault.place, fault.code) for fault in answer.faults]


@pytest.mark.parametrize("lang", LANGS)
def test_a_form_as_it_was_sent_is_no_knowledge(lang: str) -> None:
    answer = read_form(form_bytes(forms_of([SCHOOL])[0], lang=lang), "a.xlsx")
    assert untouched(answer, [SCHOOL])
    assert len(answer.rooms) == len(prefilled_rooms([SCHOOL])) == 6
    assert answer.identity.keys == (("elementary", "013601"),)


def test_rows_deleted_from_a_blank_form_are_no_knowledge_either() -> None:
    workbook = book()
    workbook["教室"].delete_rows(5, 2)
    assert untouched(read(workbook), [SCHOOL])


def test_one_cell_filled_in_is() -> None:
    workbook = book()
    workbook["教室"]["B5"] = "1F"
    assert not untouched(read(workbook), [SCHOOL])


@pytest.mark.parametrize(
    ("cell", "name", "expected"),
    [
        ("B4", "樓別", [("教室!B4", "column_renamed")]),
        ("H4", "學生人數", [("教室!H4", "column_renamed")]),
        ("C4", "第幾間", [("教室!C4", "column_renamed")]),
        ("F4", "班名", [("教室!F4", "column_renamed")]),
        ("S4", "其他說明", [("教室!S4", "column_renamed")]),
        ("B4", None, [("教室", "column_missing")]),
        ("S4", None, []),
        ("S4", "樓層", [("教室!S4", "column_twice")]),
    ],
)
def test_a_renamed_column_is_one_fault(cell: str, name: str | None, expected: list[tuple[str, str]]) -> None:
    workbook = book()
    workbook["教室"]["E5"] = "013"
    workbook["教室"][cell] = name
    answer = read(workbook)
    assert faults(answer) == expected
    assert answer.rooms[0].inventory_id == "013"


def test_a_renamed_question_is_one_fault() -> None:
    workbook = book()
    cell = next(c for c in workbook["學校"]["A"] if c.value and "對外頻寬" in str(c.value))
    cell.value = "對外網路速率"
    workbook["學校"].cell(row=cell.row, column=2).value = 300
    answer = read(workbook)
    assert faults(answer) == [(f"學校!A{cell.row}", "column_renamed")]
    assert answer.facts.uplink_mbps is None


def test_a_second_sheet_of_rooms_is_a_fault() -> None:
    workbook = book()
    workbook["教室"]["B5"] = "1F"
    copy = workbook.copy_worksheet(workbook["教室"])
    copy.title = "教室 (2)"
    answer = read(workbook)
    assert faults(answer) == [("教室 (2)", "sheet_twice")]
    assert answer.rooms[0].level == 0


def test_missing_sheets_are_named_and_other_workbooks_are_no_forms() -> None:
    workbook = book()
    del workbook["教室"]
    assert faults(read(workbook)) == [("", "sheet_missing_rooms")]
    assert not read(Workbook_with("日期", "地點")).is_form
    assert faults(read_form(b"PK\x03\x04", "x.xlsx")) == [("", "unreadable")]
    assert not read_form(b"", "x.xlsx").readable


def Workbook_with(*words: str) -> Workbook:  # noqa: N802 - reads like the class
    workbook = Workbook()
    workbook.worksheets[0].append(words)
    return workbook


def test_formulas_without_their_values_are_told() -> None:
    workbook = book()
    workbook["教室"]["H5"] = "=20+5"
    assert faults(read(workbook)) == [("教室!H5", "formula_unsaved")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("頂樓", "floor"),
        ("0", "floor_range"),
        ("B9", "floor_range"),
        ("1~3樓", "several_rooms"),
        ("1、2樓", "several_rooms"),
        ("2024-01-02", "date"),
        ("-1.5", "floor"),
    ],
)
def test_floors_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as caught:
        floor(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"), [("九公尺多", "metres"), ("20坪", "area"), ("-3", "negative"), ("0.5", "metres_range")]
)
def test_lengths_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as caught:
        metres(text, (1.5, 100.0))
    assert caught.value.code == code


def test_class_sizes_that_are_none() -> None:
    for text, code in (("300", "range"), ("27.5", "whole"), ("-2", "negative"), ("一些", "whole"), ("1:20:00", "date")):
        with pytest.raises(BadCell) as caught:
            persons(text)
        assert caught.value.code == code
    assert persons("三十二人") == 32


@pytest.mark.parametrize("choices", [CORRIDORS, MATERIALS, USES])
def test_every_word_of_a_list_is_understood(choices: tuple[object, ...]) -> None:
    for one in CORRIDORS if choices is CORRIDORS else MATERIALS if choices is MATERIALS else USES:
        for word in (one.zh, one.en, *one.others):
            assert choice(word, choices) == one.value  # type: ignore[arg-type]
            assert choice(f" {word.upper()} ", choices) == one.value  # type: ignore[arg-type]


def test_blocks_are_known_by_their_bare_names() -> None:
    assert len({block_key(name) for name in ("甲棟", "甲", "甲大樓", "甲 棟")}) == 1
    assert block_key("Block B") == block_key("B棟")


def test_every_fault_has_its_words() -> None:
    codes = set()
    for path in (ROOT / "wifiplan" / "files").glob("*.py"):
        if not (path.name.startswith(("form_", "collect"))):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                literal = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                keyed = [k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)]
                if name == "BadCell":
                    codes |= set(literal[:1])
                elif name == "fault":
                    codes |= {text for text in literal[-1:] if "form.fault." + text in texts("en") or "_" in text}
                elif name == "FormFault":
                    codes |= set(keyed)
    assert len(codes) > 35
    for lang in LANGS:
        words = texts(lang)
        assert [code for code in codes if f"form.fault.{code}" not in words] == []
        assert [code for code in codes if f"form.remedy.{code}" not in words] == []


def test_the_list_of_forms_comes_back_whole(tmp_path: Path) -> None:
    junior = School(
        stage="junior",
        code="013501",
        name="縣立某國中",
        county="某縣",
        n_classes=3,
        n_students=60,
        classes_by_grade=(1, 1, 1),
    )
    index = FormsIndex(county="某縣", forms=forms_of([SCHOOL, junior]), version="1")
    write_forms_index(tmp_path / "forms.json", index)
    assert read_forms_index(tmp_path / "forms.json") == index


def test_marks_of_hostile_parts_are_none() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("xl/workbook.xml", '<sheet name="a" r:id="x"/>')
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationship Id="x" Target="../../etc/passwd"/>')
    assert sheet_marks(raw.getvalue()) == {}
    assert sheet_marks(b"PK\x03\x04") == {}
    assert sheet_marks(b"\xd0\xcf") == {}


def test_archives_that_unpack_beyond_memory_are_left_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "大.zip", "w") as archive:
        archive.writestr("../../外面.xlsx", b"x" * 1000)
    assert [f.name for f in returned_files(tmp_path)] == ["大.zip/../../外面.xlsx"]
    monkeypatch.setattr("wifiplan.files.returned.MAX_ZIP_BYTES", 500)
    assert [(f.note, f.data) for f in returned_files(tmp_path)] == [("zip_too_large", None)]
    assert not list(tmp_path.parent.glob("外面.xlsx"))


def answered(workbook: Workbook, question: str, answer: object) -> None:
    cell = next(c for c in workbook["學校"]["A"] if c.value and question in str(c.value))
    workbook["學校"].cell(row=cell.row, column=2).value = answer


def test_words_for_none_are_no_devices() -> None:
    workbook = book()
    for question in ("既有學習載具數", "MDM", "BYOD"):
        answered(workbook, question, "無")
    answer = read(workbook)
    assert not answer.faults
    assert (answer.facts.n_existing_devices, answer.facts.n_without_mdm, answer.facts.n_byod) == (0, 0, 0)


def test_a_number_of_devices_in_words_is_told_with_an_example_of_devices() -> None:
    workbook = book()
    answered(workbook, "BYOD", "很多")
    assert [code for _, code in faults(read(workbook))] == ["device_number"]


@pytest.mark.parametrize("cell", ["A12", "B12", "F12"])
def test_a_line_of_sums_is_no_room(cell: str) -> None:
    workbook = book()
    rooms = workbook["教室"]
    rooms[cell], rooms["H12"], rooms["L12"] = "合  計：", 131, 35
    answer = read(workbook)
    assert len(answer.rooms) == 6
    assert not answer.faults


def storeys(workbook: Workbook, floors: dict[str, str]) -> FormAnswer:
    block, rooms = workbook["棟別"], workbook["教室"]
    block["A5"], block["B5"] = "甲棟", 2
    for cell, floor_name in floors.items():
        rooms[cell.replace("B", "A")], rooms[cell] = "甲棟", floor_name
    return read(workbook)


def test_rooms_above_a_block_s_storeys_are_one_fault_of_the_block_and_stay() -> None:
    answer = storeys(book(), {"B5": "1F", "B6": "3F", "B7": "4F"})
    assert faults(answer) == [("教室!B6", "many_above_storeys")]
    assert dict(answer.faults[0].fields) == {"block": "甲棟", "n": "2", "rooms": "2", "top": "4", "cells": "B6、B7"}
    assert [room.level for room in answer.rooms[:3]] == [0, 2, 3]


def test_one_room_above_a_block_s_storeys_has_the_wrong_floor() -> None:
    answer = storeys(book(), {"B5": "1F", "B6": "3F", "B7": "2F"})
    assert faults(answer) == [("教室!B6", "above_storeys")]
    assert [room.level for room in answer.rooms[:3]] == [0, None, 1]
