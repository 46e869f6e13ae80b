"""The lists of a plan: rooms.csv, aps.csv and bom.csv."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from wifiplan.files.output import write_csv
from wifiplan.site.network import Band, Radio
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom

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
