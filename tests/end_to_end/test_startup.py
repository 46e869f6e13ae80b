"""Commands that plan nothing start at once: they load none of the solvers, compiled kernels and drawing libraries."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("dask", "distributed", "matplotlib", "networkx", "numba", "scipy.optimize", "typst")
RUN = f"""
import json, sys
from wifiplan.cli import cli
for command in json.loads(sys.argv[1]):
    try:
        cli.main(command, standalone_mode=False)
    except SystemExit:
        pass
    print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)
"""
ROSTER = str(ROOT / "floorplans/demo-roster.csv")
HELPS = (
    [],
    ["collect"],
    ["completion"],
    ["doctor"],
    ["form"],
    ["inventory"],
    ["scheme"],
    ["track"],
    ["probe"],
    ["probe", "agent"],
    ["probe", "class"],
    ["probe", "serve"],
)


def loaded(*commands: list[str]) -> list[list[str]]:
    """Return which heavy libraries are loaded after each of some commands, one after the other in one new process."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(commands)], check=True, capture_output=True, cwd=ROOT, encoding="utf-8"
    )
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]


def test_help_is_light() -> None:
    found = loaded(*([*command, "--help"] for command in HELPS))
    assert dict(zip(map(" ".join, HELPS), found, strict=True)) == {" ".join(command): [] for command in HELPS}


def test_forms_and_tracking_are_light_to_their_end(tmp_path: Path) -> None:
    forms, out = str(tmp_path / "forms"), str(tmp_path / "out")
    commands = (
        ["scheme", ROSTER],
        ["form", ROSTER, "--out", forms],
        ["form", ROSTER, "--inputs", "--out", out],
        ["collect", forms, "--out", out],
        ["track", ROSTER, "--forms", forms, "--collected", out, "--out", str(tmp_path / "tracking.xlsx")],
    )
    assert loaded(*commands) == [[]] * len(commands)
    assert (tmp_path / "tracking.xlsx").exists()


def test_what_plans_does_load_them() -> None:
    assert "numba" in loaded(["plan", "--help"])[0]
