"""What the format has no field for: written into notes, as text that people can read, and read back from there."""

import json
from collections.abc import Mapping

from wifiplan.files.drawings.esx.project import MAX_NOTE, Project, Thing
from wifiplan.files.json_input import Json, Refused, load_json

_MOST = 1e6
MARK = "wifiplan "
"""Begins a note of ours; the rest is a JSON object."""


def remark_text(values: Mapping[str, Json]) -> str:
    """Return values as the text of a note.

    >>> remark_text({"id": "A101", "class_size": 28})
    'wifiplan {"id": "A101", "class_size": 28}'
    """
    return MARK + json.dumps(values, ensure_ascii=False, allow_nan=False)


def remark_of(project: Project, thing: Thing) -> dict[str, Json]:
    """Return what the first note of ours on a thing says, empty where there is none."""
    notes = project.by_id("notes")
    for key in thing.refs("noteIds"):
        text = notes[key].text("text", most=MAX_NOTE) if key in notes else ""
        if text.startswith(MARK):
            try:
                found = load_json(text.removeprefix(MARK))
            except Refused:
                continue
            if isinstance(found, Mapping):
                return dict(found)
    return {}


def is_remark(note: Thing) -> bool:
    """Return whether a note is one of ours."""
    return note.text("text", most=MAX_NOTE).startswith(MARK)


def text_in(values: Mapping[str, Json], key: str) -> str | None:
    """Return a printable text of a note, None where there is none or it is something else."""
    found = values.get(key)
    return found if isinstance(found, str) and found.isprintable() and len(found) <= 200 else None


def number_in(values: Mapping[str, Json], key: str) -> float | None:
    """Return a number of a note."""
    found = values.get(key)
    return (
        float(found) if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < _MOST else None
    )


def whole_in(values: Mapping[str, Json], key: str, most: int) -> int | None:
    """Return a whole number from 0 to `most` of a note."""
    found = values.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= most else None
