"""Single cells of install.xlsx as installers type them, read into values; what cannot be read raises `CellError`."""

import re
import unicodedata

from wifiplan.files import cell_text, days
from wifiplan.files.cell_text import BLANKS, DONE, NOT_DONE, folded, one_line

PASS = DONE | {"合格", "pass", "passed", "通過"}
FAIL = NOT_DONE | {"不合格", "fail", "failed", "未通過"}
AUTO = frozenset({"自動", "auto", "automatic", "自動選擇"})

_NUMBER = re.compile(r"(?P<n>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[a-z]*)")
_CHANNEL = re.compile(r"(?:ch\.?|channel|頻道)?\s*(\d{1,3})\s*(?:\(.*\))?")
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
    line = "".join(c for c in one_line(text)[:MOST_TEXT] if unicodedata.category(c) not in {"Cc", "Cs"})
    return "" if folded(line) in BLANKS else line


def yes_no(text: str) -> bool | None:
    """Return whether a cell says yes.

    >>> yes_no("✔"), yes_no("未完成"), yes_no("")
    (True, False, None)
    """
    return _either(text, DONE, NOT_DONE, "write 是 or 否 (yes or no)")


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
    if not plain(text):
        return None
    length = cell_text.metres(text)
    if length is None:
        raise CellError(f'"{plain(text)}" is no length', "write metres, like 3.5")
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
    if not plain(text):
        return None
    try:
        return days.day(text).isoformat()
    except ValueError as error:
        raise CellError(str(error), "write it like 2024-05-03 or 113/5/3") from error


def mac(text: str) -> str | None:
    """Return a device's own address in one notation.

    >>> mac("00A7.42E8.4011")
    '00:a7:42:e8:40:11'
    """
    value = plain(text)
    if not value:
        return None
    address = cell_text.mac(value)
    if not address:
        raise CellError(f'"{value[:40]}" is no MAC address', "copy the 12 characters 0-9 and A-F from the label")
    return address


def remark(text: str) -> str | None:
    """Return free text as it was typed, in one line; None where there is none.

    >>> remark(" 天花板有梁，  改掛前方")
    '天花板有梁， 改掛前方'
    """
    return " ".join(text.split()) if plain(text) else None


def words(text: str) -> str | None:
    """Return free text, None where there is none."""
    return plain(text) or None
