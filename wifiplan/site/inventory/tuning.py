"""Channels as plans number them: a wide channel by its middle, where controllers give its first 20 MHz."""

from dataclasses import replace
from functools import lru_cache

from wifiplan.catalog.spectrum import channels, countries
from wifiplan.site.network import Radio
from wifiplan.units import hz_from_mhz

_START_MHZ = {"2.4": 2407.0, "5": 5000.0, "6": 5950.0}


def as_planned(radio: Radio, country: str) -> Radio:
    """Return a radio whose channel is the number of the whole channel.

    >>> as_planned(Radio(band="5", channel=36, width_mhz=80), "TW").channel
    42
    >>> as_planned(Radio(band="5", channel=42, width_mhz=80), "TW").channel
    42
    """
    if radio.channel is None or radio.width_mhz in {None, 20} or country not in countries():
        return radio
    return replace(radio, channel=_middle(country, radio.band, radio.channel, radio.width_mhz))


@lru_cache(maxsize=4096)
def _middle(country: str, band: str, number: int, width_mhz: int) -> int:
    wide = channels(country, band, width_mhz, all_legal=True)
    if any(channel.number == number for channel in wide):
        return number
    center_hz = hz_from_mhz(_START_MHZ[band] + 5.0 * number)
    return next((c.number for c in wide if c.low_hz < center_hz < c.high_hz), number)
