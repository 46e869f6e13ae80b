"""Sites as projects of Ekahau, and back: nothing that the format or a note can hold is lost."""

import json
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esx_samples import png
from wifiplan.catalog.antennas import MeasuredAntenna
from wifiplan.catalog.materials import materials
from wifiplan.errors import SiteError
from wifiplan.files.drawings.esx import read_esx, write_esx
from wifiplan.files.drawings.esx.losses import wall_db
from wifiplan.files.drawings.records import Picture
from wifiplan.files.json_input import Json
from wifiplan.files.site import read_site
from wifiplan.site.building import Cabinet, Floor, Room, Site, Slab, Spot, Underlay, Wall
from wifiplan.site.network import AccessPoint, Radio

DECIMAL = {"width", "height", "metersPerUnit", "thickness", "transmitPower", "antennaHeight", "x", "y"}


def _members(path: Path) -> dict[str, Json]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {n[:-5]: json.loads(archive.read(n))[n[:-5]] for n in archive.namelist() if n.endswith(".json")}


def _ids(value: Json, key: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in _ids(v, k)]
    if isinstance(value, list):
        return [pair for v in value for pair in _ids(v, key)]
    named = key.endswith(("Id", "Ids")) or key == "wallPoints"
    return [(key, value)] if named and isinstance(value, str) else []


def test_the_example_comes_back_whole(repo_root: Path, tmp_path: Path) -> None:
    site = read_site(repo_root / "floorplans" / "demo-elementary.json")
    path = tmp_path / "demo.esx"
    account = write_esx(path, site)
    got = read_esx(path)
    assert got.site == site
    assert got.pictures == ()
    assert {note.what: note.count for note in account.took}["areas"] == 60
    first = path.read_bytes()
    write_esx(path, site)
    assert path.read_bytes() == first
    write_esx(path, site, lang="en")
    assert read_esx(path).site == site
    assert path.read_bytes() != first


def test_every_reference_leads_somewhere_and_doubles_are_doubles(repo_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.esx"
    site = read_site(repo_root / "floorplans" / "demo-elementary.json")
    write_esx(path, site)
    members = _members(path)
    rows = [row for rows in members.values() for row in (rows if isinstance(rows, list) else [rows])]
    known = [row["id"] for row in rows]
    assert len(set(known)) == len(known)
    assert all(str(uuid.UUID(one)) == one and uuid.UUID(one).version == 4 for one in known)
    lost = [pair for rows in members.values() for pair in _ids(rows) if pair[1] not in set(known)]
    assert lost == []
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names[0] == "version"
        assert archive.read("version") == b"2.0"
        assert {f"image-{row['id']}" for row in members["images"]} <= set(names)
        loose = {name for name in names if name.endswith(".json")}
        for name in loose:
            for pairs in _pairs(json.loads(archive.read(name))):
                assert all(isinstance(value, float) for key, value in pairs if key in DECIMAL and value is not None)
    # all that is drawn lies on its plan
    plan = members["floorPlans"][0]
    for point in members["wallPoints"]:
        place = point["location"]["coord"]
        assert 0.0 <= place["x"] <= plan["width"]
        assert 0.0 <= place["y"] <= plan["height"]


def _pairs(value: Json) -> list[list[tuple[str, Json]]]:
    if isinstance(value, dict):
        return [[*value.items()], *(pairs for v in value.values() for pairs in _pairs(v))]
    return [pairs for v in value for pairs in _pairs(v)] if isinstance(value, list) else []


def _rich(lift_m: float = 4.2) -> Site:
    """Return a site that uses what the format has no field for."""
    rooms = (
        Room(id="101", name="", use="other", polygon=((0, 0), (5, 0), (5, 8), (0, 8))),
        Room(
            id="102",
            name='六年孝班 "<b>"',
            use="classroom",
            polygon=((5, 0), (12, 0), (12, 8), (5, 8)),
            block="B",
            inventory_id="A01",
            class_size=31,
            devices=12,
            profile="e_testing",
            stage="junior",
        ),
    )
    walls = (
        Wall(line=((0, 0), (12, 0)), material="brick", top_m=3.6, loss_5g_db=7.25),
        Wall(line=((0, 0), (0, 8)), material="glass", top_m=2.4, bottom_m=0.9, kind="window"),
        Wall(line=((12, 0), (12, 8)), material="low_e_glass", top_m=3.6, thickness_m=0.031, kind="door"),
        Wall(line=((0, 8), (12, 8)), material="concrete", top_m=1.1, kind="parapet"),
    )
    cuts = tuple(float(-abs((a + 180) % 360 - 180) / 6) for a in range(360))
    low = Floor(level=-1, elevation_m=-3.9, height_m=3.6, name="地下室", slab=Slab(material="wood", thickness_m=0.2))
    main = Floor(
        level=0,
        elevation_m=0.0,
        height_m=3.6,
        rooms=rooms,
        walls=walls,
        outline=((0, 0), (12, 0), (12, 8), (0, 8)),
        voids=(((1, 1), (3, 1), (3, 3), (1, 3)),),
        cabinets=(Cabinet(id="c", x_m=1, y_m=2, name="機櫃", uplink_mbps=1000),),
    )
    points = (
        AccessPoint(
            id="w",
            name="牆上",
            x_m=11.9,
            y_m=4.1234,
            z_m=2.5,
            room_id="102",
            model="Some AP-1",
            radios=(
                Radio(band="2.4", channel=11, width_mhz=40, eirp_dbm=17.3),
                Radio(band="5", channel=38, width_mhz=40, eirp_dbm=20.0),
                Radio(band="5", channel=155, width_mhz=80),
                Radio(band="6", channel=47, width_mhz=160, eirp_dbm=23.0),
                Radio(band="5"),
            ),
            cabinet="c",
            mac="02:00:00:00:00:01",
            serial="S 1",
            mount="wall",
            azimuth_deg=270.0,
            tilt_deg=12.5,
            pattern="own",
        ),
        AccessPoint(id="only-room", room_id="101"),
        AccessPoint(id="model", x_m=3, y_m=3, model="ax-2x2", radios=(Radio(band="5", channel=40, width_mhz=80),)),
    )
    return Site(
        name="校 舍",
        floors=(low, main, replace(main, level=1, elevation_m=lift_m, rooms=(), cabinets=(), walls=walls[:1])),
        country="JP",
        assumptions=("樓高",),
        access_points=points,
        antennas=(MeasuredAntenna(name="own", horizontal_db=cuts, vertical_db=cuts, facing="wall", gain_dbi=7.0),),
        spots=(Spot(kind="forbidden", x_m=1, y_m=1, note="熱"), Spot(kind="locked", room_id="102")),
    )


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_what_has_no_field_is_kept_beside(lang: str, tmp_path: Path) -> None:
    site = _rich()
    account = write_esx(tmp_path / "rich.esx", site, lang=lang)
    assert [(note.what, note.count) for note in account.left] == [("spots", 2)]
    assert read_esx(tmp_path / "rich.esx").site == site


def test_what_the_program_changed_since_is_taken_from_it(tmp_path: Path) -> None:
    path = tmp_path / "rich.esx"
    site = _rich()
    write_esx(path, site)
    members = _members(path)
    with zipfile.ZipFile(path) as archive:
        binaries = {n: archive.read(n) for n in archive.namelist() if not n.endswith(".json")}
    for radio in members["simulatedRadios"]:
        if radio.get("channel") == [36, 40]:
            radio["channel"] = [100]
    next(row for row in members["accessPoints"] if row["name"] == "牆上")["name"] = "renamed"
    next(row for row in members["areas"] if row["capacityItems"])["capacityItems"][0]["deviceCount"] = 40
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in members.items():
            archive.writestr(f"{name}.json", json.dumps({name: rows}))
        for name, data in binaries.items():
            archive.writestr(name, data)
    got = read_esx(path).site
    one = got.access_points[0]
    assert (one.id, one.name) == ("w", "renamed")
    assert one.radios[1] == Radio(band="5", channel=100, width_mhz=20, eirp_dbm=20.0)
    assert got.floors[1].rooms[1].devices == 40
    assert got.floors[1].rooms[1].class_size == 31


def test_a_project_that_the_program_saved_without_our_keys_is_read(repo_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "demo.esx"
    site = read_site(repo_root / "floorplans" / "demo-elementary.json")
    write_esx(path, site)
    members = _members(path)
    for row in (members["project"], *members["floorPlans"]):
        for key in [key for key in row if key.startswith("wifiplan")]:
            del row[key]
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in members.items():
            archive.writestr(f"{name}.json", json.dumps({name: rows}))
    got = read_esx(path).site
    assert [(f.level, f.elevation_m, f.height_m) for f in got.floors] == [(0, 0, 3.6), (1, 3.6, 3.6), (2, 7.2, 3.6)]
    assert [f.walls for f in got.floors] == [f.walls for f in site.floors]
    assert [f.rooms for f in got.floors] == [f.rooms for f in site.floors]
    assert [f.slab for f in got.floors] == [f.slab for f in site.floors]
    assert got.access_points[1:] == tuple(replace(one, cabinet=None) for one in site.access_points[1:])


def test_the_sites_own_picture_is_the_plan_where_it_covers_the_floor(tmp_path: Path) -> None:
    site = _rich()
    under = Underlay(picture="樓層 1.png", scale_m_per_px=0.05, x_m=-2.0, y_m=-1.0)
    site = replace(site, floors=tuple(replace(f, underlay=under if f.level == 0 else None) for f in site.floors))
    given = Picture(name="樓層 1.png", data=png(400, 300))
    write_esx(tmp_path / "a.esx", site, pictures=(given,))
    got = read_esx(tmp_path / "a.esx")
    assert got.site == site
    assert got.pictures == (given,)
    small = replace(given, data=png(100, 100))
    account = write_esx(tmp_path / "b.esx", site, pictures=(small,))
    assert "樓層 1.png" in {note.what for note in account.left}
    assert read_esx(tmp_path / "b.esx").pictures == ()


def test_a_faulty_site_is_not_written(tmp_path: Path) -> None:
    site = replace(_rich(), access_points=(AccessPoint(id="x", floor=9, x_m=1, y_m=1),))
    with pytest.raises(SiteError, match="not written"):
        write_esx(tmp_path / "x.esx", site)
    assert not [*tmp_path.iterdir()]


_METRES = st.integers(min_value=0, max_value=60_000).map(lambda mm: mm / 1000)


@st.composite
def _sites(draw: st.DrawFn) -> Site:
    x0, y0 = draw(st.sampled_from([0.0, 7.5, 300.0, -40.0])), draw(st.sampled_from([0.0, 111.1]))
    floors = []
    for level in range(draw(st.integers(1, 2))):
        walls = []
        for _ in range(draw(st.integers(0, 6))):
            a, b = (draw(_METRES) + x0, draw(_METRES) + y0), (draw(_METRES) + x0, draw(_METRES) + y0)
            if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 0.1:
                continue
            loss = draw(st.one_of(st.none(), st.floats(0, 60).map(lambda v: round(v, 3))))
            walls.append(
                Wall(
                    line=(a, b),
                    material=draw(st.sampled_from([*materials()])),
                    top_m=draw(st.sampled_from([3.0, 2.1])),
                    thickness_m=draw(st.sampled_from([None, 0.1, 0.237])),
                    kind=draw(st.sampled_from(["wall", "door", "window", "parapet"])),
                    loss_5g_db=loss,
                )
            )
        floors.append(Floor(level=level, elevation_m=4.0 * level, height_m=3.0, walls=tuple(walls)))
    channels = [("2.4", 6, 20), ("5", 36, 20), ("5", 44, 80), ("5", 50, 160), ("6", 5, 20), ("6", 63, 320)]
    points = tuple(
        AccessPoint(
            id=f"AP {n}",
            x_m=draw(_METRES) + x0,
            y_m=draw(_METRES) + y0,
            z_m=draw(st.sampled_from([None, 2.7])),
            model=draw(st.sampled_from([None, "ax-2x2", "Aruba 515"])),
            radios=tuple(
                Radio(band=band, channel=channel, width_mhz=width, eirp_dbm=draw(st.sampled_from([None, 17.2, 23.0])))
                for band, channel, width in draw(st.lists(st.sampled_from(channels), max_size=3))
            ),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    return Site(name="s", floors=tuple(floors), access_points=points, country=draw(st.sampled_from(["TW", "US"])))


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(site=_sites())
def test_any_site_comes_back(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "any.esx"
    write_esx(path, site)
    got = read_esx(path).site
    assert got.access_points == tuple(
        replace(one, x_m=got_one.x_m, y_m=got_one.y_m)
        for one, got_one in zip(site.access_points, got.access_points, strict=True)
    )
    for one, other in zip(site.floors, got.floors, strict=True):
        assert replace(one, walls=()) == replace(other, walls=())
        for wall, back in zip(one.walls, other.walls, strict=True):
            assert np.abs(np.array(wall.line) - np.array(back.line)).max() < 1e-3
            assert wall_db(back, site.country) == pytest.approx(wall_db(wall, site.country), abs=0.01)
            assert replace(back, line=wall.line, loss_5g_db=wall.loss_5g_db) == wall
