"""What people mean by a room's name: its class, its number, its floor, in the many ways to write them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "〇": 0, "零": 0}
_STEMS = ("甲乙丙丁戊己庚辛壬癸", "忠孝仁愛信義和平")
"""The series by which schools name the classes of a grade: 甲 or 忠 is the first."""

_NUMBER = "(?:[0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_GRADE = "([1-9]|[一二三四五六七八九])"
_STEM = f"[{''.join(_STEMS)}]"
_END = "(?:班級教室|教室|班|classroom|room)*"
_CLASS_FORMS = (
    re.compile(rf"(?:國小|國中|小學|中學)?{_GRADE}年級?第?({_NUMBER}|{_STEM})班?{_END}"),
    re.compile(rf"{_GRADE}({_STEM}){_END}"),
    re.compile(rf"([一二三四五六七八九])-?({_NUMBER}){_END}"),
    re.compile(rf"{_GRADE}-({_NUMBER}){_END}"),
    re.compile(rf"([1-9])(0[1-9]|[1-3][0-9]){_END}"),
    re.compile(rf"(?:grade|g|class)-?([1-9])-?(?:class|c)?-?({_NUMBER}){_END}"),
)
_JUNIOR_FORM = re.compile(rf"國([一二三])年?級?-?第?({_NUMBER}|{_STEM})班?{_END}")
_CLASS_INSIDE = re.compile(rf"{_GRADE}年級?({_NUMBER}|{_STEM})班")
_NUMBER_INSIDE = re.compile(r"(?<![0-9a-z])([a-z]{0,2}[0-9]{3,4})(?![0-9])")

_FLOOR = re.compile(
    r"(?:地下室|地下(?P<under>[一二三四五1-5])?[樓層]?|b(?P<cellar>[1-5])f?)(?![a-z0-9])"
    r"|(?P<floor>[1-9一二三四五六七八九])(?:樓|層|f(?:l|loor)?(?![a-z]))|(?:floor|level|樓層|f|l)-?(?P<named>[1-9])(?![0-9])"
)
_CORRIDOR = re.compile(r"走廊|川堂|穿堂|廊道|走道|長廊|迴廊|樓梯|梯廳|梯間|corridor|hallway|passage|stair|lobby")
_NEAR = re.compile(r"旁|外|前|後|對面|隔壁|附近|之間|中間|next to|near|outside|opposite|between")

_SAME = (
    ("無線基地臺", ""), ("無線網路", ""), ("基地臺", ""), ("圖書室", "圖書館"),
    ("資訊教室", "電腦教室"), ("電腦室", "電腦教室"), ("自然科教室", "自然教室"), ("自然實驗室", "自然教室"),
    ("音樂室", "音樂教室"), ("美術室", "美勞教室"), ("美術教室", "美勞教室"), ("美勞室", "美勞教室"),
    ("教師辦公室", "教師室"), ("導師辦公室", "導師室"), ("保健室", "健康中心"), ("活動中心", "禮堂"),
)  # fmt: skip
"""Words that schools use for the same kind of room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassName:
    """A class: its grade, its place in the grade, and the stem that names it, if any."""

    grade: int
    number: int
    stem: str = ""


def folded(text: str) -> str:
    """Return text in one width and case, 臺 for 台, hyphens for what parts words.

    >>> folded("３年 １班（北）"), folded("電腦教室(一)")
    ('3年-1班-北', '電腦教室-一')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("台", "臺").replace("樓層", "樓")
    return re.sub(r"[\W_]+", "-", plain).strip("-")


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """Return what two spellings of one room's name have in common.

    >>> name_key("第一電腦教室") == name_key("電腦教室（一）") == name_key("資訊教室1")
    True
    >>> name_key("301 教室") == name_key("301"), name_key("圖書室") == name_key("圖書館")
    (True, True)
    """
    value = folded(text).replace("-", "")
    for word, same in _SAME:
        value = value.replace(word, same)
    value = re.sub(
        r"^第?([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?=[^0-9年\-一二三四五六七八九十樓f])(?!班)(\D{2,})$",
        _ordinal_behind,
        value,
    )
    value = re.sub(r"([一二三四五六七八九十]{1,2})$", lambda found: str(number(found[1])), value)
    value = re.sub(r"(?<=[^\x00-\x7f])0+(?=[1-9])", "", value)
    bare = re.sub(r"(?:班級)?教室", "", value)
    return bare or value


def _ordinal_behind(found: re.Match[str]) -> str:
    return f"{found[2]}{number(found[1])}"


@lru_cache(maxsize=65536)
def class_name(text: str) -> ClassName | None:
    """Return the class that a text is the name of.

    >>> [class_name(t) for t in ("三年一班", "3年1班教室", "301", "三-1", "3-1")] == [ClassName(grade=3, number=1)] * 5
    True
    >>> class_name("三年甲班").stem, class_name("國二3班").grade, class_name("電腦教室")
    ('甲', 8, None)
    """
    value = folded(text)
    for form, extra in ((_JUNIOR_FORM, 6), *((form, 0) for form in _CLASS_FORMS)):
        found = form.fullmatch(value) or form.fullmatch(value.replace("-", ""))
        if found:
            return _class(found[1], found[2], extra)
    return None


def classes_inside(text: str) -> tuple[ClassName, ...]:
    """Return the classes that a longer text names in full ("北棟三年一班講桌上方")."""
    found = (_class(grade, order, 0) for grade, order in _CLASS_INSIDE.findall(folded(text).replace("-", "")))
    return tuple(dict.fromkeys(found))


def numbers_inside(text: str) -> tuple[str, ...]:
    """Return the room numbers that stand alone in a longer text: "ES-301-AP1" has 301, "AP201" has none."""
    return tuple(dict.fromkeys(word for word in _NUMBER_INSIDE.findall(folded(text)) if not word.startswith("ap")))


def number(text: str) -> int:
    """Return a number of up to two digits, Chinese or not.

    >>> number("十二"), number("二十"), number("07")
    (12, 20, 7)
    """
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0) if len(text) == 1 else sum(_DIGITS[c] * 10**n for n, c in enumerate(reversed(text)))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def floor_level(text: str, *, alone: bool = False) -> int | None:
    """Return the level of a floor that a text names, 0 for the ground floor.

    Parameters
    ----------
    text : str
        "3F", "三樓", "B1", "地下室", "Floor 2".
    alone : bool
        The text is a floor's cell, so that a bare "2" is one too.

    Examples
    --------
    >>> floor_level("勤學樓3F"), floor_level("地下一樓"), floor_level("2"), floor_level("2", alone=True)
    (2, -1, None, 1)
    """
    value = folded(text)
    if alone:
        bare = re.fullmatch(
            r"(-?[0-9])(?:\.0)?|([一二三四五六七八九])", text.strip() if text.strip()[:1] == "-" else value
        )
        if bare:
            told = int(bare[1]) if bare[1] else number(bare[2])
            return told - 1 if told > 0 else told
    found = _FLOOR.search(value)
    if found is None:
        return None
    if found["floor"] or found["named"]:
        return number(found["floor"] or found["named"]) - 1
    return -number(found["under"] or found["cellar"] or "1")


def without_floor(text: str) -> str:
    """Return a text without the words that name its floor."""
    return _FLOOR.sub("-", folded(text)).strip("-")


def is_corridor(text: str) -> bool:
    """Return whether a text speaks of a corridor, a lobby or stairs."""
    return _CORRIDOR.search(folded(text).replace("-", " ")) is not None


def is_near(text: str) -> bool:
    """Return whether a text names a place beside a room, not in it."""
    return _NEAR.search(folded(text).replace("-", " ")) is not None


def _class(grade: str, order: str, extra: int) -> ClassName:
    series = next((stems for stems in _STEMS if order in stems), "")
    place = series.index(order) + 1 if series else number(order)
    return ClassName(grade=number(grade) + extra, number=place, stem=order if series else "")
