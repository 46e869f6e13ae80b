"""`wifiplan diff`: what changed between two plans, two runs of a county, or a plan and what was built."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.diff_text import county_diff_text, diff_text
from wifiplan.cli.options import OUT_FOLDER, lang_option, note_in, say_in
from wifiplan.errors import SiteError
from wifiplan.files.changes import FORMAT, changes_to_plain
from wifiplan.files.compared import PLAN_NAME, Compared, built_compared, county_plans, is_table, mark_of, read_compared
from wifiplan.files.json_input import Json
from wifiplan.report.change_log import ChangeLog, Side, change_log, fields_section
from wifiplan.report.change_log.built import Report, built_log
from wifiplan.report.change_log.county import SchoolChanges, county_log
from wifiplan.report.workbook.changes import write_changes_xlsx
from wifiplan.study.as_built import as_built_site
from wifiplan.study.built_rooms import BuiltRooms, built_rooms
from wifiplan.study.compare import Changes, State
from wifiplan.study.compare import diff as changes_between
from wifiplan.study.compare.state import all_standing, as_hung, on_common_ground, state_of
from wifiplan.study.deviations import deviations, progress
from wifiplan.study.records import Plan

ANSWERS = ("changes.xlsx", "changes.json")
_ANYTHING = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("before", metavar="A", type=_ANYTHING)
@click.argument("after", metavar="B", type=_ANYTHING)
@click.option("--json", "as_json", is_flag=True, help="Print all that makes B of A, as docs/changes.md describes it.")
@click.option(
    "--site",
    "site_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the site as it was built into this file; `plan` and `predict` go on from it.",
)
@click.option("--out", "folder", type=OUT_FOLDER, help="Write changes.xlsx and changes.json into this folder.")
@lang_option
def diff(before: Path, after: Path, site_path: Path | None, folder: Path | None, lang: str, *, as_json: bool) -> None:
    """Say what changed from A to B.

    A and B are plan.json files, folders that `wifiplan plan` wrote, site files (what hangs there), or two folders that
    `wifiplan county` wrote. Access points are matched by device and place, as numbers shift when a plan is made anew.

    With a plan and its install.xlsx, filled in, it says what was built otherwise than planned, and what was not.

    Exits 0 if nothing changed (all was built as planned) and 1 if something did: an answer, not an error.
    """
    if folder is not None:
        files.check_apart((before, after), (folder / name for name in ANSWERS))
        files.check_writable(folder, ANSWERS)
    if site_path is not None:
        files.check_apart((before, after, before / PLAN_NAME, after / PLAN_NAME), (site_path,))
    tables = [path for path in (before, after) if is_table(path)]
    if site_path is not None and not tables:
        raise SiteError(
            "--site needs what was built", remedy="give a plan and its filled-in install.xlsx", where="--site"
        )
    counties = county_plans(before), county_plans(after)
    if counties[0] is not None and counties[1] is not None:
        changed = _county(counties[0], counties[1], folder, lang, as_json=as_json)
    elif counties[0] is not None or counties[1] is not None:
        raise SiteError(
            "one side is a county's folder, the other is not",
            remedy="give two folders that `wifiplan county` wrote, or two schools",
            where=str(before if counties[0] is not None else after),
        )
    elif tables:
        plan_path = before if tables[0] == after else after
        changed = _built(plan_path, tables, site_path, folder, lang, as_json=as_json)
    else:
        changed = _schools(read_compared(before), read_compared(after), folder, lang, as_json=as_json)
    sys.exit(1 if changed else 0)


def _schools(mine: Compared, theirs: Compared, folder: Path | None, lang: str, *, as_json: bool) -> bool:
    changes, sides = compared(mine, theirs)
    log = change_log(*sides, changes, lang)
    plain = {"from": _head(mine), "to": _head(theirs)} | changes_to_plain(changes)
    if folder is not None:
        _write_told(folder, log, changes, plain, lang)
    click.echo(files.json_text(plain) if as_json else diff_text(log), nl=not as_json)
    return bool(changes)


def _built(
    plan_path: Path, tables: Sequence[Path], site_path: Path | None, folder: Path | None, lang: str, *, as_json: bool
) -> bool:
    if len(tables) > 1:
        raise SiteError(
            "both sides are tables", remedy="give the plan.json that the installer's table was made from, and the table"
        )
    given, plan = read_old(plan_path)
    theirs, built = built_compared(tables[0], plan)
    if built.plan_mark is not None and built.plan_mark != given.mark:
        name, mark = tables[0].name, built.plan_mark
        note_in(
            lang,
            f"{name} 出自規劃的另一個版本（版本碼 {mark}）",
            f"{name} was made from another version of the plan (mark {mark})",
        )
    mine = replace(given, state=all_standing(as_hung(given.state)))
    changes, sides = compared(mine, theirs)
    report = Report(plan=plan, built=built, rooms=built_rooms(plan, built))
    log = built_log(report, replace(sides[0], version=plan.version), sides[1], lang)
    plain = _built_plain(report) | {"from": _head(given), "to": _head(theirs)} | changes_to_plain(changes)
    if site_path is not None:
        files.write_site(site_path, as_built_site(plan, built))
        say_in(lang, f"實裝後的校舍檔在 {site_path}", f"the site as built is in {site_path}")
    if folder is not None:
        _write_told(folder, log, changes, plain, lang)
    click.echo(files.json_text(plain) if as_json else diff_text(log), nl=not as_json)
    return bool(deviations(plan, built) or report.rooms.lost)


def _built_plain(report: Report) -> dict[str, Json]:
    plan, built = report.plan, report.built
    return {
        "as_built": asdict(progress(plan, built)),
        "deviations": [
            {"ap_id": d.ap_id, "kinds": [*d.kinds], "moved_m": None if d.moved_m is None else round(d.moved_m, 3)}
            for d in deviations(plan, built)
        ],
        "reported": [asdict(row) for row in built.rows],
        "rooms_as_built": _rooms_plain(plan, report.rooms),
    }


def _rooms_plain(plan: Plan, rooms: BuiltRooms) -> Json:
    planned = {room.room_id: room.verdict for room in plan.rooms}
    return [
        {
            "room_id": now.room_id,
            "plan": planned.get(now.room_id),
            "built_as_planned": wanted.verdict,
            "as_built": None if now.room_id in rooms.undecided else now.verdict,
            # nothing hangs that could serve it: no budget is asked for here
            "reason": None if now.reason.code == "no_budget" else now.reason.code,
        }
        for wanted, now in zip(rooms.as_planned, rooms.as_built, strict=True)
        if now.need is not None
    ]


def compared(mine: Compared, theirs: Compared) -> tuple[Changes, tuple[Side, Side]]:
    """Return what differs between two sides, and the sides reduced to what both know."""
    states = on_common_ground(mine.state, theirs.state)
    changes = changes_between(*states)
    return changes, (_side(mine, states[0]), _side(theirs, states[1]))


def _side(given: Compared, state: State) -> Side:
    version = None if given.plan is None else given.plan.version
    return Side(state=state, name=given.name, mark=given.mark, version=version)


def read_old(path: Path) -> tuple[Compared, Plan]:
    """Read the earlier plan that a new one, or what was built, is compared with.

    Raises
    ------
    SiteError
        It cannot be read, or is a building without a plan.
    """
    old = read_compared(path)
    if old.plan is None:
        raise SiteError("this is no plan", remedy="give a plan.json that `wifiplan plan` wrote", where=str(path))
    return old, old.plan


def write_changes_since(old: Compared, plan: Plan, folder: Path, lang: str) -> ChangeLog:
    """Write changes.xlsx and changes.json of a new plan beside it, and return the change log."""
    new = Compared(name=folder.name, state=state_of(plan), mark=mark_of(plan), plan=plan)
    changes, sides = compared(old, new)
    log = change_log(*sides, changes, lang)
    _write(folder, log, changes, {"from": _head(old), "to": _head(new)} | changes_to_plain(changes), lang)
    return log


def _write(folder: Path, log: ChangeLog, changes: Changes, plain: Json, lang: str) -> None:
    write_changes_xlsx(folder / "changes.xlsx", log, fields_section(changes, lang), lang)
    files.write_text(folder / "changes.json", files.json_text(plain))


def _write_told(folder: Path, log: ChangeLog, changes: Changes, plain: Json, lang: str) -> None:
    _write(folder, log, changes, plain, lang)
    names = " 與 ".join(ANSWERS), " and ".join(ANSWERS)
    say_in(lang, f"{names[0]} 在 {folder}", f"{names[1]} are in {folder}")


def _head(side: Compared) -> Json:
    return {
        "name": side.name,
        "school": side.state.site.name,
        "mark": side.mark,
        "version": None if side.plan is None else side.plan.version,
    }


def _county(
    before: Mapping[str, Path], after: Mapping[str, Path], folder: Path | None, lang: str, *, as_json: bool
) -> bool:
    schools = [_school(key, before.get(key), after.get(key), lang) for key in sorted({*before, *after})]
    log = county_log(schools, lang)
    plain = {"format": FORMAT, "county": True, "schools": [_school_plain(school) for school in schools]}
    if folder is not None:
        _write_told(folder, log, Changes(hung=False, compared=()), plain, lang)
    click.echo(files.json_text(plain) if as_json else county_diff_text(log), nl=not as_json)
    return any(school.status != "same" for school in schools)


def _school(key: str, before: Path | None, after: Path | None, lang: str) -> SchoolChanges:
    stage, _, code = key.partition("-")
    mine, theirs = (None if path is None else read_compared(path) for path in (before, after))
    sides = [None if side is None else _side(side, side.state) for side in (mine, theirs)]
    changes = log = None
    if mine is not None and theirs is not None:
        changes, both = compared(mine, theirs)
        log = change_log(*both, changes, lang)
    return SchoolChanges(stage=stage, code=code, before=sides[0], after=sides[1], changes=changes, log=log)


def _school_plain(school: SchoolChanges) -> Json:
    return {
        "stage": school.stage,
        "code": school.code,
        "name": school.name,
        "status": school.status,
        "changes": None if school.changes is None else changes_to_plain(school.changes),
    }
