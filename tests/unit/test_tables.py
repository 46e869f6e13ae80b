from pathlib import Path

import pytest
from openpyxl import Workbook

from wifiplan.errors import RosterError
from wifiplan.files.tables import bad_cell_faults, read_table

LINES = "學校代碼,學校全銜,班級數\r\n011301,坂頭國小,6\r\n\r\n011302,乙國小,7\r\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "a.csv"), ("utf-8-sig", "b.csv"), ("cp950", "c.csv"), ("utf-16", "d.txt")],
)
def test_the_usual_encodings_are_read_with_blank_rows_kept(tmp_path: Path, encoding: str, name: str) -> None:
    lines = LINES.replace("坂", "板")
    table = read_table(write(tmp_path, name, lines.encode(encoding)))
    assert table.rows() == [
        ["學校代碼", "學校全銜", "班級數"],
        ["011301", "板頭國小", "6"],
        ["", "", ""],
        ["011302", "乙國小", "7"],
    ]


def test_tabs_and_semicolons_part_cells_too(tmp_path: Path) -> None:
    for separator in ("\t", ";"):
        path = write(tmp_path, "a.csv", "a,b\n1,2\n".replace(",", separator).encode())
        assert read_table(path).rows() == [["a", "b"], ["1", "2"]]


def test_one_undecodable_cell_is_named_by_row_and_column(tmp_path: Path) -> None:
    many = LINES.replace("坂", "板") + "".join(f"02{n:04d},學校{n}國小,6\r\n" for n in range(40))
    data = many.encode("cp950").replace("乙".encode("cp950"), b"\xff")
    table = read_table(write(tmp_path, "a.csv", data))
    assert table.encoding == "cp950"
    faults = bad_cell_faults(table, table.rows()[0], 0)
    assert [fault.where for fault in faults] == ["row 4, column 學校全銜"]
    utf8 = many.encode().replace("乙".encode(), b"\xb0")
    assert read_table(write(tmp_path, "b.csv", utf8)).bad_cells == ((3, 1),)


@pytest.mark.parametrize(
    "data",
    [LINES.encode("utf-16-le"), bytes(range(256)) * 10, bytes(range(128, 256)) * 10],
    ids=["utf-16 without its mark", "binary", "no letters"],
)
def test_what_is_no_text_in_our_encodings_is_one_message(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RosterError, match="encoding") as caught:
        read_table(write(tmp_path, "a.csv", data))
    assert not caught.value.faults


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n \r\n", "empty"),
        ("a.csv", b",,,\r\n,,\r\n", "empty"),
        ("a.pdf", b"x", "unknown kind"),
        ("a.csv", b",".join([b"x"] * 600), "600 columns"),
    ],
)
def test_files_that_hold_no_table_get_one_message(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(RosterError, match=said):
        read_table(write(tmp_path, name, data))


def test_a_missing_file_and_a_folder_get_one_message(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RosterError):
            read_table(path.with_suffix(".csv") if path.is_dir() else path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wifiplan.files.tables.MAX_BYTES", 10)
    with pytest.raises(RosterError, match="MB"):
        read_table(write(tmp_path, "a.csv", LINES.encode()))


def test_the_first_bytes_tell_a_workbook_from_text_whatever_the_name_says(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["學校代碼", "班級數"])
    book.save(tmp_path / "a.xlsx")
    renamed = write(tmp_path, "a.csv", (tmp_path / "a.xlsx").read_bytes())
    assert read_table(renamed).rows() == [["學校代碼", "班級數"]]
    for encoding in ("utf-8-sig", "cp950"):
        text = write(tmp_path, "b.xls", LINES.replace("坂", "板").encode(encoding))
        assert read_table(text).encoding == encoding
    with pytest.raises(RosterError, match="web page"):
        read_table(write(tmp_path, "c.xls", b"\xef\xbb\xbf<html><table></table></html>"))


def test_a_quotation_mark_that_nobody_closes_is_named(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match=r"row 2: a quotation mark"):
        read_table(write(tmp_path, "a.csv", b'a,b\n1,"2\n3,4\n'))
    assert read_table(write(tmp_path, "b.csv", b'a,b\n1,5" pipe\n3,4\n')).rows()[1] == ["1", '5" pipe']


def test_a_stray_nul_is_a_bad_cell(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a.csv", "甲,乙\n丙\0丁,戊\n".encode()))
    assert table.bad_cells == ((1, 0),)
