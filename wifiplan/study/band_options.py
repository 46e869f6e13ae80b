"""Options of the radios beside the planned band: `[other_bands]` of settings."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

TwoFourGhz: TypeAlias = Literal["off", "fewest", "all"]
"""Which 2.4 GHz radios are on."""

SixGhz: TypeAlias = Literal["off", "on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBandOptions:
    """What becomes of the radios that the class is not planned on.

    Parameters
    ----------
    two_four_ghz : "off", "fewest" or "all"
        2.4 GHz radios that are on. "fewest": as few as give every room of the plan `floor_dbm`, for old devices and
        things that know no other band; the class has 5 or 6 GHz, and three channels carry few radios that hear each
        other.
    floor_dbm : float
        2.4 GHz signal that a room must have at the device, median in a full class [dBm]: 12 dB over the sensitivity
        that IEEE 802.11 demands of the lowest scheme at 20 MHz (`catalog/data/mcs.csv`), for fading.
    eirp_2g4_dbm : tuple of float
        2.4 GHz powers (EIRP) to choose from, lowest first [dBm]: those of 5 GHz less the 6 to 7 dB that free space
        loses less there.
    six_ghz : "off" or "on"
        6 GHz radios, where access point, class device and country have the band.
    scanning_only : bool
        Keep to 6 GHz channels with a preferred scanning channel in them, which devices find without a hint, unless
        others cost less airtime.
    """

    two_four_ghz: TwoFourGhz = "fewest"
    floor_dbm: float = -70.0
    eirp_2g4_dbm: tuple[float, ...] = (8.0, 11.0, 14.0, 17.0)
    six_ghz: SixGhz = "on"
    scanning_only: bool = True
