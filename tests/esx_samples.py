"""Projects as Ekahau's program writes them, made from what is known of the format: no real one may be published."""

import io
import json
import math
import struct
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from wifiplan.files.json_input import Json

SPACE = uuid.UUID("6d0c5f9e-3b1a-4b0e-9f0a-000000000007")
Members = dict[str, Json]
LISTS = ("floorPlans", "images", "buildingFloors", "referencePoints", "wallPoints", "wallSegments")
LISTS += ("accessPoints", "simulatedRadios", "areas")


def uid(name: str) -> str:
    return str(uuid.uuid5(SPACE, name))


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return out.getvalue()


def properties(db_per_m: Mapping[str, float]) -> list[dict[str, Json]]:
    return [
        {"band": band, "attenuationFactor": value, "reflectionCoefficient": 0.5, "diffractionCoefficient": 17.0}
        for band, value in db_per_m.items()
    ]


def flat(db_per_m: float) -> list[dict[str, Json]]:
    return properties({"TWO": db_per_m, "FIVE": db_per_m, "SIX": db_per_m})


def antenna(name: str, band: str, gain_dbi: float) -> dict[str, Json]:
    """Return an omni whose cuts hold NaN, as real ones do."""
    gains = [
        {"angleInDegrees": a, "dBi": math.nan if a == 90 else gain_dbi - abs(a - 180) / 90} for a in range(0, 360, 15)
    ]
    plane = {"alignment": {}, "gains": gains, "scaleMin": -30.0, "scaleMax": 10.0}
    return {
        "id": uid(name),
        "name": name,
        "directional": False,
        "frequencyBand": band,
        "apCoupling": "INTERNAL_ANTENNA",
        "horizontalPlane": plane | {"type": "Azimuth"},
        "elevationPlane": plane | {"type": "Elevation"},
        "manufacturerMaximumGain": math.nan,
        "status": "CREATED",
    }


def radio(ap: str, index: int, band: str, channels: list[int], **more: Json) -> dict[str, Json]:
    return {
        "id": uid(f"{ap}-radio-{index}"),
        "status": "CREATED",
        "accessPointId": uid(ap),
        "accessPointIndex": index,
        "enabled": True,
        "radioTechnology": "IEEE802_11",
        "technology": "AX",
        "transmitPower": 14.0,
        "channel": channels,
        "spatialStreamCount": 2,
        "antennaTypeId": uid(f"omni {band}"),
        "antennaDirection": 0.0,
        "antennaTilt": 0.0,
        "antennaHeight": 2.6,
        "antennaMounting": "CEILING",
        "defaultAntennas": [
            {"radioTechnology": "IEEE802_11", "frequencyBand": b, "antennaTypeId": uid(f"omni {b}")}
            for b in ("TWO", "FIVE")
        ],
    } | more


def project() -> Members:
    """Return two storeys of 1000 x 600 units at 5 cm: a box with an inner wall and a door, two APs, two areas."""
    made: Members = {
        "project": {
            "id": uid("project"),
            "name": "測試國小",
            "projectConfigurationId": uid("configuration"),
            "status": "CREATED",
        },
        "projectConfiguration": {"id": uid("configuration"), "enabledGroupingLogics": [], "displayOptions": []},
        "buildings": [{"id": uid("building"), "name": "北棟", "tags": [], "status": "CREATED"}],
        "wallTypes": [
            wall_type("Wall, Brick", 0.2, 50.0),
            wall_type("Concrete, Heavy", 0.5, 24.0),
            wall_type("Door, Interior Office", 0.04, 100.0, upperEdge=2.1),
        ],
        "floorTypes": [
            {
                "id": uid("Floor, Office EU"),
                "name": "Floor, Office EU",
                "propagationProperties": flat(40.0),
                "status": "CREATED",
            }
        ],
        "antennaTypes": [
            antenna(f"omni {band}", band, gain) for band, gain in (("TWO", 3.0), ("FIVE", 5.0), ("SIX", 4.5))
        ],
        "interferers": [{"id": uid("oven"), "name": "microwave", "status": "CREATED"}],
        "tagKeys": [],
        "futureThings": [{"id": uid("future")}, {"id": uid("future 2")}],
    }
    for key in LISTS:
        made[key] = []
    for level in (0, 1):
        add_floor(made, level)
    return made


def wall_type(name: str, thickness: float, db_per_m: float, **more: Json) -> dict[str, Json]:
    made = {"id": uid(name), "name": name, "color": "#00AA00", "thickness": thickness, "lowerEdge": 0.0}
    return made | {"propagationProperties": flat(db_per_m), "status": "CREATED"} | more


def add_floor(made: Members, level: int, dx: float = 0.0) -> None:
    plan, width, height = f"plan {level}", 1000.0, 600.0
    made["floorPlans"].append(
        {
            "id": uid(plan),
            "status": "CREATED",
            "name": f"{level + 1}F",
            "width": width,
            "height": height,
            "metersPerUnit": 0.05,
            "imageId": uid(f"image {level}"),
            "cropMinX": 0.0,
            "cropMinY": 0.0,
            "cropMaxX": width,
            "cropMaxY": height,
            "rotateUpDirection": "UP",
            "gpsReferencePoints": [],
        }
    )
    made["images"].append(
        {
            "id": uid(f"image {level}"),
            "imageFormat": "PNG",
            "resolutionWidth": 500.0,
            "resolutionHeight": 300.0,
            "status": "CREATED",
        }
    )
    made[f"image-{uid(f'image {level}')}"] = png(500, 300)
    made["buildingFloors"].append(
        {
            "id": uid(f"floor {level}"),
            "status": "CREATED",
            "floorPlanId": uid(plan),
            "buildingId": uid("building"),
            "floorTypeId": uid("Floor, Office EU"),
            "floorNumber": level,
            "height": 3.5,
            "thickness": 0.3,
        }
    )
    corners = {
        "a": (100, 500),
        "b": (500, 500),
        "c": (500, 100),
        "d": (100, 100),
        "e": (300, 100),
        "f": (300, 500),
        "g": (300, 480),
    }
    for name, (x, y) in corners.items():
        location = {"floorPlanId": uid(plan), "coord": {"x": x + dx, "y": float(y)}}
        made["wallPoints"].append({"id": uid(f"{plan} {name}"), "location": location, "status": "CREATED"})
    for ends, kind in (("ab", 0), ("bc", 0), ("cd", 1), ("da", 0), ("eg", 0), ("gf", 2)):
        made["wallSegments"].append(
            {
                "id": uid(f"{plan} {ends}"),
                "status": "CREATED",
                "wallPoints": [uid(f"{plan} {end}") for end in ends],
                "wallTypeId": made["wallTypes"][kind]["id"],
                "originType": "WALL_TOOL",
            }
        )
    ap = f"AP-{level + 1}01"
    place = {"floorPlanId": uid(plan), "coord": {"x": 200.0 + dx, "y": 300.0}}
    made["accessPoints"].append(
        {
            "id": uid(ap),
            "name": ap,
            "mine": True,
            "location": place,
            "vendor": "Aruba",
            "model": "AP-515",
            "tags": [],
            "noteIds": [],
            "status": "CREATED",
        }
    )
    made["simulatedRadios"] += [
        radio(ap, 0, "TWO", [6]),
        radio(ap, 1, "FIVE", [44, 36, 40, 48] if level else [100, 104]),
        radio(ap, 2, "SIX", [37]),
        radio(ap, 3, "TWO", [], radioTechnology="BLUETOOTH"),
    ]
    for n, (name, left) in enumerate((("三年一班", 100), ("電腦教室", 300))):
        ring = [(left, 100), (left + 200, 100), (left + 200, 500), (left, 500)]
        made["areas"].append(
            {
                "id": uid(f"{plan} area {n}"),
                "status": "CREATED",
                "floorPlanId": uid(plan),
                "name": name if not level else f"{name}{level + 1}",
                "area": [{"x": x + dx, "y": float(y)} for x, y in ring],
                "capacityItems": [{"deviceCount": 20, "deviceProfileId": uid("tablet")}, {"deviceCount": 10}],
            }
        )


def pack(path: Path, members: Members, extra: Mapping[str, bytes] | None = None) -> Path:
    """Write a project: lists and objects under their own name, bytes as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("version", "2.0")
        for name, value in members.items():
            if isinstance(value, bytes):
                archive.writestr(name, value)
            else:
                key = "surveys" if name.startswith("survey-") else name
                archive.writestr(f"{name}.json", json.dumps({key: value}, ensure_ascii=False))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def track(scans: list[list[tuple[int, int, int, int]]]) -> bytes:
    """Return the binary of a track: scans of (time ms, index, dBm, MHz)."""
    out = [b"\x02\x01"]
    for n, heard in enumerate(scans):
        out.append(b"\x00" + struct.pack(">i", n))
        for time_ms, index, rssi, mhz in heard:
            record = struct.pack(">BiBhBbBi", 2, time_ms, 4, index, 5, rssi, 17, mhz)
            out.append(b"\x01" + record + b"\x09")
        out.append(b"\x10")
    return b"".join(out)


def add_survey(members: Members, track: bytes, name: str = "walk") -> None:
    """Add a survey on the upper plan: 10 s from (100, 300) to (500, 300), then 5 s at one place."""
    key = uid(name)
    route = [
        [{"time": 0, "location": {"x": 100.0, "y": 300.0}}, {"time": 10**10, "location": {"x": 500.0, "y": 300.0}}],
        [
            {"time": 20 * 10**9, "location": {"x": 200.0, "y": 200.0}},
            {"time": 25 * 10**9, "location": {"x": 200.0, "y": 200.0}},
        ],
    ]
    members[f"survey-{key}"] = [
        {
            "id": key,
            "name": name,
            "startTime": "2026-03-04T05:06:07.000Z",
            "duration": 25 * 10**9,
            "floorPlanId": uid("plan 1"),
            "routeType": "CONTINUOUS",
            "routePoints": route,
            "wifiTracks": [
                {
                    "wifiAdapterInformationId": uid("adapter"),
                    "binaryFileId": uid(f"{name} track"),
                    "accessPointMeasurementIds": [uid("bss 0"), uid("bss 1")],
                }
            ],
            "status": "CREATED",
        }
    ]
    members["wifiAdapterInformations"] = [{"id": uid("adapter"), "mac": "02:aa:bb:cc:dd:ee", "name": "Sidekick"}]
    members["accessPointMeasurements"] = [
        {"id": uid(f"bss {n}"), "mac": f"02:00:00:00:00:0{n}", "ssid": f"school {n}"} for n in range(2)
    ]
    members[f"track-{uid(f'{name} track')}.bin"] = track
