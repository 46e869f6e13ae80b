"""Access points of a project: the planned ones, with the radios that they are to have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wifiplan.catalog.antennas import MeasuredAntenna, Mount, antennas
from wifiplan.files.drawings.esx.antennas import antenna_types
from wifiplan.files.drawings.esx.names import Names
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.esx.radios import Air, as_written, radio_of
from wifiplan.files.drawings.esx.remarks import number_in, remark_of, text_in
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.json_input import Json
from wifiplan.site.network import AccessPoint

MOUNT_OF: dict[str, Mount] = {"CEILING": "ceiling", "WALL": "wall"}


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
    air = Air(types=antenna_types(project), country=country, tally=tally)
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
                _access_point(_Reading(project, air, names, made), one, own, storey, heights_m[storey.id])
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
    air: Air
    names: Names
    made: Network


def _access_point(at: _Reading, one: Thing, own: Sequence[Thing], storey: Storey, height_m: float) -> AccessPoint:
    said = remark_of(at.project, one)
    location = one.part("location")
    point = location.point("coord") if location else None
    x_m, y_m = storey.frame.site_m(point or (0.0, 0.0))
    name = one.text("name")
    # only programs of third parties put the height there
    heights = (one.number_at("mountingHeight"), location.number_at("z") if location else None)
    told_m = next((z_m for z_m in heights if z_m is not None), None)
    kept = [(radio, thing) for thing in sorted(own, key=_slot) if (radio := radio_of(at.air, thing)) is not None]
    hung = _hung(at, kept[0][1], storey, height_m, told_m) if kept else _hung_as_said(said)
    pattern = _pattern(at, kept[0][1], hung.mount) if kept and not said else None
    made = AccessPoint(
        id=at.names.take(text_in(said, "id") or name or "AP"),
        name=name,
        floor=storey.level,
        x_m=x_m,
        y_m=y_m,
        z_m=hung.z_m,
        model=_model(at.project, one),
        radios=as_written(kept, said, at.air.country),
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


def _hung(at: _Reading, one: Thing, storey: Storey, height_m: float, told_m: float | None) -> _Hung:
    """Return how a radio says that its access point hangs; `told_m` is the height that the access point itself has."""
    mount = MOUNT_OF.get(one.text("antennaMounting"), "ceiling")
    z_m = one.number_at("antennaHeight")
    if z_m is None:
        z_m = told_m
    if z_m is not None and not 0.0 <= z_m <= height_m + 0.5:
        at.project.tally.guess("simulatedRadios", "height cut to its storey's", "高度裁至樓高")
        z_m = min(max(z_m, 0.0), height_m)
    azimuth_deg = storey.frame.azimuth_deg(one.number_at("antennaDirection") or 0.0)
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
    antenna = at.air.types.get(one.ref("antennaTypeId"))
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
