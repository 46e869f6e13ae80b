"""What must hold for every inventory: each row is told once, each access point has one room."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wifiplan.files import read_inventory, read_site
from wifiplan.files.site import dump_site, parse_site
from wifiplan.site.building import Site
from wifiplan.site.inventory import Inventory, by_site, with_inventory

ROOT = Path(__file__).parents[2]
HEAD = ("教室空間編號", "教室名稱", "樓層", "AP名稱", "型號", "產品序號", "MAC", "狀態", "頻段", "頻道", "數量")

words = st.sampled_from(
    [
        "A101",
        "三年甲班",
        "301",
        "301班",
        "自然教室",
        "電腦教室",
        "走廊",
        "2樓走廊",
        "",
        "圖書館旁",
        "foo",
        "合計",
        "B202",
    ]
)
identities = st.sampled_from(["", "SN00001", "SN00002", "SN00003", "12", "N/A"])
macs = st.sampled_from(["", "00a742e84011", "00:a7:42:e8:40:12", "zz", "00-A7-42-E8-40-11"])
states = st.sampled_from(["", "使用中", "報廢", "Offline", "Up 3d"])
bands = st.sampled_from(["", "2.4G", "5G"])
channels = st.sampled_from(["", "36", "6", "auto", "(36,40)", "6/149", "bad"])
counts = st.sampled_from(["1", "1", "2", "0", "", "many"])
lines = st.tuples(words, words, words, words, words, identities, macs, states, bands, channels, counts)


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(ROOT / "floorplans/demo-elementary.json")


def inventory_of(folder: Path, rows: list[tuple[str, ...]]) -> Inventory:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *rows])
    path = folder / "盤點.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return read_inventory(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(lines, min_size=1, max_size=25))
def test_every_row_is_told_once_and_every_access_point_has_one_room(
    site: Site, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    found = inventory_of(tmp_path, rows)
    shared = by_site(found, (site,))
    result = with_inventory(site, shared.inventories[0])
    report = result.report
    source = found.sources[0]
    told = sum(report.n_rows(outcome) for outcome in ("matched", "unmatched", "not_counted"))
    assert told + source.n_skipped == source.n_rows
    numbers = [n for one in report.found for n in (one.entry.row, *one.entry.more_rows, *one.entry.doubled)]
    assert len(numbers) == len(set(numbers))
    placed = [identity for one in report.of("matched") for identity in one.ap_ids]
    assert len(placed) == len(set(placed)) == report.n_aps("matched")
    rooms = {room.id for floor in site.floors for room in floor.rooms}
    points = {point.id: point for point in result.site.access_points}
    for one in report.of("matched"):
        assert one.room_id in rooms
        assert {points[identity].room_id for identity in one.ap_ids} == {one.room_id}
    assert all(one.reason is not None for one in report.found if one.outcome != "matched")
    assert parse_site(dump_site(result.site))[1] == (), "what comes out is a sound site"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(lines, min_size=1, max_size=12), seed=st.randoms())
def test_the_order_of_rows_does_not_move_access_points(
    site: Site, tmp_path: Path, rows: list[tuple[str, ...]], seed: object
) -> None:
    unique = [(*row[:5], f"SERIAL{n:03d}", "", row[7], "", "", "1") for n, row in enumerate(rows)]
    once = with_inventory(site, inventory_of(tmp_path, unique))
    turned = with_inventory(site, inventory_of(tmp_path, unique[::-1]))
    where = [{p.serial: p.room_id for p in one.site.access_points} for one in (once, turned)]
    assert where[0] == where[1]
    assert seed is not None


def test_the_same_inventory_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    rows = [("A101", "", "", "AP", "R510", "SN00001", "", "", "5G", "36", "1")]
    found = inventory_of(tmp_path, rows)
    once = with_inventory(replace(site, access_points=()), found).site
    assert with_inventory(once, found).site == once
