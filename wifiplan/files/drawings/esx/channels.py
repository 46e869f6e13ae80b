"""Channels as the format lists them: the numbers of all 20 MHz parts, the primary one first."""

from wifiplan.catalog.spectrum import channel_named
from wifiplan.site.network import Band

_STEP = 4
"""Between the numbers of neighbouring 20 MHz channels."""
_HIGHEST: dict[Band, int] = {"2.4": 13, "5": 177, "6": 233}


def parts_of(country: str, band: Band, channel: int, width_mhz: int) -> tuple[int, ...]:
    """Return the numbers of a channel's 20 MHz parts, the primary one first.

    Parameters
    ----------
    country : str
        Whose channels count.
    band : "2.4", "5" or "6"
        The band.
    channel : int
        The number of its middle, or of one of its parts, which then is the primary one.
    width_mhz : int
        Nominal width [MHz].

    Examples
    --------
    >>> parts_of("TW", "5", 38, 40), parts_of("TW", "5", 44, 80), parts_of("TW", "2.4", 6, 40)
    ((36, 40), (44, 36, 40, 48), (6, 10))
    """
    n = max(1, width_mhz // 20)
    meant = channel_named(country, band, channel, width_mhz) if band != "2.4" else None
    if meant is not None:
        first = meant.number - _STEP * (n - 1) // 2
        parts = tuple(first + _STEP * k for k in range(n))
        return (channel, *(p for p in parts if p != channel)) if channel in parts else parts
    # no channel of that country: the block that begins or ends there keeps number and width
    step = _STEP if channel + _STEP * (n - 1) <= _HIGHEST[band] else -_STEP
    return tuple(channel + step * k for k in range(n))
