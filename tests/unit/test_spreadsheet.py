import io
import os
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from wifiplan.errors import RosterError
from wifiplan.files.spreadsheet import _check_size, _quiet, read_sheets
from wifiplan.files.tables import read_table

LIMITS = (200_000, 500)


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    raw = io.BytesIO()
    workbook.save(raw)
    return raw.getvalue()


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name == part else content)
    return raw.getvalue()


def test_numbers_come_without_a_point_and_the_wanted_sheet_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book({"封面": [["說明"]], "空": [], "名單": [["代碼", "n"], [11301, 2.5], ["011302", True]]}))
    table = read_table(path, wanted=lambda rows: rows[0][0] == "代碼")
    assert table.sheet == "名單"
    assert table.rows() == [["代碼", "n"], ["11301", "2.5"], ["011302", "1"]]
    assert read_table(path).sheet == "封面"
    with pytest.raises(RosterError, match="cannot be read"):
        read_table(path, sheet="沒有")


def test_an_empty_workbook_is_one_message() -> None:
    with pytest.raises(RosterError, match="no table"):
        list(read_sheets(book({"a": []}), path=Path("a.xlsx"), sheet=None, limits=LIMITS))


def test_a_far_corner_is_refused_before_memory_is_asked_for() -> None:
    data = book({"a": [["x", "y"], [1, 2]]})
    hostile = patched(data, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(RosterError, match="1,048,576"):
        list(read_sheets(hostile, path=Path("a.xlsx"), sheet=None, limits=LIMITS))


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wifiplan.files.spreadsheet_zip.MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(RosterError, match="unpacked"):
        list(read_sheets(book({"a": [["x"]]}), path=Path("a.xlsx"), sheet=None, limits=LIMITS))


def test_repeated_cells_of_an_ods_are_counted() -> None:
    raw = io.BytesIO()
    xml = (
        b'<office:document-content><table:table><table:table-row table:number-rows-repeated="1000000">'
        b'<table:table-cell office:value-type="float" table:number-columns-repeated="1000" office:value="1">'
        b"<text:p>1</text:p></table:table-cell></table:table-row></table:table></office:document-content>"
    )
    with zipfile.ZipFile(raw, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", xml)
    with pytest.raises(RosterError, match="repeated"):
        list(read_sheets(raw.getvalue(), path=Path("a.ods"), sheet=None, limits=LIMITS))


def test_a_part_that_cannot_be_unpacked_is_one_message() -> None:
    data = bytearray(book({"a": [[n, "x" * n] for n in range(200)]}))
    start = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[start : start + 40] = bytes(40)
    with pytest.raises(RosterError, match="cannot be read"):
        list(read_sheets(bytes(data), path=Path("a.xlsx"), sheet=None, limits=LIMITS))


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 damaged", b"\xd0\xcf\x11\xe0 damaged", b"no workbook", book({"a": [["x"]]})[:700]],
    ids=["zip", "ole", "text", "cut off"],
)
def test_damaged_workbooks_get_one_message(data: bytes) -> None:
    with pytest.raises(RosterError, match="cannot be read") as caught:
        list(read_sheets(data, path=Path("a.xlsx"), sheet=None, limits=LIMITS))
    assert not caught.value.faults


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    raw = io.BytesIO(data)
    with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("part", "content"),
    [("xl/worksheets/sheet9.xml", b"<row></row>" * 60), ("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 60)],
)
def test_more_cells_or_texts_than_any_roster_has_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, part: str, content: bytes
) -> None:
    monkeypatch.setattr("wifiplan.files.spreadsheet_zip.MAX_CELLS", 50)
    hostile = with_part(book({"a": [[1]]}), part, content)
    with pytest.raises(RosterError, match="more than any roster has"):
        list(read_sheets(hostile, path=Path("a.xlsx"), sheet=None, limits=LIMITS))


def test_what_calamine_writes_on_stderr_stays_off_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with _quiet():
        os.write(2, b"thread panicked")
    os.write(2, b"ours")
    assert capfd.readouterr().err == "ours"


def test_a_cell_far_out_in_an_old_workbook_is_refused() -> None:
    with pytest.raises(RosterError, match="row 65,536, column 256"):
        _check_size(65_536, 256, path=Path("a.xls"), limit=200_000)
    _check_size(65_536, 40, path=Path("a.xls"), limit=200_000)
