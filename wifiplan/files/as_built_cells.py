"""Single cells of install.xlsx as installers type them, read into values; what cannot be read raises `CellError`."""

import datetime as dt
import re
import unicodedata

YES = frozenset(
    {"是", "y", "yes", "✓", "✔", "v", "o", "○", "〇", "1", "true", "完成", "已完成", "done", "ok", "已裝", "有"}
)
NO = frozenset({"否", "n", "no", "x", "×", "✗", "✕", "0", "false", "未完成", "未裝", "未", "沒有", "無", "not done"})
PASS = YES | {"合格", "pass", "passed", "通過"}
FAIL = NO | {"不合格", "fail", "failed", "未通過"}
AUTO = frozenset({"自動", "auto", "automatic", "自動選擇"})

_NUMBER = re.compile(r"(?P<n>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[a-z公尺米分釐厘]*)")
_METRES = {"": 1.0, "m": 1.0, "公尺": 1.0, "米": 1.0, "cm": 0.01, "公分": 0.01, "厘米": 0.01, "mm": 0.001}
_CHANNEL = re.compile(r"(?:ch\.?|channel|頻道)?\s*(\d{1,3})\s*(?:\(.*\))?")
_DATE = re.compile(r"(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ t]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")
_MAC = re.compile(r"[0-9a-f]{12}")
_ROC_YEARS = 1911
MOST_TEXT = 500


class CellError(Exception):
    """What is wrong with a cell, and what to type instead."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def plain(text: str) -> str:
    """Return a cell in one line and of usual width; a lone dash is blank.

    >>> plain(" ３．５　ｍ "), plain("—")
    ('3.5 m', '')
    """
    line = " ".join(unicodedata.normalize("NFKC", text).replace("\u2212", "-").split())[:MOST_TEXT]
    line = "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cs"})
    return "" if line in {"-", "—", "–", "/", "\\", "n/a", "N/A"} else line


def yes_no(text: str) -> bool | None:
    """Return whether a cell says yes.

    >>> yes_no("✔"), yes_no("未完成"), yes_no("")
    (True, False, None)
    """
    return _either(text, YES, NO, "write 是 or 否 (yes or no)")


def pass_fail(text: str) -> bool | None:
    """Return whether a cell says that a test was passed."""
    return _either(text, PASS, FAIL, "write 合格 or 不合格 (pass or fail)")


def _either(text: str, good: frozenset[str], bad: frozenset[str], remedy: str) -> bool | None:
    word = plain(text).casefold()
    if not word:
        return None
    if word in good or word in bad:
        return word in good
    raise CellError(f'"{plain(text)}" is neither', remedy)


def metres(text: str, low: float, high: float) -> float | None:
    """Return a length in metres.

    >>> metres("350 cm", 0, 10), metres("3,5公尺", 0, 10)
    (3.5, 3.5)
    """
    value = plain(text).casefold()
    if not value:
        return None
    found = _NUMBER.fullmatch(value.replace(",", ".") if value.count(",") == 1 else value)
    if found is None or found["unit"] not in _METRES:
        raise CellError(f'"{plain(text)}" is no length', "write metres, like 3.5")
    length = round(float(found["n"]) * _METRES[found["unit"]], 4)
    if not low <= length <= high:
        raise CellError(f"{length:g} m is not between {low:g} and {high:g} m", "measure again, in metres")
    return length


def figure(text: str, unit: str, low: float, high: float) -> float | None:
    """Return a number with or without its unit.

    >>> figure("40MHz", "mhz", 0, 320), figure("17 dBm", "dbm", -20, 40)
    (40.0, 17.0)
    """
    value = plain(text).casefold()
    if not value:
        return None
    found = _NUMBER.fullmatch(value)
    if found is None or found["unit"] not in {"", unit}:
        raise CellError(f'"{plain(text)}" is no number', "write the number alone")
    number = float(found["n"])
    if not low <= number <= high:
        raise CellError(f"{number:g} is not between {low:g} and {high:g}", "look at the controller again")
    return number


def channel(text: str) -> int | None:
    """Return a channel's number.

    >>> channel("Ch 36"), channel("100 (DFS)")
    (36, 100)
    """
    value = plain(text).casefold()
    if not value:
        return None
    found = _CHANNEL.fullmatch(value)
    if found is None:
        raise CellError(f'"{plain(text)}" is no channel', "write its number, or 自動 (auto)")
    return int(found[1])


def is_auto(text: str) -> bool:
    """Return whether a cell says that the controller chooses."""
    return plain(text).casefold() in AUTO


def date(text: str) -> str | None:
    """Return a date as ISO text; years of the Republic count from 1911.

    >>> date("113/5/3"), date("2024-05-03 00:00:00")
    ('2024-05-03', '2024-05-03')
    """
    value = plain(text).casefold().removeprefix("民國").strip()
    if not value:
        return None
    found = _DATE.fullmatch(value)
    remedy = "write it like 2024-05-03 or 113/5/3"
    if found is None:
        raise CellError(f'"{plain(text)}" is no date', remedy)
    year = int(found[1])
    try:
        return dt.date(year + _ROC_YEARS if year < 1000 else year, int(found[2]), int(found[3])).isoformat()
    except ValueError as error:
        raise CellError(f'"{plain(text)}" is no day of the calendar', remedy) from error


def mac(text: str) -> str | None:
    """Return a device's own address in one notation.

    >>> mac("00A7.42E8.4011")
    '00:a7:42:e8:40:11'
    """
    value = plain(text)
    if not value:
        return None
    digits = re.sub(r"[\s:.\-]", "", value.casefold())
    if not _MAC.fullmatch(digits) or digits in {"0" * 12, "f" * 12}:
        raise CellError(f'"{value[:40]}" is no MAC address', "copy the 12 characters 0-9 and A-F from the label")
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))


def words(text: str) -> str | None:
    """Return free text, None where there is none."""
    return plain(text) or None
