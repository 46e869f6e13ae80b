"""Grid and sector kernels against each other and against the exact rays; embreex as a stranger's opinion."""

from dataclasses import replace

import numpy as np
import pytest

from wifiplan.predict.gains import add_way, tables
from wifiplan.predict.mirrors import World, open_world
from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.planes import planes
from wifiplan.predict.shadows import grid, sectors
from wifiplan.predict.shadows.grid import Raster
from wifiplan.predict.shadows.pieces import QUANTA_PER_DB, Steps, cut, steps
from wifiplan.predict.shadows.power import Terms
from wifiplan.predict.shadows.rays import crossings
from wifiplan.site.building import Floor, Point, Site, Slab, Wall
from wifiplan.units import Array, CountArray, IntArray

MATERIALS = ("brick", "concrete", "glass")
N_X, N_Y, STEP_M = 41, 37, 0.5


def kinds() -> Obstacles:
    walls = tuple(Wall(line=((0.0, 0.0), (1.0, 0.0)), material=name, top_m=3.0) for name in MATERIALS)
    return obstacles(Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.2, walls=walls),)), law=None)


def scene(luck: np.random.Generator, *, round_m: float | None) -> tuple[Array, IntArray]:
    """Walls anywhere, or with their ends on a lattice that the cells share: joints, and walls on grid lines."""
    n = int(luck.integers(1, 60))
    start, along = luck.uniform(0.0, 20.0, (n, 2)), luck.uniform(-5.0, 5.0, (n, 2))
    if round_m is not None:
        start, along = np.rint(start / round_m) * round_m, np.rint(along / round_m) * round_m
    long = np.hypot(*along.T) > 0.1
    bottom = luck.choice([0.0, 0.0, 0.9, 1.2, 3.2], n)
    top = bottom + luck.choice([1.2, 2.0, 3.2], n)
    walls = np.column_stack([start, start + along, bottom, top])[long]
    return walls, luck.integers(0, len(MATERIALS), len(walls))


def both(walls: Array, kind: IntArray, table: Steps, source: Array, raster: Raster) -> tuple[CountArray, CountArray]:
    """The sums of both kernels (f, y, x)."""
    pieces, quanta = cut(source, walls, kind, *table)
    cells = grid.cast(pieces, quanta, raster, source)
    assert (cells[:, :, -1] == 0).all()
    xx, yy = np.meshgrid(raster.x_m + STEP_M * np.arange(N_X), raster.y_m + STEP_M * np.arange(N_Y))
    points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, raster.z_m)], axis=1) - source
    out = np.zeros((len(points), quanta.shape[1]), dtype=np.int32)
    sectors.cast(pieces, quanta, points, out)
    return cells[:, :, :-1], out.T.reshape(-1, N_Y, N_X)


@pytest.mark.parametrize("round_m", [None, 0.25, 0.5])
def test_grid_and_sectors_agree_on_random_scenes(round_m: float | None) -> None:
    table, luck = steps(kinds().passed_db_kba), np.random.default_rng(7)
    for _ in range(100):
        walls, kind = scene(luck, round_m=round_m)
        height, above = luck.choice([0.9, 1.2, 2.1, 5.0]), luck.choice([0.9, 1.2, 2.8, 4.4])
        source = np.array([*luck.integers(0, 40, 2) * 0.5 + luck.choice([0.0, 0.25, 0.123]), above])
        raster = Raster(luck.choice([0.0, 0.25, 0.1]), STEP_M, N_X, luck.choice([0.0, 0.25]), STEP_M, N_Y, height)
        one, other = both(walls, kind, table, source, raster)
        assert np.abs(one - other).max() / QUANTA_PER_DB < 1e-3


def test_both_find_what_the_exact_rays_find() -> None:
    luck, known = np.random.default_rng(3), kinds()
    one = Steps(np.ones(3, dtype=np.int64), np.array([[0.0, np.inf]] * 3), np.full((3, 1, 1), 1, dtype=np.int32))
    n_other = 0
    for _ in range(40):
        walls, kind = scene(luck, round_m=None)
        things = replace(
            known,
            wall_w=walls,
            wall_kind_w=kind,
            wall_start_f=np.array([0, len(walls)]),
            reach_f=np.array([[0.0, 9.0]]),
        )
        source = np.array([*luck.uniform(0.0, 20.0, 2), luck.choice([1.2, 2.8])])
        raster = Raster(0.1, STEP_M, N_X, 0.2, STEP_M, N_Y, 1.2)
        found, _ = both(walls, kind, one, source, raster)
        xx, yy = np.meshgrid(0.1 + STEP_M * np.arange(N_X), 0.2 + STEP_M * np.arange(N_Y))
        points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, 1.2)], axis=1)
        exact = crossings(things, source[None], points, band="5")
        n_other += int((found[0].ravel() != (exact.n_light_ij + exact.n_heavy_ij)[0]).sum())
    assert n_other == 0


@pytest.mark.parametrize("degree", [0.0, 30.0, 60.0, 80.0])
def test_a_step_is_within_a_decibel_of_the_exact_angle(degree: float) -> None:
    things = kinds()
    table = steps(things.passed_db_kba)
    tangent = np.tan(np.radians(degree))
    for k in range(len(MATERIALS)):
        step = int(np.searchsorted(table.tan_ke[k, : table.n_k[k]], tangent, side="right")) - 1
        exact = things.passed_db_kba[k, :, int(degree)]
        assert np.abs(table.quanta_kef[k, step] / QUANTA_PER_DB - exact).max() <= 1.0


def two_storeys(*, void: tuple[Point, ...] | None) -> Site:
    outline = ((0.0, 0.0), (20.0, 0.0), (20.0, 12.0), (8.0, 12.0), (8.0, 18.0), (0.0, 18.0))
    slab = Slab(material="concrete", thickness_m=0.15)
    upper = Floor(
        level=1, elevation_m=3.2, height_m=3.2, slab=slab, outline=outline, voids=() if void is None else (void,)
    )
    return Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.2, slab=slab, outline=outline), upper))


@pytest.mark.parametrize("void", [None, ((4.0, 4.0), (10.0, 4.0), (10.0, 9.0), (4.0, 9.0))])
def test_slabs_with_holes_are_met_where_the_exact_rays_meet_them(void: tuple[Point, ...] | None) -> None:
    things = obstacles(two_storeys(void=void), law=None, bands=("5",))
    source, raster = np.array([7.3, 6.1, 2.7]), Raster(-2.1, STEP_M, 50, -1.9, STEP_M, 44, 4.0)
    power = np.zeros((1, 44, 50), dtype=np.float32)
    terms = Terms(np.zeros(1), np.zeros(1), 1.0, 1.0, np.array([np.inf]), 0.5)
    assert add_way(open_world(things), source, tables(things), raster, terms, power)
    xx, yy = np.meshgrid(-2.1 + STEP_M * np.arange(50), -1.9 + STEP_M * np.arange(44))
    points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, 4.0)], axis=1)
    exact = crossings(things, source[None], points, band="5").slab_db_ij[0].reshape(44, 50)
    assert -10.0 * np.log10(power[0]) == pytest.approx(exact, abs=0.02)
    assert (exact == 0.0).any() == (void is not None)
    assert (exact > 15.0).any()


def test_a_plane_never_holds_two_walls_at_one_place() -> None:
    """A line must go through exactly as many gates as mirrors: walls drawn twice would hide the way."""
    twice = tuple(
        Wall(line=line, material=material, bottom_m=bottom, top_m=top)
        for line, material, bottom, top in (
            (((0.0, 0.0), (8.0, 0.0)), "brick", 0.0, 3.2),
            (((0.0, 0.0), (8.0, 0.0)), "brick", 0.0, 3.2),
            (((6.0, 0.0), (12.0, 0.0)), "concrete", 0.0, 3.2),
            (((2.0, 0.0), (4.0, 0.0)), "glass", 0.9, 2.4),
        )
    )
    site = Site(name="x", floors=(Floor(level=0, elevation_m=0.0, height_m=3.2, walls=twice),))
    (plane,) = (p for p in planes(obstacles(site, law=None)) if p.sheet is None)
    luck = np.random.default_rng(0)
    for x, z in zip(luck.uniform(0.01, 11.99, 200), luck.uniform(0.01, 3.19, 200), strict=True):
        low, high = (
            np.minimum(plane.wall_w[:, 0], plane.wall_w[:, 2]),
            np.maximum(plane.wall_w[:, 0], plane.wall_w[:, 2]),
        )
        over = (low <= x) & (x < high) & (plane.wall_w[:, 4] <= z) & (z < plane.wall_w[:, 5])
        assert over.sum() == 1


def test_nothing_in_the_way_and_nothing_to_see() -> None:
    world: World = open_world(obstacles(Site(name="x", floors=()), law=None))
    pieces, quanta = cut(np.zeros(3), world.wall_w, world.kind_w, *steps(np.zeros((1, 1, 90))))
    assert pieces.shape == (0, 6)
    assert grid.cast(pieces, quanta, Raster(0.0, 1.0, 3, 0.0, 1.0, 2, 1.0), np.zeros(3)).shape == (1, 2, 4)


def test_embree_finds_the_same_walls() -> None:
    mesh = pytest.importorskip("embreex.mesh_construction", reason="embreex is not installed (extra: bench)")
    embree = pytest.importorskip("embreex.rtcore_scene", reason="embreex is not installed (extra: bench)")
    from benchmark_peers import embree_counts  # noqa: PLC0415 (needs the extra)

    luck = np.random.default_rng(11)
    one = Steps(np.ones(3, dtype=np.int64), np.array([[0.0, np.inf]] * 3), np.full((3, 1, 1), 1, dtype=np.int32))
    same = n = 0
    for _ in range(10):
        walls, kind = scene(luck, round_m=None)
        source, raster = np.array([*luck.uniform(0.0, 20.0, 2), 2.8]), Raster(0.1, STEP_M, N_X, 0.2, STEP_M, N_Y, 1.2)
        ours, _ = both(walls, kind, one, source, raster)
        xx, yy = np.meshgrid(0.1 + STEP_M * np.arange(N_X), 0.2 + STEP_M * np.arange(N_Y))
        points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, 1.2)], axis=1)
        theirs = embree_counts(mesh, embree, walls, source, points)
        same, n = same + int((ours[0].ravel() == theirs).sum()), n + theirs.size
    assert same / n >= 0.999
