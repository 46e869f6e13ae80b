"""`wifiplan plan` and `wifiplan predict` as a user runs them."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from in_process import run

ROOT = Path(__file__).parents[2]
ROOMS = (
    "room_id,name,use,floor,class_size,n_devices,demand_mbps,serving_ap,received_dbm,snr_db,seats_share,"
    "airtime_share,verdict,reason"
)
APS = "ap_id,name,floor,x_m,y_m,z_m,room_id,model,band,channel,width_mhz,eirp_dbm,cabinet,cable_m,reason"


def started(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "wifiplan", *map(str, args)],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def urban(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("urban")
    done = started("plan", "floorplans/demo-elementary.json", "--out", folder)
    assert done.returncode == 0, done.stderr
    assert "24 間班級教室" in done.stdout
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_classroom_is_served_or_named_with_its_reason(urban: Path) -> None:
    rooms = rows(urban / "rooms.csv")
    assert ",".join(rooms[0]).startswith(ROOMS)
    classrooms = [r for r in rooms if r["use"] == "classroom"]
    assert len(classrooms) == 24
    for room in classrooms:
        assert room["verdict"] == "pass" if room["serving_ap"] else room["reason"]


def test_the_access_points_have_legal_channels_and_powers(urban: Path) -> None:
    points = rows(urban / "aps.csv")
    assert ",".join(points[0]).startswith(APS)
    planned = [p for p in points if p["action"] == "new"]
    assert planned
    for point in planned:
        assert point["channel"] not in {"138", "142", "144"}
        assert float(point["eirp_dbm"]) <= 23.0 or int(point["channel"]) >= 149
        assert float(point["cable_m"]) > 0
        assert point["dfs"] == "false" or point["backup_channel"]


def test_the_plan_says_how_far_it_is_proven(urban: Path) -> None:
    plan = json.loads((urban / "plan.json").read_text(encoding="utf-8"))
    assert plan["proof"]["verdict"] == "optimal"
    assert plan["proof"]["gap"] == 0
    assert plan["proof"]["channel_cost"] >= plan["proof"]["channel_bound"]


def test_the_same_input_gives_the_same_bytes(urban: Path, tmp_path: Path) -> None:
    """In another process, with another order of sets and whatever was planned in it before."""
    run("plan", "floorplans/demo-elementary.json", "--out", tmp_path)
    for name in ("plan.json", "rooms.csv", "aps.csv", "bom.csv", "report.pdf", "report.html"):
        assert (tmp_path / name).read_bytes() == (urban / name).read_bytes(), name


def test_a_small_budget_goes_to_classrooms_first(tmp_path: Path) -> None:
    done = run("plan", "floorplans/demo-elementary.json", "--out", tmp_path, "--aps", "6", "--lang", "en", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["lang"] == "en"
    rooms = rows(tmp_path / "rooms.csv")
    served = [r for r in rooms if r["verdict"] == "pass"]
    assert {r["use"] for r in served} <= {"classroom", "specialist"}
    assert sum(r["use"] == "classroom" for r in served) >= 6
    assert all(r["reason"] for r in rooms if r["verdict"] == "fail")
    assert sum(p["action"] == "new" for p in rows(tmp_path / "aps.csv")) <= 6


def test_a_remote_school_has_every_class_on_line_at_once(tmp_path: Path) -> None:
    run("plan", "floorplans/demo-remote.json", "--out", tmp_path)
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["n_class_sets"] is None
    assert plan["n_rooms_at_once"] == 6


def test_a_faulty_site_is_one_message_and_nothing_is_written(tmp_path: Path) -> None:
    site = json.loads((ROOT / "floorplans/demo-remote.json").read_text(encoding="utf-8"))
    wall = site["floors"][0]["walls"][0]
    wall["line"][1] = wall["line"][0]
    site["floors"][0]["walls"][1]["material"] = "chocolate"
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
    done = run("plan", faulty, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "chocolate" in done.stderr
    assert "walls[0]" in done.stderr
    assert not (tmp_path / "out").exists()


def test_predict_from_a_plan_at_given_points(urban: Path, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("x_m,y_m,z_m,floor\n20,6,0.8,0\n20,6,0.8,1\n", encoding="utf-8")
    done = run("predict", urban / "plan.json", "--points", points, "--band", "5", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["band"] == "5"
    assert len(answer["received_dbm"]) == len(answer["access_points"])
    assert [len(r) for r in answer["received_dbm"]] == [2] * len(answer["access_points"])
    strongest = max(r[0] for r in answer["received_dbm"] if r[0] is not None)
    assert -60 < strongest < 0


def test_predict_without_access_points_says_what_to_do(tmp_path: Path) -> None:
    site = json.loads((ROOT / "floorplans/demo-remote.json").read_text(encoding="utf-8"))
    site["access_points"] = []
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
    done = run("predict", bare, "--json")
    assert done.returncode == 2
    assert "What to do" in done.stderr
