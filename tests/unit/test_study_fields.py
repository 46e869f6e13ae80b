"""Maps of a floor: what a device hears in every cell, and how a page reads it."""

from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from wifiplan.catalog.radios import device
from wifiplan.errors import SiteError
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import CappedP2040
from wifiplan.report.page.coded import coded
from wifiplan.site.building import Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.fields import LEAST_CELL_M, MOST_CELLS, Fields, fields, fit_cell_m
from wifiplan.study.hearing import Hearing

HEARS = Hearing(device=device("tablet-11ac-2ss"), mean_db=3.0)


def ap(name: str, x_m: float, channel: int | None, eirp_dbm: float | None = 20.0) -> AccessPoint:
    radios = (Radio(band="5", channel=channel, width_mhz=40, eirp_dbm=eirp_dbm),)
    return AccessPoint(id=name, x_m=x_m, y_m=4.0, z_m=3.0, model="ax-2x2", radios=radios)


def hall(*points: AccessPoint) -> Site:
    """Two rooms of 10 m with a yard of 10 m between them."""
    rooms = tuple(
        Room(id=f"r{x}", name=f"{x}", use="classroom", polygon=((x, 0), (x + 10, 0), (x + 10, 8), (x, 8)))
        for x in (0, 20)
    )
    wall = Wall(line=((10.0, 0.0), (10.0, 8.0)), material="brick", top_m=3.4)
    return Site(
        name="s",
        floors=(Floor(level=0, elevation_m=0.0, height_m=3.4, rooms=rooms, walls=(wall,)),),
        access_points=points,
    )


def drawn(*points: AccessPoint) -> Fields:
    return fields(hall(), points, 0, cell_m=0.5, law=CappedP2040(), bands=("5",), device=HEARS)


def test_a_map_says_what_a_device_hears() -> None:
    points = (ap("a", 5.0, 36), ap("b", 25.0, 40), ap("c", 6.0, 149))
    found = drawn(*points).bands["5"]
    yx = (8, 12)
    xyz = np.array([[6.25, 4.25, 0.8]])
    power = (
        received_dbm(hall(), points, xyz, [0], band="5", law=CappedP2040())[:, 0] - 3.0 + HEARS.device.antenna_gain_dbi
    )
    order = np.argsort(-power)
    assert found.strongest_yx[yx] == order[0] == 2
    assert found.signal_dbm_yx[yx] == pytest.approx(power[order[0]], abs=0.5)
    assert found.second_dbm_yx[yx] == pytest.approx(power[order[1]], abs=0.5)
    # 40 MHz: thermal noise of 20 MHz and 3 dB
    noise = -174.0 + 10 * np.log10(40e6) + HEARS.device.noise_figure_db
    assert found.snr_db_yx[yx] == pytest.approx(found.signal_dbm_yx[yx] - noise, abs=0.1)


def test_neighbours_on_the_channel_are_counted_where_they_are_heard() -> None:
    apart = drawn(ap("a", 5.0, 36), ap("b", 25.0, 149)).bands["5"]
    assert set(np.unique(apart.n_overlap_yx)) == {-1, 0}
    # channel 36 at 40 MHz is that of 40
    same = drawn(ap("a", 5.0, 36), ap("b", 25.0, 40)).bands["5"]
    assert set(np.unique(same.n_overlap_yx)) >= {-1, 1}
    whisper = drawn(ap("a", 5.0, 36), ap("b", 25.0, 40, eirp_dbm=-40.0)).bands["5"]
    assert set(np.unique(whisper.n_overlap_yx)) == {-1, 0}


def test_cells_outside_the_rooms_are_empty() -> None:
    found = drawn(ap("a", 5.0, 36))
    assert found.inside_yx[8, 12]
    assert not found.inside_yx[8, 30]
    one = found.bands["5"]
    assert one.signal_dbm_yx[8, 30] == -np.inf
    assert (one.strongest_yx[8, 30], one.n_overlap_yx[8, 30]) == (-1, -1)
    assert np.isfinite(one.signal_dbm_yx[found.inside_yx]).all()


def test_nothing_is_heard_of_nothing_or_of_radios_that_nobody_knows() -> None:
    for points in ((), (ap("a", 5.0, 36, eirp_dbm=None),)):
        one = drawn(*points).bands["5"]
        assert np.isneginf(one.signal_dbm_yx).all()
        assert (one.strongest_yx == -1).all()
        assert (one.n_overlap_yx == -1).all()


def test_a_floor_that_is_not_there_is_refused() -> None:
    with pytest.raises(SiteError, match="level 3"):
        fields(hall(), (), 3, cell_m=None, law=CappedP2040(), bands=("5",))


@pytest.mark.parametrize("size_m", [3.0, 40.0, 400.0])
def test_a_cell_is_as_fine_as_cells_allow(size_m: float) -> None:
    floor = hall().floors[0]
    wide = replace(floor, rooms=(), walls=(), outline=((0, 0), (size_m, 0), (size_m, size_m / 2), (0, size_m / 2)))
    cell_m = fit_cell_m(wide)
    assert cell_m >= LEAST_CELL_M
    assert size_m * size_m / 2 / cell_m**2 <= MOST_CELLS * 1.01
    assert cell_m == LEAST_CELL_M or size_m * size_m / 2 / (cell_m - 0.05) ** 2 > MOST_CELLS


def test_a_page_reads_bytes() -> None:
    found = drawn(ap("a", 5.0, 36), ap("b", 25.0, 40))
    told = coded(found)
    assert (told["x_m"], told["y_m"], told["cell_m"], told["n_x"], told["n_y"]) == (0.25, 0.25, 0.5, 60, 16)
    band = told["bands"]["5"]  # type: ignore[index]
    raw = {key: np.frombuffer(b64decode(text), dtype=np.uint8).reshape(16, 60) for key, text in band.items()}
    one = found.bands["5"]
    inside = found.inside_yx
    np.testing.assert_allclose(-120 + raw["signal"][inside] / 2, one.signal_dbm_yx[inside], atol=0.26)
    np.testing.assert_allclose(-120 + raw["second"][inside] / 2, one.second_dbm_yx[inside], atol=0.26)
    np.testing.assert_allclose(-20 + raw["snr"][inside] / 2, one.snr_db_yx[inside], atol=0.26)
    np.testing.assert_array_equal(raw["strongest"].astype(int) - 1, one.strongest_yx)
    np.testing.assert_array_equal(raw["overlap"].astype(int) - 1, one.n_overlap_yx)
    assert not any(layer[~inside].any() for layer in raw.values())


def test_what_is_too_weak_or_too_strong_for_a_byte_stays_a_signal() -> None:
    found = drawn(ap("a", 5.0, 36, eirp_dbm=-150.0))
    raw = b64decode(coded(found)["bands"]["5"]["signal"])  # type: ignore[index]
    assert set(raw) == {0, 1}
