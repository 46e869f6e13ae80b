"""Every figure of the scheme and every choice that its text leaves open, as named options with defaults."""

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.grants import figure, figures, grant
from wifiplan.errors import SettingsError

Lang: TypeAlias = Literal["zh-TW", "en"]

REMOTE_AREAS = ("偏遠", "特偏", "極偏")
"""Values of 地區屬性 that count as remote (A11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementOptions:
    """Prices, tiers and readings of the scheme (the [scheme] section of a settings file).

    Each field is a row of `catalog/data/scheme_options.csv`, which says what it means, which words of
    the ministry's text it reads and where they stand; `describe` returns that table.

    Raises
    ------
    SettingsError
        If a number is out of its range.
    """

    classes_per_set: int = figure("classes_per_set")
    teacher_devices_elementary: int = figure("teacher_devices_elementary")
    teacher_devices_junior: int = figure("teacher_devices_junior")
    remote_students: Literal["enrolment", "class_places"] = "enrolment"
    remote_teachers: Literal["teachers", "per_class"] = "teachers"
    teachers_estimated: Literal["use", "none"] = "use"
    remote_carts: Literal["per_class", "per_class_slots", "pooled"] = "per_class"
    cart_slots: int = figure("cart_slots")
    deduction_below_zero: bool = False
    principle: Literal["equal", "at_least"] = "equal"
    ap_price_ntd: int | None = None
    staff_rounding: Literal["ceil", "floor", "round"] = "ceil"
    staff_prorated: bool = False
    thousand_rounding: Literal["half_up", "up", "down"] = "half_up"
    mobile_caps: Literal["minimum", "general"] = "minimum"
    combined_sets: Literal["per_row", "combined"] = "per_row"
    count_schools: Literal["base_school", "rows"] = "base_school"
    remote_areas: tuple[str, ...] = REMOTE_AREAS
    non_mountain_remote: bool = False
    max_class_margin: int = figure("max_class_margin")
    school_key: Literal["stage_and_code"] = "stage_and_code"
    lowest_grade: int = figure("lowest_grade")
    include_national: bool = False
    device_price_ntd: int = figure("device_price_ntd")
    cart_price_ntd: int = figure("cart_price_ntd")
    mdm_price_ntd: int = figure("mdm_price_ntd")
    schools_per_adviser: int = figure("schools_per_adviser")
    adviser_cost_ntd: int = figure("adviser_cost_ntd")
    schools_per_network_staff: int = figure("schools_per_network_staff")
    max_network_staff: int = figure("max_network_staff")
    network_staff_cost_ntd: int = figure("network_staff_cost_ntd")
    admin_tiers: tuple[int, ...] = figures("admin_tiers")
    admin_cost_ntd: int = figure("admin_cost_ntd")
    operations_base_ntd: int = figure("operations_base_ntd")
    operations_base_schools: int = figure("operations_base_schools")
    operations_per_school_ntd: int = figure("operations_per_school_ntd")
    operations_cap_ntd: int = figure("operations_cap_ntd")
    workshop_price_ntd: int = figure("workshop_price_ntd")
    substitute_elementary_ntd: int = figure("substitute_elementary_ntd")
    substitute_junior_ntd: int = figure("substitute_junior_ntd")

    def __post_init__(self) -> None:
        """Refuse numbers that would divide by zero or give negative grants."""
        positive = {
            "classes_per_set": self.classes_per_set,
            "cart_slots": self.cart_slots,
            "lowest_grade": self.lowest_grade,
            "schools_per_adviser": self.schools_per_adviser,
            "schools_per_network_staff": self.schools_per_network_staff,
        }
        wrong = [name for name, value in positive.items() if value < 1]
        wrong += [name for name, value in asdict(self).items() if isinstance(value, int) and value < 0]
        if wrong:
            raise SettingsError(
                f"out of range: {', '.join(wrong)}",
                remedy="numbers are 0 or more; counts that divide are 1 or more",
                where="[scheme]",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One option for people: value, default, meaning, the words that it reads and where they stand."""

    name: str
    point: str
    value: str
    default: str
    meaning: str
    text: str
    source: str

    @property
    def changed(self) -> bool:
        """Whether somebody chose another value than the default."""
        return self.value != self.default


def describe(options: EntitlementOptions, lang: Lang) -> tuple[OptionRow, ...]:
    """Return every option as a row that a report prints.

    >>> describe(EntitlementOptions(), "en")[0].text
    '非偏遠地區每校每 6 班補助 1 班(無條件進位)學習載具'
    """
    rows: list[OptionRow] = []
    for name, raw in asdict(options).items():
        known = grant(name)
        rows.append(
            OptionRow(
                name=name,
                point=known.point,
                value=_text(raw),
                default=known.default,
                meaning=known.meaning_zh if lang == "zh-TW" else known.meaning_en,
                text=known.text,
                source=known.source,
            )
        )
    return tuple(rows)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "|".join(str(part) for part in value)
    return str(value)
