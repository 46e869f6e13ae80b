"""The words of a building sheet: its sheets, headers, labels and choices, in both languages.

What is read in one language is read in the other too. A header is known by its words as they are printed, without
brackets and spaces; any other word is a renamed column, which the reader names instead of guessing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.files.cell_text import NO, YES, folded
from wifiplan.scheme.options import Lang

Part: TypeAlias = Literal["school", "blocks", "rooms", "guide"]

SHEETS: dict[Part, tuple[str, str]] = {
    "school": ("學校", "School"),
    "blocks": ("棟別", "Blocks"),
    "rooms": ("教室", "Rooms"),
    "guide": ("填表說明", "How to fill in"),
}
"""Names of the four sheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column or a labelled line: its key and its words; a required one is missed where it is gone."""

    key: str
    zh: str
    en: str
    required: bool = False

    def word(self, lang: Lang) -> str:
        """Return the header as it is printed."""
        return self.zh if lang == "zh-TW" else self.en


ROOM_COLUMNS = (
    Column(key="block", zh="棟別", en="Block", required=True),
    Column(key="floor", zh="樓層", en="Floor", required=True),
    Column(key="order", zh="順序", en="Order", required=True),
    Column(key="side", zh="走廊側別", en="Side of corridor"),
    Column(key="inventory_id", zh="教室空間編號", en="Room inventory no."),
    Column(key="name", zh="名稱／班級", en="Name or class", required=True),
    Column(key="use", zh="用途", en="Use", required=True),
    Column(key="stage", zh="學制", en="Stage"),
    Column(key="class_size", zh="人數", en="Class size", required=True),
    Column(key="length", zh="長（公尺）", en="Length (m)", required=True),
    Column(key="depth", zh="深（公尺）", en="Depth (m)", required=True),
    Column(key="partition", zh="隔間材料", en="Partition"),
    Column(key="ap_count", zh="既有AP數", en="APs there", required=True),
    Column(key="ap_model", zh="AP型號", en="AP model"),
    Column(key="ap_generation", zh="AP世代", en="AP generation"),
    Column(key="ap_channel", zh="AP頻道", en="AP channel"),
    Column(key="ap_width", zh="AP頻寬（MHz）", en="AP width (MHz)"),
    Column(key="ap_power", zh="AP功率（dBm）", en="AP power (dBm)"),
    Column(key="cabinet", zh="機櫃", en="Cabinet"),
    Column(key="note", zh="備註", en="Notes"),
    Column(key="check", zh="檢核", en="Check"),
)
BLOCK_COLUMNS = (
    Column(key="name", zh="棟別", en="Block", required=True),
    Column(key="storeys", zh="樓層數", en="Storeys"),
    Column(key="corridor", zh="走廊型式", en="Corridor"),
    Column(key="corridor_side", zh="走廊方位", en="Corridor faces"),
    Column(key="height", zh="樓高（公尺）", en="Storey height (m)"),
    Column(key="outer_wall", zh="外牆材料", en="Outer wall"),
    Column(key="partition", zh="隔間材料", en="Partition"),
    Column(key="gap", zh="與前一棟距離（公尺）", en="Distance to block before (m)"),
    Column(key="note", zh="備註", en="Notes"),
)
SCHOOL_LINES = (
    Column(key="county", zh="縣市", en="County"),
    Column(key="elementary_code", zh="國小代碼", en="Elementary code"),
    Column(key="elementary_name", zh="國小校名", en="Elementary name"),
    Column(key="junior_code", zh="國中代碼", en="Junior high code"),
    Column(key="junior_name", zh="國中校名", en="Junior high name"),
    Column(key="inventory", zh="既有AP已盤點", en="APs there are all listed", required=True),
    Column(key="confirmed", zh="人數已核對", en="Class sizes are checked", required=True),
    Column(key="uplink", zh="對外頻寬（Mbit/s）", en="Link to the outside (Mbit/s)", required=True),
    Column(key="n_devices", zh="既有學習載具數", en="Devices there", required=True),
    Column(key="n_without_mdm", zh="其中未有MDM授權", en="of these without MDM licence", required=True),
    Column(key="n_byod", zh="學生自備載具（BYOD）", en="Pupils' own devices (BYOD)", required=True),
    Column(
        key="applies_106", zh="以既有無線環境申請106計畫", en="Applies to plan 106 with wireless there", required=True
    ),
    Column(key="contact", zh="填表人職稱", en="Filled in by (post)"),
)
SCHOOL_HEADER = (("項目", "Item"), ("填寫", "Answer"), ("說明", "Meaning"))
"""Header of the sheet of the school; the answer stands under the second word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a choice list: what it stands for, its words, and other words that people write."""

    value: str
    zh: str
    en: str
    others: tuple[str, ...] = ()

    def word(self, lang: Lang) -> str:
        """Return the word as it is printed."""
        return self.zh if lang == "zh-TW" else self.en


UNKNOWN = Choice(value="", zh="不知道", en="unknown")
YES_NO = (
    Choice(value="yes", zh="是", en="yes", others=(*sorted(YES), "已盤點")),
    Choice(value="no", zh="否", en="no", others=(*sorted(NO), "未盤點")),
)
CORRIDORS = (
    Choice(value="open", zh="單邊開放", en="one side open", others=("開放", "單邊", "單側開放", "單面開放", "open")),
    Choice(
        value="closed",
        zh="單邊封閉（外廊加窗）",
        en="one side closed (windows)",
        others=("單邊封閉", "單側封閉", "封閉", "外廊加窗", "加窗", "密閉", "closed", "one side closed"),
    ),
    Choice(
        value="middle",
        zh="中間走廊（雙邊教室）",
        en="middle (rooms both sides)",
        others=("中間走廊", "中央走廊", "中間", "雙邊", "雙邊教室", "雙側", "中走道", "middle"),
    ),
)
COMPASS = (
    Choice(value="N", zh="北", en="N", others=("北側", "北邊", "北面", "朝北", "north")),
    Choice(value="S", zh="南", en="S", others=("南側", "南邊", "南面", "朝南", "south")),
    Choice(value="E", zh="東", en="E", others=("東側", "東邊", "東面", "朝東", "east")),
    Choice(value="W", zh="西", en="W", others=("西側", "西邊", "西面", "朝西", "west")),
)
USES = (
    Choice(value="classroom", zh="班級教室", en="classroom", others=("普通教室", "教室", "班級", "一般教室")),
    Choice(value="specialist", zh="專科教室", en="specialist room", others=("專科", "specialist", "專用教室")),
    Choice(value="office", zh="辦公室", en="office", others=("辦公", "行政", "行政辦公室")),
    Choice(value="toilet", zh="廁所", en="toilet", others=("洗手間", "化妝室", "wc")),
    Choice(value="stairs", zh="樓梯", en="stairs", others=("樓梯間", "梯間")),
    Choice(value="storage", zh="儲藏", en="storage", others=("儲藏室", "儲藏間", "倉庫", "庫房")),
    Choice(value="other", zh="其他", en="other", others=("其它",)),
)
STAGES = (
    Choice(value="elementary", zh="國小", en="elementary", others=("國小部", "小學", "國民小學")),
    Choice(value="junior", zh="國中", en="junior high", others=("國中部", "中學", "國民中學", "junior")),
)
MATERIALS = (
    Choice(value="brick", zh="紅磚", en="brick", others=("磚", "磚牆", "紅磚牆", "1/2b", "1b", "加強磚造")),
    Choice(
        value="concrete",
        zh="鋼筋混凝土（RC）",
        en="concrete",
        others=("鋼筋混凝土", "混凝土", "rc", "rc牆", "水泥", "混凝土牆", "水泥牆"),
    ),
    Choice(value="hollow_block", zh="空心磚", en="hollow block", others=("空心磚牆",)),
    Choice(
        value="plasterboard",
        zh="輕隔間（石膏板、矽酸鈣板）",
        en="plasterboard",
        others=("輕隔間", "石膏板", "矽酸鈣板", "輕鋼架", "輕質隔間"),
    ),
    Choice(value="wood", zh="木板", en="wood", others=("木", "木板牆", "木隔間", "夾板")),
    Choice(value="glass", zh="玻璃", en="glass", others=("玻璃隔間", "玻璃牆")),
    Choice(value="metal", zh="鐵皮（金屬）", en="metal", others=("鐵皮", "金屬", "鐵板", "鋼板")),
    UNKNOWN,
)
GENERATIONS = (
    Choice(value="n-2x2", zh="Wi-Fi 4", en="Wi-Fi 4", others=("wifi4", "4", "802.11n", "11n", "n")),
    Choice(value="ac-2x2", zh="Wi-Fi 5", en="Wi-Fi 5", others=("wifi5", "5", "802.11ac", "11ac", "ac")),
    Choice(value="ax-2x2", zh="Wi-Fi 6", en="Wi-Fi 6", others=("wifi6", "6", "802.11ax", "11ax", "ax")),
    Choice(value="axe-2x2", zh="Wi-Fi 6E", en="Wi-Fi 6E", others=("wifi6e", "6e", "axe")),
    Choice(value="be-2x2", zh="Wi-Fi 7", en="Wi-Fi 7", others=("wifi7", "7", "802.11be", "11be", "be")),
    UNKNOWN,
)
DITTO_WORDS = frozenset({"同上", "〃", "″", '"', "''", "ditto", "do."})

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|[*＊※\s/:]")


def bare(text: str) -> str:
    """Return a word as it is compared: usual width, small, without brackets, spaces and marks.

    >>> bare("長（公尺） *"), bare("Ａ Ｐ 頻寬(MHz)"), bare("名稱／班級")
    ('長', 'ap頻寬', '名稱班級')
    """
    return _BRACKETS.sub("", folded(text))


def known_words(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    """Return the columns by their words in both languages, as `bare` gives them."""
    return {bare(word): column for column in columns for word in (column.zh, column.en)}
