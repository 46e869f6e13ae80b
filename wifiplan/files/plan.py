"""A plan on disk: plan.json, which holds all that made it, and its tables rooms.csv, aps.csv and bom.csv."""

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from wifiplan.errors import Fault, SiteError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text, rounded
from wifiplan.files.settings import settings_from_mapping, settings_to_mapping
from wifiplan.files.site import check_site, read_site, site_to_plain
from wifiplan.files.strict import StrictReader
from wifiplan.site.building import Site
from wifiplan.study.cables import drawn_cabinets
from wifiplan.study.compare.state import DIGITS
from wifiplan.study.records import Plan

MAX_PLAN_BYTES = 128_000_000
PLAN_KEYS = frozenset({"site", "settings", "proof"})
"""What tells a plan from a site file."""

_RESULTS = ConfigDict(extra="forbid", strict=True)


def write_plan(path: Path | str, plan: Plan) -> None:
    """Write plan.json: the same plan gives the same bytes.

    Results are rounded to 4 decimals; the site and the settings are kept exactly.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), dump_plan(plan))


def dump_plan(plan: Plan) -> str:
    """Return the text of plan.json."""
    bare = dataclasses.replace(plan, site=Site(name="", floors=()))
    results = rounded({k: v for k, v in _records(bare).items() if k not in {"site", "settings"}}, DIGITS)
    version = results.pop("version")
    made_of = {"settings": settings_to_mapping(plan.settings), "site": site_to_plain(plan.site)}
    return json_text({"version": version, **results, **made_of})


def read_plan(path: Path | str) -> Plan:
    """Read a plan.json.

    Raises
    ------
    SiteError
        The file cannot be read, is no plan, or its site is faulty; all faults at once.
    SettingsError
        Its settings name what this version does not know.
    """
    path = Path(path)
    plan, faults = _parsed(read_text(path, max_bytes=MAX_PLAN_BYTES, error=SiteError))
    if plan is None:
        raise SiteError(
            f"this is no plan that can be read ({len(faults)} faults)",
            remedy="make it again with `wifiplan plan`",
            where=str(path),
            faults=faults,
        )
    return plan


def read_site_or_plan(path: Path | str) -> Site:
    """Read a site file, or the site of a plan.json with the access points as planned (without removed ones).

    Raises
    ------
    SiteError
        The file cannot be read or is faulty.
    """
    path = Path(path)
    text = read_text(path, max_bytes=MAX_PLAN_BYTES, error=SiteError)
    if not _is_plan(text):
        return read_site(path)
    plan = read_plan(path)
    # a plan calls a cabinet by its name, a site by its id
    ids = {drawn.name: drawn.cabinet.id for drawn in drawn_cabinets(plan.site)}
    hung = (p.access_point for p in plan.access_points if p.action != "removed")
    points = tuple(dataclasses.replace(p, cabinet=ids.get(p.cabinet or "", p.cabinet)) for p in hung)
    return dataclasses.replace(plan.site, access_points=points)


def _records(plan: Plan) -> dict[str, Json]:
    return dataclasses.asdict(plan)


@lru_cache(maxsize=1)
def _readers() -> Mapping[str, StrictReader[Any]]:
    """Return a reader for each field of a plan besides its site and settings."""
    hints = get_type_hints(Plan)
    names = [f.name for f in dataclasses.fields(Plan) if f.name not in {"site", "settings"}]
    return {name: _reader(hints[name]) for name in names}


def _reader(hint: Any) -> StrictReader[Any]:  # noqa: ANN401 - any type that a field of a record may have
    return StrictReader(TypeAdapter(tuple[hint], config=_RESULTS))


def _is_plan(text: str) -> bool:
    try:
        data = load_json(text)
    except Refused:
        return False
    return isinstance(data, Mapping) and data.keys() >= PLAN_KEYS


def _parsed(text: str) -> tuple[Plan | None, tuple[Fault, ...]]:
    try:
        data = load_json(text)
    except Refused as refused:
        return None, (refused.fault,)
    if not isinstance(data, Mapping) or not data.keys() >= PLAN_KEYS:
        return None, (Fault(where="", problem="the keys site, settings and proof of a plan are missing"),)
    site, site_faults = check_site(data["site"])
    settings, settings_faults = settings_from_mapping(data["settings"])
    faults = [*site_faults, *settings_faults]
    values: dict[str, Any] = {}
    for name, reader in _readers().items():
        if name in data:
            checked = reader.check(data[name])
            faults += [dataclasses.replace(f, where=f"{name}{f.where}") for f in checked.faults]
            values[name] = checked.value
    faults += [
        Fault(where=f.name, problem=f'"{f.name}" is missing')
        for f in dataclasses.fields(Plan)
        if f.name not in data and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    unknown = sorted(data.keys() - _readers().keys() - {"site", "settings"})
    faults += [Fault(where=key, problem=f'unknown key "{key}"') for key in unknown]
    if faults or site is None:
        return None, tuple(faults)
    return Plan(site=site, settings=settings, **values), ()
