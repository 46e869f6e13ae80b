"""Coverage and airtime in short, as rows of the summary; the whole tables are in docs/validation.md."""

import csv
import statistics
import timeit
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import coverage, packet_simulator, ray_tracer
from benchmarks.airtime import GOLDEN, LEFT_OUT, question
from benchmarks.rows import Row, faster, left_out
from wifiplan.errors import MissingError
from wifiplan.radio.airtime import cell
from wifiplan.site.network import Band
from wifiplan.units import Array

STORED = Path(__file__).resolve().parents[2] / "shared" / "data" / "sionna_a"
"""Maps that a ray tracer made earlier, beside the checkout."""

RUNS = (0, 4, 5, 9)
"""The runs of the packet simulator that take seconds: one device, a class that the cell carries, one that it just does
not, and devices that send."""

PEERS = ("embreex, hit after hit", "shapely tree", "shapely loop", "numpy")
N_IMAGES = 8


def kernels(size: tuple[int, int] = coverage.HEADLINE) -> Iterator[Row]:
    """Yield how long it takes to count the walls that a ray cuts, beside every library at hand."""
    one = coverage.case(*size)
    found, theirs, source = coverage.ours(one), coverage.peers(one), "benchmarks/coverage.py"
    text = f"{size[0]} walls, {len(one.points)} points"
    grid_ns = found["grid, walls alone"]
    for name in PEERS:
        what = f"coverage: walls cut by rays to a grid, {text}"
        if name in theirs:
            peer = f"{name}: {theirs[name]:,.0f} ns"
            yield Row(
                what=what,
                figure=f"{grid_ns:,.1f} CPU-ns a point",
                peer=peer,
                ratio=faster(grid_ns, theirs[name]),
                source=source,
            )
        else:
            yield left_out(what, f"{name.split(',')[0]} is not installed", source)
    maps_ns = found["grid, dBm of three bands, losses by angle"]
    yield Row(
        what=f"coverage: maps of three bands, {text}",
        figure=f"{maps_ns:,.1f} CPU-ns a point",
        peer=f"walls alone, one band: {grid_ns:,.1f} ns",
        ratio=f"{maps_ns / grid_ns:.1f} x the walls alone",
        source=source,
    )
    times = coverage.threads(one)
    yield Row(
        what=f"coverage: maps on two threads, {text}",
        figure=f"{times:.2f} x one thread",
        peer="bound: 2 x",
        ratio=f"{times / 2:.2f} of the bound",
        source=source,
    )


def airtime() -> Iterator[Row]:
    """Yield what a cell takes, and how far it is from the packet simulator: run now, and from a table made earlier."""
    yield from _stored_runs()
    try:
        pairs, _ = packet_simulator.compare([packet_simulator.RUNS[k] for k in RUNS])
    except (MissingError, OSError) as error:
        yield left_out(
            "airtime: the same cells simulated now", str(error).split("\n")[0], "benchmarks/packet_simulator.py"
        )
        return
    for p in pairs:
        yield Row(
            what=f"airtime: {p.title}",
            figure=f"{p.carried_mbps:.2f} Mbit/s in {1e6 * p.model_s:,.0f} us",
            peer=f"ns-3: {p.simulated_mbps:.2f} Mbit/s in {p.simulator_s:.1f} s",
            ratio=f"{p.carried_mbps / p.simulated_mbps - 1:+.2%}, {faster(p.model_s, p.simulator_s)}",
            source="benchmarks/packet_simulator.py",
        )


def _stored_runs() -> Iterator[Row]:
    what, source = "airtime: what a cell carries", "benchmarks/airtime.py"
    if not GOLDEN.is_file():
        yield left_out(what, "the table of ns-3 runs is not beside this checkout", source)
        return
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["group"] not in LEFT_OUT and r["txop"] == "-1"]
    errors = sorted(abs(cell(question(r)).carried_mbps / float(r["ns_agg"]) - 1.0) for r in rows)
    times_us = [min(timeit.repeat(partial(cell, question(r)), number=5, repeat=3)) / 5 * 1e6 for r in rows]
    yield Row(
        what=f"{what}, {len(rows)} runs",
        figure=f"median {statistics.median(times_us):.0f} us a cell",
        peer="ns-3 runs made earlier",
        ratio=f"error: median {statistics.median(errors):.2%}, 90 % below {errors[int(0.9 * len(errors))]:.2%},"
        f" most {errors[-1]:.1%}",
        source=source,
    )


def tracer() -> Iterator[Row]:
    """Yield how far the maps with mirror images are from a ray tracer's, traced now or made earlier."""
    what, source = "coverage: gain at every cell with mirror images, 5 GHz", "benchmarks/ray_tracer.py"
    try:
        scene = ray_tracer.own_scene()
        found = _apart(scene, ray_tracer.Sionna(scene).gain_db)
        peer = f"Sionna RT, {ray_tracer.N_SAMPLES / 1e6:g} million rays an antenna: {found.theirs_s or 0.0:.1f} s"
        ratio = f"{_error(found)}, {faster(found.ours_s, found.theirs_s or 0.0)}"
    except (MissingError, ImportError, RuntimeError) as error:
        if not STORED.is_dir():
            yield left_out(what, str(error).split("\n", maxsplit=1)[0], source)
            return
        scene, maps = ray_tracer.stored_scene(STORED)
        found = _apart(scene, lambda band, _: (maps[f"full_{ray_tracer.MHZ[band]}"], None))
        peer, ratio = "maps of Sionna RT made earlier", _error(found)
    figure = f"{found.ours_s:.2f} s, {len(scene.source_xyz_m)} antennas"
    yield Row(what=what, figure=figure, peer=peer, ratio=ratio, source=source)


def _apart(scene: ray_tracer.Scene, theirs: Callable[[Band, bool], tuple[Array, float | None]]) -> ray_tracer.Apart:
    return ray_tracer.apart(scene, theirs, (N_IMAGES,), ("5",))[0]


def _error(found: ray_tracer.Apart) -> str:
    return f"{found.strong_rmse_db:.2f} dB RMSE where Wi-Fi is of use, {found.rmse_db:.2f} dB everywhere"
