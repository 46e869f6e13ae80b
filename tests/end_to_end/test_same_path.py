"""An answer never takes the place of a file that it is made from."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan import files
from wifiplan.cli import cli
from wifiplan.errors import OutputError
from wifiplan.report.workbook.install import install_bytes
from wifiplan.study import Settings, plan_site

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


def site_in(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(DEMO, folder / name))


def table_in(folder: Path) -> Path:
    path = folder / "inventory.xlsx"
    path.write_text("教室,AP名稱,型號\n101,a,AP-505\n", encoding="utf-8")
    return path


def plan_over_its_site(folder: Path) -> list[object]:
    return ["plan", site_in(folder, "plan.json"), "--out", folder]


def plan_over_its_inventory(folder: Path) -> list[object]:
    return ["plan", DEMO, "--inventory", table_in(folder), "--out", folder / ".." / folder.name]


def inventory_over_itself(folder: Path) -> list[object]:
    return ["inventory", table_in(folder), "--sites", DEMO, "--out", folder]


def inventory_over_its_sites(folder: Path) -> list[object]:
    site_in(folder / "sites", "a.json")
    return ["inventory", table_in(folder), "--sites", folder / "sites", "--out", folder]


def county_over_its_roster(folder: Path) -> list[object]:
    roster = folder / "schools.csv"
    shutil.copy(DEMO.with_name("demo-roster.csv"), roster)
    return ["county", roster, "--out", folder]


@pytest.mark.parametrize(
    "made",
    [
        plan_over_its_site,
        plan_over_its_inventory,
        inventory_over_itself,
        inventory_over_its_sites,
        county_over_its_roster,
    ],
)
def test_what_was_given_is_not_written_over(tmp_path: Path, made: Callable[[Path], list[object]]) -> None:
    args = [str(arg) for arg in made(tmp_path)]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = CliRunner().invoke(cli, args)
    assert isinstance(result.exception, OutputError), result.output
    assert "nothing was written" in str(result.exception)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["plan.json", "install.xlsx"])
def test_the_site_as_built_takes_no_place_of_plan_or_table(tmp_path: Path, name: str) -> None:
    plan = plan_site(files.read_site(DEMO), Settings())
    files.write_plan(tmp_path / "plan.json", plan)
    (tmp_path / "install.xlsx").write_bytes(install_bytes(plan))
    before = (tmp_path / name).read_bytes()
    args = ["diff", tmp_path, tmp_path / "install.xlsx", "--site", tmp_path / name]
    result = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert isinstance(result.exception, OutputError), result.output
    assert (tmp_path / name).read_bytes() == before
