"""Files that were made to do harm: each must be refused with one message, in little memory, writing nothing."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

SPACES = b" " * 1_000_000
PNG = b"\x89PNG\r\n\x1a\n"


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Yield names and contents; every name ends as its kind does."""
    yield from _dxf()
    yield from _esx()
    yield from _ifc()
    yield from _geo()
    yield from _pictures()


def dxf(entities: str, blocks: str = "", header: str = "") -> bytes:
    """Return a small DXF of version R12, which every reader takes."""
    parts = [f"0\nSECTION\n2\nHEADER\n{header}0\nENDSEC\n", f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n"]
    return "".join([*parts, f"0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n", "0\nEOF\n"]).encode()


def packed(members: Mapping[str, bytes | str], *, encrypted: bool = False) -> bytes:
    """Return a zip archive."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    data = bytearray(found.getvalue())
    if encrypted:
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark)
            while at >= 0:
                data[at + offset] |= 1
                at = data.find(mark, at + 1)
    return bytes(data)


def bomb(members: Mapping[str, bytes | str], name: str, head: bytes) -> bytes:
    """Return an archive with a member that is small as packed and unpacks to half a gigabyte of spaces."""
    found = io.BytesIO(packed(members))
    with (
        zipfile.ZipFile(found, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as member,
    ):
        member.write(head)
        for _ in range(500):
            member.write(SPACES)
    return found.getvalue()


def line(a: tuple[str, str], b: tuple[str, str]) -> str:
    """Return a LINE entity."""
    return f"0\nLINE\n8\nWALL\n10\n{a[0]}\n20\n{a[1]}\n11\n{b[0]}\n21\n{b[1]}\n"


def insert(name: str, extra: str = "") -> str:
    """Return an INSERT entity."""
    return f"0\nINSERT\n8\nWALL\n2\n{name}\n10\n0\n20\n0\n{extra}"


def block(name: str, entities: str) -> str:
    """Return a block."""
    return f"0\nBLOCK\n8\n0\n2\n{name}\n70\n0\n10\n0\n20\n0\n3\n{name}\n{entities}0\nENDBLK\n8\n0\n"


def _dxf() -> Iterator[tuple[str, bytes]]:
    some = line(("0", "0"), ("5000", "0")) + line(("5000", "0"), ("5000", "4000"))
    yield "self-reference.dxf", dxf(insert("A") + some, block("A", insert("A") + some))
    yield "circle-of-blocks.dxf", dxf(insert("A") + some, block("A", insert("B")) + block("B", insert("A")))
    levels = "".join(block(f"L{n}", insert(f"L{n + 1}") * 20) for n in range(8))
    yield "nested-blocks.dxf", dxf(insert("L0"), levels + block("L8", some))
    yield "endless-array.dxf", dxf(insert("A", "70\n30000\n71\n30000\n44\n1\n45\n1\n"), block("A", some))
    yield "no-numbers.dxf", dxf(line(("nan", "0"), ("inf", "1e308")) * 3)
    yield "cut.dxf", dxf(some)[:60]
    yield "noise.dxf", bytes((n * 73 + 41) % 256 for n in range(4_000))
    yield "binary-cut.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\x00\x00SECTION\x00" * 3


def _esx() -> Iterator[tuple[str, bytes]]:
    plan = {"id": "p", "status": "CREATED", "name": "1F", "width": 100.0, "height": 80.0, "imageId": "i"}
    project = json.dumps({"project": {"id": "x", "name": "x"}})
    base: dict[str, bytes | str] = {"version": "2.0", "project.json": project}
    plans = json.dumps({"floorPlans": [plan | {"metersPerUnit": 0.1}]})
    yield "bomb.esx", bomb(base | {"floorPlans.json": plans}, "wallPoints.json", b'{"wallPoints": [')
    yield "climbs-out.esx", packed(base | {"floorPlans.json": plans, "../../evil.json": "{}"})
    yield "no-json.esx", packed(base | {"floorPlans.json": '{"floorPlans": [', "wallPoints.json": "[}"})
    yield "unscaled.esx", packed(base | {"floorPlans.json": json.dumps({"floorPlans": [plan | {"metersPerUnit": 0}]})})
    yield "locked.esx", packed(base | {"floorPlans.json": plans}, encrypted=True)
    yield "deep.esx", packed(base | {"floorPlans.json": "[" * 200_000})
    yield "wrong-types.esx", packed(base | {"floorPlans.json": json.dumps({"floorPlans": {"id": [3]}})})
    yield "cut.esx", packed(base | {"floorPlans.json": plans})[:150]


def _ifc() -> Iterator[tuple[str, bytes]]:
    head = b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
    yield "cut.ifc", head
    yield "noise.ifc", bytes((n * 91 + 7) % 256 for n in range(4_000))
    yield (
        "unknown-schema.ifc",
        head + b"FILE_SCHEMA(('IFC99'));\nENDSEC;\nDATA;\n#1=IFCWALL($);\nENDSEC;\nEND-ISO-10303-21;\n",
    )
    yield "climbs-out.ifczip", packed({"../../evil.ifc": head})
    yield "bomb.ifczip", bomb({}, "a.ifc", b"ISO-10303-21;\n")


def _geo() -> Iterator[tuple[str, bytes]]:
    def collection(geometry: object) -> bytes:
        feature = {"type": "Feature", "properties": {"type": "wall"}, "geometry": geometry}
        return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()

    ring = [[0, 0], [1e308, 0], [1e308, 1e308], [0, 0]]
    yield "deep.geojson", b'{"type": "FeatureCollection", "features": ' + b"[" * 200_000
    yield "beyond-numbers.geojson", collection({"type": "Polygon", "coordinates": [ring]})
    yield "not-a-number.geojson", collection({"type": "LineString", "coordinates": [[float("nan"), 0], [1, 1]]})
    yield "wrong-types.geojson", collection({"type": "Polygon", "coordinates": "many"})
    yield "empty.geojson", b'{"type": "FeatureCollection", "features": []}'
    yield "climbs-out-imdf.zip", packed({"manifest.json": "{}", "../unit.geojson": "{}"})
    yield "bomb-imdf.zip", bomb({"manifest.json": "{}"}, "unit.geojson", b'{"type": "FeatureCollection", "features": [')
    yield "wrong-types-openintent.json", b'{"floorplans": 3, "wall_segments": {"a": []}}'
    yield "deep-site.json", b'{"floors": ' + b"[" * 200_000


def _pictures() -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{}</svg>'
    yield "laughs.svg", (f'<!DOCTYPE svg [<!ENTITY a0 "ha">{laughs}]>' + svg.format("<text>&a9;</text>")).encode()
    stolen = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "stolen.svg", (stolen + svg.format("<text>&x;</text>")).encode()
    yield "unscaled.svg", svg.format("<script>alert(1)</script>").encode()
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    yield (
        "pixels.png",
        PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b""),
    )
    yield "cut.png", PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 6, 0, 0, 0))[:-6]
    yield "noise.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 50
    yield "noise.pdf", b"%PDF-1.7\n" + b"\x00" * 200
    yield "drawing.dwg", b"AC1032" + b"\x00" * 100


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
