"""Access points with their radios and antennas, as a project has them."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from wifiplan.catalog.antennas import ISOTROPIC, Antenna, MeasuredAntenna, antenna, antennas
from wifiplan.catalog.radios import AccessPointModel, Standard, ap_models
from wifiplan.files.drawings.esx.channels import parts_of
from wifiplan.files.drawings.esx.exported.canvas import Canvas
from wifiplan.files.drawings.esx.exported.tables import Tables
from wifiplan.files.drawings.esx.losses import WORDS
from wifiplan.files.json_input import Json
from wifiplan.radio.antenna import N_ELEVATIONS, pattern
from wifiplan.site.building import Point, Site
from wifiplan.site.network import AccessPoint, Band, Radio

VENDOR = "wifiplan"
"""Of models that are classes of devices, and of unknown ones: the reader takes it for none."""
UNKNOWN_HEIGHT_M = 2.6
"""Where nobody says how high an access point hangs; the note beside it says that it is not known."""
_TECHNOLOGY: dict[Standard, str] = {"11n": "N", "11ac": "AC", "11ax": "AX", "11be": "BE"}
_COLOUR = "#0068FF"
_CUT_STEP_DEG = 5


def add_network(
    tables: Tables, site: Site, access_points: Sequence[AccessPoint], canvases: Mapping[int, Canvas]
) -> None:
    """Write access points, their radios, and the antennas that these name."""
    middles = {
        room.id: _middle(room.polygon) for floor in site.floors for room in floor.rooms if len(room.polygon) >= 3
    }
    for one in access_points:
        place = (one.x_m, one.y_m) if one.x_m is not None and one.y_m is not None else middles[one.room_id or ""]
        if one.x_m is None:
            tables.tally.guess("accessPoints", "known by its room only: in its middle", "只知道空間，放在中央")
        canvas = canvases[one.floor]
        model = ap_models().get(one.model or "")
        row = tables.add(
            "accessPoints",
            one.id,
            name=one.name or one.id,
            mine=True,
            hidden=False,
            userDefinedPosition=True,
            location={"floorPlanId": canvas.id, "coord": canvas.coord((float(place[0]), float(place[1])))},
            vendor=(model.brand if model else "") or VENDOR,
            model=one.model or "",
            color=_COLOUR,
            tags=[],
            noteIds=[tables.note(("ap", one.id), _remark(one))],
        )
        tables.tally.take("accessPoints", "access points", "基地臺")
        for slot, radio in enumerate(one.radios):
            _add_radio(tables, site, one, (row, slot, radio), model)


def _middle(polygon: tuple[Point, ...]) -> Point:
    middle = shapely.Polygon(polygon).representative_point()
    return float(middle.x), float(middle.y)


def _remark(one: AccessPoint) -> dict[str, Json]:
    """Return what the format has no field for, and what its fields would blur."""
    radios = [
        {"band": r.band, "channel": r.channel, "width_mhz": r.width_mhz, "eirp_dbm": r.eirp_dbm} for r in one.radios
    ]
    said: dict[str, Json] = {"id": one.id, "name": one.name, "model": one.model, "radios": radios}
    optional = {
        "room_id": one.room_id,
        "cabinet": one.cabinet,
        "mac": one.mac,
        "serial": one.serial,
        "pattern": one.pattern,
    }
    said |= {key: value for key, value in optional.items() if value is not None}
    if not one.radios:
        said |= {"mount": one.mount, "azimuth_deg": one.azimuth_deg, "tilt_deg": one.tilt_deg, "z_m": one.z_m}
    unknown = [key for key, value in (("x_m", one.x_m), ("z_m", one.z_m)) if value is None]
    return said | ({"unknown": unknown} if unknown else {})


def _add_radio(
    tables: Tables,
    site: Site,
    one: AccessPoint,
    which: tuple[str, int, Radio],
    model: AccessPointModel | None,
) -> None:
    row, slot, radio = which
    kind, gain_dbi = _antenna_of(site, one, model, radio.band)
    antenna_id = _antenna_type(tables, kind, radio.band, gain_dbi)
    channels = (
        None if radio.channel is None else [*parts_of(site.country, radio.band, radio.channel, radio.width_mhz or 20)]
    )
    tables.add(
        "simulatedRadios",
        (one.id, slot),
        accessPointId=row,
        accessPointIndex=slot,
        enabled=True,
        radioTechnology="IEEE802_11",
        technology=_TECHNOLOGY[model.standard] if model else "AX",
        transmitPower=None if radio.eirp_dbm is None else round(float(radio.eirp_dbm - gain_dbi), 6),
        channel=channels,
        spatialStreamCount=model.streams if model else 2,
        shortGuardInterval=True,
        greenfield=False,
        antennaTypeId=antenna_id,
        antennaDirection=float(one.azimuth_deg),
        # negative downwards, as the program has it
        antennaTilt=-float(one.tilt_deg) + 0.0,
        antennaHeight=float(UNKNOWN_HEIGHT_M if one.z_m is None else one.z_m),
        antennaMounting=one.mount.upper(),
        defaultAntennas=[
            {"radioTechnology": "IEEE802_11", "frequencyBand": WORDS[radio.band], "antennaTypeId": antenna_id}
        ],
    )
    tables.tally.take("simulatedRadios", "radios", "射頻")


def _antenna_of(
    site: Site, one: AccessPoint, model: AccessPointModel | None, band: Band
) -> tuple[Antenna | MeasuredAntenna, float]:
    """Return the antenna of a radio and the gain that its EIRP holds: its model's, else the antenna's own, else 0."""
    name = one.pattern or (model.antenna if model else ISOTROPIC)
    own = {kind.name: kind for kind in site.antennas}
    kind = own[name] if name in own else antenna(name)
    if model is not None and band in model.bands and one.pattern is None:
        return kind, model.antenna_gain_dbi(band)
    return kind, kind.gain_dbi or 0.0


def _antenna_type(tables: Tables, kind: Antenna | MeasuredAntenna, band: Band, gain_dbi: float) -> str:
    key = (kind.name, band, gain_dbi)
    made = tables.id("antennaTypes", key)
    if made in tables.known_types:
        return made
    tables.known_types.add(made)
    horizontal, vertical = _cuts_db(kind)
    tables.add(
        "antennaTypes",
        key,
        name=kind.name,
        vendor=VENDOR,
        directional=bool(np.ptp(horizontal) > 1.0),
        frequencyBand=WORDS[band],
        apCoupling="INTERNAL_ANTENNA",
        antennaTechnology="WIFI",
        defaultMounting="WALL" if kind.facing == "wall" else "CEILING",
        manufacturerMaximumGain=float(gain_dbi),
        horizontalPlane=_plane("Azimuth", horizontal + gain_dbi),
        elevationPlane=_plane("Elevation", vertical + gain_dbi),
        wcsMapping={},
    )
    tables.tally.take("antennaTypes", "antennas", "天線")
    return made


def _cuts_db(kind: Antenna | MeasuredAntenna) -> tuple[np.ndarray, np.ndarray]:
    """Return an antenna's two cuts by degree, the strongest direction of both at 0 dB."""
    if isinstance(kind, MeasuredAntenna) and kind.name not in antennas():
        horizontal, vertical = np.array(kind.horizontal_db), np.array(kind.vertical_db)
    else:
        gain_db_ea = pattern(kind).gain_db_ea
        degrees = np.arange(360)
        wide = gain_db_ea.shape[1] > 1
        horizontal = gain_db_ea[90, degrees if wide else np.zeros(360, dtype=int)]
        # front, then down, back and up
        elevation = np.select([degrees <= 90, degrees <= 270], [-degrees, degrees - 180], 360 - degrees)
        back = (degrees > 90) & (degrees < 270)
        vertical = gain_db_ea[np.clip(elevation + 90, 0, N_ELEVATIONS - 1), np.where(back & wide, 180, 0)]
    top = max(float(horizontal.max()), float(vertical.max()))
    return horizontal - top, vertical - top


def _plane(kind: str, gains_dbi: np.ndarray) -> dict[str, Json]:
    every = np.arange(0, 360, 1 if np.ptp(gains_dbi) > 0.0 else _CUT_STEP_DEG)
    return {
        "alignment": {},
        "gains": [{"angleInDegrees": float(a), "dBi": round(float(gains_dbi[a]), 3) + 0.0} for a in every],
        "type": kind,
        "scaleMin": round(float(min(gains_dbi.min(), -30.0)), 1),
        "scaleMax": round(float(max(gains_dbi.max(), 10.0)), 1),
    }
