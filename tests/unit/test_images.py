import itertools
from functools import cache

import numpy as np

from tests.unit.test_mirrors import building, turned
from wifiplan.predict.images import MOST_MORE, Chosen, Mirrors, select_raster
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.grid import Raster

SOURCE = np.array([3.1, 4.3, 2.9])
AROUND = np.array([[0.5, 0.5, 1.0], [11.5, 11.5, 1.0]])


@cache
def mirrors() -> Mirrors:
    """What lies behind the mirrors is kept from test to test."""
    return Mirrors(obstacles(building(1, 0.0), law=None))


@cache
def chosen(n_images: int) -> Chosen:
    return mirrors().choose(SOURCE, select_raster(SOURCE, AROUND), n_images)


def test_more_images_are_the_same_and_further_ones() -> None:
    few, many = chosen(4), chosen(12)
    assert len(few.ways) == 4
    assert many.ways[:4] == few.ways
    assert len(set(many.ways)) == 12
    assert all(a != b for way in many.ways for a, b in itertools.pairwise(way))


def test_the_more_images_are_followed_the_less_is_left_out() -> None:
    left = [chosen(n).more_byx for n in (0, 4, 16, 10**6)]
    assert all((fewer >= more - 1e-9).all() for fewer, more in itertools.pairwise(left))
    assert left[0].max() > left[2].max()
    assert left[0].max() <= MOST_MORE
    np.testing.assert_allclose(left[-1], 1.0)


def test_what_is_left_out_is_interpolated_between_cells_and_kept_beyond_them() -> None:
    raster = Raster(x_m=1.0, dx_m=2.0, n_x=2, y_m=1.0, dy_m=2.0, n_y=2, z_m=1.0)
    known = Chosen((), raster, np.array([[[1.0, 4.0], [1.0, 1.0]]]))
    at = np.array([[3.0, 1.0, 1.0], [2.0, 1.0, 1.0], [3.0, 2.0, 1.0], [9.0, -5.0, 1.0], [0.0, 9.0, 1.0]])
    np.testing.assert_allclose(known.more(at)[0], [4.0, 2.0, 2.0, 4.0, 1.0])


def test_a_single_cell_holds_everywhere() -> None:
    known = Chosen((), Raster(x_m=1.0, dx_m=2.0, n_x=1, y_m=1.0, dy_m=2.0, n_y=1, z_m=1.0), np.array([[[3.0]]]))
    np.testing.assert_allclose(known.more(np.array([[5.0, 5.0, 1.0], [1.0, 1.0, 1.0]])), [[3.0, 3.0]])


def test_a_turned_building_has_the_same_images() -> None:
    places = np.array([[1.0, 2.0, 1.0], [10.0, 7.0, 1.0], [5.0, 11.0, 1.0]])
    found = []
    for angle in (0.0, 0.7):
        here = Mirrors(obstacles(building(1, angle), law=None))
        source, points = (np.column_stack([turned(p[:, :2], angle), p[:, 2]]) for p in (SOURCE[None], places))
        chosen_here = here.best(source[0], points, 8)
        found.append(chosen_here.more(points))
        for way in chosen_here.ways:
            world = here.world(way, source[0])
            assert world is not None
            assert np.isfinite(world.image_m(source[0])).all()
    np.testing.assert_allclose(*found, atol=1e-6)
