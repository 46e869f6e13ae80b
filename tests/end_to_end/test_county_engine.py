"""A county's run that is stopped, or whose machine fails it, goes on and ends with the same bytes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from wifiplan.cli import cli

ROOT = Path(__file__).parents[2]
ROSTER = """學制,學校代碼,縣市別,設立別,附屬,地區屬性,學校全銜,班級數,最大班級人數,編制教師數,學生數
國小,000001,臺北市,市立,,偏遠,甲國小,3,9,6,20
國中,000002,臺北市,市立,,一般,乙國中,2,20,5,36
國小,000004,臺北市,市立,,一般,丁國小,2,20,5,36
"""
ASKED = ("--aps", "6", "--lang", "en")
MOST_S = 240.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")


def started(roster: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "wifiplan", "county", str(roster), *ASKED, "--out", str(out), *more]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, encoding="utf-8", start_new_session=True
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and what was said of a run that has ended."""
    _, said = process.communicate(timeout=MOST_S)
    assert "Traceback" not in said
    assert "distributed" not in said
    return process.returncode, said


def resumed(roster: Path, out: Path, *more: str) -> Result:
    """Finish a run in this process."""
    args = ["county", str(roster), *ASKED, "--out", str(out), "--workers", "0", "--resume", *more]
    return CliRunner().invoke(cli, args)


def tree(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "run.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def origins(folder: Path) -> dict[str, str]:
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {school["name"]: school["origin"] for school in run["schools"]}


def wait_for_a_school(process: subprocess.Popen[str], out: Path) -> None:
    deadline = time.monotonic() + MOST_S
    while process.poll() is None and time.monotonic() < deadline:
        if next((out / "schools").glob("*/outcome.json"), None) is not None:
            return
        time.sleep(0.02)
    pytest.fail(f"no school was finished: {process.communicate()}")


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return which are still at work after a moment; who has ended and is only not yet counted is not."""
    _, left = psutil.wait_procs(processes, timeout=15)
    return [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the roster and the answers of an undisturbed run."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8-sig")
    process = started(folder / "roster.csv", folder / "out", "--workers", "2")
    assert ended(process)[0] == 0
    return folder


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_run_that_is_ended_leaves_no_worker_and_goes_on(undisturbed: Path, tmp_path: Path, name: str) -> None:
    out, roster = tmp_path / "out", undisturbed / "roster.csv"
    process = started(roster, out, "--workers", "1")
    wait_for_a_school(process, out)
    workers = family(process)
    assert workers
    process.send_signal(signal.Signals[name])
    code, said = ended(process)
    assert not alive(workers)
    if name == "SIGKILL":
        assert code == -signal.SIGKILL
    else:
        assert code == 2
        assert re.search(r"stopped; [12] of 3 schools are done.*\n.*--resume", said)
    before = {path.parent.name for path in out.glob("schools/*/outcome.json")}
    done = resumed(roster, out)
    assert done.exit_code == 0, done.output
    assert {school for school, origin in origins(out).items() if origin == "resumed"} == before
    assert tree(out) == tree(undisturbed / "out")


@posix
def test_a_worker_that_is_killed_costs_nothing(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = started(undisturbed / "roster.csv", out, "--workers", "1")
    wait_for_a_school(process, out)
    # of the helpers of a run, the worker is the one that has loaded the planner
    max(family(process), key=lambda worker: worker.memory_info().rss).kill()
    assert ended(process)[0] == 0
    assert tree(out) == tree(undisturbed / "out")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", str(folder)], check=True)


@pytest.mark.root
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_ends_the_run_with_one_message(undisturbed: Path, tmp_path: Path) -> None:
    out, roster = tmp_path / "disk" / "out", undisturbed / "roster.csv"
    schools = [path for path in (undisturbed / "out" / "schools").iterdir() if path.is_dir()]
    one = max(sum(path.stat().st_size for path in school.iterdir()) for school in schools)
    with small_disk(tmp_path / "disk", str(int(1.6 * one))):
        process = started(roster, out, "--workers", "1")
        code, said = ended(process)
        assert code == 2
        assert re.search(r"the disk takes nothing more .* MB are free; 1 of 3 schools are done\n.*--resume", said)
        assert len(list(out.glob("schools/*/outcome.json"))) == 1
        subprocess.run(["/bin/mount", "-o", "remount,size=1g", str(tmp_path / "disk")], check=True)
        done = resumed(roster, out)
        assert done.exit_code == 0, done.output
        assert list(origins(out).values()).count("resumed") == 1
        assert tree(out) == tree(undisturbed / "out")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def a_cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Yield the address of a scheduler with two workers on loopback, and the three processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show"]
    worker = ["worker", address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    worker += ["--local-directory", str(folder)]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in (scheduler, worker, worker)
    ]
    try:
        yield address, started
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)


@posix
def test_a_scheduler_with_two_workers_gives_the_same_and_may_die(undisturbed: Path, tmp_path: Path) -> None:
    roster = undisturbed / "roster.csv"
    with a_cluster(tmp_path / "workers") as (address, (scheduler, *_)):
        assert ended(started(roster, tmp_path / "whole", "--scheduler", address))[0] == 0
        assert tree(tmp_path / "whole") == tree(undisturbed / "out")
        out = tmp_path / "out"
        process = started(roster, out, "--scheduler", address)
        wait_for_a_school(process, out)
        scheduler.kill()
        code, said = ended(process)
    assert code == 2
    assert "the scheduler is gone" in said
    assert "--resume" in said
    assert resumed(roster, out).exit_code == 0
    assert "resumed" in origins(out).values()
    assert tree(out) == tree(undisturbed / "out")


def test_a_scheduler_that_is_not_there_is_told_at_once(undisturbed: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    address = f"tcp://127.0.0.1:{free_port()}"
    code, said = ended(started(undisturbed / "roster.csv", tmp_path / "out", "--scheduler", address))
    assert code == 2
    assert "no Dask scheduler answers at" in said
    assert "dask scheduler" in said
    assert time.monotonic() - begun < MOST_S / 4
    assert not (tmp_path / "out" / "schools").exists()


def test_a_rerun_after_a_change_redoes_what_changed(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(undisturbed / "out", out)
    (out / "schools" / "junior-000002" / ".report.0123abcd.part.pdf").write_bytes(b"what a killed run left")
    (out / "schools" / "elementary-000001" / "rooms.csv").unlink()
    roster = tmp_path / "roster.csv"
    # a row more above the others moves them, and takes no access point from them
    head, first, *rest = ROSTER.splitlines()
    more = "國小,000009,臺北市,國立,,一般,國立附小,2,20,5,36"
    roster.write_text("\n".join([head, more, first, *rest]) + "\n", encoding="utf-8-sig")
    done = resumed(roster, out)
    assert done.exit_code == 0, done.output
    assert origins(out) == {
        "elementary-000009": "planned",
        "elementary-000001": "planned",
        "junior-000002": "resumed",
        "elementary-000004": "resumed",
    }
    kept = {n: content for n, content in tree(out).items() if n.startswith("schools/") and "000009" not in n}
    assert kept == {n: content for n, content in tree(undisturbed / "out").items() if n.startswith("schools/")}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--scheduler", "tcp://127.0.0.1:1", "--workers", "2"), "--workers is for this machine"),
        (("--scheduler", "tcp://127.0.0.1:1", "--memory-per-worker", "2"), "--memory-per-worker is for this machine"),
    ],
)
def test_options_that_exclude_each_other(undisturbed: Path, tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    args = ["county", str(undisturbed / "roster.csv"), "--out", str(tmp_path / "out"), *more]
    assert said in str(CliRunner().invoke(cli, args).exception)
