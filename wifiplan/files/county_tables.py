"""The county's answers as tables for Excel, pandas and DuckDB: schools, rooms and access points, as CSV and Parquet."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.files.county import write_schools_csv
from wifiplan.files.county_parquet import has_parquet, write_parquet
from wifiplan.files.output import atomic_path, csv_cell
from wifiplan.files.plan_lists import AP_COLUMNS, ROOM_COLUMNS
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome

SCHOOL_KEYS = ("stage", "code", "county", "town", "school", "evidence", "counted")
"""What stands before a school's own columns in the county's lists; `school` is its name, as rooms have a `name`."""

COUNTY_ROOM_COLUMNS = (*SCHOOL_KEYS, *ROOM_COLUMNS)
COUNTY_AP_COLUMNS = (*SCHOOL_KEYS, *AP_COLUMNS)

TABLES: Mapping[str, tuple[str, ...]] = {"rooms": COUNTY_ROOM_COLUMNS, "aps": COUNTY_AP_COLUMNS}
"""The county's lists, each of the files of the same name in the folders of its schools."""

TABLE_FILES = (
    "schools.csv",
    *(f"{name}.csv" for name in TABLES),
    *(f"{name}.parquet" for name in ("schools", *TABLES)),
)

_NO_PARQUET = {
    "zh-TW": "註：未安裝 pyarrow，只寫 CSV；要 Parquet 請安裝 wifiplan[parquet]",
    "en": 'note: pyarrow is not installed: CSV only; for Parquet install it (pip install "wifiplan[parquet]")',
}
_LACKING = {
    "zh-TW": "註：{table}.csv 缺 {n} 校（如 {first}）：該校的 {table}.csv 不在或無法讀取；請刪除該校資料夾後重新執行",
    "en": "note: {table}.csv lacks {n} schools ({first} …): theirs is not there or cannot be read; take the folder "
    "of the school away and run again",
}
_ODD = {
    "zh-TW": "註：未寫 {table}.parquet：{table}.csv 有不合型別的值（{why}）",
    "en": "note: {table}.parquet was not written: {table}.csv holds what is no number ({why})",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The list of one school, and which of its lines count for this row of the roster."""

    outcome: SchoolOutcome
    path: Path
    own: frozenset[str] | None


def write_county_tables(folder: Path, plan: CountyPlan, lang: str) -> tuple[str, ...]:
    """Write schools, rooms and access points of a county as CSV, and as Parquet where pyarrow is installed.

    Rooms and access points are read from the folders of the schools, one school at a time, so that a nation takes no
    more memory than its largest school. Same run, same bytes.

    Parameters
    ----------
    folder : Path
        The county's folder, with `schools/STAGE-CODE/` of every school that was planned.
    plan : CountyPlan
        The county's answer.
    lang : str
        Language of the notes.

    Returns
    -------
    tuple of str
        Notes: schools whose lists are missing, Parquet that was not written.

    Raises
    ------
    OutputError
        A file cannot be written.

    Notes
    -----
    Rows that share a building (國中小) share a plan, and the rooms and access points of it are listed for each of them.
    `counted` is true once for every room, at the row whose stage it has (as schools.csv counts them), and once for
    every access point, at the first row.
    """
    write_schools_csv(folder / "schools.csv", plan)
    notes = [note for table in TABLES if (note := _write_list(folder, plan, table, lang))]
    if not has_parquet():
        for name in ("schools", *TABLES):
            # one of an earlier run would contradict the lists beside it
            (folder / f"{name}.parquet").unlink(missing_ok=True)
        return (*notes, _NO_PARQUET[lang])
    for name in ("schools", *TABLES):
        odd = write_parquet(folder / f"{name}.csv", folder / f"{name}.parquet")
        if odd is not None:
            notes.append(_ODD[lang].format(table=name, why=odd))
    return tuple(notes)


def _write_list(folder: Path, plan: CountyPlan, table: str, lang: str) -> str | None:
    """Write one list of the county; return a note where the lists of schools are missing."""
    lacking: list[str] = []
    with atomic_path(folder / f"{table}.csv") as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(TABLES[table])
        for part in _parts(folder / "schools", plan, table):
            try:
                # a school's list is whole or not there at all
                writer.writerows(list(_lines(part, table)))
            except (OSError, UnicodeDecodeError, csv.Error, KeyError):
                lacking.append(part.path.parent.name)
    return _LACKING[lang].format(table=table, n=len(lacking), first=lacking[0]) if lacking else None


def _parts(schools: Path, plan: CountyPlan, table: str) -> Iterator[_Part]:
    shared = {outcome.planned_with for outcome in plan.outcomes} - {None}
    for outcome in plan.outcomes:
        if outcome.failure is not None:
            continue
        name = f"{outcome.school.stage}-{outcome.school.code}"
        is_shared = name in shared or outcome.planned_with is not None
        own = _own(schools / name, outcome, table) if is_shared else None
        yield _Part(outcome=outcome, path=schools / name / f"{table}.csv", own=own)


def _own(folder: Path, outcome: SchoolOutcome, table: str) -> frozenset[str] | None:
    """Return the rooms that a row of a shared building counts; None: all of the list; access points are the first's."""
    if table != "rooms":
        return None if outcome.planned_with is None else frozenset()
    try:
        site = json.loads((folder / "plan.json").read_bytes())["site"]
        first = site["school"]["stage"]
        stages = {first, *(ref["stage"] for ref in site.get("also_serves", ()))}
        rooms = [room for floor in site["floors"] for room in floor["rooms"]]
        stage_of = {room["id"]: room.get("stage") if room.get("stage") in stages else first for room in rooms}
    except (OSError, ValueError, KeyError, TypeError):
        return None if outcome.planned_with is None else frozenset()
    return frozenset(room for room, stage in stage_of.items() if stage == outcome.school.stage)


def _lines(part: _Part, table: str) -> Iterator[Sequence[str]]:
    """Yield the lines of a school's list with the school before them; its cells are as its own file has them."""
    school = part.outcome.school
    head = [school.stage, school.code, school.county, school.town, school.name, part.outcome.evidence or ""]
    known = [csv_cell(value) for value in head]
    key, columns = ("room_id", ROOM_COLUMNS) if table == "rooms" else ("ap_id", AP_COLUMNS)
    with part.path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file, strict=True)
        if key not in (lines.fieldnames or ()):
            raise KeyError(key)
        for row in lines:
            counts = part.own is None or row[key] in part.own
            yield [*known, csv_cell(counts), *(row.get(column) or "" for column in columns)]
