"""What a survey adds to a path-loss law: band by band, and where it was measured."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
