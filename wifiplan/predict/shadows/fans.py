"""The walls around an antenna, sorted by the sectors that they stand in: a ray is held against its own sector alone."""

import numpy as np
from numba import njit

from wifiplan.units import Array, IntArray

N_SECTORS = 256
"""Sectors around an antenna by which its walls are sorted: a ray is held against those of its own sector alone."""

SLACK = 1e-6
"""A wall is put down in every sector that it comes this near to, since each is tested exactly anyway [rad]."""


@njit(cache=True, nogil=True, error_model="numpy")
def sector(y: float, x: float, n_sectors: int) -> int:
    """Return the sector that a direction lies in."""
    return 0 if n_sectors == 1 else int((np.arctan2(y, x) + np.pi) / (2.0 * np.pi) * n_sectors) % n_sectors


@njit(cache=True, nogil=True, error_model="numpy")
def _sectors(seen: Array, n_sectors: int) -> tuple[int, int]:
    """Return the first sector of a wall, seen from its antenna, and how many it reaches into; 0 of those in line."""
    if seen[4] == 0.0:
        return 0, 0
    if n_sectors == 1:
        return 0, 1
    per_rad = n_sectors / (2.0 * np.pi)
    start, end = np.arctan2(seen[1], seen[0]), np.arctan2(seen[3], seen[2])
    end += 2.0 * np.pi if end < start else 0.0
    first = int(np.floor((start + np.pi - SLACK) * per_rad))
    return first, min(int(np.floor((end + np.pi + SLACK) * per_rad)) - first + 1, n_sectors)


@njit(cache=True, nogil=True, error_model="numpy")
def fan(seen_w: Array, wall_start_f: IntArray, n_sectors: int) -> tuple[IntArray, IntArray]:
    """Return the walls that stand in each sector of each floor, in the order of the walls.

    Those of sector s of floor f stand in rows `start_fs[f, s]` to `start_fs[f, s + 1]` of the second array. A wall
    reaches from its end p to q, turning to the left; those in line with the antenna cast no shadow and are left out.
    """
    n_f = wall_start_f.shape[0] - 1
    first_w, n_w = np.zeros(seen_w.shape[0], dtype=np.int64), np.zeros(seen_w.shape[0], dtype=np.int64)
    start_fs = np.zeros((n_f, n_sectors + 1), dtype=np.int64)
    for f in range(n_f):
        for w in range(wall_start_f[f], wall_start_f[f + 1]):
            first_w[w], n_w[w] = _sectors(seen_w[w], n_sectors)
            for n in range(n_w[w]):
                start_fs[f, (first_w[w] + n) % n_sectors + 1] += 1
    total = 0
    for f in range(n_f):
        start_fs[f, 0] = total
        for s in range(n_sectors):
            total += start_fs[f, s + 1]
            start_fs[f, s + 1] = total
    row_n = np.empty(total, dtype=np.int64)
    filled_fs = start_fs.copy()
    for f in range(n_f):
        for w in range(wall_start_f[f], wall_start_f[f + 1]):
            for n in range(n_w[w]):
                s = (first_w[w] + n) % n_sectors
                row_n[filled_fs[f, s]] = w
                filled_fs[f, s] += 1
    return start_fs, row_n
