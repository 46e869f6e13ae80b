"""Mirror images of antennas: which of them bring most, and what they add at points."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from wifiplan.predict.gains import add_way, tables
from wifiplan.predict.mirrors import World, behind, open_world
from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.planes import SAME_M, Plane, planes
from wifiplan.predict.shadows.grid import Raster
from wifiplan.predict.shadows.power import Terms
from wifiplan.units import Array, IntArray

Way: TypeAlias = tuple[int, ...]
"""The mirrors that a wave meets, from the antenna on, as places in `Mirrors.planes`; none: the straight line."""

N_TRIED = 24
"""Planes that are tried as first mirrors of an antenna: the slabs next to it, then the walls that subtend most."""

N_GROWN = 16
"""How many planes, and how many ways of one length, are tried for ways with one mirror more."""

MAX_MIRRORS = 4
"""Ways with more mirrors are not looked for: against a ray tracer the fourth still brings a tenth of a decibel in long
corridors (docs/validation.md)."""

LEAST_SHARE = 1e-3
"""Where the best way of a length brings less than this share of the power, longer ones are not looked for."""

NEAR_M = 0.02
"""An antenna that is nearer to a plane than this hangs on it and has no image in it [m]."""

SELECT_M, REACH_M = 2.0, 20.0
"""Ways are compared at cells this far apart, up to this far from the antenna [m]."""


MOST_MORE = 4.0
"""What is left out never counts for more than this many times what is followed: 6 dB, so that bounds hold."""


class Chosen(NamedTuple):
    """Ways over mirrors that bring most, and how much more all the ways that were tried bring.

    `more_byx` is, at every cell of `raster` and in every band, the power of the straight line and of all ways that were
    tried, over that of the straight line and the chosen `ways`: from 1 to `MOST_MORE`. `turn_xyz` (3, 3) takes the
    building to the frame of the raster.
    """

    ways: tuple[Way, ...]
    raster: Raster
    more_byx: Array
    turn_xyz: Array = np.eye(3)

    def more(self, points_xyz_m: Array) -> Array:
        """Return by how much the power at points (j, 3) is to be raised for the ways left out (b, j).

        Between cells it is interpolated, beyond them it is that of the nearest one. Walls and mirrors act on the ways
        left out as on the chosen ones, so that their ratio changes slowly where the power itself jumps.
        """
        raster, points_xyz_m = self.raster, points_xyz_m @ self.turn_xyz.T
        x = np.clip((points_xyz_m[:, 0] - raster.x_m) / raster.dx_m, 0.0, raster.n_x - 1.0)
        y = np.clip((points_xyz_m[:, 1] - raster.y_m) / raster.dy_m, 0.0, raster.n_y - 1.0)
        left, low = x.astype(np.int64), y.astype(np.int64)
        right, high = np.minimum(left + 1, raster.n_x - 1), np.minimum(low + 1, raster.n_y - 1)
        x, y = x - left, y - low
        log = np.log(self.more_byx)
        below = (1.0 - x) * log[:, low, left] + x * log[:, low, right]
        above = (1.0 - x) * log[:, high, left] + x * log[:, high, right]
        return np.asarray(np.exp((1.0 - y) * below + y * above))


class Mirrors:
    """The mirrors of one building; what lies behind them is kept once it was needed."""

    def __init__(self, things: Obstacles) -> None:
        self.things = things
        self.table = tables(things)
        self._planes: tuple[Plane, ...] | None = None
        self._worlds: dict[tuple[tuple[int, float], ...], World] = {(): open_world(things)}
        self._along: tuple[Array, Mirrors] | None = None

    @property
    def planes(self) -> tuple[Plane, ...]:
        """The mirrors, found when they are first asked for."""
        if self._planes is None:
            self._planes = planes(self.things)
        return self._planes

    def world(self, way: Way, source_xyz_m: Array) -> World | None:
        """Return what an antenna has before it on a way, None where it hangs on one of the mirrors."""
        key: tuple[tuple[int, float], ...] = ()
        world, image = self._worlds[key], np.asarray(source_xyz_m, dtype=np.float64)
        for number in way:
            plane = self.planes[number]
            away = float(image @ plane.normal_xyz) - plane.offset_m
            if abs(away) < NEAR_M:
                return None
            side = math.copysign(1.0, away)
            key = (*key, (number, side))
            if key not in self._worlds:
                self._worlds[key] = behind(self._worlds[()], world, plane, side=side)
            world, image = self._worlds[key], plane.image_m(image)
        return world

    def best(self, source_xyz_m: Array, points_xyz_m: Array, n_images: int) -> Chosen:
        """Return the ways over mirrors that bring most of an antenna's power to points (j, 3), and what is left out.

        They are compared at cells that lie along the building's longest wall, so that a turned building has the same.
        """
        turn, along = self._lengthwise()
        source, points = np.asarray(source_xyz_m) @ turn.T, np.asarray(points_xyz_m) @ turn.T
        return along.choose(source, select_raster(source, points), n_images)._replace(turn_xyz=turn)

    def _lengthwise(self) -> tuple[Array, "Mirrors"]:
        """Return the rotation that lays the building along x, and the mirrors of the building there, in one order."""
        if self._along is None:
            turn = _frame(self.things)
            along = Mirrors(_turned(self.things, turn))
            along._planes = tuple(_turned_plane(plane, turn) for plane in self.planes)
            self._along = turn, along
        return self._along

    def choose(self, source_xyz_m: Array, raster: Raster, n_images: int) -> Chosen:
        """Return the ways over mirrors that bring an antenna's power to a raster's cells, and what is left out.

        Compared is the share that a way has in the power, as a mean over cells and bands, in free space with the
        P.2040 losses of walls and slabs. Longer ways grow out of the best shorter ones.
        """
        n_b = len(self.things.bands)
        terms = Terms(np.zeros(n_b), np.full(n_b, 2.0), 1.0, 1.0, np.full(n_b, math.inf), 0.5)
        straight = self._power((), source_xyz_m, raster, terms)
        total = np.zeros((len(self.things.bands), raster.n_y, raster.n_x)) if straight is None else straight + 1e-30
        found: dict[Way, Array] = {}
        ways: list[Way] = [()]
        tried = self._tried(source_xyz_m)
        for _ in range(MAX_MIRRORS):
            longer = {}
            for way in (w for short in ways for w in _longer(short, tried)):
                power = self._power(way, source_xyz_m, raster, terms)
                if power is not None:
                    longer[way] = power
                    total += power
            found |= longer
            ranked = sorted(longer, key=lambda w: -_share(longer[w], total))
            if not ranked or _share(longer[ranked[0]], total) < LEAST_SHARE:
                break
            ways = ranked[:N_GROWN]
            if len(tried) > N_GROWN:
                tried = tuple(way[0] for way in ways)
        share = {way: _share(power, total) for way, power in found.items()}
        best = tuple(sorted(found, key=lambda way: (-share[way], way))[:n_images])
        left = sum((power for way, power in found.items() if way not in best), start=np.zeros_like(total))
        return Chosen(best, raster, np.minimum(1.0 + left / np.maximum(total - left, 1e-30), MOST_MORE))

    def _power(self, way: Way, source_xyz_m: Array, raster: Raster, terms: Terms) -> Array | None:
        world = self.world(way, source_xyz_m)
        if world is None:
            return None
        out = np.zeros((len(self.things.bands), raster.n_y, raster.n_x), dtype=np.float32)
        some = add_way(world, world.image_m(source_xyz_m), self.table, raster, terms, out)
        return out.astype(np.float64) if some else None

    def _tried(self, source_xyz_m: Array) -> tuple[int, ...]:
        """Return the slabs next below and above an antenna, then the planes whose walls subtend most at it."""
        flat = [n for n, plane in enumerate(self.planes) if plane.sheet is not None]
        rise = {n: self.planes[n].offset_m - float(source_xyz_m[2]) for n in flat}
        below = max((n for n in flat if rise[n] <= 0.0), key=lambda n: rise[n], default=None)
        above = min((n for n in flat if rise[n] > 0.0), key=lambda n: rise[n], default=None)
        upright = [n for n, plane in enumerate(self.planes) if plane.sheet is None]
        seen = {n: self.planes[n].subtends(source_xyz_m) for n in upright}
        next_to = [n for n in (below, above) if n is not None]
        return (*next_to, *sorted(upright, key=lambda n: -seen[n])[: N_TRIED - len(next_to)])


def _frame(things: Obstacles) -> Array:
    """Return the rotation (3, 3) about the vertical that lays the longest wall along x."""
    if not len(things.wall_w):
        return np.eye(3)
    along = things.wall_w[:, 2:4] - things.wall_w[:, :2]
    longest = along[int(np.argmax(np.rint(np.hypot(along[:, 0], along[:, 1]) / SAME_M)))]
    x, y = longest / np.hypot(*longest)
    return np.array([[x, y, 0.0], [-y, x, 0.0], [0.0, 0.0, 1.0]])


def _turned(things: Obstacles, turn: Array) -> Obstacles:
    """Return a building turned about the origin."""
    return replace(things, wall_w=_turned_ends(things.wall_w, turn), outline_e=_turned_ends(things.outline_e, turn))


def _turned_plane(plane: Plane, turn: Array) -> Plane:
    sheet = plane.sheet
    return replace(
        plane,
        normal_xyz=turn @ plane.normal_xyz,
        wall_w=_turned_ends(plane.wall_w, turn),
        sheet=None if sheet is None else replace(sheet, edge_e=_turned_ends(sheet.edge_e, turn)),
    )


def _turned_ends(line_w: Array, turn: Array) -> Array:
    """Return lines (w, 4 or more: x0, y0, x1, y1, ...) turned about the origin."""
    out = line_w.copy()
    for ends in (slice(0, 2), slice(2, 4)):
        out[:, ends] = line_w[:, ends] @ turn[:2, :2].T
    return out


def _longer(way: Way, tried: Sequence[int]) -> Iterator[Way]:
    return ((*way, number) for number in tried if not way or way[-1] != number)


def _share(power: Array, total: Array) -> float:
    return float((power / total).mean())


def select_raster(source_xyz_m: Array, points_xyz_m: Array) -> Raster:
    """Return the cells at which the ways to some points (j, 3) are compared: theirs, near the antenna."""
    low, high = points_xyz_m[:, :2].min(axis=0), points_xyz_m[:, :2].max(axis=0)
    middle = np.clip(source_xyz_m[:2], low, high)
    low, high = np.maximum(low, middle - REACH_M), np.minimum(high, middle + REACH_M)
    n_x, n_y = (int(n) for n in np.maximum(np.ceil((high - low) / SELECT_M), 1.0))
    step_x, step_y = np.maximum((high - low) / (n_x, n_y), 1e-3)
    return Raster(
        x_m=float(low[0] + step_x / 2),
        dx_m=float(step_x),
        n_x=n_x,
        y_m=float(low[1] + step_y / 2),
        dy_m=float(step_y),
        n_y=n_y,
        z_m=float(np.median(points_xyz_m[:, 2])),
    )


def storeys(points_xyz_m: Array) -> list[IntArray]:
    """Return the places of points that lie at one height, within half a metre, for each such height."""
    height = np.rint(points_xyz_m[:, 2] * 2.0)
    return [np.flatnonzero(height == value) for value in np.unique(height)]
