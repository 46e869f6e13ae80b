"""What libraries find and how: shared by the tests, as a second opinion, and by the benchmarks, as peers."""

from types import ModuleType

import numpy as np
import shapely

from wifiplan.units import Array, IntArray

MAX_HITS = 200
STEP_M = 1e-3
"""Behind a hit the ray goes on this far: single precision tells no less apart [m]."""


def triangles(wall_w: Array) -> Array:
    """Return two triangles a wall (2 w, 3, 3)."""
    x0, y0, x1, y1, z0, z1 = wall_w.T
    a, b, c, d = (np.stack(p, axis=1) for p in ((x0, y0, z0), (x1, y1, z0), (x1, y1, z1), (x0, y0, z1)))
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def embree_scene(mesh: ModuleType, embree: ModuleType, wall_w: Array) -> object:
    """Return Embree's scene of walls; triangle t is of wall t modulo their number."""
    scene = embree.EmbreeScene()
    mesh.TriangleMesh(scene, triangles(wall_w).astype(np.float32))
    return scene


def multi_hit(scene: object, source: Array, points: Array) -> IntArray:
    """Return how many walls lie between a source and points: first hits, again and again from behind the last one."""
    way = points - source
    length = np.linalg.norm(way, axis=1)
    direction, origin = (way / length[:, None]).astype(np.float32), np.tile(source, (len(points), 1)).astype(np.float32)
    done, count, active = np.zeros(len(points)), np.zeros(len(points), dtype=np.int64), np.arange(len(points))
    for _ in range(MAX_HITS):
        found = scene.run(origin[active], direction[active], output=1, query="INTERSECT")  # type: ignore[attr-defined]
        hit = (found["primID"] >= 0) & (done[active] + found["tfar"] < length[active])
        if not hit.any():
            break
        active, step = active[hit], found["tfar"][hit] + STEP_M
        count[active] += 1
        origin[active] += direction[active] * step[:, None]
        done[active] += step
    return count


def embree_counts(mesh: ModuleType, embree: ModuleType, wall_w: Array, source: Array, points: Array) -> IntArray:
    """Return how many walls Embree finds between a source and points (j,)."""
    return multi_hit(embree_scene(mesh, embree, wall_w), source, points)


def shapely_tree_counts(wall_w: Array, source: Array, points: Array) -> IntArray:
    """Return how many walls shapely's STRtree finds cut in plan (j,), heights left aside."""
    tree = shapely.STRtree(np.asarray(shapely.linestrings(wall_w[:, :4].reshape(-1, 2, 2))))
    rays = shapely.linestrings(np.stack([np.broadcast_to(source[:2], (len(points), 2)), points[:, :2]], axis=1))
    hit, _ = tree.query(rays, predicate="intersects")
    return np.bincount(hit, minlength=len(points))


def shapely_loop_counts(wall_w: Array, source: Array, points: Array) -> IntArray:
    """Return the same, one ray and one wall at a time."""
    walls = [shapely.LineString(line) for line in wall_w[:, :4].reshape(-1, 2, 2)]
    rays = (shapely.LineString([source[:2], point[:2]]) for point in points)
    return np.array([sum(ray.intersects(wall) for wall in walls) for ray in rays])
