"""What is typed into the controller: one record a radio, with the freedom that automatic radio management may have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.catalog.radios import AccessPointModel
from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import center_hz, channel_named, channels, widths_mhz
from wifiplan.site.network import BANDS, Band, Radio
from wifiplan.study.auto_rf import AutoRf, auto_rf
from wifiplan.study.records import ApAction, Plan
from wifiplan.study.work_orders import NetworkOptions, WorkOrder
from wifiplan.units import db_from_ratio

RadioState: TypeAlias = Literal["on", "off", "auto", "as_found"]
"""Set as planned; switched off; left to the controller; not touched, because nobody has decided yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioConfig:
    """One radio of one access point; powers [dBm], None where nothing is prescribed or the model is unknown.

    `channel` is the middle of the channel, as IEEE 802.11 counts it and the plan prints it; `channels_20mhz` are the
    20 MHz channels in it: a controller asks for the primary one of them and the width. `backup_channel` has no radar
    detection and is for the time after a radar alarm only. `auto_*` bound the controller's automatic choice (see
    `study.auto_rf`). `conducted_dbm` is summed over the chains, `chain_dbm` the power of one.
    """

    ap_name: str
    ap_id: str
    card: int | None
    action: ApAction
    room_id: str | None
    room_name: str | None
    block: str | None
    floor: int
    model: str | None
    band: Band
    state: RadioState
    channel: int | None = None
    width_mhz: int | None = None
    channels_20mhz: tuple[int, ...] = ()
    dfs: bool | None = None
    backup_channel: int | None = None
    auto_channels: tuple[int, ...] = ()
    auto_channels_20mhz: tuple[int, ...] = ()
    eirp_dbm: float | None = None
    antenna_gain_dbi: float | None = None
    n_chains: int | None = None
    conducted_dbm: float | None = None
    chain_dbm: float | None = None
    auto_min_eirp_dbm: float | None = None
    auto_max_eirp_dbm: float | None = None
    auto_min_conducted_dbm: float | None = None
    auto_max_conducted_dbm: float | None = None
    n_sharing: int | None = None
    ssids: tuple[str, ...] = ()
    vlans: tuple[int | None, ...] = ()
    management_vlan: int | None = None
    cabinet: str | None = None
    port: int | None = None
    cable_id: str | None = None
    mac: str | None = None
    serial: str | None = None


def radio_configs(plan: Plan, orders: Sequence[WorkOrder], options: NetworkOptions) -> tuple[RadioConfig, ...]:
    """Return the settings of every radio that stays or comes, in the order of the orders and of the bands.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    orders : sequence of WorkOrder
        Of all its access points (`all_orders`); those that are removed have no settings.
    options : NetworkOptions
        Networks, VLANs, and what to do with the 2.4 GHz radio.
    """
    freedom = auto_rf(plan)
    return tuple(
        _config(plan, order, band, freedom.get(order.ap_id), options)
        for order in orders
        if order.action != "removed"
        for band in _bands(order)
    )


def members_20mhz(country: str, band: str, channel: int, width_mhz: int) -> tuple[int, ...]:
    """Return the 20 MHz channels of a wider one, lowest first; empty where the country has no such channel.

    The wider one is named by its middle or by one of them (`catalog.spectrum.channel_named`).

    >>> members_20mhz("TW", "5", 102, 40)
    (100, 104)
    """
    wide = channel_named(country, band, channel, width_mhz)
    if wide is None:
        return ()
    narrow = channels(country, band, 20, all_legal=True)
    return tuple(c.number for c in narrow if c.low_hz >= wide.low_hz and c.high_hz <= wide.high_hz)


def _bands(order: WorkOrder) -> tuple[Band, ...]:
    model = known_model(order.model)
    known = set(model.bands if model else ()) | {radio.band for radio in order.radios}
    return tuple(band for band in BANDS if band in known)


def _config(plan: Plan, order: WorkOrder, band: Band, freedom: AutoRf | None, options: NetworkOptions) -> RadioConfig:
    radio = next((r for r in order.radios if r.band == band), None)
    model = known_model(order.model)
    bare = _bare(order, band, _state(plan, order, band, options), options)
    if bare.state == "auto":
        radio = Radio(band=band, width_mhz=20, eirp_dbm=_same_cell_dbm(plan, order, band, model))
    if bare.state == "off":
        radio = None
    bound = freedom if band == plan.band and bare.state == "on" else None
    found = _Power.of(model, band, radio.eirp_dbm if radio else None)
    least, most = (_Power.of(model, band, e) for e in _bounds(bound, bare.state, radio))
    width = radio.width_mhz if radio else None
    auto = bound.channels if bound else (_clear(plan, band) if bare.state == "auto" else ())
    return replace(
        bare,
        channel=radio.channel if radio else None,
        width_mhz=width,
        channels_20mhz=_members(plan, band, (radio.channel,) if radio and radio.channel else (), width),
        dfs=order.dfs if bound else None,
        backup_channel=order.backup_channel if bound else None,
        auto_channels=auto,
        auto_channels_20mhz=_members(plan, band, auto, width),
        eirp_dbm=found.eirp_dbm,
        antenna_gain_dbi=found.gain_dbi,
        n_chains=model.n_chains if model else None,
        conducted_dbm=found.conducted_dbm,
        chain_dbm=found.chain_dbm,
        auto_min_eirp_dbm=least.eirp_dbm,
        auto_max_eirp_dbm=most.eirp_dbm,
        auto_min_conducted_dbm=least.conducted_dbm,
        auto_max_conducted_dbm=most.conducted_dbm,
        n_sharing=bound.n_sharing if bound else None,
    )


def _bare(order: WorkOrder, band: Band, state: RadioState, options: NetworkOptions) -> RadioConfig:
    """Return a radio's place, cable and networks, before any of its settings."""
    carried = [s for s in options.ssids if band in s.bands] if state in ("on", "auto") else []
    return RadioConfig(
        ap_name=order.ap_name,
        ap_id=order.ap_id,
        card=order.number or None,
        action=order.action,
        room_id=order.room_id,
        room_name=order.room_name,
        block=order.block,
        floor=order.floor,
        model=order.model,
        band=band,
        state=state,
        ssids=tuple(s.name for s in carried),
        vlans=tuple(s.vlan for s in carried),
        management_vlan=options.management_vlan,
        cabinet=order.cabinet,
        port=order.port,
        cable_id=order.cable_id,
        mac=order.mac,
        serial=order.serial,
    )


def _state(plan: Plan, order: WorkOrder, band: Band, options: NetworkOptions) -> RadioState:
    """Return what to do with a radio: as the plan says, which leaves alone the others of a device that stays."""
    if order.undecided:
        return "as_found"
    if band == plan.band:
        return "on"
    if band == "2.4" and order.hung and options.radio_2g4 != "plan":
        return options.radio_2g4
    if order.action != "kept" and any(radio.band == band for radio in order.radios):
        return "on"
    return "off" if order.hung or band in order.off_bands else "as_found"


def _same_cell_dbm(plan: Plan, order: WorkOrder, band: Band, model: AccessPointModel | None) -> float | None:
    """Return the EIRP at which a lower band's cell is no larger than that of the plan's band [dBm].

    Free space loses 20·log10(f1/f2) less in the lower band; so much less is sent.
    """
    planned = next((r.eirp_dbm for r in order.radios if r.band == plan.band), None)
    if planned is None or model is None:
        return None
    less_db = 2.0 * float(db_from_ratio(center_hz(plan.band) / center_hz(band)))
    return round(min(planned - less_db, model.max_eirp_dbm(band)), 1)


def _bounds(bound: AutoRf | None, state: RadioState, radio: Radio | None) -> tuple[float | None, float | None]:
    if bound is not None:
        return bound.min_eirp_dbm, bound.max_eirp_dbm
    return (None, radio.eirp_dbm) if state == "auto" and radio else (None, None)


def _clear(plan: Plan, band: Band) -> tuple[int, ...]:
    """Return the channels of 20 MHz that don't overlap: 1, 6 and 11 in 2.4 GHz."""
    return tuple(c.number for c in channels(plan.site.country, band, 20))


def _members(plan: Plan, band: Band, numbers: Sequence[int], width_mhz: int | None) -> tuple[int, ...]:
    if width_mhz is None or width_mhz not in widths_mhz(plan.site.country, band):
        return ()
    return tuple(m for n in numbers for m in members_20mhz(plan.site.country, band, n, width_mhz))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Power:
    """One power said in every way that controllers ask for it [dBm]."""

    eirp_dbm: float | None = None
    gain_dbi: float | None = None
    conducted_dbm: float | None = None
    chain_dbm: float | None = None

    @classmethod
    def of(cls, model: AccessPointModel | None, band: Band, eirp_dbm: float | None) -> "_Power":
        if model is None or band not in model.bands or eirp_dbm is None:
            return cls(eirp_dbm=eirp_dbm)
        return cls(
            eirp_dbm=eirp_dbm,
            gain_dbi=model.antenna_gain_dbi(band),
            conducted_dbm=model.conducted_dbm(band, eirp_dbm),
            chain_dbm=round(model.chain_dbm(band, eirp_dbm), 2),
        )
