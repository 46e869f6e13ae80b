"""The kernel against a ray-by-ray reading of the same geometry with numpy and shapely."""

import math
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from wifiplan.catalog.materials import material
from wifiplan.errors import SiteError
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.rays import Crossings, crossings, cut
from wifiplan.radio.slab import Polarisation, material_loss_db
from wifiplan.site.building import Floor, Point, Site, Slab, Wall
from wifiplan.site.network import Band

Points = npt.NDArray[np.float64]

BANDS: dict[Band, tuple[float, float]] = {
    "2.4": (2.4e9, 2.4835e9),
    "5": (5.15e9, 5.85e9),
    "6": (5.945e9, 6.425e9),
}
MATERIALS = ("brick", "concrete", "glass", "wood", "plasterboard", "hollow_block", "steel_door", "table:drywall")


def building(seed: int, n_walls: int = 40) -> Site:
    generator = np.random.default_rng(seed)
    floors = []
    for level in range(3):
        walls = []
        for _ in range(n_walls):
            start, end = generator.uniform(0.0, 30.0, (2, 2))
            bottom = float(generator.choice([0.0, 0.0, 0.9]))
            walls.append(
                Wall(
                    line=((float(start[0]), float(start[1])), (float(end[0]), float(end[1]))),
                    material=str(generator.choice(MATERIALS)),
                    bottom_m=bottom,
                    top_m=float(generator.choice([1.1, 2.2, 3.4])),
                    thickness_m=float(generator.choice([0.05, 0.2])) if generator.random() < 0.5 else None,
                    loss_5g_db=7.25 if generator.random() < 0.2 else None,
                )
            )
        outline: tuple[Point, ...] = ((2.0, 3.0), (28.0, 3.0), (28.0, 15.0), (12.0, 15.0), (12.0, 28.0), (2.0, 28.0))
        floors.append(
            Floor(
                level=level,
                elevation_m=3.4 * level,
                height_m=3.4,
                slab=Slab(material="concrete", thickness_m=0.12 + 0.03 * level),
                outline=outline if level else None,
                walls=tuple(walls),
            )
        )
    return Site(name="x", floors=tuple(floors))


def points(seed: int, n: int) -> Points:
    generator = np.random.default_rng(seed)
    return np.column_stack([generator.uniform(-2.0, 32.0, (n, 2)), generator.uniform(0.2, 10.0, n)])


@cache
def table_db(name: str, thickness_m: float | None, band: Band, polarisation: Polarisation) -> Points:
    """Loss by whole degree from 0 to 89."""
    return material_loss_db(
        material(name),
        thickness_m=thickness_m,
        band_hz=BANDS[band],
        angle_deg=np.arange(90.0),
        polarisation=polarisation,
    )


def loss(name: str, thickness_m: float | None, cosine: float, band: Band, *, slab: bool = False) -> float:
    degrees = min(math.degrees(math.acos(min(1.0, cosine))), 89.0)
    return float(np.interp(degrees, np.arange(90.0), table_db(name, thickness_m, band, "tm" if slab else "te")))


def one_ray(site: Site, a: Points, b: Points, band: Band) -> tuple[float, float, int, int, int]:
    """(wall loss, slab loss, light walls, heavy walls, slabs) by shapely's intersection of the plan's lines."""
    walls, slabs, light, heavy, n_slabs = 0.0, 0.0, 0, 0, 0
    ray, length = b - a, float(np.linalg.norm(b - a))
    plan = shapely.LineString([a[:2], b[:2]])
    for floor in site.floors:
        for wall in floor.walls:
            met = plan.intersection(shapely.LineString(wall.line))
            if met.is_empty:
                continue
            z = a[2] + plan.project(met) / plan.length * ray[2]
            if not floor.elevation_m + wall.bottom_m <= z < floor.elevation_m + wall.top_m:
                continue
            (x0, y0), (x1, y1) = wall.line
            across = abs(ray[0] * (y1 - y0) - ray[1] * (x1 - x0)) / math.hypot(x1 - x0, y1 - y0)
            own = {"2.4": wall.loss_2g4_db, "5": wall.loss_5g_db, "6": wall.loss_6g_db}[band]
            straight = loss(wall.material, wall.thickness_m, 1.0, band) if own is None else own
            walls += loss(wall.material, wall.thickness_m, across / length, band) if own is None else own
            light, heavy = light + (straight < 5.0), heavy + (straight >= 5.0)
        z = floor.elevation_m
        if (a[2] - z) * (b[2] - z) < 0:
            foot = a + (z - a[2]) / ray[2] * ray
            if floor.outline is None or shapely.Polygon(floor.outline).contains(shapely.Point(foot[:2])):
                slabs += loss(floor.slab.material, floor.slab.thickness_m, abs(ray[2]) / length, band, slab=True)
                n_slabs += 1
    return walls, slabs, light, heavy, n_slabs


@pytest.mark.parametrize(("seed", "band"), [(0, "5"), (1, "2.4"), (2, "6")])
def test_every_ray_equals_the_slow_reading(seed: int, band: Band) -> None:
    site, sources, places = building(seed), points(seed + 10, 4), points(seed + 20, 40)
    found = crossings(obstacles(site, law=None), sources, places, band=band)
    for i, a in enumerate(sources):
        for j, b in enumerate(places):
            walls, slabs, light, heavy, n_slabs = one_ray(site, a, b, band)
            counts = found.n_light_ij[i, j], found.n_heavy_ij[i, j], found.n_floors_ij[i, j]
            assert counts == (light, heavy, n_slabs)
            assert found.wall_db_ij[i, j] == pytest.approx(walls, abs=1e-6)
            assert found.slab_db_ij[i, j] == pytest.approx(slabs, abs=1e-6)


@pytest.mark.parametrize("name", ["brick", "concrete", "glass", "wood"])
@pytest.mark.parametrize("polarisation", ["te", "tm"])
def test_a_table_by_whole_degrees_is_fine_enough(name: str, polarisation: Polarisation) -> None:
    degrees = np.arange(0.25, 85.0, 0.5)
    exact = material_loss_db(
        material(name), thickness_m=None, band_hz=BANDS["5"], angle_deg=degrees, polarisation=polarisation
    )
    between = np.interp(degrees, np.arange(90.0), table_db(name, None, "5", polarisation))
    assert np.abs(between - exact).max() < 0.05


def test_the_way_back_is_the_way_there() -> None:
    site, sources, places = building(3), points(1, 6), points(2, 50)
    there = crossings(obstacles(site, law=None), sources, places, band="5")
    back = crossings(obstacles(site, law=None), places, sources, band="5")
    for one, other in zip(there, back, strict=True):
        assert np.allclose(one, other.T, atol=1e-9)


def test_rays_that_are_not_wanted_meet_slabs_only() -> None:
    site, sources, places = building(4), points(1, 5), points(2, 30)
    things = obstacles(site, law=None)
    every = crossings(things, sources, places, band="5")
    wanted = np.random.default_rng(0).random((5, 30)) < 0.5
    some = crossings(things, sources, places, wanted_ij=wanted, band="5")
    assert np.array_equal(some.wall_db_ij, np.where(wanted, every.wall_db_ij, 0.0))
    assert np.array_equal(some.n_heavy_ij, np.where(wanted, every.n_heavy_ij, 0.0))
    assert np.array_equal(some.slab_db_ij, every.slab_db_ij)


def rooms_side_by_side() -> Site:
    """Two closed rooms of 4 m whose common walls are drawn once, corner to corner, all the same way round."""
    lines = [((0, 0), (4, 0)), ((4, 0), (8, 0)), ((8, 0), (8, 4)), ((8, 4), (4, 4)), ((4, 4), (0, 4)), ((0, 4), (0, 0))]
    lines += [((4, 0), (4, 4))]
    walls = tuple(Wall(line=line, material="table:brick", top_m=3.0) for line in lines)
    return Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.0, walls=walls),))


def counted(site: Site, a: tuple[float, float], b: tuple[float, float]) -> Crossings:
    return crossings(obstacles(site, law=None), np.array([[*a, 1.0]]), np.array([[*b, 1.0]]), band="5")


@pytest.mark.parametrize("y", [0.5, 1.0, 2.0, 3.999])
def test_a_closed_room_is_left_through_exactly_one_wall(y: float) -> None:
    site = rooms_side_by_side()
    assert counted(site, (2.0, y), (-3.0, y)).n_heavy_ij[0, 0] == 1
    assert counted(site, (2.0, y), (6.0, y)).n_heavy_ij[0, 0] == 1
    assert counted(site, (2.0, y), (12.0, y)).n_heavy_ij[0, 0] == 2
    assert counted(site, (2.0, y), (12.0, y)).wall_db_ij[0, 0] == pytest.approx(20.0)


def test_a_ray_within_a_room_or_along_a_wall_cuts_nothing() -> None:
    site = rooms_side_by_side()
    assert counted(site, (0.5, 0.5), (3.5, 3.5)).n_heavy_ij[0, 0] == 0
    assert counted(site, (1.0, 4.0), (3.0, 4.0)).n_heavy_ij[0, 0] == 0
    assert counted(site, (1.0, 1.0), (1.0, 1.0)).wall_db_ij[0, 0] == 0


def test_nothing_to_cut_and_nobody_to_look() -> None:
    things = obstacles(Site(name="x", floors=()), law=None)
    assert crossings(things, np.zeros((2, 3)), np.ones((3, 3)), band="5").wall_db_ij.shape == (2, 3)
    assert crossings(things, np.zeros((0, 3)), np.ones((3, 3)), band="5").slab_db_ij.shape == (0, 3)
    assert crossings(things, np.zeros((2, 3)), np.zeros((0, 3)), band="5").n_floors_ij.shape == (2, 0)


def test_an_unknown_material_is_named() -> None:
    wall = Wall(line=((0.0, 0.0), (1.0, 0.0)), material="papier-mache", top_m=3.0)
    site = Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.0, walls=(wall,)),))
    with pytest.raises(SiteError, match="papier-mache"):
        obstacles(site, law=None)


LOWER, UPPER = ((5.0, -1.0), (5.0, 0.0)), ((5.0, 0.0), (5.0, 1.0))


@pytest.mark.parametrize(
    "lines",
    [
        (LOWER, UPPER),
        (LOWER[::-1], UPPER),
        (LOWER, UPPER[::-1]),
        (LOWER[::-1], UPPER[::-1]),
    ],
)
def test_a_joint_counts_once_whichever_way_the_pieces_are_drawn(lines: tuple[tuple[Point, Point], ...]) -> None:
    walls = tuple(Wall(line=line, material="table:brick", top_m=3.0) for line in lines)
    site = Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.0, walls=walls),))
    found = crossings(obstacles(site, law=None), np.array([[0.0, 0.0, 1.0]]), np.array([[10.0, 0.0, 1.0]]), band="5")
    assert found.wall_db_ij[0, 0] == 10.0


@pytest.mark.parametrize("flip", range(16))
def test_a_room_is_left_through_its_corner_once(flip: int) -> None:
    ring = [((0, 0), (4, 0)), ((4, 0), (4, 4)), ((4, 4), (0, 4)), ((0, 4), (0, 0))]
    walls = tuple(
        Wall(line=line[::-1] if flip >> n & 1 else line, material="table:brick", top_m=3.0)
        for n, line in enumerate(ring)
    )
    site = Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.0, walls=walls),))
    found = crossings(obstacles(site, law=None), np.array([[2.0, 2.0, 1.0]]), np.array([[6.0, 6.0, 1.0]]), band="5")
    assert found.wall_db_ij[0, 0] == 10.0


@pytest.mark.parametrize("share", [0.0, 0.05, 0.6, 1.0])
def test_rays_found_in_two_goes_equal_those_found_in_one(share: float) -> None:
    things = obstacles(building(3), law=None)
    sources, places = points(13, 5), points(23, 60)
    wanted = np.random.default_rng(5).random((5, 60)) < share
    wanted[0] = False
    none = np.zeros_like(wanted)
    begun = cut(things, sources, places, band="5", wanted_ij=none)
    np.testing.assert_array_equal(begun[[0, 2, 3]], 0.0)
    in_two = cut(things, sources, places, band="5", wanted_ij=wanted, begun=begun)
    assert in_two is begun
    np.testing.assert_array_equal(in_two, cut(things, sources, places, band="5", wanted_ij=wanted))
