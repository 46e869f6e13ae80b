"""Access points of an OpenIntent document as plain records of a site file."""

from collections.abc import Iterator, Mapping

from wifiplan.catalog.radios import AccessPointModel, ap_models
from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.spectrum import channel_named, countries
from wifiplan.errors import Fault
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import number, text_of
from wifiplan.files.drawings.openintent_floor import FloorParts, list_of, point_of, shifted
from wifiplan.files.drawings.openintent_scale import Scale
from wifiplan.files.json_input import Json
from wifiplan.site.building import Point
from wifiplan.units import db_from_ratio

UNKNOWN_MODEL = "ax-2x2"
"""Antenna gain and chains of a model that nobody knows: the plainest class of today's catalogue."""

_BANDS = {"FREQ_2.4GHZ": "2.4", "FREQ_5GHZ": "5", "FREQ_6GHZ": "6"}
_WIDTHS = {f"{width}_MHz": width for width in (20, 40, 80, 160, 320)} | {"80+80_MHz": 160, "160+160_MHz": 320}
_NOT_KEPT = ("ssids", "antennas", "rf_connectors", "asset_tag", "claim_code", "sku", "connected_switch")
_KNOWN = frozenset(
    {
        *("name", "floorplan_name", "building_name", "serial_number", "mac_address", "manufacturer", "model"),
        *("dot11_radios", "orientation", "coordinates", "coordinate_xyz", "coordinate_lat_long", "display_color"),
        *("wifiplan_access_point", "antennas"),
    }
)


def access_points_of(
    data: Mapping[str, Json], scales: Mapping[str, tuple[int, Scale]], parts: FloorParts
) -> list[dict[str, Json]]:
    """Return the access points of a document whose floors are known by name, with level and scale."""
    found = []
    for place, one in list_of(data, "accesspoints", "", parts.faults):
        known = scales.get(str(one.get("floorplan_name") or ""))
        if known is None and len(scales) == 1:
            known = next(iter(scales.values()))
            parts.tally.guessed("accesspoints", 1, "names no floor of the file: on the only one", "未指明樓層")
        if known is None:
            parts.tally.left("accesspoints", 1, "on a floor that the file does not hold", "所在樓層不在檔案中")
            continue
        record = _access_point(one, *known, parts, place)
        if record is not None:
            found.append(record)
    return found


def _access_point(
    one: Mapping[str, Json], level: int, scale: Scale, parts: FloorParts, where: str
) -> dict[str, Json] | None:
    given = one.get("wifiplan_access_point")
    own = dict(given) if isinstance(given, Mapping) else {}
    name = text_of(one.get("name"))
    record: dict[str, Json] = {"id": name, "name": "" if own else name} | own | {"floor": level}
    place = _place(one, scale, parts.shift_m)
    if place is None and "room_id" not in own:
        parts.tally.left("accesspoints", 1, "not placed on a plan", "未置於平面圖上")
        return None
    record |= place or {}
    model = " ".join(part for part in (_maker(one), text_of(one.get("model"))) if part)
    if own:
        model = text_of(one.get("model"))
    if model:
        record["model"] = model
    if serial := text_of(one.get("serial_number")):
        record["serial"] = serial
    if mac := text_of(one.get("mac_address")):
        record["mac"] = mac.lower()
    if not own:
        record |= _looks(one, parts.tally)
    record["radios"] = list(_radios(one, model, parts, where))
    for key, value in one.items():
        if key not in _KNOWN and not str(key).startswith("wifiplan_") and value not in (None, [], {}, ""):
            parts.tally.left(f"accesspoint {text_of(key)}", 1)
    parts.tally.took("accesspoints")
    return record


def _maker(one: Mapping[str, Json]) -> str:
    maker, model = text_of(one.get("manufacturer")), text_of(one.get("model"))
    return "" if model.lower().startswith(maker.lower()) else maker


def _place(one: Mapping[str, Json], scale: Scale, shift_m: Point) -> dict[str, Json] | None:
    """Return where it hangs, by the coordinate whose unit says most of its size."""
    places = one.get("coordinates")
    listed = places if isinstance(places, list) else []
    every = [p.get("coordinate_xyz") for p in listed if isinstance(p, Mapping)] + [one.get("coordinate_xyz")]
    given = [p for p in every if isinstance(p, Mapping)]
    for unit in ("meters", "feet", "pixels"):
        for xyz in (p for p in given if p.get("unit") == unit):
            point = point_of(xyz, scale)
            if point is None:
                continue
            x, y = shifted(point, shift_m)
            z = number(xyz.get("z"))
            return {"x_m": x, "y_m": y} | ({} if z is None else {"z_m": round(z * scale.m_per[unit], 4)})
    return None


def _looks(one: Mapping[str, Json], tally: Tally) -> dict[str, Json]:
    orientation = one.get("orientation")
    if not isinstance(orientation, Mapping):
        return {}
    rotation, tilt = (number(orientation.get(key)) or 0.0 for key in ("rotation", "tilt"))
    if tilt:
        told = "the format does not say what it hangs on: tilt is taken as that of a face that looks down"
        tally.guessed("accesspoint tilt", 1, told, "未記載安裝方式，傾角視為朝下之面")
    return {"azimuth_deg": rotation % 360.0, "tilt_deg": max(-90.0, min(90.0, -tilt)) if tilt else 0.0}


def _radios(one: Mapping[str, Json], model: str, parts: FloorParts, where: str) -> Iterator[dict[str, Json]]:
    for place, radio in list_of(one, "dot11_radios", where, parts.faults):
        function, band = radio.get("radio_function"), _BANDS.get(str(radio.get("band")))
        if function in {"MONITORING", "BACKHAUL", "DISABLED"}:
            parts.tally.left("dot11_radios", 1, f"{str(function).lower()}: serves nobody", "不提供用戶連線")
            continue
        if band is None:
            parts.faults.append(Fault(where=place, problem="its band is none of FREQ_2.4GHZ, FREQ_5GHZ, FREQ_6GHZ"))
            continue
        record: dict[str, Json] = {"band": band}
        width = _WIDTHS.get(str(radio.get("channel_width")))
        if width is not None:
            record["width_mhz"] = width
        channel = number(radio.get("channel"))
        if channel is not None and 1.0 <= channel <= 233.0:
            record["channel"] = _channel(radio, band, round(channel), width, parts.country)
        eirp = _eirp_dbm(one, radio, band, model, parts.tally)
        if eirp is not None:
            record["eirp_dbm"] = eirp
        parts.tally.took("dot11_radios")
        yield record


def _channel(radio: Mapping[str, Json], band: str, primary: int, width: int | None, country: str) -> int:
    """Return the channel by the number that our plans use: the middle of a wide one.

    Our own word holds where it means the same channel; who changed the channel in another tool means the new one.
    """
    country = country if country in countries() else "TW"
    wide = channel_named(country, band, primary, width or 20)
    own = radio.get("wifiplan_channel")
    if isinstance(own, int) and not isinstance(own, bool):
        same = channel_named(country, band, own, width or 20)
        if own == primary or (same is not None and wide is not None and same.number == wide.number):
            return own
    return primary if wide is None else wide.number


def _eirp_dbm(one: Mapping[str, Json], radio: Mapping[str, Json], band: str, model: str, tally: Tally) -> float | None:
    eirp, chain = number(radio.get("transmit_eirp")), number(radio.get("transmit_power"))
    if eirp is not None and -20.0 <= eirp <= 40.0:
        return eirp
    if chain is None or not -20.0 <= chain <= 36.0:
        return None
    known: AccessPointModel = known_model(model) or ap_models()[UNKNOWN_MODEL]
    gain = _gain_dbi(one, radio)
    if gain is None:
        gain = known.antenna_gain_dbi(band if band in known.bands else known.bands[-1])
    chains = number(radio.get("mimo_chains")) or known.n_chains
    told = "EIRP is reckoned from the power of a chain, the number of chains and the antenna's gain"
    tally.guessed("transmit_power", 1, told, "EIRP 由每鏈功率、鏈數與天線增益推算")
    return round(min(chain + gain + float(db_from_ratio(max(1.0, min(chains, 16.0)))), 40.0), 1)


def _gain_dbi(one: Mapping[str, Json], radio: Mapping[str, Json]) -> float | None:
    antennas = one.get("antennas")
    for antenna in antennas if isinstance(antennas, list) else []:
        bands = antenna.get("bands") if isinstance(antenna, Mapping) else None
        for entry in bands if isinstance(bands, list) else []:
            if isinstance(entry, Mapping) and entry.get("band") == radio.get("band"):
                gain = number(entry.get("gain"))
                if gain is not None and -10.0 <= gain <= 30.0:
                    return gain
    return None
