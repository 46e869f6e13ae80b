"""Cells of somebody's table of readings as numbers: levels, times, floors; what is none of them is None."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from wifiplan.files.drawings.geojson_levels import storey_of
from wifiplan.survey.places import Clock

SILENT_DBM = -100.0
"""Tools write -100, -110 or lower where nothing was heard: no device tells such a level of Wi-Fi."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_MAX_CHARS = 60
_UNIT = re.compile(r"\s*(?:dbm|db|%|mhz|ghz|hz|m|px|ft|ms|s|mbps|mbit/s|kbps|bps|公尺|像素)\.?$", re.IGNORECASE)
_DAY = re.compile(
    r"(?P<pm>上午|下午|午前|午後|AM |PM )?\s*(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*(?P<half>AM|PM)?",
    re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LATIN_DATE = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
_STOREY = re.compile(r"\d|[一二三四五六七八九十](?:樓|楼|層|层)|floor|地下", re.IGNORECASE)
_FLOOR = re.compile(r"(?P<down>b|地下)?\s*(?P<n>-?\d{1,3})(?P<up>f|樓|楼|層|层|階)?", re.IGNORECASE)
_UNIX_S = (9e8, 1e10)
_AFTERNOON = ("pm", "下午", "午後")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time and the clock that it counts on [s]."""

    time_s: float
    clock: Clock


@lru_cache(maxsize=65_536)
def number_of(cell: str, *, has_comma: bool) -> float | None:
    """Return a number with or without its unit, None where a cell holds none.

    Parameters
    ----------
    cell : str
        As it stands.
    has_comma : bool
        Whether a comma may be the sign of decimals.

    Examples
    --------
    >>> number_of("-61,5 dBm", has_comma=True), number_of("−70", has_comma=False), number_of("1e999", has_comma=False)
    (-61.5, -70.0, None)
    """
    if len(cell) > _MAX_CHARS:
        return None
    if _NUMBER.fullmatch(cell):
        value = float(cell)
        return value if math.isfinite(value) else None
    text = _UNIT.sub("", cell.strip().replace("\u2212", "-").replace("\u2013", "-"))
    if has_comma and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def moment_of(cell: str, date: str = "") -> Moment | None:
    """Return a time: seconds, seconds to nanoseconds since 1970, a date with a time, a time of day.

    Parameters
    ----------
    cell : str
        As it stands; a time without a zone is taken as UTC.
    date : str
        Another cell that holds the date.

    Examples
    --------
    >>> moment_of("12.5"), moment_of("2026/3/4 08:00:01")
    (Moment(time_s=12.5, clock='start'), Moment(time_s=1772611201.0, clock='unix'))
    """
    text = cell.strip()
    value = number_of(text, has_comma=False)
    if value is not None:
        return _counted(value)
    zoned = _iso(text)
    if zoned is not None:
        return Moment(zoned, "unix")
    day = _DAY.search(text)
    if day is None:
        return None
    seconds = _seconds(day)
    when = _date(text) or _date(date)
    if seconds is None:
        return None
    return Moment(when + seconds, "unix") if when is not None else Moment(seconds, "day")


def floor_of(cell: str, names: Mapping[str, int]) -> int | None:
    """Return a level: by a floor's own name, else 1F and B1 as people count, else a bare number as the level itself.

    >>> floor_of("3F", {}), floor_of("B1", {}), floor_of("2", {}), floor_of("東棟", {"東棟": 4}), floor_of("x", {})
    (2, -1, 2, 4, None)
    >>> floor_of("二樓", {}), floor_of("地下一樓", {}), floor_of("Ground floor", {}), floor_of("北棟", {})
    (1, -1, 0, None)
    """
    text = cell.strip()
    if text in names:
        return names[text]
    if re.fullmatch(r"-?\d{1,3}\.0+", text):
        text = text.partition(".")[0]
    found = _FLOOR.fullmatch(text)
    if found is None:
        return storey_of(text.replace("层", "層").replace("楼", "樓")) if _STOREY.search(text) else None
    n = int(found["n"])
    if found["down"]:
        return -abs(n)
    return n - 1 if found["up"] and n > 0 else n


def _counted(value: float) -> Moment | None:
    for power in (0, 3, 6, 9):
        seconds = value / 10**power
        if _UNIX_S[0] <= seconds < _UNIX_S[1]:
            return Moment(seconds, "unix")
    return Moment(value, "start") if 0.0 <= value < _UNIX_S[0] else None


def _iso(text: str) -> float | None:
    try:
        when = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    if not _DAY.search(text):
        return None
    return _unix(when if when.tzinfo else when.replace(tzinfo=UTC))


def _date(text: str) -> float | None:
    """Return midnight of a date; of 3/4/2026 nobody knows the month, of 25.12.2026 one does."""
    found = _DATE.search(text)
    if found is not None:
        year, month, day = (int(part) for part in found.groups())
    else:
        latin = _LATIN_DATE.search(text)
        if latin is None:
            return None
        first, sign, second, year = int(latin[1]), latin[2], int(latin[3]), int(latin[4])
        day, month = (first, second) if sign == "." or first > 12 else (second, first)
    try:
        return _unix(datetime(year, month, day, tzinfo=UTC))
    except ValueError:
        return None


def _unix(when: datetime) -> float | None:
    return when.timestamp() if 1980 <= when.year < 2200 else None


def _seconds(day: re.Match[str]) -> float | None:
    hours, minutes, rest = int(day[2]), int(day[3]), float((day[4] or "0").replace(",", "."))
    half = (day["pm"] or day["half"] or "").strip().casefold()
    if half:
        hours = hours % 12 + (12 if half in _AFTERNOON else 0)
    if hours > 23 or minutes > 59 or rest >= 61.0:
        return None
    return 3600.0 * hours + 60.0 * minutes + rest
