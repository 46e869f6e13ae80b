"""Access point models, client devices, and the modulation and coding schemes (MCS) with the SNR they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from wifiplan.catalog import products
from wifiplan.catalog.table import Row, check, rows, unknown
from wifiplan.errors import CatalogError
from wifiplan.units import db_from_ratio

Standard: TypeAlias = Literal["11n", "11ac", "11ax", "11be"]
"""A Wi-Fi generation by its amendment of IEEE 802.11."""

STANDARDS: tuple[Standard, ...] = get_args(Standard)
"""Oldest first."""

ModelClass: TypeAlias = products.ModelClass
model_class = products.model_class


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPointModel:
    """A model of access point, or a generic class of them; no prices, because no source names one.

    `max_eirp_*_dbm` is what the device can radiate over all its chains, antenna gain included; the regulator may allow
    less. None: it has no such radio. `n_chains` are transmit chains of a radio, `gain_*_dbi` the gain of one antenna.
    `max_clients` is a planning figure per radio; `power_w` is drawn at the device [W]; `antenna` a row of antennas.csv.
    """

    name: str
    name_zh: str
    name_en: str
    brand: str
    standard: Standard
    bands: tuple[str, ...]
    streams: int
    max_width_mhz: int
    max_eirp_2g4_dbm: float | None
    max_eirp_5g_dbm: float | None
    max_eirp_6g_dbm: float | None
    n_chains: int
    gain_2g4_dbi: float | None
    gain_5g_dbi: float | None
    gain_6g_dbi: float | None
    max_clients: int
    power_w: float
    poe_class: int
    antenna: str
    source: str

    def max_eirp_dbm(self, band: str) -> float:
        """Return what the device can radiate in a band [dBm]; CatalogError where it has no such radio."""
        known = {"2.4": self.max_eirp_2g4_dbm, "5": self.max_eirp_5g_dbm, "6": self.max_eirp_6g_dbm}
        return self._in_band(known, band)

    def antenna_gain_dbi(self, band: str) -> float:
        """Return the gain of one antenna in a band [dBi]; CatalogError where it has no such radio."""
        return self._in_band({"2.4": self.gain_2g4_dbi, "5": self.gain_5g_dbi, "6": self.gain_6g_dbi}, band)

    def conducted_dbm(self, band: str, eirp_dbm: float) -> float:
        """Return the power at the antenna sockets, all chains together, that makes an EIRP [dBm]."""
        return eirp_dbm - self.antenna_gain_dbi(band)

    def chain_dbm(self, band: str, eirp_dbm: float) -> float:
        """Return the power of one chain, of `n_chains` alike, that makes an EIRP [dBm].

        >>> round(ap_models()["ax-2x2"].chain_dbm("5", 20.0), 1)
        14.0
        """
        return self.conducted_dbm(band, eirp_dbm) - float(db_from_ratio(self.n_chains))

    def _in_band(self, known: Mapping[str, float | None], band: str) -> float:
        found = known.get(band)
        if found is None:
            raise CatalogError(
                f"Access point model '{self.name}' has no radio in the {band} GHz band.",
                remedy=f"Choose a model for that band, or one of its bands: {', '.join(self.bands)}.",
                where=self.name,
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDevice:
    """A device that pupils hold (學習載具): its radio as it matters to a plan."""

    name: str
    name_zh: str
    name_en: str
    standard: Standard
    streams: int
    max_width_mhz: int
    bands: tuple[str, ...]
    tx_power_dbm: float
    noise_figure_db: float
    antenna_gain_dbi: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class McsRow:
    """One modulation and coding scheme of a standard.

    `min_snr_db` is over the channel's own width, so it holds at every width; `min_sensitivity_dbm` is the
    signal at which the standard demands it at 20 MHz.
    """

    standard: Standard
    mcs: int
    modulation_bits: int
    coding_rate: float
    min_snr_db: float
    min_sensitivity_dbm: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhyRow:
    """One channel width of a standard: its OFDM numbers; `guard_intervals_ns` are those that it allows."""

    standard: Standard
    width_mhz: int
    n_data_subcarriers: int
    symbol_ns: int
    guard_intervals_ns: tuple[int, ...]
    max_streams: int
    source: str


@lru_cache(maxsize=1)
def ap_models() -> Mapping[str, AccessPointModel]:
    """Return all access point models by name, read-only.

    >>> ap_models()["ax-2x2"].max_eirp_dbm("5")
    23.0
    """
    table = rows("access_points")
    found = {row.text("name"): _ap_model(row) for row in table}
    check(table)
    return MappingProxyType(found)


def ap_model(name: str) -> AccessPointModel:
    """Return one model; raises CatalogError where there is none of that name."""
    found = ap_models().get(name)
    if found is None:
        raise unknown("access point model", name, tuple(ap_models()))
    return found


@lru_cache(maxsize=1)
def devices() -> Mapping[str, ClientDevice]:
    """Return all client devices by name, read-only.

    >>> devices()["tablet-11ac-2ss"].streams
    2
    """
    table = rows("devices")
    found = {row.text("name"): _device(row) for row in table}
    check(table)
    return MappingProxyType(found)


def device(name: str) -> ClientDevice:
    """Return one device; raises CatalogError where there is none of that name."""
    found = devices().get(name)
    if found is None:
        raise unknown("device", name, tuple(devices()))
    return found


@lru_cache(maxsize=1)
def mcs_table() -> tuple[McsRow, ...]:
    """Return the schemes of all standards, by standard and rising index."""
    table = rows("mcs")
    found = tuple(
        McsRow(
            standard=_standard(row),
            mcs=row.whole("mcs"),
            modulation_bits=row.whole("modulation_bits"),
            coding_rate=_fraction(row, "coding_rate"),
            min_snr_db=row.number("min_snr_db"),
            min_sensitivity_dbm=row.number("min_sensitivity_dbm"),
            source=row.text("source"),
        )
        for row in table
    )
    check(table)
    return found


@lru_cache(maxsize=8)
def mcs_rows(standard: str) -> tuple[McsRow, ...]:
    """Return the schemes of one standard, index 0 first; raises CatalogError for an unknown one."""
    found = tuple(row for row in mcs_table() if row.standard == standard)
    if not found:
        raise unknown("Wi-Fi standard", standard, STANDARDS)
    return found


@lru_cache(maxsize=1)
def phy_table() -> Mapping[tuple[str, int], PhyRow]:
    """Return the OFDM numbers by (standard, width in MHz), read-only."""
    table = rows("phy")
    found = {(row.text("standard"), row.whole("width_mhz")): _phy(row) for row in table}
    check(table)
    return MappingProxyType(found)


def phy_row(standard: str, width_mhz: int) -> PhyRow:
    """Return the OFDM numbers of one width; raises CatalogError where the standard has no such width."""
    mcs_rows(standard)
    found = phy_table().get((standard, width_mhz))
    if found is None:
        known = tuple(str(width) for name, width in phy_table() if name == standard)
        raise unknown(f"channel width (MHz) of {standard}", str(width_mhz), known)
    return found


@lru_cache(maxsize=1)
def excluded_schemes() -> frozenset[tuple[str, int, int, int]]:
    """Return what a standard excludes, as (standard, width in MHz, MCS, streams)."""
    table = rows("vht_excluded")
    found = frozenset(
        (row.text("standard"), row.whole("width_mhz"), row.whole("mcs"), int(streams))
        for row in table
        for streams in row.words("streams")
    )
    check(table)
    return found


def _ap_model(row: Row) -> AccessPointModel:
    return AccessPointModel(
        name=row.text("name"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        brand=row.cells["brand"].strip(),
        standard=_standard(row),
        bands=row.words("bands"),
        streams=row.whole("streams"),
        max_width_mhz=row.whole("max_width_mhz"),
        max_eirp_2g4_dbm=row.optional("max_eirp_2g4_dbm"),
        max_eirp_5g_dbm=row.optional("max_eirp_5g_dbm"),
        max_eirp_6g_dbm=row.optional("max_eirp_6g_dbm"),
        n_chains=row.whole("n_chains"),
        gain_2g4_dbi=row.optional("gain_2g4_dbi"),
        gain_5g_dbi=row.optional("gain_5g_dbi"),
        gain_6g_dbi=row.optional("gain_6g_dbi"),
        max_clients=row.whole("max_clients"),
        power_w=row.number("power_w"),
        poe_class=row.whole("poe_class"),
        antenna=row.text("antenna"),
        source=row.text("source"),
    )


def _device(row: Row) -> ClientDevice:
    return ClientDevice(
        name=row.text("name"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        standard=_standard(row),
        streams=row.whole("streams"),
        max_width_mhz=row.whole("max_width_mhz"),
        bands=row.words("bands"),
        tx_power_dbm=row.number("tx_power_dbm"),
        noise_figure_db=row.number("noise_figure_db"),
        antenna_gain_dbi=row.number("antenna_gain_dbi"),
        source=row.text("source"),
    )


def _phy(row: Row) -> PhyRow:
    return PhyRow(
        standard=_standard(row),
        width_mhz=row.whole("width_mhz"),
        n_data_subcarriers=row.whole("n_data_subcarriers"),
        symbol_ns=round(row.number("symbol_us") * 1000),
        guard_intervals_ns=tuple(round(float(text) * 1000) for text in row.words("guard_intervals_us")),
        max_streams=row.whole("max_streams"),
        source=row.text("source"),
    )


def _standard(row: Row) -> Standard:
    value = row.text("standard")
    if value not in STANDARDS:
        raise unknown("Wi-Fi standard", value, STANDARDS)
    return value


def _fraction(row: Row, column: str) -> float:
    top, _, bottom = row.text(column).partition("/")
    if not (top.isdecimal() and bottom.isdecimal()):
        raise CatalogError(f"column '{column}' holds no fraction.", remedy="Write 3/4.", where=row.where)
    return int(top) / int(bottom)
