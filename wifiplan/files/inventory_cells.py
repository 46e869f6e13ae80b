"""Single cells of an inventory: places, serial numbers and states as people and controllers write them."""

import re

from wifiplan.catalog.inventories import words
from wifiplan.files.cell_text import BLANKS, NO, usual

_MOST_TEXT = 120
"""Longer texts are cut: an inventory is no place for stories."""

_DATE = re.compile(r"[0-9]{4}[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?: 00:00:00)?|([0-9]{1,2})月([0-9]{1,2})日")


def plain(text: str) -> str:
    """Return a cell in one line and one width, cut to a sane length; a blank word ("N/A", 無) is empty.

    >>> plain("　三年 １班 "), plain("N/A"), plain("default location")
    ('三年 1班', '', '')
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in usual(text)).split())[:_MOST_TEXT]
    line = line.removeprefix('="').removesuffix('"') if line.startswith('="') else line
    word = line.casefold()
    return "" if word in BLANKS or word in words("blank") else line


def place(text: str) -> str:
    """Return where something hangs; a class that a spreadsheet took for a date is a class again.

    >>> place("2026-03-01 00:00:00"), place("3月1日"), place("三年一班")
    ('3-1', '3-1', '三年一班')
    """
    value = plain(text)
    found = _DATE.fullmatch(value)
    return f"{int(found[1] or found[3])}-{int(found[2] or found[4])}" if found else value


def serial(text: str) -> str:
    """Return a serial number; the running numbers of a table are none.

    >>> serial("CNM12345"), serial("17"), serial("無")
    ('CNM12345', '', '')
    """
    value = plain(text)
    return "" if (value.isdigit() and len(value) < 5) or len(value) < 4 else value.upper()


def in_service(text: str) -> bool:
    """Return whether a state means that the access point works where it hangs.

    >>> [in_service(state) for state in ("Up 35d:23h", "使用中", "離線", "已報廢", "Disconnected", "")]
    [True, True, False, False, False, True]
    """
    value = plain(text).casefold()
    for word in words("no_fault"):
        value = value.replace(word, "")
    return value not in NO and not any(word in value for word in words("out_of_service"))
