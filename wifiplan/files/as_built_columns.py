"""The columns of install.xlsx: what the plan says of every access point, and what an installer fills in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.files.cell_text import folded

Answer: TypeAlias = Literal["yes_no", "pass_fail"]
"""A column with a drop-down of two words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its key, its header in both languages, and its width in characters.

    `filled_in` columns are the installer's; all of them must be there when the file comes back.
    """

    key: str
    zh: str
    en: str
    width: float
    filled_in: bool = False
    answer: Answer | None = None

    def header(self, lang: str) -> str:
        """Return the header in a language."""
        return self.zh if lang == "zh-TW" else self.en


PLANNED = (
    Column(key="number", zh="卡號", en="card", width=6),
    Column(key="id", zh="代號", en="id", width=9),
    Column(key="name", zh="設備名稱", en="name", width=18),
    Column(key="action", zh="動作", en="action", width=8),
    Column(key="place", zh="位置", en="place", width=18),
    Column(key="wall_a", zh="計畫距西牆 m", en="planned from west wall, m", width=8),
    Column(key="wall_b", zh="計畫距南牆 m", en="planned from south wall, m", width=8),
    Column(key="height", zh="計畫離地 m", en="planned height, m", width=8),
    Column(key="model", zh="計畫機型等級", en="planned model class", width=10),
    Column(key="channel", zh="計畫頻道", en="planned channel", width=18),
    Column(key="width", zh="計畫頻寬 MHz", en="planned width, MHz", width=8),
    Column(key="power", zh="計畫功率 EIRP dBm", en="planned EIRP, dBm", width=9),
    Column(key="cabinet", zh="機櫃與埠", en="cabinet and port", width=18),
    Column(key="cable", zh="線號與線長 m", en="cable and length, m", width=18),
)

BUILT = (
    Column(key="done", zh="完成（是／否）", en="done (yes/no)", width=8, filled_in=True, answer="yes_no"),
    Column(key="date", zh="完工日期", en="date done", width=11, filled_in=True),
    Column(key="built_room", zh="實裝教室（若不同）", en="built room (if another)", width=14, filled_in=True),
    Column(key="built_wall_a", zh="實測距西牆 m", en="measured from west wall, m", width=9, filled_in=True),
    Column(key="built_wall_b", zh="實測距南牆 m", en="measured from south wall, m", width=9, filled_in=True),
    Column(key="built_x", zh="或實測 x m", en="or measured x, m", width=8, filled_in=True),
    Column(key="built_y", zh="或實測 y m", en="or measured y, m", width=8, filled_in=True),
    Column(key="built_height", zh="實測離地 m", en="measured height, m", width=8, filled_in=True),
    Column(key="built_model", zh="實裝機型", en="model installed", width=16, filled_in=True),
    Column(key="built_channel", zh="實設頻道", en="channel set", width=8, filled_in=True),
    Column(key="built_width", zh="實設頻寬 MHz", en="width set, MHz", width=8, filled_in=True),
    Column(key="built_power", zh="實設功率 EIRP dBm", en="EIRP set, dBm", width=9, filled_in=True),
    Column(key="mac", zh="MAC 位址", en="MAC address", width=19, filled_in=True),
    Column(key="serial", zh="序號", en="serial number", width=16, filled_in=True),
    Column(key="port", zh="交換器埠", en="switch port", width=14, filled_in=True),
    Column(
        key="cable_ok", zh="線路測試（合格／不合格）", en="cable test (pass/fail)", width=10, filled_in=True,
        answer="pass_fail",
    ),
    Column(key="cable_m", zh="實測線長 m", en="cable length, m", width=8, filled_in=True),
    Column(key="photos", zh="照片", en="photos", width=8, filled_in=True),
    Column(key="remarks", zh="備註", en="remarks", width=24, filled_in=True),
)  # fmt: skip

COLUMNS = (*PLANNED, *BUILT)

ANSWERS: dict[Answer, dict[str, tuple[str, str]]] = {
    "yes_no": {"zh-TW": ("是", "否"), "en": ("yes", "no")},
    "pass_fail": {"zh-TW": ("合格", "不合格"), "en": ("pass", "fail")},
}
"""The two words of a drop-down: the good one first."""

NEEDED = ("id", *(column.key for column in BUILT))
"""Without one of these a column was renamed or deleted: what stood in it would be lost unseen."""

EXTRA_WORDS = ("加裝", "extra")
"""In the column of the action: an access point that the plan does not have."""

_BRACKETS = re.compile(r"\([^)]*\)")


def bare(header: str) -> str:
    """Return a header without brackets, spaces and case, as columns are known by it.

    >>> bare("完成（是／否）"), bare(" Date  done ")
    ('完成', 'datedone')
    """
    return "".join(_BRACKETS.sub("", folded(header)).split())


_KEYS = {bare(text): column.key for column in COLUMNS for text in (column.zh, column.en)}


def column_keys(row: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns of a header row by key; a key given twice has both."""
    found: dict[str, list[int]] = {}
    for n, text in enumerate(row):
        key = _KEYS.get(bare(text))
        if key is not None:
            found.setdefault(key, []).append(n)
    return found


def is_header(row: Sequence[str]) -> bool:
    """Return whether a row is the header: most of the installer's columns stand in it."""
    found = column_keys(row)
    return sum(key in found for key in NEEDED) > len(NEEDED) // 2
