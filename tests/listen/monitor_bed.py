"""A monitor interface without radio, in a network namespace of its own: a tun device that says it is one.

Run as `unshare --net python monitor_bed.py` with a plan as JSON on standard input; answers with JSON. Whoever listens on
the interface hears the frames that are written into the device.
"""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

TUNSETIFF, TUNSETLINK, IFF_TUN = 0x400454CA, 0x400454CD, 0x0001
ETH_P_80211_RAW = 0x0019


def monitor(name, kind, up):
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN))
    fcntl.ioctl(device, TUNSETLINK, kind)
    if up:
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
    return device


def processes(word):
    """Return processes of this namespace whose command line holds a word: pid -> command line."""
    home, found = os.stat("/proc/self/ns/net").st_ino, {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            with suppress(OSError):
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                zombie = ") Z " in (path / "stat").read_text()
                if (path / "ns/net").stat().st_ino == home and word in line and not zombie:
                    found[int(path.name)] = line
    return found


def children(pid):
    with suppress(OSError):
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def status(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split(":", 1)[1].split() for line in lines if ":" in line}


def pump(device, frames, rate, seconds, stop):
    data = [struct.pack("!HH", 0, ETH_P_80211_RAW) + bytes.fromhex(frame) for frame in frames]
    began, sent = time.monotonic(), 0
    while not stop.is_set() and time.monotonic() - began < seconds:
        due = int((time.monotonic() - began) * rate)
        while sent < due:
            with suppress(OSError):
                os.write(device, data[sent % len(data)])
            sent += 1
        time.sleep(0.001)
    return sent


def burst(device, frames, n, rate):
    """Write `n` frames at a rate; return how many."""
    data = [struct.pack("!HH", 0, ETH_P_80211_RAW) + bytes.fromhex(frame) for frame in frames]
    began = time.monotonic()
    for k in range(n):
        while k >= (time.monotonic() - began) * rate:
            time.sleep(0.0005)
        os.write(device, data[k % len(data)])
    return n


def wait_for(test, seconds=10.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = test()
        if found:
            return found
        time.sleep(0.02)
    return test()


def act(plan, process, answer, stop, device):
    """Do what the plan asks for while the command runs."""
    helpers = wait_for(lambda: processes(plan.get("helper_word", "helper.py")))
    answer["helpers"] = list(helpers.values())
    analysers = wait_for(lambda: [p for p in children(process.pid) if p not in helpers], 5.0)
    answer["status"] = {
        "helper": [status(p) for p in helpers],
        "analyser": [status(p) for p in analysers],
    }
    time.sleep(plan.get("act_after", 0.5))
    action = plan.get("action")
    if action == "kill_helper":
        for pid in helpers:
            os.kill(pid, signal.SIGKILL)
    elif action == "kill_analyser":
        for pid in analysers:
            os.kill(pid, signal.SIGKILL)
    elif action == "stop_analyser":
        for pid in analysers:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(plan["stopped_s"])
        for pid in analysers:
            os.kill(pid, signal.SIGCONT)
    elif action == "kill_main":
        process.kill()
    elif action == "interrupt":
        process.send_signal(signal.SIGINT)
    elif action == "down":
        os.close(device)
        stop.set()


def run(plan):
    device = monitor("mon0", plan.get("kind", 803), plan.get("up", True))
    if plan.get("second"):
        monitor("mon1", 803, True)
    answer, stop = {}, threading.Event()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **plan.get("environment", {})}
    main_end = None
    errors = subprocess.PIPE
    if plan.get("tty"):
        main_end, errors = pty.openpty()
    process = subprocess.Popen(
        [*plan.get("before", []), plan["python"], "-m", "wifiplan", "probe", "listen", *plan["args"]],
        cwd=plan["cwd"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
    )
    sent = []
    if plan.get("burst"):
        wait_for(lambda: processes("helper.py"))
        time.sleep(0.5)
        sent.append(burst(device, plan["frames"], plan["burst"], plan["rate"]))
    pumping = threading.Thread(
        target=lambda: sent.append(
            pump(device, plan["frames"], plan.get("rate", 100), plan.get("pump_s", 30) if not plan.get("burst") else 0, stop)
        )
    )
    pumping.start()
    if plan.get("look", True):
        act(plan, process, answer, stop, device)
    out, err = process.communicate(timeout=60)
    stop.set()
    pumping.join()
    if main_end is not None:
        os.close(errors)
        err = b""
        with suppress(OSError):
            while more := os.read(main_end, 65536):
                err += more
    gone = wait_for(lambda: not processes("helper.py"), 3.0)
    answer |= {
        "code": process.returncode,
        "out": out.decode(errors="replace"),
        "err": err.decode(errors="replace"),
        "sent": sum(sent),
        "left": [] if gone else list(processes("helper.py").values()),
    }
    return answer


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
