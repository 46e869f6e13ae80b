"""Names of what is entered for a county: sheets, columns and single values, as they are written and recognised."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

CellKind: TypeAlias = Literal["count", "money", "percent", "mbps", "text"]
SheetKey: TypeAlias = Literal["county", "schools", "budget", "list", "indicators"]

SHEETS: Mapping[SheetKey, tuple[str, str]] = {
    "county": ("縣市填報", "County entries"),
    "schools": ("各校填報", "School entries"),
    "budget": ("經費需求", "Budget"),
    "list": ("學校名單", "Schools"),
    "indicators": ("預期績效指標", "Indicators"),
}
"""The two sheets that are filled in, and the sheets of answers in which people type all the same."""

MIRROR = "_wifiplan"
"""The hidden sheet that holds what the last run wrote, so that later changes by hand are seen."""

MIRROR_FORMAT = "wifiplan county 1"

MIRROR_MARK = "|"
"""Stands before every cell that it repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A column or a single value: the field that it fills, its header in both languages, what its cells hold."""

    field: str
    zh: str
    en: str
    kind: CellKind = "text"
    code: str = ""
    unit: tuple[str, str] = ("", "")
    sample: str = ""

    def title(self, lang: str) -> str:
        """Return the header in a language."""
        return self.zh if lang == "zh-TW" else self.en


LINE_KEYS = (
    Name(field="code", zh="序", en="No."),
    Name(field="name", zh="規劃項目", en="Item"),
)
LINE_COLUMNS = (
    Name(field="computed", zh="計算補助數(另案來函)", en="Computed (by letter)", kind="money"),
    Name(field="already", zh="已受補助數", en="Already granted", kind="money"),
    Name(field="requested", zh="申請補助數", en="Requested", kind="money"),
    Name(field="reason", zh="差異說明", en="Reason for the difference"),
    Name(field="amount_ntd", zh="經費(元)", en="Amount (NTD)", kind="money"),
    Name(field="current_ntd", zh="其中經常門(元)", en="Of it current (NTD)", kind="money"),
    Name(field="tender", zh="須發包項目說明", en="To be tendered"),
    Name(field="note", zh="備註", en="Note"),
    Name(field="approved", zh="教育部核定", en="Approved"),
)
"""What is entered for each of the eleven lines."""

VALUE_KEYS = (
    Name(field="code", zh="代號", en="Code"),
    Name(field="name", zh="項目", en="Entry"),
)
VALUE_COLUMN = Name(field="value", zh="填報值", en="Entered")

COUNTY_VALUE = Name(field="county", code="C1", zh="縣市別", en="County", sample="嘉義市")

_UNITS: Mapping[str, tuple[str, str]] = {
    "device": ("臺", "devices"),
    "ap": ("臺", "APs"),
    "ntd": ("元", "NTD"),
    "session": ("場次", "sessions"),
    "period": ("節", "periods"),
    "percent": ("%", "%"),
}

_VALUES: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("M1", "pool_devices", "device", "120", "統籌運用數", "Pool devices"),
    ("M2", "n_aps", "ap", "620", "AP總數", "Access points"),
    ("M3", "ap_budget_ntd", "ntd", "7440000", "AP經費", "AP money"),
    ("M4", "software_ntd", "ntd", "3500000", "教學軟體及數位內容經費", "Software and digital content"),
    ("N1", "n_without_mdm", "device", "860", "既有載具無MDM數", "Existing devices without MDM"),
    ("N2", "n_workshops", "session", "40", "研習場次", "Workshops"),
    ("N3", "substitute_elementary_periods", "period", "600", "國小代課節數", "Substitute periods, elementary"),
    ("N4", "substitute_junior_periods", "period", "300", "國中代課節數", "Substitute periods, junior high"),
    ("N5", "other_ntd", "ntd", "0", "其他需求經費", "Other needs"),
    ("P1", "device_price_ntd", "ntd", "", "學習載具單價", "Price of a device"),
    ("P2", "cart_price_ntd", "ntd", "", "行動充電車單價", "Price of a cart"),
    ("P3", "mdm_price_ntd", "ntd", "", "MDM授權單價", "Price of an MDM licence"),
    ("P4", "ap_price_ntd", "ntd", "12000", "AP單價", "Price of an access point"),
    ("P5", "adviser_cost_ntd", "ntd", "", "數位學習輔導人力每人每年", "An adviser, a year"),
    ("P6", "network_staff_cost_ntd", "ntd", "", "資訊網路人力每人每年", "A network engineer, a year"),
    ("P7", "admin_cost_ntd", "ntd", "", "數位學習事務(行政)人力每人每年", "An administrator, a year"),
    ("P8", "workshop_price_ntd", "ntd", "", "研習每場次單價", "Price of a workshop"),
    ("P9", "substitute_elementary_ntd", "ntd", "", "國小代課每節單價", "Price of a period, elementary"),
    ("P10", "substitute_junior_ntd", "ntd", "", "國中代課每節單價", "Price of a period, junior high"),
    ("K5", "improved_percent", "percent", "30", "指標5：抽樣學習成效提升人數之比率", "KPI 5: students who improved"),
    ("K6", "trained_percent", "percent", "25", "指標6：培訓教師占所有教師比率", "KPI 6: teachers trained"),
    ("K8", "remedial_percent", "percent", "60", "指標8：學習扶助班級融入數位教學比率", "KPI 8: remedial classes"),
)


def _kind(unit: str) -> CellKind:
    if unit == "percent":
        return "percent"
    return "money" if unit == "ntd" else "count"


VALUES = tuple(
    Name(field=field, code=code, zh=zh, en=en, kind=_kind(unit), unit=_UNITS[unit], sample=sample)
    for code, field, unit, sample, zh, en in _VALUES
)
"""Single values of a county, by the fields of `CountyInputs`."""

SCHOOL_KEYS = (
    Name(field="stage", zh="學制", en="stage"),
    Name(field="code", zh="學校代碼", en="code"),
)
SCHOOL_COLUMNS = (
    Name(field="n_carts", zh="申請補助充電車數", en="carts requested", kind="count", sample="4"),
    Name(field="n_teacher_devices", zh="申請補助教師載具數", en="teacher devices requested", kind="count", sample="8"),
    Name(
        field="n_student_devices", zh="申請補助學生載具數", en="student devices requested", kind="count", sample="112"
    ),
    Name(field="reason", zh="不依原則之原因", en="reason where the rule is not kept"),
    Name(field="n_existing_devices", zh="既有學習載具數", en="existing devices", kind="count", sample="90"),
    Name(field="n_without_mdm", zh="其中無MDM數", en="of these without MDM", kind="count", sample="30"),
    Name(field="n_byod", zh="自帶載具數(BYOD)", en="brought devices (BYOD)", kind="count", sample="0"),
    Name(field="uplink_mbps", zh="對外頻寬(Mbit/s)", en="uplink (Mbit/s)", kind="mbps", sample="500"),
    Name(field="note", zh="備註", en="note"),
)
"""What is entered for each school, by the fields of `SchoolInput`."""

BUDGET_COLUMNS = (
    Name(field="computed", zh="計算補助數", en="Computed", kind="money"),
    Name(field="already", zh="已受補助數", en="Already granted", kind="money"),
    Name(field="requested", zh="申請補助數", en="Requested", kind="money"),
    Name(field="reason", zh="預估補助數與申請補助數之差異說明", en="Reason for the difference"),
    Name(field="current_kntd", zh="經費需求(千元，經常門)", en="Current (thousand NTD)", kind="money"),
    Name(field="capital_kntd", zh="經費需求(千元，資本門)", en="Capital (thousand NTD)", kind="money"),
    Name(field="total_kntd", zh="經費需求(合計)", en="Total (thousand NTD)", kind="money"),
    Name(field="amount_ntd", zh="合計(元)", en="Total (NTD)", kind="money"),
    Name(field="tender", zh="須發包項目說明", en="To be tendered"),
    Name(field="approved", zh="教育部核定", en="Approved"),
)
"""Cells of the sheet 經費需求 in which a county may type over an answer."""

LIST_KEYS = (
    Name(field="stage", zh="學制(國小、國中)", en="stage"),
    Name(field="code", zh="學校代碼", en="code"),
)
LIST_COLUMNS = (
    *SCHOOL_COLUMNS[:3],
    Name(
        field="reason",
        zh="符合偏遠學校師生1人1機、非偏遠學校每6班配發1班學習載具原則(是、填否者請說明原因)",
        en="rule kept (yes, or no and why)",
    ),
)
"""The same of the sheet 學校名單."""

INDICATOR_COLUMNS = (Name(field="value", zh="數值", en="Value", kind="percent"),)
INDICATOR_FIELDS: Mapping[str, str] = {"5": "improved_percent", "6": "trained_percent", "8": "remedial_percent"}
"""The same of the sheet 預期績效指標."""

_IN_BRACKETS = re.compile(r"\([^()]*\)")
_YEARS = re.compile(r"^[0-9、,及至~-]+年度?(?=.)")


def normal(text: str) -> str:
    r"""Return a header without spaces, line breaks, years before it and case; full-width signs as usual ones.

    >>> normal("110、111年\n已受補助數"), normal("經費（元）")
    ('已受補助數', '經費(元)')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return _YEARS.sub("", plain)


def short(text: str) -> str:
    """Return a header as `normal` does, and without what stands in brackets.

    >>> short("其中經常門 (元)")
    '其中經常門'
    """
    plain = normal(text)
    return _IN_BRACKETS.sub("", plain) or plain


def columns_of(header: Sequence[str], names: Sequence[Name]) -> dict[str, int]:
    """Return the place of every known column, by its field; the first of two alike counts.

    A header may leave out what stands in brackets, but not say another thing there: 經費(千元) is not 經費(元).
    """
    found: dict[str, int] = {}
    cells = [normal(cell) for cell in header]
    for spell in (normal, short):
        for name in names:
            spelled = {spell(name.zh), spell(name.en)}
            place = next((c for c, cell in enumerate(cells) if cell in spelled and c not in found.values()), None)
            if place is not None:
                found.setdefault(name.field, place)
    return found


def is_sheet(name: str, key: SheetKey) -> bool:
    """Return whether a sheet's name, in either language, is that of `key`."""
    return normal(name) in {normal(title) for title in SHEETS[key]}
