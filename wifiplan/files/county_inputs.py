"""What a county fills in (county.xlsx): its eleven lines, single values and schools; all faults at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from wifiplan.errors import Fault, RosterError
from wifiplan.files import county_names as names
from wifiplan.files.county_changes import changes, written, written_for
from wifiplan.files.county_schools import KnownSchools, read_schools_sheet
from wifiplan.files.county_sheet import read_county_sheet
from wifiplan.files.county_takeover import Taken, take_over
from wifiplan.files.entry_tables import Grid, find_header
from wifiplan.files.formula_cells import mark_unread
from wifiplan.files.notes import Note
from wifiplan.files.tables import read_workbook
from wifiplan.scheme.inputs import CountyInputs
from wifiplan.scheme.roster import normal_county
from wifiplan.scheme.school import School, Stage

_ENTERED: tuple[names.SheetKey, ...] = ("county", "schools")
_MOST_FAULTS = 300
_REMEDY = "correct the cells that are named, save the file and run again; nothing was written"
_REMEDY_ZH = "更正上面列出的儲存格、存檔後再執行一次；這次沒有寫出任何檔案"


@dataclass(slots=True)
class Entered:
    """What the two sheets of entries hold, and every fault in them.

    `county` is the name that stands there, empty where there is none; `sheets` are the names of the sheets found.
    """

    inputs: CountyInputs = field(default_factory=CountyInputs)
    county: str = ""
    faults: list[Fault] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)


def read_entries(
    sheets: Mapping[str, Grid], *, schools: Sequence[School] = (), apart: Collection[tuple[Stage, str]] = ()
) -> Entered:
    """Return what the sheets 縣市填報 and 各校填報 of a workbook say.

    Parameters
    ----------
    sheets : mapping of str to rows of text
        The sheets of a workbook by name.
    schools : sequence of School
        The roster; a school that is not in it is a fault. Without one, no code is checked.
    apart : collection of (stage, code)
        Schools that ask for nothing (國立).

    Returns
    -------
    Entered
        The entries that can be read, and all faults.
    """
    entered = Entered()
    county = _sheet(sheets, "county")
    if county is not None:
        entered.sheets.append(county)
        entered.inputs, entered.county = read_county_sheet(county, sheets[county], entered.faults)
    listed = _sheet(sheets, "schools")
    if listed is not None:
        entered.sheets.append(listed)
        known = KnownSchools(schools, apart)
        given = read_schools_sheet(listed, sheets[listed], entered.faults, known)
        entered.inputs = replace(entered.inputs, schools=given)
    return entered


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyFile:
    """A workbook of entries as it was read.

    `taken` are answers of an earlier run that were typed over and count as entries; `others` are places that were
    changed by hand and that no entry holds; `written` says that the workbook tells what an earlier run wrote.
    """

    inputs: CountyInputs
    taken: tuple[Taken, ...] = ()
    others: tuple[Note, ...] = ()
    written: bool = False


def read_county_inputs(
    path: Path,
    *,
    county: str = "",
    schools: Sequence[School] = (),
    apart: Collection[tuple[Stage, str]] = (),
) -> CountyFile:
    """Read what a county filled in: the blank workbook's two sheets, or those of an earlier run's county.xlsx.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm, .xls or .ods file.
    county : str
        The roster's county; entries of another one are refused.
    schools : sequence of School
        The roster; entries for other schools are faults.
    apart : collection of (stage, code)
        Schools that ask for nothing (國立).

    Returns
    -------
    CountyFile
        The entries, answers that were typed over among them.

    Raises
    ------
    RosterError
        The file is damaged or holds no entries; or all faults at once, by sheet and cell.
    """
    sheets = workbook_of_entries(path)
    entered = read_entries(sheets, schools=schools, apart=apart)
    entered.county = entered.county or written_for(sheets)
    faults = [fault] if (fault := county_fault(entered, county)) is not None else []
    if faults:  # the schools of another county would be faults, every one of them
        refuse(faults, path.name)
    before = written(sheets)
    answer = CountyFile(inputs=entered.inputs)
    if before is not None:
        found = changes(sheets, before)
        inputs, taken = take_over(entered.inputs, read_entries(before).inputs, found.typed, entered.faults)
        answer = CountyFile(inputs=inputs, taken=taken, others=found.others, written=True)
    refuse(entered.faults, path.name)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAnswer:
    """An earlier run's county.xlsx: its county, the entries on it, and which of its answers people changed since.

    `entries_changed` says that they changed entries, too.
    `written` says that the workbook tells what that run wrote; without that, whatever stands in it may be somebody's.
    `has_entries` says that it has one of the two sheets that are filled in.
    """

    county: str
    inputs: CountyInputs
    changed: tuple[Note, ...] = ()
    entries_changed: bool = False
    written: bool = False
    has_entries: bool = False


def read_earlier_answer(path: Path) -> EarlierAnswer:
    """Return what people wrote into an earlier run's workbook; faulty entries are left to `read_county_inputs`.

    Raises
    ------
    RosterError
        The file is damaged.
    """
    try:
        sheets = read_workbook(path)
    except RosterError as error:
        raise RosterError(
            f"{error.problem}: it may hold entries, so it is not overwritten",
            remedy="mend the file, or move it away; or choose another folder with --out",
            where=str(path),
            zh=("檔案打不開；裡面可能有填報內容，因此不覆寫", "請修復或移走這個檔案，或用 --out 指定別的資料夾"),
        ) from error
    entered, before = read_entries(sheets), written(sheets)
    county = entered.county or written_for(sheets)
    if before is None:
        return EarlierAnswer(county=county, inputs=entered.inputs, has_entries=bool(entered.sheets))
    found = changes(sheets, before)
    return EarlierAnswer(
        county=county,
        inputs=entered.inputs,
        changed=(*(Note(typed.cell, typed.cell) for typed in found.typed), *found.others),
        entries_changed=entered.inputs != read_entries(before).inputs,
        written=True,
        has_entries=bool(entered.sheets),
    )


def county_fault(entered: Entered, county: str) -> Fault | None:
    """Return a fault if the entries belong to another county than the roster's."""
    if not entered.county or not county or normal_county(entered.county) == normal_county(county):
        return None
    return Fault(
        where=entered.sheets[0] if entered.sheets else "",
        problem=f"the entries are those of {entered.county}, the roster's schools are in {county}",
        remedy="give the file of this county, or another folder for the answers",
        zh=(f"填報的是{entered.county}，名冊裡的學校卻是{county}", "請給這個縣市的檔案，或換一個輸出資料夾"),
    )


def refuse(faults: Sequence[Fault], where: str) -> None:
    """Raise one error with all faults, if there are any.

    Raises
    ------
    RosterError
        All faults at once, by sheet and cell.
    """
    if not faults:
        return
    shown = list(faults[:_MOST_FAULTS])
    if len(faults) > len(shown):
        n_more = len(faults) - len(shown)
        shown.append(Fault(where="", problem=f"... and {n_more:,} more faults", zh=(f"……另有 {n_more:,} 處", "")))
    word = "fault" if len(faults) == 1 else "faults"
    problem, zh = (
        f"{len(faults):,} {word} in the county's entries",
        (f"填報內容有 {len(faults):,} 處要更正", _REMEDY_ZH),
    )
    raise RosterError(problem, remedy=_REMEDY, where=where, faults=shown, zh=zh)


def workbook_of_entries(path: Path) -> dict[str, list[list[str]]]:
    """Return the sheets of a workbook that holds entries.

    Raises
    ------
    RosterError
        The file is no workbook, is damaged, or has neither of the two sheets.
    """
    sheets = read_workbook(path)
    found = [name for key in _ENTERED if (name := _sheet(sheets, key)) is not None]
    if not found:
        zh = "縣市填報 (County entries) nor 各校填報 (School entries)"
        raise RosterError(
            f"the workbook has neither the sheet {zh}",
            remedy="fill in the workbook that `wifiplan form --county` writes, or the county.xlsx of an earlier run",
            zh=(
                "檔案裡沒有「縣市填報」也沒有「各校填報」這兩張工作表",
                "請填 `wifiplan form --county` 寫出的表，或前一次執行的 county.xlsx",
            ),
            where=path.name,
        )
    mark_unread(path, sheets, found)
    return sheets


def _sheet(sheets: Mapping[str, Grid], key: names.SheetKey) -> str | None:
    """Return the sheet of a name, or else the first that has its header."""
    for name in sheets:
        if names.is_sheet(name, key):
            return name
    columns = names.LINE_COLUMNS if key == "county" else names.SCHOOL_COLUMNS
    keys = names.LINE_KEYS if key == "county" else names.SCHOOL_KEYS
    ours = {title for pair in names.SHEETS.values() for title in pair} | {names.MIRROR}
    return next(
        (name for name, grid in sheets.items() if name not in ours and find_header(grid, keys, columns, 7) is not None),
        None,
    )
