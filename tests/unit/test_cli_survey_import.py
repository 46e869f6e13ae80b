"""`wifiplan survey import`: any file, where it was taken, what became of it."""

import json
from pathlib import Path

import pytest
from PIL import Image

import esx_samples
from in_process import run
from wifiplan.files.site import write_site
from wifiplan.files.surveys import read_survey
from wifiplan.site.building import Floor, Site, Underlay
from wifiplan.site.network import AccessPoint

AP = "02:00:5e:00:53:01"
IW = f"BSS {AP}(on wlan0)\n\tfreq: 5180\n\tsignal: -61.00 dBm\n\tlast seen: 0 ms ago\n\tSSID: school\n"
SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


def test_a_scan_on_one_spot(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_text(IW, encoding="utf-8")
    out = tmp_path / "s.csv"
    told = run(
        "survey",
        "import",
        str(tmp_path / "scan.txt"),
        "--x",
        "1.5",
        "--y",
        "2",
        "--floor",
        "3F",
        "--device",
        "Pixel",
        "--out",
        str(out),
        "--json",
    )
    assert told.returncode == 0
    found = read_survey(out)
    assert (found.device, found.source) == ("Pixel", "scan.txt")
    assert [(s.floor, s.x_m, s.y_m, s.bssid, s.band, s.rssi_dbm) for s in found.samples] == [
        (2, 1.5, 2.0, AP, "5", -61.0)
    ]
    (account,) = json.loads(told.stdout)
    assert (account["kind"], account["n_readings"], account["floors"], account["matched"]) == ("iw", 1, [2], None)
    again = run(
        "survey", "import", str(tmp_path / "scan.txt"), "--x", "1", "--y", "2", "--out", str(out), "--lang", "en"
    )
    assert (again.returncode, "there already" in again.stderr) == (2, True)
    assert read_survey(out) == found
    assert (
        run(
            "survey", "import", str(tmp_path / "scan.txt"), "--x", "1", "--y", "2", "--out", str(out), "--force"
        ).returncode
        == 0
    )
    assert read_survey(tmp_path / "s.old-1.csv") == found


def test_files_named_after_points(tmp_path: Path) -> None:
    for name, level in (("P1", -50), ("P2", -60)):
        (tmp_path / f"{name}.txt").write_text(IW.replace("-61", str(level)), encoding="utf-8")
    (tmp_path / "points.csv").write_text("point,x_m,y_m,floor\nP1,1,2,0\nP2,3,4,1\n", encoding="utf-8")
    scans = [str(tmp_path / f"{name}.txt") for name in ("P1", "P2")]
    told = run("survey", "import", *scans, "--positions", str(tmp_path / "points.csv"), "--out", str(tmp_path / "o"))
    assert told.returncode == 0
    found = [read_survey(tmp_path / "o" / f"{name}.csv").samples[0] for name in ("P1", "P2")]
    assert [(s.floor, s.x_m, s.rssi_dbm) for s in found] == [(0, 1.0, -50.0), (1, 3.0, -60.0)]


def test_faults_of_all_files_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x_m,y_m,rssi\n1,2,abc\n1,b,-60\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "c.txt").write_text(IW, encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.txt", "c.txt")]
    told = run("survey", "import", *paths, "--out", str(tmp_path / "o"), "--lang", "en")
    assert told.returncode == 2
    for said in ("3 of 3 files", "a.csv, row 2, rssi", "a.csv, row 3, y_m", "b.txt", "nothing tells where"):
        assert said in told.stderr
    assert not (tmp_path / "o").exists()
    assert "無法讀取" in run("survey", "import", *paths, "--out", str(tmp_path / "o")).stderr


def test_pixels_of_a_picture_and_the_site_s_floor(tmp_path: Path) -> None:
    Image.new("L", (400, 200)).save(tmp_path / "plan.png")
    (tmp_path / "w.csv").write_text(f"x_px,y_px,bssid,rssi\n100,50,{AP},-60\n", encoding="utf-8")
    out = tmp_path / "s.csv"
    common = ("survey", "import", str(tmp_path / "w.csv"), "--out", str(out), "--lang", "en")
    assert "metres a pixel" in run(*common).stderr
    told = run(*common, "--scale", "0.1", "--picture", str(tmp_path / "plan.png"), "--site", str(SITE), "--band", "5")
    assert told.returncode == 0
    (one,) = read_survey(out).samples
    assert (one.x_m, one.y_m, one.band) == (10.0, 15.0, "5")
    assert "of 1 BSSIDs" in told.stdout
    wrong = run(*common, "--scale", "9", "--picture", str(tmp_path / "plan.png"), "--site", str(SITE), "--force")
    assert (wrong.returncode, "outside the site" in wrong.stderr) == (2, True)


def test_the_picture_under_a_floor_has_its_own_scale(tmp_path: Path) -> None:
    Image.new("L", (400, 200)).save(tmp_path / "p.png")
    floor = Floor(
        level=2,
        elevation_m=7.0,
        height_m=3.5,
        name="三樓東",
        outline=((0.0, 0.0), (42.0, 0.0), (42.0, 22.0), (0.0, 22.0)),
        underlay=Underlay(picture="p.png", scale_m_per_px=0.1, x_m=1.0, y_m=2.0),
    )
    hung = AccessPoint(id="A", floor=2, x_m=3.0, y_m=3.0, z_m=2.8, mac=AP)
    write_site(tmp_path / "site.json", Site(name="u", floors=(floor,), access_points=(hung,)))
    (tmp_path / "w.csv").write_text(
        f"pixel x,pixel y,floor,bssid,rssi,channel\n100,50,三樓東,{AP},-60,36\n100,50,,{AP[:-1]}3,-61,36\n",
        encoding="utf-8",
    )
    told = run("survey", "import", tmp_path / "w.csv", "--site", tmp_path / "site.json", "--out", tmp_path / "s.csv")
    assert told.returncode == 0
    assert {(s.floor, s.x_m, s.y_m) for s in read_survey(tmp_path / "s.csv").samples} == {(2, 11.0, 17.0)}
    assert "對應到 1 臺 AP；2 個 BSSID 中：依位址 2" in told.stdout


def test_a_walk_needs_both_ends_and_a_file_its_kind(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("time,rssi,bssid\n0,-60,a\n10,-61,a\n", encoding="utf-8")
    common = ("survey", "import", str(tmp_path / "w.csv"), "--out", str(tmp_path / "s.csv"), "--lang", "en")
    assert "both ends" in run(*common, "--from", "1,2").stderr
    assert "no place" in run(*common, "--from", "1,2", "--to", "x").stderr
    assert "no floor" in run(*common, "--from", "1,2", "--to", "3,2", "--floor", "roof").stderr
    assert "this is a CSV table" in run(*common, "--kind", "iw").stderr
    assert run(*common, "--from", "1,2", "--to", "3,2").returncode == 0
    assert [s.x_m for s in read_survey(tmp_path / "s.csv").samples] == [1.0, 3.0]


def test_a_project_brings_its_own_places(tmp_path: Path) -> None:
    members = esx_samples.project()
    esx_samples.add_survey(members, esx_samples.track([[(0, 0, -50, 5180), (2500, 1, -61, 2437)]]))
    path = esx_samples.pack(tmp_path / "in.esx", members)
    told = run("survey", "import", str(path), "--out", str(tmp_path / "o"), "--lang", "en")
    assert told.returncode == 0
    (written,) = (tmp_path / "o").iterdir()
    assert len(read_survey(written).samples) == 2


@pytest.mark.data
def test_every_example_is_read_or_told(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "surveys"
    paths = [str(path) for path in sorted((*(folder / "scan").iterdir(), *(folder / "iperf3").iterdir()))]
    told = run("survey", "import", *paths, "--x", "1", "--y", "2", "--out", str(tmp_path), "--json")
    assert told.returncode == 0
    accounts = json.loads(told.stdout)
    assert {one["kind"] for one in accounts} == {"iw", "nmcli", "netsh", "iperf3"}
    assert all(one["n_readings"] or one["n_tests"] for one in accounts)
    captures = [str(shared_data / "pcaps" / name) for name in ("80211-icmp.pcap", "beacon-portal-trapeze.pcap")]
    told = run("survey", "import", *captures, "--from", "0,0", "--to", "40,0", "--out", str(tmp_path), "--json")
    assert [one["n_bssids"] for one in json.loads(told.stdout)] == [12, 1]
