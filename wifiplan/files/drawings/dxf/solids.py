"""Closed polylines on layers of walls: bodies of walls, or faces of rooms."""

import numpy as np

from wifiplan.files.drawings.dxf.sheet import Lines
from wifiplan.units import Array, BoolArray

BODY_M = 0.5
"""The closed polylines of a layer are bodies of walls if half of them are no thicker, by twice area over perimeter."""
PIER_M = 1.0
"""On such a layer, what is no thicker is a wall or a pier."""
LEAST_RINGS = 3


def bodies(lines: Lines, unit_m: float, walls: BoolArray) -> tuple[BoolArray, list[tuple[Array, int]]]:
    """Return which pieces (n,) are of bodies of walls, and these bodies.

    Parameters
    ----------
    lines : Lines
        Straight pieces [drawing units].
    unit_m : float
        Metres a unit.
    walls : ndarray of bool
        Which layers, by their numbers, are layers of walls.

    Returns
    -------
    which : ndarray of bool, shape (n,)
    rings : list of (corners (m, 2) [drawing units], number of the layer)
    """
    of_ring = np.flatnonzero((lines.ring_n >= 0) & walls[lines.layer_n] & (lines.width == 0))
    which = np.zeros(len(lines.ends), dtype=np.bool_)
    if len(of_ring) == 0:
        return which, []
    _, first, ring, size = np.unique(lines.ring_n[of_ring], return_index=True, return_inverse=True, return_counts=True)
    a, b = np.moveaxis((lines.ends[of_ring] - lines.ends[of_ring[0], 0]) * unit_m, 1, 0)
    twice_m2 = np.abs(np.bincount(ring, weights=a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]))
    around_m = np.bincount(ring, weights=np.hypot(*(b - a).T))
    thick_m = twice_m2 / np.maximum(around_m, 1e-12)
    layer = lines.layer_n[of_ring[first]]
    body = (thick_m > 0) & (thick_m <= PIER_M)
    for n in np.unique(layer).tolist():
        own = layer == n
        if own.sum() < LEAST_RINGS or np.median(thick_m[own]) > BODY_M:
            body[own] = False
    which[of_ring[body[ring]]] = True
    order = np.argsort(ring, kind="stable")
    runs = np.split(of_ring[order], np.cumsum(size)[:-1])
    return which, [(lines.ends[run, 0], int(layer[k])) for k, run in enumerate(runs) if body[k]]
