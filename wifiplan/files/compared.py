"""What `wifiplan diff` is given: a plan, a building, or the folders of a school or a county."""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path

from wifiplan.errors import SiteError
from wifiplan.files.as_built import read_as_built
from wifiplan.files.json_input import Refused, load_json, read_text
from wifiplan.files.plan import MAX_PLAN_BYTES, PLAN_KEYS, dump_plan, read_plan
from wifiplan.files.site import dump_site, read_site
from wifiplan.files.spreadsheet import ENDINGS
from wifiplan.study.as_built import AsBuilt, as_built_site
from wifiplan.study.compare.records import State
from wifiplan.study.compare.state import all_standing, site_state, state_of
from wifiplan.study.records import Plan

PLAN_NAME = "plan.json"
SCHOOLS_NAME = "schools"
TABLE_ENDINGS = (*ENDINGS, ".csv", ".tsv")
"""A file that ends so is an as-built workbook."""

_MARK_LETTERS = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One side of a comparison: `plan` is None for a building; `mark` is the same for the same content only."""

    name: str
    state: State
    mark: str
    plan: Plan | None = None


def built_compared(path: Path, plan: Plan) -> tuple[Compared, AsBuilt]:
    """Read an as-built workbook against its plan: what hangs there now, and the report itself.

    Raises
    ------
    RosterError, SiteError
        The workbook cannot be read, or has faults; all of them by cell.
    """
    built = read_as_built(path, plan)
    site = as_built_site(plan, built)
    return Compared(name=path.name, state=all_standing(site_state(site)), mark=_mark(dump_site(site))), built


def read_compared(path: Path) -> Compared:
    """Read a plan.json, a site file, or a school's folder that holds a plan.json.

    Raises
    ------
    SiteError
        Nothing of the kind is there, or it is faulty.
    """
    if path.is_dir():
        inside = path / PLAN_NAME
        if not inside.is_file():
            raise SiteError(
                f"this folder holds neither {PLAN_NAME} nor {SCHOOLS_NAME}/",
                remedy="give the folder that `wifiplan plan` or `wifiplan county` wrote, or a file",
                where=str(path),
            )
        path = inside
    text = read_text(path, max_bytes=MAX_PLAN_BYTES, error=SiteError)
    if _holds_plan(text):
        plan = read_plan(path)
        # the mark of the file as it lies there: a newer program may know more options
        return Compared(name=shown_name(path), state=state_of(plan), mark=_mark(text), plan=plan)
    site = read_site(path)
    mark = _mark(dump_site(site))
    return Compared(name=shown_name(path), state=site_state(site), mark=mark)


def shown_name(path: Path) -> str:
    """Return how readers know a file: a plan by its folder.

    >>> shown_name(Path("out/2nd draft/plan.json")), shown_name(Path("site.json"))
    ('2nd draft', 'site.json')
    """
    return path.parent.name if path.name == PLAN_NAME and path.parent.name else path.name


def is_table(path: Path) -> bool:
    """Return whether a file is an as-built workbook by its name."""
    return path.is_file() and path.suffix.lower() in TABLE_ENDINGS


def county_plans(path: Path) -> dict[str, Path] | None:
    """Return the plans of a county's folder by STAGE-CODE; None where it is no county's folder."""
    schools = path / SCHOOLS_NAME
    if not schools.is_dir():
        return None
    return {plan.parent.name: plan for plan in sorted(schools.glob(f"*/{PLAN_NAME}"))}


def mark_of(plan: Plan) -> str:
    """Return eight letters that tell plans apart: the beginning of the SHA-256 of plan.json."""
    return _mark(dump_plan(plan))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK_LETTERS]


def _holds_plan(text: str) -> bool:
    try:
        data = load_json(text)
    except Refused:
        return False
    return isinstance(data, Mapping) and data.keys() >= PLAN_KEYS
