import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.catalog.materials import material, materials
from wifiplan.errors import OutOfRangeError
from wifiplan.radio.slab import (
    Polarisation,
    material_loss_db,
    material_reflection_db,
    relative_permittivity,
    slab_loss_db,
)
from wifiplan.units import ratio_from_db

BAND_5_HZ = (5.15e9, 5.85e9)


def _golden() -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "golden" / "slab_losses.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "row", _golden(), ids=lambda r: f"{r['material']}-{r['thickness_m']}-{r['low_mhz']}-{r['angle_deg']}"
)
def test_losses_equal_the_published_table(row: dict[str, str]) -> None:
    loss = material_loss_db(
        material(row["material"]),
        thickness_m=float(row["thickness_m"]),
        band_hz=(float(row["low_mhz"]) * 1e6, float(row["high_mhz"]) * 1e6),
        angle_deg=np.array(float(row["angle_deg"])),
        polarisation="te",
    )
    # the table has one digit, and its band mean other sample points
    assert float(loss) == pytest.approx(float(row["te_loss_db"]), abs=0.1)


def test_metal_passes_nothing_and_is_capped() -> None:
    loss = material_loss_db(
        material("metal"), band_hz=BAND_5_HZ, angle_deg=np.array([0.0, 45.0, 90.0]), polarisation="te"
    )
    assert loss.tolist() == [40, 40, 40]


def test_flat_losses_ignore_angle_and_thickness() -> None:
    row = material("table:brick")
    for thickness_m in (None, 0.5):
        loss = material_loss_db(
            row, thickness_m=thickness_m, band_hz=BAND_5_HZ, angle_deg=np.array([0.0, 80.0]), polarisation="tm"
        )
        assert loss.tolist() == [10, 10]


def test_brewster_angle_lets_tm_through() -> None:
    eta = 4.0 + 0j
    angle_deg = np.degrees(np.arctan(2.0))
    loss = slab_loss_db(eta, thickness_m=0.013, frequency_hz=5e9, angle_deg=np.array(angle_deg), polarisation="tm")
    assert float(loss) == pytest.approx(0, abs=1e-9)


def test_half_a_wavelength_of_lossless_glass_is_a_window() -> None:
    thickness_m = 299_792_458.0 / 5e9 / 2 / 2
    loss = slab_loss_db(4.0 + 0j, thickness_m=thickness_m, frequency_hz=5e9, angle_deg=np.array(0.0), polarisation="te")
    assert float(loss) == pytest.approx(0, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(materials())),
    thickness_m=st.floats(0.0, 0.6),
    angle_deg=st.floats(0.0, 90.0),
    polarisation=st.sampled_from(["te", "tm"]),
)
def test_a_crossing_never_gains_and_never_passes_the_cap(
    name: str, thickness_m: float, angle_deg: float, polarisation: Polarisation
) -> None:
    row = material(name)
    loss = float(
        material_loss_db(
            row, thickness_m=thickness_m, band_hz=BAND_5_HZ, angle_deg=np.array(angle_deg), polarisation=polarisation
        )
    )
    assert 0 <= loss <= row.max_loss_db


def test_out_of_range_is_said() -> None:
    with pytest.raises(OutOfRangeError, match="brick"):
        relative_permittivity(material("brick"), frequency_hz=60e9)
    with pytest.raises(OutOfRangeError, match="flat losses"):
        relative_permittivity(material("steel_door"), frequency_hz=5e9)
    with pytest.raises(OutOfRangeError, match="table:brick"):
        material_loss_db(material("table:brick"), band_hz=(1e9, 2e9), angle_deg=np.array(0.0), polarisation="te")
    with pytest.raises(OutOfRangeError, match="angles"):
        slab_loss_db(4 + 0j, thickness_m=0.1, frequency_hz=5e9, angle_deg=np.array(91.0), polarisation="te")
    with pytest.raises(OutOfRangeError, match="thickness"):
        material_loss_db(
            material("brick"), thickness_m=-0.1, band_hz=BAND_5_HZ, angle_deg=np.array(0.0), polarisation="te"
        )


def test_ranges_include_both_ends() -> None:
    assert relative_permittivity(material("brick"), frequency_hz=40e9).real == pytest.approx(3.91)
    assert relative_permittivity(material("brick"), frequency_hz=1e9).real == pytest.approx(3.91)


@pytest.mark.parametrize("name", [name for name, one in materials().items() if one.is_flat])
def test_a_material_of_flat_losses_mirrors_what_its_row_says_and_makes_no_energy(name: str) -> None:
    angle = np.array([0.0, 45.0, 80.0])
    way = {"band_hz": (5.15e9, 5.85e9), "angle_deg": angle, "polarisation": "te"}
    reflected = material_reflection_db(material(name), **way)  # type: ignore[arg-type]
    assert (reflected == material(name).reflection_db).all()
    passed = material_loss_db(material(name), **way)  # type: ignore[arg-type]
    assert (ratio_from_db(-reflected) + ratio_from_db(-passed) <= 1.0).all()


def test_a_flat_material_without_a_reflection_mirrors_nothing_that_counts() -> None:
    bare = replace(material("steel_door"), reflection_db=None)
    found = material_reflection_db(bare, band_hz=(5.2e9, 5.2e9), angle_deg=np.array([0.0]), polarisation="te")
    assert found.tolist() == [60.0]
