"""The eight indicators of a county's plan (附件1 五(一)); what does not follow from data stays open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.errors import RosterError
from wifiplan.scheme.budget import BudgetLine
from wifiplan.scheme.entitlement import Entitlement, meets_principle
from wifiplan.scheme.inputs import CountyInputs
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import Request, Stage

IndicatorUnit: TypeAlias = Literal["device", "percent", "class"]

Basis: TypeAlias = Literal["class_test", "survey", "calibrated", "drawn", "sheet", "archetype"]
"""What a count of good classrooms rests on, the best first."""

_BASES: dict[Basis, tuple[str, str]] = {
    "class_test": ("依全班實測", "tested with the class"),
    "survey": ("依現場量測", "surveyed"),
    "calibrated": ("依平面圖並以該校量測校準", "planned on a drawn plan, calibrated by measurements there"),
    "drawn": ("依平面圖", "planned on a drawn plan"),
    "sheet": ("依校舍調查表", "planned on a sheet that the school filled in"),
    "archetype": ("依推定校舍", "planned on an assumed building"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodClassrooms:
    """Classrooms that pass KPI 7 by one kind of evidence, of those looked at with it; kinds are never summed."""

    basis: Basis
    n_good: int
    n_classrooms: int

    @property
    def text_zh(self) -> str:
        """The evidence in Chinese."""
        return _BASES[self.basis][0]

    @property
    def text_en(self) -> str:
        """The evidence in English."""
        return _BASES[self.basis][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator. `value` None is for the county to fill in; `target` is what the text asks for.

    `parts` of KPI 7 state its count for each kind of evidence; it then has no value of its own, as counts that
    rest on a drawn plan and on an assumed building make no sum. `absent` says that the county has no school of the
    kind: there is nothing to fill in.
    """

    code: int
    text_zh: str
    text_en: str
    unit: IndicatorUnit
    value: float | None = None
    target: float | None = None
    note_zh: str = ""
    note_en: str = ""
    parts: tuple[GoodClassrooms, ...] = ()
    absent: bool = False


def indicators(
    entitlements: Sequence[Entitlement],
    lines: Sequence[BudgetLine],
    requests: Sequence[Request],
    options: EntitlementOptions,
    good_classrooms: Sequence[GoodClassrooms] = (),
    inputs: CountyInputs | None = None,
) -> tuple[Indicator, ...]:
    """Return indicators 1 to 8.

    Parameters
    ----------
    entitlements : sequence of Entitlement
        One a school.
    lines : sequence of BudgetLine
        The budget table: 1 and 2 give the devices that are bought.
    requests : sequence of Request
        What single schools ask for, where that is known; the rest ask for what the rule gives.
    options : EntitlementOptions
        Our reading of the principle (A5).
    good_classrooms : sequence of GoodClassrooms
        Classrooms that pass (KPI 7), one entry a kind of evidence; none where nothing is planned yet.
    inputs : CountyInputs, optional
        What the county entered: indicators 5, 6 and 8.

    Raises
    ------
    RosterError
        If a kind of evidence is given twice.
    """
    parts = _by_basis(good_classrooms)
    funded = [e for e in entitlements if e.funded]
    asked = {r.key: r for r in requests}
    remote = [e for e in funded if e.remote]
    other = [e for e in funded if not e.remote]
    bought = [line.requested for line in lines if line.code in (1, 2)]
    values: dict[int, float | None] = {
        1: None if None in bought else sum(n for n in bought if n is not None),
        2: sum(_asked(e, asked.get(e.key)) for e in remote),
        3: _share_percent(remote, asked, options),
        4: _share_percent(other, asked, options),
        **(inputs.indicators if inputs is not None else {}),
    }
    absent = {code for code, rows in ((3, remote), (4, other)) if not rows}
    return tuple(
        Indicator(
            code=code,
            text_zh=zh,
            text_en=en,
            unit=unit,
            value=values.get(code),
            target=target,
            note_zh="本縣市無此類學校" if code in absent else note_zh,
            note_en="no such school in this county" if code in absent else note_en,
            parts=parts if code == _GOOD_WIRELESS else (),
            absent=code in absent,
        )
        for code, zh, en, unit, target, note_zh, note_en in _TEXTS
    )


def _by_basis(good: Sequence[GoodClassrooms]) -> tuple[GoodClassrooms, ...]:
    """Return the counts, the best evidence first."""
    order = list(_BASES)
    if len({part.basis for part in good}) != len(good):
        raise RosterError(
            "classrooms of one kind of evidence are counted twice", remedy="give one count for each kind", where="KPI 7"
        )
    return tuple(sorted(good, key=lambda part: order.index(part.basis)))


def _asked(given: Entitlement, request: Request | None) -> int:
    if request is None:
        return given.n_devices
    student = request.n_student_devices
    teacher = request.n_teacher_devices
    return (given.n_student_devices if student is None else student) + (
        given.n_teacher_devices if teacher is None else teacher
    )


def _share_percent(
    rows: Sequence[Entitlement], asked: dict[tuple[Stage, str], Request], options: EntitlementOptions
) -> float | None:
    if not rows:
        return None
    met = sum(meets_principle(asked.get(e.key), e, options) for e in rows)
    return 100 * met / len(rows)


_GOOD_WIRELESS = 7
_TEXTS: tuple[tuple[int, str, str, IndicatorUnit, float | None, str, str], ...] = (
    (
        1,
        "購置學習載具總臺數",
        "Devices bought",
        "device",
        None,
        "預算表第 1、2 列",
        "Lines 1 and 2 of the budget",
    ),
    (
        2,
        "偏遠地區學校購置學習載具總臺數",
        "Devices bought for remote schools",
        "device",
        None,
        "不含扣除前年度已受補助數",
        "Before the deduction of past grants",
    ),
    (
        3,
        "偏遠地區學校達成每位學生 1 臺學習載具之學校校數比率",
        "Remote schools with a device for every student",
        "percent",
        100,
        "申請數符合規則之校數比率",
        "Schools whose request follows the rule",
    ),
    (
        4,
        "非偏遠地區學校達成每 6 班配發 1 班載具的校數比率",
        "Other schools with a class set for every six classes",
        "percent",
        100,
        "申請數符合規則之校數比率",
        "Schools whose request follows the rule",
    ),
    (
        5,
        "抽樣調查學習成效(科目自選，例如國、英、數等)提升人數之比率",
        "Sampled students whose learning improved",
        "percent",
        None,
        "由縣市填寫；計畫以 30% 為例",
        "For the county to fill in; the text's example is 30 %",
    ),
    (
        6,
        "培訓教師人數達縣市所有教師總數",
        "Teachers trained",
        "percent",
        25,
        "由縣市填寫",
        "For the county to fill in",
    ),
    (
        7,
        "具備良好無線網路（可提供全班載具同時線上學習）之班級數",
        "Classes with good wireless (whole class on line at once)",
        "class",
        None,
        "通過之班級教室數，依據不同者分列、不相加；門檻見「選項與假設」與各校報告書",
        "Classrooms that pass; each kind of evidence for itself, no sum. Threshold: see the sheet Options",
    ),
    (
        8,
        "學習扶助班級融入數位教學之班級數比率",
        "Remedial classes that teach with digital means",
        "percent",
        None,
        "由縣市填寫",
        "For the county to fill in",
    ),
)
