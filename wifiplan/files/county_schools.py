"""The sheet 各校填報: what every school asks for and has."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from wifiplan.errors import Fault
from wifiplan.files import county_names as names
from wifiplan.files import roster_cells
from wifiplan.files.cell_text import folded
from wifiplan.files.entry_tables import EntryTable, Grid, find_header
from wifiplan.scheme.inputs import SchoolInput
from wifiplan.scheme.school import STAGE_WORDS, School, Stage


class KnownSchools:
    """The roster's schools: which codes there are, and which ask for nothing."""

    def __init__(self, schools: Sequence[School], apart: Collection[tuple[Stage, str]]) -> None:
        self.checked = bool(schools)
        self.keys = {school.key for school in schools}
        self.apart = frozenset(apart)


def read_schools_sheet(sheet: str, grid: Grid, faults: list[Fault], known: KnownSchools) -> tuple[SchoolInput, ...]:
    """Return what is entered for schools, in the sheet's order; faults are added to `faults`."""
    header = find_header(grid, names.SCHOOL_KEYS, names.SCHOOL_COLUMNS, 4)
    if header is None:
        faults.append(
            Fault(
                where=sheet,
                problem="there is no header row with 學制, 學校代碼, 申請補助學生載具數 …",
                remedy="put the header row back as the blank workbook has it",
                zh=("找不到標題列（學制、學校代碼、申請補助學生載具數…）", "請照空白表補回標題列"),
            )
        )
        return ()
    table = EntryTable(sheet, grid, header, len(grid), names.SCHOOL_KEYS, names.SCHOOL_COLUMNS, faults)
    first: dict[tuple[Stage, str], int] = {}
    found: list[SchoolInput] = []
    for row in table.rows():
        key = None if _is_no_school(table, row) else _school_key(table, row, known)
        if key is None:
            continue
        if key in first:
            problem = f"{STAGE_WORDS[key[0]][0]} {key[1]} already stands on row {first[key] + 1}"
            zh = (f"{STAGE_WORDS[key[0]][0]} {key[1]} 在第 {first[key] + 1} 列已經有了", "只留一列")
            table.fault(row, table.columns.get("code"), problem, "keep one of the rows", zh)
            continue
        first[key] = row
        given: dict[str, Any] = table.entries(row)
        school = replace(SchoolInput(stage=key[0], code=key[1]), **given)
        _check_school(table, row, school, known)
        if not school.is_blank:
            found.append(school)
    return tuple(found)


def _is_no_school(table: EntryTable, row: int) -> bool:
    """Return whether a row is blank, a remark, the Annex's example or a sum."""
    said = {folded(cell) for cell in table.grid[row] if cell.strip()}
    if not said or table.is_remark(row):
        return True
    code = table.key(row, "code")
    example = code == "999999" and bool(said & {"範例", "example"})
    total = not code and bool(said & {"合計", "總計", "小計", "sum", "total"})
    return example or total


def _school_key(table: EntryTable, row: int, known: KnownSchools) -> tuple[Stage, str] | None:
    """Return the school of a row; None where the row names none (a fault if it has entries)."""
    code_text, stage_text = table.key(row, "code"), table.key(row, "stage")
    filled = table.filled(row)
    if not code_text:
        if filled:
            zh = ("這一列有填報，卻沒有學校代碼", "請補上學校代碼")
            table.fault(
                row, table.columns.get("code"), "entries on a row without 學校代碼", "give the school's code", zh
            )
        return None
    try:
        code, _ = roster_cells.school_code(code_text)
    except ValueError as error:
        if filled:
            zh = (f"「{code_text[:24]}」不是學校代碼", "學校代碼是六碼，請用文字格式")
            table.fault(row, table.columns.get("code"), str(error), "codes are text of six characters", zh)
        return None
    stages = [key for key in known.keys if key[1] == code]
    if not stage_text and len(stages) == 1:
        return stages[0]
    try:
        return roster_cells.stage(stage_text), code
    except ValueError as error:
        if filled:
            zh = (f"「{stage_text[:24]}」不是學制" if stage_text else "沒有填學制", "填國小或國中")
            table.fault(row, table.columns.get("stage"), str(error), "write 國小 or 國中", zh)
        return None


def _check_school(table: EntryTable, row: int, school: SchoolInput, known: KnownSchools) -> None:
    asks = {"n_carts": school.n_carts, "n_teacher_devices": school.n_teacher_devices}
    asks["n_student_devices"] = school.n_student_devices
    name = f"{STAGE_WORDS[school.stage][0]} {school.code}"
    if known.checked and school.key not in known.keys:
        if table.filled(row):
            remedy = "correct 學制 or 學校代碼, or take the row's entries away"
            zh = (f"{name} 不在名冊裡", "請更正學制或學校代碼，或清掉這一列的填報")
            table.fault(row, table.columns.get("code"), f"{name} is not in the roster", remedy, zh)
    elif school.key in known.apart:
        for field_name, value in asks.items():
            if value:
                problem = f"{name} is a national school (國立), which stands apart and asks for nothing"
                remedy = "leave the cell empty, or count national schools in ([scheme] include_national = true)"
                zh = (
                    f"{name} 是國立學校，不在縣市申請之列",
                    "請留空；要計入國立學校，請在設定檔 [scheme] 寫 include_national = true",
                )
                table.fault(row, table.entry_columns.get(field_name), problem, remedy, zh)
    existing, without = school.n_existing_devices, school.n_without_mdm
    if existing is not None and without is not None and without > existing:
        problem = f"{without:,} devices without MDM, of {existing:,} existing devices"
        zh = (f"無 MDM 的 {without:,} 臺比既有載具 {existing:,} 臺還多", "無 MDM 數是既有載具數的一部分，請核對")
        remedy = "those without MDM are a part of them"
        table.fault(row, table.entry_columns.get("n_without_mdm"), problem, remedy, zh)
