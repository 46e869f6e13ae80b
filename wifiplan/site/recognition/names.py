"""What the texts in a room say: its name, its number, the size of its class, its use."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.site.building import RoomUse
from wifiplan.site.inventory.room_names import class_name, is_corridor
from wifiplan.site.recognition.records import Label
from wifiplan.site.sheet_places import guessed_use

MAX_NAME = 60
"""Letters of a room's name: longer texts are notes."""
MOST_PUPILS = 120

_AREA = re.compile(r"^[\d.,]+ ?(m2|㎡|m²|坪|平方公尺|sqm|sq ?m|sf|sq ?ft|ft2)$|^(面積|area)[:：=]?", re.IGNORECASE)
_WRITTEN_AREA = re.compile(
    r"[(（]?(?:(?:面積|area)[:：=]?)? ?[\d.,]+ ?(?:m2|㎡|m²|坪|平方公尺|sqm|sq ?m|sf|sq ?ft|ft2)(?![a-z])[)）]?",
    re.IGNORECASE,
)
"""An area that is written behind a room's name, in one text with it."""
_MEASURE = re.compile(r"^[+\-±]?[\d.,]+ ?(mm|cm|m|公尺|公分)?$|^(fl|gl|ch|ffl|h)[=+\-±:]?\d[\d.]*$", re.IGNORECASE)
_PUPILS = re.compile(r"(\d{1,3}) ?(?:人|名|位|席|seats?|pupils?|students?|pax|persons?)(?![a-z])", re.IGNORECASE)
_LENGTH = re.compile(r"\d{3,}0")
"""A figure like 9000 is a length in millimetres; 301 is a room."""
_NUMBER = re.compile(r"^[A-Za-z]{0,3}[-. ]?\d{1,4}[A-Za-z]?$")
_USES: tuple[tuple[RoomUse, tuple[str, ...]], ...] = (
    (
        "other",
        (
            "茶水|機房|電梯|管道|陽[臺台]|露[臺台]|天井|廚房|倉庫|庫房|楼梯|卫生间|厕所|洗手间",
            "shaft|elevator|lift|kitchen|plant room|atrium|balcony|store",
        ),
    ),
    (
        "corridor",
        (
            "走廊|走道|川堂|穿堂|廊|玄關|大廳|門廳|梯廳|大厅|门厅",
            "corridor|hallway|passage|lobby|foyer|circulation|vestibule|entrance|^hall$",
        ),
    ),
    (
        "specialist",
        (
            "專科|實驗|科學|地理|視聽教室|體育館|禮堂|活動中心|演藝|工藝|烹飪|縫紉|多功能|电脑|计算机|图书|实验|科学|体育馆",
            r"\blabs?\b|workshop|music|\barts?\b|science|\bgym|auditorium|media|maker|studio|reading",
        ),
    ),
    ("classroom", ("教室|普通班|幼兒園", "classroom|class ?room|lecture|seminar|homeroom|kindergarten")),
    (
        "office",
        (
            "會議|教師|導師|主任|警衛|守衛|諮商|接待|办公|会议|老师",
            "staff|teacher|meeting|reception|conference|admin|secretar|director",
        ),
    ),
)
"""Words beside those of the building sheets, the most telling first. [M]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomText:
    """What a room's labels say; `number` is a door's number where there is a name too."""

    name: str = ""
    number: str = ""
    use: RoomUse = "other"
    class_size: int | None = None


def room_text(labels: Sequence[Label]) -> RoomText:
    """Return what the labels in one room say of it.

    Parameters
    ----------
    labels : sequence of Label
        Texts in the room, in any order; areas, heights and other measures among them are passed over.

    Examples
    --------
    >>> texts = ("67.5 m²", "A-101", "三年甲班 63.0㎡", "28人")
    >>> room_text([Label(text=text, at=(0, -n)) for n, text in enumerate(texts)])
    RoomText(name='三年甲班', number='A-101', use='classroom', class_size=28)
    """
    pupils = None
    names: list[str] = []
    numbers: list[str] = []
    for label in sorted(labels, key=_reading_order):
        text = plain(label.text)
        found = _PUPILS.search(text)
        if found and 0 < int(found[1]) <= MOST_PUPILS:
            pupils = pupils or int(found[1])
            text = (text[: found.start()] + text[found.end() :]).strip(" ,;:()[]（）-/")
        if not _AREA.match(text):
            text = _WRITTEN_AREA.sub(" ", text).strip(" ,;:/")
        if not text or len(text) > MAX_NAME or _AREA.search(text) or _LENGTH.fullmatch(text):
            continue
        if _NUMBER.fullmatch(text) and class_name(text) is None:
            numbers.append(text)
        elif re.fullmatch(r"[0-9]{3}", text):
            # 301 is a room's number, and the class's name where nothing else is written
            numbers.append(text)
        elif not _MEASURE.search(text) and any(char.isalpha() for char in text):
            names.append(text)
    name = _best(names) or (numbers[0] if numbers else "")
    number = next((one for one in numbers if one != name), "")
    return RoomText(name=name, number=number, use=use_of(name), class_size=pupils)


def _reading_order(label: Label) -> tuple[float, float, float, str]:
    """Return what sorts labels as they are read: the largest letters first, then from the top."""
    return -(label.height_m or 0.0), -round(label.at[1], 2), label.at[0], label.text


def use_of(name: str) -> RoomUse:
    """Return what a room is used for, by its name in Chinese or English.

    >>> [use_of(n) for n in ("三年甲班", "電腦教室", "教務處", "走廊", "女廁", "Computer Lab", "Classroom 4", "402")]
    ['classroom', 'specialist', 'office', 'corridor', 'other', 'specialist', 'classroom', 'other']
    """
    text = plain(name).casefold()
    if re.fullmatch(r"[0-9]+", text):
        # a drawing numbers every door: 402 may be a store
        return "other"
    if class_name(text) is not None:
        return "classroom"
    guessed = guessed_use(text)
    if guessed in {"toilet", "storage"}:
        return "other"
    if guessed == "stairs" or re.search("stair|樓梯|楼梯", text):
        return "other"
    if guessed in {"classroom", "specialist", "office"}:
        return guessed
    by_words = next((use for use, words in _USES if any(re.search(word, text) for word in words)), None)
    return by_words or ("corridor" if is_corridor(text) else "other")


def plain(text: str) -> str:
    """Return a text in one line and one width, without control characters."""
    folded = unicodedata.normalize("NFKC", text)
    return " ".join("".join(char if char.isprintable() else " " for char in folded).split())


def _best(names: Sequence[str]) -> str:
    """Return the name that says most: one whose use is known, else the first."""
    known = [name for name in names if use_of(name) != "other"]
    return (known or list(names) or [""])[0]
