"""What a county must still fill in or explain before its application is complete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.scheme.budget import BudgetLine, transfer
from wifiplan.scheme.entitlement import Entitlement, meets_principle
from wifiplan.scheme.indicators import Indicator
from wifiplan.scheme.inputs import CountyInputs, LineCode, mdm_count
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.requests import asked, by_key, line_sums
from wifiplan.scheme.school import Request, School, Stage

TodoKind: TypeAlias = Literal[
    "reason",
    "school_reason",
    "sum",
    "mdm_sum",
    "transfer",
    "line",
    "letter",
    "mdm",
    "amount",
    "already",
    "already_rest",
    "other",
    "tender",
    "indicator",
    "wireless",
    "max_class",
    "teachers",
]
"""What is missing, the weightiest first: what lacks a reason or contradicts itself, then what is open."""

_DEVICE_LINES: tuple[LineCode, ...] = (1, 2, 3)
_TENDERED: tuple[LineCode, ...] = (1, 2, 3, 4, 5, 6)
"""Lines that buy things or licences."""

_BY_LETTER: tuple[LineCode, ...] = (5, 6)
"""Lines whose number the ministry tells by separate letter."""

LINE_FIELDS: Mapping[LineCode, str] = {
    4: "n_without_mdm",
    5: "n_aps",
    6: "software_ntd",
    9: "n_workshops",
    10: "substitute_elementary_periods",
    11: "other_ntd",
}
"""The entry that an open line waits for, a field of `CountyInputs`."""

_INDICATOR_FIELDS = {5: "improved_percent", 6: "trained_percent", 8: "remedial_percent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that is still to be filled in or explained.

    `entry` names the field where that is done: of `LineInput` where `line` is given and `single` is not set, of
    `SchoolInput` where `school` is given, of `CountyInputs` else; empty where the roster or a plan must say it.
    `numbers` are the figures that the sentence about it states.
    """

    kind: TodoKind
    entry: str = ""
    line: LineCode | None = None
    indicator: int | None = None
    school: School | None = None
    single: bool = False
    numbers: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[Stage, str] | None:
        """(stage, code) of the school."""
        return None if self.school is None else self.school.key


def todo(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    *,
    inputs: CountyInputs,
    requests: Sequence[Request],
    lines: Sequence[BudgetLine],
    kpis: Sequence[Indicator],
    options: EntitlementOptions,
) -> tuple[Todo, ...]:
    """Return everything that an application still lacks.

    Parameters
    ----------
    schools, entitlements : sequences
        All rows of the county and what the rules give them, in the same order.
    inputs : CountyInputs
        What was entered.
    requests : sequence of Request
        What schools ask for, entered ones merged in.
    lines : sequence of BudgetLine
        The eleven lines.
    kpis : sequence of Indicator
        The eight indicators.
    options : EntitlementOptions
        Prices and readings, the county's own prices put in.

    Returns
    -------
    tuple of Todo
        What contradicts itself or lacks a reason first, then what is open.
    """
    return (
        *_reasons(lines),
        *_school_reasons(schools, entitlements, requests, options),
        *_contradictions(entitlements, inputs, requests, lines, options),
        *_open_lines(entitlements, inputs, lines),
        *_already(lines),
        *_words(inputs, lines),
        *_indicators(kpis),
        *_roster(entitlements),
    )


def _reasons(lines: Sequence[BudgetLine]) -> Iterator[Todo]:
    for line in lines:
        if line.reason_missing and line.requested is not None and line.estimated is not None:
            numbers = (line.estimated, line.requested, line.requested - line.estimated)
            yield Todo(kind="reason", entry="reason", line=line.code, numbers=numbers)


def _school_reasons(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    requests: Sequence[Request],
    options: EntitlementOptions,
) -> Iterator[Todo]:
    known = by_key(requests)
    for school, given in zip(schools, entitlements, strict=True):
        request = known.get(given.key)
        if given.funded and not meets_principle(request, given, options) and not (request and request.reason):
            teacher, student, _ = asked(given, request)
            numbers = (given.n_teacher_devices, teacher, given.n_student_devices, student)
            yield Todo(kind="school_reason", entry="reason", school=school, numbers=numbers)


def _contradictions(
    entitlements: Sequence[Entitlement],
    inputs: CountyInputs,
    requests: Sequence[Request],
    lines: Sequence[BudgetLine],
    options: EntitlementOptions,
) -> Iterator[Todo]:
    sums = line_sums(inputs, entitlements, requests)
    for code in _DEVICE_LINES:
        entered = inputs.line(code).requested
        if entered is not None and code in sums and entered != sums[code]:
            yield Todo(kind="sum", entry="requested", line=code, numbers=(sums[code], entered))
    count = mdm_count(inputs, entitlements)
    if inputs.n_without_mdm is not None and count.complete and count.n_devices != inputs.n_without_mdm:
        numbers = (count.n_devices, inputs.n_without_mdm)
        yield Todo(kind="mdm_sum", entry="n_without_mdm", line=4, single=True, numbers=numbers)
    moved = transfer(lines, options)
    if moved is not None and moved.excess_ntd > 0:
        numbers = (abs(moved.moved_ntd), moved.excess_ntd)
        yield Todo(kind="transfer", entry="requested", line=8, numbers=numbers)


def _open_lines(
    entitlements: Sequence[Entitlement], inputs: CountyInputs, lines: Sequence[BudgetLine]
) -> Iterator[Todo]:
    count = mdm_count(inputs, entitlements)
    for line in lines:
        if line.requested is None and line.code in LINE_FIELDS:
            kind: TodoKind = "mdm" if line.code == 4 else "line"
            field = LINE_FIELDS[line.code]
            if line.code == 10 and inputs.substitute_elementary_periods is not None:
                field = "substitute_junior_periods"
            numbers = (count.n_answered, count.n_schools) if kind == "mdm" else ()
            yield Todo(kind=kind, entry=field, line=line.code, single=True, numbers=numbers)
            continue
        if line.requested is not None and line.computed is None and line.code in _BY_LETTER:
            yield Todo(
                kind="letter", entry=LINE_FIELDS[line.code], line=line.code, single=True, numbers=(line.requested,)
            )
        if line.total_ntd is None and line.requested is not None:
            single = line.code == 5
            field = "ap_price_ntd" if single else "amount_ntd"
            yield Todo(kind="amount", entry=field, line=line.code, single=single, numbers=(line.requested,))


def _already(lines: Sequence[BudgetLine]) -> Iterator[Todo]:
    blank = [line.code for line in lines if line.already is None]
    for code in _DEVICE_LINES:
        if code in blank:
            yield Todo(kind="already", entry="already", line=code)
    rest = [code for code in blank if code not in _DEVICE_LINES]
    if rest:
        yield Todo(kind="already_rest", entry="already", line=rest[0], numbers=tuple(rest))


def _words(inputs: CountyInputs, lines: Sequence[BudgetLine]) -> Iterator[Todo]:
    other = lines[-1]
    if other.requested and not inputs.line(other.code).note:
        yield Todo(kind="other", entry="note", line=other.code, numbers=(other.requested,))
    for line in lines:
        if tender_missing(line):
            yield Todo(kind="tender", entry="tender", line=line.code)


def tender_missing(line: BudgetLine) -> bool:
    """Return whether a line buys things and nobody said yet what is put out to tender (須發包項目說明)."""
    return line.code in _TENDERED and not line.tender and bool(line.requested)


def _indicators(kpis: Sequence[Indicator]) -> Iterator[Todo]:
    for kpi in kpis:
        if kpi.value is None and kpi.code in _INDICATOR_FIELDS:
            yield Todo(kind="indicator", entry=_INDICATOR_FIELDS[kpi.code], indicator=kpi.code, single=True)
        elif kpi.code == 7 and not kpi.parts:
            yield Todo(kind="wireless", indicator=7)


def _roster(entitlements: Sequence[Entitlement]) -> Iterator[Todo]:
    funded = [e for e in entitlements if e.funded]
    largest = sum({"max_class_estimated", "max_class_unknown"} & set(e.flags) != set() for e in funded)
    teachers = sum({"teachers_estimated", "teachers_unknown", "teachers_zero"} & set(e.flags) != set() for e in funded)
    if largest:
        yield Todo(kind="max_class", numbers=(largest,))
    if teachers:
        yield Todo(kind="teachers", numbers=(teachers,))
