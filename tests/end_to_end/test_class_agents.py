"""Thirty laptops as agents behind one medium: the class verdict flips where the medium's capacity ends."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bed import Bed, Feature, Medium

pytestmark = pytest.mark.root
ROOT = Path(__file__).parents[2]
N_AGENTS = 30
RATE_MBPS = 2.5
# 1250 bytes of payload in 1292 of frame; round trips, heartbeats and pings of thirty agents take 1.3 Mbit/s
LOAD_MBPS = N_AGENTS * RATE_MBPS * 1292 / 1250 + 1.3
# shorter than a real test, with as many packets fewer to judge by; 3 % of 3,000 packets is still far beyond chance
SETTINGS = """[class_test]
ramp = [1.0]
full_s = 15.0
join_s = 120.0
[class_test.limits]
min_packets = 2500
"""


@pytest.mark.parametrize(("share", "verdict"), [(0.97, "pass"), (1.03, "fail")])
def test_the_verdict_flips_within_three_per_cent_of_the_capacity(
    share: float, verdict: str, tmp_path: Path, bed_needs: Callable[[Feature], None]
) -> None:
    bed_needs("kernel medium")
    pytest.importorskip("starlette")
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    env = {"PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": str(tmp_path)}
    with Bed(N_AGENTS, medium=Medium(rate_mbps=LOAD_MBPS / share)) as bed:
        command = ["chrt", "-f", "3", sys.executable, "-m", "wifiplan", "probe", "class", "--room", f"201={N_AGENTS}"]
        command += ["--school", "bed", "--authorised-by", "資訊組", "--listen", bed.server.address, "--auto-start"]
        command += ["--gateway", "", "--dns", "", "--settings", str(tmp_path / "settings.toml"), "--lang", "en"]
        with (tmp_path / "said").open("w", encoding="utf-8") as errors:
            server = bed.server.popen(
                [*command, "--rate", str(RATE_MBPS), "--out", str(tmp_path)], env=env, cwd=ROOT, stderr=errors.fileno()
            )
            assert server.stdout is not None
            lines = iter(server.stdout)
            code = re.search(r"code: (\w+)", next(lines))
            assert code is not None, (tmp_path / "said").read_text(encoding="utf-8")
            for line in lines:
                if "/live" in line:
                    break
        token = re.search(r"[A-Z2-7]{52}", (tmp_path / "said").read_text(encoding="utf-8"))
        assert token is not None
        for client in bed.clients:
            agent = ["chrt", "-f", "2", sys.executable, "-m", "wifiplan", "probe", "agent"]
            agent += [f"{bed.server.address}:8080", "--code", code.group(1)]
            client.popen(agent, env={**env, "WIFIPLAN_TOKEN": token.group()}, cwd=ROOT)
        out = server.communicate(timeout=180)[0]
    assert f"201: {verdict.upper()}" in out, out
    assert server.returncode == (0 if verdict == "pass" else 1)
    test = json.loads(next(tmp_path.glob("class-test-*.json")).read_text(encoding="utf-8"))
    receipts = (test.get("test") or test)["rooms"][0]["steps"][-1]["receipts"]
    assert len(receipts) == N_AGENTS
    assert {receipt["state"] for receipt in receipts} == {"measured"}
    assert max(receipt["generator_error_p99_ms"] for receipt in receipts) < 1.0
    assert os.geteuid() == 0
