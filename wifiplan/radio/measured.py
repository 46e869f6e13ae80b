"""What a survey adds to a path-loss law: band by band, and where it was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

from wifiplan.errors import OutOfRangeError

Band: TypeAlias = Literal["2.4", "5", "6"]
"""A Wi-Fi band by its customary name in GHz, as in `site.network`."""

BORDERS_HZ: tuple[tuple[float, Band], ...] = ((3.0e9, "2.4"), (5.9e9, "5"))
"""Below which frequency a band lies; above both it is 6 GHz: between the bands of every country [Hz]."""


def band_of(frequency_hz: float) -> Band:
    """Return the band of a frequency.

    >>> band_of(5.25e9)
    '5'
    """
    return next((band for border_hz, band in BORDERS_HZ if frequency_hz < border_hz), "6")


@dataclass(frozen=True, slots=True, kw_only=True)
class InBand:
    """What holds in one band only.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        The band.
    offset_db : float
        Added to the law's own offset [dB].
    exponent, max_wall_db : float or None
        Instead of the law's own; None: the law's own.
    wall_db : tuple of (str, float)
        Material, and what one crossing of it loses more (less, where negative) than its table says, at every angle;
        a crossing never loses less than nothing [dB].
    """

    band: Band
    offset_db: float = 0.0
    exponent: float | None = None
    max_wall_db: float | None = None
    wall_db: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Where a calibrated law comes from.

    Parameters
    ----------
    site : str
        Name of the site that was surveyed.
    device : str
        Model of the device that measured: the law's offsets hold how it hears; blank: unknown.
    power_db : tuple of (str, Band, float)
        Access point of that site, band, and how much stronger it is than its EIRP says [dB].
    """

    site: str = ""
    device: str = ""
    power_db: tuple[tuple[str, Band, float], ...] = ()


WIDEST_DB = 200.0
"""A calibration that adds more than this to anything is no calibration: no path between two rooms loses more [dB]."""


def check_in_band(in_band: Sequence[InBand]) -> None:
    """Refuse a band or material that is named twice, and numbers that are none or beyond all that can be measured.

    Raises
    ------
    OutOfRangeError
        With the band and the number.
    """
    bands = [one.band for one in in_band]
    for one in in_band:
        if bands.count(one.band) > 1:
            _refuse(f"the band {one.band} GHz is named twice", "Give every band once.")
        names = [name for name, _ in one.wall_db]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            _refuse(f"in {one.band} GHz these materials are named twice: {', '.join(twice)}", "Give each once.")
        for what, value in (("offset", one.offset_db), *((f"more for {name}", more) for name, more in one.wall_db)):
            _check_db(f"in {one.band} GHz the {what}", value)


def check_measured(measured: Measured | None) -> None:
    """Refuse an access point that is named twice in a band, and powers that cannot be; raises OutOfRangeError."""
    seen: set[tuple[str, Band]] = set()
    for name, band, more in () if measured is None else measured.power_db:
        if (name, band) in seen:
            _refuse(f"the access point {name} is named twice in {band} GHz", "Give each once a band.")
        seen.add((name, band))
        _check_db(f"in {band} GHz the power of {name}", more)


def _check_db(what: str, value: float) -> None:
    if not math.isfinite(value) or abs(value) > WIDEST_DB:
        _refuse(f"{what} is {value:g} dB", f"Use a number between -{WIDEST_DB:g} and {WIDEST_DB:g}.")


def _refuse(problem: str, remedy: str) -> NoReturn:
    raise OutOfRangeError(problem, remedy=remedy, where="law")
