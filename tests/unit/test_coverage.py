import json
from pathlib import Path

import numpy as np
import pytest

from wifiplan.errors import SiteError
from wifiplan.predict import obstacles as obstacles_module
from wifiplan.predict.coverage import grid, maps, received_dbm
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.rays import crossings
from wifiplan.radio.loss import LAWS, free_space_db
from wifiplan.site.building import Floor, Point, Room, Site, Slab, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.units import Array, db_from_ratio, ratio_from_db

LAW = LAWS["p2040_multi_wall"]
FREE = LAWS["free_space"]


def ray_traced(folder: Path) -> tuple[Site, np.lib.npyio.NpzFile]:
    """The three-classroom building that Sionna RT traced, as a site of ours."""
    scene = json.loads((folder / "scene.json").read_text(encoding="utf-8"))
    maps = np.load(folder / "maps.npz")
    kinds = scene["materials"]
    slab = kinds["slab150"]
    outline = ((2.0, 0.0), (38.0, 0.0), (38.0, 12.0), (2.0, 12.0))
    walls = tuple(
        Wall(
            line=((w["x0_m"], w["y0_m"]), (w["x1_m"], w["y1_m"])),
            bottom_m=w["z0_m"],
            top_m=w["z1_m"],
            material=kinds[w["material"]]["itu"],
            thickness_m=kinds[w["material"]]["thickness_m"],
        )
        for w in scene["walls"]
    )
    floors = tuple(
        Floor(
            level=level,
            elevation_m=level * scene["storey_height_m"],
            height_m=scene["storey_height_m"],
            slab=Slab(material=slab["itu"], thickness_m=slab["thickness_m"]),
            outline=outline,
            walls=walls if level == 0 else (),
        )
        for level in (0, 1)
    )
    return Site(name=scene["name"], floors=floors), maps


def cell_means(site: Site, maps: np.lib.npyio.NpzFile, frequency_hz: float, *, level: int) -> Array:
    """Path gain (i, y, x) of walls, slabs and free space, averaged in power over 5 x 5 points a cell, as theirs is."""
    n_i, n_y, n_x = maps["trans_5250"].shape
    sub = (np.arange(5) + 0.5) / 10.0
    xs, ys = (np.arange(n_x)[:, None] * 0.5 + sub).ravel(), (np.arange(n_y)[:, None] * 0.5 + sub).ravel()
    xx, yy = np.meshgrid(xs, ys)
    points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, 1.2 + 3.2 * level)], axis=1)
    cut = crossings(obstacles(site, law=None), maps["aps"], points, band="5")
    distance = np.linalg.norm(maps["aps"][:, None] - points[None], axis=2)
    loss = cut.wall_db_ij + cut.slab_db_ij + free_space_db(distance, frequency_hz=frequency_hz)
    cells = ratio_from_db(-loss).reshape(n_i, n_y, 5, n_x, 5).mean(axis=(2, 4))
    return db_from_ratio(cells)


@pytest.mark.data
@pytest.mark.parametrize(("name", "level", "limit_db"), [("trans_5250", 0, 0.6), ("transup_5250", 1, 0.5)])
def test_transmission_matches_the_ray_tracer(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, name: str, level: int, limit_db: float
) -> None:
    # the maps are at one frequency, our bands are means over many
    monkeypatch.setattr(obstacles_module, "band_hz", lambda _country, _band: (5.25e9, 5.25e9))
    site, maps = ray_traced(shared_data / "sionna_a")
    ours = cell_means(site, maps, 5.25e9, level=level)
    theirs = maps[name]
    y = 0.25 + 0.5 * np.arange(theirs.shape[1])
    x = 0.25 + 0.5 * np.arange(theirs.shape[2])
    judged = (theirs > -300) & ((x > 2) & (x < 38))[None, None, :] & ((y > 0) & (y < 12))[None, :, None]
    error = (ours - theirs)[judged]
    assert np.sqrt((error**2).mean()) < limit_db


def one_wall(**wall: float) -> Site:
    return Site(
        name="one wall",
        floors=(
            Floor(
                level=0,
                elevation_m=0.0,
                height_m=3.2,
                outline=((0, 0), (20, 0), (20, 10), (0, 10)),
                rooms=(Room(id="a", name="a", use="other", polygon=((0, 0), (20, 0), (20, 10), (0, 10))),),
                walls=(
                    Wall(line=((10, 0), (10, 5)), top_m=3.2, material="brick", **wall),
                    Wall(line=((10, 5), (10, 10)), top_m=3.2, material="brick", **wall),
                ),
            ),
        ),
    )


AP = AccessPoint(id="ap", x_m=5.0, y_m=5.0, z_m=2.0, radios=(Radio(band="5", eirp_dbm=20.0),))


def test_the_joint_of_two_collinear_pieces_counts_once() -> None:
    point = np.array([[15.0, 5.0, 2.0]])
    with_wall = received_dbm(one_wall(loss_5g_db=10.0), [AP], point, [0], band="5", law=LAW)
    without = received_dbm(
        Site(name="", floors=(Floor(level=0, elevation_m=0, height_m=3.2),)),
        [AP],
        point,
        [0],
        band="5",
        law=LAW,
    )
    assert float((without - with_wall)[0, 0]) == pytest.approx(10.0)


def test_a_ray_passes_over_a_parapet() -> None:
    site = one_wall()
    low = tuple(Wall(line=w.line, top_m=1.1, material="concrete") for w in site.floors[0].walls)
    parapet = Site(name="", floors=(Floor(level=0, elevation_m=0, height_m=3.2, walls=low),))
    over = received_dbm(parapet, [AP], np.array([[11.0, 5.2, 1.9]]), [0], band="5", law=LAW)
    free = received_dbm(parapet, [AP], np.array([[11.0, 5.2, 1.9]]), [0], band="5", law=FREE)
    assert over == pytest.approx(free)


def test_no_radio_in_the_band_is_not_received() -> None:
    got = received_dbm(one_wall(), [AP], np.array([[1.0, 1.0, 1.0]]), [0], band="2.4", law=LAW)
    assert np.isneginf(got).all()


def test_an_access_point_without_position_is_named() -> None:
    with pytest.raises(SiteError, match="no position is known of: lost"):
        received_dbm(one_wall(), [AccessPoint(id="lost")], np.zeros((1, 3)), [0], band="5", law=LAW)


def test_an_unknown_floor_is_named() -> None:
    with pytest.raises(SiteError, match="no floor of level 7"):
        received_dbm(one_wall(), [AP], np.zeros((1, 3)), [7], band="5", law=LAW)


def test_a_grid_is_the_same_as_its_points() -> None:
    site = one_wall()
    coverage = grid(site, [AP], 0, cell_m=2.5, band="5", law=LAW, height_m=1.0)
    assert coverage.received_dbm_iyx.shape == (1, 4, 8)
    xx, yy = np.meshgrid(coverage.x_m, coverage.y_m)
    points = np.stack([xx.ravel(), yy.ravel(), np.ones(xx.size)], axis=1)
    got = received_dbm(site, [AP], points, [0] * len(points), band="5", law=LAW)
    np.testing.assert_allclose(coverage.received_dbm_iyx.reshape(1, -1), got)
    assert coverage.strongest_dbm_yx.shape == (4, 8)


def test_the_quick_map_of_the_strongest_is_near_the_exact_one() -> None:
    site = one_wall()
    points = [
        AccessPoint(id=str(n), x_m=x, y_m=y, z_m=2.5, radios=(Radio(band="5", eirp_dbm=17.0),))
        for n, (x, y) in enumerate([(3.0, 2.0), (9.0, 8.0), (12.0, 3.0), (18.0, 7.0)])
    ]
    full = grid(site, points, 0, cell_m=0.5, band="5", law=LAW)
    (quick,) = maps(site, points, 0, cell_m=0.5, law=LAW, bands=("5",))
    error_db = quick.strongest_dbm_yx - full.strongest_dbm_yx
    assert np.percentile(np.abs(error_db), 95) < 1.0
    assert np.sqrt((error_db**2).mean()) < 0.5


@pytest.mark.parametrize("outline", [((0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)), None])
def test_a_ray_through_an_atrium_meets_no_slab_and_one_beside_it_does(outline: tuple[Point, ...] | None) -> None:
    hole = ((4.0, 4.0), (8.0, 4.0), (8.0, 8.0), (4.0, 8.0))
    stairs = ((15.0, 1.0), (17.0, 1.0), (17.0, 3.0))
    floors = (
        Floor(level=0, elevation_m=0.0, height_m=3.5),
        Floor(level=1, elevation_m=3.5, height_m=3.5, outline=outline, voids=(hole, stairs)),
    )
    above = np.array([[6.0, 6.0, 6.0]])
    # through the hole, at its rim inside and outside, through the slab, through the stairs by their hypotenuse
    points = np.array([[6, 6, 1.0], [7.9, 6, 3.4], [8.6, 6, 3.4], [1, 1, 1], [16.8, 1.2, 3.49], [15.2, 2.8, 3.49]])
    straight = np.array([[16.8, 1.2, 3.51], [15.2, 2.8, 3.51]])
    cut = crossings(obstacles(Site(name="s", floors=floors), law=None, bands=("5",)), above, points[:4], band="5")
    assert cut.n_floors_ij.tolist() == [[0, 0, 1, 1]]
    assert (cut.slab_db_ij[0] > 0).tolist() == [False, False, True, True]
    near = crossings(obstacles(Site(name="s", floors=floors), law=None, bands=("5",)), straight, points[4:], band="5")
    assert np.diagonal(near.n_floors_ij).tolist() == [0, 1]
