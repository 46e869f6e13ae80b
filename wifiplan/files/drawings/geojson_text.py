"""JSON drawings of strangers: sizes are bounded before anything is made of them, and numbers are numbers."""

import math
from collections.abc import Sequence
from pathlib import Path

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.json_input import Json, Refused, load_json, printable, read_text, unsound

MAX_BYTES = 64_000_000
"""A large building with every chair drawn has 20 MB."""

MAX_OBJECTS = 2_000_000
"""So many brackets open at most: each becomes a Python object of about 100 bytes; 10^6 features hold four and more."""

MAX_VALUES = 6_000_000
"""So many commas at most: each separates values of about 60 bytes, so that a file stays under 1 GB in memory."""

MAX_FAULTS = 20
"""So many faults of one file are told; a made-up one may have thousands."""

MAX_TEXT = 200
"""Names of rooms are shorter; a longer one is cut, because it is shown on plans."""


def read_json(path: Path) -> Json:
    """Return what a JSON file holds.

    Raises
    ------
    DrawingError
        The file cannot be read, is too large, is not JSON, or breaks the rules of JSON.
    """
    return parse_json(read_text(path, max_bytes=MAX_BYTES, error=DrawingError), where=str(path))


def parse_json(text: str, *, where: str) -> Json:
    """Return what a JSON text holds; raises DrawingError as `read_json` does.

    >>> parse_json('{"type": "Feature"}', where="x.geojson")
    {'type': 'Feature'}
    """
    if text.count("{") + text.count("[") > MAX_OBJECTS or text.count(",") > MAX_VALUES:
        raise DrawingError(
            f"the file holds more than {MAX_OBJECTS / 1e6:.0f} million objects",
            remedy="export one floor, without furniture and symbols",
            where=where,
            zh=("檔案內的物件過多", "請只匯出一個樓層，並略去家具與符號"),
        )
    try:
        data = load_json(text)
        faults = [Fault(where="", problem="the whole file is no JSON object")] if not isinstance(data, dict) else []
        faults += unsound(data, (), data)
    except Refused as refused:
        faults = [refused.fault]
    except RecursionError:
        faults = [Fault(where="", problem="brackets are nested too deeply")]
    refuse(faults, where=where)
    return data


def refuse(faults: Sequence[Fault], *, where: str) -> None:
    """Raise one DrawingError with all faults of a file; do nothing where there is none."""
    if not faults:
        return
    more = len(faults) - MAX_FAULTS
    told = tuple(faults[:MAX_FAULTS])
    if more > 0:
        told = (*told, Fault(where="", problem=f"and {more:,} more", zh=(f"另有 {more:,} 處", "")))
    raise DrawingError(
        f"the file has {len(faults):,} fault{'s' if len(faults) > 1 else ''}",
        remedy="export it again from the program that made it, or correct the places listed",
        where=where,
        faults=told,
        zh=(f"檔案有 {len(faults):,} 處錯誤", "請從原來的軟體重新匯出，或修正所列之處"),
    )


def number(value: Json) -> float | None:
    """Return a finite number, also where it stands as text ("3.5", "3,5 m"), else None.

    >>> number(3), number("0.24 m"), number("2,5"), number(True), number("many"), number(float("nan"))
    (3.0, 0.24, 2.5, None, None, None)
    """
    if isinstance(value, str):
        text = value.strip().lower().removesuffix("m").strip().replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def text_of(value: Json) -> str:
    r"""Return a value as a short printable text, "" where it is none.

    >>> text_of("  Room 1\n"), text_of(12), text_of(None), text_of({"en": "Hall", "zh-TW": "大廳"})
    ('Room 1', '12', '', '大廳')
    """
    if isinstance(value, dict):
        # names by language, as IMDF writes them: ours first, then English, then whatever there is
        order = sorted(value, key=_language_rank)
        return next((found for key in order if (found := text_of(value[key]))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = printable(" ".join(str(value)[: 2 * MAX_TEXT].split()))
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _language_rank(tag: str) -> tuple[int, str]:
    low = tag.lower().replace("_", "-")
    if low in {"zh-tw", "zh-hant", "zh-hant-tw"}:
        return 0, low
    if low.startswith("zh"):
        return 1, low
    return (2, low) if low.startswith("en") else (3, low)
