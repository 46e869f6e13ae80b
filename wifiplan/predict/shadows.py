"""Which walls and slabs each ray cuts: the compiled kernel behind every coverage map.

Every ray from an access point to a point is tested against every wall rectangle and every slab of the building,
exactly, with its own angle of incidence. Windows, doors and parapets are rectangles with a height range of their own,
so a ray passes over a parapet or through an opening as it does on site.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.catalog.materials import materials
from wifiplan.catalog.spectrum import band_hz
from wifiplan.errors import SiteError
from wifiplan.radio.slab import Polarisation, material_loss_db
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import Band
from wifiplan.units import Array, BoolArray, IntArray

MAX_ANGLE_DEG = 89
"""Steepest angle of incidence in the loss tables [degrees]; a row a degree. With all of them the summed losses match
a ray tracer's transmission-only map to 0.54 dB (tests/unit/test_coverage.py)."""

HEAVY_DB = 5.0
"""Walls that lose at least this at normal incidence are heavy in the laws that tell light from heavy (COST-231)."""


class Crossings(NamedTuple):
    """What every ray cuts; all arrays have the shape (i, j)."""

    wall_db_ij: Array
    slab_db_ij: Array
    n_light_ij: Array
    n_heavy_ij: Array
    n_floors_ij: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obstacles:
    """All walls and slabs of a site in one frame, for one band.

    `wall_w` holds x0, y0, x1, y1, bottom, top [m] a row, floor by floor: those of floor f stand in rows
    `wall_start_f[f]` to `wall_start_f[f + 1]` and between the heights `reach_f`. `wall_db_wa` is the loss by whole
    degree of incidence [dB], `heavy_w` 1 for a heavy wall. `slab_s` are the elevations [m], `slab_db_sa` their losses;
    `outline_e` the edges of the slabs' outlines (x0, y0, x1, y1) and `outline_start_s` where each slab's edges begin
    (no edges: the slab has no end).
    """

    wall_w: Array
    wall_db_wa: Array
    heavy_w: Array
    wall_start_f: IntArray
    reach_f: Array
    slab_s: Array
    slab_db_sa: Array
    outline_e: Array
    outline_start_s: IntArray


def obstacles(site: Site, *, band: Band) -> Obstacles:
    """Return the walls and slabs of a site with their losses by angle.

    Parameters
    ----------
    site : Site
        The building.
    band : "2.4", "5" or "6"
        The band whose mean loss is taken.

    Raises
    ------
    SiteError
        If a wall or slab names a material that the catalogue does not hold.

    Notes
    -----
    A vertical antenna meets a wall in TE and a slab in TM polarisation. Source of the losses: ITU-R P.2040
    (`radio.slab`), or the wall's own `loss_*_db`, which is taken at every angle.
    """
    walls = [(floor, wall) for floor in site.floors for wall in floor.walls]
    wall_db = [_wall_db(wall, country=site.country, band=band) for _, wall in walls]
    outlines = [_edges(floor) for floor in site.floors]
    starts = np.cumsum([0, *(len(edges) for edges in outlines)])
    wall_starts = np.cumsum([0, *(len(floor.walls) for floor in site.floors)])
    return Obstacles(
        wall_w=np.array(
            [(*w.line[0], *w.line[1], f.elevation_m + w.bottom_m, f.elevation_m + w.top_m) for f, w in walls],
            dtype=np.float64,
        ).reshape(-1, 6),
        wall_db_wa=np.array(wall_db, dtype=np.float64).reshape(-1, MAX_ANGLE_DEG + 1),
        heavy_w=np.array([db[0] >= HEAVY_DB for db in wall_db], dtype=np.float64),
        wall_start_f=wall_starts.astype(np.int64),
        reach_f=np.array(
            [
                (
                    f.elevation_m + min((w.bottom_m for w in f.walls), default=0.0),
                    f.elevation_m + max((w.top_m for w in f.walls), default=0.0),
                )
                for f in site.floors
            ],
            dtype=np.float64,
        ).reshape(-1, 2),
        slab_s=np.array([f.elevation_m for f in site.floors], dtype=np.float64),
        slab_db_sa=np.array(
            [_material_db(f.slab.material, f.slab.thickness_m, band_hz(site.country, band), "tm") for f in site.floors],
            dtype=np.float64,
        ).reshape(-1, MAX_ANGLE_DEG + 1),
        outline_e=np.array([e for edges in outlines for e in edges], dtype=np.float64).reshape(-1, 4),
        outline_start_s=starts.astype(np.int64),
    )


def _wall_db(wall: Wall, *, country: str, band: Band) -> Array:
    own_db = {"2.4": wall.loss_2g4_db, "5": wall.loss_5g_db, "6": wall.loss_6g_db}[band]
    if own_db is not None:
        return np.full(MAX_ANGLE_DEG + 1, own_db)
    return _material_db(wall.material, wall.thickness_m, band_hz(country, band), "te")


@lru_cache(maxsize=1024)
def _material_db(name: str, thickness_m: float | None, band: tuple[float, float], polarisation: Polarisation) -> Array:
    """Return the loss by whole degree; the same few materials return in every school of a county."""
    known = materials()
    if name not in known:
        raise SiteError(
            f"the material {name!r} is not in the catalogue", remedy=f"use one of: {', '.join(sorted(known))}"
        )
    loss_db = material_loss_db(
        known[name],
        thickness_m=known[name].default_thickness_m if thickness_m is None else thickness_m,
        band_hz=band,
        angle_deg=np.arange(MAX_ANGLE_DEG + 1, dtype=np.float64),
        polarisation=polarisation,
    )
    loss_db.flags.writeable = False
    return loss_db


def _edges(floor: Floor) -> list[tuple[float, float, float, float]]:
    if not floor.outline:
        return []
    ring = floor.outline
    return [(*a, *b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True) if a != b]


def crossings(
    things: Obstacles, source_xyz_m: Array, points_xyz_m: Array, *, wanted_ij: BoolArray | None = None
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
    wanted_ij : ndarray of bool (i, j), optional
        Rays whose walls are wanted; of the others only the slabs are found.

    Returns
    -------
    Crossings
        Arrays (i, j): summed losses [dB] and counts.

    Notes
    -----
    Exact ray-rectangle intersection. One end of every wall is half-open, so that the joint of two collinear pieces
    counts once; the lower edge of a rectangle is closed and the upper one open, for the same reason.
    """
    source = np.ascontiguousarray(source_xyz_m, dtype=np.float64).reshape(-1, 3)
    points = np.ascontiguousarray(points_xyz_m, dtype=np.float64).reshape(-1, 3)
    out = np.zeros((5, len(source), len(points)))
    wanted = np.ones(out.shape[1:], dtype=np.bool_) if wanted_ij is None else wanted_ij
    _cross(
        source,
        points,
        wanted,
        things.wall_w,
        things.wall_db_wa,
        things.heavy_w,
        things.wall_start_f,
        things.reach_f,
        things.slab_s,
        things.slab_db_sa,
        things.outline_e,
        things.outline_start_s,
        out,
    )
    return Crossings(*out)


@njit(cache=True, nogil=True, error_model="numpy")
def _cross(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    source: Array,
    points: Array,
    wanted: BoolArray,
    wall_w: Array,
    wall_db_wa: Array,
    heavy_w: Array,
    wall_start_f: IntArray,
    reach_f: Array,
    slab_s: Array,
    slab_db_sa: Array,
    outline_e: Array,
    outline_start_s: IntArray,
    out: Array,
) -> None:
    for i in range(source.shape[0]):
        seen_w = _seen_from(source[i], wall_w)
        for j in range(points.shape[0]):
            _cross_slabs(source[i], points[j], slab_s, slab_db_sa, outline_e, outline_start_s, out[:, i, j])
            if not wanted[i, j]:
                continue
            low, high = min(source[i, 2], points[j, 2]), max(source[i, 2], points[j, 2])
            for f in range(reach_f.shape[0]):
                if reach_f[f, 1] <= low or reach_f[f, 0] > high:  # the ray stays on other floors
                    continue
                first, last = wall_start_f[f], wall_start_f[f + 1]
                _cross_walls(source[i], points[j], first, last, seen_w, wall_w, wall_db_wa, heavy_w, out[:, i, j])


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
        seen[w, 4], seen[w, 5] = k, np.sqrt((qx - px) ** 2 + (qy - py) ** 2)
    return seen


@njit(cache=True, nogil=True, error_model="numpy")
def _cross_walls(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    a: Array,
    b: Array,
    first: int,
    last: int,
    seen_w: Array,
    wall_w: Array,
    wall_db_wa: Array,
    heavy_w: Array,
    cell: Array,
) -> None:
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    for w in range(first, last):
        p_side = seen_w[w, 0] * dy - seen_w[w, 1] * dx
        q_side = seen_w[w, 2] * dy - seen_w[w, 3] * dx
        if p_side < 0.0 or q_side >= 0.0:
            continue
        k, beyond = seen_w[w, 4], p_side - q_side
        if beyond <= k or k == 0.0:  # the point is not beyond the wall, or the antenna is in line with it
            continue
        z = a[2] + k / beyond * dz
        if z < wall_w[w, 4] or z >= wall_w[w, 5]:
            continue
        cell[0] += _at_angle(wall_db_wa[w], beyond / (length * seen_w[w, 5]))
        cell[2] += 1.0 - heavy_w[w]
        cell[3] += heavy_w[w]


@njit(cache=True, nogil=True, error_model="numpy")
def _cross_slabs(
    a: Array, b: Array, slab_s: Array, slab_db_sa: Array, outline_e: Array, outline_start_s: IntArray, cell: Array
) -> None:
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    for s in range(slab_s.shape[0]):
        if (a[2] - slab_s[s]) * (b[2] - slab_s[s]) >= 0.0:
            continue
        t = (slab_s[s] - a[2]) / dz
        first, last = outline_start_s[s], outline_start_s[s + 1]
        if first < last and not _inside(a[0] + t * dx, a[1] + t * dy, outline_e[first:last]):
            continue
        cell[1] += _at_angle(slab_db_sa[s], abs(dz) / length)
        cell[4] += 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _at_angle(loss_a: Array, cosine: float) -> float:
    """Interpolate between whole degrees, so that a turned building keeps its losses."""
    angle = min(np.degrees(np.arccos(min(1.0, cosine))), float(MAX_ANGLE_DEG))
    low = min(int(angle), MAX_ANGLE_DEG - 1)
    return float(loss_a[low] + (angle - low) * (loss_a[low + 1] - loss_a[low]))


@njit(cache=True, nogil=True, error_model="numpy")
def _inside(x: float, y: float, edges: Array) -> bool:
    odd = False
    for e in range(edges.shape[0]):
        x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd
