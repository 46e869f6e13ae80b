"""The order in which to walk to places: floor by floor, by short ways from where one starts."""

from collections.abc import Sequence

import numpy as np

from wifiplan.units import Array, IntArray

_MOST_ROUNDS = 50
"""Far more than two hundred places need; each shortens the way."""


def walking_order(
    xy_m: Array, floor_p: Sequence[int] | IntArray, *, start: tuple[int, float, float] | None = None
) -> IntArray:
    """Return an order (p,) of places by which the way is short.

    Parameters
    ----------
    xy_m : ndarray (p, 2)
        Places [m].
    floor_p : sequence of int
        Floor level of every place.
    start : tuple of (floor, x_m, y_m), optional
        Where one starts; the south-west of the lowest floor without.

    Returns
    -------
    ndarray of int
        The start's floor first, then those below, or above, by the nearer end; on each floor from the place nearest to
        where one came up.

    Notes
    -----
    Straight lines stand for ways: doors are not known. An open path by nearest neighbour, then 2-opt.

    Examples
    --------
    >>> walking_order(np.array([[9.0, 0.0], [1.0, 0.0], [5.0, 0.0], [5.0, 1.0]]), [0, 0, 0, 1]).tolist()
    [1, 2, 0, 3]
    """
    places, levels = np.asarray(xy_m, dtype=np.float64).reshape(-1, 2), np.asarray(floor_p, dtype=np.int64)
    if not levels.size:
        return np.empty(0, dtype=np.int64)
    here = np.array(start[1:]) if start else places[levels == levels.min()].min(axis=0)
    order: list[int] = []
    for level in _floors(levels, start[0] if start else int(levels.min())):
        rows = np.flatnonzero(levels == level)
        path = _path(np.vstack([here, places[rows]]))
        order.extend(int(rows[n - 1]) for n in path[1:])
        here = places[order[-1]]
    return np.array(order, dtype=np.int64)


def way_m(xy_m: Array, order: Sequence[int] | IntArray) -> float:
    """Return the length of a way over places of one floor, in straight lines [m]."""
    steps = np.diff(np.asarray(xy_m, dtype=np.float64)[np.asarray(order, dtype=np.int64)], axis=0)
    return float(np.hypot(*steps.T).sum()) if len(steps) else 0.0


def _floors(levels: IntArray, first: int) -> list[int]:
    """Return floors in the order of the walk: to the nearer end first, then to the other."""
    found = sorted({int(level) for level in levels})
    below, above = [f for f in found if f < first][::-1], [f for f in found if f > first]
    here = [f for f in found if f == first]
    return here + (below + above if len(below) <= len(above) else above + below)


def _path(places: Array) -> list[int]:
    """Return an open path from the first place over all others."""
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    path, left = [0], set(range(1, len(places)))
    while left:
        path.append(min(left, key=lambda n: (apart[path[-1], n], n)))
        left.remove(path[-1])
    for _ in range(_MOST_ROUNDS):
        if not _shorten(path, apart):
            break
    return path


def _shorten(path: list[int], apart: Array) -> bool:
    """Turn stretches of a path round where that shortens it; the first place stays. Return whether any was."""
    better = False
    for a in range(1, len(path) - 1):
        for b in range(a + 1, len(path)):
            after = apart[path[b], path[b + 1]] if b + 1 < len(path) else 0.0
            turned = apart[path[a], path[b + 1]] if b + 1 < len(path) else 0.0
            if apart[path[a - 1], path[b]] + turned < apart[path[a - 1], path[a]] + after - 1e-9:
                path[a : b + 1] = path[a : b + 1][::-1]
                better = True
    return better
