"""Arrays of shapely's shapes, with types."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from wifiplan.units import Array, IntArray

Shapes: TypeAlias = npt.NDArray[np.object_]

CHUNK = 64
MOST_EACH = 200
"""A wall of a storey, however long, meets fewer."""
MOST_MEAN = 30
"""In the mean a wall meets four others; lines within 60 cm of it are a dozen."""
FEW_PAIRS = 20_000


def segments(a: Array, b: Array) -> Shapes:
    """Return lines from (n, 2) to (n, 2) as shapes (n,)."""
    return np.asarray(shapely.linestrings(np.stack([a, b], axis=1)), dtype=object).reshape(-1)


def places(xy: Array) -> Shapes:
    """Return points (n, 2) as shapes (n,)."""
    return np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object).reshape(-1)


def parts_of(shape: shapely.Geometry) -> Shapes:
    """Return the single shapes of a collection."""
    return np.asarray(shapely.get_parts(shape), dtype=object).reshape(-1)


def near_pairs(tree: shapely.STRtree, shapes: Shapes, *, distance_m: float | None = None) -> tuple[IntArray, IntArray]:
    """Return pairs of a shape and one of a tree that it meets, or comes within a distance of.

    Lines that meet too many others are no walls: their pairs are left out, and after `MOST_MEAN` for each nothing
    more is sought, so that a star of a hundred thousand lines takes neither hours nor gigabytes.
    """
    found: list[IntArray] = []
    left = FEW_PAIRS + MOST_MEAN * len(shapes)
    for start in range(0, len(shapes), CHUNK):
        part = shapes[start : start + CHUNK]
        if distance_m is None:
            pairs = tree.query(part, predicate="intersects")
        else:
            pairs = tree.query(part, predicate="dwithin", distance=distance_m)
        left -= pairs.shape[1]
        if left < 0:
            break
        alone = np.bincount(pairs[0], minlength=len(part)) <= MOST_EACH
        kept = pairs[:, alone[pairs[0]]]
        kept[0] += start
        found.append(kept)
    row, other = np.concatenate([np.empty((2, 0), dtype=np.int64), *found], axis=1)
    return row, other
