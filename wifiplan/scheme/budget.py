"""The eleven lines of a county's application (附件1 六): quantities, money and thousands of NTD."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.errors import RosterError
from wifiplan.scheme.entitlement import Entitlement, totals
from wifiplan.scheme.office import Staff, n_base_schools, operations_ntd, staff, thousands
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import School

Unit: TypeAlias = Literal["device", "cart", "licence", "access_point", "ntd", "person", "session", "period"]
Kind: TypeAlias = Literal["capital", "current"]

LineCode: TypeAlias = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

NAMES: dict[LineCode, tuple[str, str, Unit, Kind]] = {
    1: ("學習載具-教師", "Devices for teachers", "device", "capital"),
    2: ("學習載具-學生", "Devices for students", "device", "capital"),
    3: ("行動充電車", "Charging carts", "cart", "capital"),
    4: ("既有學習載具管理系統(MDM)使用授權", "MDM licences for existing devices", "licence", "capital"),
    5: ("校園無線網路AP費用", "Access points of the campus network", "access_point", "capital"),
    6: ("教學軟體及數位內容", "Software and digital content", "ntd", "capital"),
    7: ("數位學習推動辦公室-專任人力", "Office: full-time staff", "person", "current"),
    8: ("數位學習推動辦公室-運作費", "Office: operations", "ntd", "current"),
    9: ("數位學習推動辦公室-增能研習費", "Office: workshops", "session", "current"),
    10: ("代理代課費", "Substitute teaching", "period", "current"),
    11: ("其他需求項目", "Other needs", "ntd", "current"),
}
"""Each line's name, unit and usual class of money (111 年實施計畫 六(二))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """What a county or the ministry knows of one line; None is not filled in yet (待填).

    `computed` overrides the computed number where it comes by separate letter (AP, software, pool);
    `requested` is 申請補助數 in the line's unit; `amount_ntd` the money asked for where price times quantity
    does not give it; `current_ntd` the part of it that is current (經常門).
    """

    computed: int | None = None
    already: int | None = None
    requested: int | None = None
    reason: str = ""
    amount_ntd: int | None = None
    current_ntd: int | None = None
    tender: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyInputs:
    """What only a county or the ministry's letters can say; everything may be left open.

    `pool_devices` is 統籌運用數, added to the students' line. `n_aps` and `ap_budget_ntd` come by separate
    letter: no price is invented. `substitute_periods` are (elementary, junior).
    """

    lines: tuple[tuple[LineCode, LineInput], ...] = ()
    pool_devices: int | None = None
    n_existing_devices: int | None = None
    n_aps: int | None = None
    ap_budget_ntd: int | None = None
    software_ntd: int | None = None
    n_workshops: int | None = None
    substitute_periods: tuple[int, int] | None = None
    other_ntd: int | None = None

    def line(self, code: LineCode) -> LineInput:
        """Return the inputs of a line, empty ones where nothing was filled in."""
        return dict(self.lines).get(code, LineInput())


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One line of the budget table. Quantities in `unit`; None is not filled in yet (待填).

    `difference` is requested less estimated; `reason_missing` says that it needs a reason and has none.
    """

    code: LineCode
    name_zh: str
    name_en: str
    unit: Unit
    computed: int | None
    already: int | None
    estimated: int | None
    requested: int | None
    difference_reason: str
    current_ntd: int | None
    capital_ntd: int | None
    current_kntd: int | None
    capital_kntd: int | None
    tender: str = ""
    note: str = ""

    @property
    def total_ntd(self) -> int | None:
        """Current and capital money [NTD], None where neither is known."""
        return _sum(self.current_ntd, self.capital_ntd)

    @property
    def total_kntd(self) -> int | None:
        """Sum of the rounded thousands."""
        return _sum(self.current_kntd, self.capital_kntd)

    @property
    def difference(self) -> int | None:
        """Requested less estimated, None where one of them is open."""
        if self.requested is None or self.estimated is None:
            return None
        return self.requested - self.estimated

    @property
    def reason_missing(self) -> bool:
        """Whether the difference needs a reason that nobody gave."""
        return bool(self.difference) and not self.difference_reason


def county_lines(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    inputs: CountyInputs,
    options: EntitlementOptions,
) -> tuple[BudgetLine, ...]:
    """Return the eleven lines of the budget table.

    Parameters
    ----------
    schools : sequence of School
        All rows of the county, national ones too (they are left out as the options say).
    entitlements : sequence of Entitlement
        One a school.
    inputs : CountyInputs
        What the county and the ministry's letters add.
    options : EntitlementOptions
        Prices and readings.

    Returns
    -------
    tuple of BudgetLine
        Lines 1 to 11; what nobody has filled in is None.

    Raises
    ------
    RosterError
        If an input is negative, or its current part exceeds the whole.
    """
    funded = totals(entitlements).funded
    n_schools = n_base_schools(schools, options)
    people = staff(n_schools, options)
    periods = inputs.substitute_periods
    computed: dict[LineCode, int | None] = {
        1: funded.n_teacher_devices,
        2: funded.n_student_devices,
        3: funded.n_carts,
        4: inputs.n_existing_devices,
        5: inputs.n_aps,
        6: inputs.software_ntd,
        7: people.n_persons,
        8: operations_ntd(n_schools, options),
        9: inputs.n_workshops,
        10: None if periods is None else sum(periods),
        11: inputs.other_ntd,
    }
    return tuple(_line(code, computed[code], inputs, people, options) for code in NAMES)


def _line(
    code: LineCode, computed: int | None, inputs: CountyInputs, people: Staff, options: EntitlementOptions
) -> BudgetLine:
    given = inputs.line(code)
    _check(code, given)
    name_zh, name_en, unit, kind = NAMES[code]
    computed = given.computed if given.computed is not None else computed
    estimated = None if computed is None else computed - (given.already or 0)
    if estimated is not None and not options.deduction_below_zero:
        estimated = max(0, estimated)
    if estimated is not None and code == 2:
        estimated += inputs.pool_devices or 0
    requested = given.requested if given.requested is not None else estimated
    amount = given.amount_ntd
    if amount is None and requested is not None:
        amount = _amount(code, requested, inputs, people, options)
    current, capital = _parts(amount, given.current_ntd, kind)
    return BudgetLine(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        unit=unit,
        computed=computed,
        already=given.already,
        estimated=estimated,
        requested=requested,
        difference_reason=given.reason,
        current_ntd=current,
        capital_ntd=capital,
        current_kntd=None if current is None else thousands(current, options),
        capital_kntd=None if capital is None else thousands(capital, options),
        tender=given.tender,
        note=given.note,
    )


def _check(code: LineCode, given: LineInput) -> None:
    numbers = (given.computed, given.already, given.requested, given.amount_ntd, given.current_ntd)
    negative = any(value is not None and value < 0 for value in numbers)
    beyond = given.current_ntd is not None and given.current_ntd > (given.amount_ntd or 0)
    if negative or (beyond and given.amount_ntd is not None):
        raise RosterError(
            "a number is negative, or the current part is above the whole amount",
            remedy="correct the county's inputs",
            where=f"budget line {code} {NAMES[code][0]}",
        )


def _amount(
    code: LineCode, requested: int, inputs: CountyInputs, people: Staff, options: EntitlementOptions
) -> int | None:
    prices: dict[LineCode, int] = {
        1: options.device_price_ntd,
        2: options.device_price_ntd,
        3: options.cart_price_ntd,
        4: options.mdm_price_ntd,
        9: options.workshop_price_ntd,
    }
    if code in prices:
        return requested * prices[code]
    if code == 5:
        if inputs.ap_budget_ntd is not None:
            return inputs.ap_budget_ntd
        return None if options.ap_price_ntd is None else requested * options.ap_price_ntd
    if code == 7:
        # Other numbers of people than computed have no price of their own: the mean of those computed.
        return people.cost_ntd * requested // people.n_persons if people.n_persons else 0
    if code == 10:
        elementary, junior = inputs.substitute_periods or (0, 0)
        known = elementary + junior == requested
        amount = elementary * options.substitute_elementary_ntd + junior * options.substitute_junior_ntd
        return amount if known else None
    return requested


def _parts(amount: int | None, current: int | None, kind: Kind) -> tuple[int | None, int | None]:
    if amount is None:
        return None, None
    if current is not None:
        return current, amount - current
    return (amount, 0) if kind == "current" else (0, amount)


def total_line(lines: Sequence[BudgetLine]) -> tuple[int, int, int]:
    """Return (current, capital, both) in thousands: sums of the rounded lines; an open line adds nothing."""
    current = sum(line.current_kntd or 0 for line in lines)
    capital = sum(line.capital_kntd or 0 for line in lines)
    return current, capital, current + capital


def with_requested(inputs: CountyInputs, code: LineCode, requested: int) -> CountyInputs:
    """Return the inputs with 申請補助數 of one line set, for instance from a plan's draft."""
    lines = dict(inputs.lines)
    lines[code] = replace(inputs.line(code), requested=requested)
    return replace(inputs, lines=tuple(sorted(lines.items())))


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None and second is None else (first or 0) + (second or 0)
