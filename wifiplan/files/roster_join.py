"""Tables beside a roster: 地區屬性 by school code, and the national count of computers."""

from dataclasses import dataclass, replace
from pathlib import Path

from wifiplan.errors import Fault, RosterError
from wifiplan.files import roster_cells as cells
from wifiplan.files.roster_columns import find_header
from wifiplan.files.roster_lines import Line, Reading
from wifiplan.files.roster_names import TITLES
from wifiplan.files.tables import bad_cell_faults, read_table
from wifiplan.scheme.school import DeviceCount, School

_ANY_STAGE = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Areas:
    """地區屬性 by (stage, code); the stage is empty where the table does not give it."""

    source: str
    by_key: dict[tuple[str, str], str]

    def of(self, school: School) -> str | None:
        """Return 地區屬性 of a school, None if the table does not know it."""
        return self.by_key.get((school.stage, school.code), self.by_key.get((_ANY_STAGE, school.code)))

    def knows(self, school: School) -> bool:
        """Return whether the table has the school."""
        return self.of(school) is not None

    def applied(self, school: School) -> School:
        """Return the school with the table's 地區屬性; what the roster itself says stays."""
        area = self.of(school)
        if area is None or school.area:
            return school
        return replace(school, area=area, remote=cells.remote(area))


def read_areas(path: Path) -> Areas:
    """Read a joining table: any table with 學校代碼, perhaps 學制, and 地區屬性.

    Raises
    ------
    RosterError
        If a column is missing, or cells cannot be read; all faults at once.
    """
    table = read_table(path)
    rows = table.rows()
    header = find_header(rows, ("code",), minimum=2)
    if header is None or not header.has("area"):
        raise RosterError(
            "a joining table needs the columns 學校代碼 and 地區屬性",
            remedy="add them, or leave --join out",
            where=path.name,
        )
    reading = Reading(header=header, stage=None)
    found: dict[tuple[str, str], str] = {}
    for place in range(header.row + 1, len(rows)):
        line = Line(reading, place + 1, rows[place])
        if not line.raw("code").strip():
            continue
        code, _ = line.read("code", cells.school_code, ("", False))
        stage = line.read("stage", cells.stage, "elementary") if line.raw("stage").strip() else _ANY_STAGE
        line.read("area", cells.remote, default=False)
        found[stage, code] = cells.label(line.raw("area"))
    _raise(path, bad_cell_faults(table, list(header.names), header.row) + reading.faults)
    return Areas(source=path.name, by_key=found)


def read_device_counts(path: Path) -> tuple[DeviceCount, ...]:
    """Read the national count of computers with internet access (縣市, 鄉鎮市區, 學校名稱, 教學電腦數).

    Returns
    -------
    tuple of DeviceCount
        One a row; the file gives no school codes.

    Raises
    ------
    RosterError
        If a column is missing, or cells cannot be read; all faults at once.
    """
    table = read_table(path)
    rows = table.rows()
    header = find_header(rows, ("n_computers",))
    needed = ("county", "name", "n_computers")
    missing = needed if header is None else tuple(c for c in needed if not header.has(c))
    if header is None or missing:
        raise RosterError(
            f"no column {', '.join(TITLES[column] for column in missing)}",
            remedy="use the ministry's table of computers with internet access",
            where=path.name,
        )
    reading = Reading(header=header, stage=None)
    counts: list[DeviceCount] = []
    for place in range(header.row + 1, len(rows)):
        line = Line(reading, place + 1, rows[place])
        if any(cell.strip() for cell in line.cells):
            counts.append(
                DeviceCount(
                    county=line.read("county", cells.county, ""),
                    town=cells.label(line.raw("town")),
                    name=cells.label(line.raw("name")),
                    n_devices=line.whole("n_computers") or 0,
                    row=line.row,
                )
            )
    _raise(path, bad_cell_faults(table, list(header.names), header.row) + reading.faults)
    return tuple(counts)


def _raise(path: Path, faults: list[Fault]) -> None:
    if faults:
        raise RosterError(
            f"{len(faults)} fault{'s' if len(faults) > 1 else ''} in the table",
            remedy="correct the cells named and read the file again",
            where=path.name,
            faults=faults,
        )
