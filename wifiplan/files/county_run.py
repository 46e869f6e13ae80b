"""A county run's folder, read back: what schools.csv and every school's plan.json say, and what installers ticked."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wifiplan.catalog.brands import brand_verdict
from wifiplan.errors import Fault, SettingsError, SiteError, WifiplanError
from wifiplan.files.as_built_columns import bare
from wifiplan.files.cell_text import DONE, folded
from wifiplan.files.county import COLUMNS
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.notes import Note, not_in_roster
from wifiplan.files.tables import read_table
from wifiplan.study.outcomes import PLAN_EVIDENCE, PlanEvidence
from wifiplan.study.tracking import Installed, Key, Planned, TrackedRoom

_MAX_PLAN_BYTES = 128_000_000
_MAX_TABLE_BYTES = 50_000_000
_NEEDED = ("stage", "code", "n_aps_placed", "n_classrooms", "n_classrooms_served", "evidence", "failure")

DONE_HEADERS = ("完成", "已安裝", "安裝完成", "done", "installed")
"""The column of install.xlsx that an installer ticks; brackets behind the word don't matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRun:
    """What a county run says of the schools asked for, and notes."""

    planned: Mapping[Key, Planned]
    installed: Mapping[Key, Installed]
    version: str = ""
    notes: tuple[Note, ...] = ()


def read_county_run(folder: Path, wanted: Collection[Key]) -> CountyRun:
    """Read the folder that `wifiplan county --out` wrote.

    A plan.json gives what schools.csv has not: the rooms, the inventory, brands and the uplink. A combined school
    (國中小) is found by every roster row that its plan serves, and each row counts its own classrooms.
    `schools/STAGE-CODE/install.xlsx`, where an installer sent one back, gives how many of its rows are ticked
    (`DONE_HEADERS`; a date does too).

    Parameters
    ----------
    folder : Path
        The county run.
    wanted : collection of (stage, code)
        Schools of the roster; others get a note.

    Raises
    ------
    SettingsError
        The folder holds no county run, or its table is damaged.
    SiteError
        Plans or lists of installers are damaged; all at once.
    """
    rows = _rows(folder / "schools.csv")
    faults: list[Fault] = []
    plans = _plans(folder / "schools", faults)
    installed = _installs(folder / "schools", wanted, faults)
    planned: dict[Key, Planned] = {}
    for row in rows:
        key = _key(row)
        if key is not None and key in wanted:
            planned[key] = _planned(row, None if row["failure"] else plans.get(key), key)
    if faults:
        raise SiteError(
            "files of the county run are damaged",
            remedy="run `wifiplan county` again, or take the damaged file away",
            where=str(folder),
            faults=faults,
        )
    strange = [key for row in rows if (key := _key(row)) is not None and key not in wanted]
    notes = tuple(not_in_roster("schools.csv", key) for key in strange)
    return CountyRun(planned=planned, installed=installed, version=_version(folder), notes=notes)


def _rows(path: Path) -> list[dict[str, str]]:
    text = read_text(path, max_bytes=_MAX_TABLE_BYTES, error=SettingsError)
    remedy = "give the folder that `wifiplan county --out` wrote"
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in _NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        problem = f"this is not the table of a county run: {', '.join(missing)} missing"
        raise SettingsError(problem, remedy=remedy, where=str(path))
    rows = [{column: row.get(column) or "" for column in COLUMNS} for row in reader]
    faults = [
        Fault(where=f"row {place}, column {column}", problem=f"'{row[column]}' is not a whole number")
        for place, row in enumerate(rows, start=2)
        for column in COLUMNS
        if column.startswith("n_") and row[column] and not row[column].isdigit()
    ]
    if faults:
        raise SettingsError("the table of the county run is damaged", remedy=remedy, where=str(path), faults=faults)
    return rows


def _key(row: Mapping[str, str]) -> Key | None:
    if row["stage"] == "elementary":
        return "elementary", row["code"]
    return ("junior", row["code"]) if row["stage"] == "junior" else None


def _planned(row: Mapping[str, str], plan: Json | None, key: Key) -> Planned:
    """Return what is known of one school; where a plan is there, the rooms of its stage are counted in it."""
    bare = Planned(
        evidence=_evidence(row["evidence"]),
        failure=row["failure"] or None,
        n_aps_allotted=_whole(row["n_aps_allotted"]),
        n_aps_needed=_whole(row["n_aps_needed"]),
        n_aps_placed=_whole(row["n_aps_placed"]),
        n_classrooms=_whole(row["n_classrooms"]),
        n_classrooms_served=_whole(row["n_classrooms_served"]),
    )
    if plan is None:
        return bare
    site, points = plan["site"], plan["access_points"]
    rooms = _rooms(plan, key)
    classrooms = [room for room in rooms if room.required and room.use == "classroom"]
    models = [str(ap.get("model") or "") for ap in site.get("access_points", ())]
    brands = [brand_verdict(model).status for model in models if model]
    demands = sorted((_demand_mbps(room) for room in plan["rooms"]), reverse=True)
    return replace(
        bare,
        n_classrooms=len(classrooms),
        n_classrooms_served=sum(room.served for room in classrooms),
        inventory_known=bool(site.get("access_points_known", True)),
        n_existing=len(models),
        n_prohibited=brands.count("prohibited"),
        n_brand_open=brands.count("undecided"),
        n_undecided=sum(point["reason"]["code"] == "undecided" for point in points),
        uplink_mbps=site.get("uplink_mbps"),
        demand_mbps=float(sum(demands[: plan["n_rooms_at_once"]])),
        rooms=rooms,
    )


def _rooms(plan: Json, key: Key) -> tuple[TrackedRoom, ...]:
    """Return the rooms of a stage; rooms that no stage claims belong to the first school of the site."""
    drawn = {room["id"]: room for floor in plan["site"]["floors"] for room in floor["rooms"]}
    first = (plan["site"].get("school") or {}).get("stage", key[0])
    return tuple(
        TrackedRoom(
            room_id=room["room_id"],
            name=room["name"],
            use=room["use"],
            required=room["need"] is not None,
            served=room["verdict"] == "pass",
            inventory_id=drawn[room["room_id"]].get("inventory_id"),
        )
        for room in plan["rooms"]
        if (drawn[room["room_id"]].get("stage") or first) == key[0]
    )


def _demand_mbps(room: Json) -> float:
    need = room["need"]
    return 0.0 if need is None else float(need["n_devices"] * need["mbps_per_device"])


def _plans(folder: Path, faults: list[Fault]) -> dict[Key, Json]:
    """Return the plans of a folder by every roster row that each serves."""
    found: dict[Key, Json] = {}
    for path in sorted(folder.glob("*/plan.json")):
        where = f"{path.parent.name}/{path.name}"
        try:
            plan = load_json(read_text(path, max_bytes=_MAX_PLAN_BYTES, error=SiteError))
            site = plan["site"]
            refs = [ref for ref in (site.get("school"), *site.get("also_serves", ())) if ref is not None]
            keys: list[Key] = [(ref["stage"], ref["code"]) for ref in refs]
            for key in keys:
                _planned(dict.fromkeys(COLUMNS, ""), plan, key)
        except WifiplanError as error:
            faults.append(Fault(where=where, problem=error.problem))
        except Refused as refused:
            faults.append(replace(refused.fault, where=f"{where} {refused.fault.where}".strip()))
        except (KeyError, TypeError, ValueError, AttributeError):
            faults.append(Fault(where=where, problem="this is no plan that can be read"))
        else:
            found |= dict.fromkeys(keys, plan)
    return found


def _installs(folder: Path, wanted: Collection[Key], faults: list[Fault]) -> dict[Key, Installed]:
    found: dict[Key, Installed] = {}
    for key in wanted:
        path = folder / f"{key[0]}-{key[1]}" / "install.xlsx"
        if not path.is_file():
            continue
        try:
            counted = _ticked(read_table(path, wanted=lambda rows: _done_column(rows) is not None).rows())
        except WifiplanError as error:
            faults.append(Fault(where=f"{path.parent.name}/{path.name}", problem=error.problem))
            continue
        if counted is not None:
            found[key] = counted
    return found


def _ticked(rows: Sequence[Sequence[str]]) -> Installed | None:
    """Return how many rows below the header are ticked, None for a list without the column."""
    place = _done_column(rows)
    if place is None:
        return None
    header, column = place
    body = [row for row in rows[header + 1 :] if sum(bool(cell.strip()) for cell in row) > 1]
    return Installed(n_done=sum(_is_done(row[column]) for row in body), n_rows=len(body))


def _done_column(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    for place, row in enumerate(rows[:20]):
        for column, cell in enumerate(row):
            if bare(cell) in DONE_HEADERS:
                return place, column
    return None


def _is_done(cell: str) -> bool:
    text = folded(cell)
    return text in DONE or (text[:2].isdigit() and any(mark in text for mark in "-/.年"))


def _evidence(text: str) -> PlanEvidence | None:
    return next((kind for kind in PLAN_EVIDENCE if kind == text), None)


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _version(folder: Path) -> str:
    try:
        said = load_json(read_text(folder / "summary.json", max_bytes=_MAX_TABLE_BYTES, error=SettingsError))
        return str(said["version"])
    except (WifiplanError, Refused, KeyError, TypeError):
        return ""
