"""The airtime model beside ns-3 in one run: how far they are apart, and how much faster the model is.

Run it with ``python -m benchmarks.packet_simulator [OUT.csv]`` from the checkout. It needs the optional extra `bench`
(its ns-3 wheel carries headers and libraries) and a C++ compiler; the scenario `wifi_cell.cc` beside this file is
compiled into a directory that is removed again. OUT.csv keeps the runs in the columns of the golden table.
"""

import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.airtime import question
from wifiplan.errors import MissingError
from wifiplan.radio.airtime import cell

SCENARIO = Path(__file__).with_name("wifi_cell.cc")
MODULES = (
    "core network internet mobility wifi applications traffic-control propagation spectrum stats energy antenna bridge"
)
OPTIONS = (
    "std",
    "bw",
    "nss",
    "mcs",
    "gi",
    "payload",
    "n",
    "bss",
    "bssDist",
    "proto",
    "ac",
    "dir",
    "dist",
    "slow",
    "slowStd",
    "slowMcs",
    "slowBw",
    "rts",
    "ampdu",
    "buf",
    "bar",
    "burst",
    "warm",
    "time",
    "seed",
)
"""The columns of the golden table that the scenario knows as options."""

DEFAULTS = {
    "std": "ac",
    "bw": "20",
    "nss": "1",
    "mcs": "8",
    "gi": "400",
    "payload": "1400",
    "n": "1",
    "bss": "1",
    "bssDist": "10",
    "proto": "udp",
    "ac": "be",
    "dir": "dl",
    "dl": "0",
    "ul": "0",
    "dist": "3",
    "slow": "0",
    "slowStd": "",
    "slowMcs": "0",
    "slowBw": "20",
    "ofdma": "0",
    "rts": "4692480",
    "txop": "-1",
    "ampdu": "0",
    "buf": "0",
    "bar": "1",
    "burst": "0",
    "warm": "2.0",
    "time": "2.0",
    "seed": "1",
}

RUNS: tuple[dict[str, str], ...] = (
    {"group": "dl-sat-1", "dl": "60", "mcs": "5"},
    {"group": "dl-sat-1", "std": "ax", "bw": "40", "mcs": "7", "gi": "1600", "dl": "170", "time": "1.0"},
    {"group": "dl-sat-1", "std": "n", "nss": "2", "mcs": "4", "dl": "100"},
    {"group": "dl-sat-N", "n": "5", "mcs": "4", "dl": "9", "payload": "900"},
    {"group": "unsat", "n": "12", "dl": "2", "mcs": "7"},
    {"group": "unsat", "n": "12", "dl": "4.5", "mcs": "7"},
    {"group": "unsat", "n": "16", "dl": "6", "bw": "40", "mcs": "9", "time": "1.0"},
    {"group": "unsat-mix", "n": "12", "dl": "2", "mcs": "8,4,2"},
    {"group": "anomaly", "n": "8", "dl": "5", "slow": "1", "slowStd": "n", "slowMcs": "1"},
    {"group": "ul-sat", "dir": "ul", "n": "5", "ul": "22", "rts": "500", "time": "4.0"},
    {"group": "ul-sat", "dir": "ul", "n": "10", "ul": "11", "time": "4.0"},
    {"group": "co-channel", "n": "4", "bss": "2", "dl": "14", "time": "4.0"},
    {"group": "tcp-bulk-mss", "proto": "tcp", "n": "5", "dl": "1000000", "time": "4.0"},
)
"""Runs that the golden table does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One run of the simulator and what the model says: rates [Mbit/s], busy shares, seconds of computing."""

    title: str
    simulated_mbps: float
    carried_mbps: float
    simulated_busy_share: float
    busy_share: float
    simulated_p95_ms: float
    p95_ms: float | None
    simulator_s: float
    model_s: float


@contextmanager
def simulator() -> Iterator[Path]:
    """Compile the scenario into a directory of its own and give the program.

    Raises
    ------
    MissingError
        ns-3 or a C++ compiler is not there, or the scenario does not compile against it.
    """
    spec = importlib.util.find_spec("ns3")
    compiler = shutil.which("g++") or shutil.which("clang++")
    where = next((Path(p) for p in (spec.submodule_search_locations or ()) if spec), None) if spec else None
    if where is None or not (where / "lib64").is_dir():
        raise MissingError("ns-3 is not installed", remedy='pip install "wifiplan[bench]"', where=SCENARIO.name)
    if compiler is None:
        raise MissingError("no C++ compiler is on the path", remedy="install g++", where=SCENARIO.name)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "wifi_cell"
        lib = where / "lib64"
        names = [f"-lns{_version(lib)}-{module}" for module in MODULES.split()]
        flags = [f"-L{lib}", f"-Wl,-rpath,{lib}", "-Wl,--allow-shlib-undefined"]
        command = [compiler, "-std=c++20", "-O2", f"-I{where / 'include'}", str(SCENARIO), "-o", str(program)]
        done = subprocess.run([*command, *flags, *names], capture_output=True, text=True, check=False)
        if done.returncode:
            first = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[:200])
            raise MissingError(
                f"ns-3's scenario does not compile: {first}", remedy="use ns-3 3.44", where=SCENARIO.name
            )
        yield program


def simulate(program: Path, run: dict[str, str]) -> tuple[dict[str, str], float]:
    """Return one run as a row of the golden table, and the seconds that it took."""
    row = DEFAULTS | run
    row["id"] = run.get("id", " ".join(f"{key}={value}" for key, value in run.items() if key != "time"))
    up = row["dir"] == "ul"
    options = [f"--{name}={row[name]}" for name in OPTIONS if row[name] != ""]
    load = [f"--load={row['ul' if up else 'dl']}"]
    started = time.perf_counter()
    done = subprocess.run([str(program), *options, *load], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    found = json.loads(done.stdout.splitlines()[-1])
    side = "ul" if up else "dl"
    row |= {name: str(found[name]) for name in ("ns_agg", "ns_mpdus", "busy")}
    row |= {f"{side}_agg": str(found["ns_agg"]), f"{side}_per_bss": json.dumps(found["per_bss"])}
    for name in ("min", "mean", "jain", "loss", "worst_loss", "delay_mean_ms", "delay_p95_ms", "delay_p95_worst_ms"):
        row[f"{side}_{name}"] = str(found[name])
    if row["slow"] == "1":
        row["dl_slow"] = str(found["slow"])
    return row, seconds


def compare(runs: Sequence[dict[str, str]] = RUNS) -> tuple[list[Compared], list[dict[str, str]]]:
    """Return every run beside the model, and the rows of the runs."""
    with simulator() as program, ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda run: simulate(program, run), runs))
    return [beside(row, seconds) for row, seconds in done], [row for row, _ in done]


def beside(row: dict[str, str], simulator_s: float) -> Compared:
    """Return a run beside what the model says about the same cell; its time is the best of some calls."""
    asked = question(row)
    best_s = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        load = cell(asked)
        best_s = min(best_s, time.perf_counter() - started)
    return Compared(
        title=row["group"] + ": " + title(row),
        simulated_mbps=float(row["ns_agg"]),
        carried_mbps=load.carried_mbps,
        simulated_busy_share=float(row["busy"]),
        busy_share=load.busy_share,
        simulated_p95_ms=float(row.get("dl_delay_p95_ms") or row["ul_delay_p95_ms"]),
        p95_ms=load.p95_delay_ms,
        simulator_s=simulator_s,
        model_s=best_s,
    )


def title(row: dict[str, str]) -> str:
    """Return what was run, for people."""
    saturated = "sat" in row["group"].split("-") or row["group"] in {"co-channel", "tcp-bulk-mss"}
    rate = "as much as fits" if saturated else f"{row['dl'] if row['dir'] == 'dl' else row['ul']} Mbit/s"
    parts = [f"{row['n']} x 11{row['std']}, {row['bw']} MHz, {row['nss']} SS, MCS {row['mcs']}, {rate}"]
    parts += [f"{row['bss']} APs"] * (row["bss"] != "1") + ["uplink"] * (row["dir"] == "ul")
    parts += ["RTS"] * (row["rts"] == "500") + ["TCP"] * (row["proto"] == "tcp")
    parts += [f"one at 11{row['slowStd'] or row['std']} MCS {row['slowMcs']}"] * (row["slow"] == "1")
    parts += [f"{row['payload']} B"] * (row["payload"] != "1400" and row["proto"] == "udp")
    return ", ".join(parts)


def write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Keep runs as CSV."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows(rows)


def main() -> None:
    """Print one line a run."""
    try:
        pairs, rows = compare()
    except MissingError as error:
        sys.exit(str(error))
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]), rows)
    print(f"{'run':74} {'ns-3 Mbit/s':>11} {'model %':>8} {'busy %':>7} {'p95 ms':>8} {'model ms':>8} {'x faster':>13}")
    for p in pairs:
        carried = 100.0 * (p.carried_mbps / p.simulated_mbps - 1.0)
        busy = 100.0 * (p.busy_share / p.simulated_busy_share - 1.0)
        delays = "" if p.p95_ms is None else f"{p.simulated_p95_ms:8.2f} {p.p95_ms:8.2f}"
        faster = p.simulator_s / p.model_s
        print(f"{p.title:74} {p.simulated_mbps:11.2f} {carried:+8.2f} {busy:+7.2f} {delays:17} {faster:13,.0f}")


def _version(lib: Path) -> str:
    """Return the version that stands in the names of ns-3's libraries."""
    core = next(lib.glob("libns*-core.so"))
    return core.name.removeprefix("libns").removesuffix("-core.so")


if __name__ == "__main__":
    main()
