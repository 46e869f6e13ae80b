"""`wifiplan probe class` started in the bed, and what it printed and wrote."""

import asyncio
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bed import Namespace
from bed.ordinary import Ordinary
from class_tablets import Tablet, run_all

ROOT = Path(__file__).resolve().parents[1]

SHORT = {"step_s": 2.5, "full_s": 7.0, "settle_s": 1.0, "pause_s": 0.3, "join_s": 30.0, "idle_s": 2.0}
"""A ramp that a test can wait for."""

LENIENT = {"min_stall_s": 5.0, "min_pings": 5.0, "max_generator_error_p99_ms": 50.0, "max_added_delay_p95_ms": 400.0}
"""Limits for a short ramp on a busy machine: what is tested is who fails and why, not the machine's own pace."""


def settings(folder: Path, *, limits: dict[str, float] | None = None, **options: object) -> Path:
    """Write settings of a short, lenient test."""
    lines = ["[class_test]", *(f"{name} = {value}" for name, value in {**SHORT, **options}.items())]
    lines += ["[class_test.limits]", *(f"{name} = {value}" for name, value in {**LENIENT, **(limits or {})}.items())]
    path = folder / "settings.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass(slots=True)
class Running:
    """A controller that waits for devices."""

    process: subprocess.Popen[str]
    space: Namespace
    folder: Path
    codes: list[str]
    live: str
    token: str
    said: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Port of the pages."""
        return 8080

    def ask(self, method: str, path: str) -> tuple[int, str]:
        """Ask the controller from its own machine."""
        with self.space.inside():
            connection = http.client.HTTPConnection(self.space.address, self.port, timeout=5)
            connection.connect()
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8")
        connection.close()
        return answer.status, body

    def key(self) -> str:
        """Return the secret of the technician's page."""
        return self.live.partition("key=")[2]

    def state(self) -> dict[str, Any]:
        """Return what the technician's page shows."""
        found: dict[str, Any] = json.loads(self.ask("GET", f"/live/state?key={self.key()}")[1])
        return found

    def act(self, what: str, room: str = "") -> int:
        """Press a button."""
        return self.ask("POST", f"/live/act?key={self.key()}&do={what}&room={room}")[0]

    def wait(self, timeout_s: float = 180.0) -> int:
        """Wait for the end; return the exit code."""
        out, err = self.process.communicate(timeout=timeout_s)
        self.said += [out, err]
        return self.process.returncode

    def result(self) -> dict[str, Any]:
        """Return the newest result."""
        paths = sorted(self.folder.glob("class-test-*.json"), key=lambda path: path.stat().st_mtime)
        found: dict[str, Any] = json.loads(paths[-1].read_text(encoding="utf-8"))
        return found


def start(space: Namespace, folder: Path, arguments: Sequence[str | Path], *, user: Ordinary | None = None) -> Running:
    """Start a controller, as root or as an ordinary user, and wait until devices may join."""
    process = space.popen(
        [
            *((*user.before, user.python) if user else (sys.executable,)),
            *("-m", "wifiplan", "probe", "class", "--authorised-by", "資訊組", "--lang", "en"),
            *("--listen", space.address, "--gateway", "", "--dns", "", "--out", folder, "--school", "Test"),
            *arguments,
        ],
        cwd=ROOT,
        env={**(user.environment if user else {}), "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    codes: list[str] = []
    live = ""
    for line in process.stdout:
        codes += re.findall(r"/j/([A-Z0-9]+)", line)
        found = re.search(r"http\S+/live\?key=\S+", line)
        if found:
            live = found[0]
            break
    assert live, process.stderr.read()
    hints = ""
    while "Ctrl-C" not in hints and (line := process.stderr.readline()):
        hints += line
    token = re.search(r"WIFIPLAN_TOKEN: (\w+)", hints)
    return Running(
        process=process,
        space=space,
        folder=folder,
        codes=codes,
        live=live,
        token=token[1] if token else "",
        said=[hints],
    )


def seats(running: Running, spaces: Sequence[Namespace], *, first: int = 1, code: str | None = None) -> list[Tablet]:
    """Return a well-behaved tablet in each namespace."""
    where = running.space.address
    return [
        Tablet(host=where, port=running.port, code=code or running.codes[0], seat=f"{first + i:02}", space=space)
        for i, space in enumerate(spaces)
    ]


def play(tablets: Sequence[Tablet]) -> threading.Thread:
    """Run tablets beside the test."""

    def target() -> None:
        # thirty tablets have thirty processors of their own; here they share one with whatever else runs
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(5))
        asyncio.run(run_all(tablets))

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def codes_of(result: dict[str, Any], room: int = 0) -> set[str]:
    """Return what was found against a room."""
    return {finding["code"] for finding in result["judgement"]["rooms"][room]["findings"]}
