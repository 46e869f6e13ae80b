"""What hangs there as it is set today: radios that may stay as they are."""

from dataclasses import dataclass

from wifiplan.catalog.spectrum import Channel, channel_named
from wifiplan.site.network import AccessPoint, Band, Radio


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A radio whose channel, width and power are known; `legal` says whether the country allows them together."""

    radio: Radio
    channel: Channel
    eirp_dbm: float

    @property
    def legal(self) -> bool:
        """Whether the power is within the channel's limit."""
        return self.eirp_dbm <= self.channel.max_eirp_dbm + 1e-9


def present(ap: AccessPoint, *, country: str, band: Band) -> Present | None:
    """Return an access point's radio of the band as it is set; None where any of it is unknown, or no such channel.

    A radio whose width nobody gave is taken at the width that its channel number has in the standard (36 is a channel
    of 20 MHz, 38 of 40 MHz).
    """
    radio = next((r for r in ap.radios if r.band == band), None)
    if radio is None or radio.channel is None or radio.eirp_dbm is None:
        return None
    widths = (20, 40, 80, 160, 320) if radio.width_mhz is None else (radio.width_mhz,)
    found = (channel_named(country, band, radio.channel, width) for width in widths)
    channel = next((c for c in found if c is not None), None)
    return None if channel is None else Present(radio=radio, channel=channel, eirp_dbm=radio.eirp_dbm)
