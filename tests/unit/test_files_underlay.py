import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from wifiplan.errors import DrawingError, ScaleError
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.drawings.svg import write_svg
from wifiplan.files.drawings.underlay import picture_bytes, read_underlay, scale_of_clicks, scaled
from wifiplan.files.drawings.underlay_svg import clean_svg
from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Cabinet, Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint, Radio


def _png(width: int = 400, height: int = 300) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(packed, "PNG")
    return packed.getvalue()


def _pdf(text: str, box: str = "0 0 595 842", n_pages: int = 1) -> bytes:
    drawn = f"BT /F1 12 Tf 50 50 Td ({text}) Tj ET".encode()
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(n_pages))
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {n_pages} >>".encode()]
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for n in range(n_pages):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {4 + 2 * n} 0 R /Resources {font} >>"
        parts += [page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)]
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(parts) + 1} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF".encode()


def test_a_picture_with_a_scale_is_an_empty_floor(tmp_path: Path) -> None:
    path = tmp_path / "一樓 平面.png"
    path.write_bytes(_png())
    found = read_underlay(path, ImportOptions(unit_m=0.05, level=1, height_m=3.6))
    floor = found.site.floors[0]
    assert (floor.level, floor.elevation_m, floor.rooms, floor.walls) == (1, 3.6, (), ())
    assert floor.underlay is not None
    assert (floor.underlay.picture, floor.underlay.scale_m_per_px) == ("一樓_平面.png", 0.05)
    assert found.pictures[0].data == path.read_bytes()
    assert "20.00 x 15.00 m" in found.account.took[0].detail
    assert faults_of(found.site) == ()


def test_a_picture_without_scale_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(_png())
    with pytest.raises(ScaleError, match="how large") as told:
        read_underlay(path)
    assert "--scale x1,y1,x2,y2,metres" in told.value.remedy
    with pytest.raises(ScaleError, match="would be"):
        read_underlay(path, ImportOptions(unit_m=1000.0))


def test_two_clicks_give_the_scale() -> None:
    assert scaled((0.0, 0.0), (3.0, 4.0), 10.0) == 2.0
    assert scale_of_clicks("10, 10, 510, 10, 25") == 0.05
    for text in ("1,1,1,1,5", "0,0,9,9,0", "0,0,9,9,-3", "0,0,9,9", "a,b,c,d,e", "0,0,nan,9,3", "0,0,9,9,inf"):
        with pytest.raises(ScaleError):
            scale_of_clicks(text)


def test_a_turned_photo_stands_upright() -> None:
    packed = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 300), "white").save(packed, "JPEG", exif=exif)
    sheet = picture_bytes(packed.getvalue(), "photo.JPG")
    assert (sheet.width_px, sheet.height_px, sheet.name) == (300, 400, "photo.png")


def test_bombs_and_broken_pictures_are_refused() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    cases = [
        (bomb + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""), "too large"),
        (_png()[:200], "damaged"),
        (b"hello", "no picture"),
        (b"", "no picture"),
        (_png(1, 1), "shows no plan"),
    ]
    for data, said in cases:
        with pytest.raises(DrawingError, match=said) as told:
            picture_bytes(data, "x.png")
        assert told.value.remedy
        assert told.value.zh[0]


def test_a_pdf_page_is_drawn_and_its_scale_is_only_offered(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(_pdf("Plan S=1/100 2026/1/12", n_pages=2))
    with pytest.raises(ScaleError) as told:
        read_underlay(path)
    # A4 at 1:100 is 21 m wide
    assert "1:100 would make the sheet 21.0 m wide" in told.value.remedy
    assert "1:12 " not in told.value.remedy
    found = read_underlay(path, ImportOptions(unit_m=0.0127), page=1)
    assert found.pictures[0].name == "plan.png"
    assert "1653 x 2339 px" in found.account.took[0].detail
    assert any(note.what == "pages" for note in found.account.left)
    lock = b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> >>" % (
        b"41" * 32,
        b"42" * 32,
    )
    for data, page, said in (
        (_pdf("x").replace(b"/Root 1 0 R >>", b"/Root 1 0 R " + lock), 0, "locked by a password"),
        (_pdf("x"), 3, "has 1 pages"),
        (_pdf("x", box="0 0 900000 900000"), 0, "7 m"),
        (b"%PDF-1.4 garbage", 0, "damaged"),
    ):
        with pytest.raises(DrawingError, match=said):
            picture_bytes(data, "x.pdf", page)


_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50"'


def test_an_svg_keeps_its_drawing_and_loses_what_acts() -> None:
    evil = f"""{_SVG} onload="alert(1)"><style>path{{stroke:red}}</style>
    <style>@import url(http://evil)</style><script>alert(2)</script><foreignObject><p>x</p></foreignObject>
    <a href="javascript:alert(3)"><path d="M0 0"/></a><image href="http://evil/x.png"/>
    <image xlink:href="data:image/png;base64,AA=="/>
    <path id="p" d="M0 0L9 9" style="fill:url(http://evil)" onclick="x()"/><use xlink:href="#p"/><use href="http://evil#p"/>
    <animate attributeName="href"/><text x="1" y="1">&lt;b&gt; 教室</text></svg>"""
    found = clean_svg(evil.encode(), where="x.svg")
    text = found.data.decode()
    assert (found.width_px, found.height_px) == (100.0, 50.0)
    for word in ("script", "alert", "evil", "foreignObject", "onload", "onclick", "animate", "import"):
        assert word not in text
    for kept in ('d="M0 0L9 9"', 'href="#p"', "data:image/png", "&lt;b&gt; 教室", "path{stroke:red}"):
        assert kept in text
    assert found.left == {
        "event handler": 2, "script": 1, "foreignObject": 1, "a": 1, "outside reference": 2, "style": 1,
        "unsafe style": 1, "animate": 1,
    }  # fmt: skip
    assert clean_svg(found.data, where="x.svg").data == found.data


def test_svg_that_grow_or_define_entities_are_refused() -> None:
    laughs = "".join(f'<g id="g{n + 1}">' + f'<use href="#g{n}"/>' * 10 + "</g>" for n in range(9))
    cases = [
        ('<!DOCTYPE svg [<!ENTITY a "x">]>' + f"{_SVG}>&a;</svg>", "entities"),
        ('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + f"{_SVG}>&a;</svg>", "entities"),
        (f'{_SVG}><g id="g0"><path/></g>{laughs}<use href="#g9"/></svg>', "by reuse"),
        (f'{_SVG}><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>', "draws itself"),
        (f"{_SVG}>" + "<g>" * 300 + "</g>" * 300 + "</svg>", "levels"),
        (f"{_SVG}><g>", "whole SVG"),
        ("<html><body/></html>", "no SVG"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "how large"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 inf 1"/>', "not between"),
    ]
    for text, said in cases:
        with pytest.raises(DrawingError, match=said) as told:
            picture_bytes(text.encode(), "x.svg")
        assert told.value.zh[0]
    with pytest.raises(DrawingError, match="entities"):
        picture_bytes(cases[0][0].encode("utf-16"), "x.svg")


def test_a_doctype_alone_is_no_fault() -> None:
    text = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert clean_svg(f"{text}{_SVG}/>".encode(), where="x").width_px == 100.0


def _site() -> Site:
    room = Room(id="R1", name="<script>甲&乙</script>", use="classroom", polygon=((0, 0), (9, 0), (9, 7), (0, 7)))
    walls = (
        Wall(line=((0, 0), (9, 0)), material="brick", top_m=3.0, thickness_m=0.24),
        Wall(line=((9, 0), (9, 7)), material="brick", top_m=0.9),
        Wall(line=((9, 0), (9, 7)), material="glass", bottom_m=0.9, top_m=2.4, kind="window"),
        Wall(line=((0, 7), (9, 7)), material="concrete", top_m=1.1, kind="parapet"),
        Wall(line=((0, 0), (0, 1)), material="wood", top_m=2.1, kind="door"),
    )
    cabinets = (Cabinet(id="C1", x_m=1.0, y_m=1.0),)
    floors = tuple(
        Floor(
            level=n, elevation_m=3.3 * n, height_m=3.3, rooms=(room,) if not n else (), walls=walls, cabinets=cabinets
        )
        for n in range(2)
    )
    return Site(name="學校", floors=floors)


def test_a_floor_is_written_in_metres_and_read_again(tmp_path: Path) -> None:
    points = (
        AccessPoint(id="a", name="<b>AP&1", x_m=4.0, y_m=3.0, radios=(Radio(band="5", channel=36),)),
        AccessPoint(id="b", room_id="R1"),
        AccessPoint(id="c", room_id="nowhere"),
    )
    path = tmp_path / "floor.svg"
    account = write_svg(path, _site(), points, level=0)
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;甲&amp;乙" in text
    assert text.count('class="access-point"') == 2
    # 9 x 7 m, 1.5 m around and 2 m for the title, at 1:100
    assert 'width="120.0mm" height="120.0mm" viewBox="0 0 12 12"' in text
    assert {n.what: n.count for n in account.took}["access points"] == 2
    assert {n.what: n.count for n in account.left} == {"walls": 1, "access points": 1, "floors": 1}
    cleaned = clean_svg(path.read_bytes(), where="floor.svg")
    assert (cleaned.width_px, cleaned.left) == (12.0, {})
    assert {n.what: n.count for n in write_svg(path, _site(), points).took}["floors"] == 2
    with pytest.raises(DrawingError, match="no floor on level 7"):
        write_svg(path, _site(), points, level=7)
