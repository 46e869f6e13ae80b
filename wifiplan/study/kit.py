"""What is installed and what the pupils hold, and what the country allows them."""

from dataclasses import dataclass, replace

from wifiplan.catalog.radios import AccessPointModel, ClientDevice, ap_model
from wifiplan.catalog.radios import device as catalog_device
from wifiplan.catalog.spectrum import Channel, channels, widths_mhz
from wifiplan.errors import SettingsError
from wifiplan.predict.capacity import radio_link
from wifiplan.predict.seats import RadioLink
from wifiplan.site.network import Band
from wifiplan.study.purchase_options import product
from wifiplan.study.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What is installed and what the pupils hold, with the channels and powers that the country allows.

    `width_mhz` is the widest that the settings allow, `by_need` whether narrower ones may be chosen,
    `eirp_levels_dbm` the powers to choose from, lowest first.
    """

    model: AccessPointModel
    device: ClientDevice
    band: Band
    country: str
    width_mhz: int
    by_need: bool
    dfs: bool
    eirp_levels_dbm: tuple[float, ...]

    def width_of(self, model: AccessPointModel) -> int:
        """Return the widest legal channel that a model and the settings allow [MHz], 0 without any."""
        return max(self._legal(model), default=0)

    def widths_of(self, model: AccessPointModel) -> tuple[int, ...]:
        """Return the widths to choose from for a model, narrowest first [MHz]; none wider than the device can use."""
        legal = self._legal(model)
        useful = [w for w in legal if w <= self.device.max_width_mhz] or list(legal[:1])
        return tuple(useful) if self.by_need else legal[-1:]

    def _legal(self, model: AccessPointModel) -> tuple[int, ...]:
        most = min(self.width_mhz, model.max_width_mhz)
        legal = widths_mhz(self.country, self.band)
        return tuple(w for w in legal if w <= most and channels(self.country, self.band, w, dfs=self.dfs))

    def channels_at(self, width_mhz: int) -> tuple[Channel, ...]:
        """Return the channels of a width."""
        return channels(self.country, self.band, width_mhz, dfs=self.dfs)

    def link(self, model: AccessPointModel, width_mhz: int) -> RadioLink:
        """Return what an access point of a model and the class's device speak at a width."""
        return radio_link(model, self.device, width_mhz=width_mhz)

    def power_dbm(self, model: AccessPointModel, level_dbm: float) -> float:
        """Return the EIRP that a model radiates at a level: never more than the model and its channels allow [dBm]."""
        legal = max(channel.max_eirp_dbm for channel in self.channels_at(self.widths_of(model)[-1]))
        return min(level_dbm, model.max_eirp_dbm(self.band), legal)


def kit(settings: Settings, *, country: str) -> Kit:
    """Return the equipment that the settings name.

    Raises
    ------
    CatalogError
        If the model or the device is not in the catalogue.
    SettingsError
        If they can't work together on the band, no channel or power is left, or the product must not be bought.
    """
    band, design = settings.radio.band, settings.design
    if design.exactly and settings.n_aps is None:
        raise SettingsError(
            "exactly as many access points as given are wanted, but no number is given",
            remedy="give n_aps (or --aps), or leave `exactly` out",
        )
    model = ap_model(design.ap_model)
    device = catalog_device(settings.radio.device)
    # nothing is planned with what must not be bought
    product(settings.purchase, model)
    for what, bands in (
        (f"access point model {model.name}", model.bands),
        (f"device {device.name}", device.bands),
    ):
        if band not in bands:
            raise SettingsError(
                f"the {what} has no {band} GHz radio",
                remedy=f"choose a band of {', '.join(bands)}, or another model or device",
            )
    things = Kit(
        model=model,
        device=device,
        band=band,
        country=country,
        width_mhz=20 if band == "2.4" else design.width_mhz,
        by_need=design.width_by_need,
        dfs=design.dfs,
        eirp_levels_dbm=tuple(sorted(design.eirp_dbm)),
    )
    if not things.width_of(model):
        raise SettingsError(
            f"{country} has no channel of {things.width_mhz} MHz or less in the {band} GHz band with these options",
            remedy="choose another width_mhz or allow DFS channels",
        )
    limit_dbm = things.power_dbm(model, max(design.eirp_dbm, default=0.0))
    levels = tuple(level for level in things.eirp_levels_dbm if level <= limit_dbm)
    if not levels:
        raise SettingsError(
            f"every power of eirp_dbm is above the {limit_dbm:g} dBm that model and country allow",
            remedy="give at least one lower power",
        )
    return replace(things, eirp_levels_dbm=levels)
