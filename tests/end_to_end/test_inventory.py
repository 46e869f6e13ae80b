"""`wifiplan inventory` as a county runs it, and `wifiplan plan --inventory`."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli
from wifiplan.files import read_inventory, read_roster, read_site, write_site
from wifiplan.report.texts import texts
from wifiplan.site.archetype import archetype
from wifiplan.site.building import SchoolRef
from wifiplan.site.inventory import by_site, with_inventory

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "floorplans/demo-elementary.json"
TABLE = """學校代碼,學制,教室空間編號,教室名稱,棟別,樓層,AP名稱,廠牌,型號,產品序號,MAC位址,狀態,5G頻道,5G功率,連線人數
999001,國小,A101,一年甲班,A棟,1F,AP-1A,Aruba,AP-505,CN001234,001122334401,使用中,36E,20 dBm,28
999001,國小,,三年1班,A棟,2F,AP-3A,TP-Link,EAP225,TP000013,001122334403,使用中,44,100%,25
999001,國小,,自然教室,,,AP-N,Ruckus,R510,RK000014,001122334404,使用中,auto,auto,0
999001,國小,A103,一年丙班,A棟,1F,AP-O,D-Link,DAP-2695,DL000001,,報廢,,,0
999001,國小,,電腦教室,,,=1+1,Ubiquiti,U6-Pro,UB000001,,使用中,36/80,,9
999009,國小,,301,,,AP-X,,R510,,,使用中,,,1
"""


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "盤 點.csv"
    path.write_text(TABLE, encoding="utf-8-sig")
    return path


def sheet(path: Path, name: str) -> list[list[object]]:
    return [list(row) for row in load_workbook(path)[name].iter_rows(values_only=True)]


def test_a_folder_of_sites(tmp_path: Path, table: Path) -> None:
    out = tmp_path / "out"
    result = run("inventory", table, "--sites", ROOT / "floorplans", "--out", out)
    assert result.exit_code == 0, result.output
    assert "另" not in result.stderr
    assert "自然教室（一）" in result.stderr
    assert "連線人數" in result.stderr
    site = read_site(out / "sites/demo-elementary.json")
    placed = {point.id: (point.room_id, point.model) for point in site.access_points}
    assert placed == {
        "old-1": ("A102", None),
        "AP-1A": ("A101", "Aruba AP-505"),
        "AP-3A": ("A201", "TP-Link EAP225"),
        "=1+1": ("B202", "Ubiquiti U6-Pro"),
    }
    assert site.assumptions[-1] == "unmatched_aps:1"
    untouched = out / "sites/demo-remote.json"
    assert untouched.read_bytes() == (ROOT / "floorplans/demo-remote.json").read_bytes()


def test_the_workbook_tells_every_row(tmp_path: Path, table: Path) -> None:
    out = tmp_path / "out"
    run("inventory", table, "--sites", ROOT / "floorplans", "--out", out)
    book = out / "inventory.xlsx"
    assert load_workbook(book).sheetnames == ["摘要", "已對應", "未對應", "不計", "無AP教室", "清冊未列", "讀取方式"]
    head = str(sheet(book, "摘要")[1][0])
    assert "6 列 = 已對應 3 ＋ 未對應 2 ＋ 不計 1" in head
    lost = str(sheet(book, "未對應"))
    assert "A209" in lost
    assert "999009" in lost
    assert "報廢" in str(sheet(book, "不計"))
    assert "大陸廠牌：TP-Link" in str(sheet(book, "已對應"))
    assert "連線人數" in str(sheet(book, "讀取方式"))
    cell = next(c for row in load_workbook(book)["已對應"].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, table: Path) -> None:
    for name in ("one", "two"):
        run("inventory", table, "--sites", ROOT / "floorplans", "--out", tmp_path / name)
    files = [sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two")]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]


def test_figures_as_json_and_in_english(tmp_path: Path, table: Path) -> None:
    result = run("inventory", table, "--sites", DEMO, "--out", tmp_path / "out", "--json", "--lang", "en")
    figures = json.loads(result.stdout)
    assert (figures["n_rows"], figures["n_matched"], figures["n_unmatched"], figures["n_not_counted"]) == (6, 3, 2, 1)
    assert figures["schools"][0]["inventory_known"] is True
    assert "several rooms fit" in result.stderr
    assert "Not matched" in load_workbook(tmp_path / "out/inventory.xlsx").sheetnames


def test_a_mapping_is_saved_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIFIPLAN_CONFIG_DIR", str(tmp_path / "config"))
    path = tmp_path / "own.csv"
    path.write_text("甲,乙,丙\nX-1,R510,三年甲班\n", encoding="utf-8-sig")
    common = ("inventory", path, "--sites", DEMO, "--out", tmp_path / "out")
    unknown = run(*common)
    assert "甲, 乙, 丙" in str(unknown.exception)
    chosen = ("--map", "name=甲", "--map", "model=乙", "--map", "room=丙")
    assert run(*common, *chosen, "--save-mapping", "縣網").exit_code == 0
    assert run(*common, "--mapping", "縣網").exit_code == 0
    assert "did you mean 縣網" not in str(run(*common, "--mapping", "縣罔").exception)


def test_nothing_placed_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("AP Name,Location\nX,nowhere\n", encoding="utf-8")
    result = run("inventory", path, "--sites", DEMO, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert read_site(tmp_path / "out/sites/demo-elementary.json").access_points[0].id == "old-1"


def test_faults_of_all_sites_come_at_once(tmp_path: Path, table: Path) -> None:
    folder = tmp_path / "sites"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.json").write_text('{"name": "x"}', encoding="utf-8")
    result = run("inventory", table, "--sites", folder, "--out", tmp_path / "out")
    assert "a.json" in str(result.exception)
    assert "b.json" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_plan_around_an_inventory(tmp_path: Path) -> None:
    site = archetype(next(s for s in read_roster(ROOT / "floorplans/demo-roster.csv").schools if s.n_classes))
    write_site(tmp_path / "site.json", site)
    rooms = [room for floor in site.floors for room in floor.rooms if room.use == "classroom"][:2]
    rows = "".join(f"{room.name},ax-2x2,AP-{n}\n" for n, room in enumerate(rooms))
    (tmp_path / "inv.csv").write_text(f"教室名稱,型號,AP名稱\n{rows}倉庫,R510,AP-9\n", encoding="utf-8-sig")
    out = tmp_path / "out"
    result = run("plan", tmp_path / "site.json", "--inventory", tmp_path / "inv.csv", "--out", out)
    assert result.exit_code in {0, 1}, result.output
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert {"AP-0", "AP-1"} <= {point["id"] for point in plan["site"]["access_points"]}
    assert "AP-9" in result.stderr
    assert (out / "inventory.xlsx").exists()
    assert "AP-9" in str(sheet(out / "inventory.xlsx", "未對應"))


def test_a_county_of_21_000_rows_is_accounted_for(tmp_path: Path) -> None:
    school = next(s for s in read_roster(ROOT / "floorplans/demo-roster.csv").schools if s.n_classes)
    site = archetype(school)
    codes = [f"{n:06d}" for n in range(350)]
    sites = [replace(site, school=SchoolRef(stage=school.stage, code=code)) for code in codes]
    rooms = [room.name for floor in site.floors for room in floor.rooms]
    lines = ["學校代碼,教室名稱,AP名稱,型號,產品序號"]
    lines += [f"{code},{rooms[k % len(rooms)]},AP{k},R510,S{code}{k:03d}" for code in codes for k in range(60)]
    (tmp_path / "county.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    shared = by_site(read_inventory(tmp_path / "county.csv"), sites)
    reports = [with_inventory(s, p).report for s, p in zip(sites, shared.inventories, strict=True)]
    assert sum(r.n_rows(o) for r in reports for o in ("matched", "unmatched", "not_counted")) == 21_000


def test_both_languages_have_the_same_keys() -> None:
    own = [{key for key in texts(lang) if key.startswith("inv.")} for lang in ("zh-TW", "en")]
    assert own[0] == own[1]


@pytest.mark.office
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_table_saved_by_libreoffice_reads_the_same(tmp_path: Path, table: Path, ending: str) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--headless",
        "--infilter=CSV:44,34,76,1,1/2",
    ]
    subprocess.run([*command, "--convert-to", ending, "--outdir", tmp_path, table], check=True, capture_output=True)
    one, two = read_inventory(table), read_inventory(tmp_path / f"盤 點.{ending}")
    assert [(e.code, e.serial, e.mac, e.room_number, e.places, e.radios) for e in one.entries] == [
        (e.code, e.serial, e.mac, e.room_number, e.places, e.radios) for e in two.entries
    ]
