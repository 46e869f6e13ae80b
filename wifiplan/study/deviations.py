"""Where what was built differs from the plan, access point by access point."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.catalog.brands import brand_verdict
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.as_built import LONGEST_CABLE_M, MOVED_M, POWER_DB, AsBuilt, BuiltRow, built_points
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import WorkOrder, all_orders

DeviationKind: TypeAlias = Literal[
    "not_done",
    "not_reported",
    "brand",
    "moved",
    "room",
    "height",
    "model",
    "channel",
    "width",
    "power",
    "auto",
    "cable_failed",
    "cable_long",
    "extra",
]
"""How something deviates from the plan; "not_reported": nobody says whether it was done, "brand": a forbidden brand,
"auto": the controller chooses channel or power."""


_KINDS: tuple[DeviationKind, ...] = get_args(DeviationKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One access point that is not as planned.

    `order` is None for one that the plan does not have; `built` is None where nothing hangs. `moved_m` is the distance
    on the floor between the two places, None where they are on different floors or one is unknown [m].
    """

    ap_id: str
    kinds: tuple[DeviationKind, ...]
    row: BuiltRow
    order: WorkOrder | None = None
    planned: AccessPoint | None = None
    built: AccessPoint | None = None
    moved_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work is: orders, those reported as done, as not done, and those that nobody reported."""

    n_orders: int
    n_done: int
    n_as_planned: int
    n_not_done: int
    n_not_reported: int
    n_extra: int


def deviations(plan: Plan, built: AsBuilt) -> tuple[Deviation, ...]:
    """Return every access point that is not as planned, in the order of the cards.

    A place counts as planned within `MOVED_M`, a power within `POWER_DB`; a cell left blank counts as planned where the
    work was done, and as unknown where it was not.
    """
    hung = built_points(plan, built)
    planned = {p.access_point.id: p.access_point for p in plan.access_points}
    found = []
    for order in all_orders(plan):
        row, point = built.row(order.ap_id), hung.get(order.ap_id)
        kinds = _sorted(_kinds(order, row, planned[order.ap_id], point, plan.band))
        if kinds:
            found.append(
                Deviation(
                    ap_id=order.ap_id,
                    kinds=kinds,
                    row=row,
                    order=order,
                    planned=planned[order.ap_id],
                    built=point,
                    moved_m=None if point is None else apart_m(planned[order.ap_id], point),
                )
            )
    found += [
        Deviation(ap_id=row.ap_id, kinds=_sorted(("extra", *_installed(row))), row=row, built=hung.get(row.ap_id))
        for row in built.rows
        if row.extra and row.done
    ]
    return tuple(found)


def _sorted(kinds: Iterable[DeviationKind]) -> tuple[DeviationKind, ...]:
    return tuple(sorted(kinds, key=_KINDS.index))


def progress(plan: Plan, built: AsBuilt) -> Progress:
    """Return how far the work is."""
    orders = [order for order in all_orders(plan) if order.number]
    rows = [built.row(order.ap_id) for order in orders]
    odd = {deviation.ap_id for deviation in deviations(plan, built)}
    return Progress(
        n_orders=len(orders),
        n_done=sum(row.done is True for row in rows),
        n_as_planned=sum(row.done is True and row.ap_id not in odd for row in rows),
        n_not_done=sum(row.done is False for row in rows),
        n_not_reported=sum(row.done is None for row in rows),
        n_extra=sum(row.extra and row.done is True for row in built.rows),
    )


def apart_m(planned: AccessPoint, built: AccessPoint) -> float | None:
    """Return the distance on the floor between two places [m], None where it is unknown or between floors."""
    if planned.floor != built.floor or planned.x_m is None or planned.y_m is None:
        return None
    if built.x_m is None or built.y_m is None:
        return None
    return math.hypot(built.x_m - planned.x_m, built.y_m - planned.y_m)


def _kinds(
    order: WorkOrder, row: BuiltRow, planned: AccessPoint, point: AccessPoint | None, band: Band
) -> Iterator[DeviationKind]:
    if order.number and row.done is not True:
        yield "not_reported" if row.done is None else "not_done"
        return
    if order.action == "removed" or point is None:
        return
    yield from _installed(row)
    if order.place_known:
        yield from _place(row, planned, point)
    if row.model is not None and point.model != planned.model and brand_verdict(row.model).status != "prohibited":
        yield "model"
    yield from _radio(row, planned, band)


def _installed(row: BuiltRow) -> Iterator[DeviationKind]:
    """Yield what is wrong with a device or its cable by itself."""
    if row.model is not None and brand_verdict(row.model).status == "prohibited":
        yield "brand"
    if row.cable_ok is False:
        yield "cable_failed"
    if row.cable_m is not None and row.cable_m > LONGEST_CABLE_M:
        yield "cable_long"


def _place(row: BuiltRow, planned: AccessPoint, point: AccessPoint) -> Iterator[DeviationKind]:
    away_m = apart_m(planned, point)
    # a hair is left for the rounding of plan.json and of distances from walls
    if away_m is not None and away_m > MOVED_M + 0.001:
        yield "moved"
    if row.room_id is not None and row.room_id != planned.room_id:
        yield "room"
    if row.height_m is not None and planned.z_m is not None and abs(row.height_m - planned.z_m) > MOVED_M + 0.001:
        yield "height"


def _radio(row: BuiltRow, planned: AccessPoint, band: Band) -> Iterator[DeviationKind]:
    wanted = next((radio for radio in planned.radios if radio.band == band), Radio(band=band))
    if row.channel is not None and row.channel != wanted.channel:
        yield "channel"
    if row.width_mhz is not None and row.width_mhz != wanted.width_mhz:
        yield "width"
    if row.eirp_dbm is not None and (wanted.eirp_dbm is None or abs(row.eirp_dbm - wanted.eirp_dbm) > POWER_DB):
        yield "power"
    if row.channel_auto or row.power_auto:
        yield "auto"
