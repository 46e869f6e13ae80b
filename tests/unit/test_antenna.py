"""Antennas: their tables, how a mounting turns them, and which access point has which."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from wifiplan.catalog.antennas import MOUNTS, Facing, MeasuredAntenna, Mount, antenna, antennas
from wifiplan.catalog.radios import ap_models
from wifiplan.errors import CatalogError, OutOfRangeError, SiteError
from wifiplan.predict.antennas import departing_db, gain_db, patterns
from wifiplan.radio.antenna import axes_xyz, directivity_dbi, pattern, relative_gain_db, table_db
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint
from wifiplan.units import Array, db_from_ratio, ratio_from_db

DOWN, UP, NORTH, EAST, SOUTH, WEST = np.array(
    [[0, 0, -1], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, -1, 0], [-1, 0, 0]], dtype=np.float64
)


def cuts(tilt: int = 0) -> MeasuredAntenna:
    """A beam of 65 degrees whose cuts are measured, weaker to the right than to the left."""
    away = np.minimum(np.arange(360), 360 - np.arange(360))
    lobe = -np.minimum(12 * (away / 65) ** 2, 30.0)
    lobe -= np.where((np.arange(360) > 0) & (np.arange(360) < 180), 2.0, 0.0)
    over = -np.minimum(12 * (away / 65) ** 2, 30.0)
    return MeasuredAntenna(
        name="measured", horizontal_db=tuple(lobe), vertical_db=tuple(np.roll(over, tilt)), facing="wall"
    )


def directions(n: int = 40_000) -> Array:
    found = np.random.default_rng(5).normal(size=(n, 3))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


@pytest.mark.parametrize("name", antennas())
def test_no_direction_is_stronger_than_the_strongest_and_the_gain_is_no_more_than_the_directivity(name: str) -> None:
    table = pattern(antenna(name))
    assert table.gain_db_ea.max() == 0.0
    assert table.gain_db_ea.min() >= -antenna(name).max_loss_db
    # losses inside an antenna take from its gain, nothing adds to it
    assert directivity_dbi(table) >= antenna(name).gain_dbi - 0.01


@pytest.mark.parametrize("name", ["isotropic", "dipole", "ceiling-omni"])
def test_antennas_without_losses_have_the_directivity_that_their_source_names(name: str) -> None:
    assert directivity_dbi(pattern(antenna(name))) == pytest.approx(antenna(name).gain_dbi, abs=0.01)


def test_patterns_equal_those_of_a_ray_tracer() -> None:
    path = Path(__file__).parents[1] / "golden" / "antenna_patterns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    for row in rows:
        elevation, azimuth = np.array(float(row["elevation_deg"])), np.array(float(row["azimuth_deg"]))
        ours = table_db(pattern(antenna(row["antenna"])).gain_db_ea, elevation, azimuth)
        assert float(ours) == pytest.approx(float(row["relative_gain_db"]), abs=1e-3), row


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize("name", ["dipole", "ceiling-omni", "sector-65"])
def test_turning_an_antenna_neither_makes_nor_loses_energy(name: str, mount: Mount) -> None:
    table = pattern(antenna(name))
    gain = relative_gain_db(table, directions(), azimuth_deg=123.0, tilt_deg=20.0, mount=mount)
    assert -float(db_from_ratio(ratio_from_db(gain).mean())) == pytest.approx(directivity_dbi(table), abs=0.1)


def test_a_sector_is_3_db_down_at_half_its_width_and_30_db_behind() -> None:
    table = pattern(antenna("sector-65"))
    at = np.radians([0.0, 32.5, -32.5, 180.0])
    level = np.stack([np.sin(at), np.cos(at), np.zeros(4)], axis=1)
    assert relative_gain_db(table, level, mount="wall") == pytest.approx([0, -3, -3, -30], abs=0.02)
    over = np.stack([np.zeros(2), np.cos(at[1:3]), np.sin(at[1:3])], axis=1)
    assert relative_gain_db(table, over, mount="wall") == pytest.approx([-3, -3], abs=0.02)


def test_a_sector_looks_along_its_azimuth_on_a_wall_and_down_from_a_ceiling() -> None:
    table = pattern(antenna("sector-65"))
    strongest = {
        ("wall", 0.0, 0.0): NORTH,
        ("wall", 90.0, 0.0): EAST,
        ("wall", 90.0, 45.0): EAST + DOWN,
        ("wall", 180.0, -45.0): SOUTH + UP,
        ("ceiling", 0.0, 0.0): DOWN,
        ("ceiling", 270.0, 45.0): WEST + DOWN,
        ("ceiling", 270.0, 90.0): WEST,
    }
    for (mount, azimuth_deg, tilt_deg), there in strongest.items():
        turned = {"azimuth_deg": azimuth_deg, "tilt_deg": tilt_deg}
        assert relative_gain_db(table, there, mount=mount, **turned) == pytest.approx(0.0, abs=1e-9)  # type: ignore[arg-type]
        assert relative_gain_db(table, -there, mount=mount, **turned) == pytest.approx(-30.0)  # type: ignore[arg-type]


def test_a_ceiling_omni_is_strongest_30_degrees_down_and_lies_on_its_side_on_a_wall() -> None:
    table = pattern(antenna("ceiling-omni"))
    ring = np.array([[np.cos(a), np.sin(a), -np.tan(np.radians(30))] for a in np.linspace(0, 6, 13)])
    assert relative_gain_db(table, ring) == pytest.approx(0.0, abs=1e-9)
    below, above = relative_gain_db(table, np.stack([DOWN, UP]))
    assert below == pytest.approx(-6.24, abs=0.01)
    assert above == pytest.approx(-24.97, abs=0.01)
    # hung on the north wall it looks south: what was below it is now in front of it
    assert relative_gain_db(table, SOUTH, azimuth_deg=180.0, mount="wall") == pytest.approx(below)
    assert relative_gain_db(table, NORTH, azimuth_deg=180.0, mount="wall") == pytest.approx(above)


def test_an_upright_rod_stays_upright_on_every_mount() -> None:
    table = pattern(antenna("dipole"))
    for mount in MOUNTS:
        gain = relative_gain_db(table, np.stack([NORTH, EAST, UP, DOWN]), azimuth_deg=40.0, mount=mount)
        assert gain == pytest.approx([0, 0, -30, -30], abs=1e-9)
        assert relative_gain_db(table, EAST, azimuth_deg=90.0, tilt_deg=90.0, mount=mount) == pytest.approx(-30.0)


@pytest.mark.parametrize("facing", get_args(Facing))
@pytest.mark.parametrize("mount", MOUNTS)
def test_a_mounting_turns_and_never_mirrors(facing: Facing, mount: Mount) -> None:
    axes = axes_xyz(facing, azimuth_deg=77.0, tilt_deg=-12.0, mount=mount)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    # front, right and up, as a person stands: right-handed is front, left and up
    assert np.linalg.det(axes) == pytest.approx(-1.0)


def test_two_cuts_are_met_exactly_and_left_and_right_are_told_apart() -> None:
    table, both = pattern(cuts()), cuts()
    azimuth = np.arange(360)
    assert table.gain_db_ea[90, :360] == pytest.approx(both.horizontal_db)
    elevation = np.arange(-89, 90)
    assert table.gain_db_ea[elevation + 90, 0] == pytest.approx([both.vertical_db[-e % 360] for e in elevation])
    assert table.gain_db_ea[elevation + 90, 180] == pytest.approx([both.vertical_db[180 + e] for e in elevation])
    assert np.ptp(table.gain_db_ea[[0, 180]], axis=1) == pytest.approx(0.0, abs=1e-9)
    looking_north = relative_gain_db(table, np.stack([EAST, WEST]), mount="wall")
    assert looking_north == pytest.approx([both.horizontal_db[90], both.horizontal_db[270]])
    assert azimuth.size == table.gain_db_ea.shape[1] - 1


def test_a_cut_that_was_measured_tilted_is_strongest_below_the_horizon() -> None:
    table = pattern(cuts(tilt=10))
    at = np.radians(10)
    assert relative_gain_db(table, np.cos(at) * NORTH + np.sin(at) * DOWN, mount="wall") == pytest.approx(0.0, abs=1e-9)
    # the horizontal cut was put to 0 by itself; it is lowered to meet the vertical one
    assert relative_gain_db(table, NORTH, mount="wall") == pytest.approx(-12 * (10 / 65) ** 2)


def test_between_its_degrees_a_table_is_linear_and_it_closes_all_round() -> None:
    rng = np.random.default_rng(1)
    table = rng.uniform(-30, 0, (181, 361))
    table[:, 360] = table[:, 0]
    assert table_db(table, np.array([-90.0, 90.0]), np.array([0.0, 360.0])) == pytest.approx(
        [table[0, 0], table[180, 0]]
    )
    middle = table_db(table, np.array(10.5), np.array(359.5))
    assert middle == pytest.approx(table[100:102][:, [359, 0]].mean())
    assert table_db(table, np.array(3.0), np.array(-1.0)) == pytest.approx(table[93, 359])


def test_what_is_no_antenna_is_refused() -> None:
    with pytest.raises(CatalogError, match="sector-65"):
        antenna("sector")
    with pytest.raises(OutOfRangeError, match="width"):
        pattern(replace(antenna("sector-65"), width_elevation_deg=None))
    for spoilt in ((0.0,) * 359, (0.0,) * 359 + (float("nan"),)):
        with pytest.raises(OutOfRangeError, match="cuts"):
            pattern(replace(cuts(), horizontal_db=spoilt))


def test_the_page_shows_every_antenna_with_the_directivity_of_its_table(repo_root: Path) -> None:
    lines = (repo_root / "docs" / "antennas.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip("` ") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    told = {row[0]: row[1:] for row in rows if len(row) == 5}
    assert told.keys() == antennas().keys()
    for name, (facing, _, gain, directivity) in told.items():
        assert (facing, float(gain)) == (antenna(name).facing, antenna(name).gain_dbi)
        assert float(directivity) == pytest.approx(directivity_dbi(pattern(antenna(name))), abs=0.006)


def test_every_model_has_an_antenna_of_the_catalogue() -> None:
    assert {model.antenna for model in ap_models().values()} <= antennas().keys()


SITE = Site(name="s", floors=(Floor(level=0, elevation_m=0, height_m=3.2),), antennas=(cuts(),))
AP = AccessPoint(id="a", x_m=0.0, y_m=0.0, z_m=3.0)


def test_an_access_point_has_its_own_antenna_or_its_models_or_none_that_is_known() -> None:
    points = [AP, replace(AP, model="ax-2x2"), replace(AP, model="?"), replace(AP, pattern="measured")]
    assert [table.is_isotropic for table in patterns(SITE, points)] == [True, True, True, False]
    with pytest.raises(SiteError, match=r"a names an unknown antenna.*'nothing'"):
        patterns(SITE, [replace(AP, pattern="nothing")])


@pytest.mark.parametrize("name", ["ceiling-omni", "sector-65"])
def test_the_compiled_look_up_gives_the_same_as_the_plain_one(name: str) -> None:
    table, points = pattern(antenna(name)), directions(2000) * 9.0
    points[:3] = [[1.0, 2.0, 3.0], [1.0, 2.0, 4.0], [1.0, 2.0, 2.0]]
    for mount in MOUNTS:
        plain = relative_gain_db(table, points - [1, 2, 3], azimuth_deg=200.0, tilt_deg=5.0, mount=mount)
        frame = axes_xyz(table.facing, azimuth_deg=200.0, tilt_deg=5.0, mount=mount)
        assert departing_db(table, frame, np.array([1.0, 2.0, 3.0]), points) == pytest.approx(plain, abs=1e-9)


def test_an_image_sends_what_its_antenna_sends_into_the_mirror() -> None:
    table, frame = pattern(antenna("sector-65")), axes_xyz("wall", azimuth_deg=90.0, tilt_deg=30.0, mount="wall")
    source, points = np.array([0.0, 0.0, 2.5]), np.random.default_rng(3).uniform(1, 9, (50, 3))
    below = source * [1, 1, -1]
    # by the floor: the wave meets it where the straight line from the image does
    share = below[2] / (below[2] - points[:, 2])
    hits = below + (points - below) * share[:, None]
    found = departing_db(table, frame @ np.diag([1.0, 1.0, -1.0]), below, points)
    assert found == pytest.approx(departing_db(table, frame, source, hits), abs=1e-9)


def test_gains_towards_points_follow_the_mounting_and_cost_nothing_where_all_is_isotropic() -> None:
    source, points = np.zeros((2, 3)), np.stack([NORTH, EAST, SOUTH]) * 7.0
    assert gain_db(SITE, [AP, AP], source, points) is None
    turned = replace(AP, pattern="sector-65", mount="wall", azimuth_deg=90.0)
    found = gain_db(SITE, [AP, turned], source, points)
    assert found is not None
    assert found[0] == pytest.approx(0.0)
    assert found[1] == pytest.approx([-12 * (90 / 65) ** 2, 0.0, -12 * (90 / 65) ** 2])
