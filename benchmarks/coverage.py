"""Walls cut by rays: the compiled kernel beside numpy broadcasting and a shapely tree, in one run, as ratios.

Run: ``python benchmarks/coverage.py``. One floor of an archetype school; all three must find the same losses.
"""

import time
from collections.abc import Callable

import numpy as np
import shapely

from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.shadows.rays import crossings
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import Site
from wifiplan.units import Array

N_SOURCES, N_POINTS = 8, 400


def school(n_classes: int) -> Site:
    """Return the ground floor of an archetype, its walls alone."""
    row = School(
        stage="elementary", code="999999", name="benchmark", county="", n_classes=n_classes, n_students=25 * n_classes
    )
    site = archetype(row)
    return Site(name=site.name, floors=site.floors[:1])


def broadcast(things: Obstacles, sources: Array, points: Array) -> Array:
    """Return the summed wall losses (i, j) with one large numpy expression a source."""
    walls = things.wall_w
    edge = walls[:, 2:4] - walls[:, :2]
    loss = np.empty((len(sources), len(points)))
    for i, a in enumerate(sources):
        way = points - a
        start = walls[:, :2] - a[:2]
        cross = way[:, None, 0] * edge[:, 1] - way[:, None, 1] * edge[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (start[:, 0] * edge[:, 1] - start[:, 1] * edge[:, 0]) / cross
            u = (start[:, 0] * way[:, None, 1] - start[:, 1] * way[:, None, 0]) / cross
        z = a[2] + t * way[:, None, 2]
        cut = (t > 0) & (t < 1) & (u >= 0) & (u < 1) & (z >= walls[:, 4]) & (z < walls[:, 5])
        length = np.linalg.norm(way, axis=1)[:, None] * np.linalg.norm(edge, axis=1)
        angle = np.degrees(np.arccos(np.clip(np.abs(cross) / length, 0.0, 1.0)))
        loss[i] = np.where(cut, at_angle(things.passed_db_kba[things.wall_kind_w, 1], angle), 0.0).sum(axis=1)
    return loss


def at_angle(table_wa: Array, angle_jw: Array) -> Array:
    """Interpolate between the whole degrees of every wall's table."""
    last = table_wa.shape[1] - 1
    angle = np.minimum(angle_jw, last)
    low = np.minimum(angle.astype(np.int64), last - 1)
    wall = np.arange(table_wa.shape[0])
    return np.asarray(table_wa[wall, low] + (angle - low) * (table_wa[wall, low + 1] - table_wa[wall, low]))


def tree(things: Obstacles, sources: Array, points: Array) -> Array:
    """Return the number of walls (i, j) that shapely's STRtree finds cut in plan, heights left aside."""
    lines = [shapely.LineString([wall[:2], wall[2:4]]) for wall in things.wall_w]
    index = shapely.STRtree(lines)
    counts = np.zeros((len(sources), len(points)))
    for i, a in enumerate(sources):
        rays = shapely.linestrings(np.stack([np.broadcast_to(a[:2], (len(points), 2)), points[:, :2]], axis=1))
        hit, _ = index.query(rays, predicate="intersects")
        np.add.at(counts[i], hit, 1)
    return counts


def seconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    """Return the best of some runs [s]."""
    best = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return float(best)


def main() -> None:
    """Print one row a school: ns a ray and the ratio of each peer to the kernel."""
    generator = np.random.default_rng(1)
    print(f"{'walls':>6} {'kernel ns/ray':>14} {'numpy x':>9} {'shapely x':>10}")
    for n_classes in (6, 24, 60):
        site = school(n_classes)
        things = obstacles(site)
        span = things.wall_w[:, :2].max(axis=0)
        sources = np.column_stack([generator.uniform(0, span, (N_SOURCES, 2)), np.full(N_SOURCES, 2.9)])
        points = np.column_stack([generator.uniform(0, span, (N_POINTS, 2)), np.full(N_POINTS, 0.8)])
        ours = crossings(things, sources, points, band="5").wall_db_ij
        np.testing.assert_allclose(ours, broadcast(things, sources, points), atol=1e-6)
        kernel = seconds(lambda: crossings(things, sources, points, band="5"))  # noqa: B023 (called at once)
        numpy_s = seconds(lambda: broadcast(things, sources, points))  # noqa: B023 (called at once)
        shapely_s = seconds(lambda: tree(things, sources, points))  # noqa: B023 (called at once)
        per_ray_ns = kernel / (N_SOURCES * N_POINTS) * 1e9
        print(f"{len(things.wall_w):6d} {per_ray_ns:14.0f} {numpy_s / kernel:9.1f} {shapely_s / kernel:10.1f}")


if __name__ == "__main__":
    main()
