"""Single cells of a building sheet as people write them, read into values; what cannot be read raises `BadCell`."""

import difflib
import re
from collections.abc import Sequence

from wifiplan.files import cell_text
from wifiplan.files.cell_text import UNKNOWN, folded
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_words import DITTO_WORDS, Choice, bare
from wifiplan.files.site_checks import MAX_CLASS_SIZE

MAX_LEVEL = 19
MIN_LEVEL = -3
MAX_ORDER = 200
MAX_DEVICES = 20_000
MAX_APS_IN_ROOM = 20
LENGTH_M = (1.5, 100.0)
HEIGHT_M = (2.5, 12.0)
GAP_M = (0.0, 500.0)
MAX_STOREYS = 20

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d+)?)?|(?:-?\d+ days?, )?\d{1,3}:\d\d:\d\d(?:\.\d+)?")
_CHINESE = {"一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_FLOOR = re.compile(r"(?P<below>地下室?|b|-|\bbasement)?(?:第)?(?P<number>\d{1,3})?(?:樓|層|f|fl|floor)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_NONE = frozenset({"無", "沒有", "沒", "皆無", "均無", "目前無", "no", "none", "x"})
_SUM = frozenset({"合計", "總計", "小計", "共計", "總和", "總數", "加總", "total", "sum", "subtotal"})
_MOST_DIGITS = 30
"""What is longer is no number that anybody counted, and may be too large for one."""
_SEVERAL = re.compile(r"\d+\s*[a-z樓層f號間]*\s*(?:[~～〜至到、,，&和及]|-)\s*(?:第)?[a-z]*\d+")
_TIMES = re.compile(r"\s*[*x×乘]\s*")


def is_blank(text: str) -> bool:
    """Return whether a cell says nothing: empty, a dash, "unknown"."""
    return folded(text) in UNKNOWN


def is_ditto(text: str) -> bool:
    """Return whether a cell says that it is as the one above."""
    return folded(text) in DITTO_WORDS


def refuse_date(text: str) -> None:
    """Raise `BadCell` where a spreadsheet has turned what was typed ("6-1") into a date or a time."""
    if _DATE.fullmatch(text.strip()):
        raise BadCell("date")


def floor(text: str) -> int:
    """Return a storey as level, 0 being the ground floor.

    >>> [floor(t) for t in ("2F", "二樓", "１", "B1", "地下一樓", "十一樓", "1.0", "地面層")]
    [1, 1, 0, -1, -1, 10, 0, 0]
    """
    refuse_date(text)
    word = _digits(folded(text).replace(" ", "").removesuffix(".0"))
    if _SEVERAL.fullmatch(word.rstrip("樓層f")):
        raise BadCell("several_rooms")
    if word in {"地面層", "平面層", "gf", "g"}:
        return 0
    if word in {"地下室", "地下", "地下層"}:
        return -1
    found = _FLOOR.fullmatch(word) or re.fullmatch(r"(?P<below>)f(?P<number>\d{1,3})", word)
    if found is None or found["number"] is None:
        raise BadCell("floor")
    number = int(found["number"])
    level = -number if found["below"] else number - 1
    if number == 0 or not MIN_LEVEL <= level <= MAX_LEVEL:
        raise BadCell("floor_range", {"low": f"B{-MIN_LEVEL}", "high": f"{MAX_LEVEL + 1}F"})
    return level


def order(text: str) -> float:
    """Return the place of a room along its corridor, from 1.

    >>> order("3"), order("第３間"), order("2.5")
    (3.0, 3.0, 2.5)
    """
    refuse_date(text)
    word = _digits(folded(text)).removeprefix("第").rstrip("間號室個 ")
    if _SEVERAL.fullmatch(word):
        raise BadCell("several_rooms")
    value = number(word, "order")
    if not 0 < value <= MAX_ORDER:
        raise BadCell("range", {"low": "1", "high": str(MAX_ORDER)})
    return value


def is_sum(text: str) -> bool:
    """Return whether a cell heads a line of sums, which is no room.

    >>> is_sum("合 計："), is_sum("合作社")
    (True, False)
    """
    return folded(text).replace(" ", "").rstrip(":") in _SUM


def names_several(text: str) -> bool:
    """Return whether a name stands for several rooms: 101~105; 6-1 is a class.

    >>> names_several("101~105"), names_several("6-1"), names_several("一年甲班、一年乙班")
    (True, False, True)
    """
    word = _digits(folded(text))
    return bool(re.search(r"\d\s*[~～〜至]\s*\d", word) or re.search(r"班\s*[、,，~至和及]\s*\S+班", word))


def metres(text: str, limits: tuple[float, float]) -> float:
    """Return a length [m].

    >>> [metres(t, (1.5, 100)) for t in ("9", "9公尺", "約 9.5 m", "750 cm", "９米")]
    [9.0, 9.0, 9.5, 7.5, 9.0]
    """
    refuse_date(text)
    value = cell_text.metres(text)
    if value is None:
        raise BadCell("area" if re.search(r"坪|平方|㎡|m2|m\^2", folded(text)) else "metres")
    if value < 0:
        raise BadCell("negative")
    if not limits[0] <= value <= limits[1]:
        raise BadCell("metres_range", {"low": f"{limits[0]:g}", "high": f"{limits[1]:g}"})
    return round(value, 3)


def metres_pair(text: str) -> tuple[str, str] | None:
    """Return the two numbers of a size that was written into one cell, None for any other text.

    >>> metres_pair("9*7.5"), metres_pair("９公尺×７.５公尺"), metres_pair("9")
    (('9', '7.5'), ('9公尺', '7.5公尺'), None)
    """
    sides = _TIMES.split(folded(text).removeprefix("約"))
    if len(sides) != 2 or any(cell_text.metres(side) is None for side in sides):
        return None
    return sides[0].strip(), sides[1].strip()


def persons(text: str) -> int:
    """Return the size of a class; 0 where nobody sits there.

    >>> persons("28人"), persons("２８"), persons("約 30 位")
    (28, 28, 30)
    """
    return whole(text, MAX_CLASS_SIZE, "人位名個")


def whole(text: str, most: int, units: str = "", *, code: str = "whole") -> int:
    """Return a whole number from 0 to `most`, of which the unit may be written behind it.

    `code` is the fault of anything else.
    """
    refuse_date(text)
    word = _digits(folded(text)).removeprefix("約").strip().rstrip(units + " ")
    value = number(word, code)
    if value != int(value):
        raise BadCell("whole")
    if value < 0:
        raise BadCell("negative")
    if value > most:
        raise BadCell("range", {"low": "0", "high": f"{most:,}"})
    return int(value)


def storeys(text: str) -> int:
    """Return a number of storeys.

    >>> storeys("3"), storeys("四層樓"), storeys("3F")
    (3, 4, 3)
    """
    value = whole(text, MAX_STOREYS, "層樓fF")
    if value == 0:
        raise BadCell("range", {"low": "1", "high": str(MAX_STOREYS)})
    return value


def ap_count(text: str) -> int:
    """Return how many access points hang in a room; words for none count.

    >>> ap_count("2臺"), ap_count("無"), ap_count("1 台")
    (2, 0, 1)
    """
    return 0 if folded(text) in _NONE else whole(text, MAX_APS_IN_ROOM, "臺台個支顆", code="ap_number")


def devices(text: str) -> int:
    """Return a number of devices; words for none count.

    >>> devices("20台"), devices("無"), devices("1,200 部")
    (20, 0, 1200)
    """
    return 0 if folded(text) in _NONE else whole(text, MAX_DEVICES, "臺台部個", code="device_number")


def choice(text: str, choices: Sequence[Choice]) -> str:
    """Return the value of the choice that a cell names in any of its words.

    >>> from wifiplan.files.form_words import COMPASS, CORRIDORS, YES_NO
    >>> choice("Ｖ", YES_NO), choice("南側", COMPASS), choice("單邊封閉", CORRIDORS)
    ('yes', 'S', 'closed')
    """
    refuse_date(text)
    word = folded(text)
    for one in choices:
        if word in {folded(w) for w in (one.value, one.zh, one.en, *one.others)}:
            return one.value
    for one in choices:
        if bare(word).replace("-", "") in {bare(w).replace("-", "") for w in (one.zh, one.en, *one.others)}:
            return one.value
    words = {"known": "、".join(one.zh for one in choices), "known_en": ", ".join(one.en for one in choices)}
    meant = _nearest(word, choices)
    if meant is not None:
        raise BadCell("choice_meant", {**words, "meant": meant.zh, "meant_en": meant.en})
    raise BadCell("choice", words)


def _nearest(word: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that a misspelt word may mean; none where two are as near (東南)."""

    def likeness(one: Choice) -> float:
        return max(difflib.SequenceMatcher(None, word, folded(w)).ratio() for w in (one.zh, one.en, *one.others))

    best, second = sorted(choices, key=likeness, reverse=True)[:2]
    return best if likeness(best) >= 0.5 and likeness(best) > likeness(second) else None


def yes(text: str, choices: Sequence[Choice]) -> bool:
    """Return whether a cell says yes."""
    return choice(text, choices) == "yes"


def number(word: str, code: str) -> float:
    """Return a plain number, with a comma between thousands or without; `code` is the fault of anything else."""
    bare_word = re.sub(r"(?<=\d),(?=\d{3})", "", word.strip())
    if not _NUMBER.fullmatch(bare_word) or len(bare_word) > _MOST_DIGITS:
        raise BadCell(code)
    return float(bare_word)


def _digits(word: str) -> str:
    """Return text with Chinese numbers up to 99 as digits.

    >>> _digits("十一樓"), _digits("二十樓"), _digits("三")
    ('11樓', '20樓', '3')
    """

    def tens(found: re.Match[str]) -> str:
        return str(10 * _CHINESE.get(found[1], 1) + _CHINESE.get(found[2], 0))

    word = re.sub(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", tens, word)
    return "".join(str(_CHINESE.get(character, character)) for character in word)
