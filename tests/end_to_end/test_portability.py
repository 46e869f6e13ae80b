"""What a Windows machine or a poor console would trip over, as far as it can be tried here."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POSIX_ONLY = ("fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "crypt", "spwd", "syslog")
IMPORT_ALL = f"""
import sys
import distributed  # it asks for another module of psutil on Windows
for name in {POSIX_ONLY!r}:
    sys.modules[name] = None
import importlib, os, pkgutil
for name in ("fork", "forkpty", "setsid", "nice", "wait3", "wait4"):
    if hasattr(os, name):
        delattr(os, name)
import wifiplan
names = [module.name for module in pkgutil.walk_packages(wifiplan.__path__, "wifiplan.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def run(*args: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *map(str, args)],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def test_every_module_is_imported_without_what_only_posix_has() -> None:
    done = run("-W", "error", "-c", IMPORT_ALL)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert int(done.stdout) > 80


@pytest.mark.parametrize("encoding", ["cp950", "ascii", "cp1252", "utf-8"])
def test_a_console_of_any_encoding_shows_valid_json(encoding: str) -> None:
    done = run("-m", "wifiplan", "scheme", "floorplans/demo-roster.csv", "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.decode(encoding))
    assert "雲嶺" in json.dumps(answer, ensure_ascii=False)


def test_a_message_is_shown_on_a_console_without_chinese(tmp_path: Path) -> None:
    (tmp_path / "壞 é.json").write_text('{"name": "壞", "floors": []}', encoding="utf-8")
    done = run(
        "-m", "wifiplan", "plan", tmp_path / "壞 é.json", "--out", tmp_path / "出", LC_ALL="C", PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 2
    assert b"the site has no floor" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "出").exists()


def test_commands_work_from_another_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wifiplan", "scheme", str(ROOT / "floorplans/demo-roster.csv")],
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a console, not to a process")
def test_ctrl_c_ends_in_one_message(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "wifiplan", "county", "floorplans/demo-roster.csv", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [*command, "--workers", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        time.sleep(2)
        os.killpg(process.pid, signal.SIGINT)
        out, rest = process.communicate(timeout=60)
    assert first.decode().startswith(("註", "規劃"))
    assert process.returncode == 2
    assert b"stopped" in rest
    assert b"Traceback" not in rest
    assert out == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    line = f"{sys.executable} -m wifiplan scheme floorplans/demo-roster.csv --json | head -c 1"
    done = subprocess.run(["/bin/sh", "-c", line], check=False, capture_output=True, cwd=ROOT)
    assert done.stdout == b"{"
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
