"""Access points of a project: the planned ones, with the radios that they are to have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wifiplan.catalog.antennas import MeasuredAntenna, Mount, antennas
from wifiplan.catalog.spectrum import channel_named
from wifiplan.files.drawings.esx.antennas import AntennaType, antenna_types
from wifiplan.files.drawings.esx.channels import parts_of
from wifiplan.files.drawings.esx.losses import BAND_OF
from wifiplan.files.drawings.esx.names import Names
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.esx.remarks import number_in, remark_of, text_in
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.json_input import Json
from wifiplan.site.network import BANDS, AccessPoint, Band, Radio

MOUNT_OF: dict[str, Mount] = {"CEILING": "ceiling", "WALL": "wall"}
_WIDTHS_MHZ = {20, 40, 80, 160, 320}
_TOO_MUCH = (-20.0, 40.0)
"""EIRP that a site file takes [dBm]."""
_SAME_DB = 0.05


@dataclass(slots=True)
class Network:
    """The access points of a site, and the antennas that they name."""

    points: list[AccessPoint] = field(default_factory=list)
    antennas: dict[str, MeasuredAntenna] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hung:
    """How a radio says that its access point hangs."""

    z_m: float | None = None
    mount: Mount = "ceiling"
    azimuth_deg: float = 0.0
    tilt_deg: float = 0.0


def network(project: Project, found: Mapping[str, Storey], heights_m: Mapping[str, float], country: str) -> Network:
    """Return the access points that a project plans ("mine"); neighbours that were heard are counted as left.

    EIRP is `transmitPower` plus the gain of the antenna's strongest direction; where the file holds no gains, the
    transmit power itself, and the account says so.
    """
    tally = project.tally
    made, names = Network(), Names()
    radios: dict[str, list[Thing]] = defaultdict(list)
    for one in project.rows("simulatedRadios"):
        radios[one.ref("accessPointId")].append(one)
    types = antenna_types(project)
    for one in project.rows("accessPoints"):
        own = radios.pop(one.id, [])
        location = one.part("location")
        place = location.point("coord") if location else None
        storey = found.get(location.ref("floorPlanId")) if location else None
        if not one.flag("mine", default=True):
            reason = ("a neighbour that was heard, not planned", "量測時聽到的鄰居，不是規劃的")
        elif location is None or place is None:
            reason = ("it is not placed on a plan", "尚未放在平面圖上")
        elif storey is None:
            reason = ("its plan is not there", "所屬平面圖不存在")
        else:
            tally.take("accessPoints", "access points", "基地臺")
            made.points.append(
                _access_point(_Reading(project, types, names, made, country), one, own, storey, heights_m[storey.id])
            )
            continue
        tally.leave("accessPoints", *reason)
        tally.leave("simulatedRadios", "its access point is not taken", "所屬基地臺未採用", n=len(own))
    n_lost = sum(len(part) for part in radios.values())
    tally.leave("simulatedRadios", "its access point is not there", "所屬基地臺不存在", n=n_lost)
    return made


@dataclass(slots=True)
class _Reading:
    """What the reading of every access point needs."""

    project: Project
    types: Mapping[str, AntennaType]
    names: Names
    made: Network
    country: str


def _access_point(at: _Reading, one: Thing, own: Sequence[Thing], storey: Storey, height_m: float) -> AccessPoint:
    said = remark_of(at.project, one)
    location = one.part("location")
    point = location.point("coord") if location else None
    x_m, y_m = storey.frame.site_m(point or (0.0, 0.0))
    name = one.text("name")
    kept = [(radio, thing) for thing in sorted(own, key=_slot) if (radio := _radio(at, thing)) is not None]
    hung = _hung(at, kept[0][1], storey, height_m) if kept else _hung_as_said(said)
    pattern = _pattern(at, kept[0][1], hung.mount) if kept and not said else None
    made = AccessPoint(
        id=at.names.take(text_in(said, "id") or name or "AP"),
        name=name,
        floor=storey.level,
        x_m=x_m,
        y_m=y_m,
        z_m=hung.z_m,
        model=_model(at.project, one),
        radios=_as_written(kept, said, at.country),
        mount=hung.mount,
        azimuth_deg=hung.azimuth_deg,
        tilt_deg=hung.tilt_deg,
        pattern=pattern,
    )
    return _with_remark(made, said) if said else made


def _with_remark(one: AccessPoint, said: Mapping[str, Json]) -> AccessPoint:
    """Return an access point of ours with what the format has no field for, or blurs."""
    unknown = said.get("unknown")
    unknown = unknown if isinstance(unknown, list) else []
    written = text_in(said, "name")
    renamed = written is None or one.name not in {written, one.id}
    model = text_in(said, "model")
    known = one.model in {model, None} or (model is not None and (one.model or "").endswith(model))
    by_room = "x_m" in unknown and text_in(said, "room_id") is not None
    return replace(
        one,
        name=one.name if renamed else written or "",
        x_m=None if by_room else one.x_m,
        y_m=None if by_room else one.y_m,
        z_m=None if "z_m" in unknown else one.z_m,
        room_id=text_in(said, "room_id"),
        model=model if known else one.model,
        cabinet=text_in(said, "cabinet"),
        mac=text_in(said, "mac"),
        serial=text_in(said, "serial"),
        pattern=text_in(said, "pattern"),
    )


def _slot(one: Thing) -> int:
    return one.whole_at("accessPointIndex") or 0


def _model(project: Project, one: Thing) -> str | None:
    vendor, model = one.text("vendor"), one.text("model")
    base, plus, _ = model.partition(" + ")
    if plus:
        project.tally.guess("accessPoints", "the antenna behind '+' taken off its model", "型號去掉「+」後的天線")
    if vendor and base and vendor.casefold() != "wifiplan" and not base.casefold().startswith(vendor.casefold()):
        return f"{vendor} {base}"
    return base or None


def _radio(at: _Reading, one: Thing) -> Radio | None:
    tally = at.project.tally
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


def _band(at: _Reading, one: Thing, antenna: AntennaType | None, channels: tuple[int, ...]) -> Band | None:
    """Return the band of a radio: its antenna's, else what its default antennas or its channels allow."""
    if antenna is not None and antenna.band is not None:
        return antenna.band
    wifi = [part for part in one.parts("defaultAntennas") if part.text("radioTechnology") in {"", "IEEE802_11"}]
    named = {BAND_OF[word] for part in wifi if (word := part.text("frequencyBand")) in BAND_OF}
    named |= {BAND_OF[one.text(key)] for key in ("frequencyBand", "band") if one.text(key) in BAND_OF}
    if not named and channels:
        detail = "band by its channel number alone: 2.4 GHz up to 14, else 5 GHz"
        at.project.tally.guess("simulatedRadios", detail, "只能依頻道號碼判斷頻段")
        return "2.4" if max(channels) <= 14 else "5"
    fitting = {band for band in named if not channels or channel_named(at.country, band, channels[0], 20)} or named
    if len(fitting) > 1:
        detail = "band by its channel among those of its default antennas"
        at.project.tally.guess("simulatedRadios", detail, "依頻道由預設天線判斷頻段")
    return next((band for band in BANDS if band in fitting), None)


def _eirp_dbm(at: _Reading, one: Thing, antenna: AntennaType | None) -> float | None:
    power_dbm = one.number_at("transmitPower")
    if power_dbm is None:
        return None
    gain_dbi = antenna.gain_dbi if antenna is not None else None
    if gain_dbi is None:
        detail = "no antenna gain in the file: EIRP taken as its transmit power"
        at.project.tally.guess("simulatedRadios", detail, "檔案沒有天線增益，EIRP 以發射功率計")
    eirp_dbm = round(power_dbm + (gain_dbi or 0.0), 6)
    if not _TOO_MUCH[0] <= eirp_dbm <= _TOO_MUCH[1]:
        detail = f"an EIRP of {eirp_dbm:g} dBm is no access point's: unknown"
        at.project.tally.guess("simulatedRadios", detail, f"EIRP {eirp_dbm:g} dBm 不合理，視為未知")
        return None
    return eirp_dbm


def _hung(at: _Reading, one: Thing, storey: Storey, height_m: float) -> _Hung:
    mount = MOUNT_OF.get(one.text("antennaMounting"), "ceiling")
    z_m = one.number_at("antennaHeight")
    if z_m is not None and not 0.0 <= z_m <= height_m + 0.5:
        at.project.tally.guess("simulatedRadios", "height cut to its storey's", "高度裁至樓高")
        z_m = min(max(z_m, 0.0), height_m)
    azimuth_deg = ((one.number_at("antennaDirection") or 0.0) - storey.frame.angle_deg) % 360.0
    # the format's tilt is negative downwards, ours positive
    tilt_deg = min(max(-(one.number_at("antennaTilt") or 0.0), -90.0), 90.0) + 0.0
    return _Hung(
        z_m=z_m,
        mount=mount,
        azimuth_deg=round(azimuth_deg, 3),
        tilt_deg=round(tilt_deg, 3) + 0.0,
    )


def _hung_as_said(said: Mapping[str, Json]) -> _Hung:
    """Return how an access point of ours hangs that has no radio to say so."""
    z_m, azimuth_deg, tilt_deg = (number_in(said, key) for key in ("z_m", "azimuth_deg", "tilt_deg"))
    mount: Mount = "wall" if said.get("mount") == "wall" else "ceiling"
    return _Hung(z_m=z_m, mount=mount, azimuth_deg=azimuth_deg or 0.0, tilt_deg=tilt_deg or 0.0)


def _pattern(at: _Reading, one: Thing, mount: Mount) -> str | None:
    antenna = at.types.get(one.ref("antennaTypeId"))
    if antenna is None:
        return None
    if antenna.name in antennas():
        return antenna.name
    name = f"esx: {antenna.name}" if antenna.name else "esx"
    measured = antenna.measured(name, mount == "wall")
    if measured is None:
        return None
    if name not in at.made.antennas:
        detail = f'"{antenna.name}": its two cuts, 0 degrees taken as its front'
        at.project.tally.guess("antennaTypes", detail, f"「{antenna.name}」以 0 度為正前方")
        at.made.antennas[name] = measured
    return name if at.made.antennas[name] == measured else None


def _as_written(kept: Sequence[tuple[Radio, Thing]], said: Mapping[str, Json], country: str) -> tuple[Radio, ...]:
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
