"""Which column of somebody's table of readings is what: by the names that tools give, in several languages."""

import re
import unicodedata
from types import MappingProxyType
from typing import Literal, TypeAlias

from wifiplan.catalog.reading_columns import Column, reading_columns

Unit: TypeAlias = Literal["", "m", "px", "ft", "dbm", "%", "mhz", "ghz", "hz", "ms", "s", "mbps", "kbps", "bps"]

_UNITS: MappingProxyType[str, Unit] = MappingProxyType(
    {
        "m": "m",
        "meter": "m",
        "meters": "m",
        "metre": "m",
        "metres": "m",
        "公尺": "m",
        "米": "m",
        "px": "px",
        "pixel": "px",
        "pixels": "px",
        "像素": "px",
        "ft": "ft",
        "feet": "ft",
        "foot": "ft",
        "英尺": "ft",
        "dbm": "dbm",
        "%": "%",
        "mhz": "mhz",
        "ghz": "ghz",
        "hz": "hz",
        "ms": "ms",
        "s": "s",
        "sec": "s",
        "秒": "s",
        "mbps": "mbps",
        "mbit/s": "mbps",
        "mb/s": "mbps",
        "kbps": "kbps",
        "bps": "bps",
    }
)
_BRACKET = re.compile(r"[(\[（【<]([^)\]）】>]*)[)\]）】>]")
_PICTURE_WORDS = ("drawing", "pixel", "圖面")
"""A tool that says so counts in the pixels of its picture."""


def column_of(name: str) -> tuple[Column | None, Unit]:
    """Return what a column holds by its name, and in which unit, as far as it says.

    >>> column_of("Signal Strength (dBm)"), column_of("x_px"), column_of("訊號品質"), column_of("Vendor")
    (('rssi', 'dbm'), ('x', 'px'), ('percent', ''), (None, ''))
    """
    text = unicodedata.normalize("NFKC", name).casefold().strip().strip("#*'\"")
    unit: Unit = ""
    for inside in _BRACKET.findall(text):
        unit = _UNITS.get(inside.strip(), unit)
    words = [word for word in re.split(r"[\s_.\-/:,]+", _BRACKET.sub(" ", text)) if word]
    if any(word in text for word in _PICTURE_WORDS):
        unit = "px"
    kind = _kind(words)
    if kind is None and len(words) > 1 and words[-1] in _UNITS:
        kind, unit = _kind(words[:-1]), _UNITS[words[-1]]
    if kind is None and len(words) > 1 and words[0] in {"pixel", "wifi", "wlan", "gps"}:
        kind = _kind(words[1:])
    if kind is None and text in {"%", "dbm"}:
        return ("percent", "%") if text == "%" else ("rssi", "dbm")
    if kind == "rssi" and unit == "%":
        kind = "percent"
    return kind, unit


def _kind(words: list[str]) -> Column | None:
    joined = "".join(words)
    known = reading_columns()
    return known.get(joined) or known.get(joined.rstrip("s"))
