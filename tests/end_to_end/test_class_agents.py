"""Thirty laptops as agents behind one medium: the class verdict flips where the medium's capacity ends."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bed import Air, Bed, Feature

pytestmark = [pytest.mark.root, pytest.mark.alone]
ROOT = Path(__file__).parents[2]
N_AGENTS = 30
RATE_MBPS = 1.25
# the emulated medium: its capacity is exact also where a busy machine serves the kernel's shaper late;
# 1250 bytes of payload in 1292 of frame; round trips, heartbeats and pings of thirty agents take 1.3 Mbit/s
OWN_MBPS, TALK_MBPS = RATE_MBPS * 1292 / 1250, 1.3
# shorter than a real test, with as many packets fewer to judge by; 3 % of 1,500 packets is still far beyond chance
SETTINGS = """[class_test]
ramp = [0.93, 1.0]
step_s = 15.0
full_s = 15.0
idle_s = 3.0
join_s = 120.0
[class_test.limits]
min_packets = 1200
min_stall_s = 10.0
"""
QUEUE_FRAMES = 12
"""Of each laptop, 360 together: what does not fit is lost after four seconds, within the window."""
N_TRIES = 2
"""On a machine that starves the sender or an agent a step is "inconclusive", or an agent is gone: that run is repeated,
and the test skipped where that does not help. A wrong PASS or FAIL never is."""


def test_the_verdict_flips_within_three_per_cent_of_the_capacity(
    tmp_path: Path, bed_needs: Callable[[Feature], None]
) -> None:
    bed_needs("emulator")
    pytest.importorskip("starlette")
    # 28 agents take 97 % of what the medium carries, all thirty 103 %
    for number in range(N_TRIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        said, code = run_class((N_AGENTS - 1) * OWN_MBPS + TALK_MBPS, folder)
        test = json.loads(next(folder.glob("class-test-*.json")).read_text(encoding="utf-8"))
        judged = [(step["n_wanted"], step["verdict"]) for step in test["judgement"]["rooms"][0]["steps"]]
        receipts = [receipt for step in test["rooms"][0]["steps"] for receipt in step["receipts"]]
        if "inconclusive" not in dict(judged).values() and {receipt["state"] for receipt in receipts} == {"measured"}:
            break
    else:
        assert not {(28, "fail"), (30, "pass")} & set(judged)
        pytest.skip(f"this machine starved the sender or an agent in {N_TRIES} runs: {judged}")
    assert judged == [(28, "pass"), (30, "fail")]
    assert "201 (round 1): FAIL" in said
    assert code == 1
    assert [receipt["state"] for receipt in receipts] == ["measured"] * (28 + 30)
    assert max(receipt["generator_error_p99_ms"] for receipt in receipts) < 1.0


def run_class(medium_mbps: float, folder: Path) -> tuple[str, int]:
    """Run a class test with its agents to its end; return what it said and its exit code."""
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    env = {"PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(folder)}
    errors = folder / "errors"
    command = [sys.executable, "-m", "wifiplan", "probe", "class", "--room", f"201={N_AGENTS}", "--school", "bed"]
    command += ["--authorised-by", "資訊組", "--auto-start", "--gateway", "", "--dns", "", "--lang", "en"]
    command += ["--settings", str(folder / "settings.toml"), "--rate", str(RATE_MBPS), "--out", str(folder)]
    with (
        Bed(N_AGENTS, medium=Air(phy_mbps=medium_mbps, queue_frames=QUEUE_FRAMES)) as bed,
        errors.open("w", encoding="utf-8") as file,
    ):
        server = bed.server.popen([*command, "--listen", bed.server.address], env=env, cwd=ROOT, stderr=file.fileno())
        assert server.stdout is not None
        head = ""
        while "/live" not in head:
            line = server.stdout.readline()
            assert line, errors.read_text(encoding="utf-8")
            head += line
        code = re.search(r"/j/(\w+)", head)
        token = re.search(r"[A-Z2-7]{52}", errors.read_text(encoding="utf-8"))
        assert code is not None
        assert token is not None
        for client in bed.clients:
            # a laptop of its own has its processor to itself
            agent = ["chrt", "-f", "2", sys.executable, "-m", "wifiplan", "probe", "agent"]
            agent += [f"{bed.server.address}:8080", "--code", code.group(1)]
            client.popen(agent, env={**env, "WIFIPLAN_TOKEN": token.group()}, cwd=ROOT)
        said = server.communicate(timeout=240)[0]
    return said, server.returncode
