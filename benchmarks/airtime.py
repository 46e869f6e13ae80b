"""Holds the airtime model against every run of the packet simulator that a cell can ask for, and times it.

Run it with `python benchmarks/airtime.py [golden.csv]`; the table of ns-3 runs lies beside the checkout, in
shared/data/ns3. Printed a group: how many runs and the largest errors, as docs/airtime.md has them; then the time of
a cell.
"""

import csv
import statistics
import sys
import timeit
from collections import defaultdict
from functools import partial
from pathlib import Path

from wifiplan.radio.airtime import CellLoad, cell

GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "data" / "ns3" / "golden.csv"
LEFT_OUT = ("ofdma", "ofdma-small", "tcp-bulk", "dl+ul")
"""Several users a frame, both directions at once, short segments."""

LEAST_MS, MOST_MS = 5.0, 110.0
"""Delays that are compared: shorter ones are luck of the phases, longer ones had not settled when the run ended."""


def question(row: dict[str, str]) -> dict[str, object]:
    """Return the cell that one run of the simulator stands for."""
    saturated = "sat" in row["group"].split("-") or row["id"].endswith("-eq") or row["group"] == "co-channel"
    offered = None if saturated or row["proto"] == "tcp" else float(row["dl"])
    n_burst = 1
    if row["burst"] != "0":
        # a frame of video is sent in whole packets: what arrives says how many
        packet_mbps = int(row["burst"]) * 8 * int(row["payload"]) / 1e6
        n_burst = round(float(row["dl_mean"]) / packet_mbps)
        offered = n_burst * packet_mbps
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
        "block_ack_window": int(row["buf"]) or None,
        "co_channel_aps": int(row["bss"]),
        "direction": "up" if row["dir"] == "ul" else "down",
        "transport": row["proto"],
        "payload_bytes": 1448 if row["proto"] == "tcp" else int(row["payload"]),
        "packets_per_burst": n_burst,
        "clients": clients,
    }


def main() -> None:
    """Print the table of `docs/airtime.md`."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    with path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["group"] not in LEFT_OUT]
    # a run whose transmit opportunity was switched off by hand is no access category of the contract
    rows = [r for r in rows if r["txop"] == "-1"]
    errors = defaultdict(list)
    for row in rows:
        load = cell(question(row))
        errors[_kind(row)].append(
            (
                load.carried_mbps / float(row["ns_agg"]) - 1.0,
                load.busy_share / float(row["busy"]) - 1.0,
                _delay_error(load, float(row["dl_delay_p95_ms"] or 0)),
            )
        )
    print("| runs | carried | busy share | delay p95 of 5 to 110 ms |\n|---|---|---|---|")
    for kind, found in sorted(errors.items()):
        texts = [_largest([value for value in column if value is not None]) for column in zip(*found, strict=True)]
        print(f"| {kind} ({len(found)}) | {' | '.join(texts)} |")
    for name, wanted in (("saturated", True), ("below saturation", False)):
        cells = [q for q in map(question, rows) if _is_saturated(q) == wanted]
        times_us = [min(timeit.repeat(partial(cell, q), number=20, repeat=5)) / 20 * 1e6 for q in cells]
        print(f"a {name} cell: median {statistics.median(times_us):.0f} us, at most {max(times_us):.0f} us")


def _kind(row: dict[str, str]) -> str:
    more = [" RTS" * (row["rts"] == "500"), " MCS 3" * (row["mcs"] == "3")]
    if row["dir"] == "ul":
        more.append(f", {row['n']} stations")
    return row["group"] + "".join(more)


def _delay_error(load: CellLoad, measured_ms: float) -> float | None:
    if load.p95_delay_ms is None or not LEAST_MS <= measured_ms <= MOST_MS:
        return None
    return load.p95_delay_ms / measured_ms - 1.0


def _is_saturated(asked: dict[str, object]) -> bool:
    clients = asked["clients"]
    return isinstance(clients, list) and all(client["offered_mbps"] is None for client in clients)


def _largest(errors: list[float]) -> str:
    return f"{100 * max(errors, key=abs):.2f} %" if errors else "-"


if __name__ == "__main__":
    main()
