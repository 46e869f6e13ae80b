"""One ray against walls and slabs, each met with its own angle: the innermost loops of the exact kernels.

They take plain arrays and are put into their callers: an array out of a tuple is counted at every use, which cost more
than the geometry.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from wifiplan.predict.obstacles import MAX_ANGLE_DEG
from wifiplan.predict.shadows.pieces import EDGE_M
from wifiplan.units import Array, IntArray

Point: TypeAlias = tuple[float, float, float]
"""A point in the building's frame [m]."""


@njit(cache=True, nogil=True, error_model="numpy")
def seen_from(a: Array, wall_w: Array) -> Array:
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
def _inside(x: float, y: float, edge_e: Array, first: int, last: int) -> bool:
    odd = False
    for e in range(first, last):
        x0, y0, x1, y1 = edge_e[e, 0], edge_e[e, 1], edge_e[e, 2], edge_e[e, 3]
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


@njit(cache=True, nogil=True, error_model="numpy")
def meet_walls(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    a: Point,
    b: Point,
    seen_w: Array,
    wall_w: Array,
    kind_w: IntArray,
    row_n: IntArray,
    first: int,
    last: int,
    loss_db_ka: Array,
    heavy_k: Array,
    spread_k: Array,
    cell: Array,
) -> int:
    """Add what the ray from a to b meets of the walls `row_n[first:last]` to a cell; return how many those are."""
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    n = 0
    for row in range(first, last):
        w = row_n[row]
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
        kind = kind_w[w]
        cell[0] += _at_angle(loss_db_ka, kind, beyond / (length * seen_w[w, 5]))
        cell[2] += 1.0 - heavy_k[kind]
        cell[3] += heavy_k[kind]
        cell[5] += spread_k[kind] ** 2
        n += 1
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def meet_slabs(  # noqa: PLR0913, PLR0917 (a kernel takes flat arrays)
    a: Point,
    b: Point,
    z_s: Array,
    kind_s: IntArray,
    edge_e: Array,
    start_s: IntArray,
    loss_db_ka: Array,
    spread_k: Array,
    cell: Array,
) -> int:
    """Add what the ray from a to b meets of slabs to a cell; return how many those are."""
    dx, dy, dz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    n = 0
    for s in range(z_s.shape[0]):
        z = z_s[s]
        if (a[2] - z) * (b[2] - z) >= 0.0:
            continue
        t = (z - a[2]) / dz
        first, last = start_s[s], start_s[s + 1]
        if first < last and not _inside(a[0] + t * dx, a[1] + t * dy, edge_e, first, last):
            continue
        kind = kind_s[s]
        cell[1] += _at_angle(loss_db_ka, kind, abs(dz) / length)
        cell[4] += 1.0
        cell[5] += spread_k[kind] ** 2
        n += 1
    return n
