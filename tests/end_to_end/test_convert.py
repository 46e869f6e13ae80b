"""`wifiplan convert`: plans in and out of other tools, with an account of everything."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wifiplan import files
from wifiplan.cli import cli
from wifiplan.errors import DrawingError, ScaleError, WifiplanError
from wifiplan.files.drawings.formats import WRITTEN
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


def convert(*words: object) -> Result:
    result = CliRunner().invoke(cli, ["convert", *map(str, words)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


@pytest.fixture
def site_path(tmp_path: Path) -> Path:
    """The demo with a planned access point, its channel, width and power known."""
    site = files.read_site(DEMO)
    radios = (
        Radio(band="2.4", channel=6, width_mhz=20, eirp_dbm=17.0),
        Radio(band="5", channel=36, width_mhz=80, eirp_dbm=20.0),
    )
    room = site.floors[0].rooms[0]
    x_m, y_m = (sum(axis) / len(room.polygon) for axis in zip(*room.polygon, strict=True))
    ap = AccessPoint(
        id="AP101",
        name="AP101",
        x_m=round(x_m, 2),
        y_m=round(y_m, 2),
        z_m=2.8,
        room_id=room.id,
        model="ap-11ax-4x4",
        radios=radios,
    )
    path = tmp_path / "school.json"
    files.write_site(path, Site(name=site.name, floors=site.floors, school=site.school, access_points=(ap,)))
    return path


def pixels(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "ending"), [("esx", ".esx"), ("openintent", ".zip"), ("geojson", ".geojson")])
def test_a_site_comes_back_whole(site_path: Path, tmp_path: Path, kind: str, ending: str) -> None:
    there, back = tmp_path / f"there{ending}", tmp_path / "back.json"
    assert "AP" in convert(site_path, there).stdout
    convert(there, back)
    before, after = files.read_site(site_path), files.read_site(back)
    assert [floor.level for floor in after.floors] == [floor.level for floor in before.floors]
    for old, new in zip(before.floors, after.floors, strict=True):
        assert len(new.walls) == len(old.walls), kind
        assert [(room.name, room.use, room.class_size) for room in new.rooms] == [
            (room.name, room.use, room.class_size) for room in old.rooms
        ]
    (old_ap,), (new_ap,) = before.access_points, after.access_points
    assert (new_ap.x_m, new_ap.y_m) == pytest.approx((old_ap.x_m, old_ap.y_m), abs=0.01)
    told = [(r.band, r.channel, r.width_mhz, round(r.eirp_dbm or 0, 1)) for r in new_ap.radios]
    assert sorted(told) == [("2.4", 6, 20, 17.0), ("5", 36, 80, 20.0)]


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_same_site_gives_the_same_bytes(site_path: Path, tmp_path: Path, kind: str) -> None:
    for name in ("one", "two"):
        convert(site_path, tmp_path / name, "--to", kind)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_picture_is_asked_for_its_scale_and_then_traced_over(tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(pixels(400, 300))
    with pytest.raises(ScaleError, match="--scale"):
        convert(tmp_path / "plan.png", tmp_path / "site.json", "--lang", "en")
    assert not (tmp_path / "site.json").exists()
    convert(tmp_path / "plan.png", tmp_path / "site.json", "--scale", "10,10,210,10,20")
    (floor,) = files.read_site(tmp_path / "site.json").floors
    assert floor.underlay is not None
    assert floor.underlay.scale_m_per_px == pytest.approx(0.1)
    assert (tmp_path / floor.underlay.picture).is_file()
    with pytest.raises(DrawingError, match="twice"):
        convert(tmp_path / "plan.png", tmp_path / "x.json", "--scale", "10,10,210,10,20", "--unit", "m")


def test_a_floor_is_added_and_nothing_is_replaced_unasked(site_path: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(pixels(400, 300))
    with pytest.raises(DrawingError, match="there already"):
        convert(tmp_path / "plan.png", site_path, "--unit-m", "0.1")
    before = site_path.read_bytes()
    with pytest.raises(DrawingError, match="level 0 already"):
        convert(tmp_path / "plan.png", site_path, "--unit-m", "0.1", "--add")
    assert site_path.read_bytes() == before
    convert(tmp_path / "plan.png", site_path, "--unit-m", "0.1", "--add", "--level", "7")
    assert [floor.level for floor in files.read_site(site_path).floors][-1] == 7
    assert (tmp_path / "school.old-1.json").read_bytes() == before


def test_the_account_is_json_on_request(site_path: Path, tmp_path: Path) -> None:
    told = json.loads(convert(site_path, tmp_path / "x.esx", "--json").stdout)
    assert told["read"]["took"]
    assert {note["what"] for note in told["written"]["took"]}
    assert told["floors"][0]["width_m"] > 5


def test_a_folder_that_is_missing_and_an_ending_that_says_nothing(site_path: Path, tmp_path: Path) -> None:
    for target, word in (("x.dwg", "not written"), ("x", "not written")):
        with pytest.raises(WifiplanError, match=word):
            convert(site_path, tmp_path / target)
    convert(site_path, tmp_path / "new" / "deep" / "x.svg")
    assert (tmp_path / "new" / "deep" / "x.svg").is_file()


def test_the_command_itself_ends_with_one_message(tmp_path: Path) -> None:
    (tmp_path / "x.dwg").write_bytes(b"AC1032")
    command = [sys.executable, "-m", "wifiplan", "convert", str(tmp_path / "x.dwg"), str(tmp_path / "y.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "DXF" in done.stderr


def test_a_picture_that_lies_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "plan.png").write_bytes(pixels(300, 200))
    (tmp_path / "plan.png").write_bytes(b"somebody's own")
    convert(tmp_path / "in" / "plan.png", tmp_path / "school.json", "--scale", "0,0,100,0,10")
    assert (tmp_path / "plan.png").read_bytes() == b"somebody's own"
    underlay = files.read_site(tmp_path / "school.json").floors[0].underlay
    assert underlay is not None
    assert (tmp_path / underlay.picture).read_bytes()
    assert underlay.picture != "plan.png"
