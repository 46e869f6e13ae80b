"""Commands that plan nothing start at once: they load none of the solvers, compiled kernels and drawing libraries."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("matplotlib", "networkx", "numba", "scipy.optimize", "typst")
RUN = f"""
import json, sys
from wifiplan.cli import cli
try:
    cli.main(sys.argv[1:], standalone_mode=False)
except SystemExit:
    pass
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)
"""
ROSTER = str(ROOT / "floorplans/demo-roster.csv")


def loaded(*args: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", RUN, *args], check=True, capture_output=True, cwd=ROOT)
    found: list[str] = json.loads(done.stderr.decode("utf-8").splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["collect"],
        ["form"],
        ["inventory"],
        ["scheme"],
        ["track"],
        ["probe"],
        ["probe", "agent"],
        ["probe", "class"],
        ["probe", "serve"],
    ],
)
def test_help_is_light(command: list[str]) -> None:
    assert loaded(*command, "--help") == []


def test_forms_and_tracking_are_light_to_their_end(tmp_path: Path) -> None:
    forms, out = str(tmp_path / "forms"), str(tmp_path / "out")
    assert loaded("scheme", ROSTER) == []
    assert loaded("form", ROSTER, "--out", forms) == []
    assert loaded("form", ROSTER, "--inputs", "--out", out) == []
    assert loaded("collect", forms, "--out", out) == []
    assert loaded("track", ROSTER, "--forms", forms, "--collected", out, "--out", str(tmp_path / "tracking.xlsx")) == []


def test_what_plans_does_load_them() -> None:
    assert "numba" in loaded("plan", "--help")
