"""How a class's device hears access points: its antenna, its noise, and what a full class loses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.radios import ClientDevice
from wifiplan.catalog.radios import device as catalog_device
from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import Channel, channel_named, overlap_kl
from wifiplan.predict.capacity import radio_link
from wifiplan.radio.link import noise_dbm
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.settings import Settings
from wifiplan.units import Array, BoolArray, hz_from_mhz


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The class's device, the mean loss in a full class [dB], and the model of access points that name none."""

    device: ClientDevice
    mean_db: float = 0.0
    usual_model: str | None = None


def hearing(settings: Settings) -> Hearing:
    """Return how the device of some settings hears: a room's verdict rests on the same figures.

    Raises
    ------
    CatalogError
        If the catalogue does not hold the device.
    """
    return Hearing(
        device=catalog_device(settings.radio.device),
        mean_db=settings.shadowing.mean_db,
        usual_model=settings.design.existing_model,
    )


def noise_dbm_i(access_points: Sequence[AccessPoint], band: Band, hears: Hearing) -> Array:
    """Return the noise (i,) at the device over the width that it shares with each access point [dBm].

    Over the radio's width, 20 MHz where nobody noted one, for a model that the catalogue does not hold.
    """
    return np.array([_noise_dbm(ap, band, hears) for ap in access_points], dtype=np.float64)


def _noise_dbm(ap: AccessPoint, band: Band, hears: Hearing) -> float:
    radio, model = _radio(ap, band), known_model(ap.model) or known_model(hears.usual_model)
    width_mhz = 20 if radio is None or radio.width_mhz is None else radio.width_mhz
    if model is None or band not in model.bands or band not in hears.device.bands:
        return noise_dbm(hz_from_mhz(width_mhz), noise_figure_db=hears.device.noise_figure_db)
    return radio_link(model, hears.device, width_mhz=width_mhz).noise_dbm


def overlaps_ii(access_points: Sequence[AccessPoint], band: Band, country: str) -> BoolArray:
    """Return which two access points (i, i) send on channels of a band that overlap; none does with itself."""
    channels = [_channel(ap, band, country) for ap in access_points]
    rows = [i for i, channel in enumerate(channels) if channel is not None]
    found = np.zeros((len(channels), len(channels)), dtype=np.bool_)
    if rows:
        found[np.ix_(rows, rows)] = overlap_kl(tuple(c for c in channels if c is not None)) > 0.0
    np.fill_diagonal(found, val=False)
    return found


def _radio(ap: AccessPoint, band: Band) -> Radio | None:
    return next((radio for radio in ap.radios if radio.band == band), None)


def _channel(ap: AccessPoint, band: Band, country: str) -> Channel | None:
    radio = _radio(ap, band)
    if radio is None or radio.channel is None:
        return None
    widths = (20, 40, 80, 160, 320) if radio.width_mhz is None else (radio.width_mhz,)
    found = (channel_named(country, band, radio.channel, width) for width in widths)
    return next((channel for channel in found if channel is not None), None)
