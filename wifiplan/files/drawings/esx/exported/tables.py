"""A project while it is written: members, ids that depend on its contents alone, and the archive."""

import hashlib
import io
import json
import uuid
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field

from wifiplan.files.drawings.esx.remarks import remark_text
from wifiplan.files.drawings.esx.tally import Tally
from wifiplan.files.json_input import Json

CREATED = "CREATED"
WRITTEN_AT = "2026-01-01T00:00:00.000Z"
"""The same in every project: same input, same bytes."""
VERSION, SCHEMA_VERSION = "2.0", "1.9.0"
"""What Ekahau AI Pro 11.8 writes [2nd: two public programs]."""

_SPACE = uuid.UUID("b5b1f1c6-6a4d-5f0e-8a53-0a4f6f4f1d07")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

LISTS = (
    "projectHistorys",
    "floorPlans",
    "images",
    "buildings",
    "buildingFloors",
    "floorTypes",
    "referencePoints",
    "wallTypes",
    "wallPoints",
    "wallSegments",
    "attenuationAreaTypes",
    "attenuationAreas",
    "exclusionAreas",
    "areas",
    "accessPoints",
    "accessPointModels",
    "simulatedRadios",
    "measuredRadios",
    "accessPointMeasurements",
    "antennaTypes",
    "interferers",
    "surveyLookups",
    "wifiAdapterInformations",
    "deviceProfiles",
    "usageProfiles",
    "applicationProfiles",
    "networkCapacitySettings",
    "requirements",
    "tagKeys",
    "notes",
    "pictureNotes",
    "cableNotes",
)
"""Members that hold a list; those that a plan has nothing for are written empty."""


@dataclass(slots=True)
class Tables:
    """Members of a project by name; `lang` is the language of the names that people read."""

    content: str
    lang: str
    rows: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[str, Json] = field(default_factory=dict)
    binaries: dict[str, bytes] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    known_types: set[str] = field(default_factory=set)
    """Ids of wall types that are written."""
    _digest: str = ""

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256(self.content.encode()).hexdigest()

    def id(self, member: str, key: object) -> str:
        """Return the id of a thing: the same for the same contents, another for any other project."""
        made = uuid.uuid5(_SPACE, f"{self._digest}/{member}/{key}")
        # readers expect random ids; these differ from such in their origin only
        return str(uuid.UUID(bytes=made.bytes, version=4))

    def add(self, member: str, key: object, **values: Json) -> str:
        """Add a thing to a member and return its id; values that are None are left out."""
        made = self.id(member, key)
        told = {name: value for name, value in values.items() if value is not None}
        self.rows[member].append({"id": made, **told, "status": CREATED})
        return made

    def note(self, key: object, values: dict[str, Json]) -> str:
        """Add a note that says what the format has no field for."""
        history = {"createdAt": WRITTEN_AT, "createdBy": "wifiplan"}
        return self.add("notes", key, text=remark_text(values), imageIds=[], history=history)

    def archive(self) -> bytes:
        """Return the project as a zip archive, the same bytes for the same project."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            _put(target, "version", VERSION.encode())
            for name, value in self.objects.items():
                _put(target, f"{name}.json", _json({name: value}))
            for name in LISTS:
                _put(target, f"{name}.json", _json({name: self.rows.get(name, [])}))
            for name, data in self.binaries.items():
                _put(target, name, data)
        return out.getvalue()


def coord(x: float, y: float) -> dict[str, float]:
    """Return a point of a plan with decimal points, as the program's reader needs them."""
    return {"x": round(float(x), 6) + 0.0, "y": round(float(y), 6) + 0.0}


def _json(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _put(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    # the system that writes it is otherwise told: 0 is the same everywhere
    info.create_system = 0
    target.writestr(info, data)
