"""Rosters, told by their columns: the Annex's school list, the ministry's school data, joined tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.errors import Fault, RosterError
from wifiplan.files.roster_columns import Header, find_header
from wifiplan.files.roster_join import Areas, read_areas
from wifiplan.files.roster_lines import Reading, Said
from wifiplan.files.roster_names import TITLES
from wifiplan.files.roster_notes import roster_notes
from wifiplan.files.roster_rows import read_rows
from wifiplan.files.tables import Table, bad_cell_faults, read_table
from wifiplan.scheme.roster import Roster
from wifiplan.scheme.school import STAGE_WORDS, School, Stage

__all__ = ["read_roster", "read_rosters"]

_REMEDY = "correct what is named and read the file again"
_WANTED = ("code", "n_classes", "n_students")
_MOST_FAULTS = 300


def read_roster(path: Path, *, join: Path | None = None, school_year: int | None = None) -> Roster:
    """Read one roster file.

    Parameters
    ----------
    path : Path
        CSV (UTF-8 or CP950), .xlsx, .xls or .ods: the Annex's school list (附錄), the ministry's school data
        (basec, basej) of any year, or a table that joins them.
    join : Path, optional
        Table with 學校代碼, perhaps 學制, and 地區屬性, for a roster without 地區屬性.
    school_year : int, optional
        ROC school year to keep from a file of several; the newest by default.

    Returns
    -------
    Roster
        Schools in the file's order; its notes say what was repaired, skipped and assumed.

    Raises
    ------
    RosterError
        All faults of the file at once, with row and column; one message for a file that is no roster.
    """
    return read_rosters((path,), join=join, school_year=school_year)


def read_rosters(paths: Sequence[Path], *, join: Path | None = None, school_year: int | None = None) -> Roster:
    """Read several files as one roster, for instance basec and basej; errors as for `read_roster`."""
    areas = read_areas(join) if join is not None else None
    parts = [_read_file(path, school_year=school_year, joined=areas is not None) for path in paths]
    roster = Roster(
        schools=tuple(school for part in parts for school in part.schools),
        notes=tuple(note for part in parts for note in part.notes),
        notes_zh=tuple(note for part in parts for note in part.notes_zh),
        source=", ".join(path.name for path in paths),
        school_year=_common({part.school_year for part in parts}),
        requests=tuple(request for part in parts for request in part.requests),
    )
    faults = _duplicates([(path.name, part) for path, part in zip(paths, parts, strict=True)])
    if faults:
        raise RosterError("schools stand in the roster twice", remedy=_REMEDY, where=roster.source, faults=faults)
    return roster if areas is None else _with_areas(roster, areas)


def _read_file(path: Path, *, school_year: int | None, joined: bool) -> Roster:
    table = read_table(path, wanted=_is_roster)
    rows = table.rows()
    header = _header(table, rows)
    missing = _missing(header, path)
    # The rows are read although a column is missing: one message lists everything that is wrong.
    reading = read_rows(rows, header, header.stage or _stage_of(path))
    schools, notes = _one_year(reading.schools, school_year)
    faults = _faults(table, replace(reading, schools=schools), missing)
    if faults:
        raise _fault_error(faults, path.name)
    if not schools:
        raise RosterError("the roster has no schools", remedy="add a row for each school", where=path.name)
    keys = {school.key for school in schools}
    said = (*notes, *roster_notes(table, reading, schools, joined=joined))
    return Roster(
        schools=tuple(schools),
        notes=tuple(f"{path.name}: {note}" for note, _ in said),
        notes_zh=tuple(f"{path.name}：{note}" for _, note in said),
        source=path.name,
        school_year=_common({school.school_year for school in schools}),
        requests=tuple(request for request in reading.requests if request.key in keys),
    )


def _is_roster(rows: list[list[str]]) -> bool:
    header = find_header(rows, _WANTED)
    if header is None:
        return False
    students = header.has("n_students") or header.students_by_grade or header.has("grade_students")
    return header.has("code") and (bool(students) or header.has("n_boys") or header.has("ownership"))


def _header(table: Table, rows: list[list[str]]) -> Header:
    header = find_header(rows, (*_WANTED, "name"))
    if header is None:
        raise RosterError(
            "no header row was found; a roster has at least 學校代碼, 縣市別, 學校全銜, 班級數 and 學生數",
            remedy="use the Annex's school list or the ministry's basec/basej file; if Chinese looks garbled in "
            "it, save it as CSV UTF-8",
            where=table.path.name,
        )
    return header


def _missing(header: Header, path: Path) -> list[str]:
    """Return the columns that a roster must have and this one has not; nothing but names is another file."""
    missing = [column for column in ("code", "county", "name") if not header.has(column)]
    if not (header.has("n_classes") or header.classes_by_grade or header.has("grade_classes")):
        missing.append("n_classes")
    both = header.has("n_boys") and header.has("n_girls")
    if not (header.has("n_students") or header.students_by_grade or header.has("grade_students") or both):
        missing.append("n_students")
    if {"n_classes", "n_students"} <= set(missing):
        raise RosterError(
            "a table without 班級數 and 學生數: nothing can be computed from it",
            remedy="use the ministry's basec/basej file; a table with 學校代碼 and 地區屬性 may be given as --join",
            where=path.name,
        )
    return missing


def _faults(table: Table, reading: Reading, missing: list[str]) -> list[Fault]:
    """Return all faults of a file in the order of its rows."""
    header = reading.header
    absent = {TITLES[column] for column in missing}
    found = [
        Fault(where=f"row {header.row + 1} (header)", problem=f"column {TITLES[column]} is missing")
        for column in missing
    ]
    # A header cell that cannot be decoded matters where a column is missed: it may be that one.
    found += bad_cell_faults(table, list(header.names), -1 if missing else header.row)
    found += [fault for fault in reading.faults if fault.where.rpartition("column ")[2] not in absent]
    found += _duplicates([("", Roster(schools=tuple(reading.schools)))])
    found.sort(key=lambda fault: _place(fault, header))
    return found


def _fault_error(faults: list[Fault], where: str) -> RosterError:
    word = "fault" if len(faults) == 1 else "faults"
    shown = faults[:_MOST_FAULTS]
    if len(faults) > len(shown):
        shown.append(Fault(where="", problem=f"... and {len(faults) - len(shown):,} more faults"))
    return RosterError(f"{len(faults):,} {word} in the roster", remedy=_REMEDY, where=where, faults=shown)


def _place(fault: Fault, header: Header) -> tuple[int, int]:
    """Return row and column of a fault, so that a message lists them as the eye goes over the table."""
    row, _, column = fault.where.removeprefix("row ").partition(", column ")
    digits = row.partition(" ")[0]
    known = header.names.index(column) if column in header.names else -1
    return (int(digits) if digits.isdigit() else 0), known


def _stage_of(path: Path) -> Stage | None:
    name = path.stem.lower()
    if any(word in name for word in ("basej", "j1", "國中")):
        return "junior"
    if any(word in name for word in ("basec", "e1", "國小")):
        return "elementary"
    return None


def _common(years: set[int | None]) -> int | None:
    return years.pop() if len(years) == 1 else None


def _one_year(schools: list[School], wanted: int | None) -> tuple[list[School], list[Said]]:
    years = Counter(school.school_year for school in schools if school.school_year is not None)
    if len(years) < 2 and (wanted is None or wanted in years or not years):
        return schools, []
    keep = max(years) if wanted is None else wanted
    if keep not in years:
        raise RosterError(
            f"the file has no school year {keep}",
            remedy=f"choose one of {', '.join(map(str, sorted(years)))}",
            where="school year",
        )
    kept = [school for school in schools if school.school_year == keep]
    span = f"{min(years)} to {max(years)}"
    en = f"school years {span} are in the file; {keep} is read ({len(kept):,} rows)"
    zh = f"檔案裡有 {min(years)} 到 {max(years)} 學年度；讀取 {keep} 學年度（{len(kept):,} 列）"
    return kept, [(en, zh)]


def _duplicates(parts: list[tuple[str, Roster]]) -> list[Fault]:
    first: dict[tuple[str, str], str] = {}
    faults: list[Fault] = []
    for name, part in parts:
        for school in part.schools:
            place = f"{name} row {school.row}".strip()
            seen = first.setdefault(school.key, place)
            if seen != place and school.code:
                stage = STAGE_WORDS[school.stage][0]
                faults.append(
                    Fault(
                        where=f"{place}, column 學校代碼",
                        problem=f"{stage} {school.code} {school.name} already stands on {seen}",
                        remedy="keep one of the rows",
                    )
                )
    return faults


def _with_areas(roster: Roster, areas: Areas) -> Roster:
    schools = tuple(areas.applied(school) for school in roster.schools)
    n_found = sum(areas.knows(school) for school in schools)
    n_remote = sum(school.remote for school in schools)
    note = (
        f"地區屬性 from {areas.source}: {n_found:,} of {len(schools):,} schools found there, {n_remote:,} are "
        "remote; the others keep what the roster says, or count as non-remote"
    )
    zh = (
        f"地區屬性取自 {areas.source}：{len(schools):,} 校中找到 {n_found:,} 校，偏遠 {n_remote:,} 校；"
        "其餘依名冊所載，名冊未載者以非偏遠計"
    )
    return replace(roster, schools=schools, notes=(*roster.notes, note), notes_zh=(*roster.notes_zh, zh))
