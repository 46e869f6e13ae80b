"""Holds the airtime model against every run of the packet simulator that a cell can ask for, and times it.

Run it with `python benchmarks/airtime.py [golden.csv]`; the table of ns-3 runs lies beside the checkout, in
shared/data/ns3. Printed a group: how many runs, the largest error of what is carried and of the busy share.
"""

import csv
import sys
import time
from collections import defaultdict
from pathlib import Path

from wifiplan.radio.airtime import CellLoad, cell

GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "data" / "ns3" / "golden.csv"
LEFT_OUT = ("ofdma", "ofdma-small", "tcp-bulk", "dl+ul", "unsat-burst")
"""Several users a frame, both directions at once, short segments, bursts with loads of their own."""


def question(row: dict[str, str]) -> dict[str, object]:
    """Return the cell that one run of the simulator stands for."""
    saturated = "sat" in row["group"].split("-") or row["id"].endswith("-eq") or row["group"] == "co-channel"
    offered = None if saturated or row["proto"] == "tcp" else float(row["dl"])
    link = {"standard": "11" + row["std"], "width_mhz": int(row["bw"]), "spatial_streams": int(row["nss"])}
    schemes = row["mcs"].split(",")
    count = (int(row["n"]) - int(row["slow"])) // len(schemes)
    clients: list[object] = [link | {"count": count, "mcs": int(mcs), "offered_mbps": offered} for mcs in schemes]
    if row["slow"] == "1":
        slow = {"standard": "11" + (row["slowStd"] or row["std"]), "width_mhz": int(row["slowBw"]), "count": 1}
        clients.append(link | slow | {"mcs": int(row["slowMcs"]), "offered_mbps": offered})
    return {
        "conventions": "ns-3",
        "standard": "11" + row["std"],
        "width_mhz": int(row["bw"]),
        "guard_interval_ns": int(row["gi"]),
        "access_category": "VI" if row["ac"] == "vi" else "BE",
        "rts_cts": row["rts"] == "500",
        "max_ampdu_bytes": int(row["ampdu"]) or None,
        "co_channel_aps": int(row["bss"]),
        "direction": "up" if row["dir"] == "ul" else "down",
        "transport": row["proto"],
        "payload_bytes": 1448 if row["proto"] == "tcp" else int(row["payload"]),
        "clients": clients,
    }


def main() -> None:
    """Print the table."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    with path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["group"] not in LEFT_OUT and r["burst"] == "0"]
    # a run whose transmit opportunity was switched off by hand is no access category of the contract
    rows = [r for r in rows if r["txop"] == "-1"]
    started = time.perf_counter()
    answers: list[CellLoad] = [cell(question(row)) for row in rows]
    seconds = time.perf_counter() - started
    errors = defaultdict(list)
    for row, load in zip(rows, answers, strict=True):
        carried = load.carried_mbps / float(row["ns_agg"]) - 1.0
        busy = load.busy_share / float(row["busy"]) - 1.0
        kind = row["group"] + (" rts" if row["rts"] == "500" else "") + (" mcs3" if row["mcs"] == "3" else "")
        errors[kind].append((carried, busy))
    print(f"{'group':24}{'runs':>6}{'carried':>10}{'busy':>10}   largest errors, %")
    for kind, pairs in sorted(errors.items()):
        carried, busy = (max((100 * p[k] for p in pairs), key=abs) for k in (0, 1))
        print(f"{kind:24}{len(pairs):6}{carried:10.2f}{busy:10.2f}")
    print(f"{len(rows)} cells in {seconds:.2f} s, {1000 * seconds / len(rows):.1f} ms each, first calls included")


if __name__ == "__main__":
    main()
