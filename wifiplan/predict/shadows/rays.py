"""Which walls, slabs and mirrors each ray meets, ray by ray, each with its own angle.

Every ray from an access point to a point is tested against every wall rectangle and every slab of the building,
exactly, with its own angle of incidence. Windows, doors and parapets are rectangles with a height range of their own,
so a ray passes over a parapet or through an opening as it does on site.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.shadows.fans import N_SECTORS, fan, sector
from wifiplan.predict.shadows.meeting import Point, meet_slabs, meet_walls, seen_from
from wifiplan.site.network import Band
from wifiplan.units import Array, BoolArray, IntArray

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
    """What every ray cuts; all arrays have the shape (i, j) and are views of one (6, i, j), as `cut` gives it."""

    wall_db_ij: Array
    slab_db_ij: Array
    n_light_ij: Array
    n_heavy_ij: Array
    n_floors_ij: Array
    spread_db_ij: Array


def crossings(
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    *,
    band: Band,
    wanted_ij: BoolArray | None = None,
) -> Crossings:
    """Return what lies on the straight lines from sources to points; the parameters are those of `cut`."""
    return Crossings(*cut(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=wanted_ij))


def cut(
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    *,
    band: Band,
    wanted_ij: BoolArray | None = None,
    begun: Array | None = None,
) -> Array:
    """Return what lies on the straight lines from sources to points as one array.

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
    begun : ndarray (6, i, j), optional
        What the same rays meet, where that was found with fewer of them wanted. It is written on and returned: of a
        large school it takes half a gigabyte, which a copy would double.

    Returns
    -------
    ndarray (6, i, j)
        The fields of `Crossings` in turn: summed losses [dB], counts, and how far the losses may be off: the spreads of
        everything that is cut, taken as independent [dB].

    Notes
    -----
    Exact ray-rectangle intersection. One end of every wall is half-open, so that the joint of two collinear pieces
    counts once; the lower edge of a rectangle is closed and the upper one open, for the same reason.
    """
    source = np.ascontiguousarray(source_xyz_m, dtype=np.float64).reshape(-1, 3)
    points = np.ascontiguousarray(points_xyz_m, dtype=np.float64).reshape(-1, 3)
    out = np.zeros((6, len(source), len(points))) if begun is None else begun
    wanted = np.ones(out.shape[1:], dtype=np.bool_) if wanted_ij is None else wanted_ij
    b = things.band(band)
    slabs = Slabs(things.slab_s, things.slab_kind_s, things.outline_e, things.outline_start_s)
    met = Met(things.wall_w, things.wall_kind_w, slabs, np.ascontiguousarray(things.passed_db_kba[:, b]))
    counts = np.ascontiguousarray(things.heavy_kb[:, b]), things.spread_db_k
    _cross(source, points, wanted, met, *counts, things.wall_start_f, things.reach_f, begun is not None, out)
    return out


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
    begun: bool,  # noqa: FBT001
    out: Array,
) -> None:
    wall_w, kind_w, slabs, loss_db_ka = met
    z_s, slab_kind_s, edge_e, start_s = slabs
    for i in range(source.shape[0]):
        n_rays = wanted[i].sum()
        if begun and not n_rays:
            continue
        seen_w = seen_from(source[i], wall_w)
        # few rays are sooner held against all walls than the walls sorted
        n_sectors = N_SECTORS if n_rays >= LEAST_RAYS else 1
        start_fs, row_n = fan(seen_w, wall_start_f, n_sectors)
        a = source[i, 0], source[i, 1], source[i, 2]
        _cross_from(
            a,
            points,
            wanted[i],
            seen_w,
            wall_w,
            kind_w,
            start_fs,
            row_n,
            reach_f,
            z_s,
            slab_kind_s,
            edge_e,
            start_s,
            loss_db_ka,
            heavy_k,
            spread_k,
            begun,
            out[:, i],
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _cross_from(  # noqa: PLR0913, PLR0917 (arrays out of tuples are counted at every use: here they are plain)
    a: Point,
    points: Array,
    wanted_j: BoolArray,
    seen_w: Array,
    wall_w: Array,
    kind_w: IntArray,
    start_fs: IntArray,
    row_n: IntArray,
    reach_f: Array,
    z_s: Array,
    slab_kind_s: IntArray,
    edge_e: Array,
    start_s: IntArray,
    loss_db_ka: Array,
    heavy_k: Array,
    spread_k: Array,
    begun: bool,  # noqa: FBT001
    out: Array,
) -> None:
    cell = np.zeros(6)
    n_sectors = start_fs.shape[1] - 1
    for j in range(points.shape[0]):
        if begun and not wanted_j[j]:
            continue
        b = points[j, 0], points[j, 1], points[j, 2]
        cell[:] = 0.0
        meet_slabs(a, b, z_s, slab_kind_s, edge_e, start_s, loss_db_ka, spread_k, cell)
        if wanted_j[j]:
            low, high = min(a[2], b[2]), max(a[2], b[2])
            s = sector(b[1] - a[1], b[0] - a[0], n_sectors)
            for f in range(reach_f.shape[0]):
                if reach_f[f, 1] <= low or reach_f[f, 0] > high:  # the ray stays on other floors
                    continue
                first, last = start_fs[f, s], start_fs[f, s + 1]
                meet_walls(a, b, seen_w, wall_w, kind_w, row_n, first, last, loss_db_ka, heavy_k, spread_k, cell)
        cell[5] = np.sqrt(cell[5])
        for n in range(6):
            out[n, j] = cell[n]


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
    source: Array, points: Array, gates: Met, things: Met, heavy_k: Array, spread_k: Array, n_gates: int, out: Array
) -> None:
    a = source[0], source[1], source[2]
    seen_g, seen_w = seen_from(source, gates.wall_w), seen_from(source, things.wall_w)
    every_g, every_w = np.arange(len(seen_g)), np.arange(len(seen_w))
    gate_w, gate_kind_w, gate_slabs, back_ka = gates
    wall_w, kind_w, slabs, loss_ka = things
    gz_s, gk_s, ge_e, gs_s = gate_slabs
    z_s, k_s, e_e, s_s = slabs
    n_g, n_w = len(seen_g), len(seen_w)
    for j in range(points.shape[0]):
        b, cell = (points[j, 0], points[j, 1], points[j, 2]), out[:, j]
        hits = meet_walls(a, b, seen_g, gate_w, gate_kind_w, every_g, 0, n_g, back_ka, heavy_k, spread_k, cell)
        hits += meet_slabs(a, b, gz_s, gk_s, ge_e, gs_s, back_ka, spread_k, cell)
        back = cell[0] + cell[1]
        cell[:] = 0.0
        cell[6] = back if hits == n_gates else np.inf
        if hits == n_gates:
            meet_walls(a, b, seen_w, wall_w, kind_w, every_w, 0, n_w, loss_ka, heavy_k, spread_k, cell)
            meet_slabs(a, b, z_s, k_s, e_e, s_s, loss_ka, spread_k, cell)
