"""Cells of any table as people write them: width, blanks, yes and no, lengths, rates, addresses, names of columns.

Every reader of tables goes through these, so that one word means one thing wherever it is written. What is no such
value is None (or empty): each table says in its own way what is wrong.
"""

import re
import unicodedata

BLANKS = frozenset({"", "-", "--", "---", "—", "–", "―", "/", "\\", "..", "...", "n/a", "na"})
"""What says nothing in any table, as `folded` gives it; tables add words of their own (待填, 不詳)."""

UNKNOWN = BLANKS | {"?", "??", "不知道", "不詳", "未知", "待查", "不清楚", "不明", "unknown", "tbd"}
"""What people write into a form for what they don't know: it counts as blank there."""

YES = frozenset({"是", "有", "已", "y", "yes", "true", "ok", "1", "v", "o", "✓", "✔", "√", "●", "○", "〇"})
NO = frozenset({"否", "無", "沒有", "沒", "未", "不是", "n", "no", "false", "0", "x", "×", "✗", "✕"})
"""Words and ticks for yes and no, as `folded` gives them."""

DONE = YES | {"完成", "已完成", "已裝", "已安裝", "done"}
NOT_DONE = NO | {"未完成", "未裝", "未安裝", "尚未", "not done"}
"""The same of a piece of work."""

_TO_METRES = {"mm": 0.001, "cm": 0.01, "公分": 0.01, "厘米": 0.01}
_METRES = re.compile(
    r"約?\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>公尺|米|m|meters?|metres?|公分|厘米|cm|mm)?", re.ASCII
)
_RATE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>(?P<scale>[gmk])(?:b|bits?)?(?:/s|ps)?)?", re.ASCII)
_SCALES = {"k": 0.001, "m": 1.0, "g": 1000.0}
_MAC = re.compile(r"[0-9a-f]{12}")


def usual(text: str) -> str:
    """Return a cell with characters of the usual width and one kind of minus, without spaces around it.

    >>> usual(" １，２００　"), usual("−５")
    ('1,200', '-5')
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()


def one_line(text: str) -> str:
    r"""Return a cell as `usual` does, in one line.

    >>> one_line("三年\n 1班 ")
    '三年 1班'
    """
    return " ".join(usual(text).split())


def folded(text: str) -> str:
    """Return a cell as words are compared: in one line, of the usual width, small.

    >>> folded(" Ｎ/Ａ "), folded("…")
    ('n/a', '...')
    """
    return one_line(text).casefold()


def shown(text: str, most: int = 24) -> str:
    """Return a cell as a message may show it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "..."


def letters(column: int) -> str:
    """Return the letters of a column that is counted from 0.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """Return the column, counted from 0, that letters name; -1 for none.

    >>> column_number("A"), column_number("AA"), column_number("")
    (0, 26, -1)
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return a cell as spreadsheets write it; row and column are counted from 0.

    >>> cell_name(11, 5)
    'F12'
    """
    return f"{letters(column)}{row + 1}"


def metres(text: str) -> float | None:
    """Return a length [m], None for any other text.

    >>> [metres(text) for text in ("9公尺", "約 9.5 m", "750 cm", "3,5", "９米", "20坪")]
    [9.0, 9.5, 7.5, 3.5, 9.0, None]
    """
    word = folded(text)
    found = _METRES.fullmatch(word.replace(",", ".") if word.count(",") == 1 else word)
    return None if found is None else round(float(found["number"]) * _TO_METRES.get(found["unit"], 1.0), 4)


def mbps(text: str) -> float | None:
    """Return a link's rate downwards [Mbit/s], None for any other text; of two rates the first is the download.

    >>> [mbps(text) for text in ("300", "1 Gbps", "500/250 Mbps", "1G/500M", "1,000 Mbit/s", "光纖")]
    [300.0, 1000.0, 500.0, 1000.0, 1000.0, None]
    """
    word = re.sub(r"(?<=\d),(?=\d{3})", "", folded(text))
    parts = [word] if _RATE.fullmatch(word) else [part.strip() for part in word.split("/", 1)]
    found = [_RATE.fullmatch(part) for part in parts]
    down = found[0]
    if down is None or None in found:
        return None
    scale = next((one["scale"] for one in found if one and one["scale"]), "m")  # "500/250 Mbps": the unit of both
    return float(down["number"]) * _SCALES[scale]


def mac(text: str) -> str:
    """Return a device's own address in one notation, empty where the cell holds none.

    >>> mac("00a7.42e8.4011"), mac("CC-88-C7-11-22-33"), mac("00:00:00:00:00:00")
    ('00:a7:42:e8:40:11', 'cc:88:c7:11:22:33', '')
    """
    digits = re.sub(r"""[\s:.\-_="']""", "", usual(text).casefold())
    if digits.isdigit() and 9 <= len(digits) < 12 and usual(text) == digits:
        digits = digits.zfill(12)  # a spreadsheet took it for a number and dropped its zeros
    if not _MAC.fullmatch(digits) or digits in {"0" * 12, "f" * 12}:
        return ""
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))
