"""Which walls, slabs and mirrors each ray meets, ray by ray, each with its own angle.

Every ray from an access point to a point is tested against every wall rectangle and every slab of the building,
exactly, with its own angle of incidence. Windows, doors and parapets are rectangles with a height range of their own,
so a ray passes over a parapet or through an opening as it does on site.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.obstacles import MAX_ANGLE_DEG, Obstacles
from wifiplan.predict.shadows.pieces import EDGE_M
from wifiplan.site.network import Band
from wifiplan.units import Array, BoolArray, IntArray


N_SECTORS = 256
"""Sectors around an antenna by which its walls are sorted: a ray is held against those of its own sector alone."""

SLACK = 1e-6
"""A wall is put down in every sector that it comes this near to, since each is tested exactly anyway [rad]."""

LEAST_RAYS = 16
"""With fewer rays from an antenna its walls are not sorted."""


class Slabs(NamedTuple):
    """Slabs s: elevations [m], kinds, and the edges of their outlines, slab s between `start_s[s]` and the next."""

    z_s: Array
    kind_s: IntArray
    edge_e: Array
    start_s: IntArray


class Met(NamedTuple):
    """Walls (w, 6) of kinds `kind_w`, and slabs, with the losses (k, a) of their kinds by whole degree [dB]."""

    wall_w: Array
    kind_w: IntArray
    slabs: Slabs
    loss_db_ka: Array


class Crossings(NamedTuple):
    """What every ray cuts; all arrays have the shape (i, j)."""

    wall_db_ij: Array
    slab_db_ij: Array
    n_light_ij: Array
    n_heavy_ij: Array
    n_floors_ij: Array
    spread_db_ij: Array


def crossings(
    things: Obstacles, source_xyz_m: Array, points_xyz_m: Array, *, band: Band, wanted_ij: BoolArray | None = None
) -> Crossings:
    """Return what lies on the straight lines from sources to points.

    Parameters
    ----------
    things : Obstacles
        Walls and slabs.
    source_xyz_m : ndarray (i, 3)
        Antennas [m], z in the building's frame.
    points_xyz_m : ndarray (j, 3)
        Points [m], z in the building's frame.
    band : "2.4", "5" or "6"
        The band of the losses, one of those of `things`.
    wanted_ij : ndarray of bool (i, j), optional
        Rays whose walls are wanted; of the others only the slabs are found.

    Returns
    -------
    Crossings
        Arrays (i, j): summed losses [dB], counts, and how far the losses may be off: the spreads of everything that is
        cut, taken as independent [dB].

    Notes
    -----
    Exact ray-rectangle intersection. One end of every wall is half-open, so that the joint of two collinear pieces
    counts once; the lower edge of a rectangle is closed and the upper one open, for the same reason.
    """
    source = np.ascontiguousarray(source_xyz_m, dtype=np.float64).reshape(-1, 3)
    points = np.ascontiguousarray(points_xyz_m, dtype=np.float64).reshape(-1, 3)
    out = np.zeros((6, len(source), len(points)))
    wanted = np.ones(out.shape[1:], dtype=np.bool_) if wanted_ij is None else wanted_ij
    b = things.band(band)
    slabs = Slabs(things.slab_s, things.slab_kind_s, things.outline_e, things.outline_start_s)
    met = Met(things.wall_w, things.wall_kind_w, slabs, np.ascontiguousarray(things.passed_db_kba[:, b]))
    counts = np.ascontiguousarray(things.heavy_kb[:, b]), things.spread_db_k
    _cross(source, points, wanted, met, *counts, things.wall_start_f, things.reach_f, out)
    np.sqrt(out[5], out=out[5])
    return Crossings(*out)


@njit(cache=True, nogil=True, error_model="numpy")
def _cross(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    source: Array,
    points: Array,
    wanted: BoolArray,
    met: Met,
    heavy_k: Array,
    spread_k: Array,
    wall_start_f: IntArray,
    reach_f: Array,
    out: Array,
) -> None:
    every_w, cell = np.arange(met.wall_w.shape[0]), np.zeros(6)
    for i in range(source.shape[0]):
        n_rays = wanted[i].sum()
        seen_w = _seen_from(source[i], met.wall_w if n_rays else met.wall_w[:0])
        # few rays are sooner held against all walls than the walls sorted
        fan = n_rays >= LEAST_RAYS
        start_fs, row_n = _fan(seen_w, wall_start_f) if fan else (wall_start_f.reshape(-1, 1), every_w)
        for j in range(points.shape[0]):
            cell[:] = 0.0
            _meet_slabs(source[i], points[j], met, spread_k, cell)
            out[:, i, j] = cell
            if not wanted[i, j]:
                continue
            low, high = min(source[i, 2], points[j, 2]), max(source[i, 2], points[j, 2])
            s = _sector(points[j, 1] - source[i, 1], points[j, 0] - source[i, 0]) if fan else 0
            for f in range(reach_f.shape[0]):
                if reach_f[f, 1] <= low or reach_f[f, 0] > high:  # the ray stays on other floors
                    continue
                span = (start_fs[f, s], start_fs[f, s + 1]) if fan else (wall_start_f[f], wall_start_f[f + 1])
                _meet_walls(source[i], points[j], seen_w, met, row_n, span, heavy_k, spread_k, cell)
            out[:, i, j] = cell


@njit(cache=True, nogil=True, error_model="numpy")
def _sector(y: float, x: float) -> int:
    """Return the sector that a direction lies in."""
    return int((np.arctan2(y, x) + np.pi) / (2.0 * np.pi) * N_SECTORS) % N_SECTORS


@njit(cache=True, nogil=True, error_model="numpy")
def _fan(seen_w: Array, wall_start_f: IntArray) -> tuple[IntArray, IntArray]:
    """Return the walls that stand in each sector of each floor, in the order of the walls.

    Those of sector s of floor f stand in rows `start_fs[f, s]` to `start_fs[f, s + 1]` of the second array. A wall
    reaches from its end p to q, turning to the left; those in line with the antenna cast no shadow and are left out.
    """
    n_f = wall_start_f.shape[0] - 1
    first_w, n_w = np.zeros(seen_w.shape[0], dtype=np.int64), np.zeros(seen_w.shape[0], dtype=np.int64)
    start_fs = np.zeros((n_f, N_SECTORS + 1), dtype=np.int64)
    per_rad = N_SECTORS / (2.0 * np.pi)
    for f in range(n_f):
        for w in range(wall_start_f[f], wall_start_f[f + 1]):
            if seen_w[w, 4] == 0.0:
                continue
            start, end = np.arctan2(seen_w[w, 1], seen_w[w, 0]), np.arctan2(seen_w[w, 3], seen_w[w, 2])
            end += 2.0 * np.pi if end < start else 0.0
            first_w[w] = int(np.floor((start + np.pi - SLACK) * per_rad))
            n_w[w] = min(int(np.floor((end + np.pi + SLACK) * per_rad)) - first_w[w] + 1, N_SECTORS)
            for n in range(n_w[w]):
                start_fs[f, (first_w[w] + n) % N_SECTORS + 1] += 1
    total = 0
    for f in range(n_f):
        start_fs[f, 0] = total
        for s in range(N_SECTORS):
            total += start_fs[f, s + 1]
            start_fs[f, s + 1] = total
    row_n = np.empty(total, dtype=np.int64)
    filled_fs = start_fs.copy()
    for f in range(n_f):
        for w in range(wall_start_f[f], wall_start_f[f + 1]):
            for n in range(n_w[w]):
                s = (first_w[w] + n) % N_SECTORS
                row_n[filled_fs[f, s]] = w
                filled_fs[f, s] += 1
    return start_fs, row_n


@njit(cache=True, nogil=True, error_model="numpy")
def _seen_from(a: Array, wall_w: Array) -> Array:
    """Return what walls look like from one antenna (w, 6): ends p and q relative to it, k = p x q >= 0, length.

    With d the way from the antenna to a point, a wall is cut where p and q lie on either side of d (p x d >= 0 > q x d)
    and at t = k / (p x d - q x d) of the way. An end that two pieces share has one value of p x d, so that a ray
    through the joint cuts exactly one of them, whichever way they were drawn.
    """
    seen = np.empty((wall_w.shape[0], 6))
    for w in range(wall_w.shape[0]):
        px, py = wall_w[w, 0] - a[0], wall_w[w, 1] - a[1]
        qx, qy = wall_w[w, 2] - a[0], wall_w[w, 3] - a[1]
        k = px * qy - py * qx
        if k < 0.0:
            px, py, qx, qy, k = qx, qy, px, py, -k
        seen[w, 0], seen[w, 1], seen[w, 2], seen[w, 3] = px, py, qx, qy
        length = np.sqrt((qx - px) ** 2 + (qy - py) ** 2)
        # a wall in line with the antenna casts no shadow, in any kernel
        seen[w, 4], seen[w, 5] = (k if k > EDGE_M * length else 0.0), length
    return seen


@njit(cache=True, nogil=True, error_model="numpy")
def _at_angle(loss_db_ka: Array, kind: int, cosine: float) -> float:
    """Interpolate between whole degrees, so that a turned building keeps its losses."""
    angle = min(np.degrees(np.arccos(min(1.0, cosine))), float(MAX_ANGLE_DEG))
    low = min(int(angle), MAX_ANGLE_DEG - 1)
    least = loss_db_ka[kind, low]
    return float(least + (angle - low) * (loss_db_ka[kind, low + 1] - least))


@njit(cache=True, nogil=True, error_model="numpy")
def _inside(x: float, y: float, edges: Array) -> bool:
    odd = False
    for e in range(edges.shape[0]):
        x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


def through(
    source_xyz_m: Array, points_xyz_m: Array, gates: Met, things: Met, counts: tuple[Array, Array], n_gates: int
) -> Array:
    """Return what lies on the lines from an image to points, for those that go through all its mirrors.

    Parameters
    ----------
    source_xyz_m, points_xyz_m : ndarray (3,), (j, 3)
        The image and the points, in the building's frame [m].
    gates, things : Met
        The mirrors, with what they keep back, and what stands in the way.
    counts : (ndarray (k,), ndarray (k,))
        Of every kind: 1 if it is heavy, and its spread [dB].
    n_gates : int
        How many mirrors a line must go through.

    Returns
    -------
    ndarray (7, j)
        Losses of walls and slabs, light walls, heavy walls, floors, variance of the losses [dB, dB²], and what the
        mirrors keep back [dB]; the last is inf where a line misses a mirror.
    """
    out = np.zeros((7, len(points_xyz_m)))
    source, points = (np.ascontiguousarray(a, dtype=np.float64) for a in (source_xyz_m, points_xyz_m))
    _through(source, points, gates, things, *counts, n_gates, out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _through(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    a: Array, points: Array, gates: Met, things: Met, heavy_k: Array, spread_k: Array, n_gates: int, out: Array
) -> None:
    seen_g, seen_w = _seen_from(a, gates.wall_w), _seen_from(a, things.wall_w)
    every_g, every_w = np.arange(len(seen_g)), np.arange(len(seen_w))
    for j in range(points.shape[0]):
        b = points[j]
        hits = _meet_walls(a, b, seen_g, gates, every_g, (0, len(seen_g)), heavy_k, spread_k, out[:, j])
        hits += _meet_slabs(a, b, gates, spread_k, out[:, j])
        back = out[0, j] + out[1, j]
        out[:, j] = 0.0
        out[6, j] = back if hits == n_gates else np.inf
        if hits == n_gates:
            _meet_walls(a, b, seen_w, things, every_w, (0, len(seen_w)), heavy_k, spread_k, out[:, j])
            _meet_slabs(a, b, things, spread_k, out[:, j])


@njit(cache=True, nogil=True, error_model="numpy")
def _meet_walls(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    a: Array,
    b: Array,
    seen_w: Array,
    met: Met,
    row_n: IntArray,
    span: tuple[int, int],
    heavy_k: Array,
    spread_k: Array,
    cell: Array,
) -> int:
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    n = 0
    for row in range(span[0], span[1]):
        w = row_n[row]
        p_side = seen_w[w, 0] * dy - seen_w[w, 1] * dx
        q_side = seen_w[w, 2] * dy - seen_w[w, 3] * dx
        if p_side < 0.0 or q_side >= 0.0:
            continue
        k, beyond = seen_w[w, 4], p_side - q_side
        if beyond <= k or k == 0.0:  # the point is not beyond the wall, or the antenna is in line with it
            continue
        z = a[2] + k / beyond * dz
        if z < met.wall_w[w, 4] or z >= met.wall_w[w, 5]:
            continue
        kind = met.kind_w[w]
        cell[0] += _at_angle(met.loss_db_ka, kind, beyond / (length * seen_w[w, 5]))
        cell[2] += 1.0 - heavy_k[kind]
        cell[3] += heavy_k[kind]
        cell[5] += spread_k[kind] ** 2
        n += 1
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _meet_slabs(a: Array, b: Array, met: Met, spread_k: Array, cell: Array) -> int:
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    n = 0
    for s in range(met.slabs.z_s.shape[0]):
        z = met.slabs.z_s[s]
        if (a[2] - z) * (b[2] - z) >= 0.0:
            continue
        t = (z - a[2]) / dz
        first, last = met.slabs.start_s[s], met.slabs.start_s[s + 1]
        if first < last and not _inside(a[0] + t * dx, a[1] + t * dy, met.slabs.edge_e[first:last]):
            continue
        kind = met.slabs.kind_s[s]
        cell[1] += _at_angle(met.loss_db_ka, kind, abs(dz) / length)
        cell[4] += 1.0
        cell[5] += spread_k[kind] ** 2
        n += 1
    return n
