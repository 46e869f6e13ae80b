"""`wifiplan install` as a user runs it."""

import csv
import json
from pathlib import Path

import pytest

from in_process import run

PAPERS = {"install.pdf", "install.xlsx", "labels.pdf", "ap_config.csv", "ap_config.xlsx", "plan.xlsx"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remote")
    assert run("plan", "floorplans/demo-remote.json", "--out", folder).returncode == 0
    return folder / "plan.json"


def test_papers_of_a_plan(plan: Path, tmp_path: Path) -> None:
    done = run("install", plan, "--out", tmp_path / "a")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "a").iterdir()} == PAPERS
    n_new = sum(p["action"] != "kept" for p in json.loads(plan.read_text(encoding="utf-8"))["access_points"])
    assert f"{n_new} work orders" in done.stdout
    with (tmp_path / "a" / "ap_config.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    on = [row for row in rows if row["state"] == "on"]
    planned = [row for row in on if row["band"] == "5"]
    assert len(planned) == n_new
    for row in planned:
        assert float(row["eirp_dbm"]) - float(row["antenna_gain_dbi"]) == float(row["conducted_dbm"])
        assert row["auto_channels"].split()[0] == row["channel"]
    run("install", plan, "--out", tmp_path / "b")
    for name in PAPERS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_settings_name_networks_and_sheets(plan: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    ssids = ", ".join(f'{{name = "net{k}", vlan = {k}}}' for k in range(1, 5))
    settings.write_text(
        f'[network]\nssids = [{ssids}]\nlabel_sheet = "4x10-48.5x25.4"\nname_template = "AP-{{number:02}}"\n',
        encoding="utf-8",
    )
    done = run("install", plan, "--out", tmp_path / "o", "--settings", settings, "--start-label", "40", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "4 SSIDs are set" in done.stderr
    with (tmp_path / "o" / "ap_config.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "on"]
    assert rows[0]["ap_name"] == "AP-01"
    assert rows[0]["ssids"] == "net1|net2|net3|net4"
    assert rows[0]["vlans"] == "1|2|3|4"


@pytest.mark.parametrize(
    ("settings", "options", "message"),
    [
        ("", ("--start-label", "99"), "no label 99 on a sheet of 24"),
        ('[network]\nname_template = "{rom}-{n}"', (), "there is no field {rom}"),
        ('[network]\nname_template = "a-very-long-beginning-{n}"\nname_max = 10', (), "gives no good names"),
    ],
)
def test_faults_are_one_message_and_nothing_is_written(
    plan: Path, tmp_path: Path, settings: str, options: tuple[str, ...], message: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings, encoding="utf-8")
    done = run("install", plan, "--out", tmp_path / "out", "--settings", path, *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_site_is_no_plan(tmp_path: Path) -> None:
    done = run("install", "floorplans/demo-remote.json", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()
