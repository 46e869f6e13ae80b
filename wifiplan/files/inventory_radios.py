"""The radios that one row of an inventory tells of, in columns of their own or one radio a row."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wifiplan.catalog.inventories import PowerKind, power_facts
from wifiplan.catalog.radios import ap_models, model_class
from wifiplan.files import network_cells as cells
from wifiplan.files.inventory_cells import plain
from wifiplan.files.network_cells import Power, Tuned
from wifiplan.site.network import Band, Radio
from wifiplan.site.remark import Remark
from wifiplan.units import db_from_ratio

_SLOT_BANDS: dict[str, Band | None] = {
    "2g4": "2.4", "5g": "5", "6g": "6", "radio0": None, "radio1": None, "radio2": None,
}  # fmt: skip
_COMPOSITES = ("radio_0", "radio_1", "radio_2")
_EIRP_BEHIND = re.compile(r"/(?:[a-z]+/)?(-?[0-9]+(?:\.[0-9]+)?)(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One row's cells by field; `is_level` tells whether a power column counts a vendor's levels."""

    raw: Callable[[str], str]
    is_level: Callable[[str], bool]
    power_kind: PowerKind
    model: str


def radios(row: Cells) -> tuple[tuple[Radio, ...], tuple[Remark, ...]]:
    """Return the radios that a row tells of, one a band, and what was assumed or could not be read.

    A channel is the number as written, that of its first 20 MHz; an EIRP is computed from what the table gives, and
    the remark says how.
    """
    remarks: list[Remark] = []
    found: list[Radio] = []
    for slot, known in _SLOT_BANDS.items():
        found += _slot(row, f"_{slot}", known, remarks)
    found += [radio for field in _COMPOSITES for radio in _composite(row.raw(field), remarks)]
    found += _slot(row, "", cells.band(row.raw("band")), remarks)
    by_band: dict[Band, Radio] = {}
    for radio in found:
        by_band.setdefault(radio.band, radio)
    return tuple(by_band[band] for band in ("2.4", "5", "6") if band in by_band), tuple(remarks)


def _slot(row: Cells, suffix: str, known: Band | None, remarks: list[Remark]) -> list[Radio]:
    """Return the radios of one set of columns: one as a rule, two where a cell holds the channels of two bands."""
    tuned, channel_remark = cells.channels(row.raw(f"channel{suffix}"), known)
    width, width_remark = cells.width_mhz(row.raw(f"width{suffix}"))
    kind: PowerKind = "eirp" if plain(row.raw(f"eirp{suffix}")) else row.power_kind
    field = f"eirp{suffix}" if kind == "eirp" and row.raw(f"eirp{suffix}").strip() else f"power{suffix}"
    power, power_remark = cells.power(row.raw(field), is_level=row.is_level(field))
    remarks += [remark for remark in (channel_remark, width_remark, power_remark) if remark is not None]
    if not tuned and known is not None and (width or power or channel_remark):
        tuned = (Tuned(band=known),)
    made = []
    for one in tuned:
        band = known or one.band
        if band is None:
            continue
        eirp = None if power is None or len(tuned) > 1 else _eirp(row, power, band, kind, remarks)
        made.append(Radio(band=band, channel=one.channel, width_mhz=one.width_mhz or width, eirp_dbm=eirp))
    return made


def _composite(text: str, remarks: list[Remark]) -> list[Radio]:
    """Read ArubaOS's "AP:5GHz/132+/HE/20.0": band, channel, kind of frames and EIRP in one cell."""
    value = plain(text).casefold()
    head, _, rest = value.partition("/")
    band = cells.band(head.rpartition(":")[2])
    if band is None:
        return []
    tuned, remark = cells.channels(rest.partition("/")[0], band)
    remarks += [remark] if remark else []
    power = _EIRP_BEHIND.search("/" + rest.partition("/")[2]) if "/" in rest else None
    eirp = float(power[1]) if power and -20.0 <= float(power[1]) <= 40.0 else None
    return [Radio(band=band, channel=one.channel, width_mhz=one.width_mhz, eirp_dbm=eirp) for one in tuned[:1]]


def _eirp(row: Cells, power: Power, band: Band, kind: PowerKind, remarks: list[Remark]) -> float | None:
    """Return the EIRP of a power as written [dBm]; what had to be assumed becomes a remark."""
    if power.unit == "dbm":
        if kind == "eirp":
            return power.value
        gain = power_facts()["antenna_gain"]
        remarks.append(Remark(code="power_conducted", values=(f"{power.value:g}", f"{gain:g}")))
        return power.value + gain
    most = _most_dbm(row.model, band)
    if most is None:
        code = "power_level_open" if power.unit == "level" else "power_share_open"
        shown = f"{power.value:g}" if power.unit == "level" else f"{power.value:.0%}"
        remarks.append(Remark(code=code, values=(shown,)))
        return None
    if power.unit == "level":
        remarks.append(Remark(code="power_level", values=(f"{power.value:g}", f"{most:g}")))
        return most + power_facts()["level_step"] * (power.value - 1.0)
    remarks.append(Remark(code="power_share", values=(f"{power.value:.0%}", f"{most:g}")))
    return round(most + float(db_from_ratio(power.value)), 1)


def _most_dbm(model: str, band: Band) -> float | None:
    """Return what the class of a model can radiate in a band [dBm], None where either is unknown."""
    known = model_class(model)
    if known is None or band not in ap_models()[known.name].bands:
        return None
    return ap_models()[known.name].max_eirp_dbm(band)
