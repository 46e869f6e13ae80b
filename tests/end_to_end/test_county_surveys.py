"""`wifiplan county --surveys`: schools planned with a law that was measured in their own building."""

import csv
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from openpyxl import load_workbook

from tests.in_process import run
from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import LAWS, Law
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import SchoolRef, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.records import Sample, Survey

Done: TypeAlias = subprocess.CompletedProcess[str]

HEAD = "學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數"
ROWS = tuple(f"國小,00000{n},晴川市,市立,,一般,{n}國小,2,20,5,36" for n in range(1, 7))
RADIOS = (Radio(band="5", channel=36, width_mhz=20, eirp_dbm=20.0),)


def drawn(n: int) -> Site:
    """Return a small building that somebody has drawn, with an access point in each of its classrooms."""
    site = archetype(School(stage="elementary", code=f"00000{n}", name="", county="晴川市", n_classes=2, n_students=36))
    rooms = [(floor.level, room) for floor in site.floors for room in floor.rooms if room.use == "classroom"]
    points = tuple(
        AccessPoint(id=room.id, floor=level, x_m=room.polygon[0][0] + 2.0, y_m=room.polygon[0][1] + 2.0, z_m=2.8,
                    room_id=room.id, radios=RADIOS)
        for level, room in rooms
    )  # fmt: skip
    school = SchoolRef(stage="elementary", code=f"00000{n}")
    return replace(site, name=f"校舍{n}", school=school, evidence="drawn", assumptions=(), access_points=points)


def walked(site: Site, name: str) -> Survey:
    """Return readings of a phone that hears 20 dB less than the usual law says."""
    law, luck = LAWS["p2040_multi_wall"], np.random.default_rng(5)
    assert isinstance(law, Law)
    places = np.column_stack([luck.uniform(1.0, 20.0, 25), luck.uniform(1.0, 9.0, 25), np.full(25, 1.0)])
    level_ij = received_dbm(
        site, site.access_points, places, [0] * 25, band="5", law=replace(law, offset_db=20.0)
    ) + 2.0 * luck.standard_normal((len(site.access_points), 25))  # fmt: skip
    samples = tuple(
        Sample(floor=0, x_m=x_m, y_m=y_m, band="5", channel=36, bssid=ap.id, rssi_dbm=round(float(level_dbm), 1))
        for (x_m, y_m, _), level_j in zip(places.tolist(), level_ij.T, strict=True)
        for ap, level_dbm in zip(site.access_points, level_j, strict=True)
    )
    return Survey(name=name, device="phone", samples=samples)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    folder = tmp_path_factory.mktemp("校 量測")
    (folder / "roster.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8-sig")
    surveys = folder / "surveys"
    for n in (1, 2, 3, 4, 5):
        files.write_site(folder / "sites" / f"plan-{n}.json", drawn(n))
    # found by the plan's file, by the folder, by the code, and by the site that a law was measured at
    files.write_survey(surveys / "plan-1-walk.csv", walked(drawn(1), "東側"))
    files.write_survey(surveys / "elementary-000002" / "今天.csv", walked(drawn(2), "東側"))
    files.write_survey(surveys / "000006.csv", walked(drawn(1), "推定校舍的量測"))
    files.write_survey(surveys / "某處.csv", walked(drawn(1), "別的學校"))
    (surveys / "elementary-000003-walk.csv").write_text('{"format": 1}\nfloor,x_m\n0,three\n', encoding="utf-8")
    (surveys / "contacts.csv").write_text("姓名,電話\n", encoding="utf-8")
    fitted = folder / "law.json"
    done = run("survey", "fit", folder / "sites" / "plan-4.json", surveys / "plan-1-walk.csv", "--out", fitted)
    assert done.returncode == 0, done.stderr
    (surveys / "school.json").write_bytes(fitted.read_bytes())
    args = ("--sites", folder / "sites", "--surveys", surveys, "--out", folder / "out", "--workers", "0")
    return folder / "out", run("county", folder / "roster.csv", *args)


def test_each_school_is_planned_with_its_own_law_and_says_so(asked: tuple[Path, Done]) -> None:
    out, done = asked
    assert done.returncode == 1, done.stderr
    with (out / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["code"][-1]: row for row in csv.DictReader(file)}
    assert {code: row["evidence"] for code, row in rows.items()} == {
        "1": "calibrated", "2": "calibrated", "3": "", "4": "calibrated", "5": "drawn", "6": "archetype",
    }  # fmt: skip
    laws = {n: files.read_plan(out / "schools" / f"elementary-00000{n}" / "plan.json").settings.law for n in (1, 4, 5)}
    assert isinstance(laws[1], Law)
    assert laws[1].measured is not None
    assert laws[1].measured.site == "校舍1"
    # 20 dB less than the usual law, beside what a fit always takes a tablet to lose
    assert 14.0 < laws[1].offset_db < 26.0
    assert isinstance(laws[4], Law)
    assert laws[4].measured is not None
    assert laws[4].measured.site == "校舍4"
    assert isinstance(laws[5], Law)
    assert laws[5].measured is None


def test_a_damaged_survey_fails_its_school_and_files_of_nobody_are_named(asked: tuple[Path, Done]) -> None:
    out, done = asked
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["n_failed"] == {"survey": 1}
    assert "elementary-000003-walk.csv" in done.stderr
    assert "column y_m is missing" in done.stderr
    assert "000006.csv 屬於國小 000006，該校沒有平面圖" in done.stderr
    assert "某處.csv 無法對應到學校" in done.stderr
    assert "contacts.csv 不是量測檔" in done.stderr
    assert "Traceback" not in done.stderr
    assert "wifiplan-" not in done.stderr.replace(str(out.parent), "")


def test_what_was_calibrated_is_counted_apart(asked: tuple[Path, Done]) -> None:
    out, _ = asked
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert {kind: part["n_schools"] for kind, part in summary["kpi_7_by_evidence"].items()} == {
        "calibrated": 3, "drawn": 1, "sheet": 0, "archetype": 1,
    }  # fmt: skip
    assert "平面圖＋量測校準" in (out / "county.html").read_text(encoding="utf-8")
    book = load_workbook(out / "county.xlsx", read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("依平面圖並以該校量測校準" in cell for cell in cells)
    assert "小計：平面圖＋量測校準" in cells
    report = (out / "schools" / "elementary-000001" / "report.html").read_text(encoding="utf-8")
    assert "模型經本校現場讀值校準" in report
