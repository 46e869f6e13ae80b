"""Furniture among lines of which no layer tells what they are: small oblong outlines that touch nothing."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.dxf.sheet import Lines, Sheet
from wifiplan.site.recognition.shapes import Shapes, places, segments
from wifiplan.units import BoolArray, IntArray

LONG_M = (0.5, 2.6)
"""Longer sides of desks, tables and cupboards."""
OBLONG = 1.5
"""Columns are as long as wide, or touch a wall."""
CLEAR_M = 0.1
"""A pier or a piece of wall stands nearer than this to another one."""
LEAST = 6
"""Fewer outlines that stand alone may be parts of the building."""


def desks(lines: Lines, sheet: Sheet, unit_m: float) -> BoolArray:
    """Return which pieces (n,) are of closed outlines that look like furniture.

    Only lines on layers whose names tell nothing are asked.
    """
    found = np.zeros(len(lines.ends), dtype=np.bool_)
    guessed = np.array([sheet.uses[layer].ground == "geometry" for layer in lines.layers], dtype=np.bool_)
    if not len(guessed) or not guessed.any():
        return found
    asked = np.flatnonzero((lines.ring_n >= 0) & guessed[lines.layer_n])
    rings, of_ring = np.unique(lines.ring_n[asked], return_inverse=True)
    if len(rings) < LEAST:
        return found
    boxes = shapely.minimum_rotated_rectangle(_outlines(lines, asked, of_ring.ravel(), unit_m))
    sides = np.array([_sides(box) for box in boxes])
    like = (sides[:, 0] >= LONG_M[0]) & (sides[:, 0] <= LONG_M[1]) & (sides[:, 0] > OBLONG * sides[:, 1])
    tree = shapely.STRtree(segments(lines.ends[:, 0] * unit_m, lines.ends[:, 1] * unit_m))
    row, other = tree.query(boxes, predicate="dwithin", distance=CLEAR_M)
    strange = lines.ring_n[other] != rings[row]
    like[np.unique(row[strange])] = False
    if like.sum() >= LEAST:
        found[asked] = like[of_ring.ravel()]
    return found


def _outlines(lines: Lines, asked: IntArray, of_ring: IntArray, unit_m: float) -> Shapes:
    """Return the corners of each ring as points together."""
    ends = lines.ends[asked] * unit_m
    at = np.concatenate([ends[:, 0], ends[:, 1]])
    ring = np.concatenate([of_ring, of_ring])
    order = np.argsort(ring, kind="stable")
    return np.asarray(shapely.multipoints(places(at[order]), indices=ring[order]))


def _sides(box: BaseGeometry) -> tuple[float, float]:
    """Return the longer and the shorter side of a rectangle; a line has none."""
    if box.geom_type != "Polygon":
        return 0.0, 0.0
    corners = shapely.get_coordinates(box)
    one, other = np.hypot(*np.diff(corners[:3], axis=0).T).tolist()
    return max(one, other), min(one, other)
