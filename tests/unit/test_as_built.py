import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from wifiplan.errors import RosterError, SiteError
from wifiplan.files.as_built import read_as_built
from wifiplan.files.as_built_columns import BUILT, COLUMNS, bare, column_keys, is_header
from wifiplan.files.site import read_site, write_site
from wifiplan.files.tables import read_table
from wifiplan.predict.demand import DemandOptions
from wifiplan.report.workbook.install import install_bytes
from wifiplan.site.geometry import distance_from_walls, point_from_walls
from wifiplan.site.network import AccessPoint
from wifiplan.study import Settings, plan_site
from wifiplan.study.as_built import AsBuilt, BuiltRow, as_built_site
from wifiplan.study.deviations import Deviation, deviations, progress
from wifiplan.study.records import Plan

Cells = Mapping[str, Any]
Fill = Callable[..., Path]

NEW = ("AP101", "AP102", "AP103")


@pytest.fixture(scope="module")
def plan(repo_root: Path) -> Plan:
    """Return a plan with new access points, an old one that is kept, one to be retuned and one to be removed."""
    site = read_site(repo_root / "floorplans" / "demo-remote.json")
    found = plan_site(site, Settings(demand=DemandOptions(margin_db=8.3)))
    return replace(
        found,
        access_points=tuple(
            replace(p, action="removed") if p.access_point.id == "old-1" else p for p in found.access_points
        ),
    )


@pytest.fixture(scope="module")
def blank(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("安裝") / "install.xlsx"
    path.write_bytes(install_bytes(plan))
    return path


@pytest.fixture
def fill(blank: Path, tmp_path: Path) -> Fill:
    """Return a function that fills in the table: cells by id, cells of everyone, rows beyond the plan."""

    def filled(
        edits: Mapping[str, Cells] | None = None, everyone: Cells | None = None, extra: Sequence[Cells] = ()
    ) -> Path:
        book = openpyxl.load_workbook(blank)
        sheet = book.worksheets[0]
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        top = next(n for n, row in enumerate(rows) if is_header(row))
        columns = {key: found[0] for key, found in column_keys(rows[top]).items()}
        known = [(n, row[columns["id"]]) for n, row in enumerate(rows[top + 1 :], start=top + 2) if row[columns["id"]]]
        for n, identity in known:
            for key, value in {**(everyone or {}), **(edits or {}).get(identity, {})}.items():
                sheet.cell(row=n, column=columns[key] + 1).value = value
        for n, cells in enumerate(extra, start=known[-1][0] + 1):
            for key, value in cells.items():
                sheet.cell(row=n, column=columns[key] + 1).value = value
        path = tmp_path / "filled.xlsx"
        book.save(path)
        return path

    return filled


def kinds(found: tuple[Deviation, ...]) -> dict[str, tuple[str, ...]]:
    return {deviation.ap_id: deviation.kinds for deviation in found}


def faults(path: Path, plan: Plan) -> list[str]:
    with pytest.raises(SiteError) as caught:
        read_as_built(path, plan)
    return [str(fault) for fault in caught.value.faults]


def test_the_table_has_a_row_for_every_access_point_and_the_same_bytes(plan: Plan, blank: Path) -> None:
    built = read_as_built(blank, plan)
    assert sorted(row.ap_id for row in built.rows) == sorted(p.access_point.id for p in plan.access_points)
    assert all(row == BuiltRow(ap_id=row.ap_id) for row in built.rows)
    assert built.plan_mark is not None
    assert install_bytes(plan) == install_bytes(plan) == blank.read_bytes()


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_table_is_read_in_either_language(plan: Plan, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "install.xlsx"
    path.write_bytes(install_bytes(plan, lang=lang))
    assert len(read_as_built(path, plan).rows) == len(plan.access_points)
    headers = [bare(column.header(lang)) for column in COLUMNS]
    assert len(set(headers)) == len(headers)


def test_an_untouched_table_says_that_nothing_was_reported(plan: Plan, blank: Path) -> None:
    built = read_as_built(blank, plan)
    found = deviations(plan, built)
    assert found
    assert {kind for one in found for kind in one.kinds} == {"not_reported"}
    assert [ap.id for ap in as_built_site(plan, built).access_points] == ["old-1"]
    assert progress(plan, built).n_not_reported == progress(plan, built).n_orders == len(plan.access_points)


def test_blank_cells_are_as_planned_where_the_work_was_done(plan: Plan, fill: Fill, tmp_path: Path) -> None:
    built = read_as_built(fill(everyone={"done": "是"}), plan)
    assert deviations(plan, built) == ()
    site = as_built_site(plan, built)
    planned = {p.access_point.id: p.access_point for p in plan.access_points if p.action == "new"}
    assert {ap.id: (ap.x_m, ap.y_m, ap.radios, ap.model) for ap in site.access_points} == {
        i: (ap.x_m, ap.y_m, ap.radios, ap.model) for i, ap in planned.items()
    }
    cabinets = {cabinet.id for floor in site.floors for cabinet in floor.cabinets}
    assert {ap.cabinet for ap in site.access_points} <= cabinets
    write_site(tmp_path / "built.json", site)
    again = plan_site(read_site(tmp_path / "built.json"), Settings(n_aps=0))
    assert {p.action for p in again.access_points} <= {"kept", "retuned"}


def test_what_installers_type_is_understood(plan: Plan, fill: Fill) -> None:
    first = next(p for p in plan.access_points if p.access_point.id == NEW[0])
    away = (first.wall_a_m or 0.0) + 0.4
    cells = {
        "done": " ✔ ",
        "date": "113年5月3日",
        "built_wall_a": f"{away * 100:.0f}公分",
        "built_height": "3，1 m",
        "built_model": "ＡＸ-２ｘ２".lower(),
        "built_channel": "CH 44",
        "built_width": "40MHz",
        "built_power": "17 dBm",
        "mac": "00A7.42E8.4011",
        "serial": "007",
        "port": "SW1-05",
        "cable_ok": "PASS",
        "cable_m": "35.5",
        "photos": "3張",
        "remarks": "=1+1",
    }
    built = read_as_built(fill({NEW[0]: cells}), plan)
    row = built.row(NEW[0])
    assert (row.done, row.date, row.height_m, row.model) == (True, "2024-05-03", 3.1, "ax-2x2")
    assert row.x_m == pytest.approx((first.access_point.x_m or 0.0) + 0.4, abs=0.006)
    # controllers show the first 20 MHz of a wide channel, the plan its middle
    assert (row.channel, row.width_mhz, row.eirp_dbm) == (46, 40, 17.0)
    assert (row.mac, row.serial, row.cable_ok, row.cable_m) == ("00:a7:42:e8:40:11", "007", True, 35.5)
    point = next(ap for ap in as_built_site(plan, built).access_points if ap.id == NEW[0])
    assert (point.mac, point.serial, point.z_m) == ("00:a7:42:e8:40:11", "007", 3.1)


def test_every_deviation_is_named(plan: Plan, fill: Fill) -> None:
    ids = [p.access_point.id for p in plan.access_points if p.action == "new"]
    first = next(p for p in plan.access_points if p.access_point.id == ids[0])
    edits: dict[str, Cells] = {
        ids[0]: {"done": "是", "built_wall_a": (first.wall_a_m or 0.0) + 0.6, "cable_m": 95},
        ids[1]: {"done": "是", "built_channel": "自動", "built_power": 11, "cable_ok": "不合格"},
        ids[2]: {"done": "否", "remarks": "沒有電源"},
        ids[3]: {"done": "是", "built_model": "ax-4x4", "built_height": "2"},
        ids[4]: {"done": "是", "built_model": "TP-Link EAP660 HD"},
    }
    extra = [{"id": "加1", "action": "加裝", "done": "是", "built_room": "101", "built_model": "ax-2x2"}]
    built = read_as_built(fill(edits, extra=extra), plan)
    found = kinds(deviations(plan, built))
    assert found == {
        ids[0]: ("moved", "cable_long"),
        ids[1]: ("power", "auto", "cable_failed"),
        ids[2]: ("not_done",),
        ids[3]: ("height", "model"),
        ids[4]: ("brand",),
        "old-1": ("not_reported",),
        "加1": ("extra",),
    }
    points = {ap.id: ap for ap in as_built_site(plan, built).access_points}
    assert set(points) == {ids[0], ids[1], ids[3], ids[4], "old-1", "加1"}
    assert points[ids[1]].radios[-1].channel is None
    assert points[ids[4]].model == "TP-Link EAP660 HD"
    assert points["加1"].room_id == "101"


def test_half_a_metre_and_half_a_decibel_are_as_planned(plan: Plan, fill: Fill) -> None:
    first = next(p for p in plan.access_points if p.access_point.id == NEW[0])
    power = first.access_point.radios[-1].eirp_dbm or 0.0
    cells = {"done": "是", "built_wall_b": (first.wall_b_m or 0.0) + 0.5, "built_power": power + 0.5}
    built = read_as_built(fill({NEW[0]: cells}, {"done": "是"}), plan)
    assert deviations(plan, built) == ()


def test_another_room_without_a_place_in_it_is_known_by_the_room(plan: Plan, fill: Fill) -> None:
    other = next(r for r in plan.rooms if r.room_id not in {p.room_id for p in plan.access_points} and r.need)
    built = read_as_built(fill({NEW[0]: {"done": "是", "built_room": other.name}}, {"done": "是"}), plan)
    assert kinds(deviations(plan, built)) == {NEW[0]: ("room",)}
    point = next(ap for ap in as_built_site(plan, built).access_points if ap.id == NEW[0])
    assert (point.room_id, point.x_m, point.floor) == (other.room_id, None, other.floor)


def test_an_unknown_product_is_taken_to_be_of_the_planned_class_and_said_so(plan: Plan, fill: Fill) -> None:
    built = read_as_built(fill({NEW[0]: {"built_model": "Zyxel NWA90AX"}}, {"done": "是"}), plan)
    assert deviations(plan, built) == ()
    site = as_built_site(plan, built)
    assert "as_built_class:1" in site.assumptions
    assert {ap.model for ap in site.access_points} == {"ax-2x2"}


def test_old_settings_stay_until_the_retuning_is_reported(plan: Plan) -> None:
    old = plan.site.access_points[0]
    kept = next(p for p in plan.access_points if p.access_point.id == old.id)
    retuned = replace(plan, access_points=(replace(kept, action="retuned"),))
    assert as_built_site(retuned, AsBuilt(rows=())).access_points == plan.site.access_points
    done = as_built_site(retuned, AsBuilt(rows=(BuiltRow(ap_id=old.id, done=True),))).access_points[0]
    assert done.radios == kept.access_point.radios
    assert (done.x_m, done.cabinet) == (old.x_m, old.cabinet)


def test_an_old_device_that_looks_aside_still_does_after_the_work(plan: Plan) -> None:
    turned = replace(plan.site.access_points[0], mount="wall", azimuth_deg=90.0, tilt_deg=5.0, pattern="dipole")
    found = plan_site(replace(plan.site, access_points=(turned,)), Settings(demand=DemandOptions(margin_db=8.3)))
    kept = next(p for p in found.access_points if p.access_point.id == turned.id)
    retuned = replace(found, access_points=(replace(kept, action="retuned"),))
    for rows in ((), (BuiltRow(ap_id=turned.id, done=True),)):
        (hangs,) = as_built_site(retuned, AsBuilt(rows=rows)).access_points
        assert (hangs.mount, hangs.azimuth_deg, hangs.tilt_deg, hangs.pattern) == ("wall", 90.0, 5.0, "dipole")


def test_all_faults_come_at_once_by_cell(plan: Plan, fill: Fill) -> None:
    edits: dict[str, Cells] = {
        NEW[0]: {"done": "也許", "built_wall_a": "三步", "mac": "00:00:00:00:00:00", "date": "2024-02-30"},
        NEW[1]: {"done": "是", "built_channel": 200, "built_width": 30, "built_power": "99", "serial": "A1"},
        NEW[2]: {"mac": "00a742e84011", "built_room": "不存在", "serial": "a1", "cable_m": "很長"},
    }
    found = faults(fill(edits, extra=[{"id": "AP999", "done": "是"}, {"done": "是"}]), plan)
    assert len(found) == 13
    text = "\n".join(found)
    for part in ("也許", "三步", "2024-02-30", "00:00:00:00:00:00", "200 is no channel", "30 MHz", "99", "不存在"):
        assert part in text
    assert "is blank, though the device is described" in text
    assert "stands already in AB" in text
    assert 'the plan has no "AP999"' in text
    assert all(line[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for line in found)


def test_places_outside_the_room_or_twice_are_faults(plan: Plan, fill: Fill) -> None:
    edits: dict[str, Cells] = {
        NEW[0]: {"done": "是", "built_wall_a": 80},
        NEW[1]: {"done": "是", "built_wall_a": 2.0, "built_x": 0.0, "built_y": 0.0},
        "old-1": {"built_x": "abc"},
    }
    text = "\n".join(faults(fill(edits), plan))
    assert "lie outside" in text
    assert "another place" in text
    assert "is no length" in text


def test_columns_in_any_order_with_others_among_them(plan: Plan, fill: Fill, tmp_path: Path) -> None:
    rows = read_table(fill({NEW[0]: {"built_channel": 149}}, {"done": "是"})).rows()
    top = next(n for n, row in enumerate(rows) if is_header(row))
    wide = max(map(len, rows))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows[top:]:
        cells = [*row, *[""] * (wide - len(row))][::-1]
        sheet.append([cells[0], "自己的欄", *cells[1:]])
    path = tmp_path / "shuffled.xlsx"
    book.save(path)
    built = read_as_built(path, plan)
    width_mhz = next(p.access_point.radios[-1].width_mhz for p in plan.access_points if p.access_point.id == NEW[0])
    assert built.row(NEW[0]).channel == {20: 149, 40: 151, 80: 155}[width_mhz or 0]
    assert all(row.done for row in built.rows)


def test_a_renamed_column_is_one_clear_fault(plan: Plan, blank: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank)
    for cells in book.worksheets[0].iter_rows():
        for cell in cells:
            if cell.value == "實設頻道":
                cell.value = "CH"
    path = tmp_path / "renamed.xlsx"
    book.save(path)
    (fault,) = faults(path, plan)
    assert "實設頻道" in fault
    assert "CH" in fault


def test_another_file_is_refused_in_one_message(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "名冊.csv"
    path.write_text("學校代碼,班級數\n013601,12\n", encoding="utf-8")
    with pytest.raises(SiteError, match="header was not found"):
        read_as_built(path, plan)
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(RosterError):
        read_as_built(tmp_path / "x.xlsx", plan)


def test_formulas_of_strangers_are_text(plan: Plan, fill: Fill) -> None:
    built = read_as_built(fill({NEW[0]: {"remarks": "'=cmd|x"}}, {"done": "是"}), plan)
    assert built.row(NEW[0]).remarks == "'=cmd|x"


@pytest.mark.office
def test_a_round_trip_through_libreoffice_changes_nothing(plan: Plan, fill: Fill, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    cells = {"done": "是", "date": "2024-05-03", "mac": "00:A7:42:E8:40:11", "serial": "000123", "built_height": 3.05}
    path = fill({NEW[0]: cells}, {"cable_m": 30.5})
    wanted = read_as_built(path, plan)
    assert wanted.row(NEW[0]).serial == "000123"
    for ending in ("xlsx", "ods"):
        folder = tmp_path / ending
        command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
        subprocess.run(
            [*command, "--convert-to", ending, "--outdir", str(folder), str(path)], check=True, capture_output=True
        )
        assert read_as_built(folder / f"filled.{ending}", plan) == wanted


def test_a_point_is_found_again_from_its_distances_to_walls() -> None:
    square = ((10.0, 20.0), (19.0, 20.0), (19.0, 27.5), (10.0, 27.5))
    bent = ((0.0, 0.0), (9.0, 0.0), (9.0, 8.0), (4.0, 8.0), (4.0, 4.0), (0.0, 4.0))
    for polygon, point in ((square, (14.5, 23.0)), (bent, (2.0, 3.0)), (bent, (6.0, 7.0)), (bent, (8.5, 2.0))):
        west, south = distance_from_walls(polygon, *point)
        found = point_from_walls(polygon, west, south)
        assert found is not None
        assert distance_from_walls(polygon, *found) == pytest.approx((west, south), abs=0.01)
    assert point_from_walls(square, 9.5, 3.0) is None


def test_the_columns_of_the_installer_are_all_asked_for() -> None:
    assert {column.key for column in BUILT} == {column.key for column in COLUMNS if column.filled_in}
    assert AccessPoint(id="x").mac is None
