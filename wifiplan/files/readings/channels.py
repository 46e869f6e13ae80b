"""Channel, band and frequency from what a program tells of them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from wifiplan.probe.air import channel_at, frequency_of
from wifiplan.site.network import BANDS, Band
from wifiplan.units import hz_from_mhz

_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_5_GHZ = frozenset((32, *range(36, 69, 4), *range(96, 145, 4), *range(149, 178, 4)))
_UNSAID_6_GHZ = frozenset(n for n in range(17, 234, 4) if n not in _5_GHZ)
"""Numbers that no channel of another band has."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """Where a BSS sends: band, number of the primary channel, its centre [Hz]; None: not told."""

    band: Band | None = None
    channel: int | None = None
    frequency_hz: float | None = None


@lru_cache(maxsize=1024)
def at_mhz(frequency_mhz: float) -> Tuned | None:
    """Return the channel at a frequency, None where there is none.

    >>> at_mhz(5955.0).band, at_mhz(2412.0).channel, at_mhz(24.0)
    ('6', 1, None)
    """
    band, channel = channel_at(int(frequency_mhz) if frequency_mhz.is_integer() else None)
    known = next((one for one in BANDS if one == band), None)
    return Tuned(known, channel, hz_from_mhz(frequency_mhz)) if known else None


def numbered(channel: int | None, band: Band | None) -> Tuned:
    """Return where a channel number is; without a band only where the number is used to mean one.

    >>> numbered(6, None).band, numbered(44, None).frequency_hz, numbered(37, None).band, numbered(1, "6").band
    ('2.4', 5220000000.0, '6', '6')
    """
    if channel is None:
        return Tuned(band)
    if band is None and 1 <= channel <= 14:
        band = "2.4"
    elif band is None and channel in _5_GHZ:
        band = "5"
    elif band is None and channel in _UNSAID_6_GHZ:
        band = "6"
    mhz = frequency_of(band, channel)
    told = at_mhz(float(mhz)) if mhz is not None else None
    return told if told is not None and told.band == band else Tuned(band)


def mac_of(text: str) -> str | None:
    """Return an address in lower case with colons, None where a text is none.

    >>> mac_of("02-00-5E-00-53-01"), mac_of("02:00")
    ('02:00:5e:00:53:01', None)
    """
    return text.lower().replace("-", ":") if _MAC.fullmatch(text) else None


def is_level(rssi_dbm: float) -> bool:
    """Return whether a level can be one of Wi-Fi: beyond, drivers tell that they know none [dBm]."""
    return -120.0 <= rssi_dbm < 0.0
