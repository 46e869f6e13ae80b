"""Units and constants of nature: the only module that turns decibels into ratios and back."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
SingleArray: TypeAlias = npt.NDArray[np.float32]
"""Single precision, where maps are added up."""

CountArray: TypeAlias = npt.NDArray[np.int32]
"""Whole numbers of 32 bits: sums of quanta, marks of cells."""

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

SPEED_OF_LIGHT_M_S = 299_792_458.0
"""Speed of light in vacuum [m/s]; exact, SI Brochure (9th edition)."""

THERMAL_NOISE_DBM_HZ = -173.975
"""k·T at 290 K in a bandwidth of 1 Hz [dBm]; k = 1.380649e-23 J/K, SI Brochure (9th edition)."""


def db_from_ratio(ratio: npt.ArrayLike) -> Array:
    """Return a power ratio in decibels; a ratio of 0 is -inf.

    >>> float(db_from_ratio(100.0))
    20.0
    """
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(np.asarray(ratio, dtype=np.float64)))


def ratio_from_db(level_db: npt.ArrayLike) -> Array:
    """Return decibels as a power ratio.

    >>> float(ratio_from_db(20.0))
    100.0
    """
    return np.asarray(10.0 ** (np.asarray(level_db, dtype=np.float64) / 10.0))


def dbm_from_mw(power_mw: npt.ArrayLike) -> Array:
    """Return a power in mW as dBm; 0 mW is -inf."""
    return db_from_ratio(power_mw)


def mw_from_dbm(power_dbm: npt.ArrayLike) -> Array:
    """Return a power in dBm as mW."""
    return ratio_from_db(power_dbm)


def hz_from_mhz(frequency_mhz: float) -> float:
    """Return MHz as Hz."""
    return frequency_mhz * 1e6
