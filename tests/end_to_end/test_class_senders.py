"""A class test whose sender is held up, and one of an ordinary user: the sender's error decides what may be said."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bed import Bed, Feature, Medium, Namespace
from bed.ordinary import Ordinary, ordinary
from class_controller import ROOT, Running, codes_of, play, seats, settings, start

pytestmark = [pytest.mark.root, pytest.mark.waits]
WIDE = Medium(rate_mbps=200.0)
SENDERS = ("wifiplan.probe.generator", "wifiplan.probe.classroom.segments_main")


@pytest.fixture(autouse=True)
def _needs(bed_needs: Callable[[Feature], None]) -> None:
    bed_needs("kernel medium")


def join(running: Running, client: Namespace, seat: str, user: Ordinary | None = None) -> "subprocess.Popen[str]":
    """Let a laptop take part."""
    before = (*user.before, user.python) if user else ("chrt", "-f", "2", sys.executable)
    where = f"{running.space.address}:{running.port}"
    agent = [*before, "-m", "wifiplan", "probe", "agent", where, "--code", running.codes[0], "--seat", seat]
    env = {**(user.environment if user else {}), "HOME": str(running.folder), "WIFIPLAN_TOKEN": running.token}
    return client.popen(agent, env=env, cwd=ROOT)


def pids(space: Namespace, module: str) -> list[int]:
    """Return the processes of a namespace that run a module."""
    command = ["ip", "netns", "pids", space.name]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    found = []
    for pid in map(int, listed.stdout.split()):
        with contextlib.suppress(OSError):
            if module in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0"):
                found.append(pid)
    return found


@contextlib.contextmanager
def starved(processes: list[int]) -> Iterator[None]:
    """Take the processor from some processes for 20 ms, ten times a second: as a busy computer would."""
    over = threading.Event()

    def pulse() -> None:
        while not over.wait(0.08):
            for number, rest_s in ((signal.SIGSTOP, 0.02), (signal.SIGCONT, 0.0)):
                for pid in processes:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)
                time.sleep(rest_s)

    thread = threading.Thread(target=pulse)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_starved_sender_leaves_the_answer_open(tmp_path: Path) -> None:
    with Bed(n_clients=2, medium=WIDE) as bed:
        limits = {"max_generator_error_p99_ms": 1.0, "min_packets": 1000.0}
        options = settings(tmp_path, ramp=[1.0], limits=limits)
        asked = ["--room", "201=2", "--rate", "4.0", "--settings", options, "--auto-start"]
        running = start(bed.server, tmp_path, asked)
        victims = [pid for module in SENDERS for pid in pids(bed.server, module)]
        assert len(victims) == 2
        with starved(victims):
            play(seats(running, bed.clients[:1]))
            join(running, bed.clients[1], "02")
            assert running.wait() == 1, running.said
        result = running.result()
    receipts = result["rooms"][0]["steps"][-1]["receipts"]
    assert [receipt["kind"] for receipt in receipts] == ["tablet", "agent"]
    # a stopped sender misses moments at which it notes what was acknowledged: a tablet's log may then look ahead of it
    assert receipts[0]["state"] in {"measured", "refused"}
    assert receipts[1]["state"] == "measured"
    assert all(receipt["generator_error_p99_ms"] > 1.0 for receipt in receipts)
    assert result["judgement"]["verdict"] == "inconclusive"
    assert "generator_late" in codes_of(result)


def test_an_ordinary_user_may_test_and_is_told_what_a_busy_computer_costs() -> None:
    user = ordinary()
    if user is None:
        pytest.skip("no setpriv, or no interpreter that an ordinary user may run")
    with tempfile.TemporaryDirectory() as name, Bed(n_clients=2, medium=WIDE) as bed:
        folder = Path(name)  # pytest's own folders are closed to others
        folder.chmod(0o777)
        limits = {"max_generator_error_p99_ms": 1.0, "min_packets": 1000.0}
        options = settings(folder, ramp=[1.0], limits=limits)
        asked = ["--room", "201=2", "--rate", "4.0", "--settings", options, "--auto-start"]
        running = start(bed.server, folder, asked, user=user)
        agents = [join(running, client, f"{i:02}", user) for i, client in enumerate(bed.clients, start=1)]
        code = running.wait()
        assert [agent.wait(20) for agent in agents] == [code, code], running.said
        result = running.result()
    assert "rtprio" in "".join(running.said)
    receipts = result["rooms"][0]["steps"][-1]["receipts"]
    assert [receipt["state"] for receipt in receipts] == ["measured", "measured"]
    late_ms = max(receipt["generator_error_p99_ms"] for receipt in receipts)
    # whatever this computer could do is told: on time and good, or late and open
    expected = (0, "pass", set()) if late_ms <= 1.0 else (1, "inconclusive", {"generator_late"})
    assert (code, result["judgement"]["verdict"], codes_of(result) - {"missing"}) == expected
