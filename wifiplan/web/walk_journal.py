"""The journal of a survey in the making: one line of JSON a step, on the disk before the page hears of it.

A loss of power may tear the last line; everything before it stands.
"""

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from wifiplan.errors import OutputError, SurveyError
from wifiplan.files.json_input import Json, Refused, load_json
from wifiplan.site.network import BANDS
from wifiplan.survey.records import Sample, Survey
from wifiplan.survey.walk_record import Kind, Scan, WalkRecord

MAX_BYTES: Final = 200_000_000
MAX_LINE: Final = 4_000_000
FORMAT: Final = 1

Event: TypeAlias = Mapping[str, Json]

_PHOTO: Final = re.compile(r"[\w()（）-]+-photo-\d+-[0-9a-f]{6}\.jpg")
"""No name that leads out of the folder."""

_HEAD: Final = ("name", "device", "surveyor", "started_at", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a journal holds.

    Parameters
    ----------
    head : Survey
        Name, device, surveyor, beginning and source of the survey.
    record : WalkRecord
        Its items.
    digests : frozenset of str
        Of every survey file that was written from it.
    size : int
        Bytes that are sound; what follows is a torn line.
    """

    head: Survey
    record: WalkRecord = field(default_factory=WalkRecord)
    digests: frozenset[str] = frozenset()
    size: int = 0


def begin_event(head: Survey) -> Event:
    """Return the first line of a journal."""
    return {"do": "begin", "format": FORMAT} | {name: getattr(head, name) for name in _HEAD}


def append(path: Path, events: Sequence[Event]) -> None:
    """Write steps at the end of a journal, through to the disk.

    Raises
    ------
    OutputError
        The disk is full, or the file may not be written.
    """
    lines = "".join(json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n" for event in events)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            try:
                _write(file.fileno(), lines.encode("utf-8", "replace"))
            except OSError:
                # half a line would swallow the next step
                file.truncate(size)
                raise
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


def read(path: Path) -> Kept | None:
    """Return what a journal holds, None where there is none or it was torn before its first step.

    Raises
    ------
    SurveyError
        It cannot be read, or a line within it is no step of ours.
    """
    try:
        if not path.exists():
            return None
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise _damaged(path, "it is no file, or larger than a survey gets", 0)
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, error.strerror or str(error), 0) from error
    sound = content[: content.rfind(b"\n") + 1]
    kept: Kept | None = None
    for number, line in enumerate(sound.splitlines(), 1):
        try:
            event = load_json(line.decode("utf-8"))
            kept = _after(kept, event)
        except (Refused, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise _damaged(path, "it is no step of a survey", number) from error
    if kept is None:
        return None
    return replace(kept, size=len(sound))


def cut(path: Path, size: int) -> None:
    """Cut a torn line off the end of a journal, so that the next step begins a line of its own.

    Raises
    ------
    OutputError
        The file may not be written.
    """
    try:
        if path.stat().st_size > size:
            os.truncate(path, size)
    except OSError as error:
        raise _unwritable(path, error) from error


def stepped(record: WalkRecord, event: Event) -> WalkRecord:
    """Return a record after one step.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is no step of ours.
    """
    what = event["do"]
    if what in {"undo", "redo"}:
        return record.undone() if what == "undo" else record.redone()
    if what == "add":
        kind: Kind = "walk" if event["kind"] == "walk" else "point"
        x_m, y_m, start_s = (_number(event[name]) for name in ("x_m", "y_m", "start_s"))
        return record.added(kind=kind, floor=_whole(event["floor"]), x_m=x_m, y_m=y_m, start_s=start_s)
    return _item_stepped(record, str(what), _whole(event["id"]), event)


def _item_stepped(record: WalkRecord, what: str, item_id: int, event: Event) -> WalkRecord:
    if what == "delete":
        return record.deleted(item_id)
    if what == "end":
        to_x_m, to_y_m, end_s = (_number(event[name]) for name in ("x_m", "y_m", "end_s"))
        return record.ended(item_id, to_x_m=to_x_m, to_y_m=to_y_m, end_s=end_s)
    if what == "set":
        return record.changed(item_id, **_fields(event))
    if what not in {"scan", "repeat"}:
        raise ValueError
    scan = scan_of(event["scan"])
    return record.scanned(item_id, scan) if what == "scan" else record.repeated(item_id, scan)


def plain_scan(scan: Scan) -> dict[str, Json]:
    """Return a scan as JSON."""
    rows: list[Json] = [
        [one.bssid, one.ssid, one.band, one.channel, one.frequency_hz, one.rssi_dbm] for one in scan.samples
    ]
    link: dict[str, Json] = {} if scan.loss_share is None else {"delay": scan.delay_s, "loss": scan.loss_share}
    return {"t": round(scan.time_s, 2), "cached": scan.cached, "stale": scan.n_stale, "heard": rows} | link


def scan_of(data: Json) -> Scan:
    """Return the scan of its JSON.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is none.
    """
    if not isinstance(data, Mapping) or not isinstance(data["heard"], list):
        raise TypeError
    samples = tuple(_sample(row) for row in data["heard"])
    delay_s, loss_share = data.get("delay"), data.get("loss")
    return Scan(
        samples=samples,
        time_s=_number(data["t"]),
        cached=data["cached"] is True,
        n_stale=_whole(data["stale"]),
        delay_s=None if delay_s is None else _number(delay_s),
        loss_share=None if loss_share is None else _number(loss_share),
    )


def _sample(row: Json) -> Sample:
    if not isinstance(row, list):
        raise TypeError
    bssid, ssid, band, channel, frequency_hz, rssi_dbm = row
    return Sample(
        floor=0,
        x_m=0.0,
        y_m=0.0,
        bssid=_text(bssid),
        ssid=_text(ssid),
        band=next((one for one in BANDS if one == band), None),
        channel=None if channel is None else _whole(channel),
        frequency_hz=None if frequency_hz is None else _number(frequency_hz),
        rssi_dbm=None if rssi_dbm is None else _number(rssi_dbm),
    )


def _after(kept: Kept | None, event: Json) -> Kept:
    if not isinstance(event, Mapping):
        raise TypeError
    if kept is None:
        if event["do"] != "begin" or event["format"] != FORMAT:
            raise ValueError
        name, device, surveyor, started_at, source = (_text(event[name]) for name in _HEAD)
        # a time that is none is a fault of this line
        datetime.fromisoformat(started_at)
        head = Survey(name=name, device=device, surveyor=surveyor, started_at=started_at, source=source)
        return Kept(head=head)
    if event["do"] == "head":
        head = replace(kept.head, device=_text(event["device"]), surveyor=_text(event["surveyor"]))
        return replace(kept, head=head)
    if event["do"] == "written":
        return replace(kept, digests=kept.digests | {_text(event["digest"])})
    return replace(kept, record=stepped(kept.record, event))


def _fields(event: Event) -> dict[str, object]:
    """Return what a step sets: place, end, note, photos or acceptance."""
    found: dict[str, object] = {}
    for name in ("x_m", "y_m", "to_x_m", "to_y_m"):
        if name in event:
            found[name] = _number(event[name])
    if "note" in event:
        found["note"] = _text(event["note"])
    if "accepted" in event:
        found["accepted"] = event["accepted"] is True
    if "photos" in event:
        photos = event["photos"]
        if not isinstance(photos, list):
            raise TypeError
        if not all(_PHOTO.fullmatch(_text(one)) for one in photos):
            raise ValueError
        found["photos"] = tuple(_text(one) for one in photos)
    return found


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e12:
        raise ValueError
    return float(value)


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise ValueError
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _damaged(path: Path, why: str, line: int) -> SurveyError:
    place = f"{path.name}, line {line}" if line else path.name
    return SurveyError(
        f"the journal of the survey cannot be read ({why})",
        remedy="move it away to begin a new survey; what was saved stays in the survey file",
        where=place,
        zh=("量測紀錄檔無法讀取", "請移走該檔以開始新的量測；已儲存的資料仍在量測檔中"),
    )


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the survey cannot be saved ({error.strerror or error})",
        remedy="make room on the disk and check the rights on the folder; nothing that was saved is lost",
        where=path.name,
        zh=(f"無法儲存量測（{error.strerror or error}）", "請清出磁碟空間並檢查資料夾權限；已儲存的資料不受影響"),
    )
