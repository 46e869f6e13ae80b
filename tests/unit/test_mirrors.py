"""Unfolded buildings against bent rays followed leg by leg, which share no code with them."""

import itertools
import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from wifiplan.predict.images import Mirrors, Way
from wifiplan.predict.obstacles import MAX_ANGLE_DEG, Obstacles, obstacles
from wifiplan.predict.planes import Plane
from wifiplan.predict.shadows.rays import Met, through
from wifiplan.site.building import Floor, Point, Site, Slab, Wall
from wifiplan.units import Array, IntArray

BAND = 1
"""Place of 5 GHz in the tables."""


def at_angle(table_a: Array, cosine: float) -> float:
    degrees = math.degrees(math.acos(min(1.0, abs(cosine))))
    return float(np.interp(min(degrees, MAX_ANGLE_DEG), np.arange(MAX_ANGLE_DEG + 1), table_a))


def inside(xy: Array, edge_e: Array) -> bool:
    odd = False
    for x0, y0, x1, y1 in edge_e:
        if (y0 > xy[1]) != (y1 > xy[1]) and xy[0] < x0 + (xy[1] - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd or not len(edge_e)


class Bent(NamedTuple):
    """A building as bent rays meet it."""

    things: Obstacles
    planes: tuple[Plane, ...]

    def crossed_db(self, a: Array, b: Array, beside: tuple[int, ...]) -> float:
        """Loss of one straight leg, without what lies in the mirrors at its ends."""
        lost, length, things = 0.0, float(np.linalg.norm(b - a)), self.things
        for wall, kind in zip(things.wall_w, things.wall_kind_w, strict=True):
            if any(self._lies_in(wall, self.planes[n]) for n in beside):
                continue
            along = wall[2:4] - wall[:2]
            normal = np.array([along[1], -along[0]]) / np.hypot(*along)
            from_m, to_m = (float(p[:2] @ normal - wall[:2] @ normal) for p in (a, b))
            if from_m * to_m >= 0:
                continue
            hit = a + from_m / (from_m - to_m) * (b - a)
            share = float((hit[:2] - wall[:2]) @ along / (along @ along))
            if 0 <= share < 1 and wall[4] <= hit[2] < wall[5]:
                lost += at_angle(things.passed_db_kba[kind, BAND], (from_m - to_m) / length)
        for s, z in enumerate(things.slab_s):
            if any(p.sheet is not None and p.offset_m == z for p in (self.planes[n] for n in beside)):
                continue
            if (a[2] - z) * (b[2] - z) < 0:
                hit = a + (z - a[2]) / (b[2] - a[2]) * (b - a)
                if inside(hit, things.outline_e[things.outline_start_s[s] : things.outline_start_s[s + 1]]):
                    lost += at_angle(things.passed_db_kba[things.slab_kind_s[s], BAND], (b[2] - a[2]) / length)
        return lost

    @staticmethod
    def _lies_in(wall: Array, plane: Plane) -> bool:
        ends = np.array([[*wall[:2], 0.0], [*wall[2:4], 0.0]])
        return plane.sheet is None and bool((np.abs(ends @ plane.normal_xyz - plane.offset_m) < 1e-6).all())

    def kept_db(self, at: Array, plane: Plane, cosine: float) -> float | None:
        """Loss of the mirror at a point of its plane, None beside its surfaces."""
        if plane.sheet is not None:
            if not inside(at, plane.sheet.edge_e):
                return None
            return at_angle(self.things.reflected_db_kba[plane.sheet.kind, BAND], cosine)
        for wall, kind in zip(self.things.wall_w, self.things.wall_kind_w, strict=True):
            along = wall[2:4] - wall[:2]
            share = float((at[:2] - wall[:2]) @ along / (along @ along))
            if self._lies_in(wall, plane) and 0 <= share < 1 and wall[4] <= at[2] < wall[5]:
                return at_angle(self.things.reflected_db_kba[kind, BAND], cosine)
        return None

    def follow(self, way: Way, source: Array, point: Array) -> tuple[float, float] | None:
        """Return what mirrors keep back and what is lost by crossing [dB], None where there is no such way."""
        images = [source]
        for n in way:
            normal, offset = self.planes[n].normal_xyz, self.planes[n].offset_m
            images.append(images[-1] - 2 * (images[-1] @ normal - offset) * normal)
        kept, crossed, here, last = 0.0, 0.0, point, ()
        for n, image in zip(reversed(way), reversed(images), strict=False):
            plane = self.planes[n]
            from_m, to_m = (float(p @ plane.normal_xyz - plane.offset_m) for p in (image, here))
            if from_m * to_m >= 0:
                return None
            hit = image + from_m / (from_m - to_m) * (here - image)
            back = self.kept_db(hit, plane, to_m / float(np.linalg.norm(here - hit)))
            if back is None:
                return None
            kept += back
            crossed += self.crossed_db(hit, here, (n, *last))
            here, last = hit, (n,)
        return kept, crossed + self.crossed_db(source, here, last)


def unfolded(mirrors: Mirrors, way: Way, source: Array, points: Array) -> tuple[Array, Array]:
    """Return what mirrors keep back (inf: no way) and what is lost by crossing, of the code under test."""
    things, world = mirrors.things, mirrors.world(way, source)
    if world is None:  # an image lies in the next mirror: no line goes through both
        return np.full(len(points), np.inf), np.zeros(len(points))
    passed, reflected = (np.ascontiguousarray(t[:, BAND]) for t in (things.passed_db_kba, things.reflected_db_kba))
    out = through(
        world.image_m(source),
        points,
        Met(world.gate_w, world.gate_kind_w, world.gate_slabs, reflected),
        Met(world.wall_w, world.kind_w, world.slabs, passed),
        (np.ascontiguousarray(things.heavy_kb[:, BAND]), things.spread_db_k),
        world.n_gates,
    )
    return out[6], out[0] + out[1]


def ring(low: float, high: float) -> tuple[Point, ...]:
    return ((low, low), (high, low), (high, high), (low, high))


def turned(xy: Array, angle: float) -> Array:
    across, along = np.array([math.cos(angle), -math.sin(angle)]), np.array([math.sin(angle), math.cos(angle)])
    return np.stack([xy @ across, xy @ along], axis=-1)


def turned_ring(ring_p: tuple[Point, ...], angle: float) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in turned(np.array(ring_p), angle))


def building(seed: int, angle: float) -> Site:
    """Two storeys with a stairwell: outer walls of parapet, window and lintel, oblique walls within that overlap."""
    rng = np.random.default_rng(seed)
    corner = ring(0.0, 12.0)
    floors = []
    for level in (0, 1):
        walls = []
        for a, b in zip(corner[: 3 + level], (corner[1:] + corner[:1])[: 3 + level], strict=True):
            for bottom, top, material in ((0.0, 1.0, "concrete"), (1.0, 2.4, "glass"), (2.4, 3.2, "brick")):
                walls.append(Wall(line=(a, b), bottom_m=bottom, top_m=top, material=material))
        for _ in range(3):
            a, b = rng.uniform(1.0, 11.0, (2, 2))
            half, beyond = (a + b) / 2, a + 0.7 * (b - a)
            top = float(rng.choice([1.1, 2.1, 3.2]))
            walls.append(Wall(line=(tuple(a), tuple(half)), top_m=top, material="brick"))
            walls.append(Wall(line=(tuple(half), tuple(b)), top_m=3.2, material="wood"))
            walls.append(Wall(line=(tuple(beyond), tuple(half)), bottom_m=0.5, top_m=2.0, material="glass"))
        floors.append(
            Floor(
                level=level,
                elevation_m=3.2 * level,
                height_m=3.2,
                slab=Slab(material="concrete", thickness_m=0.15),
                outline=turned_ring(corner, angle),
                voids=(turned_ring(ring(4.0, 7.0), angle),) if level else (),
                walls=tuple(replace(w, line=turned_ring(w.line, angle)) for w in walls),
            )
        )
    return Site(name="any", floors=tuple(floors))


def bent_equals_unfolded(site: Site, ways: list[Way], source: Array, points: Array) -> int:
    """Compare every way at every point; return how many there are."""
    mirrors = Mirrors(obstacles(site, law=None))
    bent, n = Bent(mirrors.things, mirrors.planes), 0
    for way in ways:
        kept, crossed = unfolded(mirrors, way, source, points)
        for j, point in enumerate(points):
            found = bent.follow(way, source, point)
            assert (found is not None) == bool(np.isfinite(kept[j])), (way, point)
            if found is not None:
                n += 1
                assert (kept[j], crossed[j]) == pytest.approx(found, abs=1e-6), (way, point)
    return n


def some_ways(n_planes: int, order: int, rng: np.random.Generator, n: int) -> list[Way]:
    every = [
        w for w in itertools.product(range(n_planes), repeat=order) if all(a != b for a, b in itertools.pairwise(w))
    ]
    chosen: IntArray = rng.choice(len(every), min(n, len(every)), replace=False)
    return [every[c] for c in chosen]


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_an_unfolded_building_loses_what_bent_rays_lose(order: int, angle: float) -> None:
    n = 0
    for seed in range(4):
        rng = np.random.default_rng(100 + seed)
        site = building(seed, angle)
        n_planes = len(Mirrors(obstacles(site, law=None)).planes)
        source = np.array([*turned(rng.uniform(0.5, 11.5, 2), angle), rng.choice([2.9, 5.0])])
        points = np.column_stack([turned(rng.uniform(-1.0, 13.0, (12, 2)), angle), rng.choice([0.8, 1.2, 4.4], 12)])
        n += bent_equals_unfolded(site, some_ways(n_planes, order, rng, 30), source, points)
    assert n > 10  # so many ways exist at all
