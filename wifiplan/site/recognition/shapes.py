"""Arrays of shapely's shapes, with types."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from wifiplan.units import Array

Shapes: TypeAlias = npt.NDArray[np.object_]


def segments(a: Array, b: Array) -> Shapes:
    """Return lines from (n, 2) to (n, 2) as shapes (n,)."""
    return np.asarray(shapely.linestrings(np.stack([a, b], axis=1)), dtype=object).reshape(-1)


def places(xy: Array) -> Shapes:
    """Return points (n, 2) as shapes (n,)."""
    return np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object).reshape(-1)


def parts_of(shape: shapely.Geometry) -> Shapes:
    """Return the single shapes of a collection."""
    return np.asarray(shapely.get_parts(shape), dtype=object).reshape(-1)
