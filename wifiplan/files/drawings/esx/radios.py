"""Radios of a project's access points: band by the antenna, width by the channels, EIRP by power and gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wifiplan.catalog.spectrum import channel_named
from wifiplan.files.drawings.esx.antennas import AntennaType
from wifiplan.files.drawings.esx.channels import parts_of
from wifiplan.files.drawings.esx.losses import BAND_OF
from wifiplan.files.drawings.esx.project import Thing
from wifiplan.files.drawings.esx.tally import Tally
from wifiplan.files.json_input import Json
from wifiplan.site.network import BANDS, Band, Radio

_WIDTHS_MHZ = {20, 40, 80, 160, 320}
_TOO_MUCH = (-20.0, 40.0)
"""EIRP that a site file takes [dBm]."""
_SAME_DB = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """What reading a radio needs: antenna types by id, the country whose channels count, and where to tell."""

    types: Mapping[str, AntennaType]
    country: str
    tally: Tally


def radio_of(at: Air, one: Thing) -> Radio | None:
    """Return a radio, None where it is no Wi-Fi radio, switched off, or of a band that cannot be told."""
    tally = at.tally
    if one.text("radioTechnology") not in {"", "IEEE802_11"}:
        tally.leave("simulatedRadios", f"no Wi-Fi radio: {one.text('radioTechnology')[:40]}", "不是 Wi-Fi 射頻")
        return None
    if not one.flag("enabled", default=True):
        tally.leave("simulatedRadios", "switched off", "已停用")
        return None
    channels = channels_of(one)
    antenna = at.types.get(one.ref("antennaTypeId"))
    band = _band(at, one, antenna, channels)
    if band is None:
        tally.leave("simulatedRadios", "its band cannot be told", "無法得知頻段")
        return None
    width_mhz = 20 * len(channels) if 20 * len(channels) in _WIDTHS_MHZ else None
    if channels and width_mhz is None:
        tally.guess("simulatedRadios", f"{len(channels)} channels are no width: unknown", "頻道數不成頻寬，視為未知")
    tally.take("simulatedRadios", "radios", "射頻")
    return Radio(
        band=band,
        channel=_number(at.country, band, channels),
        width_mhz=width_mhz,
        eirp_dbm=_eirp_dbm(at, one, antenna),
    )


def channels_of(one: Thing) -> tuple[int, ...]:
    """Return the numbers of a radio's 20 MHz channels, the primary one first."""
    return tuple(int(c) for c in one.numbers("channel") if 1 <= c <= 233 and float(c).is_integer())


def _number(country: str, band: Band, channels: tuple[int, ...]) -> int | None:
    """Return the number of a channel: its primary part, or its middle where parts of that number mean another."""
    if not channels or {*parts_of(country, band, channels[0], 20 * len(channels))} == {*channels}:
        return channels[0] if channels else None
    return (min(channels) + max(channels)) // 2


def _band(at: Air, one: Thing, antenna: AntennaType | None, channels: tuple[int, ...]) -> Band | None:
    """Return the band of a radio: its antenna's, else what its default antennas or its channels allow."""
    if antenna is not None and antenna.band is not None:
        return antenna.band
    wifi = [part for part in one.parts("defaultAntennas") if part.text("radioTechnology") in {"", "IEEE802_11"}]
    named = {BAND_OF[word] for part in wifi if (word := part.text("frequencyBand")) in BAND_OF}
    named |= {BAND_OF[one.text(key)] for key in ("frequencyBand", "band") if one.text(key) in BAND_OF}
    if not named and channels:
        detail = "band by its channel number alone: 2.4 GHz up to 14, else 5 GHz"
        at.tally.guess("simulatedRadios", detail, "只能依頻道號碼判斷頻段")
        return "2.4" if max(channels) <= 14 else "5"
    fitting = {band for band in named if not channels or channel_named(at.country, band, channels[0], 20)} or named
    if len(fitting) > 1:
        detail = "band by its channel among those of its default antennas"
        at.tally.guess("simulatedRadios", detail, "依頻道由預設天線判斷頻段")
    return next((band for band in BANDS if band in fitting), None)


def _eirp_dbm(at: Air, one: Thing, antenna: AntennaType | None) -> float | None:
    power_dbm = one.number_at("transmitPower")
    if power_dbm is None:
        return None
    gain_dbi = antenna.gain_dbi if antenna is not None else None
    if gain_dbi is None:
        detail = "no antenna gain in the file: EIRP taken as its transmit power"
        at.tally.guess("simulatedRadios", detail, "檔案沒有天線增益，EIRP 以發射功率計")
    eirp_dbm = round(power_dbm + (gain_dbi or 0.0), 6)
    if not _TOO_MUCH[0] <= eirp_dbm <= _TOO_MUCH[1]:
        detail = f"an EIRP of {eirp_dbm:g} dBm is no access point's: unknown"
        at.tally.guess("simulatedRadios", detail, f"EIRP {eirp_dbm:g} dBm 不合理，視為未知")
        return None
    return eirp_dbm


def as_written(kept: Sequence[tuple[Radio, Thing]], said: Mapping[str, Json], country: str) -> tuple[Radio, ...]:
    """Return radios as the site that was exported spelled them, where the file still says the same."""
    radios, listed = tuple(radio for radio, _ in kept), said.get("radios")
    if not isinstance(listed, list) or len(listed) != len(radios):
        return radios
    spelled = [_spelled(one) for one in listed]
    return tuple(
        told if told is not None and _means(told, radio, channels_of(thing), country) else radio
        for told, (radio, thing) in zip(spelled, kept, strict=True)
    )


def _spelled(one: Json) -> Radio | None:
    if not isinstance(one, Mapping) or one.get("band") not in BANDS:
        return None
    channel, width_mhz, eirp_dbm = (one.get(key) for key in ("channel", "width_mhz", "eirp_dbm"))
    whole = all(n is None or (isinstance(n, int) and not isinstance(n, bool)) for n in (channel, width_mhz))
    power = eirp_dbm is None or (isinstance(eirp_dbm, int | float) and not isinstance(eirp_dbm, bool))
    if not (whole and power):
        return None
    return Radio(band=one["band"], channel=channel, width_mhz=width_mhz, eirp_dbm=eirp_dbm)


def _means(told: Radio, radio: Radio, channels: tuple[int, ...], country: str) -> bool:
    """Return whether a radio in the file is what was written for one of ours."""
    power = told.eirp_dbm == radio.eirp_dbm or (
        told.eirp_dbm is not None and radio.eirp_dbm is not None and abs(told.eirp_dbm - radio.eirp_dbm) <= _SAME_DB
    )
    if told.band != radio.band or not power:
        return False
    if told.channel is None:
        return not channels
    return {*parts_of(country, told.band, told.channel, told.width_mhz or 20)} == {*channels}
