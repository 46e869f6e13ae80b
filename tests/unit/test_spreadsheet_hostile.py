"""Workbooks made to exhaust memory or time: each is refused at once, or read as if the trick were not there."""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from wifiplan.errors import RosterError
from wifiplan.files import spreadsheet, spreadsheet_xls, spreadsheet_zip
from wifiplan.files.spreadsheet_marks import sheet_marks

LIMITS = (5_000, 200)
PATH = Path("a.xlsx")


def book(n_rows: int = 3) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for n in range(n_rows):
        sheet.append([n, f"room {n}", 2.5])
    sheet["D1"] = "=A1"
    sheet.merge_cells("E1:E2")
    raw = io.BytesIO()
    workbook.save(raw)
    return raw.getvalue()


def edited(data: bytes, edit: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(*edit(name, source.read(name)))
    return raw.getvalue()


def with_rows(rows: bytes) -> bytes:
    return edited(book(), lambda name, xml: (name, xml.replace(b"</sheetData>", rows + b"</sheetData>")))


def moved(name: str, xml: bytes) -> tuple[str, bytes]:
    """Keep the sheets in another folder than usual."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return name.replace("worksheets/", "w/"), xml.replace(b"worksheets/", b"w/").replace(b"</sheetData>", far)


def refused(data: bytes) -> str:
    with pytest.raises(RosterError, match="cannot be read") as caught:
        spreadsheet.read_grids(data, path=PATH, limits=LIMITS)
    return caught.value.problem


@pytest.mark.parametrize(
    "data",
    [
        with_rows(b'<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>'),
        with_rows(b'<row><c t="n"r="XFD1048576"><v>1</v></c></row>'),
        with_rows(b"<row r='1048576'><c r='xfd1048576'><v>1</v></c></row>"),
        with_rows(b'<row r="1500000"><c r="B1500000"/>' + b"<c/>" * 1000 + b"</row>"),
        edited(book(), moved),
    ],
    ids=["spaces", "no space", "small letters", "cells that follow", "another folder"],
)
def test_a_far_corner_is_refused_however_it_is_written(data: bytes) -> None:
    assert "would not fit in memory" in refused(data)


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = edited(book(), lambda name, xml: (name, re.sub(rb"(?=<worksheet)", bomb, xml)))
    assert "entities" in refused(data)


def test_sheets_that_are_all_one_part_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n + 9) for n in range(40))
    data = edited(book(), lambda name, xml: (name, xml.replace(b"</sheets>", sheets + b"</sheets>")))
    monkeypatch.setattr(spreadsheet, "_MOST_SHEETS_CELLS", 100)
    assert "cells are in use" in refused(data)
    monkeypatch.setattr(spreadsheet_zip, "MAX_SHEETS", 40)
    assert "41 sheets" in refused(data)


def test_an_archive_that_tells_other_sizes_than_it_has_is_cut_there() -> None:
    plain = book()
    with zipfile.ZipFile(io.BytesIO(plain)) as source:
        core = source.read("docProps/core.xml")
    longer = core + b" " * 100_000
    data = edited(plain, lambda name, xml: (name, longer if name == "docProps/core.xml" else xml))
    for true, false in ((zlib.crc32(longer), zlib.crc32(core)), (len(longer), len(core))):
        data = data.replace(struct.pack("<I", true), struct.pack("<I", false))
    with zipfile.ZipFile(io.BytesIO(spreadsheet_zip.plain_archive(data, path=PATH))) as cut:
        assert cut.read("docProps/core.xml") == core


def test_rare_packing_is_refused() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_LZMA) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
    assert "rare way" in refused(raw.getvalue())


def test_tags_in_comments_are_no_marks() -> None:
    """Patterns took quadratic time over these; a parser looks at every letter once."""
    tail = b"</sheetData><!-- " + b'<c t="e" r="A1" ' * 20_000 + b"<mergeCell " * 20_000 + b" -->"
    data = edited(book(), lambda name, xml: (name, xml.replace(b"</sheetData>", tail)))
    marks = sheet_marks(data)["Sheet"]
    assert marks.merged == ((0, 4, 1, 4),)
    assert marks.failed == {(0, 3): ""}


def test_a_formula_that_gives_no_letters_is_saved() -> None:
    given = b'<row r="9"><c r="A9" t="str"><f>B9</f><v></v></c><c r="B9" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    assert sheet_marks(with_rows(given))["Sheet"].failed == {(0, 3): "", (8, 1): "#DIV/0!"}


CELL = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'


@pytest.mark.parametrize(
    "rows",
    [
        (
            f'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            f'table:number-columns-repeated="16000"/>{CELL}</table:table-row>'
        ),
        (
            f'<table:table-row table:number-rows-repeated="4000000000"><table:table-cell/></table:table-row>'
            f"<table:table-row>{CELL}</table:table-row>"
        ),
        f'<table:table-row><table:table-cell table:number-columns-repeated="99000000000"/>{CELL}</table:table-row>',
    ],
    ids=["blanks before a value", "blank rows before a value", "blank columns"],
)
def test_blank_cells_of_an_ods_count_where_a_value_follows(rows: str) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", f"<office:document-content><table:table>{rows}</table:table>")
    assert "repeated" in refused(raw.getvalue())


def ole(stream: bytes) -> bytes:
    """Return a container with one stream, as MS-CFB says: header, table of chains, directory, stream."""
    stream = stream.ljust(4096, b"\x00")
    n_sectors = len(stream) // 512
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head[80:512] = b"\xff" * 432
    chains = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + n_sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff")
    entries = b""
    for name, start, size in (("Root Entry", 0xFFFFFFFE, 0), ("Workbook", 2, len(stream))):
        text = name.encode("utf-16-le")
        entries += text.ljust(64, b"\x00") + struct.pack("<HBB", len(text) + 2, 5 if name[0] == "R" else 2, 1)
        entries += struct.pack("<III", *[0xFFFFFFFF] * 3) + bytes(36) + struct.pack("<IQ", start, size)
    return bytes(head) + table + entries.ljust(512, b"\x00") + stream


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


BEGIN = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("records", "size"),
    [
        (record(0x0203, struct.pack("<HHHd", 65_535, 16_383, 0, 1.0)), (65_536, 16_384)),
        (record(0x00BD, struct.pack("<HHHIH", 99, 2, 0, 0, 49)), (100, 50)),
        (record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFF0, 0, 9, 0)), (0xFFFFFFF0, 9)),
        (record(0x0200, struct.pack("<IIHHH", 0, 65_536, 0, 256, 0)), (0, 0)),
    ],
    ids=["cell", "cells", "said to be endless", "formatted to the end"],
)
def test_how_far_an_old_workbook_reaches(records: bytes, size: tuple[int, int]) -> None:
    data = ole(BEGIN + records)
    assert spreadsheet_xls.corner(data) == size
    if size[0] * size[1] > spreadsheet_zip.MAX_CELLS:
        assert "more than any roster has" in refused(data)


def test_a_container_in_a_loop_ends() -> None:
    data = bytearray(ole(BEGIN))
    struct.pack_into("<I", data, 512 + 4 * 2, 2)  # the stream's first sector follows itself
    struct.pack_into("<II", data, 68, 1, 9)  # and so does the list of tables
    assert "cannot be read" in refused(bytes(data))


def changed(data: bytes, places: list[tuple[int, int]]) -> bytes:
    given = bytearray(data)
    for place, value in places:
        given[place % len(given)] = value
    return bytes(given)


@settings(max_examples=150, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12), end=st.integers(1, 5_000))
def test_a_damaged_archive_gives_grids_or_one_message(places: list[tuple[int, int]], end: int) -> None:
    see_text_or_one_message(changed(book(), places)[: 9_000 if end > 2_500 else end])


@settings(max_examples=150, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12))
def test_damaged_sheets_give_grids_or_one_message(places: list[tuple[int, int]]) -> None:
    see_text_or_one_message(edited(book(), lambda name, xml: (name, changed(xml, places) if "sheet" in name else xml)))


def see_text_or_one_message(data: bytes) -> None:
    grids = []
    with contextlib.suppress(RosterError):
        grids = spreadsheet.read_grids(data, path=PATH, limits=LIMITS)
    assert all(isinstance(cell, str) for grid in grids for row in grid.rows for cell in row)
