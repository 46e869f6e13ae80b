"""The head of a survey file: one line of JSON that says whose readings they are."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass

from wifiplan.errors import Fault
from wifiplan.files.json_input import Json, Refused, load_json, printable
from wifiplan.files.plain import json_text
from wifiplan.survey.records import Photo, Survey

FORMAT = 1
MAX_PHOTOS = 10_000
MAX_HEAD = 4_000_000
"""Characters: ten thousand photos with notes."""

_TEXTS = ("name", "device", "surveyor", "started_at", "source")
_KEYS = ("format", *_TEXTS, "remarks", "photos")
_PHOTO = ("file", "floor", "x_m", "y_m", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the first line says."""

    name: str = ""
    device: str = ""
    surveyor: str = ""
    started_at: str = ""
    source: str = ""
    remarks: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()


def head_text(survey: Survey) -> str:
    """Return the head of a survey as one line; what it does not say is left out."""
    said: dict[str, Json] = {"format": FORMAT, "name": survey.name}
    texts = {
        "device": survey.device,
        "surveyor": survey.surveyor,
        "started_at": survey.started_at,
        "source": survey.source,
    }
    said |= {key: text for key, text in texts.items() if text}
    if survey.remarks:
        said["remarks"] = [*survey.remarks]
    if survey.photos:
        said["photos"] = [_photo_plain(photo) for photo in survey.photos]
    return json_text(said).replace("\n", " ").strip()


def read_head(line: str, faults: list[Fault]) -> Head:
    """Return what a head says; all that is wrong with it is added to the faults."""
    try:
        head = load_json(line if line.lstrip().startswith("{") else _rejoined(line))
    except Refused as refused:
        faults.append(
            Fault(
                where="row 1",
                problem=f"should be one line of JSON ({refused.fault.problem})",
                remedy='such as {"format": 1, "name": "…", "device": "…"}',
            )
        )
        return Head()
    if not isinstance(head, Mapping) or head.get("format") != FORMAT:
        faults.append(Fault(where="row 1", problem='should be a JSON object with "format": 1'))
        return Head()
    for key, value in head.items():
        sound = key == "format" or isinstance(value, str)
        if key in ("remarks", "photos"):
            sound = isinstance(value, list) and (key == "photos" or all(isinstance(one, str) for one in value))
        if key not in _KEYS:
            faults.append(Fault(where="row 1", problem=f"unknown key {printable(key)!r}", remedy=", ".join(_KEYS)))
        elif not sound:
            faults.append(
                Fault(where=f"row 1, {key}", problem="should be text" if key in _TEXTS else "should be a list")
            )
    if faults:
        return Head()
    photos = _photos(head.get("photos", []), faults)
    return Head(
        **{key: _shown(head[key]) for key in _TEXTS if key in head},
        remarks=tuple(_shown(one) for one in head.get("remarks", [])),
        photos=photos,
    )


def _shown(text: str) -> str:
    return text if text.isascii() and text.isprintable() else printable(text)


def _photo_plain(photo: Photo) -> dict[str, Json]:
    plain: dict[str, Json] = {"file": photo.file, "floor": photo.floor, "x_m": photo.x_m, "y_m": photo.y_m}
    return plain | ({"note": photo.note} if photo.note else {})


def _photos(listed: list[Json], faults: list[Fault]) -> tuple[Photo, ...]:
    if len(listed) > MAX_PHOTOS:
        faults.append(Fault(where="row 1, photos", problem=f"more than {MAX_PHOTOS:,}"))
        return ()
    found = []
    for n, one in enumerate(listed):
        photo = _photo(one)
        if photo is None:
            faults.append(
                Fault(
                    where=f"row 1, photos[{n}]",
                    problem="is no photo: file (a name without a folder), floor, x_m and y_m, perhaps a note",
                )
            )
        else:
            found.append(photo)
    return tuple(found)


def _photo(one: Json) -> Photo | None:
    if not isinstance(one, Mapping) or not set(one) <= set(_PHOTO) or not set(one) >= set(_PHOTO[:4]):
        return None
    file, note, floor = one["file"], one.get("note", ""), one["floor"]
    texts = isinstance(file, str) and isinstance(note, str) and printable(str(file)) == file
    if not texts or not file or file.startswith(".") or any(sign in file for sign in "/\\:"):
        return None
    place = (one["x_m"], one["y_m"])
    if isinstance(floor, bool) or not isinstance(floor, int) or not -20 <= floor <= 200:
        return None
    if any(
        isinstance(v, bool) or not isinstance(v, int | float) or not math.isfinite(v) or abs(v) > 5e3 for v in place
    ):
        return None
    return Photo(file=file, floor=floor, x_m=float(place[0]), y_m=float(place[1]), note=_shown(note))


def _rejoined(line: str) -> str:
    """Return the JSON of a line that a spreadsheet took for cells, cut at its commas and quoted."""
    try:
        return ",".join(next(csv.reader([line]), [])).rstrip(",\r")
    except csv.Error:
        return line
