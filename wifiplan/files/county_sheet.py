"""The sheet 縣市填報: the eleven lines of the application and single values of a county."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wifiplan.errors import Fault
from wifiplan.files import county_names as names
from wifiplan.files.entry_tables import EntryTable, Grid, find_header
from wifiplan.scheme.budget import NAMES
from wifiplan.scheme.inputs import LINE_CODES, CountyInputs, LineCode, LineInput

_LINES_BY_NAME: Mapping[str, LineCode] = {
    names.normal(title): code for code in LINE_CODES for title in (NAMES[code][0], NAMES[code][1])
}
_BLANK = "see the blank workbook that `wifiplan form --county` writes"


def read_county_sheet(sheet: str, grid: Grid, faults: list[Fault]) -> tuple[CountyInputs, str]:
    """Return the entries of the sheet and the county's name that stands there; faults are added to `faults`.

    The two tables of the sheet may stand in either order, their columns and rows in any.
    """
    lines = find_header(grid, names.LINE_KEYS, names.LINE_COLUMNS, 5)
    values = find_header(grid, names.VALUE_KEYS, (names.VALUE_COLUMN,), 2)
    for place, what in ((lines, "申請補助數, 差異說明 … (the eleven lines)"), (values, "代號, 項目, 填報值")):
        if place is None:
            faults.append(
                Fault(
                    where=sheet,
                    problem=f"there is no header row with {what}",
                    remedy="put the header row back as the blank workbook (wifiplan form --county) has it",
                    zh=(
                        f"找不到標題列：{what.replace(' (the eleven lines)', '（十一列的表）')}",
                        "請照空白表（wifiplan form --county）補回標題列",
                    ),
                )
            )
    found: dict[str, Any] = {}
    if values is not None:
        end = len(grid) if lines is None or lines < values else lines
        found = _values(EntryTable(sheet, grid, values, end, names.VALUE_KEYS, (names.VALUE_COLUMN,), faults))
    county = str(found.pop("county", ""))
    if lines is not None:
        end = len(grid) if values is None or values < lines else values
        found["lines"] = _lines(EntryTable(sheet, grid, lines, end, names.LINE_KEYS, names.LINE_COLUMNS, faults))
    return replace(CountyInputs(), **found), county


def _lines(table: EntryTable) -> tuple[tuple[LineCode, LineInput], ...]:
    found: dict[LineCode, LineInput] = {}
    first: dict[LineCode, int] = {}
    for row in table.rows():
        if not table.filled(row) or table.is_remark(row):
            continue
        code = _line_code(table, row)
        if code is None:
            text = table.key(row, "code") or table.key(row, "name")
            problem = f"'{text[:24]}' is no line of the budget table" if text else "entries on a row without a line"
            zh = (
                f"「{text[:24]}」不是規劃項目" if text else "這一列有填報，卻看不出是第幾項",
                "項目是 1 到 11，請填在該列",
            )
            table.fault(row, table.columns.get("code"), problem, "lines are 1 to 11; put entries on their rows", zh)
        elif code in first:
            problem = f"line {code} already stands on row {first[code] + 1}"
            zh = (f"第 {code} 項在第 {first[code] + 1} 列已經有了", "只留一列")
            table.fault(row, None, problem, "keep one of the rows", zh)
        else:
            first[code] = row
            given: dict[str, Any] = table.entries(row)
            found[code] = replace(LineInput(), **given)
            _check_parts(table, row, found[code])
    return tuple(sorted(found.items()))


def _line_code(table: EntryTable, row: int) -> LineCode | None:
    number = table.key(row, "code").removesuffix(".")
    by_name = _LINES_BY_NAME.get(names.normal(table.key(row, "name")))
    by_code = next((code for code in LINE_CODES if str(code) == number), None)
    if by_code is not None and by_name is not None and by_code != by_name:
        problem = f"the row says line {by_code}, but its item is that of line {by_name}"
        zh = (f"序是 {by_code}，規劃項目卻是第 {by_name} 項的", "請讓序與規劃項目一致")
        table.fault(row, table.columns.get("code"), problem, "put number and item of one line together", zh)
        return by_code
    return by_name if by_code is None and not number else by_code


def _check_parts(table: EntryTable, row: int, given: LineInput) -> None:
    amount, current = given.amount_ntd, given.current_ntd
    if amount is not None and current is not None and current > amount:
        place = table.entry_columns.get("current_ntd")
        problem = f"{current:,} is above the whole amount of {amount:,}"
        zh = (f"經常門 {current:,} 元比經費 {amount:,} 元還多", "經常門是經費的一部分，請核對")
        table.fault(row, place, problem, "current money (經常門) is a part of the amount", zh)


def _values(table: EntryTable) -> dict[str, Any]:
    known = (names.COUNTY_VALUE, *names.VALUES)
    first: dict[str, int] = {}
    found: dict[str, Any] = {}
    for row in table.rows():
        if not table.filled(row) or table.is_remark(row):
            continue
        name = _value_name(table, row, known)
        column = table.entry_columns.get("value")
        if name is None or column is None:
            text = table.key(row, "code") or table.key(row, "name")
            zh = (f"沒有代號「{text[:24]}」這一項", "請對照 wifiplan form --county 寫出的空白表")
            table.fault(row, table.columns.get("code"), f"no value has the code '{text[:24]}'", _BLANK, zh)
        elif name.field in first:
            problem = f"{name.code} already stands on row {first[name.field] + 1}"
            zh = (f"{name.code} 在第 {first[name.field] + 1} 列已經有了", "只留一列")
            table.fault(row, None, problem, "keep one of the rows", zh)
        else:
            first[name.field] = row
            value = table.value(row, column, name)
            if value is not None:
                found[name.field] = value
    _check_aps(table, first, found)
    return found


def _value_name(table: EntryTable, row: int, known: Sequence[names.Name]) -> names.Name | None:
    code, title = table.key(row, "code").upper(), names.normal(table.key(row, "name"))
    by_code = next((name for name in known if name.code == code), None)
    by_title = next((n for n in known if title and title in (names.normal(n.zh), names.normal(n.en))), None)
    if by_code is not None and by_title is not None and by_code != by_title:
        problem = f"the row says {by_code.code}, but its item is that of {by_title.code}"
        zh = (f"代號是 {by_code.code}，項目卻是 {by_title.code} 的", "請讓代號與項目一致")
        table.fault(row, table.columns.get("code"), problem, "put code and item of one value together", zh)
    return by_title if not code else by_code


def _check_aps(table: EntryTable, rows: Mapping[str, int], found: Mapping[str, Any]) -> None:
    n, price, budget = found.get("n_aps"), found.get("ap_price_ntd"), found.get("ap_budget_ntd")
    if n is not None and price is not None and budget is not None and n * price > budget:
        problem = f"{n:,} access points at NTD {price:,} cost {n * price:,}, more than the AP money of {budget:,}"
        remedy = "leave one of AP總數, AP單價 and AP經費 empty, or correct it"
        zh = (
            f"{n:,} 臺 AP、每臺 {price:,} 元，共 {n * price:,} 元，比 AP經費 {budget:,} 元還多",
            "AP總數、AP單價、AP經費三者留空一個，或更正",
        )
        table.fault(rows["ap_budget_ntd"], table.entry_columns.get("value"), problem, remedy, zh)
