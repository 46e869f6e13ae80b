"""Rooms as areas with capacity, and what the program asks for beside them: profiles and requirements."""

from collections.abc import Mapping

from wifiplan.catalog.applications import Profile, profiles
from wifiplan.files.drawings.esx.exported.canvas import Canvas
from wifiplan.files.drawings.esx.exported.tables import Tables
from wifiplan.files.drawings.esx.losses import WORDS
from wifiplan.files.json_input import Json
from wifiplan.site.building import Room, RoomUse, Site

DEFAULT_PROFILE = "video"
"""What a class does where its room names nothing: the ministry's first example (影音)."""
_COLOURS: dict[RoomUse, str] = {
    "classroom": "#FFE600",
    "specialist": "#FF8500",
    "office": "#C297FF",
    "corridor": "#6D6D6D",
    "other": "#00FFCE",
}
_BITS_PER_MBPS = 1_048_576
"""The program's own "Mbps" in a profile's bitRate [2nd]."""
_PACKET_BYTES = 1_400
_MAX_CLIENTS = 200
"""Of a radio: the program's own default [2nd]."""
_OVERLAP_DBM = -85.0
"""Above which another access point on the channel counts: the program's default [2nd]."""
_RATES = {"R6": "DISABLED", "R9": "DISABLED", "R12": "MANDATORY", "R24": "MANDATORY"}
"""Low rates off and two mandatory ones, as guides for dense classrooms have it [M]; the program knows the others."""


def add_rooms(tables: Tables, site: Site, canvases: Mapping[int, Canvas]) -> None:
    """Write areas, what their devices do, and what is required of the signal."""
    requirement = _add_requirements(tables)
    device = tables.add(
        "deviceProfiles",
        "tablet",
        name="學習載具" if tables.lang == "zh-TW" else "Pupil's tablet",
        mimoTxChains=2,
        mimoRxChains=2,
        spatialStreams=2,
        offset24=-5.0,
        offset5=-5.0,
        offset6=-5.0,
        maxSupportedBandwidth="BW_80",
        deviceProfileTechnology="AX",
        bandSelectionBehaviour="AUTOMATIC",
        editable=True,
    )
    usages = {name: _add_usage(tables, one) for name, one in profiles().items()}
    for band in WORDS.values():
        _add_capacity(tables, band)
    for floor in site.floors:
        for room in floor.rooms:
            n_devices = counted(room)
            item = {
                "deviceCount": n_devices,
                "deviceProfileId": device,
                "usageProfileId": usages[room.profile if room.profile in usages else DEFAULT_PROFILE],
            }
            canvas = canvases[floor.level]
            tables.add(
                "areas",
                room.id,
                floorPlanId=canvas.id,
                name=room.name or room.id,
                color=_COLOURS[room.use],
                area=[canvas.coord(point) for point in room.polygon],
                noteIds=[tables.note(("room", room.id), _remark(room))],
                requirementId=requirement,
                capacityItems=[item] if n_devices else [],
            )
        tables.tally.take("areas", "rooms", "空間", n=len(floor.rooms))


def counted(room: Room) -> int:
    """Return the devices that an area counts: those of the room, else one a pupil."""
    return room.devices if room.devices is not None else room.class_size or 0


def _remark(room: Room) -> dict[str, Json]:
    said: dict[str, Json] = {"id": room.id, "use": room.use, "name": room.name, "counted": counted(room)}
    optional = {
        "block": room.block,
        "inventory_id": room.inventory_id,
        "class_size": room.class_size,
        "devices": room.devices,
        "profile": room.profile,
        "stage": room.stage,
    }
    return said | {key: value for key, value in optional.items() if value is not None}


def _add_usage(tables: Tables, one: Profile) -> str:
    name = one.name_zh if tables.lang == "zh-TW" else one.name
    application = tables.add(
        "applicationProfiles",
        one.name,
        name=name,
        accessCategory="AC_VI" if one.mbps_up else "AC_BE",
        applicationProtocols=[],
        packetSize=_PACKET_BYTES,
        bitRate=float(one.mbps_down * _BITS_PER_MBPS),
        fullDuplex=one.mbps_up >= one.mbps_down,
    )
    return tables.add("usageProfiles", one.name, name=name, editable=True, applicationProfileIds=[application])


def _add_requirements(tables: Tables) -> str:
    one = profiles()[DEFAULT_PROFILE]
    asked = [("SIGNAL_STRENGTH", one.min_received_dbm), ("SIGNAL_TO_NOISE_RATIO", one.min_snr_db)]
    if one.min_second_dbm is not None:
        asked.append(("SECONDARY_SIGNAL_STRENGTH", one.min_second_dbm))
    criteria: list[Json] = [
        {"radioTechnology": "IEEE802_11", "frequencyBand": band, "type": kind, "function": "AT_LEAST", "value": value}
        for band in WORDS.values()
        for kind, value in asked
    ]
    overlap = {"type": "CHANNEL_OVERLAP", "function": "AT_MOST", "value": 1.0, "additionalLimit": _OVERLAP_DBM}
    criteria.append({"radioTechnology": "IEEE802_11", "frequencyBand": "FIVE", **overlap})
    name = f"wifiplan {one.name_zh if tables.lang == 'zh-TW' else one.name}"
    return tables.add("requirements", one.name, name=name, isDefault=True, noiseType="AUTOMATIC", criteria=criteria)


def _add_capacity(tables: Tables, band: str) -> None:
    tables.add(
        "networkCapacitySettings",
        band,
        frequencyBand=band,
        numberOfSsids=1,
        rtsCtsEnabled=False,
        maxAssociatedClientsAmount=_MAX_CLIENTS,
        bssColoring=False,
        abgRates=[{"rate": rate, "state": state} for rate, state in _RATES.items()],
    )
