"""The eleven lines of a county's application (附件1 六): quantities, money and thousands of NTD."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.errors import RosterError
from wifiplan.scheme.entitlement import Entitlement, totals
from wifiplan.scheme.inputs import CountyInputs, LineCode, LineInput, n_without_mdm, with_requested
from wifiplan.scheme.office import Staff, n_base_schools, operations_ntd, staff, thousands
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import School

__all__ = [
    "NAMES",
    "BudgetLine",
    "CountyInputs",
    "Kind",
    "LineCode",
    "LineInput",
    "Transfer",
    "Unit",
    "county_lines",
    "total_line",
    "transfer",
    "with_requested",
]

Unit: TypeAlias = Literal["device", "cart", "licence", "access_point", "ntd", "person", "session", "period"]
Kind: TypeAlias = Literal["capital", "current"]

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
    approved: str = ""

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
    known: dict[LineCode, int | None] = {
        1: funded.n_teacher_devices,
        2: funded.n_student_devices,
        3: funded.n_carts,
        4: n_without_mdm(inputs, entitlements),
        5: inputs.n_aps,
        6: inputs.software_ntd,
        7: people.n_persons,
        8: operations_ntd(n_schools, options),
        9: inputs.n_workshops,
        10: inputs.n_periods,
        11: inputs.other_ntd,
    }
    return tuple(_line(code, known[code], inputs, people, options) for code in NAMES)


COUNTED_BY_COUNTY: tuple[LineCode, ...] = (4, 9, 10, 11)
"""Lines whose number the county counts itself: it is what is asked for, whatever the ministry computed."""


def _line(
    code: LineCode, known: int | None, inputs: CountyInputs, people: Staff, options: EntitlementOptions
) -> BudgetLine:
    given = inputs.line(code)
    name_zh, name_en, unit, kind = NAMES[code]
    computed = known if given.computed is None else given.computed
    estimated = None if computed is None else computed - (given.already or 0)
    if estimated is not None and not options.deduction_below_zero:
        estimated = max(0, estimated)
    if estimated is not None and code == 2:
        estimated += inputs.pool_devices or 0
    requested = given.requested
    if requested is None:
        by_letter = given.computed is not None and code in COUNTED_BY_COUNTY
        requested = known if by_letter and known is not None else estimated
    amount = given.amount_ntd
    if amount is None and requested is not None:
        amount = _amount(code, requested, inputs, people, options)
    _check(code, given, amount)
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
        approved=given.approved,
    )


def _check(code: LineCode, given: LineInput, amount: int | None) -> None:
    numbers = (given.computed, given.already, given.requested, given.amount_ntd, given.current_ntd)
    negative = any(value is not None and value < 0 for value in numbers)
    current = given.current_ntd
    if negative or (current is not None and amount is not None and current > amount):
        raise RosterError(
            f"a number is negative, or the current part (其中經常門) is above the whole amount{_of(amount)}",
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
        elementary, junior = inputs.substitute_elementary_periods or 0, inputs.substitute_junior_periods or 0
        amount = elementary * options.substitute_elementary_ntd + junior * options.substitute_junior_ntd
        # Periods of the two stages have two prices: another sum than theirs has no amount of its own.
        return amount if inputs.n_periods == requested or not requested else None
    return requested


def _of(amount: int | None) -> str:
    return "" if amount is None else f" of NTD {amount:,}"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money moved between operations (line 8) and workshops (line 9), the only two that may be (六(三)9).

    `moved_ntd` is above zero where operations give and workshops take; `excess_ntd` is what both ask for together
    beyond their estimates.
    """

    moved_ntd: int
    excess_ntd: int


def transfer(lines: Sequence[BudgetLine], options: EntitlementOptions) -> Transfer | None:
    """Return what lines 8 and 9 move between them, None where nothing moves or one of them is open."""
    operations, workshops = (next(line for line in lines if line.code == code) for code in (8, 9))
    if operations.total_ntd is None or workshops.total_ntd is None:
        return None
    if operations.estimated is None or workshops.estimated is None:
        return None
    more_operations = operations.total_ntd - operations.estimated
    more_workshops = workshops.total_ntd - workshops.estimated * options.workshop_price_ntd
    if more_operations * more_workshops >= 0:
        return None
    moved = min(abs(more_operations), abs(more_workshops))
    return Transfer(
        moved_ntd=moved if more_workshops > 0 else -moved,
        excess_ntd=more_operations + more_workshops,
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None and second is None else (first or 0) + (second or 0)
