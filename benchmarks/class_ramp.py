"""A class of 30 tablets on a shared medium: real ramps below and above what it carries, and the sender's own pace.

Run as root from the checkout: python benchmarks/class_ramp.py [--quick]. It measures what the medium carries first (an
overload of 10 %), then runs whole ramps of `wifiplan probe class` at 97 % and 103 % of that with the real limits,
then 30 streams of 4 Mbit/s on a wide medium for the sender's lateness. About nine minutes, with --quick three.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bed import Air, Bed, Medium
from class_controller import play, seats, start

N = 30
RATE_MBPS = 60.0


def ramp(medium: Air | Medium, rate_mbps: float, text: str) -> dict[str, Any]:
    """Run one test; return its result."""
    with tempfile.TemporaryDirectory() as name, Bed(n_clients=N, medium=medium) as bed:
        folder = Path(name)
        options = folder / "settings.toml"
        options.write_text(f"[class_test]\njoin_s = 60.0\n{text}", encoding="utf-8")
        asked: list[str | Path] = [
            "--room",
            f"201={N}",
            "--rate",
            f"{rate_mbps:.4f}",
            "--settings",
            options,
            "--auto-start",
        ]
        running = start(bed.server, folder, asked)
        play(seats(running, bed.clients))
        running.wait(600)
        return running.result()


def shown(result: dict[str, Any]) -> None:
    """Print a line a step, then the verdict and its reasons."""
    print("   share  devices  worst goodput  mean goodput  stalled s  p95 ms (worst)  sender p99 ms (worst)")
    for step in result["rooms"][0]["steps"]:
        receipts = step["receipts"]
        goodputs = [r["received_bytes"] / (r["rate_mbps"] * 1e6 / 8 * r["window_s"]) for r in receipts]
        stalled_s = max(r["playback"]["stalled_s"] for r in receipts if r["playback"])
        p95_ms = max(r["loaded_delay"]["p95_ms"] for r in receipts if r["loaded_delay"])
        late_ms = max(r["generator_error_p99_ms"] for r in receipts if r["generator_error_p99_ms"] is not None)
        mean = sum(goodputs) / len(goodputs)
        print(
            f"   {step['share']:5.2f}  {step['n_wanted']:7}  {min(goodputs):13.4f}  {mean:12.4f}"
            f"  {stalled_s:9.2f}  {p95_ms:14.1f}  {late_ms:21.3f}"
        )
    judged = result["judgement"]["rooms"][0]
    print(f"   {judged['verdict'].upper()}  {', '.join(finding['code'] for finding in judged['findings'])}")


def carried_mbps(result: dict[str, Any]) -> float:
    """Return the payload of all tablets together in the last step."""
    receipts = result["rooms"][0]["steps"][-1]["receipts"]
    return sum(float(r["received_bytes"]) * 8e-6 / float(r["window_s"]) for r in receipts)


def main() -> int:
    """Run all; return 0 where the verdict flips within ±3 % and the sender keeps its pace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the whole class alone, no smaller steps")
    text = "ramp = [1.0]\nfull_s = 40.0\n" if parser.parse_args().quick else ""
    # in virtual time: the kernel's shaper loses capacity where a busy machine serves it late
    air = Air(phy_mbps=RATE_MBPS, queue_frames=33)
    capacity = carried_mbps(ramp(air, RATE_MBPS * 1.0 / N, "ramp = [1.0]\nfull_s = 25.0\n"))
    print(f"{N} tablets, medium of {RATE_MBPS:g} Mbit/s: an overload carries {capacity:.2f} Mbit/s of payload")
    verdicts = {}
    for share in (0.97, 1.03):
        print(f"{share:.0%}: {share * capacity:.2f} Mbit/s")
        result = ramp(air, share * capacity / N, text)
        shown(result)
        verdicts[share] = result["judgement"]["verdict"]
    print("30 x 4 Mbit/s on 300 Mbit/s")
    wide = ramp(Medium(rate_mbps=300.0), 4.0, "ramp = [1.0]\nfull_s = 40.0\n")
    shown(wide)
    good = (verdicts[0.97], verdicts[1.03], wide["judgement"]["verdict"]) == ("pass", "fail", "pass")
    print("good" if good else "NOT as promised (on a busy machine the sender is late: see the last column)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
