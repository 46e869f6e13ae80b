"""A monitor interface without radio, in a network namespace of its own: a tun device that says it is one.

Run as `unshare --net python monitor_bed.py` with a plan as JSON on standard input; answers with JSON. Whoever listens
on the interface hears the frames that are written into the device.
"""

import fcntl
import json
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Json = dict[str, Any]
TUNSETIFF, TUNSETLINK, IFF_TUN = 0x400454CA, 0x400454CD, 0x0001
ETH_P_80211_RAW = 0x0019


def monitor(name: str, kind: int = 803, *, up: bool = True) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN))
    fcntl.ioctl(device, TUNSETLINK, kind)
    if up:
        subprocess.run([shutil.which("ip") or "ip", "link", "set", name, "up"], check=True)
    return device


def processes(word: str) -> dict[int, str]:
    """Return processes of this namespace whose command line holds a word: pid -> command line."""
    home = Path("/proc/self/ns/net").stat().st_ino
    found: dict[int, str] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            with suppress(OSError):
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                zombie = ") Z " in (path / "stat").read_text()
                if (path / "ns/net").stat().st_ino == home and word in line and not zombie:
                    found[int(path.name)] = line
    return found


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def status(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split(":", 1)[1].split() for line in lines if ":" in line}


def pump(device: int, data: list[bytes], rate: float, seconds: float, stop: threading.Event) -> int:
    began, sent = time.monotonic(), 0
    while not stop.is_set() and time.monotonic() - began < seconds:
        due = int((time.monotonic() - began) * rate)
        while sent < due:
            with suppress(OSError):  # the device is gone
                os.write(device, data[sent % len(data)])
            sent += 1
        time.sleep(0.001)
    return sent


def burst(device: int, data: list[bytes], n: int, rate: float) -> int:
    """Write `n` frames at a rate; return how many."""
    began = time.monotonic()
    for k in range(n):
        while k >= (time.monotonic() - began) * rate:
            time.sleep(0.0005)
        os.write(device, data[k % len(data)])
    return n


def wait_for(test: Callable[[], Any], seconds: float = 40.0) -> Any:  # noqa: ANN401 (whatever is waited for)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = test()
        if found:
            return found
        time.sleep(0.05)
    return test()


def is_free(pid: int) -> bool:
    """Return whether a process has given up its rights."""
    with suppress(OSError):
        return status(pid)["NoNewPrivs"] == ["1"]
    return False


def line_of(pid: int) -> str:
    """Return the command line of a process, blank where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def look(process: subprocess.Popen[bytes]) -> tuple[dict[int, str], list[int]]:
    """Return helpers and analysers, once they are at work."""

    def both() -> tuple[dict[int, str], list[int]] | None:
        free = {pid: line_of(pid) for pid in children(process.pid) if is_free(pid)}
        helpers = {pid: line for pid, line in free.items() if "helper.py" in line}
        analysers = [pid for pid in free if pid not in helpers]
        return (helpers, analysers) if helpers and analysers else None

    return wait_for(lambda: both() if process.poll() is None else ({}, [])) or ({}, [])


def act(
    plan: Json, process: subprocess.Popen[bytes], crew: tuple[list[int], list[int]], air: tuple[int, list[bytes]]
) -> int:
    """Do what the plan asks for while the command runs; return how many frames were sent."""
    device, data = air
    helpers, analysers = crew
    time.sleep(plan.get("act_after", 0.5))
    signals = {
        "kill_helper": [(pid, signal.SIGKILL) for pid in helpers],
        "kill_analyser": [(pid, signal.SIGKILL) for pid in analysers],
        "kill_main": [(process.pid, signal.SIGKILL)],
        "interrupt": [(process.pid, signal.SIGINT)],
        "terminate": [(process.pid, signal.SIGTERM)],
        "stop_analyser": [(pid, signal.SIGSTOP) for pid in analysers],
    }
    action = plan.get("action", "")
    for pid, number in signals.get(action, []):
        os.kill(pid, number)
    if action == "remove":
        os.close(device)
    if action != "stop_analyser":
        return 0
    sent = burst(device, data, plan["flood"], 1e9)
    time.sleep(0.5)
    for pid in analysers:
        os.kill(pid, signal.SIGCONT)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    return sent


def read_all(end: int) -> bytes:
    """Return what is left in a terminal whose other side is closed."""
    found = b""
    with suppress(OSError):
        while more := os.read(end, 65536):
            found += more
    return found


def started(plan: Json, errors: int) -> subprocess.Popen[bytes]:
    """Start the command."""
    command = [*plan.get("before", []), plan["python"], "-m", "wifiplan", "probe", "listen", *plan["args"]]
    return subprocess.Popen(
        command,
        cwd=plan["cwd"],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **plan.get("environment", {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
    )


def run(plan: Json) -> Json:
    """Carry the plan out and return what came of it."""
    device = monitor("mon0", plan.get("kind", 803), up=plan.get("up", True))
    if plan.get("second"):
        monitor("mon1")
    data = [struct.pack("!HH", 0, ETH_P_80211_RAW) + bytes.fromhex(frame) for frame in plan["frames"]]
    main_end, errors = pty.openpty() if plan.get("tty") else (-1, subprocess.PIPE)
    process, stop, answer, sent = started(plan, errors), threading.Event(), Json(), 0
    n_pumped: list[int] = []
    pumping = threading.Thread(
        target=lambda: n_pumped.append(pump(device, data, plan.get("rate", 100), plan.get("pump_s", 30), stop))
    )
    if not plan.get("burst"):
        pumping.start()
    if plan.get("look", True):
        helpers, analysers = look(process)
        answer["helpers"] = list(helpers.values())
        answer["status"] = {"helper": [status(p) for p in helpers], "analyser": [status(p) for p in analysers]}
        if plan.get("burst"):
            sent += burst(device, data, plan["burst"], plan["rate"])
        sent += act(plan, process, ([*helpers], analysers), (device, data))
    out, err = process.communicate(timeout=100)
    stop.set()
    if not plan.get("burst"):
        pumping.join()
    if main_end >= 0:
        os.close(errors)
        err = read_all(main_end)
    wait_for(lambda: not processes("helper.py"), 3.0)
    return answer | {
        "code": process.returncode,
        "out": out.decode(errors="replace"),
        "err": (err or b"").decode(errors="replace"),
        "sent": sent + sum(n_pumped),
        "left": list(processes("helper.py").values()),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.load(sys.stdin))))
