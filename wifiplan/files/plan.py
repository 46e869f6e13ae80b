"""A plan on disk: plan.json, which holds all that made it, and its tables rooms.csv, aps.csv and bom.csv."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from wifiplan.errors import Fault, SiteError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_csv, write_text
from wifiplan.files.plain import json_text, rounded
from wifiplan.files.settings import settings_from_mapping, settings_to_mapping
from wifiplan.files.site import check_site, read_site, site_to_plain
from wifiplan.files.strict import StrictReader
from wifiplan.site.building import Site
from wifiplan.site.network import Band, Radio
from wifiplan.study.compare.state import DIGITS
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom

MAX_PLAN_BYTES = 128_000_000
PLAN_KEYS = frozenset({"site", "settings", "proof"})
"""What tells a plan from a site file."""

_RESULTS = ConfigDict(extra="forbid", strict=True)

ROOM_COLUMNS = (
    "room_id",
    "name",
    "use",
    "floor",
    "class_size",
    "n_devices",
    "demand_mbps",
    "serving_ap",
    "received_dbm",
    "snr_db",
    "seats_share",
    "airtime_share",
    "verdict",
    "reason",
    "profile",
    "sharing_aps",
    "second_dbm",
    "channel_share",
    "busy_share",
    "change",
    "passes_today",
    "remedy",
)
"""The contract's columns, then what a planner wants beside them."""

AP_COLUMNS = (
    "ap_id",
    "name",
    "floor",
    "x_m",
    "y_m",
    "z_m",
    "room_id",
    "model",
    "band",
    "channel",
    "width_mhz",
    "eirp_dbm",
    "cabinet",
    "cable_m",
    "reason",
    "action",
    "room_name",
    "wall_a_m",
    "wall_b_m",
    "serves",
    "backup_channel",
    "dfs",
    "load_share",
    "channel_share",
    "mount",
    "azimuth_deg",
    "tilt_deg",
    "pattern",
    *(f"{what}_{suffix}" for suffix in ("2g4", "5g", "6g") for what in ("state", "channel", "width_mhz", "eirp_dbm")),
)
"""The contract's columns, then what an installer wants beside them; at last every radio by its band."""

_SUFFIX: Mapping[Band, str] = MappingProxyType({"2.4": "2g4", "5": "5g", "6": "6g"})

BILL_COLUMNS = (
    "code",
    "name_zh",
    "name_en",
    "quantity",
    "unit",
    "price_ntd",
    "cost_ntd",
    "price_option",
    "informative",
)
TOTAL_CODE = "total"
"""Code of the last row of bom.csv: the sum of what has a price, and in its name what has none."""


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
    points = tuple(p.access_point for p in plan.access_points if p.action != "removed")
    return dataclasses.replace(plan.site, access_points=points)


def write_rooms_csv(
    path: Path | str,
    plan: Plan,
    reason_text: Callable[[Reason], str],
    cure_text: Callable[[PlannedRoom], str] | None = None,
) -> None:
    """Write rooms.csv: one row a room; `reason_text` puts a reason into words, `cure_text` what would serve the room.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    rows = [_room_row(room, reason_text) | {"remedy": cure_text(room) if cure_text else None} for room in plan.rooms]
    write_csv(Path(path), rows, ROOM_COLUMNS)


def write_aps_csv(path: Path | str, plan: Plan, reason_text: Callable[[Reason], str]) -> None:
    """Write aps.csv: one row an access point, first the radio that carries the class, at the end all by band.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_csv(Path(path), [_ap_row(p, plan.band, reason_text) for p in plan.access_points], AP_COLUMNS)


def write_bom_csv(path: Path | str, plan: Plan) -> None:
    """Write bom.csv, the bill of materials; a price that nobody gave stays empty, and the last row names it.

    The row "total" is the sum of the lines with a price: the total price only where no line lacks one.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    rows = [dataclasses.asdict(line) | {"cost_ntd": line.cost_ntd} for line in plan.bill]
    write_csv(Path(path), [*rows, *_total_rows(plan)], BILL_COLUMNS)


def _total_rows(plan: Plan) -> list[dict[str, object]]:
    missing = [line for line in plan.bill if line.lacks_price]
    if not plan.bill:
        return []
    lacking = "、".join(line.name_zh for line in missing), "; ".join(line.name_en for line in missing)
    costs = [line.cost_ntd for line in plan.bill if line.cost_ntd is not None]
    return [
        {
            "code": TOTAL_CODE,
            "name_zh": f"合計（尚缺單價：{lacking[0]}）" if missing else "總價",
            "name_en": f"Sum (no price yet: {lacking[1]})" if missing else "Total price",
            "cost_ntd": sum(costs) if costs else None,
            "informative": False,
        }
    ]


def _room_row(room: PlannedRoom, reason_text: Callable[[Reason], str]) -> dict[str, object]:
    need = room.need
    return dataclasses.asdict(room) | {
        "n_devices": None if need is None else need.n_devices,
        "demand_mbps": None if need is None else need.demand_mbps,
        "profile": None if need is None else need.profile,
        "sharing_aps": " ".join(room.sharing_aps),
        "reason": reason_text(room.reason),
    }


def _ap_row(planned: PlannedAccessPoint, band: Band, reason_text: Callable[[Reason], str]) -> dict[str, object]:
    point = planned.access_point
    radio = next((r for r in point.radios if r.band == band), next(iter(point.radios), None))
    settings = dataclasses.asdict(radio) if isinstance(radio, Radio) else {}
    return (
        dataclasses.asdict(planned)
        | dataclasses.asdict(point)
        | settings
        | {
            "ap_id": point.id,
            "room_id": planned.room_id or point.room_id,
            "cabinet": planned.cabinet or point.cabinet,
            "serves": " ".join(planned.serves),
            "reason": reason_text(planned.reason),
        }
        | _by_band(planned)
    )


def _by_band(planned: PlannedAccessPoint) -> dict[str, object]:
    """Return the settings of every radio by its band; a state is "on" or "off", and empty where nobody decides."""
    found: dict[str, object] = {f"state_{_SUFFIX[band]}": "off" for band in planned.off_bands}
    for radio in planned.access_point.radios:
        values = {"state": "on", "channel": radio.channel, "width_mhz": radio.width_mhz, "eirp_dbm": radio.eirp_dbm}
        found |= {f"{what}_{_SUFFIX[radio.band]}": value for what, value in values.items()}
    return found


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
