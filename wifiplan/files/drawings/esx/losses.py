"""What a wall or slab of ours loses straight through, by band, and back: a material from a loss."""

from functools import lru_cache

import numpy as np

from wifiplan.catalog.materials import material
from wifiplan.catalog.spectrum import band_hz
from wifiplan.radio.slab import material_loss_db
from wifiplan.site.building import Slab, Wall
from wifiplan.site.network import BANDS, Band
from wifiplan.units import Array

WORDS: dict[Band, str] = {"2.4": "TWO", "5": "FIVE", "6": "SIX"}
"""How the format names bands."""
BAND_OF: dict[str, Band] = {word: band for band, word in WORDS.items()}

SAME_DB = 0.005
"""Losses nearer than this are the material's own: nobody types them so by chance."""
_ENOUGH_DB = 1.0
"""A slab whose material loses so nearly what the file says keeps its thickness."""
_THICKNESSES_M = np.geomspace(0.01, 1.5, 120)


@lru_cache(maxsize=4096)
def straight_db(name: str, thickness_m: float | None, band: Band, country: str) -> float:
    """Return the loss of one crossing at a right angle [dB], averaged over the country's band.

    >>> round(straight_db("table:brick", None, "5", "TW"), 1)
    10.0
    """
    angle_deg = np.zeros(1)
    span = band_hz(country, band)
    row = material(name)
    return float(
        material_loss_db(row, thickness_m=thickness_m, band_hz=span, angle_deg=angle_deg, polarisation="te")[0]
    )


def wall_db(wall: Wall, country: str) -> tuple[float, ...]:
    """Return the losses of a wall at a right angle, by band [dB]: its own, else those of its material."""
    own = (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db)
    return tuple(
        straight_db(wall.material, wall.thickness_m, band, country) if loss is None else loss
        for band, loss in zip(BANDS, own, strict=True)
    )


def slab_of(name: str, thickness_m: float, loss_db: float, country: str) -> Slab:
    """Return a slab of a material that loses so much in 5 GHz.

    Parameters
    ----------
    name : str
        Material [a row of `catalog/data/materials.csv`].
    thickness_m : float
        Thickness in the file [m]; kept where the material then loses about as much.
    loss_db : float
        Loss of one crossing in the file [dB].
    country : str
        Whose band counts.
    """
    if abs(straight_db(name, thickness_m, "5", country) - loss_db) <= _ENOUGH_DB:
        return Slab(material=name, thickness_m=thickness_m)
    found = _nearest(name, _THICKNESSES_M, loss_db, country)
    fine = _nearest(name, np.linspace(0.95 * found, 1.05 * found, 41), loss_db, country)
    return Slab(material=name, thickness_m=round(fine, 4))


def _nearest(name: str, thicknesses_m: Array, loss_db: float, country: str) -> float:
    losses = np.array([straight_db(name, float(t), "5", country) for t in thicknesses_m])
    return float(thicknesses_m[int(np.argmin(np.abs(losses - loss_db)))])
