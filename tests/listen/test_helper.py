"""The helper by itself: isolated, with the ring and without."""

import json
import os
import struct
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from wifiplan.probe import helper

HELPER = Path(helper.__file__)

DRIVE = textwrap.dedent(
    """
    import json, os, struct, subprocess, sys, threading, time
    sys.path.insert(0, sys.argv[1])
    from monitor_bed import burst, monitor
    plan = json.loads(sys.argv[2])
    device = monitor("mon0", plan.get("kind", 803), up=plan.get("up", True))
    command = [sys.executable, "-I", plan["helper"], plan.get("name", "mon0"), *plan["options"]]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, got = [process.stderr.readline()], []
    reading = threading.Thread(target=lambda: got.append(process.stdout.read()))
    if plan.get("read", True):
        reading.start()
    frames = [struct.pack("!HH", 0, 0x19) + bytes.fromhex(f) for f in plan["frames"]]
    if b"ready" in said[0]:
        burst(device, frames, plan["n"], plan["rate"])
    time.sleep(0.3)
    if plan.get("close") == "stdout":
        process.stdout.close()
        burst(device, frames, 10, 1000)
    elif not plan.get("read", True):
        process.stdin.close()
        time.sleep(0.2)
        reading.start()
    else:
        process.stdin.close()
    code = process.wait(20)
    if reading.ident:
        reading.join()
    said += process.stderr.read().splitlines()
    print(json.dumps({"code": code, "said": [s.decode() for s in said], "got": got[0].hex() if got else ""}))
    """
)


def drive(**plan: Any) -> dict[str, Any]:  # noqa: ANN401 (see DRIVE)
    if sys.platform != "linux" or os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.skip("needs root and /dev/net/tun")
    given = {"helper": str(HELPER), "options": ["--uid", "65534"], "n": 50, "rate": 1000, **plan}
    command = ["/usr/bin/env", "unshare", "--net", sys.executable, "-c", DRIVE, str(Path(__file__).parent)]
    done = subprocess.run([*command, json.dumps(given)], capture_output=True, timeout=60, check=False)
    if b"unshare failed" in done.stderr:
        pytest.skip("network namespaces can't be made here")
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    found["said"] = [json.loads(line) for line in found["said"] if line.strip()]
    return found


def records(stream: bytes) -> list[tuple[float, bytes]]:
    assert struct.unpack_from("=IHH", stream) == (0xA1B23C4D, 2, 4)
    at, found = 24, []
    while at < len(stream):
        s, ns, kept, sent = struct.unpack_from("=IIII", stream, at)
        assert kept == sent
        found.append((s + ns / 1e9, stream[at + 16 : at + 16 + kept]))
        at += 16 + kept
    return found


FRAMES = [bytes([0, 0, 8, 0, 0, 0, 0, 0, 0x80, n]) + bytes(30 + 7 * n) for n in range(9)]
HEX = [frame.hex() for frame in FRAMES]


@pytest.mark.root
@pytest.mark.parametrize("more", [[], ["--no-ring"]])
def test_frames_come_whole_in_order_and_with_the_kernel_s_time(more: list[str]) -> None:
    done = drive(frames=HEX, options=["--uid", "65534", *more])
    ready, *_, end = done["said"]
    assert (done["code"], ready["event"], ready["link_type"], ready["uid"]) == (0, "ready", 127, 65534)
    assert bool(ready["no_ring"]) == bool(more)
    assert (end["event"], end["n_frames"], end["n_dropped"]) == ("end", 50, 0)
    found = records(bytes.fromhex(done["got"]))
    assert [frame for _, frame in found] == [FRAMES[n % 9] for n in range(50)]
    times = [t for t, _ in found]
    assert times == sorted(times)
    # sent one a millisecond; on a machine with other work some come in a bunch, but none are stamped on fetching
    assert 0.04 < times[-1] - times[0] < 5.0
    assert len({round(t, 6) for t in times}) > 25


@pytest.mark.root
@pytest.mark.parametrize(("kind", "link"), [(801, 105), (802, 119), (803, 127)])
def test_the_link_type_is_the_interface_s(kind: int, link: int) -> None:
    done = drive(frames=HEX, kind=kind, n=3)
    assert struct.unpack_from("=I", bytes.fromhex(done["got"]), 20) == (link,)


@pytest.mark.root
@pytest.mark.parametrize("plan", [{"kind": 1}, {"up": False}, {"name": "nosuch0"}])
def test_what_is_no_monitor_is_refused(plan: dict[str, Any]) -> None:
    done = drive(frames=[], **plan)
    assert done["code"] == 2
    assert [e["event"] for e in done["said"]] == ["fault"]
    assert done["got"] == ""


@pytest.mark.root
def test_it_ends_when_nobody_reads() -> None:
    done = drive(frames=HEX, close="stdout", n=1, read=False)
    assert done["code"] == 0


@pytest.mark.root
@pytest.mark.parametrize("more", [[], ["--no-ring"]])
def test_a_full_pipe_loses_frames_and_counts_them(more: list[str]) -> None:
    big = (bytes([0, 0, 8, 0, 0, 0, 0, 0, 0x80, 0]) + bytes(1400)).hex()
    options = ["--uid", "65534", "--buffer-bytes", str(1 << 20), *more]
    done = drive(frames=[big], n=6000, rate=20_000, read=False, options=options)
    end = done["said"][-1]
    n_got = len(records(bytes.fromhex(done["got"])))
    assert end["n_dropped"] > 1000
    assert 5000 <= end["n_frames"] + end["n_dropped"] <= 6000  # the rest was not fetched any more when it ended
    assert n_got == end["n_frames"]


def test_without_the_right_it_says_so() -> None:
    if sys.platform != "linux" or (os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists()):
        pytest.skip("needs Linux, and setpriv where this is root")
    command = [sys.executable, "-I", str(HELPER), "lo"]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=20, check=False)
    assert done.returncode == 2
    (said,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert said["event"] == "fault"


def test_it_imports_nothing_but_python_s_own_library() -> None:
    names = [
        line.split()[1].split(".")[0]
        for line in HELPER.read_text().splitlines()
        if line.startswith(("import ", "from "))
    ]
    assert set(names) <= sys.stdlib_module_names
