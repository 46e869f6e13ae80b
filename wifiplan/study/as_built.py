"""What was built: an installer's report of every access point, the site as it hangs now, and where it deviates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.cabling import cabling_limits
from wifiplan.catalog.radios import ap_models
from wifiplan.site.building import Room, Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.study.work_orders import HUNG, WorkOrder, all_orders

MOVED_M = 0.5
"""A place that differs by no more is as planned: an installer measures from walls, and looks for a joist."""

POWER_DB = 0.5
"""Controllers set whole decibels: a difference of no more is as planned."""

LONGEST_CABLE_M = cabling_limits().max_horizontal_m
"""Longest installed cable of a link, cords left out [m]: a row of `catalog/data/cabling.csv`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRow:
    """What an installer reports of one access point; None is not reported, which with `done` means as planned.

    `done` None: nobody says whether it was done. `extra` marks one that the plan does not have. `x_m` and `y_m` are
    the place, however it was measured; `channel_auto` and `power_auto` say that the controller chooses. `model` is what
    the installer wrote: a class of the catalogue or a product.
    """

    ap_id: str
    done: bool | None = None
    extra: bool = False
    date: str | None = None
    room_id: str | None = None
    floor: int | None = None
    x_m: float | None = None
    y_m: float | None = None
    height_m: float | None = None
    model: str | None = None
    channel: int | None = None
    channel_auto: bool = False
    width_mhz: int | None = None
    eirp_dbm: float | None = None
    power_auto: bool = False
    mac: str | None = None
    serial: str | None = None
    port: str | None = None
    cable_ok: bool | None = None
    cable_m: float | None = None
    photos: str | None = None
    remarks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsBuilt:
    """An installer's report on a plan; an access point without a row is not reported.

    `plan_mark` is the mark of the plan that the report was made from, where it holds one.
    """

    rows: tuple[BuiltRow, ...]
    plan_mark: str | None = None

    def row(self, ap_id: str) -> BuiltRow:
        """Return what is reported of an access point."""
        return next((row for row in self.rows if row.ap_id == ap_id), BuiltRow(ap_id=ap_id))


def all_done(plan: Plan) -> AsBuilt:
    """Return the report of a plan that was carried out to the letter."""
    return AsBuilt(rows=tuple(BuiltRow(ap_id=p.access_point.id, done=True) for p in plan.access_points))


def as_built_site(plan: Plan, built: AsBuilt) -> Site:
    """Return the site with what hangs there after the work.

    New access points hang where they were reported as done; of those to be retuned the old settings stay until that is
    reported; what was to be removed stays until it is. What nobody reported did not happen. The class of a product
    that the catalogue does not know is taken to be the planned one, which `assumptions` says.

    Parameters
    ----------
    plan : Plan
        The plan that was carried out.
    built : AsBuilt
        The installer's report.
    """
    found = built_points(plan, built)
    n_assumed = sum(_product(built.row(ap_id).model) is not None and not built.row(ap_id).extra for ap_id in found)
    assumed = (f"as_built_class:{n_assumed}",) if n_assumed else ()
    return replace(plan.site, access_points=tuple(found.values()), assumptions=(*plan.site.assumptions, *assumed))


def built_points(plan: Plan, built: AsBuilt) -> dict[str, AccessPoint]:
    """Return the access points that hang there after the work, by id: what `as_built_site` says of each."""
    cabinets = {name: c.id for floor in plan.site.floors for c in floor.cabinets for name in (c.name, c.id)}
    rooms = {room.id: room for floor in plan.site.floors for room in floor.rooms}
    standing = {ap.id: ap for ap in plan.site.access_points}
    found = []
    for planned, order in _with_orders(plan):
        row = built.row(order.ap_id)
        if _hangs(order, row):
            point = _point(planned, row, standing.get(order.ap_id), plan.band)
            found.append(replace(point, cabinet=cabinets.get(point.cabinet or "")))
    found += [_extra(row, plan.band) for row in built.rows if row.extra and row.done]
    return {ap.id: _settled(ap, rooms) for ap in found}


def _with_orders(plan: Plan) -> Iterator[tuple[PlannedAccessPoint, WorkOrder]]:
    planned = {p.access_point.id: p for p in plan.access_points}
    for order in all_orders(plan):
        yield planned[order.ap_id], order


def _hangs(order: WorkOrder, row: BuiltRow) -> bool:
    """Return whether a device hangs there: new ones once done, others until their removal is done."""
    if order.action in HUNG:
        return row.done is True
    return not (order.action == "removed" and row.done is True)


def _point(planned: PlannedAccessPoint, row: BuiltRow, before: AccessPoint | None, band: Band) -> AccessPoint:
    """Return an access point as it hangs: as planned where the work was done, as it was where it was not."""
    carried_out = before is None or row.done is True
    point = planned.access_point if carried_out or before is None else before
    if before is not None:
        # an old device hangs where it hung: a place that the plan assumed is not known by that
        point = replace(point, x_m=before.x_m, y_m=before.y_m, z_m=before.z_m, cabinet=before.cabinet)
    return _reported(point, row, band)


def _reported(point: AccessPoint, row: BuiltRow, band: Band) -> AccessPoint:
    placed = _placed(point, row)
    known = row.model is not None and _product(row.model) is None
    return replace(
        placed,
        model=row.model if known else point.model,
        radios=_radios(point.radios, row, band),
        mac=row.mac or point.mac,
        serial=row.serial or point.serial,
    )


def _placed(point: AccessPoint, row: BuiltRow) -> AccessPoint:
    """Return the reported place; another room without a place in it is known by the room only."""
    moved = row.room_id is not None and row.room_id != point.room_id
    x_m, y_m = (None, None) if moved else (point.x_m, point.y_m)
    if row.x_m is not None and row.y_m is not None:
        x_m, y_m = row.x_m, row.y_m
    return replace(
        point,
        room_id=row.room_id or point.room_id,
        floor=point.floor if row.floor is None else row.floor,
        x_m=x_m,
        y_m=y_m,
        z_m=point.z_m if row.height_m is None else row.height_m,
    )


def _radios(radios: tuple[Radio, ...], row: BuiltRow, band: Band) -> tuple[Radio, ...]:
    """Return the radios with what was set on the one that carries the class."""
    if not any((row.channel, row.channel_auto, row.width_mhz, row.eirp_dbm is not None, row.power_auto)):
        return radios
    known = next((radio for radio in radios if radio.band == band), Radio(band=band))
    told = replace(
        known,
        channel=None if row.channel_auto else row.channel or known.channel,
        width_mhz=row.width_mhz or known.width_mhz,
        eirp_dbm=None if row.power_auto else known.eirp_dbm if row.eirp_dbm is None else row.eirp_dbm,
    )
    return (*(radio for radio in radios if radio.band != band), told)


def _extra(row: BuiltRow, band: Band) -> AccessPoint:
    point = AccessPoint(id=row.ap_id, name=row.ap_id, floor=row.floor or 0)
    return _reported(replace(point, model=row.model), row, band)


def _settled(ap: AccessPoint, rooms: Mapping[str, Room]) -> AccessPoint:
    """Return an access point without a room where it has none of the site's."""
    return ap if ap.room_id is None or ap.room_id in rooms else replace(ap, room_id=None)


def _product(model: str | None) -> str | None:
    """Return what an installer wrote where it is a product that may be used, not a class of the catalogue."""
    if model is None or model in ap_models() or brand_verdict(model).status == "prohibited":
        return None
    return model
