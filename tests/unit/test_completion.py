import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from wifiplan import __version__
from wifiplan.cli import cli
from wifiplan.cli.completion import SHELLS

ROOT = Path(__file__).parents[2]


def offered(*words: str) -> dict[str, str | None]:
    """Return what the Tab key offers for the last word, with the lines of help."""
    found = ShellComplete(cli, {}, "wifiplan", "_WIFIPLAN_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return {item.value: item.help for item in found}


def test_commands_come_with_their_help_and_load_nothing() -> None:
    assert offered("pla") == {"plan": "Plan the access points of one school and print the report."}
    code = (
        "import sys; from click.shell_completion import ShellComplete; from wifiplan.cli import cli;"
        "ShellComplete(cli, {}, 'wifiplan', 'X').get_completions([], '');"
        "sys.exit('numba' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_groups_options_and_choices_are_completed() -> None:
    assert "class" in offered("probe", "c")
    assert "--county" in offered("scheme", "--cou")
    assert set(offered("scheme", "--lang", "")) == {"zh-TW", "en"}


def test_files_are_the_shells_business() -> None:
    found = ShellComplete(cli, {}, "wifiplan", "X").get_completions(["scheme"], "floor")
    assert [item.type for item in found] == ["file"]


def test_counties_come_from_the_roster_on_the_line(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("序號,縣市別\n1,[01]新北市\n2,台中市\n3,竹北\n", encoding="cp950")
    assert set(offered("scheme", str(roster), "--county", "")) == {"新北市", "臺中市"}
    assert set(offered("scheme", str(roster), "--county", "台")) == {"臺中市"}
    assert offered("scheme", str(tmp_path / "none.csv"), "--county", "") == {}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str) -> None:
    done = CliRunner().invoke(cli, ["completion", shell])
    assert done.exit_code == 0
    assert "_WIFIPLAN_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed: its script is not read by it")
    subprocess.run([program, "-n"], input=done.stdout, check=True, encoding="utf-8")


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"wifiplan, version {__version__}\n"
