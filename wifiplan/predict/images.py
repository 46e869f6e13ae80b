"""Which mirror images of an antenna bring most, found from a few points."""

import math
from functools import lru_cache

import numpy as np

from wifiplan.predict.gains import add_way as add_power, tables
from wifiplan.predict.shadows.power import Terms
from wifiplan.predict.mirrors import Plane, World, behind, open_world, planes
from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.units import Array

N_TRIED = 24
"""Planes that are tried as mirrors of one antenna: slabs, then those that subtend most."""

N_GROWN = 8
"""Ways that are tried behind further mirrors, a number of mirrors at a time."""

MAX_MIRRORS = 4
NEAR_M = 0.02


class Mirrors:
    """The mirrors of one building, with the worlds behind them kept once they were needed."""

    def __init__(self, things: Obstacles) -> None:
        self.things = things
        self.open = open_world(things)
        self.planes = planes(things)
        self.table = tables(things)
        self._worlds: dict[tuple[tuple[int, float], ...], World] = {(): self.open}

    def world(self, way: tuple[tuple[int, float], ...]) -> World:
        """Return the world behind mirrors: (plane, side) of each, from the antenna on."""
        if way not in self._worlds:
            plane, side = way[-1]
            self._worlds[way] = behind(self.open, self.world(way[:-1]), self.planes[plane], side=side)
        return self._worlds[way]

    def further(self, way, source_xyz_m, tried):
        world = self.world(way)
        image = world.image_m(source_xyz_m)
        found = []
        for p in tried:
            if way and way[-1][0] == p:
                continue
            away = float(image @ self.planes[p].normal_xyz - self.planes[p].offset_m)
            if abs(away) > NEAR_M:
                found.append((*way, (p, math.copysign(1.0, away))))
        return found

    def tried(self, source_xyz_m):
        def subtends(p):
            plane = self.planes[p]
            if plane.sheet is not None:
                return -abs(plane.offset_m - source_xyz_m[2])
            middle = (plane.wall_w[:, :2] + plane.wall_w[:, 2:4]) / 2
            size = np.hypot(*(plane.wall_w[:, 2:4] - plane.wall_w[:, :2]).T) * (plane.wall_w[:, 5] - plane.wall_w[:, 4])
            return float((size / (1.0 + ((middle - source_xyz_m[:2]) ** 2).sum(axis=1))).sum())
        n_flat = sum(p.sheet is not None for p in self.planes)
        flat = sorted(range(n_flat), key=lambda p: -subtends(p))[:2]
        upright = sorted(range(n_flat, len(self.planes)), key=lambda p: -subtends(p))
        return (*flat, *upright[: N_TRIED - len(flat)])

    def best(self, source_xyz_m, raster, terms, n_images, tried=None):
        """Return the ways that bring most at the cells of a coarse raster, without the straight one."""
        tried = self.tried(source_xyz_m) if tried is None else tried
        shape = (len(self.things.bands), raster.n_y, raster.n_x)
        def power(way):
            out = np.zeros(shape, dtype=np.float32)
            world = self.world(way)
            add_power(world, world.image_m(source_xyz_m), self.table, raster, terms, out)
            return out
        total = power(()) + 1e-30
        pool = {}
        ways = [()]
        for _ in range(MAX_MIRRORS):
            found = {}
            for way in ways:
                for more in self.further(way, source_xyz_m, tried):
                    got = power(more)
                    if got.max() > 0:
                        found[more] = got
            if not found:
                break
            pool |= found
            total = total + sum(found.values())
            share = {w: float((g / total).mean()) for w, g in found.items()}
            ways = sorted(found, key=lambda w: -share[w])[:N_GROWN]
            if max(share.values()) < 1e-3:
                break
        share = {w: float((g / total).mean()) for w, g in pool.items()}
        return sorted(pool, key=lambda w: -share[w])[:n_images]
