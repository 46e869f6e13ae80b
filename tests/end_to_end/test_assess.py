"""`wifiplan assess`: the sheet for a school that applies, and its exit codes."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from wifiplan.cli import cli

ROOT = Path(__file__).parents[2]


def assess(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["assess", *map(str, args)])


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """Return a small school with a good access point in each of its six classrooms."""
    site = json.loads((ROOT / "floorplans/demo-remote.json").read_text(encoding="utf-8"))
    rooms = [room for floor in site["floors"] for room in floor["rooms"] if room["use"] == "classroom"]
    site["access_points"] = [
        {
            "id": f"ap-{n}",
            "room_id": room["id"],
            "model": "ax-2x2",
            "radios": [{"band": "5", "channel": channel, "width_mhz": 40, "eirp_dbm": 20}],
        }
        for n, (room, channel) in enumerate(zip(rooms, (36, 44, 52, 60, 100, 149), strict=False))
    ]
    site["access_points_known"] = True
    path = tmp_path / "school.json"
    path.write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_school_that_has_both_exits_0(school: Path, tmp_path: Path) -> None:
    done = assess(school, "--devices", "60", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["verdict"], said["cap"]) == ("met", 1)
    again = assess(school, "--devices", "60", "--out", tmp_path / "again")
    assert "評估結果：具備" in again.stdout
    for name in ("assessment.pdf", "assessment.xlsx"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    book = load_workbook(tmp_path / "out" / "assessment.xlsx")
    assert book.sheetnames == ["評估結果", "班級教室", "量測紀錄"]
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any("須先具備可實施教學之行動載具與無線網路環境" in text for text in texts)


def test_devices_that_nobody_counted_leave_it_open(school: Path, tmp_path: Path) -> None:
    done = assess(school, "--out", tmp_path / "out", "--lang", "en")
    assert done.exit_code == 1
    assert "can't be told" in done.stdout


def test_too_many_classes_write_nothing(school: Path, tmp_path: Path) -> None:
    done = assess(school, "--classes", "2", "--out", tmp_path / "out")
    assert "at most 1 classes" in str(done.exception)
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_the_sheet_has_two_pages_at_most(tmp_path: Path) -> None:
    if shutil.which("pdfinfo") is None:
        pytest.skip("poppler is not installed")
    for lang in ("zh-TW", "en"):
        out = tmp_path / lang
        assert assess(ROOT / "floorplans/demo-elementary.json", "--out", out, "--lang", lang).exit_code == 1
        info = subprocess.run(["pdfinfo", str(out / "assessment.pdf")], check=True, capture_output=True, text=True)  # noqa: S607
        assert int(info.stdout.split("Pages:")[1].split()[0]) <= 2
