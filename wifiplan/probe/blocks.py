"""What a radio occupies of a band: its primary channel, and the whole."""

from dataclasses import dataclass

from wifiplan.probe.air import HeardBss, frequency_of

HALF_20_MHZ = 10.0


@dataclass(frozen=True, slots=True)
class Block:
    """What a radio occupies: primary channel, and the whole [MHz]."""

    band: str
    primary: int
    low_mhz: float
    high_mhz: float

    def overlaps(self, other: "Block") -> bool:
        """Whether they have a part of the band in common."""
        return self.band == other.band and self.low_mhz < other.high_mhz and other.low_mhz < self.high_mhz


def block_of(bss: HeardBss) -> Block | None:
    """Return what a BSS occupies; None where its channel is unknown.

    >>> bss = HeardBss(bssid="02:00:00:00:00:01", ssid="", band="5", channel=40, width_mhz=80, middle=42)
    >>> block_of(bss)
    Block(band='5', primary=40, low_mhz=5170.0, high_mhz=5250.0)
    """
    middle_mhz = frequency_of(bss.band, bss.channel)
    if bss.band is None or bss.channel is None or middle_mhz is None:
        return None
    half, whole_mhz = HALF_20_MHZ, frequency_of(bss.band, bss.middle)
    if bss.width_mhz is not None and bss.width_mhz > 20 and whole_mhz is not None:
        half, middle_mhz = bss.width_mhz / 2, whole_mhz
    return Block(bss.band, bss.channel, middle_mhz - half, middle_mhz + half)
