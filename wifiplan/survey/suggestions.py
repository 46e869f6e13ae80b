"""Where to stand next while nothing is calibrated yet: places spread over the rooms, less what was measured already."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wifiplan.site.building import Floor, Point, Room
from wifiplan.site.geometry import area_m2, centroid, room_at, seat_points
from wifiplan.units import Array

AREA_M2: Final = 35.0
"""Ground that one point stands for: two points in a classroom of 8 m by 8 m, which tells its ends apart [m²]."""

MOST_A_ROOM: Final = 6
"""A hall is walked straight through, not point by point."""

GRID_M: Final = 1.0
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
        Classrooms, specialist rooms, offices and corridors in the order of the floor. Places are farthest from all
        that was measured, one after the other (Gonzalez, 1985: at most twice the best possible distance).
    """
    rooms = [room_at(floor, *point) for point in measured_m]
    inside = {
        room.id: [point for point, found in zip(measured_m, rooms, strict=True) if found == room]
        for room in floor.rooms
    }
    return tuple(_progress(room, floor.level, inside[room.id]) for room in floor.rooms if room.use in USES)


def _progress(room: Room, level: int, inside: Sequence[Point]) -> RoomProgress:
    needed = max(1, min(MOST_A_ROOM, math.ceil(area_m2(room.polygon) / AREA_M2)))
    missing = max(0, needed - len(inside))
    places = _spread(seat_points(room.polygon, GRID_M, MARGIN_M), inside, centroid(room.polygon), missing, needed)
    return RoomProgress(room_id=room.id, floor=level, n_needed=needed, n_measured=len(inside), places_m=places)


def _spread(grid_m: Array, taken_m: Sequence[Point], middle_m: Point, n: int, n_needed: int) -> tuple[Point, ...]:
    if n == 0:
        return ()
    if n_needed == 1:
        return (_rounded(grid_m[np.argmin(np.hypot(*(grid_m - np.array(middle_m)).T))]),)
    chosen: list[Point] = []
    far_m = np.full(len(grid_m), np.inf)
    for x_m, y_m in taken_m:
        far_m = np.minimum(far_m, np.hypot(grid_m[:, 0] - x_m, grid_m[:, 1] - y_m))
    if not taken_m:
        # the first place is the one farthest from the middle, so that the second lies across the room
        far_m = np.hypot(*(grid_m - np.array(middle_m)).T)
    for _ in range(n):
        k = int(np.argmax(far_m))
        chosen.append(_rounded(grid_m[k]))
        apart_m = np.hypot(*(grid_m - grid_m[k]).T)
        far_m = apart_m if not taken_m and len(chosen) == 1 else np.minimum(far_m, apart_m)
    return tuple(chosen)


def _rounded(point: Array) -> Point:
    return round(float(point[0]), 2), round(float(point[1]), 2)
