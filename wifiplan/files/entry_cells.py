"""Single cells that a county fills in, read into values; what cannot be read raises `EntryError`."""

import re

from wifiplan.files import cell_text
from wifiplan.files.cell_text import UNKNOWN, folded, shown, usual

MAX_COUNT = 10_000_000
"""No county counts more devices or periods."""

MAX_NTD = 100_000_000_000
"""The whole scheme has NTD 20 bn for four years."""

MAX_MBPS = 1_000_000.0

_BLANKS = UNKNOWN | {"待填", "待確認", "未填", "open"}
_UNIT = re.compile(r"(臺|台|人|場次|場|節|班|校|授權|元|新臺幣|ntd|nt\$)+$", re.IGNORECASE)
_CURRENCY = re.compile(r"^(新臺幣|新台幣|nt\$|ntd|\$)", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]+")
_PLAIN = re.compile(r"(?P<whole>[0-9,]+)(?:\.(?P<part>[0-9]*))?")
_TIMES = {"億": 100_000_000, "萬": 10_000, "千": 1_000}
_MYRIADS = re.compile(r"(?P<number>[0-9,]+(?:\.[0-9]+)?)(?P<times>億|萬|千)")


class EntryError(ValueError):
    """A cell that cannot be read: one sentence, `zh` in Chinese."""

    def __init__(self, problem: str, zh: str) -> None:
        super().__init__(problem)
        self.zh = zh


def is_blank(text: str) -> bool:
    """Return whether a cell says nothing: empty, a dash, or the mark of a number that is open (待填)."""
    return folded(text) in _BLANKS


def count(text: str) -> int | None:
    """Return a whole number from 0 up, None for a blank cell; see `money` for how it may be written.

    >>> count("1,200"), count("３０臺"), count("12.0"), count("待填")
    (1200, 30, 12, None)
    """
    return _whole(text, MAX_COUNT)


def money(text: str) -> int | None:
    """Return whole NTD, None for a blank cell; units and 萬 are understood.

    >>> money("NT$1,200元"), money("3萬"), money("1萬3,000元"), money("1.5 萬"), money("")
    (1200, 30000, 13000, 15000, None)
    """
    return _whole(text, MAX_NTD)


def percent(text: str) -> float | None:
    """Return a percentage from 0 to 100, None for a blank cell.

    A value between 0 and 1 is refused: a cell in percent format holds 0.3 for 30 %, and both cannot be told apart.

    >>> percent("33.5 %"), percent("０"), percent("")
    (33.5, 0.0, None)
    """
    if is_blank(text):
        return None
    bare = usual(text).removesuffix("%").strip()
    try:
        value = float(bare)
    except ValueError:
        raise EntryError(f"'{shown(text)}' is not a percentage", f"「{shown(text)}」不是百分比數字") from None
    if not 0 <= value <= 100:
        raise EntryError(f"'{shown(text)}' is not a percentage from 0 to 100", f"「{shown(text)}」不在 0 到 100 之間")
    if 0 < value < 1:
        raise EntryError(
            f"'{shown(text)}' is below 1 %: write 30 for 30 %, in a cell without percent format",
            f"「{shown(text)}」小於 1%：30% 請填 30，儲存格不要用百分比格式",
        )
    return value


def mbps(text: str) -> float | None:
    """Return a rate downwards [Mbit/s], None for a blank cell; of two that a slash parts the first is the download.

    >>> mbps("300"), mbps("1G"), mbps("500/250 Mbps"), mbps("")
    (300.0, 1000.0, 500.0, None)
    """
    if is_blank(text):
        return None
    value = cell_text.mbps(text)
    if value is None or value > MAX_MBPS:
        raise EntryError(f"'{shown(text)}' is not a rate in Mbit/s", f"「{shown(text)}」看不出是多少 Mbit/s")
    return value


def words(text: str) -> str:
    r"""Return a text as written, without spaces around it; a dash says nothing.

    >>> words(" 併校\n後增班 "), words("-")
    ('併校\n後增班', '')
    """
    value = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("_x000D_", "").split("\n")).strip()
    return "" if is_blank(value) else value


def _whole(text: str, most: int) -> int | None:
    if is_blank(text):
        return None
    bare = _UNIT.sub("", _CURRENCY.sub("", usual(text).replace(" ", "")))
    if bare.startswith("-") and _sum_of_parts(bare[1:]) is not None:
        raise EntryError(f"'{shown(text)}' is negative", f"「{shown(text)}」是負數")
    value = _sum_of_parts(bare)
    if value is None:
        raise EntryError(f"'{shown(text)}' is not a whole number", f"「{shown(text)}」不是整數")
    if value > most:
        raise EntryError(f"{value:,} is more than any county has", f"{value:,} 大得不合理")
    return value


def _sum_of_parts(text: str) -> int | None:
    """Return a number that may be written with 億, 萬 and 千, None where it is no whole number."""
    total, rest = 0, text
    while found := _MYRIADS.match(rest):
        part = _scaled(found["number"], _TIMES[found["times"]])
        if part is None:
            return None
        total, rest = total + part, rest[found.end() :]
    if not rest:
        return total if rest != text else None
    last = _scaled(rest, 1)
    return None if last is None else total + last


def _scaled(number: str, times: int) -> int | None:
    found = _PLAIN.fullmatch(number)
    if found is None or not _GROUPED.fullmatch(found["whole"]):
        return None
    part = (found["part"] or "").rstrip("0")
    scale = 10 ** len(part)
    if times % scale:
        return None
    return int(found["whole"].replace(",", "")) * times + (int(part) * times // scale if part else 0)
