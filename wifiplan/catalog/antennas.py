"""Antennas of access points: how each radiates, by a published formula or by two measured cuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar, get_args

from wifiplan.catalog.table import Row, check, rows, unknown

Mount: TypeAlias = Literal["ceiling", "wall"]
"""What an access point hangs on: its face looks down from a ceiling, or along its azimuth from a wall."""

MOUNTS: tuple[Mount, ...] = get_args(Mount)

Facing: TypeAlias = Literal["ceiling", "wall", "upright"]
"""The mount that a pattern is drawn for; an upright one stays upright on both, as a rod that the installer turns up."""

Shape: TypeAlias = Literal["isotropic", "dipole", "beam"]

ISOTROPIC = "isotropic"
"""Name of the antenna that stands where nothing is known of it."""

N_CUT = 360
"""Values of a measured cut: one a degree."""

MAX_CUT_DB = 200.0
"""No measured direction is weaker than this below the strongest: chambers end at 60 to 80 dB."""


_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Antenna:
    """An antenna that is known by a formula.

    Parameters
    ----------
    name, name_zh, name_en : str
        Key in a site file, and the names that people read.
    shape : "isotropic", "dipole" or "beam"
        The formula: `radio.antenna.pattern` gives it.
    facing : "ceiling", "wall" or "upright"
        The mount that the pattern is drawn for. On the other mount it turns with the device.
    width_azimuth_deg, width_elevation_deg : float or None
        Half-power widths of a beam [deg]; no width in azimuth: the same all round.
    peak_elevation_deg : float
        Elevation of the strongest direction, above the horizon [deg].
    max_loss_db : float
        No direction is weaker than this below the strongest [dB].
    gain_dbi : float
        Gain of the strongest direction that the source names [dBi].
    source : str
        Where the numbers come from.
    """

    name: str
    name_zh: str
    name_en: str
    shape: Shape
    facing: Facing
    width_azimuth_deg: float | None
    width_elevation_deg: float | None
    peak_elevation_deg: float
    max_loss_db: float
    gain_dbi: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredAntenna:
    """An antenna that is known by two measured cuts, as makers publish them.

    Parameters
    ----------
    name : str
        What the access points of a site call it.
    horizontal_db : tuple of 360 floats
        Gain relative to the strongest direction, <= 0, on the horizon: a value a degree, clockwise seen from above,
        the first in front [dB].
    vertical_db : tuple of 360 floats
        The same through front and back: the first in front, then down, back and up [dB].
    facing : "ceiling", "wall" or "upright"
        The mount that the cuts are drawn for.
    gain_dbi : float or None
        Gain of the strongest direction [dBi].
    source : str
        Where the cuts come from.
    """

    name: str
    horizontal_db: tuple[float, ...]
    vertical_db: tuple[float, ...]
    facing: Facing = "ceiling"
    gain_dbi: float | None = None
    source: str = ""


@lru_cache(maxsize=1)
def antennas() -> Mapping[str, Antenna]:
    """Return all antennas by name, read-only.

    Raises
    ------
    CatalogError
        The table is faulty.

    Examples
    --------
    >>> antennas()["sector-65"].gain_dbi
    8.0
    """
    table = rows("antennas")
    found = {row.text("name"): _antenna(row) for row in table}
    check(table)
    return MappingProxyType(found)


def antenna(name: str) -> Antenna:
    """Return one antenna; raises CatalogError, which lists all names, where there is none of that name."""
    found = antennas().get(name)
    if found is None:
        raise unknown("antenna", name, tuple(antennas()))
    return found


def _antenna(row: Row) -> Antenna:
    return Antenna(
        name=row.text("name"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        shape=_one_of(row, "shape", get_args(Shape)),
        facing=_one_of(row, "facing", get_args(Facing)),
        width_azimuth_deg=row.optional("width_azimuth_deg"),
        width_elevation_deg=row.optional("width_elevation_deg"),
        peak_elevation_deg=row.number("peak_elevation_deg"),
        max_loss_db=row.number("max_loss_db"),
        gain_dbi=row.number("gain_dbi"),
        source=row.text("source"),
    )


def _one_of(row: Row, column: str, known: tuple[_Word, ...]) -> _Word:
    value = row.text(column)
    for word in known:
        if value == word:
            return word
    raise unknown(column, value, known)
