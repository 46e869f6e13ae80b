"""Where the plans of a project lie: metres from plan units, storeys over one another by reference points."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.site.building import Point

UP, RIGHT, DOWN, LEFT = "UP", "RIGHT", "DOWN", "LEFT"
TURNS = (UP, RIGHT, DOWN, LEFT)
FRAME_KEY = "wifiplanFrame"
"""On a floor plan of ours: x_m, y_m of its lower left corner in the site, width_m and height_m of the plan, and the
name of its picture, null where we drew it."""
DIGITS = 4
"""Decimals of a metre that are kept: a tenth of a millimetre."""

_EDGE_SHARE = 0.01
"""So far beyond its edge a point still counts as inside a plan: walls are drawn over the frame."""
_SMALL_TURN_DEG = 0.2
"""Reference points clicked by hand, 20 m apart and 5 cm off, turn a storey by so much: that is no turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How plan units (y down) of one plan become metres of the site (y up)."""

    width: float
    height: float
    unit_m: float
    turned: str = UP
    angle_deg: float = 0.0
    shift_m: Point = (0.0, 0.0)

    @property
    def size_m(self) -> Point:
        """Width and height of the plan [m]."""
        return self.width * self.unit_m, self.height * self.unit_m

    def own_m(self, point: Point) -> Point:
        """Return a point in metres from the lower left corner of its own plan."""
        x, y = point
        if self.turned == RIGHT:
            x, y = self.width - y, x
        elif self.turned == DOWN:
            x, y = self.width - x, self.height - y
        elif self.turned == LEFT:
            x, y = y, self.height - x
        return x * self.unit_m, (self.height - y) * self.unit_m

    def site_m(self, point: Point) -> Point:
        """Return a point in metres of the site."""
        x, y = self.placed_m(self.own_m(point))
        return round(x, DIGITS) + 0.0, round(y, DIGITS) + 0.0

    def placed_m(self, own: Point) -> Point:
        """Return where a point of the plan's own metres lies in the site."""
        (x, y), angle = own, math.radians(self.angle_deg)
        cos, sin = (math.cos(angle), math.sin(angle)) if self.angle_deg else (1.0, 0.0)
        return x * cos - y * sin + self.shift_m[0], x * sin + y * cos + self.shift_m[1]

    def azimuth_deg(self, on_page_deg: float) -> float:
        """Return the azimuth in the site of a direction that is clockwise from up the page [deg]."""
        return (on_page_deg + 90.0 * TURNS.index(self.turned) - self.angle_deg) % 360.0

    def moved(self, dx_m: float, dy_m: float) -> "Frame":
        """Return the frame moved."""
        return replace(self, shift_m=(self.shift_m[0] + dx_m, self.shift_m[1] + dy_m))

    def corners_m(self) -> tuple[Point, ...]:
        """Return the corners of the plan in the site."""
        width, height = self.size_m
        return tuple(self.placed_m(corner) for corner in ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)))


def reading_of(turned: str, width: float, height: float, points: Iterable[Point]) -> str:
    """Return how the points of a turned plan are to be read: as they are ("UP"), or turned back.

    Programs disagree on whether coordinates of a turned plan are stored as seen or as drawn: the reading holds under
    which all points lie inside the plan, as drawn where both do.

    >>> reading_of("RIGHT", 100.0, 50.0, [(40.0, 90.0)]), reading_of("RIGHT", 100.0, 50.0, [(90.0, 40.0)])
    ('RIGHT', 'UP')
    """
    found = np.array([*points], dtype=np.float64).reshape(-1, 2)
    if _inside(found, width, height) or turned not in TURNS:
        return UP
    seen = (width, height) if turned == DOWN else (height, width)
    return turned if _inside(found, *seen) else UP


def aligned(frames: Sequence[Frame], shared: Sequence[dict[int, Point]]) -> tuple[tuple[Frame, ...], tuple[int, ...]]:
    """Return frames laid over one another so that reference points coincide.

    Parameters
    ----------
    frames : sequence of Frame
        In the order in which they hold their place.
    shared : sequence of dict
        Reference points: index of a frame to the point in its plan units.

    Returns
    -------
    frames : tuple of Frame
        The first of each group that reference points join stays; the others are shifted, and turned where two or more
        points say so.
    group : tuple of int
        Of each frame, the first frame of its group.
    """
    placed, group = list(frames), list(range(len(frames)))
    done: set[int] = set()
    for first in range(len(frames)):
        if first in done:
            continue
        done.add(first)
        while True:
            pairs = _pairs(placed, shared, {n for n in done if group[n] == first})
            waiting = [n for n in pairs if n not in done]
            if not waiting:
                break
            best = max(waiting, key=lambda n: (len(pairs[n]), -n))
            placed[best] = _fitted(placed[best], pairs[best])
            group[best] = first
            done.add(best)
    return tuple(placed), tuple(group)


def _inside(points: np.ndarray, width: float, height: float) -> bool:
    slack = _EDGE_SHARE * max(width, height)
    return bool(np.all(points >= -slack) and np.all(points <= np.array([width, height]) + slack))


def _pairs(
    frames: Sequence[Frame], shared: Sequence[dict[int, Point]], fixed: set[int]
) -> dict[int, list[tuple[Point, Point]]]:
    """Return for every frame its reference points: in its own metres, and where frames that are fixed have them."""
    found: dict[int, list[tuple[Point, Point]]] = {}
    for one in shared:
        held = [frames[n].placed_m(frames[n].own_m(point)) for n, point in one.items() if n in fixed]
        if held:
            target = (sum(x for x, _ in held) / len(held), sum(y for _, y in held) / len(held))
            for n, point in one.items():
                found.setdefault(n, []).append((frames[n].own_m(point), target))
    return found


def _fitted(frame: Frame, pairs: Sequence[tuple[Point, Point]]) -> Frame:
    own, target = (np.array([pair[k] for pair in pairs], dtype=np.float64) for k in (0, 1))
    a, b = own - own.mean(axis=0), target - target.mean(axis=0)
    cross, dot = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum())
    angle_deg = math.degrees(math.atan2(cross, dot)) if len(pairs) > 1 and (cross or dot) else 0.0
    angle_deg = 0.0 if abs(angle_deg) < _SMALL_TURN_DEG else angle_deg
    turned = replace(frame, angle_deg=angle_deg, shift_m=(0.0, 0.0))
    x, y = turned.placed_m((float(own[:, 0].mean()), float(own[:, 1].mean())))
    return turned.moved(float(target[:, 0].mean()) - x, float(target[:, 1].mean()) - y)
