"""Compact parts of walls: columns, piers and stubs, told as walls along their longer side, of the same area."""

import numpy as np
import shapely

from wifiplan.site.recognition.bodies import Bars, none
from wifiplan.site.recognition.shapes import Shapes
from wifiplan.units import Array, BoolArray, IntArray

CONVEX_SHARE = 0.9
"""A round column fills its hull, an L does not."""
SQUARE = 2.0
"""What is longer than this times its width has faces that tell where it runs."""
BOX_SHARE = 0.995
"""What fills its box so far is the box."""
MOST_M = 3.0
"""No site has thicker walls; a thicker lump is several side by side."""


def is_lump(parts: Shapes, *, whole: bool = False) -> BoolArray:
    """Return which polygons (n,) are rectangles, or as wide as long; of any length where each is `whole`, as a door is.

    >>> is_lump(np.array([shapely.box(0, 0, 9, 0.2), shapely.Point(0, 0).buffer(0.3), shapely.box(0, 0, 1, 2) -
    ... shapely.box(0.2, 0.2, 1, 1)])).tolist()
    [True, True, False]
    """
    box = _boxes(parts)
    sides = np.sort(np.hypot(*np.moveaxis(box[:, 1:3] - box[:, :2], -1, 0)), axis=1)
    area = shapely.area(parts)
    convex = area >= CONVEX_SHARE * shapely.area(shapely.convex_hull(parts))
    full = area >= BOX_SHARE * sides[:, 0] * sides[:, 1]
    return np.asarray(full | (convex & (whole | (sides[:, 1] <= SQUARE * sides[:, 0]))), dtype=np.bool_)


def lump_bars(parts: Shapes) -> Bars:
    """Return polygons as walls through their middle; `owner_n` is the polygon.

    >>> lump_bars(np.array([shapely.box(0, 0, 0.4, 0.6)])).thick_m.round(6).tolist()
    [0.4]
    """
    if len(parts) == 0:
        return none()
    box = _boxes(parts)
    span = box[:, 1:3] - box[:, :2]
    sides = np.hypot(span[..., 0], span[..., 1])
    longer, row = np.argmax(sides.round(6), axis=1), np.arange(len(parts))
    length = np.maximum(sides[row, longer], 1e-6)
    along = span[row, longer] / length[:, None]
    wide = shapely.area(parts) / length
    strips = np.ceil(wide / MOST_M - 1e-9).astype(np.int64).clip(1)
    owner: IntArray = np.repeat(row, strips)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(strips) - strips, strips)
    thick = (wide / strips)[owner]
    aside = (rank + 0.5) * thick - wide[owner] / 2
    middle = shapely.get_coordinates(shapely.centroid(parts))[owner]
    middle = middle + np.stack([-along[owner, 1], along[owner, 0]], axis=1) * aside[:, None]
    half = along[owner] * length[owner, None] / 2
    return Bars(middle - half, middle + half, thick, owner, np.full(len(owner), 4, dtype=np.int64))


def _boxes(parts: Shapes) -> Array:
    """Return the corners (n, 5, 2) of the smallest boxes around polygons."""
    found = [shapely.get_coordinates(one) for one in np.atleast_1d(shapely.minimum_rotated_rectangle(parts))]
    # a polygon without width has a line for its box
    return np.array([one if len(one) == 5 else np.resize(one, (5, 2)) for one in found]).reshape(-1, 5, 2)
