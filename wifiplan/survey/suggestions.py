"""Where to stand next while nothing is calibrated yet: places spread over the rooms, less what was measured already."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from wifiplan.site.building import Floor, Point, Room
from wifiplan.site.geometry import area_m2, centroid, seat_points
from wifiplan.units import Array

AREA_M2: Final = 35.0
"""Ground that one point stands for: two points in a classroom of 8 m by 8 m, which tells its ends apart [m²]."""

MOST_A_ROOM: Final = 6
"""A hall is walked straight through, not point by point."""

GRID_M: Final = 1.0
"""Step of the spots among which places of a room are spread [m]."""
ROUNDS: Final = 12
"""Lloyd's rounds: places of a room settle in a few."""

MARGIN_M: Final = 0.8
"""From walls: nobody stands closer, and a wall's shadow would stand for the room [m]."""

USES: Final = ("classroom", "specialist", "office", "corridor")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomProgress:
    """How many points a room has, how many it should have, and where the others would go."""

    room_id: str
    floor: int
    n_needed: int
    n_measured: int
    places_m: tuple[Point, ...]


def progress(floor: Floor, measured_m: Sequence[Point]) -> tuple[RoomProgress, ...]:
    """Return the progress of the rooms of a floor.

    Parameters
    ----------
    floor : Floor
        The floor.
    measured_m : sequence of (x, y)
        Where something was measured on it [m].

    Returns
    -------
    tuple of RoomProgress
        Classrooms, specialist rooms, offices and corridors in the order of the floor. Places spread
        over the ground that no measured point is nearest to (Lloyd, 1982, begun as Gonzalez, 1985).
    """
    point_m = np.array(measured_m, dtype=np.float64).reshape(-1, 2)
    owner = np.full(len(point_m), -1)
    areas = [area_m2(room.polygon) for room in floor.rooms]
    # the smallest room that holds a point has it (a store within a classroom): it comes last
    for k in np.argsort(areas)[::-1]:
        owner[shapely.intersects_xy(shapely.Polygon(floor.rooms[k].polygon), point_m[:, 0], point_m[:, 1])] = k
    return tuple(
        _progress(room, floor.level, areas[k], point_m[owner == k])
        for k, room in enumerate(floor.rooms)
        if room.use in USES
    )


def _progress(room: Room, level: int, room_m2: float, inside_m: Array) -> RoomProgress:
    needed = max(1, min(MOST_A_ROOM, math.ceil(room_m2 / AREA_M2)))
    missing = max(0, needed - len(inside_m))
    places = _spread(seat_points(room.polygon, GRID_M, MARGIN_M), inside_m, centroid(room.polygon), missing)
    return RoomProgress(room_id=room.id, floor=level, n_needed=needed, n_measured=len(inside_m), places_m=places)


def _spread(grid_m: Array, fixed_m: Array, middle_m: Point, n: int) -> tuple[Point, ...]:
    """Return n places, each in the middle of the ground that is nearest to it and to nothing that was measured."""
    if n == 0:
        return ()
    places_m = _farthest(grid_m, fixed_m, middle_m, n)
    for _ in range(ROUNDS):
        nearest = np.argmin(_apart_m(grid_m, np.vstack([fixed_m, places_m])), axis=1) - len(fixed_m)
        grounds = [grid_m[nearest == k] for k in range(n)]
        places_m = np.array(
            [ground.mean(axis=0) if len(ground) else place for ground, place in zip(grounds, places_m, strict=True)]
        )
    # the middle of an L-shaped ground may lie outside the room
    snapped_m = grid_m[np.argmin(_apart_m(grid_m, places_m), axis=0)]
    return tuple((round(float(x_m), 2), round(float(y_m), 2)) for x_m, y_m in snapped_m)


def _farthest(grid_m: Array, fixed_m: Array, middle_m: Point, n: int) -> Array:
    """Return n places of a grid, each farthest from all before it; the first from the middle, where none is fixed."""
    chosen: list[Array] = []
    for _ in range(n):
        known_m = np.vstack([fixed_m, *chosen]) if len(fixed_m) or chosen else np.array([middle_m])
        chosen.append(grid_m[[np.argmax(_apart_m(grid_m, known_m).min(axis=1))]])
    return np.vstack(chosen)


def _apart_m(grid_m: Array, places_m: Array) -> Array:
    """Return the distance of every point of a grid from every place [m]."""
    return np.hypot(grid_m[:, None, 0] - places_m[None, :, 0], grid_m[:, None, 1] - places_m[None, :, 1])
