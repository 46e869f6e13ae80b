"""Kernels of coverage beside peers that ask the same of the same walls, in one run, as ratios.

Run: ``PYTHONPATH=. python benchmarks/coverage.py``. CPU time per access point and point, one thread. The peers count
the walls that every ray cuts: embreex by first hits again and again, shapely by its tree and by a plain loop, numpy by
one large expression. What is dear is asked of a few points only.
"""

import importlib
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmark_peers import embree_scene, multi_hit, shapely_loop_counts, shapely_tree_counts
from wifiplan.predict.gains import add_way
from wifiplan.predict.images import Mirrors
from wifiplan.predict.maps import gains_db, terms
from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.shadows import grid, sectors
from wifiplan.predict.shadows.grid import Raster
from wifiplan.predict.shadows.pieces import Steps, cut
from wifiplan.predict.shadows.rays import crossings
from wifiplan.radio.loss import Law
from wifiplan.site.building import Floor, Site, Slab, Wall
from wifiplan.units import Array

SIZES = ((200, 5_000), (500, 5_000), (500, 20_000), (500, 100_000), (2_000, 20_000))
HEADLINE = (500, 20_000)
N_SOURCES, N_FEW, N_VERY_FEW = 8, 2_000, 60
HEIGHT_M, CEILING_M, ABOVE_M = 1.2, 2.8, 3.2
WALLS_PER_ROOM, ROOM_M = 5.0, 8.0


class Case(NamedTuple):
    """A floor of rooms with some walls, and cells over it."""

    site: Site
    things: Obstacles
    raster: Raster
    sources: Array
    points: Array


def case(n_walls: int, n_points: int) -> Case:
    """Return rooms of 8 m in a square, each with walls in several materials, until there are enough."""
    luck = np.random.default_rng(1)
    side = math.ceil(math.sqrt(n_walls / WALLS_PER_ROOM)) * ROOM_M
    start = np.floor(luck.uniform(0.0, side, (n_walls, 2)) / (ROOM_M / 2)) * (ROOM_M / 2)
    length = luck.choice([1.0, 4.0, 8.0], n_walls)
    along = np.where(luck.random(n_walls) < 0.5, 1.0, 0.0)
    ends = start + length[:, None] * np.stack([along, 1.0 - along], axis=1)
    names = luck.choice(["brick", "concrete", "glass", "wood"], n_walls)
    walls = tuple(
        Wall(line=((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))), material=str(name), top_m=ABOVE_M)
        for a, b, name in zip(start, ends, names, strict=True)
    )
    outline = ((0.0, 0.0), (side, 0.0), (side, side), (0.0, side))
    floors = (
        Floor(level=0, elevation_m=0.0, height_m=ABOVE_M, walls=walls, outline=outline),
        Floor(level=1, elevation_m=ABOVE_M, height_m=ABOVE_M, slab=Slab(), outline=outline),
    )
    n = round(math.sqrt(n_points))
    step = side / n
    raster = Raster(step / 2, step, n, step / 2, step, n, HEIGHT_M)
    xx, yy = np.meshgrid(step * (0.5 + np.arange(n)), step * (0.5 + np.arange(n)))
    points = np.stack([xx.ravel(), yy.ravel(), np.full(n * n, HEIGHT_M)], axis=1)
    sources = np.column_stack([luck.uniform(0.2 * side, 0.8 * side, (N_SOURCES, 2)), np.full(N_SOURCES, CEILING_M)])
    site = Site(name="benchmark", floors=floors)
    return Case(site, obstacles(site, law=None), raster, sources, points)


def cpu_ns(work: Callable[[], object], n: int, *, repeat: int = 3) -> float:
    """Return the least CPU time of some runs, per unit of work [ns]."""
    best = math.inf
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best / n * 1e9


def walls_alone(one: Case) -> Callable[[], object]:
    """Return the work of summing one constant loss a wall at every cell, from every source."""
    n_kinds = len(one.things.spread_db_k)
    table = Steps(
        np.ones(n_kinds, dtype=np.int64), np.tile([0.0, np.inf], (n_kinds, 1)), np.ones((n_kinds, 1, 1), dtype=np.int32)
    )

    def work() -> None:
        for source in one.sources:
            grid.cast(*cut(source, one.things.wall_w, one.things.wall_kind_w, *table), one.raster, source)

    return work


def flat_maps(one: Case) -> Callable[[], object]:
    """Return the work of three bands' maps where every wall has one loss a band, as in tools without angles."""
    table = one.things.passed_db_kba[:, :, :1]
    things = replace(one.things, passed_db_kba=np.broadcast_to(table, one.things.passed_db_kba.shape).copy())
    return lambda: gains_db(things, one.sources, one.raster, Law())


def in_sectors(one: Case) -> Callable[[], object]:
    """Return the same work on the cells as scattered points."""
    n_kinds = len(one.things.spread_db_k)
    table = Steps(
        np.ones(n_kinds, dtype=np.int64), np.tile([0.0, np.inf], (n_kinds, 1)), np.ones((n_kinds, 1, 1), dtype=np.int32)
    )

    def work() -> None:
        for source in one.sources:
            pieces, quanta = cut(source, one.things.wall_w, one.things.wall_kind_w, *table)
            sectors.cast(pieces, quanta, one.points - source, np.zeros((len(one.points), 1), dtype=np.int32))

    return work


def ours(one: Case) -> dict[str, float]:
    """Return CPU ns per access point and point of every kernel of ours, called once before it is timed."""
    n = len(one.points) * N_SOURCES
    law = Law()
    some = one.points[:: max(1, len(one.points) // N_FEW)]
    works = {
        "grid, walls alone": (walls_alone(one), n),
        "grid, dBm of three bands, one loss a wall": (flat_maps(one), n),
        "grid, dBm of three bands, losses by angle": (lambda: gains_db(one.things, one.sources, one.raster, law), n),
        "sectors, walls alone": (in_sectors(one), n),
        "exact rays": (lambda: crossings(one.things, one.sources, some, band="5"), len(some) * N_SOURCES),
    }
    found = {}
    for name, (work, count) in works.items():
        work()
        found[name] = cpu_ns(work, count)
    return found


def peers(one: Case) -> dict[str, float]:
    """Return CPU ns per access point and point of every library that is at hand."""
    source, walls = one.sources[0], one.things.wall_w
    few = one.points[:: max(1, len(one.points) // N_FEW)]
    very_few = few[:: max(1, len(few) // N_VERY_FEW)]
    works: dict[str, tuple[Callable[[], object], int]] = {
        "shapely tree": (lambda: shapely_tree_counts(walls, source, few), len(few)),
        "shapely loop": (lambda: shapely_loop_counts(walls, source, very_few), len(very_few)),
        "numpy": (lambda: broadcast(walls, source, few), len(few)),
    }
    try:
        mesh = importlib.import_module("embreex.mesh_construction")
        scene = embree_scene(mesh, importlib.import_module("embreex.rtcore_scene"), walls)
    except ImportError:
        print("embreex is left out: it is not installed (pip install 'wifiplan[bench]')", file=sys.stderr)
    else:
        works["embreex, hit after hit"] = (lambda: multi_hit(scene, source, one.points), len(one.points))
    return {name: cpu_ns(work, count) for name, (work, count) in works.items()}


def broadcast(walls: Array, source: Array, points: Array) -> Array:
    """Return how many walls are cut, points against walls in one numpy expression."""
    way, edge, start = points - source, walls[:, 2:4] - walls[:, :2], walls[:, :2] - source[:2]
    cross = way[:, None, 0] * edge[:, 1] - way[:, None, 1] * edge[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (start[:, 0] * edge[:, 1] - start[:, 1] * edge[:, 0]) / cross
        u = (start[:, 0] * way[:, None, 1] - start[:, 1] * way[:, None, 0]) / cross
    z = source[2] + t * way[:, None, 2]
    cut_jw = (t > 0) & (t < 1) & (u >= 0) & (u < 1) & (z >= walls[:, 4]) & (z < walls[:, 5])
    return np.asarray(cut_jw.sum(axis=1))


def images(one: Case) -> dict[str, float]:
    """Return CPU ns per access point and point of one band, straight and with 8 images that are chosen beforehand."""
    things = obstacles(one.site, law=None, bands=("5",))
    mirrors, known = Mirrors(things), terms(Law(), things)
    if known is None:
        raise AssertionError
    cells = one.points[:: max(1, len(one.points) // N_FEW)]
    chosen = [mirrors.best(source, cells, 8).ways for source in one.sources]

    def work(*, mirrored: bool) -> None:
        for source, ways in zip(one.sources, chosen, strict=True):
            power = np.zeros((1, one.raster.n_y, one.raster.n_x), dtype=np.float32)
            for way in ((), *(ways if mirrored else ())):
                world = mirrors.world(way, source)
                if world is not None:
                    add_way(world, world.image_m(source), mirrors.table, one.raster, known, power)
            np.float32(10.0) * np.log10(np.maximum(power, np.float32(1e-30)))

    found, n = {}, len(one.points) * N_SOURCES
    for name, mirrored in (("grid, dBm of one band", False), ("grid, dBm with 8 images", True)):
        work(mirrored=mirrored)
        found[name] = cpu_ns(partial(work, mirrored=mirrored), n)
    return found


def threads(one: Case) -> float:
    """Return how many times faster two threads make the maps of three bands, wall clock."""
    law, best = Law(), {1: math.inf, 2: math.inf}
    for _ in range(5):
        # in turns: what else the machine does meets both alike
        for n_threads, seconds in best.items():
            start = time.perf_counter()
            gains_db(one.things, np.tile(one.sources, (4, 1)), one.raster, law, n_threads=n_threads)
            best[n_threads] = min(seconds, time.perf_counter() - start)
    return best[1] / best[2]


def rows() -> Iterator[tuple[str, ...]]:
    """Return the table: walls, points, what was asked, CPU ns, and how many times the cost of walls alone it is."""
    for n_walls, n_points in SIZES:
        one = case(n_walls, n_points)
        found = ours(one)
        if (n_walls, n_points) == HEADLINE:
            found |= images(one) | peers(one)
        unit = found["grid, walls alone"]
        for name, ns in found.items():
            yield str(n_walls), str(len(one.points)), name, f"{ns:,.1f}", f"{ns / unit:,.1f}"
        if (n_walls, n_points) == HEADLINE:
            yield str(n_walls), str(len(one.points)), "two threads against one", "", f"{threads(one):.2f}"


def main() -> None:
    """Print the table."""
    print("| walls | points | what | CPU-ns per AP and point | x walls alone |\n|---|---|---|---|---|")
    for row in rows():
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
