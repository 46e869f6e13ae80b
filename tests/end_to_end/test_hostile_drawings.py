"""Files made to do harm: one clear refusal each, in little memory, and nothing written."""

import json
import subprocess
import sys
from pathlib import Path

from bed.hostile import hostile_files

MOST_KB = 1_000_000

ASKS = r"""
import json, re, sys
from pathlib import Path
from click.testing import CliRunner
from wifiplan.cli import cli
from wifiplan.errors import WifiplanError

for name in sorted(path.name for path in Path("in").iterdir()):
    result = CliRunner().invoke(cli, ["convert", f"in/{name}", "out/site.json", "--lang", "en"], standalone_mode=False)
    error = result.exception
    kind = "refused" if isinstance(error, WifiplanError) else "written" if result.exit_code == 0 else "crashed"
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    print(json.dumps([name, kind, str(error), type(error).__name__, peak]), flush=True)
"""


def test_thirty_hostile_files_are_refused_clearly(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "deeper"
    (folder / "in").mkdir(parents=True)
    names = []
    for name, content in hostile_files():
        (folder / "in" / name).write_bytes(content)
        names.append(name)
    assert len(names) >= 30
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-c", ASKS], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    answers = [json.loads(text) for text in done.stdout.splitlines()]
    assert sorted(answer[0] for answer in answers) == sorted(names)
    assert [answer for answer in answers if answer[1] != "refused"] == []
    for name, _, message, _, _ in answers:
        assert "What to do" in message, name
        assert len(message) < 4_000, name
    assert max(answer[4] for answer in answers) < MOST_KB
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
